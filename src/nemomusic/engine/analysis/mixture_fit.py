"""Fit a mixture of two pictures to the frames around a dissolve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["FrameSums", "MixtureFit", "fit_mixture"]

_STEP_S: Final = 0.02
"""Seconds between the middles that are tried."""
_LENGTHS_S: Final = np.geomspace(0.12, 1.8, 14)
"""Lengths in seconds that are tried."""
_FEWEST: Final = 2
"""Smallest number of frames before, in and after a mixture."""
_MAX_LEVEL_ERROR: Final = 0.1
"""Largest error (root mean square) of the level of a mixture, as a share of the mean level, if a
change of light could explain the detail.
"""
_MAX_LIGHT_REST: Final = 0.33
"""Largest share of the detail's variance that a change of light may leave unexplained."""
_MAX_LIGHT_RATIO: Final = 4.0
"""Largest ratio of what a change of light leaves unexplained to what a mixture does."""


class FrameSums(NamedTuple):
    """What a fit needs of a frame.

    Attributes:
        time: Seconds.
        level: The mean luma.
        detail: The sum of the squared differences between neighbors.
        blocks: The mean colors of parts of the frame.
    """

    time: float
    level: float
    detail: float
    blocks: NDArray[np.float32]


class MixtureFit(NamedTuple):
    """The mixture that explains the frames best.

    Attributes:
        middle: The time in seconds at which both pictures have half of it.
        is_light: Whether a change of light in one shot explains the frames better.
    """

    middle: float
    is_light: bool


def fit_mixture(frames: Sequence[FrameSums], start: float, end: float) -> MixtureFit | None:
    """Return the mixture of two pictures that explains frames best; None if there are too few.

    The colors of a mixture lie on a straight line between those of the two pictures. The squared
    detail is the sum of the squared details of both parts, as two pictures have nothing in common.
    The errors of both count, each as a share of the variance: motion spoils one more than the
    other.

    Args:
        frames: The frames before, in and after the dissolve, in order.
        start: The earliest middle, in seconds.
        end: The latest middle, in seconds.
    """
    times = np.array([frame.time for frame in frames])
    tried = np.stack(np.meshgrid(np.arange(start, end, _STEP_S), _LENGTHS_S), axis=-1)
    middles, lengths = tried.reshape(-1, 2).T
    shares = np.clip((times - middles[:, None]) / lengths[:, None] + 0.5, 0.0, 1.0)
    before, after = (np.count_nonzero(shares == side, axis=1) for side in (0.0, 1.0))
    inside = len(frames) - before - after
    usable = np.minimum(np.minimum(before, after), inside) >= _FEWEST
    if not usable.any():
        return None
    shares = shares[usable]
    details = np.array([frame.detail for frame in frames])
    error = _color_rest(shares, np.stack([frame.blocks for frame in frames]))
    error += _rest((1.0 - shares) ** 2, shares**2, details) / _spread(details)
    best = int(error.argmin())
    levels = np.array([frame.level for frame in frames])
    return MixtureFit(float(middles[usable][best]), _is_light(shares[best], levels, details))


def _is_light(
    shares: NDArray[np.float64], levels: NDArray[np.float64], details: NDArray[np.float64]
) -> bool:
    """Return whether one shot gets darker or brighter: its detail follows the level alone."""
    error = float(_rest(1.0 - shares, shares, levels)) / levels.size
    mixed = float(_rest((1.0 - shares) ** 2, shares**2, details))
    light = float(_rest((1.0 - shares) * levels**2, shares * levels**2, details))
    unlike = error > (_MAX_LEVEL_ERROR * float(levels.mean())) ** 2
    return unlike and light < min(_MAX_LIGHT_REST * _spread(details), _MAX_LIGHT_RATIO * mixed)


def _spread(values: NDArray[np.float64]) -> float:
    return max(1e-9, float(np.sum((values - values.mean()) ** 2)))


def _color_rest(shares: NDArray[np.float64], blocks: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the share of the colors' variance that no straight line between two colors explains.

    Args:
        shares: The share of the second picture, [fits, frames].
        blocks: The colors, [frames, parts].
    """
    moved = np.asarray(blocks - blocks.mean(axis=0), np.float64)
    products = moved @ moved.T
    grown = shares - shares.mean(axis=1, keepdims=True)
    explained = np.einsum("ij,ij->i", grown @ products, grown) / np.sum(grown**2, axis=1)
    return np.asarray(1.0 - explained / max(1e-9, float(np.trace(products))))


def _rest(
    one: NDArray[np.float64], other: NDArray[np.float64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the sum of squares that is left of `values` after a fit of two series to them.

    Args:
        one: The first series, [..., frames].
        other: The second series, of the same shape.
        values: The values, [frames].
    """
    ones, others, both = (
        np.sum(a * b, axis=-1) for a, b in ((one, one), (other, other), (one, other))
    )
    first, second = one @ values, other @ values
    determinant = np.maximum(ones * others - both**2, 1e-9)
    explained = others * first**2 - 2.0 * both * first * second + ones * second**2
    return np.asarray(values @ values - explained / determinant)
