"""The plan of a piece, made before its notes: beats, form, chords, tune and energy."""

from __future__ import annotations

import math
import zlib
from bisect import bisect_right
from typing import TYPE_CHECKING, TypeVar

import attrs
import numpy as np

from nemomusic.engine.composition.notation.score import Note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.engine.composition.planning.harmony import Chord, Key
    from nemomusic.engine.composition.planning.patterns import TimeSignature
    from nemomusic.engine.composition.planning.tempo import BeatGrid
    from nemomusic.engine.composition.style import Style

    T = TypeVar("T")

__all__ = ["Bar", "Chooser", "ChordSpan", "SectionPlan", "SongPlan", "TuneNote", "swung"]

_LATE_RING_S = 0.45
"""The shortest time in seconds for which a stroke after the last chord is held, if there is room.
"""
_LATEST_RELEASE_S = 0.4
"""Seconds before the end at which such a stroke is let go at the latest."""
_DRAWN = 256
"""Number of uniform numbers that a chooser draws at a time."""


class Chooser:
    """Random choices for one purpose: the same in every process, and independent of other purposes.

    Args:
        seed: The seed of the piece.
        words: The purpose of the choices.
    """

    def __init__(self, seed: int, *words: str | int) -> None:
        word = zlib.crc32("/".join(map(str, words)).encode())
        self._rng = np.random.Generator(np.random.PCG64([abs(seed), word]))
        self._drawn: list[float] = []

    def unit(self) -> float:
        """Return a number in [0, 1)."""
        if not self._drawn:
            self._drawn = self._rng.random(_DRAWN).tolist()
        return self._drawn.pop()

    def pick(self, items: Sequence[T]) -> T:
        """Return one of the items."""
        return items[int(self.unit() * len(items))]

    def weighted(self, items: Sequence[T], weights: Sequence[float]) -> T:
        """Return one of the items; the weights need not add up to 1."""
        mark = self.unit() * sum(weights)
        for item, weight in zip(items, weights, strict=True):
            mark -= weight
            if mark < 0.0:
                return item
        return items[-1]

    def chance(self, share: float) -> bool:
        """Return True in this share of cases."""
        return self.unit() < share

    def near(self, width: float) -> float:
        """Return a number around 0 with this standard deviation, at most three times as far."""
        return 2.0 * width * (self.unit() + self.unit() + self.unit() - 1.5)


def swung(style: Style, beat: float) -> float:
    """Return the played position of a position that is written in a style, in beats."""
    if not style.swing or style.signature == "6/8":
        return beat
    unit = 0.5 if style.swing_sixteenths else 1.0
    units = math.floor(beat / unit + 1e-9)
    part = beat / unit - units
    late = style.swing / 6.0
    bent = (
        part * (1.0 + 2.0 * late) if part < 0.5 else 0.5 + late + (part - 0.5) * (1.0 - 2.0 * late)
    )
    return (units + bent) * unit


@attrs.frozen
class Bar:
    """A bar.

    Attributes:
        start: Beat number of its first beat.
        beats: The number of its beats; less than usual in a shortened bar.
        section: Index of its section.
        number: Number of the bar within its section.
    """

    start: int
    beats: int
    section: int
    number: int


@attrs.frozen
class SectionPlan:
    """A section of the form: complete loops of chords, and possibly an extension.

    Attributes:
        name: "intro", "A", "A2", "B", "break", "outro", ...
        theme: The chords and tune of the section: "A", "B", "C" or "vamp".
        first: Index of its first bar.
        bars: The number of bars, extension included.
        loop: Bars of its loop of chords.
        extension: Bars after the last loop: a tag, or a bar of half length; 0 for none.
        energy: 0..1.
        turn: The number of times that its theme was heard before.
    """

    name: str
    theme: str
    first: int
    bars: int
    loop: int
    extension: int
    energy: float
    turn: int


@attrs.frozen
class ChordSpan:
    """A chord and the beats for which it sounds."""

    start: float
    end: float
    chord: Chord


@attrs.frozen
class TuneNote:
    """A note of the tune as it is written.

    Attributes:
        start: Beat number.
        length: Beats.
        pitch: MIDI number.
        stress: -0.3..0.3, added to its loudness: meter, contour and place in the phrase.
        ends: Whether it is the last of its phrase.
    """

    start: float
    length: float
    pitch: int
    stress: float
    ends: bool = False


