"""Words for moods, as people compare them, and for more and less of a quality."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nemomusic.local.agent.parsing.words.common_words import pattern

if TYPE_CHECKING:
    import re

COMPARATIVES: Final[dict[str, re.Pattern[str]]] = {
    "happy": pattern(
        r"\b(?<!i'd be )(?<!i would be )(?<!would make me )(?:happier|jollier|merrier|gladder"
        r"|more (?:cheerful|joyful|fun))\b",
        r"开心|欢[乐快]|喜庆",
    ),
    "sad": pattern(r"\b(?:sadder|gloomier|sorrier)\b", r"忧伤|悲伤|伤感"),
    "calm": pattern(
        r"\btoo (?:hectic|frantic|busy|wild)\b",
        r"\b(?:calmer|gentler|mellower|less (?:intense|energetic)|chill(?:er)?(?: \w+){0,2} out"
        r"|relax\w*)\b",
        r"平静|平和|舒缓|放松|慵懒",
    ),
    "energetic": pattern(
        r"\b(?:livelier|punchier|more (?:punch|drive|oomph|power|energy)|energy)\b",
        r"燃|有劲|带劲|冲劲|(?<![得对])劲儿?|力量|激情|有精神|提神|嗨|炸裂|热血|能量",
    ),
    "dreamy": pattern(r"\bdreamier\b", r"梦幻"),
    "warm": pattern(r"\b(?:warmer|cosier|cozier)\b", r"温暖|温馨"),
    "dark": pattern(r"\b(?:darker|moodier|grimmer)\b", r"暗黑|黑暗"),
    "bright": pattern(r"\b(?:brighter|sunnier)\b", r"明亮|更亮"),
    "soft": pattern(r"\b(?:gentle|softness)\b", r"轻柔|柔和|柔一?点"),
    "eerie": pattern(r"\b(?:scarier|creepier|spookier)\b", r"恐怖"),
    "epic": pattern(r"\b(?:grander|more (?:epic|grand|massive))\b", r"史诗|宏大"),
    "tense": pattern(r"\b(?:tenser|more (?:tension|suspense))\b", r"紧张"),
    "romantic": pattern(r"\bmore (?:romantic|romance)\b", r"浪漫"),
    "cool": pattern(r"\bcooler\b", r"更酷"),
}
"""Comparative forms, which the engine's list of moods does not hold."""
MORE: Final = pattern(
    r"\b(?:more|extra|increase|raise|add)\b", r"更|再|多|加|[点些]$|一[点些]|强一?[点些]"
)
LESS: Final = pattern(
    r"\b(?:less|not so|not that|not as|fewer|tone down)\b",
    r"少|别(?:这|那)么|不(?:要|那)?么|没那么",
)
MORE_OF_IT: Final = pattern(
    r"\b(?:more|less|so|too|a bit|slightly)\W*$", r"(?:更|再|有点|多点)\W*$"
)
