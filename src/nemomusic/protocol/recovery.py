"""The outcome of a message whose stream was cut: a state machine over readings of the state.

The service's documentation says: wait 30 s and read the state. If it changed, that is the result.
Otherwise wait 60 s and read again. Stop after five unchanged readings. Two things are stricter here
(docs/architecture.md). A change counts once two readings in a row agree, since the agent may still
be editing. While credits stay frozen the reading continues, up to the 15 minutes of a turn.
"""

from __future__ import annotations

from typing import Final, Literal

import attrs

Verdict = Literal["applied", "unknown"]

FIRST_WAIT: Final = 30.0
NEXT_WAIT: Final = 60.0
MAX_UNCHANGED: Final = 5
_LEAST_READINGS: Final = 2
"""Number of readings, with waits between them, before a date alone can show that a turn is over."""
TURN: Final = 900.0


@attrs.frozen(kw_only=True)
class Reading:
    """One reading of the state and the balance.

    Attributes:
        fingerprint: A hash of the draft and the generated media; None when the state could not be
            read.
        frozen: Credits reserved by work in progress; None when unknown.
        elapsed: Seconds since the message was sent.
        watched: The part of `elapsed` that this process has measured itself. The rest is the
            difference of two dates, between which the clock may have been changed. None means all.
        running: Whether the state says that a message is at work.
    """

    fingerprint: str | None
    frozen: float | None
    elapsed: float
    watched: float | None = None
    running: bool = False


@attrs.define
class Recovery:
    """Takes readings, and returns the wait before the next one or the outcome.

    Attributes:
        baseline: The fingerprint before the message was sent. If it is unknown (None), a change
            can't be seen.
        frozen_before: Credits that were frozen before, perhaps by other work.
        first_wait: Seconds before the first reading.
        next_wait: Seconds before each further reading.
        most_unchanged: Unchanged readings after which it gives up.
        turn: The longest time that the agent's work can take, in seconds.
        readings: The number of readings so far.
        unchanged: The number of readings without a change.
        verdict: The outcome, once it is known.
    """

    baseline: str | None
    frozen_before: float = 0.0
    first_wait: float = FIRST_WAIT
    next_wait: float = NEXT_WAIT
    most_unchanged: int = MAX_UNCHANGED
    turn: float = TURN
    readings: int = 0
    unchanged: int = 0
    verdict: Verdict | None = None
    _last: str | None = None

    def rebase(self, fingerprint: str | None) -> None:
        """Count this state as the state before the message was sent."""
        self.baseline = fingerprint

    def wait(self) -> float:
        """Return the seconds until the next reading."""
        if self.readings == 0:
            return self.first_wait
        if self._last is not None and self._last != self.baseline:
            return min(
                self.first_wait, self.next_wait
            )  # the state changed: read it again to see whether it has settled
        return self.next_wait

    def _is_trusted(self, reading: Reading, *, working: bool) -> bool:
        """Return whether more than a clock shows that the turn's time is over."""
        if reading.watched is None or reading.watched >= self.turn:
            return True
        return self.readings >= (self.most_unchanged if working else _LEAST_READINGS)

    def take(self, reading: Reading) -> Verdict | None:
        """Take a reading, and return the verdict once there is one."""
        self.readings += 1
        seen = reading.fingerprint
        frozen = reading.frozen is not None and reading.frozen > self.frozen_before
        working = frozen or reading.running
        over = reading.elapsed >= self.turn and self._is_trusted(reading, working=working)
        changed = self.baseline is not None and seen is not None and seen != self.baseline
        if changed and (seen == self._last or over) and (not working or over):
            self.verdict = "applied"
        elif not changed:
            self.unchanged += 1
            if (self.unchanged >= self.most_unchanged and not working) or over:
                self.verdict = "unknown"
        self._last = seen
        return self.verdict
