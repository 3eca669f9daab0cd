"""aiohttp-sse-client2 made safe for messages that cost money (design, section 5).

As it ships (0.3.0) it reconnects at the end of every stream, which sends the POST again, and it
throws the body of an error away. Two methods are overridden: `connect` makes one request, ever;
`__anext__` decodes whole chunks with our own decoder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import ClientError, ClientResponse, ClientSession
from aiohttp_sse_client2.client import READY_STATE_CLOSED, EventSource

from nemomusic.errors import StreamInterruptedError
from nemomusic.protocol.jsontext import NumberWatch
from nemomusic.protocol.sse import Decoder, Frame, LongFrame

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator


class OneShotEventSource(EventSource):
    """An event source that asks once.

    Attributes:
        decoder: of the frames.
        plain: whether the frames of the last batch are known to hold no number that is too long
            for orjson.
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
        self._long_number = NumberWatch().found
        self._doubt = False  # whether the event that is under way may hold one
        self._frames: Iterator[Frame] = iter(())

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
        self._kwargs.clear()  # the request is made, and never again
        del self._refuse
        self._origin = str(response.url.origin())

    async def batch(self) -> list[Frame] | None:
        """The frames of the next chunk; none of them is a sign of life; None is the end.

        Raises:
            StreamInterruptedError: the connection broke, or ended inside an event.
            EventTooLargeError: one event is over the limit.
        """
        if self._response is None:
            return None
        try:
            chunk = await self._response.content.readany()
        except (ClientError, OSError, TimeoutError) as error:
            if self._ready_state == READY_STATE_CLOSED:
                return None
            raise StreamInterruptedError(
                f"the stream was cut ({type(error).__name__})"
            ) from error.with_traceback(None)
        if chunk:
            frames = self.decoder.feed(chunk)
            if frames and type(frames[0]) is not LongFrame:
                here = self._long_number(chunk)
                self.plain = not (self._doubt or here)
                self._doubt = here
            else:  # long ones are looked at when they are read, and so is what comes in bits
                self.plain = False
                self._doubt = True
            return frames
        if self.decoder.pending and self._ready_state != READY_STATE_CLOSED:
            raise StreamInterruptedError("the stream ended in the middle of an event")
        return None

    def hang_up(self) -> None:
        """Close the connection at once; whoever reads sees the end."""
        self._ready_state = READY_STATE_CLOSED
        if self._response is not None:
            self._response.close()

    async def __anext__(self) -> Frame:
        """The next frame."""
        while True:
            for frame in self._frames:
                return frame
            frames = await self.batch()
            if frames is None:
                raise StopAsyncIteration
            self._frames = iter(frames)
