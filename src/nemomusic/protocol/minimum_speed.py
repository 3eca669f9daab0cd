"""Limit the time of a body: it must not stop, and must not be too slow."""

from __future__ import annotations

from typing import Final

__all__ = ["MIN_BYTES_PER_SECOND", "MinimumSpeed"]

MIN_BYTES_PER_SECOND: Final = 1000
"""The lowest average speed of a body, in bytes per second. A modem of 1995 was three times as
fast."""


class MinimumSpeed:
    """The seconds that are left for the next piece of a body.

    Each piece earns the time that it would take at the slowest speed. A body can't have more time
    left than it had at first. Only the time in which the body was awaited counts.

    Args:
        patience: Seconds that the first piece may take.

    Attributes:
        left: Seconds that the next piece may take.
    """

    __slots__ = ("_patience", "left")

    left: float

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self.left = patience

    def received(self, size: int, seconds: float) -> bool:
        """Count a piece. Return whether the body is fast enough.

        Args:
            size: Bytes of the piece.
            seconds: Seconds for which the piece was awaited.
        """
        self.left = min(self._patience, self.left - seconds + size / MIN_BYTES_PER_SECOND)
        return self.left > 0.0
