"""Chinese words beside which a reading is often wrong, so that the agent asks first.

Each pattern belongs to one kind of intent. An edit whose words point elsewhere costs nothing if it
is proposed, and credits if it is carried out.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.combined_requests import says_why
from nemomusic.local.agent.parsing.rewriting.traditional_chinese import in_simplified
from nemomusic.local.agent.parsing.rules.hedges import SATISFIED
from nemomusic.local.agent.parsing.words import common_words as common
from nemomusic.local.agent.parsing.words import sound_words
from nemomusic.local.agent.parsing.words.music import named_music
from nemomusic.local.agent.parsing.words.talk.statement_words import MOVES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.local.agent.intents.message_intents import Intent

_FROM: Final = re.compile(r"从[^，。]{0,6}(?:开始|起)|算起")
_EXCEPT: Final = re.compile(r"除[了开][^，。]*?[，,]?[^，。]*(?:保留|留)")
_COVERED: Final = re.compile(r"把[^，。]{1,5}(?:都|全)?(?:盖|压过|淹)")
_WHILE_SPEAKING: Final = re.compile(
    r"时|一[^，。]{0,4}就|忽大忽小|自动|闪避|避让|开口|讲话|说话|出声|让"
)
_MODE_JUDGED: Final = re.compile(r"(大调|小调)[^，。]{0,2}[不太]")
_MODE_WISHED: Final = re.compile(
    r"(?:[换改转变调](?:成|到|为|回)|(?<!不)(?<!别)要)[^，。]{0,4}?(大调|小调)"
)
_TELLS_OF_ME: Final = re.compile(
    r"也就那样|"
    r"^\W*我把(?:手机|电脑|耳机|音箱|电视)|本来[^，。]*[，,]?(?:结果|其实"
    r"|现在)[^，。]{0,4}(?:还行|还好|不错|挺好|没事)"
    r"|现在(?:没问题|正常)了?\W*$"
)
_COMPARED: Final = re.compile(
    r"比[^，。]{1,8}[拍唱弹做弄]?得?(?:好|差|美|强)[看听]?(?:多了|些|一点)?\W*$"
)
_MADE_BY: Final = re.compile(r"是[^，。]*(?:[录写弹唱拍买做年])的(?=\W|$)")
_USES_IT: Final = re.compile(r"就?[用拿]它[^，。]{0,3}[当做作配]")
_OF_OTHERS: Final = re.compile(
    r"^\W*我?(?:[弟哥姐妹爸妈]|朋友|同事|同学|老板)[^，。]{0,3}那个?(?:视频|片子)"
)
_EITHER: Final = re.compile(r"[^，。,]{0,4}还是[^，。,]{0,4}")
_BEFORE_IT: Final = re.compile(r"的?[之以]?前[面头]?那?一?[首个版]")
_CLIP_GOES: Final = re.compile(
    r"(?:段|条|个|视频|片段|海边|海滩|沙滩|城市|beach|city)[^，。]{0,2}(?:不要|别要|去掉|删|扔"
    r"|剪掉|不用)",
    re.IGNORECASE,
)
_IN_ORDER: Final = re.compile(r"都|顺序|先|后|前|换|对调|颠倒|接|拼")
"""Speaks of both clips, or of their order."""
_FADE_GOES: Final = re.compile(
    r"(?:淡[入出]|渐[弱强入出])[^，。音画]{0,3}(?:取消|去掉|去除|不要|别要|删|关)|(?:取消|去掉"
    r"|去除|不要|别)[^，。画原]{0,5}(?:淡[入出]|渐[弱强入出])"
)
"""Takes a fade away."""
_FADES_OF: Final = re.compile(r"音|曲|歌|乐|声|画|视频|片|黑|亮|都|淡入淡出")
"""Names what is faded."""
_OTHER_PIECE: Final = re.compile(r"前任|糊涂|占这")
_PRESENT_IS_BETTER: Final = re.compile(r"还是(?:这|现在)[^，。]{0,6}更?好")
_NOW_IS_BETTER: Final = re.compile(
    r"(?:这|现在)[^，。]{0,3}比(?:上|之前|刚才|原来|前面)[^，。]{0,4}(?:好|强|顺|舒服|带劲|喜欢)"
)
_OTHER_TITLE: Final = re.compile(
    r"标题.{0,8}(?:不是|错|换掉|替)|(?:原来|之前|原先|旧)的?(?:标题|那个|名字)?[^，。]{0,3}(?:不"
    r"|太|没|差|难|丑)|替[掉换]|换掉|起错"
)
_UNHEARD: Final = re.compile(r"[声音话说讲][^，。]{0,4}听不[见清到]")
_LOUDER_OWN: Final = re.compile(r"(?:原声|人声|声音?)[^，。]{0,4}(?:大|高|提|响|放开|拉)")
_TAPERS: Final = re.compile(r"慢慢[地的]?收|收掉|渐渐?收|走掉|溜走")


_ORDERS: Final = re.compile(
    r"[配换改减做弄整搞调删剪关压垫](?![了过到完])|(?<![下出进起过回上])来(?!自|越|了)"
    r"|加(?=[点些个入上段把]|音乐)|放(?=[点些首段个])"
    r"|去[掉除]|(?<!主)要(?![是命不])|想(?:要|用|听|做|找)|需要|给(?:我|它|这|咱)|适合|配乐|bgm"
    r"|曲|精简|的话"
    r"|(?<!没了)(?<!没了背景)音乐(?![会节学厅])|多[点些]|些行|更好|就好|看你的|不够|太(?!空飘"
    r"|阳)[^，。了]"
    r"|(?<![听\d两三四五六七八九十])[点些](?:的|儿)?(?:吧|呗|[呀啊嘛啦吗]|就[行好])?(?=\W|$)|吧(?=\W|$)"
    r"|(?:风格?|的|那种|(?<!影)感)\W*$"
)
"""May ask for music of some kind."""
_DOES: Final = re.compile(
    r"[配换改调删剪](?!了(?!吧)|过)|加(?=[点些个入上段把])|去掉|来[点些段个首]"
    r"|[大小轻重高低强弱快慢]一?[点些]"
    r"|要(?![是命])|音乐|干脆|直接(?:去|删|没)"
)
"""Asks for work plainly."""
_WISHES_OTHERS: Final = re.compile(
    r"^\W*(?:祝(?![寿福])|愿|但愿|[真好]?希望(?![^，。]*(?:音乐|配乐|曲|歌|片|视频|听|风|感|氛围"
    r"|节奏|声|音量|再|更|它|你|有|[点些]|能[让有给帮像]))|(?:周末|新年|节日|生日|国庆|中秋"
    r"|新婚)[快愉][乐快](?=\W|$))"
)
"""Wishes people well: "祝你天天开心"."""
_REACTS: Final = re.compile(
    r"一(?:出来|进来|响(?!亮)|铺开)[^，。]{0,4}[，,]?[^，。]*[了着想在就]"
    r"|(?:响起?|进来|出来|下来|起来|停)的?那[一几两]?(?:下|刻|秒|声|瞬间|拍|嗓子)"
)
"""Tells what a passage of the music does: "钢琴响起的那一刻，我妈眼眶红了"."""
_TELLS: Final = re.compile(
    r"(?<!谢)(?<!好)[了过][啊呀哈嘛]*\W*$|听[多着](?![像空跟])|[得到](?:我|人|让|想|只|像)"
    r"|比[^，。]{1,8}(?:更|还|安静|多了|好|强|难|高)|天天|这东西|其实(?![是想])|没了|都像|哈哈"
    r"|^\W*(?:我?心里(?!想)|心情|昨晚|昨天)"
    r"|[好真很]想去|稳了"
)
"""Tells something, with words that also color music: "海边比城市安静多了"."""
_OF_A_FILM: Final = re.compile(
    r"(?<![快欢])乐(?![会队])|旋律|视频|片|气氛|感觉|派对|[想把]让?[人大]家?|填|发挥|生日|婚礼"
    r"|用\W*$"
)
"""Shows a film, or says what the music should do."""
_CLAUSE: Final = re.compile(r"[,，。.！!？?；;、\s]+")
_HABIT: Final = re.compile(
    r"(?:平时|平常|一直|最近|从小|经常|常常|总是|天天|每天|以前|一般)[^，。]{0,4}"
    r"(?:用|听|迷|爱|喜欢|放|唱|跳|学|看|练|弹|循环)"
)
"""Tells what somebody is used to hear."""
_JUDGES: Final = re.compile(r"也太[^，。]{1,5}了吧?(?=\W|$)")
"""Judges what is there: "开头那段口哨也太俏皮了"."""
_ASKED: Final = re.compile(
    r"[配换改整弄](?![了过])|做(?=[一个首段点成])|来[点些段个首]|[给帮][我这它他]|想要|需要"
    r"|(?<!主)要(?![是命不])"
    r"|就[用按照来]|一样的|吧\W*$|请|也[用来按行好]|[点些][吧呗]?\W*$|得[^，。]{1,4}的"
)
_SEVERAL: Final = re.compile(r"[，,。；;！!？?\s]+(?=\S)")
_DREADS: Final = re.compile(
    r"^\W*(?:说真的|其实|我)*(?:最|真的?|就|一直|从小|超|特别|也|都|一般|平时)*"
    r"(?:怕|讨厌|受不了|不爱听|听不得|不喜欢听?|不听|很少听)[^，。]*(?:音乐|曲|歌"
    r"|乐)[了啊的]*(?=\W|$)"
)
"""Says what somebody does not like to hear, before there is any music."""
_OF_PEOPLE: Final = re.compile(
    r"^\W*有没有(?:人|谁)|(?:分不清|搞不[清懂]|弄不[清懂]|听不出)[^，。]{0,6}$|^\W*这味儿?正|全靠"
    r"|^\W*那[部首个](?:电影|纪录片|剧|歌)|^\W*(?:要是)?(?:生活|人生)|^\W*(?:我的?)?(?:老板|客户"
    r"|导演|甲方|领导)[^，。]{0,3}(?:夸|听[了完着])|^\W*你这(?:水平|审美|品味|手艺|耳朵)|天天放"
    r"|就[该得]听"
)
"""Tells what people say of the film, or what one hears at other places and times."""


def only_remarks(text: str, work: Sequence[Intent]) -> bool:
    """Return whether a Chinese message is a remark, whatever work was read from its words.

    "本来担心铜管太吵，结果还行" is content, and "海滩那段比城市那段拍得好" chooses no clip.
    """
    if text.isascii():
        return False
    if SATISFIED.search(text) or _TELLS_OF_ME.search(text):
        return True
    if _only_tells(text, work):
        return True
    first = any(isinstance(one, music.Compose) for one in work)
    if MOVES.search(text) and not first:  # "music that makes people cry" may be wished for
        return True
    styles = named_music.terms(text, "style")
    between = [text[one.end : two.start] for one, two in pairwise(styles)]
    for one in work:
        match one:
            case kinds.Undo() | kinds.GoBack() if _NOW_IS_BETTER.search(text):
                return True
            case kinds.Focus() if _COMPARED.search(text):
                return True
            case kinds.UseUpload() if _MADE_BY.search(text) and not _USES_IT.search(text):
                return True
            case kinds.GoBack() if _OF_OTHERS.search(text):
                return True
            case music.Compose(other=False) if any(_EITHER.fullmatch(one) for one in between):
                return True
    return False


def _only_tells(text: str, work: Sequence[Intent]) -> bool:
    """Return whether words that color music, or name a part of it, only tell something."""
    text = in_simplified(text)
    if _WISHES_OTHERS.search(text) or (_REACTS.search(text) and not _DOES.search(text)):
        return True
    if not all(map(says_why, work)):
        return False
    if _OF_PEOPLE.search(text) or (_DREADS.search(text) and not _SEVERAL.search(text)):
        return True
    if (_HABIT.search(text) or _JUDGES.search(text)) and not _ASKED.search(text):
        return True
    if _ORDERS.search(text) or any(map(_is_bare_style, _CLAUSE.split(text))):
        return False
    first = all(isinstance(one, music.Compose) and one.named for one in work)
    bare = not (named_music.terms(text, "style") or named_music.named_part(text))
    only_mood = first and bare and not _OF_A_FILM.search(text)
    return only_mood or bool(_TELLS.search(text))


def _is_bare_style(clause: str) -> bool:
    """Return whether a clause is the name of a style and nothing else."""
    return any(
        one.end - one.start >= len(clause.strip()) - 1 for one in named_music.terms(clause, "style")
    )


def names_another_piece(text: str, work: Sequence[Intent]) -> bool:
    """Return whether Chinese words name a piece by the one after it, or prefer the present one.

    "爵士前面那一首" is not the jazz.
    """
    if not any(isinstance(one, kinds.GoBack) and one.style for one in work):
        return False
    before = any(_BEFORE_IT.match(text, one.end) for one in named_music.terms(text, "style"))
    return before or bool(_OTHER_PIECE.search(text) or _PRESENT_IS_BETTER.search(text))


def without_heard_reasons(text: str, found: tuple[Intent, ...]) -> tuple[Intent, ...]:
    """Return a reading without a louder own sound that only says why the music is too loud.

    "海浪声都听不见了，配乐音量拧小点" asks for softer music.
    """
    lowered = any(
        (isinstance(one, kinds.Volume) and one.of == "music" and (one.to is not None or one.by < 1))
        or one == kinds.Duck(on=True)
        for one in found
    )
    if not (lowered and _UNHEARD.search(text)) or _LOUDER_OWN.search(text):
        return found
    return tuple(
        one
        for one in found
        if not (isinstance(one, kinds.Volume) and one.of == "own" and one.by > 1)
    )


def is_doubtful(text: str, done: Sequence[object]) -> bool:
    """Return whether the words of a Chinese text speak against one of its intents.

    Args:
        text: The clauses that were read as orders, without quoted words.
        done: The intents, each change of the music as one.
    """
    return any(_is_doubted(one, text, done) for one in done)


def _is_doubted(one: object, text: str, done: Sequence[object]) -> bool:
    match one:
        case kinds.Trim(start, end):
            both = start > 0 and end is not None and bool(_FROM.search(text)) and "留" in text
            return bool(_EXCEPT.search(text)) or both or (start == 0 and bool(_FROM.search(text)))
        case music.ChangePart(_, "only"):
            return bool(_EXCEPT.search(text))
        case music.ChangePart(_, "less"):
            return bool(_COVERED.search(text))
        case kinds.Duck():
            return not _WHILE_SPEAKING.search(text)
        case music.SetKey(_, mode):
            wished = _MODE_WISHED.findall(text)
            if wished and (wished[-1] == "大调") != (mode == "major"):
                return True  # "小调听着闷，换成大调"
            judged = _MODE_JUDGED.search(text)
            return judged is not None and (judged[1] == "大调") == (mode == "major")
        case kinds.Focus(clips) if clips is not None and len(clips) > 1:
            return bool(_CLIP_GOES.search(text)) and not _IN_ORDER.search(text)
        case kinds.Passage(_, _, False):
            return not sound_words.QUIET.search(text)
        case kinds.Fade(_, _, seconds) if seconds > 0 and _FADE_GOES.search(text):
            return True
        case kinds.Fade(side, "both", 0) if side != "both":
            return not _FADES_OF.search(text)
        case kinds.GoBack(style) if style:
            return names_another_piece(text, (one,))
        case kinds.AddTitle() | kinds.ChangeTitle():
            several = len(common.HELD.findall(text)) > 1
            return several or (isinstance(one, kinds.AddTitle) and bool(_OTHER_TITLE.search(text)))
        case kinds.Volume("own", _, by) if by > 1:
            lowered = any(
                (isinstance(o, kinds.Volume) and o.of == "music") or o == kinds.Duck(on=True)
                for o in done
            )
            return lowered and bool(_UNHEARD.search(text)) and not _LOUDER_OWN.search(text)
        case kinds.Fade(_, "both"):
            first = any(isinstance(other, music.Compose) for other in done)
            return first and bool(_TAPERS.search(text))
        case music.Compose(other=False, count=1):
            named = named_music.named_style(text) or sound_words.MUSIC.search(text)
            return len(done) > 1 and not named
    return False
