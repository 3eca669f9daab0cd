"""The interface to an HTTP library: three methods, and the values they take and return.

`aiohttp_transport` is the SDK's implementation. Another one implements only `Transport`. Addresses,
headers, tokens, JSON, envelopes, retries, logs and deadlines are handled above it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import attrs

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from nemomusic.protocol.sse import Frame
    from nemomusic.secret import Secret


class HttpTimeout(NamedTuple):
    """Seconds that the parts of a request may take. None means no limit.

    Attributes:
        total: Seconds for the request and its answer.
        connect: Seconds for making a connection.
        read: Seconds without a byte of the answer.
    """

    total: float | None = None
    connect: float | None = None
    read: float | None = None


@attrs.define(eq=False, repr=False)
class HttpRequest:
    """One HTTP request, complete.

    Attributes:
        method: `GET` or `POST`.
        url: The address, percent-encoded already.
        headers: The headers to send, besides those that HTTP itself needs.
        timeout: The time limits.
        authorization: The value of the header `Authorization`, or None. A port keeps it out of
            everything that outlives the request.
        body: The bytes to send; pieces of them, in order; or None.
        fresh_connection: Send it on a connection that carried no request before. The service may
            just have closed a connection that was kept open. Then the outcome of a POST is unknown.
        follow_redirects: Whether redirects are followed. For a request with a token they never are.
        max_bytes: The largest size of an answer that is read into memory.
        max_event_bytes: The largest size of one event of a stream.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    timeout: HttpTimeout
    authorization: Secret | None = None
    body: bytes | AsyncGenerator[bytes] | None = None
    fresh_connection: bool = False
    follow_redirects: bool = False
    max_bytes: int = 64 * 2**20
    max_event_bytes: int = 64 * 2**20


class HttpResponse:
    """A complete answer.

    Attributes:
        status: HTTP status.
        headers: A mapping that ignores the case of its keys.
        body: All bytes.
    """

    __slots__ = ("body", "headers", "status")
    status: int
    headers: Mapping[str, str]
    body: bytes

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body


class EventStream(Protocol):
    """An event stream that is open.

    Attributes:
        request_id: The id that names the request to the service's support; set by `Exchange`.
    """

    request_id: str | None

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the answer. The mapping ignores case."""
        ...

    @property
    def comments(self) -> int:
        """The number of comment lines so far."""
        ...

    async def batch(self) -> list[Frame] | None:
        """Return the frames that the next chunk completes, perhaps none; None at the end.

        Raises:
            StreamInterruptedError: The connection broke, or ended inside an event.
            EventTooLargeError: One event is over the limit.
        """
        ...

    def hang_up(self) -> None:
        """Close the connection at once. A task that waits for frames gets the end of the stream."""
        ...

    async def close(self) -> None:
        """Close the connection. Nothing can be read any more."""
        ...


class OpenFile(Protocol):
    """A download that is open."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the answer. The mapping ignores case."""
        ...

    async def read(self) -> bytes:
        """Return the next piece of the body, of any size; b"" at the end.

        Raises:
            TransportError: The connection broke.
        """
        ...

    async def aclose(self) -> None:
        """Close the download, even if it was not read to its end."""
        ...


class Transport(Protocol):
    """Sends one HTTP request, once. It does not know the service, tokens or retries.

    All methods raise `ConnectError` when no byte was sent, and another `TransportError` when that
    is not certain.
    """

    async def request(self, request: HttpRequest) -> HttpResponse:
        """Send a request and read the complete answer.

        Raises:
            TransportError: No answer came.
            UnexpectedAnswerError: The answer is over `max_bytes`.
        """
        ...

    async def open_stream(self, request: HttpRequest) -> EventStream | HttpResponse:
        """Send a request, once, and return the open stream.

        Returns:
            The stream, or the complete answer that came in place of one (see `is_event_stream`).

        Raises:
            TransportError: No answer began.
            UnexpectedAnswerError: The answer in place of a stream is over `max_bytes`.
        """
        ...

    async def fetch(self, request: HttpRequest) -> OpenFile:
        """Send a request and return its answer before the body is read.

        Raises:
            TransportError: No answer began.
        """
        ...


_FIELDS: Final = (b"data:", b"event:", b"id:", b"retry:", b":")


def begins_like_events(beginning: bytes) -> bool | None:
    """Return whether the first bytes of a body are those of an event stream.

    A transport uses it for an answer with status 200 and another content type.

    Returns:
        None if more bytes are needed to tell.
    """
    text = beginning.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if any(text.startswith(field) for field in _FIELDS):
        return True
    if any(field.startswith(text) for field in _FIELDS) or b"\xef\xbb\xbf".startswith(text):
        return None  # only line ends so far, or half a field name
    return False


def is_event_stream(status: int, content_type: str) -> bool:
    """Return whether an answer is an event stream. 204 means a stream without events."""
    kind = content_type.partition(";")[0].strip().lower()
    return status == 204 or (status == 200 and kind == "text/event-stream")
