"""Carry out edits of the video: clips and their order, lengths, sizes, titles, fades."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.engine.errors import MediaError
from nemomusic.local.agent.edits import timeline
from nemomusic.local.agent.edits.carry_out_edit import carry_out_edit
from nemomusic.local.agent.intents.message_intents import (
    AddTitle,
    Canvas,
    ChangeTitle,
    CutOut,
    Fade,
    Focus,
    RemoveTitles,
    Trim,
)
from nemomusic.local.storage.drafts import TEXT, VIDEO, asset_key

if TYPE_CHECKING:
    from nemomusic.local.agent.edits.carry_out_edit import Operations
    from nemomusic.local.agent.edits.workspace import Memory, Workspace
    from nemomusic.local.agent.replies.reply_catalog import ReplyCatalog

_TITLE_SECONDS: Final = 3.0

VideoIntent = Focus | Trim | CutOut | Canvas | AddTitle | ChangeTitle | RemoveTitles | Fade


def _set_of(clips: list[str]) -> str:
    """Return the key of the stored draft that shows these clips, in any order."""
    return " ".join(sorted(clips))


class VideoEdits:
    """Carries out the edits of one session's video."""

    def __init__(self, work: Workspace, words: ReplyCatalog, said: list[str]) -> None:
        self._work = work
        self._words = words
        self._said = said
        self._new_music = False

    async def do(self, intent: VideoIntent, *, new_music: bool = False) -> bool:
        """Carry out one edit.

        Args:
            intent: The edit.
            new_music: Whether the message asks for new music too. Then other clips make a new
                video, without parts of the present one.

        Returns:
            Whether the video has changed.
        """
        self._new_music = new_music
        text = intent.text if isinstance(intent, AddTitle | ChangeTitle) else None
        if text is not None and not await self._can_be_drawn(text):
            return False
        operations: Operations = {
            Focus: ("show_clips", self._focus),
            Trim: ("trim", self._trim),
            CutOut: ("cut_out", self._cut_out),
            Canvas: ("set_canvas", self._canvas),
            AddTitle: ("add_title", self._add_title),
            ChangeTitle: ("change_title", self._change_title),
            RemoveTitles: ("remove_titles", self._remove_titles),
            Fade: ("fade", self._fade),
        }
        return carry_out_edit(self._work, self._words, self._said, intent, operations)

    # Clips

    def _focus(self, intent: Focus, draft: timeline.Draft, memory: Memory) -> bool:
        clips = self._work.clips
        chosen = clips if intent.clips is None else [clips[number] for number in intent.clips]
        shown = timeline.segments(draft, VIDEO)
        now = timeline.shown_clips(draft)
        goal = [asset.asset for asset in chosen]
        names = self._words.names([asset.name for asset in chosen])
        if now == goal:
            self._said.append(self._words.say("focus_same", names=names))
            return False
        parked = dict(memory.get("parked", {}))
        parked[_set_of(now)] = {
            "draft": {key: draft[key] for key in ("t", "m")},
            "brief": memory.get("brief"),
            "seed": memory.get("seed"),
            "canvas": memory.get("canvas"),
        }
        back = parked.pop(_set_of(goal), None) if set(now) != set(goal) else None
        left = [] if back is None else timeline.shown_clips(back["draft"])
        if back is not None and (intent.clips is None or left == goal):  # in their last state
            playing = timeline.music(draft)
            draft |= back["draft"]
            memory["canvas"] = back.get("canvas")
            if playing is None or timeline.music(draft) is not None:
                memory |= {key: back.get(key) for key in ("brief", "seed")}
            else:  # these clips had no music before: the present music goes along
                timeline.restore_music(draft, playing)
        else:
            still = self._work.service.limits.still_seconds
            url = self._work.service.asset_url
            new: list[timeline.Segment] = []
            for asset in chosen:
                kept = [one for one in shown if asset_key(one) == asset.asset]
                new += kept or [timeline.clip_segment(asset, url(asset), still_seconds=still)]
            if self._new_music and set(now).isdisjoint(goal):
                draft["t"] = []
            asked = bool(memory.get("canvas") or draft["m"].get("canvas"))
            timeline.set_clips(draft, new, keep_size=asked)
        memory |= {"focus": goal, "parked": parked}
        self._said.append(self._words.say("focus", names=names))
        return True

    def _trim(self, intent: Trim, draft: timeline.Draft, _: Memory) -> bool:
        total = timeline.shown_seconds(draft)
        start = intent.start if intent.start >= 0 else max(0.0, total + intent.start)
        end = total if intent.end is None else intent.end
        end = min(end if end >= 0 else total + end, total)
        if (start, end) == (0.0, total) or not timeline.trim(
            draft, round(start * 1000), round(end * 1000)
        ):
            return self._nothing_cut(total)
        return self._was_cut(draft)

    def _cut_out(self, intent: CutOut, draft: timeline.Draft, _: Memory) -> bool:
        total = timeline.shown_seconds(draft)
        start, end = round(intent.start * 1000), round(min(intent.end, total) * 1000)
        if not timeline.cut_out(draft, start, end):
            return self._nothing_cut(total)
        return self._was_cut(draft)

    def _nothing_cut(self, total: float) -> bool:
        self._said.append(self._words.say("trim_empty", seconds=self._words.seconds(total)))
        return False

    def _was_cut(self, draft: timeline.Draft) -> bool:
        timeline.normalize(draft)
        seconds = self._words.seconds(timeline.shown_seconds(draft))
        self._said.append(self._words.say("trimmed", seconds=seconds))
        return True

    def _canvas(self, intent: Canvas, draft: timeline.Draft, memory: Memory) -> bool:
        if not intent.width:
            memory["canvas"] = False
            had = timeline.clear_canvas(draft)
            self._said.append(self._words.say("canvas_own" if had else "canvas_own_already"))
            return had
        memory["canvas"] = True
        timeline.set_canvas(draft, intent.width, intent.height)
        self._said.append(self._words.say("canvas", **attrs.asdict(intent)))
        return True

    # Titles

    async def _can_be_drawn(self, text: str) -> bool:
        """Return whether a font can draw a title. Otherwise the export would fail."""
        try:
            await self._work.service.engine.check_glyphs(text)
        except MediaError as error:
            self._said.append(self._words.say("title_font", text=text, why=error))
            return False
        return True

    def _add_title(self, intent: AddTitle, draft: timeline.Draft, _: Memory) -> bool:
        total = timeline.shown_seconds(draft)
        length = min(intent.duration or _TITLE_SECONDS, total)
        start = intent.start or 0.0
        if start >= total > 0.0:
            self._said.append(self._words.say("no_time", seconds=self._words.seconds(total)))
            return False
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

    def _change_title(self, intent: ChangeTitle, draft: timeline.Draft, memory: Memory) -> bool:
        titles = timeline.segments(draft, TEXT)
        if not titles and intent.adds and intent.text is not None:
            place = intent.position or "center"
            added = AddTitle(intent.text, intent.start, intent.duration, place)
            return self._add_title(added, draft, memory)
        if not titles:
            self._said.append(self._words.say("no_title"))
            return False
        newest = titles[-1]
        if intent.text is not None:
            newest["m"]["text"] = intent.text
            self._said.append(self._words.say("title_changed", text=intent.text))
        text = newest["m"]["text"]
        if intent.position is not None:
            newest["m"]["position"] = intent.position
            self._said.append(self._words.say(f"title_{intent.position}", text=text))
        if intent.start is not None or intent.duration is not None:
            return self._move_title(intent, newest, draft["d"])
        return True

    def _move_title(self, intent: ChangeTitle, title: timeline.Segment, total: int) -> bool:
        length = title["d"] if intent.duration is None else round(intent.duration * 1000)
        start = title["s"] if intent.start is None else round(intent.start * 1000)
        if start < 0:  # before the end, and so that all of it shows
            start = max(0, total - max(-start, length))
        seconds = self._words.seconds
        if start >= total:
            self._said.append(self._words.say("no_time", seconds=seconds(total / 1000)))
            return False
        if intent.start is None:  # a longer title at the end begins earlier
            start = max(0, min(start, total - length))
        title |= {"s": start, "d": min(length, total - start)}
        end = seconds((start + title["d"]) / 1000)
        text = title["m"]["text"]
        self._said.append(self._words.say("title", text=text, start=seconds(start / 1000), end=end))
        return True

    def _remove_titles(self, intent: RemoveTitles, draft: timeline.Draft, _: Memory) -> bool:
        text = intent.text
        found = sorted(timeline.segments(draft, TEXT), key=lambda one: int(one["s"]))
        titles = [str(one["m"]["text"]) for one in found]
        if intent.number is not None and titles:
            place = intent.number - 1 if intent.number > 0 else len(titles) + intent.number
            if not 0 <= place < len(titles):
                names = self._words.names(f'"{one}"' for one in titles)
                self._said.append(self._words.say("titles_are", titles=names))
                return False
            timeline.remove_title(draft, found[place])
            self._said.append(self._words.say("title_removed", text=titles[place]))
            return True
        had = timeline.remove_titles(draft, text)
        if text is not None and had:
            self._said.append(self._words.say("title_removed", text=text))
        elif text is not None and titles:
            names = self._words.names(f'"{one}"' for one in titles)
            self._said.append(self._words.say("no_such_title", text=text, titles=names))
        else:
            self._said.append(self._words.say("titles_removed" if had else "no_title"))
        return had

    # Fades

    def _fade(self, intent: Fade, draft: timeline.Draft, _: Memory) -> bool:
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
