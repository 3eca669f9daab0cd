"""What the scores of one message say: its best kind, how sure that is, and what it would do."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from nemomusic.local.agent.examples.example_model import scores_of
from nemomusic.local.agent.examples.intent_builder import IntentBuilder
from nemomusic.local.agent.examples.intent_kinds import kinds_of
from nemomusic.local.agent.intents import message_intents as wishes
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.checks.chinese_directions import points_elsewhere
from nemomusic.local.agent.parsing.checks.completeness_check import accounts_for
from nemomusic.local.agent.parsing.checks.confidence import known_share
from nemomusic.local.agent.parsing.rewriting.message_text import HeldQuotes, clauses, with_digits
from nemomusic.local.agent.parsing.rewriting.slang_and_typos import in_plain_words
from nemomusic.local.agent.parsing.rewriting.traditional_chinese import in_simplified
from nemomusic.local.agent.parsing.rules.hedges import (
    ASKS_FOR_MUSIC,
    NAMES_A_SONG,
    PUTS_OFF_ZH,
    is_hedged,
)
from nemomusic.local.agent.parsing.rules.order_detection import is_order
from nemomusic.local.agent.parsing.words.music.named_music import named_part
from nemomusic.local.agent.parsing.words.sound_words import MUSIC, OWN
from nemomusic.local.agent.parsing.words.talk.question_words import QUESTION_MARK, REQUESTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nemomusic.local.agent.examples.thresholds import Thresholds
    from nemomusic.local.agent.intents.message_intents import Intent, MessageContext, ParsedMessage

_PARTS: Final = re.compile(r"\s*[，,。！!？?；;…\n]+\s*")
_WISHED: Final = re.compile(
    r"^\W*(?:请|麻烦|帮我|我?想(?:要|再)?)[把给将]?[^，。]{0,8}(?:添|加|换|配|来|做|调|去|关|改"
    r"|弄|放)"
)
"""Asks for something in Chinese: "想添把小提琴"."""
_NEEDS_MUSIC: Final = {"again", "nomusic", "duck on", "duck off", "whole", "ending+", "vol music+"}
_KEEPS_OWN: Final = re.compile(
    r"(?:只|就|光|仅)[要留听剩]?(?:视频|片子)?(?:原声|原音|人声|现场声"
    r"|(?:原来|原本|本来|自带)的?声音?)(?:就[好行]了?|即可|吧)?\W*$"
    r"|(?:原声|原音|原来的声音|人声|现场声)[^，。]{0,3}(?:我?还?要(?!去|关|静|删|拿)|留)"
)
"""Chinese words for a wish to hear the clips' own sound."""
_KEEPS_OWN_EN: Final = re.compile(
    r"\b(?:only|just|nothing but) (?:\w+ ){0,4}?(?:original|own|natural|recorded|clip|video|camera)"
    r"(?:'?s)?(?: \w+)? (?:sounds?|audio|noises?)\b(?!.*\b(?:off|out|gone|away|muted?|silent)\b)",
    re.IGNORECASE,
)
"""English words for the same: "I only want the original sound"."""


def is_free_kind(kind: str) -> bool:
    """Return whether a kind asks for no work."""
    return kind in {"talk", "refuse", "export"} or kind.startswith("ask ")


