"""Hard cuts: where one shot ends and another begins."""

from __future__ import annotations

import attrs

from nemomusic.local.engine.values import Value

__all__ = ["Cut"]


@attrs.frozen
class Cut(Value):
    """A hard cut.

    Attributes:
        time: Seconds; the presentation time of the first picture of the new shot.
        strength: 0..1, how different the two shots are.
    """

    time: float
    strength: float
