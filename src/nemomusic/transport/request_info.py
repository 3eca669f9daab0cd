"""The facts about a request and its end that the hooks of a client receive."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class RequestInfo:
    """A request that is about to be sent. It holds no header, no body and no id of a session.

    Attributes:
        method: HTTP method.
        route: The path with its placeholders, such as
            `/api/state/nemo_agent/me/{session_id}/latest`.
        attempt: 1 for the first attempt of a call, 2 for the first retry.
        request_id: The `X-Request-Id` that is sent.
    """

    method: str
    route: str
    attempt: int
    request_id: str


@attrs.frozen(kw_only=True)
class ResponseInfo:
    """The end of a request, or the beginning of the answer if it is a stream or a file.

    Attributes:
        method: HTTP method.
        route: The path with its placeholders.
        attempt: 1 for the first attempt of a call, 2 for the first retry.
        status: HTTP status, or None when no answer came.
        milliseconds: The time from sending to the end of the answer; for a stream or a file to its
            beginning.
        request_id: The id of the request, to quote to the service's support: the service's id, or
            else the `X-Request-Id` that was sent.
        error: The class name of the exception that the answer became, or None.
    """

    method: str
    route: str
    attempt: int
    status: int | None
    milliseconds: float
    request_id: str
    error: str | None = None
