"""Check the reading of a message with two wishes against the readings of its two halves.

A message is read as a complete one, since a clause often needs its neighbor: "the bass is booming,
tone it down". Where both halves are complete wishes by themselves, this can lose one of them, or
take the object of one for that of the other. The halves are then read alone. If both are sure, and
speak of different things, they count.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.checks.remarks import tells_only
from nemomusic.local.agent.parsing.combined_requests import in_order
from nemomusic.local.agent.parsing.rewriting.indirect_wishes import direct
from nemomusic.local.agent.parsing.rules.order_detection import (
    is_left_alone,
    is_order,
    is_reason,
    is_too_much,
)
from nemomusic.local.agent.parsing.rules.part_rules import only_names
from nemomusic.local.agent.parsing.rules.pronouns import has_object
from nemomusic.local.agent.parsing.wish_subjects import (
    POINTS_BACK,
    are_reasons,
    changes_of,
    subjects,
)
from nemomusic.local.agent.parsing.words import common_words as common
from nemomusic.local.agent.parsing.words.music.named_music import named_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nemomusic.local.agent.intents.message_intents import Intent, ParsedMessage

_MOST_DIVISIONS: Final = 2
"""Places at which a message is divided, so that the time to read it is bounded."""
_SURE: Final = 0.0
"""Score from which the wishes of both halves are carried out."""
_HEARD: Final = -0.3
"""Score from which the agent asks whether a wish was missed."""
_SHORTEST: Final = 3
"""The smallest number of characters of a half that may be a wish."""
LONGEST_DIVIDED: Final = 160
"""Characters of a message that is divided. A longer one tells a story."""
_SEPARATOR: Final = re.compile(
    r"[.!?]*\s*\n+\s*|[.!?]\s+|[。！？；;]\s*"
    r"|,?\s+(?:(?:oh|plus|but)\s+(?:and|also)|and also|and then|and|then|plus|also|but)\s+"
    r"|[,，]\s*(?:然后|另外|还有|同时|再|并且)?|然后|另外|还有|同时",
    re.IGNORECASE,
)
_UNDIVIDED: Final = (common.QUOTED, common.PICTURE_AND_SOUND, common.IN_AND_OUT, common.BETWEEN)
"""Words that are not divided."""
_BOTH: Final = re.compile(r"\W*(?:both|all)(?: of (?:them|it|those))?\W*$", re.IGNORECASE)
"""Only points to what follows: "both of them, music and picture"."""
_OF_ALL_MUSIC: Final = (
    music.SetKey,
    music.SetStyle,
    music.SetTempo,
    music.ScaleTempo,
    kinds.Canvas,
)
"""Changes that are about the music or the film, whatever was named before: "put it in minor"."""
_RESULT: Final = re.compile(
    r"^\W*(?:more|so|for more|(?:我?感觉|听着|应该|肯定)?会|更|显得|这样|好"
    r"|太[^，。的]{1,2}了?\W*$)",
    re.IGNORECASE,
)
"""Words that say the purpose of the wish before: "add strings, more emotional"."""
_ENDS: Final = frozenset(".!?。！？")
_ASKS: Final = re.compile(r"[?？]\s*$")
_COMPLAINED: Final = (kinds.BiggerEnding, music.SetMood)
"""Changes that a complaint about the end seems to ask for: "收尾太突兀，音乐慢慢淡出吧"."""
_PACE: Final = (music.ScaleTempo, music.ChangeDensity)
"""Changes that a complaint about the mood seems to ask for."""


_IT: Final = re.compile(
    r"^(\W*(?:(?:please|just|then|also|can you|could you|let'?s) )*(?:let|make|have|stop|start"
    r"|end|play|fade|turn|put|keep|bring|set) )(?:it|that)\b",
    re.IGNORECASE,
)
"""Refers with its object to the piece that was named before: "and stop it at second 14"."""
_PIECES: Final = (music.Compose, kinds.UseUpload, kinds.GoBack)
_PLACED: Final = (kinds.MusicSpan, kinds.Volume, kinds.Fade, kinds.Duck, kinds.Passage, kinds.Drop)
"""Changes of how a piece is played, whatever the piece is."""


@attrs.frozen
class Half:
    """One half of a message, read alone.

    Attributes:
        read: What it says.
        support: Score of the wish that the example model hears least in it.
    """

    read: ParsedMessage
    support: float


def with_both_wishes(
    read: ParsedMessage, text: str, read_alone: Callable[[str], Half]
) -> ParsedMessage:
    """Return a reading with both wishes of a message that joins two complete ones.

    Args:
        read: The reading of the complete message.
        text: The message.
        read_alone: Reads a half of it.
    """
    complete = changes_of(read.intents)
    if (
        read.refused
        or read.unknown_style
        or not (complete or read.unsure)
        or len(text) > LONGEST_DIVIDED
    ):
        return read
    if not text.isascii() and len(_SEPARATOR.findall(direct(text))) < len(_SEPARATOR.findall(text)):
        return read  # "要是有点铜管，喜庆劲儿就出来了" is one wish
    best: tuple[float, list[object]] | None = None
    for first, second in _divisions(text):
        found = _both(first, second, read_alone)
        if found is None:
            continue
        found = found[0], _with_fade_of(complete, _with_style_of(complete, found[1]))
        if not _keeps_names(complete, found[1]):
            continue
        if not read.unsure and _are_alike(complete, found[1]):
            return read
        if best is None or found[0] > best[0]:
            best = found
    if best is None:
        return read
    agreed = _are_alike(changes_of((*read.intents, *read.unsure)), best[1])
    if best[0] < (_SURE if read.unsure and not agreed else _HEARD):
        return read
    both = _as_intents(best[1])
    if read.unsure or (best[0] >= _SURE and all(one in best[1] for one in complete)):
        return attrs.evolve(read, intents=both, unsure=())
    return attrs.evolve(read, intents=(), unsure=both)


def _divisions(text: str) -> Iterator[tuple[str, str]]:
    """Yield the halves of a message, divided at the strongest separators."""
    quoted = [match.span() for one in _UNDIVIDED for match in one.finditer(text)]
    places: list[tuple[bool, int, str, str]] = []
    for match in _SEPARATOR.finditer(text):
        first, second = text[: match.start()], text[match.end() :]
        held = any(start < match.start() < end for start, end in quoted)
        if held or min(len(first.strip()), len(second.strip())) < _SHORTEST:
            continue
        ends_sentence = match[0].strip()[:1] in _ENDS
        asks = not ends_sentence and _ASKS.search(second)
        weak = match[0].strip() in {",", "，"}
        places.append((weak, len(places), f"{first}?" if asks else first, second))
    for _, _, first, second in sorted(places)[:_MOST_DIVISIONS]:
        yield first, second


def _both(
    first: str, second: str, read_alone: Callable[[str], Half]
) -> tuple[float, list[object]] | None:
    """Return the changes of two halves that are wishes by themselves, with their support."""
    bare = first.isascii() and named_part(first) and only_names(first)  # "drums and bass out"
    if (
        bare
        or tells_only(second)
        or _BOTH.match(first)
        or is_left_alone(first)
        or is_left_alone(second)
    ):
        return None
    one = read_alone(first)
    before = _sure(one)
    if not before:
        return None
    told = are_reasons(before) and not is_order(first)
    if is_reason(first) and any(isinstance(one, _COMPLAINED) for one in before):
        return None
    felt = is_reason(first) and all(isinstance(one, _PACE) for one in before)
    piece = all(isinstance(one, _PIECES) for one in before) and bool(_IT.match(second))
    second = _IT.sub(r"\1the music", second) if piece else second
    two = read_alone(second)
    after = _sure(two)
    if piece and after and all(isinstance(one, _PLACED) for one in after):
        return min(one.support, two.support), [*before, *after]
    if POINTS_BACK.search(second) and not all(isinstance(one, _OF_ALL_MUSIC) for one in after):
        return None
    if felt and all(isinstance(one, music.SetMood) for one in after):
        return None  # "it's too hectic, calmer please"
    if not after or (are_reasons(after) and (_RESULT.search(second) or is_too_much(second))):
        return None
    if any(map(_needs_an_object, after)) and not has_object(second):
        return None
    if {name for one in before for name in subjects(one)} & {
        name for one in after for name in subjects(one)
    }:
        return None
    support = min(one.support, two.support)
    return (min(support, _HEARD) if told else support), [*before, *after]


def _sure(half: Half) -> list[object]:
    read = half.read
    return [] if read.unsure or read.refused or read.unknown_style else changes_of(read.intents)


def _as_intents(changes: list[object]) -> tuple[Intent, ...]:
    """Return changes as intents, those of the music in one."""
    of_music = tuple(one for one in changes if isinstance(one, music.MusicChange))
    found = [one for one in changes if isinstance(one, kinds.Intent)]
    return in_order([*found, *([music.ChangeMusic(of_music)] if of_music else [])])


def _are_alike(one: list[object], other: list[object]) -> bool:
    return len(one) == len(other) and all(change in other for change in one)


def _with_style_of(complete: list[object], both: list[object]) -> list[object]:
    """Return changes in which a piece in a new style is the one that the message was read as."""
    styles = [one for one in complete if isinstance(one, music.SetStyle) or _is_style(one)]
    if len(styles) != 1:
        return both
    return [styles[0] if _is_style(one) else one for one in both]


def _with_fade_of(complete: list[object], both: list[object]) -> list[object]:
    """Return changes in which a fade of both is that of what the complete message names."""
    fades = [one for one in complete if isinstance(one, kinds.Fade)]
    if len(fades) != 1:
        return both
    return [
        fades[0]
        if isinstance(one, kinds.Fade) and one == attrs.evolve(fades[0], of="both")
        else one
        for one in both
    ]


def _is_style(change: object) -> bool:
    """Return whether a change is a new piece, for the style that it names."""
    return isinstance(change, music.Compose) and not change.other and change.count == 1


def _keeps_names(complete: list[object], both: list[object]) -> bool:
    """Return whether no title and no name of a file was divided."""
    named = kinds.AddTitle | kinds.ChangeTitle | kinds.Focus | kinds.UseUpload
    return all(one in both for one in complete if isinstance(one, named))


def _needs_an_object(change: object) -> bool:
    """Return whether a change is read from words that also end another wish: "a bit louder"."""
    if isinstance(change, kinds.Fade):
        return change.of == "both"
    return isinstance(change, kinds.Volume)
