"""Words for the video: sizes, titles, lengths, fades, clips."""

from __future__ import annotations

from typing import Final

from nemomusic.local.agent.parsing.words.common_words import MARK, REMOVE_WORDS, pattern

# Sizes

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
"""The largest size of each ratio within 1920x1080 or 1080x1920."""
PIXELS: Final = pattern(r"(?<![\d.])(\d{3,4})\s*[x×*]\s*(\d{3,4})(?![\d.])")
LONGEST_SIDE: Final = 1920
SHORTEST_SIDE: Final = 1080
"""Most pixels of the longer and of the shorter side of a frame that a message asks for."""
OWN_SHAPE: Final = pattern(
    r"\b(?:original|own|first|source) (?:video )?(?:format|size|shape|frame|ratio|aspect(?: ratio)?"
    r"|orientation|dimensions)\b",
    r"(?:原来|原本|原始|最初)的?(?:比例|尺寸|画幅|大小|格式|画面比例)",
)
"""Asks for the shape that the first clip has."""
SHAPES: Final = (
    (
        pattern(
            r"\b(?:vertical(?:ly)?|portrait|upright|tall format)\b",
            r"竖屏|竖版|竖的|竖着|[转改弄变]成直的",
        ),
        "9:16",
    ),
    (
        pattern(
            r"\b(?:horizontal(?:ly)?|landscape|wide-?screen|wide screen)\b",
            r"横屏|横版|横的|宽屏",
        ),
        "16:9",
    ),
    (pattern(r"\bsquare\b", r"方形|正方形|方的|一比一"), "1:1"),
)
PLACES: Final = (
    (
        pattern(
            r"\b(?:tiktok|reels?|shorts|stories|story|instagram)\b", r"抖音|快手|小红书|朋友圈"
        ),
        "9:16",
    ),
    (pattern(r"\byoutube\b", r"油管|哔哩哔哩|[bB]站"), "16:9"),
)
"""Places where videos of one shape are shown."""
RESHAPING: Final = pattern(
    r"\b(?:format|crop|ratio|aspect|size|frame|orientation|shape|fit)\b", r"比例|尺寸|裁|格式|画幅"
)
SHAPING: Final = pattern(
    r"\b(?:format|crop|ratio|aspect|size|frame|must be|should be|needs? (?:it|to be)|has to be"
    r"|want it|make it|make this|make (?:the|my) (?:video|film|clip|picture|image|frame|screen)"
    r"|turn it|switch|please|orientation"
    r"|for (?:tiktok|instagram|insta|youtube|reels|shorts|stories))\b",
    r"\b(?:vertical|portrait|landscape|square|widescreen) (?:video|clip|film|movie|format)\b",
    r"比例|尺寸|画面|改成|换成|做成|裁成|适合|竖|横|方",
)

SHAPE_JUDGED: Final = pattern(
    r"\b(?:who(?:ever)?|people who|those who) (?:\w+ )?(?:invented|made|came up|likes?|films?"
    r"|filmed|shoots?|watch\w*)\b"
    r"|\b(?:vertical|portrait|square|widescreen) (?:video|film|format)s? (?:is|are|was|were|looks?"
    r"|looked)\b(?! (?:what|needed|fine|good|better|perfect))"
)
"""Speaks of a shape, and does not ask for it."""

TOLD_SHAPE: Final = pattern(
    r"[横竖](?:着|屏|版|的)?[^，。]{0,4}(?:太|不好|吃亏|难看|别扭)|(?:都|大家|朋友|别人|人家)[^，。]{0,4}[横竖]着"
)
"""Tells in Chinese which shape others use, or what is wrong with a shape."""
SHAPING_ZH: Final = pattern(r"改|做|换|要|裁|成|调|转|弄|还是")

# Titles

