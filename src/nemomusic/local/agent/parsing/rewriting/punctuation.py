"""Signs that telephones and word processors write, as the plain signs that the rules know.

"Don’t remove the drums—they’re great" has an apostrophe and a dash that no pattern holds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nemomusic.local.agent.parsing.words.common_words import QUOTED

if TYPE_CHECKING:
    from collections.abc import Iterable

_CHINESE: Final = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
_PLAIN: Final = {
    "\u2019": "'",
    "\u2018": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u2026": "...",
    "\u2013": "-",
    "\u2014": " - ",
    "\u00a0": " ",
}
_ACCENTS: Final = str.maketrans(
    "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝ",
    "aaaaaaceeeeiiiinoooooouuuuyyAAAAAACEEEEIIIINOOOOOOUUUUY",
)
"""Letters with accents, which the rules for English do not know."""
_TABLE: Final = str.maketrans(_PLAIN) | _ACCENTS


_SOUND: Final = re.compile(
    r"[“\"「『][^”\"」』]{1,10}[”\"」』](?=的?(?:那|这)[种样]|似的|一样的?|的(?:合唱|和声|人声|歌?声音?|感觉))"
)
"""Quotes in Chinese what a voice or an instrument sounds like: "“啊——”的那种人声"."""
_WRITTEN: Final = re.compile(r"[标題题]|字|写|寫|片[名头]|叫")


def without_quoted_sounds(text: str) -> str:
    """Return a Chinese message without quotes that only say how something sounds.

    Args:
        text: The message.
    """
    return text if text.isascii() or _WRITTEN.search(text) else _SOUND.sub("", text)


_SPACES: Final = re.compile(r"(?<=[\u3400-\u9fff]{2})[ \u3000\t]+(?=[\u3400-\u9fff]{2})")
_SPACED: Final = re.compile(
    r"\d[ \u3000\t]+[\u3400-\u9fff]|(?<![\u3400-\u9fff])[\u3400-\u9fff] [\u3400-\u9fff] "
)
"""Spaces around numbers, or between all signs, that divide nothing."""


def with_commas(text: str) -> str:
    """Return a Chinese message with commas for the spaces that divide its clauses.

    Many people type no other sign: "弦乐加上 鼓轻一点".

    Args:
        text: The message.
    """
    if text.isascii() or not _SPACES.search(text) or _SPACED.search(text):
        return text
    if _WRITTEN.search(text) and not QUOTED.search(text):
        return text  # the words of a title may hold a space
    pieces: list[str] = []
    start = 0
    for quote in QUOTED.finditer(text):
        pieces += [_SPACES.sub("，", text[start : quote.start()]), quote[0]]
        start = quote.end()
    return "".join([*pieces, _SPACES.sub("，", text[start:])])


def with_accents_of(text: str, words: str) -> str:
    """Return words from the plain form of a text, with the accents of the text itself."""
    start = text.translate(_ACCENTS).find(words)
    return words if start < 0 else text[start : start + len(words)]


def with_plain_signs(text: str, names: Iterable[str]) -> str:
    """Return a message with plain signs. What is inside quotes stays as it is, as do Chinese texts.

    Args:
        text: The message.
        names: The names of files that it may hold.
    """
    if text.isascii() or _CHINESE.search(text) or any(ord(one) in _TABLE for one in "".join(names)):
        return text
    pieces: list[str] = []
    start = 0
    for quote in QUOTED.finditer(text):
        said = quote[0]
        if said[0] == "\u201c" and '"' not in said:
            said = f'"{said[1:-1]}"'
        pieces += [text[start : quote.start()].translate(_TABLE), said]
        start = quote.end()
    return "".join([*pieces, text[start:].translate(_TABLE)])
