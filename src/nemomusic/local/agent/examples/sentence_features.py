"""Turn a sentence into the features that the example model weighs.

English gives words, and pieces of words, so that a typing error changes little, and pairs of word
stems that stand near each other: "title … remov" is in "remove that title" and in "the title
should be removed". Chinese gives runs of one to four signs. Each is taken from the sentence as it
stands, and once more with styles, moods and instruments replaced by the name of their class: "add
a flute" then says something about "add a cello". The patterns of the rules that match are features,
too; in English also each pair of them.
"""

from __future__ import annotations

import re
import zlib
from functools import cache
from itertools import combinations
from typing import Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.parsing.checks.confidence import WORD_CATALOGS, named_patterns
from nemomusic.local.agent.parsing.rewriting.message_text import with_digits
from nemomusic.local.agent.parsing.rewriting.slang_and_typos import in_plain_words
from nemomusic.local.agent.parsing.rules import first_music, order_detection, unsupported_requests
from nemomusic.local.agent.parsing.words.talk import question_words

RULE: Final = "rule:"
"""The beginning of a feature's name that stands for a pattern of the rules."""
LONGEST: Final = 400
"""Characters of a message that are looked at."""
_NUMBER: Final = re.compile(r"\d+(?:[.:]\d+)*|[零一二两三四五六七八九十百]+(?=秒|个|首|版|段|成)")
_QUOTED: Final = re.compile(r'["“”‘「『《][^"“”’」』》]*["“”’」』》]')
_WORD: Final = re.compile(r"[a-z']+|\d+")
_SPACE: Final = re.compile(r"[\W_]+")
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_NEAR: Final = 5
"""Number of words after a word that form a pair with it."""
_ENDINGS: Final = ("ing", "edly", "ed", "ly", "es", "s", "er", "en")
_SHORTEST_STEM: Final = 3


def has_chinese_signs(text: str) -> bool:
    """Return whether a text holds Chinese signs."""
    return bool(_CHINESE.search(text))


def features(text: str, *, has_music: bool) -> set[str]:
    """Return the features of a sentence.

    Args:
        text: The sentence.
        has_music: Whether there is music on the timeline.
    """
    plain = _QUOTED.sub(" qqq ", text[:LONGEST]).lower().replace("’", "'")
    classes = plain
    for one in reversed(find_terms(plain)):
        classes = f"{classes[: one.start]} {one.kind}x {classes[one.end :]}"
    found = {"@old" if has_music else "@new"}
    if "?" in plain or "？" in plain:
        found.add("@?")
    chinese = has_chinese_signs(text)
    add = _add_signs if chinese else _add_words
    for version in (plain, classes):
        add(_NUMBER.sub("0", version), found)
    said = with_digits(in_plain_words(text[:LONGEST]))
    rules = [name for name, pattern in _patterns() if pattern.search(said)]
    found.update(rules)
    if not chinese:
        _add_stems(_NUMBER.sub("0", with_digits(classes)), found)
        found.update(f"rr:{one}&{two}" for one, two in combinations(sorted(rules), 2))
    return found


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the patterns of the rules, each with the name of its feature."""
    named = named_patterns(*WORD_CATALOGS, order_detection, first_music, unsupported_requests)
    named += [(str(topic), one) for topic, one in question_words.TOPICS]
    return tuple((f"{RULE}{name}", one) for name, one in named)


def slots(text: str, count: int, *, has_music: bool) -> list[int]:
    """Return the slots of a sentence's features, without repetitions.

    Args:
        text: The sentence.
        count: The number of slots of the model.
        has_music: Whether there is music on the timeline.
    """
    found = features(text, has_music=has_music)
    return sorted({slot(one, count) for one in found})


def slot(feature: str, count: int) -> int:
    """Return the number of the slot of a feature. Two features may share a slot."""
    return zlib.crc32(feature.encode()) % count


def _add_signs(text: str, found: set[str]) -> None:
    signs = f"_{_SPACE.sub('_', text)}_"
    for length in (1, 2, 3, 4):
        found.update(signs[at : at + length] for at in range(len(signs) - length + 1))


def _add_words(text: str, found: set[str]) -> None:
    words = ["^", *_WORD.findall(text), "$"]
    found.update(f"w:{word}" for word in words)
    for word in words:
        edged = f"<{word}>"
        for length in (3, 4, 5):
            found.update(edged[at : at + length] for at in range(len(edged) - length + 1))


def _add_stems(text: str, found: set[str]) -> None:
    """Add the stems of words, neighbors in their order, and pairs of stems that are near."""
    stems = [_stem(word) for word in _WORD.findall(text)]
    found.update(f"c:{stem}" for stem in stems)
    neighbors = zip(["^", *stems], [*stems, "$"], strict=True)
    found.update(f"cb:{one} {two}" for one, two in neighbors)
    for at, one in enumerate(stems):
        found.update(f"cc:{one}&{two}" for two in stems[at + 1 : at + 1 + _NEAR])


def _stem(word: str) -> str:
    word = word.replace("'", "")
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST_STEM:
            return word if stem.endswith("ss") else stem.rstrip("e")
    return word.rstrip("e") if len(word) > _SHORTEST_STEM else word
