"""Chinese words that point to the opposite of what a message was read as.

An order and its opposite often differ in one sign: "鼓有点大" asks for less, "鼓有点小" for more.
Each intent that has a direction is checked against the words for its direction and those for the
other one. Work whose words only point the other way waits for a "yes".
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.rewriting.message_text import HeldQuotes
from nemomusic.local.agent.parsing.rewriting.traditional_chinese import in_simplified

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.local.agent.intents.message_intents import Intent

_CLAUSE: Final = re.compile(
    r"[，,。！!？?；;…\n]+|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])|然后|另外|同时|再(?=把|让|给)"
)
_SOME: Final = r"一?[点些]"
_SET: Final = r"(?:调|开|放|变|弄|搞|收|关|提|拉|拔|加|升|推|扭|拧)(?:得|到)?"
_MUCH: Final = r"(?:太(?!阳)|(?:稍微?|略微?)?有[点些]|过于|偏|略(?=[小轻弱低](?:$|[，。了])))"
_NOT_SO: Final = r"(?:别|不要|没必要|不用|不该|不能|甭|不必)(?:再|那么|这么|太|一直|这样|老|总|是)*"
_LOUDER: Final = (
    rf"大声|(?<!最)(?<!很)[大响重强高亮]{_SOME}|{_SET}[大响高强]|突出|明显|加强|增强|[往靠]前|凸显"
    rf"|提一?[提下点]|{_MUCH}[小轻弱低]|{_NOT_SO}[小轻弱低]|更[大响]"
)
_SOFTER: Final = (
    rf"小声|[小轻弱低柔]{_SOME}|{_SET}[小轻弱低]|压|降|收|退|减|削|砍|柔|静|往后|温和|平缓|淡|隐|别抢"
    rf"|{_MUCH}(?:[大响重强吵闹尖炸冲猛高抢]|刺|突)|{_NOT_SO}[大响重强吵高炸抢突]|盖|抢|刺耳|轰|吵|太"
    r"|更[小轻]|垫|铺底|背景|底下|一半|成|%"
)
_REMOVES: Final = r"[去删不别没无关拿撤停静砍扔免掉换滚退走消抽踢毙剔净光只除]|取代"
_ADDS: Final = r"加[上回进点个把一]|来[点个]"
_DENSER: Final = r"多|丰富|满|厚|热闹|密|复杂|加|单薄|太[少空简]|饱|充实|叠|花|铺|层次感"
_SPARSER: Final = (
    r"少一?[点些]|太[多满杂乱密花挤闹复]|简|精|减|稀|别|不要|没|不用|乱|杂|空一?[点些]|留|去|轻"
    r"|淡|素"
)
_STRONG: Final = (
    r"大|气势|燃|炸|爆|强|满|高潮|辉煌|壮|劲|隆重|嗨|热烈|响|有力|厚|升华|重|猛|震|精彩|印象|高"
)
_END: Final = r"结尾|收尾|片尾|末|最后|尾|结束|终|收|完|高潮|停|断"
_START: Final = r"开头|片头|开场|起头|最前|开始|前奏|一上来|打头|(?<![之以])前\d"
_FADE_IN: Final = r"[淡渐][入进强]|亮起来|进来|起来|响起"
_FADE_OUT: Final = r"[淡渐][出弱黑没]|变[黑小弱]|暗下|收掉|小下去|消失"


@cache
def _compiled(said: str) -> re.Pattern[str]:
    """Compile a pattern at its first use: most sessions speak one language."""
    return re.compile(said)


def _has(said: str, text: str) -> bool:
    return _compiled(said).search(text) is not None


def points_elsewhere(text: str, work: Sequence[Intent]) -> bool:
    """Return whether the words of a Chinese message point to the opposite of an intent.

    Args:
        text: The message.
        work: The work that was read from it.
    """
    if text.isascii():
        return False
    plain = in_simplified(HeldQuotes().hold(text))
    parts = [one for one in _CLAUSE.split(plain) if one.strip()]
    changes: list[object] = []
    for one in work:
        changes += one.changes if isinstance(one, music.ChangeMusic) else [one]
    return any(_is_opposed(one, plain, parts) for one in changes)


def _is_opposed(one: object, text: str, parts: Sequence[str]) -> bool:
    match one:
        case kinds.Volume(_, None, by):
            return _is_leveled_wrong(text, louder=by > 1)
        case music.ChangePart(_, "less" | "more" as how):
            return _is_leveled_wrong(text, louder=how == "more")
        case music.ChangePart(_, "none"):
            plain = _compiled(r"(.)不\1").sub("", text)
            return _has(_ADDS, text) and not _has(_REMOVES, plain)
        case kinds.RemoveMusic():
            return not _has(rf"{_REMOVES}|[掉清空]|mute|remove|no ", text)
        case kinds.Volume("own", to) if to == 1:
            return _has(r"[删撤]|去掉|拿掉|关(?:掉|了|$)|静(?:音|掉)", text) and not _has(
                r"恢复|打开|留|开|回|正常|原样|还原|解除|取消|别|不|没|100|加|重新", text
            )
        case music.ScaleTempo(factor):
            slower, faster = _has(_SLOWER, text), _has(_FASTER, text)
            return slower and not faster if factor > 1 else faster and not slower
        case music.ChangeDensity(by):
            more, less = _has(_DENSER, text), _has(_SPARSER, text)
            return less and not more if by > 0 else more and not less
        case music.SetMood(_, by) if by > 0:
            return any(_has(_LESS_OF, text[: two.start]) for two in find_terms(text))
        case kinds.Duck(on=True):
            return _has(r"大声|变大|[大高响]一?[点些]|大下去|压高|提高", text) and not _has(
                r"[小低轻弱降退让收避躲静柔减闪]|压(?!高)", text
            )
        case kinds.CutOut():
            return _has(r"保留|留[着下]", text) and not _has(r"[剪删切裁砍去掐不别扔掉]", text)
    return any(_is_misplaced(one, part) for part in parts)


def _is_leveled_wrong(text: str, *, louder: bool) -> bool:
    """Return whether the words for a level only ask for the other direction."""
    plain = _compiled(rf"(?:{_MUCH}|{_NOT_SO})[小轻弱低]声?").sub("突出", text)
    plain = _compiled(rf"{_NOT_SO}(?:明显|突出|大声|靠前)").sub("小声", plain)
    up, down = _has(_LOUDER, plain), _has(_SOFTER, plain)
    return (
        down and not (up or _has(r"听不|大|[提拉推抬升]|起来", text)) if louder else up and not down
    )


_SLOWER: Final = r"(?<![轻缓])慢一?[点些]|放慢|慢下来|再慢|减速|放缓|(?:降|减|调)(?:低|慢)速度"
_FASTER: Final = r"(?<![欢轻明愉爽痛畅])快一?[点些]|加快|提速|快起来|(?<!心跳)加速"
_LESS_OF: Final = r"(?:(?<!多)少一?[点些分]|减少|减弱|降低|削弱)的?$"


def _is_misplaced(one: object, clause: str) -> bool:
    """Return whether a clause speaks of the other end of the film, or of the music."""
    match one:
        case kinds.BiggerEnding():
            if _has(_END, clause):
                weak = _has(
                    rf"[弱轻小平淡静柔低缓]{_SOME}|安静|柔和|低调|{_NOT_SO}[大燃炸强满响]", clause
                )
                return weak and not _has(f"太[弱轻小平淡柔]|不够|{_STRONG}", clause)
            return _has(_START, clause) and _has(_STRONG, clause)
        case kinds.Fade(side, _, seconds) if seconds > 0 and side != "both":
            words, right, wrong = (
                (_FADE_IN, _START, r"结尾|片尾|末尾|最后|收尾")
                if side == "in"
                else (_FADE_OUT, _END, r"开头|片头|开场|最前|前\d+秒")
            )
            both = _has(_FADE_IN, clause) and _has(_FADE_OUT, clause)
            return _has(words, clause) and _has(wrong, clause) and not (_has(right, clause) or both)
        case kinds.MusicSpan(start, None) if start is not None:
            begins = _has(r"开始|进|起|响|出来|放|有", clause)
            ends = rf"(?<!\d){start:g}秒钟?(?:才|再|就|以后|之后)*(?:结束|停)"
            return _has(r"(?:^|[^之以])后面?的?\d+秒[^，。]{0,3}(?:不|别|没)", clause) or (
                _has(ends, clause) and not begins
            )
        case kinds.MusicSpan(None, end) if end is not None:
            at = rf"(?<!\d){end:g}秒钟?"
            return _has(rf"{at}(?:以|之)?前[^，。到就]{{0,6}}(?:不|别|没|静)", clause) or (
                _has(rf"{at}(?:才|再)(?:进|响|起|出|开始|放)", clause)
                and not _has(r"停|结束|不要|没|断|收|完|止", clause)
            )
    return False
