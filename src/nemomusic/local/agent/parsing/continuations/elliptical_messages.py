"""Read messages that only say how to go on from the last change.

"A bit more", "no, the music" or "from 8 to 9 too" name neither an action nor, often, its object.
Both are those of the last change. A message is read here only if all of its words fit a pattern.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import attrs

from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.intents.message_intents import Intent, MessageContext, ParsedMessage
from nemomusic.local.agent.parsing.continuations.bare_messages import (
    bare_question,
    bare_request,
    bare_unsure,
    position_of,
)
from nemomusic.local.agent.parsing.continuations.elliptical_amounts import (
    at_another_time,
    by_another_amount,
)
from nemomusic.local.agent.parsing.continuations.last_change import (
    FollowUp,
    group_of,
    inverse_of,
    of_target,
    only_parts,
    sign_of,
    target_of,
)
from nemomusic.local.agent.parsing.rewriting.message_text import with_digits
from nemomusic.local.agent.parsing.words import elliptical_words as words
from nemomusic.local.agent.parsing.words.common_words import QUOTED

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from nemomusic.local.agent.intents.music_intents import MusicChange

    Read = Callable[[str], ParsedMessage]

_LONGEST: Final = 90
"""Characters of a message that only goes on from the last change."""
_EASED: Final = -0.5
"""Exponent of the factor that takes half of a change back: "that's too much"."""
_NUMBERS: Final = {"first": 1, "second": 2, "third": 3, "一": 1, "二": 2, "两": 2, "三": 3}


def continued(text: str, context: MessageContext, read: Read) -> ParsedMessage | None:
    """Return a message that only says how to go on from the last change, or None.

    Args:
        text: The message.
        context: The session, with the intents of its last change.
        read: Reads other words.
    """
    if len(text) > _LONGEST or context.pending or "\n" in text:
        return None
    asks = text.rstrip().endswith(("?", "？"))
    message = text.strip().rstrip("?？")
    said = _without(words.LEAD, message)
    plain = _without(words.DENIES, said)
    denied = plain != said
    plain = _without(words.LEAD, plain).strip()
    plain = words.TAIL.sub("", plain if QUOTED.search(plain) else with_digits(plain))
    if not plain:
        return None
    follow = FollowUp(plain, context, denied=denied, opening=message[: len(message) - len(said)])
    if asks:
        return bare_question(follow)
    done = bare_request(follow) or (_intents(follow) if context.last else None)
    if done is None and context.last:
        done = _meant(follow, read)
    if done is not None:
        return ParsedMessage(tuple(done))
    if follow.denied and (follow.fits(words.TIME) or follow.fits(words.RANGE)):
        return ParsedMessage(unread=(text.strip(),))  # "no, from 4 to 6" asks for no silence
    unsure = _unsure(follow)
    return bare_unsure(follow) if unsure is None else ParsedMessage((), (), unsure)


def _without(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.match(text)
    return text[found.end() :] if found else text


def _unsure(follow: FollowUp) -> tuple[Intent, ...] | None:
    """Return what the words may mean, so that the agent asks."""
    cut = follow.fits(words.CUT_SONG)
    if cut and follow.context.last and isinstance(follow.last, kinds.UseUpload):
        return (kinds.MusicSpan(None, float(group_of(cut))),)
    return None


def _meant(follow: FollowUp, read: Read) -> list[Intent] | None:
    """Return a volume in place of the last one: "I meant the voices are too loud"."""
    found = words.MEANT.match(follow.said)
    last, undo = follow.last, follow.undo
    if found is None or undo is None or not isinstance(last, kinds.Volume):
        return None
    composed = follow.context.has_music and last.to is None
    if composed and (named := only_parts(follow.said[found.end() :])):
        how: music.PartChange = "more" if last.by > 1 else "less"
        return [*undo, music.ChangeMusic(tuple(music.ChangePart(one, how) for one in named))]
    heard = read(follow.said[found.end() :])
    volumes = [*heard.intents, *heard.unsure]
    if len(volumes) != 1 or not isinstance(volumes[0], kinds.Volume):
        return None
    return [*undo, *volumes] if volumes[0].of != last.of else volumes


def _intents(follow: FollowUp) -> list[Intent] | None:
    """Return what the message asks for, or None."""
    for rule in (
        _again,
        _degree,
        _reversed,
        _other_target,
        _same_for,
        at_another_time,
        by_another_amount,
        _object,
    ):
        if (found := rule(follow)) is not None:
            return found
    return None


def _again(follow: FollowUp) -> list[Intent] | None:
    last = follow.last
    if isinstance(last, kinds.Undo) and follow.denied and follow.fits(words.NEWER):
        return [kinds.Redo()]
    if isinstance(last, kinds.GoBack) and follow.fits(words.NEWER):
        return [kinds.GoBack(number=-1)]
    if follow.fits(words.FORMER) and any(
        isinstance(one, music.Compose) for one in follow.context.last
    ):
        return [kinds.Undo()] if len(follow.context.last) == 1 else None
    if isinstance(last, kinds.Undo | kinds.Redo) and follow.fits(words.AGAIN):
        return [type(last)()]
    if isinstance(last, kinds.GoBack) and follow.fits(words.OTHER_ONE):
        return [kinds.GoBack(other=True)]
    return None


def _degree(follow: FollowUp) -> list[Intent] | None:
    last, sign = follow.last, sign_of(follow.last)
    if isinstance(last, kinds.BiggerEnding) and (
        follow.fits(words.MORE) or follow.fits(words.BIGGER)
    ):
        return [last]
    if follow.fits(words.TOO_MUCH) or (sign > 0 and follow.fits(words.LESS)):
        return _eased(follow)
    if sign and (follow.fits(words.MORE) or (sign < 0 and follow.fits(words.LESS))):
        return [last]
    return None


def _eased(follow: FollowUp) -> list[Intent] | None:
    """Take half of a change back, or all of a change that has no degrees."""
    last = follow.last
    match last:
        case kinds.Volume(to=None, by=by):
            return [attrs.evolve(last, by=by**_EASED)]
        case music.ChangeMusic((music.ScaleTempo(factor),)):
            return [music.ChangeMusic((music.ScaleTempo(factor**_EASED),))]
        case kinds.BiggerEnding() | music.ChangeMusic() | kinds.Passage() | kinds.Drop():
            return follow.undo
    return None


def _reversed(follow: FollowUp) -> list[Intent] | None:
    if not follow.fits(words.OPPOSITE):
        return None
    last, undo = follow.last, follow.undo
    match follow.context.last:
        case (kinds.Volume(to=float(level)) as first, kinds.Volume(to=float(next_level)) as second):
            return [attrs.evolve(first, to=next_level), attrs.evolve(second, to=level)]
        case (kinds.Volume(to=None, by=by) as first,) if undo:
            return [*undo, attrs.evolve(first, by=1 / by)]
    if isinstance(last, music.ChangeMusic) and len(last.changes) == 1 and undo:
        inverse = inverse_of(last.changes[0])
        return None if inverse is None else [*undo, music.ChangeMusic((inverse,))]
    if isinstance(last, kinds.Focus) and last.clips and len(last.clips) > 1:
        return [kinds.Focus(last.clips[::-1])]
    return None


def _other_target(follow: FollowUp) -> list[Intent] | None:
    """Read "no, the music": the last change, of something else."""
    found = words.MEANT.match(follow.said)
    target = target_of(follow.said[found.end() :] if found else follow.said)
    undo = follow.undo
    if target is None or undo is None:
        return None
    changed = of_target(follow.last, target)
    return None if changed is None else [*undo, changed]


def _same_for(follow: FollowUp) -> list[Intent] | None:
    match = follow.fits(words.SAME)
    what = group_of(match).strip() if match else follow.said if follow.fits(words.END) else None
    if what is None or follow.denied:
        return None
    last = follow.last
    if (target := target_of(what)) is not None:
        changed = of_target(last, target)
        return None if changed is None else [changed]
    if span := words.RANGE.fullmatch(what):
        times = float(span["start"]), float(span["end"])
        if isinstance(last, kinds.Passage) and times[0] < times[1]:
            return [kinds.Passage(*times, silent=last.silent)]
        return None
    edge: Literal["in", "out"] | None
    edge = "in" if words.START.fullmatch(what) else "out" if words.END.fullmatch(what) else None
    if edge is not None and isinstance(last, kinds.Fade):
        return [attrs.evolve(last, side=edge)]
    if edge is not None and isinstance(last, kinds.AddTitle):
        late = -(last.duration or 3.0) if edge == "out" else None
        return [attrs.evolve(last, start=late)]
    parts = only_parts(what)
    change = last.changes[0] if isinstance(last, music.ChangeMusic) else None
    if parts and isinstance(change, music.ChangePart):
        return [music.ChangeMusic(tuple(attrs.evolve(change, part=part) for part in parts))]
    return None


def _object(follow: FollowUp) -> list[Intent] | None:
    last = follow.last
    if position := follow.fits(words.POSITION):
        if not isinstance(last, kinds.AddTitle | kinds.ChangeTitle):
            return None
        return [kinds.ChangeTitle(position=position_of(group_of(position)))]
    titled = isinstance(last, kinds.AddTitle | kinds.ChangeTitle)
    if titled and follow.fits(words.AT_END):
        return [kinds.ChangeTitle(start=-_TITLE_SECONDS)]
    if titled and (name := follow.fits(words.RENAMED)):
        return [kinds.ChangeTitle(group_of(name))]
    if isinstance(last, kinds.Passage) and (follow.fits(words.SILENT) or follow.fits(words.QUIET)):
        return [attrs.evolve(last, silent=bool(follow.fits(words.SILENT)))]
    if isinstance(last, kinds.Duck) and not last.on and follow.fits(words.NOT_HEARD):
        return [kinds.Duck(on=True)]
    if isinstance(last, kinds.Focus | kinds.Trim) and (clip := follow.fits(words.FIRST_CLIP)):
        return _in_front(follow, group_of(clip).lower())
    about_music = any(isinstance(one, _ABOUT_MUSIC) for one in follow.context.last)
    if about_music and (found := _of_it(follow)) is not None:
        return found
    if isinstance(last, music.ChangeMusic) and len(last.changes) == 1:
        return _part(follow, last.changes[0])
    return _taken_back(follow)


def _of_it(follow: FollowUp) -> list[Intent] | None:
    """Return what happens to "it", which is the music: "fade it out", "start at 5 seconds"."""
    if fade := follow.fits(words.FADE_IT):
        side = {"in": "in", "out": "out"}.get(fade["side"].lower(), "both")
        return [kinds.Fade(_SIDES[side], "music", float(fade["en"] or 1.0))]
    if start := follow.fits(words.START_IT):
        return [kinds.MusicSpan(float(group_of(start)), None)]
    return None


def _in_front(follow: FollowUp, said: str) -> list[Intent] | None:
    number = (_NUMBERS.get(said) or int(said)) - 1
    order = follow.context.order
    if number not in order:
        return None
    return [kinds.Focus((number, *(one for one in order if one != number)))]


def _part(follow: FollowUp, change: MusicChange) -> list[Intent] | None:
    for pattern, how in _OF_PARTS:
        if isinstance(change, music.ChangePart) and follow.fits(pattern):
            return [music.ChangeMusic((music.ChangePart(change.part, how),))]
    if isinstance(change, music.ChangePart) and follow.denied:
        for pattern, how in _OF_DENIED_PARTS:
            if follow.fits(pattern):
                return [music.ChangeMusic((music.ChangePart(change.part, how),))]
    removed = isinstance(change, music.ChangePart) and change.how == "none"
    if removed and follow.fits(words.ADD_BACK):
        return follow.undo
    return _taken_back(follow)


def _taken_back(follow: FollowUp) -> list[Intent] | None:
    last = follow.last
    if follow.fits(words.IT_GONE) and isinstance(last, kinds.AddTitle):
        return [kinds.RemoveTitles(last.text)]
    if follow.fits(words.IT_GONE) and isinstance(last, kinds.Fade):
        return [attrs.evolve(last, seconds=0.0)]
    added = next((what for kind, what in _ADDED if isinstance(last, kind)), None)
    if added and follow.fits(words.IT_GONE):
        return [kinds.LevelOut(added)]
    composed = any(isinstance(one, music.Compose) for one in follow.context.last)
    if isinstance(last, _OF_HISTORY) or (composed and not follow.fits(words.NOT_WANTED)):
        return None
    return [kinds.Undo()] if follow.fits(words.TAKE_BACK) else None


_TITLE_SECONDS: Final = 3.0
"""Seconds before the end at which a title at the end begins, if it is not longer."""
_ADDED: Final[tuple[tuple[type, Literal["passages", "drop", "ending"]], ...]] = (
    (kinds.Passage, "passages"),
    (kinds.Drop, "drop"),
    (kinds.BiggerEnding, "ending"),
)
_OF_HISTORY: Final = (kinds.Undo, kinds.Redo, kinds.GoBack, kinds.RemoveMusic)
"""Changes after which "put it back" has a meaning of its own."""
_ABOUT_MUSIC: Final = (kinds.UseUpload, kinds.MusicSpan, kinds.Passage, kinds.Drop)
"""Changes after which "it" is the music."""
_SIDES: Final[dict[str, Literal["in", "out", "both"]]] = {"in": "in", "out": "out", "both": "both"}
_OF_DENIED_PARTS: Final[tuple[tuple[re.Pattern[str], music.PartChange], ...]] = (
    (words.PART_LOUDER, "more"),
    (words.PART_QUIETER, "less"),
)
_OF_PARTS: Final[tuple[tuple[re.Pattern[str], music.PartChange], ...]] = (
    (words.THEM_LOUDER, "more"),
    (words.THEM_QUIETER, "less"),
    (words.THEM_GONE, "none"),
)
