"""The words that `agent_reading` looks for, English and Chinese side by side."""

from __future__ import annotations

import re
from typing import Final


def pattern(*alternatives: str) -> re.Pattern[str]:
    """One pattern of several, in any case."""
    return re.compile("|".join(alternatives), re.IGNORECASE)


# How a message is cut up

QUOTED: Final = pattern(
    r'"([^"]+)"',
    r"“([^”]+)”",
    r"「([^」]+)」",
    r"『([^』]+)』",
    r"《([^》]+)》",
    r"(?<!\w)'([^']+)'(?!\w)",
    r"(?<!\w)‘([^’]+)’(?!\w)",
)
MARK: Final = "\ue000"
HELD: Final = re.compile(rf"{MARK}(\d+){MARK}")
CLAUSES: Final = pattern(
    r"[;!?。；！？\n]+",
    r"\.(?!\d)",
    r"[,，、]",
    r"\b(?:and then|and|then|but|also)\b",
    r"然后|并且|同时|而且|接着|再把",
)
_WHEN: Final = r"for (?:the first )?\d|前\s*\d"
_WHERE: Final = r"at the (?:top|bottom|end|cent)|在?(?:顶部|底部|中间|结尾)"
ASIDE: Final = pattern(rf"[,，、]\s*(?=(?:{_WHEN}|{_WHERE}))")
"""A comma that only adds when or where; it doesn't begin a new wish."""
BETWEEN: Final = pattern(r"\bbetween\s+(\S+)\s+and\s+")
IN_AND_OUT: Final = pattern(r"\bin\s+and\s+out\b")

# Numbers

_S: Final = r"(?:seconds?|secs?|s\b|秒钟?)"
_SECONDS: Final = rf"(\d+(?:\.\d+)?)\s*(?:-\s*)?{_S}"
_TIME: Final = rf"((?:\d+:)?\d+(?:\.\d+)?)\s*{_S}?"
SECONDS: Final = pattern(_SECONDS)
SPAN: Final = pattern(
    rf"\bfrom\s+{_TIME}\s*(?:to|until|-|–)\s*{_TIME}",
    rf"从?第?\s*{_TIME}\s*(?:到|至)\s*第?\s*{_TIME}",
)
COUNTS: Final = {
    **dict.fromkeys(("second", "a", "one", "一"), 1.0),
    **dict.fromkeys(("half a", "半"), 0.5),
    **dict.fromkeys(("two", "二", "两"), 2.0),
    **dict.fromkeys(("three", "三"), 3.0),
    **dict.fromkeys(("four", "四"), 4.0),
    **dict.fromkeys(("five", "五"), 5.0),
    **dict.fromkeys(("six", "六"), 6.0),
    **dict.fromkeys(("seven", "七"), 7.0),
    **dict.fromkeys(("eight", "八"), 8.0),
    **dict.fromkeys(("nine", "九"), 9.0),
    **dict.fromkeys(("ten", "十"), 10.0),
}
"""Words for a number of seconds; "the last second" is one."""
_COUNT: Final = (
    r"(\d+(?:\.\d+)?|half a|a|one|two|three|four|five|six|seven|eight|nine|ten"
    r"|[一二两三四五六七八九十半])"
)
_SOME: Final = rf"{_COUNT}\s*(?:-\s*)?{_S}"
_ONE: Final = r"(second)\b(?! (?:clip|video|shot))"
_OFF_ZH: Final = r"去掉|去除|删掉|删除|剪掉|剪去|删去|裁掉|截掉|切掉|移除|跳过"
_FIRST_ZH: Final = rf"(?:最?前面?|开头|开始|头)(?:的|那|{_OFF_ZH})*"
_LAST_ZH: Final = rf"(?:最?后面?|末尾|结尾)(?:的|那|{_OFF_ZH})*"
FIRST_SECONDS: Final = pattern(
    rf"\b(?:first|opening)\s+{_SOME}",
    rf"\b(?:first|opening) {_ONE}",
    rf"\b{_SOME} (?:off|from|at|of) (?:the )?(?:very )?(?:start|beginning|front)\b",
    rf"{_FIRST_ZH}\s*{_SOME}",
)
LAST_SECONDS: Final = pattern(
    rf"\b(?:last|final)\s+{_SOME}",
    rf"\b(?:last|final) {_ONE}",
    rf"\b{_SOME} (?:off|from|at|of) (?:the )?(?:very )?end\b",
    rf"{_LAST_ZH}\s*{_SOME}",
)
TO_SECONDS: Final = pattern(
    rf"\b(?:to|down to|at|only)\s+{_SECONDS}", rf"(?:到|成|至|为)\s*{_SECONDS}"
)
PERCENT: Final = pattern(r"(\d{1,3}(?:\.\d+)?)\s*(?:%|％|percent)", r"百分之(\d{1,3})")
BY: Final = pattern(r"\bby\s*$", r"了\s*$")
NUMBERS: Final = {
    **dict.fromkeys(("one", "first", "1st", "一"), 0),
    **dict.fromkeys(("two", "second", "2nd", "二", "两"), 1),
    **dict.fromkeys(("three", "third", "3rd", "三"), 2),
    **dict.fromkeys(("four", "fourth", "4th", "四"), 3),
    **dict.fromkeys(("five", "fifth", "5th", "五"), 4),
}
"""Words for the number of a clip, counted from 0."""