class MessageScores:
    """The scores of one message, and what they say.

    Args:
        text: The message.
        context: The session.
        scores: A score for each kind of intent.
        limits: How sure the model must be.

    Attributes:
        plain: The message, in simplified Chinese signs.
        scores: A score for each kind of intent.
        ranked: All kinds, the best first.
        best: The kind with the highest score.
        score: Its score.
        talk: The highest score of a kind that asks for no work.
        limits: How sure the model must be.
    """

    def __init__(
        self, text: str, context: MessageContext, scores: Mapping[str, float], limits: Thresholds
    ) -> None:
        self._text = text
        self._context = context
        self.plain: str = in_simplified(text)
        self.scores = scores
        self.limits = limits
        self.ranked: list[str] = sorted(scores, key=lambda kind: -scores[kind])
        self.best: str = self.ranked[0]
        self.score: float = scores[self.best]
        self.talk: float = max(scores[kind] for kind in scores if is_free_kind(kind))

    def is_certain(self, kinds: Iterable[str]) -> bool:
        """Return whether the model has no doubt that a message is one of some kinds."""
        named = set(kinds)
        score = max(self.scores.get(kind, -1.0) for kind in named)
        others = max(value for kind, value in self.scores.items() if kind not in named)
        limits = self.limits
        return score > limits.certain and score - others > limits.certain_lead

    def is_hedged(self, kinds: Iterable[str]) -> bool:
        """Return whether a message puts off or weighs up, and the model has doubts as well."""
        if not is_hedged(self.plain) or self.is_certain(kinds):
            return False
        heard = self.best in set(kinds) and self.score > self.limits.sure_zh
        lead = self.score - self.talk > self.limits.sure_lead_zh
        if self.plain.isascii() or PUTS_OFF_ZH.search(self.plain):
            return True
        return not (heard and lead)

    def support(self, found: Iterable[Intent]) -> list[float]:
        """Return the score of each wish of a reading."""
        named = kinds_of(found, has_music=self._context.has_music)
        return [max(self.scores.get(kind, -1.0) for kind in kinds) for kinds in named]

    @cached_property
    def is_plausible(self) -> bool:
        """Whether the best kind can be built, and accounts for the message."""
        if is_free_kind(self.best):
            return True
        other = self.build(self.best)
        return other is not None and self.accounts_for((other,), (self.best,))

    def lead_over(self, kinds: Iterable[str]) -> float:
        """Return the lead of the best kind over some kinds."""
        return self.score - max(self.scores.get(kind, -1.0) for kind in kinds)

    def kinds(self, found: Iterable[Intent]) -> set[str]:
        """Return all kinds by which intents may be called."""
        named = kinds_of(found, has_music=self._context.has_music)
        return {kind for one in named for kind in one}

    def weighs_up(self) -> bool:
        """Return whether a message is a question that asks for no work."""
        mark = QUESTION_MARK.search(self.plain)
        return bool(mark and not REQUESTS.search(self.plain))

    @cached_property
    def _said(self) -> str:
        """The message in plain words, without quoted ones."""
        return with_digits(in_plain_words(HeldQuotes().hold(self.plain)))

    @cached_property
    def is_all_known(self) -> bool:
        """Whether a Chinese message puts nothing off, and the rules know each sign of it."""
        if self.plain.isascii() or is_hedged(self.plain):
            return False
        return known_share(self._said, strict=True) == 1.0

    def is_clear_chinese(self, done: list[Intent]) -> bool:
        """Return whether a Chinese message holds one edit, and no sign that the rules do not know.

        In four sets that neither rules nor model had seen, the model doubted 11 such readings that
        were right, and none that was wrong. Odd short sentences are the reason for a limit at all.
        """
        if len(done) != 1 or isinstance(done[0], music.Compose | wishes.GoBack):
            return False
        if self.lead_over(self.kinds(done)) > self.limits.clear_lead:
            return False
        return self.is_all_known and self.accounts_for(done)

    def is_chinese_order(self) -> bool:
        """Return whether a clause of a Chinese message is an order."""
        if self.plain.isascii():
            return False
        return any(map(is_order, clauses(in_plain_words(self.plain))))

    def asks_for_piece(self, found: Iterable[Intent]) -> bool:
        """Return whether a Chinese message orders a first piece, and intents hold one.

        Args:
            found: The intents.
        """
        composed = any(isinstance(one, music.Compose) for one in found)
        return composed and bool(ASKS_FOR_MUSIC.search(self.plain)) and self.is_chinese_order()

    def is_heard_in_order(self, kinds: Iterable[str]) -> bool:
        """Return whether the orders of a Chinese message, without its story, say what was read.

        Args:
            kinds: The kinds of what was read.
        """
        if self.plain.isascii() or self.best != "talk":
            return False
        said = _PARTS.split(self.plain)
        orders = [one for one in said if is_order(in_plain_words(one)) or _WISHED.match(one)]
        if not orders or len(orders) == len(said):
            return False
        scores = scores_of("，".join(orders), has_music=self._context.has_music)
        best = max(scores, key=scores.__getitem__)
        free = max(value for kind, value in scores.items() if is_free_kind(kind))
        limits = self.limits
        return best in set(kinds) and (
            scores[best] > limits.order_alone and scores[best] - free > limits.order_alone_lead
        )

    def is_weak_first(self, done: list[Intent]) -> bool:
        """Return whether a first piece is read from words that name no music and little else."""
        firsts = [one for one in done if isinstance(one, music.Compose) and not one.named]
        if not firsts or self._context.has_music:
            return False
        score = max(self.scores.get(kind, -1.0) for kind in ("new", "versions"))
        if ASKS_FOR_MUSIC.search(self.plain) and not NAMES_A_SONG.search(self.plain):
            return score - self.talk < -self.limits.plain_lead
        if NAMES_A_SONG.search(self.plain):
            return True
        return score < self.limits.first or score - self.talk < self.limits.first_lead

    def asks_plainly(self) -> bool:
        """Return whether a Chinese message asks for a first piece, beside what it tells."""
        if self.best != "new" or self.plain.isascii() or self.weighs_up():
            return False
        lead = self.score - self.scores[self.ranked[1]]
        sure = self.score > self.limits.new_score and lead > self.limits.new_lead
        return sure and bool(ASKS_FOR_MUSIC.search(self.plain))

    def is_near(self, read: ParsedMessage, lead: float) -> bool:
        """Return whether a reading stays valid although the best kind needs no work.

        Args:
            read: The reading.
            lead: Lead of the best kind over the reading.
        """
        if self.best == "export":
            return wishes.ExportHint() in read.intents
        return self.best == "refuse" and lead < self.limits.refuse_near

    def accounts_for(self, found: Iterable[Intent], kinds: Iterable[str] = ()) -> bool:
        """Return whether a reading accounts for all that the message says.

        Args:
            found: The intents.
            kinds: The kinds of the intents. If the model is certain of them, verbs need no intent.
        """
        certain = bool(kinds) and self.is_certain(kinds)
        return accounts_for(self._said, found, only_values=certain)

    def build(self, kind: str) -> Intent | None:
        """Return the intent of a kind with the values of the message, or None."""
        if self._context.has_music and kind == "new":
            return None
        if not self._context.has_music and kind in _NEEDS_MUSIC:
            return None
        if kind == "nomusic" and not MUSIC.search(self._said):
            return None  # "我改主意了" often stands beside it
        if kind == "vol own=0" and (
            _KEEPS_OWN.search(self.plain)
            or _KEEPS_OWN_EN.search(self.plain)
            or (named_part(self.plain) and not OWN.search(self.plain))
        ):
            return None
        if kind.startswith(("part", "density", "tempo", "mode", "key", "mood", "style")) and (
            not self._context.has_music
        ):
            return None
        built = IntentBuilder(self._text, self._context).build(kind)
        if built is not None and points_elsewhere(self._text, (built,)):
            return None
        return built
