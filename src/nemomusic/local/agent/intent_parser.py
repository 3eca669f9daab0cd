"""Parse a message, in English or Chinese, without a language model.

Quoted words are taken out first, so that the text of a title is never read as a wish. Then the
names of clips are found. The rest is cut into sentences, and talk and questions are separated. The
remaining sentences are cut into clauses, and each clause goes to the first rule that matches. A
clause that is only half understood becomes a question to the user, and no edit.
"""

from __future__ import annotations

import re
from typing import Final

import attrs

from nemomusic.local.agent.clause_reader import ClauseReader
from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents.message_intents import (
    ExportHint,
    GoBack,
    MessageContext,
    ParsedMessage,
    Question,
    Talk,
    UseUpload,
)
from nemomusic.local.agent.intents.music_intents import ChangeMusic, Compose
from nemomusic.local.agent.parsing.checks.completeness_check import as_accounted
from nemomusic.local.agent.parsing.combined_requests import (
    as_one_piece,
    for_lone_piano,
    in_order,
    intents_of,
    says_to_match,
    says_why,
    without_contradictions,
    without_earlier_guesses,
    without_places,
)
from nemomusic.local.agent.parsing.continuations.follow_ups import reported_praise
from nemomusic.local.agent.parsing.rewriting.message_text import (
    LONGEST,
    HeldQuotes,
    clauses,
    says_something,
    sentences,
    span_of,
    with_digits,
    without_floods,
)
from nemomusic.local.agent.parsing.rewriting.slang_and_typos import in_plain_words
from nemomusic.local.agent.parsing.rewriting.traditional_chinese import in_simplified
from nemomusic.local.agent.parsing.rules.clip_rules import read_clips
from nemomusic.local.agent.parsing.rules.first_music import first_music_is_asked
from nemomusic.local.agent.parsing.rules.music_rules import beside_history
from nemomusic.local.agent.parsing.rules.order_detection import (
    is_left_alone,
    is_order,
    is_reported,
    is_wish,
    only_tells,
)
from nemomusic.local.agent.parsing.rules.pronouns import with_pronouns_resolved
from nemomusic.local.agent.parsing.rules.sentence_edits import whole_sentence
from nemomusic.local.agent.parsing.rules.talk_rules import (
    asks_only,
    back_to_style,
    history_of,
    kind_of,
    whole_message,
)
from nemomusic.local.agent.parsing.rules.unsupported_requests import asks_beyond
from nemomusic.local.agent.parsing.words import ducking_words
from nemomusic.local.agent.parsing.words.film import export_words
from nemomusic.local.agent.parsing.words.music.figurative_moods import with_mood_of_effect
from nemomusic.local.agent.parsing.words.talk import question_words


def held_text(text: str, quotes: HeldQuotes) -> str:
    """Return a message in simplified Chinese, with marks in place of its quoted words."""
    return in_simplified(without_floods(quotes.hold(text.strip()[:LONGEST])))


def read_by_rules(text: str, context: MessageContext) -> ParsedMessage:
    """Return what the rules find in a message, in the order of the work."""
    quotes = HeldQuotes()
    held = held_text(text, quotes)
    rest = with_digits(in_plain_words(held))
    remark = whole_message(held, context) or whole_message(rest, context)
    if remark is not None:
        return ParsedMessage((remark,))
    reading = _MessageReading(context, quotes)
    for sentence in sentences(rest):
        reading.read_sentence(sentence)
    return reading.result(rest)


_GOES_BACK: Final = re.compile(
    r"\W*(?:就|给我|帮我|请|麻烦|还是|都|你)*(?:调|换|改|退|切|变|弄|倒)?回(?:去|来"
    r"|到?那[版首个])吧?\W*"
)
"""Goes back in Chinese to what another clause names."""


_DOES_THAT: Final = re.compile(
    r"\W*(?:(?:so|please|can|could|would|will|you|just|and|then|let's) )*(?:make|do|write|compose"
    r"|create|arrange|manage|try) (?:it|that|this|one|the music|something like (?:that|it))"
    r"(?: (?:for (?:me|us|him|her|them)|please|happen|possible))*\W*",
    re.IGNORECASE,
)
"""Orders what was told before as another person's wish."""


