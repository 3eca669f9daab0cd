"""Make the agent's sentences, in the language of the message."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from nemomusic.engine.composition.prompt_parser import style_names
from nemomusic.local.agent.intents.music_intents import (
    ChangeDensity,
    ChangePart,
    MusicChange,
    ScaleTempo,
    SetKey,
    SetMood,
    SetStyle,
    SetTempo,
)
from nemomusic.local.agent.replies import reply_names, reply_texts
from nemomusic.models.language import is_chinese

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nemomusic.engine.types import ScoreSummary
    from nemomusic.local.agent.intents.brief_changes import Verdict

_KEY: Final = re.compile(r"([A-G])([#♯b♭]?) (major|minor)")
_PART_DONE: Final = {
    "more": "did_louder",
    "less": "did_softer",
    "none": "did_none",
    "add": "did_add",
    "back": "did_add",
    "only": "did_only",
}
_NOTES: Final = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")


class ReplyCatalog:
    """The agent's sentences in a language: Chinese for `zh…`, English for all others.

    Args:
        language: A language tag.
        price: Credits of one piece, for the agent's questions.
    """

    def __init__(self, language: str, *, price: int = 0) -> None:
        self.chinese: bool = is_chinese(language)
        self._price = price

    def say(self, _key: str, /, **values: Any) -> str:
        """Return one sentence."""
        return reply_texts.TEXTS[_key][self.chinese].format(**values)

    def join(self, said: list[str]) -> str:
        """Return sentences as one text."""
        return ("" if self.chinese else " ").join(said)

    def names(self, names: Iterable[str]) -> str:
        """Return a list of names."""
        return self.say("and").join(names)

    def seconds(self, seconds: float) -> str:
        """Return a length of time."""
        return self.say("seconds", n=f"{seconds:.1f}".removesuffix(".0"))

    # Names

    def style(self, style: str) -> str:
        """Return a style's name."""
        known = reply_names.STYLES.get(style)
        return known[self.chinese] if known else style

    def mood(self, mood: str) -> str:
        """Return a mood's name."""
        return reply_names.MOODS.get(mood, mood) if self.chinese else mood

    def part(self, part: str) -> str:
        """Return an instrument's name."""
        known = reply_names.PARTS.get(part)
        return known[self.chinese] if known else part

    def parts(self, parts: Iterable[str]) -> str:
        """Return a list of instruments."""
        return self.names(map(self.part, parts))

    def key(self, key: str) -> str:
        """Return a key's name, such as "F major"."""
        match = _KEY.fullmatch(key)
        if match is None or not self.chinese:
            return key
        raised = {"": "", "#": "升", "♯": "升", "b": "降", "♭": "降"}[match[2]]
        return f"{raised}{match[1]}{'大调' if match[3] == 'major' else '小调'}"

    def title(self, title: str, style: str) -> str:
        """Return the name of a piece, from its mood and its style: "Warm lo-fi"."""
        first, _, rest = title.partition(" ")
        mood = reply_names.MOODS.get(first.lower())
        if first.lower() == rest.lower():  # "Epic epic"
            return self.style(style) if self.chinese else first
        return f"{mood}·{self.style(style)}" if self.chinese and mood else title

    def piece(self, piece: dict[str, Any]) -> str:
        """Return the name of an earlier piece."""
        return str(piece["name"])

    def pieces(self, pieces: list[dict[str, Any]]) -> str:
        """Return the earlier pieces, with their numbers."""
        new = [one for one in pieces if one["new"]]
        return self.names(
            f"{n}. {self.piece(one)} ({one['bpm']:g} BPM, {self.key(one['key'])})"
            for n, one in enumerate(new, 1)
        )

    # History

    def undone(self, count: int, asked: int | None) -> list[str]:
        """Return sentences on how many of the changes that were asked for were taken back."""
        return self._stepped("undo", "undone", count, asked)

    def redone(self, count: int, asked: int | None) -> list[str]:
        """Return sentences on how many of the changes that were asked for were made again."""
        return self._stepped("redo", "redone", count, asked)

    def _stepped(self, verb: str, done: str, count: int, asked: int | None) -> list[str]:
        if not count:
            return [self.say(f"nothing_to_{verb}")]
        said = [self.say(done) if count == 1 else self.say(f"{done}_several", n=count)]
        if asked is not None and count < asked:
            said.append(self.say(f"no_more_to_{verb}"))
        return said

    # Music

    def music(self, key: str, info: ScoreSummary, name: str | None = None) -> str:
        """Return sentences about the composed piece, and how it meets the cuts.

        Args:
            key: The name of the sentence.
            info: The piece.
            name: The name of the piece on the timeline, if it has one already.
        """
        text = self.say(
            key,
            title=name or self.title(info.title, info.style),
            style=self.style(info.style),
            bpm=f"{info.bpm:g}",
            key=self.key(info.key),
            seconds=self.seconds(info.duration),
        )
        return self.join([text, self.hits(info)])

    def hits(self, info: ScoreSummary) -> str:
        """Return a sentence on how a piece meets the cuts."""
        if info.cuts == 0:
            return self.say("no_cuts")
        if info.cuts == 1:
            return self.say("hit_one" if info.hits else "hit_none_of_one")
        return self.say("hits", hits=info.hits, cuts=info.cuts)

    def span(self, start: float | None, end: float | None) -> str:
        """Return a sentence on when the music plays."""
        if start is None and end is None:
            return self.say("span_all")
        if end is None:
            return self.say("span_from", start=self.seconds(start or 0.0))
        if start is None:
            return self.say("span_until", end=self.seconds(end))
        return self.say("span_between", start=self.seconds(start), end=self.seconds(end))

    # Changes of the music

    def changed(self, change: MusicChange, after: ScoreSummary) -> str:
        """Return a sentence on a change that is heard in the new piece."""
        match change:
            case ChangePart(part, how):
                return self._capital(self.say(_PART_DONE[how], part=self.part(part)))
            case ScaleTempo(factor):
                key = "did_faster" if factor > 1 else "did_slower"
                return self.say(key, bpm=f"{after.bpm:g}")
            case ChangeDensity(by):
                return self.say("did_fuller" if by > 0 else "did_sparser")
            case SetMood(mood, by):
                key = "did_mood" if by > 0 else "did_less_mood"
                return self.say(key, mood=self.mood(mood))
            case SetTempo():
                return self.say("is_tempo", bpm=f"{after.bpm:g}")
            case SetKey():
                return self.say("is_key", key=self.key(after.key))
            case SetStyle():
                title = self.title(after.title, after.style)
                return self.say("is_style", style=self.style(after.style), title=title)

    def not_changed(self, change: MusicChange, result: Verdict) -> str:
        """Return the reason why a change is not in the music."""
        match change:
            case ChangePart(part):
                known = result if result in {"absent", "already"} else "missed"
                return self._capital(self.say(f"{known}_part", part=self.part(part)))
            case SetStyle(style):
                known = "already" if result == "already" else "missed"
                return self.say(f"{known}_style", style=self.style(style))
            case SetTempo() | ScaleTempo():
                return self.say("already_tempo" if result == "already" else "missed_tempo")
            case SetKey():
                return self.say("already_key" if result == "already" else "missed_key")
            case SetMood(mood):
                return self.say("missed_mood", mood=self.mood(mood))
            case ChangeDensity():
                return self.say("missed_density")

    def _capital(self, text: str) -> str:
        return text[:1].upper() + text[1:]

    def changes(self, changes: Iterable[MusicChange]) -> str:
        """Return a short name of a change."""
        return self.names(map(self._change, changes))

    def _change(self, change: MusicChange) -> str:
        match change:
            case ChangePart(part, how):
                words = {
                    "none": ("no {}", "不要{}"),
                    "less": ("less {}", "{}少一点"),
                    "more": ("more {}", "{}多一点"),
                    "add": ("add {}", "加{}"),
                    "back": ("{} back", "恢复{}"),
                    "only": ("only {}", "只要{}"),
                }[how]
                return words[self.chinese].format(self.part(part))
            case SetStyle(style):
                return self.style(style)
            case SetTempo(bpm):
                return f"{bpm:g} BPM"
            case ScaleTempo(factor):
                return (("faster", "快一点") if factor > 1 else ("slower", "慢一点"))[self.chinese]
            case SetKey(tonic, mode):
                name = f"{'' if tonic is None else _NOTES[tonic]} {mode or 'major'}".strip()
                return self.key(name)
            case SetMood(mood, by):
                return ("" if by > 0 else ("less ", "少些")[self.chinese]) + self.mood(mood)
            case ChangeDensity(by):
                words = ("fuller", "丰富一点") if by > 0 else ("simpler", "简单一点")
                return words[self.chinese]

    # Questions of the agent

    def unknown_style(self, style: str) -> str:
        """Return sentences about an unknown style, and the known ones."""
        name = reply_names.FOREIGN_ZH.get(style, style) if self.chinese else style
        known = self.names(map(self.style, style_names()))
        return self.say("unknown_style", style=name, styles=known)

    def versions(self, count: int) -> str:
        """Return what several pieces cost, before they are composed."""
        return self.say("plan_versions", n=count, credits=count * self._price)
