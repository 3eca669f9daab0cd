"""From a draft that somebody posted to the plan of a film. Nothing in it is trusted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from nemomusic.local.timeline import AUDIO, TEXT, VIDEO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from nemomusic.local.rows import Asset

_LONGEST: Final = 24 * 3600 * 1000
_POSITIONS: Final = ("top", "center", "bottom")


class BadDraft(Exception):
    """The draft can't be rendered; the message says why."""


def _number(of: Mapping[str, Any], key: str, default: float, *, most: float = _LONGEST) -> float:
    value = of.get(key)
    if value is None:
        return default
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not 0 <= value <= most:
        raise BadDraft(f"the draft's {key!r} is not a number from 0 to {most:g}")
    return float(value)


def _mapping(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadDraft(f"{what} is not an object")
    return value


def _listed(value: object, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise BadDraft(f"{what} is not a list")
    return value


def asset_key(segment: Mapping[str, Any]) -> str:
    """The key of the file that a segment shows or plays: `m.asset`, else the path of `m.url`."""
    about = _mapping(segment.get("m") or {}, "a segment's 'm'")
    key = about.get("asset")
    if isinstance(key, str) and key:
        return key
    url = about.get("url")
    if isinstance(url, str):
        try:
            parts = urlsplit(url).path.split("/")
        except ValueError:
            parts = []
        if len(parts) >= 3 and parts[1] == "cdn":
            return parts[2]
    raise BadDraft("a segment names no file (m.asset or m.url) of this backend")


def _segments(draft: Mapping[str, Any], kind: int) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for raw in _listed(draft.get("t") or [], "the draft's 't'"):
        track = _mapping(raw, "a track")
        if track.get("tt") == kind:
            found += [
                _mapping(one, "a segment")
                for one in _listed(track.get("sg") or [], "a track's 'sg'")
            ]
    return found


class Planner:
    """Makes plans.

    Args:
        find: the asset with a key, or None if this user has none.
        path_of: where an asset is on disk.
        sight_of: what was seen in an asset, or None.
    """

    def __init__(
        self,
        find: Callable[[str], Asset | None],
        path_of: Callable[[Asset], Path],
        sight_of: Callable[[Asset], Mapping[str, Any] | None],
    ) -> None:
        self._find = find
        self._path_of = path_of
        self._sight_of = sight_of

    def plan(self, draft: object) -> dict[str, Any]:
        """A plan with the fields of `engine.plan.Plan`.

        Raises:
            BadDraft: it can't be rendered.
        """
        draft = _mapping(draft, "the draft")
        clips = _segments(draft, VIDEO)
        if not clips:
            raise BadDraft("the draft has no video track with segments: there is nothing to export")
        shots, ducks, start = [], [], 0.0
        assets = [self._asset(clip, {"video", "image"}) for clip in clips]
        for clip, asset in zip(clips, assets, strict=True):
            shot = self._shot(clip, asset)
            ducks += self._speech(shot, asset, start)
            start += shot["duration"]
            shots.append(shot)
        about = _mapping(draft.get("m") or {}, "the draft's 'm'")
        return {
            "canvas": self._canvas(about, assets[0]),
            "shots": shots,
            "music": [
                sound
                for one in _segments(draft, AUDIO)
                if (sound := self._sound(one, ducks, start)) is not None
            ],
            "titles": [
                title
                for one in _segments(draft, TEXT)
                if (title := self._title(one, start)) is not None
            ],
            "fade_in": min(_number(about, "fade_in", 0) / 1000, start / 2),
            "fade_out": min(_number(about, "fade_out", 0) / 1000, start / 2),
        }

    def _asset(self, segment: Mapping[str, Any], kinds: set[str]) -> Asset:
        key = asset_key(segment)
        asset = self._find(key)
        if asset is None or asset.origin == "render" or not self._path_of(asset).is_file():
            raise BadDraft(f"the draft names a file that this backend doesn't have: {key[:80]!r}")
        if asset.kind not in kinds:
            raise BadDraft(f"{asset.name} is {asset.kind}, which can't be put on this track")
        return asset

    def _shot(self, clip: Mapping[str, Any], asset: Asset) -> dict[str, Any]:
        whole = float(asset.info["duration"]) if asset.kind == "video" else 0.0
        begin = _number(clip, "in", 0)
        length = _number(clip, "d", whole * 1000 - begin)
        if length <= 0:
            raise BadDraft(f"a segment of {asset.name} has no length")
        if whole and begin >= whole * 1000:
            raise BadDraft(f"a segment of {asset.name} begins after the clip's end")
        seconds = length / 1000
        if whole and abs(begin + length - whole * 1000) <= 1.5:
            seconds = whole - begin / 1000  # to the very end: a draft's milliseconds round it
        return {
            "path": str(self._path_of(asset)),
            "start_in": begin / 1000,
            "duration": seconds,
            "volume": _number(clip, "vol", 1.0, most=1.0),
        }

    def _speech(
        self, shot: Mapping[str, Any], asset: Asset, start: float
    ) -> list[tuple[float, float]]:
        sight = self._sight_of(asset) if shot["volume"] > 0 else None
        spans = []
        for begin, end in sight["speech"] if sight else ():
            first = max(begin - shot["start_in"], 0.0)
            last = min(end - shot["start_in"], shot["duration"])
            if last > first:
                spans.append((start + first, start + last))
        return spans

    def _sound(
        self, one: Mapping[str, Any], ducks: list[tuple[float, float]], total: float
    ) -> dict[str, Any] | None:
        asset = self._asset(one, {"audio"})
        start, offset = _number(one, "s", 0) / 1000, _number(one, "in", 0) / 1000
        room = min(total - start, float(asset.info["duration"]) - offset)
        length = min(_number(one, "d", room * 1000) / 1000, total - start)
        if abs(start + length - total) < 0.0015 and length <= room + 0.0015:
            length = total - start
        if length <= 0:
            return None
        return {
            "path": str(self._path_of(asset)),
            "start": start,
            "duration": length,
            "offset": offset,
            "volume": _number(one, "vol", 1.0, most=1.0),
            "fade_in": min(_number(one, "fi", 0) / 1000, length),
            "fade_out": min(_number(one, "fo", 0) / 1000, length),
            "ducks": ducks,
        }

    def _title(self, one: Mapping[str, Any], total: float) -> dict[str, Any] | None:
        about = _mapping(one.get("m") or {}, "a segment's 'm'")
        text, start = about.get("text"), _number(one, "s", 0) / 1000
        length = min(_number(one, "d", (total - start) * 1000) / 1000, total - start)
        if not isinstance(text, str) or not text.strip() or length <= 0:
            return None
        position = about.get("position")
        return {
            "text": text[:2000],
            "start": start,
            "duration": length,
            "position": position if position in _POSITIONS else "bottom",
        }

    def _canvas(self, about: Mapping[str, Any], first: Asset) -> tuple[int, int] | None:
        if "width" not in about or "height" not in about:
            return None
        width = _number(about, "width", 0, most=20000)
        height = _number(about, "height", 0, most=20000)
        if (width, height) == (first.info["width"], first.info["height"]):
            return None
        if min(width, height) < 16:
            raise BadDraft("the draft's width and height have to be at least 16")
        # 1920x1080 or 1080x1920 at most (contract, section 2, render)
        scale = min(1.0, 1920 / max(width, height), 1080 / min(width, height))
        even = [max(16, 2 * round(side * scale / 2)) for side in (width, height)]
        return even[0], even[1]
