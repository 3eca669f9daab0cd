"""A look-ahead limiter without a loop over samples: for true peaks on disk, and for blocks.

Both forms hold the gain that a peak needs during the look-ahead before it. Then the gain recovers
at a constant rate in dB (`_recovering`). `limited` checks every point between samples. `Limiter`
checks one sample peak per millisecond, for sound that is mastered later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nemomusic.engine.audio.true_peak import REACH, peak_envelope
from nemomusic.engine.pcm import RATE, PcmScratchFile, Samples, sections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["RELEASE", "Limiter", "limited"]

_LOOK_AHEAD = RATE // 200
"""Samples of look-ahead, 5 ms: the gain is down before the peak arrives."""
_HOP = RATE // 1000
"""Samples for which `Limiter` uses one peak: 1 ms."""
_HOPS_AHEAD = 5
"""Hops that `Limiter` looks ahead."""
_BLOCK_RELEASE = 45.0
"""dB per second by which the gain of `Limiter` recovers."""
RELEASE = 60.0
"""dB per second by which the gain of `limited` recovers: slow enough not to distort a bass note."""


def limited(
    pcm: PcmScratchFile, gain: float, ceiling: float, release: float = RELEASE
) -> Iterator[Samples]:
    """Yield the sections of a sound, amplified by `gain` and limited to `ceiling`.

    The gain that a peak needs is held for the look-ahead before it and smoothed over the same time.
    So it is reached exactly at the peak. Afterward it recovers at a constant rate in dB.

    Args:
        pcm: The sound.
        gain: Linear factor applied before limiting.
        ceiling: Linear amplitude that no point, on the samples or between them, should exceed.
        release: The speed at which the gain recovers after a peak, in dB per second.
    """
    before = 0.0  # the reduction (dB, not smoothed) at the end of the last section
    for start, stop in sections(pcm.frames):
        # Gains of [start, stop) are smoothed from reductions of [start - _LOOK_AHEAD, stop). Those
        # depend on the peaks of [start - _LOOK_AHEAD, stop + _LOOK_AHEAD) and on the one before.
        margin = _LOOK_AHEAD + 1 + REACH
        padded = pcm.read(start - margin, stop + margin - 1) * np.float32(gain)
        sound = padded[margin : margin + stop - start]
        peaks = peak_envelope(padded, ceiling)
        if before == 0.0 and peaks.max() <= ceiling:
            yield sound
            continue
        needed = np.zeros(len(peaks), np.float32)
        over = np.flatnonzero(peaks > ceiling)
        needed[over] = 20.0 * np.log10(ceiling / peaks[over])
        # A point after a sample depends on the gain of the next sample too.
        needed = np.minimum(needed[1:], needed[:-1])
        held = _minimum_ahead(needed, _LOOK_AHEAD + 1)
        held = _recovering(held, before, release / RATE)
        before = float(held[stop - start - 1])
        sums = np.concatenate([[0.0], np.cumsum(held, dtype=np.float64)])
        smooth = (sums[_LOOK_AHEAD + 1 :] - sums[: -_LOOK_AHEAD - 1]) / (_LOOK_AHEAD + 1)
        gains = np.power(10.0, smooth[: stop - start] / 20.0).astype(np.float32)
        yield sound * gains[:, None]


def _recovering(needed: Samples, before: float, step: float) -> Samples:
    """Return reductions in dB that fall at once to the needed one, and rise by `step` each time.

    The recursion r[i] = min(needed[i], r[i-1] + step) is a running minimum along a slope.

    Args:
        needed: dB, 0 or below.
        before: The reduction before the first, dB.
        step: dB by which a reduction recovers from one value to the next.
    """
    slope = np.float32(step) * np.arange(1, len(needed) + 1, dtype=np.float32)
    held = np.minimum(np.minimum.accumulate(needed - slope), np.float32(before)) + slope
    return np.asarray(np.minimum(held, 0.0, out=held), np.float32)


def _minimum_ahead(values: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """Return the minimum of each value and the `width - 1` after it; shorter by `width - 1`.

    By van Herk's method: minima from both ends of blocks of `width`, in constant time per value.
    """
    blocks = -(-len(values) // width)
    table = np.zeros((blocks, width), np.float32)
    table.ravel()[: len(values)] = values
    from_start = np.minimum.accumulate(table, axis=1).ravel()
    from_end = np.minimum.accumulate(table[:, ::-1], axis=1)[:, ::-1].ravel()
    count = len(values) - width + 1
    return np.minimum(from_end[:count], from_start[width - 1 : width - 1 + count])


class Limiter:
    """Keeps peaks below a ceiling, with a look-ahead of 5 ms and a delay of 10 ms.

    Args:
        ceiling: The highest sample of the output, 0..1.
        channels: Channels of a block. The first two are held below the ceiling; the others, such as
            the stems of a mix, get the gain of the first two.
    """

    latency = 2 * _HOPS_AHEAD * _HOP

    @classmethod
    def padded_length(cls, count: int) -> int:
        """Return the number of input samples for `count` samples of output."""
        return -(-(count + cls.latency) // _HOP) * _HOP

    def __init__(self, ceiling: float, channels: int = 2) -> None:
        self._ceiling = ceiling
        self._held = np.zeros((self.latency, channels), np.float32)
        self._past: Samples = np.zeros(_HOPS_AHEAD, np.float32)

    def __call__(self, sound: Samples) -> Samples:
        """Return a block of the same length (a multiple of 48 samples), 10 ms late."""
        joined = np.concatenate([self._held, sound])
        hops = len(joined) // _HOP
        done = hops - 2 * _HOPS_AHEAD
        # NumPy's own maximum over an axis of two takes ten times as long.
        left, right = np.abs(joined[:, 0]), np.abs(joined[:, 1])
        peak = np.maximum(left, right, out=left).reshape(hops, _HOP).max(axis=1)
        need = np.minimum(0.0, 20.0 * np.log10(self._ceiling / np.maximum(peak, 1e-9)))
        held = _minimum_ahead(need.astype(np.float32), _HOPS_AHEAD + 1)[:done]
        gain = _recovering(held, float(self._past[-1]), _BLOCK_RELEASE * _HOP / RATE)
        line = np.concatenate([self._past, gain])
        smooth = np.convolve(line, np.full(_HOPS_AHEAD, 1.0 / _HOPS_AHEAD), mode="valid")
        self._past = line[-_HOPS_AHEAD:]
        linear = (10.0 ** (smooth / 20.0)).astype(np.float32)
        step = np.arange(_HOP, dtype=np.float32) / _HOP
        curve = linear[:-1, None] * (1.0 - step) + linear[1:, None] * step
        self._held = joined[done * _HOP :].copy(order="F")
        return np.asarray(joined[: done * _HOP] * curve.reshape(-1, 1), np.float32)
