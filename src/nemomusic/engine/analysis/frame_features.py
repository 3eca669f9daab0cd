"""Measure frames: their features, and how much two frames differ."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "FrameFeatures",
    "even_luma",
    "frame_difference",
    "histogram_difference",
    "histograms",
    "level_jump",
    "levels",
    "shifted_difference",
]

_MIN_CONTRAST: Final = 8.0
"""Smallest contrast (luma steps) for normalization. Below it, noise in a dark shot would look like
change.
"""


@attrs.define(eq=False)
class FrameFeatures:
    """The features of a frame, for comparison with others.

    Attributes:
        time: Seconds.
        even: Luma, normalized by mean and contrast, [height, width] float32.
        counts: Histograms of Y, U and V, a row each, whose sums are 1.
        step: Difference from the frame before (0.0 for the first one).
        levels: Means of Y, U and V.
        contrast: Standard deviation of the luma.
        follows: Whether no frame of the clip lies between it and the one before.
    """

    time: float
    even: NDArray[np.float32]
    counts: NDArray[np.float32]
    step: float
    levels: NDArray[np.float32]
    contrast: float
    follows: bool
    _still: float | None = attrs.field(default=None, init=False)

    def still(self, before: FrameFeatures) -> float:
        """Return the difference from the frame before after motion compensation. It is kept."""
        if self._still is None:
            self._still = shifted_difference(before.even, self.even)
        return self._still


def level_jump(one: FrameFeatures, other: FrameFeatures) -> float:
    """Return the largest difference of the mean luma or chroma, in steps."""
    return float(np.abs(one.levels - other.levels).max())


def even_luma(luma: NDArray[np.uint8]) -> tuple[NDArray[np.float32], float]:
    """Return normalized luma, and its contrast: the standard deviation."""
    level = luma.astype(np.float32)
    level -= level.mean()
    contrast = math.sqrt(float(np.vdot(level, level)) / level.size)
    level /= max(contrast, _MIN_CONTRAST)
    return level, contrast


def frame_difference(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return the mean difference of two frames of `even_luma`, from 0 (none) to about 1.1."""
    if one.shape != other.shape:
        return 1.0
    apart = np.subtract(one, other)
    return float(np.add.reduce(np.abs(apart, out=apart), axis=None)) / apart.size


def histograms(planes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the histograms of Y, U and V, a row each, whose sums are 1."""
    codes = planes >> 3
    codes[1] += 32
    codes[2] += 64
    counts = np.bincount(codes.ravel(), minlength=96).reshape(3, 32)
    return np.asarray(counts, np.float32) / np.float32(planes[0].size)


def levels(planes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the means of the planes."""
    sums = planes.reshape(3, -1).sum(axis=1, dtype=np.uint32)
    return np.asarray(sums, np.float32) / np.float32(planes[0].size)


def histogram_difference(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return the difference of the histograms, 0..1, of the plane that differs most."""
    return float(np.abs(one - other).sum(axis=1).max() / 2)


def shifted_difference(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return the smallest difference when one frame is shifted over the other by up to a fifth."""
    if one.shape != other.shape:
        return 1.0
    height, width = one.shape
    best = 2.0
    for down in range(-height // 5, height // 5 + 1, 3):
        for right in range(-width // 5, width // 5 + 1, 3):
            a = one[max(0, down) : height + min(0, down), max(0, right) : width + min(0, right)]
            b = other[
                max(0, -down) : height + min(0, -down), max(0, -right) : width + min(0, -right)
            ]
            best = min(best, frame_difference(a, b))
    return best
