"""The agent's music: what is on the timeline is looked at, then composed for."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from typing import TYPE_CHECKING, Any

import attrs

from nemomusic.local import sights, timeline
from nemomusic.local.agent_intents import Compose, Scene
from nemomusic.local.dialects import Call, Result, TurnEvent
from nemomusic.local.engine.brief import Brief
from nemomusic.local.engine.brief_reading import read_brief
from nemomusic.local.render_plan import asset_key
from nemomusic.local.rows import Asset, Session
from nemomusic.local.store import compact

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nemomusic.local.service import Service


def clips_of(service: Service, session_id: str) -> list[Asset]:
    """A session's uploaded videos and pictures."""
    uploads = service.store.assets(session_id, "upload")
    return [asset for asset in uploads if asset.kind != "audio"]


def songs_of(service: Service, session_id: str) -> list[Asset]:
    """A session's uploaded sounds."""
    uploads = service.store.assets(session_id, "upload")
    return [asset for asset in uploads if asset.kind == "audio"]


def scene_of(service: Service, session: Session) -> Scene:
    """What reading a message needs to know."""
    return Scene(
        clips=tuple(asset.name for asset in clips_of(service, session.session_id)),
        songs=tuple(asset.name for asset in songs_of(service, session.session_id)),
        has_music=timeline.music(timeline.load(session.draft)) is not None,
    )


def save(service: Service, session: Session, draft: timeline.Draft, memory: dict[str, Any]) -> None:
    """Put a changed timeline in order and keep it."""
    timeline.settle(draft)
    about, canvas = draft["m"], session.canvas
    if about.get("canvas"):
        canvas = {key: about[key] for key in ("width", "height")}
    service.store.save_session(
        attrs.evolve(session, draft=compact(draft), canvas=canvas, memory=memory)
    )


def _ignore(_: float) -> None:
    """The stream has no word for progress; heartbeats tell that work goes on."""


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@attrs.frozen
class _Shot:
    """A stretch of a clip on the timeline, in seconds."""

    asset: Asset
    start: float
    length: float
    volume: float


class Composer:
    """Music for one session's timeline."""

    def __init__(
        self, service: Service, ids: tuple[str, str], emit: Callable[[TurnEvent], None]
    ) -> None:
        self._service = service
        self._ids = ids
        self._emit = emit

    async def compose(self, intent: Compose) -> dict[str, Any]:
        """Compose for what is on the timeline and lay it under it; tells what was composed.

        Raises:
            MediaError: a clip can't be read.
            EngineFailure: the engine broke down.
        """
        shots = self._shots()
        sight = await self._sight(shots)
        memory = self._service.store.known_session(*self._ids).memory
        keep = memory.get("brief") if intent.other or not intent.fresh else None
        old = Brief.from_json(keep) if keep else None
        brief = old if old and not intent.words else read_brief(intent.words, previous=old)
        take = int(memory.get("take", 0)) + intent.other
        seed = memory.get("seed")
        if intent.fresh or seed is None:
            seed = self._seed([shot.asset.hash for shot in shots], intent.words, take)
        call = f"call_{secrets.token_hex(6)}"
        self._emit(Call(call, "compose_music", {"prompt": intent.words, "seed": seed}))
        asset = await self._score(sight, brief, int(seed))
        session = self._service.store.known_session(*self._ids)  # as others left it meanwhile
        draft = timeline.load(session.draft)
        before = timeline.music(draft)
        volume = timeline.MUSIC_VOLUME if before is None or intent.fresh else before["vol"]
        url, length = self._service.asset_url(asset), float(asset.info["duration"])
        if before is not None and self._same(before, asset):
            before["vol"] = volume
        else:
            timeline.set_music(draft, asset, url, seconds=length, volume=volume)
        remembered = {"brief": brief.to_json(), "seed": seed, "take": take}
        save(self._service, session, draft, session.memory | remembered)
        facts = {"status": "success", "name": asset.name, "url": url, **asset.info}
        delta = {"draft": draft, "generated_media": [{"type": "audio", "url": url}]}
        self._emit(Result(call, "compose_music", facts, delta))
        return asset.info

    def _same(self, music: timeline.Segment, asset: Asset) -> bool:
        """Whether this very music is on the timeline, in full."""
        old = self._service.store.asset(asset_key(music))
        whole = round(float(asset.info["duration"]) * 1000)
        return old is not None and old.hash == asset.hash and abs(music["d"] - whole) <= 1

    def _shots(self) -> list[_Shot]:
        session = self._service.store.known_session(*self._ids)
        shots = []
        for one in timeline.segments(timeline.load(session.draft), timeline.VIDEO):
            asset = self._service.store.known_asset(asset_key(one))
            start, length = one["in"] / 1000, one["d"] / 1000
            whole = float(asset.info["duration"]) if asset.kind == "video" else 0.0
            if whole and abs(start + length - whole) <= 0.0015:
                length = whole - start  # to the very end, as the renderer reads it
            shots.append(_Shot(asset, start, length, float(one["vol"])))
        return shots

    async def _sight(self, shots: list[_Shot]) -> dict[str, Any]:
        """What is seen along the timeline; looks at clips that nobody has looked at."""
        store = self._service.store
        new = {
            shot.asset.hash: shot.asset
            for shot in shots
            if shot.asset.kind == "video" and store.sight(shot.asset.hash) is None
        }
        if new:
            await self._look(new)
        along = []
        for shot in shots:
            info = shot.asset.info
            seen = store.sight(shot.asset.hash)
            seen = seen or sights.still(info["width"], info["height"], shot.length)
            along.append((seen, shot.start, shot.length, shot.volume))
        return sights.along(along)

    async def _look(self, clips: dict[str, Asset]) -> None:
        engine, service = self._service.engine, self._service
        call, names = f"call_{secrets.token_hex(6)}", [asset.name for asset in clips.values()]
        self._emit(Call(call, "analyze_video", {"clips": names}))
        async with asyncio.TaskGroup() as group:
            looks = {
                content: group.create_task(engine.look(service.asset_path(asset), _ignore))
                for content, asset in clips.items()
            }
        found = []
        for content, look in looks.items():
            sight = look.result()
            service.store.save_sight(content, sight)
            found.append({"clip": clips[content].name, "cuts": len(sight["cuts"])})
        self._emit(Result(call, "analyze_video", {"status": "success", "clips": found}))

    def _seed(self, contents: list[str], words: str, take: int) -> int:
        """The same clip and the same words give the same music, unless another was asked for."""
        if self._service.options.seed is not None:
            return self._service.options.seed + take
        what = "\n".join([*contents, words.strip(), str(take)])
        return int.from_bytes(hashlib.sha256(what.encode("utf-8", "replace")).digest()[:7], "big")

    async def _score(self, sight: dict[str, Any], brief: Brief, seed: int) -> Asset:
        service, key = self._service, secrets.token_urlsafe(18)
        path = service.folder / "tmp" / f"{key}.wav"
        try:
            info = await service.engine.score(sight, brief.to_json(), seed, path, _ignore)
            content = await asyncio.to_thread(_digest, path)
            path.replace(service.folder / "music" / path.name)
        finally:
            path.unlink(missing_ok=True)
        asset = Asset(
            asset=key,
            session_id=self._ids[0],
            user_id=self._ids[1],
            origin="music",
            kind="audio",
            name=f"{info['title']}.wav",
            hash=content,
            file=f"music/{path.name}",
            info=info,
        )
        service.store.add_assets([asset])
        return asset
