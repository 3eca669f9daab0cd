"""English messages that take their own order back, deny it, or are content with what is.

"Don't remove the piano", "add drums. Actually no, don't" and "it could be louder, but leave it" all
hold the words of an order. Work that is read from one is asked first.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.words.common_words import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nemomusic.local.agent.intents.message_intents import Intent

_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_FILLERS: Final = r"(?:you |ever |please |dare |go and |even |really |be |get )*"
_NOT_DONE: Final = (
    r"(?<!why )\b(?:don'?t|do not|never|mustn'?t|must not|shouldn'?t|should not|needn'?t|won'?t"
    r"|will not|no need (?:for you )?to|no need for|(?:don'?t|do not|doesn'?t"
    r"|does not) need to|never asked to|(?:don'?t|do not|doesn'?t|does not|didn'?t"
    r"|did not|never) (?:really |actually )?(?:want|need|have|ask|asked|told|tell|mean|meant|say"
    r"|said)(?: (?:you|it|this|anyone|for))?(?: to)?) "
)
_NOT_WISHED: Final = (
    r"\b(?:don'?t|do not|doesn'?t|does not|didn'?t|did not|never|no need for)"
    r" (?:really |actually )?(?:(?:want|need|ask|asked)(?: for)?|have to)\b"
)
_COMPARED: Final = pattern(
    rf"{_NOT_WISHED} (?:it |this |the \w+ )?(?:to )?(?:be )?(?:any )?(?:\w+er|more|less)\b",
    r"\b(?:shouldn'?t|should not|needn'?t|mustn'?t) (?:be )?(?:any )?\w+er\b",
    r"\bany \w+er and\b|\bthe \w+er (?:it|this|that|the \w+) (?:gets?|is)\b",
    r"\bnot that (?:it|this|the \w+)(?:'s| is|'re| are) too\b",
    r"\b(?:isn'?t|aren'?t|(?:is|are|'s|'re) not)(?: \w+){0,4} too\b"
    r"(?! (?:much )?(?:trouble|bother|hassle|work|to ask|of a)\b)(?!.*\benough)",
)
"""Denies that something should be more so: "I don't want it faster", "it's not too fast"."""
_CONTENT: Final = (
    r"(?:really |quite |totally |perfectly |actually |just |probably )?"
    r"(?:ok(?:ay)?|fine|good|great|perfect|all right|alright|nice|enough)"
)
_TAKEN_BACK: Final = pattern(
    r"(?:^|[.,;:!?…]|\s[-–—]+|\b(?:but|and|or))\s*(?:(?:actually|well|wait|hmm|oh|uh|ok|no|nah|yeah"
    r"|i guess|maybe|perhaps|please|on second thoughts?|come to think of it|you know what|then|and)"
    r"[\s,.]+)*(?:don'?t|do not|let'?s not|(?:i'?d )?rather not|(?:we'?d )?better not|maybe not"
    r"|perhaps not|never ?mind|scratch (?:that|it)|forget (?:it|that|about (?:it|that)|i said"
    r" (?:that|anything|it))|(?:i'?m |just |only )*(?:kidding|joking)|jk|ignore (?:that|me)"
    r"|disregard that|strike that|i (?:won'?t|will not)|not (?:now|really|yet))"
    r"\W*(?:please|thanks|thank you|after all|for now|then)?\W*$",
    r"\b(?:no|actually|wait|hmm|nah|second thoughts?|but(?: please)?(?: just)?|though)[\s,.]+"
    r"(?:just |please |let'?s )*(?:leave|keep) (?:it|them|that|things)"
    r"(?: (?:as (?:it|they) (?:is|are)|alone|be|in|there|like (?:this|that)|for now))*\W*$",
    r"\?\s*(?:no|nah|nope)(?: thanks| thank you)?\W*$",
    r"\bbut (?:no|nah|nope)\W*$",
    r"\b(?:but|though|and|which)\b(?: i guess)? (?:it'?s|that'?s|this is|it is|that is)"
    rf" {_CONTENT}(?: (?:like this|like that|as it is|as is|this way|that way|for now|by me|with me"
    r"|the way it is))?\W*$",
    r"\b(?:but|which) i (?:\w+ )?(?:like|love|enjoy|prefer)(?: (?:that|it|it (?:that|this) way))?"
    r"\W*$",
)
"""Takes back what was said before, or is content with it."""
_SEEN: Final = re.compile(
    r"^\W*(?:nice|great|good|finally|thanks|thank you|perfect|cool|lovely|yay|ah|wow|oh good)\b"
    r"(?!.*\b(?:too|but|still)\b).*(?:\bis|'s|\bare|'re|\bgot|\bsounds?)\b.*\bnow\W*$",
    re.IGNORECASE,
)
"""Says what has become of the music: "nice, it's faster now"."""
_HOW_TO: Final = re.compile(
    r"^\W*(?:how|where) (?:do|can|would|could|should|will) (?:i|we|one)\b", re.IGNORECASE
)
_ADDS: Final = r"(?:add|put|bring|introduce|include|use|give|throw|stick|turn|raise|boost|any)"
_REMOVES: Final = (
    r"(?:remove|take|lose|drop|delete|cut|mute|kill|silence|scrap|ditch|strip|lower|turn|touch"
    r"|get rid|throw|hide|clear|stop|trim|chop|crop|shorten)"
)
_CHANGES: Final = r"(?:change|switch|swap|replace|go|crop|make it|turn|convert|transpose|touch|put)"
_MAKES: Final = (
    r"(?:change|switch|swap|replace|touch|(?:make|give|write|compose|create|do|try|play)"
    r" (?:me )?(?:another|an?|any|\d|two|three|new|more|something)"
    r"|(?:add|put|use|need|want|have|play|include|lay|give)(?: (?:me|us|any|some|the|background|in"
    r"|on))* (?:music|songs?|tracks?|soundtrack|tunes?|bgm|score)(?! (?:that|which|with|too|like"
    r"|from)\b))"
)


def is_denied(text: str, done: Iterable[Intent]) -> bool:
    """Return whether an English message denies the work that was read from it.

    Args:
        text: The message.
        done: The work.
    """
    if _CHINESE.search(text):
        return False
    done = list(done)
    if any(map(_names_style, done)) and _denies_styles(text):
        return True
    if _TAKEN_BACK.search(text) or _SEEN.search(text) or _HOW_TO.search(text):
        return True
    return any(_is_denied(one, text) for one in done)


_NO_STYLE: Final = re.compile(
    r"(?<!why )\b(?:don'?t|do not|didn'?t|did not|doesn'?t|never|no one)\b[^,.;!?]{0,24}$",
    re.IGNORECASE,
)
"""Ends before a style that is not wanted: "I don't want rock"."""


def _names_style(one: Intent) -> bool:
    """Return whether an intent is one for a style that the words name."""
    if isinstance(one, music.ChangeMusic):
        return any(isinstance(two, music.SetStyle) for two in one.changes)
    return isinstance(one, music.Compose) and one.named and not one.other


def _denies_styles(text: str) -> bool:
    """Return whether each style that a message names is one that is not wanted."""
    styles = [one for one in find_terms(text) if one.kind == "style"]
    return bool(styles) and all(_NO_STYLE.search(text[: one.start]) for one in styles)


def _is_denied(one: Intent, text: str) -> bool:
    deed = _deed(one)
    if deed and _denies(deed).search(text):
        return True
    return _is_scaled(one) and bool(_COMPARED.search(text))


@cache
def _denies(deed: str) -> re.Pattern[str]:
    return re.compile(rf"{_NOT_DONE}{_FILLERS}{deed}\b", re.IGNORECASE)


def _is_scaled(one: Intent) -> bool:
    """Return whether an intent makes something more or less so."""
    if isinstance(one, music.ChangeMusic):
        return all(
            isinstance(two, music.ScaleTempo | music.SetMood | music.ChangeDensity)
            or (isinstance(two, music.ChangePart) and two.how in {"more", "less"})
            for two in one.changes
        )
    return isinstance(one, kinds.Volume | kinds.BiggerEnding)


def _deed(one: Intent) -> str:
    """Return the words of doing that ask for an intent where they are not denied."""
    match one:
        case music.ChangeMusic(changes):
            return _deed_of_music(changes[0])
        case music.Compose():
            return _MAKES
        case kinds.Volume(_, to, by):
            up = to == 1.0 or (to is None and by > 1)
            return r"(?:raise|turn|boost|increase|unmute|make)" if up else _REMOVES
        case kinds.RemoveTitles() | kinds.RemoveMusic() | kinds.Trim() | kinds.CutOut():
            return _REMOVES
        case kinds.Focus():
            return r"(?:remove|cut|drop|lose|delete|swap|reorder|change)"
        case kinds.AddTitle():
            return r"(?:add|put|write|show|have|include|a|any|title)"
        case kinds.ChangeTitle():
            return r"(?:change|rename|edit|touch|replace)"
        case kinds.Canvas():
            return _CHANGES
        case kinds.Undo() | kinds.GoBack():
            return r"(?:undo|revert|reverse|go|bring|put|take|return)"
        case kinds.UseUpload():
            return r"(?:use|take|put|play|add)"
        case kinds.Fade(_, _, seconds) if seconds > 0:
            return r"(?:fade|ease|dim)"
        case kinds.Duck(on=True):
            return r"(?:duck|lower|dip)"
        case kinds.Drop() | kinds.BiggerEnding():
            return r"(?:put|add|have|make|do|change)"
    return ""


def _deed_of_music(one: music.MusicChange) -> str:
    match one:
        case music.ChangePart(_, how) if how in {"add", "more", "back"}:
            return rf"(?:{_ADDS}|\w+)" if how == "add" else _ADDS
        case music.ChangePart():
            return rf"(?:{_REMOVES}|add|bring)"
        case music.ScaleTempo(factor):
            return r"(?:speed|make|quicken|rush)" if factor > 1 else r"(?:slow|make)"
        case music.SetKey() | music.SetStyle():
            return _CHANGES
    return ""
