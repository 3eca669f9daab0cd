"""What a clip looks and sounds like, as far as a composer cares."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs
import av
import numpy as np

from nemomusic.local.engine.cuts import Cut, CutFinder, Doubt, difference, may_be_one_shot
from nemomusic.local.engine.errors import MediaError
from nemomusic.local.engine.frames import Footage
from nemomusic.local.engine.gops import runs_around, runs_to_decode, show_signs
from nemomusic.local.engine.probe import probe
from nemomusic.local.engine.speech import listen
from nemomusic.local.engine.values import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nemomusic.local.engine.frames import Glance
    from nemomusic.local.engine.probe import Probe

__all__ = ["Cut", "Sight", "look"]

_MOTION_SCALE: Final = 0.25
"""Chosen so that a calm pan is about 0.3 and a hand-held run about 0.8."""
_MOST_STEP: Final = 0.6
"""From a picture to the next; more is a cut."""
_MOST_STEPS: Final = 8
"""In a row that are compared with the step over all of them."""
_MOST_POWER: Final = 0.5
"""Of the distance; what is random in one group may not be in the next."""
_BETWEEN_COLOURS: Final = 0.09
"""Seconds; colours of a picture are much like those of the next."""


@attrs.frozen
class Sight(Value):
    """What was seen and heard in a clip; times in seconds on its presentation clock.

    Attributes:
        duration: Of the picture, as presented.
        width: Pixels across as displayed.
        height: Pixels down as displayed.
        cuts: Hard cuts, in order of time.
        motion: How much moves, 0..1, for each second; a last partial second included.
        brightness: Mean luma, 0..1, for each second.
        warmth: -1 (cold, blue) .. +1 (warm, orange), for each second.
        saturation: 0..1, for each second.
        speech: Spans (start, end) of the clip's own sound that sound like speech.
        own_loudness: Of the clip's own sound, about LUFS; None without sound or when silent.
    """

    duration: float
    width: int
    height: int
    cuts: tuple[Cut, ...]
    motion: tuple[float, ...]
    brightness: tuple[float, ...]
    warmth: tuple[float, ...]
    saturation: tuple[float, ...]
    speech: tuple[tuple[float, float], ...]
    own_loudness: float | None


def look(
    path: str | Path,
    *,
    progress: Callable[[float], None] | None = None,
    look_at: Callable[[str], Probe] = probe,
) -> Sight:
    """Look at a clip and listen to it.

    Sound and picture are read at the same time, in two threads.

    Args:
        path: Of a video.
        progress: Called now and then with 0..1.
        look_at: Tells what a file is, if the caller knows already.

    Raises:
        MediaError: Missing, damaged, without pictures, or not a video.
    """
    path = Path(path)
    found = look_at(str(path))
    if found.kind != "video":
        raise MediaError(
            f"{path.name} is not a video but {_KINDS[found.kind]}.", remedy="Give a video file."
        )
    try:
        with ThreadPoolExecutor(1) as pool:
            footage = Footage(path, fps=found.fps or 25.0)
            heard = pool.submit(listen, path, origin=footage.origin) if found.has_audio else None
            diary, cuts = _watch(footage, found.duration, progress)
            sound = heard.result() if heard is not None else None
    except (av.FFmpegError, ValueError, EOFError):
        raise MediaError(
            f"{path.name} is damaged or cut off: it can't be read to its end.",
            remedy="Export or copy the file again, then try once more.",
        ) from None
    if progress is not None:
        progress(1.0)
    motion, brightness, warmth, saturation = diary.columns()
    return Sight(
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
    )


def _within(
    spans: tuple[tuple[float, float], ...], duration: float
) -> tuple[tuple[float, float], ...]:
    """Return what of the spans lies in the clip."""
    cut = ((max(0.0, start), min(duration, end)) for start, end in spans)
    return tuple((start, end) for start, end in cut if start < end)


_KINDS: Final = {"image": "a still picture", "audio": "only sound"}


def _watch(
    footage: Footage, duration: float, progress: Callable[[float], None] | None
) -> tuple[_Diary, list[Cut]]:
    diary = _Diary(duration)
    finder = diary.finder
    runs = runs_to_decode(footage.packets, _related(footage, diary)) if footage.grouped else None
    for number, glance in enumerate(footage.glances(runs, sparse=footage.grouped)):
        if glance is None:
            diary.skip()
            continue
        diary.note(glance)
        if progress is not None and number % 50 == 0:
            progress(min(0.99, glance.time / duration))
    finder.finish()
    return diary, sorted(finder.cuts + _closer(footage, finder.doubts), key=lambda cut: cut.time)


def _closer(footage: Footage, doubts: list[Doubt]) -> list[Cut]:
    """Look at every picture where a cut may lie; return the cuts that do."""
    spans = [(doubt.start, doubt.end) for doubt in doubts]
    signs = show_signs(footage.packets, spans)
    spans = [
        span for span, doubt, sign in zip(spans, doubts, signs, strict=True) if sign or doubt.plain
    ]
    if not spans:
        return []
    finder = CutFinder()
    for glance in footage.glances(runs_around(footage.packets, spans)):
        if glance is None:
            finder.finish()
        else:
            finder.feed(glance)
    finder.finish()
    return [c for c in finder.cuts if any(start < c.time <= end for start, end in spans)]


def _related(footage: Footage, diary: _Diary) -> list[bool]:
    """Look at the key pictures; tell of each but the last whether the next may be of its shot."""
    times = footage.packets.times[footage.packets.keys]
    regular = footage.packets.regular
    related = [False] * len(regular)
    last, last_index = None, -1
    for glance in footage.key_glances():
        index = int(np.abs(times - glance.time).argmin())
        if glance.time >= 0:
            diary.note_colours(glance)
        if last is not None and index == last_index + 1:
            related[last_index] = may_be_one_shot(last, glance, likely=regular[last_index])
        last, last_index = glance, index
    return related


class _Diary:
    """Sums up pictures by the second, in 48 bytes each."""

    def __init__(self, duration: float) -> None:
        self._seconds = max(1, math.ceil(duration - 1e-3))
        self._sums = np.zeros((self._seconds, 3))  # brightness, warmth, saturation
        self._counts = np.zeros(self._seconds)
        self._moved = np.zeros(self._seconds)
        self._moves = np.zeros(self._seconds)
        self._last = math.inf
        self._coloured = -math.inf
        self._pace = _Pace()
        self.finder = CutFinder()

    def note(self, glance: Glance) -> None:
        """Take in the picture after the one noted last."""
        step = self.finder.feed(glance)
        if glance.time - self._coloured >= _BETWEEN_COLOURS:
            self.note_colours(glance)
            self._coloured = glance.time
        elapsed = glance.time - self._last
        if elapsed > 0.0:
            rate = self._pace.rate(glance, step, elapsed)
            if rate is not None:
                second = self._second(glance)
                self._moved[second] += rate * elapsed
                self._moves[second] += elapsed
        else:
            self._pace.start(glance)
        self._last = glance.time

    def note_colours(self, glance: Glance) -> None:
        """Take in the colours of a picture."""
        y, u, v = (float(plane.mean()) for plane in glance.planes)
        blue, red = glance.planes[1:].astype(np.float32) - 128.0
        # 16..235 is the range of luma; a vivid picture's chroma is about 60 steps from grey
        colours = ((y - 16.0) / 219.0, (v - u) / 60.0, float(np.hypot(blue, red).mean()) / 60.0)
        self._sums[self._second(glance)] += colours
        self._counts[self._second(glance)] += 1

    def skip(self) -> None:
        """Say that the picture noted next doesn't follow the one noted last."""
        self.finder.finish()
        self._last = math.inf

    def _second(self, glance: Glance) -> int:
        return min(self._seconds - 1, int(glance.time))

    def columns(self) -> tuple[tuple[float, ...], ...]:
        """Return motion, brightness, warmth and saturation, a number a second each."""
        counts, moves = np.maximum(self._counts, 1), np.maximum(self._moves, 1e-6)
        brightness, warmth, saturation = (self._sums / counts[:, None]).T
        motion = 1.0 - np.exp(-_MOTION_SCALE * self._moved / moves)
        return (
            _filled(motion, self._moves > 0, 0.0, 1.0),
            _filled(brightness, self._counts > 0, 0.0, 1.0),
            _filled(warmth, self._counts > 0, -1.0, 1.0),
            _filled(saturation, self._counts > 0, 0.0, 1.0),
        )


