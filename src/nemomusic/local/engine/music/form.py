"""The form: where sections begin, what they are, and how much is going on in them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nemomusic.local.engine.music.beats import NEAR
from nemomusic.local.engine.music.song import Stretch

if TYPE_CHECKING:
    from nemomusic.local.engine.music.beats import Pulse
    from nemomusic.local.engine.sight import Sight

__all__ = ["accents", "last_beat", "lay_out", "met"]

# What a section of so many bars costs: four and eight are the measure of most music.
_LENGTHS = {1: 1.8, 2: 0.9, 3: 1.2, 4: 0.3, 5: 1.2, 6: 0.6, 7: 1.2, 8: 0.2}
_SHORT = 24  # bars of a piece in which sections of eight would be too few
_ARC = {"intro": 0.2, "A": 0.5, "B": 0.85, "C": 0.7, "break": 0.25, "outro": 0.45}
_CYCLE = ("A", "A", "B", "A", "break", "B", "C", "A", "B", "break")


def last_beat(pulse: Pulse, duration: float) -> float:
    """Return the beat of the last chord: the last bar line that leaves it time to ring.

    It rings for 1.4 s or more (less in clips under 5 s); if that makes it longer than 3.6 s, the
    middle of the bar is taken.
    """
    ring = min(1.4, 0.3 * duration)
    bar = max(
        0,
        max(
            (n for n in range(0, len(pulse.times), 4) if pulse.times[n] <= duration - ring),
            default=0,
        ),
    )
    if pulse.times[bar] < 0.0 and bar == 0:
        later = [n for n in range(1, 5) if 0.0 <= pulse.times[n] <= duration - ring]
        return float(later[0]) if later and pulse.times[later[0]] < 0.12 else 0.0
    if duration - pulse.times[bar] > 3.6 and pulse.times[bar + 2] <= duration - ring:
        return bar + 2.0
    return float(bar)


def _mean(values: tuple[float, ...], start: float, end: float) -> float:
    """Return the mean of one value a second between two times."""
    if not values:
        return 0.0
    low = min(max(int(start), 0), len(values) - 1)
    return float(np.mean(values[low : max(low + 1, math.ceil(end))]))


def accents(sight: Sight, pulse: Pulse, end: float) -> tuple[float, ...]:
    """Return the beats that lie on the stronger cuts, at least 1.5 s from one another."""
    if not sight.cuts:
        return ()
    floor = min(0.6, float(np.median([cut.strength for cut in sight.cuts])))
    chosen: list[int] = []
    times = np.array(pulse.times)
    for cut in sorted(sight.cuts, key=lambda one: (-one.strength, one.time)):
        beat = int(np.argmin(np.abs(times - cut.time)))
        if cut.strength < floor or abs(times[beat] - cut.time) > NEAR or beat >= end:
            continue
        if all(abs(times[beat] - times[other]) > 1.5 for other in chosen):
            chosen.append(beat)
    return tuple(float(beat) for beat in sorted(chosen))


def met(sight: Sight, pulse: Pulse, end: float) -> tuple[float, ...]:
    """Return the beats before the last chord that lie on a cut."""
    times = np.array(pulse.times)
    beats = {int(np.argmin(np.abs(times - cut.time))): cut.time for cut in sight.cuts}
    return tuple(
        float(beat)
        for beat, time in sorted(beats.items())
        if beat < end and abs(times[beat] - time) <= NEAR
    )


def lay_out(
    sight: Sight, pulse: Pulse, end: float, arousal: float, marks: tuple[float, ...]
) -> tuple[Stretch, ...]:
    """Return the sections up to the last chord.

    Bar lines that lie on a strong cut, or where the picture begins to move more or less, draw
    the boundaries; lengths of four and eight bars are preferred.
    """
    bars = math.ceil(end / 4.0)
    if bars == 0:
        return ()
    gains = [_boundary(sight, pulse, bar, marks) for bar in range(bars + 1)]
    best = [(0.0, 0)] + [(-math.inf, 0)] * bars
    for bar in range(1, bars + 1):
        for length, usual in _LENGTHS.items():
            if length > bar:
                continue
            cost = usual + (0.6 if length > 4 and bars < _SHORT else 0.0)
            value = best[bar - length][0] - cost + (gains[bar] if bar < bars else 0.0)
            if value > best[bar][0]:
                best[bar] = (value, bar - length)
    edges = [bars]
    while edges[-1] > 0:
        edges.append(best[edges[-1]][1])
    edges.reverse()
    return _name(sight, pulse, edges, arousal)


def _boundary(sight: Sight, pulse: Pulse, bar: int, marks: tuple[float, ...]) -> float:
    time = pulse.times[min(4 * bar, len(pulse.times) - 1)]
    change = abs(_mean(sight.motion, time - 4, time) - _mean(sight.motion, time, time + 4))
    return (0.7 if 4.0 * bar in marks else 0.0) + 1.2 * min(change, 0.5)


def _name(sight: Sight, pulse: Pulse, edges: list[int], arousal: float) -> tuple[Stretch, ...]:
    count = len(edges) - 1
    low, high = min(sight.motion, default=0.0), max(sight.motion, default=0.0)
    heard: dict[str, int] = {}
    stretches: list[Stretch] = []
    for index in range(count):
        first, after = edges[index], edges[index + 1]
        if index == 0 and count >= 3:
            kind = "intro"
        elif index == count - 1 and count >= 5 and after - first <= 4:
            kind = "outro"
        elif count == 2:
            kind = "AB"[index]
        else:
            kind = _CYCLE[(index - (count >= 3)) % len(_CYCLE)]
        start, stop = pulse.times[4 * first], pulse.times[min(4 * after, len(pulse.times) - 1)]
        moving = _mean(sight.motion, max(start, 0.0), stop)
        # Half what is seen, half how it compares with the rest of the clip.
        if high - low > 0.08:
            moving = 0.5 * moving + 0.5 * (moving - low) / (high - low)
        arc = _ARC[kind] if count > 1 else 0.65
        # A piece grows: what comes back comes back bigger.
        arc += 0.12 * (index / count) if kind in {"A", "B", "C"} else 0.0
        energy = 0.14 + 0.5 * arc + 0.36 * moving + 0.18 * arousal
        turn = heard.get(kind, 0)
        heard[kind] = turn + 1
        stretches.append(
            Stretch(
                name=kind if turn == 0 else f"{kind}{turn + 1}",
                theme=1 if kind in {"B", "break"} else 0,
                first=first,
                bars=after - first,
                energy=float(np.clip(energy, 0.05, 1.0)),
                turn=turn,
            )
        )
    return tuple(stretches)
