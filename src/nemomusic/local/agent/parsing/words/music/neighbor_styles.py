"""Styles that are composed as a neighboring one, which the answer then says."""

from __future__ import annotations

from typing import Final

import attrs

from nemomusic.local.agent.parsing.words.common_words import pattern
from nemomusic.local.agent.parsing.words.music.named_music import named_style


@attrs.frozen
class NeighborStyle:
    """A style without material of its own.

    Attributes:
        english: Its English name.
        chinese: Its Chinese name.
        style: The style that is composed in its place, named as in the engine's `STYLES`.
    """

    english: str
    chinese: str
    style: str


_NEIGHBORS: Final = (
    (pattern(r"\bdisco\b", r"迪斯科"), NeighborStyle("disco", "迪斯科", "house")),
    (pattern(r"\btechno\b", r"铁克诺|科技舞曲"), NeighborStyle("techno", "科技舞曲", "edm")),
    (pattern(r"\btrance\b", r"出神舞曲"), NeighborStyle("trance", "出神舞曲", "edm")),
    (pattern(r"\bblues\b", r"蓝调|(?<!节奏)布鲁斯"), NeighborStyle("blues", "蓝调", "jazz")),
    (pattern(r"\bska\b", r"斯卡"), NeighborStyle("ska", "斯卡", "reggae")),
    (pattern(r"\bmetal\b", r"金属乐|重金属"), NeighborStyle("metal", "金属", "rock")),
    (pattern(r"\bpunk\b", r"朋克"), NeighborStyle("punk", "朋克", "rock")),
    (pattern(r"\bgrunge\b", r"垃圾摇滚"), NeighborStyle("grunge", "垃圾摇滚", "rock")),
    (pattern(r"\bcountry\b", r"乡村"), NeighborStyle("country", "乡村", "acoustic")),
    (pattern(r"\bbossa\b", r"波萨诺瓦|巴萨诺瓦"), NeighborStyle("bossa nova", "波萨诺瓦", "latin")),
    (pattern(r"\bsamba\b", r"桑巴"), NeighborStyle("samba", "桑巴", "latin")),
    (pattern(r"\bsalsa\b", r"莎莎|萨尔萨"), NeighborStyle("salsa", "萨尔萨", "latin")),
    (pattern(r"\brumba\b", r"伦巴"), NeighborStyle("rumba", "伦巴", "latin")),
    (pattern(r"\bmambo\b", r"曼波"), NeighborStyle("mambo", "曼波", "latin")),
    (pattern(r"\bcha-?cha\b", r"恰恰"), NeighborStyle("cha-cha", "恰恰", "latin")),
    (pattern(r"\br ?& ?b\b", r"节奏布鲁斯"), NeighborStyle("R&B", "R&B", "hiphop")),
    (pattern(r"\bdrill\b"), NeighborStyle("drill", "drill", "trap")),
    (pattern(r"\bk-?pop\b", r"韩流"), NeighborStyle("K-pop", "K-pop", "pop")),
    (pattern(r"\bj-?pop\b"), NeighborStyle("J-pop", "J-pop", "pop")),
    (pattern(r"\bamericana\b"), NeighborStyle("Americana", "美式民谣", "acoustic")),
    (
        pattern(r"\b(?:big band|dixieland)\b", r"大乐队"),
        NeighborStyle("big band", "大乐队", "jazz"),
    ),
    (pattern(r"\blounge\b"), NeighborStyle("lounge", "沙发音乐", "jazz")),
    (pattern(r"\brockabilly\b"), NeighborStyle("rockabilly", "乡村摇滚", "rock")),
    (pattern(r"\bpost-?rock\b", r"后摇"), NeighborStyle("post-rock", "后摇", "rock")),
    (pattern(r"\bbaroque\b", r"巴洛克"), NeighborStyle("baroque", "巴洛克", "classical")),
    (pattern(r"\bnew age\b", r"新世纪"), NeighborStyle("new age", "新世纪", "ambient")),
    (pattern(r"\bvapou?rwave\b", r"蒸汽波"), NeighborStyle("vaporwave", "蒸汽波", "synthwave")),
    (pattern(r"\bindie\b"), NeighborStyle("indie", "独立音乐", "acoustic")),
)


def neighbor_style(text: str, played: str) -> NeighborStyle | None:
    """Return the style that a text names and that is played as another one, or None.

    Args:
        text: The user's words.
        played: The style of the music, named as in the engine's `STYLES`.
    """
    if named_style(text) != played:
        return None
    named = (one for words, one in _NEIGHBORS if one.style == played and words.search(text))
    return next(named, None)
