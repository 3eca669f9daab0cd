"""Words for fades of the music and of the picture."""

from __future__ import annotations

from typing import Final

from nemomusic.local.agent.parsing.words.common_words import pattern

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
    r"从(?:一片)?[全漆纯]?黑.{0,6}[亮起浮出显]|[慢渐缓]地?亮|(?:慢慢|渐渐|逐渐|缓缓)(?:收|亮)"
    r"|亮起来|[暗黑]下[去来]",
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
    r"(?:慢慢|渐渐|逐渐|缓缓|缓慢|淡淡|一点点|一点一点)地?(?:的)?(?:没声|浮上来|浮现|飘[进出]来|溜走"
    r"|走掉|散去|进来|进入|进|出来|响起|起来|消失|停|没了|结束|黑"
    r"|暗|变黑|变暗|变小|退|收|弱|从黑)",
    r"淡进|淡[掉去没]|淡下去|渐[黑暗亮强起]|淡到?黑|(?:两头|头尾|首尾|前后|头和尾).{0,3}渐变|淡入"
    r"|淡出|渐入|渐出|渐显|渐隐|淡化|黑场|渐弱",
)
FADE_IN: Final = pattern(
    r"\b(?:in(?! (?:the (?:last|final|end)|\d))|in/out|(?:from|out of) black|from silence|up)\b",
    r"亮起来|从(?:一片)?[全漆纯]?黑|淡进|浮上来|浮现|飘[进出]来|从无到有|渐[亮强起]|[慢渐缓]亮"
    r"|淡入|渐入|渐显|[慢渐缓淡]地?的?(?:进来|进入|进|出来|响起|起来)",
)
FADE_OUT: Final = pattern(
    rf"\bover the (?:last|final|closing)\b|{_SLOWLY} (?:quieter|softer|silent)\b",
    r"\b(?:out(?! of black)|in/out|to black|into black|down|end|away|off|to silence|disappear\w*"
    r"|vanish\w*|fade-out|dark(?:en\w*)?|(?:turns?|goes?) black|softer and softer"
    r"|quieter and quieter)\b",
    r"[慢渐缓]收|淡[掉去没]|淡下去|[暗黑]下[去来]|溜走|走掉|散去|没声|[慢渐缓]地?的?(?:消失|停"
    r"|没了|结束|黑|暗|变黑|变暗|变小|退|收|弱)|淡出|渐出|渐隐"
    r"|(?<!从)黑场(?!.{0,2}亮)|渐[弱黑暗]|淡到?黑",
)
FADE_BOTH: Final = pattern(
    r"\bboth\b(?! (?:ends|sides|in|at(?! the (?:very )?end\b(?! and))|the (?:start|beginning)))"
    r"|\beverything\b|\bit all\b"
    r"|\bblack and silence\b"
    r"|\bpicture\b.*\b(?:music|sound|audio)\b"
    r"|\b(?:music|sound|audio)\b.*\bpicture\b",
    r"画面.*(?:声|音|配乐|bgm)|(?:声音|音乐|配乐|bgm).*画面|(?<![头尾首])都(?=.?淡)|一起|全部",
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
