"""Find dissolves and fades: times where one shot slowly turns into another."""

from __future__ import annotations

import itertools
from collections import deque
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import attrs
import numpy as np

from nemomusic.engine.analysis.frame_features import histogram_difference, histograms
from nemomusic.engine.analysis.mixture_fit import FrameSums, fit_mixture
from nemomusic.engine.types import Transition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nemomusic.engine.analysis.thumbnails import Thumbnail
    from nemomusic.engine.types import Cut

__all__ = ["SoftTransitionDetector"]

_SPANS_S: Final = (0.3, 0.45, 0.65, 0.9, 1.3, 1.8, 2.5)
"""Lengths in seconds of the spans that are tried for a dissolve."""
_INTERVAL_S: Final = 0.1
"""Seconds between the ends of the spans that are tried."""
_STRIDE: Final = 5
"""Pixels between those of a thumbnail that are compared."""
_BLOCKS: Final = (12, 7)
"""Number of blocks along the longer and the shorter side of a picture. Their mean colors change
less by motion than single pixels do.
"""
_MIN_CHANGE: Final = 14.0
"""Smallest difference of the blocks at both ends (root mean square, in steps of 8 bits)."""
_MAX_MEAN_RESIDUAL: Final = 0.6
"""Largest mean of the part of the blocks that is no mixture of both ends, as a share of their
difference. It is 0.87 for a picture that has nothing in common with both.
"""
_MAX_FALL: Final = 0.08
"""Largest fall of the share of the new picture from one frame to the next."""
_MAX_DETAIL: Final = 0.9
"""Largest detail in the middle of a dissolve, as a share of that of both ends. Half of each of two
unrelated pictures have 0.71 of their detail.
"""
_MAX_DETAIL_ERROR: Final = 0.15
"""Largest difference (root mean square) of the detail from that of two unrelated pictures that are
mixed, as a share of that of both ends.
"""
_MAX_DETAIL_RATIO: Final = 1.0
"""Largest ratio of this difference to the difference from a straight line."""
_MAX_LIKENESS: Final = 0.36
"""Largest correlation of the pictures at both ends of a dissolve."""
_MIN_COLORS: Final = 0.4
"""Smallest difference of the histograms at both ends of a dissolve."""
_MIN_MIXED_COLORS: Final = 0.17
"""Smallest difference of the histograms of the middle of a dissolve and of an end."""
_MIN_MIXED: Final = 3
"""Smallest number of mixed frames of a dissolve."""
_CLEAR: Final = 15.0
"""Clarity from which a dissolve is clear, as between still pictures. It may have fewer frames."""
_AROUND_S: Final = 0.8
"""Seconds before and after a dissolve whose frames show its middle."""
_EASE: Final = 1.1
"""Factor by which the limits of detail and colors are wider for a clear dissolve."""
_FLAT: Final = 3.0
"""Contrast (luma steps) up to which a picture is flat."""
_STEADINESS: Final = 3.0
"""Exponent by which a dissolve is clearer whose pictures are mixtures of its ends."""
_APART_S: Final = 0.3
"""Smallest distance in seconds of a dissolve from a fade."""
_GRAIN: Final = 0.5
"""Contrast (luma steps) by which the frames of a flat picture may differ."""
_SAME_LEVEL: Final = 2.0
"""Largest difference of the mean luma of the frames of one flat picture."""
_BLACK: Final = 48.0
"""Largest mean luma of a flat picture that counts as black."""
_MIN_CONTRAST: Final = 10.0
"""Smallest contrast (luma steps) of a picture that fades."""
_LONGEST_FADE_S: Final = 2.0
"""Longest half of a fade, in seconds."""
_PLATEAU: Final = 0.92
"""Share of the contrast around it from which a picture is complete."""
_EDGE_S: Final = 0.045
"""Seconds before and after a transition in which a cut belongs to the transition."""


