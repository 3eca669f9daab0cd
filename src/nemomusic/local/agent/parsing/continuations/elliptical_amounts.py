"""Read messages that only give the last change another time, length or level: "no, at 10"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.continuations.last_change import group_of
from nemomusic.local.agent.parsing.words import elliptical_words as words

if TYPE_CHECKING:
    from nemomusic.local.agent.intents.message_intents import Intent
    from nemomusic.local.agent.parsing.continuations.last_change import FollowUp

_ALL: Final = 100
"""Percent of the full volume."""


def at_another_time(follow: FollowUp) -> list[Intent] | None:
    """Return the last change at another time, or None."""
    last, undo = follow.last, follow.undo
    music_plays = isinstance(last, kinds.UseUpload | kinds.MusicSpan)
    if music_plays and (only := follow.fits(words.ONLY_RANGE)):
        begins, ends = (float(one) for one in only.groups() if one)
        return [kinds.MusicSpan(begins, ends)]
    if span := follow.fits(words.RANGE):
        since, until = float(span["start"]), float(span["end"])
        if not (follow.denied and since < until):
            return None
        match last:
            case kinds.Passage() if undo:
                return [*undo, attrs.evolve(last, start=since, end=until)]
            case kinds.Trim() | kinds.CutOut() if undo:
                return [*undo, attrs.evolve(last, start=since, end=until)]
            case kinds.MusicSpan():
                return [kinds.MusicSpan(since, until)]
            case kinds.AddTitle() | kinds.ChangeTitle():
                return [kinds.ChangeTitle(start=since, duration=until - since)]
        return None
    if first := follow.fits(words.FIRST_SECONDS):
        again = follow.denied and isinstance(last, kinds.Trim) and undo
        return [*undo, kinds.Trim(0.0, float(group_of(first)))] if again and undo else None
    found = follow.fits(words.TIME)
    if found is None:
        return None
    time, word = float(found["time"]), (found["word"] or "").lower()
    said = follow.denied or follow.said.startswith(("make", "move", "改到", "移到", "改成"))
    match last:
        case kinds.Drop() if said:
            return [kinds.Drop(time)]
        case kinds.MusicSpan(begin, end) if said and None in {begin, end}:
            late = word in {"to", "until", "till", "到"} or begin is None
            return [kinds.MusicSpan(None, time) if late else kinds.MusicSpan(time, None)]
        case kinds.AddTitle() | kinds.ChangeTitle() if said and word in {
            "at",
            "from",
            "after",
            "在",
            "从",
            "改到",
        }:
            return [kinds.ChangeTitle(start=time)]
        case kinds.Trim(0.0, float(stop)) if follow.denied and stop > 0 and undo:
            return [*undo, kinds.Trim(0.0, time)]
    return None


def by_another_amount(follow: FollowUp) -> list[Intent] | None:
    """Return the last change with another length, level or tempo, or None."""
    last = follow.last
    if (each := follow.fits(words.EACH)) and isinstance(last, kinds.Fade) and last.seconds:
        return [attrs.evolve(last, side="both", seconds=float(group_of(each)))]
    if (length := follow.fits(words.LENGTH)) and float(group_of(length)) > 0:
        seconds = float(group_of(length))
        if isinstance(last, kinds.AddTitle | kinds.ChangeTitle):
            return [kinds.ChangeTitle(duration=seconds)]
        if isinstance(last, kinds.Fade) and last.seconds:
            return [attrs.evolve(last, seconds=seconds)]
    level = follow.fits(words.LEVEL)
    if level and (follow.denied or not follow.said[0].isdigit()):
        number = float(group_of(level))
        if isinstance(last, kinds.Volume) and number <= _ALL:
            return [attrs.evolve(last, to=number / _ALL, by=1.0)]
        if isinstance(last, music.ChangeMusic) and "%" not in follow.said:
            tempo = last.changes == (last.changes[0],) and isinstance(
                last.changes[0], music.SetTempo | music.ScaleTempo
            )
            return [music.ChangeMusic((music.SetTempo(number),))] if tempo else None
    if not isinstance(last, kinds.Volume):
        return None
    if follow.fits(words.DOUBLE) or follow.fits(words.HALF):
        return [kinds.Volume(last.of, None, 2.0 if follow.fits(words.DOUBLE) else 0.5)]
    step = follow.fits(words.STEP)
    if step and last.to is not None:
        down = step["how"] in {"less", "quieter", "down"} or step["zh"] in {"减", "小", "少"}
        by = float(step["en"] or step["zhn"]) / _ALL
        return [attrs.evolve(last, to=max(0.0, min(1.0, last.to + (-by if down else by))))]
    return None
