"""Compute how certain a reading is: the share of a clause's words that are known."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.parsing.rules import unsupported_requests
from nemomusic.local.agent.parsing.words import (
    common_words,
    ducking_words,
    number_words,
    sound_words,
)
from nemomusic.local.agent.parsing.words.film import (
    clip_words,
    export_words,
    fade_words,
    film_edges,
    length_words,
    shape_words,
    title_words,
)
from nemomusic.local.agent.parsing.words.music import (
    density_words,
    key_words,
    mood_words,
    named_music,
    new_piece_words,
    part_words,
    tempo_words,
)
from nemomusic.local.agent.parsing.words.talk import (
    history_words,
    question_words,
    small_talk_words,
    statement_words,
)

if TYPE_CHECKING:
    from types import ModuleType

WORD_CATALOGS: Final = (
    clip_words,
    common_words,
    density_words,
    ducking_words,
    export_words,
    fade_words,
    film_edges,
    history_words,
    key_words,
    length_words,
    mood_words,
    named_music,
    new_piece_words,
    number_words,
    part_words,
    question_words,
    shape_words,
    small_talk_words,
    sound_words,
    statement_words,
    tempo_words,
    title_words,
)
"""The modules that hold the words of the rules."""
BAR: Final = 0.5
"""Share of known words below which the agent asks before it acts."""

FEW_WORDS: Final = 1
"""Unknown words in a clause that do not yet make a reading doubtful."""
FEW_SIGNS: Final = 2
"""Unknown Chinese signs in a clause that do not yet make a reading doubtful."""

_WORD: Final = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[\u3400-\u9fff]")
_ORDINARY_TEXT: Final = """
mood vibe vibes tone hear listen listening style genre groove smooth deep heavy gentle theme
a about above actually after again all along alright also am an and any are around as at away
background bad be been before being below bit both but by can come could couldn't definitely did
do does doesn't doing don't down each either else end ending enough entire even ever every
everything exactly feel feeling feels few film fit fits for from full get gets getting give go
goes going gonna good got gotta great guess had has have having he her here hey him his hmm how
i i'd i'll i'm i've if in instead into is it it's its itself just keep kind kinda know let let's
like little long longer look looking lot lots made make makes making matter may maybe me might
more most much my myself need needs never new nice no not nothing now of off oh ok okay on once
one ones only or other our out over own part parts perhaps piece place play played playing plays
please pls point possible probably put quite rather really right same say see seem seems set
should shouldn't so some somehow someone something sort sound sounds start still stuff such sure
take taking than thanks that that's the their them then there there's these they thing things
think this those through time to together too totally track try tune turn two under until up us
use used using very via video wait want wanted wants was way we we'd we'll well were what when
where which while whole will wish with within without won't work works would wouldn't yeah yes
yet you you'd your
"""
_ORDINARY: Final = frozenset(_ORDINARY_TEXT.split())
_ORDINARY_SIGNS: Final = frozenset(
    "应放设挑选听试的了吗呢吧啊呀嘛么个一些点儿这那它他她我你您们把被让给请再也还就都很太更最多少大小上下里中外前后来去要想会能可以是有在不没别和跟与或及但而且"
    "到从向为对于用拿做弄搞变成换改加减调为将帮得地着过说话听看觉感觉好行先然稍微稍略有些比较非常特别首段曲种版本声音乐配背景整部分时候地方里面"
)


_NOT_WORDS: Final = frozenset({"SENTENCE", "SUBJECT", "UNQUOTED_TITLE"})
"""Names of patterns that match more than the words that they know."""


def named_patterns(*modules: ModuleType) -> list[tuple[str, re.Pattern[str]]]:
    """Return the patterns of modules with their names, and those of the comparatives."""
    found = [
        (name, one)
        for module in modules
        for name, one in vars(module).items()
        if isinstance(one, re.Pattern)
    ]
    return [*found, *mood_words.COMPARATIVES.items()]


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Return the patterns whose matches are known words."""
    named = named_patterns(*WORD_CATALOGS, unsupported_requests)
    return tuple(one for name, one in named if name not in _NOT_WORDS)


def known_share(clause: str, *, strict: bool = False) -> float:
    """Return the share of known words in a clause, 0..1; 1 for few unknown words.

    Args:
        clause: The clause.
        strict: Whether a single unknown word counts.
    """
    low = clause.lower()
    covered = [False] * len(low)
    for pattern in _patterns():
        for match in pattern.finditer(low):
            if (
                match.end() - match.start() <= 32
            ):  # a longer match spans words that it does not explain
                covered[match.start() : match.end()] = [True] * (match.end() - match.start())
    for term in find_terms(clause):
        covered[term.start : term.end] = [True] * (term.end - term.start)
    content = unknown = 0
    for match in _WORD.finditer(low):
        word = match[0]
        ordinary = word in _ORDINARY or word in _ORDINARY_SIGNS or word.isdigit()
        if ordinary:
            continue
        content += 1
        if not all(covered[match.start() : match.end()]):
            unknown += 1
    few = FEW_SIGNS if any(sign > "\u3400" for sign in low) else FEW_WORDS
    return 1.0 - unknown / content if unknown > (0 if strict else few) else 1.0
