"""Chinese questions that the writer answers with an order, as that order.

"没有贝斯吗？加一个" names the bass in a question, and "加竖琴会不会仙一点，加上" asks first. Both
order one thing. A rule that reads clause by clause sees a question and a verb without an object.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from nemomusic.engine.composition.prompt_parser import find_terms

_IN: Final = r"[^，,。！!？?；;…\s]"
_BREAK: Final = r"[，,。！!？?；;…\s～~]+"
_END: Final = r"(?=\W*$|[，,。！!；;…\s])"
_SO: Final = r"(?:那就?|就|还是|干脆|赶紧|快|给我|帮我|麻烦|请|可以|能不能|你)*"
_TONE: Final = r"(?:吧|呗|啊|呀|嘛|哦|喔|好吗|好不好|行吗|行不行|可以吗|谢谢|试试|看看)*"
_PUT_IN: Final = (
    rf"(?:加|补|添|来|安排|整|上|放|弄|搞)(?:一?[个点些段把下]|上|进去|进来)*{_TONE}{_END}"
)
_LACKS: Final = (
    r"(?:没有?(?:听[到见])?|听不[到见]|少了?|缺了?)(?:一?[点个把])?(?P<missing>"
    rf"{_IN}{{1,6}}?)(?:的?声音?)?(?:吗|嘛|呢|啊|呀|欸|诶|耶|吧|了|是吗|是吧)*"
)
_LACKED: Final = (
    rf"(?P<missing>{_IN}{{1,6}}?)(?:怎么|咋)(?:都|就)?没有?(?:听[到见])?(?:啊|呀|呢|了)*"
)
_BEFORE: Final = r"(?:(?:怎么|咋|为什么|为啥|是不是|好像|感觉|里面|这里|现在|都|就|也|里头)+)?"
_DOES: Final = r"(?:加|添|来|换成?|改成?|配|去掉|拿掉|删掉?|放)"
_MISSING: Final = (
    rf"{_BEFORE}{_LACKS}{_BREAK}{_SO}{_PUT_IN}",
    rf"{_LACKED}{_BREAK}{_SO}{_PUT_IN}",
    rf"(?P<missing>{_IN}{{1,6}}?)呢{_BREAK}(?:要是|如果)?没有的?话?{_BREAK[:-1]}*{_SO}{_PUT_IN}",
)
_ASKED: Final = (
    rf"(?P<order>{_DOES}{_IN}{{1,10}}?)(?:是不是|会不会|会|应该"
    rf"|可能){_IN}{{1,10}}{_BREAK}{_SO}{_DOES}"
    rf"(?:上|了|一下|掉|进去|成|个|一个)*{_TONE}{_END}"
)

_BAD_CLIP: Final = (
    r"(?P<clip>(?:海边|沙滩|海滩|城市|城里|市区|第[一二两12])的?那?[段条个](?:视频|片段|素材)?)"
    rf"(?:拍得|有点|太|很|都|全是|好|又)+(?!好看|美|棒|喜欢|漂亮){_IN}{{1,8}}{_BREAK}(?:就|直接"
    rf"|干脆|还是|可以|给我)*"
    rf"(?:不要|别要|删掉?|去掉|剪掉|扔掉?|别用)了?[吧呗啊]?{_END}"
)
"""Says what is wrong with a clip, and that it goes."""
_OTHER_CLIP: Final = (
    rf"(?:(?:海边|沙滩|海滩|城市|第[一二两12])的?那?[段条个]?(?:视频|片段|素材)?(?:就|都)?(?:不要"
    rf"|别要|去掉|删掉?|剪掉|不用)了?[吧啊呗]?{_BREAK}"
    r"(?:(?:就|只|光|单)*(?:留下?|保留|用|要)|(?:就|只|光|单)+剩)?"
    rf"(?P<kept>(?:海边|沙滩|海滩|城市|第[一二两12][段条个])(?:那[段条个])?(?:视频|片段"
    rf"|素材)?)(?:就|都)?(?:留着?|保留|留下|要|行了?|好了?|可以了?|够了?)?[吧啊呗]?{_END})"
)
"""Names the clip that goes, and the one that stays."""


@cache
def _compiled(said: str) -> re.Pattern[str]:
    """Compile a pattern at its first use: most sessions speak one language."""
    return re.compile(said)


def _added(match: re.Match[str]) -> str:
    """Return the order to add what a question misses, if that is an instrument."""
    named = find_terms(match["missing"])
    if len(named) == 1 and named[0].kind == "instrument":
        return f"加{match['missing']}"
    return match[0]


def with_orders_for_answers(text: str) -> str:
    """Return a Chinese message in which a question and the order after it are one order.

    Args:
        text: The message.
    """
    if text.isascii():
        return text
    for said in _MISSING:
        text = _compiled(said).sub(_added, text)
    text = _compiled(_ASKED).sub(r"\g<order>", text)
    text = _compiled(_OTHER_CLIP).sub(r"只留\g<kept>", text)
    return _compiled(_BAD_CLIP).sub(r"\g<clip>不要了", text)
