"""Tell fades and flashes from hard cuts, by the frames of the 0.4 s before and after."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from nemomusic.engine.analysis.frame_features import (
    frame_difference,
    histogram_difference,
    shifted_difference,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.engine.analysis.frame_features import FrameFeatures

__all__ = ["MAX_FADED_CONTRAST", "SAME_SHOT_SHARE", "is_fade", "is_flash"]

MAX_FADED_CONTRAST: Final = 15.0
"""Contrast (luma steps) below which a frame may be the middle of a fade through black."""
SAME_SHOT_SHARE: Final = 0.6
"""Share of the cut's difference below which two frames count as the same shot."""
_LEAST_FRAMES: Final = 3
"""Smallest number of frames on each side by which a fade is recognized."""
_GRAIN: Final = 1.5
"""Difference in contrast (luma steps) of frames of one level, such as by the grain of a camera."""
_FADED_SHARE: Final = 0.7
"""Largest contrast in the middle of a fade, as a share of the contrast 0.4 s away."""
_GROWTH: Final = 1.2
"""Smallest ratio of the contrasts of successive frames where a picture comes out of black."""
_GROWN: Final = 2.0
"""Smallest ratio of the contrasts two frames apart where a picture comes out of black."""
_FLASH_JUMP: Final = 30.0
"""Smallest jump of the mean luma, in steps, at a flash of light in a moving shot."""
_FLASH_HISTOGRAM: Final = 0.25
"""Largest difference of the histograms before and after a flash in a moving shot."""
_FLASH_DIFFERENCE: Final = 0.8
"""Largest difference of the frames before and after such a flash, after motion compensation."""


def is_fade(before: Sequence[FrameFeatures], after: Sequence[FrameFeatures]) -> bool:
    """Return whether a fade is at its middle here, or begins or ends with a flat picture.

    Args:
        before: The frames of the time before, in order.
        after: The frame that is judged, and those of the time after.
    """
    if min(len(before), len(after)) < _LEAST_FRAMES:
        return False
    earlier, later = [one.contrast for one in reversed(before)], [one.contrast for one in after]
    if (earlier[0] <= MAX_FADED_CONTRAST and _grows(later)) or (
        later[0] <= MAX_FADED_CONTRAST and _grows(earlier)
    ):
        return True
    return max(earlier[0], later[0]) <= MAX_FADED_CONTRAST and all(
        all(one <= other + _GRAIN for one, other in itertools.pairwise(side))
        and side[0] <= _FADED_SHARE * max(side[-1], MAX_FADED_CONTRAST)
        for side in (earlier, later)
    )


def _grows(contrasts: Sequence[float]) -> bool:
    """Return whether the contrast grows as quickly as that of a picture in a fade."""
    first, second, third = contrasts[:3]
    return (
        third > MAX_FADED_CONTRAST
        and second >= _GROWTH * first
        and third >= _GROWTH * second
        and third >= _GROWN * first
    )


def is_flash(before: Sequence[FrameFeatures], after: Sequence[FrameFeatures]) -> bool:
    """Return whether a frame before comes back soon after, at either end of a flash.

    Args:
        before: The frames of the time before, in order.
        after: The frame that is judged, and those of the time after.
    """
    last, here = before[-1], after[0]
    pairs = [(last, one) for one in after[1:]] + [(one, here) for one in before[:-1]]
    if any(frame_difference(a.even, b.even) < SAME_SHOT_SHARE * here.step for a, b in pairs):
        return True
    jump = abs(float(here.levels[0] - last.levels[0]))
    if jump < _FLASH_JUMP:
        return False
    limit = min(_FLASH_HISTOGRAM, 0.5 * histogram_difference(last.counts, here.counts))
    return any(
        abs(float(a.levels[0] - b.levels[0])) < 0.5 * jump
        and histogram_difference(a.counts, b.counts) <= limit
        and shifted_difference(a.even, b.even) < _FLASH_DIFFERENCE
        for a, b in pairs
    )