_TITLE: Final = (
    r"(?:\b(?:titles?|captions?|texts?|heading|headline|credits?|overlay|lettering)\b"
    r"|标题|字幕|文字|片头|片尾|几个字)"
)
TITLE: Final = pattern(_TITLE)
NO_WORDS: Final = pattern(
    r"\bwords (?:on|over|across) (?:the )?(?:screen|picture|video|film)\b.*\b(?:delete|remove"
    r"|away|lose|get rid)\b",
    r"\b(?:titles?|captions?|text|words|writing)(?: (?!and\b)\w+){0,6} (?:off|(?:can|must|should"
    r"|has to|have to|needs to|need to)"
    r" (?:go|come off|disappear))\b",
    r"\b(?:no|(?<!song )(?<!music )(?<!tune )(?<!track )without|(?:remove|delete|lose|get rid of"
    r"|(?:don'?t|do not) (?:want|need"
    r"|like)) (?:the|those"
    r"|these|any)) (?:words|writing|lettering)\b",
    r"(?:不要|去掉|删掉|删除)(?:那些|这些|这个|所有)?(?:字|标题|文字)",
    r"[那这]几?[个些行]字[^。\d]{0,10}(?:挡|碍眼|没有|多余|难看|丑)",
    r"(?:字|文字|标题)(?:都|也|可以|就|能|给我)*(?:不要|去掉|删掉|删了|走[了吧]|摘|撤下|下掉|拿下来|别留)|别再?压着字|不该加标题",
)
_PUT: Final = r"\b(?:put|show|write|add|display|place|overlay)"
_WORDS: Final = rf"{_PUT} (?:the |these |some )?(?:words?|phrase)\b"
_PUT_ZH: Final = r"(?:加上|加入|添加|加|写上|写|显示|放上|放)(?:一?[个行句段])?(?:文字|字样|文本)"
UNQUOTED_TITLE: Final = pattern(
    rf"{_TITLE}\s*(?:(?:on|onto|over|across|in|at|to) (?:it|there|this|that|(?:the|my|our) \w+) )?"
    r"(?:that )?(?:saying|says|reads|reading|:|：|写着)\s*(.+?)"
    r"(?:,? (?:please|pls|plz|thanks|thx))?$",
    rf"(?:{_WORDS}|{_PUT} (?:the |a |some )?text\b)"
    r"\s+(?!(?:to|on|onto|over|in|at|for|of|that|as|with|under|here|there|overlays?)\b)(.+)$",
    r"\b(?:change|set|rename|update) (?:the |my |that )?(?:title|caption)\s+(?:to|into)\s+"
    r"(?!(?:be|something|the|another|red|white|black|yellow|bold|top|bottom)\b)(\S.*)$",
    rf"{_PUT}\s+(\S.*?)\s+(?=(?:at|on|across) (?:the )?(?:top|bottom|screen|picture))",
    rf"(?:{_PUT_ZH}|写上)\s*[:：]?\s*([^\s的在].*)$",
    r"标题(?:改成|改为|换成)(?!大|小|红|白|黑|黄|蓝|绿|粗|细|别的|另|居中|顶|底|上|下|英文|中文|跟|和|什么)"
    r"([^\s\ue000，,。？?吧吗]{2,20})\W*$",
    r"标题(?:就|给我)?(?:写|叫|打)([^\s\ue000，,。？?吧吗的个在成错上得]{2,12})\W*$",
    r"(?:标题|文字|字幕|几个字)(?:改成|改为|换成|写上|改|写|打|叫|是)?\s+([^\s\ue000，,][^，,]*)$",
)
_SECONDS: Final = r"\d+(?:\.\d+)?\s*(?:-\s*)?(?:seconds?|secs?|s\b|秒钟?)"
TITLE_TIME: Final = pattern(
    rf"\s+for (?:the first )?{_SECONDS}.*$",
    r"\s+(?:at|in|on|to|near) (?:the )?(?:very )?"
    r"(?:start|beginning|end|top|bottom|cent(?:er|re)|middle|screen|picture|video|film|clip)\b.*$",
    rf"\s+前\s*{_SECONDS}.*$",
    r"\s*(?:放?在)(?:视频|影片|画面)?的?(?:开头|结尾|末尾|最后|顶部|底部|中间|上方|下方).*$",
)
SAYING: Final = pattern(
    r"\b(?:saying|say|says|reads?|reading|write|called|titled)\b",
    _WORDS,
    rf"{_PUT} {MARK}\d+{MARK} (?:at|in|on|over) (?:the )?"
    r"(?:very )?(?:start|beginning|end|top|bottom|cent|middle|screen|picture|video)",
    rf"写着|写上|写|显示|内容为|内容是|{_PUT_ZH}|[加打放来]上?一?[个行句]?{MARK}",
)
_TIME: Final = r"((?:\d+:)?\d+(?:\.\d+)?)"
_SECOND: Final = r"(?:seconds?|secs?|s\b)"
AT_END: Final = pattern(
    r"\b(?:at the (?:very )?end|end credits?|last|closing|outro)\b", r"结尾|片尾|最后|末尾"
)
TITLE_AT: Final = pattern(
    rf"\b(?:at|from|after|starting at|beginning at) (?:the )?(?:seconds? )?{_TIME}"
    rf"(?:\s*-?{_SECOND})?(?: mark| on(?:wards?)?\b)?(?! ?%)",
    rf"\b{_TIME}\s*{_SECOND} in(?:to)?\b",
    rf"(?:第|从|在)\s*第?\s*{_TIME}\s*秒(?!之?[内前])",
    r"(?<![\d:])(\d+:\d\d)(?!\d)(?=\s*(?:的?时候|处|那里?|开始|出现|放|加|显示))|[在从到]\s*(\d+:\d\d)",
)
"""Says when a title begins."""
REMOVES_TITLE: Final = pattern(
    r"\b(?:remove|delete|get rid of|(?:take|leave|cut) (?:out|away|off|down)|lose|kill|ditch|nix"
    r"|scrap|erase|hide)\b|\btake\b.*\b(?:out|away|off|down)\b",
    r"去掉|去除|删|移除|取消|拿掉|撤掉|不要",
)
TOP: Final = pattern(r"\b(?:top|upper)\b", r"顶部|上方|上面")
BOTTOM: Final = pattern(r"\b(?:bottom|lower)\b", r"底部|下方|下面")

