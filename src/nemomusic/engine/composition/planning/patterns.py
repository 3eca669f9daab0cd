"""Rhythms as text, one sign for each step of a bar, so that a musician can read and change them.

A bar of 4/4 has 16 steps, of 3/4 and 6/8 twelve. In all rows `.` is a rest, and `-` holds the note
before it. A shortened bar plays the first steps only.

* Chords: `X` accented, `x` normal, `o` soft and left out where the tune is busy, `s` short.
* Figures: a digit is a voice of the chord counted from below; from 3 on, an octave higher.
* Basses: `r` root, `5` fifth, `3` third, `7` seventh, `8` octave, `a` a step of the scale before
  the next root, `c` a semitone before it, `w` the next note of a walking line.
* Drums: `X` hard, `x` normal, `o` soft, `g` a ghost note.
* Tunes: `x` a note, `X` an accented one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import attrs

__all__ = ["SIGNATURES", "Stroke", "TimeSignature", "strokes"]


@attrs.frozen
class TimeSignature:
    """The number of beats and steps in a bar.

    Attributes:
        name: "4/4", "3/4" or "6/8".
        beats: Number of beats in a bar. In 6/8 a beat is a dotted quarter.
        steps: Number of steps in a beat of a pattern.
        half: Number of beats in a shortened bar; 0 if bars are never shortened.
    """

    name: str
    beats: int
    steps: int
    half: int

    @property
    def bar_steps(self) -> int:
        """Return the number of steps in a bar."""
        return self.beats * self.steps


SIGNATURES = {
    "4/4": TimeSignature("4/4", 4, 4, 2),
    "3/4": TimeSignature("3/4", 3, 4, 0),
    "6/8": TimeSignature("6/8", 2, 6, 1),
}


class Stroke(NamedTuple):
    """A sign of a pattern: position and length in beats."""

    position: float
    length: float
    sign: str


@lru_cache(maxsize=4096)
def strokes(pattern: str, steps: int) -> tuple[Stroke, ...]:
    """Return the strokes of a row.

    Args:
        pattern: The row. Blanks have no meaning.
        steps: Number of steps in a beat.
    """
    row = pattern.replace(" ", "")
    found: list[Stroke] = []
    for step, sign in enumerate(row):
        if sign in ".-":
            continue
        end = step + 1
        while end < len(row) and row[end] == "-":
            end += 1
        found.append(Stroke(step / steps, (end - step) / steps, sign))
    return tuple(found)
