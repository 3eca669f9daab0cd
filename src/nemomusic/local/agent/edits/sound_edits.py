"""Carry out edits of the sound: volumes, ducking, passages with another level, an uploaded song."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nemomusic.engine.types import MUTED_DB
from nemomusic.local.agent.edits import timeline
from nemomusic.local.agent.edits.carry_out_edit import carry_out_edit
from nemomusic.local.agent.intents.message_intents import (
    BiggerEnding,
    Drop,
    Duck,
    LevelOut,
    Passage,
    RemoveMusic,
    UseUpload,
    Volume,
)
from nemomusic.local.storage.drafts import AUDIO, MUSIC_VOLUME, VIDEO

if TYPE_CHECKING:
    from nemomusic.local.agent.edits.carry_out_edit import Operations
    from nemomusic.local.agent.edits.workspace import Memory, Workspace
    from nemomusic.local.agent.replies.reply_catalog import ReplyCatalog

SoundIntent = Volume | Duck | Passage | Drop | LevelOut | BiggerEnding | RemoveMusic | UseUpload

_SONG_FADE_MS: Final = 1500
"""Milliseconds of the fade-out of a song that is longer than the video."""
_FIRST_STEP: Final = 0.2
"""The volume of a silent sound that is made louder."""
_QUIET_DB: Final = -10.0
"""The level of a quiet passage, in decibels."""
_BEFORE_DROP_MS: Final = 1500
"""Milliseconds of quiet music before a drop."""
_BEFORE_DROP_DB: Final = -18.0
_BEFORE_ENDING_DB: Final = -5.0
"""Decibels by which the music before a bigger ending is softer than the ending."""
_ENDING_SHARE: Final = 0.25
"""The share of the video that counts as its ending."""
_LONGEST_ENDING_MS: Final = 12000


class SoundEdits:
    """Carries out the edits of levels in one session's video."""

    def __init__(self, work: Workspace, words: ReplyCatalog, said: list[str]) -> None:
        self._work = work
        self._words = words
        self._said = said

    def do(self, intent: SoundIntent) -> bool:
        """Carry out one edit. Return whether the video has changed."""
        operations: Operations = {
            Volume: ("set_volume", self._volume),
            Duck: ("set_ducking", self._duck),
            Passage: ("set_passage", self._passage),
            Drop: ("set_drop", self._drop),
            LevelOut: ("level_out", self._level_out),
            BiggerEnding: ("set_ending", self._ending),
            RemoveMusic: ("remove_music", self._remove_music),
            UseUpload: ("set_music", self._use_upload),
        }
        return carry_out_edit(self._work, self._words, self._said, intent, operations)

    def _no_music(self) -> bool:
        self._said.append(self._words.say("no_music"))
        return False

    def _volume(self, intent: Volume, draft: timeline.Draft, memory: Memory) -> bool:
        found = timeline.segments(draft, AUDIO if intent.of == "music" else VIDEO)
        if not found:
            return self._no_music()
        now = found[0]["vol"]
        if not now and intent.by > 1:
            now = _FIRST_STEP / intent.by  # no factor makes silence louder
        volume = intent.to if intent.to is not None else now * intent.by
        volume = round(min(1.0, max(0.0, volume)), 3)
        if intent.of == "music":
            if found[0]["vol"]:
                memory["unmuted"] = found[0]["vol"]
            found[0]["vol"] = volume
            key = "music_at" if volume else "music_muted"
            self._said.append(self._words.say(key, percent=f"{volume:.0%}"))
            return True
        if intent.of == "own" and not self._has_own_sound():
            self._said.append(self._words.say("no_own_sound"))
            return False
        timeline.set_own_volume(draft, volume)
        key = "own_at" if volume else "own_muted"
        self._said.append(self._words.say(key, percent=f"{volume:.0%}"))
        return True

    def _has_own_sound(self) -> bool:
        return any(getattr(clip.info, "has_audio", False) for clip in self._work.clips)

    def _duck(self, intent: Duck, draft: timeline.Draft, _: Memory) -> bool:
        music = timeline.music(draft)
        if music is None:
            return self._no_music()
        if intent.on:
            music.pop("duck", None)
        else:
            music["duck"] = False
        self._said.append(self._words.say("duck_on" if intent.on else "duck_off"))
        return True

    # Passages

    def _passage(self, intent: Passage, draft: timeline.Draft, _: Memory) -> bool:
        music = timeline.music(draft)
        start, end = round(intent.start * 1000), min(draft["d"], round(intent.end * 1000))
        if music is None:
            return self._no_music()
        if end <= start:
            seconds = self._words.seconds(timeline.shown_seconds(draft))
            self._said.append(self._words.say("no_time", seconds=seconds))
            return False
        level = MUTED_DB if intent.silent else _QUIET_DB
        others = [
            one
            for one in timeline.music_levels(music)
            if one["s"] >= end or one["s"] + one["d"] <= start or one["why"] not in _PASSAGES
        ]
        why = "silent" if intent.silent else "quiet"
        music["env"] = [*others, {"s": start, "d": end - start, "db": level, "why": why}]
        seconds_of = self._words.seconds
        self._said.append(
            self._words.say(
                f"passage_{why}",
                start=seconds_of(start / 1000),
                end=seconds_of(end / 1000),
                db=f"{-level:g}",
            )
        )
        return True

    def _drop(self, intent: Drop, draft: timeline.Draft, _: Memory) -> bool:
        music, time = timeline.music(draft), round(intent.time * 1000)
        if music is None:
            return self._no_music()
        if not music["s"] + 500 < time < min(draft["d"], music["s"] + music["d"]):
            seconds = self._words.seconds(timeline.shown_seconds(draft))
            self._said.append(self._words.say("no_time", seconds=seconds))
            return False
        start = max(music["s"], time - _BEFORE_DROP_MS)
        span = {"s": start, "d": time - start, "db": _BEFORE_DROP_DB, "why": "drop"}
        music["env"] = [*timeline.music_levels(music, without="drop"), span]
        self._said.append(self._words.say("drop", time=self._words.seconds(intent.time)))
        return True

    def _ending(self, _: BiggerEnding, draft: timeline.Draft, __: Memory) -> bool:
        music = timeline.music(draft)
        if music is None:
            return self._no_music()
        length = min(_LONGEST_ENDING_MS, round(_ENDING_SHARE * draft["d"]))
        end = draft["d"] - length
        others = timeline.music_levels(music, without="ending")
        before = next(
            (one["db"] for one in timeline.music_levels(music) if one["why"] == "ending"), 0.0
        )
        level = max(3 * _BEFORE_ENDING_DB, before + _BEFORE_ENDING_DB)
        music["env"] = [*others, {"s": 0, "d": end, "db": level, "why": "ending"}]
        self._said.append(
            self._words.say("ending", db=f"{-level:g}", time=self._words.seconds(end / 1000))
        )
        return True

    def _level_out(self, intent: LevelOut, draft: timeline.Draft, _: Memory) -> bool:
        music = timeline.music(draft)
        if music is None:
            return self._no_music()
        levels = timeline.music_levels(music)
        gone = _PASSAGES if intent.what == "passages" else {intent.what}
        music["env"] = [one for one in levels if one["why"] not in gone]
        had = len(music["env"]) < len(levels)
        if not music["env"]:
            music.pop("env")
        self._said.append(self._words.say("leveled_out" if had else "level_already"))
        return had

    # Which music

    def _remove_music(self, _: RemoveMusic, draft: timeline.Draft, memory: Memory) -> bool:
        music = timeline.music(draft)
        if music is not None:
            memory["place"] = timeline.place_of(music)
            kept = {key: memory.get(key) for key in ("brief", "seed")}
            memory["removed"] = {"segment": music, "facts": kept}
        had = timeline.remove_music(draft)
        memory.pop("brief", None)
        self._said.append(self._words.say("music_removed" if had else "no_music"))
        return had

    def _use_upload(self, intent: UseUpload, draft: timeline.Draft, memory: Memory) -> bool:
        song = self._work.songs[intent.song]
        length, total = song.duration, timeline.shown_seconds(draft)
        start, _ = memory.get("span") or (None, None)
        start = start or 0.0
        segment = timeline.music_segment(
            song,
            self._work.service.asset_url(song),
            name=song.name.rpartition(".")[0] or song.name,
            start=round(start * 1000),
            duration=round(min(length, total - start) * 1000),
            volume=MUSIC_VOLUME,
        )
        timeline.set_music(draft, segment)
        music = timeline.music(draft)
        if music is not None and length > total - start and not music.get("fo"):
            music["fo"] = min(_SONG_FADE_MS, music["d"])
        memory.pop("brief", None)
        short = length < total - start - 0.05
        seconds = self._words.seconds(min(length, total - start))
        key = "song_short" if short else "song"
        self._said.append(self._words.say(key, name=song.name, seconds=seconds))
        if music is not None and music.get("fo") and not short:
            what, fade = self._words.say("fade_music"), self._words.seconds(music["fo"] / 1000)
            self._said.append(self._words.say("fade_out", what=what, seconds=fade))
        return True


_PASSAGES: Final = frozenset({"quiet", "silent"})