# Lengths

_COUNT: Final = r"(\d+(?:\.\d+)?|a)"
_S: Final = r"(?:seconds?|secs?|s\b|秒钟?)"
_SOME: Final = rf"{_COUNT}\s*(?:-\s*)?{_S}"
_ONE: Final = r"(second)\b(?! (?:clip|video|shot))"
_OFF_ZH: Final = r"去掉|去除|删掉|删除|剪掉|剪去|删去|裁掉|截掉|切掉|移除|跳过"
_FIRST_ZH: Final = rf"(?:最?前面?|开头|开始|头)(?:的|那|{_OFF_ZH})*"
_LAST_ZH: Final = rf"(?:最?后面?|末尾|结尾)(?:的|那|剪短|{_OFF_ZH})*"
FIRST_SECONDS: Final = pattern(
    rf"\b(?:first|opening|initial)\s+{_SOME}",
    rf"\b(?:first|opening) {_ONE}",
    rf"\b{_SOME} (?:off|from|at|of) (?:the )?(?:very )?(?:start|beginning|front)\b",
    rf"{_FIRST_ZH}\s*{_SOME}",
)
LAST_SECONDS: Final = pattern(
    rf"\b(?:last|final|closing)\s+{_SOME}",
    rf"\b(?:last|final) {_ONE}",
    rf"\b{_SOME} (?:off|from|at|of) (?:the )?(?:very )?end\b",
    rf"{_LAST_ZH}\s*{_SOME}",
)
TO_SECONDS: Final = pattern(
    rf"\b(?:to|down to|at|only)\s+(\d+(?:\.\d+)?)\s*(?:-\s*)?{_S}",
    rf"\b(\d+(?:\.\d+)?)\s*(?:-\s*)?{_S} long\b",
    rf"(?:到|成|至|为|在)\s*(\d+(?:\.\d+)?)\s*{_S}",
)
CUTTING: Final = pattern(
    r"\b(?:trim|cut|keep|use|shorten|crop|only|(?<!is )(?<!are )just|take"
    r"|limit|clip|reduce it|make it|make)\b",
    r"就用|只用|就要|用(?=[^，。]{0,3}\d)|保留|只要|只留|只剩|截取|裁剪|剪辑|剪到|剪成|剪|缩短|留|控制|限制|(?<=秒)就[够行好]",
)
_SHORTEN: Final = r"\b(?:cut|trim|chop|shave|crop|clip|take)"
OFF: Final = pattern(
    r"\b(?:cut|trim|chop|lop|snip|shave)\b.*\boff (?:the )?(?:end|start|beginning|front|back)\b"
    r"|\b(?:gotta|has to|have to|needs? to|can|should|may) go\b|\bsnip\b",
    r"\b(?:cut|chop) (?:it |this )?(?:out )?from\b",
    r"\b(?:remove|delete|drop|skip|lose|(?:cut|take|chop|shave) (?:off|out|away)|trim off)\b",
    # "cut the first 2 seconds" takes them away, "cut to the first 2 seconds" keeps them
    r"\b(?:cut|trim|chop|shave)(?: (?:the|its|my|very|just|only|(?:video|clip|film)(?:'?s)?))*"
    r" (?:first|opening|last|final)\b",
    rf"{_SHORTEN} (?:just |only |the )?{_SOME} (?:off|from|at|of)\b",
    r"\b(?:get rid of|don'?t need)\b|\btake\b.*\d.*\b(?:off|out|away)\b"
    r"|\b(?:cut|take|trim) (?:that|this) (?:bit|part|piece|section|stretch) out\b",
    rf"{_OFF_ZH}|不要|别要|[剪切删砍裁掐扔]了|(?<=[尾头面])剪短|(?:不能|不该|别|没必要)再?[留要]|该[删剪]|不留|砍掉",
)

