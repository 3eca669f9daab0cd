"""Words that all rules share: quotes, clauses, numbers, times, and small verbs.

Every pattern of this package holds English and Chinese side by side, so that both languages are
read by the same rules.
"""

from __future__ import annotations

import re
from typing import Final


def pattern(*alternatives: str) -> re.Pattern[str]:
    """Return one pattern of several, in any case."""
    return re.compile("|".join(alternatives), re.IGNORECASE)


# Dividing a message

QUOTED: Final = pattern(
    r'"([^"]+)"',
    r"“([^”]+)”",
    r"「([^」]+)」",
    r"『([^』]+)』",
    r"《([^》]+)》",
    r"(?<!\w)'([^']+)'(?!\w)",
    r"(?<!\w)‘([^’]+)’(?!\w)",
)
TITLED: Final = pattern(
    r"(?:(?<=[题題幕字上着])|(?<=[题題幕字名头頭][改换換写寫叫是为為])"
    r"|(?<=[题題幕字名头頭][改换換写寫叫][成为為作到]))"
    r"\s*[:：]\s*([^\s\ue000，,。！!；;、][^\ue000，,。！!；;\n]*)",
    r"(?<=title|.text)\s*:\s*([^\s\ue000][^\ue000,;\n]*)",
)
"""Words of a title that follow a colon, without quotes."""
MARK: Final = "\ue000"
HELD: Final = re.compile(rf"{MARK}(\d+){MARK}")
SENTENCE: Final = re.compile(r"(?:[^.;!?。；！？\n]|\.(?=\w))+[.;!?。；！？\n]*")
CLAUSES: Final = pattern(
    r"[,，、;；]",
    r"\s[-–—]\s",
    r"\b(?:and then|and also|and|then|but|also|plus|as well as)\b",
    r"后(?=导出|出片)|然后|并且|同时|而且|接着|再把|另外|还有|但是|不过|(?<=[^加来])并(?=把|且|去)",
    r"(?<=(?-i:[\u3400-\u9fff]))(?<![字题幕上写成为叫改])(?<![写打印]着)\s+(?!前\s*\d)(?=(?-i:[\u3400-\u9fff]))",
    r"(?<=[\ue000%％])\s+(?!前\s*\d|在?(?:顶|底|中间|结尾|开头|最后)|放|显示|从|第)(?=(?-i:[\u3400-\u9fff]))",
    r"(?<=[鼓斯琴他乐提笛号声])[和跟与](?=[鼓贝钢吉弦小大长萨低打旋音原人])",
)
_WHEN: Final = r"for (?:the first )?\d|前\s*\d"
_WHERE: Final = r"at the (?:top|bottom|end|cent)|在?(?:顶部|底部|中间)|在?结尾(?:$|放|显示|写)"
ASIDE: Final = pattern(rf"[,，、]\s*(?=(?:{_WHEN}|{_WHERE}))")
"""A comma before words for a time or a place. It does not begin a new wish."""
BETWEEN: Final = pattern(r"\b(?:in )?between\s+(?:seconds?\s+)?(\S+)(?:\s+seconds?)?\s+and\s+")
PICTURE_AND_SOUND: Final = pattern(
    r"\b(?:the )?(?:picture|video|image) to black and (?:the )?(?:music|sound|audio)\b",
    r"\b(?:both )?(?:the )?(?:picture|video|image|screen|visuals?)s? (?:and|&"
    r"|plus) (?:the )?(?:music"
    r"|sound|audio)\b",
    r"\b(?:both )?(?:the )?(?:music|sound|audio) (?:and|&) (?:the )?(?:picture|video|image|screen"
    r"|visuals?)s?\b",
    r"(?:画面|视频)[和跟与](?:声音|音乐|配乐|bgm)|(?:声音|音乐|配乐|bgm)[和跟与](?:画面|视频)",
)
"""The picture and the sound, named together: "fade the picture and the music out"."""
IN_AND_OUT: Final = pattern(
    r"\bin\s+and\s+(?:fad(?:e|ing)\s+)?out\b",
    r"\bin(?: \w+)? at the (?:very )?(?:start|beginning|front|opening) and (?:\w+ )?out(?: again)?"
    r"(?: \w+)? at the (?:very )?(?:end|close|finish)\b",
)