# Picture sizes

RATIO: Final = pattern(r"(?<![\d:.])(\d{1,2})\s*[:：x×/比]\s*(\d{1,2})(?![\d:])")
RATIOS: Final[dict[str, tuple[int, int]]] = {
    "9:16": (1080, 1920),
    "16:9": (1920, 1080),
    "1:1": (1080, 1080),
    "4:5": (1080, 1350),
    "5:4": (1350, 1080),
    "3:4": (1080, 1440),
    "4:3": (1440, 1080),
    "21:9": (1920, 822),
}
"""The largest size of each within 1920x1080 or 1080x1920."""
SHAPES: Final = (
    (
        pattern(r"\b(?:vertical|portrait|tiktok|reels?|shorts|stories|story)\b", r"竖屏|竖版|抖音"),
        "9:16",
    ),
    (
        pattern(r"\b(?:horizontal|landscape|widescreen|wide screen|youtube)\b", r"横屏|横版|宽屏"),
        "16:9",
    ),
    (pattern(r"\bsquare\b", r"方形|正方形|一比一"), "1:1"),
)

# Titles

_TITLE: Final = (
    r"(?:\b(?:titles?|captions?|texts?|heading|headline|credits?|overlay)\b"
    r"|标题|字幕|文字|片头|片尾)"
)
TITLE: Final = pattern(_TITLE)
_PUT: Final = r"\b(?:put|show|write|add|display|place|overlay)"
_WORDS: Final = rf"{_PUT} (?:the |these |some )?(?:words?|phrase)\b"
_PUT_ZH: Final = r"(?:加上|加入|添加|加|写上|写|显示|放上|放)(?:一?[个行句段])?(?:文字|字样|文本)"
UNQUOTED_TITLE: Final = pattern(
    rf"{_TITLE}\s*(?:that )?(?:saying|says|reads|reading|:|：|写着)\s*(.+)$",
    rf"(?:{_WORDS}|{_PUT} (?:the |a |some )?text\b)"
    r"\s+(?!(?:to|on|onto|over|in|at|for|of|that|as|with|under|here|there|overlays?)\b)(.+)$",
    rf"(?:{_PUT_ZH}|写上)\s*[:：]?\s*([^\s的在].*)$",
)
TITLE_TIME: Final = pattern(
    rf"\s+for (?:the first )?{_SECONDS}.*$",
    r"\s+(?:at|in|on|to|near) (?:the )?(?:very )?"
    r"(?:start|beginning|end|top|bottom|cent(?:er|re)|middle|screen|picture|video|film|clip)\b.*$",
    rf"\s+前\s*{_SECONDS}.*$",
    r"\s*(?:放?在)(?:视频|影片|画面)?的?(?:开头|结尾|末尾|最后|顶部|底部|中间|上方|下方).*$",
)
SAYING: Final = pattern(
    r"\b(?:saying|says?|reads?|reading|write|called)\b",
    _WORDS,
    rf"{_PUT} {MARK}\d+{MARK} (?:at|in|on|over) (?:the )?"
    r"(?:start|beginning|end|top|bottom|cent|middle|screen|picture)",
    rf"写着|写上|写|内容为|内容是|{_PUT_ZH}",
)
AT_END: Final = pattern(
    r"\b(?:at the end|end credits?|last|closing|outro)\b", r"结尾|片尾|最后|末尾"
)
TOP: Final = pattern(r"\b(?:top|upper)\b", r"顶部|上方|上面")
BOTTOM: Final = pattern(r"\b(?:bottom|lower)\b", r"底部|下方|下面")

