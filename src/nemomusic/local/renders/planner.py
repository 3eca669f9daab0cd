"""Turn a draft that a client posted into a render plan. Nothing in the draft is trusted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, Literal

from nemomusic.engine.types import (
    MAX_LONG_SIDE,
    MAX_SHORT_SIDE,
    ROUNDING_SECONDS,
    AudioTrack,
    RenderPlan,
    Shot,
    Title,
    length_to_end,
)
from nemomusic.local.errors import DraftError
from nemomusic.local.storage.drafts import AUDIO, MUSIC_VOLUME, TEXT, VIDEO, asset_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from nemomusic.engine.types import ClipAnalysis
    from nemomusic.local.limits import Limits
    from nemomusic.local.storage.records import Asset

_MAX_MS: Final = 24 * 3600 * 1000
_MAX_ASPECT: Final = 16.0
"""The largest ratio of a video's long side to its short side."""


def _number(of: Mapping[str, Any], key: str, default: float, *, most: float = _MAX_MS) -> float:
    value = of.get(key)
    if value is None:
        return default
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not 0 <= value <= most:
        raise DraftError(f"the draft's {key!r} is not a number from 0 to {most:g}")
    return float(value)


def _decibels(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise DraftError("the 'db' of a span is not a number")
    return max(-120.0, min(12.0, float(value)))


def _mapping(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise DraftError(f"{what} is not an object")
    return value


def _listed(value: object, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise DraftError(f"{what} is not a list")
    return value


def _tracks(draft: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [
        _mapping(track, "a track") for track in _listed(draft.get("t") or [], "the draft's 't'")
    ]


def _segments(draft: Mapping[str, Any], kind: int) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for track in _tracks(draft):
        if track.get("tt") == kind:
            found += [
                _mapping(one, "a segment")
                for one in _listed(track.get("sg") or [], "a track's 'sg'")
            ]
    return found


def check_size(draft: Mapping[str, Any], limits: Limits) -> None:
    """Refuse a draft that is too large to plan.

    Raises:
        DraftError: The draft has too many tracks or segments, or is too long.
    """
    tracks = draft.get("t")
    if not isinstance(tracks, list):
        return  # the planner reports what is wrong
    if len(tracks) > limits.timeline_tracks:
        raise DraftError(f"the draft has more than {limits.timeline_tracks} tracks")
    lists = [track.get("sg") for track in tracks if isinstance(track, dict)]
    if sum(len(one) for one in lists if isinstance(one, list)) > limits.timeline_segments:
        raise DraftError(f"the draft has more than {limits.timeline_segments} segments")


def segment_keys(draft: object) -> set[str]:
    """Return the keys of all files that the segments of a draft name."""
    keys = set()
    for kind in (VIDEO, AUDIO):
        for segment in _segments(_mapping(draft, "the draft"), kind):
            keys.add(asset_key(segment))
    return keys


class Planner:
    """Makes plans.

    Args:
        find: Returns the asset with a key, or None if this user has none.
        path_of: Returns the path of an asset on disk.
        analysis_of: Returns the analysis of an asset, or None.
        limits: The limits of a timeline and a title.
    """

    def __init__(
        self,
        find: Callable[[str], Asset | None],
        path_of: Callable[[Asset], Path],
        analysis_of: Callable[[Asset], ClipAnalysis | None],
        limits: Limits,
    ) -> None:
        self._limits = limits
        self._find = find
        self._path_of = path_of
        self._analysis_of = analysis_of

    def plan(self, draft: object) -> RenderPlan:
        """Return the plan of a draft.

        Raises:
            DraftError: The draft can't be rendered.
        """
        draft = _mapping(draft, "the draft")
        clips = _segments(draft, VIDEO)
        if not clips:
            raise DraftError(
                "the draft has no video track with segments: there is nothing to export"
            )
        shots: list[Shot] = []
        ducks: list[tuple[float, float]] = []
        start = 0.0
        assets = [self._asset(clip, {"video", "image"}) for clip in clips]
        for clip, asset in zip(clips, assets, strict=True):
            shot = self._shot(clip, asset)
            ducks += self._speech(shot, asset, start)
            start += shot.duration
            shots.append(shot)
        most = self._limits.timeline_of({asset.asset: asset.bytes for asset in assets}.values())
        if start > most:
            raise DraftError(f"the draft lasts {start:.0f} s: at most {most:.0f} s for these files")
        about = _mapping(draft.get("m") or {}, "the draft's 'm'")
        sounds = (self._sound(one, ducks, start) for one in _segments(draft, AUDIO))
        titles = (self._title(one, start) for one in _segments(draft, TEXT))
        return RenderPlan(
            shots=tuple(shots),
            canvas=self._canvas(about, assets[0]),
            music=tuple(sound for sound in sounds if sound is not None),
            titles=tuple(title for title in titles if title is not None),
            fade_in=min(_number(about, "fade_in", 0) / 1000, start / 2),
            fade_out=min(_number(about, "fade_out", 0) / 1000, start / 2),
        )

    def _asset(self, segment: Mapping[str, Any], kinds: set[str]) -> Asset:
        key = asset_key(segment)
        asset = self._find(key)
        if asset is None or asset.origin == "render" or not self._path_of(asset).is_file():
            raise DraftError(f"the draft names a file that this backend doesn't have: {key[:80]!r}")
        if asset.kind not in kinds:
            raise DraftError(f"{asset.name} is {asset.kind}, which can't be put on this track")
        return asset

    def _shot(self, clip: Mapping[str, Any], asset: Asset) -> Shot:
        total = asset.duration if asset.kind == "video" else 0.0
        begin = _number(clip, "in", 0)
        length = _number(clip, "d", total * 1000 - begin)
        if length <= 0:
            raise DraftError(f"a segment of {asset.name} has no length")
        if total and begin >= total * 1000:
            raise DraftError(f"a segment of {asset.name} begins after the clip's end")
        seconds = length / 1000
        return Shot(
            path=str(self._path_of(asset)),
            start_in=begin / 1000,
            duration=length_to_end(begin / 1000, seconds, total) if total else seconds,
            volume=_number(clip, "vol", 1.0, most=1.0),
        )

    def _speech(self, shot: Shot, asset: Asset, start: float) -> list[tuple[float, float]]:
        analysis = self._analysis_of(asset) if shot.volume > 0 else None
        spans = []
        for begin, end in analysis.speech if analysis is not None else ():
            first = max(begin - shot.start_in, 0.0)
            last = min(end - shot.start_in, shot.duration)
            if last > first:
                spans.append((start + first, start + last))
        return spans

    def _sound(
        self, one: Mapping[str, Any], ducks: list[tuple[float, float]], total: float
    ) -> AudioTrack | None:
        asset = self._asset(one, {"audio"})
        start, offset = _number(one, "s", 0) / 1000, _number(one, "in", 0) / 1000
        room = min(total - start, asset.duration - offset)
        length = min(_number(one, "d", room * 1000) / 1000, total - start)
        if length <= room + ROUNDING_SECONDS:
            length = length_to_end(start, length, total)
        if length <= 0:
            return None
        return AudioTrack(
            path=str(self._path_of(asset)),
            start=start,
            duration=length,
            offset=offset,
            volume=_number(one, "vol", 1.0, most=1.0),
            fade_in=min(_number(one, "fi", 0) / 1000, length),
            fade_out=min(_number(one, "fo", 0) / 1000, length),
            ducks=() if one.get("duck") is False else tuple(ducks),
            levels=self._levels(one, total),
            usual_volume=MUSIC_VOLUME,
        )

    def _levels(
        self, one: Mapping[str, Any], total: float
    ) -> tuple[tuple[float, float, float], ...]:
        """Return the spans with another sound level, in seconds of the video."""
        spans = []
        for raw in _listed(one.get("env") or [], "a segment's 'env'"):
            span = _mapping(raw, "a span of a segment's 'env'")
            start = _number(span, "s", 0) / 1000
            end = min(total, start + _number(span, "d", 0) / 1000)
            if end > start:
                spans.append((start, end, _decibels(span.get("db"))))
        return tuple(spans)

    def _title(self, one: Mapping[str, Any], total: float) -> Title | None:
        about = _mapping(one.get("m") or {}, "a segment's 'm'")
        text, start = about.get("text"), _number(one, "s", 0) / 1000
        length = min(_number(one, "d", (total - start) * 1000) / 1000, total - start)
        if not isinstance(text, str) or not text.strip() or length <= 0:
            return None
        if len(text) > self._limits.title_characters:
            raise DraftError(f"a title has more than {self._limits.title_characters} characters")
        position: Literal["top", "center", "bottom"] = "bottom"
        if about.get("position") == "top":
            position = "top"
        elif about.get("position") == "center":
            position = "center"
        return Title(text=text, start=start, duration=length, position=position)

    def _canvas(self, about: Mapping[str, Any], first: Asset) -> tuple[int, int] | None:
        if "width" not in about or "height" not in about:
            return None
        if (about["width"], about["height"]) == first.size:
            return None  # however narrow: the engine chooses a canvas for it
        width = _number(about, "width", 0, most=20000)
        height = _number(about, "height", 0, most=20000)
        if min(width, height) < 16:
            raise DraftError("the draft's width and height have to be at least 16")
        if max(width, height) > _MAX_ASPECT * min(width, height):
            raise DraftError(
                f"the draft's shape is too narrow: at most {_MAX_ASPECT:g} times as long as wide"
            )
        scale = _scale(width, height)
        even = [max(16, 2 * round(side * scale / 2)) for side in (width, height)]
        return even[0], even[1]


def _scale(width: float, height: float) -> float:
    """Return the factor from the size of a draft to the size of its video, at most 1."""
    return min(1.0, MAX_LONG_SIDE / max(width, height), MAX_SHORT_SIDE / min(width, height))


def size_warning(draft: object, plan: RenderPlan) -> tuple[str, ...]:
    """Return a warning if the video of a plan is smaller than the size that the draft asks for."""
    about = draft.get("m") if isinstance(draft, dict) else None
    if plan.canvas is None or not isinstance(about, dict):
        return ()
    width, height = about["width"], about["height"]
    if _scale(width, height) == 1.0:
        return ()
    made = f"The video has {plan.canvas[0]} x {plan.canvas[1]} pixels."
    largest = f"{MAX_LONG_SIDE} x {MAX_SHORT_SIDE} is the largest size"
    return (f"{made} The draft asks for {width:g} x {height:g}, and {largest}.",)
