"""Thin out crowded seconds, as arrangers do: chords lose voices before they lose strokes."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.engine.composition.notation.score import Note, Part

__all__ = ["thinned"]

_MAX_NOTES = 25
"""The largest number of notes that may be struck in one second. More notes blur."""
_ORDER = (
    "echo",
    "counter",
    "arp 3",
    "inner voices",
    "comp 3",
    "arp 2",
    "comp 2",
    "arp",
    "soft cymbals",
    "comp",
    "pad",
    "cymbals",
    "power chords",
    "drums",
    "bass",
    "melody",
)
"""Parts in the order in which they lose notes in a crowded second."""
_ON_CUT = 5.5
"""Places by which a note on a cut comes later in this order, but never later than the tune."""
_CORE_VOICES = 2
"""Number of voices from the top that a struck chord keeps longest: the ear completes the others."""
_STROKE_S = 0.06
"""Seconds within which the notes of a chord are one stroke."""
_SOFT = 0.62
"""Velocity below which a stroke of a cymbal or shaker only fills the groove."""
_CYMBALS = {"hat", "softhat", "openhat", "ride", "shaker", "tambourine"}
_TOGETHER_S = 0.035
"""Seconds around a cut within which a note counts as on the cut."""


def thinned(parts: Sequence[Part], cuts: Sequence[float]) -> list[Part]:
    """Return the parts without the excess notes of crowded seconds.

    Args:
        parts: The parts.
        cuts: The times of cuts and of the last chord, in order: there the chords stay full longest.
    """
    order = sorted(
        (
            (note.start, number, note, rank)
            for number, part in enumerate(parts)
            for note, rank in zip(part.notes, _ranks(part, cuts), strict=True)
        ),
        key=lambda one: (one[0], one[1], one[2].pitch, one[2].patch),
    )
    dropped: set[tuple[int, Note]] = set()
    window: list[tuple[float, int, Note, float]] = []
    for one in order:
        window = [other for other in window if other[0] > one[0] - 1.0]
        window.append(one)
        if len(window) > _MAX_NOTES:
            least = min(window, key=lambda x: (x[3], x[2].velocity, x[2].pitch))
            window.remove(least)
            dropped.add((least[1], least[2]))
    return [
        attrs.evolve(
            part, notes=tuple(note for note in part.notes if (number, note) not in dropped)
        )
        for number, part in enumerate(parts)
    ]


def _ranks(part: Part, cuts: Sequence[float]) -> list[float]:
    """Return the place of each note in the order. Parts that the order lacks come last."""
    base = part.name.split(" ", maxsplit=1)[0]
    name = "echo" if part.name.endswith("echo") else part.name if part.name in _ORDER else base
    place = _ORDER.index(name) if name in _ORDER else len(_ORDER)
    ranks: list[float] = []
    for number, note in enumerate(part.notes):
        rank = float(place)
        if base == "comp" and _voice(part.notes, number) >= _CORE_VOICES:
            rank = float(_ORDER.index("inner voices"))
        elif name == "comp" and note.patch == "power":
            rank = float(_ORDER.index("power chords"))
        elif base == "drums" and note.patch in _CYMBALS:
            rank = float(_ORDER.index("soft cymbals" if note.velocity < _SOFT else "cymbals"))
        if name != "echo" and _on_cut(note, cuts):
            rank = max(rank, min(rank + _ON_CUT, _ORDER.index("melody") - 0.5))
        ranks.append(rank)
    return ranks


def _voice(notes: Sequence[Note], number: int) -> int:
    """Return how many notes of the same stroke are higher: 0 for the highest."""
    own = notes[number]
    higher = 0
    for step in (-1, 1):
        at = number + step
        while 0 <= at < len(notes) and abs(notes[at].start - own.start) <= _STROKE_S:
            higher += notes[at].pitch > own.pitch
            at += step
    return higher


def _on_cut(note: Note, cuts: Sequence[float]) -> bool:
    at = bisect_left(cuts, note.start - _TOGETHER_S)
    return at < len(cuts) and cuts[at] <= note.start + _TOGETHER_S
