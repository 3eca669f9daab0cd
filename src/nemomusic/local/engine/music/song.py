"""The plan of a piece, made before a single note: time, form, chords and energy."""

from __future__ import annotations

import math
import zlib
from typing import TYPE_CHECKING

import attrs
import numpy as np

from nemomusic.local.engine.music.score import Note

if TYPE_CHECKING:
    from nemomusic.local.engine.music.beats import Pulse
    from nemomusic.local.engine.music.harmony import Chord, Key
    from nemomusic.local.engine.music.styles import Style

__all__ = ["Song", "Stretch", "dice"]


def dice(seed: int, *words: str | int) -> np.random.Generator:
    """Return a generator for one purpose: the same in every process, apart from all others."""
    word = zlib.crc32("/".join(map(str, words)).encode())
    return np.random.Generator(np.random.PCG64([abs(seed), word]))


@attrs.frozen
class Stretch:
    """A section of the form in bars.

    Attributes:
        name: What it is called: "intro", "A", "A2", "B", "break", "outro", ...
        theme: 0 or 1, whose chords and melody it has.
        first: Number of its first bar.
        bars: How many.
        energy: 0..1.
        turn: How often its theme was heard before.
    """

    name: str
    theme: int
    first: int
    bars: int
    energy: float
    turn: int


@attrs.frozen
class Song:
    """What all players agree on.

    Attributes:
        style: The style.
        key: The key.
        pulse: The beats.
        duration: Seconds.
        end: Beat number of the last chord, which rings to `duration`.
        stretches: The form, covering the bars up to `end`.
        chords: One for every bar up to `end`; the last chord is the tonic.
        speech: Spans in which the melody rests.
        accents: Beat numbers that lie on strong cuts.
        met: Beat numbers that lie on any cut.
        busy: 0..1, how many notes a melody has.
        seed: Of all chance.
    """

    style: Style
    key: Key
    pulse: Pulse
    duration: float
    end: float
    stretches: tuple[Stretch, ...]
    chords: tuple[Chord, ...]
    final: Chord
    speech: tuple[tuple[float, float], ...]
    accents: tuple[float, ...]
    met: tuple[float, ...]
    busy: float
    seed: int

    def swung(self, beat: float) -> float:
        """Return where a written position is played, in beats."""
        if not self.style.swing:
            return beat
        unit = 0.5 if self.style.fine else 1.0
        whole = math.floor(beat / unit + 1e-9)
        part = beat / unit - whole
        late = self.style.swing / 6.0
        bent = (
            part * (1.0 + 2.0 * late)
            if part < 0.5
            else 0.5 + late + (part - 0.5) * (1.0 - 2.0 * late)
        )
        return (whole + bent) * unit

    def note(
        self,
        beat: float,
        length: float,
        pitch: int,
        velocity: float,
        patch: str,
        *,
        late: float = 0.0,
        tie: bool = False,
    ) -> Note | None:
        """Return a note at a position in beats, or None if it lies outside the piece.

        Args:
            beat: Number of the beat it starts on.
            length: Beats; it ends with the last chord's start at most, unless it is part of it.
            pitch: MIDI number.
            velocity: 0..1.
            patch: What plays it.
            late: Seconds after its place.
            tie: Whether a note that began before the piece still sounds in it.
        """
        start = self.pulse.at(self.swung(beat)) + late
        if beat >= self.end - 1e-6:
            stop = self.duration
        else:
            stop = self.pulse.at(min(self.swung(beat + length), self.end)) + min(late, 0.0)
        if start < 0.0:
            if not (tie or start > -0.03) or stop < 0.15:
                return None
            start = 0.0
        if start > self.duration - 0.02 or stop - start < 0.02:
            return None
        if beat in self.accents:
            velocity += 0.1
        return Note(start, stop - start, pitch, float(np.clip(velocity, 0.05, 1.0)), patch)

    def spoken(self, start: float, end: float) -> bool:
        """Return whether speech is heard between two times."""
        return any(low - 0.1 < end and high + 0.1 > start for low, high in self.speech)
