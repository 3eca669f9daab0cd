"""Fourier transforms of real signals in single precision, several at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ORTHONORMAL", "signals_of", "spectra_of", "transform_size"]

ORTHONORMAL: Final = "ortho"
"""The scaling with which NumPy 2 transforms single precision in single precision.

Without scaling, its forward transform has the integer 1 as factor. That makes it convert to double
precision and back, which takes two to four times as long.
"""


def spectra_of(signals: NDArray[np.float32], size: int) -> NDArray[np.complex64]:
    """Return the orthonormal transforms of signals, [signals, bins].

    NumPy computes four signals or more at the same time, but only if it does not have to pad them.

    Args:
        signals: The signals, [signals, frames].
        size: The frames of a transform; signals are padded with silence up to it.
    """
    padded = signals
    if signals.shape[1] < size:
        padded = np.zeros((len(signals), size), np.float32)
        padded[:, : signals.shape[1]] = signals
    return np.asarray(np.fft.rfft(padded, axis=1, norm=ORTHONORMAL), np.complex64)


def signals_of(spectra: NDArray[np.complex64], size: int) -> NDArray[np.float32]:
    """Return the signals, [signals, size], of orthonormal transforms."""
    return np.asarray(np.fft.irfft(spectra, size, axis=1, norm=ORTHONORMAL), np.float32)


def transform_size(least: int) -> int:
    """Return the smallest 2^a * 3^b * 5^c that is even and not below `least`."""
    best = 1 << max(1, (least - 1).bit_length())
    five = 2
    while five < best:
        three = five
        while three < best:
            size = three
            while size < least:
                size *= 2
            best = min(best, size)
            three *= 3
        five *= 5
    return best
