"""The backend's own timeline: a draft with the keys listed in `docs/local-backend.md`.

All times inside are milliseconds. The functions change the draft in place, and `normalize` puts it
in order afterwards. Drafts from clients are read by `local/renders/planner.py`, which trusts
nothing in them.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from nemomusic.local.storage.drafts import AUDIO, TEXT, VIDEO, asset_key, parse_json
from nemomusic.models.drafts.draft import Draft as DraftView
from nemomusic.models.drafts.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nemomusic.local.storage.records import Asset

    Draft = dict[str, Any]
    Segment = dict[str, Any]

_ORDER: Final = (VIDEO, AUDIO, TEXT)
_OF_PLACE: Final[tuple[str, ...]] = ("vol", "fi", "fo", "duck", "env")
"""Keys that belong to the place of the music on the timeline, not to the piece."""


def load(text: str) -> Draft:
    """Return the draft of a session."""
    draft: Draft = parse_json(text)
    return draft


def _segment_id() -> str:
    return f"seg_{secrets.token_hex(6)}"


def segments(draft: Draft, kind: int) -> list[Segment]:
    """Return all segments of the tracks of one type."""
    return [one for track in draft["t"] if track["tt"] == kind for one in track["sg"]]


def shown_clips(draft: Draft) -> list[str]:
    """Return the assets of the clips that a draft shows, in their order."""
    return list(dict.fromkeys(map(asset_key, segments(draft, VIDEO))))


def _replace(draft: Draft, kind: int, new: Iterable[Segment]) -> None:
    draft["t"] = [track for track in draft["t"] if track["tt"] != kind]
    draft["t"].append({"tt": kind, "sg": list(new)})


def normalize(draft: Draft) -> Draft:
    """Put a draft in order: clips end to end, nothing beyond their end, no empty tracks."""
    clips, start = segments(draft, VIDEO), 0
    for one in clips:
        one["s"] = start
        start += one["d"]
    draft["d"] = start
    if clips and "width" not in draft["m"]:
        draft["m"]["width"], draft["m"]["height"] = clips[0]["m"]["width"], clips[0]["m"]["height"]
    if not clips:
        draft["m"].pop("width", None)
        draft["m"].pop("height", None)
    for one in segments(draft, AUDIO):
        _normalize_levels(one, start)
    for kind in (AUDIO, TEXT):
        kept = [one for one in segments(draft, kind) if one["s"] < start]
        for one in kept:
            one["d"] = min(one["d"], start - one["s"])
        _replace(draft, kind, kept)
    draft["t"] = sorted(
        (track for track in draft["t"] if track["sg"]), key=lambda track: _ORDER.index(track["tt"])
    )
    return draft


def _normalize_levels(music: Segment, end: int) -> None:
    """Keep only the passages with another level that lie inside the video."""
    if "env" not in music:
        return
    kept = []
    for span in music["env"]:
        first, last = max(0, span["s"]), min(end, span["s"] + span["d"])
        if last > first:
            kept.append(span | {"s": first, "d": last - first})
    music["env"] = kept
    if not kept:
        del music["env"]


def clip_segment(asset: Asset, url: str, *, still_seconds: float) -> Segment:
    """Return a segment of a complete clip, or of a picture for its usual length."""
    seconds = asset.duration if asset.kind == "video" and asset.duration else still_seconds
    width, height = asset.size
    return {
        "id": _segment_id(),
        "s": 0,
        "d": max(1, round(seconds * 1000)),
        "in": 0,
        "vol": 1.0,
        "m": {
            "name": asset.name.rpartition(".")[0] or asset.name,
            "url": url,
            "asset": asset.asset,
            "width": width,
            "height": height,
        },
    }


def append_clip(draft: Draft, asset: Asset, url: str, *, still_seconds: float) -> None:
    """Put a clip behind the others."""
    new = clip_segment(asset, url, still_seconds=still_seconds)
    _replace(draft, VIDEO, [*segments(draft, VIDEO), new])


def append_segment(draft: Draft, segment: Segment) -> None:
    """Put a segment of a clip behind the others."""
    _replace(draft, VIDEO, [*segments(draft, VIDEO), segment])


def set_clips(draft: Draft, new: list[Segment], *, keep_size: bool) -> None:
    """Show these clips and no others. Music and titles stay.

    Args:
        draft: The draft.
        new: The segments of the clips.
        keep_size: Whether the frame keeps its size, since the user asked for it; else the frame
            gets the size of the first clip.
    """
    _replace(draft, VIDEO, new)
    if not keep_size:
        for key in ("width", "height"):
            draft["m"].pop(key, None)


def trim(draft: Draft, start: int, end: int) -> bool:
    """Keep only the video from `start` to `end` (ms); return False if nothing is shown there."""
    kept: list[Segment] = []
    for one in segments(draft, VIDEO):
        first, last = max(start, one["s"]), min(end, one["s"] + one["d"])
        if last > first:
            kept.append(one | {"in": one["in"] + first - one["s"], "d": last - first})
    if not kept:
        return False
    _replace(draft, VIDEO, kept)
    titles = []
    for one in segments(draft, TEXT):
        first, last = max(0, one["s"] - start), min(end, one["s"] + one["d"]) - start
        if last > first:
            titles.append(one | {"s": first, "d": last - first})
    _replace(draft, TEXT, titles)
    for music_segment in segments(draft, AUDIO):
        for span in music_segment.get("env", ()):
            span["s"] -= start
    return True


def cut_out(draft: Draft, start: int, end: int) -> bool:
    """Remove the video from `start` to `end` (ms); return False if it is nothing or all of it."""
    kept: list[Segment] = []
    for one in segments(draft, VIDEO):
        first, last = one["s"], one["s"] + one["d"]
        if first < start:
            kept.append(one | {"d": min(last, start) - first})
        if last > end:
            begin = max(first, end)
            kept.append(
                one | {"id": _segment_id(), "in": one["in"] + begin - first, "d": last - begin}
            )
    length = sum(one["d"] for one in kept)
    if not kept or length == draft["d"]:
        return False
    _replace(draft, VIDEO, kept)
    titles = []
    for one in segments(draft, TEXT):
        first, last = (_moved(time, start, end) for time in (one["s"], one["s"] + one["d"]))
        if last > first:
            titles.append(one | {"s": first, "d": last - first})
    _replace(draft, TEXT, titles)
    for music_segment in segments(draft, AUDIO):
        for span in music_segment.get("env", ()):
            first, last = (_moved(time, start, end) for time in (span["s"], span["s"] + span["d"]))
            span |= {"s": first, "d": last - first}
    return True


def _moved(time: int, start: int, end: int) -> int:
    """Return the new position of a time after a part of the video was removed."""
    return time if time < start else max(start, time - (end - start))


def music(draft: Draft) -> Segment | None:
    """Return the music, composed or uploaded."""
    found = segments(draft, AUDIO)
    return found[0] if found else None


def place_of(music_segment: Segment) -> Segment:
    """Return the levels and fades of music, which are kept when another piece replaces it."""
    return {key: music_segment[key] for key in _OF_PLACE if key in music_segment}


def set_music(draft: Draft, segment: Segment) -> None:
    """Lay music under the video, in place of other music. Levels and fades are kept."""
    before = music(draft)
    kept = {} if before is None else place_of(before)
    _replace(draft, AUDIO, [{"id": _segment_id(), **segment, **kept}])


def restore_music(draft: Draft, segment: Segment) -> None:
    """Lay removed music under the video as it was; from the start, if the video ended before it."""
    _replace(draft, AUDIO, [segment if segment["s"] < draft["d"] else segment | {"s": 0}])


def music_segment(
    asset: Asset, url: str, *, name: str, start: int, duration: int, volume: float
) -> Segment:
    """Return a segment that plays an asset.

    Args:
        asset: The composed piece, or the uploaded song.
        url: The address of the asset.
        name: Its name on the timeline.
        start: Milliseconds into the video.
        duration: Milliseconds.
        volume: 0..1.
    """
    return {
        "s": start,
        "d": max(1, duration),
        "vol": round(volume, 3),
        "m": {"name": name, "kind": "music", "url": url, "asset": asset.asset},
    }


def remove_music(draft: Draft) -> bool:
    """Remove the music; return False if there was none."""
    had = music(draft) is not None
    _replace(draft, AUDIO, [])
    return had


def set_own_volume(draft: Draft, volume: float) -> None:
    """Set the volume of the clips' own sound."""
    for one in segments(draft, VIDEO):
        one["vol"] = round(volume, 3)


