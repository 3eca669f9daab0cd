"""A clock that is moved by waiting on it: tests take no real time."""

from __future__ import annotations

import asyncio


class FakeClock:
    """Time that passes when somebody sleeps, and only then.

    Attributes:
        slept: every wait, in order.
    """

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def time(self) -> float:
        """Seconds since the epoch."""
        return self.now

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return self.now - 1_700_000_000.0

    async def sleep(self, seconds: float) -> None:
        """Move on by that much, letting others run first; waits at the same time overlap."""
        self.slept.append(seconds)
        end = self.now + seconds
        await asyncio.sleep(0)
        self.now = max(self.now, end)
