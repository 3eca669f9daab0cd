"""Write a score as a MIDI file, for the programs of musicians.

The MIDI file (Standard MIDI File 1.0, format 1) has a tempo map that follows the bent beats. So its
bar lines are those of the music.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.engine.composition.notation.score import Part, Score

__all__ = ["to_midi"]

_TICKS = 960
"""Number of ticks in a quarter note."""
_PROGRAMS = {
    "piano": 0,
    "felt": 0,
    "epiano": 4,
    "celesta": 8,
    "bells": 9,
    "vibes": 11,
    "marimba": 12,
    "organ": 16,
    "nylon": 24,
    "steel": 25,
    "jazzguitar": 26,
    "muted": 28,
    "power": 30,
    "drivenlead": 30,
    "upright": 32,
    "ebass": 33,
    "synthbass": 38,
    "808": 38,
    "subbass": 39,
    "violin": 40,
    "cello": 42,
    "lowcello": 42,
    "spiccato": 48,
    "pizzicato": 45,
    "harp": 46,
    "strings": 48,
    "lowstrings": 48,
    "choir": 52,
    "oohs": 53,
    "voice": 54,
    "trumpet": 56,
    "brass": 61,
    "sax": 66,
    "flute": 73,
    "dizi": 77,
    "lead": 81,
    "softlead": 80,
    "synthpluck": 84,
    "supersaw": 90,
    "warmpad": 89,
    "synthpad": 90,
    "airpad": 91,
    "glasspad": 92,
    "guzheng": 107,
}
"""Programs of General MIDI, from 0, for the engine's patches."""
_DRUM_KEYS = {
    "kick": 36,
    "softkick": 36,
    "clubkick": 36,
    "rockkick": 36,
    "jazzkick": 35,
    "snare": 38,
    "softsnare": 38,
    "rocksnare": 38,
    "trapsnare": 40,
    "gatedsnare": 40,
    "clap": 39,
    "rim": 37,
    "snap": 39,
    "brush": 38,
    "sweep": 38,
    "hat": 42,
    "softhat": 44,
    "openhat": 46,
    "ride": 51,
    "crash": 49,
    "softcrash": 57,
    "shaker": 70,
    "tambourine": 54,
    "tom": 45,
    "hightom": 50,
    "taiko": 41,
    "lowperc": 43,
    "conga": 64,
    "highconga": 62,
    "bodhran": 61,
    "cowbell": 56,
    "woodblock": 76,
    "boom": 35,
    "reverse": 55,
    "riser": 55,
    "scratch": 29,
}
"""Keys of the drums of General MIDI."""
_DRUM_CHANNEL = 9


def _quantity(value: int) -> bytes:
    """Return a number in the variable length of MIDI files."""
    found = [value & 0x7F]
    while value := value >> 7:
        found.append(0x80 | value & 0x7F)
    return bytes(reversed(found))


def _track(events: Sequence[tuple[int, int, bytes]]) -> bytes:
    """Return a track chunk of (tick, rank, message). Ends come before beginnings."""
    data = bytearray()
    now = 0
    for tick, _, message in sorted(events):
        data += _quantity(tick - now) + message
        now = tick
    data += b"\x00\xff\x2f\x00"
    return b"MTrk" + struct.pack(">I", len(data)) + bytes(data)


def _text(kind: int, words: str) -> bytes:
    data = words.encode("utf-8")
    return b"\xff" + bytes([kind]) + _quantity(len(data)) + data


