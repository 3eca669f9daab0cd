"""Oscillators and spectra for tones, all vectorized and without samples.

Sounds are float32 arrays [frames, channels] at 48 kHz. In memory one channel follows the other
(`columns`), because transforms and sums go along channels.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from nemomusic.engine.audio.loudness_meter import k_weighting
from nemomusic.engine.audio.transforms import spectra_of
from nemomusic.engine.pcm import RATE

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Wave: TypeAlias = NDArray[np.float32]
    """Sound as [frames, channels]."""

__all__ = [
    "WEIGHED",
    "additive_pad",
    "chance",
    "columns",
    "cycles",
    "envelope",
    "glide",
    "hertz",
    "loudness_power",
    "noise_burst",
    "ring",
    "shape",
    "single",
    "spectrum_of",
    "waveform_of",
]

_STEP = 256
_COARSE = 32
_TABLE = 4096
# Number of partials in a product. With more, OpenBLAS adds in an order that depends on its number
# of threads.
_PARTIALS = 128
WEIGHED = 1 << 16
"""Samples of a sound whose energy is measured."""
_PIECE = 1 << 13
"""Samples of one energy measurement. A transform that stays in the cache takes half the time per
sample. The weights change so little from bin to bin that the leakage is under 0.06 dB.
"""


def single(values: ArrayLike) -> Wave:
    """Return samples as float32."""
    return np.asarray(values, np.float32)


def hertz(pitch: float) -> float:
    """Return the frequency of a MIDI number in equal temperament, A4 = 440 Hz."""
    return float(440.0 * 2.0 ** ((pitch - 69.0) / 12.0))


def chance(*words: str | int) -> np.random.Generator:
    """Return a random generator that depends only on these words, in every process."""
    return np.random.Generator(np.random.PCG64(zlib.crc32("/".join(map(str, words)).encode())))


def columns(frames: int, channels: int = 2) -> Wave:
    """Return silence, [frames, channels], with each channel contiguous in memory."""
    return np.zeros((channels, frames), np.float32).T


def spectrum_of(sound: Wave, size: int) -> NDArray[np.complex64]:
    """Return the transform of sound, [bins, channels], in single precision.

    It is computed in double precision, in which numpy's forward transform takes half the time.
    """
    spectrum = np.fft.rfft(np.asarray(sound.T, np.float64), n=size, axis=-1)
    return np.asarray(spectrum, np.complex64).T


def waveform_of(spectrum: NDArray[np.complexfloating], size: int) -> Wave:
    """Return the sound, [size, channels], of a spectrum, [bins, channels]."""
    return single(np.fft.irfft(spectrum.T, n=size, axis=-1)).T


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
    """Return a sum of sinusoids that each decay exponentially, shape [n, 1].

    A partial at sample `a * 256 + b` is the real part of `z**(a*256) * z**b`. So the sum over all
    partials is one product of two matrices, which is much faster than sines.

    Args:
        frequencies: Frequencies in Hz; those above 20 kHz are left out.
        amplitudes: The amplitude of each partial.
        decays: The decay rate of each partial, in 1/s.
        seconds: Length in seconds.
        phases: Phases in radians. If not given, all partials are sines (0 at the start).
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
    return total.reshape(-1, 1)


def additive_pad(
    frequencies: ArrayLike,
    amplitudes: ArrayLike,
    cents: float,
    words: tuple[str | int, ...],
    *,
    size: int = 1 << 18,
    width: float = 1.0,
) -> Wave:
    """Return a seamless stereo loop of bands around the partials, shape [size, 2].

    Every partial is spread over a band, as in a section of players or a detuned choir, with random
    phases. The loop is the inverse transform of the spectrum, so it repeats without a seam. (The
    idea is Nasca's PADsynth.)

    Args:
        frequencies: Frequencies in Hz.
        amplitudes: The amplitude of each partial.
        cents: Half of the bands' width, in cents.
        words: The seed of the phases.
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
    both = np.zeros((2, spectrum.size), np.complex64).T
    for row, phase in zip(both.T, (single(common + side), single(common - side)), strict=True):
        row.real[used], row.imag[used] = level * np.cos(phase), level * np.sin(phase)
    loop = waveform_of(both, size)
    loop *= np.float32(0.25 / (np.sqrt(np.mean(loop**2)) + 1e-12))
    return loop


def glide(amplitudes: ArrayLike, frequency: NDArray[np.float64]) -> Wave:
    """Return one wave whose pitch moves, shape [n, 1].

    Args:
        amplitudes: The amplitudes of the harmonics. The first one is the fundamental.
        frequency: The frequency at each sample, in Hz.
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
    point = phase.astype(np.int64)
    part = (phase - point).astype(np.float32)
    index = point & (_TABLE - 1)
    wave = single(table[index] * (1.0 - part) + table[index + 1] * part)
    return wave.reshape(-1, 1)


