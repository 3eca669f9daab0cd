"""What "it" and "them" stand for: the thing or the time that the clause before spoke of.

"The title looks cheap, take it off" and "10 到 13 秒我打喷嚏了，剪掉" name the thing in one clause,
and say what to do with it in the next clause.
"""

from __future__ import annotations

import re
from typing import Final

from nemomusic.local.agent.parsing.rules.order_detection import is_order
from nemomusic.local.agent.parsing.rules.part_rules import TEMPO_OF_IT, with_names_joined
from nemomusic.local.agent.parsing.words import common_words as common
from nemomusic.local.agent.parsing.words import ducking_words
from nemomusic.local.agent.parsing.words import sound_words as sound
from nemomusic.local.agent.parsing.words.film import (
    clip_words,
    length_words,
    shape_words,
    title_words,
)
from nemomusic.local.agent.parsing.words.music import named_music, part_words

_PRONOUN: Final = re.compile(
    r"\b(?:it|them|(?<=put )one|(?<=add )one"
    r"|that(?! (?:fade|title|caption|song|clip|ending|change|edit)\b)"
    r"|those|these|that part|that bit|this part"
    r"|this bit|this|that one)\b"
    r"|它们?|那[里儿]|[这那]几秒|[这那](?:中间|期间)|(?<![刚还])这[段个些](?!视频|音乐|曲|歌|风格"
    r"|版)|那[段个些部]分?(?!视频|音乐|曲|歌"
    r"|风格|版)",
    re.IGNORECASE,
)
_ACTS: Final = re.compile(
    r"\b(?:cut|trim|chop|lose|drop|remove|delete|kill|get rid|take|turn|bring|make|mute|lower"
    r"|raise|boost|put|skip|snip|clip|ditch|tone|dial|crank|push|pull|bump|add|want|keep|need|out"
    r"|off|down|up|back|change|fade|quiet\w*|soft\w*|silen\w+|louder|start|stop|no)\b|淡|响起"
    r"|去掉|剪掉|删|不要|压|小|大|轻|弱|强|调|降|升|静音|关|加|恢复|换"
    r"|多|少|留|撤|剪|切|减|砍|不想要|不如没有|应该|叫",
    re.IGNORECASE,
)
_CUTS: Final = re.compile(
    r"\b(?:cut|trim|chop|lose|drop|remove|delete|get rid|skip|snip|ditch|take|out|off)\b"
    r"|去掉|剪掉|剪|切|删|不要|别要|(?:不能|不该|别)再?[留要]|跳过|扔|砍",
    re.IGNORECASE,
)
_LOUDNESS: Final = re.compile(
    r"去掉|剪掉|不要|别要|不想要|还不如没有|减|砍|删|压|小|大声|大一?[点些]|轻|弱|强一?[点些]"
    r"|(?<![大小])调(?!回)"
    r"|降|静音|关|加回来|恢复"
    r"|收|加[一上大]|放回|补回|开起来|提一提|顶上"
)
_CANCELS: Final = re.compile(
    r"\W*(?:就|给我|帮我|还是)*(?:取消|关|停|去|删|撤)(?:掉|了)?(?:它|这个|那个)?[吧啊呗]?\W*"
)
"""Takes back what the clause before it names: "说话时自动压低音乐的，取消"."""
_ENDS: Final = (length_words.FIRST_SECONDS, length_words.LAST_SECONDS)


_SHOULD_BE: Final = re.compile(
    rf"\W*(?:还是|就|也|再|帮我|给我|请)*(?:应该|应|得|该|改|换|叫|加|放|写|是|成|为|上|一?个"
    rf"|一?行)+"
    rf"\s*({common.MARK}\d+{common.MARK})"
)
"""Says what a title should be: "the title is wrong, it should be X"."""


_FADE: Final = re.compile(
    r"\bfad(?:e|ing)\b[^,;.!?]*?(?=\s+(?:is|was|looks?|sounds?|feels?|seems?|any ?more|isn'?t"
    r"|doesn'?t|should|has|annoys?|bothers?)\b|\W*$)",
    re.IGNORECASE,
)
"""Names a fade, and which one."""
_REMOVES_IT: Final = re.compile(
    r"\W*(?:(?:so|and|please|pls|just|can|could|you|now|then) )*(?:remove|delete|drop|lose|stop"
    r"|kill|get rid of|(?:take|turn|switch) (?:it )?(?:off|out|away)) ?(?:it|that|this)?"
    r"(?: (?:off|out|away|again|please|pls|now))*\W*",
    re.IGNORECASE,
)
"""Takes away what the clause before it names, which may be an order too."""


