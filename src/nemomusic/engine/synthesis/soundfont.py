"""Sound fonts: SF2 and SF3 files read with NumPy, only the samples that a score needs.

An SF2 file is a RIFF file (SoundFont Technical Specification 2.04). Its presets are made of zones
that point to instruments, whose zones point to samples; generators of both levels add up. An SF3
file holds the same with samples as Ogg Vorbis, which PyAV decodes. Filters follow the modulation
envelope; modulators and low-frequency oscillators are left out. The same font gives the same
samples in every process.
"""

from __future__ import annotations

import hashlib
import io
import math
import mmap
import struct
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import av
import numpy as np

from nemomusic.engine.audio.transforms import signals_of, spectra_of, transform_size
from nemomusic.engine.errors import MediaError
from nemomusic.engine.pcm import RATE

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from nemomusic.engine.pcm import Samples

__all__ = ["SoundFont", "Zone"]

_COMPRESSED = 0x10
"""Flag of a sample's type that means Ogg Vorbis (SF3)."""
_LEFT, _RIGHT = 4, 2
"""Types of samples that are one side of a pair."""
_ADDED = {8, 11, 17, 48, 51, 52}
"""Generators of a preset that add to those of its instrument: filter, pan, attenuation, tuning."""
_ATTENUATION = 0.4
"""Share of a written attenuation that synthesizers apply, as the EMU8000 did."""
_TOUCH_CENTS = 1200
"""Cents by which the softest note closes the filter: half of the specification's default."""
_CUTOFFS = 3
"""Number of parts of a moving filter's path. The sound is filtered at the ends of the parts."""
_FEWEST = 8
"""The smallest number of points of a sample. Shorter samples are silent."""
_NO_FILTER = 13_000
"""Cutoff in absolute cents above which a filter has no audible effect."""
_NEPERS = -math.log(10.0) / 20.0
"""Exponent of an attenuation of 1 dB. NumPy's `exp` takes a tenth of the time of its power."""
_CHUNKS = {b"phdr": 38, b"pbag": 4, b"pgen": 4, b"inst": 22, b"ibag": 4, b"igen": 4, b"shdr": 46}


class _SampleHeader(NamedTuple):
    start: int
    end: int
    loop_start: int
    loop_end: int
    rate: int
    root: int
    correction: int
    link: int
    kind: int


class Zone(NamedTuple):
    """A sample with its generators: those of its instrument and of its preset together."""

    sample: int
    generators: tuple[tuple[int, int], ...]

    def get(self, generator: int, default: int) -> int:
        """Return the amount of a generator."""
        return dict(self.generators).get(generator, default)


