"""Styles that the composer may not know: it says so, and plays no other one in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.parsing.words.common_words import pattern

if TYPE_CHECKING:
    import re

_SOUND: Final = (
    r"(?:[- ](?:style|inspired|like))?[- ](?:music|songs?|tunes?|tracks?|beats?|style|vibes?|feel"
    r"|grooves?|soundtrack|score|piece|pop|rock|metal|house)\b"
)
"""What follows a word in English that is a style only beside it: "industrial music"."""

FOREIGN_STYLES: Final[dict[str, re.Pattern[str]]] = {
    "dub": pattern(r"\bdub(?!bed|bing)\b", r"回响雷鬼"),
    "dancehall": pattern(r"\bdancehall\b", r"舞厅雷鬼"),
    "tango": pattern(r"\btangos?\b", r"探戈"),
    "flamenco": pattern(r"\bflamenco\b", r"弗拉门戈|弗拉明戈|佛朗明哥"),
    "bachata": pattern(r"\bbachata\b", r"巴恰塔"),
    "merengue": pattern(r"\bmerengue\b", r"梅伦格"),
    "reggaeton": pattern(r"\breggaeton\b", r"雷鬼动|雷击顿"),
    "cumbia": pattern(r"\bcumbia\b", r"昆比亚"),
    "mariachi": pattern(r"\bmariachi\b", r"墨西哥街头"),
    "calypso": pattern(r"\b(?:calypso|soca|zouk|kizomba)\b", r"卡利普索"),
    "fado": pattern(r"\bfado\b", r"法多"),
    "bagpipe": pattern(r"\bbagpipes?\b", r"风笛"),
    "jungle": pattern(r"\bjungle\b(?! (?:book|trip|trek|video|footage|clips?))"),
    "soul": pattern(r"\b(?:soul|motown)\b(?! ?ful)", r"灵魂乐"),
    "gospel": pattern(r"\b(?:gospel|worship music|hymns?)\b", r"福音|赞美诗"),
    "opera": pattern(r"\bopera(?:tic)?\b", r"歌剧"),
    "Chinese opera": pattern(
        r"\b(?:peking|beijing|chinese) opera\b", r"戏曲|京剧|昆曲|越剧|豫剧|黄梅戏|川剧"
    ),
    "yangge": pattern(r"\byangge\b", r"秧歌"),
    "hanmai": pattern(r"\bhanmai\b", r"喊麦"),
    "otomad": pattern(r"\boto-?mad\b", r"鬼畜"),
    "bluegrass": pattern(r"\bblue ?grass\b", r"蓝草|布鲁格拉斯"),
    "Indian": pattern(r"\b(?:bollywood|indian|sitar|bhangra)\b", r"印度|宝莱坞"),
    "African": pattern(r"\b(?:afro-?beats?|african|amapiano)\b", r"非洲"),
    "Arabic": pattern(r"\b(?:arabic|middle[- ]eastern|oriental dance)\b", r"阿拉伯|中东"),
    "Japanese": pattern(r"\b(?:enka|japanese traditional|city pop)\b", r"和风|演歌|城市流行"),
    "anime": pattern(
        rf"\banime(?:{_SOUND}|[- ](?:opening|ost)\b)",
        r"(?:动漫|二次元)(?:风格?)?的?(?:音乐|配乐|歌曲?|曲子?|bgm)",
    ),
    "Hawaiian": pattern(rf"\bhawaiian{_SOUND}", r"夏威夷(?:风格?的?)?(?:音乐|曲|吉他)"),
    "polka": pattern(r"\bpolkas?\b", r"波尔卡"),
    "klezmer": pattern(r"\b(?:klezmer|balkan (?:music|brass|beats?))\b", r"克莱兹默"),
    "sea shanty": pattern(r"\b(?:sea )?shant(?:y|ies)\b", r"水手号子|船歌"),
    "march": pattern(
        r"\b(?:marching (?:band|music)|military march(?:es)?|brass band|barbershop)\b",
        r"进行曲|军乐|管乐队",
    ),
    "ragtime": pattern(r"\bragtime\b", r"拉格泰姆|散拍"),
    "electro swing": pattern(r"\belectro[- ]?swing\b", r"电子摇摆"),
    "medieval": pattern(
        rf"\b(?:(?:medieval|renaissance){_SOUND}|(?:gregorian )?chants?\b|gregorian\b|plainchant)",
        r"圣咏|中世纪(?:风格?)?的?(?:音乐|曲)",
    ),
    "dubstep": pattern(r"\b(?:dub-?step|brostep|riddim)\b", r"回响贝斯|回响电音|杜比步"),
    "hardcore": pattern(
        r"\b(?:hard-?style|gabber|hardcore (?:techno|rave)|happy hardcore|eurobeat|euro-?dance)\b",
        r"硬核电子|硬派舞曲",
    ),
    "psytrance": pattern(r"\b(?:psy|goa)[- ]?trance\b", r"迷幻出神"),
    "garage": pattern(rf"\b(?:(?:uk|speed|future)[- ]garage|garage{_SOUND}|2-?step)", r"车库舞曲"),
    "grime": pattern(rf"\bgrime{_SOUND}|\bgrime\W*$"),
    "phonk": pattern(r"\bphonk\b", r"放客说唱|飘移音乐"),
    "trip-hop": pattern(r"\btrip-?\s?hop\b", r"神游舞曲|迷幻舞曲"),
    "hyperpop": pattern(r"\bhyper-?pop\b", r"超流行"),
    "industrial": pattern(rf"\bindustrial{_SOUND}|\bindustrial\W*$", r"工业(?:音乐|金属|摇滚)"),
    "shoegaze": pattern(r"\b(?:shoe-?gaz\w+|emo|screamo)\b", r"盯鞋|自赏"),
    "chiptune": pattern(
        r"\b(?:chip-?tunes?|8[- ]?bit|16[- ]?bit (?:music|sound\w*))\b",
        r"[八8](?:位机?|-?bit)(?:音乐|风)?|芯片音乐|像素音乐",
    ),
    "Christmas music": pattern(
        r"\b(?:christmas\w*|xmas) (?:music|songs?|carols?|tunes?|tracks?|jingles?|soundtrack)\b",
        r"圣诞(?!节?(?:用的|[当那]天|的?(?:视频|片子?|聚会|派对|晚会)))",
    ),
}
"""Styles that the composer has no material for, and no neighbor that a listener would take for it.

A longer name wins: "electro swing" is not swing. A style that the engine knows is never one of
them."""


def foreign_style(clause: str) -> str | None:
    """Return a style that a clause names and the composer does not know, or None."""
    known = [(one.start, one.end) for one in find_terms(clause) if one.kind == "style"]
    for name, found in FOREIGN_STYLES.items():
        match = found.search(clause)
        if match and not any(
            start < match.end()
            and match.start() < end
            and not (
                match.start() <= start
                and end <= match.end()
                and match.end() - match.start() > end - start
            )
            for start, end in known
        ):
            return name
    return None
