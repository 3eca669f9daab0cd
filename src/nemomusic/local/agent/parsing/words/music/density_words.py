"""Words for how busy the music is."""

from __future__ import annotations

from typing import Final

from nemomusic.local.agent.parsing.words.common_words import pattern

FULLER: Final = pattern(
    r"\b(?:more layers|(?:too|a bit|bit|pretty) (?:empty|thin|bare|sparse)|(?:less|not so) sparse"
    r"|fill (?:it|things) (?:out|up)|beef(?:ed)? (?:it )?up|fuller|richer|busier"
    r"|denser|more (?:notes|layers|(?:(?:stuff|things?) )?(?:going on|happen(?:ing)?))"
    r"|fill it out|thicker)\b",
    r"丰[富满]|饱满|空落落|空荡荡|再满|满一?[点些]|填满|太素|多来?一?[点些]花样|更满|厚一?点"
    r"|层次多|密一?[点集些]|太空(?!灵)|太单薄|太单调|热闹一?[点些]|(?:乐器|音符)(?:太少|再?多一?[点些])"
    r"|多加?(?:几|些|点)层|层次|(?:有[点些]|显得|听[着起]来?|太|比较)空(?![灵旷中调气间闲档余时位房])",
)
SPARSER: Final = pattern(
    r"\b(?:simpler|sparser|(?:more )?sparse|cluttered|messy|muddled|crowded|declutter|thin (?:it"
    r"|things|the music|the arrangement) out|thin out|emptier|fewer notes|less (?:busy|going on)"
    r"|too (?:busy|full|crowded"
    r"|much going on)"
    r"|strip(?:ped)?(?: \w+){0,2} (?:back|down)(?! to)|minimal|simplify)\b",
    r"挤成|一锅粥|留一?点白|透[口点]气|太挤|简[单洁约化]|精简|别那么[花密]|花哨|少点花样"
    r"|极简|疏一?[点些]|做减法|音符太多|(?:别|不要)[那这]么复杂|太复杂|太满(?!意)|(?:别"
    r"|不要)[那这]么满|乐器(?:太多|少一?[点些])|音符少|少一?点音符|稀疏|留白|太杂|太乱|素一?[点些]",
)
