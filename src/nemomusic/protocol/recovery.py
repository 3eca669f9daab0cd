"""What became of a message whose stream was cut? A state machine over readings of the state.

The contract: wait 30 s and read the state; if it changed, that is the result; else wait 60 s and
read again; after five unchanged readings stop. Two things are sharper here (design, section 8):
a change counts once two readings in a row agree (the agent may still be editing), and while
credits stay frozen the reading goes on, up to the 15 minutes of a turn.
"""

from __future__ import annotations

from typing import Final, Literal

import attrs

Verdict = Literal["applied", "unknown"]

FIRST_WAIT: Final = 30.0
NEXT_WAIT: Final = 60.0
MOST_UNCHANGED: Final = 5
TURN: Final = 900.0


@attrs.frozen(kw_only=True)
class Reading:
    """One look.

    Attributes:
        fingerprint: of the draft and the generated media; None when it could not be read.
        frozen: credits reserved by work in progress; None when unknown.
        elapsed: seconds since the message was sent.
    """

    fingerprint: str | None
    frozen: float | None
    elapsed: float


@attrs.define
class Recovery:
    """Feed it readings; it says how long to wait, or what is known.

    Attributes:
        baseline: fingerprint before the message was sent; None when there was none to be had, so
            that nothing can be told from a change.
        frozen_before: credits frozen then, by other work perhaps.
        first_wait: seconds before the first reading.
        next_wait: seconds before the others.
        most_unchanged: readings that find nothing new before giving up.
        turn: seconds that the work can take at most.
    """

    baseline: str | None
    frozen_before: float = 0.0
    first_wait: float = FIRST_WAIT
    next_wait: float = NEXT_WAIT
    most_unchanged: int = MOST_UNCHANGED
    turn: float = TURN
    readings: int = 0
    unchanged: int = 0
    verdict: Verdict | None = None
    _last: str | None = None

    def wait(self) -> float:
        """Seconds until the next reading."""
        if self.readings == 0:
            return self.first_wait
        if self._last is not None and self._last != self.baseline:
            return min(self.first_wait, self.next_wait)  # it changed: see whether it has settled
        return self.next_wait

    def take(self, reading: Reading) -> Verdict | None:
        """Take a reading; a verdict when there is one."""
        self.readings += 1
        seen = reading.fingerprint
        working = reading.frozen is not None and reading.frozen > self.frozen_before
        over = reading.elapsed >= self.turn
        changed = self.baseline is not None and seen is not None and seen != self.baseline
        if changed and (seen == self._last or over) and (not working or over):
            self.verdict = "applied"
        elif not changed:
            self.unchanged += 1
            if (self.unchanged >= self.most_unchanged and not working) or over:
                self.verdict = "unknown"
        self._last = seen
        return self.verdict
