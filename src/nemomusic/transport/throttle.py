"""Slow down all calls of a client after a 429."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from nemomusic.runtime.clock import Clock

FIRST_GAP: Final = 0.05
"""Seconds between two calls after a 429. Each further 429 doubles the gap."""
LARGEST_GAP: Final = 2.0
"""The longest gap between two calls, in seconds."""
SHRINKING: Final = 0.95
"""Factor by which the gap shrinks with each call: after about 60 calls there is no gap again."""
SMALLEST_GAP: Final = 0.002
"""The shortest gap in seconds. Below it, calls leave without a gap."""
_SLACK: Final = 0.001
"""Waits shorter than this, in seconds, are skipped: clocks are rounded."""


class Throttle:
    """Delays the calls of a client.

    After a 429 of one call, all calls wait until the time that this 429 named. From then on they
    leave one after the other, with a gap that shrinks from call to call. If they left all at once,
    they would be refused again.

    Attributes:
        refusals: The number of 429s so far.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._not_before = 0.0
        self._gap = 0.0
        self._next = 0.0
        self.refusals: int = 0

    def hold(self, seconds: float) -> None:
        """Stop all calls for some seconds."""
        until = self._clock.monotonic() + seconds
        self._not_before = max(self._not_before, until)
        self.refusals += 1
        self._gap = min(LARGEST_GAP, max(FIRST_GAP, self._gap * 2.0))

    @property
    def slowed(self) -> bool:
        """Whether a 429 still has an effect on calls."""
        return bool(self._gap or self._not_before)

    def claim(self) -> float:
        """Return the seconds to wait for a place in the queue after a 429; 0 nearly always."""
        if not self._gap:
            return 0.0
        now = self._clock.monotonic()
        at = max(now, self._next)
        self._next = at + self._gap
        self._gap *= SHRINKING
        if self._gap < SMALLEST_GAP:
            self._gap = 0.0
        return at - now

    @property
    def wait(self) -> float:
        """Seconds until a call may be sent; 0 nearly always."""
        if not self._not_before:
            return 0.0
        left = self._not_before - self._clock.monotonic()
        if left <= _SLACK:
            self._not_before = 0.0
            return 0.0
        return left