class _Pace:
    """Tells how much changes in a second, from pictures that lie closer or further apart.

    Steps over pictures left out add up to less than those from one to the next: what moves there
    and back is missed. By how much, depends on what moves; it is taken from the head of each group,
    where none is left out, and assumed to grow as a power of the distance.
    """

    def __init__(self) -> None:
        self._first: Glance | None = None  # of the pictures that follow each other
        self._last: Glance | None = None
        self._sum = 0.0
        self._count = 0
        self._power = 0.0
        self._period = math.inf

    def start(self, glance: Glance) -> None:
        """Begin anew with a picture."""
        self._first = self._last = glance
        self._sum, self._count = 0.0, 0

    def rate(self, glance: Glance, step: float, elapsed: float) -> float | None:
        """Return the change per second from the last picture to this one; None at a cut."""
        is_cut = step >= _MOST_STEP
        if glance.follows and not is_cut:
            self._sum, self._count, self._last = self._sum + step, self._count + 1, glance
            if self._count == _MOST_STEPS:
                self.start(glance)
            return step / elapsed
        if self._count > 1 and self._first is not None and self._last is not None:
            whole = difference(self._first, self._last)
            if 0.0 < whole <= self._sum:
                power = math.log(self._sum / whole) / math.log(self._count)
                self._power = min(_MOST_POWER, power)
            self._period = (self._last.time - self._first.time) / self._count
        self.start(glance)
        if is_cut:
            return None
        more = max(1.0, elapsed / self._period) ** self._power
        return step / elapsed * float(more)


def _filled(
    values: NDArray[np.float64],
    known: NDArray[np.bool_],
    low: float,
    high: float,
) -> tuple[float, ...]:
    """Round, limit, and fill seconds without a picture from those around them."""
    at = np.arange(len(values))
    if not known.any():
        return tuple(0.0 for _ in at)
    whole = np.interp(at, at[known], values[known])
    return tuple(round(float(value), 4) for value in whole.clip(low, high))
