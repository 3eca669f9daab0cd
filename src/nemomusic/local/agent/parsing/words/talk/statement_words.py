"""Words of statements about the world, which are no orders."""

from __future__ import annotations

import re
from typing import Final

from nemomusic.local.agent.parsing.words.common_words import pattern

SUBJECT: Final = pattern(
    r"^\W*(?:(?:and|but|so|well|oh|lol|btw|fyi|haha|also|because|since|anyway|ok|okay)[\s,]+)*"
    r"(?:my|our|his|her|their|your|we|i|he|she|they|you|there|this|that|it|the|people|everyone)\b"
)
WANTS: Final = pattern(
    r"\b(?:want|need|needs|would like|'d like|'d love|would love|love to|prefer|'d rather"
    r"|would rather|wish|could use|should|must"
    r"|has to|have to|had better|ought|feel like|let'?s|please|gimme|give|make|put|add|use|remove"
    r"|take|change|keep|stop|start|don'?t want"
    r"|think|it'?d be nice|would be (?:nice|great|lovely|cool|good|better)|how about|missing"
    r"|do without"
    r"|lacks?|can i|may i|expect)\b",
    r"想|要|需要|希望|给|来|加|换|改|去掉|让|把|用|调|觉得",
)
COMPLAINS: Final = pattern(
    r"\b(?:too|not enough|can'?t hear|cannot hear|barely|hardly|hard to hear|more|less|a bit"
    r"|a little|way|overpower\w*|drown\w*|drags?"
    r"|rushed|hurried|can'?t (?:stand|bear)|to go|can go|cluttered|muddy|messy|sick of|louder"
    r"|quieter|slower|faster|softer|better|\w+er than|annoying)\b",
    r"太|不够|听不|更|有点|一点|一些|盖过|抢",
)
TELLS: Final = pattern(
    r"\b(?:is|are|was|were|am|has|had|have|did|does)\b"
    r"|\b(?:it|that|this|there|he|she|what|here|who)'s\b|\w'(?:re|ve|m)\b",
    r"是|(?<!所)有(?!点|劲|力)",
)
"""Verbs of statements."""
IMPERATIVE: Final = pattern(
    r"^\W*(?:(?:please|ok|okay|and|then|now|just|so|well|also|actually)[\s,]+)*(?:set|cut|lower"
    r"|raise"
    r"|turn|mute|unmute|silence|bring|fade|trim|keep|remove|delete|drop|add|put|show|write|swap"
    r"|switch|change|move|play|start|stop|end|skip|join|combine|merge|crop|make|give|use|let|boost"
    r"|reduce|increase|tone|slow|speed|go|replace|duck|dip|hold|delay|extend|shorten|rename|restore"
    r"|lose|kill|take|leave|pull|push|ease|dial|crank|pump|try|do|don't|get|only|no|without)\b"
)
"""A sentence that begins with an order."""
DESCRIBED: Final = re.compile(
    r"[\u3400-\u9fff](?:很|(?<!保)真|挺|非常|特别"
    r"|(?<![最刚还正])好(?![一点些吗不像了吧的好听]))[\u3400-\u9fff]"
)
ORDERED: Final = re.compile(
    r"[更再要换改太来给让把加去别不]|[转调降升](?=[到成]|\s?[A-G])|想(?!到)|一[点些]|[点些]$|音乐"
    r"|配乐|曲|多余"
)
"""Words that make a Chinese description a wish."""
MOVES: Final = pattern(
    r"\b(?:makes?|made) (?:me|us|you|people|her|him|them|everyone)\b|\breminds?\b",
    r"让(?:我|人)(?:想|好|很|特别)|适合(?:下雨|一个人|晚上|睡前|开车|学习|跑步|夜里)|破防",
)
"""Words for the effect of music on people, which make a remark."""
PAST: Final = pattern(
    r"\b(?:had|was|were|used to|went|got|did|played|loved|liked|made|came|saw|sang|danced|met"
    r"|bought|took)\b",
    r"以前|过去|当年|小时候|昨天|去年|上次",
)
