"""Write tunes in phrases: motif, answer, variation and return, with pickups and breaths."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import attrs

from nemomusic.engine.composition.planning.patterns import strokes
from nemomusic.engine.composition.planning.plan import TuneNote

if TYPE_CHECKING:
    from nemomusic.engine.composition.planning.harmony import Chord
    from nemomusic.engine.composition.planning.plan import Chooser, SectionPlan, SongPlan

__all__ = ["write_tune"]

_PATIENCE_S = 3.6
"""Seconds of an introduction after which the tune has begun."""
_BELOW, _ABOVE = 8, 9
"""Range of a tune: semitones below and above its middle."""
_SCHEMES = ("mnvc", "mmnc", "mnmc", "mvnc", "mnsc")
"""Bars of a phrase: m motif, n answer, v variation, s sequence, c close."""
_SHAPES = ((0, 2, 3, 0), (0, 1, 2, 1), (2, 1, 0, 0), (0, 3, 1, 0), (1, 0, 2, 0), (0, -1, 2, 0))
"""Steps of the scale by which each bar of a phrase lies above the start of the phrase."""
_BREATH = 0.6
"""Share of the last bar of a phrase in which the tune plays; then the tune rests."""


@attrs.frozen
class _Motif:
    """A bar of a tune: (position, length in beats, accent) and steps from the bar's own level."""

    rhythm: tuple[tuple[float, float, bool], ...]
    steps: tuple[int, ...]


@attrs.define
class _TuneWriter:
    """Writes notes one after the other, and keeps the position of the tune."""

    song: SongPlan
    chooser: Chooser
    center: int
    notes: list[TuneNote]
    last: int  # the pitch before

    def place(self, step: int, beat: float, *, strong: bool) -> int:
        """Return the pitch of a step over the chord of a beat; strong places take its tones."""
        key, chord = self.song.key, self.song.chord_at(beat)
        style = self.song.style.tune
        pitch = key.pitch(step, chord)
        while pitch > self.center + _ABOVE:
            step, pitch = step - 7, pitch - 12
        while pitch < self.center - _BELOW:
            step, pitch = step + 7, pitch + 12
        if strong:
            tones = chord.tones[:4] if len(chord.tones) > 3 else chord.tones
            around = range(pitch - 4, pitch + 5)
            fits = [one for one in around if one % 12 in tones]
            pitch = min(
                fits or [pitch], key=lambda p: (abs(p - pitch) + 0.12 * abs(p - self.last), p)
            )
        elif style.pentatonic:
            pitch = self._pentatonic(pitch, chord)
        if style.blue and self.chooser.chance(style.blue):
            pitch = self._blue(pitch)
        return pitch

    def _pentatonic(self, pitch: int, chord: Chord) -> int:
        major = self.song.key.mode == "major"
        allowed = {0, 2, 4, 7, 9} if major else {0, 3, 5, 7, 10}
        tones = chord.tones[:3]
        near = [
            one
            for one in range(pitch - 2, pitch + 3)
            if (one - self.song.key.tonic) % 12 in allowed or one % 12 in tones
        ]
        return min(near or [pitch], key=lambda p: (abs(p - pitch), p))

    def _blue(self, pitch: int) -> int:
        """Return the blue note below a third, fifth or seventh of the scale."""
        return pitch - 1 if (pitch - self.song.key.tonic) % 12 in {4, 7, 11} else pitch

    def add(self, beat: float, length: float, pitch: int, stress: float) -> None:
        """Write a note. The note before it is shortened if they would overlap."""
        if self.notes and self.notes[-1].start + self.notes[-1].length > beat:
            before = self.notes[-1]
            if beat - before.start < 0.1:
                self.notes.pop()
            else:
                self.notes[-1] = attrs.evolve(before, length=beat - before.start)
        self.notes.append(TuneNote(beat, length, pitch, stress))
        self.last = pitch


def write_tune(
    song: SongPlan, chooser: Chooser, *, center: int, density: float
) -> tuple[TuneNote, ...]:
    """Return a tune for the whole piece.

    Args:
        song: The plan, complete except for its tune.
        chooser: Random choices.
        center: MIDI number around which the tune lies.
        density: The density of the rhythms, 0..1.
    """
    writer = _TuneWriter(song, chooser, center, [], center)
    motifs: dict[str, tuple[_Motif, _Motif, str, tuple[int, ...]]] = {}
    for plan in song.sections:
        theme = plan.theme[0] if plan.theme[0] in "ABC" else "A"
        if theme not in motifs:
            busy = min(1.0, density * (1.15 if theme == "B" else 1.0))
            motifs[theme] = (
                _motif(song, chooser, busy),
                _motif(song, chooser, busy * 0.85),
                chooser.pick(_SCHEMES),
                chooser.pick(_SHAPES),
            )
        if plan.name.startswith("break") and plan.bars <= 4:
            continue
        _section(writer, plan, motifs[theme], lift=2 if theme == "B" else 0)
    _last_note(writer)
    return tuple(writer.notes)


