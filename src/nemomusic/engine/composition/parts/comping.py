"""Write the chord parts: pads, comping and broken chords, which leave room for the tune."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import attrs

from nemomusic.engine.composition.parts.cut_hits import strokes_with_hits
from nemomusic.engine.composition.parts.melody import transposed
from nemomusic.engine.composition.planning.harmony import lead, nearest, voices_of
from nemomusic.engine.composition.planning.plan import Chooser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nemomusic.engine.composition.notation.score import Note
    from nemomusic.engine.composition.planning.plan import Bar, SectionPlan, SongPlan
    from nemomusic.engine.composition.style import Layer

__all__ = ["bars_of", "comp_part", "figure_part", "pad_part", "row_for"]

_LONGEST_S = 11.0
"""Seconds after which a held note is struck again."""
_FULL_ENERGY = 0.68
"""Energy at and above which the fuller rows are played."""
_TOUCH = {"X": 0.86, "x": 0.68, "o": 0.5, "s": 0.66}
"""Velocity of the signs of a row."""


def bars_of(song: SongPlan, layer: Layer) -> Iterator[tuple[SectionPlan, Bar]]:
    """Yield the bars in which a layer plays, each with its section."""
    for plan in song.sections:
        if plan.energy >= layer.from_energy:
            for bar in song.bars[plan.first : plan.first + plan.bars]:
                yield plan, bar


def row_for(song: SongPlan, layer: Layer, plan: SectionPlan) -> str:
    """Return the row that a layer plays in a section: one for each theme, fuller at high energy."""
    rows = layer.full if layer.full and plan.energy >= _FULL_ENERGY else layer.patterns
    return Chooser(song.seed, "row", layer.role, layer.patch, plan.theme).pick(rows)


def ends(song: SongPlan, layer: Layer) -> bool:
    """Return whether the layer plays the last chord."""
    return not song.sections or song.sections[-1].energy >= layer.from_energy - 0.05


def _voicings(song: SongPlan, layer: Layer, count: int) -> dict[float, tuple[int, ...]]:
    """Return the voicing of every change of chord, by beat; the last chord's is at `end`."""
    found: dict[float, tuple[int, ...]] = {}
    before: tuple[int, ...] | None = None
    changes = [(span.start, span.chord) for span in song.chords]
    for start, chord in [*changes, (float(song.end), song.final)]:
        tones = voices_of(chord, count, rootless=layer.rootless)
        before = lead(before, tones, count, layer.center)
        found[start] = before
    return found


def _at(
    voicings: dict[float, tuple[int, ...]], starts: list[float], beat: float
) -> tuple[int, ...]:
    return voicings[starts[max(0, bisect_left(starts, beat + 1e-6) - 1)]]


def _joined(notes: list[Note]) -> list[Note]:
    """Tie notes of one pitch that follow one another without a gap."""
    joined: list[Note] = []
    open_: dict[int, int] = {}
    for note in sorted(notes, key=lambda one: (one.start, one.pitch)):
        at = open_.get(note.pitch)
        if at is not None:
            before = joined[at]
            length = note.start + note.duration - before.start
            if note.start - before.start - before.duration < 0.02 and length < _LONGEST_S:
                joined[at] = attrs.evolve(before, duration=length)
                continue
        open_[note.pitch] = len(joined)
        joined.append(note)
    return joined


def pad_part(song: SongPlan, layer: Layer) -> list[Note]:
    """Return held chords; before a written pickup the first chord is held already."""
    count = 3 if layer.center < 56 else 4
    voicings = _voicings(song, layer, count)
    notes: list[Note] = []
    changes = list(song.chords)
    for span in changes:
        energy = song.energy_at(span.start)
        if energy < layer.from_energy:
            continue
        begin = song.pickup if span is changes[0] else span.start
        for pitch in voicings[span.start]:
            pitch_ = transposed(pitch, layer.patch)
            velocity = 0.4 + 0.3 * energy
            notes += _one(song.note(begin, span.end - begin, pitch_, velocity, layer.patch))
    if ends(song, layer):
        for pitch in voicings[float(song.end)]:
            notes += _one(song.note(song.end, 4, transposed(pitch, layer.patch), 0.55, layer.patch))
    return _joined(notes)


def _one(note: Note | None) -> list[Note]:
    return [note] if note else []


def _tune_busy(starts: list[float], beat: float) -> bool:
    """Return whether the tune strikes within a sixth of a beat."""
    at = bisect_left(starts, beat - 0.17)
    return at < len(starts) and starts[at] < beat + 0.17


