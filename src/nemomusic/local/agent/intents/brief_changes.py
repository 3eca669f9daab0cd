"""Turn a requested change of the music into a brief, and judge the new piece.

A change is charged only if it is measured in the new piece. The composer's summaries of the two
pieces are compared: tempo, key, style, the instruments and their levels, the number of notes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Literal

import attrs

from nemomusic.engine.composition.prompt_parser import affect_of_mood, move_towards_mood
from nemomusic.local.agent.intents.music_intents import (
    ChangeDensity,
    ChangePart,
    MusicChange,
    ScaleTempo,
    SetKey,
    SetMood,
    SetStyle,
    SetTempo,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nemomusic.engine.types import Brief, ScoreSummary

Verdict = Literal["done", "already", "absent", "missed"]
"""Whether the change is there, was there before, has no such instrument, or could not be made."""

TONICS: Final = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
LEVEL_STEP_DB: Final = 5.0
"""Decibels by which "less" and "more" of an instrument change its level."""
_MAX_LEVEL_DB: Final = 15.0
_HEARD_LEVEL_DB: Final = 2.0
"""The smallest change of one instrument's level that a listener notices, in decibels."""
_HEARD_TEMPO: Final = 1.04
"""The smallest factor between two tempos that a listener notices."""
_TEMPO_TOLERANCE: Final = 0.03
"""The tolerance for a requested tempo, as a share. The tempo is adjusted so that beats meet the
cuts.
"""
_HEARD_DENSITY: Final = 1.08
_HEARD_COLOR: Final = 0.08
_HEARD_ENERGY: Final = 0.04
_MOOD_TEMPO: Final = 0.07
"""Share by which the tempo follows a mood of full arousal."""
_DENSITY_STEP: Final = 0.4
_JOINING: Final = ("pad", "strings", "bells", "guitar")
"""Instruments that can be added to make a piece fuller: the first one that does not play yet."""
_JOINS: Final = frozenset({"add", "back", "more"})
"""Actions on an instrument that may give it the place of another one."""
_CORE: Final = frozenset({"drums", "bass", "melody"})
"""Instruments that are kept when a piece is made simpler."""


def pitch_class(key: str) -> int:
    """Return the pitch class of the tonic of a key such as "B♭ minor"."""
    sign = key[1:2]
    return (TONICS[key[0]] + (sign in {"#", "♯"}) - (sign in {"b", "♭"})) % 12


def mode_of(key: str) -> Literal["major", "minor"]:
    """Return the mode of a key such as "B♭ minor"."""
    return "minor" if key.endswith("minor") else "major"


def levels_of(summary: ScoreSummary) -> dict[str, float]:
    """Return the instruments of a piece, with the level of each."""
    return dict(summary.levels)


# From a change to a brief


def applied(
    brief: Brief, changes: Iterable[MusicChange], before: ScoreSummary, *, strength: float = 1.0
) -> Brief:
    """Return a brief with changes.

    Args:
        brief: The brief of the present piece.
        changes: The requested changes.
        before: The present piece.
        strength: Factor on all gradual changes.
    """
    for change in changes:
        match change:
            case SetStyle(style):
                brief = attrs.evolve(brief, style=style)
            case SetTempo(bpm):
                brief = attrs.evolve(brief, bpm=bpm, tempo_scale=1.0)
            case ScaleTempo(factor):
                brief = _scaled(brief, factor**strength)
            case SetKey(tonic, mode):
                brief = attrs.evolve(
                    brief,
                    tonic=brief.tonic if tonic is None else tonic,
                    mode=mode or mode_of(before.key),
                )
            case SetMood(mood, by):
                brief = _in_mood(brief, mood, by * strength)
            case ChangeDensity(by):
                brief = _denser(brief, by, strength, before)
            case ChangePart():
                brief = _with_part(brief, change, before)
    return brief


def _clamped(value: float) -> float:
    return max(-1.0, min(1.0, value))


def _scaled(brief: Brief, factor: float) -> Brief:
    return attrs.evolve(
        brief,
        tempo_scale=max(0.4, min(2.5, brief.tempo_scale * factor)),
        bpm=brief.bpm and max(40.0, min(220.0, brief.bpm * factor)),
    )


def _in_mood(brief: Brief, mood: str, by: float) -> Brief:
    """Move a brief towards a mood, far enough to be heard: tempo and timbre follow the affect."""
    valence, arousal, color = affect_of_mood(mood)
    brief = move_towards_mood(brief, mood, by)
    brief = _scaled(brief, 1.0 + _MOOD_TEMPO * arousal * by)
    shade = color or 0.4 * valence
    return attrs.evolve(brief, color=_clamped(brief.color + 0.4 * shade * by))


def _denser(brief: Brief, by: float, strength: float, before: ScoreSummary) -> Brief:
    """Play more notes, or fewer. If that was not heard, an instrument is added or removed."""
    density = _clamped(brief.density + _DENSITY_STEP * by * strength)
    brief = attrs.evolve(brief, density=density)
    if strength <= 1.0:
        return brief
    playing = levels_of(before)
    if by > 0:
        joining = next((one for one in _JOINING if one not in playing), None)
        return brief if joining is None else _with_part(brief, ChangePart(joining, "add"), before)
    leaving = min(playing.keys() - _CORE, key=lambda one: playing[one], default=None)
    return brief if leaving is None else _with_part(brief, ChangePart(leaving, "none"), before)


