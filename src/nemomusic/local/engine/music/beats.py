"""Where the beats lie: a tempo that suits the cuts, bent a little so that beats meet them."""

from __future__ import annotations

import math
from bisect import bisect
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import attrs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.local.engine.cuts import Cut

__all__ = ["NEAR", "Pulse", "find_pulse"]

NEAR = 0.06  # s within which a beat and a cut are felt as one
_BEND = 0.035  # most a segment may be faster or slower; below what listeners notice (about 4 %)
_OFFSETS = (-0.03, 0.0, 0.03)  # s beside a cut where a beat may lie, where that saves a bend
_LOOK_BACK = 6  # cuts before the last one that was met
_STRESS = (0.3, 0.0, 0.12, 0.0)  # what a cut gains from the weight of its beat in the bar
_CHOICES = 5  # numbers of beats tried between two cuts
_STEP = 0.008  # between tempos that are tried, as a logarithm
_RING = 10  # of these steps to either side, each time the range is widened
_ENOUGH = 0.6  # of the cuts: with fewer on beats, tempos beyond the range are worth trying
_FOREIGN = 0.15  # of a cut's worth, times the cuts, that each octave beyond the range costs

_worth = itemgetter(0)


@attrs.frozen
class Pulse:
    """The beats of a piece.

    Attributes:
        bpm: Nominal tempo.
        times: Seconds of the beats, four to a bar, the first being a downbeat at or before 0; the
            last ones lie beyond the end.
    """

    bpm: float
    times: tuple[float, ...]

    def at(self, beat: float) -> float:
        """Return the time of a beat number, fractions in between."""
        index = min(max(int(beat), 0), len(self.times) - 2)
        low, high = self.times[index], self.times[index + 1]
        return low + (high - low) * (beat - index)


class _Anchor(NamedTuple):
    """A beat that is tied to a cut; a tuple, for tens of thousands are made."""

    value: float
    time: float
    phase: int  # of the bar, 0..3
    beats: int  # since the anchor before
    before: _Anchor | None


def find_pulse(
    cuts: Sequence[Cut],
    duration: float,
    low: float,
    high: float,
    *,
    widest: tuple[float, float] | None = None,
) -> Pulse:
    """Return beats between two tempos of which as many as can be lie on cuts.

    Tempos are tried 0.8 % apart. For each, dynamic programming over the cuts decides which of
    them get a beat, so that no segment between two is bent by more than 3.5 %; hits that a
    tempo would have by chance don't count for it, or the fastest would always win.

    Args:
        cuts: In order.
        duration: Seconds.
        low: Slowest tempo, beats a minute.
        high: Fastest.
        widest: Slowest and fastest tempo to go to, 8 % at a time, while fewer than 60 % of the
            cuts get a beat; None to stay between `low` and `high`.
    """
    middle = math.sqrt(low * high)
    inside = [cut for cut in cuts if 0.25 < cut.time < duration - 0.25]
    if not inside or high <= low:
        return _lay(middle, [], duration)
    steps = max(1, round(math.log(high / low) / _STEP))
    tempos = [low * (high / low) ** (step / steps) for step in range(steps + 1)]
    slowest, fastest = widest or (low, high)
    best: tuple[float, float, _Anchor | None] = (-math.inf, middle, None)
    under, over = low, high
    while tempos:
        for bpm in tempos:
            end = _tie(inside, 60.0 / bpm)
            chance = sum(0.5 + cut.strength for cut in inside) * min(1.0, 2 * NEAR * bpm / 60.0)
            far = abs(math.log(bpm / middle)) / math.log(high / middle)
            pull = 0.075 * min(1.0, far) ** 2
            # Beyond the range the square would forbid what is only a little less usual.
            pull += _FOREIGN * max(0.0, math.log2(low / bpm), math.log2(bpm / high))
            worth = (end.value if end else 0.0) - chance - pull * len(inside)
            if worth > best[0] + 1e-9:
                best = (worth, bpm, end)
        pulse = _lay(best[1], _chain(best[2]), duration)
        if _share(inside, pulse) >= _ENOUGH:
            break
        ring = [math.exp(_STEP * step) for step in range(1, _RING + 1)]
        under, over = min(under, *tempos), max(over, *tempos)
        tempos = [under / one for one in ring if under / one >= slowest]
        tempos += [over * one for one in ring if over * one <= fastest]
    return pulse


def _chain(anchor: _Anchor | None) -> list[_Anchor]:
    """Return the anchors up to this one, in order."""
    anchors: list[_Anchor] = []
    while anchor:
        anchors.append(anchor)
        anchor = anchor.before
    return anchors[::-1]


def _share(cuts: Sequence[Cut], pulse: Pulse) -> float:
    """Return which part of the cuts has a beat."""
    hits = 0
    for cut in cuts:
        index = bisect(pulse.times, cut.time)
        hits += min(abs(beat - cut.time) for beat in pulse.times[index - 1 : index + 1]) <= NEAR
    return hits / len(cuts)


def _tie(cuts: Sequence[Cut], beat: float) -> _Anchor | None:
    """Return the last of the anchors that are worth most together at one tempo."""
    table: list[list[_Anchor]] = []
    best: _Anchor | None = None
    for index, cut in enumerate(cuts):
        here: list[_Anchor] = []
        stress = [one * cut.strength for one in _STRESS]
        for offset in _OFFSETS:
            time = cut.time + offset
            gain = 0.5 + cut.strength - (0.05 if offset else 0.0)
            # Music that starts before its first bar line: possible, but not as good.
            top = [_Anchor(gain + stress[n] - 0.4, time, n, 0, None) for n in range(4)]
            for beats, bend in _spans(time, beat):
                phase = beats % 4
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
                        phase = (other.phase + beats) % 4
                        if value + stress[phase] - bend > top[phase].value:
                            whole = value + stress[phase] - bend
                            top[phase] = _Anchor(whole, time, phase, beats, other)
                            least = min(one.value for one in top)
            here += top
        # Of what can be reached at this cut the best few are enough to go on from.
        table.append(sorted(here, key=_worth, reverse=True)[:8])
        if best is None or table[-1][0].value > best.value:
            best = table[-1][0]
    return best


def _spans(gap: float, beat: float) -> list[tuple[int, float]]:
    """Return numbers of beats that fit a gap, each with the cost of its bend."""
    least = max(1, math.ceil(gap / (beat * (1.0 + _BEND)) - 1e-9))
    most = math.floor(gap / (beat * (1.0 - _BEND)) + 1e-9)
    if least > most:
        return []
    fits: Sequence[int] = range(least, most + 1)
    if least < most:
        fits = sorted(fits, key=lambda n: abs(gap / n - beat))[:_CHOICES]
    return [(n, 0.12 * ((gap / n / beat - 1.0) / _BEND) ** 2) for n in fits]


def _lay(bpm: float, anchors: list[_Anchor], duration: float) -> Pulse:
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
            back += 4
        times = [first.time - n * beat for n in range(back, -1, -1)]
    for anchor in anchors[1:]:
        start = times[-1]
        times += [
            start + (anchor.time - start) * n / anchor.beats for n in range(1, anchor.beats + 1)
        ]
    while times[-1] < duration + 9 * beat:
        times.append(times[-1] + beat)
    return Pulse(bpm, tuple(times))
