"""Chinese messages without the clauses that only say what should not be done.

"不是要去掉鼓，是让它小一点" and "别换风格，快一点就行" hold the words of two orders, of which
only the second one is meant. "把鼓去掉，哦不，算了" takes its own order back. Rules that look for
words of doing would carry out what is forbidden.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from nemomusic.local.agent.parsing.rewriting.message_text import HeldQuotes
from nemomusic.local.agent.parsing.rewriting.traditional_chinese import in_simplified
from nemomusic.local.agent.parsing.words import common_words as common
from nemomusic.local.agent.parsing.words import sound_words
from nemomusic.local.agent.parsing.words.film import title_words
from nemomusic.local.agent.parsing.words.music import named_music

_IN: Final = r"[^，,。！!？?；;…\s]"
"""A sign inside a clause."""
_SEPARATOR: Final = re.compile(
    r"([，,。！!？?；;、…\n]+\s*|\.{2,}\s*|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])"
    r"|(?=而是|(?<=\S)只(?:想|要|是|需)(?!要是)))"
)
_NOT: Final = (
    r"(?:(?<!要不)(?<!特)(?<!区)(?<!级)别(?!的|人|处|致|墅|扭)"
    r"|(?<!要)(?<!能)不要|(?<!用)不用|不必|(?<!需)不需要|用不着|没必要|(?<!想)不想|不打算|不准备"
    r"|不许|不准|勿|无需|(?<!是)不是(?:要|想|让你|叫你|说要)"
    r"|没(?:有)?(?:让|叫)你|没(?:有)?说(?:要|想|让)?|没(?:有)?(?:想)?要(?!是)|[谁哪个](?:让|叫)你"
    r"|谁说要"
    r"|(?:可(?!不可以)|千万|绝对|万万)不(?:能|可以|可))"
)
"""Forbids what follows it."""
_BETWEEN: Final = (
    r"(?:再|又|去|给我|帮我|替我|给你|急着|着急|忙着|乱|随便|瞎|先|就|你|真的|老是?|总|它|我|现在"
    rf"|[把将]{_IN}{{1,12}}?|给{_IN}{{1,8}}?)*"
)
_DEED: Final = (
    r"(?:[换改](?![掉完]后)|变成|调(?!皮)|加(?!班|油|分)|添|删|去掉|拿掉|撤[销回掉了]|剪|裁|切"
    r"|砍(?!价)|恢复|还原|回到|退回"
    r"|生成|重做|配(?!合|乐|着)|[动碰](?=它|我|这)|弄|搞|来(?=一?[首个段点]|[三两3])|导出|渲染|关"
    r"|做(?=一?[首个版]|[三两3])|用(?=我[上传自]))"
)
"""A word of doing that the agent would carry out."""
_MILDER: Final = r"(?!得|[的了]?(?:太|这么|那么|那样|很))"
"""Not as in "别弄得太吵", which asks for less."""
_REST: Final = rf"(?:(?!但|不过|就[好行可]){_IN}){{0,14}}"
_SCALE: Final = (
    r"(?:更|那么)?(?:大声|小声|快|慢|大|小|响|轻|高|低|重|宏大|欢快|悲伤|欢乐|激烈|热闹|燃|长|短"
    r"|亮|暗|满|多|少)"
)
_FORBIDS: Final = rf"{_NOT}{_BETWEEN}{_DEED}{_MILDER}{_REST}$"
_NO_MORE: Final = (
    rf"(?:不用|不必|不需要|无需|没必要|用不着)再?{_SCALE}(?:一?[点些])?[了啦]?$"
    r"|(?:别|不要)再(?:更)?(?:大声|小声|快|慢|大|小|高|低|轻|重)(?:一?[点些])?[了啦]$"
)
"""Says that something is enough: "音乐不用再大声了"."""
_NO_LONGER: Final = (
    rf"^(?!怎么|为什么|为啥|干[嘛吗]|咋){_IN}{{0,5}}?(?:就|先|还是"
    rf"|算了)?(?<!要)(?<!能)不[加换改剪删调配](?![变成])"
    rf"{_IN}{{0,6}}[了啦]$"
)
"""Gives an order up: "不加鼓了"."""
_MUST_STAY: Final = (
    r"(?:(?<!能)不能|(?<!可)不可以|不许|不准|别想)(?:再|给我)?(?:去|删|关|动|少|没|剪|拿|撤|减|停)(?:掉"
    r"|了|它)?[了的]?$"
    r"|没(?:说|有|想)?(?:不要|不用|不喜欢|不想要)"
)
"""Says that a thing must stay: "鼓不能去"."""
_NO_SUCH: Final = (
    r"(?:(?<!要)不要|不用|不必|不需要|别|不想要?)(?:弄成|做成|变成|改成|用)?"
    r"(?:竖屏|横屏|方屏|正方形|方形|(?:16:9|9:16|1:1|4:5)|[大小]调)(?:了|的)?$"
    r"|(?:不用|不必|不需要|用不着)[一两三四五2-9](?:个|种)?(?:不同的?)?(?:版本|版|方案)[了啦]?$"
)
"""Rejects a shape, a mode or versions, and names no other one."""
_PARTICLES: Final = r"[啊呀哦喔哈吧呢嘛啦哟噢欸诶~～]*"
_AT_END: Final = rf"{_PARTICLES}$"
_OH: Final = (
    r"(?:哦|噢|喔|啊|呃|额|欸|诶|唉|哎|嗯|等等|等一下|等下|还是|那|要不|不过|但|想了?想|我想想"
    r"|我看)*"
)
_GIVES_UP: Final = (
    r"算了(?:算了)?(?:不用了|不要了?|别[弄改换加动]?了?|不[加换改弄]了?)?|不*不用了|不必了"
    r"|(?:还是)?别了|先别(?:了)?|不要好了|不了"
    r"|不+|当我没说|开玩笑的?|我?开个?玩笑的?|逗你的?|我?随口一?说的?|我?就?说说而已"
)
_STAYS: Final = (
    r"(?:就|保持|还是)*(?:这样|现在这样|这首|现在这首|现在的|保持现状|维持原样|原样|这个)"
    r"(?:吧|就好|好了|挺好|就行|也行)?"
)
_TAKEN_BACK: Final = (
    rf"(?P<given>{_OH}(?:{_GIVES_UP}){_PARTICLES}(?:[，,。！!？?；;…\s.]+{_OH}"
    rf"(?:{_GIVES_UP}|{_STAYS}){_PARTICLES})*)$"
)
_CONTENT: Final = (
    r"(?:不过|但是?|其实|可是)(?:我?觉得|感觉)?(?:现在|这样|这个|目前|它)+(?:的话)?(?:也|就|都|还"
    r"|已经)*"
    r"(?:很|挺|蛮|还|够|足够|算)?(?:可以|好|不错|够|行|满意|舒服|合适|好听)了?的?$"
)
"""Is content, after a wish: "可以再欢快一点，不过现在也挺好"."""
_LOUDNESS: Final = re.compile(r"(?:[小大轻重弱强响低高退收]一?[点些]|小声|大声|压低?|静音|它)")
_REMOVES: Final = r"[删去拿撤关停静]"
_BARE: Final = rf"^{_NOT}(?:再|又|去|给我|帮我|就|你|随便|乱)*{_DEED}(?:它|了|来)*$"
"""Forbids what the clause before it names: "音乐4秒进来挺好，别改"."""
_WHILE_SPEAKING: Final = r"说话|讲话|开口|人声|自动"


@cache
def _compiled(said: str) -> re.Pattern[str]:
    """Compile a pattern at its first use: most sessions speak one language."""
    return re.compile(said)


def _search(said: str, text: str) -> re.Match[str] | None:
    return _compiled(said).search(text)


def without_denials(text: str, *, has_music: bool) -> str:
    """Return a Chinese message without what it forbids or takes back; "" if nothing is left.

    Args:
        text: The message.
        has_music: Whether there is music. A first piece may be described by what is not in it.
    """
    if text.isascii():
        return text
    quotes = HeldQuotes()
    pieces = _SEPARATOR.split(in_simplified(quotes.hold(text)))
    said = [one.strip() for one in pieces[::2]]
    if _is_taken_back([one for one in said if one], pieces):
        return ""
    denied = [_is_denied(one) for one in said]
    if not all(no or not one for one, no in zip(said, denied, strict=True)):
        denied = [no and not _is_bare(one) for one, no in zip(said, denied, strict=True)]
    if not any(denied):
        return text
    if not has_music and any(
        one and named_music.named_part(clause) for one, clause in zip(denied, said, strict=True)
    ):
        return text if not all(denied) else ""
    left = [
        [clause, *pieces[2 * place + 1 : 2 * place + 2]]
        for place, (one, clause) in enumerate(zip(denied, said, strict=True))
        if not one
    ]
    if not any(clause for clause, *_ in left):
        return ""
    thing = next(
        filter(None, map(_thing, (c for c, no in zip(said, denied, strict=True) if no))), None
    )
    if thing and not any(_has_thing(clause) for clause, *_ in left):
        left = _with_thing(left, thing)
    return quotes.restore("".join(piece for one in left for piece in one))


def _is_bare(clause: str) -> bool:
    return bool(_search(_BARE, _compiled(_AT_END).sub("", clause)))


def _is_denied(clause: str) -> bool:
    plain = _compiled(_AT_END).sub("", clause)
    if _search(_WHILE_SPEAKING, plain):
        return False
    return bool(
        _search(_FORBIDS, plain)
        or _search(_NO_MORE, plain)
        or _search(_NO_LONGER, plain)
        or _search(_NO_SUCH, plain)
        or _search(_MUST_STAY, plain)
    )


def _is_taken_back(said: list[str], pieces: list[str]) -> bool:
    """Return whether a message ends with words that take it back.

    Args:
        said: Its clauses.
        pieces: The clauses and what divides them.
    """
    if len(said) < 2:
        return False
    if _search(_CONTENT, _compiled(_AT_END).sub("", said[-1])):
        return True
    joined = "".join(pieces).strip().rstrip("。！!~～ ")
    found = _search(rf"[，,。！!？?；;…\s.]{_TAKEN_BACK}", joined)
    return found is not None and bool(joined[: found.start()].strip())


def _with_thing(left: list[list[str]], thing: str) -> list[list[str]]:
    """Return clauses of which one speaks of a thing that the denied clause named.

    Args:
        left: The clauses, each with what divides it from the next one.
        thing: The words for the thing.
    """
    for one in left:
        if _LOUDNESS.search(one[0]):
            bare = re.sub(r"^(?:而是|只是|是|只想|只要|只需)", "", one[0])
            said = re.sub(r"它们?", thing, bare, count=1)
            one[0] = said if said != bare else thing + bare
            break
    return left


def _thing(clause: str) -> str | None:
    """Return the words of a clause that name a sound or a title that it forbids to remove."""
    if not _search(_REMOVES, clause):
        return None
    if named := named_music.terms(clause, "instrument"):
        return clause[named[-1].start : named[-1].end]
    found = sound_words.OWN.search(clause) or title_words.TITLE.search(clause)
    return found[0] if found else None


def _has_thing(clause: str) -> bool:
    return bool(
        named_music.named_part(clause)
        or sound_words.OWN.search(clause)
        or sound_words.MUSIC.search(clause)
        or sound_words.SOUND.search(clause)
        or title_words.TITLE.search(clause)
        or common.HELD.search(clause)
    )
