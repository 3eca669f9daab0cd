"""Weigh the reading of the rules against the examples: do it, ask first, or take another reading.

The rules read values well, and are easily led astray by a word. The example model hears what kind
of sentence it is, and knows no values. Where both agree, the reading is carried out. Where they do
not, the doubtful reading becomes a question, which is free. Where the rules find nothing and the
model is sure, its kind is built with the values of the message.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.local.agent.examples.heard_wishes import heard_alone
from nemomusic.local.agent.examples.message_scores import MessageScores, is_free_kind
from nemomusic.local.agent.examples.reading_traits import (
    FEW_WORDS,
    asked,
    free_intents,
    is_beyond_doubt,
    is_loose,
    is_misheard,
    is_short,
    is_step,
    mutes,
    refused,
    settles,
    singles,
)
from nemomusic.local.agent.examples.thresholds import limits_for
from nemomusic.local.agent.intents import message_intents as wishes
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.intents.message_intents import ParsedMessage
from nemomusic.local.agent.parsing.combined_requests import in_order
from nemomusic.local.agent.parsing.rewriting.message_text import sentences
from nemomusic.local.agent.parsing.rewriting.slang_and_typos import in_plain_words
from nemomusic.local.agent.parsing.rules.hedges import ASKS_FOR_MUSIC
from nemomusic.local.agent.parsing.rules.order_detection import is_order
from nemomusic.local.agent.parsing.words import sound_words
from nemomusic.local.agent.parsing.words.talk.question_words import QUESTION_MARK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nemomusic.local.agent.examples.thresholds import Thresholds
    from nemomusic.local.agent.intents.message_intents import Intent, MessageContext

_SEVERAL: Final = re.compile(
    r"[,，;；、]|\b(?:and|then|plus|also|with)\b|再|也|和|并|然后|同时", re.IGNORECASE
)
"""Words that join two wishes."""
_ASKS_FOR_MORE: Final = re.compile(
    r"(?:音乐|配乐|曲|情绪|氛围|风格|节奏)[^，。]{0,8}[点些](?=\W*$|[，。])"
)
"""Chinese words for a wish that the music has more of a quality."""


class SecondOpinion:
    """What follows from the scores of one message.

    Args:
        text: The message.
        context: The session.
        scores: A score for each kind of intent.
        thresholds: How sure the model must be; None for the usual ones of the language.
    """

    def __init__(
        self,
        text: str,
        context: MessageContext,
        scores: Mapping[str, float],
        thresholds: Thresholds | None = None,
    ) -> None:
        self._text = text
        self._context = context
        self._limits = thresholds or limits_for(text)
        self._heard = MessageScores(text, context, scores, self._limits)

    def on(self, read: ParsedMessage, *, complete: bool = True) -> ParsedMessage:
        """Return the reading of the rules, corrected.

        Args:
            read: What the rules found.
            complete: Whether a wish may be carried out that only the model hears.
        """
        found = self._weighed(read)
        open_ = complete and not (found.work or found.refused or any(map(settles, found.intents)))
        alone = heard_alone(read, self._heard, self._limits) if open_ else None
        if alone is None or any(
            is_misheard(self._text, alone.intents[0], one) for one in read.work
        ):
            return found
        return alone

    def _weighed(self, read: ParsedMessage) -> ParsedMessage:
        """Return the reading of the rules, weighed against what the model hears."""
        done = [one for one in read.intents if not isinstance(one, wishes.FREE) or is_step(one)]
        if (done or read.unsure) and (answer := self._plain_question(read)):
            return answer
        if done:
            return self._on_work(read, done)
        if read.unsure:
            return self._on_doubt(read)
        return self._on_nothing(read)

    def _plain_question(self, read: ParsedMessage) -> ParsedMessage | None:
        """Return the reading of a message that only asks something, or None. Answers are free."""
        work = max(value for kind, value in self._heard.scores.items() if not is_free_kind(kind))
        score = self._heard.score
        if score < self._limits.ask or score - work < self._limits.ask_lead:
            return None
        if self._heard.best == "export":
            heard = min(self._heard.support(read.work), default=-1.0) > self._limits.heard
            if heard and not read.unsure and wishes.ExportHint() in read.intents:
                return None  # "a bigger ending, then export"
            return attrs.evolve(read, intents=(wishes.ExportHint(),), unsure=())
        if not self._heard.best.startswith("ask "):
            return None
        question = self._heard.build(self._heard.best)
        if question in read.intents and self._ends_with_order():
            return None
        return None if question is None else ParsedMessage((question,))

    def _ends_with_order(self) -> bool:
        """Return whether a Chinese question is followed by an order: "现在多少bpm？再快一点"."""
        said = sentences(self._heard.plain)
        last = said[-1] if len(said) > 1 and not self._text.isascii() else ""
        return bool(last) and not QUESTION_MARK.search(last) and is_order(in_plain_words(last))

    def _on_work(self, read: ParsedMessage, done: list[Intent]) -> ParsedMessage:
        if is_beyond_doubt(self._text, self._context, done):
            return read
        support = self._heard.support(done)
        kinds = self._heard.kinds(done)
        if not read.unsure and self._heard.is_clear_chinese(done):
            return self._with_second(read, done)
        if self._heard.best == "refuse" and self._heard.lead_over(kinds) > self._limits.refuse_lead:
            return refused(read, self._text) or asked(read, done)
        if self._heard.is_weak_first(done):
            rest = attrs.evolve(read, intents=free_intents(read))
            return self._found(rest, doubted=False) or asked(read, done)
        if self._heard.is_hedged(kinds):
            return asked(read, done)
        done, read = self._without_strays(done, read, support)
        if mutes(self._heard.plain, done) or self._is_plain_edit(done, kinds):
            return read
        lead = self._heard.score - max(support)
        limits = self._limits
        if is_free_kind(self._heard.best):
            answered = self._heard.build(self._heard.best) in read.intents
            if self._heard.is_near(read, lead) or (answered and self._ends_with_order()):
                return read
            told = self._heard.best == "refuse" and read.refused
            near = lead < self._talk_margin(done) or told
            return read if near or self._heard.is_heard_in_order(kinds) else asked(read, done)
        if self._heard.best not in kinds:
            other = self._replacement(done, lead)
            if other is not None:
                return attrs.evolve(read, intents=(*free_intents(read), other), unsure=())
            doubted = self._heard.is_plausible and not all(map(is_step, done))
            if lead > (limits.other_margin if doubted else limits.implausible):
                return asked(read, done)
        if min(support) < limits.unsupported and lead > 0.0:
            return asked(read, done)
        return self._with_second(read, done)

    def _replacement(self, done: list[Intent], lead: float) -> Intent | None:
        """Return the intent of another kind that takes a reading's place, or None.

        Args:
            done: The work of the reading.
            lead: Lead of the other kind over the reading.
        """
        over_next = self._heard.score - self._heard.scores[self._heard.ranked[1]]
        if len(done) > 1 or min(lead, over_next) < self._limits.replace_margin:
            return None
        other = self._heard.build(self._heard.best)
        if other is None or is_misheard(self._text, other, done[0]):
            return None
        return other if self._heard.accounts_for((other,), (self._heard.best,)) else None

    def _without_strays(
        self, done: list[Intent], read: ParsedMessage, support: list[float]
    ) -> tuple[list[Intent], ParsedMessage]:
        """Return a reading without wishes that no example speaks for, beside one that is sure.

        Args:
            done: The work of the reading.
            read: The reading.
            support: The score of each wish of the work.
        """
        if len(support) < 2:
            return done, read
        lead = self._heard.score - self._heard.scores[self._heard.ranked[1]]
        single = [piece for one in done for piece in singles(one)]
        kept = [one for one in single if self._heard.best in self._heard.kinds((one,))]
        stray = [one for one in single if one not in kept]
        asked = _ASKS_FOR_MORE.search(self._heard.plain) or self._heard.asks_for_piece(stray)
        if asked or not all(map(is_loose, stray)):
            return done, read
        sure = len(kept) == 1 and lead > self._limits.stray_lead and self._heard.accounts_for(kept)
        if not sure or max(self._heard.support(stray)) > self._limits.stray:
            return done, read
        others = [one for one in read.intents if one not in done]
        return kept, attrs.evolve(read, intents=in_order((*kept, *others)))

    def _with_second(self, read: ParsedMessage, done: list[Intent]) -> ParsedMessage:
        """Return a reading with the wish that the rules missed and the model is sure of."""
        if len(done) != 1 or read.unsure or len(self._heard.ranked) < 2:
            return read
        kinds = self._heard.kinds(done)
        missed = [kind for kind in self._heard.ranked[:2] if kind not in kinds]
        several = _SEVERAL.search(self._heard.plain)
        if not several or len(missed) != 1 or is_free_kind(missed[0]):
            return read
        if self._heard.scores[missed[0]] < self._limits.second:
            return read
        other = self._heard.build(missed[0])
        if other is None or type(other) is type(done[0]) or done == [wishes.BiggerEnding()]:
            return read
        if isinstance(other, wishes.MusicSpan) and not sound_words.MUSIC.search(self._heard.plain):
            return read  # "前3秒剪掉，从第3秒开始" speaks of the film
        if not self._heard.accounts_for((*done, other)):
            return read
        return attrs.evolve(read, intents=in_order((*read.intents, other)))

    def _is_plain_edit(self, done: list[Intent], kinds: set[str]) -> bool:
        """Return whether a few words name one edit and nothing else: "restore the drums"."""
        lead = self._heard.score - max(self._heard.support(done))
        other = self._heard.best not in kinds and lead > self._limits.plain_other
        if other and self._heard.is_plausible:
            return False
        edit = len(done) == 1 and not isinstance(done[0], music.Compose | wishes.Undo)
        short = len(self._heard.plain.split()) <= FEW_WORDS and self._heard.plain.isascii()
        doubted = is_free_kind(self._heard.best) and self._heard.score > self._limits.plain_talk
        return edit and short and not doubted and self._heard.accounts_for(done)

    def _plainly_first(self, found: tuple[Intent, ...]) -> bool:
        """Return whether a reading is a first piece that is asked for in plain words."""
        first = all(isinstance(one, music.Compose) and one.count == 1 for one in found)
        plain = ASKS_FOR_MUSIC.search(self._heard.plain) and self._heard.accounts_for(found)
        return bool(first and plain) and not self._heard.is_weak_first(list(found))

    def _talk_margin(self, done: list[Intent]) -> float:
        """Return the lead from which talk stops a reading."""
        first = not self._context.has_music and any(isinstance(one, music.Compose) for one in done)
        plain = is_short(self._heard.plain, done) or (
            first and ASKS_FOR_MUSIC.search(self._heard.plain)
        )
        limits = self._limits
        if plain:
            return limits.plain_lead
        return limits.order_zh if self._heard.is_chinese_order() else limits.talk_margin

    def _on_doubt(self, read: ParsedMessage) -> ParsedMessage:
        limits = self._limits
        support = self._heard.support(read.unsure)
        kinds = self._heard.kinds(read.unsure)
        plain = self._heard.lead_over(kinds) < limits.plain_other and self._plainly_first(
            read.unsure
        )
        if plain and not (read.refused or self._heard.is_hedged(kinds)):
            return attrs.evolve(read, intents=(*read.intents, *read.unsure), unsure=())
        if self._heard.best in kinds and not self._heard.is_hedged(kinds):
            lead = min(support) - self._heard.talk
            sure = min(support) > limits.confirm and lead > limits.confirm_lead
            if sure and not read.refused and self._heard.accounts_for(read.unsure, kinds):
                return attrs.evolve(read, intents=(*read.intents, *read.unsure), unsure=())
            return read
        return self._found(read, doubted=True) or read

    def _on_nothing(self, read: ParsedMessage) -> ParsedMessage:
        known = read.unknown_style or wishes.Question("volume") in read.intents
        return (None if known else self._found(read, doubted=bool(read.intents))) or read

    def _found(self, read: ParsedMessage, *, doubted: bool) -> ParsedMessage | None:
        """Return a reading by the model alone, or None.

        Args:
            read: The reading of the rules.
            doubted: Whether the rules took the message for something else.
        """
        best, score, limits = self._heard.best, self._heard.score, self._limits
        if best == "talk" or (not is_free_kind(best) and self._heard.is_hedged((best,))):
            return None
        if best == "refuse":
            return None if read.unsure and score < limits.confirm else refused(read, self._text)
        intent = self._heard.build(best)
        if intent is None or (read.refused and not isinstance(intent, wishes.Question)):
            return None
        if isinstance(intent, wishes.Question):
            return ParsedMessage((intent,)) if score > limits.propose else None
        lead = score - self._heard.scores[self._heard.ranked[1]]
        if doubted and (self._heard.weighs_up() or isinstance(intent, music.Compose)):
            sure = self._heard.is_certain((best,)) or self._heard.asks_plainly()
        elif doubted:
            sure = score > limits.overrule and lead > limits.overrule_lead
        else:
            near = score > limits.find and lead > limits.find_near
            sure = near or lead > limits.find_lead
        if sure and self._heard.accounts_for((intent,), (best,)):
            return ParsedMessage((intent,))
        if score > limits.propose and not isinstance(intent, wishes.FREE):
            kept = () if self._heard.talk < score - limits.find_lead else read.intents
            return ParsedMessage(kept, unsure=(intent,))
        return None
