"""The other players: pads, chords, figures, bass and a second voice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nemomusic.local.engine.music.harmony import lead
from nemomusic.local.engine.music.melody import sing
from nemomusic.local.engine.music.patterns import BASSES, COMPS, FIGURES
from nemomusic.local.engine.music.song import dice

if TYPE_CHECKING:
    from nemomusic.local.engine.music.harmony import Chord
    from nemomusic.local.engine.music.score import Note
    from nemomusic.local.engine.music.song import Song, Stretch
    from nemomusic.local.engine.music.styles import Layer

__all__ = ["glint", "play"]

_LONGEST = 11.0  # s, sustained notes are struck anew after that
_FULL = 0.68  # energy from which the busier pattern is played


def play(song: Song, layer: Layer) -> list[Note]:
    """Return the notes of a layer over the whole piece, in order of start."""
    role = {"pad": _pad, "comp": _comp, "arp": _figure, "bass": _bass, "counter": _counter}
    notes = sing(song, layer) if layer.role == "melody" else role[layer.role](song, layer)
    return sorted(notes, key=lambda note: (note.start, note.pitch))


def _voices(song: Song, layer: Layer, count: int) -> tuple[list[tuple[int, ...]], tuple[int, ...]]:
    """Return the voicing of every bar and of the last chord."""
    line: list[tuple[int, ...]] = []
    before: tuple[int, ...] | None = None
    for chord in song.chords:
        # Three voices are a triad: with a ninth in place of the fifth they would be a cluster.
        tones = chord.tones[:count] if count == 3 else chord.tones
        before = lead(before, attrs.evolve(chord, tones=tones), count, layer.centre)
        line.append(before)
    return line, lead(before, song.final, count, layer.centre)


def _active(song: Song, layer: Layer) -> list[Stretch]:
    return [stretch for stretch in song.stretches if stretch.energy >= layer.low]


def _ends(song: Song, layer: Layer) -> bool:
    """Return whether the layer plays the last chord."""
    return not song.stretches or song.stretches[-1].energy >= layer.low - 0.05


def _kept(*notes: Note | None) -> list[Note]:
    return [note for note in notes if note]


def _join(notes: list[Note]) -> list[Note]:
    """Tie notes of one pitch that follow one another without a gap."""
    joined: list[Note] = []
    open_: dict[int, int] = {}
    for note in sorted(notes, key=lambda one: (one.start, one.pitch)):
        at = open_.get(note.pitch)
        if at is not None:
            before = joined[at]
            length = note.start + note.duration - before.start
            if note.start - before.start - before.duration < 0.02 and length < _LONGEST:
                joined[at] = attrs.evolve(before, duration=length)
                continue
        open_[note.pitch] = len(joined)
        joined.append(note)
    return joined


def _pad(song: Song, layer: Layer) -> list[Note]:
    count = 3 if layer.centre < 56 else 4
    line, final = _voices(song, layer, count)
    notes: list[Note] = []
    for stretch in _active(song, layer):
        for bar in range(stretch.first, stretch.first + stretch.bars):
            for pitch in line[bar]:
                velocity = 0.42 + 0.3 * stretch.energy
                notes += _kept(song.note(4 * bar, 4, pitch, velocity, layer.patch, tie=True))
    if _ends(song, layer):
        notes += _kept(*(song.note(song.end, 4, pitch, 0.55, layer.patch) for pitch in final))
    return _join(notes)


def _comp(song: Song, layer: Layer) -> list[Note]:
    rng = dice(song.seed, "comp", layer.patch)
    single = layer.patch == "power"
    strum = layer.pattern in {"strum", "lofi"}
    line, final = _voices(song, layer, 4)
    notes: list[Note] = []
    for stretch in _active(song, layer):
        full = stretch.energy >= _FULL and layer.busier
        strokes = COMPS[layer.busier if full else layer.pattern]
        for bar in range(stretch.first, stretch.first + stretch.bars):
            pitches = (_low(song.chords[bar], layer.centre),) if single else line[bar]
            for index, (position, length, touch) in enumerate(strokes):
                late = abs(rng.normal(0, song.style.loose))
                velocity = touch * (0.72 + 0.36 * stretch.energy) + rng.normal(0, 0.03)
                order = pitches if index % 2 == 0 else pitches[::-1]
                for number, pitch in enumerate(order):
                    spread = late + (0.012 * number if strum else 0.003 * number)
                    notes += _kept(
                        song.note(
                            4 * bar + position,
                            length,
                            pitch,
                            velocity - 0.02 * number,
                            layer.patch,
                            late=spread,
                            tie=position == 0,
                        )
                    )
    if _ends(song, layer):
        pitches = (_low(song.final, layer.centre),) if single else final
        notes += _kept(
            *(
                song.note(song.end, 4, pitch, 0.62, layer.patch, late=0.02 * number)
                for number, pitch in enumerate(pitches)
            )
        )
    return notes


def _low(chord: Chord, centre: int) -> int:
    """Return the chord's root nearest to a pitch."""
    return min(
        range(centre - 6, centre + 6), key=lambda p: ((p - chord.root) % 12 != 0, abs(p - centre))
    )


