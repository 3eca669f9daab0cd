"""Analyze the frames and the sound of a clip, for the composer."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

import av
import numpy as np

from nemomusic.engine.analysis.gop_selection import hints_in, ranges_around, select_ranges
from nemomusic.engine.analysis.shot_detector import (
    ShotBoundaryDetector,
    UncertainSpan,
    difference,
    may_be_one_shot,
)
from nemomusic.engine.analysis.soft_transitions import SoftTransitionDetector
from nemomusic.engine.analysis.soundtrack import analyze_soundtrack
from nemomusic.engine.analysis.thumbnails import SequentialDecoder, SparseDecoder
from nemomusic.engine.errors import MediaError
from nemomusic.engine.media.decoding.images import ANIMATIONS
from nemomusic.engine.media.decoding.opening import SAVE_AGAIN
from nemomusic.engine.media.probe import probe as probe_file
from nemomusic.engine.types import ClipAnalysis

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nemomusic.engine.analysis.thumbnails import Thumbnail
    from nemomusic.engine.types import Cut, Probe

__all__ = ["analyze"]

_MOTION_SCALE: Final = 0.25
"""Factor from change per second to motion: a calm pan is about 0.3, a hand-held run about 0.8."""
_CUT_DIFFERENCE: Final = 0.6
"""Smallest difference between two frames that counts as a cut."""
_COMPARED_STEPS: Final = 8
"""Number of successive steps that are compared with one step over all of them."""
_MAX_EXPONENT: Final = 0.5
"""Upper limit of the exponent of the distance: random motion in one GOP need not continue in the
next.
"""
_KEYS_SHARE: Final = 0.2
"""Share of the work that is done when all key frames are decoded."""
_COLOR_INTERVAL: Final = 0.09
"""Seconds between two measurements of color: neighboring frames have nearly the same colors."""


def analyze(
    path: str | Path,
    *,
    progress: Callable[[float], None] | None = None,
    probe: Callable[[str], Probe] = probe_file,
) -> ClipAnalysis:
    """Analyze the frames and the sound of a clip.

    Frames and sound are read at the same time, in two threads.

    Args:
        path: The path of a video.
        progress: Called at times with the fraction that is done, 0..1.
        probe: Returns the probe of a file; a caller that has it can pass it on.

    Raises:
        MediaError: The file is missing, damaged, without frames, or not a video.
    """
    path = Path(path)
    found = probe(str(path))
    if found.kind != "video":
        raise MediaError(
            f"{path.name} is not a video but {_KINDS[found.kind]}.", remedy="Give a video file."
        )
    try:
        with ThreadPoolExecutor(1) as pool:
            has_audio, tracks = found.has_audio, found.tracks
            heard = pool.submit(analyze_soundtrack, path, tracks) if has_audio else None
            stats, cuts, decoded = _watch(path, found, progress)
            sound = heard.result() if heard is not None else None
    except (av.FFmpegError, ValueError, EOFError) as error:
        raise MediaError(
            f"{path.name} is damaged: it can't be decoded to its end ({error}).",
            remedy=SAVE_AGAIN,
        ) from None
    if progress is not None:
        progress(1.0)
    motion, brightness, warmth, saturation = stats.columns()
    stats.soft.finish()
    cuts, transitions = stats.soft.told_apart(cuts)
    return ClipAnalysis(
        duration=found.duration,
        width=found.width,
        height=found.height,
        cuts=tuple(cuts),
        motion=motion,
        brightness=brightness,
        warmth=warmth,
        saturation=saturation,
        speech=_within(sound.speech, found.duration) if sound is not None else (),
        own_loudness=sound.loudness if sound is not None else None,
        transitions=transitions,
        # Transparent frames are decoded by another decoder in a render.
        decoded=decoded and not found.recolored,
    )


def _within(
    spans: tuple[tuple[float, float], ...], duration: float
) -> tuple[tuple[float, float], ...]:
    """Return the parts of the spans that lie in the clip."""
    cut = ((max(0.0, start), min(duration, end)) for start, end in spans)
    return tuple((start, end) for start, end in cut if start < end)


_KINDS: Final = {"image": "a still picture", "audio": "only sound"}


def _watch(
    path: Path, probe: Probe, progress: Callable[[float], None] | None
) -> tuple[_PerSecondStats, list[Cut], bool]:
    """Return the features of the frames, the cuts, and whether all frames were decoded."""
    stats = _PerSecondStats(probe.duration)
    finder = stats.finder
    report = _AnalysisProgress(progress, probe.duration)
    if probe.container in ANIMATIONS or probe.tracks.jumps or not probe.tracks.ordered:
        for frame in SequentialDecoder(path, probe).thumbnails():
            stats.note(frame)
            report(frame.time, 0.0, 0.99)
        finder.finish()
        return stats, sorted(finder.cuts, key=lambda cut: cut.time), stats.any
    decoder = SparseDecoder(path, probe)
    report(0.0, 0.01, 0.01)  # the packets are read
    ranges, first = None, 0.01
    if decoder.grouped:
        related = _related(decoder, stats, report)
        ranges, first = select_ranges(decoder.packets, related), _KEYS_SHARE
    for thumbnail in decoder.thumbnails(ranges, sparse=decoder.grouped):
        if thumbnail is None:
            stats.skip()
            continue
        stats.note(thumbnail)
        report(thumbnail.time, first, 0.9)
    finder.finish()
    cuts = finder.cuts + _confirmed_cuts(decoder, finder.uncertain, report)
    return stats, sorted(cuts, key=lambda cut: cut.time), ranges is None and stats.any


class _AnalysisProgress:
    """Tells the caller how far the analysis is, in phases that each go through the clip.

    Args:
        progress: Called with 0..1, or None.
        duration: Seconds of the clip.
    """

    def __init__(self, progress: Callable[[float], None] | None, duration: float) -> None:
        self._progress = progress
        self._duration = duration

    def __call__(self, time: float, start: float, end: float) -> None:
        """Report the time that a phase has reached; the phase covers `start` to `end` of 0..1."""
        if self._progress is not None:
            share = min(1.0, max(0.0, time / self._duration)) if self._duration else 1.0
            self._progress(start + (end - start) * share)


def _confirmed_cuts(
    decoder: SparseDecoder, uncertain: list[UncertainSpan], report: _AnalysisProgress
) -> list[Cut]:
    """Decode every frame where a cut may lie; return the cuts that are confirmed."""
    hints = hints_in(decoder.packets, [(span.start, span.end) for span in uncertain])
    spans = [
        (span.start, span.end)
        for span, hint in zip(uncertain, hints, strict=True)
        if hint or span.plain
    ]
    if not spans:
        return []
    finder = ShotBoundaryDetector()
    for thumbnail in decoder.thumbnails(ranges_around(decoder.packets, spans)):
        if thumbnail is None:
            finder.finish()
        else:
            finder.feed(thumbnail)
            report(thumbnail.time, 0.9, 0.99)
    finder.finish()
    return [c for c in finder.cuts if any(start < c.time <= end for start, end in spans)]


def _related(
    decoder: SparseDecoder, stats: _PerSecondStats, report: _AnalysisProgress
) -> list[bool]:
    """Return for each GOP but the last whether the next key frame may show the same shot."""
    times = decoder.packets.times[decoder.packets.keys]
    regular = decoder.packets.regular
    related = [False] * len(regular)
    last, last_index = None, -1
    for thumbnail in decoder.key_thumbnails():
        index = int(np.abs(times - thumbnail.time).argmin())
        report(thumbnail.time, 0.01, _KEYS_SHARE)
        if thumbnail.time >= 0:
            stats.note_colors(thumbnail)
        if last is not None and index == last_index + 1:
            related[last_index] = may_be_one_shot(last, thumbnail, likely=regular[last_index])
        last, last_index = thumbnail, index
    return related


class _PerSecondStats:
    """Sums up the features of frames for each second, in 48 bytes per second."""

    def __init__(self, duration: float) -> None:
        self._seconds = max(1, math.ceil(duration - 1e-3))
        self._sums = np.zeros((self._seconds, 3))  # brightness, warmth, saturation
        self._counts = np.zeros(self._seconds)
        self._moved = np.zeros(self._seconds)
        self._moves = np.zeros(self._seconds)
        self._last = math.inf
        self._colored = -math.inf
        self._motion = _MotionEstimator()
        self.finder = ShotBoundaryDetector()
        self.soft = SoftTransitionDetector()

    @property
    def any(self) -> bool:
        """Return whether there was a frame."""
        return bool(self._counts.any())

    def note(self, thumbnail: Thumbnail) -> None:
        """Add the frame that follows the last one."""
        step = self.finder.feed(thumbnail)
        self.soft.feed(thumbnail)
        if thumbnail.time - self._colored >= _COLOR_INTERVAL:
            self.note_colors(thumbnail)
            self._colored = thumbnail.time
        elapsed = thumbnail.time - self._last
        if elapsed > 0.0:
            rate = self._motion.rate(thumbnail, step, elapsed)
            if rate is not None:
                second = self._second(thumbnail)
                self._moved[second] += rate * elapsed
                self._moves[second] += elapsed
        else:
            self._motion.start(thumbnail)
        self._last = thumbnail.time

    def note_colors(self, thumbnail: Thumbnail) -> None:
        """Add the colors of a frame."""
        y, u, v = (float(plane.mean()) for plane in thumbnail.planes)
        blue, red = thumbnail.planes[1:].astype(np.float32) - 128.0
        # 16..235 is the range of luma; the chroma of a vivid frame is about 60 steps from gray
        colors = ((y - 16.0) / 219.0, (v - u) / 60.0, float(np.hypot(blue, red).mean()) / 60.0)
        self._sums[self._second(thumbnail)] += colors
        self._counts[self._second(thumbnail)] += 1

    def skip(self) -> None:
        """Mark a gap: the next frame does not follow the last one."""
        self.finder.finish()
        self.soft.finish()
        self._last = math.inf

    def _second(self, thumbnail: Thumbnail) -> int:
        return min(self._seconds - 1, int(thumbnail.time))

    def columns(self) -> tuple[tuple[float, ...], ...]:
        """Return motion, brightness, warmth and saturation, one number for each second."""
        counts, moves = np.maximum(self._counts, 1), np.maximum(self._moves, 1e-6)
        brightness, warmth, saturation = (self._sums / counts[:, None]).T
        motion = 1.0 - np.exp(-_MOTION_SCALE * self._moved / moves)
        return (
            _filled(motion, self._moves > 0, 0.0, 1.0),
            _filled(brightness, self._counts > 0, 0.0, 1.0),
            _filled(warmth, self._counts > 0, -1.0, 1.0),
            _filled(saturation, self._counts > 0, 0.0, 1.0),
        )


class _MotionEstimator:
    """Estimates the change per second from frames at different distances.

    Steps over skipped frames add up to less than steps from frame to frame, since motion to and fro
    is missed. The ratio depends on the motion. It is measured at the head of each GOP, where no
    frame is skipped, and assumed to grow as a power of the distance.
    """

    def __init__(self) -> None:
        self._first: Thumbnail | None = None  # the first of the successive frames
        self._last: Thumbnail | None = None
        self._sum = 0.0
        self._count = 0
        self._exponent = 0.0
        self._period = math.inf

    def start(self, thumbnail: Thumbnail) -> None:
        """Start again with a frame."""
        self._first = self._last = thumbnail
        self._sum, self._count = 0.0, 0

    def rate(self, thumbnail: Thumbnail, step: float, elapsed: float) -> float | None:
        """Return the change per second from the last frame to this one; None at a cut."""
        is_cut = step >= _CUT_DIFFERENCE
        if thumbnail.follows and not is_cut:
            self._sum, self._count, self._last = self._sum + step, self._count + 1, thumbnail
            if self._count == _COMPARED_STEPS:
                self.start(thumbnail)
            return step / elapsed
        if self._count > 1 and self._first is not None and self._last is not None:
            total = difference(self._first, self._last)
            if 0.0 < total <= self._sum:
                power = math.log(self._sum / total) / math.log(self._count)
                self._exponent = min(_MAX_EXPONENT, power)
            self._period = (self._last.time - self._first.time) / self._count
        self.start(thumbnail)
        if is_cut:
            return None
        more = max(1.0, elapsed / self._period) ** self._exponent
        return step / elapsed * float(more)


def _filled(
    values: NDArray[np.float64],
    known: NDArray[np.bool_],
    low: float,
    high: float,
) -> tuple[float, ...]:
    """Round and limit the values; interpolate seconds without a frame."""
    at = np.arange(len(values))
    if not known.any():
        return tuple(0.0 for _ in at)
    filled = np.interp(at, at[known], values[known])
    return tuple(round(float(value), 4) for value in filled.clip(low, high))
