"""Turn the notes of one part into sound, block by block."""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from nemomusic.engine.pcm import RATE
from nemomusic.engine.synthesis.drums import PANS
from nemomusic.engine.synthesis.oscillators import WEIGHED, columns, loudness_power, single

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Executor
    from typing import TypeAlias

    from nemomusic.engine.composition.notation.score import Note, Part
    from nemomusic.engine.synthesis.oscillators import Wave
    from nemomusic.engine.synthesis.sampled import Instruments

    _Key: TypeAlias = tuple[str, int, int, float]

__all__ = ["LONGEST", "NoteCache", "PartRenderer"]

LONGEST = 12.0  # s, notes are cut to this; composers tie longer ones
_CACHE = 160 << 20  # bytes of finished tones that are kept
_ROOM = 16 << 20  # bytes of it that are left free when tones are made ahead
_SAMPLED = 48  # notes from which a part's loudness is estimated


_ENTRIES = 6
"""Number of positions in a loop among which the start of a note is chosen."""
_ATTACK = RATE // 8
"""Number of samples after such a position whose level is compared."""


@lru_cache(maxsize=256)
def _fall(count: int) -> Wave:
    return single((0.5 + 0.5 * np.cos(np.pi * np.arange(count) / max(count, 1))) ** 2)[:, None]


@lru_cache(maxsize=256)
def _rise(count: int) -> Wave:
    return single(0.5 - 0.5 * np.cos(np.pi * np.arange(count) / max(count, 1)))[:, None]


def _touch(velocity: float) -> int:
    return 0 if velocity < 0.45 else 1 if velocity < 0.75 else 2


