"""Carries out what a message asks for: edits of the timeline, and music through the engine.

Every change reads the session, changes it and saves it without letting anything else run between,
so two messages at work on one session can't corrupt each other's timeline.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

import attrs

from nemomusic.local import timeline
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
    Trim,
    Understanding,
    UseUpload,
    Volume,
)
from nemomusic.local.agent_music import Composer, clips_of, save, songs_of
from nemomusic.local.agent_words import Words
from nemomusic.local.dialects import Call, Result, Say, TurnEvent
from nemomusic.local.engine.errors import MediaError
from nemomusic.local.render_plan import asset_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from nemomusic.local.rows import Session
    from nemomusic.local.service import Service

_TITLE_SECONDS: Final = 3.0
_SONG_FADE: Final = 1500
"""Milliseconds over which a song that is longer than the film is faded out."""
_FIRST_STEP: Final = 0.2
"""Volume of what was silent and is to be louder."""


class Agent:
    """One message's work on one session."""

    def __init__(
        self, service: Service, session: Session, emit: Callable[[TurnEvent], None]
    ) -> None:
        self._service = service
        self._ids = session.session_id, session.user_id
        self._emit = emit
        self._words = Words(session.language)
        self._composer = Composer(service, self._ids, emit)
        self._said: list[str] = []
        self.changed = False

    @property
    def _session(self) -> Session:
        return self._service.store.known_session(*self._ids)

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
            case AddTitle() | ChangeTitle() if not await self._spelt(intent.text):
                pass
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
        said = len(self._said)
        done = change(intent, draft, memory)
        if done:
            save(self._service, session, draft, memory)
        if done and timeline.content(draft) == timeline.content(timeline.load(session.draft)):
            what = self._words.join(self._said[said:])
            self._said[said:] = [self._words.say("already", what=what)]
            done = False
        if not done:
            self._emit(Result(call, "edit_timeline", {"status": "unchanged"}))
            return False
        self.changed = True
        delta: dict[str, Any] = {"draft": draft}
        if isinstance(intent, Canvas):
            delta["canvas_config"] = self._session.canvas
        self._emit(Result(call, "edit_timeline", {"status": "success"}, delta))
        return True

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

    async def _spelt(self, text: str) -> bool:
        """Whether a title can be drawn: an export that must fail is of no use."""
        try:
            await self._service.engine.spell(text)
        except MediaError as error:
            self._said.append(self._words.say("title_font", text=text, why=error))
            return False
        return True

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
        now = found[0]["vol"]
        if not now and intent.by > 1:
            now = _FIRST_STEP / intent.by  # no factor makes silence louder
        volume = intent.to if intent.to is not None else now * intent.by
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
        draft = timeline.load(session.draft)
        music = timeline.music(draft)
        if music is None:
            needed = had and any(one == Focus(None) for one in asked.intents)
        else:
            asset = self._service.store.known_asset(asset_key(music))
            length = float(asset.info["duration"])
            off = abs(length - timeline.shown_seconds(draft)) > 0.001
            needed = off and asset.origin == "music"
        if needed and session.memory.get("brief"):
            await self._compose(Compose("", fresh=False), "refit")

    async def _compose(self, intent: Compose, key: str) -> None:
        before = timeline.content(timeline.load(self._session.draft))
        info = await self._composer.compose(intent)
        told = self._words.music(key, info)
        if timeline.content(timeline.load(self._session.draft)) == before:
            told = self._words.say("already", what=told)
        else:
            self.changed = True
        self._said.append(told)

    def _describe(self, intent: Describe | ExportHint) -> None:
        draft = timeline.load(self._session.draft)
        key = "describe" if isinstance(intent, Describe) else "export"
        if not draft["t"]:
            key += "_empty"
        self._said.append(self._words.say(key, summary=timeline.summary(draft)))
