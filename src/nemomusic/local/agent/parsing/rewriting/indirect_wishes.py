"""Chinese wishes that are said around a corner, as the plain order that they stand for.

"要是有竖琴就好了", "不来点摇滚怎么行" and "换成华尔兹会更有味道" all ask for something.
The rules read the order inside. A question whether something would be too much ("会不会太吵") is no
wish, and stays.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_IN: Final = r"[^，。！!？?,;；]"
"""A sign inside a clause."""
_END: Final = r"(?=\W*$|[，。！!？?,;；])"
_BETTER: Final = (
    r"(?:好看?|好听|合适|合理|对味|搭|像样|够味|有味道?|有感觉|有意境|有气氛|动人|带劲|完美|行|舒服"
    r"|正好)"
)
_TONE: Final = r"(?:一?[点些]|很多|多)?[了吧啊呢呀吗嘛的]*"
_VERB: Final = (
    r"(?:换成?|改成?|改叫|叫|加上?|配上?|来[点个段首]|做成|去掉|拿掉|删掉|撤掉|还是|降一?[点些]"
    r"|[小大轻慢快]一?[点些]"
    r"|留着?|放)"
)
_ASKED: Final = r"(?<!不知道)(?:会不会|是不是会?)"
_PAIRS: Final[tuple[tuple[str, str], ...]] = (
    (
        (
            rf"要是(?:能|可以|再)*有(?!钱|人|时间|空|机会)({_IN}{{1,18}}?)(?:的话)?"
            rf"(?:[，,]{_IN}{{0,6}}?)?(?:就|会|应该|那就)(?:更|太|最|齐|多)?{_IN}{{1,6}}{_END}"
        ),
        r"加\1",
    ),
    (
        r"(?:别|不要|没必要|不用|不该|甭|不必)(?:再|那么|这么|太|这样|一直|老是?|总是?)+小声了?",
        "大声一点",
    ),
    (
        (
            r"(?<=[鼓斯琴他号笛弦声乐])(?:别|不要|没必要|不用)(?:再|那么|这么|太)+[小轻弱]了?"
            rf"{_END}"
        ),
        "大声一点",
    ),
    (
        (
            r"(?<=[鼓斯琴他号笛弦乐声曲])(?:的?声音?)?(?:稍微?|略微?|好像|感觉|听着|还是)*"
            rf"(?:有[点些]|偏|略)[小轻弱]声?了?{_END}"
        ),
        "太小了",
    ),
    (r"(?<=谢)(?:[您你](?:了|啦|喽)|您)(?=\W*$)", ""),
    (
        (
            r"重做(?:一下)?(?:刚才|刚刚|之前)?(?:取消|撤销|撤回)(?:了|掉)?的(?:那个|那一?[步次下])?"
            r"(?:改动|修改|操作|步骤|东西|更改)?"
        ),
        "取消撤销",
    ),
    (
        (
            r"刚[才刚][^，。]{0,2}把(原声|人声|声音)(?:静音|关)[掉了]*[,，][^，。]{0,4}(?:打开"
            r"|恢复)"
            r"(?:[,，]恢复正常)?"
        ),
        r"\1恢复正常",
    ),
    (
        (
            r"(?:说话|讲话|开口)[^，。]{0,4}音乐[^，。]{0,3}(?:变小|小下去|压低"
            r"|降低)[^，。]{0,4}[,，][这那]?个?(?:功能)?"
            r"[^，。]{0,3}(?:不要|不想要|别要|关)[掉了]*(?:[,，]关掉)?"
        ),
        "关掉自动闪避",
    ),
    (
        (
            r"(?<![配放来用加选])(?:什么|啥)(?:样|风格|音乐|类型|曲子|调调|类)*的?我?"
            r"(?:(?:都|也)(?:行|可以|好|成|无所谓|没关系|ok)|无所谓)"
        ),
        "随便",
    ),
    (
        (
            r"(?:拣|选|挑)?(?:什么|啥|哪种|哪个)(?:样的?)?(?:风格|音乐|类型|曲子|调调|歌)?的?(?:都|就|全)?由?你"
            r"(?:说了算|决定|定|看着办|做主|拿主意)"
        ),
        "随便",
    ),
    (r"(?:什么|啥|哪种)(?:风格|音乐|类型|曲子|歌)?的?都中(?=\W|$)", "随便"),
    (rf"后悔[^，。]{{0,4}}把({_IN}{{1,6}}?)(?:拿掉|去掉|删掉|删|撤掉|撤|关掉|关)了?", r"\1加回来"),
    (rf"(?:再)?有([个点一段把]{_IN}{{1,8}}?)(?:就|会)(?:更|太)?{_BETTER}{_TONE}{_END}", r"加\1"),
    (rf"有([个点段]{_IN}{{1,8}}?)才(?:更)?{_BETTER}{_TONE}{_END}", r"加\1"),
    (
        (
            rf"要是(?:能|可以)?({_IN}{{2,24}}?)(?:的话)?就(?:更|最|太)?(?:好|完美|正好|棒|爽|齐活"
            rf"|对){_TONE}{_END}"
        ),
        r"\1",
    ),
    (
        rf"不来(一?[点个段首])({_IN}{{1,14}}?)(?:怎么行|就?可惜|说不过去|不行|吗){_TONE}{_END}",
        r"来\1\2",
    ),
    (rf"是不是(?:得|该|应该)({_IN}{{1,12}}[点些]){_TONE}{_END}", r"\1"),
    (r"是不是有点(?=太|[大小吵响轻快慢])", "有点"),
    (rf"(?<!不知道)是不是({_IN}{{2,24}}?)(?:会)?(?:更|比较){_BETTER}{_TONE}{_END}", r"\1"),
    (
        rf"((?:{_VERB}){_IN}{{1,12}}?){_ASKED}(?:更|比较)?(?:{_BETTER}[点些]?){_TONE}{_END}",
        r"\1",
    ),
    (rf"((?:{_VERB}){_IN}{{0,12}}?)(?:会|就|应该)?(?:更|比较|才){_BETTER}{_TONE}{_END}", r"\1"),
    (rf"((?:{_VERB}){_IN}{{0,12}}?)(?:会|就)(?:更|比较)?{_BETTER}{_TONE}{_END}", r"\1"),
    (rf"(?<=[，,])({_IN}{{2,6}}?)才{_BETTER}{_TONE}{_END}", r"要\1"),
)
_UNREAL: Final = re.compile(r"如果|当时|当年|那时候|不知道")
"""Speaks of what was, or of what somebody only wonders about."""


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(said), plain) for said, plain in _PAIRS)


def direct(text: str) -> str:
    """Return a Chinese text in which indirect wishes are orders."""
    if _UNREAL.search(text):
        return text
    for pattern, plain in _patterns():
        text = pattern.sub(plain, text)
    return text
