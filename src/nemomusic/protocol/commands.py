"""Commands that a person types, recognized without asking the agent (docs/protocol.md).

A message that is a command and nothing else is served by a call of its own: "export", "余额",
"upload trip.mp4". Every other message goes to the agent. The phrases are tables; the functions
below apply them.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from nemomusic.models.file_types import EXTENSION_PATTERN
from nemomusic.protocol.agent_text.text_patterns import any_matches

if TYPE_CHECKING:
    from collections.abc import Mapping


class Command(StrEnum):
    """The call that serves a message."""

    EXPORT = "export"
    CREDITS = "credits"
    STATE = "state"
    UPLOAD = "upload"
    STREAM = "stream"
    """No command: the text is a message for the agent."""


# Complete commands, matched against the message without polite words, punctuation and case.

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

COMMANDS: Final[Mapping[Command, tuple[str, ...]]] = {
    Command.EXPORT: (
        rf"(?:export|download)(?: {_VIDEO})?{_FORM}",
        rf"(?:save|render|send|send me|give me|get me|email me) {_VIDEO}{_FORM}",
        rf"(?:send|give) {_VIDEO}",
        r"(?:start|run|do) (?:the |an )?export",
    ),
    Command.CREDITS: (
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
    Command.STATE: (
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
    Command.UPLOAD: (
        (
            r"upload(?: (?:a|an|the|my|this|that|these|some|another|new|more|one))*"
            r"(?: (?:file|files|video|videos|clip|clips|footage|media|image|images|photo|photos|"
            r"picture|pictures|audio|song))?"
        ),
    ),
}
COMMANDS_ZH: Final[Mapping[Command, tuple[str, ...]]] = {
    Command.EXPORT: (
        rf"(?:导出|下载|导出并下载)(?:{_HOLD_ZH}{_VIDEO_ZH})?{_FORM_ZH}",
        rf"(?:渲染|输出|保存){_HOLD_ZH}{_VIDEO_ZH}{_FORM_ZH}",
        rf"(?:把|将){_HOLD_ZH}{_VIDEO_ZH}(?:导出|下载|发给我|发我|给我|传给我|导出来|发过来)",
        rf"发{_HOLD_ZH}{_VIDEO_ZH}给我",
        rf"(?:发给我|发我|发送|给我){_HOLD_ZH}{_VIDEO_ZH}",
        rf"{_VIDEO_ZH}(?:导出|下载|发给我|发我)",
    ),
    Command.CREDITS: (
        (
            r"(?:查看|查询|查|看看|看|显示|告诉我)?(?:我|账户|帐户|账号|当前|剩余|可用|还剩|还有|剩下|的)*"
            r"(?:积分|余额|点数)(?:余额|还|有|剩|剩余|多少|几|个|是|够|不够|我|了)*"
        ),
        r"(?:我|账户|里|还|有|剩|剩余|剩下|的)*(?:多少|几个?)个?(?:可用|剩余)?(?:积分|余额|点数)",
    ),
    Command.STATE: (
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
    Command.UPLOAD: (
        (
            r"上传(?:一个|一段|我的|新的|新|这个|这段|几个|更多)*"
            r"(?:视频|文件|素材|片段|图片|照片|音频|音乐|歌曲)?"
        ),
    ),
}
FILE: Final = re.compile(
    rf"https?://\S+?{EXTENSION_PATTERN}(?:[?#]\S*)?|file://\S+{EXTENSION_PATTERN}|[^?*|<>\n]+{EXTENSION_PATTERN}",
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


def route_command(text: str) -> Command:
    """Return the command of a message; STREAM if the message is more than a command.

    "Add end credits" and "a title saying Download" are edits, and go to the agent.
    """
    if upload_sources(text):
        return Command.UPLOAD
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(char if char.isalnum() else " " for char in plain)
    words = " ".join(POLITE.sub(" ", " ".join(plain.split())).split())
    joined = POLITE_ZH.sub("", words.replace(" ", ""))
    for command, english in COMMANDS.items():
        if any_matches(words, english) or any_matches(joined, COMMANDS_ZH[command]):
            return command
    return Command.STREAM


def upload_sources(text: str) -> tuple[str, ...]:
    """Return the paths and URLs of a message that only names files to upload, else ().

    A path with spaces is recognized by quotes, by its beginning (`/`, `~/`, `./`, `C:`) or by the
    word "upload" before it. The file system is not read.
    """
    verb = UPLOAD_VERB.match(text)
    rest = (text[verb.end() :] if verb else text).strip().rstrip(END_MARKS)
    rest = UPLOAD_TAIL.sub("", rest).rstrip(END_MARKS)
    words = FILE_WORDS.findall(
        re.sub(rf"({EXTENSION_PATTERN})\s*[和、]\s*", r"\1 ", rest, flags=re.IGNORECASE)
    )
    named = [
        quoted[1:-1] or bare for quoted, bare in words if bare.lower() not in {"and", "&", "和"}
    ]
    if named and all(map(FILE.fullmatch, named)):
        return tuple(named)
    is_path = ANCHORED.match(rest) or (verb and re.fullmatch(r"(?:\w+ ){1,3}[^\s/]+", rest))
    if (
        is_path
        and FILE.fullmatch(rest)
        and len(re.findall(EXTENSION_PATTERN, rest, re.IGNORECASE)) == 1
    ):
        return (rest,)
    return ()
