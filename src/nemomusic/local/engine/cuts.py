"""Hard cuts: where one shot ends and another begins."""

from __future__ import annotations

import itertools
import math
from collections import deque
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from nemomusic.local.engine.values import Value

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nemomusic.local.engine.frames import Glance

__all__ = ["Cut", "CutFinder", "Doubt", "difference", "may_be_one_shot"]

# Thresholds, set on hand-made clips with known cuts, flashes, dissolves and pans.
_FLOOR: Final = 8.0
"""Least contrast (luma steps) to normalise by, or noise in a dark shot would look like change."""
_LEAST_DIFFERENCE: Final = 0.40
"""Of the pictures on both sides; unrelated pictures differ by 0.7 to 1.1, the same one by 0."""
_LEAST_HISTOGRAM: Final = 0.12
_UNRELATED: Final = 0.8
"""Difference that is a cut whatever the colours: two shots of one kind share their histograms."""
_SAME_KIND: Final = 0.7
"""Difference from which pictures are unrelated, whatever their colours."""
_FLAT: Final = 30.0
"""Contrast (luma steps) below which colour tells more than structure: titles, fog."""
_JUMP: Final = 10.0
"""Steps of mean luma or chroma by which a flat picture has to change at a cut, all at once."""
_PEAK: Final = 1.6
"""How much more a cut differs than the steps around it, or it is just fast motion."""
_AROUND: Final = 3
"""Steps before and after that a cut has to stand out from."""
_FLASH: Final = 0.4
"""Seconds; if the picture is back after so long, it was a flash."""
_SAME: Final = 0.6
"""Share of the cut's difference below which two pictures count as the same shot."""


_MOVED: Final = 0.55
"""Difference that is left of one picture moved over itself: below; of two pictures: above."""
_NEARLY: Final = 0.9
"""Of the thresholds, for a cut that something moved at, seen without the pictures next to it."""


@attrs.frozen
class Cut(Value):
    """A hard cut.

    Attributes:
        time: Seconds; the presentation time of the first picture of the new shot.
        strength: 0..1, how different the two shots are.
    """

    time: float
    strength: float


@attrs.frozen
class Doubt:
    """Where a cut may lie: some pictures there or nearby weren't fed.

    Attributes:
        start: Seconds; the time of a picture.
        end: Seconds; the time of the next one that was fed.
        plain: A cut there needn't show in the size of packets: plain pictures cost little.
    """

    start: float
    end: float
    plain: bool


def may_be_one_shot(one: Glance, other: Glance, *, likely: bool) -> bool:
    """Tell whether two pictures are so alike that a cut between them is out of the question.

    Args:
        one: A picture.
        other: A picture some seconds later.
        likely: Nothing else hints at a cut: the same colours will do if the camera has moved.
    """
    first, second = one.planes, other.planes
    if first.shape != second.shape:
        return False
    if _unlike(_histograms(first), _histograms(second)) > _LEAST_HISTOGRAM:
        return False
    limit = _SAME_KIND if likely else _LEAST_DIFFERENCE
    return _shifted_difference(_even(first[0])[0], _even(second[0])[0]) < limit


def difference(one: Glance, other: Glance) -> float:
    """Return how much two pictures differ: 0 (not at all) to about 1.1."""
    return _difference(_even(one.planes[0])[0], _even(other.planes[0])[0])


@attrs.define(eq=False)
class _Print:
    """What is kept of a picture to compare it with others.

    Attributes:
        time: Seconds.
        even: Luma with mean and contrast taken out, [height, width] float32.
        counts: Histograms of Y, U and V, a row each, whose sums are 1.
        step: Difference from the picture before (0.0 for the first one).
        levels: Means of Y, U and V.
        contrast: Standard deviation of the luma.
        follows: No picture of the clip lies between it and the one before.
        still: Difference from the picture before when motion is taken out; None if not needed yet.
    """

    time: float
    even: NDArray[np.float32]
    counts: NDArray[np.float32]
    step: float
    levels: NDArray[np.float32]
    contrast: float
    follows: bool
    still: float | None = None


