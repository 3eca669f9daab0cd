"""Readings that contradict themselves, such as lower and raise the music in one message.

One of the two was misread. The agent asks which one is meant.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nemomusic.local.agent.intents.message_intents import Intent


def contradicts_itself(work: Sequence[Intent]) -> bool:
    """Return whether two intents of one message cannot both be meant."""
    return any(map(_wants_several_styles, work)) or any(
        _differ(one, two) for one, two in combinations(_flat(work), 2)
    )


def _wants_several_styles(one: Intent) -> bool:
    """Return whether versions should have different styles: all of them have the same words."""
    if not isinstance(one, music.Compose) or one.count == 1:
        return False
    return len({two.name for two in find_terms(one.words) if two.kind == "style"}) > 1


def _flat(work: Iterable[Intent]) -> list[object]:
    found: list[object] = []
    for one in work:
        found += one.changes if isinstance(one, music.ChangeMusic) else [one]
    return found


def _differ(one: object, two: object) -> bool:
    match one, two:
        case kinds.Focus(clips), kinds.Focus(other):
            return clips != other
        case kinds.Duck(on), kinds.Duck(other):
            return on != other
        case kinds.Volume(of, to, by), kinds.Volume(other, to2, by2):
            return of == other and to is None and to2 is None and (by > 1) != (by2 > 1)
        case (kinds.Trim(_, end), kinds.MusicSpan(start)) | (
            kinds.MusicSpan(start),
            kinds.Trim(_, end),
        ):
            return end is not None and end > 0 and start is not None and start >= end
        case music.ChangePart(part, how), music.ChangePart(other, how2):
            return part == other and {how, how2} in _OPPOSED
        case music.ScaleTempo(by), music.ScaleTempo(by2):
            return (by > 1) != (by2 > 1)
        case music.ChangeDensity(by), music.ChangeDensity(by2):
            return (by > 0) != (by2 > 0)
        case music.SetKey(_, mode), music.SetKey(_, mode2):
            return mode != mode2
        case (kinds.RemoveTitles(), kinds.AddTitle() | kinds.ChangeTitle()) | (
            kinds.RemoveMusic(),
            kinds.MusicSpan() | kinds.Passage() | kinds.Drop(),
        ):
            return True
    return False


_OPPOSED = (
    {"none", "add"},
    {"none", "more"},
    {"none", "back"},
    {"none", "only"},
    {"none", "less"},
    {"more", "less"},
)
