"""Write the bass: rows of roots and fifths, walking lines, and approaches to the next chord."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import attrs

from nemomusic.engine.composition.parts.comping import bars_of, ends, row_for
from nemomusic.engine.composition.parts.cut_hits import strokes_with_hits
from nemomusic.engine.composition.parts.melody import transposed
from nemomusic.engine.composition.planning.harmony import nearest
from nemomusic.engine.composition.planning.plan import Chooser

if TYPE_CHECKING:
    from nemomusic.engine.composition.notation.score import Note
    from nemomusic.engine.composition.planning.plan import SongPlan
    from nemomusic.engine.composition.style import Layer

__all__ = ["bass_part"]

_SHORT = {"lowstrings": "spiccato"}
"""What plays the short notes of a patch: bowed strings then bounce the bow."""
_SHORT_S = 0.4
"""Seconds below which a note is short."""
_LIFT_S = 0.07
"""Seconds of silence between two notes of one pitch."""


def bass_part(song: SongPlan, layer: Layer) -> list[Note]:
    """Return the bass of the piece."""
    chooser = Chooser(song.seed, "bass")
    walker = _Walker(song, layer, Chooser(song.seed, "walk"))
    notes: list[Note] = []
    for plan, bar in bars_of(song, layer):
        for position, length, sign in strokes_with_hits(song, bar, row_for(song, layer, plan), "r"):
            beat = bar.start + position
            pitch = transposed(walker.pitch(beat, sign), layer.patch)
            velocity = (0.74 if position == 0 else 0.63) * (0.8 + 0.25 * plan.energy)
            velocity += 0.08 if song.accented(beat) else 0.0
            late = 0.0 if song.on_cut(beat) else chooser.near(song.style.humanize_s * 0.6)
            held = min(length, bar.beats - position) * 0.97
            note = song.note(
                beat, held, pitch, velocity + chooser.near(0.02), layer.patch, late=abs(late)
            )
            if note and note.duration < _SHORT_S and layer.patch in _SHORT:
                note = attrs.evolve(note, patch=_SHORT[layer.patch])
            notes += [note] if note else []
    if ends(song, layer):
        last = transposed(nearest(song.final.bass, layer.center), layer.patch)
        for beat in (song.end, *song.late_hits):
            note = song.note(beat, 4, last, 0.7, layer.patch)
            notes += [note] if note else []
    return _articulated(notes)


def _articulated(notes: list[Note]) -> list[Note]:
    """Return the notes with a short silence between two of the same pitch, to hear both."""
    found = list(notes)
    for number, (note, following) in enumerate(pairwise(notes)):
        room = following.start - note.start
        if note.pitch == following.pitch and note.duration > room - _LIFT_S:
            length = min(note.duration, max(0.5 * room, room - _LIFT_S))
            found[number] = attrs.evolve(note, duration=length)
    return found


class _Walker:
    """Keeps the position of the bass, and finds its next note."""

    def __init__(self, song: SongPlan, layer: Layer, chooser: Chooser) -> None:
        self._song = song
        self._center = layer.center
        self._chooser = chooser
        self._last = layer.center

    def pitch(self, beat: float, sign: str) -> int:
        """Return the pitch of a sign of the row."""
        song = self._song
        chord = song.chord_at(beat)
        root = nearest(chord.bass if sign == "r" else chord.root, self._center)
        if sign == "8":
            found = root + 12
        elif sign == "5":
            fifth = (
                chord.tones[min(2, len(chord.tones) - 1)] if len(chord.tones) > 1 else chord.root
            )
            found = nearest(fifth, self._center + 3)
        elif sign == "3":
            found = nearest(chord.tones[1 if len(chord.tones) > 2 else 0], self._center + 2)
        elif sign == "7":
            seventh = chord.tones[3] if len(chord.tones) > 3 else chord.root
            found = nearest(seventh, self._center)
        elif sign in "ac":
            found = self._approach(beat, chromatic=sign == "c")
        elif sign == "w":
            found = self._walk(beat)
        else:
            found = root
        self._last = found
        return found

    def _approach(self, beat: float, *, chromatic: bool) -> int:
        song = self._song
        _, following = song.chord_after(beat)
        goal = nearest(following.bass, self._center)
        if chromatic:
            return goal + (-1 if self._last <= goal else 1)
        chord = song.chord_at(beat)
        step = song.key.step_near(goal, chord)
        return song.key.pitch(step + (-1 if goal > self._last else 1), chord)

    def _walk(self, beat: float) -> int:
        """Return a chord tone on the change, an approach before the next one, steps between."""
        song = self._song
        chord = song.chord_at(beat)
        change, following = song.chord_after(beat)
        if beat == song.bars[0].start or song.chord_at(beat - 0.5) is not chord:
            return nearest(chord.bass, self._center)
        goal = nearest(following.bass, self._center)
        if change - beat <= 1.01:
            choice = self._chooser.weighted(("c", "above", "a", "5"), (0.4, 0.2, 0.25, 0.15))
            if choice == "a":
                return self._approach(beat, chromatic=False)
            if choice == "5":
                return nearest(following.root + 7, self._center + 2)
            side = -1 if choice == "c" else 1
            return goal + side
        if self._chooser.chance(0.55):
            tones = [t for t in chord.tones[:4] if t != self._last % 12]
            return min(
                (nearest(tone, (self._last + goal) / 2) for tone in tones),
                key=lambda p: abs(p - self._last),
            )
        up = goal > self._last or self._last < self._center - 5
        step = song.key.step_near(self._last, chord) + (1 if up else -1)
        return song.key.pitch(step, chord)