def _last_note(writer: _TuneWriter) -> None:
    """End on the tonic, or the third or fifth of the last chord."""
    song = writer.song
    goal = writer.chooser.weighted(
        song.final.tones[:3], (0.62, 0.24, 0.14)[: len(song.final.tones[:3])]
    )
    near = [p for p in range(writer.center - 10, writer.center + 11) if p % 12 == goal]
    pitch = min(near, key=lambda p: (abs(p - writer.last), p))
    writer.add(float(song.end), 4.0, pitch, 0.0)
    writer.notes[-1] = attrs.evolve(writer.notes[-1], ends=True)


def _motif(song: SongPlan, chooser: Chooser, density: float) -> _Motif:
    """Return a bar of tune with about the requested density, and with a line that turns back."""
    rows = song.style.tune.rhythms
    middle = density * (len(rows) - 1)
    index = round(min(max(middle + chooser.near(1.5), 0.0), len(rows) - 1.0))
    rhythm = tuple(
        (one.position, one.length, one.sign == "X")
        for one in strokes(rows[index], song.signature.steps)
    )
    steps: list[int] = []
    at, leap = 0, 0
    drift = 1 if chooser.chance(0.6) else -1
    for number in range(len(rhythm)):
        if number == 0:
            move = 0
        elif abs(leap) > 1:
            move = -1 if leap > 0 else 1  # after a leap the line turns back
        elif chooser.chance(song.style.tune.leap):
            move = drift * chooser.pick((2, 3, 4, -2))
        else:
            move = drift * chooser.weighted((1, -1, 0), (0.66, 0.24, 0.1))
        if abs(at + move) > 4:
            move = -move
            drift = -drift
        leap = move
        at += move
        steps.append(at)
    return _Motif(rhythm, tuple(steps))


