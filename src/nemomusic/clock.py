"""Time as something that is passed in: tests bring a clock of their own and never wait."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol

from nemomusic.errors import DeadlineExceededError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_SLACK = 0.001
"""Seconds: a timer that was set to the deadline may fire that much too early."""


class Clock(Protocol):
    """What the SDK needs to know of time."""

    def time(self) -> float:
        """Seconds since the epoch."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; cancellable."""
        ...


class SystemClock:
    """The real one."""

    def time(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait; cancellable."""
        await asyncio.sleep(seconds)


class Deadline:
    """A moment by which a whole job has to be over: requests, retries, polls and downloads."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self.seconds = seconds
        self.at = clock.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left, at least 0."""
        return max(0.0, self.at - self._clock.monotonic())

    def check(self, wait: float = 0.0) -> None:
        """Raise if the deadline has passed, or would while waiting.

        Raises:
            DeadlineExceededError: it has, or would.
        """
        if self.left <= wait + _SLACK:
            what = f"waiting {wait:g} s would pass" if wait else "the work has passed"
            raise DeadlineExceededError(f"{what} the deadline of {self.seconds:g} s")

    @asynccontextmanager
    async def bound(self) -> AsyncIterator[None]:
        """End what is inside when the deadline comes.

        Raises:
            DeadlineExceededError: it came.
        """
        try:
            async with asyncio.timeout(self.left) as guard:
                yield
        except TimeoutError:
            if guard.expired():
                raise DeadlineExceededError(
                    f"the work has passed the deadline of {self.seconds:g} s"
                ) from None
            raise


async def outlast(work: asyncio.Future[Any]) -> None:
    """Wait until `work` is done, however often cancelled; the cancellation is raised then.

    For what ends soon by itself, and must not be left behind: a thread that writes, a task that
    was cancelled.
    """
    cancelled: asyncio.CancelledError | None = None
    while not work.done():
        try:
            await until_done(work)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        if not work.cancelled():
            work.exception()  # nobody else will ask
        raise cancelled


async def until_done(work: asyncio.Future[Any]) -> None:
    """Wait until `work` is done, whatever comes of it; a cancellation ends the waiting, not it.

    What `asyncio.wait([work])` does, at a third of its cost.
    """
    if work.done():
        return
    waiter = work.get_loop().create_future()

    def wake(_: asyncio.Future[Any]) -> None:
        if not waiter.done():
            waiter.set_result(None)

    work.add_done_callback(wake)
    try:
        await waiter
    finally:
        work.remove_done_callback(wake)