# Verbs

CHANGE: Final = pattern(r"\b(?:change|rename|replace|update|edit|set)\b", r"改成|改为|换成|修改|改")
ADD: Final = pattern(r"\badd\b", r"加")
_REMOVE: Final = (
    r"\b(?:remove|delete|drop|clear|get rid of|take (?:out|away|off)|no|no more|without|hide)\b"
    r"|去掉|去除|删掉|删除|移除|取消|不要|去"
)
REMOVE: Final = pattern(_REMOVE)
_MUTE: Final = r"\b(?:mute|silence|turn off|switch off)\b|静音|关掉|关闭|消音"
MUTE: Final = pattern(_MUTE)
UNMUTE: Final = pattern(r"\bunmute\b", r"取消静音")
RESTORE: Final = pattern(
    r"\b(?:unmute|restore|keep|bring back|turn on|with)\b", r"恢复|保留|打开|取消静音"
)
USE: Final = pattern(r"\b(?:use|set|put|add|with)\b", r"用|把|将|以")
CUTTING: Final = pattern(
    r"\b(?:trim|cut|keep|use|shorten|crop|only|just|take|limit|clip)\b",
    r"保留|只要|截取|裁剪|剪辑|剪到|剪成|剪|缩短",
)
_SHORTEN: Final = r"\b(?:cut|trim|chop|shave|crop|clip|take)"
OFF: Final = pattern(
    r"\b(?:remove|delete|drop|skip|lose|(?:cut|take|chop|shave) (?:off|out|away)|trim off)\b",
    # "cut the first 2 seconds" takes them away, "cut to the first 2 seconds" keeps them
    r"\b(?:cut|trim|chop|shave)(?: (?:the|its|my|very|just|only|(?:video|clip|film)(?:'?s)?))*"
    r" (?:first|opening|last|final)\b",
    rf"{_SHORTEN} (?:just |only |the )?{_SOME} (?:off|from|at|of)\b",
    _OFF_ZH,
)
GENERATE: Final = pattern(
    r"\b(?:generate|compose|create|add|make|write|produce|put|give|need|want|score|find|lay|new)\b",
    r"\b(?:another|different|replace|redo|do)\b",
    r"生成|创作|作曲|添加|加上|加入|加个|加一|加点|加段|配上|配个|配一|配点|配段|配",
    r"来一|来段|来点|做|写|需要|想要|换一|换首|换个|重新|再来|搭配",
)
FRESH: Final = pattern(
    r"\b(?:generate|compose|create|add|produce|new|another|different|replace|score)\b",
    r"生成|创作|作曲|添加|加上|加入|加个|加一|加段|配(?!乐)|来一|来段|换一|换首|重新|再来",
)
OTHER: Final = pattern(
    r"\b(?:another|different|again|redo|new one|something else)\b", r"换一|换首|重新|再来"
)
EDITING: Final = pattern(
    r"\b(?:make (?:it|the music|this)|change|turn it|more|less|slower|faster|without|no)\b",
    r"\b(?:remove|drop|switch)\b",
    r"改成|改为|变成|换成|变|更|一点|一些|不要|去掉|少",
)

# Sound

