"""Each endpoint of the contract as data (contract, section 2).

`local/` serves the same table that the client calls; the literal strings are pinned once more
in `tests/test_protocol_routes.py`, against the contract.
"""

from __future__ import annotations

from typing import Final, Literal
from urllib.parse import quote

import attrs

Envelope = Literal["wrapped", "either", "stream", "bytes"]

APP_NAME: Final = "nemo_agent"
USER: Final = "me"


@attrs.frozen
class Route:
    """One endpoint.

    Attributes:
        name: what errors and logs call it.
        method: HTTP method.
        template: path with `{placeholders}`.
        auth: whether the bearer token goes with it.
        replayable: whether asking twice is harmless, so that network faults may be retried.
        envelope: how the answer is wrapped: `wrapped` always in one of the two envelopes,
            `either` also bare, `stream` an event stream, `bytes` a file.
        spends: whether it can cost credits; such a request is never sent again.
    """

    name: str
    method: Literal["GET", "POST"]
    template: str
    auth: bool = True
    replayable: bool = False
    envelope: Envelope = "wrapped"
    spends: bool = False
    endpoint: str = attrs.field(init=False)

    @endpoint.default
    def _endpoint(self) -> str:
        return f"{self.method} {self.template}"

    def path(self, **values: str) -> str:
        """Fill the placeholders; each value is percent-encoded."""
        path = self.template
        for name, value in values.items():
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        return path


ANONYMOUS_TOKEN: Final = Route("anonymous-token", "POST", "/api/auth/anonymous-token", auth=False)
CLAIM_TOKEN: Final = Route("claim-token", "POST", "/api/auth/claim-token", replayable=True)
OPEN_SESSION: Final = Route(
    "open-session", "POST", "/api/tasks/me/with-session/nemo_agent", replayable=True
)
UPLOAD: Final = Route("upload", "POST", "/api/upload-video/nemo_agent/me/{session_id}")
STREAM: Final = Route("stream", "POST", "/run_sse", envelope="stream", spends=True)
STATE: Final = Route(
    "state", "GET", "/api/state/nemo_agent/me/{session_id}/latest", replayable=True
)
CREDITS: Final = Route("credits", "GET", "/api/credits/balance/simple", replayable=True)
RENDER_START: Final = Route("render-start", "POST", "/api/render/proxy/lambda", envelope="either")
RENDER_STATUS: Final = Route(
    "render-status",
    "GET",
    "/api/render/proxy/lambda/{render_id}",
    replayable=True,
    envelope="either",
)
RENDER_CANCEL: Final = Route(
    "render-cancel",
    "POST",
    "/api/render/proxy/lambda/{render_id}/cancel",
    replayable=True,
    envelope="either",
)
RENDER_DOWNLOAD: Final = Route(
    "render-download",
    "GET",
    "/api/render/proxy/{render_id}/download",
    replayable=True,
    envelope="bytes",
)

ROUTES: Final = (
    ANONYMOUS_TOKEN,
    CLAIM_TOKEN,
    OPEN_SESSION,
    UPLOAD,
    STREAM,
    STATE,
    CREDITS,
    RENDER_START,
    RENDER_STATUS,
    RENDER_CANCEL,
    RENDER_DOWNLOAD,
)


def claim_link(web_url: str, claim_token: str) -> str:
    """The link a person may open to see one project."""
    return f"{web_url.rstrip('/')}/workspace/claim?ct={quote(claim_token, safe='')}"


def registration_link(web_url: str, user_id: str) -> str:
    """Where an anonymous user out of credits registers and keeps the work."""
    return f"{web_url.rstrip('/')}/register?bind={quote(user_id, safe='')}"


def stream_body(session_id: str, text: str) -> dict[str, object]:
    """The body of `/run_sse`."""
    return {
        "app_name": APP_NAME,
        "user_id": USER,
        "session_id": session_id,
        "new_message": {"parts": [{"text": text}]},
    }


def render_body(render_id: str, session_id: str, draft: object) -> dict[str, object]:
    """The body of a render submission (`sessionId` in camelCase: the contract's one exception)."""
    return {
        "id": render_id,
        "sessionId": session_id,
        "draft": draft,
        "output": {"format": "mp4", "quality": "high"},
    }
