"""What a first piece is for: "a romantic tune for our first dance" asks for no dance music."""

from __future__ import annotations

from typing import Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.parsing.common_words import pattern

_PURPOSE: Final = pattern(
    r"\b(?:it'?s )?(?:for|under|behind|over|on|to go with) (?:my|our|the|a|an|his|her|their|this"
    r"|its)\b[^,.;!?]*",
    r"[^，。,;；！!？?]*(?:视频|短片|宣传片|录像|片子|片段|vlog)(?:用的?|的)?(?=\s*[，,。])",
)


def without_purpose(text: str) -> str:
    """Return a text without what the music is for, if the rest names a style or a mood."""
    rest = _PURPOSE.sub(" ", text)
    if any(one.kind in {"style", "mood"} for one in find_terms(rest)):
        return " ".join(rest.split()).strip(" ,，")
    return text