@attrs.define(eq=False)
class _Picture:
    """A frame of the last seconds.

    Attributes:
        time: Seconds.
        luma: One of 25 pixels.
        level: The mean of `luma`.
        contrast: The standard deviation of `luma`.
        detail: The sum of the squared differences between neighbors in `luma`.
        planes: Y, U and V.
        blocks: The mean colors of parts of the frame, once they were needed.
    """

    time: float
    luma: NDArray[np.float32]
    level: float
    contrast: float
    detail: float
    planes: NDArray[np.uint8]
    blocks: NDArray[np.float32] | None = None


class _Flatness(NamedTuple):
    time: float
    contrast: float
    level: float


class SoftTransitionDetector:
    """Finds dissolves and fades in frames that are fed in order.

    In a dissolve each picture is a mixture of the first and of the last one, and the share of the
    last one grows steadily. The squared detail of a mixture is the sum of the squared details, as
    two pictures have nothing in common. So it falls and rises like a parabola, also when both
    pictures move. In a fade the contrast falls steadily to nothing, or rises from it.
    """

    def __init__(self) -> None:
        self._near: deque[_Picture] = deque()
        self._tried = 0.0
        self._dissolves: list[tuple[float, Transition]] = []
        self._around: list[FrameSums] = []
        self._around_until = -1.0
        self._flatness: list[_Flatness] = []
        self._fades: list[Transition] = []

    def feed(self, thumbnail: Thumbnail) -> None:
        """Add the next frame."""
        luma = thumbnail.planes[0][2::_STRIDE, 2::_STRIDE].astype(np.float32)
        if self._near and luma.shape != self._near[-1].luma.shape:
            self.finish()
        near, now = self._near, thumbnail.time
        level = float(np.add.reduce(luma, axis=None)) / luma.size
        contrast = max(0.0, float(np.vdot(luma, luma)) / luma.size - level * level) ** 0.5
        down, right = luma[1:] - luma[:-1], luma[:, 1:] - luma[:, :-1]
        detail = float(np.vdot(down, down)) + float(np.vdot(right, right))
        near.append(_Picture(now, luma, level, contrast, detail, thumbnail.planes))
        bright = contrast <= _FLAT and level > _BLACK  # as in a flash
        self._flatness.append(_Flatness(now, _MIN_CONTRAST if bright else contrast, level))
        if self._tried < now < self._tried + _INTERVAL_S:
            return
        self._tried = now
        while now - near[0].time > _SPANS_S[-1] + _AROUND_S:
            near.popleft()
        frames = list(near)
        first = len(frames) - 1
        for span in _SPANS_S:
            before = first
            while first > 0 and frames[first].time > now - span:
                first -= 1
            if first < before and now - frames[first].time < 1.5 * span:
                found = _dissolve(frames[first:])
                if found is not None:
                    self._dissolves.append(found)
                    self._around_until = now + _AROUND_S
        if now <= self._around_until:
            self._keep_near()

    def _keep_near(self) -> None:
        """Keep what a fit needs of the last seconds. They surround a dissolve."""
        last = self._around[-1].time if self._around else -1.0
        self._around += [
            FrameSums(one.time, one.level, one.detail, _block_means(one))
            for one in self._near
            if one.time > last
        ]

    def finish(self) -> None:
        """Mark a gap, or the end: the next frame does not follow the last one."""
        self._near.clear()
        self._fades += _fades(self._flatness)
        self._flatness.clear()

    def told_apart(self, cuts: Sequence[Cut]) -> tuple[list[Cut], tuple[Transition, ...]]:
        """Return the cuts that are no part of a fade, and the transitions in order of time.

        Args:
            cuts: All sudden changes that were found. One in a dissolve shows that it is none.
        """
        hard = [
            cut
            for cut in cuts
            if not any(one.start - _EDGE_S <= cut.time <= one.end + _EDGE_S for one in self._fades)
        ]
        possible = [
            (clarity, one)
            for clarity, one in self._dissolves
            if not any(one.start - _EDGE_S <= cut.time <= one.end + _EDGE_S for cut in hard)
            and not any(
                fade.start - _APART_S < one.end and one.start < fade.end + _APART_S
                for fade in self._fades
            )
        ]
        chosen: list[Transition] = []
        for _, one in sorted(possible, key=lambda found: -found[0]):
            if all(one.end <= other.start or other.end <= one.start for other in chosen):
                chosen.append(one)
        fitted = (self._fitted(one, hard) for one in chosen)
        dissolves = [one for one in fitted if one is not None]
        return hard, tuple(sorted([*self._fades, *dissolves], key=lambda one: one.middle))

    def _fitted(self, dissolve: Transition, cuts: Sequence[Cut]) -> Transition | None:
        """Return a dissolve with its middle by all frames around it; None for a change of light."""
        begin, stop = dissolve.start - _AROUND_S, dissolve.end + _AROUND_S
        begin = max([begin, *(cut.time for cut in cuts if cut.time <= dissolve.start)])
        stop = min([stop, *(cut.time for cut in cuts if cut.time >= dissolve.end)])
        frames = [one for one in self._around if begin <= one.time < stop]
        fit = fit_mixture(frames, dissolve.start, dissolve.end)
        if fit is None:
            return dissolve
        return None if fit.is_light else attrs.evolve(dissolve, middle=fit.middle)


