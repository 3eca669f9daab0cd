"""Styles that the composer may not know: it says so, and plays no other one in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.parsing.words.common_words import pattern

if TYPE_CHECKING:
    import re

FOREIGN_STYLES: Final[dict[str, re.Pattern[str]]] = {
    "reggae": pattern(r"\b(?:reggae|dub|ska|dancehall)\b", r"雷鬼|雷盖"),
    "Latin": pattern(
        r"\b(?:latin|salsa|bachata|merengue|reggaeton|cumbia|samba|tango|flamenco|mariachi|rumba"
        r"|cha-?cha)\b",
        r"拉丁|莎莎|桑巴|探戈|弗拉门戈|伦巴|恰恰",
    ),
    "Celtic": pattern(r"\b(?:celtic|irish|scottish|bagpipes?)\b", r"凯尔特|爱尔兰|苏格兰|风笛"),
    "funk": pattern(r"\bfunk\b", r"放克"),
    "drum and bass": pattern(r"\b(?:drum ?(?:and|&|n|'n') ?bass|dnb|d&b|jungle)\b", r"鼓打贝斯"),
    "waltz": pattern(r"\bwaltz\b", r"华尔兹|圆舞曲"),
    "soul": pattern(r"\b(?:soul|motown|gospel)\b(?! ?ful)", r"灵魂乐|福音"),
    "opera": pattern(r"\bopera\b", r"歌剧"),
    "country": pattern(r"\b(?:country music|bluegrass)\b", r"蓝草"),
    "Indian": pattern(r"\b(?:bollywood|indian|sitar|bhangra)\b", r"印度|宝莱坞"),
    "African": pattern(r"\b(?:afrobeats?|african|amapiano)\b", r"非洲"),
    "Arabic": pattern(r"\b(?:arabic|middle[- ]eastern|oriental dance)\b", r"阿拉伯|中东"),
    "Japanese": pattern(r"\b(?:enka|japanese traditional|city pop)\b", r"和风|演歌"),
    "polka": pattern(r"\bpolka\b", r"波尔卡"),
    "Christmas music": pattern(
        r"\b(?:christmas\w*|xmas) (?:music|songs?|carols?|tunes?|tracks?|jingles?|soundtrack)\b",
        r"圣诞(?!节?(?:用的|[当那]天|的?(?:视频|片子?|聚会|派对|晚会)))",
    ),
}
"""Styles by name. Those that the composer knows are in the engine's own list too."""


def foreign_style(clause: str) -> str | None:
    """Return a style that a clause names and the composer does not know, or None."""
    known = [(one.start, one.end) for one in find_terms(clause) if one.kind == "style"]
    for name, found in FOREIGN_STYLES.items():
        match = found.search(clause)
        if match and not any(start < match.end() and match.start() < end for start, end in known):
            return name
    return None
