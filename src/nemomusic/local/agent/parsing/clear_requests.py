"""Whether a clause about music is an order, or may only speak of music."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.checks.confidence import BAR, known_share
from nemomusic.local.agent.parsing.rules.music_rules import is_explicit
from nemomusic.local.agent.parsing.words.music import named_music, new_piece_words

if TYPE_CHECKING:
    from nemomusic.local.agent.intents.message_intents import MessageContext
    from nemomusic.local.agent.parsing.rules.music_rules import MusicRequest

_EXPLICIT: Final = (
    music.SetTempo,
    music.ScaleTempo,
    music.SetKey,
    music.ChangePart,
    music.ChangeDensity,
)
"""Changes that a remark never names by chance."""


def is_unclear(clause: str, wish: MusicRequest) -> bool:
    """Return whether a clause may be talk: "classical music helps me sleep" is no order.

    A clause with an order may hold more unknown words than one that only names music.
    """
    if wish.count > 1 or wish.other:
        return False
    if is_explicit(clause) or any(isinstance(one, _EXPLICIT) for one in wish.changes):
        return known_share(clause) < BAR
    return known_share(clause, strict=True) < 1.0


def also_asks_for_music(clause: str, context: MessageContext) -> bool:
    """Return whether a clause with a volume asks for music too: "upbeat pop at 40 %"."""
    fresh = bool(new_piece_words.FRESH.search(clause)) and not context.has_music
    return bool(named_music.named_style(clause)) or fresh
