"""Chinese judgments of people and things that the agent does not edit: "考试太简单了".

Such a clause has a subject, a degree and a quality. The quality is often one that music has, too.
A subject that names neither the music nor the film says that something else is spoken of.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.no_orders.chinese_statements import asks_for_something
from nemomusic.local.agent.parsing.words.music.named_music import named_part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.local.agent.intents.message_intents import Intent

_JUDGMENT: Final = (
    r"^\W*(?P<subject>[^，。\s]{1,6}?)(?:太|有[点些]|特别|好(?![听看像])|很|真(?!的)|挺|超|非常|越来越|像|又变)"
    r"(?P<quality>[^，。]{1,6})$"
)
_OURS: Final = (
    r"音|乐|曲|歌|声|bgm|旋律|节奏|节拍|速度|拍|风(?!景)|编|配|情绪|气氛|氛围|感|整|^[这那](?:个|首|段|版|样|里|边|次|种|条|部|支|会儿?|一?下)?(?:就|也|都|还)?$|它|听|看|标题|字|视频|片|画|镜头"
    r"|段|头|尾|前|中|后|现在|还|就|也|都|是|层次|东西|调|总|全|觉|可|但|不|而|确实|稍|略|高潮|drop|低|高|背景|伴|奏|唱"
    r"|主|收|转|淡|副|间|刚|再|^一|^[上下]|mu|有|能|要|给|来|换|改|加|做|最|更|比|得|搞|弄|力|气|味|版|首|mood|vibe|feel|beat"
    r"|吵|响|闹|起来|出来|显|似|就|只|仅|想|让|用|没|别|想要|应该|的$|里|怎|啥|什"
)
"""Speaks of the music or the film, or is no subject: "听着太快了"."""


@cache
def _compiled(said: str) -> re.Pattern[str]:
    """Compile a pattern at its first use: most sessions speak one language."""
    return re.compile(said, re.IGNORECASE)


def judges_others(parts: Sequence[str], work: Sequence[Intent]) -> bool:
    """Return whether all clauses of a message judge what the agent does not edit.

    Args:
        parts: The clauses of the message, in simplified Chinese.
        work: The work that was read from it.
    """
    if not all(map(_is_colored, work)) or asks_for_something(parts):
        return False
    return bool(parts) and all(map(_is_of_others, parts))


def _is_of_others(clause: str) -> bool:
    found = _compiled(_JUDGMENT).match(clause)
    if found is None:
        return False
    subject = found["subject"]
    return not (_compiled(_OURS).search(subject) or named_part(subject) or find_terms(subject))


def _is_colored(one: Intent) -> bool:
    """Return whether a quality alone can suggest an intent."""
    match one:
        case music.Compose(other=False, count=1) | kinds.Focus():
            return True
        case music.ChangeMusic(changes):
            return not any(
                isinstance(two, music.ChangePart | music.SetKey | music.SetTempo) for two in changes
            )
    return False
