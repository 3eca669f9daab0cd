"""Find hard cuts: where one shot ends and another begins."""

from __future__ import annotations

import itertools
from collections import deque
from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.engine.analysis.frame_features import (
    FrameFeatures,
    even_luma,
    frame_difference,
    histogram_difference,
    histograms,
    level_jump,
    levels,
    shifted_difference,
)
from nemomusic.engine.analysis.transitions import (
    MAX_FADED_CONTRAST,
    SAME_SHOT_SHARE,
    is_fade,
    is_flash,
)
from nemomusic.engine.types import Cut

if TYPE_CHECKING:
    from nemomusic.engine.analysis.thumbnails import Thumbnail

__all__ = ["ShotBoundaryDetector", "UncertainSpan", "difference", "may_be_one_shot"]

# Thresholds, set on hand-made clips with known cuts, flashes, dissolves and pans.
_MIN_DIFFERENCE: Final = 0.40
"""Smallest difference of the frames on both sides of a cut. Unrelated frames differ by 0.7 to 1.1,
equal ones by 0.
"""
_MIN_HISTOGRAM_DIFFERENCE: Final = 0.12
_CERTAIN_DIFFERENCE: Final = 0.8
"""Difference above which there is a cut with any colors: similar shots share their histograms."""
_UNRELATED_DIFFERENCE: Final = 0.7
"""Difference above which frames are unrelated, with any colors."""
_FLAT_CONTRAST: Final = 30.0
"""Contrast (luma steps) below which color says more than structure: titles, fog."""
_FLAT_JUMP: Final = 10.0
"""Smallest sudden change of a flat frame's mean luma or chroma at a cut, in steps."""
_PEAK_RATIO: Final = 1.6
"""Smallest ratio of a cut's difference to the differences around it. Below it, it is fast motion.
"""
_NEIGHBORS: Final = 3
"""Number of differences before and after a cut that it is compared with."""
_MAX_FLASH: Final = 0.4
"""Longest flash in seconds. If the frame comes back within this time, it was no cut."""
_MAX_RESIDUAL: Final = 0.55
"""Limit of the remaining difference after motion compensation: lower within a shot, higher at a
cut.
"""
_OTHER_COLORS: Final = 0.6
"""Difference of the histograms above which a sudden change is a cut, even if the frames have one
layout, such as a sky above a horizon.
"""
_SUDDEN_RATIO: Final = 4.0
"""Smallest ratio of a sudden change to the steps around it."""
_RELAXED_THRESHOLD_FACTOR: Final = 0.9
"""Factor on all thresholds where neighboring frames were skipped: a cut could then look 10 % weaker
than it is.
"""


@attrs.frozen
class UncertainSpan:
    """A span in which a cut may lie, because frames in it or nearby were skipped.

    Attributes:
        start: The time of a frame, in seconds.
        end: The time of the next frame that was fed, in seconds.
        plain: Whether a cut there may not show in the size of packets, since plain frames cost
            little.
    """

    start: float
    end: float
    plain: bool


def may_be_one_shot(one: Thumbnail, other: Thumbnail, *, likely: bool) -> bool:
    """Return whether two frames are so similar that they may be of one shot.

    Args:
        one: A frame.
        other: A frame some seconds later.
        likely: Whether nothing else hints at a cut. Then equal colors are enough, even if the
            camera has moved.
    """
    first, second = one.planes, other.planes
    if first.shape != second.shape:
        return False
    if histogram_difference(histograms(first), histograms(second)) > _MIN_HISTOGRAM_DIFFERENCE:
        return False
    limit = _UNRELATED_DIFFERENCE if likely else _MIN_DIFFERENCE
    return shifted_difference(even_luma(first[0])[0], even_luma(second[0])[0]) < limit


def difference(one: Thumbnail, other: Thumbnail) -> float:
    """Return the difference of two frames, from 0 (none) to about 1.1."""
    return frame_difference(even_luma(one.planes[0])[0], even_luma(other.planes[0])[0])


