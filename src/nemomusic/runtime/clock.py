"""Clocks are passed in: tests bring a clock of their own and never wait."""

from __future__ import annotations

import asyncio
import math
import sys
import time
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    nullcontext,
)
from typing import TYPE_CHECKING, Any, Protocol

from nemomusic.errors import ConfigurationError, DeadlineExceededError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_EARLY_TIMER_SECONDS = 0.001
"""Seconds by which a timer that was set to the deadline may fire too early."""


class Clock(Protocol):
    """The time, as the SDK needs it."""

    def time(self) -> float:
        """Return the seconds since the epoch."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait. It can be canceled."""
        ...


class SystemClock:
    """The real time."""

    def time(self) -> float:
        """Return the seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait. It can be canceled."""
        await asyncio.sleep(seconds)


class Deadline:
    """The latest end of a job with all its requests, retries, polls and downloads.

    Args:
        clock: The time.
        seconds: Seconds from now.

    Raises:
        ConfigurationError: The seconds are no number.

    Attributes:
        seconds: The seconds that the deadline was set to.
        at: The moment, in the clock's monotonic seconds.
    """

    seconds: float
    at: float

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        try:
            self.seconds = float(seconds)
        except (TypeError, ValueError, OverflowError):
            self.seconds = math.nan
        if isinstance(seconds, str | bool) or math.isnan(self.seconds):
            raise ConfigurationError(
                f"a deadline is a number of seconds, not {seconds!r:.40}",
                remedy="Pass the seconds from now, or None for no deadline.",
            )
        self.at = clock.monotonic() + self.seconds

    @property
    def left(self) -> float:
        """Seconds left, at least 0."""
        return max(0.0, self.at - self._clock.monotonic())

    def check(self, wait: float = 0.0) -> None:
        """Raise if the deadline has passed, or would pass during a wait.

        Args:
            wait: Seconds of the wait.

        Raises:
            DeadlineExceededError: The deadline has passed, or would pass.
        """
        if self.left <= wait + _EARLY_TIMER_SECONDS:
            what = f"waiting {wait:g} s would pass" if wait else "the work has passed"
            raise DeadlineExceededError(f"{what} the deadline of {self.seconds:g} s")

    @asynccontextmanager
    async def bound(self) -> AsyncIterator[None]:
        """Cancel the body of the `async with` when the deadline passes.

        Raises:
            DeadlineExceededError: The deadline has passed.
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


def bound_by(deadline: Deadline | None) -> AbstractAsyncContextManager[None]:
    """Return a context manager whose body ends with a deadline, if there is one."""
    return nullcontext() if deadline is None else deadline.bound()


async def wait_uncancelled(work: asyncio.Future[Any]) -> None:
    """Wait until `work` is done, even if canceled meanwhile; then raise the cancellation.

    Use it for work that ends soon and must not be left behind: a thread that writes, a task that
    was canceled.
    """
    cancelled: asyncio.CancelledError | None = None
    try:
        await wait_done(work)
    except asyncio.CancelledError as error:
        cancelled = error
    with _shield() if cancelled is not None else nullcontext():
        while not work.done():
            try:
                await wait_done(work)
            except asyncio.CancelledError as error:
                cancelled = error
    if cancelled is not None:
        if not work.cancelled():
            work.exception()  # retrieved, or asyncio would report it as lost
        raise cancelled


def _shield() -> AbstractContextManager[object]:
    """Return a shielded scope of anyio if the program uses anyio, else an empty context.

    A canceled scope of anyio cancels its tasks in each pass of the event loop until they are out
    of it. That would keep the processor busy for as long as the work takes.
    """
    anyio = sys.modules.get("anyio")
    if anyio is None or not hasattr(anyio, "CancelScope"):
        return nullcontext()
    scope: AbstractContextManager[object] = anyio.CancelScope(shield=True)
    return scope


async def wait_done(work: asyncio.Future[Any]) -> None:
    """Wait until `work` is done or has failed. A cancellation ends the wait, but not the work.

    This is `asyncio.wait([work])` at a third of its cost.
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