class SoundFont:
    """A sound font.

    Args:
        path: An SF2 or SF3 file.

    Raises:
        MediaError: The file is missing or is no sound font.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise _unreadable(path) from error
        self._samples_at = 0
        self._tables: dict[bytes, bytes] = {}
        self._known_zones: dict[tuple[bytes, int, int], list[dict[int, int]]] = {}
        try:
            self._index()
            self._presets = self._read_presets()
        except (struct.error, KeyError, IndexError, UnicodeDecodeError) as error:
            raise _unreadable(path) from error

    @property
    def digest(self) -> str:
        """The first 16 hexadecimal digits of the file's SHA-256."""
        return _digest(self.path, len(self._data))

    def has(self, bank: int, program: int) -> bool:
        """Return whether the font has a preset."""
        return (bank, program) in self._presets

    def _index(self) -> None:
        if self._data[:4] != b"RIFF" or self._data[8:12] != b"sfbk":
            raise KeyError("no sound font")
        at, end = 12, len(self._data)
        while at + 8 <= end:
            name, size = self._data[at : at + 4], struct.unpack_from("<I", self._data, at + 4)[0]
            if name == b"LIST":
                self._list(at + 12, at + 8 + size)
            at += 8 + size + size % 2

    def _list(self, at: int, end: int) -> None:
        while at + 8 <= end:
            name, size = self._data[at : at + 4], struct.unpack_from("<I", self._data, at + 4)[0]
            if name == b"smpl":
                self._samples_at = at + 8
            elif name in _CHUNKS:
                self._tables[name] = self._data[at + 8 : at + 8 + size]
            at += 8 + size + size % 2

    def _rows(self, name: bytes) -> int:
        return len(self._tables[name]) // _CHUNKS[name]

    def _zones(self, bags: bytes, gens: bytes, first: int, last: int) -> list[dict[int, int]]:
        """Return the generators of each zone; ranges are kept as low + 256 * high."""
        if (known := self._known_zones.get((bags, first, last))) is not None:
            return known
        zones = []
        for bag in range(first, last):
            begin, _ = struct.unpack_from("<HH", self._tables[bags], 4 * bag)
            end, _ = struct.unpack_from("<HH", self._tables[bags], 4 * bag + 4)
            zone: dict[int, int] = {}
            for number in range(begin, end):
                name, amount = struct.unpack_from("<Hh", self._tables[gens], 4 * number)
                zone[name] = amount & 0xFFFF if name in {41, 43, 44, 53} else amount
            zones.append(zone)
        self._known_zones[bags, first, last] = zones
        return zones

    def _read_presets(self) -> dict[tuple[int, int], tuple[int, int]]:
        found: dict[tuple[int, int], tuple[int, int]] = {}
        table = self._tables[b"phdr"]
        for row in range(self._rows(b"phdr") - 1):
            program, bank, bag = struct.unpack_from("<HHH", table, 38 * row + 20)
            after = struct.unpack_from("<HHH", table, 38 * row + 58)[2]
            found.setdefault((bank, program), (bag, after))
        return found

    def zones(self, bank: int, program: int, key: int, velocity: int) -> tuple[Zone, ...]:
        """Return the zones of a preset that sound for a key at a velocity."""
        if (bank, program) not in self._presets:
            return ()
        found: list[Zone] = []
        for preset in _local(self._zones(b"pbag", b"pgen", *self._presets[bank, program]), 41):
            if not _inside(preset, key, velocity):
                continue
            at = 22 * preset[41] + 20
            first = struct.unpack_from("<H", self._tables[b"inst"], at)[0]
            last = struct.unpack_from("<H", self._tables[b"inst"], at + 22)[0]
            for zone in _local(self._zones(b"ibag", b"igen", first, last), 53):
                if _inside(zone, key, velocity):
                    merged = dict(zone)
                    for name in _ADDED & preset.keys():
                        merged[name] = merged.get(name, 13_500 if name == 8 else 0) + preset[name]
                    found.append(Zone(merged[53], tuple(sorted(merged.items()))))
        return tuple(found)

    def _header(self, number: int) -> _SampleHeader:
        values = struct.unpack_from("<5IBbHH", self._tables[b"shdr"], 46 * number + 20)
        return _SampleHeader(*values)

    def _wave(self, head: _SampleHeader) -> NDArray[np.float32]:
        """Return the points of a sample, -1..1."""
        if head.kind & _COMPRESSED:
            begin = self._samples_at + head.start
            return _decoded(self._data[begin : self._samples_at + head.end])
        begin = self._samples_at + 2 * head.start
        raw = np.frombuffer(self._data[begin : self._samples_at + 2 * head.end], "<i2")
        return raw.astype(np.float32) / np.float32(32_768.0)

    def play(self, zone: Zone, key: int, seconds: float, velocity: int = 127) -> Samples:
        """Return a zone's sound at the pitch of a key, with its envelope, as [frames, 2].

        Args:
            zone: The zone to play.
            key: MIDI number.
            seconds: The longest time that the note is held; a sample without a loop may end
                earlier.
            velocity: 1..127, soft notes are darker.

        Raises:
            MediaError: The font is damaged: it has no such sample.
        """
        try:
            head = self._header(zone.sample)
            points = self._wave(head)
        except (struct.error, ValueError, av.FFmpegError) as error:
            raise _unreadable(self.path) from error
        if len(points) < _FEWEST:
            return np.zeros((1, 2), np.float32)
        base = head.start if not head.kind & _COMPRESSED else 0
        root = zone.get(58, head.root if head.root < 128 else 60)
        root = root if root >= 0 else head.root
        cents = zone.get(56, 100) * (key - root) + 100 * zone.get(51, 0) + zone.get(52, 0)
        step = head.rate / RATE * 2.0 ** ((cents + head.correction) / 1200.0)
        loop_start = head.loop_start - base + zone.get(2, 0) + 32_768 * zone.get(45, 0)
        loop_end = head.loop_end - base + zone.get(3, 0) + 32_768 * zone.get(50, 0)
        loops = zone.get(54, 0) & 1 and 0 <= loop_start < loop_end - 4 <= len(points)
        count = round(seconds * RATE)
        if not loops:
            count = min(count, int((len(points) - 3) / step))
        place = np.arange(max(1, count)) * step
        if loops:
            late = place >= loop_end
            place[late] = loop_start + (place[late] - loop_start) % (loop_end - loop_start)
        sound = _interpolated(points, place, (loop_start, loop_end) if loops else None)
        sound = _filtered(zone, sound, velocity)
        sound *= _envelope(zone, len(sound))
        sound *= np.float32(10.0 ** (-_ATTENUATION * zone.get(48, 0) / 200.0))
        pan = max(-500, min(500, zone.get(17, 0))) / 1000.0
        if head.kind & ~_COMPRESSED in {_LEFT, _RIGHT} and not zone.get(17, 0):
            pan = -0.5 if head.kind & _LEFT else 0.5
        angle = (pan + 0.5) * np.pi / 2
        sides = np.array([[np.cos(angle)], [np.sin(angle)]], np.float32) * np.float32(np.sqrt(2.0))
        return np.asarray((sides * sound).T, np.float32)