# Fades

_SLOWLY: Final = r"\b(?:slow|gradual|gent|smooth)ly (?:g[eo]t\w*|goes|went|bec[ao]mes?|turns?)"
SLOW_FADE: Final = pattern(
    r"\bfad\w+\b.*\b(?:slow(?:ly)?|long|gradual(?:ly)?)\b",
    r"\b(?:slow(?:ly)?|long|gradual(?:ly)?) fad\w+",
    r"[慢缓]慢地?的?(?:淡|渐)|(?:淡[入出]|渐[入出])[^，。]{0,3}(?:慢|长)",
)
"""Asks for a fade that is longer than usual."""
UNFADED: Final = pattern(
    r"\b(?:(?:do|should|must)n'?t|never|not) (?:\w+ )?fad\w+|\bwho asked\b.*\bfad\w+",
    r"\bcut (?:out )?the fade\b|\b(?:don'?t|do not) like\b.*\bfad\w+|\bhate\b.*\bfad\w+",
)
"""Asks for no fade."""

FADE: Final = pattern(
    r"\bfad(?:e|es|ed|ing)(?:[- ](?:out|in))?\b",
    r"\b(?:sink|dissolve|dim|darken|melt|slip)s? (?:down |away )?(?:(?:in)?to|away"
    r"|at the end|toward)s?\b(?: black| dark\w*| nothing| silence)?"
    r"(?=.*\b(?:black|dark\w*|end|over|last)\b)"
    rf"|{_SLOWLY} (?:quieter|softer|louder|silent)\b"
    r"|\bdarken(?:s|ed)? (?:away|at the end|towards the end)\b"
    r"|\bslip(?:s|ped)? away (?:quiet|gent|slow)\w+",
    r"从黑.{0,4}[亮起]|[慢渐缓]地?亮|(?:慢慢|渐渐|逐渐|缓缓)(?:收|亮)|亮起来|[暗黑]下[去来]",
    r"\b(?:bring (?:the )?(?:music|sound|picture|it)|(?:music|it)(?: should| to| can)? comes?) in\b"
    r"(?=.*\b(?:gently|slowly|softly|gradually|smoothly|over \d)\b)(?!.*\bleaves?\b)",
    r"\b(?:come|comes|came|appear\w*|rises?|emerges?)(?: \w+){0,2} (?:from|out of) black\b"
    r"|\b(?:go(?:es)?|turns?|get|disappear\w*)(?: \w+)? (?:in)?(?:to )?(?:dark|black)\b(?=.*"
    r"\b(?:slow|gentl|gradual|soft)\w*\b)|\b(?:slow|gentl|gradual|soft)\w*(?: \w+){0,3}"
    r" (?:dark|black)\b|\b(?:softer and softer|quieter and quieter)\b",
    r"\b(?:ease|ramp|swell|slide|creep|sneak|drift)s? (?:\w+ ){0,3}(?:in|out)\b|\b(?:dies?|dying"
    r"|trails?|tails?|fizzle|melts?) (?:away|off|out)\b"
    r"|\b(?:slowly|gradually|gently|smoothly)(?: \w+){0,4}"
    r" (?:in|out|away|disappear\w*|vanish\w*|to black|to silence|from silence)\b",
    r"(?:慢慢|渐渐|逐渐|缓缓|缓慢|一点点|一点一点)地?(?:的)?(?:没声|浮上来|浮现|飘[进出]来|溜走|走掉|散去|进来|进入|进|出来|响起|起来|消失|停|没了|结束|黑"
    r"|暗|变黑|变暗|变小|退|收|弱|从黑)",
    r"淡进|淡[掉去没]|淡下去|渐[黑暗亮强起]|淡到?黑|(?:两头|头尾|首尾|前后|头和尾).{0,3}渐变|淡入|淡出|渐入|渐出|渐显|渐隐|淡化|黑场|渐弱",
)
FADE_IN: Final = pattern(
    r"\b(?:in(?! (?:the (?:last|final|end)|\d))|in/out|(?:from|out of) black|from silence|up)\b",
    r"亮起来|从黑|淡进|浮上来|浮现|飘[进出]来|从无到有|渐[亮强起]|[慢渐缓]亮|淡入|渐入|渐显|[慢渐缓]地?的?(?:进来|进入|进|出来|响起|起来)",
)
FADE_OUT: Final = pattern(
    rf"\bover the (?:last|final|closing)\b|{_SLOWLY} (?:quieter|softer|silent)\b",
    r"\b(?:out(?! of black)|in/out|to black|into black|down|end|away|off|to silence|disappear\w*"
    r"|vanish\w*|fade-out|dark(?:en\w*)?|(?:turns?|goes?) black|softer and softer"
    r"|quieter and quieter)\b",
    r"[慢渐缓]收|淡[掉去没]|淡下去|[暗黑]下[去来]|溜走|走掉|散去|没声|[慢渐缓]地?的?(?:消失|停|没了|结束|黑|暗|变黑|变暗|变小|退|收|弱)|淡出|渐出|渐隐"
    r"|(?<!从)黑场(?!.{0,2}亮)|渐[弱黑暗]|淡到?黑",
)
FADE_BOTH: Final = pattern(
    r"\bboth\b(?! (?:ends|sides|in|at|the (?:start|beginning)))|\beverything\b|\bit all\b"
    r"|\bblack and silence\b"
    r"|\bpicture\b.*\b(?:music|sound|audio)\b"
    r"|\b(?:music|sound|audio)\b.*\bpicture\b",
    r"画面.*(?:声|音|配乐|bgm)|(?:声音|音乐|配乐|bgm).*画面|都(?=.?淡)|一起|全部",
)
FADE_SOUND: Final = pattern(
    r"\b(?:ease|creep|sneak|tiptoe|swell)s? (?:\w+ ){0,2}in\b|\b(?:dies?|dying|trails?|rings?"
    r"|ebbs?|melts?) (?:\w+ )?(?:away|off|out)\b"
    r"|\bstarting full(?: on)?\b|\b(?:softer and softer|quieter and quieter)\b"
    r"|\bslip(?:s|ped)? away quietly"
)
"""Fades a sound, whatever else is named."""
FADE_PICTURE: Final = pattern(
    r"\b(?:black|dark(?:en\w*)?|picture|video|image|screen)\b", r"画面|视频|图像|影像|镜头|黑|亮"
)

