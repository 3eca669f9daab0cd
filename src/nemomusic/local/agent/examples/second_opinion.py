"""Weigh the reading of the rules against the examples: do it, ask first, or take another reading.

The rules read values well, and are easily led astray by a word. The example model hears what kind
of sentence it is, and knows no values. Where both agree, the reading is carried out. Where they do
not, the doubtful reading becomes a question, which is free. Where the rules find nothing and the
model is sure, its kind is built with the values of the message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.local.agent import intents as wishes
from nemomusic.local.agent import music_intents as music
from nemomusic.local.agent.examples.intent_builder import IntentBuilder
from nemomusic.local.agent.examples.intent_kinds import kinds_of
from nemomusic.local.agent.intents import ParsedMessage
from nemomusic.local.agent.parsing.completeness_check import accounts_for
from nemomusic.local.agent.parsing.hedges import ASKS_FOR_MUSIC, NAMES_A_SONG, is_hedged
from nemomusic.local.agent.parsing.message_text import HeldQuotes, with_digits
from nemomusic.local.agent.parsing.slang_and_typos import in_plain_words
from nemomusic.local.agent.parsing.traditional_chinese import in_simplified

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nemomusic.local.agent.intents import Intent, MessageContext

_FEW_WORDS: Final = 4
_SHORT: Final = 24
"""Words and characters of a message that only names music."""
_HISTORY: Final = (wishes.Undo, wishes.Redo, wishes.GoBack)


@attrs.frozen
class Thresholds:
    """How sure the model must be, in units of its scores."""

    talk_margin: float = 0.1
    """Lead of "this is talk" over a reading, from which the agent asks first."""
    other_margin: float = 0.6
    """Lead of another kind of intent over a reading, from which the agent asks first."""
    first: float = -0.3
    """Score below which a first piece without a style is asked for first."""
    first_lead: float = 0.1
    """Lead over talk that such a piece needs."""
    plain_lead: float = 0.6
    """Lead of talk over a first piece in plain words, from which the agent asks."""
    plain_talk: float = -0.2
    """Score of talk from which the agent asks before an edit in a few plain words."""
    replace: float = 0.1
    """Score from which another kind of intent takes the place of a reading."""
    replace_margin: float = 0.7
    """Lead of another kind over a reading, from which it takes the reading's place."""
    unsupported: float = -0.85
    """Score below which a reading has no example that speaks for it."""
    confirm: float = -0.4
    """Score from which the model confirms a reading that the rules are not sure of."""
    confirm_lead: float = 0.1
    """Lead over talk that a confirmed reading needs."""
    overrule: float = 0.1
    """Score from which a wish is carried out that the rules took for something else."""
    overrule_lead: float = 0.7
    """Lead over the next kind that such a wish needs."""
    find: float = -0.3
    """Score from which a wish that the rules did not find is carried out."""
    find_lead: float = 0.4
    """Lead over the next kind that such a wish needs."""
    propose: float = -0.6
    """Score from which a wish that the rules did not find is proposed."""


THRESHOLDS: Final = Thresholds()


def is_free_kind(kind: str) -> bool:
    """Return whether a kind asks for no work."""
    return kind in {"talk", "refuse", "export"} or kind.startswith("ask ")


