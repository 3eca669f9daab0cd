"""aiohttp-sse-client2 made safe for messages that cost money (design, section 5).

As it ships (0.3.0) it reconnects at the end of every stream, which sends the POST again, and it
throws the body of an error away. Two methods are overridden: `connect` makes one request, ever;
`__anext__` decodes whole chunks with our own decoder.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from aiohttp import ClientError, ClientResponse, ClientSession
from aiohttp_sse_client2.client import READY_STATE_CLOSED, EventSource

from nemomusic.errors import StreamInterruptedError
from nemomusic.protocol.jsontext import NumberWatch
from nemomusic.protocol.sse import Decoder, Frame

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable


class OneShotEventSource(EventSource):
    """An event source that asks once.

    Attributes:
        decoder: of the frames.
        plain: whether the frames of the last batch hold no number that is too long for orjson.
    """

    def __init__(
        self,
        url: str,
        *,
        session: ClientSession,
        refuse: Callable[[ClientResponse], Awaitable[Exception]],
        limit: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(url, {"method": "POST"}, session=session, **kwargs)
        self._refuse = refuse
        self.decoder = Decoder(limit)
        self.plain = False
        self._frames: deque[Frame] = deque()
        self._batches: AsyncGenerator[list[Frame]] | None = None

    async def connect(self, retry: int = 0) -> None:
        """Make the one request. What is not an event stream becomes the exception of `refuse`."""
        del retry  # there is none
        response = await self._session.request(self._method, self._url, **self._kwargs)
        try:
            if response.status != 204 and (
                response.status != 200 or response.content_type != "text/event-stream"
            ):
                await self._fail_connect()
                raise await self._refuse(response)
        except BaseException:
            response.close()
            raise
        await self._connected()
        self._response = response
        self._origin = str(response.url.origin())

    async def batches(self) -> AsyncGenerator[list[Frame]]:
        """Frames as they arrive, a list for each chunk; an empty one is a sign of life.

        Raises:
            StreamInterruptedError: the connection broke, or ended inside an event.
            EventTooLargeError: one event is over the limit.
        """
        if self._response is None:
            return
        content, feed, long_number = self._response.content, self.decoder.feed, NumberWatch().found
        before = False  # whether the event that is under way may hold one
        try:
            while chunk := await content.readany():
                here = long_number(chunk)
                frames = feed(chunk)
                self.plain = not (before or here)
                before = here or (before and not frames)
                yield frames
        except (ClientError, OSError, TimeoutError) as error:
            if self._ready_state != READY_STATE_CLOSED:
                raise StreamInterruptedError(
                    f"the stream was cut ({type(error).__name__})"
                ) from error.with_traceback(None)
        if self.decoder.pending and self._ready_state != READY_STATE_CLOSED:
            raise StreamInterruptedError("the stream ended in the middle of an event")

    def hang_up(self) -> None:
        """Close the connection at once; whoever reads sees the end."""
        self._ready_state = READY_STATE_CLOSED
        if self._response is not None:
            self._response.close()

    async def __anext__(self) -> Frame:
        """The next frame."""
        if self._batches is None:
            self._batches = self.batches()
        while not self._frames:
            self._frames.extend(await anext(self._batches))
        return self._frames.popleft()