# Clips

JOIN: Final = pattern(
    r"\b(?:join|combine|merge|concatenate|stitch|together|splice)\b",
    r"[拼接连合并串](?:到|在)一起|[拼接合连并串剪]成一?[个条段整]|[拼连串合](?:起来|上)|接起来|拼接"
    r"|合并|连接|拼在一起|合成一|拼起来|合在一起|连起来|接起来",
)
ALL: Final = pattern(
    r"(?<!fade )(?<!fade in )(?<!fade out )"
    r"\b(?:all|both|every)(?: (?:of|the|my|these|those|our|uploaded|two|\d)){0,3} (?:clips?"
    r"|videos?|files?|pictures?|images?|of them)\b(?! (?:and|&) (?:the )?(?:music|sound|audio)\b)",
    r"(?:所有|全部|两|2).{0,4}(?:片段|视频|素材|图片).*(?:都|用上|全用|合|拼)",
    r"[两2][段个条](?:片段|视频|素材)?(?:还是)?(?:都|全|一起)(?:用|要|在|放|留|保留|给我)",
)
ORDER: Final = pattern(
    r"\b(?:first|last|before|after)\b(?!\s*(?:seconds?\b|\d|few))",
    r"\b(?:order|start with|begin with|open with|end with|(?:at|to) the (?:very )?(?:end|start"
    r"|beginning|front|back))\b",
    r"先放?.{1,12}[再后]|[在放][前后](?!\s*\d)|先放|放[前后]面|[放移挪调搁摆搬提](?:在|到)?最?[前后]|顺序"
    r"|前[面头]|后[面头]|排在|开头放"
    r"|最后放|开始放|打头",
)
FOLLOWS: Final = pattern(r"\b(?:then|followed by)\b", r"再放|再(?=\s*[a-z])|再接|接着|然后")
SWAP: Final = pattern(
    r"\b(?:swap|switch|exchange|reverse|flip|invert)\b.*\b(?:clips?|videos?|order)\b",
    r"\bother way (?:a)?round\b|\bswap (?:them|the two|both)\b|\bthe other order\b",
    r"\bchange the order\b",
    r"(?:顺序|次序|先后).{0,2}(?:反|倒|错|颠倒)了?",
    r"(?:换|调)[个一]?(?:下|个)?(?:顺序|次序|位置)|调个个|[换掉]个个儿?|顺序反过来",
    r"(?:(?<![大小])调换(?![成为])|交换|对调|互换|对换|颠倒|反转|倒过来)[^，。,]*",
    r"(?:片段|视频).*(?:顺序|次序).*(?:倒|换|反)",
)
LAST_PLACE: Final = pattern(
    r"\b(?:last|to the end|at the end)\b", r"最后面?|放到?(?:结尾|末尾|后面)"
)
_PREPOSITIONS: Final = r"(?:for |only |just |on |in |to |use |the )*"
CLIP_NUMBER: Final = pattern(
    rf"\b{_PREPOSITIONS}(?:clip|video|shot) (?:number |no\.? ?|#)?"
    r"(\d{1,3}|one|two|three|four|five)\b(?!\s*%)",
    rf"\b{_PREPOSITIONS}(?:the )?(first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th) "
    r"(?:clip|video|shot)\b",
    r"(?:给|只要|只用|只|为|对|用)?第\s*([一二三四五两]|\d{1,3})\s*(?:个|段|条)?"
    r"(?:视频|片段|素材|段)",
    r"(?:片段|视频)\s*(\d{1,2})(?![\d%秒])",
)
NUMBERS: Final = {
    **dict.fromkeys(("one", "first", "1st", "一"), 0),
    **dict.fromkeys(("two", "second", "2nd", "二", "两"), 1),
    **dict.fromkeys(("three", "third", "3rd", "三"), 2),
    **dict.fromkeys(("four", "fourth", "4th", "四"), 3),
    **dict.fromkeys(("five", "fifth", "5th", "五"), 4),
}
"""Words for the number of a clip, counted from 0."""
BEFORE_NAME: Final = (
    r"(?:\b(?:for|only|just|on|to|in|use|with|keep|show)\b|只要|只用|只|给|为|对|用|把|将)?\s*"
    r"(?:the )?(?:clip|video|file|视频|片段)?\s*"
)
AFTER_NAME: Final = r"\s*(?:only\b|这个视频|这段视频)?\s*[:：]?"