def comp_part(song: SongPlan, layer: Layer) -> list[Note]:
    """Return struck chords, with fewer notes under a busy tune and more where it rests."""
    chooser = Chooser(song.seed, "comp", layer.patch)
    single = layer.patch == "power"
    voicings = _voicings(song, layer, 3 if layer.center < 54 else 4)
    changes = list(voicings)
    tune = [one.start for one in song.tune]
    notes: list[Note] = []
    for plan, bar in bars_of(song, layer):
        sung = any(bar.start <= one < bar.start + bar.beats for one in tune)
        for number, (position, length, sign) in enumerate(
            strokes_with_hits(song, bar, row_for(song, layer, plan), "X")
        ):
            beat = bar.start + position
            soft = sign == "o"
            hit = song.on_cut(beat)
            if soft and not hit and (_tune_busy(tune, beat) or (sung and chooser.chance(0.25))):
                continue
            held = min(length, bar.beats - position) * (0.55 if sign == "s" else 0.96)
            pitches = (
                (nearest(song.chord_at(beat).root, layer.center),)
                if single
                else _at(voicings, changes, beat)
            )
            touch = _TOUCH[sign] * (0.72 + 0.36 * plan.energy) + chooser.near(0.03)
            touch += 0.06 if song.accented(beat) else 0.0
            late = 0.0 if hit else abs(chooser.near(song.style.humanize_s))
            order = pitches if number % 2 == 0 else pitches[::-1]
            for count, pitch in enumerate(order):
                notes += _one(
                    song.note(
                        beat,
                        held,
                        transposed(pitch, layer.patch),
                        touch - 0.02 * count,
                        layer.patch,
                        late=late + layer.strum * count,
                    )
                )
    notes += _last(song, layer, voicings[float(song.end)], single=single, roll=0.02)
    return notes


def _last(
    song: SongPlan, layer: Layer, pitches: tuple[int, ...], *, single: bool, roll: float
) -> list[Note]:
    """Return the last chord, rolled a little."""
    if not ends(song, layer):
        return []
    if single:
        pitches = (nearest(song.final.root, layer.center),)
    notes: list[Note] = []
    for beat in (song.end, *song.late_hits):
        for count, pitch in enumerate(pitches):
            late = roll * count * (beat == song.end)
            notes += _one(
                song.note(beat, 4, transposed(pitch, layer.patch), 0.62, layer.patch, late=late)
            )
    return notes


def figure_part(song: SongPlan, layer: Layer) -> list[Note]:
    """Return broken chords."""
    chooser = Chooser(song.seed, "figure", layer.patch)
    voicings = _voicings(song, layer, 3)
    changes = list(voicings)
    notes: list[Note] = []
    for plan, bar in bars_of(song, layer):
        row = row_for(song, layer, plan)
        for position, length, sign in strokes_with_hits(song, bar, row):
            # Sometimes an inner note is left out, so that the figure is less dense.
            beat = bar.start + position
            if position % 1 and not song.on_cut(beat) and chooser.chance(0.06):
                continue
            voices = _at(voicings, changes, beat)
            octave, voice = divmod(int(sign), len(voices))
            pitch = transposed(voices[voice] + 12 * octave, layer.patch)
            touch = 0.48 + 0.22 * plan.energy + (0.1 if position == 0 else 0.0)
            touch += 0.05 * (position % 1 == 0) + (0.08 if song.accented(beat) else 0.0)
            late = 0.0 if song.on_cut(beat) else abs(chooser.near(song.style.humanize_s))
            ring = max(length, 0.5) if layer.strum > 0 else length
            notes += _one(
                song.note(beat, ring, pitch, touch + chooser.near(0.04), layer.patch, late=late)
            )
    notes += _pickup(song, layer, voicings)
    final = voicings[float(song.end)]
    notes += _last(song, layer, (*final, final[0] + 12), single=False, roll=0.055)
    return notes


def _pickup(song: SongPlan, layer: Layer, voicings: dict[float, tuple[int, ...]]) -> list[Note]:
    """Return the notes that rise into the first bar where the piece has a pickup."""
    if not song.bars or song.pickup >= song.bars[0].start - 0.05 or layer.from_energy > 0.3:
        return []
    first = song.bars[0].start
    voices = voicings[min(voicings)]
    beats = first - song.pickup
    count = max(1, round(beats * 2))
    notes: list[Note] = []
    for number in range(count):
        beat = song.pickup + beats * number / count
        pitch = transposed(voices[number % len(voices)], layer.patch)
        notes += _one(song.note(beat, first - beat, pitch, 0.4 + 0.05 * number, layer.patch))
    return notes
