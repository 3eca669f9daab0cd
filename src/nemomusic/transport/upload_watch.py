"""Limit the time in which no byte of an upload moves. The total time has no limit."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from nemomusic import errors
from nemomusic.runtime.clock import wait_uncancelled
from nemomusic.runtime.executor import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator


class UploadWatch:
    """Watches the body of an upload while it is sent, and the wait for the answer afterward.

    It sets one timer, which checks for movement when it is due. That costs less than setting a
    timer again for every piece.

    Args:
        body: The pieces of the body.
        stall: Seconds in which the server has to accept a piece.
        read: Seconds in which the answer has to come after the last piece.
    """

    def __init__(self, body: AsyncGenerator[bytes], stall: float, read: float) -> None:
        self._body = body
        self._read = read
        self._patience = stall
        self._reading = False  # whether the source is being read
        self._idle: asyncio.Future[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._moved_at = self._loop.time()
        self._timer: asyncio.TimerHandle | None = None
        self._guard: asyncio.Timeout | None = None
        self._failure: Exception | None = None  # of the source

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Cancel the body of the `async with` when the upload stalls; close the source at the end.

        Raises:
            RequestTimeoutError: No byte moved for too long.
            Exception: The source's own exception, in place of the transport's.
        """
        try:
            async with asyncio.timeout(None) as self._guard:
                self._check()
                yield
        except TimeoutError as error:
            if self._failure is not None:
                raise self._failure from None
            if isinstance(error, errors.NemoMusicError):
                raise
            raise errors.RequestTimeoutError(
                f"the upload stalled: nothing moved for {self._patience:g} s",
                remedy="Check the connection; what arrived is not sent again.",
            ) from None
        except errors.TransportError:
            if self._failure is not None:
                raise self._failure from None
            raise
        finally:
            await self._close()

    async def chunks(self) -> AsyncGenerator[bytes]:
        """Yield the body. Each accepted piece restarts the time limit."""
        while (chunk := await self._next()) is not None:
            yield chunk
            self._moved_at = self._loop.time()
        self._moved_at = self._loop.time()
        if self._patience != self._read:  # the body is sent, and the answer is awaited
            self._patience = self._read
            self._stop()
            self._check()

    async def _next(self) -> bytes | None:
        self._reading = True
        try:
            return await anext(self._body, None)
        except Exception as error:
            self._failure = error
            raise
        finally:
            self._reading = False
            if self._idle is not None and not self._idle.done():
                self._idle.set_result(None)

    def _check(self) -> None:
        if self._guard is None:
            return
        due = self._moved_at + self._patience
        if due > self._loop.time():
            self._timer = self._loop.call_at(due, self._check)
        else:
            self._guard.reschedule(due)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    async def _close(self) -> None:
        """Close the source: the HTTP library leaves the generator where it stopped.

        A read that ignores its cancellation is left alone after a short time. Then the source is
        closed when that read ends.
        """
        self._guard = None
        self._stop()
        try:
            if self._reading:
                self._idle = self._loop.create_future()
                # A read in a thread is left alone after `PATIENCE_SECONDS`, and ends in this time.
                ending = asyncio.wait([self._idle], timeout=2 * PATIENCE_SECONDS)
                await wait_uncancelled(asyncio.ensure_future(ending))
        finally:
            if self._reading and self._idle is not None:
                self._idle.add_done_callback(self._close_late)
            else:
                await self._body.aclose()

    def _close_late(self, _: object) -> None:
        self._closing = self._loop.create_task(self._body.aclose(), name="nemomusic-close-source")
