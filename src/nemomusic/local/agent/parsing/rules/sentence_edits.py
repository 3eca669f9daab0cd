"""Edits in Chinese that a sentence says in several clauses: a place in one, the deed in another.

"从0:04起有3秒，音乐得轻一点" names a time beside a comma. Rules that take one clause each see a
time without a wish, and a wish without a time.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from nemomusic.local.agent.intents.message_intents import (
    ChangeTitle,
    CutOut,
    Intent,
    MusicSpan,
    Passage,
    Trim,
)
from nemomusic.local.agent.parsing.rewriting.message_text import clauses, span_of, to_seconds
from nemomusic.local.agent.parsing.rules.kept_part import kept_part
from nemomusic.local.agent.parsing.rules.video_rules import new_title
from nemomusic.local.agent.parsing.words import common_words as common
from nemomusic.local.agent.parsing.words import sound_words as sound
from nemomusic.local.agent.parsing.words.film import fade_words, length_words, title_words

if TYPE_CHECKING:
    from nemomusic.local.agent.parsing.rewriting.message_text import HeldQuotes

_AT: Final = r"第?\s*(?P<at>\d+(?::\d\d)?(?:\.\d+)?)\s*秒?"
_LONG: Final = r"(?P<long>\d+(?:\.\d+)?)\s*秒"
_CUT: Final = r"(?:剪|删|切|裁|砍|扔|剁|甩|抠|挖|掐|去掉|不要)"
_FILM: Final = r"视频|片子|影片|画面|镜头|录像"
_KEPT_FOR: Final = (
    rf"[从打自]{_AT}(?:算起|开始|起)[^，。\d]{{0,4}}(?:留|有|要)[^，。\d]{{0,2}}{_LONG}"
    rf"|(?:有|留|要)(?P<long2>\d+)\s*秒(?:就[行够好可])?[，,]?\s*[从打自]第?\s*(?P<at2>\d+(?::\d\d)?)\s*秒?(?:算起|开始|起)"
)
_GONE_FOR: Final = rf"{_AT}(?:那儿|那里|那|开始|起|处)+有?{_LONG}[^。]{{0,40}}{_CUT}"
_KEPT_AFTER: Final = rf"(?:只要|只留|留下?|保留){_AT}(?:以后|往后|之后)"
_ENDS_AT: Final = rf"到{_AT}就?(?:完|结束|打住)(?=\W*$|[，。,])"
_LATER_GOES: Final = (
    rf"{_AT}(?:以后|之后|往后|后面?)的?(?:画面|部分|内容|视频|镜头|东西|那段)[^。]{{0,12}}{_CUT}"
)
_BEYOND_GOES: Final = rf"超过{_AT}的?(?:部分|画面|内容|视频|那段)?[^。]{{0,6}}{_CUT}"
_SPAN_GOES: Final = r"除[了开去](?=[^，。]{0,3}\d)[^。]{0,40}?(?:保留|留着?|都要)"
_TAIL_GOES: Final = rf"(?:末了|末尾|最后|结尾){_LONG}[^。]{{0,40}}{_CUT}"
_LAST_GOES: Final = (
    r"[，,。！!\s](?:帮我|给我|快|直接|赶紧|请|就|都|把它|这段|那段)*"
    r"(?:[剪删切裁砍掐]掉|[剪删切裁砍掐]了|去掉|不要了|[剪删]一下)(?:吧|啊|呗|哈|谢谢|[，,]?从第?\d+秒(?:开始|起))*\W*$"
)
"""Takes away, in the last clause, what the first one names: "5到8秒我被蜜蜂追，帮我剪了"."""
_STAYS: Final = r"留|只|其他|别的|剩|除|保|以外|之外|[音配]乐|声"
_FIRST: Final = rf"^\W*(?:前面?|头|开头)的?{_LONG}"
_QUIET_FOR: Final = (
    rf"[从打]?{_AT}(?:起|开始)有?{_LONG}[^。]{{0,40}}(?:[轻小低]一?[点些]|小声|压低)"
)
_QUIET_FIRST: Final = rf"(?:头|前|开头|最前面?){_LONG}[^，。]*(?:[轻小低]一?[点些]|小声)"
_SILENT_FOR: Final = rf"{_AT}(?:起|开始)[^，。\d]{{1,3}}(?:空|停|断|歇)(?:上|个)?{_LONG}"
_SILENT_THEN: Final = r"\d[^。]{0,40}秒[^。]{0,40}(?:别有|不能有|(?<=秒)不行)\W*$"
_STARTS_AT: Final = (
    rf"(?:[憋等忍]到){_AT}[^，。\d]{{0,3}}(?:再|才)[放响进出起来]|{_AT.replace('at', 'at2')}"
    r"(?:乐队|音乐|配乐|曲子)(?:再|才)[进响起来出]"
)
_STARTS_AFTER: Final = (
    rf"头{_LONG}[^。]{{0,40}}(?:之后|然后|过后)[^，。]{{0,2}}(?:音乐|曲子|配乐)(?:再|才)"
)
_STOPS_AT: Final = rf"过了{_AT}[^，。\d]{{0,3}}(?:别再?|不要再?)[放响有]"


@cache
def _compiled(said: str) -> re.Pattern[str]:
    """Compile a pattern at its first use: most sessions speak one language."""
    return re.compile(said)


def _search(said: str, text: str) -> re.Match[str] | None:
    return _compiled(said).search(text)


def whole_sentence(sentence: str, quotes: HeldQuotes) -> Intent | None:
    """Return the one edit that a sentence as a whole asks for, or None.

    Args:
        sentence: A sentence with its numbers in digits.
        quotes: Its quoted words.
    """
    kept = kept_part(sentence)
    if kept is not None or sentence.isascii():
        return kept
    if common.HELD.search(sentence):
        return _title(sentence, quotes)
    if not re.search(r"\d", sentence) or fade_words.FADE.search(sentence):
        return None
    if title_words.TITLE.search(sentence) or sound.OWN.search(sentence):
        return None
    about_music = sound.MUSIC.search(sentence) or "乐队" in sentence
    return _music(sentence) if about_music else _cut(sentence)


def _cut(sentence: str) -> Intent | None:
    span = span_of(sentence)
    goes = _search(_LAST_GOES, sentence) and not _search(_STAYS, sentence)
    if span is not None:
        return CutOut(*span) if goes or _search(_SPAN_GOES, sentence) else None
    if goes and (match := _search(_FIRST, sentence)):
        return Trim(float(match["long"]), None)
    if match := _search(_KEPT_FOR, sentence):
        start = to_seconds(match["at"] or match["at2"])
        return Trim(start, start + float(match["long"] or match["long2"]))
    if match := _search(_GONE_FOR, sentence):
        start = to_seconds(match["at"])
        return CutOut(start, start + float(match["long"]))
    if (match := _search(_TAIL_GOES, sentence)) and not length_words.STAYS_ZH.search(sentence):
        return Trim(0.0, -float(match["long"]))
    if match := _search(_BEYOND_GOES, sentence):
        return Trim(0.0, to_seconds(match["at"]))
    if not _search(_FILM, sentence):
        return None
    if match := _search(_KEPT_AFTER, sentence):
        return Trim(to_seconds(match["at"]), None)
    match = _search(_ENDS_AT, sentence) or _search(_LATER_GOES, sentence)
    return Trim(0.0, to_seconds(match["at"])) if match else None


def _music(sentence: str) -> Intent | None:
    span = span_of(sentence)
    if span is not None:
        return Passage(*span, silent=True) if _search(_SILENT_THEN, sentence) else None
    for said, silent in ((_QUIET_FOR, False), (_SILENT_FOR, True)):
        if match := _search(said, sentence):
            start = to_seconds(match["at"])
            return Passage(start, start + float(match["long"]), silent=silent)
    if match := _search(_QUIET_FIRST, sentence):
        return Passage(0.0, float(match["long"]), silent=False)
    if match := _search(_STARTS_AFTER, sentence):
        return MusicSpan(float(match["long"]), None)
    if match := _search(_STARTS_AT, sentence):
        return MusicSpan(to_seconds(match["at"] or match["at2"]), None)
    match = _search(_STOPS_AT, sentence)
    return MusicSpan(None, to_seconds(match["at"])) if match else None


_NAMES_TITLE: Final = r"标题|片名|片头|名字|名叫|(?:片子|视频|影片)叫|几个字"
_PUTS: Final = r"[打放加写亮挂印做当安][上在到个成]?|起名|拿它"
_REPLACES: Final = r"替[掉换]?|换掉|错|(?:应该|应当|得|该)是|只写|改[成为]"
_BESIDE_TITLE: Final = r"标题|片名|片头|名|字|它|最前面|开头|结尾|屏幕|视频|原来|现在|上去|打上"


def _title(sentence: str, quotes: HeldQuotes) -> Intent | None:
    """Return the title that a sentence of several clauses asks for, or None."""
    parts = clauses(sentence)
    marks = common.HELD.findall(sentence)
    if (
        len(parts) < 2
        or not _search(_NAMES_TITLE, sentence)
        or title_words.REMOVES_TITLE.search(sentence)
    ):
        return None
    others = [one for one in parts if not common.HELD.search(one)]
    if not all(_search(_BESIDE_TITLE, one) for one in others) or sound.MUSIC.search(sentence):
        return None
    text = quotes.texts[int(marks[-1])].strip()
    if len(marks) > 1:
        return ChangeTitle(text) if len(marks) == 2 and _search(_REPLACES, sentence) else None
    if _search(_REPLACES, sentence):
        return ChangeTitle(text) if "标题" in sentence else None
    return new_title(sentence, text) if _search(_PUTS, sentence) else None