@attrs.frozen
class SongPlan:
    """The plan that all parts follow.

    Attributes:
        style: The style.
        key: The key.
        signature: The time signature.
        grid: The beats.
        duration: Seconds until the music is over.
        pickup: Beat number from which a written pickup leads to the first bar; else that bar.
        bars: The bars up to the last chord.
        end: Beat number of the last chord, which rings out before `duration`.
        sections: The form, covering the bars.
        chords: The chords up to `end`.
        final: The last chord.
        tune: The tune, in order.
        speech: Spans (seconds) in which the tune rests.
        accents: Positions in beats that lie on strong cuts.
        on_cuts: Positions in beats that lie on any cut.
        arrivals: Positions in beats of sections that begin in the middle of a dissolve.
        shifts: Positions in beats that are played a little earlier or later than the grid has
            them, with the seconds.
        seed: The seed of all random choices.
    """

    style: Style
    key: Key
    signature: TimeSignature
    grid: BeatGrid
    duration: float
    pickup: float
    bars: tuple[Bar, ...]
    end: int
    sections: tuple[SectionPlan, ...]
    chords: tuple[ChordSpan, ...]
    final: Chord
    tune: tuple[TuneNote, ...]
    speech: tuple[tuple[float, float], ...]
    accents: tuple[float, ...]
    on_cuts: tuple[float, ...]
    arrivals: tuple[float, ...]
    shifts: tuple[tuple[float, float], ...]
    seed: int
    _starts: tuple[float, ...] = attrs.field(init=False, repr=False, eq=False)
    _struck: tuple[frozenset[float], frozenset[float]] = attrs.field(
        init=False, repr=False, eq=False
    )
    _shifted: dict[float, float] = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_starts", tuple(span.start for span in self.chords))
        struck = (frozenset(round(one, 3) for one in each) for each in (self.on_cuts, self.accents))
        object.__setattr__(self, "_struck", tuple(struck))
        shifted = {round(position, 3): shift for position, shift in self.shifts}
        object.__setattr__(self, "_shifted", shifted)

    def on_cut(self, beat: float) -> bool:
        """Return whether a position in beats lies on a cut."""
        return round(beat, 3) in self._struck[0]

    def accented(self, beat: float) -> bool:
        """Return whether a position in beats lies on a strong cut."""
        return round(beat, 3) in self._struck[1]

    @property
    def late_hits(self) -> tuple[float, ...]:
        """Return the positions on cuts after the last chord, which is then struck again."""
        return tuple(beat for beat in self.on_cuts if beat > self.end + 1e-6)

    def time(self, beat: float) -> float:
        """Return the second at which a written position is played."""
        time = self.grid.at(self.swung(beat))
        return time + self._shifted.get(round(beat, 3), 0.0) if self._shifted else time

    def chord_at(self, beat: float) -> Chord:
        """Return the chord that sounds at a beat."""
        if beat >= self.end - 1e-6 or not self.chords:
            return self.final
        return self.chords[max(0, bisect_right(self._starts, beat + 1e-6) - 1)].chord

    def chord_after(self, beat: float) -> tuple[float, Chord]:
        """Return the beat of the next change of chord, and the next chord."""
        index = bisect_right(self._starts, beat + 1e-6)
        if index >= len(self.chords):
            return float(self.end), self.final
        return self.chords[index].start, self.chords[index].chord

    def energy_at(self, beat: float) -> float:
        """Return the energy of the section that a beat is in."""
        energy = self.sections[0].energy if self.sections else 0.5
        for section in self.sections:
            if self.bars[section.first].start > beat + 1e-6:
                break
            energy = section.energy
        return energy

    def swung(self, beat: float) -> float:
        """Return the played position of a written one, in beats."""
        return swung(self.style, beat)

    def note(
        self,
        beat: float,
        length: float,
        pitch: int,
        velocity: float,
        patch: str,
        *,
        late: float = 0.0,
    ) -> Note | None:
        """Return a note at a position in beats, or None if it lies outside of the piece.

        Args:
            beat: Number of the beat it starts on.
            length: Length in beats. The note ends at the start of the last chord at the latest,
                unless it is a part of that chord.
            pitch: MIDI number.
            velocity: 0..1.
            patch: The patch that plays the note.
            late: Delay in seconds.
        """
        start = self.time(beat) + late
        if beat >= self.end - 1e-6:
            latest = max(self.release, min(start + _LATE_RING_S, self.duration - _LATEST_RELEASE_S))
            stop = self.grid.at(beat + length) if length < 2.0 else latest
            stop = min(stop, latest)
        else:
            stop = self.grid.at(min(self.swung(beat + length), self.end)) + min(late, 0.0)
        if start < 0.0:
            if start < -0.05:
                return None
            start = 0.0
        if start > self.duration - 0.02 or stop - start < 0.02:
            return None
        return Note(start, stop - start, pitch, min(1.0, max(0.05, velocity)), patch)

    @property
    def release(self) -> float:
        """Return the second at which the last chord is released, so that it rings out in time."""
        last = max(0.0, self.grid.at(self.end))
        return max(last + 0.3 * (self.duration - last), self.duration - 1.3)

    def spoken(self, start: float, end: float) -> bool:
        """Return whether speech is heard between two times."""
        return any(low - 0.1 < end and high + 0.1 > start for low, high in self.speech)