def _fades(frames: list[_Flatness]) -> list[Transition]:
    """Return the fades in successive frames."""
    times = [frame.time for frame in frames]
    values = [frame.contrast for frame in frames]
    found: list[Transition] = []
    at = 0
    while at < len(values):
        if values[at] > _FLAT:
            at += 1
            continue
        last = at
        while last + 1 < len(values) and values[last + 1] <= _FLAT:
            last += 1
        start = _half(times[: at + 1][::-1], values[: at + 1][::-1])
        end = _half(times[last:], values[last:])
        if start is not None or end is not None:
            darkest = min(frames[at : last + 1], key=lambda frame: frame.contrast)
            core = [
                frame.time
                for frame in frames[at : last + 1]
                if frame.contrast <= darkest.contrast + _GRAIN
                and abs(frame.level - darkest.level) <= _SAME_LEVEL
            ]
            begin, stop = core[0], core[-1]
            middle = (begin + stop) / 2
            if stop - begin > _LONGEST_FADE_S and (start is None or end is None):
                middle = stop if start is None else begin
            found.append(
                Transition(
                    "fade",
                    begin if start is None else start,
                    middle,
                    stop if end is None else end,
                )
            )
        at = last + 1
    return found


def _half(times: list[float], values: list[float]) -> float | None:
    """Return when a picture is complete that comes out of a flat one, at the first frame.

    The lists may go back in time. None if the picture comes at once, or not at all.
    """
    best, at = values[0], 0
    for index in range(1, len(values)):
        if abs(times[index] - times[0]) > _LONGEST_FADE_S:
            break
        if values[index] < best * 1.02:
            break
        best, at = values[index], index
    if best < _MIN_CONTRAST or at < 2:
        return None
    shares = [values[index] / best for index in range(1, at + 1)]
    full = next(index for index, share in enumerate(shares, 1) if share >= _PLATEAU)
    if full < 2 or max(np.diff([0.0, *shares[:full]])) > 0.62:
        return None
    return times[full]


