"""Prepare the text of a message: quotes, numbers, clauses."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

import attrs

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.parsing.words import common_words as words

LONGEST: Final = 4000
"""Characters of a message that are read."""

LONGEST_SENTENCE: Final = 400
"""Characters of a sentence that are read at once. Patterns with several gaps take time that grows
with the square of the length, or faster."""

_LONGEST_RUN: Final = 8
"""Punctuation marks that are kept of a longer run."""
_FLOOD: Final = re.compile(rf"[^\w{words.MARK}]{{{_LONGEST_RUN + 1},}}")
_LONGEST_NUMBER: Final = 12
"""Digits that are kept of a number: no time, tempo or share of a film has more."""
_LONG_NUMBER: Final = re.compile(rf"[0-9]{{{_LONGEST_NUMBER + 1},}}")
_DIGITS: Final = {
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_ENGLISH: Final = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "a hundred": 100,
    "one hundred": 100,
}
_WIDE: Final = str.maketrans("０１２３４５６７８９％：～", "0123456789%:~")
_ONES: Final = "|".join(list(_ENGLISH)[:9])
_PLACES: Final = "|".join(list(_ENGLISH)[-3::-1])
_ENGLISH_NUMBER: Final = re.compile(
    r"\b(?P<half>half a)\s+(?=second)"
    rf"|\b(?P<tens>twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[\s-](?P<ones>{_ONES})\b"
    rf"|(?:(?<=\bsecond )|(?<=\bseconds )|(?<=\bat )|(?<=\bto ))(?P<place>{_PLACES})\b(?=\s*(?:$"
    rf"|[,.!?;]|and\b|to\b|until\b|till\b|on\b|onwards?\b|please\b|seconds?\b))"
    rf"|\b(?P<from>{_PLACES})(?=\s+(?:to|till|until|through)\s+(?:{_PLACES}|\d+)\s*(?:seconds?"
    rf"|secs?|s)\b)"
    rf"|\b({'|'.join(sorted(_ENGLISH, key=len, reverse=True))})"
    r"\b(?=\s*%|[\s-]*(?:seconds?|secs?|percent|bpm|beats per|(?:\w+ ){0,2}(?:versions?|options"
    r"|variations"
    r"|alternatives|takes|pieces|tracks|soundtracks|songs|tunes|ideas|choices|drafts|variants"
    r"|candidates"
    r"|suggestions|different ones)|clips?|videos?)\b)",
    re.IGNORECASE,
)
_STYLE_AND_TEMPO: Final = re.compile(
    r"^(\W*(?:[a-z&]|(?-i:[\u3400-\u9fff]))(?:[a-z& -]|(?-i:[\u3400-\u9fff])){1,20}"
    r"(?:[,，] ?|@ ?)(?:at |@ ?)?(?:[6-9]\d|1\d\d))(?=[^\w%]*$)",
    re.IGNORECASE,
)
"""A style and a bare number: "dnb, 174"."""
_MINUTES: Final = re.compile(
    r"(?<!beats per )(?<!beats )\b(?P<minutes>\d{1,2}|a|one|two|three) min(?:ute)?s?\b"
    r"(?:(?: and)? (?P<and>\d{1,2})(?: sec\w*)?\b)?"
    r"|(?<!每)(?P<minuten>\d{1,2}|[一两二三四五])分(?:钟(?!多少|几|\d+拍|内)"
    r"|(?=\d))(?:(?P<secs>\d{1,2})秒?)?",
    re.IGNORECASE,
)
_CHINESE_NUMBER: Final = re.compile(
    r"百分之(?P<percent>[零一二两三四五六七八九十百]+)"
    r"|(?P<half>半)(?=秒)"
    r"|(?P<count>[零一二两三四五六七八九十百]+)(?=\s*(?:秒|个|种|首|版|段|条|倍|拍|成|bpm)"
    r"|[到至]第?[零一二两三四五六七八九十百\d]+\s*秒)"
)


_TENTHS: Final = re.compile(r"(?<![\d.])([1-9])\s*成(?!就(?![够行好可成])|[为品片功员都了立本长])")
"""Tenths of the full volume: "八成"."""


def _chinese_number(said: str) -> int:
    """Return the value of a Chinese numeral up to 999."""
    total, digit = 0, 0
    for sign in said:
        if sign == "百":
            total, digit = total + (digit or 1) * 100, 0
        elif sign == "十":
            total, digit = total + (digit or 1) * 10, 0
        else:
            digit = _DIGITS[sign]
    return total + digit


def _seconds(match: re.Match[str]) -> str:
    """Return "90 seconds" for "1 minute 30"."""
    said = (match["minutes"] or match["minuten"]).lower()
    if said.isdigit():
        minutes = int(said)
    elif said in {"a", "one"} or not said.isascii():
        minutes = _chinese_number(said) if not said.isascii() else 1
    else:
        minutes = _ENGLISH[said]
    seconds = 60 * minutes + int(match["and"] or match["secs"] or 0)
    return f"{seconds} seconds" if match["minutes"] else f"{seconds}秒"


def _english(match: re.Match[str]) -> str:
    if match["tens"]:
        return str(_ENGLISH[match["tens"].lower()] + _ENGLISH[match["ones"].lower()])
    return "0.5 " if match["half"] else str(_ENGLISH[match[0].lower()])


def _chinese(match: re.Match[str]) -> str:
    if match["percent"]:
        return f"{_chinese_number(match['percent'])}%"
    if match["half"]:
        return "0.5"
    article = match["count"] == "一" and not re.match(r"\s*[秒倍拍成]", match.string[match.end() :])
    return match[0] if article else str(_chinese_number(match["count"]))


_STYLE_AT: Final = re.compile(
    r"^(?P<style>\W*[a-z&][a-z& -]{1,30}) at (?P<bpm>[6-9]\d|1\d\d)(?=[^\w%]*(?:please|pls"
    r"|plz)?[^\w%]*$)",
    re.IGNORECASE,
)
"""A style at a bare number: "house at 126"."""


def _with_tempo(match: re.Match[str]) -> str:
    styled = any(one.kind == "style" for one in find_terms(match["style"]))
    return f"{match[0]} bpm" if styled else match[0]


_SECOND_TO: Final = re.compile(
    rf"\b(seconds?|secs?) ({_PLACES}) (to|until|till|through|and) ({_PLACES})\b", re.IGNORECASE
)
"""A span of seconds in words: "from second four to six"."""


def _figure(word: str) -> str:
    return f"{_ENGLISH[word.lower()]:g}"


def with_digits(text: str) -> str:
    """Return a text with its numbers in ASCII digits, where they count something."""
    text = text.translate(_WIDE)
    text = _STYLE_AND_TEMPO.sub(r"\1 bpm", _MINUTES.sub(_seconds, text))
    text = _SECOND_TO.sub(
        lambda found: f"{found[1]} {_figure(found[2])} {found[3]} {_figure(found[4])}", text
    )
    text = _CHINESE_NUMBER.sub(_chinese, _ENGLISH_NUMBER.sub(_english, text))
    return _TENTHS.sub(r"\g<1>0%", _STYLE_AT.sub(_with_tempo, text))


@attrs.define
class HeldQuotes:
    """Quoted words that were taken out of a text, so that a title is never read as a wish.

    Attributes:
        texts: The quoted words, in order.
    """

    texts: list[str] = attrs.field(factory=list)

    def hold(self, text: str) -> str:
        """Return a text with numbered marks in place of its quoted words."""

        def keep(match: re.Match[str]) -> str:
            self.texts.append(group(match))
            return f"{words.MARK}{len(self.texts) - 1}{words.MARK}"

        return words.TITLED.sub(keep, words.QUOTED.sub(keep, text.replace(words.MARK, " ")))

    def restore(self, text: str) -> str:
        """Return a text with its quotes back in."""
        return words.HELD.sub(lambda match: f'"{self.texts[int(match[1])]}"', text).strip()

    def first(self, clause: str) -> str | None:
        """Return the first quoted words of a clause, or None."""
        match = words.HELD.search(clause)
        return self.texts[int(match[1])].strip() or None if match else None


def group(match: re.Match[str]) -> str:
    """Return the group that matched among several alternatives."""
    return next(group for group in match.groups() if group is not None)


def to_seconds(text: str) -> float:
    """Return the seconds of a time such as "4.5" or "0:08"."""
    minutes, _, seconds = text.rpartition(":")
    return float(minutes or 0) * 60 + float(seconds)


def span_of(clause: str) -> tuple[float, float] | None:
    """Return the first span of a clause, such as "from 2 to 8 seconds", in seconds."""
    match = words.SPAN.search(clause)
    if match is None:
        return None
    start, end = (to_seconds(part) for part in match.groups() if part)
    return (start, end) if end > start else None


def time_of(clause: str) -> float | None:
    """Return the first point in time that a clause names, in seconds."""
    match = words.AT_TIME.search(clause)
    return to_seconds(group(match)) if match else None


def length_of(clause: str) -> float | None:
    """Return the first length in seconds that a clause names."""
    match = words.SECONDS.search(clause)
    return float(group(match)) if match else None


def without_floods(text: str) -> str:
    """Return a text with long runs of punctuation and of digits cut short: no rule needs them."""
    short = _FLOOD.sub(lambda match: match[0][:_LONGEST_RUN], text)
    return _LONG_NUMBER.sub(lambda match: match[0][:_LONGEST_NUMBER], short)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, each with the mark at its end. Very long ones are divided."""
    found = [one.strip() for one in words.SENTENCE.findall(text) if one.strip(" ,.;!?。；！？")]
    return [piece for one in found for piece in _divided(one)]


