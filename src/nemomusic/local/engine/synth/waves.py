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
    "envelope",
    "glide",
    "hertz",
    "hiss",
    "loudness_power",
    "ring",
    "shape",
    "single",
]

RATE = 48_000
_STEP = 256
_TABLE = 4096
# Partials a product: with more, OpenBLAS adds in an order that depends on its number of threads.
_PARTIALS = 128


def single(values: ArrayLike) -> Wave:
    """Return samples as float32."""
    return np.asarray(values, np.float32)


def hertz(pitch: float) -> float:
    """Return the frequency of a MIDI number in equal temperament, A4 = 440 Hz."""
    return float(440.0 * 2.0 ** ((pitch - 69.0) / 12.0))


def chance(*words: str | int) -> np.random.Generator:
    """Return a generator that depends on nothing but these words, in every process."""
    return np.random.Generator(np.random.PCG64(zlib.crc32("/".join(map(str, words)).encode())))


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
        some = slice(begin, begin + _PARTIALS)
        coarse = weight[some] * np.exp(np.arange(blocks)[:, None] * _STEP * speed[None, some])
        fine = np.exp(speed[some, None] * np.arange(_STEP)[None, :])
        left = np.concatenate([coarse.real, -coarse.imag], axis=1).astype(np.float32)
        right = np.concatenate([fine.real, fine.imag], axis=0).astype(np.float32)
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
    apart = 1.1 * width * np.clip((np.arange(spectrum.size) * step - 120.0) / 400.0, 0.1, 1.0)
    common = rng.uniform(-np.pi, np.pi, spectrum.size)
    side = rng.uniform(-1.0, 1.0, spectrum.size) * apart
    both = spectrum * np.exp(1j * np.stack([common + side, common - side]))
    loop = np.fft.irfft(both.astype(np.complex64), n=size, axis=1)
    return single(loop * (0.25 / (np.sqrt(np.mean(loop**2)) + 1e-12)))


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
    keep = 1.0 / (1.0 + (hz / high) ** 6)
    if low > 0:
        keep *= 1.0 / (1.0 + (low / np.maximum(hz, 1.0)) ** 6)
    shaped = np.fft.irfft(np.fft.rfft(noise, axis=1) * keep, n=count, axis=1)
    return single(shaped / (np.sqrt(np.mean(shaped**2)) + 1e-12))


def shape(sound: Wave, response: tuple[tuple[float, float], ...]) -> Wave:
    """Return a sound with its spectrum bent: (Hz, dB) points, straight lines in log frequency."""
    count = sound.shape[1]
    hz = np.fft.rfftfreq(count, 1.0 / RATE)
    points = np.array(response)
    gain = np.interp(np.log(np.maximum(hz, 1.0)), np.log(points[:, 0]), points[:, 1])
    bent = np.fft.irfft(np.fft.rfft(sound, axis=1) * 10.0 ** (gain / 20.0), n=count, axis=1)
    return bent.astype(np.float32)


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
    count = min(sound.shape[1], 1 << 16)
    size = 1 << max(8, (count - 1).bit_length())
    spectrum = np.fft.rfft(sound[:, :count], n=size, axis=1)
    return float(2.0 * np.sum(np.abs(spectrum) ** 2 * _weights(size)[None, :]) / size)
