"""English limits of a change: "but only for the first clip", "except the bass", "keep the piano".

An intent changes the whole film or all of its music. A message that narrows it is asked first:
the reading would do more than was wished.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.words.common_words import QUOTED, pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nemomusic.engine.composition.prompt_parser import Term
    from nemomusic.local.agent.intents.message_intents import Intent

_AT: Final = r"(?:for|in|during|over|on|under|at|while|when|throughout|within|except(?: for| in)?)"
_CLIP: Final = (
    r"(?:the |my |that |this )?(?:(?:first|second|last|other|1st|2nd|\w+) "
    r"(?:clip|video|one|part|scene|half|shots?|bit|footage|section)|clip \w+|\w+\.mp4)"
)
_IN_A_CLIP: Final = pattern(
    rf"\b{_AT} {_CLIP}\b(?=\W*(?:$|please|only|pls|thanks|part\b))",
    rf"\b(?:but|only|just|except)(?: \w+)? {_AT} {_CLIP}\b",
)
"""Limits a change to one clip, and chooses none: "but just for the first clip"."""
_KEEPS: Final = pattern(
    r"\b(?:leave|keep) (?:the |my |that )?(?P<kept>[\w -]{2,30}?),?"
    r" (?:alone|as (?:it|they) (?:is|are)|as is|untouched|unchanged|in peace|the same"
    r"|the way (?:it|they)|like (?:it|that|this)|how (?:it|they))\b",
    r"\b(?:don'?t|do not|never|without) (?:touch(?:ing)?|chang(?:e|ing)|los(?:e|ing)|remov(?:e|ing)"
    r"|alter(?:ing)?) (?:the |my |that )?(?P<untouched>[\w -]{2,30}?)(?=\W*(?:$|please|pls"
    r"|[,.;!]))",
    r"\b(?:but|and|just) (?:please )?(?:leave|keep)(?: in)? (?:the |my |that )?"
    r"(?P<left>[\w -]{2,30}?)(?: in| there| too)?(?=\W*(?:$|please|pls|[,.;!]))",
    r"\b(?:but|just) not (?:the |my |that )(?P<spared>[\w -]{2,30}?)(?=\W*(?:$|please|pls|[,.;!]))",
)
"""Says what stays as it is."""
_EDGE: Final = pattern(
    r"\b(?:start|beginning|ending|end|intro|outro|middle|opening|finale|chorus|first|second|last"
    r"|half|part)\b"
)
_EXCEPT: Final = pattern(
    r"\b(?:except(?:ing)?|apart from|besides|aside from|other than|all but|everything but"
    r"|excluding|save for|with the exception)\b"
)
_HALF_QUOTED: Final = pattern(
    r"\b(?:says?|reads?|saying|reading|(?:title|caption|text) to) (?!(?:the|this|that|these|just"
    r"|only|it|simply|exactly"
    r"|in|a|an|my|our|be|something|like|say|read|now|here|us|me|instead|change|add|write|put)\b)"
    r"(?:[\w']+ ){1,3}[\"“]"
)
"""Has words of a title before its quotes: 'the title should say It is "us"'."""
_OF_ALL_PARTS: Final = (
    music.SetStyle,
    music.SetMood,
    music.ScaleTempo,
    music.SetTempo,
    music.SetKey,
)
"""Changes that reach all instruments from the first bar to the last one."""
_PLACED: Final = (
    kinds.Fade,
    kinds.MusicSpan,
    kinds.Passage,
    kinds.Drop,
    kinds.BiggerEnding,
    kinds.Trim,
    kinds.CutOut,
    kinds.AddTitle,
    kinds.RemoveTitles,
    kinds.Focus,
)
"""Intents that may carry the place which a message names."""
_UNDUCKED: Final = pattern(
    r"\bwhen (?:no(?:body|[- ]?one)|none|we (?:are|'re) (?:silent|quiet)|it'?s (?:quiet"
    r"|silent))\b|\b(?:not|never) (?:when|while)\b|\bwhen (?:\w+ ){1,2}(?:isn'?t|aren'?t|don'?t"
    r"|doesn'?t|is not|are not) (?:talk|speak|say)"
)
"""Speaks of the time in which there is no speech."""
_LIMITS: Final = re.compile(r"\b(?:but|except|only|just)\b(.*)$", re.IGNORECASE | re.DOTALL)
_PLACE: Final = pattern(
    r"\b(?:at|in|for|during|near|towards?|until|till|before|after|from|by|around|over|on) (?:the"
    r"|my|its) (?:very )?(?:start|beginning|end|ending|middle|intro|outro|opening|finale|chorus"
    r"|(?:first|second|last|final|other|latter|middle|opening|closing) (?:\w+ )?(?:half|part|bit"
    r"|third|quarter|section|scene|shots?|seconds?|moments?|bars?|minute))\b"
)


def loses_a_limit(text: str, done: Sequence[Intent]) -> bool:
    """Return whether an English message narrows a change by words that no intent carries.

    Args:
        text: The message, in plain words.
        done: The work that was read from it.
    """
    if not text.isascii():
        return False
    said = QUOTED.sub(" ", text)
    changes = list(_flat(done))
    titled = any(isinstance(one, kinds.AddTitle | kinds.ChangeTitle) for one in changes)
    if titled and (_HALF_QUOTED.search(text) or any(map(_is_speech, changes))):
        return True
    complete = [one for one in changes if isinstance(one, (*_OF_ALL_PARTS, music.ChangeDensity))]
    piece = any(isinstance(one, music.Compose) for one in changes)
    of_music = complete or any(isinstance(one, music.ChangePart | kinds.Volume) for one in changes)
    if kinds.Duck(on=True) in changes and _UNDUCKED.search(said):
        return True
    if of_music and _chooses_one(changes) and _IN_A_CLIP.search(said):
        return True
    placed = any(isinstance(one, _PLACED) for one in changes)
    if (complete or piece) and _keeps_a_thing(said, placed=placed):
        return True
    if placed:
        return False
    if (complete or piece) and _EXCEPT.search(said):
        return True
    limit = _LIMITS.search(said)
    return bool(of_music and limit and _PLACE.search(limit[1]))


def loses_its_style(text: str, done: Sequence[Intent]) -> bool:
    """Return whether a new piece goes without the style or mood that an English message names.

    Args:
        text: The message, in plain words.
        done: The work that was read from it.
    """
    if not text.isascii():
        return False
    said = QUOTED.sub(" ", text)
    for one in done:
        if not isinstance(one, music.Compose) or one.other or one.count > 1:
            continue
        told = find_terms(one.words)
        styles = [two for two in told if two.kind == "style"]
        names = {two.name for two in told}
        if any(
            two.name not in names
            and _is_of_music(two, said)
            and not (told and (two.kind == "style" or _UNWANTED.search(said[: two.start])))
            for two in find_terms(said)
        ):
            return True
        if styles and all(_UNWANTED.search(one.words[: two.start]) for two in styles):
            return True
    return False


def _is_of_music(term: Term, text: str) -> bool:
    """Return whether a term describes a music: "creepy music", "some trap"."""
    if term.kind not in {"style", "mood"}:
        return False
    some = term.kind == "style" and text[: term.start].endswith("some ")
    return some or bool(_MUSIC_NEXT.match(text[term.end :]))


_MUSIC_NEXT: Final = re.compile(
    r"\s+(?:\w+ )?(?:music|tunes?|songs?|tracks?|sounds?|soundtrack|beats?|melod\w+|piano|bgm)\b",
    re.IGNORECASE,
)
_UNWANTED: Final = pattern(
    r"\b(?:neither|negative (?:on|to)|not|never|nor|no to|no more|sick of|tired of|instead of"
    r"|rather than|hates?|(?:doesn'?t|don'?t|do not|didn'?t) (?:like|want|need|fit))"
    r" (?:\w+ ){0,2}$"
)
"""Stands before what is not wanted."""


def _is_speech(one: object) -> bool:
    """Return whether a title holds no words, but says where they come from: "what I'm saying"."""
    return isinstance(one, kinds.AddTitle) and bool(_SPOKEN.match(one.text))


_SPOKEN: Final = re.compile(
    r"(?:what(?:ever)?|everything|all|anything)(?: that)? (?:i|we|he|she|they|you|people|is|it)\b",
    re.IGNORECASE,
)


def _chooses_one(changes: Iterable[object]) -> bool:
    return any(
        isinstance(one, kinds.Focus) and one.clips is not None and len(one.clips) == 1
        for one in changes
    )


def _keeps_a_thing(text: str, *, placed: bool) -> bool:
    """Return whether an instrument or a part of the film stays as it is.

    Args:
        text: The message.
        placed: Whether an intent carries a place, so that a place may be its own.
    """
    for found in _KEEPS.finditer(text):
        named = next(one for one in found.groups() if one)
        if (_EDGE.search(named) and not placed) or any(
            one.kind == "instrument" for one in find_terms(named)
        ):
            return True
    return False


def _flat(done: Iterable[Intent]) -> Iterable[object]:
    for one in done:
        if isinstance(one, music.ChangeMusic):
            yield from one.changes
        else:
            yield one
