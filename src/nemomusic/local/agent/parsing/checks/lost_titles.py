"""Quoted words that a message names as a title, and that no intent of the reading writes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nemomusic.local.agent.intents.message_intents import AddTitle, ChangeTitle, RemoveTitles
from nemomusic.local.agent.parsing.rewriting.message_text import HeldQuotes
from nemomusic.local.agent.parsing.words.common_words import HELD, pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.local.agent.intents.message_intents import Intent

_NAMES: Final = pattern(
    r"\b(?:call|name|title|caption|rename)(?:d|s|ing)? (?:\w+ ){0,3}(?:to |as )?\W*$",
    r"\b(?:title|caption|text|words?) (?:(?:that )?(?:says?|saying|reads?|reading)|to|of|is|:)?"
    r"\W*$",
    r"(?:命名|取名|起名|标题|字幕|写上|打上|配字)[^，。,]{0,6}$",
)
"""Stands before the words of a title."""
_BEFORE: Final = 30
"""Characters before quoted words that may name them as a title."""


def loses_a_title(text: str, work: Sequence[Intent]) -> bool:
    """Return whether a message names a title that its reading does not write.

    "Fade out the music and name it "Sea"" asks for two things.
    """
    if any(isinstance(one, AddTitle | ChangeTitle | RemoveTitles) for one in work):
        return False
    quotes = HeldQuotes()
    held = quotes.hold(text)
    return any(
        _NAMES.search(held[max(0, match.start() - _BEFORE) : match.start()])
        for match in HELD.finditer(held)
        if not re.search(r"\.\w{2,4}$", quotes.texts[int(match[1])])
    )