class _TempoMap:
    """Turns seconds into ticks by the beats of a score."""

    def __init__(self, score: Score) -> None:
        beat = 60.0 / score.bpm
        times = [time for time in score.beats if time > 0.02]
        self.times = [0.0, *times]
        while self.times[-1] < score.duration:
            self.times.append(self.times[-1] + beat)
        # A first beat that is shorter than the others is a pickup: it has fewer ticks.
        first = min(1.0, (self.times[1] - self.times[0]) / beat) if len(self.times) > 1 else 1.0
        size = _TICKS * 3 // 2 if score.signature == "6/8" else _TICKS
        begin = size if first > 0.9 else max(1, round(size * first))
        self.ticks = [0, *(begin + size * number for number in range(len(self.times) - 1))]

    def tick(self, time: float) -> int:
        """Return the tick of a time."""
        at = min(max(bisect_right(self.times, time) - 1, 0), len(self.times) - 2)
        low, high = self.times[at], self.times[at + 1]
        share = (time - low) / (high - low)
        return max(0, round(self.ticks[at] + share * (self.ticks[at + 1] - self.ticks[at])))

    def tempos(self) -> list[tuple[int, int]]:
        """Return (tick, microseconds a quarter note) of every change."""
        found: list[tuple[int, int]] = []
        for number in range(len(self.times) - 1):
            ticks = self.ticks[number + 1] - self.ticks[number]
            seconds = self.times[number + 1] - self.times[number]
            tempo = round(1e6 * seconds * _TICKS / ticks)
            if not found or abs(found[-1][1] - tempo) > 1:
                found.append((self.ticks[number], tempo))
        return found


def to_midi(score: Score) -> bytes:
    """Return a score as a MIDI file of format 1 with a tempo map.

    The first track has the tempos, the time signatures, and markers with the names of the sections;
    each part has a track of its own.
    """
    clock = _TempoMap(score)
    conductor = [
        (tick, 0, b"\xff\x51\x03" + struct.pack(">I", min(tempo, 0xFFFFFF))[1:])
        for tick, tempo in clock.tempos()
    ]
    conductor.append((0, 0, _text(3, score.title)))
    conductor += [(clock.tick(one.start), 1, _text(6, one.name)) for one in score.sections]
    conductor += _signatures(score, clock)
    tracks = [_track(conductor)]
    channel = 0
    for part in score.parts:
        drums = part.notes[0].patch in _DRUM_KEYS
        tracks.append(_track(_part_events(part, clock, _DRUM_CHANNEL if drums else channel)))
        if not drums:
            channel = (channel + 1) % 16
            channel += channel == _DRUM_CHANNEL
    header = struct.pack(">4sIHHH", b"MThd", 6, 1, len(tracks), _TICKS)
    return header + b"".join(tracks)


def _signatures(score: Score, clock: _TempoMap) -> list[tuple[int, int, bytes]]:
    """Return the time signature of every bar that is longer or shorter than the one before."""
    lower = 3 if score.signature == "6/8" else 2  # as a power of two
    size = _TICKS // 2 if score.signature == "6/8" else _TICKS
    found: list[tuple[int, int, bytes]] = []
    before = 0
    bars = [clock.tick(time) for time in score.downbeats]
    edges = ([0] if bars and bars[0] > size // 2 else []) + bars
    for start, end in pairwise(edges):
        upper = max(1, round((end - start) / size))
        if upper != before:
            found.append((start, 0, bytes([0xFF, 0x58, 4, upper, lower, 24, 8])))
        before = upper
    return found


def _part_events(part: Part, clock: _TempoMap, channel: int) -> list[tuple[int, int, bytes]]:
    events: list[tuple[int, int, bytes]] = [(0, 0, _text(3, part.name))]
    if channel != _DRUM_CHANNEL:
        program = _PROGRAMS.get(part.notes[0].patch, 0)
        events.append((0, 1, bytes([0xC0 | channel, program])))
    pan = max(0, min(127, round(64 + 63 * part.pan)))
    events.append((0, 1, bytes([0xB0 | channel, 10, pan])))
    for note in part.notes:
        key = _DRUM_KEYS.get(note.patch, note.pitch)
        begin = clock.tick(note.start)
        end = max(begin + 1, clock.tick(note.start + note.duration))
        velocity = max(1, min(127, round(127 * note.velocity)))
        events.append((begin, 3, bytes([0x90 | channel, key, velocity])))
        events.append((end, 2, bytes([0x80 | channel, key, 0])))
    return events
