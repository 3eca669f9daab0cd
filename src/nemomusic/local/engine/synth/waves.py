"""The ways in which a tone is made, all of them vectorised and none of them sampled.

Sounds are float32 arrays of shape [channels, samples] at 48 kHz.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Wave: TypeAlias = NDArray[np.float32]

__all__ = [
    "RATE",
    "bed",
    "chance",
    "cycles",
    "envelope",
    "glide",
    "hertz",
    "hiss",
    "loudness_power",
    "ring",
    "shape",
    "single",
    "spectrum_of",
]

RATE = 48_000
_STEP = 256
_COARSE = 32
_TABLE = 4096
# Partials a product: with more, OpenBLAS adds in an order that depends on its number of threads.
_PARTIALS = 128
_WEIGHED = 1 << 16
_PIECE = 1 << 13
"""Samples whose energy is weighed at once: a transform that stays in the cache takes half the time
a sample, and the weights change so little from bin to bin that what leaks is under 0.06 dB."""


def single(values: ArrayLike) -> Wave:
    """Return samples as float32."""
    return np.asarray(values, np.float32)


def hertz(pitch: float) -> float:
    """Return the frequency of a MIDI number in equal temperament, A4 = 440 Hz."""
    return float(440.0 * 2.0 ** ((pitch - 69.0) / 12.0))


def chance(*words: str | int) -> np.random.Generator:
    """Return a generator that depends on nothing but these words, in every process."""
    return np.random.Generator(np.random.PCG64(zlib.crc32("/".join(map(str, words)).encode())))


def spectrum_of(sound: ArrayLike, size: int) -> NDArray[np.complex64]:
    """Return the transform of real sound along its last axis, in single precision.

    By way of double precision: numpy's forward transform takes half the time there.
    """
    spectrum = np.fft.rfft(np.asarray(sound, np.float64), n=size, axis=-1)
    return np.asarray(spectrum, np.complex64)


def cycles(hertz: float, count: int) -> Wave:
    """Return the phase of a wave at each of `count` samples, in radians from 0 to 2 pi."""
    turns = np.arange(count) * (hertz / RATE)
    turns -= np.floor(turns)
    return single(turns) * np.float32(2.0 * np.pi)


def _powers(speed: NDArray[np.complex128], count: int) -> NDArray[np.complex128]:
    """Return `exp(n * speed)` for n below `count`, [count, speeds], from few exponentials."""
    few = np.exp(np.arange(_COARSE)[:, None] * speed)
    many = np.exp(np.arange(0, count, _COARSE)[:, None] * speed)
    return (many[:, None] * few).reshape(-1, speed.size)[:count]


def ring(
    frequencies: ArrayLike,
    amplitudes: ArrayLike,
    decays: ArrayLike,
    seconds: float,
    phases: ArrayLike | None = None,
) -> Wave:
    """Return a sum of sinusoids that each decay exponentially, shape [1, n].

    A partial at sample `a * 256 + b` is the real part of `z**(a*256) * z**b`, so that the whole
    sum over all partials is one product of two matrices, which is far faster than sines.

    Args:
        frequencies: Hz; those above 20 kHz are left out.
        amplitudes: Of each partial.
        decays: 1/s, of each partial.
        seconds: Length.
        phases: Radians; sines (0 at the start) if not given.
    """
    hz = np.asarray(frequencies, float)
    keep = hz < 20_000.0
    hz = hz[keep]
    level = np.broadcast_to(np.asarray(amplitudes, float), keep.shape)[keep]
    fall = np.broadcast_to(np.asarray(decays, float), keep.shape)[keep]
    phase = -np.pi / 2 if phases is None else np.asarray(phases, float)[keep]
    speed = (-fall + 2j * np.pi * hz) / RATE
    weight = level * np.exp(1j * np.broadcast_to(phase, level.shape))
    blocks = max(1, int(np.ceil(seconds * RATE / _STEP)))
    total = np.zeros((blocks, _STEP), np.float32)
    for begin in range(0, speed.size, _PARTIALS):
        some = speed[begin : begin + _PARTIALS]
        coarse = _powers(_STEP * some, blocks) * weight[begin : begin + _PARTIALS]
        fine = _powers(some, _STEP).T
        left = np.empty((blocks, 2 * some.size), np.float32)
        left[:, : some.size], left[:, some.size :] = coarse.real, -coarse.imag
        right = np.empty((2 * some.size, _STEP), np.float32)
        right[: some.size], right[some.size :] = fine.real, fine.imag
        total += left @ right
    return total.reshape(1, -1)


def bed(
    frequencies: ArrayLike,
    amplitudes: ArrayLike,
    cents: float,
    words: tuple[str | int, ...],
    *,
    size: int = 1 << 18,
    width: float = 1.0,
) -> Wave:
    """Return a seamless stereo loop of bands around the partials, shape [2, size].

    Every partial is spread over a band as a section of players or a detuned choir would, with
    phases at random: the inverse transform of the spectrum, so it repeats without a seam. (The
    idea is Nasca's PADsynth.)

    Args:
        frequencies: Hz.
        amplitudes: Of each partial.
        cents: Half width of the bands.
        words: What the phases depend on.
        size: Samples of the loop, a power of two.
        width: 0 (mono) .. 1 (the two sides correlate by about a half); lows stay together.
    """
    rng = chance("bed", *words)
    spectrum = np.zeros(size // 2 + 1)
    step = RATE / size
    for hz, level in zip(np.asarray(frequencies), np.asarray(amplitudes), strict=True):
        if not 20.0 < hz < 18_000.0 or level < 1e-5:
            continue
        spread = max(hz * (2.0 ** (cents / 1200.0) - 1.0), step)
        low, high = int((hz - 3 * spread) / step), int((hz + 3 * spread) / step) + 2
        low = max(low, 1)
        bins = np.arange(low, min(high, spectrum.size))
        band = np.exp(-0.5 * ((bins * step - hz) / spread) ** 2)
        spectrum[low : low + bins.size] += (level / np.sqrt(np.sum(band**2))) * band
    used = np.flatnonzero(spectrum)
    apart = 1.1 * width * np.clip((used * step - 120.0) / 400.0, 0.1, 1.0)
    common = rng.uniform(-np.pi, np.pi, spectrum.size)[used]
    side = rng.uniform(-1.0, 1.0, spectrum.size)[used] * apart
    level = single(spectrum[used])
    both = np.zeros((2, spectrum.size), np.complex64)
    for row, phase in zip(both, (single(common + side), single(common - side)), strict=True):
        row.real[used], row.imag[used] = level * np.cos(phase), level * np.sin(phase)
    loop = single(np.fft.irfft(both, n=size, axis=1))
    loop *= np.float32(0.25 / (np.sqrt(np.mean(loop**2)) + 1e-12))
    return loop


def glide(amplitudes: ArrayLike, frequency: NDArray[np.float64]) -> Wave:
    """Return one wave whose pitch moves, shape [1, n].

    Args:
        amplitudes: Of the harmonics, the first is the fundamental.
        frequency: Hz at every sample.
    """
    levels = np.asarray(amplitudes, float)
    fits = int(18_000.0 / max(float(frequency.max()), 1.0))
    spectrum = np.zeros(_TABLE // 2 + 1, complex)
    used = min(levels.size, fits)
    # Phases grow with the square (Schroeder 1970), which keeps the peaks of the wave low.
    turn = np.pi * np.arange(1, used + 1) ** 2 / max(used, 1)
    spectrum[1 : used + 1] = levels[:used] * np.exp(1j * turn)
    table = np.fft.irfft(spectrum, n=_TABLE)
    table = (table / (np.sqrt(np.mean(table**2)) + 1e-12) * 0.25).astype(np.float32)
    table = np.append(table, table[0])
    phase = np.cumsum(frequency * (_TABLE / RATE))
    whole = phase.astype(np.int64)
    part = (phase - whole).astype(np.float32)
    index = whole & (_TABLE - 1)
    wave = single(table[index] * (1.0 - part) + table[index + 1] * part)
    return wave.reshape(1, -1)


def hiss(
    seconds: float,
    words: tuple[str | int, ...],
    *,
    low: float = 0.0,
    high: float = 20_000.0,
    channels: int = 1,
) -> Wave:
    """Return noise of RMS 1 in a band with soft edges, shape [channels, n]."""
    count = max(1, round(seconds * RATE))
    rng = chance("hiss", *words)
    noise = rng.standard_normal((channels, count), np.float32)
    hz = np.fft.rfftfreq(count, 1.0 / RATE)
    keep = 1.0 / (1.0 + _sixth(hz / high))
    if low > 0:
        keep *= 1.0 / (1.0 + _sixth(low / np.maximum(hz, 1.0)))
    shaped = single(np.fft.irfft(spectrum_of(noise, count) * single(keep), n=count, axis=1))
    shaped *= np.float32(1.0 / (np.sqrt(np.mean(shaped**2)) + 1e-12))
    return shaped


def _sixth(values: ArrayLike) -> NDArray[np.float64]:
    once = np.asarray(values, np.float64)
    return np.square(once * once * once)


def shape(sound: Wave, response: tuple[tuple[float, float], ...]) -> Wave:
    """Return a sound with its spectrum bent: (Hz, dB) points, straight lines in log frequency."""
    count = sound.shape[1]
    return single(np.fft.irfft(spectrum_of(sound, count) * _bend(count, response), n=count, axis=1))


@lru_cache(maxsize=8)
def _bend(count: int, response: tuple[tuple[float, float], ...]) -> Wave:
    """Return the gain of `shape` at the bins of a transform."""
    hz = np.fft.rfftfreq(count, 1.0 / RATE)
    points = np.array(response)
    gain = np.interp(np.log(np.maximum(hz, 1.0)), np.log(points[:, 0]), points[:, 1])
    return single(10.0 ** (gain / 20.0))


def envelope(count: int, attack: float, decay: float = 0.0) -> NDArray[np.float32]:
    """Return a rise of `attack` seconds and then an exponential fall of `decay` (1/s)."""
    time = np.arange(count, dtype=np.float32) / RATE
    curve = np.exp(-decay * time) if decay else np.ones(count, np.float32)
    rise = min(count, max(1, round(attack * RATE)))
    curve[:rise] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(rise, dtype=np.float32) / rise)
    return curve.astype(np.float32)


@lru_cache(maxsize=64)
def _weights(size: int) -> NDArray[np.float64]:
    """Return the squared K-weighting of ITU-R BS.1770-4 (48 kHz) at the bins of a transform."""
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    shelf = (1.53512485958697 - 2.69169618940638 * turn + 1.19839281085285 * turn**2) / (
        1.0 - 1.69065929318241 * turn + 0.73248077421585 * turn**2
    )
    cut = (1.0 - 2.0 * turn + turn**2) / (
        1.0 - 1.99004745483398 * turn + 0.99007225036621 * turn**2
    )
    return np.asarray(np.abs(shelf * cut) ** 2)


def loudness_power(sound: Wave) -> float:
    """Return the K-weighted energy of a sound, summed over its samples and channels.

    Only the first 1.4 s are looked at, and scaled by nothing: enough to compare tones.
    """
    count = min(sound.shape[1], _WEIGHED)
    size = min(_PIECE, 1 << max(8, (count - 1).bit_length()))
    pieces = np.zeros((sound.shape[0], -(-count // size), size))
    pieces.reshape(sound.shape[0], -1)[:, :count] = sound[:, :count]
    spectrum = np.fft.rfft(pieces, axis=-1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    return float(2.0 * np.sum(power.sum(axis=(0, 1)) * _weights(size)) / size)
