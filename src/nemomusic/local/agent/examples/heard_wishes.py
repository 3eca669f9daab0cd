"""Carry out what the example model hears clearly, where the rules saw no wish or doubted it.

The limits were calibrated on five English sets, each left out of the training in its turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic.local.agent.examples.message_scores import MessageScores, is_free_kind
from nemomusic.local.agent.examples.sentence_features import has_chinese_signs
from nemomusic.local.agent.intents.message_intents import ParsedMessage

if TYPE_CHECKING:
    from nemomusic.local.agent.examples.thresholds import Thresholds
    from nemomusic.local.agent.intents.message_intents import Intent


def heard_alone(
    read: ParsedMessage, heard: MessageScores, limits: Thresholds
) -> ParsedMessage | None:
    """Return the wish that the model hears clearly, or None.

    Args:
        read: What the rules found: no work that they are sure of.
        heard: What the model hears.
        limits: How sure the model must be.
    """
    clear = heard.score > limits.heard and heard.score - heard.talk > limits.heard_talk
    if has_chinese_signs(heard.plain) or not clear or read.refused or read.unknown_style:
        return None
    found: tuple[Intent, ...] = read.unsure if heard.best in heard.kinds(read.unsure) else ()
    if len(heard.support(found)) != 1:
        built = heard.build(heard.best)
        found = () if built is None else (built,)
    kinds = heard.kinds(found)
    others = (
        value
        for kind, value in heard.scores.items()
        if kind not in kinds and not is_free_kind(kind)
    )
    if heard.best not in kinds or heard.score - max(others, default=-1.0) < limits.heard_lead:
        return None
    if heard.is_hedged(kinds) or not heard.accounts_for(found, (heard.best,)):
        return None
    return ParsedMessage(found)
