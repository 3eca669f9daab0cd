"""A request to the API and its answer, as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from nemomusic.transport.base import HttpTimeout

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping

    from nemomusic.models.values.response_meta import ResponseMeta
    from nemomusic.protocol.routes import Route
    from nemomusic.runtime.clock import Deadline
    from nemomusic.secret import Secret


class Permit:
    """The token and the number of one attempt.

    Attributes:
        token: The bearer token, or None.
        attempt: 1 for the first attempt of a call, 2 for the first retry.
    """

    __slots__ = ("attempt", "token")
    token: Secret | None
    attempt: int

    def __init__(self, token: Secret | None, attempt: int) -> None:
        self.token = token
        self.attempt = attempt


class StreamedBody:
    """A body that is made piece by piece, such as an upload.

    Attributes:
        chunks: Returns the pieces, once for each attempt.
        headers: `Content-Type` and, if it is known, `Content-Length`.
    """

    chunks: Callable[[], AsyncGenerator[bytes]]
    headers: Mapping[str, str]

    def __init__(
        self, chunks: Callable[[], AsyncGenerator[bytes]], headers: Mapping[str, str]
    ) -> None:
        self.chunks = chunks
        self.headers = headers


class Identified(Protocol):
    """A session, as a request needs it."""

    id: str


class ApiRequest:
    """A request to the API, before it has an address and headers: equal in all attempts.

    Attributes:
        route: The endpoint.
        deadline: The latest end of the request, or None.
        session: The session that the request is about. Its id fills `{session_id}`. The id may
            differ between attempts.
        path: Values for the other placeholders.
        json: A value to be sent as JSON, or None. A function is called for each attempt.
        body: A body to be streamed, or None.
        headers: Further headers.
        read_timeout: Seconds without a byte of the answer, in place of `Timeouts.call`.
    """

    __slots__ = (
        "body",
        "deadline",
        "headers",
        "json",
        "path",
        "read_timeout",
        "route",
        "session",
    )
    route: Route
    deadline: Deadline | None
    session: Identified | None
    path: Mapping[str, str] | None
    json: Any
    body: StreamedBody | None
    headers: Mapping[str, str] | None
    read_timeout: float | None

    def __init__(
        self,
        route: Route,
        deadline: Deadline | None = None,
        session: Identified | None = None,
        *,
        path: Mapping[str, str] | None = None,
        json: Any = None,
        body: StreamedBody | None = None,
        headers: Mapping[str, str] | None = None,
        read_timeout: float | None = None,
    ) -> None:
        self.route = route
        self.deadline = deadline
        self.session = session
        self.path = path
        self.json = json
        self.body = body
        self.headers = headers
        self.read_timeout = read_timeout

    @property
    def time_left(self) -> float | None:
        """Seconds until the deadline, or None."""
        return None if self.deadline is None else self.deadline.left

    def within(self, usual: HttpTimeout) -> HttpTimeout:
        """Return the time limits: the usual ones, shortened by the deadline and `read_timeout`."""
        if self.deadline is None and self.read_timeout is None:
            return usual
        left = self.time_left
        if self.read_timeout is not None:
            return HttpTimeout(left, usual.connect, self.read_timeout)
        totals = [seconds for seconds in (usual.total, left) if seconds is not None]
        return HttpTimeout(min(totals, default=None), usual.connect)


class Response:
    """The answer to a call.

    Attributes:
        data: The data inside, as JSON.
        meta: Status, request id and headers, for the result that is made of the answer.
    """

    __slots__ = ("data", "meta")
    data: Any
    meta: ResponseMeta

    def __init__(self, data: Any, meta: ResponseMeta) -> None:
        self.data = data
        self.meta = meta
