"""English words that name a thing only as what is not wanted, taken out.

"From jazz to pop" and "pop rather than jazz" both name jazz. Rules that look for names would take
it for the wish.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.parsing.words.common_words import HELD

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_HINT: Final = re.compile(
    r"\b(?:from|than|of|not|change|switch|turn|take|bring|move)\b", re.IGNORECASE
)
_KEY: Final = re.compile(
    r"\b[A-G](?:\s*-?(?:flat|sharp)|[b#])?\s+(?:major|minor)\b|\b(?:major|minor)\b", re.IGNORECASE
)
_RATIO: Final = re.compile(r"\b(?:16:9|9:16|1:1|4:5|5:4|4:3|3:4|21:9)(?!\d)")
_GRADUAL: Final = re.compile(
    r"\b(?:fad\w*|gradual\w*|slowly|over|ramp\w*|seconds?|secs?)\b|\d ?s\b", re.IGNORECASE
)
"""Tells of a change that takes its time, or of times: both of its ends count."""
_UNIT: Final = r"(?:\s*(?:%|percent\b|bpm\b|beats (?:per|a) minute\b))"
_NUMBER: Final = r"\d{1,3}(?:\.\d+)?"
_SIGN: Final = "\U000f0000"
"""Stands for a name while the words around it are looked at."""
_ARTICLES: Final = (
    r"(?:(?:a|an|the|this|that|my|some|more|very|really|so|too|something|plain|all|in)\s+)*"
)
_NOUNS: Final = (
    r"(?:\s+(?:music|songs?|styles?|vibes?|stuff|one|pieces?|versions?|things?|sounds?|key|mode"
    r"|feel|mood|beats?|tracks?|soundtrack|format))?"
)
_NAME: Final = rf"{_ARTICLES}{_SIGN}\d+{_SIGN}{_NOUNS}"
_ANOTHER: Final = rf"(?={_ARTICLES}{_SIGN})"
_OVER: Final = r"(?:(?:over|down|up|across|away|back|straight|right|on|instead)\s+)?"
_INTO: Final = rf"{_OVER}(?:to|towards?|into)\s+"


def without_rejected(text: str) -> str:
    """Return an English text without what it names only as what is not wanted.

    Args:
        text: The text, with or without marks in place of its quoted words.
    """
    if not _HINT.search(text) or _CHINESE.search(text):
        return text
    for spans in _names(text):
        text = _without(text, spans)
    parts = [(one.start, one.end) for one in find_terms(text) if one.kind == "instrument"]
    text = _without(text, parts, several=False)
    if _GRADUAL.search(text):
        return text
    for pattern, plain in _of_numbers():
        text = pattern.sub(plain, text)
    return text


def _names(text: str) -> Iterator[list[tuple[int, int]]]:
    """Yield the places of names of one kind, if a text has several: one may be rejected."""
    terms = find_terms(text)
    for kind in ("style", "mood"):
        yield [(one.start, one.end) for one in terms if one.kind == kind]
    for pattern in (_KEY, _RATIO, HELD):
        yield [match.span() for match in pattern.finditer(text)]


def _without(text: str, spans: list[tuple[int, int]], *, several: bool = True) -> str:
    """Return a text without the rejected names of one kind.

    Args:
        text: The text.
        spans: The places of the names.
        several: Whether two of them contradict each other, as two styles do: instruments do not.
    """
    if len(spans) < 2:
        return text
    signed = text
    for number, (start, end) in reversed(list(enumerate(spans))):
        signed = f"{signed[:start]}{_SIGN}{number}{_SIGN}{signed[end:]}"
    for pattern, plain in _of_names() if several else _of_parts():
        signed = pattern.sub(plain, signed)
    said = [text[start:end] for start, end in spans]
    return re.sub(rf"{_SIGN}(\d+){_SIGN}", lambda match: said[int(match[1])], signed)


@cache
def _of_names() -> tuple[tuple[re.Pattern[str], str], ...]:
    pairs = (
        (rf"(?:\baway\s+)?\bfrom\s+{_NAME},?\s+(?:and\s+)?{_INTO}{_ANOTHER}", "to "),
        (rf"\b(rather|sooner)\b([^,.;]*?{_NAME})\s+than\s+{_NAME}", r"\1\2"),
        (rf"({_NAME}[^,.;]*?)\s+than\s+{_NAME}", r"\1"),
        (
            rf"({_NAME}),?\s+(?:rather\s+than|instead\s+of|(?:and|but)\s+not|not)\s+{_NAME}",
            r"\1 instead",
        ),
        (
            (
                rf"^(\W*(?:(?:and|so|well|please|ok)\s+)?)(?:rather\s+than|instead\s+of)"
                rf"\s+{_NAME}\s*,?\s+(?=.*{_SIGN})"
            ),
            r"\1",
        ),
    )
    return tuple((re.compile(said, re.IGNORECASE), plain) for said, plain in pairs)


@cache
def _of_parts() -> tuple[tuple[re.Pattern[str], str], ...]:
    pairs = (
        (rf"\b(rather|sooner)\b([^,.;]*?{_NAME})\s+than\s+{_NAME}", r"\1\2"),
        (rf"^(\W*(?:add )?{_NAME}),?\s+(?:and |but )?not\s+{_NAME}", r"\1"),
    )
    return tuple((re.compile(said, re.IGNORECASE), plain) for said, plain in pairs)


@cache
def _of_numbers() -> tuple[tuple[re.Pattern[str], str], ...]:
    pairs = (
        (rf"\bfrom\s+{_NUMBER}{_UNIT}?\s+{_INTO}(?={_NUMBER}{_UNIT})", "to "),
        (
            (
                rf"\b(change|switch|turn|take|bring|move)\s+{_NUMBER}{_UNIT}?\s+(?:in)?to\s+"
                rf"(?={_NUMBER}{_UNIT})"
            ),
            r"\1 to ",
        ),
        (
            (
                rf"({_NUMBER}{_UNIT})\s+(?:rather\s+than|instead\s+of|(?:and|but)\s+not|not)"
                rf"\s+{_NUMBER}{_UNIT}?(?![\d:.])"
            ),
            r"\1",
        ),
    )
    return tuple((re.compile(said, re.IGNORECASE), plain) for said, plain in pairs)