def noise_burst(
    seconds: float,
    words: tuple[str | int, ...],
    *,
    low: float = 0.0,
    high: float = 20_000.0,
    channels: int = 1,
) -> Wave:
    """Return noise of RMS 1 in a band with soft edges, shape [n, channels]."""
    count = max(1, round(seconds * RATE))
    rng = chance("hiss", *words)
    noise = rng.standard_normal((channels, count), np.float32).T
    hz = np.fft.rfftfreq(count, 1.0 / RATE)
    keep = 1.0 / (1.0 + _sixth(hz / high))
    if low > 0:
        keep *= 1.0 / (1.0 + _sixth(low / np.maximum(hz, 1.0)))
    shaped = waveform_of(spectrum_of(noise, count) * single(keep)[:, None], count)
    shaped *= np.float32(1.0 / (np.sqrt(np.mean(shaped**2)) + 1e-12))
    return shaped


def _sixth(values: ArrayLike) -> NDArray[np.float64]:
    once = np.asarray(values, np.float64)
    return np.square(once * once * once)


def shape(sound: Wave, response: tuple[tuple[float, float], ...]) -> Wave:
    """Return a sound with a changed spectrum: (Hz, dB) points, straight lines in log frequency."""
    count = len(sound)
    return waveform_of(spectrum_of(sound, count) * _bend(count, response)[:, None], count)


@lru_cache(maxsize=8)
def _bend(count: int, response: tuple[tuple[float, float], ...]) -> Wave:
    """Return the gain of `shape` at the bins of a transform."""
    hz = np.fft.rfftfreq(count, 1.0 / RATE)
    points = np.array(response)
    gain = np.interp(np.log(np.maximum(hz, 1.0)), np.log(points[:, 0]), points[:, 1])
    return single(10.0 ** (gain / 20.0))


def envelope(count: int, attack: float, decay: float = 0.0) -> Wave:
    """Return a rise of `attack` seconds and an exponential fall of `decay` (1/s), [count, 1]."""
    time = np.arange(count, dtype=np.float32) / RATE
    curve = np.exp(-decay * time) if decay else np.ones(count, np.float32)
    rise = min(count, max(1, round(attack * RATE)))
    curve[:rise] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(rise, dtype=np.float32) / rise)
    return curve.astype(np.float32)[:, None]


@lru_cache(maxsize=64)
def _weights(size: int) -> NDArray[np.float64]:
    """Return the squared K-weighting at the bins of a transform of real sound."""
    response = k_weighting(RATE, size)[: size // 2 + 1].astype(np.complex128)
    return np.asarray(np.abs(response) ** 2)


def loudness_power(sound: Wave) -> float:
    """Return the K-weighted energy of a sound, summed over its samples and channels.

    Only the first 1.4 s are measured, without scaling. That is enough to compare tones.
    """
    count = min(len(sound), WEIGHED)
    size = min(_PIECE, 1 << max(8, (count - 1).bit_length()))
    channels = sound.shape[1]
    pieces = np.zeros((channels, -(-count // size) * size), np.float32)
    pieces[:, :count] = sound[:count].T
    spectrum = spectra_of(pieces.reshape(-1, size), size)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    return float(2.0 * np.sum(power.sum(axis=0, dtype=np.float64) * _weights(size)))