@attrs.define
class _MessageReading(ClauseReader):
    """The state of parsing one message."""

    def read_sentence(self, sentence: str) -> None:
        """Read one sentence."""
        if asks_beyond(sentence):
            self.refused.append(self.quotes.restore(sentence))
            return
        kind = kind_of(sentence, self.context)
        parts = clauses(sentence)
        ducks = ducking_words.DUCKING_BOTHERS.search(sentence) or (
            ducking_words.DUCK.search(sentence)
            and not span_of(sentence)
            and not any(ducking_words.DUCK.search(one) for one in parts)
        )
        parts = [sentence] if ducks else with_pronouns_resolved(parts)
        self.told += parts
        if any(map(_DOES_THAT.fullmatch, parts[1:])):
            kind = "order"
        if isinstance(kind, Talk) and kind.kind in {"statement", "opinion"}:
            told = kind.kind == "statement"
            if told and any(map(_GOES_BACK.fullmatch, parts)):
                backs = [one for one in map(history_of, parts) if isinstance(one, GoBack)]
                self.take(list(backs[:1]), sentence)
                return  # "客户认第一版，调回去"
            ends_asking = question_words.QUESTION_MARK.search(sentence)
            parts = [
                one
                for one in parts
                if is_wish(one) and (told or (is_order(one) and not ends_asking))
            ]
            if not parts:
                self.asides.append(kind)
                return
            kind = "order"
        if isinstance(kind, Question | Talk):
            self.asides.append(kind)
            return
        told = any(isinstance(history_of(clause), GoBack) for clause in clauses(sentence))
        if isinstance(back := history_of(sentence), GoBack) and self.context.composed and not told:
            self.take([back], sentence)  # "the lo-fi one please, go back to that"
            return
        if edit := whole_sentence(sentence, self.quotes):
            exports = any(map(export_words.EXPORT.search, parts))
            self.take([edit, ExportHint()] if exports else [edit], sentence)
            return
        found, rest = read_clips(sentence, self.quotes, self.context)
        if found:
            parts = [rest] if ducks else with_pronouns_resolved(clauses(rest))
        self.doubtful = kind == "doubtful" or (not self.context.has_music and only_tells(parts))
        place = self.unsure if self.doubtful else self.intents
        place += [one for one in found if one not in place]
        self.asked |= kind == "doubtful" or asks_only(sentence)
        own_words = [one for one in parts if not is_reported(one)]
        self.doubtful |= not own_words  # "my boss says it is too loud" may be a wish
        if own_words and not self.context.has_music:
            self.plain += reported_praise(parts)
        for clause in own_words or parts:
            if is_left_alone(clause) and not ducks:
                self.asides.append(Talk("statement"))
            else:
                self.orders.append(clause)
                self.read_clause(clause)
        self.doubtful = False

    def result(self, text: str) -> ParsedMessage:
        """Return all intents that were found, in order."""
        self.intents = without_places(
            [back_to_style(one, text) for one in self.intents], self.refused, text
        )
        if any(isinstance(one, GoBack | kinds.Undo) for one in self.intents):
            self.wishes = [one for one in self.wishes if beside_history(*one)]
        elif any(_DOES_THAT.fullmatch(one) for one, _ in self.wishes):
            self.wishes[:0] = self.reasons  # "my boss wants corporate music, can you make it"
        elif not self.has_order() or any(says_to_match(one) for one, _ in self.wishes):
            self.wishes += self.reasons
        chosen = any(isinstance(one, UseUpload) for one in self.intents)
        if self.wishes and not chosen:
            self.intents += intents_of(self.wishes, self.context, self.quotes, self.plain)
        elif self._starts_the_music(text):
            words = with_mood_of_effect(for_lone_piano(self.quotes.restore(text)))
            first = Compose(words, named=False)
            sure = first_music_is_asked(self.plain)
            (self.intents if sure else self.unsure).append(first)
        if self.guesses and self.mentioned and not (self.intents or self.asides):
            self.unsure.append(ChangeMusic(tuple(self.guesses)))
        if not self.intents:
            self.intents += self.asides[:1]
        elif self.asides and isinstance(self.asides[0], Question):
            self.intents.append(self.asides[0])
        if self.has_order():
            self.unsure = [one for one in self.unsure if not says_why(one)]
        found = in_order(without_contradictions(self.intents, self.context))
        unsure = [one for one in as_one_piece(self.unsure, self.context) if one not in found]
        doubtful = without_earlier_guesses(unsure, found)
        found, asked = as_accounted(", ".join(self.orders), found, doubtful)
        return ParsedMessage(found, tuple(self.refused), in_order(asked), self.unknown_style)

    def _starts_the_music(self, text: str) -> bool:
        """Return whether this is a first message that is no question and names no style."""
        if self.context.has_music or self.intents or self.refused or self.unsure or self.asides:
            return False
        missing = self.unknown_style or self.asked or not self.plain
        return not missing and says_something(text)
