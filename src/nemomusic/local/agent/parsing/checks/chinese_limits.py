"""Chinese words that limit a wish where no intent of its reading has such a limit.

"结尾的鼓去掉" speaks of a part of the film, and an edit of the drums changes all of it. "除了鼓都
小声点" leaves something out. "鼓去掉了吗" and "加不加都行" hold words of doing, and order nothing.
An edit that passes over such words does more than was asked, so it waits for a "yes".
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.checks.chinese_places import passes_over_places
from nemomusic.local.agent.parsing.checks.chinese_subjects import judges_others
from nemomusic.local.agent.parsing.no_orders.chinese_statements import asks_for_something
from nemomusic.local.agent.parsing.rewriting.message_text import HeldQuotes
from nemomusic.local.agent.parsing.rewriting.traditional_chinese import in_simplified
from nemomusic.local.agent.parsing.rules.hedges import ASKS_FOR_MUSIC
from nemomusic.local.agent.parsing.rules.order_detection import is_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.local.agent.intents.message_intents import Intent

_CLAUSE: Final = re.compile(
    r"[，,。！!？?；;…\n]+|\.{2,}|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])|然后|另外|同时"
    r"|(?<!而)而(?!且|是)"
)
_EXCEPT: Final = re.compile(r"(?<![去删清移排消])除[了开去掉非外]*(?!此之外)[^，。,]{1,12}")
_REMOVES: Final = re.compile(
    r"去|删|不要|别要|拿掉|撤|关|静|砍|没有|不用|停|退场|扔|只[留剩要保用]|就?剩|留"
)
_KEEPS: Final = (kinds.Volume, kinds.Trim, kinds.CutOut, kinds.Focus)
"""Intents by which all but one thing may go: "除了音乐都静音"."""
_ASKS_BACK: Final = (
    r"(?<!能)(?<!能把)(?<!可以)(?:去掉|删掉?|拿掉|关掉?|加|换|改|调|剪掉?|静音|撤掉?|配|弄"
    r"|导出)(?:上|成|好|完|回来)?[^，。要再]{0,4}了(?:吗|么|没有?|嘛)\W*$"
    r"|谁(?:把|给)|(?:有没有|难道)[^，。]{0,6}(?:被|已经|把)[^，。]{0,8}了"
)
"""Asks whether something has been done."""
_EITHER_WAY: Final = (
    r"([\u4e00-\u9fff]{1,4})不\1[^，。]{0,6}(?:都|也)?(?:行|可以|无所谓|随便|一样|没关系|没差)"
)
"""Does not mind: "加不加都行"."""
_OURS: Final = (
    r"音乐|配乐|bgm|曲|原声|视频|片子|影片|短片|画面|镜头|vlog|素材|录像|标题|片[头尾]|风格"
    r"|背景音|编曲|旋律|伴奏|航拍|摄影|拍的|用的"
)
"""Names the film, its sound or its music."""
_ELSEWHERE: Final = (
    r"^\W*(?:这|那|我家|家里|我们?|咱|今天|昨晚)?(?:个|台|副|条|边)?的?(?:地铁|公交|门铃|电话|闹钟|微信|外卖|车载|音箱"
    r"|音响|耳机|手机|电视|电脑|网速|网络|wifi|空调|灯光?"
    r"|窗户?|房间|教室|食堂|商场|邻居|楼[上下]|隔壁|宿舍|办公室|电影院|ktv|工资|房租|快递|跑步"
    r"|配速|简历|合同|论文|菜|汤)"
    r"(?![^，。]{0,4}(?:[录拍看放播听]|外放|上|用))"
)
"""Names things that the agent does not edit: "这音箱低音太重"."""
_COMPOUND: Final = (
    r"(?:舞(?![曲蹈步])|厂|侠|文学|课|感冒|语言|竞技|主义|精神|穿搭|建筑|小说|级堵|在路上"
    r"|冒(?!险)|公司"
    r"|产品|游戏|商务|游民|皮|那么大"
    r"|专业|老师|考级|演员|社团|协会|美女)"
)
"""Goes on after a name that is only a part of another word: "拉丁舞"."""
_VERSIONS_OF: Final = r"(?:版本?|方案)的(?!音乐|配乐|曲)[\u4e00-\u9fff]{2}"
_READS: Final = r"[看读听追买唱背](?:了|过|完|到)?(?:一?[本部首篇集])?\ue000"
"""Names a book or a film in book marks: "我在看《夏天》"."""
_HURRIES: Final = (
    r"(?:快|赶紧|慢)[点些](?:下班|放假|回|走(?!起)|吃|睡|起床|过[去完]|到|好起来|长大|出[来发]"
    r"|开学|毕业|发货|结婚|发工资)"
)
"""Hurries somebody: "快点下班吧"."""
_ELSE_MADE: Final = (
    r"(?:别的|别家的?|其[他它]的?|另外?一?[个款]|以前的?|之前的?)(?:软件|app|平台|网站|工具|剪辑师)"
    r"[，,\s]*[^，。]{0,4}(?:配|做|弄|加|写|换)了(?![^。]*(?:换|改|要|来[个点首一]))"
)
"""Tells what other software has made."""
_REMOVED: Final = (
    r"(?:之前|刚才|刚刚|早就|已经|上次)(?:就|都|被|给|也)*(?:静音|关掉?|去掉|删掉?)了\W*$"
)
"""Tells what has been removed."""
_UP: Final = r"[大响重强多亮][声]?一?[点些]|突出|加强|加回|加[点个把]|换[^，。]{1,3}进"
_DOWN: Final = r"[小轻弱少低][声]?一?[点些]|去掉|拿掉|不要|删|压低"
_NEW_PIECE: Final = r"重新(?:来|做|写|生成|作)一?[首段曲个]|再(?:来|写|做|作)一[首段曲]"
_LIKE_A_SCENE: Final = (
    r"(?<!只要)(?<!只留)(?<!只用)(?:海边|沙滩|海滩|城市|都市)[^，。]{0,2}(?:那种|那样|那味儿?|的?感觉"
    r"|风(?!景)|的?氛围|气息|风情)"
)
"""Likens music to a scene: "雷鬼，阳光沙滩那种"."""
_TURNS_ON: Final = r"(?:重新|再|又)打?开|开起来|开回"
"""Turns something on again."""
_OTHERS: Final = (
    r"(?:音乐|配乐|bgm)的?声音?(?:再|要|有|太|调|弄)?[^，。的]{0,2}[大小][声]?[点些]"
    r"|留着?[他她]的|(?:音乐|配乐)[^，。]{0,4}(?:一响|太响|太大|盖)[^，。]{0,6}听不"
    r"|(?:杂音|噪[音声]|底噪|电流声|风噪)[^，。太大吵]{0,3}(?:降|去|消|除|清)"
)
"""Speaks of the music, or of a noise in the recording: "录音里的杂音降一降"."""
_TIMED: Final = r"\d(?:再|就|才)?(?:开始|停|进来|响起|结束)"
"""Gives a time without a unit: "音乐到15停"."""
_PLAYERS: Final = r"(?:歌手|乐手|歌星|鼓手|吉他手|钢琴家|演奏家|明星)[来唱吧呗]?\W*$"
"""Asks for somebody who plays or sings."""
_DROP_JUDGED: Final = r"(?:drop|那个?点|高潮)[^，。]{0,2}(?:太|好|真|超|绝)[^，。]{0,3}(?:了|啊|$)"
"""Judges a drop that is there."""
_RESTORES: Final = r"[撤退][销回掉][^。]{0,7}(?:恢复|复原|弄回|做回|做来|做一遍|再[弄做]|还原)"
"""Takes back an undone step."""
_NO_FADE: Final = r"淡[入出][^，。音画]{0,3}(?:消掉|撤掉|拿掉|删掉|取消)|出淡"
"""Takes a fade away."""
_GIVE_BACK: Final = r"^\W*还给?我(?=\W|$)"
"""Wants something back: "还给我，但要慢一点"."""
_CUTS: Final = r"[剪切裁砍减删]"
_TAKES_OUT: Final = r"[剪切裁砍减删去移截拿弄跳][掉走去除没了过]|剔|不要|别要"
_KEEPS_SPAN: Final = (
    r"(?<!不)(?<!别)[要用取选够]|留|保|只|截|裁剪|剪辑|剪[到成出取至下]|[切裁][到成出取至]|[缩剪]短|控制|限制"
    r"|就[行好]|开始|结束|为止|从|以[前后]|之[前后]|长"
)
"""Keeps a part of the film, or says where it begins or ends: bare "剪" may also take it out."""
_EMPTY: Final = r"(?:有[点些]|太|很|比较|显得|听[着起]来?)空(?![灵旷中调气间闲档余时位房])"
_LOUD: Final = r"[吵响闹轻小低弱]|大声|音量|盖"
_DONE: Final = (
    r"^\W*(?:我|咱|我们)(?:刚才?|刚刚|昨天|上次|已经|之前|前面|今天|早就)+[^，。]{0,10}"
    r"(?:了|过|完)[^，。吧再]{0,6}$"
)
"""Tells what the writer has done."""

_MOVED: Final = r"^\W*我的?(?:整个人|人|眼泪|鸡皮疙瘩|心)(?:都|就)[^，。]{0,8}了\W*$"
"""Tells how a passage moved the writer: "我整个人都沉进去了"."""

_TO_YOU: Final = (
    r"^\W*你们?(?!能|可|会|帮|给|把|来|再|有|是|想|觉|要|用|换|加|说|看)[^，。]{1,6}(?:吗|么|不)\W*$"
    r"|^\W*(?:你|您|请)?说(?:话)?(?:得)?[慢快]一?[点些]|^\W*2+3{2,}\W*$"
)
"""Speaks of the agent itself, or only laughs: "你开心吗", "说慢点", "2333"."""


@cache
def _compiled(said: str) -> re.Pattern[str]:
    """Compile a pattern at its first use: most sessions speak one language."""
    return re.compile(said, re.IGNORECASE)


def passes_over_limits(text: str, work: Sequence[Intent]) -> bool:
    """Return whether work does more than a Chinese message asks for.

    Args:
        text: The message.
        work: The work that was read from it.
    """
    if text.isascii():
        return False
    plain = in_simplified(HeldQuotes().hold(text))
    parts = [one.strip() for one in _CLAUSE.split(plain) if one.strip()]
    return (
        passes_over_places(parts, work)
        or _does_the_opposite(plain, work)
        or _may_take_out(plain, work)
        or _is_lowered_for_emptiness(plain, work)
        or (any(map(_removes, work)) and any(map(_compiled(_REMOVED).search, parts)))
        or _compiled(_ELSE_MADE).search(plain) is not None
        or _leaves_out(plain, work)
        or (
            any(isinstance(one, kinds.Focus) for one in work)
            and any(map(_compiled(_LIKE_A_SCENE).search, parts))
        )
        or (_orders_nothing(parts) and not any(isinstance(one, kinds.Redo) for one in work))
        or _misses_new_piece(plain, work)
        or judges_others(parts, work)
        or any(_mixes_directions(one, work) for one in parts)
        or _speaks_of_other_things(plain, work)
    )


def _does_the_opposite(text: str, work: Sequence[Intent]) -> bool:
    """Return whether the words of a text say the opposite of an intent of its reading."""
    for one in work:
        match one:
            case kinds.Undo() if _compiled(_RESTORES).search(text):
                return True
            case kinds.Volume("own", to) if _compiled(_TURNS_ON if to == 0 else _OTHERS).search(
                text
            ):
                return True
            case kinds.Volume(_, to) if to and _compiled(_TIMED).search(text):
                return True
            case music.Compose() if _compiled(_PLAYERS).search(text):
                return True
            case kinds.Drop() if _compiled(_DROP_JUDGED).search(text):
                return True
            case kinds.Fade(_, _, seconds) if seconds > 0 and _compiled(_NO_FADE).search(text):
                return True
            case music.ChangeMusic(changes):
                for two in changes:
                    if isinstance(two, music.SetKey) and two.mode:
                        mode = "大调" if two.mode == "major" else "小调"
                        if re.search(rf"{mode}(?:换|改|变|转)(?!一?下)", text):
                            return True
    gives_back = any(isinstance(one, (kinds.GoBack, kinds.Undo, kinds.Redo)) for one in work)
    return bool(_compiled(_GIVE_BACK).search(text)) and not gives_back


def _may_take_out(text: str, work: Sequence[Intent]) -> bool:
    """Return whether a part of the film is kept for a word that may also take it out."""
    if not any(isinstance(one, kinds.Trim) for one in work):
        return False
    parts = [one for one in _CLAUSE.split(text) if _compiled(_CUTS).search(one)]
    return bool(parts) and not _compiled(f"{_KEEPS_SPAN}|{_TAKES_OUT}").search(text)


def _removes(one: Intent) -> bool:
    match one:
        case kinds.Volume(_, to):
            return to == 0
        case music.ChangeMusic(changes):
            return any(isinstance(two, music.ChangePart) and two.how == "none" for two in changes)
    return isinstance(one, kinds.RemoveMusic)


def _is_lowered_for_emptiness(text: str, work: Sequence[Intent]) -> bool:
    """Return whether music that is called empty is turned down: "音乐有点空"."""
    lowered = any(isinstance(one, kinds.Volume) and one.to is None and one.by < 1 for one in work)
    return lowered and bool(_compiled(_EMPTY).search(text)) and not _compiled(_LOUD).search(text)


def _leaves_out(text: str, work: Sequence[Intent]) -> bool:
    """Return whether a text makes an exception that no intent makes."""
    found = _EXCEPT.search(text)
    if found is None:
        return False
    only = any(
        isinstance(change, music.ChangePart) and change.how in {"only", "none"}
        for one in work
        if isinstance(one, music.ChangeMusic)
        for change in one.changes
    )
    kept = only or any(isinstance(one, _KEEPS) for one in work)
    first = all(isinstance(one, music.Compose) for one in work)
    return not (first or (kept and _REMOVES.search(text)))


def _orders_nothing(parts: list[str]) -> bool:
    """Return whether clauses with words of doing only ask, tell, or do not mind."""
    if len(parts) == 1 and parts[0].rstrip("了啊吧") == "不太行":
        return True
    return any(
        _compiled(said).search(one)
        for one in parts
        for said in (_ASKS_BACK, _EITHER_WAY, _DONE, _MOVED, _TO_YOU)
    )


def _misses_new_piece(text: str, work: Sequence[Intent]) -> bool:
    """Return whether a text asks for a new piece, and the work only changes the present one."""
    if not _compiled(_NEW_PIECE).search(text):
        return False
    return bool(work) and all(
        isinstance(one, music.ChangeMusic)
        and all(isinstance(two, music.ChangePart) for two in one.changes)
        for one in work
    )


def _speaks_of_other_things(text: str, work: Sequence[Intent]) -> bool:
    """Return whether the words of a text are about other things than the film and its music."""
    if _compiled(_OURS).search(text):
        return False
    parts = [one for one in _CLAUSE.split(text) if one.strip()]
    ours = [one for one in parts if not _compiled(_ELSEWHERE).search(one)]
    if len(ours) < len(parts) and not any(is_order(one) or find_terms(one) for one in ours):
        return True
    unnamed = [one for one in work if isinstance(one, music.Compose) and not one.named]
    if any(one.count == 1 and not one.other for one in unnamed):
        return not (ASKS_FOR_MUSIC.search(text) or find_terms(text) or asks_for_something(parts))
    terms = [one for one in find_terms(text) if one.kind in {"style", "mood"}]
    inside = bool(terms) and all(_compiled(_COMPOUND).match(text, one.end) for one in terms)
    for one in work:
        match one:
            case music.Compose(count=count) if count > 1:
                return bool(_compiled(_VERSIONS_OF).search(text))
            case kinds.AddTitle():
                return bool(_compiled(_READS).search(text))
            case music.ChangeMusic(changes) if any(
                isinstance(two, music.ScaleTempo) for two in changes
            ):
                return bool(_compiled(_HURRIES).search(text))
            case music.Compose(named=True) | music.ChangeMusic():
                return inside or bool(_compiled(_HURRIES).search(text))
    return False


def _mixes_directions(clause: str, work: Sequence[Intent]) -> bool:
    """Return whether a clause turns one part up and another one down, and the work does not."""
    changes = [
        change
        for one in work
        if isinstance(one, music.ChangeMusic)
        for change in one.changes
        if isinstance(change, music.ChangePart)
    ]
    if len(changes) < 2 or len({one.how for one in changes}) > 1:
        return False
    return bool(_compiled(_UP).search(clause) and _compiled(_DOWN).search(clause))