def _answer(motif: _Motif, chooser: Chooser) -> _Motif:
    """Return the motif with another end."""
    steps = list(motif.steps)
    half = max(1, len(steps) // 2)
    turn = chooser.pick((-1, 1, 2))
    for number in range(half, len(steps)):
        steps[number] = 2 * steps[half - 1] - steps[number] if turn < 0 else steps[number] + turn
    return _Motif(motif.rhythm, tuple(max(-5, min(5, step)) for step in steps))


def _variation(motif: _Motif, chooser: Chooser) -> _Motif:
    """Return the motif with its longest note split, or inverted."""
    if chooser.chance(0.35):
        return _Motif(motif.rhythm, tuple(-step for step in motif.steps))
    longest = max(range(len(motif.rhythm)), key=lambda n: motif.rhythm[n][1])
    position, length, accent = motif.rhythm[longest]
    if length < 1.0:
        return _answer(motif, chooser)
    rhythm, steps = list(motif.rhythm), list(motif.steps)
    rhythm[longest : longest + 1] = [
        (position, length / 2, accent),
        (position + length / 2, length / 2, False),
    ]
    steps.insert(longest + 1, steps[longest] + chooser.pick((1, -1)))
    return _Motif(tuple(rhythm), tuple(steps))


def _section(
    writer: _TuneWriter,
    plan: SectionPlan,
    material: tuple[_Motif, _Motif, str, tuple[int, ...]],
    *,
    lift: int,
) -> None:
    """Write the tune of a section, phrase by phrase."""
    song, chooser = writer.song, writer.chooser
    motif, second, scheme, shape = material
    bars = song.bars[plan.first : plan.first + plan.bars]
    phrase = 2 if len(bars) <= 3 else 4
    scheme = scheme[0] + "c" if phrase == 2 else scheme
    wait = 0
    if plan.name == "intro":
        seconds = 60.0 / song.grid.bpm * song.signature.beats
        wait = min(len(bars) - 1, max(1, int(_PATIENCE_S / seconds)))
    base = song.key.step_near(writer.center, song.chord_at(bars[0].start)) + lift - 1
    for number in range(wait, len(bars)):
        bar = bars[number]
        place = number % phrase
        last = number == len(bars) - 1
        kind = "c" if last else scheme[place % len(scheme)]
        if place == 0 or number == wait:
            _pickup(writer, bar.start, base, first=number == wait)
        if kind == "c":
            _close(writer, bar.start, bar.beats, base, final=last)
            continue
        line = second if kind == "n" and chooser.chance(0.5) else motif
        if kind == "n":
            line = _answer(line, chooser)
        elif kind == "v" or (plan.turn and chooser.chance(0.3)):
            line = _variation(line, chooser)
        level = base + shape[place % 4] + (1 if kind == "s" else 0)
        _bar(writer, bar.start, bar.beats, line, level, place / phrase)


def _stress(song: SongPlan, position: float, pitch: int, center: int, place: float) -> float:
    """Return the stress of a note from the meter, its height and its place in the phrase."""
    on_beat = abs(position - round(position)) < 0.01
    strong = on_beat and round(position) in ({0, 2} if song.signature.beats == 4 else {0})
    meter = 0.1 if strong else 0.02 if on_beat else -0.09
    return meter + 0.011 * (pitch - center) + 0.13 * math.sin(math.pi * min(1.0, place)) - 0.05


def _bar(
    writer: _TuneWriter, start: int, beats: int, line: _Motif, level: int, place: float
) -> None:
    song, chooser, style = writer.song, writer.chooser, writer.song.style.tune
    for number, (position, length, accent) in enumerate(line.rhythm):
        if position >= beats - 0.01:
            break
        beat = start + position
        strong = accent or position < 0.01 or length >= 1.0 or number == len(line.rhythm) - 1
        pitch = writer.place(level + line.steps[number], beat, strong=strong)
        following = number + 1 < len(line.rhythm)
        if not strong and following and chooser.chance(style.chromatic):
            goal = writer.place(
                level + line.steps[number + 1], start + line.rhythm[number + 1][0], strong=True
            )
            pitch = goal + (-1 if pitch <= goal else 1)
        stress = _stress(song, position, pitch, writer.center, place + position / beats / 4)
        writer.add(beat, min(length, beats - position), pitch, stress + (0.06 if accent else 0.0))


def _close(writer: _TuneWriter, start: int, beats: int, base: int, *, final: bool) -> None:
    """Write the end of a phrase: a few notes to a long one, and a breath."""
    song, chooser = writer.song, writer.chooser
    held = max(1.0, _BREATH * beats)
    approach = chooser.pick((0, 0, 1, 2)) if beats >= 3 else 0
    goal = song.key.step_near(writer.last, song.chord_at(start))
    goal += chooser.pick((-1, 0, -2) if final else (0, 1, -1))
    goal = max(base - 3, min(base + 4, goal))
    at = 0.0
    for number in range(approach):
        side = 1 if writer.last > writer.center else -1
        pitch = writer.place(goal + side * (approach - number), start + at, strong=number == 0)
        writer.add(start + at, 0.5, pitch, _stress(song, at, pitch, writer.center, 0.8))
        at += 0.5
    pitch = writer.place(goal, start + at, strong=True)
    writer.add(
        start + at,
        min(held, beats - at),
        pitch,
        _stress(song, at, pitch, writer.center, 0.95) - 0.05,
    )
    writer.notes[-1] = attrs.evolve(writer.notes[-1], ends=True)


def _pickup(writer: _TuneWriter, bar_line: int, base: int, *, first: bool) -> None:
    """Write the notes that lead into a phrase, before its bar line."""
    song, chooser, style = writer.song, writer.chooser, writer.song.style.tune
    chance = style.pickup_chance if not first else min(1.0, style.pickup_chance + 0.2)
    if not style.pickups or not chooser.chance(chance):
        return
    row = chooser.pick(style.pickups).replace(" ", "")
    steps = song.signature.steps
    begin = bar_line - len(row) / steps
    busy_until = writer.notes[-1].start + 0.24 if writer.notes else -8.0
    line = [one for one in strokes(row, steps) if begin + one.position > busy_until]
    line = [one for one in line if begin + one.position >= song.pickup - 0.01]
    side = -1 if chooser.chance(0.68) else 1
    for number, one in enumerate(line):
        beat = begin + one.position
        distance = len(line) - number
        step = base + side * distance
        pitch = writer.place(step, beat, strong=False)
        if distance == 1 and chooser.chance(style.chromatic):
            target = writer.place(base, bar_line, strong=True)
            pitch = target + side
        stress = -0.1 + 0.04 * number
        writer.add(beat, one.length, pitch, stress)
