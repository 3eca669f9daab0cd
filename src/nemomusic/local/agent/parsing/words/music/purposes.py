"""What a first piece is for: "a romantic tune for our first dance" asks for no dance music."""

from __future__ import annotations

import re
from typing import Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.parsing.words.common_words import pattern
from nemomusic.local.agent.parsing.words.music.figurative_moods import with_mood_of_effect

_PURPOSE: Final = pattern(
    r"\b(?:it'?s )?(?:for|under|behind|over|on|to go with) (?:my|our|the|a|an|his|her|their|this"
    r"|its)\b[^,.;!?]*",
    r"[^，。,;；！!？?]*(?:店|公司|学校|工作室|餐厅|酒店)(?:做|拍|打)的?(?:一?[个条支])?广告(?:用的?)?(?=\s*[，,。])",
    r"^[^，。,;；！!？?音乐曲歌]*(?:做|练|跳|上|打)[^，。,;；！!？?音乐曲歌]{1,6}用的(?=\s*[，,。])",
    r"[^，。,;；！!？?]*(?:视频|短片|宣传片|录像|片子|片段|vlog)(?:用的?|的)?(?=\s*[，,。])",
)


_MUSIC: Final = pattern(
    r"\b(?:music|tunes?|songs?|track|beats?|soundtrack|bgm|score|backing)\b",
    r"音乐|配乐|曲|bgm|伴奏",
)
_WISHED: Final = pattern(
    r"^\W*(?:please\b|make it|keep it|give it|it should|should be|i(?:'d)? (?:want|like|need))\b",
    r"^\s*我?(?:想要|需要|要|来|得|整|弄|搞)",
)
"""Begins a clause that says how the music should be."""
_NO_STYLE: Final = pattern(
    r"\b(?:my|our|his|her|their|your|the|this|that|a|an|open|new|old|first|haunted|halloween|beach"
    r"|tiny"
    r"|tree|dream|country|family|summer) (?:\w+ )?houses?\b(?! (?:music|track|beat|tune|mix))"
    r"|\bhouses? (?:tour|walk\w*|build|hunt\w*|warming|move|renovation|party|of)\b"
)
"""Speaks of a building, and not of house music."""


_ORCHESTRA: Final = pattern(r"\b(?:full )?orchestra\b")
"""Names a style only where no other one is named: "classical, with the full orchestra"."""
_COLORED_PIANO: Final = pattern(
    r"\b(?P<color>[a-z]+) piano\b(?! (?:and|with|music|piece|ballad|solo|part|riff|melody|track|&))"
)


def _with_piano_music(match: re.Match[str]) -> str:
    """Return "sorrowful piano music" for "sorrowful piano": no other instrument is named there."""
    return f"{match[0]} music" if _names(match["color"], "mood") else match[0]


def _without_house(match: re.Match[str]) -> str:
    return re.sub(r"\bhouse", "home", match[0], flags=re.IGNORECASE)


