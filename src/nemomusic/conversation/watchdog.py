"""The time limits of a turn: notices for the user, silence, the turn's own limit, the deadline."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from nemomusic import errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from nemomusic.conversation.event_buffer import EventBuffer
    from nemomusic.runtime.clock import Deadline
    from nemomusic.settings import Timeouts
    from nemomusic.transport.base import EventStream


class Watchdog:
    """One timer for all limits of a turn.

    aiohttp's own limit of silence, `sock_read`, sets a timer again for every chunk, which took a
    tenth of the time of an event. This timer wakes when the next limit is due.

    Args:
        timeouts: The limits.
        deadline: The caller's deadline, if there is one.
        source: The stream, which is hung up when a limit is passed; None if there is none.
        buffer: Tells whether the reader waits for room. Nothing is read then, so silence of the
            service can't be noticed.
        notice: Called every `timeouts.notice` seconds.

    Attributes:
        expired: The error of the limit that was passed; None if no limit was passed.
    """

    def __init__(
        self,
        timeouts: Timeouts,
        deadline: Deadline | None,
        source: EventStream | None,
        buffer: EventBuffer,
        notice: Callable[[], None],
    ) -> None:
        self.expired: errors.NemoMusicError | None = None
        self._timeouts = timeouts
        self._source = source
        self._buffer = buffer
        self._notice = notice
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        now = self._loop.time()
        self._heard_at = now
        self._notice_at = now + timeouts.notice
        left = timeouts.turn
        self._bounded = deadline is not None and deadline.left < left
        if deadline is not None and self._bounded:
            left = deadline.left
        self._ends_at = now + left

    def start(self) -> None:
        """Start the timer. Without a stream there are only notices."""
        self._check_limits()

    def heard(self) -> None:
        """Note that data has arrived."""
        self._heard_at = self._loop.time()

    def stop(self) -> None:
        """Stop the timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _check_limits(self) -> None:
        now = self._loop.time()
        if now >= self._notice_at:
            self._notice()
            self._notice_at = now + self._timeouts.notice
        due = self._notice_at
        if self._source is not None and self.expired is None:
            silent_at = self._heard_at + self._timeouts.heartbeats
            if silent_at <= now and self._buffer.waiting_for_room:
                silent_at = now + self._timeouts.heartbeats
            self.expired = self._limit_passed(now, silent_at)
            if self.expired is not None:
                self._source.hang_up()
            else:
                due = min(due, self._ends_at, silent_at)
        self._timer = self._loop.call_at(due, self._check_limits)

    def _limit_passed(self, now: float, silent_at: float) -> errors.NemoMusicError | None:
        if now >= self._ends_at:
            if self._bounded:
                return errors.DeadlineExceededError("the deadline passed while the agent worked")
            return errors.TurnTimeoutError(f"the turn took over {self._timeouts.turn:g} s")
        if now >= silent_at:
            return errors.TurnTimeoutError(
                f"not a sign of life for {self._timeouts.heartbeats:g} s"
            )
        return None
