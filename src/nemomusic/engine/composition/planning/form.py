"""Plan the form: sections of complete chord loops, laid on the shots of the clip.

A section holds its chord loop once or twice. It may have an extension: a tag of one bar, or a bar
of half the length. Film composers use such bars to reach a cut. So a section can begin on a cut
without cutting off the loop before it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import attrs
import numpy as np

from nemomusic.engine.composition.planning.ending import Ending
from nemomusic.engine.composition.planning.plan import Bar, SectionPlan
from nemomusic.engine.types import ON_CUT_SECONDS

if TYPE_CHECKING:
    from nemomusic.engine.composition.planning.patterns import TimeSignature
    from nemomusic.engine.composition.planning.plan import Chooser
    from nemomusic.engine.composition.planning.tempo import BeatGrid
    from nemomusic.engine.types import ClipAnalysis

__all__ = ["SongForm", "plan_form"]

_COST = {1: 2.2, 2: 0.55, 4: 0.15, 8: 0.2}
"""Cost of a section of so many bars before its extension."""
_SHORT_BARS = 20
"""Length of a piece in bars below which it would have too few sections of eight bars."""
_MIN_RING_S = 1.4
"""The shortest last chord in seconds, in clips that are long enough."""
_GOOD_RING_S = 2.4
"""The best length of the last chord in seconds."""
_LATE = 1.5
"""Cost of each second between the last chord and its best time, in a clip that ends with a fade."""
_MAX_RING_S = 4.6
"""The longest last chord in seconds."""
_DISSOLVE = 0.95
"""Value of a section boundary in the middle of a dissolve."""
_VARIETY = 0.45
"""Width of the random part in the value of a boundary, so that other seeds give other forms."""
_ARC = {"intro": 0.2, "A": 0.5, "B": 0.82, "C": 0.7, "break": 0.25, "outro": 0.45}
_CYCLES = (
    ("A", "A", "B", "A", "break", "B", "C", "A", "B", "break"),
    ("A", "B", "A", "B", "break", "C", "B", "A", "B", "break"),
    ("A", "B", "A", "C", "break", "A", "B", "A", "C", "break"),
    ("A", "A", "B", "B", "break", "A", "C", "B", "A", "break"),
    ("A", "B", "C", "A", "break", "B", "A", "C", "B", "break"),
)


@attrs.frozen
class SongForm:
    """The form.

    Attributes:
        pickup: Beat number from which a pickup leads to the first bar.
        bars: The bars up to the last chord.
        sections: The sections.
        end: Beat number of the last chord.
    """

    pickup: float
    bars: tuple[Bar, ...]
    sections: tuple[SectionPlan, ...]
    end: int


class _FormStep(NamedTuple):
    """A path to a beat: its value, and the section that ends there."""

    value: float
    before: int
    bars: int
    extension: int  # beats: more or less than the bars have


def _mean(values: tuple[float, ...], start: float, end: float) -> float:
    """Return the mean of one value a second between two times."""
    if not values:
        return 0.0
    low = min(max(int(start), 0), len(values) - 1)
    return float(np.mean(values[low : max(low + 1, math.ceil(end))]))


def plan_form(
    analysis: ClipAnalysis,
    grid: BeatGrid,
    signature: TimeSignature,
    arousal: float,
    chooser: Chooser,
    ending: Ending | None = None,
) -> SongForm:
    """Return the form of a piece: whole loops from its first bar to its last chord.

    Args:
        analysis: Cuts and motion of the clip.
        grid: The beats.
        signature: The time signature.
        arousal: -1..1, added to the energy of all sections.
        chooser: Makes the random choices between forms of similar value.
        ending: The end of the piece; None for the end of the clip.
    """
    ending = ending or Ending(None, analysis.duration)
    first = next((n for n in range(0, len(grid.times), grid.bar) if grid.times[n] >= -0.02), 0)
    last, steps = _search(analysis, grid, signature, (first, ending), chooser)
    sections: list[tuple[int, int, int, int]] = []  # first beat, end beat, bars, extension
    beat = last
    while beat > first:
        step = steps[beat]
        sections.append((step.before, beat, step.bars, step.extension))
        beat = step.before
    sections.reverse()
    bars: list[Bar] = []
    for index, (start, end, _, _) in enumerate(sections):
        at, number = start, 0
        while at < end:
            length = min(grid.bar, end - at)
            bars.append(Bar(at, length, index, number))
            at, number = at + length, number + 1
    pickup = float(first) if grid.times[first] <= 0.02 else _beat_of(grid, 0.0)
    plans = _named(analysis, grid, sections, bars, arousal, chooser)
    return SongForm(pickup, tuple(bars), plans, last)


def _beat_of(grid: BeatGrid, time: float) -> float:
    """Return the beat number of a time."""
    return float(np.interp(time, grid.times, np.arange(len(grid.times))))


def _search(
    analysis: ClipAnalysis,
    grid: BeatGrid,
    signature: TimeSignature,
    limits: tuple[int, Ending],
    chooser: Chooser,
) -> tuple[int, dict[int, _FormStep]]:
    """Return the beat of the last chord and, for every boundary, the best way to it.

    The limits are the first beat of the first bar, and the end of the piece.
    """
    first, ending = limits
    ring = min(_MIN_RING_S, 0.3 * ending.silence)
    limit = ending.silence - ring
    if ending.last_chord is not None:
        limit = max(limit, ending.last_chord + ON_CUT_SECONDS)
    ends = [n for n in range(first, len(grid.times)) if grid.times[n] <= limit]
    latest = ends[-1] if ends else first
    total_bars = (latest - first) // grid.bar
    if total_bars < 1:
        return first, {}
    gains = _boundary_gains(analysis, grid, latest, chooser)
    half = signature.half
    lengths = [1] if total_bars < 2 else [2, 4] if total_bars < _SHORT_BARS else [2, 4, 8]
    if total_bars in {2, 3}:
        lengths = [1, 2]
    taste = {length: 0.25 * chooser.unit() for length in lengths}
    extensions = [(0, 0.0), (grid.bar, 0.5)] + ([(half, 0.5), (-half, 0.65)] if half else [])
    steps: dict[int, _FormStep] = {first: _FormStep(0.0, first, 0, 0)}
    for beat in range(first, latest + 1):
        if beat not in steps:
            continue
        for length in lengths:
            for extension, price in extensions:
                after = beat + length * grid.bar + extension
                if after > latest or (length == 1 and extension):
                    continue
                value = steps[beat].value - _COST[length] - taste[length] - price + gains[after]
                if after not in steps or value > steps[after].value:
                    steps[after] = _FormStep(value, beat, length, extension)

    def worth(beat: int) -> float:
        if ending.last_chord is not None:
            late = abs(grid.times[beat] - ending.last_chord)
            return steps[beat].value - gains[beat] - _LATE * late
        rest = ending.silence - grid.times[beat]
        cost = 0.5 * abs(rest - _GOOD_RING_S) + 3.0 * max(0.0, rest - _MAX_RING_S)
        return steps[beat].value - gains[beat] - cost

    best = max((beat for beat in steps if beat > first or not ends), key=worth, default=first)
    return best, steps


def _boundary_gains(
    analysis: ClipAnalysis, grid: BeatGrid, latest: int, chooser: Chooser
) -> list[float]:
    """Return the value of a section boundary on each beat."""
    gains: list[float] = []
    for beat in range(latest + 1):
        time = grid.times[beat]
        change = abs(
            _mean(analysis.motion, time - 4, time) - _mean(analysis.motion, time, time + 4)
        )
        near = [cut for cut in analysis.cuts if abs(cut.time - time) <= ON_CUT_SECONDS]
        strength = max((0.35 + 0.75 * cut.strength for cut in near), default=0.0)
        if any(abs(middle - time) <= ON_CUT_SECONDS for middle in analysis.dissolves):
            strength = max(strength, _DISSOLVE)
        gains.append(strength + 1.2 * min(change, 0.5) + _VARIETY * (chooser.unit() - 0.5))
    return gains


def _named(
    analysis: ClipAnalysis,
    grid: BeatGrid,
    sections: list[tuple[int, int, int, int]],
    bars: list[Bar],
    arousal: float,
    chooser: Chooser,
) -> tuple[SectionPlan, ...]:
    count = len(sections)
    low, high = min(analysis.motion, default=0.0), max(analysis.motion, default=0.0)
    cycle = chooser.pick(_CYCLES)
    intro = count >= 3 and (sections[0][2] <= 2 or (count >= 5 and chooser.chance(0.6)))
    turns: dict[str, int] = {}
    plans: list[SectionPlan] = []
    place = 0
    for index, (start, end, loop_bars, extension) in enumerate(sections):
        if index == 0 and intro:
            kind = "intro"
        elif index == count - 1 and count >= 5 and loop_bars <= 4 and chooser.chance(0.5):
            kind = "outro"
        else:
            kind = cycle[place % len(cycle)] if count > 2 else "AB"[index]
            place += 1
        begin, stop = grid.times[start], grid.times[min(end, len(grid.times) - 1)]
        moving = _mean(analysis.motion, max(begin, 0.0), stop)
        # Half the absolute motion, half its comparison with the rest of the clip.
        if high - low > 0.08:
            moving = 0.5 * moving + 0.5 * (moving - low) / (high - low)
        arc = _ARC[kind] if count > 1 else 0.65
        # A piece grows: a theme has more energy each time it returns.
        arc += 0.12 * (index / count) if kind in {"A", "B", "C"} else 0.0
        energy = 0.14 + 0.5 * arc + 0.36 * moving + 0.18 * arousal
        turn = turns.get(kind, 0)
        turns[kind] = turn + 1
        mine = [number for number, bar in enumerate(bars) if bar.section == index]
        plans.append(
            SectionPlan(
                name=kind if turn == 0 else f"{kind}{turn + 1}",
                theme=kind if kind in "ABC" and loop_bars >= 4 else f"{kind}/{loop_bars}",
                first=mine[0],
                bars=len(mine),
                loop=min(loop_bars, 4) if loop_bars != 8 else 8,
                extension=extension,
                energy=float(np.clip(energy, 0.05, 1.0)),
                turn=turn,
            )
        )
    return tuple(plans)