def _unreadable(path: Path) -> MediaError:
    return MediaError(
        f"{path.name} is not a sound font that can be read.",
        remedy="Set NEMOMUSIC_SOUNDFONT to an SF2 or SF3 file, or to an empty string for none.",
    )


@lru_cache(maxsize=8)
def _digest(path: Path, _size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _local(zones: list[dict[int, int]], target: int) -> list[dict[int, int]]:
    """Return the zones that have a target, with the generators of the global zone."""
    common = zones[0] if zones and target not in zones[0] else {}
    return [common | zone for zone in zones if target in zone]


def _inside(zone: dict[int, int], key: int, velocity: int) -> bool:
    keys, velocities = zone.get(43, 0x7F00), zone.get(44, 0x7F00)
    return keys & 0xFF <= key <= keys >> 8 and velocities & 0xFF <= velocity <= velocities >> 8


def _decoded(data: bytes) -> NDArray[np.float32]:
    """Return the points of a compressed sample."""
    with av.open(io.BytesIO(data), "r") as container:
        resampler = av.AudioResampler(format="fltp", layout="mono")
        pieces = [
            frame.to_ndarray()[0]
            for decoded in container.decode(audio=0)
            for frame in resampler.resample(decoded)
        ]
    return np.concatenate(pieces) if pieces else np.zeros(4, np.float32)


def _interpolated(
    points: NDArray[np.float32], place: NDArray[np.float64], loop: tuple[int, int] | None
) -> NDArray[np.float32]:
    """Return the sample between its points, by cubic interpolation (Catmull and Rom 1974)."""
    index = place.astype(np.int64)
    part = (place - index).astype(np.float32)
    start, end = loop or (0, len(points))
    missing = max(0, end - len(points))
    after = points[start : start + 3] if loop else points[[-1, -1]]
    points = np.concatenate([points[:1], points[:end], points[[-1] * missing], after])
    a, b, c, d = (points[index + offset] for offset in range(4))
    half = np.float32(0.5)
    return np.asarray(
        b
        + half * part * (c - a + part * (2 * a - 5 * b + 4 * c - d + part * (3 * (b - c) + d - a))),
        np.float32,
    )


def _seconds(zone: Zone, generator: int) -> float:
    cents = zone.get(generator, -12_000)
    return 0.0 if cents <= -12_000 else float(2.0 ** (cents / 1200.0))


def _filtered(zone: Zone, sound: NDArray[np.float32], velocity: int) -> NDArray[np.float32]:
    """Return the sound through the zone's low pass of 12 dB an octave, without its resonance.

    The modulation envelope opens the filter and closes it again. The sound is filtered at a few
    cutoffs, and between these it is cross-faded.
    """
    low = zone.get(8, 13_500) - _TOUCH_CENTS * (1.0 - velocity / 127.0)
    reach = float(zone.get(11, 0))
    if len(sound) < _FEWEST or low + min(0.0, reach) >= _NO_FILTER:
        return sound
    if not reach:
        return _low_passes(sound, [low])[0]
    time = np.arange(len(sound), dtype=np.float32) / np.float32(RATE)
    attack, hold = max(0.001, _seconds(zone, 26)), _seconds(zone, 27)
    decay, sustain = max(0.001, _seconds(zone, 28)), 1.0 - zone.get(29, 0) / 1000.0
    opened = np.minimum(1.0, time / attack)
    fall = np.clip((time - attack - hold) / decay, 0.0, 1.0)
    opened = np.where(fall > 0.0, np.maximum(sustain, 1.0 - fall), opened)
    steps = _low_passes(sound, [low + reach * n / _CUTOFFS for n in range(_CUTOFFS + 1)])
    place = np.clip(opened, 0.0, 1.0) * _CUTOFFS
    index = np.minimum(place.astype(np.int8), _CUTOFFS - 1)
    part = place - index
    filtered = np.empty(len(sound), np.float32)
    bounds = [0, *(np.flatnonzero(np.diff(index)) + 1), len(sound)]
    for begin, end in pairwise(bounds):  # between two cutoffs, which the index names
        lower, upper = steps[index[begin]][begin:end], steps[index[begin] + 1][begin:end]
        share = part[begin:end]
        filtered[begin:end] = lower * (1.0 - share) + upper * share
    return filtered


def _low_passes(sound: NDArray[np.float32], cutoffs: list[float]) -> list[NDArray[np.float32]]:
    """Return the sound through low passes whose cutoffs are in absolute cents."""
    size = transform_size(len(sound) + 2048)
    bins = np.fft.rfftfreq(size, 1.0 / RATE)
    spectrum = spectra_of(sound[None], size)[0]
    low = [cents for cents in cutoffs if cents < _NO_FILTER]
    spectra = np.empty((len(low), len(spectrum)), np.complex64)
    for row, cents in zip(spectra, low, strict=True):
        hertz = 8.176 * 2.0 ** (cents / 1200.0)
        gain = 1.0 / np.sqrt(1.0 + np.square(np.square(bins / hertz)))
        np.multiply(spectrum, np.asarray(gain, np.float32), out=row)
    filtered = iter(signals_of(spectra, size))
    return [next(filtered)[: len(sound)] if cents < _NO_FILTER else sound for cents in cutoffs]


def _envelope(zone: Zone, count: int) -> NDArray[np.float32]:
    """Return the volume envelope while a key is held: attack, hold, decay to its sustain."""
    time = np.arange(count, dtype=np.float32) / np.float32(RATE)
    attack, hold = max(0.001, _seconds(zone, 34)), _seconds(zone, 35)
    decay = max(0.001, _seconds(zone, 36))
    sustain = max(0, zone.get(37, 0)) / 10.0  # dB below full
    fall = np.clip((time - attack - hold) / decay * 100.0, 0.0, sustain)
    return np.asarray(np.minimum(1.0, time / attack) * np.exp(fall * _NEPERS), np.float32)
