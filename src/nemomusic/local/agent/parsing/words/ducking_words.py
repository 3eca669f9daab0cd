"""Words for the music under speech: that it is turned down there, or drowns it."""

from __future__ import annotations

from typing import Final

from nemomusic.local.agent.parsing.words.common_words import pattern

DUCKING_BOTHERS: Final = pattern(
    r"\b(?:annoy\w*|hate|dislike|(?:don'?t|do not|didn'?t) (?:really )?like|weird|irritat\w+"
    r"|distract\w+|bothers?|bothering|sick of|tired of|not a fan|stop|quit|no need|unnecessary)\b"
    r".*\b(?:duck(?:s|ing)|dip(?:s|ping)|(?:gets?|getting|goes|going|becomes?) (?:\w+ )?(?:quiet\w*"
    r"|soft\w*|low\w*|down)|(?:turns?|lowers?|drops?) (?:itself )?(?:down )?(?=when|every|each"
    r"|while))"
)
"""Complains that the music is turned down under speech."""

_SPEECH: Final = (
    r"(?:speak\w*|speech|talk\w*|voices?|dialog(?:ue)?s?|narrat\w+|someone says|says? something"
    r"|says? a word|explain\w*|presenting|describ\w+"
    r"|conversation)"
)

DUCK: Final = pattern(
    rf"\b(?:lower|dip|quieter|softer|reduce|drop|down|back off|pull back)\b.*\b(?:every ?time"
    rf"|each time|as soon as|once|the moment|any ?time)\b.*\b{_SPEECH}",
    rf"\b(?:go(?:es)?|gets?|turns?|drops?|dips?|dives?|pulls?|backs?)(?: itself)? (?:down|quieter"
    rf"|softer|lower|back|off)\b.*\b(?:when\w*|every ?time|as soon as|if|while"
    rf"|under)\b.*\b{_SPEECH}",
    rf"\b(?:when\w*|every ?time|each time|as soon as|any ?time|while"
    rf"|if)\b.*\b{_SPEECH}\b.*\b(?:lower|dip|quieter|softer|down|duck|back off|out of the way)\b",
    r"(?:说话|讲话|解说的?时|讲解的?时|开口|人声|对白|旁白|有人说|有人讲|出声).*(?:小下去|低下去"
    r"|弱下去|自动小|自己小"
    r"|退下去|让一让|让开|让位|压下去|自动低|自动降|自动轻|变轻|变弱|让路)",
    rf"\bleave\b.*\balone\b.*\b{_SPEECH}",
    rf"\bkeep the (?:music|song|track|volume) (?:down|low|quiet|soft)\b.*\b(?:when\w*|while"
    rf"|every ?time|as soon as|if)\b.*\b{_SPEECH}",
    r"(?:说话|讲话).*(?:别|不要)动",
    r"\b(?:auto-?)?duck(?:ing|ed|s)?\b",
    rf"\b(?:music|song|track|tune|soundtrack) (?:\w+ )?down\b.*\b(?:when\w*|while|during|if)\b.*"
    rf"\b{_SPEECH}",
    rf"\b(?:lower|dip|turn\b.*\bdown|quieter|softer|reduce|drop|bring\b.*\bdown|same level"
    rf"|get out of the way|step back)\b.*\b(?:when(?:ever)?|while|during|under|as|if"
    rf"|for)\b.*\b{_SPEECH}",
    rf"\b(?:lowering|lowered|dipping)\b.*\b{_SPEECH}",
    rf"\bwhen(?:ever)?\b.*\b{_SPEECH}\b.*\b(?:lower|dip|quieter|softer|down)\b",
    r"(?:说话|讲话|解说的?时|讲解的?时|人声|对白|旁白|有人说|有人讲).*(?:压低|降低|变小|调小"
    r"|(?<!太)小声|变轻|闪避|减小|降下"
    r"|轻一?点|低一?点|(?:调|放)[低小轻])",
    r"(?:说话|讲话|开口)的?(?:时候|时)[^，。]*音乐[^，。]*小一?[点些]",
    r"(?:说话|讲话|开口)[^，。]{0,4}压(?:一下|一压|着|住|低)?(?:音乐|配乐|bgm)",
    r"自[动己](?:压低|闪避|降[低下]|让[低位一开路]?|往?[下后]?退)|闪避|避让",
    r"一(?:张嘴|开口|说话|出声|讲话)[^。]{0,3}(?:音乐|乐队|配乐|曲子|它)[^。]{0,3}[退让低小轻]",
    r"(?:说话|讲话|人声|有人说|有人讲|一?开口).*(?:忽大忽小|音乐.{0,4}(?:保持|原音量|不变|往下压))",
    r"音乐.{0,6}(?:说话|讲话|人声).*忽大忽小",
)

SAME_LEVEL: Final = pattern(r"\b(?:same|constant|steady|alone)\b", r"不变|一样|保持|忽大忽小")

DROWNS: Final = pattern(
    r"\b(?:music|song|track|tune|bgm|soundtrack|it)\b(?:'s| is| are)?.{0,12}\b(?:overpower\w*"
    r"|overwhelm\w*|drown\w*|bur(?:y|ies|ying)"
    r"|cover(?:s|ing)|mask\w*|compet\w+|fight\w*|swallow\w*|louder than|over the top of)\b(?!.*\d)"
    r".*\b(?:voices?|narrat\w+|speech|speak\w*|talk\w*|dialogue?|me|words|what)\b",
    r"\b(?:can'?t|cannot|hardly|barely)\b.{0,12}\bhear\b.*\b(?:over|because of|through|above)"
    r" (?:the |that |this )?(?:music|song|track|soundtrack)\b",
    r"\b(?:music|song|track|soundtrack|bgm)\b.*\btoo loud\b.*\b(?:compared|over|against|for"
    r"|under)\b.*\b(?:voices?|narrat\w+|speech|speak\w*|talk\w*|dialogue?)\b",
    r"(?:声|话|人|原声).{0,3}被.{0,4}(?:盖|压|淹)",
    r"(?:音乐|配乐|bgm|曲子)比.{0,6}(?:声|话|人)还?(?:要)?(?:大|响)",
    r"(?:音乐|配乐|bgm|曲子)(?:把|都|快|有点|太)?.{0,3}(?:盖|压过|淹|抢)[^，。]*(?:声|话|说|讲|我)",
)
"""The music is so loud that speech is not understood."""