def add_title(draft: Draft, text: str, *, start: int, duration: int, position: str) -> None:
    """Add a title. The same text at the same time and place is added once."""
    new = {"s": start, "d": duration, "m": {"text": text, "position": position}}
    if any({**one, "id": None} == {**new, "id": None} for one in segments(draft, TEXT)):
        return
    new = {"id": _segment_id(), **new}
    _replace(draft, TEXT, [*segments(draft, TEXT), new])


def remove_title(draft: Draft, title: Segment) -> None:
    """Remove one title."""
    _replace(draft, TEXT, [one for one in segments(draft, TEXT) if one is not title])


def remove_titles(draft: Draft, text: str | None = None) -> bool:
    """Remove titles; return False if there were none.

    Args:
        draft: The draft.
        text: The words of the titles to remove, in any case; None for all titles.
    """
    titles = segments(draft, TEXT)
    kept = [
        one
        for one in titles
        if text is not None and str(one["m"]["text"]).casefold() != text.casefold()
    ]
    _replace(draft, TEXT, kept)
    return len(kept) < len(titles)


_FADES: Final = frozenset({"fade_in", "fade_out", "fi", "fo"})


def content(draft: Draft) -> Draft:
    """Return the parts of a draft that are seen and heard.

    Two drafts with equal parts give the same video. Ids, fades of length 0, and the key by which
    older backends noted that the frame size was asked for are left out.
    """

    def told(part: dict[str, Any], passed: frozenset[str]) -> dict[str, Any]:
        return {
            key: what
            for key, what in part.items()
            if key not in passed and (what or key not in _FADES)
        }

    tracks = [
        {"tt": track["tt"], "sg": [told(one, frozenset({"id"})) for one in track["sg"]]}
        for track in draft["t"]
    ]
    return draft | {"t": tracks, "m": told(draft["m"], frozenset({"canvas"}))}


def clear_canvas(draft: Draft) -> bool:
    """Give the frame the size of the first clip; return False if it has that size already."""
    size = draft["m"].get("width"), draft["m"].get("height")
    for key in ("width", "height", "canvas"):
        draft["m"].pop(key, None)
    normalize(draft)
    return size != (draft["m"].get("width"), draft["m"].get("height"))


def set_canvas(draft: Draft, width: int, height: int) -> None:
    """Set the frame size of the video."""
    draft["m"] |= {"width": width, "height": height}


def shown_seconds(draft: Draft) -> float:
    """Return the length of the video in seconds."""
    return float(draft["d"]) / 1000


def music_levels(music_on_it: Segment, *, without: str | None = None) -> list[Segment]:
    """Return the passages of music with another level, without those of one kind."""
    return [span for span in music_on_it.get("env", []) if span.get("why") != without]


def summary(draft: Draft, *, chinese: bool = False) -> str:
    """Return the timeline in one line, as the SDK writes it."""
    return Timeline.of(DraftView(draft)).text("zh" if chinese else "en")