def _figure(song: Song, layer: Layer) -> list[Note]:
    rng = dice(song.seed, "figure", layer.patch, layer.pattern)
    line, final = _voices(song, layer, 3)
    notes: list[Note] = []
    for stretch in _active(song, layer):
        full = stretch.energy >= _FULL and layer.busier
        figure = FIGURES[layer.busier if full else layer.pattern]
        for bar in range(stretch.first, stretch.first + stretch.bars):
            for position, length, voice in figure:
                # Now and then an inner note is left out, and the figure breathes.
                if position % 1 and rng.random() < 0.06:
                    continue
                pitch = line[bar][voice % 10] + 12 * (voice // 10)
                touch = 0.5 + 0.22 * stretch.energy + (0.1 if position == 0 else 0.0)
                beat = 4 * bar + position
                touch *= 0.85 if song.spoken(song.pulse.at(beat), song.pulse.at(beat + 1)) else 1.0
                notes += _kept(
                    song.note(
                        beat,
                        length,
                        pitch,
                        touch + rng.normal(0, 0.04),
                        layer.patch,
                        late=abs(rng.normal(0, song.style.loose)),
                    )
                )
    if _ends(song, layer):
        rolled = [*final, final[0] + 12]
        notes += _kept(
            *(
                song.note(song.end, 4, pitch, 0.6, layer.patch, late=0.055 * number)
                for number, pitch in enumerate(rolled)
            )
        )
    return notes


def _bass(song: Song, layer: Layer) -> list[Note]:
    rng = dice(song.seed, "bass")
    notes: list[Note] = []
    for stretch in _active(song, layer):
        full = stretch.energy >= _FULL and layer.busier
        figure = BASSES[layer.busier if full else layer.pattern]
        for bar in range(stretch.first, stretch.first + stretch.bars):
            chord = song.chords[bar]
            root = _low(chord, layer.centre)
            following = song.chords[bar + 1] if bar + 1 < len(song.chords) else song.final
            goal = _low(following, layer.centre)
            third = next((t for t in chord.tones if (t - chord.root) % 12 in {3, 4}), chord.root)
            fifth = root + 7 if root + 7 <= layer.centre + 7 else root - 5
            pitches = {
                "r": root,
                "8": root + 12,
                "5": fifth,
                "3": root + (third - chord.root) % 12,
                "a": song.key.pitch(song.key.step_near(goal) + (-1 if goal > root else 1)),
            }
            for position, length, what in figure:
                velocity = (0.74 if position == 0 else 0.64) * (0.8 + 0.25 * stretch.energy)
                notes += _kept(
                    song.note(
                        4 * bar + position,
                        length,
                        pitches[what],
                        velocity + rng.normal(0, 0.02),
                        layer.patch,
                        late=abs(rng.normal(0, song.style.loose * 0.6)),
                        tie=position == 0,
                    )
                )
    if _ends(song, layer):
        notes += _kept(song.note(song.end, 4, _low(song.final, layer.centre), 0.7, layer.patch))
    return _join(notes) if layer.pattern == "whole" else notes


def glint(song: Song, drums_from: float) -> list[Note]:
    """Return a high note of the chord on every cut that has a beat but no drums to mark it.

    Args:
        song: The plan.
        drums_from: Energy from which drums play; above 1 if they never do.
    """
    notes: list[Note] = []
    for beat in song.met:
        bar = int(beat // 4)
        energy = next(s.energy for s in song.stretches if s.first <= bar < s.first + s.bars)
        if energy >= drums_from:
            continue
        tones = song.chords[bar].tones[:3]
        top = max(pitch for pitch in range(70, 84) if pitch % 12 in tones)
        second = max(pitch for pitch in range(top - 9, top - 2) if pitch % 12 in tones)
        for number, pitch in enumerate((second, top)):
            velocity = 0.5 + 0.2 * energy - 0.08 * number
            notes += _kept(
                song.note(beat, 2, pitch, velocity, song.style.glint, late=0.03 * number)
            )
    return notes


def _counter(song: Song, layer: Layer) -> list[Note]:
    """Return long notes of the chords that move as little as they can."""
    notes: list[Note] = []
    pitch = layer.centre
    for stretch in _active(song, layer):
        for bar in range(stretch.first, stretch.first + stretch.bars):
            tones = song.chords[bar].tones[1:] or song.chords[bar].tones
            near = range(layer.centre - 8, layer.centre + 9)
            pitch = min((p for p in near if p % 12 in tones), key=lambda p: (abs(p - pitch), p))
            velocity = 0.42 + 0.25 * stretch.energy
            notes += _kept(song.note(4 * bar, 4, pitch, velocity, layer.patch, tie=True))
    quiet = [note for note in notes if not song.spoken(note.start, note.start + note.duration)]
    return _join(quiet)
