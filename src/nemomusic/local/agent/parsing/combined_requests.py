"""Combine the intents of several clauses: one intent for each wish, in the order of the work."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.intents.message_intents import Intent, MessageContext, Volume
from nemomusic.local.agent.intents.music_intents import ChangeMusic, Compose, MusicChange
from nemomusic.local.agent.parsing.rules.sound_rules import LARGE_STEP, SMALL_STEP, STEP
from nemomusic.local.agent.parsing.words.music import named_music, part_words
from nemomusic.local.agent.parsing.words.music.purposes import without_purpose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nemomusic.local.agent.parsing.rewriting.message_text import HeldQuotes
    from nemomusic.local.agent.parsing.rules.music_rules import MusicRequest

_ORDER: Final = (
    kinds.Undo,
    kinds.Redo,
    kinds.GoBack,
    kinds.Focus,
    kinds.CutOut,
    kinds.Trim,
    kinds.Canvas,
    kinds.RemoveMusic,
    kinds.UseUpload,
    Compose,
    ChangeMusic,
    kinds.MusicSpan,
    kinds.Drop,
    kinds.BiggerEnding,
    kinds.Passage,
    Volume,
    kinds.Duck,
    kinds.RemoveTitles,
    kinds.ChangeTitle,
    kinds.AddTitle,
    kinds.Fade,
    kinds.Question,
    kinds.ExportHint,
    kinds.Talk,
    kinds.Confirm,
)
"""Intents that come first, since music is composed for the final picture."""
_STEPS: Final = frozenset(
    factor for step in (SMALL_STEP, STEP, LARGE_STEP) for factor in (step, 1 / step)
)
"""Factors of volumes that come from words such as "louder", and not from a figure."""


def in_order(found: Iterable[Intent]) -> tuple[Intent, ...]:
    """Return intents without repetitions, in the order in which they are carried out."""
    combined = _one_change(_one_shape(_one_fade(_one_volume_each(list(found)))))
    return tuple(sorted(combined, key=lambda one: _ORDER.index(type(one))))


_CHOOSES: Final = re.compile(
    r"\b(?:only|just use|drop|lose|remove|delete|ditch|scrap|get rid|skip)\b", re.IGNORECASE
)


def without_places(found: list[Intent], refused: list[str], text: str) -> list[Intent]:
    """Return intents without clips that only say where something is to be done that is refused.

    Args:
        found: The intents of one message.
        refused: Its wishes that cannot be fulfilled.
        text: The message. "The city clip is too shaky, only use the beach" chooses a clip.
    """
    if _CHOOSES.search(text) and not any(map(_CHOOSES.search, refused)):
        return found
    return [] if refused and all(isinstance(one, kinds.Focus) for one in found) else found


SAID_AS_REASON: Final = (music.SetStyle, music.SetMood, music.SetKey, music.ChangeDensity)
"""Changes whose words may only say why something else is asked for."""


def says_why(intent: Intent) -> bool:
    """Return whether the words of an intent may only say why another one is asked for."""
    if isinstance(intent, ChangeMusic):
        return all(isinstance(one, SAID_AS_REASON) for one in intent.changes)
    return isinstance(intent, Compose) and not intent.other and intent.count == 1


_MATCHES: Final = re.compile(
    r"\b(?:to (?:match|fit|suit|go with)|(?:that|which) (?:match\w*|fits?|suits?|goes with))"
    r"(?: (?:it|that|this|the mood))?(?: please| pls)?\W*$",
    re.IGNORECASE,
)


def says_to_match(clause: str) -> bool:
    """Return whether a clause asks for what its neighbor describes: "music to match, please"."""
    return bool(_MATCHES.search(clause)) and not find_terms(clause)


def without_contradictions(found: list[Intent], context: MessageContext) -> list[Intent]:
    """Return intents of which none takes back what another one does.

    Args:
        found: The intents of one message.
        context: The session.
    """
    kept = list(found)
    shapes = [one for one in kept if isinstance(one, kinds.Canvas)]
    kept = [one for one in kept if one not in shapes[:-1]]
    backs = [one for one in kept if isinstance(one, kinds.GoBack)]
    kept = [one for one in kept if one not in backs[1:]]
    if any(isinstance(one, kinds.GoBack | kinds.Redo) for one in kept):
        kept = [one for one in kept if not isinstance(one, kinds.Undo)]
    if any(isinstance(one, kinds.GoBack | kinds.Redo | kinds.Undo) for one in kept):
        kept = [one for one in kept if not (isinstance(one, Compose) and one.other)]
    named = any(isinstance(one, kinds.UseUpload | kinds.Duck) for one in kept) or any(
        isinstance(one, Compose) and not one.other for one in kept
    )
    others = any(not isinstance(one, kinds.RemoveMusic) for one in kept)
    if named or (others and not (context.has_music or context.composed)):
        kept = [one for one in kept if not isinstance(one, kinds.RemoveMusic)]
    if any(isinstance(one, ChangeMusic) and _keeps_one_part(one) for one in kept):
        kept = [one for one in kept if not isinstance(one, kinds.RemoveMusic)]
    if any(isinstance(one, kinds.RemoveMusic) for one in kept):
        kept = [one for one in kept if not (isinstance(one, Compose) or says_why(one))]
    return kept


def without_earlier_guesses(unsure: list[Intent], found: Iterable[Intent]) -> list[Intent]:
    """Return doubtful intents without those about a sound that a sure or later one speaks of.

    Args:
        unsure: The doubtful intents of one message, in order.
        found: Its other intents.
    """
    kept: list[Intent] = []
    found = list(found)
    heard = {one.of for one in found if isinstance(one, kinds.Volume)}
    unsure = [one for one in unsure if not (isinstance(one, kinds.Volume) and one.of in heard)]
    later = {part for one in found for part in _changed_parts(one)}
    for one in reversed(unsure):
        parts = _changed_parts(one)
        if not parts or not parts <= later:
            kept.insert(0, one)
        later |= parts
    return kept


def _changed_parts(one: Intent) -> set[str]:
    changes = one.changes if isinstance(one, ChangeMusic) else ()
    return {change.part for change in changes if isinstance(change, music.ChangePart)}


def _keeps_one_part(one: ChangeMusic) -> bool:
    return any(isinstance(part, music.ChangePart) and part.how == "only" for part in one.changes)


def _said(change: MusicChange, before: list[MusicChange]) -> bool:
    """Return whether a change was asked for already: "it drags, make it faster" is one wish."""
    if isinstance(change, music.ScaleTempo | music.SetTempo | music.ChangeDensity):
        return any(isinstance(one, music.ScaleTempo | music.SetTempo) for one in before) or any(
            type(one) is type(change) for one in before
        )
    if isinstance(change, music.SetKey):
        return any(isinstance(one, music.SetKey) for one in before)
    return change in before


def _replaced(old: MusicChange, new: MusicChange) -> bool:
    """Return whether a change says once more, and clearer, what an older one said."""
    if not isinstance(new, music.ChangePart):
        return False
    if isinstance(old, music.ChangePart):
        return old.part == new.part and {old.how, new.how} != {"less", "more"}
    return isinstance(old, music.SetMood) and old.mood == "calm" and new.how == "less"


def _one_volume_each(found: list[Intent]) -> list[Intent]:
    """Return intents with one volume per target: in "too loud, 20 % less", the figure counts."""
    kept: list[Intent] = []
    for one in found:
        if isinstance(one, Volume):
            same = next((o for o in kept if isinstance(o, Volume) and o.of == one.of), None)
            if same is not None:
                if same.to is None and (one.to is not None or same.by in _STEPS):
                    kept[kept.index(same)] = one
                continue
        kept.append(one)
    return kept


def _one_shape(found: list[Intent]) -> list[Intent]:
    """Return intents with one shape of the picture: in "portrait, 4:5", the figure counts."""
    shapes = [one for one in found if isinstance(one, kinds.Canvas)]
    return [one for one in found if one not in shapes[:-1]]


def _one_change(found: list[Intent]) -> list[Intent]:
    """Return intents with one change of the music, in which nothing is asked for twice."""
    of_music = [one for one in found if isinstance(one, ChangeMusic)]
    if len(of_music) < 2:
        return found
    changes: list[MusicChange] = []
    for one in of_music:
        changes += [change for change in one.changes if not _said(change, changes)]
    others = [one for one in found if not isinstance(one, ChangeMusic)]
    return [*others, ChangeMusic(tuple(changes))]


def _one_fade(found: list[Intent]) -> list[Intent]:
    """Return intents in which two fades that differ only in end or target are merged."""
    fades = [one for one in found if isinstance(one, kinds.Fade)]
    if len(fades) != 2:
        return found
    first, second = fades
    if (first.side, first.of) == (second.side, second.of):  # "away in the last 3 seconds, a fade"
        return [one for one in found if one is not second]
    for field, halves in (("side", {"in", "out"}), ("of", {"picture", "music"})):
        both: dict[str, Any] = {field: "both"}
        merged = attrs.evolve(first, **both)
        differ = {getattr(first, field), getattr(second, field)} == halves
        if differ and merged == attrs.evolve(second, **both):
            return [merged if one is first else one for one in found if one is not second]
    return found


def intents_of(
    wishes: list[tuple[str, MusicRequest]],
    context: MessageContext,
    quotes: HeldQuotes,
    plain: list[str] | None = None,
) -> list[Intent]:
    """Return one intent for all words of a message about the music."""
    said = [*(clause for clause, _ in wishes), *(plain or ())]
    wished = [one for one in said if not named_music.denies_style(one)]  # "lofi 更别提"
    words = quotes.restore(", ".join(wished or said))
    changes: list[MusicChange] = []
    styled = any(isinstance(one, music.SetStyle) for _, wish in wishes for one in wish.changes)
    for clause, wish in wishes:
        for one in wish.changes:
            why = styled and isinstance(one, music.ChangeDensity) and _TOO.search(clause)
            if not (why or _said(one, changes)):  # "too busy, turn it into ambient"
                changes = [old for old in changes if not _replaced(old, one)]
                changes.append(one)
    count = max(wish.count for _, wish in wishes)
    key = next((one for one in changes if isinstance(one, music.SetKey)), None)
    if not context.has_music:
        bpm = next((one.bpm for one in changes if isinstance(one, music.SetTempo)), None)
        if bpm is not None and not words.isascii() and "bpm" not in words.lower():
            words = f"{words}, {bpm:g} bpm"
        return [
            Compose(
                without_purpose(for_lone_piano(words)), count=count, named=bool(changes), key=key
            )
        ]
    if any(wish.other for _, wish in wishes) and not any(
        isinstance(one, music.SetStyle) for one in changes
    ):
        colored = any(one.kind in {"style", "mood"} for one in find_terms(words))
        described = words if count > 1 and colored else ""  # "two dreamy versions"
        piece = Compose(described, other=True, count=count, key=key)
        by_degrees = tuple(one for one in changes if isinstance(one, music.ScaleTempo))
        return [piece, ChangeMusic(by_degrees)] if by_degrees and count == 1 else [piece]
    if any(wish.fresh for _, wish in wishes):
        return [Compose(words, count=count, key=key)]
    return [ChangeMusic(tuple(changes))]


_TOO: Final = re.compile(r"\btoo\b", re.IGNORECASE)
_DENIED: Final = re.compile(r"(?:不要|别要?|不用|没有)[^，。,不别]{1,4}")


_COLORED_PIANO: Final = re.compile(
    r"(?:^|[的，,])\s*钢琴(?:的(?=\W|$))?(?=\W|[配来弹放就吧]|$)(?!.{0,3}(?:课|老师|比赛|考级|演奏会?|教室))"
)
"""Wishes for piano music by its color: "温柔的钢琴配上去"."""


_LAZY: Final = re.compile(r"慵懒|懒洋洋|懒懒")


def for_lone_piano(words: str) -> str:
    """Return words for a first piece that name its style, if they wish for a piano alone."""
    if _LAZY.search(words) and len(named_music.terms(words, "style")) > 1:
        return f"{words}，舒缓"  # alone it is the name of lo-fi
    named = part_words.ALONE_ON_PIANO.search(words) or _COLORED_PIANO.search(words)
    if not named or named_music.named_style(words):
        return words
    alone = named_music.parts(_DENIED.sub("", words)) == ["piano"]
    return f"钢琴独奏，{words}" if alone else words


def as_one_piece(found: list[Intent], context: MessageContext) -> list[Intent]:
    """Return intents in which several new pieces are one: a message asks for one piece.

    The first piece of a session takes all descriptions. A later one takes the last: "jazz is too
    chatty, ambient would suit it better".
    """
    pieces = [one for one in found if isinstance(one, Compose) and not one.other and one.count == 1]
    if len(pieces) < 2:
        return found
    words = pieces[-1].words if context.has_music else ", ".join(one.words for one in pieces)
    others = [one for one in found if one not in pieces]
    return [*others, attrs.evolve(pieces[-1], words=words)]
