"""Whether a first message wants music, though it names none: "Here is our wedding video"."""

from __future__ import annotations

import re
from typing import Final

from nemomusic.local.agent.parsing.rules.order_detection import (
    leaves_choice,
    only_tells,
    shows_film,
)
from nemomusic.local.agent.parsing.words import sound_words
from nemomusic.local.agent.parsing.words.common_words import pattern

_OTHER_WORK: Final = pattern(
    r"\b(?:(?:don't|do not)(?! (?:know|care|mind))|cost|price|join|roto\w*|clips?|trim|cut|chop"
    r"|crop|title|caption|text|upload\w*|export\w*|mute\w*|volume|loud\w*"
    r"|quiet\w*|file|mp3|seconds?|remove|delete|get rid|only use|use only|swap|order|square"
    r"|vertical|first|then)\b",
    r"剪|删|裁|拼|片段|淡[入出]|(?<![告特区分])别(?!太|抢|让|人|那么|这么)|头上|标题|文字|字幕"
    r"|上传|导出|静音|音量|大声|小声|秒|去掉|不要(?!太|让|抢|无聊|吵)|不用"
    r"|那段|那个|顺序|两段|2段|那一段|在前|在后|原声|声音",
)
_EVIDENCE: Final = pattern(
    r"\b(?:add some|come up with|see what|your call|up to you|make (?:it|me|this|them|us|people)"
    r"|put|give|something|anything|whatever|surprise|choose|pick|decide|fits?|vibes?"
    r"|feel(?:ing)?s?"
    r"|mood|for (?:my|the|our|a|an|her|his)"
    r"|want|need|wish|would like|'d like|video|film|vlog|footage|movie|reel|short|slideshow"
    r"|montage|recap|wedding|birthday|party"
    r"|holiday|vacation|trip|journey|hike|match|game|(?:wedding|sports|first|school|open|field"
    r"|birth) day|travel|cooking|unboxing|graduation"
    r"|festival|instagram|tiktok|youtube)\b",
    r"用的|要用|(?<!次)用$|想|要|就行|就好|来[一点段首个]|配|给(?!我头|我的?[脸头嘴])|随便|看着办"
    r"|你看着"
    r"|你来|你定|合适|感觉|那种|氛围|视频|片|录像"
    r"|vlog|婚礼|生日|派对|聚会|旅|游|徒步|比赛|毕业|日常|航拍|素材|照片|发[抖小朋视]",
)
_FINITE: Final = pattern(
    r"\b(?:am|are|was|were|paid|got|went|had|has|said|did|saw|spent|cost|ate|works?|lives?|knows?"
    r"|thinks?)\b|\b(?:i|we|he|she|they|you)'\w+"
    r"|^\W*(?:i|we|he|she|they|you)\b|\bmy \w+ is\b|\bis (?:not|so|very|really|quite|too)\b",
    r"[了过](?:[，。!！]|$)|[在很都]|^\W*(?:[你他她]|我(?!们?的|家))",
)


def asks_for_first_music(clause: str) -> bool:
    """Return whether a clause of a first message wants music, though it names none.

    "Here is our "
    "wedding video" does. What tells of the user, or wants something else done, does not.
    """
    if shows_film(clause) or re.search(r"\b(?:generate|compose)\b", clause, re.IGNORECASE):
        return True
    if _OTHER_WORK.search(clause):
        return False
    if sound_words.MUSIC.search(clause):
        return True
    return bool(_EVIDENCE.search(clause))


_WANTS_MUSIC: Final = pattern(
    r"\b(?:could (?:do with|use)|tunes?|please|need\w*|want|would like|'d like|make (?:it|this"
    r"|them|people|me)|put|add|give it"
    r"|music|soundtrack|bgm"
    r"|something|anything|whatever|surprise)\b",
    r"想(?!想)|需要|希望|来[一点段首个]|配(?!色)|要(?!是|命)|音乐|曲|给(?:它|视频|片)|随便",
)


def first_music_is_asked(clauses: list[str]) -> bool:
    """Return whether a first message wants music: one clause does, and none wants anything else."""
    shown = [one for one in clauses if shows_film(one)]
    other = [
        one
        for one in clauses
        if _OTHER_WORK.search(one)
        and one not in shown
        and not re.search(r"\bgenerate\b", one)
        and not leaves_choice(one)
    ]
    if other:
        return False
    if any(_WANTS_MUSIC.search(one) or leaves_choice(one) or one in shown for one in clauses):
        return True
    told = any(only_tells([one]) or _FINITE.search(one) for one in clauses)
    return not told and any(map(asks_for_first_music, clauses))