class SecondOpinion:
    """The scores of one message, and what follows from them.

    Args:
        text: The message.
        context: The session.
        scores: A score for each kind of intent.
        thresholds: How sure the model must be.
    """

    def __init__(
        self,
        text: str,
        context: MessageContext,
        scores: Mapping[str, float],
        thresholds: Thresholds = THRESHOLDS,
    ) -> None:
        self._text = text
        self._plain = in_simplified(text)
        self._context = context
        self._scores = scores
        self._limits = thresholds
        self._ranked = sorted(scores, key=lambda kind: -scores[kind])
        self._best = self._ranked[0]
        self._talk = max(scores[kind] for kind in scores if is_free_kind(kind))

    def on(self, read: ParsedMessage) -> ParsedMessage:
        """Return the reading of the rules, corrected."""
        done = [one for one in read.intents if not isinstance(one, wishes.FREE) or _is_step(one)]
        if done:
            return self._on_work(read, done)
        if read.unsure:
            return self._on_doubt(read)
        return self._on_nothing(read)

    def _support(self, found: Iterable[Intent]) -> list[float]:
        """Return the score of each wish of a reading."""
        named = kinds_of(found, has_music=self._context.has_music)
        return [max(self._scores.get(kind, -1.0) for kind in kinds) for kinds in named]

    def _on_work(self, read: ParsedMessage, done: list[Intent]) -> ParsedMessage:
        if self._names_upload(done):
            return read
        if is_hedged(self._plain) or self._is_weak_first(done):
            return self._asked(read, done)
        if self._is_plain_edit(done):
            return read
        support = self._support(done)
        kinds = {kind for one in kinds_of(done, has_music=self._context.has_music) for kind in one}
        lead = self._scores[self._best] - max(support)
        limits = self._limits
        if is_free_kind(self._best):
            if lead < self._talk_margin(done) or (self._best == "refuse" and read.refused):
                return read
            return self._asked(read, done)
        if self._best not in kinds:
            score = self._scores[self._best]
            if len(support) == 1 and score > limits.replace and lead > limits.replace_margin:
                other = self._built(self._best)
                if other is not None and self._accounted((other,)):
                    return attrs.evolve(read, intents=(*_free(read), other), unsure=())
            if lead > limits.other_margin:
                return self._asked(read, done)
        if min(support) < limits.unsupported and lead > 0.0:
            return self._asked(read, done)
        return read

    def _names_upload(self, done: list[Intent]) -> bool:
        """Return whether a reading uses a song that the message names by its file."""
        names = [name for name in self._context.songs if name.casefold() in self._text.casefold()]
        return bool(names) and all(isinstance(one, wishes.UseUpload) for one in done)

    def _is_plain_edit(self, done: list[Intent]) -> bool:
        """Return whether a few words name one edit and nothing else: "restore the drums"."""
        edit = len(done) == 1 and not isinstance(done[0], music.Compose | wishes.Undo)
        short = len(self._plain.split()) <= _FEW_WORDS and self._plain.isascii()
        doubted = is_free_kind(self._best) and self._scores[self._best] > self._limits.plain_talk
        return edit and short and not doubted and self._accounted(done)

    def _plainly_first(self, found: tuple[Intent, ...]) -> bool:
        """Return whether a reading is a first piece that is asked for in plain words."""
        first = all(isinstance(one, music.Compose) and one.count == 1 for one in found)
        plain = ASKS_FOR_MUSIC.search(self._plain) and self._accounted(found)
        return bool(first and plain) and not self._is_weak_first(list(found))

    def _talk_margin(self, done: list[Intent]) -> float:
        """Return the lead from which talk stops a reading."""
        first = not self._context.has_music and any(isinstance(one, music.Compose) for one in done)
        plain = self._is_short(done) or (first and ASKS_FOR_MUSIC.search(self._plain))
        return self._limits.plain_lead if plain else self._limits.talk_margin

    def _is_short(self, done: list[Intent]) -> bool:
        """Return whether a piece is named in a few words: "fast techno"."""
        named = any(isinstance(one, music.Compose) and one.named for one in done)
        return named and len(self._plain.split()) <= _FEW_WORDS and len(self._plain) <= _SHORT

    def _is_weak_first(self, done: list[Intent]) -> bool:
        """Return whether a first piece is read from words that name no music and little else."""
        firsts = [one for one in done if isinstance(one, music.Compose) and not one.named]
        if not firsts or self._context.has_music:
            return False
        score = self._scores["new"]
        if ASKS_FOR_MUSIC.search(self._plain) and not NAMES_A_SONG.search(self._plain):
            return score - self._talk < -self._limits.plain_lead
        if NAMES_A_SONG.search(self._plain):
            return True
        return score < self._limits.first or score - self._talk < self._limits.first_lead

    def _asked(self, read: ParsedMessage, done: list[Intent]) -> ParsedMessage:
        """Return a reading in which the work waits for a "yes"."""
        unsure = (*(one for one in done if one not in read.unsure), *read.unsure)
        return attrs.evolve(read, intents=_free(read), unsure=unsure)

    def _on_doubt(self, read: ParsedMessage) -> ParsedMessage:
        limits = self._limits
        support = self._support(read.unsure)
        kinds = {
            kind for one in kinds_of(read.unsure, has_music=self._context.has_music) for kind in one
        }
        if self._plainly_first(read.unsure) and not (read.refused or is_hedged(self._plain)):
            return attrs.evolve(read, intents=(*read.intents, *read.unsure), unsure=())
        if self._best in kinds and not is_hedged(self._plain):
            lead = min(support) - self._talk
            sure = min(support) > limits.confirm and lead > limits.confirm_lead
            if sure and not read.refused and self._accounted(read.unsure):
                return attrs.evolve(read, intents=(*read.intents, *read.unsure), unsure=())
            return read
        return self._found(read, doubted=True) or read

    def _on_nothing(self, read: ParsedMessage) -> ParsedMessage:
        if read.unknown_style:
            return read
        return self._found(read, doubted=bool(read.intents)) or read

    def _found(self, read: ParsedMessage, *, doubted: bool) -> ParsedMessage | None:
        """Return a reading by the model alone, or None.

        Args:
            read: The reading of the rules.
            doubted: Whether the rules took the message for something else.
        """
        best, score, limits = self._best, self._scores[self._best], self._limits
        if best == "talk" or (is_hedged(self._plain) and not is_free_kind(best)):
            return None
        if best == "refuse":
            return self._refused(read)
        intent = self._built(best)
        if intent is None or (read.refused and not isinstance(intent, wishes.Question)):
            return None
        if isinstance(intent, wishes.Question):
            return ParsedMessage((intent,)) if score > limits.propose else None
        lead = score - self._scores[self._ranked[1]]
        if doubted:
            sure = score > limits.overrule and lead > limits.overrule_lead
        else:
            near = score > limits.find and lead > limits.find_lead / 3
            sure = near or lead > limits.find_lead
        sure = sure and self._accounted((intent,))
        if sure:
            return ParsedMessage((intent,))
        if score > limits.propose and not isinstance(intent, wishes.FREE):
            kept = () if self._talk < score - limits.find_lead else read.intents
            return ParsedMessage(kept, unsure=(intent,))
        return None

    def _accounted(self, found: Iterable[Intent]) -> bool:
        """Return whether a reading accounts for all that the message says."""
        held = HeldQuotes().hold(self._plain)
        return accounts_for(with_digits(in_plain_words(held)), found)

    def _refused(self, read: ParsedMessage) -> ParsedMessage | None:
        """Return a reading that says the wish cannot be fulfilled, or None."""
        if any(isinstance(one, wishes.Question) for one in read.intents):
            return None
        return ParsedMessage(refused=(self._text.strip(),))

    def _built(self, kind: str) -> Intent | None:
        if self._context.has_music and kind == "new":
            return None
        if not self._context.has_music and kind in _NEEDS_MUSIC:
            return None
        if kind.startswith(("part", "density", "tempo", "mode", "key", "mood", "style")) and (
            not self._context.has_music
        ):
            return None
        return IntentBuilder(self._text, self._context).build(kind)


_NEEDS_MUSIC: Final = {"again", "nomusic", "duck on", "duck off", "whole", "ending+", "vol music+"}


def _is_step(one: Intent) -> bool:
    return isinstance(one, _HISTORY)


def _free(read: ParsedMessage) -> tuple[Intent, ...]:
    """Return the intents of a reading that change nothing."""
    return tuple(one for one in read.intents if isinstance(one, wishes.FREE) and not _is_step(one))
