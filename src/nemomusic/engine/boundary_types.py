"""The boundaries between the shots of a clip."""

from __future__ import annotations

from typing import Literal

import attrs

from nemomusic.engine.serialization import JsonValue

__all__ = ["Cut", "Transition"]


@attrs.frozen
class Cut(JsonValue):
    """A hard cut.

    Attributes:
        time: Seconds; the presentation time of the first frame of the new shot.
        strength: The difference of the two shots, 0..1.
    """

    time: float
    strength: float


@attrs.frozen
class Transition(JsonValue):
    """A gradual change from one shot to the next.

    Attributes:
        kind: "dissolve" from one picture to another, or "fade" to, from or through a flat picture,
            such as black.
        start: Seconds; when the old shot begins to change.
        middle: Seconds; when both pictures of a dissolve are equally strong. In a fade, the middle
            of the flat picture.
        end: Seconds; when the new shot is complete. If a fade leads to a flat picture that stays,
            when the flat picture is complete.
    """

    kind: Literal["dissolve", "fade"]
    start: float
    middle: float
    end: float

    def moved(self, seconds: float) -> Transition:
        """Return the transition at another time: later, or earlier if `seconds` is negative."""
        return attrs.evolve(
            self, start=self.start + seconds, middle=self.middle + seconds, end=self.end + seconds
        )
