"""Words for the shape of the picture."""

from __future__ import annotations

from typing import Final

from nemomusic.local.agent.parsing.words.common_words import pattern

RATIO: Final = pattern(r"(?<![\d:.])(\d{1,2})\s*[:：x×/比]\s*(\d{1,2})(?![\d:])")
RATIOS: Final[dict[str, tuple[int, int]]] = {
    "9:16": (1080, 1920),
    "16:9": (1920, 1080),
    "1:1": (1080, 1080),
    "4:5": (1080, 1350),
    "5:4": (1350, 1080),
    "3:4": (1080, 1440),
    "4:3": (1440, 1080),
    "21:9": (1920, 822),
}
"""The largest size of each ratio within 1920x1080 or 1080x1920."""
PIXELS: Final = pattern(r"(?<![\d.])(\d{3,4})\s*[x×*]\s*(\d{3,4})(?![\d.])")
LONGEST_SIDE: Final = 1920
SHORTEST_SIDE: Final = 1080
"""Most pixels of the longer and of the shorter side of a frame that a message asks for."""
OWN_SHAPE: Final = pattern(
    r"\b(?:original|own|first|source) (?:video )?(?:format|size|shape|frame|ratio|aspect(?: ratio)?"
    r"|orientation|dimensions)\b",
    r"(?:原来|原本|原始|最初)的?(?:比例|尺寸|画幅|大小|格式|画面比例)",
)
"""Asks for the shape that the first clip has."""
SHAPES: Final = (
    (
        pattern(
            r"\b(?:vertical(?:ly)?|portrait|upright|tall format)\b",
            r"竖屏|竖版|竖的|竖着|[转改弄变]成直的",
        ),
        "9:16",
    ),
    (
        pattern(
            r"\b(?:horizontal(?:ly)?|landscape|wide-?screen|wide screen)\b",
            r"横屏|横版|横的|宽屏",
        ),
        "16:9",
    ),
    (pattern(r"\bsquare\b", r"方形|正方形|方的|一比一"), "1:1"),
)
PLACES: Final = (
    (
        pattern(
            r"\b(?:tiktok|reels?|shorts|stories|story|instagram)\b", r"抖音|快手|小红书|朋友圈"
        ),
        "9:16",
    ),
    (pattern(r"\byoutube\b", r"油管|哔哩哔哩|[bB]站"), "16:9"),
)
"""Places where videos of one shape are shown."""
RESHAPING: Final = pattern(
    r"\b(?:format|crop|ratio|aspect|size|frame|orientation|shape|fit)\b", r"比例|尺寸|裁|格式|画幅"
)
SHAPING: Final = pattern(
    r"\b(?:format|crop|ratio|aspect|size|frame|must be|should be|needs? (?:it|to be)|has to be"
    r"|(?:want|have|get|need|like|prefer) (?:it|this)|make it|make this"
    r"|make (?:the|my) (?:video|film|clip|picture|image|frame|screen)"
    r"|turn it|switch|please|orientation"
    r"|for (?:tiktok|instagram|insta|youtube|reels|shorts|stories))\b",
    r"\b(?:vertical|portrait|landscape|square|widescreen) (?:video|clip|film|movie|format)\b",
    r"比例|尺寸|画面|改成|换成|做成|裁成|适合|竖|横|方",
)
SHAPE_JUDGED: Final = pattern(
    r"\b(?:who(?:ever)?|people who|those who) (?:\w+ )?(?:invented|made|came up|likes?|films?"
    r"|filmed|shoots?|watch\w*)\b"
    r"|\b(?:vertical|portrait|square|widescreen) (?:video|film|format)s? (?:is|are|was|were|looks?"
    r"|looked)\b(?! (?:what|needed|fine|good|better|perfect))"
)
"""Speaks of a shape, and does not ask for it."""
TOLD_SHAPE: Final = pattern(
    r"[横竖](?:着|屏|版|的)?[^，。]{0,4}(?:太|不好|吃亏|难看|别扭)|(?:都|大家|朋友|别人|人家)[^，。]{0,4}[横竖]着"
)
"""Tells in Chinese which shape others use, or what is wrong with a shape."""
SHAPING_ZH: Final = pattern(r"改|做|换|要|裁|成|调|转|弄|还是")


def names_shape(clause: str) -> bool:
    """Return whether a clause names a shape of the picture."""
    return bool(RATIO.search(clause)) or any(one.search(clause) for one, _ in SHAPES)
