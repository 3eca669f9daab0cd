"""A look-ahead limiter for true peaks, without a loop over samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nemomusic.local.engine.tape import RATE, Tape, sections
from nemomusic.local.engine.true_peak import REACH, Samples, peak_envelope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["RELEASE", "limited"]

_AHEAD = RATE // 200  # 5 ms: the gain is down before the peak arrives
RELEASE = 60.0
"""dB per second: slow enough not to distort a bass note."""


def limited(tape: Tape, gain: float, ceiling: float, release: float = RELEASE) -> Iterator[Samples]:
    """Yield the sections of `tape`, amplified by `gain` and held below `ceiling`.

    The gain a peak needs is held for the look-ahead before it and smoothed over the same time, so
    that it is reached exactly at the peak; afterwards it recovers at a constant rate in dB.

    Args:
        tape: The sound.
        gain: Linear factor applied before limiting.
        ceiling: Linear amplitude that no point, on the samples or between them, should exceed.
        release: How fast the gain recovers after a peak, in dB per second.
    """
    before = 0.0  # the reduction (dB, not smoothed) that the last section left off with
    for start, stop in sections(tape.frames):
        # Gains of [start, stop) are smoothed from reductions of [start - _AHEAD, stop), which look
        # at peaks of [start - _AHEAD, stop + _AHEAD), and at the one before.
        margin = _AHEAD + 1 + REACH
        padded = tape.read(start - margin, stop + margin - 1) * np.float32(gain)
        sound = padded[margin : margin + stop - start]
        peaks = peak_envelope(padded, ceiling)
        if before == 0.0 and peaks.max() <= ceiling:
            yield sound
            continue
        needed = np.zeros(len(peaks), np.float32)
        over = np.flatnonzero(peaks > ceiling)
        needed[over] = 20.0 * np.log10(ceiling / peaks[over])
        # A point after a sample hangs on the gain of the next sample too.
        needed = np.minimum(needed[1:], needed[:-1])
        held = _minimum_ahead(needed, _AHEAD + 1)
        slope = np.float32(release / RATE) * np.arange(1, len(held) + 1, dtype=np.float32)
        held = np.minimum(np.minimum.accumulate(held - slope), np.float32(before)) + slope
        np.minimum(held, 0.0, out=held)
        before = float(held[stop - start - 1])
        sums = np.concatenate([[0.0], np.cumsum(held, dtype=np.float64)])
        smooth = (sums[_AHEAD + 1 :] - sums[: -_AHEAD - 1]) / (_AHEAD + 1)
        gains = np.power(10.0, smooth[: stop - start] / 20.0).astype(np.float32)
        yield sound * gains[:, None]


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