_CLAUSE: Final = pattern(r"[,.;!?，。；！？]+\s*(?!\d)")
_OF_PEOPLE: Final = pattern(
    r"^\W*(?:(?:because|since|as|and) )?(?:my|our|we|i|he|she|they|his|her)\b"
)
"""Begins a clause that tells of people, and not of music."""
_SO: Final = pattern(
    r"\s+(?:so|but|hence)(?= (?:please|pls|give|make|put|add|play|find|compose|(?:i|we|it)(?:'d)?"
    r" (?:want|need|like)s?|can|could|let|some|something|the music|pick|choose)\b)"
)
"""Goes on with the wish, after the reason for it."""
_CLASSICAL_PIANO: Final = pattern(
    r"\bpiano\b(?! (?:and|with)\b).*, classical\b(?! (?:guitar|piano|strings))"
)
"""Names the piano first, then the style: "Mozart style piano please, classical"."""
_OF_LIFE: Final = pattern(
    r"^\W*(?:(?:because|since|as|and|even though|although|though|despite|in spite of) (?:the "
    r"|all )?)?(?:my"
    r"|our|we|i|he|she|they|his|her"
    r"|life|it (?:was|rained|snowed|had)|had an?|this (?:day|week|year)|today"
    r"|(?!(?:it|this|that)\b|the (?:whole )?(?:mood|vibe|tone|feel)|music|song|film|video|clip)"
    r"(?:(?:the|all|most|some|many|these|those) )?[a-z]+ (?:is|are|was|were|gets?|feels?|seems?"
    r"|looks?))\b"
    r"(?!.*\b(?:want|need|like|love|prefer|would|please|something|thinking|looking for|after"
    r"|adore)\b|.*(?:'d)\b)"
)
"""Tells of people and days, and may color them with the word of a mood."""
_WISH: Final = pattern(
    r"\b(?:please|pls|plz|something|give|want|need|make (?:it|this|the)|should be)\b"
)
_MOOD_OF_PIANO: Final = pattern(
    r"\b((?:romantic|sad|calm|soft|gentle|emotional|dreamy|peaceful|slow|melancholic|nostalgic"
    r"|happy"
    r"|tender|warm|relax\w+|soothing|mellow) piano)\b(?=\W*(?:$|[,.;!?]|for\b|under\b|please\b"
    r"|pls\b))"
)
_ONLY_PIANO: Final = pattern(
    r"\b(?:one|a single) piano(?:,| and|, and) (?:that'?s it|that is it|nothing else|nothing more"
    r"|no more)\b",
    r"\b(?:only|just|nothing but)(?: (?!and\b|with\b)\w+){0,4} (?:a|the|one) piano\b(?! (?:and"
    r"|with)\b)",
)
"""Names piano music, and no piano beside other instruments: "romantic piano for our film"."""


def without_purpose(text: str) -> str:
    """Return a text without what the music is for, if the rest names a style or a mood.

    Clauses about music come first: their mood is the one that is asked for.
    """
    text = _ONLY_PIANO.sub("solo piano", text)
    if len({one.name for one in find_terms(text) if one.kind == "style"}) > 1:
        text = _ORCHESTRA.sub("strings", text)
    if _CLASSICAL_PIANO.search(text):
        text = f"classical piano, {text}"
    text = _COLORED_PIANO.sub(_with_piano_music, text)
    text = _MOOD_OF_PIANO.sub(r"\1 music", _NO_STYLE.sub(_without_house, text))
    text = re.sub(
        r"一?[点些]儿?(?=的|[，。,！!\s]|$)", "", text
    )  # "a bit sad" asks for a mood, not for a change
    text = _without_life(text)
    rest = _PURPOSE.sub(" ", text)
    if any(one.kind in {"style", "mood"} for one in find_terms(rest)):
        text = " ".join(rest.split()).strip(" ,，")
    clauses = [one for one in _CLAUSE.split(text) if one.strip()]
    wished = (one for one in clauses if _MUSIC.search(one) or _WISHED.search(one))
    wishes = [one for one in wished if _names(one, "mood") or _names(one, "style")]
    styled = any(_names(one, "style") for one in wishes)
    others = [
        one
        for one in clauses
        if one not in wishes and not (wishes and _names_another_style(one, styled=styled))
    ]
    if not wishes or [*wishes, *others] == clauses:
        return with_mood_of_effect(text)
    return ", ".join([*wishes, *others])


def _without_life(text: str) -> str:
    """Return an English text without clauses whose mood is that of a day: "my day was gloomy"."""
    if not text.isascii():
        return text
    clauses = [one for one in _CLAUSE.split(_SO.sub(", ", text)) if one.strip()]
    told = [one for one in clauses if _OF_LIFE.search(one) and _colors(one)]
    wished = [one for one in clauses if one not in told and _colors(one)]
    if not any(_MUSIC.search(one) or _WISH.search(one) for one in wished):
        return text
    kept = [one for one in clauses if one not in told]
    return text if not told else ", ".join(one.strip() for one in kept)


def _colors(text: str) -> bool:
    return _names(text, "mood") or _names(text, "style")


def _names_another_style(clause: str, *, styled: bool) -> bool:
    """Return whether a clause holds a style's name by the way.

    Args:
        clause: A clause that is no wish.
        styled: Whether a wish of the text names a style.
    """
    told = _OF_PEOPLE.search(clause) and not _MUSIC.search(clause)
    return bool(told or styled) and _names(clause, "style")


def _names(text: str, kind: str) -> bool:
    return any(one.kind == kind for one in find_terms(text))
