"""Rules for music: how one clause changes the piece, or asks for a new one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

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
from nemomusic.local.agent.parsing.rewriting.message_text import group
from nemomusic.local.agent.parsing.rules.order_detection import is_order
from nemomusic.local.agent.parsing.rules.part_rules import WOULD_ADD, parts_of
from nemomusic.local.agent.parsing.words import common_words as common
from nemomusic.local.agent.parsing.words import sound_words as sound
from nemomusic.local.agent.parsing.words.music import (
    density_words,
    mood_words,
    named_music,
    new_piece_words,
    tempo_words,
)
from nemomusic.local.agent.parsing.words.music.key_words import key_of

if TYPE_CHECKING:
    from nemomusic.local.agent.intents.message_intents import MessageContext

_FASTER: Final = 1.18
"""Factor on the tempo for "faster"; "slower" is its inverse."""
_SMALL: Final = 0.5
"""Share of the usual step for "a bit"."""
_LARGE: Final = 1.8
"""Share of the usual step for "much"."""
_SLOWEST, _FASTEST = 30.0, 260.0
_THAN_LIKED: Final = re.compile(
    r"\b(?:(?P<slow>slower)|faster|quicker) than (?:i|we|it|they|people|anyone)\b", re.IGNORECASE
)
"""Says that the music is too slow or too fast: "slower than I can bear"."""
_PACE: Final = common.pattern(r"\b(?:tempo|speed|pace|too)\b", r"速度|节奏|太")
"""Says that a word such as "calm" is about the tempo: "calm the pace down"."""
_QUALITIES: Final = common.pattern(
    r"\b(?:tempo|speed|pace|bpm|energy|key|pitch|mood|tension|suspense|drama|romance|excitement"
    r"|vibe|notes|density|style|genre)\b",
    r"速度|节奏|调性|情绪|氛围|风格|曲风|音符",
)


_BEEFS_UP: Final = re.compile(r"\bbeef(?:ed)? up (?:the|that) (?!music|sound)", re.IGNORECASE)
"""Speaks of an instrument: "beef up the bass"."""


@attrs.frozen
class MusicRequest:
    """The wishes of one clause for the music.

    Attributes:
        changes: The changes of the present piece.
        fresh: Whether it asks for a new piece, not a change.
        other: Whether it asks for another piece without a description.
        count: The number of pieces.
    """

    changes: tuple[MusicChange, ...] = ()
    fresh: bool = False
    other: bool = False
    count: int = 1

    def __bool__(self) -> bool:
        return bool(self.changes or self.fresh or self.other)


def about_other_qualities(clause: str) -> bool:
    """Return whether "lower" and "more" in a clause are about tempo, key or mood, not volume."""
    tempo = tempo_words.SLOWER.search(clause) or tempo_words.FASTER.search(clause)
    return bool(tempo or _QUALITIES.search(clause)) and not sound.VOLUME.search(clause)


def scales_tempo(wish: MusicRequest) -> bool:
    """Return whether a clause asks for faster or slower music: a share after it is ambiguous."""
    return any(isinstance(one, ScaleTempo) for one in wish.changes)


def read_music(
    clause: str, context: MessageContext, before: tuple[MusicChange, ...] = ()
) -> MusicRequest | None:
    """Find the wishes of a clause for the music.

    Args:
        clause: The clause.
        context: The session.
        before: The changes of the clause before it: "no drums or bass", "less bass, and piano".
    """
    count = _versions(clause)
    if count > 1:
        return MusicRequest(fresh=True, other=context.has_music, count=count)
    changes = [*parts_of(clause, before), *_tempo(clause), *_key(clause)]
    density = None if WOULD_ADD.search(clause) or _BEEFS_UP.search(clause) else _density(clause)
    style = named_music.named_style(clause)
    last = before[-1] if before else None
    if isinstance(last, ChangePart) and last.how in {"less", "none"} and _TOO_FULL.search(clause):
        density = None  # "弦乐压一压，太满了"
    if (
        style in mood_words.COMPARATIVES
        and before
        and all(isinstance(one, SetMood) for one in before)
    ):
        return MusicRequest((SetMood(style, 1.0),))  # "grander, more heroic and epic"
    if density and not (
        changes and isinstance(changes[0], ChangePart) and _SPARSE_PART.search(clause)
    ):
        changes.append(density)
    if style:
        changes.append(SetStyle(style))
    named = {one.part for one in changes if isinstance(one, ChangePart)}
    scaled = any(isinstance(one, ScaleTempo) for one in changes) and _PACE.search(clause)
    changes += _moods(clause, style=style, busy=bool(named or density or scaled))
    fresh = bool(new_piece_words.FRESH.search(clause))
    editing = bool(new_piece_words.EDITING.search(clause))
    paced = context.has_music and any(isinstance(one, SetTempo) for one in changes)
    if style and (fresh or not (editing or paced)):  # "funk at 110 bpm" changes two things
        return MusicRequest(tuple(changes), fresh=True)
    if not changes and new_piece_words.OTHER.search(clause):
        return MusicRequest(fresh=True, other=context.has_music)
    if not changes and new_piece_words.DISLIKE.search(clause) and context.has_music:
        return MusicRequest(fresh=True, other=True)
    if changes:
        return MusicRequest(tuple(changes))
    asks = new_piece_words.GENERATE.search(clause) or len(clause.split()) <= 4
    if sound.MUSIC.search(clause) and asks and not context.has_music:
        return MusicRequest(fresh=True)
    if sound.MUSIC.search(clause) and fresh:
        return MusicRequest(fresh=True, other=context.has_music)
    return None


_TOO_FULL: Final = re.compile(r"^\W*太[^，。的]{1,2}了?\W*$")
"""Says why the instrument before it is turned down."""
_SPARSE_PART: Final = re.compile("太满")
"""Speaks of one instrument that plays too much."""


def _versions(clause: str) -> int:
    match = new_piece_words.VERSIONS.search(clause)
    if match is None:
        return 1
    said = group(match).lower()
    return int(said) if said.isdigit() else 2 if said.startswith("a couple") else 3


def is_explicit(clause: str) -> bool:
    """Return whether a clause asks for an action, and does not only name music."""
    explicit = (
        new_piece_words.FRESH,
        new_piece_words.EDITING,
        new_piece_words.ORDERS,
        mood_words.MORE,
        mood_words.LESS,
    )
    compared = (found.search(clause) for found in mood_words.COMPARATIVES.values())
    return any(found.search(clause) for found in explicit) or (clause.isascii() and any(compared))


def is_certain(clause: str, wish: MusicRequest) -> bool:
    """Return whether a clause asks for an action, by its words or by what it was read as."""
    if wish.other and wish.count == 1 and new_piece_words.DISLIKE.search(clause):
        return False  # "I don't like that change"
    exact = ScaleTempo | SetTempo | ChangePart | ChangeDensity
    return is_explicit(clause) or any(isinstance(one, exact) for one in wish.changes)


def beside_history(clause: str, wish: MusicRequest) -> bool:
    """Return whether a clause is a wish beside a step back: "back to lofi, but faster"."""
    short = len(clause.split()) <= _FEW_WORDS and clause.isascii()
    return (short or is_order(clause)) and is_certain(clause, wish)


_FEW_WORDS: Final = 4
"""Words of a clause that is a wish without a verb."""
_BARE: Final = re.compile(r"\W*(?:要|得)?[^，。再更点些多少]{1,4}的?\W*")


def is_bare_mood(clause: str, wish: MusicRequest, before: list[tuple[str, MusicRequest]]) -> bool:
    """Return whether a Chinese clause is a bare mood after an instrument that is added.

    Args:
        clause: The clause.
        wish: What it was read as.
        before: The clauses before, and what they were read as.
    """
    last = before[-1][1].changes if before else ()
    added = any(isinstance(one, ChangePart) and one.how == "add" for one in last)
    moods = all(isinstance(one, SetMood) for one in wish.changes) and not wish.fresh
    return added and moods and not clause.isascii() and bool(_BARE.fullmatch(clause))


# Tempo, key, density


def _share(clause: str) -> float:
    if common.LITTLE.search(clause):
        return _SMALL
    return _LARGE if common.MUCH.search(clause) else 1.0


def _tempo(clause: str) -> list[MusicChange]:
    match = tempo_words.BPM.search(clause)
    if match:
        bpm = float(group(match))
        return [SetTempo(bpm)] if _SLOWEST <= bpm <= _FASTEST else []
    clause = _THAN_LIKED.sub(lambda match: "too slow" if match["slow"] else "too fast", clause)
    slower, faster = tempo_words.SLOWER.search(clause), tempo_words.FASTER.search(clause)
    if slower and faster:
        faster = faster if faster.start() < slower.start() else None
        slower = None if faster else slower
    if re.search(r"\b(?:double|twice)\b|加倍|翻倍", clause) and faster:
        return [ScaleTempo(_FASTER**_LARGE)]
    if faster:
        return [ScaleTempo(_FASTER ** _share(clause))]
    return [ScaleTempo(_FASTER ** -_share(clause))] if slower else []


def _key(clause: str) -> list[MusicChange]:
    key = key_of(clause)
    if key is None:
        return []
    tonic, mode = key
    if mode == "major":
        return [SetKey(tonic, "major")]
    return [SetKey(tonic, "minor" if mode == "minor" else None)]


def _density(clause: str) -> ChangeDensity | None:
    if density_words.SPARSER.search(clause) and not density_words.FULLER.search(clause):
        return ChangeDensity(-_share(clause))
    return ChangeDensity(_share(clause)) if density_words.FULLER.search(clause) else None


# Moods

_ENDING: Final = re.compile(r"\b(?:ending|finale|outro)\b|结尾|收尾|末尾|尾声", re.IGNORECASE)
"""Names the end of the piece, which has no mood of its own."""


def _moods(clause: str, *, style: str | None, busy: bool) -> list[MusicChange]:
    """Return the moods of a clause. Words that only color a style or a part name no mood."""
    if _ENDING.search(clause):
        return []  # "结尾不够劲" asks for a bigger ending, and for no other mood of the piece
    found: dict[str, float] = {}
    for one in named_music.terms(clause, "mood"):
        near = clause[max(0, one.start - 24) : one.start]
        less = re.search(
            r"(?:\bless|\bnot (?:so|that|too|as)|\btoo|别那么|没那么|不那么|太)\s*\w*\s*$", near
        )
        found[one.name] = -1.0 if less else _share(clause)
    if not found and not busy:
        for name, pattern in mood_words.COMPARATIVES.items():
            if pattern.search(clause):
                less = re.search(r"别那么|没那么|不那么|太", clause)
                found[name] = -1.0 if less else _share(clause)
                break
    if busy and not style:
        found = {}
    return [SetMood(mood, by) for mood, by in found.items()]