def _time(clause: str) -> str | None:
    """Return the words of a clause that name a stretch of time."""
    for pattern in (*_ENDS, common.SPAN):
        match = pattern.search(clause)
        if match:
            return match[0].strip()
    return None


def has_object(clause: str) -> bool:
    """Return whether a clause names a thing that can be edited."""
    return bool(
        named_music.named_part(clause)
        or title_words.TITLE.search(clause)
        or sound.OWN.search(clause)
        or sound.MUSIC.search(clause)
        or named_music.terms(clause, "style")
        or common.HELD.search(clause)
        or clip_words.CLIP_NUMBER.search(clause)
    )


def _thing(clause: str) -> str | None:
    """Return the words of a clause that name what can be edited, or None."""
    if title_words.TITLE.search(clause):
        return "标题" if not clause.isascii() else "title"
    named = named_music.terms(clause, "instrument")
    if named and named_music.named_part(clause):
        return clause[named[-1].start : named[-1].end]
    own = sound.OWN.search(clause)
    found = sound.MUSIC.search(clause)
    if own and found:
        return None
    return own[0] if own else found[0] if found else None


def with_pronouns_resolved(clauses: list[str]) -> list[str]:
    """Return clauses in which words such as "it" are replaced by what they stand for.

    A clause that only told of the thing, and is spoken of by the next one, is left out.
    """
    found: list[str] = []
    for clause in clauses:
        before = found[-1] if found else None
        if before and _REMOVES_IT.fullmatch(clause) and (fade := _FADE.search(before)):
            found[-1] = f"remove the {fade[0]}"
            continue
        if before is not None and not is_order(before) and (one := _joined(before, clause)):
            cancels = _CANCELS.fullmatch(clause) and ducking_words.DUCK.search(before)
            if title_words.TITLE.search(before) or _time(before) or cancels:
                found.pop()
            found.append(one)
        else:
            found.append(clause)
    return with_names_joined(found)


def _joined(before: str, clause: str) -> str | None:
    """Return two clauses as one order, or None if the second does not speak of the first."""
    chinese = not clause.isascii()
    if _CANCELS.fullmatch(clause) and ducking_words.DUCK.search(before):
        return "取消说话时压低音乐"
    if not _ACTS.search(clause) or part_words.EVERYTHING_ELSE.search(clause):
        return None
    if TEMPO_OF_IT.search(clause) or shape_words.names_shape(clause):
        return None  # "acoustic music, and make it vertical"
    if sound.MUSIC.search(before) and (sound.SILENT.search(before) or sound.QUIET.search(before)):
        return None  # a passage of its own: "9 到 10 秒音乐静音"
    if chinese and sound.END.search(before) and sound.BIGGER.search(clause):
        return None if has_object(clause) else f"结尾{clause}"
    titled = _SHOULD_BE.match(clause)
    if titled and title_words.TITLE.search(before) and not common.HELD.search(before):
        return f"加标题{titled[1]}" if common.ADD.search(clause) else f"标题改成{titled[1]}"
    time = None if length_words.OFF.search(before) and chinese else _time(before)
    timed = bool(re.search(r"\d", clause))
    if has_object(clause):
        if (
            not time
            or timed
            or not (
                chinese
                or is_order(clause)
                or sound.QUIET.search(clause)
                or sound.SILENT.search(clause)
            )
        ):
            return None
        return f"{time}{clause}" if chinese else f"{clause} {time}"
    pronoun = _PRONOUN.search(clause)
    elided = chinese and len(clause) <= 10 and not timed
    if time and _CUTS.search(clause) and (pronoun or elided) and not timed:
        if chinese:
            return f"{time}{clause}"
        return f"cut off the {time}" if _ends(before) else f"cut out {time}"
    thing = _thing(before)
    if time and chinese and sound.MUSIC.search(before) and sound.QUIETER.search(clause):
        return f"{time}音乐{clause}"
    if thing is None or not (pronoun or (elided and _LOUDNESS.search(clause))):
        return None
    if thing in {"title", "标题"} and not common.REMOVE.search(clause):
        return None
    if pronoun and not elided:
        return f"{clause[: pronoun.start()]}the {thing}{clause[pronoun.end() :]}"
    return thing + _PRONOUN.sub("", clause)


def _ends(clause: str) -> bool:
    return any(pattern.search(clause) for pattern in _ENDS)
