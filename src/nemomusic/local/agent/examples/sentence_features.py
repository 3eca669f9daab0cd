"""Turn a sentence into the features that the example model weighs.

English gives words, pairs and triples of words, and pieces of words, so that a typing error changes
little. Chinese gives runs of one to four signs. Each is taken from the sentence as it stands, and
once more with styles, moods and instruments replaced by the name of their class: "add a flute"
then says something about "add a cello". The patterns of the rules that match are features, too.
"""

from __future__ import annotations

import re
import zlib
from functools import cache
from itertools import pairwise
from typing import Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.parsing import (
    common_words,
    key_words,
    music_words,
    order_detection,
    sound_words,
    talk_words,
    unsupported_requests,
    video_words,
)
from nemomusic.local.agent.parsing.message_text import with_digits
from nemomusic.local.agent.parsing.slang_and_typos import in_plain_words

SLOTS: Final = 8192
"""Number of slots that features are hashed to. Two features may share a slot."""
RULE: Final = "rule:"
"""The beginning of a feature's name that stands for a pattern of the rules."""
LONGEST: Final = 400
"""Characters of a message that are looked at."""
_NUMBER: Final = re.compile(r"\d+(?:[.:]\d+)*|[零一二两三四五六七八九十百]+(?=秒|个|首|版|段|成)")
_QUOTED: Final = re.compile(r'["“”‘「『《][^"“”’」』》]*["“”’」』》]')
_WORD: Final = re.compile(r"[a-z']+|\d+")
_SPACE: Final = re.compile(r"[\W_]+")
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")


def is_chinese(text: str) -> bool:
    """Return whether a text holds a Chinese sign."""
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
    add = _add_signs if is_chinese(text) else _add_words
    for version in (plain, classes):
        add(_NUMBER.sub("0", version), found)
    said = with_digits(in_plain_words(text[:LONGEST]))
    found.update(name for name, pattern in _patterns() if pattern.search(said))
    return found


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the patterns of the rules, each with the name of its feature."""
    modules = (
        common_words,
        key_words,
        music_words,
        video_words,
        sound_words,
        talk_words,
        order_detection,
        unsupported_requests,
    )
    named = [
        (name, one)
        for module in modules
        for name, one in vars(module).items()
        if isinstance(one, re.Pattern)
    ]
    named += music_words.COMPARATIVES.items()
    named += [(str(topic), one) for topic, one in talk_words.TOPICS]
    return tuple((f"{RULE}{name}", one) for name, one in named)


def slots(text: str, *, has_music: bool) -> list[int]:
    """Return the slots of a sentence's features, without repetitions."""
    found = features(text, has_music=has_music)
    return sorted(set(map(slot, found)))


def slot(feature: str) -> int:
    """Return the slot of a feature."""
    return zlib.crc32(feature.encode()) % SLOTS


def _add_signs(text: str, found: set[str]) -> None:
    signs = f"_{_SPACE.sub('_', text)}_"
    for length in (1, 2, 3, 4):
        found.update(signs[at : at + length] for at in range(len(signs) - length + 1))


def _add_words(text: str, found: set[str]) -> None:
    words = ["^", *_WORD.findall(text), "$"]
    found.update(f"w:{word}" for word in words)
    found.update(f"b:{one} {two}" for one, two in pairwise(words))
    found.update(
        f"t:{one} {two} {three}"
        for one, two, three in zip(words, words[1:], words[2:], strict=False)
    )
    found.update(f"s:{one} {two}" for one, two in zip(words, words[2:], strict=False))
    for word in words:
        edged = f"<{word}>"
        for length in (3, 4, 5):
            found.update(edged[at : at + length] for at in range(len(edged) - length + 1))
