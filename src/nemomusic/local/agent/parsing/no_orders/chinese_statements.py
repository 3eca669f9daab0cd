"""Chinese messages that state something about music or a film, and ask for no work.

"怪不得大家都用爵士", "摇滚让人上瘾" and "之前那个视频用过钢琴曲" hold the names that orders hold.
What tells them apart is the frame of the sentence: an adverb of surprise or of the past, an
experience, a judgment, or a verb of knowing, and no verb that orders.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.rewriting.message_text import HeldQuotes
from nemomusic.local.agent.parsing.rewriting.slang_and_typos import in_plain_words
from nemomusic.local.agent.parsing.rewriting.traditional_chinese import in_simplified
from nemomusic.local.agent.parsing.rules.order_detection import is_order
from nemomusic.local.agent.parsing.words import sound_words
from nemomusic.local.agent.parsing.words.film import fade_words, title_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.local.agent.intents.message_intents import Intent

_IN: Final = r"[^，,。！!？?；;…\s]"
_CLAUSE: Final = re.compile(
    r"[，,。！!？?；;、…\n~～]+|\.{2,}|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])"
)
_BEGINS: Final = (
    r"^(?:我[还才]?|其实|说真的|说实话|哈哈+|哇|唉|天[啊哪]|你[看说]|话说|而且|不过|但是?)*"
)
_STATES: Final = (
    # surprise, and what nearly was
    (
        rf"{_BEGINS}(?:怪不得|难怪|怪不着|没想到|想不到|谁知道|差一?点就|险些|还以为|本以为"
        rf"|原以为|听说|据说|传说|不知道"
        r"|不懂|[听看]不懂|不了解|不认识|不太懂|没听说|没学|发现|想起)"
    ),
    (
        r"(?:果然|居然|竟然|确实|的确|原来)(?:很|好|真|挺|也|就|是|能|会|这么|那么)*"
        r"(?:适合|合适|搭|好听|不错|好看|有用|治愈|耐听|厉害|可以)"
    ),
    # the past, and experience
    (
        rf"(?:之前|以前|上次|上回|当时|当年|那时候?|小时候|昨[天晚]|前[几两]?天|刚刚|刚才|去年"
        rf"|曾经|最近|平时|平常|从小|一直|早就"
        rf"|原来|原先|本来|第一次|头一次"
        rf"|现在){_IN}{{0,8}}(?<!想)(?<!要)(?:[用听放弹唱学看拍做选试练组写]|迷上|爱上|喜欢|讨厌"
        rf"|路过|见)"
        r"(?:[过了着]|的(?!那)|的?就是|(?<=[听见看])到)|在[放播唱弹拉吹跳]"
    ),
    r"(?:[用听放弹唱学看拍选试练组写拉打吹]|喜欢)过",
    (
        rf"(?:别人|人家|大家|人们|网上|网友|同行|朋友|同事|客户|老板|老师|同学|老公|老婆|闺蜜"
        rf"|室友|我[爸妈哥姐弟妹]|年轻人|老人)(?<!让大家)(?<!让人家)(?<!给大家){_IN}{{0,5}}"
        r"(?:都|就|也|在|总|老)*(?:[用听放学说爱看夸弹唱]|喜欢|讨厌|觉得)"
    ),
    # a judgment that asks for no change
    (
        r"(?:真|太|很|好|挺|超|最|更|也|这么|那么|蛮|特别|非常|有点)*"
        r"(?:难学|难弹|难懂|老土|过时|上瘾|高估|低估|百听不厌|经典|绝了|神了|厉害|难伺候|小众"
        r"|冷门|烂大街"
        r"|洗脑|好懂|伟大|无敌)(?:[了的吧啊呢嘛]*|死了)$"
    ),
    (
        r"让(?:人|我)(?:很|想起?|有点|觉得|感觉|忍不住|上瘾|着迷|感动|流泪|心动|陶醉|沉醉|放松|平静"
        r"|难过|开心|怀念)"
    ),
    r"百听不厌|(?:第一次|从来没|从没)(?:听|见)[到过]?",
    r"不过如此|就那么回事|(?:看|听|见|吃|用)(?:得?多|久|腻|惯|够)了",
    # who it belongs to
    (
        rf"(?<!这)(?<!全)(?<!都)(?<!还)(?<!就)是(?:我[爸妈哥姐弟妹爷奶外老同朋闺前]|他|她|谁|哪"
        rf"|从|由"
        rf"|怎么|什么){_IN}{{0,12}}(?:的|吗|呢|了)?$"
    ),
    # what is left for another time, or not wished at all
    (
        r"(?:的?事|问题)?(?:先|暂时|暂且|以后|回头|改天|明天|后面)+(?:放一放|放放|再说|再议|不管"
        r"|不谈"
        r"|不说|不考虑|搁着)"
    ),
    r"没(?:有)?(?:说|让|叫|打算|想过|要求)(?:过|你|要)*",
    (
        r"有没有关于|早(?:一?点)?知道|见仁见智|因人而异|[老总常]放|(?:^|我一?)[提说][到起]"
        r"|(?<![不想])[听做学玩弹唱搞][^，]{1,6}的(?:人(?!声|[说讲在])|朋友|同学|孩子)(?!用)"
    ),
    rf"^(?:谢谢|感谢|多谢)你?的?{_IN}+$",
)
"""Frames of a statement around a name."""
_ASKS: Final = (
    (
        r"(?<![没不别])(?<!没说)(?<!有说)(?:想(?:好好|多|再|把|要|让|给|配|用|听(?!说)|换|加|放"
        r"|来)|(?<!又)(?<!快)(?<!需)要(?![是命不么]|流行|火|过时)"
        r"|(?<!不)需要|希望(?!你|大家)|最好|得(?=[有换加配改跟像])|应该(?!很|挺|是|会|不|没)"
        r"|[就]该(?!死)|必须|不得(?=配|来|换|有)"
        r"|请(?!问|假|客)|麻烦|拜托|帮[我忙]|[给为](?:我(?!的?感觉)|它|这|视频|片子|影片)|能不能"
        r"|能否|可不可以|可以[^，。]{0,8}吗|能[^，。]{1,12}[吗不]$"
        r"|好吗|行吗|好不好|行不行|要不|要么|消音|随便|你(?:看着|来|定|选|挑|决定|负责|做主)"
        r"|交给你|看你的|创作)"
    ),
    r"(?:就|还是|也|再|直接|干脆|试试看?)(?:用|来|换|配|要|加|放|改|选)(?![了过的着])|试试看?",
    (
        r"(?:^|[我你它就再都当然得想])(?:配|换|改|加|整|搞|弄|删|剪|调|关|突出|拎出"
        r"|换过)(?![了过的得着班油起火])"
    ),
    (
        r"[来铺放添写要弄整](?:一?[点段首个些把支条]|[三3])|(?:去掉|拿掉|关掉|删掉|剪掉|换掉"
        r"|加[上点个些]|换成|改成|变成|变[竖横大小]|加回来"
        r"|放回来|换[过回]去|竖过来|静音|配[上乐个段首点一]|添进|留[点着])(?![了过]|的)"
    ),
    (
        r"(?<![了好对是贵])吧$|(?:就|也)(?:挺|很|最)?(?:行|好|可以|成|合适|方便)(?:了|吧)?$"
        r"|还是[^，]{1,8}(?:稳妥|合适|好)$|(?:怎么样|如何)$"
    ),
    (
        r"(?<!有)[点些](?:的|儿|吧|呗|嘛)?$|(?:一样|那种|这种|那样|这样|类似)(?:的?$"
        r"|[^，。的了]{0,6}$)|拿[^，。]{1,6}[做当]|[也都是]得[^，。]{1,6}[的点]|[也都]该有|的话"
        r"|(?:做"
        r"|都|加)[个一]?下?[淡渐]|才(?:配|对|行|好|搭|够|占)"
    ),
)
"""Asks for something."""


@cache
def _compiled(alternatives: tuple[str, ...]) -> re.Pattern[str]:
    """Compile patterns at their first use: most sessions speak one language."""
    return re.compile("|".join(alternatives))


_PRAISES: Final = r"永远的神|yyds|绝配|绝了|无敌|百听不厌|我的爱|谁懂|太懂"


def states_in_chinese(text: str, work: Sequence[Intent]) -> bool:
    """Return whether a Chinese message states something wherever it names what can be changed.

    Args:
        text: The message.
        work: The work that was read from it.
    """
    if text.isascii() or any(isinstance(one, music.Compose) and not one.named for one in work):
        return False
    plain = in_simplified(HeldQuotes().hold(text))
    parts = [one.strip() for one in _CLAUSE.split(plain) if one.strip()]
    named = [one for one in parts if _names_something(one)] or parts
    states, asks = _compiled(_STATES), _compiled(_ASKS)
    praised = any(re.search(_PRAISES, one) for one in parts)
    if not (praised or all(map(states.search, named))):
        return False
    return not any(asks.search(one) or is_order(one) for one in parts)


def _names_something(clause: str) -> bool:
    return bool(
        find_terms(clause)
        or sound_words.MUSIC.search(clause)
        or sound_words.OWN.search(clause)
        or title_words.TITLE.search(clause)
        or fade_words.FADE.search(clause)
    )


_COMPLAINS: Final = (
    r"太(?!适合|棒|好|美|神|绝|会|懂|强了|赞|治愈|助眠)|有点|不够|听不|盖[过住]|抢|受不了|不合适"
    r"|不搭|不对|不好|难听|更(?!新)|再(?!见|也)"
    r"|[缺差]|少[了个点]|^这是[^，。]{0,8}(?:视频|片子|录像|影片|vlog)|消音|静掉"
    r"|能[^，。]{1,10}吗|(?<!关于)没有?(?!什么|想|听)|\d"
)
"""Says what is wrong, or names a value."""
_TELLS: Final = (
    r"[我你他她谁都也在是有没会了过着呢听看说学弹唱跳爱懂]|喜欢|讨厌|知道|觉得|应该|真|很|挺|要是"
    r"|永远|配(?!乐)|好[^听]"
)
"""Words with which a clause tells something: it is more than a name."""
_SHORT: Final = 4
"""Signs beside a name that tell too little for a statement: "飘着的氛围音乐"."""
_ORDERS_WHAT_FOLLOWS: Final = ("配", "配上", "换", "换个", "来")
_LOOSE: Final = (music.SetStyle, music.SetMood, music.SetKey, music.ChangeDensity)


def lacks_order(text: str, work: Sequence[Intent]) -> bool:
    """Return whether work that a name suggests is read from a Chinese text that orders nothing.

    Args:
        text: The message.
        work: The work.
    """
    if text.isascii() or not all(map(_is_loose, work)):
        return False
    plain = in_simplified(HeldQuotes().hold(text))
    parts = [one.strip() for one in _CLAUSE.split(plain) if one.strip()]
    if asks_for_something(parts):
        return False
    complains, tells = _compiled((_COMPLAINS,)), _compiled((_TELLS,))
    for one in [one for one in parts if _names_something(one)] or parts:
        rest = one
        for term in reversed(find_terms(one)):
            if one[: term.start].endswith(_ORDERS_WHAT_FOLLOWS):
                return False
            rest = rest[: term.start] + rest[term.end :]
        bare = len(rest) < _SHORT or not tells.search(rest)
        if complains.search(one) or bare:
            return False
    return True


def asks_for_something(parts: Sequence[str]) -> bool:
    """Return whether a clause of a Chinese message orders or wishes for something."""
    asks = _compiled(_ASKS)
    return any(asks.search(one) or is_order(one) or is_order(in_plain_words(one)) for one in parts)


def _is_loose(one: Intent) -> bool:
    match one:
        case music.Compose(other=False, count=1):
            return one.named
        case music.ChangeMusic(changes):
            return all(
                isinstance(two, _LOOSE)
                or (isinstance(two, music.ChangePart) and two.how in {"add", "more"})
                for two in changes
            )
        case kinds.Fade(_, _, seconds):
            return seconds == 1.0
    return isinstance(one, kinds.Canvas | kinds.BiggerEnding)
