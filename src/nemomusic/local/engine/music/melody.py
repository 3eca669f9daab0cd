"""The melody: a motif, what becomes of it, and where it keeps silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nemomusic.local.engine.music.patterns import RHYTHMS
from nemomusic.local.engine.music.song import dice

if TYPE_CHECKING:
    import numpy as np

    from nemomusic.local.engine.music.harmony import Chord
    from nemomusic.local.engine.music.score import Note
    from nemomusic.local.engine.music.song import Song, Stretch
    from nemomusic.local.engine.music.styles import Layer

__all__ = ["sing"]

Motif = tuple[
    tuple[float, float, int], ...
]  # position, length in beats, steps from the note before

_PATIENCE = 6.0  # s of an introduction before the melody comes in

_CADENCES: tuple[Motif, ...] = (
    ((0, 3.0, 0),),
    ((0, 1.0, 0), (1, 2.4, -1)),
    ((0, 0.5, 1), (0.5, 0.5, -1), (1, 2.4, -1)),
    ((0, 1.5, 1), (1.5, 2.0, -1)),
)


def _motif(rng: np.random.Generator, busy: float) -> Motif:
    """Return a bar of melody: a rhythm about as busy as asked and a line that turns round."""
    middle = 0.5 + busy * (len(RHYTHMS) - 2)
    index = round(min(max(float(rng.normal(middle, 1.3)), 0.0), len(RHYTHMS) - 1.0))
    line: list[tuple[float, float, int]] = []
    leap = 0
    drift = 1 if rng.random() < 0.6 else -1
    for count, (position, length) in enumerate(RHYTHMS[index]):
        if count == 0:
            step = 0
        elif abs(leap) > 1:
            step = -1 if leap > 0 else 1  # after a leap the line turns back
        else:
            step = int(
                drift * rng.choice([1, 1, 2, -1, 3, 0], p=[0.34, 0.2, 0.2, 0.14, 0.07, 0.05])
            )
        leap = step
        line.append((position, length, step))
    return tuple(line)


def _vary(motif: Motif, rng: np.random.Generator) -> Motif:
    """Return the motif changed a little: turned over, split, or with another end."""
    line = list(motif)
    how = int(rng.integers(4))
    if how == 0:
        return tuple((at, length, -step) for at, length, step in line)
    longest = max(range(len(line)), key=lambda i: line[i][1])
    at, length, step = line[longest]
    if how == 1 and length >= 1.0:
        line[longest : longest + 1] = [(at, length / 2, step), (at + length / 2, length / 2, 1)]
    else:
        at, length, step = line[-1]
        line[-1] = (at, length, step + int(rng.choice([-2, -1, 1, 2])))
    return tuple(line)


@attrs.define
class _Voice:
    """Where the melody is, so that it can go on from there."""

    song: Song
    layer: Layer
    step: int

    def allowed(self, step: int) -> bool:
        if not self.song.style.pentatonic:
            return True
        return step % 7 not in ((3, 6) if self.song.key.mode == "major" else (1, 5))

    def tone(self, step: int, chord: Chord) -> int:
        """Return the nearest step that belongs to the chord."""
        near = [
            other
            for other in range(step - 4, step + 5)
            if self.song.key.pitch(other) % 12 in chord.tones[:3] and self.allowed(other)
        ]
        near = near or [step]
        return min(
            near, key=lambda other: (abs(other - step), abs(self._pitch(other) - self.layer.centre))
        )

    def _pitch(self, step: int) -> int:
        return self.song.key.pitch(step)

    def go(self, by: int, *, chord: Chord, strong: bool) -> int:
        """Move on by steps and return the pitch; strong places take notes of the chord."""
        step = self.step + by
        if abs(self._pitch(step) - self.layer.centre) > 10:
            step = self.step - by
        while not self.allowed(step):
            step += 1 if by >= 0 else -1
        if strong:
            step = self.tone(step, chord)
            if step == self.step and by:
                # It was to move: on to the next note of the chord rather than staying.
                step = self.tone(self.step + (2 if by > 0 else -2), chord)
        # Back into its range, an octave at a time.
        while self._pitch(step) > self.layer.centre + 12:
            step -= 7
        while self._pitch(step) < self.layer.centre - 10:
            step += 7
        self.step = step
        return self._pitch(step)


def sing(song: Song, layer: Layer) -> list[Note]:
    """Return the melody of the whole piece, silent under speech.

    A theme has a motif of two bars; it is stated, moved to other chords, varied, and closed with
    a longer note and a breath every fourth bar. When a theme comes back, it is ornamented.
    """
    voice = _Voice(song, layer, song.key.step_near(layer.centre))
    notes: list[Note] = []
    for stretch in song.stretches:
        short_break = stretch.name.startswith("break") and stretch.bars <= 4
        if stretch.energy < layer.low or short_break:
            continue
        bars = round(_PATIENCE * song.pulse.bpm / 240.0)
        wait = max(1, bars) if stretch.name == "intro" else 0
        notes += _section(song, layer, voice, stretch, wait)
    last = song.note(
        song.end,
        4,
        voice.go(0, chord=song.final, strong=True),
        0.5,
        layer.patch,
        late=0.02,
    )
    ending = song.stretches[-1].energy if song.stretches else 0.5
    if last and ending >= layer.low - 0.1:
        notes.append(last)
    return [note for note in notes if not song.spoken(note.start, note.start + note.duration)]


def _section(song: Song, layer: Layer, voice: _Voice, stretch: Stretch, wait: int) -> list[Note]:
    """Return the melody of a section from its bar number `wait` on."""
    seed = dice(song.seed, "motif", stretch.theme)
    busy = min(1.0, song.busy * (0.6 + 0.6 * stretch.energy))
    motifs = (_motif(seed, busy), _motif(seed, busy * 0.8))
    rng = dice(song.seed, "phrase", layer.patch, stretch.first)
    start = song.key.step_near(layer.centre + (3 if stretch.theme else 0))
    notes: list[Note] = []
    for bar in range(wait, stretch.bars):
        chord = song.chords[stretch.first + bar]
        place = bar % 4
        if bar == wait or place == 0:
            voice.step = start
        if place == 3 or bar == stretch.bars - 1:
            line = _CADENCES[int(rng.integers(len(_CADENCES)))]
        else:
            line = motifs[1] if place == 1 else motifs[0]
            if (bar >= 4 or stretch.turn) and rng.random() < 0.55:
                line = _vary(line, rng)
        swell = (0.0, 0.05, 0.08, -0.02)[place]
        for count, (position, length, step) in enumerate(line):
            strong = position in {0, 2} or count == len(line) - 1
            pitch = voice.go(step, chord=chord, strong=strong)
            touch = 0.5 + 0.25 * stretch.energy + swell + (0.06 if position in {0, 2} else 0.0)
            note = song.note(
                4 * (stretch.first + bar) + position,
                length,
                pitch,
                touch + rng.normal(0, 0.03),
                layer.patch,
                late=abs(rng.normal(0, song.style.loose)),
            )
            if note:
                notes.append(note)
    return notes
