"""Carry out what the example model hears clearly, where the rules saw no wish or doubted it.

The limits were calibrated in each language on sets that were left out of the training.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic.local.agent.examples.message_scores import MessageScores, is_free_kind
from nemomusic.local.agent.examples.sentence_features import has_chinese_signs
from nemomusic.local.agent.intents.message_intents import ParsedMessage, Question, Talk
from nemomusic.local.agent.parsing.rewriting.message_text import clauses
from nemomusic.local.agent.parsing.rewriting.slang_and_typos import in_plain_words
from nemomusic.local.agent.parsing.rules.order_detection import is_order
from nemomusic.local.agent.parsing.words.music.named_music import named_style
from nemomusic.local.agent.parsing.words.talk.question_words import ASKS, REQUESTS

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
    chinese = has_chinese_signs(heard.plain)
    least, needed_lead = (
        (limits.heard_zh, limits.heard_lead_zh) if chinese else (limits.heard, limits.heard_lead)
    )
    clear = heard.score > least and heard.score - heard.talk > limits.heard_talk
    if not clear or read.refused or read.unknown_style or (chinese and not _is_plea(read, heard)):
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
    if heard.best not in kinds or heard.score - max(others, default=-1.0) < needed_lead:
        return None
    if heard.is_hedged(kinds) or not heard.accounts_for(found, (heard.best,)):
        return None
    return ParsedMessage(found)


def _is_plea(read: ParsedMessage, heard: MessageScores) -> bool:
    """Return whether a Chinese message may ask for work: it neither tells nor asks something.

    "我表妹在乐团拉大提琴" names an instrument as a wish for one does, and orders nothing.
    """
    if ASKS.search(heard.plain) and not REQUESTS.search(heard.plain):
        return False
    told = any(isinstance(one, Talk | Question) for one in read.intents)
    first = heard.best == "new" and named_style(heard.plain)
    return not told or bool(first) or any(map(is_order, clauses(in_plain_words(heard.plain))))