_MUSIC: Final = (
    r"(?:\b(?:music|soundtrack|bgm|score|song|tune|jingle|melody|backing track|music track)\b"
    r"|音乐|配乐|bgm|背景乐|曲子|歌曲|伴奏|乐曲)"
)
MUSIC: Final = pattern(_MUSIC)
_NO_MATTER: Final = r"(?:the |all |any |this |that |my |掉|所有|全部|这段|这首)*"
NO_MUSIC: Final = pattern(
    rf"(?:{_REMOVE}|{_MUTE})\s*{_NO_MATTER}(?:the )?(?:background )?(?:背景)?\s*{_MUSIC}",
    rf"(?:把|将)(?:背景)?{_MUSIC}(?:都|全)?(?:{_REMOVE}|{_MUTE})",
)
OWN: Final = pattern(
    r"\b(?:original|own|source|camera|clip'?s?|video'?s?|native|existing) (?:own )?"
    r"(?:sounds?|audio|voices?|volume|noise)\b",
    r"\b(?:audio|sound|voices?|volume) (?:of|from|in) (?:the |my )?"
    r"(?:original|video|clips?|footage)\b",
    r"原声(?!带|吉他|音乐|乐|民谣)|原音|原视频的?(?:声音|音量)|视频的?(?:声音|音量|原声)",
)
_IT: Final = r"(?:it|this|the (?:video|clips?|audio|sound|footage)|my (?:video|clip))"
BARE_MUTE: Final = pattern(
    rf"^\W*(?:please )?(?:mute|silence)(?: {_IT})?\W*$",
    r"^\W*(?:remove|delete|turn off|no) (?:the )?(?:audio|sound)\W*$",
    r"^\W*(?:视频)?静音\W*$",
)
SOUND: Final = pattern(r"\b(?:audio|sound)\b", r"声音")
VOLUME: Final = pattern(r"\b(?:volume|loudness|level)\b", r"音量|声音")
LOUDER: Final = pattern(
    r"\b(?:louder|too quiet|turn(?: \w+){0,3} up|raise|increase|boost)\b",
    r"(?<!太)大声|太小声|大一点|大一些|大点|更大|响一点|调大|调高|提高|增大|加大",
)
QUIETER: Final = pattern(
    r"\b(?:quieter|softer|too loud|less loud|turn(?: \w+){0,3} down|lower|reduce|decrease|duck)\b",
    r"(?<!太)小声|太大声|小一点|小一些|小点|更小|轻一点|调小|调低|降低|减小|太吵|太响",
)
_ASKING: Final = (
    r"(?:(?:hey|ok|okay|please|pls|kindly|now|just|(?:can|could|would|will) (?:you|we)|can i have"
    r"|i(?:'d| would)? (?:want|like|need)(?: you)?(?: to)?|i want|let'?s)\b[\s,]*)*"
)
_THANKS: Final = (
    r"(?:[\s,]*\b(?:please|pls|for me|now|thanks|thank you|a (?:bit|little|lot|touch)|again"
    r"|(?:a (?:bit|little) )?more|slightly))*"
)
_TONE_EN: Final = r"(?:up|down|louder|quieter|softer|less loud)"
_ASKING_ZH: Final = (
    r"(?:请|麻烦|你|您|能不能|可不可以|可以|能否|可否|能|帮我|帮忙|给我|我想|想要|要|让它|把它|它|再|调"
    r"|弄|变|得|稍微|有点|太)*"
)
_TONE_ZH: Final = (
    r"(?:(?:大声|小声|调大|调小|调高|调低|放大声|太?吵|太?响)(?:一?点儿?|一些|一下)?"
    r"|(?:大|小|响|轻)(?:一?点儿?|一些))"
)
_THANKS_ZH: Final = r"(?:了|吗|吧|呢|么|嘛|啊|好吗|好么|行吗|可以吗|谢谢|音量|声音)*"
BARE_VOLUME: Final = pattern(
    rf"^\W*{_ASKING}(?:it'?s |it is |(?:make|turn) |(?:it|that|this|everything) "
    r"|a (?:bit|little|lot|touch) |much |way |far |slightly |bit )*"
    rf"(?:{_TONE_EN}(?: (?:it|that|this))?|too (?:loud|quiet)){_THANKS}\W*$",
    rf"^\W*{_ASKING_ZH}{_TONE_ZH}{_THANKS_ZH}\W*$",
)
"""Louder or quieter, and no word of what: "can you make it louder?", "能不能大声一点"."""
HALF: Final = pattern(r"\bhalf\b", r"一半")
LITTLE: Final = pattern(r"\b(?:a bit|a little|slightly|a touch)\b", r"一点点|稍微|略")
MUCH: Final = pattern(r"\b(?:much|way|a lot|far)\b", r"很多|非常|大幅")

# Fades