def _divided(sentence: str) -> list[str]:
    """Return a sentence in pieces of bounded length, so that the time to read it is bounded."""
    pieces: list[str] = []
    while len(sentence) > LONGEST_SENTENCE:
        end = max(sentence.rfind(mark, 1, LONGEST_SENTENCE) for mark in ",，、 ")
        end = LONGEST_SENTENCE if end < 1 else end + 1
        pieces.append(sentence[:end].strip())
        sentence = sentence[end:].strip()
    return [one for one in (*pieces, sentence) if one]


def says_something(text: str) -> bool:
    """Return whether a text has two Latin words or three Chinese signs."""
    latin = [word for word in text.split() if word.isascii() and word.strip(".,!?").isalpha()]
    return len(latin) >= 2 or len([sign for sign in text if "\u3400" <= sign <= "\u9fff"]) >= 3


_LONG_BEFORE_COLON: Final = re.compile(r"((?:\b[\w']+\s+){3}[\w']+):\s+(?=[^\d\ue000])")
"""A colon after several words ends a clause: "grandma is a bit deaf: music louder"."""


_NO_BUT: Final = re.compile(
    r"(\bno [\w ]{2,20}?),? but (?=(?:an?|some|strings|violins?|piano|guitar|flute|cello|drums|bass"
    r"|brass|sax|choir|bells)\b)",
    re.IGNORECASE,
)
"""Wishes one instrument away and another one in: "no drums, but a piano"."""


