"""Time as something that is passed in: tests bring a clock of their own and never wait."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

from nemomusic.errors import DeadlineExceededError


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
        if self.left <= wait:
            what = f"waiting {wait:g} s would pass" if wait else "the work has passed"
            raise DeadlineExceededError(f"{what} the deadline of {self.seconds:g} s")
