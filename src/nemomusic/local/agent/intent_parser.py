"""Parse a message, in English or Chinese, without a language model.

Quoted words are taken out first, so that the text of a title is never read as a wish. Then the
names of clips are found. The rest is cut into sentences, and talk and questions are separated. The
remaining sentences are cut into clauses, and each clause goes to the first rule that matches. A
clause that is only half understood becomes a question to the user, and no edit.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.intents.message_intents import (
    FREE,
    ExportHint,
    GoBack,
    Intent,
    MessageContext,
    ParsedMessage,
    Question,
    RemoveMusic,
    Talk,
    UseUpload,
    Volume,
)
from nemomusic.local.agent.intents.music_intents import ChangeMusic, Compose
from nemomusic.local.agent.parsing.clear_requests import also_asks_for_music, is_unclear
from nemomusic.local.agent.parsing.combined_requests import (
    SAID_AS_REASON,
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
from nemomusic.local.agent.parsing.completeness_check import as_accounted
from nemomusic.local.agent.parsing.confidence import BAR, known_share
from nemomusic.local.agent.parsing.follow_ups import (
    fade_after,
    goes_on,
    keeps_only_own,
    repeats_the_part,
    reported_praise,
    set_length_of_fades,
    volume_after,
)
from nemomusic.local.agent.parsing.rewriting.message_text import (
    LONGEST,
    HeldQuotes,
    clauses,
    says_something,
    sentences,
    with_digits,
    without_floods,
)
from nemomusic.local.agent.parsing.rewriting.slang_and_typos import in_plain_words
from nemomusic.local.agent.parsing.rewriting.traditional_chinese import in_simplified
from nemomusic.local.agent.parsing.rules.clip_rules import read_clips
from nemomusic.local.agent.parsing.rules.first_music import first_music_is_asked
from nemomusic.local.agent.parsing.rules.hedges import tells_of_style
from nemomusic.local.agent.parsing.rules.music_rules import (
    MusicRequest,
    about_other_qualities,
    beside_history,
    is_bare_mood,
    parts_meant,
    read_music,
    scales_tempo,
)
from nemomusic.local.agent.parsing.rules.order_detection import (
    KEEPS,
    is_consequence,
    is_judged,
    is_left_alone,
    is_order,
    is_reason,
    is_reported,
    is_wish,
    only_tells,
    without_consequence,
)
from nemomusic.local.agent.parsing.rules.pronouns import with_pronouns_resolved
from nemomusic.local.agent.parsing.rules.sentence_edits import whole_sentence
from nemomusic.local.agent.parsing.rules.sound_rules import (
    change_of,
    read_ducking,
    read_passage,
    read_share,
)
from nemomusic.local.agent.parsing.rules.talk_rules import (
    asks_only,
    back_to_style,
    brings_music_back,
    history_of,
    is_remark,
    kind_of,
    whole_message,
)
from nemomusic.local.agent.parsing.rules.unsupported_requests import asks_beyond, read_beyond
from nemomusic.local.agent.parsing.rules.video_rules import read_canvas, read_title, read_trim
from nemomusic.local.agent.parsing.words import music_words, sound_words, talk_words, video_words
from nemomusic.local.agent.parsing.words.figurative_moods import with_mood_of_effect
from nemomusic.local.agent.parsing.words.foreign_styles import foreign_style

if TYPE_CHECKING:
    from collections.abc import Callable

    from nemomusic.local.agent.parsing.rules.video_rules import Found

_NEEDS_SURENESS: Final = (Volume, RemoveMusic, ChangeMusic, Compose)
"""Intents that vague words can suggest by mistake. Other intents need the name of their object."""

_OF_OTHERS: Final = re.compile(r"(?i)\W*(?:i|we|he|she|they|people)\b|.*视频[删剪去]")
"""Tells of people, or cuts the film: "music at 10 %, I talk over the whole thing"."""
_VIDEO_RULES: Final[tuple[Callable[[str, HeldQuotes], Found], ...]] = (
    read_trim,
    read_canvas,
    read_beyond,
)


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


@attrs.define
class _MessageReading:
    """The state of parsing one message."""

    context: MessageContext
    quotes: HeldQuotes
    intents: list[Intent] = attrs.field(factory=list)
    unsure: list[Intent] = attrs.field(factory=list)
    refused: list[str] = attrs.field(factory=list)
    asides: list[Question | Talk] = attrs.field(factory=list)
    wishes: list[tuple[str, MusicRequest]] = attrs.field(factory=list)
    plain: list[str] = attrs.field(factory=list)
    mentioned: list[str] = attrs.field(factory=list)
    guesses: list[music.ChangePart] = attrs.field(factory=list)
    unknown_style: str | None = None
    doubtful: bool = False
    asked: bool = False
    spoke_of_own: bool = False
    reasons: list[tuple[str, MusicRequest]] = attrs.field(factory=list)
    told: list[str] = attrs.field(factory=list)
    orders: list[str] = attrs.field(factory=list)

    def read_sentence(self, sentence: str) -> None:
        """Read one sentence."""
        if asks_beyond(sentence):
            self.refused.append(self.quotes.restore(sentence))
            return
        kind = kind_of(sentence, self.context)
        parts = clauses(sentence)
        ducks = sound_words.DUCK.search(sentence) and not any(
            sound_words.DUCK.search(one) for one in parts
        )
        parts = [sentence] if ducks else with_pronouns_resolved(parts)
        self.told += parts
        if isinstance(kind, Talk) and kind.kind in {"statement", "opinion"}:
            told = kind.kind == "statement"
            ends_asking = talk_words.QUESTION_MARK.search(sentence)
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
            self._take([back], sentence)  # "the lo-fi one please, go back to that"
            return
        if edit := whole_sentence(sentence, self.quotes):
            exports = any(map(video_words.EXPORT.search, parts))
            self._take([edit, ExportHint()] if exports else [edit], sentence)
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
                self._read_clause(clause)
        self.doubtful = False

    def _read_clause(self, clause: str) -> None:
        if is_remark(clause):
            return
        only_music = sound_words.ONLY_MUSIC.search(clause) and self.context.has_music
        if only_music or video_words.EXPORT.search(clause):
            self._take([Volume("own", 0.0) if only_music else ExportHint()], clause)
            return
        back = history_of(clause)
        if isinstance(back, GoBack) and not self.context.composed:
            if back.style is None:
                return
        elif back is not None:
            self._take([back], clause)
            return
        if brings_music_back(clause, self.context):
            self._take([GoBack()], clause)
            return
        found = self._edits(clause)
        if found == "refused":
            self.refused.append(self.quotes.restore(clause))
        elif found:
            self._take(found, clause)
        elif found is None:
            self._read_music(clause)

    def _edits(self, clause: str) -> Found:
        """Try the rules for edits, one after the other."""
        changed = self.wishes[-1][1].changes if self.wishes else ()
        if keeps_only_own(clause, self.intents):
            return []
        if set_length_of_fades(clause, self.intents) or repeats_the_part(clause, changed):
            return []
        found = fade_after(
            clause, self.quotes, self.intents, before=", ".join(self.told)
        ) or read_title(clause, self.quotes)
        styled = not self.context.has_music and music_words.named_style(clause)
        if found == "refused" or (found and not styled):
            return found
        if found:
            self._take(found, clause)  # "jazz that creeps in gently" asks for music, too
            return None
        last = self.intents[-1] if self.intents else None
        goes_on = (isinstance(last, Volume) and last.of == "music") or isinstance(
            last, kinds.MusicSpan | kinds.Passage
        )
        music_meant = goes_on or (self.wishes and not self.context.has_music)
        about = f"music {clause}" if music_meant and not _OF_OTHERS.match(clause) else clause
        sound = read_ducking(clause, self.context) or read_passage(about, self.context)
        if sound:
            return self._beside_music(sound, clause)
        for rule in _VIDEO_RULES:
            if found := rule(clause, self.quotes):
                return self._beside_music(found, clause)
        if about_other_qualities(clause):
            return None
        sound = volume_after(clause, self.context, self.intents, of_own=self.spoke_of_own)
        self.spoke_of_own = bool(not sound and sound_words.OWN.search(clause))
        return self._beside_music(sound, clause)

    def _beside_music(self, found: Found, clause: str) -> Found:
        """Return edits, or None after taking them if the clause asks for music as well."""
        edits = found if isinstance(found, list) else []
        beside = edits and isinstance(edits[0], Volume | kinds.MusicSpan | kinds.Canvas)
        if not beside or not also_asks_for_music(clause, self.context):
            return found
        self._take(edits, clause)
        return None

    def _read_music(self, said: str) -> None:
        clause = "" if is_consequence(said) and self._has_order() else without_consequence(said)
        if not clause:
            return
        if music_words.EVERYTHING_ELSE.search(clause):
            return  # "only the piano, nothing else"
        if self.context.has_music and music_words.named_style(clause) and KEEPS.search(clause):
            self.asides.append(Talk("statement"))
            return  # "we'll keep the jazz"
        if tells_of_style(clause) or (music_words.named_style(clause) and is_judged(clause)):
            return  # "jazz is too old-fashioned" says why another style is asked for
        if self.context.has_music and music_words.denies_style(clause):
            return  # "rock, the jazz can go"
        if foreign := foreign_style(clause):
            self.unknown_style = foreign
            return
        if self.mentioned and (meant := parts_meant(clause, self.mentioned)):
            self.wishes.append((clause, MusicRequest(tuple(meant))))
            self.mentioned = []
            return
        before = tuple(change for _, wish in self.wishes for change in wish.changes)
        wish = read_music(clause, self.context, before)
        if wish is None and music_words.named_part(clause) and self.context.has_music:
            self.mentioned = music_words.parts(clause)
            self._read_part(clause)
        elif wish is None:
            self._read_rest(clause)
        elif (is_reason(clause) and self._has_order()) or is_bare_mood(clause, wish, self.wishes):
            return  # "change it to classical, my dad does not like jazz"
        elif self.doubtful or (self.context.has_music and is_unclear(clause, wish)):
            self.unsure += intents_of([(clause, wish)], self.context, self.quotes)
        else:
            reason = is_reason(clause) and all(
                isinstance(one, SAID_AS_REASON) for one in wish.changes
            )
            (self.reasons if reason else self.wishes).append((clause, wish))
            percent = change_of(clause, "music") if "%" in clause else None
            volumes = [one for one in self.intents if isinstance(one, Volume)]
            if percent and percent.to is not None and not volumes:
                self.intents.append(percent)

    def _has_order(self) -> bool:
        return bool(self.wishes or any(not isinstance(one, FREE) for one in self.intents))

    def _read_part(self, clause: str) -> None:
        """Read a clause that names an instrument without saying what to do with it."""
        if music_words.PRAISED.search(clause):
            self.asides.append(Talk("praise"))
        elif not music_words.DISLIKED.search(clause):
            self.guesses += [music.ChangePart(part, "more") for part in self.mentioned]

    def _read_rest(self, clause: str) -> None:
        """Keep a clause without a rule: it continues the clause before, or describes the music."""
        last = self.intents[-1] if self.intents and goes_on(clause, self.intents[-1]) else None
        if isinstance(last, Volume) and sound_words.OWN.search(clause):
            self._take([attrs.evolve(last, of="own")], clause)
        elif isinstance(last, Volume) and sound_words.MUSIC.search(clause):
            self._take([attrs.evolve(last, of="music")], clause)
        elif self.wishes and (share := read_share(clause)):
            (self.unsure if scales_tempo(self.wishes[-1][1]) else self.intents).append(share)
        else:
            self.plain.append(clause)

    def _take(self, found: list[Intent], clause: str) -> None:
        loose = any(isinstance(one, _NEEDS_SURENESS) for one in found)
        if self.doubtful or (loose and known_share(clause) < BAR):
            self.unsure += found
        else:
            self.intents += [one for one in found if one not in self.intents]

    def result(self, text: str) -> ParsedMessage:
        """Return all intents that were found, in order."""
        self.intents = without_places(
            [back_to_style(one, text) for one in self.intents], self.refused
        )
        if any(isinstance(one, GoBack | kinds.Undo) for one in self.intents):
            self.wishes = [one for one in self.wishes if beside_history(*one)]
        elif not self._has_order() or any(says_to_match(one) for one, _ in self.wishes):
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
        if self._has_order():
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
