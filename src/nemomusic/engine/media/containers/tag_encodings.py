"""Read tags in old encodings if the encoding is clear.

FFmpeg takes every tag for UTF-8. Old programs wrote the encoding of their country and did not say
which. A tag is read only if one encoding gives plausible text and no other gives nearly as good
text. A wrong guess would be kept as if it were right.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["readable_tag"]

_MIN_PLAUSIBILITY: Final = 0.5
"""The smallest plausibility, 0..1, of a reading that is accepted."""
_MIN_PLAUSIBILITY_LEAD: Final = 0.15
"""The smallest difference in plausibility between a reading and the next best one."""
_HANZI: Final = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过"
    "发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本"
    "前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很"
    "最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度"
    "门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电"
    "数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克干区片视频音乐旅游生日快乐春"
    "夏秋冬我爱北京家庭歌曲第集完整版高清花城夜风雨雪"
)
"""Frequent characters of Chinese texts and titles."""
_HANGUL: Final = frozenset(
    "이다는을의에가고하지한로은사나도기어아인리라자들서대일시그부수정해만보스제여전과상있것주선장원우거"
    "무구소안유모영음면생동마게비경세문공조성신국구학중오미행회방연물바화내치간관개실러남위너말하여드"
    "노래사랑여행영상가족결혼식봄여름가을겨울한국서울"
)
"""Frequent syllables of Korean texts and titles."""
_WESTERN: Final = frozenset("áâäçéëíîóôöúüýßÄÖÜÉÁÍÓÚÇà")
"""Letters that stand at the same place in Windows-1252 and Windows-1250, and one that is rare
in the languages of the latter."""
_VOWELS: Final = frozenset("аеёиоуыэюя")


def readable_tag(value: str) -> str | None:
    """Return the text of a tag; None if its encoding is not clear.

    Args:
        value: The tag, decoded from UTF-8 with `surrogateescape`.
    """
    raw = value.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    readings: dict[str, float] = {}
    for encoding, rate in _ENCODINGS.items():
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        foreign = [letter for letter in text if not letter.isascii()]
        if foreign and text.isprintable():
            readings[text] = max(readings.get(text, 0.0), rate(text, foreign))
    (text, best), *others = [*sorted(readings.items(), key=lambda one: -one[1]), ("", 0.0)]
    clear = (
        best >= _MIN_PLAUSIBILITY
        and best - (others[0][1] if others else 0.0) >= _MIN_PLAUSIBILITY_LEAD
    )
    return text if clear else None


def _japanese(_: str, foreign: list[str]) -> float:
    """Rate by the share of kana; beside them stand common kanji and wide punctuation."""
    kana = sum("\u3041" <= one <= "\u30fe" for one in foreign)
    common = sum("\x88" <= _lead(one, "cp932") <= "\x97" for one in foreign)
    wide = sum(one in "、。「」・ー〜　" or "\uff01" <= one <= "\uff5e" for one in foreign)
    return (kana + 0.45 * common + 0.5 * wide) / len(foreign)


def _chinese(_: str, foreign: list[str]) -> float:
    """Rate by the share of frequent characters among those of the first level of GB 2312."""
    frequent = sum(one in _HANZI for one in foreign)
    common = sum("\xb0" <= _lead(one, "gbk") <= "\xd7" for one in foreign)
    wide = sum(one in "，。！？《》：（）、" for one in foreign)
    return (frequent + 0.2 * max(0, common - frequent) + wide) / len(foreign)


def _korean(_: str, foreign: list[str]) -> float:
    """Rate by the share of frequent syllables among those of KS X 1001."""
    frequent = sum(one in _HANGUL for one in foreign)
    common = sum("\xb0" <= _lead(one, "cp949") <= "\xc8" for one in foreign)
    return (frequent + 0.2 * max(0, common - frequent)) / len(foreign)


def _russian(text: str, _: list[str]) -> float:
    """Rate by the share of words that look like Russian ones: with vowels, capitals in front.

    Hebrew in Windows-1255 has the bytes of small letters only.
    """
    words = [word for word in re.findall(r"\w+", text) if not word.isascii()]
    if (
        not words
        or text.islower()
        or set(re.sub(r"[\w\s«»№—–.,!?-]", "", text)) - set(map(chr, range(128)))
    ):
        return 0.0
    good = 0.0
    for word in words:
        if not re.fullmatch(r"[А-яЁё]+", word):
            return 0.0
        spoken = len(word) < 3 or bool(_VOWELS & set(word.lower()))
        small = word[1:].islower() or len(word) == 1
        good += spoken * (1.0 if small else 0.5 if word.isupper() else 0.0)
    return good / len(words)


def _western(text: str, foreign: list[str]) -> float:
    """Rate by the share of ASCII: such texts have a few letters with accents in plain words."""
    if not _WESTERN.issuperset(foreign):
        return 0.0
    letters = sum(one.isalpha() for one in text)
    return 1.0 if len(foreign) * 2 <= letters else 0.0


def _lead(letter: str, encoding: str) -> str:
    """Return the first byte of a letter, as a character; "" for a letter of one byte."""
    raw = letter.encode(encoding, "replace")
    return chr(raw[0]) if len(raw) > 1 else ""


_ENCODINGS: Final[dict[str, Callable[[str, list[str]], float]]] = {
    "cp932": _japanese,
    "gbk": _chinese,
    "cp949": _korean,
    "cp1251": _russian,
    "cp1252": _western,
}
"""Python's names of the encodings, and the functions that rate a reading, 0..1."""
