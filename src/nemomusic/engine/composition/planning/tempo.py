"""Fit the beats: choose a tempo for the cuts, and bend it a little so that beats meet them."""

from __future__ import annotations

import math
from bisect import bisect
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import attrs

from nemomusic.engine.types import ON_CUT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.engine.types import Cut

__all__ = ["BEND", "ENOUGH", "OFFSETS", "STRESS", "BeatGrid", "beats_met", "fit_beat_grid"]

BEND = 0.035
"""Largest bend of a segment, as a share of its tempo; listeners notice about 4 %."""
OFFSETS = (-0.05, 0.0, 0.02)
"""Distances from a cut, in seconds, at which a beat may lie if this makes a bend smaller.

A note is heard about 0.02 s after its start, so that a late beat sounds later than an early one.
Strokes on a cut are nearer to it than the beat: see `cut_hits.PLAYED_OFFSETS`.
"""
_LOOK_BACK = 6
"""Number of cuts before a cut that are tried as the anchor before it."""
STRESS: dict[int, tuple[float, ...]] = {
    4: (0.3, 0.0, 0.12, 0.0),
    3: (0.3, 0.0, 0.0),
    2: (0.3, 0.08),
}
"""Value that a cut gains from the weight of its beat, by beats a bar."""
_CHOICES = 5
"""How many numbers of beats are tried between two cuts."""
_STEP = 0.008
"""Distance of the tempos that are tried, as a logarithm."""
_RING = 10
"""Steps to either side by which the range of tempos is widened each time."""
ENOUGH = 0.6
"""Share of the cuts with beats below which tempos beyond the range are tried."""
_FOREIGN = 0.15
"""Cost of each octave beyond the range, as a share of what all cuts are worth."""
_APART = 0.03
"""Distance of two tempos, as a logarithm, from which they are different tempos to a listener."""

_worth = itemgetter(0)


@attrs.frozen
class BeatGrid:
    """The beats of a piece.

    Attributes:
        bpm: Nominal tempo in beats per minute.
        times: Seconds of the beats, `bar` to a bar, the first being a downbeat at or before 0; the
            last ones lie beyond the end.
        bar: Beats a bar.
    """

    bpm: float
    times: tuple[float, ...]
    bar: int = 4

    def at(self, beat: float) -> float:
        """Return the time of a beat number, which may have a fraction."""
        index = min(max(int(beat), 0), len(self.times) - 2)
        low, high = self.times[index], self.times[index + 1]
        return low + (high - low) * (beat - index)


class _Anchor(NamedTuple):
    """A beat that is placed on a cut. It is a tuple, because tens of thousands are made."""

    value: float
    time: float
    phase: int  # beat of the bar, from 0
    beats: int  # since the anchor before
    before: _Anchor | None


def fit_beat_grid(
    cuts: Sequence[Cut],
    duration: float,
    low: float,
    high: float,
    *,
    widest: tuple[float, float] | None = None,
    bar: int = 4,
    choice: float = 0.0,
) -> BeatGrid:
    """Return beats at a tempo between two limits, with as many beats on cuts as possible.

    Tempos are tried 0.8 % apart. For each, dynamic programming over the cuts decides which of them
    get a beat, so that no segment between two is bent by more than 3.5 %. Hits by chance do not
    count. Otherwise the fastest tempo would always win.

    Args:
        cuts: In order of time.
        duration: Seconds.
        low: Slowest tempo, beats a minute.
        high: Fastest tempo.
        widest: The slowest and fastest tempo allowed. The range grows to it in steps of 8 %, while
            fewer than 60 % of the cuts get a beat. None to stay between `low` and `high`.
        bar: Beats a bar.
        choice: 0..1, which of the tempos that meet as many cuts as the best one is taken; 0 for
            the best.
    """
    middle = math.sqrt(low * high)
    inside = [cut for cut in cuts if 0.25 < cut.time < duration - 0.25]
    if not inside or high <= low:
        return _lay(
            middle * (high / low) ** (0.6 * (choice - 0.5) * (choice > 0)), [], duration, bar
        )
    steps = max(1, round(math.log(high / low) / _STEP))
    tempos = [low * (high / low) ** (step / steps) for step in range(steps + 1)]
    slowest, fastest = widest or (low, high)
    tried: list[tuple[float, float, _Anchor | None]] = []
    under, over = low, high
    while tempos:
        for bpm in tempos:
            end = _tie(inside, 60.0 / bpm, bar)
            chance = sum(0.5 + cut.strength for cut in inside)
            chance *= min(1.0, 2 * ON_CUT_SECONDS * bpm / 60.0)
            far = abs(math.log(bpm / middle)) / math.log(high / middle)
            pull = 0.075 * min(1.0, far) ** 2
            # Beyond the range, the square would forbid tempos that are only a little unusual.
            pull += _FOREIGN * max(0.0, math.log2(low / bpm), math.log2(bpm / high))
            worth = (end.value if end else 0.0) - chance - pull * len(inside)
            tried.append((worth, bpm, end))
        best = max(tried, key=_worth)
        grid = _lay(best[1], _chain(best[2]), duration, bar)
        if beats_met(inside, grid) >= ENOUGH:
            break
        ring = [math.exp(_STEP * step) for step in range(1, _RING + 1)]
        under, over = min(under, *tempos), max(over, *tempos)
        tempos = [under / one for one in ring if under / one >= slowest]
        tempos += [over * one for one in ring if over * one <= fastest]
    if not choice:
        return grid
    grids = [grid, *_alternatives(inside, tried, grid, duration)]
    return grids[int(choice * len(grids))]


