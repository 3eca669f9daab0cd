"""The backend's own timeline: a draft with the keys listed in `docs/local-backend.md`.

All times inside are milliseconds. Functions change the draft they are given; `settle` puts it in
order afterwards. Drafts that come from outside are read by `render_plan` instead, which trusts
nothing.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nemomusic.local.rows import Asset

    Draft = dict[str, Any]
    Segment = dict[str, Any]

VIDEO: Final = 0
AUDIO: Final = 1
TEXT: Final = 7
_ORDER: Final = (VIDEO, AUDIO, TEXT)
MUSIC_VOLUME: Final = 0.35
"""Of new music, as in the product's own summaries ("BGM: Lo-fi (0-10s, 35%)")."""


def load(text: str) -> Draft:
    """The draft in a session's text."""
    draft: Draft = json.loads(text)
    return draft


def _segment_id() -> str:
    return f"seg_{secrets.token_hex(6)}"


def segments(draft: Draft, kind: int) -> list[Segment]:
    """All segments of the tracks of one type."""
    return [one for track in draft["t"] if track["tt"] == kind for one in track["sg"]]


def _replace(draft: Draft, kind: int, new: Iterable[Segment]) -> None:
    draft["t"] = [track for track in draft["t"] if track["tt"] != kind]
    draft["t"].append({"tt": kind, "sg": list(new)})


def settle(draft: Draft) -> Draft:
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
    for kind in (AUDIO, TEXT):
        kept = [one for one in segments(draft, kind) if one["s"] < start]
        for one in kept:
            one["d"] = min(one["d"], start - one["s"])
        _replace(draft, kind, kept)
    draft["t"] = sorted(
        (track for track in draft["t"] if track["sg"]), key=lambda track: _ORDER.index(track["tt"])
    )
    return draft


def clip_segment(asset: Asset, url: str, *, still_seconds: float) -> Segment:
    """A whole clip, or a picture for as long as pictures are shown."""
    info = asset.info
    seconds = info["duration"] if asset.kind == "video" and info["duration"] else still_seconds
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
            "width": info["width"],
            "height": info["height"],
        },
    }


def append_clip(draft: Draft, asset: Asset, url: str, *, still_seconds: float) -> None:
    """Put a clip behind the others."""
    new = clip_segment(asset, url, still_seconds=still_seconds)
    _replace(draft, VIDEO, [*segments(draft, VIDEO), new])


def set_clips(draft: Draft, new: list[Segment]) -> None:
    """Show these clips and no others; what lay over the old ones goes with them."""
    draft["t"] = [{"tt": VIDEO, "sg": new}]
    for key in ("width", "height"):
        if not draft["m"].get("canvas"):
            draft["m"].pop(key, None)


def trim(draft: Draft, start: int, end: int) -> bool:
    """Keep what is shown from `start` to `end` (ms) and nothing else; False if nothing is."""
    kept: list[Segment] = []
    for one in segments(draft, VIDEO):
        first, last = max(start, one["s"]), min(end, one["s"] + one["d"])
        if last > first:
            kept.append(one | {"in": one["in"] + first - one["s"], "d": last - first})
    if not kept:
        return False
    _replace(draft, VIDEO, kept)
    for one in segments(draft, TEXT):
        one["s"] = max(0, one["s"] - start)
    return True


def music(draft: Draft) -> Segment | None:
    """The music, composed or uploaded."""
    found = segments(draft, AUDIO)
    return found[0] if found else None


def set_music(draft: Draft, asset: Asset, url: str, *, seconds: float, volume: float) -> None:
    """Lay music under the whole film, in the place of any other."""
    details: dict[str, Any] = {
        key: asset.info[key] for key in ("style", "bpm", "key") if key in asset.info
    }
    name = asset.info.get("title") or asset.name.rpartition(".")[0]
    new = {
        "id": _segment_id(),
        "s": 0,
        "d": max(1, min(round(seconds * 1000), draft["d"])),
        "vol": round(volume, 3),
        "m": {"name": name, "kind": "music", **details, "url": url, "asset": asset.asset},
    }
    _replace(draft, AUDIO, [new])


def remove_music(draft: Draft) -> bool:
    """Take the music out; False if there was none."""
    had = music(draft) is not None
    _replace(draft, AUDIO, [])
    return had


def set_own_volume(draft: Draft, volume: float) -> None:
    """How loud the clips' own sound is."""
    for one in segments(draft, VIDEO):
        one["vol"] = round(volume, 3)


def add_title(draft: Draft, text: str, *, start: int, duration: int, position: str) -> None:
    """Draw words over the picture. The same words at the same time and place are drawn once."""
    new = {"s": start, "d": duration, "m": {"text": text, "position": position}}
    if any({**one, "id": None} == {**new, "id": None} for one in segments(draft, TEXT)):
        return
    new = {"id": _segment_id(), **new}
    _replace(draft, TEXT, [*segments(draft, TEXT), new])


def remove_titles(draft: Draft) -> bool:
    """Take all words away; False if there were none."""
    had = bool(segments(draft, TEXT))
    _replace(draft, TEXT, [])
    return had


_FADES: Final = frozenset({"fade_in", "fade_out", "fi", "fo"})


def content(draft: Draft) -> Draft:
    """What of a draft is seen and heard; two that are alike in this make the same film.

    Left out are ids, whether the size of the picture was asked for, and fades of no length.
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


def set_canvas(draft: Draft, width: int, height: int) -> None:
    """Choose the size of the film."""
    draft["m"] |= {"width": width, "height": height, "canvas": True}


def shown_seconds(draft: Draft) -> float:
    """Length of the film."""
    return float(draft["d"]) / 1000


def summary(draft: Draft) -> str:
    """One line, in the form users of the service know."""
    rows = []
    for track in draft["t"]:
        for one in track["sg"]:
            start, end = one["s"] / 1000, (one["s"] + one["d"]) / 1000
            span = f"{start:g}-{end:.3g}s"
            if track["tt"] == VIDEO:
                rows.append(f"Video: {one['m']['name']} ({span})")
            elif track["tt"] == AUDIO:
                rows.append(f"BGM: {one['m']['name']} ({span}, {one['vol']:.0%})")
            else:
                rows.append(f'Title: "{one["m"]["text"]}" ({span})')
    tracks = len(draft["t"])
    listed = " ".join(f"{n}. {row}" for n, row in enumerate(rows, 1))
    return f"Timeline ({tracks} track{'' if tracks == 1 else 's'}): {listed or '-'}"
