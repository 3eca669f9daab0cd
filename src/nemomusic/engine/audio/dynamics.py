"""Measure the loudness range of a piece, and compute a fader ride that limits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["fader_ride", "loudness_range"]

_WINDOW = 30
"""Length of one short-term loudness in tenths of a second (EBU Tech 3342)."""
_ABSOLUTE_GATE = 1e-7
"""Power (about -70 LUFS) below which a short-term loudness does not count."""
_RELATIVE_GATE = 0.01
"""Share of the mean power, -20 LU, below which a short-term loudness does not count."""
_LEAST, _MOST = 4.7, 7.6
"""Loudness ranges between these two, in LU, are not changed.
The limiter narrowed the range of a measured piece by 0.4."""
_WIDER, _NARROWER = 5.2, 6.8
"""Target ranges in LU for a smaller and for a larger loudness range."""
_SHORT = 100
"""Length in tenths of a second below which a piece is too short for a fader ride."""
_FURTHEST = 14.0
"""Largest distance in dB between the lowest and the highest position of the fader."""
_STEP = 0.25
"""Step in dB between the rides that are tried."""


def _short_term(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.convolve(powers, np.full(_WINDOW, 1.0 / _WINDOW), mode="valid")


def loudness_range(powers: ArrayLike) -> float:
    """Return the loudness range (LRA) of EBU Tech 3342, in LU.

    Args:
        powers: K-weighted power of each tenth of a second, as `Meter.powers` has it.
    """
    tenths = np.asarray(powers, np.float64)
    if len(tenths) < _WINDOW:
        return 0.0
    levels = _short_term(tenths)
    levels = levels[levels > _ABSOLUTE_GATE]
    if not len(levels):
        return 0.0
    levels = levels[levels > levels.mean() * _RELATIVE_GATE]
    low, high = np.percentile(10.0 * np.log10(levels), [10, 95])
    return float(high - low)


def fader_ride(powers: ArrayLike, plan: ArrayLike) -> NDArray[np.float64]:
    """Return the gain in dB of each tenth of a second that gives a piece a musical range.

    If the range is too small, the piece follows its own plan more: sections of low energy get
    softer. If the range is too large for a video, it is reduced. Ranges in between are not changed.

    Args:
        powers: K-weighted power of each tenth of a second.
        plan: The planned energy of each tenth of a second, on any scale.
    """
    tenths = np.asarray(powers, np.float64)
    still = np.zeros(len(tenths))
    if len(tenths) < _SHORT:
        return still
    now = loudness_range(tenths)
    if _LEAST <= now <= _MOST:
        return still
    if now > _MOST:
        smooth = np.convolve(
            np.pad(tenths, _WINDOW // 2, mode="edge"), np.full(_WINDOW, 1 / _WINDOW), mode="same"
        )[_WINDOW // 2 : _WINDOW // 2 + len(tenths)]
        level = 10.0 * np.log10(np.maximum(smooth, smooth.max() * 1e-3))
        way, goal = np.median(level) - level, _NARROWER
    else:
        way, goal = np.asarray(plan, np.float64)[: len(tenths)], _WIDER
    reach = float(way.max() - way.min())
    if reach < 1e-9:
        return still
    way = (way - way.mean()) / reach
    best, miss = still, abs(now - goal)
    for amount in np.arange(_STEP, _FURTHEST + _STEP, _STEP):
        ride = amount * way
        distance = abs(loudness_range(tenths * 10.0 ** (ride / 10.0)) - goal)
        if distance < miss:
            best, miss = ride, distance
    return best