class ShotBoundaryDetector:
    """Finds hard cuts in frames that are fed in order; keeps only the last second of them.

    Attributes:
        cuts: The cuts found so far.
        uncertain: The spans where a decision needs the skipped frames.
    """

    def __init__(self) -> None:
        self._near: deque[FrameFeatures] = deque()
        self._next = 1  # index in _near of the next frame to judge
        self.cuts: list[Cut] = []
        self.uncertain: list[UncertainSpan] = []

    def feed(self, thumbnail: Thumbnail) -> float:
        """Add the next frame.

        Returns:
            The difference from the frame before, from 0 (none) to about 1.1.
        """
        even, contrast = even_luma(thumbnail.planes[0])
        counts, means = histograms(thumbnail.planes), levels(thumbnail.planes)
        step = frame_difference(self._near[-1].even, even) if self._near else 0.0
        self._near.append(
            FrameFeatures(thumbnail.time, even, counts, step, means, contrast, thumbnail.follows)
        )
        while (
            self._next < len(self._near) - _NEIGHBORS
            and self._near[-1].time - self._near[self._next].time >= _MAX_FLASH
        ):
            self._judge_next()
        return step

    def finish(self) -> None:
        """Judge the frames that were waiting for later ones.

        Later frames are not compared with earlier ones.
        """
        while self._next < len(self._near):
            self._judge_next()
        self._near.clear()
        self._next = 1

    def _judge_next(self) -> None:
        here = self._next
        is_cut = self._is_cut(here)
        if self._doubtful(here, is_cut=is_cut):
            before, after = self._near[here - 1], self._near[here]
            plain = self._nearly_flat(here) or after.time - before.time > _MAX_FLASH
            self.uncertain.append(UncertainSpan(before.time, after.time, plain))
        elif is_cut:
            before, after = self._near[here - 1], self._near[here]
            unlike = histogram_difference(before.counts, after.counts)
            strength = (
                max(unlike, 0.5 * (after.step + unlike))
                if self._flat(here)
                else (0.5 * (after.step + unlike))
            )
            self.cuts.append(Cut(after.time, min(1.0, strength)))
        self._next += 1
        now = self._near[here].time
        while self._next > _NEIGHBORS + 1 and now - self._near[0].time > 2 * _MAX_FLASH:
            self._near.popleft()
            self._next -= 1

    def _is_cut(self, here: int) -> bool:
        near, step = self._near, self._near[here].step
        if is_fade(*self._around(here)):
            return False
        if self._flat(here) and self._jumps(here):
            return True
        if step < _MIN_DIFFERENCE:
            return False
        alike = (
            histogram_difference(near[here - 1].counts, near[here].counts)
            < _MIN_HISTOGRAM_DIFFERENCE
        )
        if alike and step < _CERTAIN_DIFFERENCE:
            return False
        change = self._change(here, step)
        others = range(max(1, here - _NEIGHBORS), min(len(near), here + _NEIGHBORS + 1))
        rivals = [
            o for o in others if o != here and self._change(o, near[o].step) * _PEAK_RATIO > change
        ]
        if rivals == [here + 1] and self._changes_in_two_steps(here):
            rivals = []
        if rivals:  # everything moves fast: measure the difference after motion compensation
            still = self._change(here, self._still(here))
            if any(self._change(o, self._still(o)) * _PEAK_RATIO > still for o in rivals):
                return False
        if self._still(here) < min(SAME_SHOT_SHARE * step, _MAX_RESIDUAL) and not self._sudden(
            here
        ):
            return False
        return not is_flash(*self._around(here))

    def _sudden(self, here: int) -> bool:
        """Return whether structure and colors change at once, between calm frames."""
        near = self._near
        others = range(max(1, here - _NEIGHBORS), min(len(near), here + _NEIGHBORS + 1))
        calm = near[here].step / _SUDDEN_RATIO
        return self._unlike(here) and all(near[o].step <= calm for o in others if o != here)

    def _unlike(self, here: int, factor: float = 1.0) -> bool:
        """Return whether structure and colors of a frame and the one before are unrelated."""
        before, at = self._near[here - 1], self._near[here]
        return (
            at.step >= factor * _UNRELATED_DIFFERENCE
            and histogram_difference(before.counts, at.counts) >= factor * _OTHER_COLORS
        )

    def _doubtful(self, here: int, *, is_cut: bool) -> bool:
        """Return whether the skipped frames here or nearby could change the verdict."""
        near, at = self._near, self._near[here]
        around = [
            (before.time, after.time)
            for before, after in itertools.pairwise(near)
            if not after.follows and abs(after.time - at.time) <= 2 * _MAX_FLASH
        ]
        if not around:
            return False
        if is_cut:
            return not at.follows or any(end - start > _MAX_FLASH / 2 for start, end in around)
        if not at.follows and at.time - near[here - 1].time > _MAX_FLASH:
            return True
        return self._may_be_cut(here)

    def _may_be_cut(self, here: int) -> bool:
        """Return whether it would be a cut by relaxed thresholds, or with calmer surroundings."""
        before, at = self._near[here - 1], self._near[here]
        if (
            self._nearly_flat(here)
            and level_jump(before, at) >= _RELAXED_THRESHOLD_FACTOR * _FLAT_JUMP
        ):
            return True
        if at.step < _RELAXED_THRESHOLD_FACTOR * _MIN_DIFFERENCE:
            return False
        alike = (
            histogram_difference(before.counts, at.counts)
            < _RELAXED_THRESHOLD_FACTOR * _MIN_HISTOGRAM_DIFFERENCE
        )
        if alike and at.step < _RELAXED_THRESHOLD_FACTOR * _CERTAIN_DIFFERENCE:
            return False
        unlike = self._unlike(here, _RELAXED_THRESHOLD_FACTOR)
        limit = _RELAXED_THRESHOLD_FACTOR * min(SAME_SHOT_SHARE * at.step, _MAX_RESIDUAL)
        return (unlike or self._still(here) >= limit) and not self._has_a_rival(here)

    def _has_a_rival(self, here: int) -> bool:
        """Return whether another step nearby is as large, regardless of skipped frames."""
        near = self._near
        change, still = self._change(here, near[here].step), self._still(here)
        for way in (-1, 1):
            for other in range(here + way, here + way * (_NEIGHBORS + 1), way):
                if not (1 <= other < len(near) and near[other].follows):
                    break
                if (
                    self._change(other, near[other].step) * _PEAK_RATIO > change
                    and self._still(other) * _PEAK_RATIO > still
                ):
                    return True
        return False

    def _flat(self, here: int) -> bool:
        return min(self._near[here - 1].contrast, self._near[here].contrast) < _FLAT_CONTRAST

    def _nearly_flat(self, here: int) -> bool:
        return (
            min(self._near[here - 1].contrast, self._near[here].contrast)
            < _FLAT_CONTRAST / _RELAXED_THRESHOLD_FACTOR
        )

    def _jumps(self, here: int) -> bool:
        """Return whether the colors change suddenly, are steady around it, and do not come back."""
        near = self._near
        jump = level_jump(near[here - 1], near[here])
        if jump < _FLAT_JUMP:
            return False
        for other in range(max(1, here - _NEIGHBORS), min(len(near), here + _NEIGHBORS + 1)):
            if other != here and level_jump(near[other - 1], near[other]) * _PEAK_RATIO * 2 > jump:
                return False
        now = near[here].time
        before = [p for p in list(near)[: here - 1] if now - p.time <= _MAX_FLASH]
        after = [p for p in list(near)[here + 1 :] if p.time - now <= _MAX_FLASH]
        back = [level_jump(near[here - 1], p) for p in after] + [
            level_jump(p, near[here]) for p in before
        ]
        return all(distance >= SAME_SHOT_SHARE * jump for distance in back)

    def _change(self, index: int, step: float) -> float:
        return step + histogram_difference(self._near[index - 1].counts, self._near[index].counts)

    def _still(self, index: int) -> float:
        return self._near[index].still(self._near[index - 1])

    def _changes_in_two_steps(self, here: int) -> bool:
        """Return whether the cut has one frame of its own: a flash, or both shots blended."""
        near = self._near
        before, after = near[here - 1], near[here + 1]
        if not (near[here].follows and after.follows):
            return False
        if min(before.contrast, after.contrast) <= MAX_FADED_CONTRAST:
            return False  # the end of a fade
        apart = frame_difference(before.even, after.even)
        alike = histogram_difference(before.counts, after.counts) < _MIN_HISTOGRAM_DIFFERENCE
        if apart < _MIN_DIFFERENCE or (alike and apart < _CERTAIN_DIFFERENCE):
            return False
        return shifted_difference(before.even, after.even) >= min(
            SAME_SHOT_SHARE * apart, _MAX_RESIDUAL
        )

    def _around(self, here: int) -> tuple[list[FrameFeatures], list[FrameFeatures]]:
        """Return the frames of the 0.4 s before a frame, and the frame with those after it."""
        near, now = list(self._near), self._near[here].time
        return (
            [one for one in near[:here] if now - one.time <= _MAX_FLASH],
            [one for one in near[here:] if one.time - now <= _MAX_FLASH],
        )
