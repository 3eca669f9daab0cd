"""Parse a message: read it by the rules, then weigh that reading against the examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic.local.agent.examples.example_model import scores_of
from nemomusic.local.agent.examples.second_opinion import SecondOpinion
from nemomusic.local.agent.examples.sentence_features import LONGEST
from nemomusic.local.agent.intent_parser import read_by_rules
from nemomusic.local.agent.intents import Confirm, MessageContext, ParsedMessage, Talk
from nemomusic.local.agent.parsing.traditional_chinese import in_simplified

if TYPE_CHECKING:
    from collections.abc import Mapping


def parse_intents(
    text: str, context: MessageContext, scores: Mapping[str, float] | None = None
) -> ParsedMessage:
    """Return the intents of a message, in the order in which they should be carried out.

    Args:
        text: The message.
        context: The session.
        scores: A score for each kind of intent; None for those of the example model.
    """
    read = read_by_rules(text, context)
    if _is_remark(read) or len(text) > LONGEST or not any(map(str.isalnum, text)):
        return read
    if scores is None:
        scores = scores_of(in_simplified(text), has_music=context.has_music)
    return SecondOpinion(text, context, scores).on(read)


def _is_remark(read: ParsedMessage) -> bool:
    """Return whether the complete message is a greeting, thanks, praise, a yes or a no."""
    if len(read.intents) != 1 or read.unsure:
        return False
    (one,) = read.intents
    if isinstance(one, Talk):
        return one.kind in {"hello", "thanks", "praise", "decline"}
    return isinstance(one, Confirm)
