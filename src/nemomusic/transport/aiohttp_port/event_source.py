"""aiohttp-sse-client2 made safe for messages that cost money.

Version 0.3.0 reconnects at the end of every stream, which sends the POST again. It also drops the
body of an error. Here `connect` makes only one request, and `batch` decodes whole chunks. The class
is private to this package, because its base class has no types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import ClientError, ClientResponse, ClientSession
from aiohttp_sse_client2.client import READY_STATE_CLOSED, EventSource

from nemomusic.errors import StreamInterruptedError
from nemomusic.protocol.sse import Decoder, Frame
from nemomusic.transport.base import begins_like_events, is_event_stream
from nemomusic.transport.content_coding import decoder_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nemomusic.transport.content_coding import Inflater


class _OneShotEventSource(EventSource):
    """An event source that sends its request once: the `EventStream` of the transport with aiohttp.

    Attributes:
        refused: The answer that came in place of an event stream, not read yet; else None.
        beginning: The first bytes of that answer, which were read to see what it is.
        inflater: Undoes the content coding of the answer, or None if it has none.
        headers: Headers of the answer.
        request_id: See `EventStream`.
    """

    refused: ClientResponse | None
    beginning: bytes
    inflater: Inflater | None
    headers: Mapping[str, str]
    request_id: str | None

    def __init__(
        self, url: str, *, session: ClientSession, max_event_bytes: int, way: str, **kwargs: Any
    ) -> None:
        super().__init__(url, {"method": "POST"}, session=session, **kwargs)
        self.refused = None
        self.beginning = b""
        self.inflater = None
        self.headers = {}
        self.request_id = None
        self._decoder = Decoder(max_event_bytes)
        self._asked = False
        self._way = way  # names the proxy, in errors

    @property
    def comments(self) -> int:
        """The number of comment lines so far."""
        return self._decoder.comments

    async def connect(self, retry: int = 0) -> None:
        """Make the one request.

        An answer that is no event stream is left in `refused`. Some proxies change the content
        type. So the first bytes of a 200 with another content type decide whether it is an event
        stream.

        Raises:
            RuntimeError: The request was made already.
            UnexpectedAnswerError: The answer has a content coding that was not asked for.
        """
        del retry  # there is none
        if self._asked:
            raise RuntimeError("a message is sent once")
        self._asked = True
        response = await self._session.request(self._method, self._url, **self._kwargs)
        self._kwargs.clear()  # the request is dropped, so it can't be sent again
        self.headers = response.headers
        try:
            self.inflater = decoder_for(response.headers, response.status)
            events = is_event_stream(response.status, response.headers.get("Content-Type", ""))
            if not events and response.status == 200:
                events = await self._peek(response)
        except BaseException:
            response.close()
            raise
        if events:
            await self._connected()
            self._response = response
            self._origin = str(response.url.origin())
        else:
            await self._fail_connect()
            self.refused = response

    async def _peek(self, response: ClientResponse) -> bool:
        """Read until the first bytes show whether they are events, and keep them."""
        while (verdict := begins_like_events(self.beginning)) is None:
            chunk = await response.content.readany()
            if not chunk:
                return False
            self.beginning += self._plain(chunk)
        return verdict

    def _plain(self, chunk: bytes) -> bytes:
        return chunk if self.inflater is None else b"".join(self.inflater.feed(chunk))

    async def batch(self) -> list[Frame] | None:
        """See `EventStream.batch`."""
        if self._response is None:
            return None
        if self.beginning:
            chunk, self.beginning = self.beginning, b""
            return self._decoder.feed(chunk)
        try:
            chunk = await self._response.content.readany()
        except (ClientError, OSError, TimeoutError) as error:
            if self._ready_state == READY_STATE_CLOSED:
                return None
            raise StreamInterruptedError(
                f"the stream{self._way} was cut ({type(error).__name__})"
            ) from error.with_traceback(None)
        if chunk:
            return self._decoder.feed(self._plain(chunk))
        if self._decoder.pending and self._ready_state != READY_STATE_CLOSED:
            raise StreamInterruptedError(f"the stream{self._way} ended in the middle of an event")
        return None

    def hang_up(self) -> None:
        """See `EventStream.hang_up`."""
        self._ready_state = READY_STATE_CLOSED
        if self._response is not None:
            self._response.close()