class CutFinder:
    """Finds hard cuts in pictures fed in order; keeps only the last second of them.

    Attributes:
        cuts: Found so far.
        doubts: Where it can't be told without the pictures that weren't fed.
    """

    def __init__(self) -> None:
        self._near: deque[_Print] = deque()
        self._next = 1  # index in _near of the picture to judge next
        self.cuts: list[Cut] = []
        self.doubts: list[Doubt] = []

    def feed(self, glance: Glance) -> float:
        """Take in the next picture.

        Returns:
            How much it differs from the one before: 0 (not at all) to about 1.1.
        """
        even, contrast = _even(glance.planes[0])
        counts, levels = _histograms(glance.planes), _levels(glance.planes)
        step = _difference(self._near[-1].even, even) if self._near else 0.0
        self._near.append(_Print(glance.time, even, counts, step, levels, contrast, glance.follows))
        while (
            self._next < len(self._near) - _AROUND
            and self._near[-1].time - self._near[self._next].time >= _FLASH
        ):
            self._judge_next()
        return step

    def finish(self) -> None:
        """Judge the pictures that were waiting for what comes after them.

        What is fed from then on isn't compared with what was fed before.
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
            plain = self._nearly_flat(here) or after.time - before.time > _FLASH
            self.doubts.append(Doubt(before.time, after.time, plain))
        elif is_cut:
            before, after = self._near[here - 1], self._near[here]
            unlike = _unlike(before.counts, after.counts)
            strength = (
                max(unlike, 0.5 * (after.step + unlike))
                if self._flat(here)
                else (0.5 * (after.step + unlike))
            )
            self.cuts.append(Cut(after.time, min(1.0, strength)))
        self._next += 1
        now = self._near[here].time
        while self._next > _AROUND + 1 and now - self._near[0].time > 2 * _FLASH:
            self._near.popleft()
            self._next -= 1

    def _is_cut(self, here: int) -> bool:
        near, step = self._near, self._near[here].step
        if self._flat(here) and self._jumps(here):
            return True
        if step < _LEAST_DIFFERENCE:
            return False
        alike = _unlike(near[here - 1].counts, near[here].counts) < _LEAST_HISTOGRAM
        if alike and step < _UNRELATED:
            return False
        moved = self._change(here, step)
        others = range(max(1, here - _AROUND), min(len(near), here + _AROUND + 1))
        rivals = [o for o in others if o != here and self._change(o, near[o].step) * _PEAK > moved]
        if rivals:  # everything moves fast: see what is left when motion is taken out
            still = self._change(here, self._still(here))
            if any(self._change(o, self._still(o)) * _PEAK > still for o in rivals):
                return False
        return self._still(here) >= min(_SAME * step, _MOVED) and not self._is_flash(here)

    def _doubtful(self, here: int, *, is_cut: bool) -> bool:
        """Tell whether the pictures missing here or nearby could change the verdict."""
        near, at = self._near, self._near[here]
        around = [
            (before.time, after.time)
            for before, after in itertools.pairwise(near)
            if not after.follows and abs(after.time - at.time) <= 2 * _FLASH
        ]
        if not around:
            return False
        if is_cut:
            return not at.follows or any(end - start > _FLASH / 2 for start, end in around)
        if not at.follows and at.time - near[here - 1].time > _FLASH:
            return True
        return self._may_be_cut(here)

    def _may_be_cut(self, here: int) -> bool:
        """Tell whether it would be a cut with less to tell by, or with calmer surroundings."""
        before, at = self._near[here - 1], self._near[here]
        if self._nearly_flat(here) and _apart(before, at) >= _NEARLY * _JUMP:
            return True
        if at.step < _NEARLY * _LEAST_DIFFERENCE:
            return False
        alike = _unlike(before.counts, at.counts) < _NEARLY * _LEAST_HISTOGRAM
        if alike and at.step < _NEARLY * _UNRELATED:
            return False
        still = self._still(here)
        return still >= _NEARLY * min(_SAME * at.step, _MOVED) and not self._has_a_rival(here)

    def _has_a_rival(self, here: int) -> bool:
        """Tell whether another step moves as much that lies near, whatever was left out."""
        near = self._near
        change, still = self._change(here, near[here].step), self._still(here)
        for way in (-1, 1):
            for other in range(here + way, here + way * (_AROUND + 1), way):
                if not (1 <= other < len(near) and near[other].follows):
                    break
                if (
                    self._change(other, near[other].step) * _PEAK > change
                    and self._still(other) * _PEAK > still
                ):
                    return True
        return False

    def _flat(self, here: int) -> bool:
        return min(self._near[here - 1].contrast, self._near[here].contrast) < _FLAT

    def _nearly_flat(self, here: int) -> bool:
        return min(self._near[here - 1].contrast, self._near[here].contrast) < _FLAT / _NEARLY

    def _jumps(self, here: int) -> bool:
        """Tell whether the colours change at once, stay steady around it, and do not come back."""
        near = self._near
        jump = _apart(near[here - 1], near[here])
        if jump < _JUMP:
            return False
        for other in range(max(1, here - _AROUND), min(len(near), here + _AROUND + 1)):
            if other != here and _apart(near[other - 1], near[other]) * _PEAK * 2 > jump:
                return False
        now = near[here].time
        before = [p for p in list(near)[: here - 1] if now - p.time <= _FLASH]
        after = [p for p in list(near)[here + 1 :] if p.time - now <= _FLASH]
        back = [_apart(near[here - 1], p) for p in after] + [_apart(p, near[here]) for p in before]
        return all(distance >= _SAME * jump for distance in back)

    def _change(self, index: int, step: float) -> float:
        return step + _unlike(self._near[index - 1].counts, self._near[index].counts)

    def _still(self, index: int) -> float:
        at = self._near[index]
        if at.still is None:
            at.still = _shifted_difference(self._near[index - 1].even, at.even)
        return at.still

    def _is_flash(self, here: int) -> bool:
        """Tell whether a picture before `here` is back soon after, at either end of a flash."""
        near, step = self._near, self._near[here].step
        now = near[here].time
        before = [p for p in list(near)[:here] if now - p.time <= _FLASH]
        after = [p for p in list(near)[here:] if p.time - now <= _FLASH]
        pairs = [(near[here - 1], p) for p in after[1:]] + [(p, near[here]) for p in before[:-1]]
        return any(_difference(a.even, b.even) < _SAME * step for a, b in pairs)


def _apart(one: _Print, other: _Print) -> float:
    """Return by how many steps the mean luma or chroma differs, whichever differs most."""
    return float(np.abs(one.levels - other.levels).max())


def _even(luma: NDArray[np.uint8]) -> tuple[NDArray[np.float32], float]:
    """Return luma with mean and contrast taken out, and the contrast: its standard deviation."""
    level = luma.astype(np.float32)
    level -= level.mean()
    contrast = math.sqrt(float(np.vdot(level, level)) / level.size)
    level /= max(contrast, _FLOOR)
    return level, contrast


def _difference(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    if one.shape != other.shape:
        return 1.0
    apart = np.subtract(one, other)
    return float(np.add.reduce(np.abs(apart, out=apart), axis=None)) / apart.size


def _histograms(planes: NDArray[np.uint8]) -> NDArray[np.float32]:
    codes = planes >> 3
    codes[1] += 32
    codes[2] += 64
    counts = np.bincount(codes.ravel(), minlength=96).reshape(3, 32)
    return np.asarray(counts, np.float32) / np.float32(planes[0].size)


def _levels(planes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the means of the planes."""
    sums = planes.reshape(3, -1).sum(axis=1, dtype=np.uint32)
    return np.asarray(sums, np.float32) / np.float32(planes[0].size)


def _unlike(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return how much the histograms differ, 0..1: the plane that differs most."""
    return float(np.abs(one - other).sum(axis=1).max() / 2)


def _shifted_difference(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return the least difference when one picture is moved over the other by up to a fifth."""
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
            best = min(best, _difference(a, b))
    return best
