"""The part of a film that a sentence keeps, in one clause, and what goes, in another one.

"4 到 12 秒留着，其他剪掉" and "cut the start, begin at second 3" hold a verb of cutting, which does
not belong to the time beside it.
"""

from __future__ import annotations

import re
from typing import Final

from nemomusic.local.agent.intents.message_intents import Trim
from nemomusic.local.agent.parsing.rewriting.message_text import group, span_of, time_of, to_seconds
from nemomusic.local.agent.parsing.words import sound_words as sound
from nemomusic.local.agent.parsing.words.film import fade_words, length_words, title_words

_COMMA: Final = re.compile(r"[，,。；;！!？?]+|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_REST_GOES: Final = re.compile(
    r"^\W*(?:那?(?:其[他它余]|别的|剩下|剩余|后[面边头]|之后|以后|前[面边头]|之前)的?(?:画面|部分|内容|视频)?"
    r"(?:都|全|就|统统|可以)*(?:给我)?(?:剪|删|切|裁|砍|扔|去掉|丢|不[要用需]|别要|是废片|是废的)"
    r"|(?:剪|删|切|裁|砍|扔)(?:掉|了)?(?:其[他它余]|别的|剩下|后面|前面))"
)
_EARLIER_GOES: Final = re.compile(r"前[面边头]|之前")
_LATER_GOES: Final = re.compile(r"后[面边头]|之后|以后")
_GOES: Final = re.compile(r"剪|删|切|裁|砍|去掉|不要|扔|别")
_ALL_BUT: Final = re.compile(
    r"除了?(?=[^，。]{0,3}\d)[^，。,]*?\d[^，。,]*秒[^，。]*?(?:都|全|统统)[^，。]{0,3}(?:剪|删|不要|切|去掉|砍|扔)"
)
_AFTER_GOES: Final = re.compile(
    r"秒(?:以后|之后|后面?|往后|起)的?(?:画面|部分|内容|视频)?(?:都|全|就|统统|只能|只好|忍痛)*(?:给我)?(?:剪|删|切|裁|砍|扔|去掉|不要|割爱|舍弃?|掐)"
)
_KEPT_FROM: Final = re.compile(
    r"从第?\s*[\d:.]+\s*秒(?:开始|起).{0,2}留|(?:视频|片子|画面|影片).{0,3}从.{0,6}秒(?:开始|起)(?:.{0,2}留|就好|就行|吧|\W*$)"
)
_CUT_TO: Final = re.compile(
    r"(?:视频|片子|影片|画面).{0,3}(?:截|裁|剪|切|留|保留|砍)到第?\s*[\d:.]+\s*秒(?:为止|就好|就行|结束)"
)


_EDGE_GOES: Final = re.compile(
    r"^\W*(?:(?:please|pls|just|can you|could you) )*"
    r"(?:cut|trim|chop|drop|lose|remove|skip|crop|shorten|snip) (?:off |away |out )?(?:the )?"
    r"(?:(?P<start>start|beginning|front|opening|intro)|end|ending|outro)\W+"
    r"(?:(?:and|then|so|it|that|let it|have it|should|just|please) )*"
    r"(?:(?P<begins>begin|start)|end|stop|finish)s? (?:it |the (?:video|film|clip) )?"
    r"(?:(?:at|from|with|after|on) )?(?:the )?(?:second )?(?P<time>\d+(?::\d\d)?(?:\.\d+)?)"
    r"(?: ?s| ?sec\w*)?(?: in)?(?: please| pls| instead)?\W*$",
    re.IGNORECASE,
)
"""Takes the start or the end away, and says where the new one is."""


def kept_part(sentence: str) -> Trim | None:
    """Return the part of the film that a sentence keeps, or None.

    Args:
        sentence: A sentence with its numbers in digits.
    """
    if (edge := _EDGE_GOES.match(sentence)) and bool(edge["start"]) == bool(edge["begins"]):
        time = to_seconds(edge["time"])
        return Trim(time, None) if edge["start"] else Trim(0.0, time)
    if sentence.isascii() or sound.OWN.search(sentence) or not re.search(r"\d", sentence):
        return None
    if (
        sound.MUSIC.search(sentence)
        or title_words.TITLE.search(sentence)
        or fade_words.FADE.search(sentence)
    ):
        return None
    kept = _in_one_clause(sentence)
    if kept is not None:
        return kept
    parts = [one for one in _COMMA.split(sentence) if one.strip()]
    if len(parts) < 2 or not _REST_GOES.search(parts[-1]):
        return None
    timed = [one for one in parts[:-1] if re.search(r"\d", one)]
    if len(timed) != 1 or re.search(r"\d", parts[-1]) or _GOES.search(timed[0]):
        return None
    return _kept(timed[0], parts[-1])


def _in_one_clause(sentence: str) -> Trim | None:
    span = span_of(sentence)
    if span is not None:
        return Trim(*span) if _ALL_BUT.search(sentence) else None
    time = time_of(sentence)
    if time is None:
        return None
    if _KEPT_FROM.search(sentence):
        return Trim(time, None)
    later = _AFTER_GOES.search(sentence) or _CUT_TO.search(sentence)
    return Trim(0.0, time) if later else None


def _kept(timed: str, rest: str) -> Trim | None:
    """Return the part that one clause names, if the other clause takes away what is beside it."""
    span = span_of(timed)
    if span is not None:
        return Trim(*span)
    first, last = length_words.FIRST_SECONDS.search(timed), length_words.LAST_SECONDS.search(timed)
    if first or last:
        match = first or last
        seconds = float(group(match)) if match and group(match).isascii() else 0.0
        if seconds <= 0.0 or (first and _EARLIER_GOES.search(rest)):
            return None
        return Trim(0.0, seconds) if first else Trim(-seconds, None)
    time = time_of(timed)
    if time is None:
        return None
    if _EARLIER_GOES.search(rest):
        return Trim(time, None)
    return Trim(0.0, time) if _LATER_GOES.search(rest) else None