FADE: Final = pattern(r"\bfad(?:e|es|ing)\b", r"淡入|淡出|渐入|渐出|渐显|渐隐|淡化|黑场")
FADE_IN: Final = pattern(r"\b(?:in|in/out|from black|up)\b", r"淡入|渐入|渐显")
FADE_OUT: Final = pattern(r"\b(?:out|in/out|to black|down|end)\b", r"淡出|渐出|渐隐|黑场")
FADE_PICTURE: Final = pattern(r"\b(?:black|picture|video|image)\b", r"画面|视频|黑")

# Clips

FILM: Final = pattern(
    r"\b(?:video|videos|clips?|film|footage|movie|vlog)\b", r"视频|片段|影片|短片"
)
JOIN: Final = pattern(
    r"\b(?:join|combine|merge|concatenate|stitch|together|splice)\b",
    r"拼接|合并|连接|拼在一起|合成一",
)
ALL: Final = pattern(
    r"\b(?:all|both|every)\b.*\b(?:clips?|videos?|files?|pictures?|images?|of them)\b",
    r"(?:所有|全部).*(?:片段|视频|素材|图片)",
)
_PREPOSITIONS: Final = r"(?:for |only |just |on |in |to |use |the )*"
CLIP_NUMBER: Final = pattern(
    rf"\b{_PREPOSITIONS}(?:clip|video|shot) (?:number |no\.? ?|#)?"
    r"(\d{1,3}|one|two|three|four|five)\b(?!\s*%)",
    rf"\b{_PREPOSITIONS}the (first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th) "
    r"(?:clip|video|shot)\b",
    r"(?:给|只要|只用|只|为|对|用)?第\s*([一二三四五两]|\d{1,3})\s*(?:个|段|条)?"
    r"(?:视频|片段|素材|段)",
)
BEFORE_NAME: Final = (
    r"(?:\b(?:for|only|just|on|to|in|use|with|keep|show)\b|只要|只用|只|给|为|对|用|把|将)?\s*"
    r"(?:the )?(?:clip|video|file|视频|片段)?\s*"
)
AFTER_NAME: Final = r"\s*(?:only\b|这个视频|这段视频)?\s*[:：]?"
BEFORE_SONG: Final = r"(?:\b(?:use|add|put|set|with)\b|用|把|将)?\s*"
AS_MUSIC: Final = (
    r"\s*(?:as|for|to be|作为|当作|当|做|作)?\s*(?:the |my |a )?(?:new )?(?:background )?(?:背景)?"
    r"(?:music|soundtrack|bgm|song|score|音乐|配乐)?"
)

# Other wishes

_MY: Final = r"(?:the |my )?(?:video|clips?|footage)"
BEYOND: Final = pattern(
    r"\b(?:filters?|effects?|transitions?|colou?r(?:s|[- ]grad\w+| correct\w+)?|contrast)\b",
    r"\b(?:brightness|saturation|lut|voice-?overs?|narrat\w+|subtitles?|captions?|transcri\w+)\b",
    r"\b(?:translat\w+|crop|zoom|slow[- ]motion|slo-?mo|timelapse|stabili[sz]e|blur)\b",
    r"\b(?:background removal|green screen|logo|watermark|stickers?|emojis?|rotate|flip|mirror)\b",
    r"\b(?:reverse|lip[- ]?sync|avatar|upscale|denoise|animate)\b",
    rf"\b(?:speed (?:up|down) {_MY}|slow down {_MY})\b",
    r"滤镜|特效|转场|调色|亮度|对比度|饱和度|旁白|配音|翻译|水印|贴纸|慢动作|变速|倒放|美颜",
    r"抠图|防抖|模糊|旋转|镜像|放大|画质|口型|字幕",
)
DESCRIBE: Final = pattern(
    r"\b(?:what|which|show|list|describe|tell me)\b.*"
    r"\b(?:timeline|tracks?|draft|state|music|clips?|project)\b",
    r"^\W*(?:status|timeline|tracks)\W*$",
    r"时间线|状态|有哪些|什么音乐|现在.*(?:轨道|内容)",
)
EXPORT: Final = pattern(
    r"^\W*(?:please )?(?:export|download|render|save|send me)\b(?!.*\b(?:saying|says)\b)",
    r"^\W*(?:请)?(?:导出|下载|渲染)",
)
