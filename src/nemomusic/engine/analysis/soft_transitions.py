"""Find dissolves and fades: where one picture turns into another little by little."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from nemomusic.engine.analysis.frame_features import (
    even_luma,
    shifted_difference,
)
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
_MIN_CHANGE: Final = 14.0
"""Smallest difference of the pictures at both ends (root mean square of the luma, in steps)."""
_MAX_RESIDUAL: Final = 0.7
"""Largest part of a picture that is no mixture of both ends, as a share of their difference. It is
0.87 for a picture that has nothing in common with both.
"""
_MAX_BEND: Final = 0.15
"""Largest distance of a mixture from the straight line through a quarter and three quarters."""
_MAX_CONTRAST: Final = 0.82
"""Largest contrast in the middle of a dissolve, as a share of the mean of both ends. Half of each
of two unrelated pictures have 0.71 of their contrast.
"""
_MAX_LIKENESS: Final = 0.3
"""Largest correlation of the pictures at both ends of a dissolve."""
_MAX_MEAN_RESIDUAL: Final = 0.38
"""Largest mean of the part of the pictures that is no mixture."""
_MAX_FALL: Final = 0.08
"""Largest fall of the share of the new picture from one frame to the next."""
_MIN_MIXED: Final = 3
"""Smallest number of mixed frames of a dissolve."""
_FLAT: Final = 3.0
"""Contrast (luma steps) up to which a picture is flat."""
_STEADINESS: Final = 1.5
"""Exponent by which a dissolve is clearer whose pictures are mixtures of its ends."""
_APART_S: Final = 0.3
"""Smallest distance in seconds of a dissolve from a fade."""
_GRAIN: Final = 0.5
"""Contrast (luma steps) that the darkest frames of a fade may differ by."""
_BLACK: Final = 48.0
"""Largest mean luma of a flat picture that counts as black."""
_MIN_MOVED: Final = 0.45
"""Smallest difference of the normalized pictures at both ends after motion compensation."""
_MIN_CONTRAST: Final = 10.0
"""Smallest contrast (luma steps) of a picture that fades."""
_LONGEST_FADE_S: Final = 2.0
"""Longest half of a fade, in seconds."""
_PLATEAU: Final = 0.92
"""Share of the contrast around it from which a picture is complete."""
_EDGE_S: Final = 0.045
"""Seconds before and after a transition in which a cut belongs to the transition."""


class _Picture(NamedTuple):
    time: float
    luma: NDArray[np.float32]
    contrast: float


class SoftTransitionDetector:
    """Finds dissolves and fades in frames that are fed in order.

    In a dissolve each picture is a mixture of the first and of the last one, the share of the last
    one grows steadily, and the contrast is lowest in the middle. In a fade the contrast falls
    steadily to nothing, or rises from it.
    """

    def __init__(self) -> None:
        self._near: deque[_Picture] = deque()
        self._tried = 0.0
        self._dissolves: list[tuple[float, Transition]] = []
        self._contrasts: list[tuple[float, float]] = []
        self._fades: list[Transition] = []

    def feed(self, thumbnail: Thumbnail) -> None:
        """Add the next frame."""
        luma = thumbnail.planes[0][2::_STRIDE, 2::_STRIDE].astype(np.float32)
        if self._near and luma.shape != self._near[-1].luma.shape:
            self.finish()
        near, now = self._near, thumbnail.time
        level = float(np.add.reduce(luma, axis=None)) / luma.size
        contrast = max(0.0, float(np.vdot(luma, luma)) / luma.size - level * level) ** 0.5
        near.append(_Picture(now, luma, contrast))
        bright = contrast <= _FLAT and level > _BLACK  # as in a flash
        self._contrasts.append((now, _MIN_CONTRAST if bright else contrast))
        if self._tried < now < self._tried + _INTERVAL_S:
            return
        self._tried = now
        while now - near[0].time > _SPANS_S[-1] + _INTERVAL_S:
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
                    self._keep(*found)

    def finish(self) -> None:
        """Mark a gap, or the end: the next frame does not follow the last one."""
        self._near.clear()
        self._fades += _fades(self._contrasts)
        self._contrasts.clear()

    def _keep(self, clarity: float, dissolve: Transition) -> None:
        """Keep the dissolve, unless one that overlaps it is clearer."""
        rivals = [
            one
            for one in self._dissolves
            if one[1].start < dissolve.end and dissolve.start < one[1].end
        ]
        if all(other < clarity for other, _ in rivals):
            kept = [one for one in self._dissolves if one not in rivals]
            self._dissolves = [*kept, (clarity, dissolve)]

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
        dissolves = [
            one
            for _, one in self._dissolves
            if not any(
                fade.start - _APART_S < one.end and one.start < fade.end + _APART_S
                for fade in self._fades
            )
            and not any(one.start - _EDGE_S <= cut.time <= one.end + _EDGE_S for cut in hard)
        ]
        return hard, tuple(sorted([*self._fades, *dissolves], key=lambda one: one.middle))


def _fades(contrasts: list[tuple[float, float]]) -> list[Transition]:
    """Return the fades in successive frames, by their (time, contrast)."""
    times = [time for time, _ in contrasts]
    values = [value for _, value in contrasts]
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
            darkest = min(values[at : last + 1]) + _GRAIN
            core = [
                time
                for time, value in zip(times[at : last + 1], values[at : last + 1], strict=True)
                if value <= darkest
            ]
            begin, stop = core[0], core[-1]
            middle = (begin + stop) / 2 if start is not None and end is not None else begin
            if start is None:
                middle = stop
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
    ends = (0.5 * (one.contrast**2 + other.contrast**2)) ** 0.5
    if len(frames) < _MIN_MIXED + 2 or inner.contrast > _MAX_CONTRAST * ends:
        return None
    first, apart = one.luma.ravel(), (other.luma - one.luma).ravel()
    power = float(np.vdot(apart, apart))
    change = (power / apart.size) ** 0.5
    if change < _MIN_CHANGE or _likeness(one, other) > _MAX_LIKENESS:
        return None
    stack = np.stack([frame.luma for frame in frames]).reshape(len(frames), -1) - first
    shares = stack @ apart / power
    squares = np.einsum("ij,ij->i", stack, stack) / power - shares**2
    rests = np.sqrt(np.maximum(0.0, squares))
    if rests.max() > _MAX_RESIDUAL or rests.mean() > _MAX_MEAN_RESIDUAL:
        return None
    times = np.array([frame.time for frame in frames])
    grown = np.maximum.accumulate(shares)
    quarter, half, most = (float(np.interp(share, grown, times)) for share in (0.25, 0.5, 0.75))
    start, end = half - (most - quarter), half + (most - quarter)
    if (
        np.diff(shares).min() < -_MAX_FALL
        or np.count_nonzero((times > start) & (times < end)) < _MIN_MIXED
    ):
        return None
    line = np.clip((times - start) / (end - start), 0.0, 1.0)
    if float(np.abs(line - shares).max()) > _MAX_BEND or _moved_only(one, other):
        return None
    clarity = change * (1.0 - float(rests.max())) ** _STEADINESS
    start, end = max(start, one.time), min(end, other.time)
    return clarity, Transition("dissolve", start, half, end)


def _likeness(one: _Picture, other: _Picture) -> float:
    """Return the correlation of two frames, -1..1."""
    means = float(one.luma.mean()) * float(other.luma.mean())
    shared = float(np.vdot(one.luma, other.luma)) / one.luma.size - means
    return shared / max(1e-6, one.contrast * other.contrast)


def _moved_only(one: _Picture, other: _Picture) -> bool:
    """Return whether the second frame shows the first one after a movement of the camera."""
    first, second = (even_luma(frame.luma.astype(np.uint8))[0] for frame in (one, other))
    return shifted_difference(first, second) < _MIN_MOVED