def _dissolve(frames: list[_Picture]) -> tuple[float, Transition] | None:
    """Return a dissolve between the first and the last frame, and its clarity; None for others."""
    one, inner, other = frames[0], frames[len(frames) // 2], frames[-1]
    both = 0.5 * (one.detail + other.detail)
    if len(frames) < _MIN_MIXED + 1 or inner.detail > (_EASE * _MAX_DETAIL) ** 2 * both:
        return None
    if min(one.contrast, other.contrast) <= _FLAT or _likeness(one, other) > _MAX_LIKENESS:
        return None  # a picture that comes out of a flat one is a fade
    first = _block_means(one)
    apart = _block_means(other) - first
    power = float(np.vdot(apart, apart))
    change = (power / apart.size) ** 0.5
    if change < _MIN_CHANGE:
        return None
    stack = np.stack([_block_means(frame) for frame in frames]) - first
    shares = stack @ apart / power
    squares = np.einsum("ij,ij->i", stack, stack) / power - shares**2
    rests = np.sqrt(np.maximum(0.0, squares))
    if (shares[1:] - shares[:-1]).min() < -_MAX_FALL or rests.mean() > _MAX_MEAN_RESIDUAL:
        return None
    clarity = change * max(0.0, 1.0 - float(rests.max())) ** _STEADINESS
    ease, fewest = (_EASE, _MIN_MIXED - 1) if clarity >= _CLEAR else (1.0, _MIN_MIXED)
    if len(frames) < fewest + 2 or inner.detail > (ease * _MAX_DETAIL) ** 2 * both:
        return None
    times = np.array([frame.time for frame in frames])
    grown = np.maximum.accumulate(shares)
    quarter, half, most = (float(np.interp(share, grown, times)) for share in (0.25, 0.5, 0.75))
    start, end = half - (most - quarter), half + (most - quarter)
    if np.count_nonzero((times > start) & (times < end)) < fewest:
        return None
    middle = frames[int(np.abs(times - half).argmin())]
    line = np.clip((times - start) / (end - start), 0.0, 1.0)
    if not _is_mixed([frame.detail for frame in frames], line, both, ease):
        return None
    if middle.detail > (ease * _MAX_DETAIL) ** 2 * both:
        return None
    if not _changes_colors(one, middle, other, ease):
        return None
    start, end = max(start, one.time), min(end, other.time)
    return clarity, Transition("dissolve", start, half, end)


def _is_mixed(details: list[float], shares: NDArray[np.float64], both: float, ease: float) -> bool:
    """Return whether the detail is that of two unrelated pictures that are mixed.

    Args:
        details: The squared detail of each frame.
        shares: The share of the last picture in each frame.
        both: The mean squared detail of the first and the last frame.
        ease: The factor by which the limits are wider.
    """
    one, other, found = details[0], details[-1], np.sqrt(details)
    mixed = np.sqrt((1.0 - shares) ** 2 * one + shares**2 * other)
    faded = np.sqrt((1.0 - shares) * one + shares * other)
    error, other_error = (float(np.sqrt(np.mean((found - model) ** 2))) for model in (mixed, faded))
    limit = min(_MAX_DETAIL_ERROR * both**0.5, _MAX_DETAIL_RATIO * other_error)
    return bool(error <= ease * limit)


def _changes_colors(one: _Picture, middle: _Picture, other: _Picture, ease: float) -> bool:
    """Return whether both ends of a dissolve, and its middle, have different colors."""
    first, mixed, last = (histograms(frame.planes) for frame in (one, middle, other))
    inside = min(histogram_difference(first, mixed), histogram_difference(last, mixed))
    apart = histogram_difference(first, last)
    return apart >= _MIN_COLORS / ease and inside >= _MIN_MIXED_COLORS / ease


def _likeness(one: _Picture, other: _Picture) -> float:
    """Return the correlation of two frames, -1..1."""
    shared = float(np.vdot(one.luma, other.luma)) / one.luma.size - one.level * other.level
    return shared / max(1e-6, one.contrast * other.contrast)


def _block_means(picture: _Picture) -> NDArray[np.float32]:
    """Return the mean colors of the blocks of a frame. They are computed once."""
    if picture.blocks is None:
        _, height, width = picture.planes.shape
        long, short = _BLOCKS
        rows, columns = (short, long) if width >= height else (long, short)
        across = picture.planes.reshape(-1, width).astype(np.float32) @ _averaging(width, columns)
        down = _averaging(height, rows).T @ across.reshape(3, height, -1)
        picture.blocks = np.asarray(down, np.float32).ravel()
    return picture.blocks


@lru_cache(maxsize=8)
def _averaging(size: int, parts: int) -> NDArray[np.float32]:
    """Return the matrix that averages a line of pixels in some parts."""
    parts = min(parts, size)
    edges = np.linspace(0, size, parts + 1).round().astype(int)
    matrix = np.zeros((size, parts), np.float32)
    for part, (begin, end) in enumerate(itertools.pairwise(edges)):
        matrix[begin:end, part] = 1.0 / (end - begin)
    return matrix