# Shared with the rules

TOLD_ABOUT: Final = pattern(
    r"^\s*(?:is|was|were|are|has|had|shows?|came|got|looks?|so)\b",
    r"^\s*(?:是|里有|里是|里的|中的|拍|看起来)|^\s*[那这]?[段个条]?(?:跟|和|与)?[^，。]{0,3}不(?:搭|配|合适)",
)
"""Words after the name of a clip in a remark about it."""
REMOVE_CLIP: Final = pattern(
    REMOVE_WORDS,
    r"\b(?:throw (?:away|out)|toss|chuck|bin|scrap|dump|get rid of|(?:kick|boot|leave|cut) out"
    r"|axe|omit|exclude|(?<!n't )(?<!not )skip(?! to\b))\b"
    r"|\b(?:isn't|is not|not|no longer) (?:needed|necessary|required)\b",
    r"的?不用了",
)
SHOULD_SAY: Final = pattern(
    rf"\b(?:title|caption) (?:in)?to {MARK}|\b(?:swap|exchange|trade|switch) (?:the "
    rf"|my )?(?:title|caption) (?:for|with)\b",
    r"\b(?:title|text|caption)\b.{0,12}\b(?:has to|should|must|needs to|ought to)"
    r" (?:now |really |just )?(?:be|say|read)\b|\bcorrect\b|\bfix the title\b|\bnew wording\b"
    r"|\b(?:title|text|caption)\b.{0,12}\b(?:says?|reads?)\b.*\binstead\b",
    r"(?:标题|文字|字幕|名字)(?:应该|应|得|要|该)(?:是|叫|写|为)|(?:打|写)错",
)
"""Says what a title that is there should say instead."""
CLIP_NOUNS: Final[dict[str, tuple[str, ...]]] = {
    "beach": ("海边", "沙滩", "海滩"),
    "city": ("城市", "城里", "市区"),
    "sea": ("大海", "海边"),
    "mountain": ("山上", "山里", "高山"),
    "forest": ("森林", "树林"),
    "lake": ("湖边", "湖"),
    "park": ("公园",),
    "garden": ("花园",),
    "street": ("街道", "街上"),
    "night": ("夜景", "晚上"),
    "dog": ("狗", "狗狗"),
    "cat": ("猫", "猫咪"),
    "party": ("派对", "聚会"),
    "wedding": ("婚礼",),
    "food": ("美食",),
    "snow": ("雪景", "雪地"),
    "sunset": ("日落", "夕阳"),
    "drone": ("航拍",),
    "interview": ("采访",),
    "intro": ("开场",),
}
"""Common names of clips, with the Chinese words for what they show."""

