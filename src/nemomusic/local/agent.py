"""Carries out what a message asks for: edits of the timeline, and music through the engine.

Every change reads the session, changes it and saves it without letting anything else run between,
so two messages at work on one session can't corrupt each other's timeline.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from typing import TYPE_CHECKING, Any, Final

import attrs

from nemomusic.local import sights, timeline
from nemomusic.local.agent_intents import (
    AddTitle,
    Canvas,
    ChangeTitle,
    Compose,
    Describe,
    ExportHint,
    Fade,
    Focus,
    Intent,
    RemoveMusic,
    RemoveTitles,
    Scene,
    Trim,
    Understanding,
    UseUpload,
    Volume,
)
from nemomusic.local.agent_words import Words
from nemomusic.local.dialects import Call, Result, Say, TurnEvent
from nemomusic.local.engine.brief import Brief, read_brief
from nemomusic.local.render_plan import asset_key
from nemomusic.local.rows import Asset, Session
from nemomusic.local.store import compact

if TYPE_CHECKING:
    from collections.abc import Callable

    from nemomusic.local.service import Service

_TITLE_SECONDS: Final = 3.0
_SONG_FADE: Final = 1500
"""Milliseconds over which a song that is longer than the film is faded out."""


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


def _ignore(_: float) -> None:
    """The stream has no word for progress; heartbeats tell that work goes on."""


class Agent:
    """One message's work on one session."""

    def __init__(
        self, service: Service, session: Session, emit: Callable[[TurnEvent], None]
    ) -> None:
        self._service = service
        self._ids = session.session_id, session.user_id
        self._emit = emit
        self._words = Words(session.language)
        self._said: list[str] = []
        self.changed = False

    @property
    def _session(self) -> Session:
        session = self._service.store.session(*self._ids)
        assert session is not None  # sessions are never deleted
        return session

    async def perform(self, asked: Understanding) -> None:
        """Do it all, then say what was done. Sets `changed` as soon as anything is."""
        words = self._words
        if asked.work and not clips_of(self._service, self._ids[0]):
            self._emit(Say(words.say("no_video")))
            return
        for intent in asked.intents:
            await self._do(intent, asked)
        self._said += [words.say("beyond", what=what) for what in asked.refused]
        if not asked.intents:
            self._said.append(words.say("help"))
        silent = self._service.options.silent_edits and self.changed and not asked.generates
        if self._said and not silent:
            self._emit(Say(words.join(self._said)))

    async def _do(self, intent: Intent, asked: Understanding) -> None:
        match intent:
            case Compose():
                await self._compose(intent, "composed" if intent.fresh else "recomposed")
            case UseUpload():
                self._edit("set_music", intent, self._use_upload)
            case Focus() | Trim():
                had = timeline.music(timeline.load(self._session.draft)) is not None
                edit = self._focus if isinstance(intent, Focus) else self._trim
                if self._edit("show_clips", intent, edit):
                    await self._refit(asked, had=had)
            case Canvas():
                self._edit("set_canvas", intent, self._canvas)
            case Volume():
                self._edit("set_volume", intent, self._volume)
            case RemoveMusic():
                self._edit("remove_music", intent, self._remove_music)
            case AddTitle():
                self._edit("add_title", intent, self._add_title)
            case ChangeTitle():
                self._edit("change_title", intent, self._change_title)
            case RemoveTitles():
                self._edit("remove_titles", intent, self._remove_titles)
            case Fade():
                self._edit("fade", intent, self._fade)
            case Describe() | ExportHint():
                self._describe(intent)

    def _edit(
        self,
        operation: str,
        intent: Any,
        change: Callable[[Any, timeline.Draft, dict[str, Any]], bool],
    ) -> bool:
        """Change the timeline in one step, between a tool call and its result."""
        call = f"call_{secrets.token_hex(6)}"
        args = {key: what for key, what in attrs.asdict(intent).items() if what is not None}
        self._emit(Call(call, "edit_timeline", {"operation": operation, **args}))
        session = self._session
        draft, memory = timeline.load(session.draft), dict(session.memory)
        if not change(intent, draft, memory):
            self._emit(Result(call, "edit_timeline", {"status": "unchanged"}))
            return False
        self._save(session, draft, memory)
        delta: dict[str, Any] = {"draft": draft}
        if isinstance(intent, Canvas):
            delta["canvas_config"] = self._session.canvas
        self._emit(Result(call, "edit_timeline", {"status": "success"}, delta))
        return True

    def _save(self, session: Session, draft: timeline.Draft, memory: dict[str, Any]) -> None:
        timeline.settle(draft)
        about, canvas = draft["m"], session.canvas
        if about.get("canvas"):
            canvas = {key: about[key] for key in ("width", "height")}
        new = attrs.evolve(session, draft=compact(draft), canvas=canvas, memory=memory)
        self._service.store.save_session(new)
        self.changed = True

    # Clips

    def _focus(self, intent: Focus, draft: timeline.Draft, memory: dict[str, Any]) -> bool:
        clips = clips_of(self._service, self._ids[0])
        chosen = clips if intent.clips is None else [clips[number] for number in intent.clips]
        now = list(dict.fromkeys(map(asset_key, timeline.segments(draft, timeline.VIDEO))))
        goal = [asset.asset for asset in chosen]
        names = self._words.names([asset.name for asset in chosen])
        if now == goal:
            self._said.append(self._words.say("focus_same", names=names))
            return False
        parked = dict(memory.get("parked", {}))
        parked[" ".join(now)] = {
            "draft": {key: draft[key] for key in ("t", "m")},
            "brief": memory.get("brief"),
            "seed": memory.get("seed"),
        }
        back = parked.pop(" ".join(goal), None)
        if back is not None:  # as this clip was left
            draft |= back["draft"]
            memory |= {"brief": back["brief"], "seed": back["seed"]}
        else:
            still = self._service.limits.still_seconds
            timeline.set_clips(
                draft,
                [
                    timeline.clip_segment(
                        asset, self._service.asset_url(asset), still_seconds=still
                    )
                    for asset in chosen
                ],
            )
        memory |= {"focus": goal, "parked": parked}
        self._said.append(self._words.say("focus", names=names))
        return True

    def _trim(self, intent: Trim, draft: timeline.Draft, _: dict[str, Any]) -> bool:
        total = timeline.shown_seconds(draft)
        start = intent.start if intent.start >= 0 else max(0.0, total + intent.start)
        end = total if intent.end is None else intent.end
        end = min(end if end >= 0 else total + end, total)
        seconds = self._words.seconds
        if (start, end) == (0.0, total) or not timeline.trim(
            draft, round(start * 1000), round(end * 1000)
        ):
            self._said.append(self._words.say("trim_empty", seconds=seconds(total)))
            return False
        timeline.settle(draft)
        length = timeline.shown_seconds(draft)
        self._said.append(self._words.say("trimmed", seconds=seconds(length)))
        return True

    def _canvas(self, intent: Canvas, draft: timeline.Draft, _: dict[str, Any]) -> bool:
        timeline.set_canvas(draft, intent.width, intent.height)
        self._said.append(self._words.say("canvas", **attrs.asdict(intent)))
        return True

    # Words over the picture

    def _add_title(self, intent: AddTitle, draft: timeline.Draft, _: dict[str, Any]) -> bool:
        total = timeline.shown_seconds(draft)
        length = min(intent.duration or _TITLE_SECONDS, total)
        start = intent.start or 0.0
        start = min(start if start >= 0 else max(0.0, total + start), max(0.0, total - 0.1))
        end = min(total, start + length)
        timeline.add_title(
            draft,
            intent.text,
            start=round(start * 1000),
            duration=round((end - start) * 1000),
            position=intent.position,
        )
        seconds = self._words.seconds
        self._said.append(
            self._words.say("title", text=intent.text, start=seconds(start), end=seconds(end))
        )
        return True

    def _change_title(self, intent: ChangeTitle, draft: timeline.Draft, _: dict[str, Any]) -> bool:
        titles = timeline.segments(draft, timeline.TEXT)
        if not titles:
            self._said.append(self._words.say("no_title"))
            return False
        titles[-1]["m"]["text"] = intent.text
        self._said.append(self._words.say("title_changed", text=intent.text))
        return True

    def _remove_titles(self, _: RemoveTitles, draft: timeline.Draft, __: dict[str, Any]) -> bool:
        had = timeline.remove_titles(draft)
        self._said.append(self._words.say("titles_removed" if had else "no_title"))
        return had

    def _fade(self, intent: Fade, draft: timeline.Draft, _: dict[str, Any]) -> bool:
        milliseconds = round(min(intent.seconds, timeline.shown_seconds(draft) / 2) * 1000)
        music = timeline.music(draft)
        of = intent.of if music is not None else "picture"
        if intent.of == "music" and music is None:
            self._said.append(self._words.say("no_music"))
            return False
        for side, long, short in (("in", "fade_in", "fi"), ("out", "fade_out", "fo")):
            if intent.side not in {side, "both"}:
                continue
            if of != "music":
                draft["m"][long] = milliseconds
            if of != "picture" and music is not None:
                music[short] = milliseconds
        if not milliseconds:
            self._said.append(self._words.say("fade_gone"))
            return True
        names = {"picture": "fade_picture", "music": "fade_music", "both": "fade_all"}
        self._said.append(
            self._words.say(
                f"fade_{intent.side}",
                what=self._words.say(names[of]),
                seconds=self._words.seconds(milliseconds / 1000),
            )
        )
        return True

    # Sound

    def _volume(self, intent: Volume, draft: timeline.Draft, _: dict[str, Any]) -> bool:
        of = timeline.AUDIO if intent.of == "music" else timeline.VIDEO
        found = timeline.segments(draft, of)
        if not found:
            self._said.append(self._words.say("no_music"))
            return False
        volume = intent.to if intent.to is not None else found[0]["vol"] * intent.by
        volume = round(min(1.0, max(0.0, volume)), 3)
        if intent.of == "music":
            found[0]["vol"] = volume
            self._said.append(self._words.say("music_at", percent=f"{volume:.0%}"))
        else:
            timeline.set_own_volume(draft, volume)
            key = "own_at" if volume else "own_muted"
            self._said.append(self._words.say(key, percent=f"{volume:.0%}"))
        return True

    def _remove_music(self, _: RemoveMusic, draft: timeline.Draft, memory: dict[str, Any]) -> bool:
        had = timeline.remove_music(draft)
        memory.pop("brief", None)
        self._said.append(self._words.say("music_removed" if had else "no_music"))
        return had

    def _use_upload(self, intent: UseUpload, draft: timeline.Draft, memory: dict[str, Any]) -> bool:
        song = songs_of(self._service, self._ids[0])[intent.song]
        length, total = float(song.info["duration"]), timeline.shown_seconds(draft)
        url = self._service.asset_url(song)
        timeline.set_music(
            draft, song, url, seconds=min(length, total), volume=timeline.MUSIC_VOLUME
        )
        music = timeline.music(draft)
        if music is not None and length > total:
            music["fo"] = min(_SONG_FADE, music["d"])
        memory.pop("brief", None)
        short = length < total - 0.05
        seconds = self._words.seconds(min(length, total))
        key = "song_short" if short else "song"
        self._said.append(self._words.say(key, name=song.name, seconds=seconds))
        return True

    async def _refit(self, asked: Understanding, *, had: bool) -> None:
        """Music that was composed for another length is composed anew, from the same wishes."""
        if any(isinstance(one, Compose | RemoveMusic | UseUpload) for one in asked.intents):
            return
        session = self._session
        draft, brief = timeline.load(session.draft), session.memory.get("brief")
        music = timeline.music(draft)
        asset = None if music is None else self._service.store.asset(asset_key(music))
        if music is None:
            joined = any(isinstance(one, Focus) and one.clips is None for one in asked.intents)
            needed = had and joined
        else:
            needed = asset is not None and asset.origin == "music"
            if needed and asset is not None:
                off = abs(float(asset.info["duration"]) - timeline.shown_seconds(draft))
                needed = off > 0.001
        if needed and brief is not None:
            await self._compose(Compose("", fresh=False), "refit")

    async def _seen(self, assets: list[Asset]) -> dict[str, dict[str, Any]]:
        """What is seen in each clip; looks at those that nobody has looked at."""
        store, engine = self._service.store, self._service.engine
        seen: dict[str, dict[str, Any]] = {}
        new: dict[str, Asset] = {}
        for asset in assets:
            sight = store.sight(asset.hash)
            if sight is None and asset.kind == "video":
                new[asset.hash] = asset
            elif sight is not None:
                seen[asset.hash] = sight
            else:
                info = asset.info
                length = self._service.limits.still_seconds
                seen[asset.hash] = sights.still(info["width"], info["height"], length)
        if new:
            call, names = f"call_{secrets.token_hex(6)}", [asset.name for asset in new.values()]
            self._emit(Call(call, "analyze_video", {"clips": names}))
            async with asyncio.TaskGroup() as group:
                looks = {
                    content: group.create_task(
                        engine.look(self._service.asset_path(asset), _ignore)
                    )
                    for content, asset in new.items()
                }
            for content, look in looks.items():
                seen[content] = look.result()
                store.save_sight(content, seen[content])
            found = [
                {"clip": asset.name, "cuts": len(seen[content]["cuts"])}
                for content, asset in new.items()
            ]
            self._emit(Result(call, "analyze_video", {"status": "success", "clips": found}))
        return seen

    def _shots(self) -> list[tuple[Asset, float, float, float]]:
        shots = []
        for one in timeline.segments(timeline.load(self._session.draft), timeline.VIDEO):
            asset = self._service.store.asset(asset_key(one))
            assert asset is not None  # assets are never deleted
            start, length = one["in"] / 1000, one["d"] / 1000
            whole = float(asset.info["duration"]) if asset.kind == "video" else 0.0
            if whole and abs(start + length - whole) <= 0.0015:
                length = whole - start  # as the renderer reads it
            shots.append((asset, start, length, float(one["vol"])))
        return shots

    async def _compose(self, intent: Compose, key: str) -> None:
        shots = self._shots()
        seen = await self._seen([shot[0] for shot in shots])
        sight = sights.along([(seen[shot[0].hash], *shot[1:]) for shot in shots])
        memory = self._session.memory
        old = None if intent.fresh or not memory.get("brief") else Brief.from_json(memory["brief"])
        brief = read_brief(intent.words, previous=old) if intent.words or old is None else old
        take = int(memory.get("take", 0)) + intent.other
        seed = memory.get("seed")
        if intent.fresh or seed is None:
            seed = self._seed([shot[0].hash for shot in shots], intent.words, take)
        call = f"call_{secrets.token_hex(6)}"
        self._emit(Call(call, "compose_music", {"prompt": intent.words, "seed": seed}))
        asset = await self._score(sight, brief, int(seed))
        session = self._session
        draft = timeline.load(session.draft)
        before = timeline.music(draft)
        volume = timeline.MUSIC_VOLUME if before is None or intent.fresh else before["vol"]
        url = self._service.asset_url(asset)
        length = float(asset.info["duration"])
        timeline.set_music(draft, asset, url, seconds=length, volume=volume)
        remembered = {"brief": brief.to_json(), "seed": seed, "take": take}
        self._save(session, draft, session.memory | remembered)
        facts = {"status": "success", "name": asset.name, "url": url, **asset.info}
        delta = {"draft": draft, "generated_media": [{"type": "audio", "url": url}]}
        self._emit(Result(call, "compose_music", facts, delta))
        self._said.append(self._words.music(key, asset.info))

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

    def _describe(self, intent: Describe | ExportHint) -> None:
        draft = timeline.load(self._session.draft)
        key = "describe" if isinstance(intent, Describe) else "export"
        if not draft["t"]:
            key += "_empty"
        self._said.append(self._words.say(key, summary=timeline.summary(draft)))


def _digest(path: Any) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