def _entry(tone: Wave, at: int) -> int:
    """Return the position in a loop where a note starts: one that is loud from its start.

    Detuned voices beat. A note that started in a quiet moment would be heard late.
    """
    size = len(tone)
    places = [(at + number * size // _ENTRIES) % size for number in range(_ENTRIES)]

    def level(place: int) -> float:
        start = tone[place : place + _ATTACK, 0]
        return float(np.dot(start, start)) / max(1, len(start))

    return max(places, key=level)


class NoteCache:
    """Finished tones, shared by the parts of a piece.

    Every distinct tone (patch, pitch, touch, length class) is made once, and copied afterward. If
    there are too many, the tones that were not used for the longest time are dropped. If two
    threads need the same new tone, both make it, with the same result.
    """

    def __init__(self, instruments: Instruments) -> None:
        self.instruments = instruments
        self._tones: OrderedDict[_Key, Wave] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def onset(self, note: Note) -> float:
        """Return the seconds from the start of a note until it is heard."""
        patch = self.instruments.patch(note.patch)
        return patch.onset if patch else 0.0

    def _key(self, note: Note) -> _Key:
        """Return the key of a note's tone: patch, pitch, touch and length class."""
        patch = self.instruments.patch(note.patch)
        if patch is None:
            return note.patch, 0, 0, 0.0
        length = 0.0
        if patch.held:
            wish = min(note.duration + patch.onset, LONGEST) + patch.release
            length = next(size for size in (1.0, 2.0, 4.0, 8.0, 16.0) if size >= wish)
        return note.patch, note.pitch, _touch(note.velocity), length

    def prepare(self, notes: Iterable[Note], pool: Executor) -> None:
        """Make the tones of notes in several threads, in that order, until the cache is full."""
        first: dict[_Key, Note] = {}
        for note in notes:
            first.setdefault(self._key(note), note)

        def make(note: Note) -> None:
            if self._bytes < _CACHE - _ROOM:
                self.get(note)

        for _ in pool.map(make, first.values()):
            pass

    def get(self, note: Note) -> Wave:
        """Return the tone of a note, as it is before attack, release and gain."""
        key = self._key(note)
        patch, (_, _, touch, length) = self.instruments.patch(note.patch), key
        with self._lock:
            tone = self._tones.get(key)
            if tone is not None:
                self._tones.move_to_end(key)
                return tone
        tone = patch.make(note.pitch, touch, length) if patch else self.instruments.drum(note.patch)
        with self._lock:
            if key not in self._tones:
                self._tones[key] = tone
                self._bytes += tone.nbytes
            while self._bytes > _CACHE and len(self._tones) > 1:
                self._bytes -= self._tones.popitem(last=False)[1].nbytes
        return tone


class PartRenderer:
    """Renders one part into a bus of its own.

    Args:
        part: The part to play.
        block: Samples in a block.
        tones: The cache of tones.
    """

    def __init__(self, part: Part, block: int, tones: NoteCache) -> None:
        self.part = part
        self._block = block
        self._bus = columns(block + round((LONGEST + 2.0) * RATE))
        self._reach = 0  # samples of the bus that are not empty
        self._tones = tones
        self._notes = sorted(part.notes, key=lambda note: note.start - tones.onset(note))
        self._next = 0
        self.gain: float = 10.0 ** ((part.level - self._loudness()) / 20.0) if part.notes else 0.0

    def play(self, start: int, count: int) -> Wave:
        """Return `count` samples from `start` on: a block, in order, or less as the last one."""
        notes = self._notes
        end = (start + count) / RATE
        while (
            self._next < len(notes)
            and notes[self._next].start - self._tones.onset(notes[self._next]) < end
        ):
            self._place(notes[self._next], start)
            self._next += 1
        block = self._bus[:count] * np.float32(self.gain)
        left = max(0, self._reach - self._block)
        self._bus[:left] = self._bus[self._block : self._reach].copy()
        self._bus[left : self._reach] = 0.0
        self._reach = left
        return block

    def _span(self, note: Note) -> tuple[int, int]:
        """Return for how many samples a note is held, and where it starts in its patch's loop."""
        patch = self._tones.instruments.patch(note.patch)
        if patch is None:
            return 0, 0
        hold = max(1, round(min(note.duration + patch.onset, LONGEST) * RATE))
        # Each note starts at another position. Otherwise a repeated chord would sound copied.
        at = note.pitch * 24_001 + round(note.start * 1000.0) * 37
        return hold, at if patch.loops else 0

    def _sound(self, note: Note, longest: int | None = None) -> Wave:
        """Return the note with attack and release, without its gain.

        Args:
            note: The note.
            longest: Samples after which the rest is left out; None for the complete note.
        """
        tone = self._tones.get(note)
        patch = self._tones.instruments.patch(note.patch)
        if patch is None:
            return tone
        hold, at = self._span(note)
        release = round(patch.release * RATE)
        length = hold + release if longest is None else min(hold + release, longest)
        if patch.loops:
            size = len(tone)
            at = _entry(tone, at % size)
            times = -(-(at + length) // size)
            sound = np.concatenate([tone] * times)[at : at + length]
        else:
            sound = tone[:length].copy(order="F")
        rise = min(round(patch.attack * RATE), round(hold * 0.6))
        if patch.attack > 0.004:
            sound[:rise] *= _rise(rise)[: len(sound)]
        tail = len(sound) - hold
        if tail > 0:
            sound[hold:] *= _fall(release)[:tail]
        return sound

    def _place(self, note: Note, start: int) -> None:
        sound = self._sound(note)
        begin = round((note.start - self._tones.onset(note)) * RATE) - start
        if begin < 0:  # only at the start of the piece: the part before it is cut off
            sound, begin = sound[-begin:], 0
        patch = self._tones.instruments.patch(note.patch)
        gain = note.velocity**1.5
        if patch is None:
            pan = PANS.get(note.patch, 0.0)
        else:
            pan = max(-1.0, min(1.0, (note.pitch - 62) / 24.0)) * patch.spread
        pan = max(-1.0, min(1.0, pan + self.part.pan))
        # Equal power for one channel, balance for two; both are 1 in the middle.
        left, right = (
            (np.sqrt(1.0 - pan), np.sqrt(1.0 + pan))
            if sound.shape[1] == 1
            else (1.0 - max(pan, 0.0) * 0.6, 1.0 + min(pan, 0.0) * 0.6)
        )
        end = begin + len(sound)
        self._reach = max(self._reach, end)
        self._bus[begin:end, 0] += sound[:, 0] * np.float32(gain * left)
        self._bus[begin:end, 1] += sound[:, -1] * np.float32(gain * right)

    def _power(self, note: Note) -> float:
        """Return the energy of a note at full velocity, as far as loudness hears it."""
        sound = self._sound(note, WEIGHED)
        channels = 2.0 if sound.shape[1] == 1 else 1.0
        patch = self._tones.instruments.patch(note.patch)
        longer = 1.0
        if patch is not None and (patch.loops or patch.held) and not patch.fades:
            length = self._span(note)[0] + round(patch.release * RATE)
            if not patch.loops:
                length = min(length, len(self._tones.get(note)))
            longer = max(1.0, length / WEIGHED)
        return channels * loudness_power(sound) * longer

    def _loudness(self) -> float:
        """Return the part's loudness while it plays, about LUFS, from a sample of its notes."""
        notes = self.part.notes
        sample = notes[:: max(1, len(notes) // _SAMPLED)]
        energy = 0.0
        known: dict[tuple[object, ...], float] = {}
        for note in sample:
            key = (note.patch, note.pitch, _touch(note.velocity), *self._span(note))
            if key not in known:
                known[key] = self._power(note)
            energy += known[key] * note.velocity**3
        energy *= len(notes) / len(sample)
        tenths = np.zeros(int(max(note.start + note.duration for note in notes) * 10) + 8, bool)
        for note in notes:
            tenths[int(note.start * 10) : int((note.start + max(note.duration, 0.35)) * 10) + 1] = (
                True
            )
        return float(-0.691 + 10.0 * np.log10(energy / (tenths.sum() * RATE / 10) + 1e-12))
