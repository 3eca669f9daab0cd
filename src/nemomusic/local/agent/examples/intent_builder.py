"""Make an intent of a kind of wish, with the values that the message names.

The example model says only the kind. Where the message lacks a value that the kind needs, or names
two, there is no intent.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, cast

from nemomusic.local.agent.intents import message_intents as wishes
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.rewriting.message_text import (
    HeldQuotes,
    group,
    length_of,
    span_of,
    time_of,
    to_seconds,
    with_digits,
)
from nemomusic.local.agent.parsing.rewriting.slang_and_typos import in_plain_words
from nemomusic.local.agent.parsing.rewriting.traditional_chinese import in_simplified
from nemomusic.local.agent.parsing.rules.sound_rules import LARGE_STEP, SMALL_STEP, STEP
from nemomusic.local.agent.parsing.rules.video_rules import new_title, read_canvas
from nemomusic.local.agent.parsing.words import common_words, number_words, sound_words
from nemomusic.local.agent.parsing.words.film import clip_words, length_words, title_words
from nemomusic.local.agent.parsing.words.music import (
    density_words,
    mood_words,
    named_music,
    tempo_words,
)
from nemomusic.local.agent.parsing.words.music.foreign_styles import foreign_style
from nemomusic.local.agent.parsing.words.music.key_words import key_of
from nemomusic.local.agent.parsing.words.music.purposes import without_purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nemomusic.local.agent.intents.message_intents import Intent, MessageContext, Target, Topic

_FASTER: Final = 1.18
_MINOR: Final = re.compile(r"\bminor\b|小调", re.IGNORECASE)
_MAJOR: Final = re.compile(r"\bmajor\b|大调", re.IGNORECASE)
_BARE: Final = re.compile(r"(?<![\d.:])\d+(?::\d\d)?(?:\.\d+)?")
_BEGINS_AFTER: Final = re.compile(
    r"\bfirst (?P<off>\d+) sec.*\b(?:start|begin)\w*(?: \w+){0,3} (?:at|from|on|with)"
    r" (?:the )?(?:second |0:0?)?(?P<start>\d+)\b",
    re.IGNORECASE,
)
"""Says what is wrong with the start, and where the film begins: "start it from second 3"."""
_LENGTH_THEN_START: Final = re.compile(
    r"(\d+(?:\.\d+)?)[- ]second.*\b(?:at|from|beginning"
    r"|starting)(?: at)? (?:second )?(\d+(?::\d\d)?)",
    re.IGNORECASE,
)
"""Names how long a part is, then where it begins: "a two-second wobble at 0:03"."""
_PICTURE: Final = re.compile(
    r"\b(?:picture|image|screen|black|video|visuals?)\b|画面|黑|图像", re.IGNORECASE
)
_BEAT: Final = re.compile(
    r"\b(?:beats?|rhythm|kick|kit|snare|hi-?hats?)\b|节拍|节奏|拍子|底鼓", re.IGNORECASE
)
"""Names the drums by what they play."""
_COUNT: Final = re.compile(r"\b([2-9]|two|three|four|five)\b|([2-9两三四五])")
_COUNTS: Final = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
}
_ENDS: Final[Mapping[str, Literal["in", "out", "both"]]] = {
    "in": "in",
    "out": "out",
    "both": "both",
}
_MODES: Final[Mapping[str | None, music.Mode]] = {"major": "major", "minor": "minor"}
_NOTE_ALONE: Final = re.compile(
    r"\b(?:to|in|into|key of) ([A-G])(#|b| ?sharp| ?flat)?(?: (major|minor))?(?=\W*$)"
)
_KEEPS: Final = re.compile(r"\b(?:keep|only|just|use|need|leave)\b|只|留|就要|保留", re.IGNORECASE)
_NOTES: Final = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_BIT: Final = re.compile(r"一?[点些]儿?")
_FIRST: Final = re.compile(r"\b(?:first|start|beginning|opening)\b|前|开头|开始|头", re.IGNORECASE)
_LAST: Final = re.compile(r"\b(?:last|end|final|closing)\b|后|末|结尾|尾", re.IGNORECASE)
_ALL: Final = re.compile(
    r"\b(?:everything|both(?! (?:ends|sides))|all|film|whole thing|picture and)\b"
    r"|都|一起|全部|整个",
    re.IGNORECASE,
)

_COMES_AFTER: Final = re.compile(r"\bmusic (?:only |just )?(?:after|from)\b", re.IGNORECASE)
"""Says when the music begins, not when it stops: "music after 3 seconds"."""
_UP: Final = re.compile(
    r"\b(?:louder|(?:twice|double|times) (?:as loud|the volume)|(?:raise|boost|increase|amplify)\b"
    r"|(?:turn|bring|crank|push) (?:\w+ ){1,3}up)\b",
    re.IGNORECASE,
)
_DOWN: Final = re.compile(
    r"\b(?:quieter|softer|lower|reduce|half|less|(?:turn|bring|tone|take|dial) (?:\w+"
    r" ){1,3}down)\b",
    re.IGNORECASE,
)


class IntentBuilder:
    """Builds intents for one message.

    Args:
        text: The message.
        context: The session.
    """

    def __init__(self, text: str, context: MessageContext) -> None:
        self._quotes = HeldQuotes()
        self._said = text
        held = in_simplified(self._quotes.hold(text.strip()))
        self._text = with_digits(in_plain_words(held))
        self._context = context

    def build(self, kind: str) -> Intent | None:
        """Return the intent of a kind, or None if the message lacks one of its values."""
        first, _, rest = kind.partition(" ")
        if first == "part":
            return self._part(rest)
        if first == "vol":
            return self._volume(rest)
        if first == "fade":
            return self._fade(rest)
        if first == "ask":
            return wishes.Question(cast("Topic", rest))
        if kind == "nomusic" and sound_words.MUTED_MUSIC.search(self._text):
            return wishes.Volume("music", 0.0)
        if kind in _ALONE:
            return _ALONE[kind]()
        if kind in {"start", "stop", "drop"}:
            return self._moment(kind)
        if kind in {"quiet", "silence", "cut"}:
            return self._passage(kind)
        build = getattr(self, f"_{kind.rstrip('+-=')}", None)
        return cast("Callable[[str], Intent | None]", build)(kind) if build else None

    def _points_to(self, side: re.Pattern[str], other: re.Pattern[str]) -> bool:
        """Return whether the words of the message are those of one side alone, of two sides."""
        return bool(side.search(self._text)) and not other.search(self._text)

    def _part(self, how: str) -> Intent | None:
        named = named_music.parts(self._text)
        if len(named) > 1:
            named = [one for one in named if one != "melody"]
        if not named and _BEAT.search(self._text):
            named = ["drums"]
        if len(named) != 1 or how not in {"none", "less", "more", "add", "only"}:
            return None
        return music.ChangeMusic((music.ChangePart(named[0], cast("music.PartChange", how)),))

    def _volume(self, change: str) -> Intent | None:
        of: Target = "own" if change.startswith("own") else "music"
        how = change.removeprefix(of)
        if how in {"=0", "=1"}:
            return wishes.Volume(of, float(how[1:]))
        percent = common_words.PERCENT.search(self._text)
        share = float(group(percent)) / 100 if percent else None
        if how in {"=", "=N"}:
            number = number_words.BARE_NUMBER.search(self._text)
            if share is None and number:
                share = float(group(number)) / 100
            return None if share is None else wishes.Volume(of, min(1.0, share))
        up = how == "+"
        if self._points_to(_DOWN if up else _UP, _UP if up else _DOWN):
            return None
        if share is not None:
            return wishes.Volume(of, None, 1 + share if up else max(0.0, 1 - share))
        if not up and sound_words.HALF.search(self._text):
            return wishes.Volume(of, None, 0.5)
        step = STEP
        if common_words.LITTLE.search(self._text):
            step = SMALL_STEP
        elif common_words.MUCH.search(self._text):
            step = LARGE_STEP
        return wishes.Volume(of, None, step if up else 1 / step)

    def _fade(self, side: str) -> Intent | None:
        end = _ENDS.get(side)
        if end is None:
            return None
        of: Literal["picture", "music", "both"]
        of = "music" if sound_words.MUSIC.search(self._text) else "both"
        if _PICTURE.search(self._text):
            of = "both" if of == "music" else "picture"
        if _ALL.search(self._text):
            of = "both"
        length = length_of(self._text)
        seconds = 1.0 if length is None else min(30.0, length)
        return wishes.Fade(end, of, seconds)

    def _moment(self, kind: str) -> Intent | None:
        time = time_of(self._text)
        numbers = _BARE.findall(self._text)
        if time is None and len(numbers) == 1:
            time = to_seconds(numbers[0])
        if time is None or len(numbers) != 1:
            return None
        if kind == "drop":
            return wishes.Drop(time)
        if kind == "stop" and _COMES_AFTER.search(self._text):
            return None
        return wishes.MusicSpan(*((time, None) if kind == "start" else (None, time)))

    def _passage(self, kind: str) -> Intent | None:
        span = span_of(self._text) or self._two_numbers()
        if span is None or (kind == "cut" and sound_words.MUSIC.search(self._text)):
            return None
        if kind == "cut":
            return wishes.CutOut(*span)
        return wishes.Passage(*span, silent=kind == "silence")

    def _two_numbers(self) -> tuple[float, float] | None:
        numbers = [to_seconds(one) for one in _BARE.findall(self._text)]
        if len(numbers) == 2 and (match := _LENGTH_THEN_START.search(self._text)):
            length, start = to_seconds(match[1]), to_seconds(match[2])
            return start, start + length
        if len(numbers) != 2 or numbers[1] <= numbers[0]:
            return None
        return numbers[0], numbers[1]

    def _trim(self, _: str) -> Intent | None:
        if (edge := _BEGINS_AFTER.search(self._text)) and edge["off"] == edge["start"]:
            return wishes.Trim(float(edge["start"]), None)
        span = span_of(self._text) or self._two_numbers()
        if span:
            of_music = sound_words.MUSIC.search(self._text) and not _PICTURE.search(self._text)
            return wishes.MusicSpan(*span) if of_music else wishes.Trim(*span)
        if sound_words.MUSIC.search(self._text):
            return None  # "keep the first 4 seconds free of music"
        length = length_of(self._text)
        numbers = _BARE.findall(self._text)
        first, last = _FIRST.search(self._text), _LAST.search(self._text)
        if length is None or len(numbers) != 1 or bool(first) == bool(last):
            return None
        kept = bool(_KEEPS.search(self._text))
        if kept == bool(length_words.OFF.search(self._text)):
            return None
        if first:
            return wishes.Trim(0.0, length) if kept else wishes.Trim(length, None)
        return wishes.Trim(-length, None) if kept else wishes.Trim(0.0, -length)

    def _versions(self, _: str) -> Intent | None:
        counts = [one for match in _COUNT.finditer(self._said.lower()) for one in match.groups()]
        said = {int(_COUNTS.get(one, one)) for one in counts if one}
        if len(said) != 1:
            return None
        has_music = self._context.has_music
        return music.Compose("", other=has_music, count=said.pop(), named=False)

    def _canvas(self, _: str) -> Intent | None:
        found = read_canvas(self._text, self._quotes)
        return found[0] if isinstance(found, list) and len(found) == 1 else None

    def _clips(self, _: str) -> Intent | None:
        if clip_words.SWAP.search(self._text) and len(self._context.clips) == 2:
            return wishes.Focus(self._context.order[::-1])
        return None

    def _new(self, _: str) -> Intent | None:
        if foreign_style(self._text):
            return None
        named = named_music.named_style(self._text) or named_music.terms(self._text, "mood")
        return music.Compose(without_purpose(self._said.strip()), named=bool(named))

    def _style(self, _: str) -> Intent | None:
        style = named_music.named_style(self._text)
        named = {one.name for one in named_music.terms(self._text, "style")}
        if style is None or len(named) > 1 or not self._context.has_music:
            return None
        if foreign_style(self._text):
            return None
        return music.ChangeMusic((music.SetStyle(style),))

    def _mood(self, _: str) -> Intent | None:
        named = _BIT.sub("", self._text)
        moods = [one.name for one in named_music.terms(named, "mood")]
        if not moods:
            found = mood_words.COMPARATIVES.items()
            moods = [name for name, words in found if words.search(self._text)]
        names = set(moods)
        return music.ChangeMusic((music.SetMood(moods[0]),)) if len(names) == 1 else None

    def _tempo(self, kind: str) -> Intent | None:
        if kind == "tempo=":
            match = tempo_words.BPM.search(self._text)
            numbers = _BARE.findall(self._text)
            alone = numbers[0] if len(numbers) == 1 and ":" not in numbers[0] else "0"
            bpm = float(group(match)) if match else float(alone)
            usable = 30.0 <= bpm <= 260.0
            return music.ChangeMusic((music.SetTempo(bpm),)) if usable else None
        if tempo_words.BPM.search(self._text):
            return None
        sides = tempo_words.SLOWER, tempo_words.FASTER
        if self._points_to(*(sides if kind == "tempo+" else sides[::-1])):
            return None
        step = _FASTER ** (0.5 if common_words.LITTLE.search(self._text) else 1.0)
        return music.ChangeMusic((music.ScaleTempo(step if kind == "tempo+" else 1 / step),))

    def _density(self, kind: str) -> Intent | None:
        sides = density_words.SPARSER, density_words.FULLER
        if self._points_to(*(sides if kind == "density+" else sides[::-1])):
            return None
        return music.ChangeMusic((music.ChangeDensity(1.0 if kind == "density+" else -1.0),))

    def _mode(self, _: str) -> Intent | None:
        minor, major = _MINOR.search(self._text), _MAJOR.search(self._text)
        if bool(minor) == bool(major):
            return None
        return music.ChangeMusic((music.SetKey(None, "minor" if minor else "major"),))

    def _key(self, _: str) -> Intent | None:
        key = key_of(self._text)
        if key is None or key[0] is None:
            return self._note_alone()
        return music.ChangeMusic((music.SetKey(key[0], _MODES.get(key[1])),))

    def _note_alone(self) -> Intent | None:
        match = _NOTE_ALONE.search(self._said)
        if match is None:
            return None
        sign = (match[2] or "").strip()
        raised = {"": 0, "#": 1, "sharp": 1}.get(sign, -1)
        mode = cast("music.Mode | None", match[3])
        return music.ChangeMusic((music.SetKey((_NOTES[match[1]] + raised) % 12, mode),))

    def _back(self, _: str) -> Intent | None:
        style = named_music.named_style(self._text)
        return wishes.GoBack(style=style) if style else None

    def _song(self, _: str) -> Intent | None:
        return wishes.UseUpload(0) if len(self._context.songs) == 1 else None

    def _title(self, _: str) -> Intent | None:
        quote = self._quotes.first(self._text)
        if title_words.REMOVES_TITLE.search(self._text) and not title_words.SAYING.search(
            self._text
        ):
            return None
        return new_title(self._text, quote) if quote else None

    def _retitle(self, _: str) -> Intent | None:
        quote = self._quotes.first(self._text)
        return wishes.ChangeTitle(quote) if quote else None


_ALONE: Final[dict[str, Callable[[], Intent]]] = {
    "talk": lambda: wishes.Talk("statement"),
    "again": lambda: music.Compose("", other=True),
    "duck on": lambda: wishes.Duck(on=True),
    "duck off": lambda: wishes.Duck(on=False),
    "ending+": wishes.BiggerEnding,
    "nomusic": wishes.RemoveMusic,
    "untitle": wishes.RemoveTitles,
    "whole": lambda: wishes.MusicSpan(None, None),
    "undo": wishes.Undo,
    "redo": wishes.Redo,
    "export": wishes.ExportHint,
}
"""Intents without values."""