def _with_part(brief: Brief, change: ChangePart, before: ScoreSummary) -> Brief:
    part, how = change.part, change.how
    wanted = tuple(one for one in brief.wanted if one != part)
    unwanted = tuple(one for one in brief.unwanted if one != part)
    levels = dict(brief.levels)
    if how == "none":
        levels.pop(part, None)
        return attrs.evolve(
            brief, wanted=wanted, unwanted=(*unwanted, part), levels=tuple(levels.items())
        )
    if how == "only":
        return attrs.evolve(brief, wanted=(part,), unwanted=(), only=True, levels=())
    if how in {"less", "more"} and part in levels_of(before):
        step = LEVEL_STEP_DB if how == "more" else -LEVEL_STEP_DB
        level = levels.get(part, 0.0) + step
        levels[part] = max(-_MAX_LEVEL_DB, min(_MAX_LEVEL_DB, level))
        return attrs.evolve(brief, levels=tuple(levels.items()))
    if how == "less":
        return brief
    if how == "back" and part not in brief.wanted and part in brief.unwanted:
        wanted = brief.wanted
    else:
        wanted = (*wanted, part)
    levels.pop(part, None)
    only = brief.only and how != "back"
    return attrs.evolve(
        brief, wanted=wanted, unwanted=unwanted, levels=tuple(levels.items()), only=only
    )


# From a piece to a verdict


def verdict(change: MusicChange, before: ScoreSummary, after: ScoreSummary) -> Verdict:
    """Return the verdict whether a requested change is in the new piece."""
    alike = before.fingerprint == after.fingerprint and bool(after.fingerprint)
    match change:
        case SetStyle(style):
            if after.style != style:
                return "missed"
            return "already" if alike else "done"
        case SetTempo(bpm):
            if abs(after.bpm - bpm) > max(1.0, _TEMPO_TOLERANCE * bpm):
                return "missed"
            return "already" if abs(after.bpm - before.bpm) < 0.5 else "done"
        case ScaleTempo(factor):
            ratio = after.bpm / before.bpm
            return "done" if (ratio if factor > 1 else 1 / ratio) >= _HEARD_TEMPO else "missed"
        case SetKey(tonic, mode):
            right = (tonic is None or pitch_class(after.key) == tonic) and (
                mode is None or mode_of(after.key) == mode
            )
            if not right:
                return "missed"
            return "already" if before.key == after.key else "done"
        case SetMood(mood, by):
            return "done" if _moved(before, after, mood, by) else "missed"
        case ChangeDensity(by):
            ratio = _ratio(after.notes_per_second, before.notes_per_second)
            players = len(after.levels) - len(before.levels)
            heard = (ratio if by > 0 else 1 / ratio) >= _HEARD_DENSITY or players * by > 0
            return "done" if heard else "missed"
        case ChangePart():
            return _part_verdict(change, before, after)


def _ratio(after: float, before: float) -> float:
    return max(after, 0.01) / max(before, 0.01)


def _moved(before: ScoreSummary, after: ScoreSummary, mood: str, by: float) -> bool:
    """Return whether a listener hears a piece move towards a mood."""
    valence, arousal, color = affect_of_mood(mood)
    modes = (mode_of(after.key) == "major") - (mode_of(before.key) == "major")
    tempo = math.log(_ratio(after.bpm, before.bpm)) / math.log(_HEARD_TEMPO)
    notes = math.log(_ratio(after.notes_per_second, before.notes_per_second))
    notes /= math.log(_HEARD_DENSITY)
    shade = (after.color - before.color) / _HEARD_COLOR
    energy = (after.energy - before.energy) / _HEARD_ENERGY
    lively, bright = arousal * by, (color or 0.4 * valence) * by
    score = 2.0 * valence * by * modes + bright * shade
    score += lively * (tempo + 0.5 * notes + 0.5 * energy)
    largest = max(abs(modes), abs(tempo), abs(notes), abs(shade), abs(energy))
    return score > 0 and largest >= 1.0


def _part_verdict(change: ChangePart, before: ScoreSummary, after: ScoreSummary) -> Verdict:
    part, had, has = change.part, levels_of(before), levels_of(after)
    if change.how == "none":
        return "missed" if part in has else "done" if part in had else "absent"
    if change.how == "less" and part not in had:
        return "absent"
    if change.how == "only":
        if part not in has or set(has) - {part, "melody", "bass"}:
            return "missed"
        return "already" if set(had) == set(has) else "done"
    if part not in has:
        return "missed"
    if part not in had:
        return "done"
    step = has[part] - had[part]
    if change.how in {"add", "back"}:
        return "done" if step >= _HEARD_LEVEL_DB else "already"
    return "done" if (step if change.how == "more" else -step) >= _HEARD_LEVEL_DB else "missed"


def strayed(
    changes: Iterable[MusicChange], before: ScoreSummary, after: ScoreSummary
) -> tuple[bool, bool, bool, bool]:
    """Return the changes that were not asked for: of the style, the tonic, the mode, the tempo."""
    asked = list(changes)
    style = any(isinstance(one, SetStyle) for one in asked)
    key = style or any(isinstance(one, SetKey) for one in asked)
    mode = key or any(isinstance(one, SetMood) for one in asked)
    tempo = style or any(isinstance(one, SetMood | SetTempo | ScaleTempo) for one in asked)
    return (
        not style and after.style != before.style,
        not key and pitch_class(after.key) != pitch_class(before.key),
        not mode and mode_of(after.key) != mode_of(before.key),
        not tempo and abs(math.log(after.bpm / before.bpm)) > math.log(_HEARD_TEMPO),
    )


def replaced(
    changes: Iterable[MusicChange], before: ScoreSummary, after: ScoreSummary
) -> list[str]:
    """Return the instruments that an added instrument took the place of."""
    asked = list(changes)
    if not all(isinstance(one, ChangePart) and one.how in _JOINS for one in asked):
        return []  # a style, a mood or a density chooses the instruments
    return [one for one in levels_of(before) if one not in levels_of(after)]
