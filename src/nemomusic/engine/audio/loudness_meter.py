"""Measure program loudness and true peak of streamed sound (ITU-R BS.1770-4)."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from nemomusic.engine.audio.transforms import ORTHONORMAL
from nemomusic.engine.audio.true_peak import REACH, peak_envelope

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nemomusic.engine.pcm import Samples

__all__ = ["Meter", "decibels", "gain_of", "gated_loudness", "k_weighting"]

_ABSOLUTE_GATE = -70.0  # LUFS, BS.1770-4
_RELATIVE_GATE = -10.0  # LU below the loudness of the blocks above the absolute gate
_TENTHS = 6  # of a second, weighted by one FFT; one more overlaps with the FFT before
_FFTS_AT_ONCE = 4
"""Transforms of a call: NumPy takes for four of them the time of one and a half."""


def decibels(amplitude: float) -> float:
    """Return a linear amplitude in dB; -inf for 0."""
    return 20.0 * math.log10(amplitude) if amplitude > 0.0 else -math.inf


def gain_of(db: float) -> float:
    """Return the linear factor of a gain in dB."""
    return float(10.0 ** (db / 20.0))


def _loudness(power: float) -> float:
    return -0.691 + 10.0 * math.log10(power) if power > 0.0 else -math.inf


@lru_cache(maxsize=4)
def k_weighting(rate: int, size: int) -> NDArray[np.complex64]:
    """Return the response of the K filter at the bins of an FFT of `size` points.

    The standard tabulates coefficients for 48 kHz; the analog prototypes behind them, which serve
    every rate, are those given by B. De Man, "Evaluation of Implementations of the EBU R128
    Loudness Measurement", AES 145 (2018).
    """
    z = np.exp(-2j * np.pi * np.arange(size) / size)

    k = math.tan(math.pi * 1681.974450955533 / rate)  # the shelf: +4 dB, for the effect of the head
    q, high = 0.7071752369554196, 10.0 ** (3.999843853973347 / 20.0)
    band = high**0.4996667741545416
    shelf = (
        (high + band * k / q + k * k)
        + 2.0 * (k * k - high) * z
        + (high - band * k / q + k * k) * z**2
    ) / ((1.0 + k / q + k * k) + 2.0 * (k * k - 1.0) * z + (1.0 - k / q + k * k) * z**2)

    k = math.tan(math.pi * 38.13547087602444 / rate)  # the high pass, whose gain is not normalized
    q = 0.5003270373238773
    scale = 1.0 + k / q + k * k
    low_cut = (1.0 - 2.0 * z + z**2) / (
        1.0 + 2.0 * (k * k - 1.0) / scale * z + (1.0 - k / q + k * k) / scale * z**2
    )
    return np.asarray(shelf * low_cut, np.complex64)


def gated_loudness(powers: NDArray[np.float64]) -> float:
    """Return the integrated loudness in LUFS of sound by the power of its tenths of a second.

    Args:
        powers: K-weighted power, summed over channels. Fewer than four are filled up with silence.
    """
    powers = np.pad(powers, (0, max(0, 4 - len(powers))))
    return _gated(np.convolve(powers, np.full(4, 0.25), mode="valid"))


def _gated(blocks: NDArray[np.float64]) -> float:
    """Return the loudness in LUFS of gating blocks; -inf when all are silent."""
    blocks = blocks[blocks > _power(_ABSOLUTE_GATE)]
    if not len(blocks):
        return -math.inf
    gate = _power(_loudness(float(blocks.mean())) + _RELATIVE_GATE)
    return _loudness(float(blocks[blocks > gate].mean()))


class Meter:
    """Measures loudness and true peak of stereo fed to it piece by piece.

    The K filter is applied by FFT (overlap-save), with the recursive filter's exact response. The
    overlap is 100 ms, in which the ringing of its 38 Hz pole falls below -140 dB. Left and right go
    through it as real and imaginary part of one signal.

    Args:
        rate: The sample rate in Hz.
        peaks: Whether to measure the true peak too.
    """

    def __init__(self, rate: int, *, peaks: bool = True) -> None:
        self._tenth = round(rate / 10)
        self._hop = _TENTHS * self._tenth
        self._size = self._hop + self._tenth
        self._response = k_weighting(rate, self._size)
        # A tenth that was measured, which the filter needs, and then the sound that waits.
        self._sound: Samples = np.zeros((self._tenth + _FFTS_AT_ONCE * self._hop, 2), np.float32)
        self._waiting = 0  # frames
        self._powers: list[float] = []  # power of tenths of a second, summed over channels
        self._peaks = peaks
        self._peak = 0.0

    def feed(self, sound: Samples) -> None:
        """Add the next piece: [frames, 2], of any length, full scale at 1.0."""
        batch = len(self._sound) - self._tenth
        while len(sound):
            part, sound = np.split(sound, [batch - self._waiting])
            place = self._tenth + self._waiting
            self._sound[place : place + len(part)] = part
            self._waiting += len(part)
            if self._waiting == batch:
                self._powers += self._weighted_powers(self._sound)
                self._peak = self._peak_of(self._sound, batch)
                self._sound[: self._tenth] = self._sound[batch:]
                self._waiting = 0

    @property
    def integrated(self) -> float:
        """The gated loudness of all sound so far, in LUFS; -inf when it is silent.

        Sound too short for one gating block of 0.4 s is measured as a single block.
        """
        powers = self._powers + self._weighted_powers(self._rest())
        tenths = len(self._powers) + self._waiting // self._tenth
        if tenths >= 4:
            return gated_loudness(np.asarray(powers[:tenths]))
        if self._waiting:
            frames = self._waiting
            return _gated(np.array([sum(powers) * self._tenth / frames]))
        return -math.inf

    @property
    def powers(self) -> NDArray[np.float64]:
        """The K-weighted power of each complete tenth of a second so far."""
        powers = self._powers + self._weighted_powers(self._rest())
        return np.asarray(powers[: len(self._powers) + self._waiting // self._tenth])

    @property
    def true_peak_db(self) -> float:
        """The largest peak between samples so far, in dBTP; -inf when all is silent."""
        tail = np.zeros((REACH, 2), np.float32)
        rest = np.concatenate([self._rest(), tail])
        return decibels(self._peak_of(rest, self._waiting + REACH))

    def _rest(self) -> Samples:
        return self._sound[: self._tenth + self._waiting]

    def _weighted_powers(self, sound: Samples) -> list[float]:
        """Return the power of each tenth after the first, the last filled up with silence."""
        frames = len(sound) - self._tenth
        blocks = -(-frames // self._hop)
        if not blocks:
            return []
        if missing := blocks * self._hop - frames:
            sound = np.concatenate([sound, np.zeros((missing, 2), np.float32)])
        signal = sound.view(np.complex64)[:, 0]
        windows = np.lib.stride_tricks.sliding_window_view(signal, self._size)[:: self._hop]
        spectra = np.fft.fft(windows, axis=1, norm=ORTHONORMAL)
        spectra *= self._response
        weighted = np.fft.ifft(spectra, axis=1, norm=ORTHONORMAL)[:, self._tenth :]
        parts = weighted.reshape(blocks * _TENTHS, self._tenth)
        powers = np.einsum("ij,ij->i", parts, parts.conj()).real / self._tenth
        return [float(power) for power in powers[: -(-frames // self._tenth)]]

    def _peak_of(self, sound: Samples, frames: int) -> float:
        """Return the larger of the peak so far and that of the last `frames` of `sound`.

        The last REACH samples are judged later, when their neighbors are known. The history holds
        those of the last call.
        """
        if not self._peaks:
            return 0.0
        part = sound[len(sound) - frames - 2 * REACH :]
        floor = max(self._peak, float(np.abs(part).max()))
        return max(floor, float(peak_envelope(part, floor).max(initial=0.0)))


def _power(loudness: float) -> float:
    return float(10.0 ** ((loudness + 0.691) / 10.0))
