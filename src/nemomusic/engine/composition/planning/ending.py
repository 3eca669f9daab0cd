"""Find where a piece ends: with the clip, or with a fade to black at the clip's end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from nemomusic.engine.types import ClipAnalysis

__all__ = ["Ending", "ending_of"]

_AT_END_S = 0.5
"""Longest time in seconds from the end of a fade to the end of the clip that it ends."""
_SHORTEST_S = 6.0
"""Seconds before a fade without which the music has no room for an end of its own."""
_RING_S = 1.4
"""The shortest time in seconds from the last chord to the end of the music."""


class Ending(NamedTuple):
    """The end of a piece.

    Attributes:
        last_chord: Seconds; where the last chord begins at best. None without a fade.
        silence: Seconds; where the music is over.
    """

    last_chord: float | None
    silence: float


def ending_of(analysis: ClipAnalysis) -> Ending:
    """Return the end of a piece for a clip.

    If the clip ends with a fade to a flat picture, the last chord begins with the fade, and the
    music is over when the picture is flat. Otherwise the music ends with the clip.
    """
    duration = analysis.duration
    fades = [one for one in analysis.transitions if one.kind == "fade"]
    if not fades or fades[-1].end < duration - _AT_END_S or fades[-1].start < _SHORTEST_S:
        return Ending(None, duration)
    last = fades[-1]
    return Ending(last.start, min(duration, max(last.middle, last.start + _RING_S)))
