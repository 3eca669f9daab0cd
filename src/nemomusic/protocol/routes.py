"""Each endpoint of the service as data (docs/protocol.md).

The embedded backend serves the same table that the client calls. `tests/protocol/test_routes.py`
holds the literal strings a second time.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple
from urllib.parse import quote

Envelope = Literal["wrapped", "either", "stream", "bytes"]

APP_NAME: Final = "nemo_agent"
USER: Final = "me"


def _quoted(text: str) -> str:
    """Percent-encode an id: any text that a service gives, half of a surrogate pair too."""
    return quote(text, safe="", errors="surrogatepass")


class Route(NamedTuple):
    """One endpoint.

    Attributes:
        name: Its name in policies and tests.
        method: HTTP method.
        template: Path with `{placeholders}`.
        auth: Whether the bearer token is sent with it.
        replayable: Whether sending it twice is harmless, so that it may be retried after network
            faults.
        envelope: The form of the answer: `wrapped` is always in one of the two envelopes, `either`
            may also have no envelope, `stream` is an event stream, `bytes` is a file.
        spends: Whether it can cost credits. Such a request is never sent again.
        exact: Whether the answer holds JSON that is posted back, so that all integers have to be
            exact.
    """

    name: str
    method: Literal["GET", "POST"]
    template: str
    auth: bool = True
    replayable: bool = False
    envelope: Envelope = "wrapped"
    spends: bool = False
    exact: bool = False

    @property
    def endpoint(self) -> str:
        """Method and template, as logs and errors show them."""
        return f"{self.method} {self.template}"

    def path(self, **values: str) -> str:
        """Return the path with its placeholders filled. Each value is percent-encoded."""
        path = self.template
        for name, value in values.items():
            path = path.replace(f"{{{name}}}", _quoted(value))
        return path


ANONYMOUS_TOKEN: Final = Route("anonymous-token", "POST", "/api/auth/anonymous-token", auth=False)
CLAIM_TOKEN: Final = Route("claim-token", "POST", "/api/auth/claim-token", replayable=True)
OPEN_SESSION: Final = Route(
    "open-session", "POST", "/api/tasks/me/with-session/nemo_agent", replayable=True
)
UPLOAD: Final = Route("upload", "POST", "/api/upload-video/nemo_agent/me/{session_id}")
STREAM: Final = Route("stream", "POST", "/run_sse", envelope="stream", spends=True)
STATE: Final = Route(
    "state", "GET", "/api/state/nemo_agent/me/{session_id}/latest", replayable=True, exact=True
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
    """Return the link that a person can open to see one project."""
    return f"{web_url.rstrip('/')}/workspace/claim?ct={_quoted(claim_token)}"


def registration_link(web_url: str, user_id: str) -> str:
    """Return the link where an anonymous user without credits can register and keep the work."""
    return f"{web_url.rstrip('/')}/register?bind={_quoted(user_id)}"


def stream_body(session_id: str, text: str) -> dict[str, object]:
    """Return the body of `/run_sse`."""
    return {
        "app_name": APP_NAME,
        "user_id": USER,
        "session_id": session_id,
        "new_message": {"parts": [{"text": text}]},
    }


def render_body(render_id: str, session_id: str, draft: object) -> dict[str, object]:
    """Return the body of a render submission. `sessionId` is the one key in camelCase."""
    return {
        "id": render_id,
        "sessionId": session_id,
        "draft": draft,
        "output": {"format": "mp4", "quality": "high"},
    }
