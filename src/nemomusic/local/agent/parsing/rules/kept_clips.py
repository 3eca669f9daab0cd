"""Which of several named clips a message keeps: each clip is wanted or not in its own clause.

"Keep the beach clip and cut the city one" and "城市那段拍糊了，用海边那段就够了" name two clips.
One of them is wanted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from nemomusic.local.agent.parsing.words.common_words import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

CLAUSE_END: Final = re.compile(
    r"[,.;!?，。；！？\n]\s*|\s[-–—]+\s|\b(?:and|then|but|so|since|because)\b|然后|还有"
    r"|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])",
    re.IGNORECASE,
)
"""Ends the clause in which a clip is named."""
TELLS_WHERE: Final = pattern(
    r"\b(?:i|we|he|she|they) (?:flew|went|was|were|walked|drove|swam|visited|ran|rode|biked|hiked"
    r"|travell?ed|moved|came)\b"
)
"""Tells where people were, which puts no clips in order."""
_UNWANTED: Final = pattern(
    r"\b(?:no|not|without|lose|drop|skip|forget|ditch|remove|delete|cut|throw|toss|chuck|bin|scrap"
    r"|dump|kick|omit|exclude|(?:leave|take|kick|throw) .*\bout|get rid|(?:don'?t|do not|didn'?t)"
    r" (?:want|need|like|use|show|include)|hate|can go|has to go|goes out|is out)\b",
    r"不(?:要|用|想|需要|留|行)|别(?:要|用|放|留)|删|去掉|剪掉|扔|丢掉|算了|踢掉",
)
"""Does not want a clip."""
_FAULTY: Final = pattern(
    r"\b(?:bad|boring|ugly|blurry|shaky|dark|awful|terrible|useless|ruined|too (?:dark|shaky|long"
    r"|bright))\b",
    r"糊|难看|不(?:好看|喜欢)|太(?:丑|差|黑|暗|抖|晃|长|乱)|没意思|无聊|一般",
)
"""Finds a clip bad, which does not yet say that it should go."""
_WANTED: Final = pattern(
    r"\b(?:only|just|keep|use|stick with|show|alone|want|take|go with|stays?|leave .*\bin)\b",
    r"只|[就光单]?[留用]|保留|[就光]要|(?<!不)要",
)
"""Wants a clip."""
_OPPOSITE: Final = pattern(
    r"\b(?:don'?t|do not|didn'?t|never|not|no need to|can'?t)\b.*\b(?:lose|drop|skip|forget|ditch"
    r"|remove|delete|cut|throw|toss|scrap|leave|hate)\b",
    r"(?:别|不要|不用|不能|不想)[^，。]{0,3}(?:删|去掉|剪|扔|丢)",
)
"""Denies that a clip should go."""

_NAME: Final = "\ue003"
"""Stands for the name of a clip."""
_ONLY_UNWANTED: Final = pattern(
    r"^\W*(?:(?:please|just|and|but|so|also|then|can you|could you|i|we|let'?s) )*"
    r"(?:no|not|without|lose|drop|skip|forget|ditch|remove|delete|cut|toss|chuck|bin|scrap|dump|omit"
    r"|exclude|hate|get rid of|(?:throw|leave|take|kick|cut) (?:out|away)|throw|leave|take|kick"
    rf"|(?:don'?t|do not) (?:want|need|like|use|show)) {_NAME}"
    r"(?: (?:out|away|in it|in there|any ?more|at all|please|pls|then|again|completely))*\W*$",
    rf"^\W*(?:and |but |so )?{_NAME} (?:one )?(?:can go|has to go|must go|should go|goes|is out"
    r"|out)\W*$",
    rf"^\W*(?:把|将|请|麻烦|那就|就|帮我)*{_NAME}"
    r"(?:[那这]?一?[段个条]|[那这]部分)?的?(?:视频|片段|素材)?"
    r"(?:就|都|也|给我)*(?:不要|不用|不想要|不需要|删掉?|删除|去掉|去除|剪掉?|扔掉?|丢掉?|砍掉?|踢掉|算了"
    r"|拿掉)(?:了|吧|啦|它)*\W*$",
    rf"^\W*(?:请|麻烦|帮我)?(?:不要|不用|删掉?|删除|去掉|剪掉|扔掉|砍掉|别[用放要])了?{_NAME}"
    r"(?:[那这]?一?[段个条]|[那这]部分)?的?(?:视频|片段|素材)?(?:了|吧|啦)*\W*$",
)
"""Says of a clip that it should go, and nothing else."""
_TAKES_ALONE: Final = pattern(rf"\b(?:take|leave|kick) {_NAME}(?! (?:out|away))")
"""Wants a clip, or says no more than that it stays: "take the beach clip"."""

Wish = Literal["wanted", "unwanted", "faulty", "open"]


def clause_around(text: str, start: int, end: int) -> str:
    """Return the clause around a place of a text."""
    before = CLAUSE_END.split(text[:start])[-1]
    return before + text[start:end] + CLAUSE_END.split(text[end:])[0]


def is_unwanted(text: str, start: int, end: int) -> bool:
    """Return whether the clause around the name of a clip only says that the clip should go."""
    before = CLAUSE_END.split(text[:start])[-1]
    said = f"{before}{_NAME}{CLAUSE_END.split(text[end:])[0]}"
    return bool(_ONLY_UNWANTED.search(said)) and not _TAKES_ALONE.search(said)


def is_faulty(text: str, start: int, end: int) -> bool:
    """Return whether the clause around the name of a clip only finds the clip bad."""
    return wish_for(clause_around(text, start, end)) == "faulty"


def wish_for(clause: str) -> Wish:
    """Return what a clause wishes for the clip that it names."""
    if _OPPOSITE.search(clause):
        return "open"
    if _UNWANTED.search(clause):
        return "unwanted"
    if _FAULTY.search(clause):
        return "faulty"
    return "wanted" if _WANTED.search(clause) else "open"


def kept_of(text: str, names: Iterable[tuple[int, int, int]]) -> tuple[int, ...] | None:
    """Return the clips that a message keeps, or None if it does not choose among them.

    Args:
        text: The message.
        names: Of each name of a clip: the number of the clip, where it begins and where it ends.
    """
    wishes: dict[int, set[Wish]] = {}
    for number, start, end in names:
        wishes.setdefault(number, set()).add(wish_for(clause_around(text, start, end)))
    kept = [number for number, found in wishes.items() if "wanted" in found]
    gone = [number for number, found in wishes.items() if found & {"unwanted", "faulty"}]
    chooses = kept and gone and not set(kept) & set(gone) and len(kept) + len(gone) == len(wishes)
    return tuple(kept) if chooses else None
