"""Frames around a Chinese order that make it none: "不建议加点鼓", "明天再换成摇滚吧".

The words of the order stand complete in such a clause, and the rules find them. What surrounds
them forbids it, opposes it, puts it off, asks about it ("加点鼓难吗"), or tells that somebody does
it. These frames are a closed class of function words, so they are looked for around any order.
Work that is read from a framed clause waits for a "yes".
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.rewriting.message_text import HeldQuotes
from nemomusic.local.agent.parsing.rewriting.traditional_chinese import in_simplified
from nemomusic.local.agent.parsing.rules.order_detection import is_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.local.agent.intents.message_intents import Intent

_SEPARATOR: Final = re.compile(
    r"([，,。！!？?；;…\n]+\s*|\.{2,}\s*|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff]))"
)
_IN: Final = r"[^，,。！!？?；;…\s]"
_PARTICLES: Final = re.compile(r"[啊呀哦喔哈吧呢嘛啦哟噢欸诶哇~～]+$")
_BEGINS: Final = (
    r"^\W*(?:那就?|所以|其实|但是?|不过|而且|反正|另外|还有|哎|唉|嗯|喂|请|麻烦|拜托|记得|记住|你"
    r"|您|咱们?|我们?|大家|要我说就?|真的"
    r"|老实说|说实话|说真的|算了|就|可|也|都|再|还|先|暂时|千万|绝对|万万|一定|最好|还是|音乐"
    r"|标题|视频|这里|这段)*"
)
_WHO: Final = (
    r"(?:客户|导演|老板|领导|甲方|老师|他们?|她们?|人家|别人|大家|同事|朋友"
    r"|我?[们]?家?[爸妈哥姐弟妹爷奶]|我?老[婆公]|我?媳妇|我?闺蜜|我?朋友|我?同事)"
)
_FORBIDS: Final = (
    rf"(?:^|{_IN}*?)(?:(?<!特)(?<!区)(?<!级)(?<!告)别(?!的|人|处|致|墅|扭|说)(?:再|老|总|乱|瞎"
    rf"|给我|想着|老想着|急着|忙着)*"
    r"|(?<!要)(?<!能)不要(?!了)(?:再|老|总|乱|给我)*|不用再?|不必再?|不需要|无需|用不着|没必要"
    r"|没有必要|不想(?:要|再)?|不愿意?|不打算|没打算"
    r"|没想(?:要|过)?|不准|不许|不让(?:我|你)?|不允许|(?<![能总])不能(?!不)|(?<!可)不可以?|禁止"
    r"|严禁|切勿|请勿|勿|甭|休想|停止|拒绝|杜绝|反对|抵制"
    r"|不(?:太)?(?:建议|推荐|赞成|同意|主张|支持|提倡|希望|喜欢|爱)|最?(?:讨厌|(?<!麻)烦|怕|忌讳"
    r"|恨)|没(?:有)?(?:让|叫|要求|说|请)(?:你|过|要)*"
    r"|(?:并)?(?<!是)不是(?:让你|叫你|要你|要|想|说要)?|唔好|咪|冇叫你|冇话要|算了不|谁(?:让|叫"
    r"|要)你?|有人(?:让|叫)你"
    r"|(?:可以|可不可以|能不能|能|能否)(?:不|别)(?!能|要))"
)
"""Forbids or opposes what follows."""
_LESS: Final = r"(?:太|那么|这么|那样|这样|一直|一下子?|一上来|突然|总是?|老是|全都?|都)"
"""Not as in "别太吵" and "别一直这么响", which ask for less."""
_PUTS_OFF: Final = (
    r"(?:(?:明[天晚早]|后天|改天|下[次回周个]|回头|有空|有时间|有机会|过[几两]天|过段时间|周末"
    r"|到时候?|哪天)(?!的|那|拍|用)(?:我|你|咱们?)?(?:再|才)?"
    r"|(?:以后|等会儿?|等一下|等下|待会儿?|过会儿?|一会儿?|晚点儿?|晚些|稍后|之后"
    r"|[^，。]{0,6}[了完好]之?后?|等[^，。\d]{1,10})(?:我|你|咱们?)?再(?!次))"
)
_ASKS: Final = (
    r"(?:(?:我)?(?:想知道|想问|请问|好奇|问一下|问下|在学|在想|在犹豫|想学|不知道|不确定"
    r"|没想好))?(?:应该|到底|究竟)?"
    r"(?:怎么(?:才能|样才能|样|去)?|怎样|如何|咋|为什么要?|为啥要?|为何|凭什么|干[嘛吗]要?"
    r"|有没有必要|有必要|该不该|应不应该|是否应该|需不需要|用不用|是不是该"
    r"|要不要)"
)
_TELLS: Final = (
    r"(?:昨[天晚]|前天|上[周次回])(?:我们?|咱)(?!.*的)|(?:我们?|咱|他们?|她们?|昨[天晚]|上次|上回"
    r"|刚才|刚刚|之前|以前)+(?:已经|刚才?|刚刚|昨[天晚]|前天|早就|之前|上次|曾经|自己|从来|一般"
    r"|平时|经常|总是?|天天|会|来|去)+(?![^，。]*的)"
    r"|(?:我|他|她)?差一?点(?!意思)就?|(?:本来|原本)[想要]|我自己(?:会|来|能|去|再|动手)*"
    rf"|{_WHO}(?:也|都|就|天天|老|总|总是|经常|一直|每次|非|硬|偏)+(?:要我|让我|叫我|要)?"
    r"|你会(?!的)|你要是"
)
_AFTER: Final = (
    r"(?:就|也|还是|都)?(?:不用|不必|算|免|别)了?(?:不用了)?$",
    (
        r"(?:没|没有|有没有|有)(?:什么|啥)?(?:必要|意义|用处?|意思|好处|坏处|区别|不同|效果|作用"
        r"|道理)[吗么]?$"
    ),
    (
        r"(?:可|就|肯定|绝对|恐怕|也|都|反而|好像|似乎)*(?:(?<!行)不行|(?<!好)不好|不太好"
        r"|(?<!适)不合适|不妥|不可取|(?<!对)不对|没用|多余|更难听|更差)了?$"
    ),
    r"我?(?:可|才|就)?不(?:同意|答应|赞成|乐意|愿意|想要|建议|推荐|接受)$",
    r"(?:才怪|才不|就怪了|再说|反而[^，。]{1,6})$",
    (
        r"(?:要|得|收|花|扣)?(?:多少|几)(?:钱|块|个?积分|点数?|个?币|费用)$|(?:要|得|再)?(?:另外"
        r"|额外)?(?:收费|扣钱|扣费|收钱|要钱|花钱|扣积分)[吗么不]$"
        r"|(?:很|会|容易|贵|难|慢|麻烦|复杂|方便)(?:不\w)?[吗么]$|(?:难|贵|麻烦)不(?:难|贵|麻烦)$"
    ),
    (
        r"(?:是|有)?(?:什么|啥)(?:意思|效果|感觉|样子?|后果|原理)$|(?:是不是|会不会)(?:太|有点"
        r"|过于)[^，。]{1,6}$|会(?:怎样|怎么样|咋样|如何)$"
        r"|会不会(?!更|好|比)[^，。]{1,8}$|会(?:更|变|太)[^，。]{1,6}[吗么]$"
    ),
    (
        r"的人(?:真|很|太|也|都|越来越)?[多少有是][^，。]{0,4}$|(?:这|那)种(?:事|话|要求"
        r"|操作)[^，。]{0,8}$"
    ),
    r"(?:我)?(?:就|只是|只|随便)?(?:问问|说说|好奇|开玩笑的?)$|好还是[^，。]+$",
    r"(?:我|你)?(?:就|会)(?:生气|急|翻脸|投诉|不高兴|哭)[^，。]{0,4}$",
)
_NEVER_NOW: Final = (
    r"(?:明[天晚早]|后天|改天|下[次回周]|回头|有空|有时间|有机会|过[几两]天|周末|哪天|等(?:我|我们|他|她|客户|老板)[^，。\d]{0,8})"
    r"(?:我|你|咱们?)?再(?!说|次)|(?:为什么|为啥|凭什么|干[嘛吗])要|我?(?:还|一直)?在?(?:纠结|犹豫)(?:要不要|是|到底|着)?"
)
"""Begins a clause that asks for nothing now, whatever words follow: "明天再音乐淡出吧"."""
_ABOUT_IT: Final = (
    # questions and remarks about an order, after it
    (
        r"[这那](?:一?[个种步项])?(?:功能|操作|做法|技巧|步骤)?(?<![这那个])"
        r"(?:真|很|挺|好用|难|怎|是不是|做得|太)"
    ),
    r"(?:是)?(?:付费|收费|免费|要钱|花钱|要会员|会员才能?)的?[吗么吧]?$",
    r"不?会?(?:扣|收|花|要|多收)(?:钱|费|积分|点数|我钱|我积分)的?[吗么吧]$",
    r"(?:要|得|会|需要)(?:等|花|用)?(?:多久|多长时间|几分钟|这么久|半天|很久)",
    r"的话会(?!更|好)[^，。]{1,8}[吗么]$|会比较好[吗么]$|会有什么[^，。]{1,4}$|能撤[销回][吗么]$",
    r"有(?:什么|啥)[^，。]{0,2}(?:技巧|讲究|诀窍|门道|区别|说法|变化)$",
    r"的人(?:都|怎)[^，。]{0,6}$|的速度(?:真|好|太)|才火的?$",
    r"当我没说|是开玩笑的?$|这种?(?:事|活儿?)[^，。]{0,2}我自己[来弄做]$|会(?:很|太)奇怪",
    r"^不(?!要|用|行|好|如|过|是|想|能|知|太|够|然|错|光|如|仅|但|同|准|许)[^，。]{1,14}也(?:行|可以|没事|无所谓)$",
    r"^(?:不知道|不晓得|也?不确定)[^，。]{1,16}(?:好不好|行不行|合不合适|对不对|会不会)$",
    # before it
    (
        r"^(?:[^，。]{0,6}(?:教程|攻略|弹幕|评论区?|博主|视频号|书|课)[里上]?(?:都|就|总)?(?:在)?(?:说|教|讲|建议|推荐|让|写着?)"
        r"|(?:网上|网友|有人|别人|别人家|人家|同行)(?:的?[^，。]{0,4})?(?:都|总|也)?(?:说(?!话)|教|讲(?!话)|建议|推荐|会|让)"
        r"|[^，。]{0,8}(?:老师|师傅|前辈)(?:教|讲|说)过"
        r"|听说(?:你|这个?|AI|ai)|我?(?:梦见|梦到|做梦)|忘[掉了]我|忽略我|无视我"
        r"|(?:谢|多谢|感谢)[谢啦了]?(?:你|您)?(?:帮我|刚才|刚刚|上次|之前|把|给我|替我)"
        r"|(?:那|就|还是|你|可|请|拜托)*(?:没必要|不用特意|用不着|别动不动就?|这次就?不(?!用|要)"
        r"|我?最?讨厌(?=\ue000|[^，。]*(?:秒|\d|全|改|换|加|删))|可以不(?!要|用|可以|放|加)"
        r"|(?:千万|先|可)别(?!太|这么|那么|有|用|出现|带|让|忘|急|管|动)|我?没让你|谁让你"
        r"|以后都?(?:不要|别))"
        r"|没想到你|你凭什么|原来[^，。]{1,14}(?:要等|这么|那么)"
        r"|(?:大家|你们?|各位)(?:觉得|认为)[^，。]{1,14}(?:怎么样|如何|好不好|吗)"
        r"|(?:之前|以前|上次|曾经|原来)[^，。的]{1,14}(?<!不)过$|刚才那[句条])"
    ),
)
"""Frames that make an order none, whatever words the order has."""
_CONDITION: Final = (
    r"^\W*(?:如果|要是|假如|假设|倘若|万一|若是?|除非|等到?)(?!不|没|能|可以|方便|行|有可能|可能|太|还|嫌"
    r"|觉得|听|你|有(?!人))[^，。]*(?:客户|甲方|老板|领导|导演|老师|他们?|她们?|人家|别人|家里|我妈|我爸|我老[婆公]|有人)"
    r"[^，。]*(?:不|没|嫌|要求|反对|挑|说|骂|问|投诉|抱怨|讨厌)"
)
"""Makes an order depend on what others will say: "如果客户不满意，再换成摇滚"."""
_SUPPOSES: Final = r"^\W*(?:如果|要是|假如|假设|倘若|若是?)"
_WONDERS: Final = (
    r"^\W*(?:那|它|这样|观众|大家|效果|客户)*(?:会(?:有|怎|变成?|不会|喜欢|更好[吗么]|好[吗么])"
    r"|(?:怎么样|如何|好不好|好看|好听|行)[吗么]?$|[^，。]{1,8}[吗么]$)"
)
"""Wonders what would become of an order: "如果去掉鼓，会有什么变化"."""
_JESTS: Final = (
    r"^\W*(?:别逗|逗你|你认真的|我?可没(?:这么|那么)?说|才怪|想得美|怎么可能|真的假的|不是吧|算了吧?"
    r"|想多了|别闹(?!腾))"
)
"""Answers an order that is repeated as a question: "去掉鼓？别逗了"."""
_REFUSED: Final = (
    r"^\W*(?:但|可|不过|然后|结果)?我(?:就|可|才|偏|都|还)?(?:不同意|没同意|没答应|不答应|拒绝了?|偏不|不干|没理|不听|没听|不想|没让)$"
    r"|^\W*(?:不是|没)(?:让|叫|要)你(?:做|弄|改|真)?|^\W*(?:效果|结果|感觉)?(?:不好|不行|很差|翻车了?)$"
)
"""Refuses what the clause before it told: "老板让加鼓，我没同意"."""
_REJECTS: Final = (
    r"^\W*(?:哦|啊|才|我|那|可|还是|算了)*(?:不要|不用|不行|不了|别|免了|算了|不可能|没门|想得美"
    r"|开(?:个)?玩笑的?|逗你的?|不好|不同意)+(?:了|的|啊|吧)?\W*$"
)
"""Answers an order that is asked: "加点鼓？不要"."""
_WEIGHS: Final = (
    r"^\W*(?:那|这样|它|整体|听起来|效果|音乐)*(?:会不会|会|是不是|能)(?:更|变|太|显得"
    r"|好)[^，。]{0,6}(?:[吗么][?？]?|[?？])\W*$"
)
_DEED: Final = re.compile(
    r"[改换变转调]成?(?![天子度节])|[加删剪撤减]|只[留要用保]|去掉|拿掉|关(?=掉|了|$|配)|静音"
    r"|淡[入出]|放(?=[前后到在])|来[一两三个首段]|导出|恢复|回到"
    r"|秒(?:开始|停|进|来)|版本|大声|小声|(?<!一)[点些](?=[\u3400-\u9fff])|用我|配[个乐上段首]"
    r"|做[个首段]|做成"
)
"""A word of doing, wherever it stands."""
_SCALED: Final = re.compile(r"(?<![有一鼓缺优特地重])[点些][了的吗]*$|一[点些]")
_NOUN_FIRST: Final = re.compile(
    r"[改换变转调][成到]|放[前后]面?|只[留用]|\d秒[^，。]{0,3}(?:开始|停|进|来)|[个版]版本|用我上传"
)
"""Orders after a name: "别标题改成…"."""
_REMOVING: Final = re.compile(r"(?<![下过进出上回])去|删|关|静|拿|撤|剪|砍|停|清|消")
_BARE: Final = (
    r"^\W*(?:就|都|给我|帮我|直接|你)*(?:[把将给]?(?:它|那个|这个)?)(?:去掉|取消|关|切|删|剪|撤"
    r"|换|改|加|拿|还|弄|来|停|拉)(?:掉|上|回来?|去|给我|了)?(?:它|那个|这个)?[吧啊呀呗]?\W*$"
)
"""Orders what the clause before it names: "结尾别淡出了，取消掉"."""


@cache
def _compiled(said: str) -> re.Pattern[str]:
    """Compile a pattern at its first use: most sessions speak one language."""
    return re.compile(said)


def without_framed_orders(text: str, work: Sequence[Intent]) -> str | None:
    """Return a Chinese message without clauses whose order is framed; None if there is none.

    Args:
        text: The message.
        work: The work that was read from it.
    """
    if text.isascii():
        return None
    quotes = HeldQuotes()
    pieces = _SEPARATOR.split(in_simplified(quotes.hold(text)))
    said = pieces[::2]
    marks = [*pieces[1::2], ""]
    framed = [_is_framed(one, work) for one in said]
    for place, one in enumerate(said):
        framed[place] = framed[place] or _is_about_an_order(one)
    for place, one in enumerate(said[:-1]):
        depends = _compiled(_CONDITION).match(one)
        refused = _compiled(f"(?:{_JESTS}|{_REFUSED})").match(said[place + 1])
        wondered = _compiled(_SUPPOSES).match(one) and _compiled(_WONDERS).match(said[place + 1])
        framed[place] = framed[place] or bool(refused or wondered)
        framed[place + 1] = framed[place + 1] or bool(depends)
        asked = "?" in marks[place] or "？" in marks[place]
        after = next((two for two in said[place + 1 :] if two), "")
        rejected = asked and _compiled(_REJECTS).match(after)
        weighed = _compiled(_WEIGHS).match(f"{after}{marks[place + 1]}")
        framed[place] = framed[place] or bool((rejected or weighed) and _orders(one, loose=True))
    if not any(framed) or any(
        _compiled(_BARE).match(one) for one, no in zip(said, framed, strict=True) if not no
    ):
        return None
    left = [one + mark for one, mark, no in zip(said, marks, framed, strict=True) if not no]
    return quotes.restore("".join(left)).strip()


def _is_framed(clause: str, work: Sequence[Intent]) -> bool:
    plain = _PARTICLES.sub("", clause.strip())
    if not plain:
        return False
    for said in _AFTER:
        found = _compiled(said).search(plain)
        if found and _orders(plain[: found.start()], loose=True):
            return True
    if _compiled(_BEGINS + f"(?:{_NEVER_NOW})").match(plain):
        return True
    for said in (_PUTS_OFF, _ASKS, _TELLS):
        found = _compiled(_BEGINS + f"(?:{said})").match(plain)
        if found and _orders(plain[found.end() :], loose=True):
            return True
    return any(
        _orders(plain[found.end() :]) and not _is_obeyed(plain[found.end() :], work)
        for found in _compiled(_FORBIDS).finditer(plain)
    )


def _is_about_an_order(clause: str) -> bool:
    """Return whether a clause only speaks of an order, whatever words the order has."""
    plain = _PARTICLES.sub("", clause.strip()) if not clause.endswith(("吧", "呢")) else clause
    return any(_compiled(said).search(one) for said in _ABOUT_IT for one in (plain, clause))


def _is_obeyed(forbidden: str, work: Sequence[Intent]) -> bool:
    """Return whether work is what a prohibition asks for: "说话时别压低音乐", "原声别静音"."""
    if _SCALED.search(forbidden):
        return False
    removing = bool(_REMOVING.search(forbidden))
    return any(_restores(one) if removing else _removes(one) for one in work)


def _removes(one: Intent) -> bool:
    match one:
        case kinds.Volume(_, to) | kinds.Fade(_, _, to):
            return to == 0
        case kinds.Duck(on):
            return not on
        case music.ChangeMusic(changes):
            return any(isinstance(two, music.ChangePart) and two.how == "none" for two in changes)
    return isinstance(one, kinds.RemoveMusic | kinds.RemoveTitles | kinds.UseUpload)


def _restores(one: Intent) -> bool:
    match one:
        case kinds.Volume(_, to, by):
            return to == 1 or (to is None and by == 1)
        case music.ChangeMusic(changes):
            return any(isinstance(two, music.ChangePart) and two.how == "back" for two in changes)
    return isinstance(one, kinds.GoBack)


def _orders(rest: str, *, loose: bool = False) -> bool:
    """Return whether words are an order: "鼓轻一点", and not only a thing: "鼓".

    Args:
        rest: The words.
        loose: Whether a word of doing inside them is enough.
    """
    if loose and _DEED.search(rest):
        return True
    if re.match(_LESS, rest):
        return False
    return bool(_SCALED.search(rest) or _NOUN_FIRST.search(rest) or is_order(rest))
