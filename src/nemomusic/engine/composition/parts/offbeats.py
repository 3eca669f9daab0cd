"""Bend the beats so that cuts between two beats lie on an off-beat."""

from __future__ import annotations

import math
from operator import attrgetter
from typing import TYPE_CHECKING

import attrs
import numpy as np

from nemomusic.engine.composition.planning.tempo import (
    BEND,
    ENOUGH,
    OFFSETS,
    STRESS,
    BeatGrid,
    beats_met,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nemomusic.engine.types import Cut

__all__ = ["with_offbeats"]

_LOOK_BACK = 4
"""Number of cuts before a cut that are tried as the anchor before it."""
_PATHS = 6
"""Number of paths to one cut that are continued."""
_WORTH = 0.34
"""Value of an off-beat on a cut, as a share of the value of a beat."""
_FINER = 0.85
"""Factor on the value of each further kind of off-beat."""
_NEAR = (0.99, 1.01, 0.98, 1.02, 0.97, 1.03)
"""Factors on the tempo that are tried: listeners notice about 4 %."""
_LEAST_BEATS = 0.4
"""The smallest distance of two anchors in beats."""

_value = attrgetter("value")


@attrs.frozen
class _Path:
    """The last anchor of a path: its value, second, position in the bar, and beats since before."""

    value: float
    time: float
    slot: float
    beats: float
    before: _Path | None


def with_offbeats(
    grid: BeatGrid,
    cuts: Sequence[Cut],
    duration: float,
    offbeats: Sequence[float],
    tempos: tuple[float, float],
) -> BeatGrid:
    """Return the beats, bent so that more cuts lie on an off-beat, and no fewer on a beat.

    The tempo changes by 3 % at most, unless beats meet under 60 % of the cuts: then all tempos are
    tried. No segment between two cuts is bent by more than 3.5 %.

    Args:
        grid: The beats as they were fitted.
        cuts: In order of time.
        duration: Seconds.
        offbeats: The parts of a beat, 0..1, on which players may strike; the best ones first.
        tempos: The slowest and fastest tempo to change to.
    """
    inside = [cut for cut in cuts if 0.25 < cut.time < duration - 0.25]
    if not inside or not offbeats or beats_met(inside, grid) == 1.0:
        return grid
    met = beats_met(inside, grid)
    if met < ENOUGH:
        bpms = _spread(*tempos)
    else:
        bpms = [one * grid.bpm for one in _NEAR if tempos[0] <= one * grid.bpm <= tempos[1]]
    best, most = grid, 0.0
    for bpm in [grid.bpm, *bpms]:
        tried = attrs.evolve(grid, bpm=bpm)
        path = _best_path(inside, tried, offbeats)
        if path.value > most:
            bent = _laid(tried, path)
            if met < ENOUGH or beats_met(inside, bent) >= met - 1e-9:
                best, most = bent, path.value
    return best


def _spread(slowest: float, fastest: float) -> list[float]:
    """Return tempos 2 % apart."""
    steps = max(1, round(math.log(fastest / slowest) / 0.02))
    return [slowest * (fastest / slowest) ** (step / steps) for step in range(steps + 1)]


def _best_path(cuts: Sequence[Cut], grid: BeatGrid, offbeats: Sequence[float]) -> _Path:
    """Return the last of the anchors that are worth most together."""
    beat, bar = 60.0 / grid.bpm, grid.bar
    slots = [
        (number + part, rank) for number in range(bar) for rank, part in enumerate((0.0, *offbeats))
    ]
    table: list[list[_Path]] = []
    for cut in cuts:
        found: list[_Path] = []
        for slot, rank in slots:
            share = _WORTH * _FINER**rank if rank else 1.0
            stress = 0.0 if rank else STRESS[bar][int(slot)] * cut.strength
            for offset in OFFSETS:
                gain = (0.5 + cut.strength) * share + stress - (0.05 if offset else 0.0)
                found.append(
                    max(
                        _ways(table[-_LOOK_BACK:], cut.time + offset, slot, gain, (beat, bar)),
                        key=_value,
                    )
                )
        table.append(sorted(found, key=_value, reverse=True)[:_PATHS])
    return max((paths[0] for paths in table), key=_value)


def _ways(
    table: Sequence[Sequence[_Path]],
    time: float,
    slot: float,
    gain: float,
    meter: tuple[float, int],
) -> Iterator[_Path]:
    """Yield the ways to an anchor: from the start of the music, or from an earlier anchor."""
    beat, bar = meter
    yield _Path(gain - 0.5, time, slot, 0.0, None)
    starts = [(0.0, 0.0, 0.0, None), *((p.value, p.time, p.slot, p) for row in table for p in row)]
    for value, begin, position, path in starts:
        exact = (time - begin) / beat
        beats = slot - position + bar * round((exact - slot + position) / bar)
        if beats < _LEAST_BEATS:
            continue
        bend = abs(exact / beats - 1.0) / BEND
        if bend <= 1.0:
            yield _Path(value + gain - 0.12 * bend**2, time, slot, beats, path)


def _laid(grid: BeatGrid, last: _Path) -> BeatGrid:
    """Return the beats through the anchors of a path."""
    path: list[_Path] = []
    link: _Path | None = last
    while link:
        path.append(link)
        link = link.before
    path.reverse()
    beat, first = 60.0 / grid.bpm, path[0]
    if first.beats:
        points = [(0.0, 0.0), (first.beats, first.time)]
    else:  # from a downbeat at or before the start
        position = first.slot
        while first.time - position * beat > 0.02:
            position += grid.bar
        points = [(0.0, first.time - position * beat), (position, first.time)]
    for one in path[1:]:
        points.append((points[-1][0] + one.beats, one.time))
    count = int(points[-1][0]) + 2 + int((grid.times[-1] - points[-1][1]) / beat)
    points.append((points[-1][0] + count, points[-1][1] + count * beat))
    numbers, times = zip(*points, strict=True)
    found = np.interp(np.arange(count), numbers, times)
    return attrs.evolve(grid, times=tuple(found.tolist()))