_ADDED: Final = re.compile(r"加[一上]?[个把点段]?$")


def _with_joined_parts(text: str) -> str:
    """Return a Chinese text in which "鼓和贝斯" is not divided: one verb is for both."""
    parts = [one for one in find_terms(text) if one.kind == "instrument"]
    for one, two in reversed(list(pairwise(parts))):
        if text[one.end : two.start] in {"和", "跟", "与", "同", "、"}:
            text = f"{text[: one.end]}及{text[two.start :]}"
        elif one.end == two.start and _ADDED.search(text[: one.start]):
            text = f"{text[: one.end]}，{text[two.start :]}"
    return text


def clauses(sentence: str) -> list[str]:
    """Return the clauses of a sentence. Words for a time or a place alone are no clause."""
    text = words.IN_AND_OUT.sub("in/out", words.BETWEEN.sub(r"from \1 to ", sentence))
    text = _LONG_BEFORE_COLON.sub(r"\1, ", text)
    text = words.PICTURE_AND_SOUND.sub("both", words.ASIDE.sub(" ", text))
    text = _with_joined_parts(_NO_BUT.sub(r"\1, add ", text))
    for one in reversed([one for one in find_terms(text) if one.kind == "style"]):
        name = re.sub(r"\band\b", "&", text[one.start : one.end])  # "drum and bass" is one style
        text = text[: one.start] + name + text[one.end :]
    return [one.strip() for one in words.CLAUSES.split(text) if one and one.strip(" .!?。！？")]
