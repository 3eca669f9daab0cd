"""Find the positions at which the players strike cuts: on beats, and between beats.

The beats meet most cuts. A cut between two beats is struck on an eighth or a sixteenth note, as
composers of film music write a hit off the beat.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nemomusic.engine.composition.planning.patterns import SIGNATURES, Stroke, strokes
from nemomusic.engine.composition.planning.plan import swung
from nemomusic.engine.types import ON_CUT_SECONDS

if TYPE_CHECKING:
    from nemomusic.engine.composition.planning.plan import Bar, SongPlan
    from nemomusic.engine.composition.style import Style
    from nemomusic.engine.types import ClipAnalysis

__all__ = ["accents", "offbeats", "positions_on_cuts", "strokes_with_hits"]

PLAYED_OFFSETS = (-0.04, 0.015)
"""The smallest and largest distance in seconds of a stroke from the cut that it marks."""
_SHORTEST_S = 0.085
"""The shortest note value in seconds on which a cut is struck."""
_LONGEST_HIT = 1.0
"""The longest added stroke in beats, if it does not interrupt a longer note."""
_LAST_HIT_S = 0.6
"""Seconds before the end of the music after which no cut is struck: a stroke would have no time to
ring."""
_APART_S = 1.5
"""The smallest distance in seconds between two accents."""


def positions_on_cuts(analysis: ClipAnalysis, song: SongPlan) -> dict[float, float]:
    """Return the positions in beats that lie on a cut, until the music is nearly over.

    Strokes after the last chord repeat it: the end of the film has its last accent.

    A beat is preferred to an eighth note, and an eighth note to a sixteenth note.

    Returns:
        The positions in order, each with the seconds by which it is to be played later (negative:
        earlier), so that it lies within `PLAYED_OFFSETS` of its cut.
    """
    found: dict[float, float] = {}
    last = max(song.release - _SHORTEST_S, song.duration - _LAST_HIT_S)
    for cut in analysis.cuts:
        position = _position(song, cut.time)
        if position is None or (time := song.time(position)) > last:
            continue
        late = time - cut.time
        found[position] = min(max(late, PLAYED_OFFSETS[0]), PLAYED_OFFSETS[1]) - late
    return dict(sorted(found.items()))


def accents(analysis: ClipAnalysis, song: SongPlan) -> tuple[float, ...]:
    """Return the positions that lie on the stronger cuts, at least 1.5 s from one another."""
    if not analysis.cuts:
        return ()
    floor = min(0.6, float(np.median([cut.strength for cut in analysis.cuts])))
    chosen: dict[float, float] = {}  # the second of each position
    for cut in sorted(analysis.cuts, key=lambda one: (-one.strength, one.time)):
        position = _position(song, cut.time)
        if cut.strength < floor or position is None or position > song.end:
            continue
        time = song.time(position)
        if all(abs(time - other) > _APART_S for other in chosen.values()):
            chosen[position] = time
    return tuple(sorted(chosen))


def strokes_with_hits(
    song: SongPlan, bar: Bar, row: str, sign: str | None = None
) -> tuple[Stroke, ...]:
    """Return the strokes of a row in a bar, with a stroke on each cut.

    Args:
        song: The plan.
        bar: The bar.
        row: A row of `patterns`.
        sign: The sign of an added stroke; None for the sign of the stroke before it.
    """
    written = [one for one in strokes(row, song.signature.steps) if one.position < bar.beats - 0.01]
    taken = {round(one.position, 3) for one in written}
    for beat in song.on_cuts:
        position = round(beat - bar.start, 6)
        if not 0.0 <= position < bar.beats - 0.01 or round(position, 3) in taken:
            continue
        before = max((n for n, one in enumerate(written) if one.position < position), default=None)
        following = min((o.position for o in written if o.position > position), default=bar.beats)
        length = min(_LONGEST_HIT, following - position)
        own = sign or (written[before].sign if before is not None else "")
        if before is not None and written[before].position + written[before].length > position:
            held = written[before]
            length = min(following, held.position + held.length) - position
            written[before] = held._replace(length=position - held.position)
        if own:
            written.insert(0 if before is None else before + 1, Stroke(position, length, own))
    return tuple(written)


def _position(song: SongPlan, cut: float) -> float | None:
    """Return the position of a cut, or None if no note value meets the cut."""
    for parts in (1, *_divisions(song.style, song.grid.bpm)):
        near = _nearest(song, cut, parts)
        if abs(song.time(near) - cut) <= ON_CUT_SECONDS:
            return near
    return None


def offbeats(style: Style, bpm: float) -> list[float]:
    """Return the parts of a beat, as they are played, on which cuts may be struck."""
    found: list[float] = []
    for parts in _divisions(style, bpm):
        found += [swung(style, one / parts) for one in range(1, parts) if parts != 4 or one % 2]
    return found


def _divisions(style: Style, bpm: float) -> list[int]:
    """Return the numbers of equal parts of a beat on which cuts may be struck."""
    parts = (2, 4) if SIGNATURES[style.signature].steps == 4 else (3,)
    return [one for one in parts if 60.0 / bpm / one >= _SHORTEST_S]


def _nearest(song: SongPlan, cut: float, parts: int) -> float:
    """Return the position that is nearest to a time, in whole parts of a beat."""
    times = song.grid.times
    beat = float(np.interp(cut, times, np.arange(len(times))))
    around = range(max(0, math.floor(parts * (beat - 0.5))), math.ceil(parts * (beat + 0.5)) + 1)
    return min((one / parts for one in around), key=lambda one: abs(song.time(one) - cut))
