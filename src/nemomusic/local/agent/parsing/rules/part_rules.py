"""Find what a clause wants of the instruments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nemomusic.local.agent.intents.music_intents import ChangePart
from nemomusic.local.agent.parsing.words import common_words as common
from nemomusic.local.agent.parsing.words.music import named_music, part_words

if TYPE_CHECKING:
    from nemomusic.local.agent.intents.music_intents import MusicChange, PartChange


_REGRETS: Final = common.pattern(
    r"\b(?:mistake|wrong|silly|stupid) (?:\w+ )?to (?:lose|remove|drop|cut|delete|take|kill"
    r"|throw)\b"
    r"|\b(?:shouldn'?t|should not) have (?:lost|removed|dropped|cut|deleted|taken|killed|thrown"
    r"|had you)\b"
)
"""Is sorry that an instrument is gone."""


_STAYS: Final = common.pattern(
    r"\b(?:everything|everyone|everybody|all(?: of (?:it|them))?|every \w+"
    r"|the rest)\b.*\b(?:except|but"
    r"|besides|apart from|save)\b.*\b(?:stays?|remains?)\b",
    r"\b(?:everything|everyone|everybody|all|the rest)\b (?:\w+ )?(?:stays?|remains?|is (?:fine"
    r"|good))\b.*\b(?:except|but|besides|apart from|save)\b",
    r"\bkeep (?:everything|everyone|everybody|all|the (?:whole|entire))\b.*\b(?:except|but|besides"
    r"|apart from|save)\b",
)
"""Keeps all but an instrument."""


WOULD_ADD: Final = re.compile(
    r"^\W*(?:maybe |perhaps |i think )?(?:a|an|some)(?: bit of)? (?:\w+ ){1,3}"
    r"(?:(?:in|on|at|behind|under) (?:\w+ ){1,2})?"
    r"(?:would|might) (?:be|give|make|add|fit|suit|sound|bring|do)\b",
    re.IGNORECASE,
)
"""Wishes for an instrument by what it would do."""


_COMES: Final = re.compile(r"(?<=[鼓琴斯乐他笛号器])[上进]\W*$")
"""Brings an instrument in, after its name: "钢琴下，吉他上"."""


_SIDES: Final = (
    re.compile(
        r"\s(?=(?:more|less|fewer|no|without|louder|quieter|softer|add|remove|drop|lose|lower"
        r"|raise|mute|boost|kill|ditch|cut)\b)",
        re.IGNORECASE,
    ),
    re.compile(r"(?<=\bup) |(?<=\bdown) |(?<=\bout) |(?<=\boff) |(?<=er) ", re.IGNORECASE),
)
"""Where one instrument ends and the next begins: "more drums less bass", "drums up bass down"."""


def _each_its_own(
    clause: str, named: list[str], before: tuple[MusicChange, ...]
) -> list[MusicChange]:
    """Return the changes of instruments of which each has its own action, or nothing."""
    if len(named) < 2 or not clause.isascii():
        return []
    for side in _SIDES:
        pieces = [one for one in side.split(clause) if one.strip()]
        held = [one for one in pieces if named_music.parts(one)]
        if len(held) < 2 or len(held) != len(pieces):
            continue
        if all(len(named_music.parts(one)) == 1 and _how(one) for one in held):
            return [change for one in held for change in parts_of(one, before)]
    return []


_THAN: Final = re.compile(r"\bthan (?:the |that |this )?", re.IGNORECASE)


def _before_than(clause: str, named: list[str]) -> list[str]:
    """Return the instruments that are not only compared with: "more drums than bass"."""
    found = _THAN.search(clause)
    if found is None or not clause.isascii() or len(named) < 2:
        return named
    return [one for one in named if one in named_music.parts(clause[: found.start()])] or named


_FIRST_GONE: Final = re.compile(r"^\W*(?:(?:and|so|please|then)\W+)*instead of\b", re.IGNORECASE)
"""Names first what is replaced: "instead of drums use bells"."""


def parts_of(clause: str, before: tuple[MusicChange, ...]) -> list[MusicChange]:
    """Return the changes of instruments that a clause asks for.

    Args:
        clause: The clause.
        before: The changes of the clause before it: bare names take the last action.
    """
    named = named_music.parts(clause)
    if not named:
        return []
    named = _before_than(clause, named)
    if apart := _each_its_own(clause, named, before):
        return apart
    swap = part_words.INSTEAD.search(clause)
    if swap and len(named) == 2:
        first = _FIRST_GONE.search(clause)
        kept, gone = named if swap["of"] and not first else named[::-1]
        return [ChangePart(gone, "none"), ChangePart(kept, "add")]
    how = _how(clause)
    if how is None and only_names(clause):
        last = next((one.how for one in reversed(before) if isinstance(one, ChangePart)), None)
        how = last or "add"
    if how is None:
        return []
    return [ChangePart(part, how) for part in named]


def only_names(clause: str) -> bool:
    """Return whether a clause holds instruments and nothing else: "with strings too"."""
    for one in reversed(named_music.terms(clause, "instrument")):
        clause = clause[: one.start] + clause[one.end :]
    return not part_words.FILLERS.sub("", clause).strip(" ,.!?。，！？")


def with_names_joined(clauses: list[str]) -> list[str]:
    """Return English clauses in which bare instruments belong to the action that follows them.

    "Drums and bass out" removes both.
    """
    found: list[str] = []
    for clause in reversed(clauses):
        after = found[-1] if found else ""
        named = named_music.terms(after, "instrument")
        joined = named and named[0].start == 0 and _how(after) and not only_names(after)
        if joined and clause.isascii() and named_music.parts(clause) and only_names(clause):
            found[-1] = f"{clause.strip()} and {after}"
        else:
            found.append(clause)
    return found[::-1]


TEMPO_OF_IT: Final = re.compile(r"\b(?:slow|speed)\w* (?:it|this|that)\b", re.IGNORECASE)
"""Here "it" is the music: instruments have no tempo of their own."""


def parts_meant(clause: str, mentioned: list[str]) -> list[ChangePart]:
    """Return the action of a clause on instruments that an earlier clause named: "lose them"."""
    bare = (len(clause) <= 8 or _PLAYED.search(clause)) and not clause.isascii()
    if named_music.named_part(clause) or not (part_words.PRONOUN.search(clause) or bare):
        return []
    if TEMPO_OF_IT.search(clause):
        return []
    how = _how(clause)
    return [ChangePart(part, how) for part in mentioned] if how else []


_PLAYED: Final = re.compile(r"[敲打弹吹拉]得")
"""Says how an instrument is played."""


def _how(clause: str) -> PartChange | None:
    """Return the action on the instruments of a clause."""
    if part_words.NOT_REMOVED.search(clause):
        return None  # "萨克斯不用删，就是抢戏"
    if part_words.PART_LESS_OF.search(clause):
        return "less"
    if WOULD_ADD.search(clause):
        return "add"  # "a cello would give it more heart"
    if part_words.STANDS_IN.search(clause) or _COMES.search(clause):
        return "add"  # "拿小提琴顶上"
    if re.search(r"[^\s，]加一?[点些]\W*$", clause):
        return "more"  # "贝斯加点"; "加点贝斯" brings in a new one
    if _REGRETS.search(clause):
        return "back"  # "it was a mistake to lose the sax"
    none = part_words.PART_NONE.search(clause)
    if _STAYS.search(clause):
        return "none"  # "everything but the drums stays"
    if part_words.DOWN_TO.search(clause):
        return "only"
    if re.search(r"[加来]上?一?[段个点][^，。]*独奏", clause):
        return "add"
    if part_words.PART_ONLY.search(clause) and not (
        none or part_words.ONLY_THAT_LEVEL.search(clause)
    ):
        return "only"
    if re.search(r"\b(?:nothing else)\b|其他的?都?不要", clause):
        return "only"
    if part_words.PART_BACK.search(clause) and not re.search(r"\boff again\b", clause):
        return "back"
    not_loud = re.search(
        r"\b(?:not enough|can'?t(?! (?:stand|bear|take))|cannot|barely|hardly)\b"
        r"|\btoo (?:quiet|soft|weak|faint|thin)\b|不够|听不|太(?:[弱轻]|小声)",
        clause,
    )
    if none and not not_loud and not re.search(r"\bno(?:t)? too\b|\btoo\b|太", clause):
        return "none"
    less, more = part_words.PART_LESS.search(clause), part_words.PART_MORE.search(clause)
    if not_loud or (more and not less):
        return "more"
    if less and more:  # "too much", "a bit more quiet", "大声" in "太大声"
        later = more.start() > less.start() and not re.search(r"\btoo\b|太", clause)
        not_so = r"\bless\b|少|轻|(?:别|不要|没)(?:这|那)么|有点突出"
        return "more" if later and not re.search(not_so, clause) else "less"
    if less:
        return "less"
    return "add" if part_words.PART_ADD.search(clause) else None
