"""Chinese clauses that tell of people and occasions beside an order, and ask for nothing.

"底下铺一层合唱，我就是干这个的" and "扫了一天烟囱，随便来点bgm就行" order something plainly. The
story beside it makes the example model hear talk. A clause counts as such a story only if it holds
no word that could forbid, limit, put off or report the order, and names nothing that can be edited.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.parsing.no_orders.chinese_statements import asks_for_something
from nemomusic.local.agent.parsing.rules.order_detection import is_left_alone, is_order
from nemomusic.local.agent.parsing.words import sound_words
from nemomusic.local.agent.parsing.words.common_words import HELD
from nemomusic.local.agent.parsing.words.film import fade_words, title_words

_SEPARATOR: Final = re.compile(
    r"([，,。！!；;…\n~～]+\s*|\.{2,}\s*|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff]))"
)
_FRAMES: Final = (
    r"[不别勿没未无甭冇唔非禁]|算了|免了|开玩笑|逗|梦|假如|如果|要是|万一|除非|的话|假设|听说"
    r"|[说讲问教劝骂嫌][^，。]|建议|推荐|要求|以为|觉得|认为|打算|本来|原来|差点|幸亏|等(?!着)|先|再|回头"
    r"|明[天早晚]|改天|下[次回周]|以后[再要]|待会|之前|以前|刚[才刚]|上[次回]|已经|早就|昨|曾|[过了着]$|整个"
    r"|[？?吗么]|谁|哪|怎|为[什啥何]|多少|几|还是|或者?|可能|也许|估计|大概|犹豫|纠结|试过|后悔|居然|竟然"
    r"|谢|辛苦|祝|希望|但愿|[真好太很超最]|永远|绝|赞|棒|神|爱|喜欢|厉害|^[这那]"
)
"""May make an order beside it none, or put it off."""
_LIMITS: Final = (
    r"只|仅|光(?![线秃])|单|除|其[他它余]|[前后上下]半|开头|结尾|片[头尾]|中间|开场|部分|那[段里儿块]|这[段里儿块]|时候?"
    r"|[\d一二两三四五六七八九十]+(?:分?秒|%|成|拍)|\d|同样|一样|像|好比|比|版|首|段|它|其中"
)
"""May limit an order, or give it a value."""
_WORK: Final = (
    r"[换改加删剪调去减停留存]|静|关掉?|放|配|弄|做|来[点个一首段]|想|要(?!发|交|用|来|去|到|开)|请|让|帮|给|把|将|被|用(?!$|的$)"
    r"|[点些]$|[点些][吧呗啊]|大声|小声|导出|原|声|音|乐|曲|歌|bgm|听|节奏|风格|感觉|气氛|氛围|标题|字|屏|画|镜头|视频|片|素材"
)
"""Speaks of work, of sound or of the film."""


@cache
def _compiled() -> re.Pattern[str]:
    """Compile the pattern at its first use: most sessions speak one language."""
    return re.compile(f"{_FRAMES}|{_LIMITS}|{_WORK}", re.IGNORECASE)


def without_circumstances(text: str) -> str:
    """Return a Chinese message without clauses that only tell of people and occasions.

    The message stays as it is where it has no such clause, or nothing else.
    """
    if text.isascii() or HELD.search(text):
        return text
    pieces = _SEPARATOR.split(text)
    told = [not one.strip() or _is_circumstance(one) for one in pieces[::2]]
    if all(told) or not any(no and one.strip() for no, one in zip(told, pieces[::2], strict=True)):
        return text
    marks = [*pieces[1::2], ""]
    order = "".join(
        one + mark for one, mark, no in zip(pieces[::2], marks, told, strict=True) if not no
    ).strip()
    return (
        order if asks_for_something([one for one in _SEPARATOR.split(order)[::2] if one]) else text
    )


def _is_circumstance(clause: str) -> bool:
    """Return whether a clause tells something that neither asks for work nor changes an order."""
    return not (
        _compiled().search(clause)
        or find_terms(clause)
        or sound_words.OWN.search(clause)
        or sound_words.MUSIC.search(clause)
        or title_words.TITLE.search(clause)
        or fade_words.FADE.search(clause)
        or is_order(clause)
        or is_left_alone(clause)
    )