def _alternatives(
    cuts: Sequence[Cut],
    tried: list[tuple[float, float, _Anchor | None]],
    best: BeatGrid,
    duration: float,
) -> list[BeatGrid]:
    """Return grids at other tempos that meet as many cuts as the best one; three at most.

    If there is none, a grid that meets one cut less is better than the same tempo every time.
    """
    found: list[BeatGrid] = []
    second: list[BeatGrid] = []
    share = beats_met(cuts, best)
    for _, bpm, end in sorted(tried, key=_worth, reverse=True)[: max(12, len(tried) // 2)]:
        known = (best, *found)
        if any(abs(math.log(bpm / one.bpm)) < _APART for one in known):
            continue
        grid = _lay(bpm, _chain(end), duration, best.bar)
        reached = beats_met(cuts, grid)
        if reached >= share - 1e-9:
            found.append(grid)
        # `with_offbeats` changes a tempo by up to 3 %. It must not return to the best one.
        elif (
            not second
            and abs(math.log(bpm / best.bpm)) >= 2 * _APART
            and reached >= share - 1.0 / len(cuts) - 1e-9
        ):
            second = [best, best, grid]
        if len(found) == 3:
            break
    return found or second


def _chain(anchor: _Anchor | None) -> list[_Anchor]:
    """Return the chain of anchors that ends with this anchor, in order."""
    anchors: list[_Anchor] = []
    while anchor:
        anchors.append(anchor)
        anchor = anchor.before
    return anchors[::-1]


def beats_met(cuts: Sequence[Cut], grid: BeatGrid) -> float:
    """Return the share of the cuts that have a beat."""
    hits = 0
    for cut in cuts:
        index = bisect(grid.times, cut.time)
        nearest = min(abs(beat - cut.time) for beat in grid.times[index - 1 : index + 1])
        hits += nearest <= ON_CUT_SECONDS
    return hits / len(cuts)


def _tie(cuts: Sequence[Cut], beat: float, bar: int) -> _Anchor | None:
    """Return the last of the anchors that are worth most together at one tempo."""
    table: list[list[_Anchor]] = []
    best: _Anchor | None = None
    for index, cut in enumerate(cuts):
        here: list[_Anchor] = []
        stress = [one * cut.strength for one in STRESS[bar]]
        for offset in OFFSETS:
            time = cut.time + offset
            gain = 0.5 + cut.strength - (0.05 if offset else 0.0)
            # Music that starts before its first bar line: possible, but not as good.
            top = [_Anchor(gain + stress[n] - 0.5, time, n, 0, None) for n in range(bar)]
            for beats, bend in _spans(time, beat):
                phase = beats % bar
                value = gain + stress[phase] - bend
                if value > top[phase].value:
                    top[phase] = _Anchor(value, time, phase, beats, None)
            least = min(one.value for one in top)
            fits: dict[float, list[tuple[int, float]]] = {}  # few times, many anchors at each
            for earlier in table[max(0, index - _LOOK_BACK) :]:
                for other in earlier:
                    value = other.value + gain
                    if value + stress[0] <= least:
                        break  # the first beat of a bar gains most, and the rest are worth less
                    if other.time not in fits:
                        fits[other.time] = _spans(time - other.time, beat)
                    for beats, bend in fits[other.time]:
                        phase = (other.phase + beats) % bar
                        if value + stress[phase] - bend > top[phase].value:
                            worth = value + stress[phase] - bend
                            top[phase] = _Anchor(worth, time, phase, beats, other)
                            least = min(one.value for one in top)
            here += top
        # Only a few of the best paths to this cut are continued.
        table.append(sorted(here, key=_worth, reverse=True)[:8])
        if best is None or table[-1][0].value > best.value:
            best = table[-1][0]
    return best


def _spans(gap: float, beat: float) -> list[tuple[int, float]]:
    """Return numbers of beats that fit a gap, each with the cost of its bend."""
    least = max(1, math.ceil(gap / (beat * (1.0 + BEND)) - 1e-9))
    most = math.floor(gap / (beat * (1.0 - BEND)) + 1e-9)
    if least > most:
        return []
    fits: Sequence[int] = range(least, most + 1)
    if least < most:
        fits = sorted(fits, key=lambda n: abs(gap / n - beat))[:_CHOICES]
    return [(n, 0.12 * ((gap / n / beat - 1.0) / BEND) ** 2) for n in fits]


def _lay(bpm: float, anchors: list[_Anchor], duration: float, bar: int) -> BeatGrid:
    """Return the beats through the anchors, from a downbeat at or before 0 to beyond the end."""
    beat = 60.0 / bpm
    if not anchors:
        times = [0.0]
    elif anchors[0].beats:
        times = [anchors[0].time * n / anchors[0].beats for n in range(anchors[0].beats + 1)]
    else:
        first = anchors[0]
        back = first.phase
        while first.time - back * beat > 0.02:
            back += bar
        times = [first.time - n * beat for n in range(back, -1, -1)]
    for anchor in anchors[1:]:
        start = times[-1]
        times += [
            start + (anchor.time - start) * n / anchor.beats for n in range(1, anchor.beats + 1)
        ]
    while times[-1] < duration + 9 * beat or len(times) < 3 * bar:
        times.append(times[-1] + beat)
    return BeatGrid(bpm, tuple(times), bar)
