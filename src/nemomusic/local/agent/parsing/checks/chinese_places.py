"""Chinese words that limit a wish to a part of the film, where no intent of its reading does.

"鼓去掉，不过只在城市那段" and "快结束时小声一点" speak of a part of the film. An edit of the drums
or of the volume changes all of it, so it waits for a "yes".
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.local.agent.intents.message_intents import Intent

_PART: Final = (
    r"(?:那|这)?一?(?:个)?(?:[段部截节块处边里儿]|部分|地方|片段|镜头|画面|视频|素材"
    r"|[几两三]秒)"
)
_SCENE: Final = r"(?:海边|海滩|沙滩|城市|街景|大海|海浪|海|beach|city)"
_PLACE: Final = (
    r"(?:(?:快|临近?|接?近)?(?:结尾|片尾|收尾|末尾|尾巴|尾部|最后|结束)|开头|片头|开场|起头|中间"
    r"|中段"
    rf"|前面|后面|副歌|主歌|间奏|前奏|尾奏|高潮|[前后上下]半(?:{_PART})?"
    rf"|第[一二三四五两\d][段节部](?!式)|(?!海边的?(?:风|海?浪)声){_SCENE}{_PART})"
)
"""Names a part of the film."""
_AT: Final = rf"(?:{_PART}|时候?|的时候)?的?"
_THING: Final = (
    r"(?:音乐|配乐|bgm|背景音乐?|曲子?|旋律|节奏|原声|原音|人声|声音|音量|现场声|风声|说话声)"
)
_DEED: Final = (
    r"(?:去掉|去了|不要|别要|删|拿掉|撤掉?|关掉?|静音|换|改|加|调|变|用|来|配|放慢|要|只|都|再|就"
    r"|给我|得)"
)
_ALL: Final = re.compile(
    r"从头|从开头|开头到|到[结末]尾|到最后|头到尾|头尾|首尾|全片|全程|整[个首条片段]|一直|始终"
    r"|最后(?:一次|还是|我|就|的?结果|来)"
    r"|最后[，,]|之?前面?(?:那|的)?一?[首个版]|后面?(?:那|的)?[首个版]"
)
"""Speaks of all of the film, or of another piece."""
_ONLY: Final = (
    rf"(?:只|仅|光|单|限|除)[^，。\d]{{0,4}}(?:{_PLACE}|前面?一半|后面?一半)"
    rf"|(?:{_PLACE})(?:除外|例外)"
)
"""Limits a wish to a place, or takes a place out, in so many words."""
_BARE: Final = (
    rf"^\W*(?:不过|但|就|只|要|在|的)*(?:{_PLACE})(?:{_PART}|一[半下])?(?:就?[行好](?:了|吧)?|可以|即可"
    r"|别这样|不要这样|就别|别动|不动|不用|不变)*\W*$"
    rf"|^\W*{_SCENE}(?:{_PART})?的?(?:就|都)?(?:别动|不动|不变|不用动|保持)"
)
"""Is nothing but a place: "第一段就行"."""
_FOR_A_CLIP: Final = (
    rf"(?:只|仅|光|就)在(?:{_PLACE})|^\W*(?:不过|但|就)*(?:{_PLACE})(?:一半)?就[行好](?:了|吧)?\W*$"
    r"|(?:光|单|仅)(?:前|后)面?一半"
)
"""Limits a change to a clip, and does not choose the clip: "鼓轻点，第一段就行"."""
_WHEN: Final = (
    rf"(?:到|等|从)?(?:{_SCENE})(?:{_PART})?的?(?:画面|镜头)?(?:出现|出来|时|的时候)"
    rf"|到(?:{_SCENE})(?:{_PART})?的?(?:画面|镜头)?(?:再|才|就|时)|(?:快|要|临)结束(?:时|的时候|前|了?再)"
    rf"|到(?:中间|一半)(?:再|就|才|时)|(?:结尾|开头|最后|中间)的?时候"
)
"""Says when the change should begin."""
_SPEECH: Final = (
    r"(?:说|讲)(?:话|东西)?[的底]{0,2}(?:时候|候时|时|底下|下)的*|"
    r"(?:有人|我|他|她|他们|人|主持人|老师|旁白)在?(?:说话|讲话|开口|发言|解说)"
    r"(?:的?时候?|的地方|那里|那段)"
)
"""Limits a wish to the time of speech."""
_PLACED: Final = (
    kinds.Fade,
    kinds.BiggerEnding,
    kinds.Passage,
    kinds.MusicSpan,
    kinds.Drop,
    kinds.Trim,
    kinds.CutOut,
    kinds.Focus,
    kinds.AddTitle,
    kinds.ChangeTitle,
    kinds.RemoveTitles,
    kinds.GoBack,
    kinds.Undo,
    kinds.Redo,
)
"""Intents that may be about a part of the film, or about another piece."""


@cache
def _compiled(said: str) -> re.Pattern[str]:
    """Compile a pattern at its first use: most sessions speak one language."""
    return re.compile(said, re.IGNORECASE)


def passes_over_places(parts: Sequence[str], work: Sequence[Intent]) -> bool:
    """Return whether work changes the whole film, and the words limit it to a part.

    Args:
        parts: The clauses of the message, in simplified Chinese.
        work: The work that was read from it.
    """
    chosen = [one for one in work if isinstance(one, kinds.Focus)]
    changed = [one for one in work if not isinstance(one, _PLACED)]
    if chosen and changed and any(map(_compiled(_FOR_A_CLIP).search, parts)):
        return True
    if len(changed) < len(work):
        return False
    composed = any(isinstance(one, music.Compose) and not one.other for one in work)
    if any(_compiled(_ONLY).search(one) for one in parts if not _ALL.search(one)):
        return True
    if composed:
        return False
    if any(_compiled(f"{_BARE}|{_WHEN}").search(one) for one in parts if not _ALL.search(one)):
        return True
    spoken = any(_compiled(_SPEECH).search(one) for one in parts)
    if spoken and not any(isinstance(one, kinds.Duck) for one in work):
        return True
    return any(map(_is_about_part, parts))


def _is_about_part(clause: str) -> bool:
    """Return whether a clause asks for an edit of a part of the film: "结尾的鼓去掉"."""
    if _ALL.search(clause):
        return False
    if found := _compiled(rf"^\W*(?:在|把|从|到|让)?[前后上下]半{_PART}").match(clause):
        return len(clause) > found.end()
    for found in _compiled(_PLACE + _AT).finditer(clause):
        rest = clause[found.end() :]
        if _compiled(rf"(?:{_THING}|{_DEED})").match(rest):
            return True
        if any(one.start <= 1 for one in find_terms(rest)):
            return True
    return False
