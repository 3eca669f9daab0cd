"""Check the reading of an order beside talk against the reading of the order alone.

"Glad we went back to jazz. Lower the music when someone talks" asks for nothing in jazz. The rules
read a message as a complete one, so a word of the talk can seem to be a wish. Where one half of a
message is an order by itself, and the other one is talk by itself, only the order counts. Where the
other one is doubtful by itself, the agent asks before it does both.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.local.agent.parsing.combined_requests import in_order
from nemomusic.local.agent.parsing.wish_subjects import POINTS_BACK, changes_of
from nemomusic.local.agent.parsing.words.common_words import QUOTED
from nemomusic.local.agent.separate_wishes import LONGEST_DIVIDED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nemomusic.local.agent.intents.message_intents import ParsedMessage

_TWO: Final = 2
"""Changes of the smallest reading that can hold more than its order."""
_MOST_DIVISIONS: Final = 3
"""Places at which a message is divided, so that the time to read it is bounded."""
_SEPARATOR: Final = re.compile(
    r"[.!?;,。！？；，]+\s+|[。！？；，]+\s*|\s*\n+\s*|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])"
)
_CONTINUES: Final = re.compile(
    r"\d|\b(?:too|as well|also|either)\W*$|\b(?:could do with|needs?|should|wants? )\b",
    re.IGNORECASE,
)
"""Belongs to an order before it: a figure, "the original sound too", "it needs a sunnier mood"."""


def without_talk(
    read: ParsedMessage, text: str, read_alone: Callable[[str], ParsedMessage]
) -> ParsedMessage:
    """Return a reading that does not take talk beside an order for a wish.

    Args:
        read: The reading of the complete message.
        text: The message.
        read_alone: Reads a half of it.
    """
    done = changes_of(read.intents)
    if len(done) < _TWO or read.unsure or len(text) > LONGEST_DIVIDED:
        return read
    for halves in _halves(text):
        for order, rest in (halves, halves[::-1]):
            if POINTS_BACK.search(order) or _CONTINUES.search(rest):
                continue
            alone = read_alone(order)
            wished = changes_of(alone.intents)
            sure = wished and not (alone.unsure or alone.refused)
            if not sure or len(wished) >= len(done) or not all(one in done for one in wished):
                continue
            told = read_alone(rest)
            nothing = not (told.intents or told.unsure)
            if nothing or changes_of(told.intents) or told.refused:
                continue
            if not told.unsure:
                return alone
            work = [one for one in read.intents if changes_of((one,))]
            free = tuple(one for one in read.intents if one not in work)
            return attrs.evolve(read, intents=free, unsure=in_order(work))
    return read


def _halves(text: str) -> Iterator[tuple[str, str]]:
    """Yield the halves of a message, divided where a sentence or a clause ends."""
    quoted = [match.span() for match in QUOTED.finditer(text)]
    for match in islice(_SEPARATOR.finditer(text), _MOST_DIVISIONS):
        if not any(start < match.start() < end for start, end in quoted):
            yield text[: match.start()], text[match.end() :]
