"""The styles, moods and instruments that a clause names."""

from __future__ import annotations

import re
from typing import Final

from nemomusic.engine.composition.prompt_parser import AS_A_MOOD, Term, find_terms
from nemomusic.local.agent.parsing.words.common_words import pattern
from nemomusic.local.agent.parsing.words.music import mood_words

ONLY_PIANO: Final = pattern(
    r"^(?:only piano|just piano|piano only)$", r"^(?:只有钢琴|只要钢琴|纯钢琴|[一光单].?钢琴)$"
)
SINGING: Final = pattern(r"^(?:voices?|人声|vocals?)$")
_LOWERED: Final = re.compile(r"[压降调拉放]低音|.低音[乐量]")
"""Holds the sign of "bass" by chance: "lower the music"."""
_BEATS: Final = frozenset({"beats", "the beat", "a beat", "beat", "percussion beat"})
LOW_END: Final = pattern(r"\b(?:low[- ]end|sub|bottom end)\b", r"低频|低音炮|重低音")


def terms(clause: str, kind: str) -> list[Term]:
    """Return the styles, moods or instruments that a clause names, in their order."""
    return [one for one in find_terms(clause) if one.kind == kind]


AMBIENT_SOUND: Final = re.compile(r"ambient (?:sounds?|noises?|audio)\b", re.IGNORECASE)
"""Names the clips' own sound, and no style."""
_DENIED_STYLE: Final = re.compile(
    r"(?:音乐|风格?|曲|味)?的?(?:就|都|先|我)*(?:不要了?|别要了?|算了|换掉|去掉|不合适|不搭|不对|也?不行|更?别[提说]|免谈)\W*$"
)
"""Says after its name that a style is not wanted."""


_TOLD: Final = re.compile(
    r"\b(?:while|when|whenever|where|that'?s|as) (?:i|we|he|she|they|you|me|us|him|them"
    r"|people|my \w+)"
    r"(?:'?m|'?re|'?s| am| are| is| was| were)? \w+(?:ing|s)?(?: about)?"
    r" (?:the|an?|my|our|his|her)\s*$",
    re.IGNORECASE,
)
"""Tells of people before a name that is no style then: "while I'm explaining the swing"."""


def named_style(clause: str) -> str | None:
    """Return the last style that a clause names and does not deny, or None."""
    found = [
        one
        for one in terms(clause, "style")
        if not is_instrument(clause, one)
        and not (one.name == "ambient" and AMBIENT_SOUND.match(clause[one.start :]))
        and not re.search(
            r"(?:\bno|\bnot|\bhell with|\benough (?:of|with)|\bforget(?: the)?|\bsick of"
            r"|\btired of|\bbored of|\binstead of|\brather than|\bless|不要|别|不是)"
            r"\W*(?:\w+\W+)?$|(?:别"
            r"|不要|不想要|总不能)[^，。,]{0,5}$|(?:换|去|扔|撤|拿|删)掉(?:这|那)?[首个种]?$",
            clause[: one.start],
            re.IGNORECASE,
        )
        and not _DENIED_STYLE.match(clause[one.end :])
        and not _TOLD.search(clause[: one.start])
    ]
    return found[-1].name if found else None


def denies_style(clause: str) -> bool:
    """Return whether a Chinese clause only says that a style is not wanted: "爵士不要了"."""
    named = terms(clause, "style")
    return len(named) == 1 and bool(_DENIED_STYLE.match(clause[named[0].end :]))


def is_instrument(clause: str, style: Term) -> bool:
    """Return whether the word for a style means something else: "acoustic guitar", "only piano"."""
    said = clause[style.start : style.end]
    if said in {"史诗", "慵懒"} and re.match(r"感|一?[点些]", clause[style.end :]):
        return True  # "史诗一点" is a mood
    before = clause[: style.start]
    more = mood_words.MORE_OF_IT.search(before) or AS_A_MOOD.search(before)
    if style.name in mood_words.COMPARATIVES and more:
        return True  # "more epic" and "the feeling should be epic" name a mood
    if ONLY_PIANO.search(said):
        return True
    if said == "原声":
        return not re.match(r"音乐|乐|民谣|风格|曲|味", clause[style.end :])
    if said == "氛围":
        return not re.match(r"音乐|乐|风|电子|感(?!了)|曲|\W*$", clause[style.end :])
    after = re.match(r"\s*(?=\w)", clause[style.end :])
    follows = any(
        one.start == style.end + (after.end() if after else 0)
        for one in terms(clause, "instrument")
    )
    return follows and bool(re.fullmatch(r"acoustic|classical|原声|古典", said, re.IGNORECASE))


def parts(clause: str) -> list[str]:
    """Return the instruments that a clause names, without words of wider meaning such as "beat"."""
    found = [
        one.name
        for one in terms(clause, "instrument")
        if clause[one.start : one.end].lower() not in _BEATS
        and not _LOWERED.match(clause, max(0, one.start - 1))
        and not SINGING.search(clause[one.start : one.end])
    ]
    if any(ONLY_PIANO.search(clause[one.start : one.end]) for one in terms(clause, "style")):
        found.append("piano")
    if "pad" in found and "synth" in found and re.search(r"\bsynth pads?\b", clause, re.IGNORECASE):
        found.remove("pad")
    if LOW_END.search(clause) and "bass" not in found:
        found.append("bass")
    return list(dict.fromkeys(found))


def named_part(clause: str) -> bool:
    """Return whether a clause names an instrument."""
    return bool(parts(clause))
