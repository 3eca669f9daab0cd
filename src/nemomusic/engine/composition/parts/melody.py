"""Turn the written tune and the second voice into played notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nemomusic.engine.composition.planning.harmony import nearest
from nemomusic.engine.composition.planning.plan import Chooser

if TYPE_CHECKING:
    from nemomusic.engine.composition.notation.score import Note
    from nemomusic.engine.composition.planning.plan import SongPlan
    from nemomusic.engine.composition.style import Layer

__all__ = ["RANGES", "counter_part", "melody_part", "transposed"]


def melody_part(song: SongPlan, layer: Layer) -> list[Note]:
    """Return the tune as it is played: phrased, and silent under speech."""
    chooser = Chooser(song.seed, "touch", layer.patch)
    octave = 12 * round((layer.center - _middle(song)) / 12)
    style = song.style
    notes: list[Note] = []
    for one in song.tune:
        energy = song.energy_at(one.start)
        if energy < layer.from_energy and one.start < song.end:
            continue
        length = one.length * (0.98 if one.ends else style.tune.legato)
        velocity = 0.47 + 0.24 * energy + one.stress + chooser.near(0.025)
        late = 0.0 if song.on_cut(one.start) else abs(chooser.near(style.humanize_s))
        pitch = transposed(one.pitch + octave, layer.patch)
        note = song.note(one.start, length, pitch, velocity, layer.patch, late=late)
        if note and not song.spoken(note.start, note.start + note.duration):
            notes.append(note)
    return notes


def _middle(song: SongPlan) -> float:
    return sum(one.pitch for one in song.tune) / len(song.tune) if song.tune else 72.0


RANGES: dict[str, tuple[int, int]] = {
    "violin": (55, 98),
    "cello": (36, 76),
    "lowcello": (36, 67),
    "flute": (60, 96),
    "dizi": (62, 93),
    "sax": (51, 84),
    "trumpet": (54, 84),
    "strings": (36, 94),
    "lowstrings": (28, 62),
    "spiccato": (36, 88),
    "pizzicato": (36, 88),
    "brass": (40, 79),
    "choir": (43, 81),
    "oohs": (43, 81),
    "harp": (24, 100),
    "guzheng": (38, 88),
    "nylon": (40, 83),
    "steel": (40, 84),
    "jazzguitar": (40, 84),
    "muted": (40, 83),
    "voice": (55, 84),
    "power": (33, 60),
    "drivenlead": (40, 88),
    "piano": (21, 105),
    "felt": (28, 100),
    "epiano": (28, 96),
    "ebass": (28, 60),
    "upright": (28, 60),
    "synthbass": (24, 60),
    "808": (24, 52),
    "subbass": (24, 52),
    "celesta": (60, 103),
    "bells": (60, 103),
    "vibes": (53, 91),
    "marimba": (45, 96),
    "fiddle": (55, 98),
    "whistle": (67, 98),
    "banjo": (45, 86),
    "accordion": (50, 93),
    "clavinet": (36, 88),
}
"""Lowest and highest MIDI number of instruments that have a range."""


def transposed(pitch: int, patch: str) -> int:
    """Return a pitch in the range of an instrument, moved by octaves if needed."""
    low, high = RANGES.get(patch, (24, 103))
    while pitch < low:
        pitch += 12
    while pitch > high:
        pitch -= 12
    return pitch


def counter_part(song: SongPlan, layer: Layer) -> list[Note]:
    """Return a second voice: long notes that move little, and answers where the tune rests."""
    chooser = Chooser(song.seed, "counter", layer.patch)
    notes: list[Note] = []
    pitch = layer.center
    for span in song.chords:
        energy = song.energy_at(span.start)
        if energy < layer.from_energy:
            continue
        tones = span.chord.tones[1:] or span.chord.tones
        near = [p for p in range(layer.center - 8, layer.center + 9) if p % 12 in tones]
        pitch = min(near, key=lambda p: (abs(p - pitch), p))
        busy = any(span.start <= one.start < span.end for one in song.tune)
        velocity = 0.4 + 0.22 * energy + chooser.near(0.02)
        length = span.end - span.start
        notes += _kept(song, span.start, length, pitch, velocity, layer.patch)
        if not busy and length >= 2.0 and chooser.chance(0.6):
            # The tune rests: an answer of two notes on the way.
            other = nearest(chooser.pick(span.chord.tones), pitch + chooser.pick((3, 5)))
            notes[-1:] = [attrs.evolve(notes[-1], duration=notes[-1].duration / 2)] if notes else []
            notes += _kept(song, span.start + length / 2, length / 2, other, velocity, layer.patch)
    return [note for note in notes if not song.spoken(note.start, note.start + note.duration)]


def _kept(
    song: SongPlan, beat: float, length: float, pitch: int, velocity: float, patch: str
) -> list[Note]:
    note = song.note(beat, length, transposed(pitch, patch), velocity, patch)
    return [note] if note else []