# Numbers and times

_S: Final = r"(?:seconds?|secs?|s\b|秒钟?)"
_T: Final = r"((?:\d+:)?\d+(?:\.\d+)?)"
SECONDS: Final = pattern(rf"(\d+(?:\.\d+)?)\s*(?:-\s*)?{_S}")
SPAN: Final = pattern(
    rf"\bfrom\s+(?:seconds?\s+)?{_T}\s*{_S}?\s*(?:to|until|till|-"
    rf"|–)\s*(?:seconds?\s+)?{_T}\s*{_S}?",
    rf"\bseconds?\s+{_T}\s*(?:to|until|till|-|–)\s*{_T}",
    rf"(?<![\d:.]){_T}\s*{_S}?\s*(?:to|until|till|-|–)\s*{_T}\s*{_S}",
    r"(?<![\d:])(\d+:\d\d)\s*(?:to|until|-|–|到|至|~)\s*(\d+:\d\d)",
    rf"从?第?\s*{_T}\s*秒?\s*(?:到|至|-|~)\s*第?\s*{_T}\s*秒",
)
AT_TIME: Final = pattern(
    rf"\b(?:at|from|after|until|till|by)\s+(?:the\s+)?(?:seconds?\s+|(?=\d+:\d"
    rf"|\d+(?:\.\d+)?\s*{_S})){_T}",
    rf"\bseconds?\s+{_T}",
    rf"(?<![\d:.]){_T}\s*{_S}\s+(?:in|mark|into)\b",
    r"(?:第|到|从|在)?\s*((?:\d+:)?\d+(?:\.\d+)?)\s*秒",
    r"(?<![\d:])(\d+:\d\d)(?=\s*(?:的?时候|处|那里?|放|来|加|给|上|开始|进|停|结束|为止|$))",
    r"(?:\b(?:at|from|after|until|till)\s+|[在到从第])(\d+:\d\d)(?!\d)",
)
PERCENT: Final = pattern(r"(\d{1,3}(?:\.\d+)?)\s*(?:%|％|percent)")

# Small verbs

REMOVE_WORDS: Final = (
    r"\b(?:remove|delete|erase|drop|clear|get rid of|(?:take|leave|cut) (?:out|away|off)|no|no more"
    r"|without|hide|lose|kill|ditch|nix|scrap|strip|don'?t want|do not want|do away with|take)\b"
    r"|去掉|去除|删掉|删除|删(?!错)|移除|取消|不要|不想要|不需要|不用|别用|别要|拿掉|关掉|(?<![还到如])没有|不如没有"
)
REMOVE: Final = pattern(REMOVE_WORDS)
CHANGE: Final = pattern(
    r"\b(?:change|rename|replace|update|edit|set|(?:make|have|let)(?=.{0,20}\bsay\b))\b",
    r"改成|改为|换成|换|修改|改|替[掉换]",
)
ADD: Final = pattern(r"\badd\b", r"加")
NEGATED: Final = pattern(
    r"\b(?:don'?t|do not|stop|no|never|not|without|turn off|switch off|disable|quit|avoid)\b",
    r"不要|别|不用|不需要|关闭|关掉|停止|取消|不必|不想",
)
FILM: Final = pattern(
    r"\b(?:video|videos|clips?|film|footage|movie|vlog)\b", r"视频|片段|影片|短片|片子|录像"
)
LITTLE: Final = pattern(
    r"\b(?:a bit|a little|slightly|a touch|a notch|a tad|somewhat)\b", r"一点点|稍微|略|稍"
)
MUCH: Final = pattern(
    r"\b(?:much|way|a lot|far|crank|really|double|twice)\b", r"很多|非常|大幅|加倍|翻倍|\d倍"
)
PARTS_ZH: Final = (
    r"(?:鼓|贝斯|钢琴|吉他|弦乐|长笛|笛子|[大小]提琴|小号|铜管|萨克斯|合唱|竖琴|铃铛|风琴|合成器)"
)
"""The Chinese names of instruments, as a part of a pattern."""