# The finished film

EXPORT: Final = pattern(
    r"^\W*(?:(?:please|can you|could you|now|just|ok|and|then|go ahead and|let's|lets|i want to"
    r"|so|perfect|great)[\s,]+)*"
    r"(?:export|download|render|save(?! (?:me|my|the day))|spit it out|finali[sz]e|send me"
    r"|(?:give|hand|get|send) me (?:the|my|a) (?:finished |final |complete |whole |mp4 )*(?:file"
    r"|video|film|mp4|movie))"
    r"\b(?!.*\b(?:saying|says)\b)",
    r"^\W*(?:(?:ok|bravo|please|so|now)[\s,]+)*(?:(?:can|could|may) (?:i|we) (?:have|get|download)"
    r"|i(?:'ll| will|'d)(?: like to)? (?:take|have)|(?:deliver|hand over|ship)(?: me)?) (?:the|my)"
    r" (?:final |finished |completed? )*(?:video|film|file|mp4)\b(?! (?:in|with|to|without)\b)",
    r"^\W*(?:(?:ok|the|my) )*(?:final|finished) (?:video|film|file|mp4)(?: please)?\W*$",
    r"^\W*(?:请|帮我|给我|你|直接|那就?|就|可以|最后|再|现在|快|一起|把它|把?(?:成片|视频|片子)"
    r"|没问题了?|好了|[弄做搞]完|完事儿?|搞定|[，,])*"
    r"(?:导出|导一?[个下份]|下载|交[货片](?!时间|日期)|渲染|出片|出成片|输出|保存(?:视频|成片|文件|下来|一下)?\W*$)",
    r"(?:视频|片子|成片)(?:交付|交|发|传)?[于给]我(?=\W*$|吧|了|[，,]|我[要去让])",
    r"(?:成片|成品|最终的?(?:视频|版本|文件)|做好的视频|视频文件).{0,5}(?:给我|发我|发给我|交给我|下载|导出)"
    r"|(?:拿到?|发我|给我|生成|要).{0,3}(?:成片|成品|最终的?(?:视频|版本|文件)|视频文件)",
)
