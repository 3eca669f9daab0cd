"""What people and the backend say, read without asking anyone (contract, section 4).

Routing of whole requests to the action that serves them, apologies that mean nothing, the
language of a text; instructions for a screen are translated in `screen`. English and Chinese.
The phrases are tables; the functions below them only apply these.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

from nemomusic.protocol.screen import (
    Action,
    ActionKind,
    Translated,
    folded,
    split_sentences,
    translate_instructions,
)
from nemomusic.secret import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "Action",
    "ActionKind",
    "Request",
    "Translated",
    "clean_token_like",
    "detect_language",
    "is_apology",
    "route_request",
    "strip_trailing_apology",
    "translate_instructions",
    "upload_sources",
]


class Request(StrEnum):
    """The action that serves what a person typed."""

    EXPORT = "export"
    CREDITS = "credits"
    STATE = "state"
    UPLOAD = "upload"
    STREAM = "stream"


# Whole requests, matched against the message without polite words, punctuation and case.

POLITE: Final = re.compile(
    r"\b(?:please|pls|plz|kindly|thanks|thank you|thx|hey|hi|hello|ok|okay|alright|great|perfect|"
    r"can you|could you|would you|will you|can i|could i|may i|can we|i want to|i wanna|"
    r"i would like to|i d like to|i need to|let s|just|now|then|for me|right now|to me)\b"
)
POLITE_ZH: Final = re.compile(
    r"请问|请|麻烦你|麻烦|拜托|帮我|帮忙|能不能|可不可以|可以|能否|我想要|我想|我要|我需要|你好|您好|"
    r"现在|谢谢|多谢|好的|一下|吧|吗|呢|啊|呀|哦|嘛"
)

_VIDEO = (
    r"(?:(?:(?:the|my|this|that|our|a) )?(?:(?:final|finished|full|whole|edited|new|latest|"
    r"completed?) )*(?:video|movie|film|clip|mp4|project|result|file|output|edit|cut)|it|this|that)"
)
_FORM = (
    r"(?: (?:in|as|at|to|with|a|an|\d{3,4}p|2k|4k|hd|uhd|mp4|h264|h 264|high|best|highest|"
    r"full|quality|resolution|format|file|video))*"
)
_HOLD_ZH = r"(?:这个|那个|这段|这|该|我的|最终的?|最后的|完整的?|剪好的|成品的?|新的?|做好的|整个)*"
_VIDEO_ZH = r"(?:视频|影片|成片|成品|片子|短片|作品|项目|结果|文件|mp4)"
_FORM_ZH = (
    r"(?:为|成|到|以|用|\d{3,4}p|2k|4k|本地|高清|超清|最高|高|画质|质量|清晰度|分辨率|格式|"
    r"的|mp4|视频|文件)*"
)

REQUESTS: Final[Mapping[Request, tuple[str, ...]]] = {
    Request.EXPORT: (
        rf"(?:export|download)(?: {_VIDEO})?{_FORM}",
        rf"(?:save|render|send|send me|give me|get me|email me) {_VIDEO}{_FORM}",
        rf"(?:send|give) {_VIDEO}",
        r"(?:start|run|do) (?:the |an )?export",
    ),
    Request.CREDITS: (
        (
            r"(?:(?:check|show|show me|see|view|tell me|get|what s|what is|what are|whats) )?"
            r"(?:(?:my|our) )?(?:(?:current|remaining|available|account) )*"
            r"(?:credits?|balance|credits? balance)"
            r"(?: (?:left|balance|remaining|status|available))*"
        ),
        (
            r"how (?:many|much) (?:credits?|balance)"
            r"(?: (?:do|have|has|i|we|got|are|is|left|remain|remaining|there|still|available|my|in|"
            r"account))*"
        ),
        r"do i (?:still )?have (?:any |enough )?credits?(?: left| remaining)?",
        r"(?:check|show|show me) the (?:balance|credits? balance)",
    ),
    Request.STATE: (
        (
            r"(?:(?:check|show|show me|get|see|view|list|display|what s|what is|whats|what are) )?"
            r"(?:(?:the|my|our|this|all) )*(?:current )?"
            r"(?:(?:project|session|job|video|timeline) )?"
            r"(?:status|state|progress|tracks?|timeline)"
            r"(?: of (?:the|my) (?:project|video|session))?"
        ),
        r"what(?: s| is) (?:on|in) (?:the|my) (?:timeline|project|video|tracks?|session)",
        r"what tracks (?:are there|do i have|do we have)",
        r"is (?:it|the video|my video) (?:done|ready|finished)(?: yet)?",
    ),
    Request.UPLOAD: (
        (
            r"upload(?: (?:a|an|the|my|this|that|these|some|another|new|more|one))*"
            r"(?: (?:file|files|video|videos|clip|clips|footage|media|image|images|photo|photos|"
            r"picture|pictures|audio|song))?"
        ),
    ),
}
REQUESTS_ZH: Final[Mapping[Request, tuple[str, ...]]] = {
    Request.EXPORT: (
        rf"(?:导出|下载|导出并下载)(?:{_HOLD_ZH}{_VIDEO_ZH})?{_FORM_ZH}",
        rf"(?:渲染|输出|保存){_HOLD_ZH}{_VIDEO_ZH}{_FORM_ZH}",
        rf"(?:把|将){_HOLD_ZH}{_VIDEO_ZH}(?:导出|下载|发给我|发我|给我|传给我|导出来|发过来)",
        rf"发{_HOLD_ZH}{_VIDEO_ZH}给我",
        rf"(?:发给我|发我|发送|给我){_HOLD_ZH}{_VIDEO_ZH}",
        rf"{_VIDEO_ZH}(?:导出|下载|发给我|发我)",
    ),
    Request.CREDITS: (
        (
            r"(?:查看|查询|查|看看|看|显示|告诉我)?(?:我|账户|帐户|账号|当前|剩余|可用|还剩|还有|剩下|的)*"
            r"(?:积分|余额|点数)(?:余额|还|有|剩|剩余|多少|几|个|是|够|不够|我|了)*"
        ),
        r"(?:我|账户|里|还|有|剩|剩余|剩下|的)*(?:多少|几个?)个?(?:可用|剩余)?(?:积分|余额|点数)",
    ),
    Request.STATE: (
        (
            r"(?:查看|查询|查|看看|看|显示|列出|展示|告诉我)?(?:我|当前|目前|项目|任务|视频|所有|全部|的)*"
            r"(?:是?什么)?(?:状态|进度|进展|轨道|时间线|时间轴)(?:状态|列表|怎么样|怎样|如何|是什么|了)*"
        ),
        r"(?:时间线|时间轴|项目)(?:上|里|中)?(?:都)?有(?:什么|哪些)(?:轨道|内容)?",
        r"有(?:哪些|什么|几条)轨道",
        r"(?:视频)?(?:做|弄|处理|生成|完成)(?:好|完|完成)?了(?:没|没有)?",
        r"视频好了(?:没|没有)?",
        r"(?:处理|做|生成)得?(?:怎么样|如何)了?",
    ),
    Request.UPLOAD: (
        (
            r"上传(?:一个|一段|我的|新的|新|这个|这段|几个|更多)*"
            r"(?:视频|文件|素材|片段|图片|照片|音频|音乐|歌曲)?"
        ),
    ),
}
ACCEPTED: Final = r"\.(?:mp4|mov|avi|webm|mkv|jpe?g|png|gif|webp|mp3|wav|m4a|aac)"
"""Types the service accepts (contract, section 2 "uploads")."""

FILE: Final = re.compile(
    rf"https?://\S+?{ACCEPTED}(?:[?#]\S*)?|file://\S+{ACCEPTED}|[^?*|<>\n]+{ACCEPTED}",
    re.IGNORECASE,
)
FILE_WORDS: Final = re.compile(
    r"(\"[^\"]+\"|'[^']+'|“[^”]+”)|(https?://\S+?(?=[,，;；、]?(?:\s|$))|[^\s,，;；、]+)"
)
ANCHORED: Final = re.compile(r"/|file://|~/|\.{1,2}/|[A-Za-z]:[\\/]|\\\\")
UPLOAD_VERB: Final = re.compile(
    r"\s*(?:(?:please|pls|can you|could you|i want to|i'd like to|let me|let's)\s+)*upload[\s:]+"
    r"(?:(?:the|my|this|these|files?|videos?|clips?)[\s:]+)*"
    r"|\s*(?:请|麻烦|帮我|我要|我想)*上传(?:一下|这个|我的|视频|文件|素材)*\s*[:：]?\s*",
    re.IGNORECASE,
)
END_MARKS: Final = " \t\r\n.,。，!！"
UPLOAD_TAIL: Final = re.compile(r"(?:\s(?:please|pls|for me|thanks)|谢谢)$", re.IGNORECASE)

# Noise, languages, tokens.

_TROUBLE = r"(?:temporary|brief|transient|technical|unexpected|intermittent|minor|small|internal)"
_ISSUE = r"(?:issue|problem|error|glitch|hiccup|difficulty|difficulties)s?"
_ISSUES: Final = (
    *("issue", "problem", "error", "glitch", "hiccup", "difficult"),
    *("问题", "错误", "故障", "异常"),
)
APOLOGIES: Final = (
    (
        r"(?:i'?m |i am |we'?re |we are )?(?:so |very |really |terribly )?sorry"
        r"(?: about (?:that|this)| for (?:the|any|this) (?:inconvenience|trouble|delay|confusion))?"
    ),
    (
        r"(?:i |my |we |our )?(?:sincerely )?apolog(?:ies|i[sz]e)"
        r"(?: for (?:the|any|this) (?:inconvenience|trouble|delay|confusion))?"
    ),
    (
        r"(?:please )?(?:try|retry|ask)(?: it| this| that| me)?(?: again)?"
        r"(?: later| shortly| in a (?:moment|minute|bit|few (?:moments|minutes|seconds)|while)|"
        r" now| soon)?"
    ),
    r"抱歉|非常抱歉|很抱歉|对不起|不好意思|给您带来不便.{0,8}|请?您?(?:稍后|稍候|过一会儿|一会儿)?(?:再试|重试)(?:一次|一下)?",
)
TROUBLES: Final = (
    (
        r"(?:it (?:seems|looks like|appears)(?: that)? )?(?:i|we)(?:'ve| have| am| are|'m)? "
        r"(?:encountered|encountering|ran into|run into|hit|experienced|experiencing|having|faced) "
        rf"(?:a|an|some) (?:{_TROUBLE} )+{_ISSUE}"
        r"(?: (?:on (?:my|our) (?:end|side)|with (?:the|my|our) (?:service|system|server)|"
        r"at the moment|right now|just now))*"
        r"(?: (?:while|when|in) (?:processing|handling|completing|responding to|generating)"
        r"[\w\s]{0,60})?"
    ),
    (
        rf"there (?:was|is|seems to be) (?:a|an|some) (?:{_TROUBLE} )+{_ISSUE}"
        r"(?: (?:on (?:my|our) (?:end|side)|with (?:the|my|our) (?:service|system|server)))?"
    ),
    (
        r"(?:但是?)?(?:我|系统|服务)?(?:刚刚|刚才|这边|暂时)*(?:遇到|出现|发生)了?(?:一个|一些|点)?"
        r"(?:临时|暂时|短暂|意外|技术)(?:性)?的?(?:小)?(?:问题|错误|故障|异常)"
    ),
)
SCRIPTS: Final[Mapping[str, re.Pattern[str]]] = {
    "ja": re.compile(
        "[\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff\u31f0-\u31ff\uff66-\uff9d]"
    ),
    "ko": re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]"),
    "zh-CN": re.compile(
        "[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
    ),
}
TOKENS: Final = (
    (
        re.compile(
            r"(?<![A-Za-z0-9])(nmv_(?:[a-z]+_)?+|clm_)[\w\-.~+/=]*[A-Za-z0-9_\-~+/=]",
            re.IGNORECASE | re.ASCII,
        ),
        rf"\1{HIDDEN}",
    ),
    (
        re.compile(r"(authorization[\"']?\s*[:=]\s*[\"']?(?:bearer\s+)?)[^\s\"',]+", re.IGNORECASE),
        rf"\1{HIDDEN}",
    ),
    # "Bearer of bad news" is no token: one is long, or has a digit.
    (
        re.compile(r"(\bbearer[\s:]+)(?=\S*\d|\S{24})[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE),
        rf"\1{HIDDEN}",
    ),
)


def route_request(text: str) -> Request:
    """Say which action serves a message; STREAM unless the whole message asks for another.

    "Add end credits" and "a title saying Download" are edits (design, section 8).
    """
    if upload_sources(text):
        return Request.UPLOAD
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(char if char.isalnum() else " " for char in plain)
    words = " ".join(POLITE.sub(" ", " ".join(plain.split())).split())
    joined = POLITE_ZH.sub("", words.replace(" ", ""))
    for request in REQUESTS:
        if any(re.fullmatch(row, words) for row in REQUESTS[request]):
            return request
        if any(re.fullmatch(row, joined) for row in REQUESTS_ZH[request]):
            return request
    return Request.STREAM


def upload_sources(text: str) -> tuple[str, ...]:
    """Return the paths and URLs of a message that is nothing but files to upload, else ().

    A path with spaces is known as one by quotes, by how it begins (`/`, `~/`, `./`, `C:`) or by
    "upload" before it. Whether a file is there is not looked at.
    """
    verb = UPLOAD_VERB.match(text)
    rest = (text[verb.end() :] if verb else text).strip().rstrip(END_MARKS)
    rest = UPLOAD_TAIL.sub("", rest).rstrip(END_MARKS)
    words = FILE_WORDS.findall(
        re.sub(rf"({ACCEPTED})\s*[和、]\s*", r"\1 ", rest, flags=re.IGNORECASE)
    )
    named = [
        quoted[1:-1] or bare for quoted, bare in words if bare.lower() not in {"and", "&", "和"}
    ]
    if named and all(map(FILE.fullmatch, named)):
        return tuple(named)
    is_path = ANCHORED.match(rest) or (verb and re.fullmatch(r"(?:\w+ ){1,3}[^\s/]+", rest))
    if is_path and FILE.fullmatch(rest) and len(re.findall(ACCEPTED, rest, re.IGNORECASE)) == 1:
        return (rest,)
    return ()


def _may_trouble(text: str) -> bool:
    """Say whether a word is there that every row of TROUBLES needs: soon told of most texts."""
    lower = folded(text)
    return any(word in lower for word in _ISSUES)


def is_apology(text: str) -> bool:
    """Say whether a text is nothing but an apology for a passing trouble."""
    if not _may_trouble(text):
        return False
    said = [_sorry_or_trouble(part) for part in split_sentences(" ".join(text.split()))]
    return "" not in said and "trouble" in said


def strip_trailing_apology(texts: Sequence[str]) -> tuple[str, ...]:
    """Drop an apology at the end if something was said before it (contract, section 2)."""
    kept = list(texts)
    while kept and (not kept[-1].strip() or is_apology(kept[-1])):
        kept.pop()
    if not kept or not _may_trouble(kept[-1]):
        return tuple(kept or texts)
    sentences = split_sentences(kept[-1])
    start = len(sentences)
    while start and _sorry_or_trouble(sentences[start - 1]):
        start -= 1
    if is_apology("".join(sentences[start:])):
        kept[-1] = "".join(sentences[:start]).rstrip()
    return tuple(kept)


@cache
def _any_of(rows: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(row, re.IGNORECASE) for row in rows)


def _sorry_or_trouble(sentence: str) -> str:
    """Return "trouble", "sorry" or, if anything else is said as well, nothing."""
    said = set()
    for part in re.split(r"[,;，；—–]+|\s-\s|\band\b|\bbut\b", sentence.replace("’", "'")):
        part = part.strip(" \t\r\n.!?…。！？*_()")  # noqa: PLW2901
        if not part:
            continue
        if any(row.fullmatch(part) for row in _any_of(TROUBLES)):
            said.add("trouble")
        elif any(row.fullmatch(part) for row in _any_of(APOLOGIES)):
            said.add("sorry")
        else:
            return ""
    return "trouble" if "trouble" in said else "sorry" if said else ""


def detect_language(text: str) -> str:
    """Tell the language by the script: kana ja, hangul ko, Han zh-CN, else en (design, 8)."""
    for language, script in SCRIPTS.items():
        if script.search(text):
            return language
    return "en"


def clean_token_like(text: str) -> str:
    """Hide what looks like a token in a text that is shown to people."""
    for pattern, shown in TOKENS:
        text = pattern.sub(shown, text)
    return text
