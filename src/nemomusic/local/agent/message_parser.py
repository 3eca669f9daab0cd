"""Parse a message: read it by the rules, then weigh that reading against the examples."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.engine.composition.prompt_parser import parse_prompt
from nemomusic.local.agent.examples.example_model import scores_of
from nemomusic.local.agent.examples.message_scores import MessageScores
from nemomusic.local.agent.examples.second_opinion import SecondOpinion
from nemomusic.local.agent.examples.sentence_features import LONGEST
from nemomusic.local.agent.examples.thresholds import limits_for
from nemomusic.local.agent.intent_parser import held_text, read_by_rules
from nemomusic.local.agent.intents.message_intents import (
    FREE,
    STEPS,
    AddTitle,
    ChangeTitle,
    Confirm,
    ExportHint,
    MessageContext,
    ParsedMessage,
    RemoveMusic,
    RemoveTitles,
    Talk,
    Volume,
)
from nemomusic.local.agent.intents.music_intents import Compose
from nemomusic.local.agent.parsing.checks.chinese_directions import points_elsewhere
from nemomusic.local.agent.parsing.checks.chinese_frames import without_framed_orders
from nemomusic.local.agent.parsing.checks.chinese_limits import passes_over_limits
from nemomusic.local.agent.parsing.checks.clip_choices import chooses_doubtfully
from nemomusic.local.agent.parsing.checks.contradictions import contradicts_itself
from nemomusic.local.agent.parsing.checks.doubtful_readings import names_another_piece, only_remarks
from nemomusic.local.agent.parsing.checks.lost_limits import loses_a_limit, loses_its_style
from nemomusic.local.agent.parsing.checks.lost_qualifiers import (
    loses_a_qualifier,
    says_the_opposite,
)
from nemomusic.local.agent.parsing.checks.lost_titles import loses_a_title
from nemomusic.local.agent.parsing.checks.lost_wishes import lost_wishes
from nemomusic.local.agent.parsing.checks.order_frames import is_in_a_frame
from nemomusic.local.agent.parsing.checks.remarks import without_remarks
from nemomusic.local.agent.parsing.checks.taken_back import takes_back
from nemomusic.local.agent.parsing.checks.unexplained_words import leaves_words_unexplained
from nemomusic.local.agent.parsing.checks.unread_wishes import is_wished, unread_wishes
from nemomusic.local.agent.parsing.combined_requests import in_order
from nemomusic.local.agent.parsing.continuations.elliptical_messages import continued
from nemomusic.local.agent.parsing.no_orders.chinese_circumstances import without_circumstances
from nemomusic.local.agent.parsing.no_orders.chinese_corrections import corrected_chinese
from nemomusic.local.agent.parsing.no_orders.chinese_denials import without_denials
from nemomusic.local.agent.parsing.no_orders.chinese_statements import (
    lacks_order,
    states_in_chinese,
)
from nemomusic.local.agent.parsing.no_orders.denials import is_denied
from nemomusic.local.agent.parsing.no_orders.passing_mentions import LACKS_MUSIC, is_in_passing
from nemomusic.local.agent.parsing.no_orders.statements import only_colors, only_states
from nemomusic.local.agent.parsing.rewriting import message_text
from nemomusic.local.agent.parsing.rewriting.answered_questions import with_orders_for_answers
from nemomusic.local.agent.parsing.rewriting.chinese_typos import without_typos
from nemomusic.local.agent.parsing.rewriting.corrections import corrected
from nemomusic.local.agent.parsing.rewriting.message_text import HeldQuotes, with_digits
from nemomusic.local.agent.parsing.rewriting.punctuation import (
    with_accents_of,
    with_commas,
    with_plain_signs,
    without_quoted_sounds,
)
from nemomusic.local.agent.parsing.rewriting.reason_clauses import without_reasons
from nemomusic.local.agent.parsing.rewriting.slang_and_typos import in_plain_words
from nemomusic.local.agent.parsing.rewriting.traditional_chinese import in_simplified, written_in
from nemomusic.local.agent.parsing.rules.order_detection import is_order
from nemomusic.local.agent.parsing.rules.unquoted_titles import with_quoted_titles
from nemomusic.local.agent.parsing.wish_subjects import changes_of
from nemomusic.local.agent.parsing.words.music.figurative_moods import is_unknown_description
from nemomusic.local.agent.parsing.words.sound_words import MUSIC
from nemomusic.local.agent.separate_wishes import Half, with_both_wishes
from nemomusic.local.agent.talk_beside_orders import without_talk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nemomusic.local.agent.intents.message_intents import Intent


_POINTS_BACK: Final = re.compile(r"\b(?:it|that|them|those|these|this one)\b", re.IGNORECASE)
"""Stands for what another clause names."""


def parse_intents(
    text: str, context: MessageContext, scores: Mapping[str, float] | None = None
) -> ParsedMessage:
    """Return the intents of a message, in the order in which they should be carried out.

    Args:
        text: The message.
        context: The session.
        scores: A score for each kind of intent; None for those of the example model.
    """
    without_last = attrs.evolve(context, last=()) if context.last else context
    further = continued(text, context, lambda rest: parse_intents(rest, without_last))
    if further is not None:
        return further
    said = text = text.strip()[: message_text.LONGEST]
    text = with_plain_signs(text, (*context.clips, *context.songs))
    text = without_typos(_in_simplified(text))
    text = with_commas(with_quoted_titles(corrected_chinese(corrected(text))))
    text = without_quoted_sounds(text)
    text = with_orders_for_answers(text)
    meant = without_denials(text, has_music=context.has_music)
    if text and not meant:
        return ParsedMessage((Talk("statement"),))
    read = _surer_reading(meant, context, scores)
    return attrs.evolve(
        read,
        intents=tuple(_as_written(one, said) for one in read.intents),
        unsure=tuple(_as_written(one, said) for one in read.unsure),
        refused=tuple(with_accents_of(said, one) for one in read.refused),
        unread=tuple(with_accents_of(said, one) for one in read.unread),
    )


def _work_and_steps(read: ParsedMessage) -> list[Intent]:
    """Return the intents that cost credits, and the steps through the history."""
    return [one for one in read.intents if not isinstance(one, FREE) or isinstance(one, STEPS)]


def _in_simplified(text: str) -> str:
    """Return a message in simplified Chinese, but for its quotes."""
    quotes = HeldQuotes()
    held = quotes.hold(text)
    plain = in_simplified(held)
    return text if plain == held else quotes.restore(plain)


def _as_written(one: Intent, text: str) -> Intent:
    """Return an intent that writes its title in the signs of the message."""
    if isinstance(one, AddTitle | ChangeTitle | RemoveTitles) and one.text:
        words = written_in(text, one.text)
        return attrs.evolve(one, text=with_accents_of(text, words))
    return one


def _surer_reading(
    text: str, context: MessageContext, scores: Mapping[str, float] | None
) -> ParsedMessage:
    """Return the reading of a message, or that without its reasons where only this one is sure."""
    read = _checked(text, context, scores)
    if len(text) > message_text.LONGEST_SENTENCE:
        return read  # a second reading would take as long as the first
    if not text.isascii():
        return _without_doubt(read, text, context, scores)
    order = without_reasons(text)
    if order == text:
        return read
    alone = _checked(order, context, scores)
    if not _work_and_steps(alone) or alone.unsure:
        return read
    if read.work and order.isascii() and _POINTS_BACK.search(order):
        level = [one for one in alone.work if isinstance(one, Volume)]
        if any(one not in read.work for one in level):
            return read  # "the chatter is loud, turn that down"
    first = any(isinstance(one, Compose) for one in alone.work)  # reasons color a first piece
    unnamed = order.isascii() and not _names_its_music(alone, order)
    return read if first and (read.work or unnamed) else alone


def _without_doubt(
    read: ParsedMessage,
    text: str,
    context: MessageContext,
    scores: Mapping[str, float] | None,
) -> ParsedMessage:
    """Return the reading of a Chinese message, whose doubt may come from a story beside its order.

    The order alone must be sure, and ask for exactly what the complete message is read as.
    """
    if not read.unsure or read.refused or read.unread:
        return read
    order = without_circumstances(text)
    if order == text:
        return read
    alone = _checked(order, context, scores)
    every = (*read.intents, *read.unsure)
    if alone.unsure or not alone.work or not _are_alike(alone.intents, every):
        return read
    return attrs.evolve(read, intents=in_order(every), unsure=())


def _are_alike(one: Sequence[Intent], other: Sequence[Intent]) -> bool:
    """Return whether two readings do the same, but for the words that describe a new piece."""

    def plain(found: Sequence[Intent]) -> list[object]:
        return [
            attrs.evolve(two, words="") if isinstance(two, Compose) else two
            for two in changes_of(found)
        ]

    return plain(one) == plain(other)


def _names_its_music(read: ParsedMessage, text: str) -> bool:
    """Return whether a message names the music or the style of each piece that is read from it."""
    named = MUSIC.search(text)
    return all(one.named or named for one in read.work if isinstance(one, Compose))


def _checked(
    text: str, context: MessageContext, scores: Mapping[str, float] | None
) -> ParsedMessage:
    """Return the reading of a message, in which doubtful work waits for a "yes"."""
    read, _ = _read(text, context, scores)
    read = _without_remarks(read, text, context, scores)
    if scores is None:
        read = with_both_wishes(read, text, lambda half: _half(half, context))
        read = _with_lost_wishes(read, text, context)
    read = _without_guesses(read, text, context)
    if scores is None:
        read = without_talk(
            read, text, lambda half: _without_guesses(_read(half, context)[0], half, context)
        )
    return _with_all_wishes(read, text, context) if read.work or read.unsure else read


def _without_remarks(
    read: ParsedMessage, text: str, context: MessageContext, scores: Mapping[str, float] | None
) -> ParsedMessage:
    """Return the reading of a message, or that without its remarks where only this one is sure."""
    if (read.work and not read.unsure) or len(text) > message_text.LONGEST_SENTENCE:
        return read
    order = without_remarks(text)
    if order == text:
        return read
    alone, _ = _read(order, context, scores)
    asked = _work_and_steps(alone) or any(isinstance(one, ExportHint) for one in alone.intents)
    open_ = alone.unsure or alone.refused or alone.unknown_style
    unnamed = any(isinstance(one, Compose) and not one.named for one in alone.work)
    if open_ or not _names_its_music(alone, order) or (unnamed and not is_order(order)):
        return read
    return alone if asked else read


def _with_lost_wishes(read: ParsedMessage, text: str, context: MessageContext) -> ParsedMessage:
    """Return a reading that asks about all wishes of a message where it lacks one of them."""
    work = _work_and_steps(read)
    if not work or (read.unsure and not text.isascii()) or read.refused or read.unknown_style:
        return read
    lost = lost_wishes(text, work, lambda clause: _read(clause, context)[0])
    if not lost:
        return read
    free = tuple(one for one in read.intents if one not in work)
    return attrs.evolve(read, intents=free, unsure=in_order((*work, *read.unsure, *lost)))


def _without_guesses(read: ParsedMessage, text: str, context: MessageContext) -> ParsedMessage:
    """Return a reading in which work waits for a "yes" that may not have been asked for.

    That is a first piece of an unknown description, and what a message names in passing.
    """
    work = _work_and_steps(read)
    if not work:
        return read
    said, text = text, in_plain_words(text)
    unknown = not context.has_music and any(
        (isinstance(one, Compose) and (is_unknown_description(one.words) or only_colors(text)))
        or (isinstance(one, RemoveMusic) and LACKS_MUSIC.search(text))
        for one in work
    )
    passing = (
        is_in_passing(text, work)
        or only_remarks(text, work)
        or is_denied(said, work)
        or only_states(text, said)
        or states_in_chinese(said, work)
        or lacks_order(said, work)
        or chooses_doubtfully(text, work, context)
        or loses_a_qualifier(text, work, context)
        or says_the_opposite(text, work)
        or is_in_a_frame(text, work)
        or takes_back(text)
        or loses_a_limit(text, work)
        or loses_its_style(text, work)
        or loses_a_title(said, work)
        or passes_over_limits(said, work)
        or points_elsewhere(said, work)
        or leaves_words_unexplained(text, work, context)
        or (context.has_music and any(map(_lacks_a_style, work)))
        or contradicts_itself(work)
        or _is_framed(said, work, context)
    )
    if not (unknown or passing or names_another_piece(text, work)):
        return read
    free = tuple(one for one in read.intents if one not in work)
    return attrs.evolve(read, intents=free, unsure=(*work, *read.unsure))


def _lacks_a_style(one: Intent) -> bool:
    """Return whether an intent is a new piece that is neither another one nor in a style."""
    if not isinstance(one, Compose) or one.other or one.count > 1:
        return False
    return one.words.isascii() and parse_prompt(one.words).style is None


def _is_framed(text: str, work: Sequence[Intent], context: MessageContext) -> bool:
    """Return whether work comes from a Chinese clause whose frame makes it no order."""
    rest = without_framed_orders(text, work)
    if rest is None:
        return False
    found = changes_of(_read(rest, context)[0].intents) if rest else []
    composed = any(isinstance(one, Compose) for one in found)
    return not all(
        one in found or (composed and isinstance(one, Compose)) for one in changes_of(work)
    )


def _read(
    text: str,
    context: MessageContext,
    scores: Mapping[str, float] | None = None,
    *,
    complete: bool = True,
) -> tuple[ParsedMessage, Mapping[str, float] | None]:
    """Return a reading, and the scores it was weighed against.

    Args:
        text: The message, or a half of it.
        context: The session.
        scores: A score for each kind of intent; None for those of the example model.
        complete: Whether this is a complete message: a half may only say why the other is wished.
    """
    read = read_by_rules(text, context)
    if _is_remark(read) or len(text) > LONGEST or not any(map(str.isalnum, text)):
        return read, None
    if scores is None:
        scores = scores_of(in_simplified(text), has_music=context.has_music)
    return SecondOpinion(text, context, scores).on(read, complete=complete), scores


def _with_all_wishes(read: ParsedMessage, text: str, context: MessageContext) -> ParsedMessage:
    """Return a reading whose work waits for a "yes" if the message asks for more than that."""
    refused = tuple(one for one in read.refused if is_wished(one, read.intents))
    quotes = HeldQuotes()
    plain = with_digits(in_plain_words(held_text(text, quotes)))

    def read_alone(clause: str) -> ParsedMessage:
        return read_by_rules(quotes.restore(clause), context)

    found = map(quotes.restore, unread_wishes(plain, read, context, read_alone))
    unread = tuple(one for one in found if one not in refused)
    read = attrs.evolve(read, refused=refused, unread=unread)
    styled = any(isinstance(one, Compose) and one.named for one in read.work)
    unknown = read.unknown_style and not styled  # "we learn cha-cha: Latin music, please"
    if not (refused or unread or unknown):
        return read
    free = tuple(one for one in read.intents if isinstance(one, FREE))
    return attrs.evolve(read, intents=free, unsure=in_order((*read.work, *read.unsure)))


def _half(text: str, context: MessageContext) -> Half:
    """Return a half of a message, read alone."""
    read, scores = _read(text, context, complete=text.isascii())
    if scores is None:
        return Half(read, -1.0)
    heard = MessageScores(text, context, scores, limits_for(text))
    done = _work_and_steps(read)
    return Half(read, min(heard.support(done), default=-1.0))


def _is_remark(read: ParsedMessage) -> bool:
    """Return whether the complete message is a greeting, thanks, praise, a yes or a no."""
    if len(read.intents) != 1 or read.unsure:
        return False
    (one,) = read.intents
    if isinstance(one, Talk):
        return one.kind in {"hello", "thanks", "praise", "decline", "small_talk"}
    return isinstance(one, Confirm)
