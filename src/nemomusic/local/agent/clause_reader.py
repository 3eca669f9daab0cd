"""Read the clauses of a message: each goes to the first rule that matches."""

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
    Question,
    RemoveMusic,
    Talk,
    Volume,
)
from nemomusic.local.agent.intents.music_intents import ChangeMusic, Compose
from nemomusic.local.agent.parsing.checks.confidence import BAR, known_share
from nemomusic.local.agent.parsing.clear_requests import also_asks_for_music, is_unclear
from nemomusic.local.agent.parsing.combined_requests import SAID_AS_REASON, intents_of
from nemomusic.local.agent.parsing.continuations.follow_ups import (
    fade_after,
    goes_on,
    keeps_only_own,
    repeats_the_part,
    set_length_of_fades,
    volume_after,
)
from nemomusic.local.agent.parsing.rules.hedges import tells_of_style
from nemomusic.local.agent.parsing.rules.music_rules import (
    MusicRequest,
    about_other_qualities,
    is_bare_mood,
    read_music,
    scales_tempo,
)
from nemomusic.local.agent.parsing.rules.order_detection import (
    KEEPS,
    is_consequence,
    is_judged,
    is_order,
    is_reason,
    without_consequence,
)
from nemomusic.local.agent.parsing.rules.part_rules import parts_meant
from nemomusic.local.agent.parsing.rules.sound_rules import (
    change_of,
    read_ducking,
    read_passage,
    read_share,
)
from nemomusic.local.agent.parsing.rules.talk_rules import brings_music_back, history_of, is_remark
from nemomusic.local.agent.parsing.rules.unsupported_requests import read_beyond
from nemomusic.local.agent.parsing.rules.video_rules import read_canvas, read_title, read_trim
from nemomusic.local.agent.parsing.words import sound_words
from nemomusic.local.agent.parsing.words.film import export_words
from nemomusic.local.agent.parsing.words.music import named_music, part_words
from nemomusic.local.agent.parsing.words.music.foreign_styles import foreign_style

if TYPE_CHECKING:
    from collections.abc import Callable

    from nemomusic.local.agent.parsing.rewriting.message_text import (
        HeldQuotes,
    )
    from nemomusic.local.agent.parsing.rules.video_rules import Found

_LIKENESS: Final = re.compile(r"\W*(?:就)?(?:像|跟|好像|类似)[^，。]{2,12}\W*")
"""Compares in Chinese the music with something: "像午后的咖啡馆"."""
_FROM_THEN: Final = re.compile(
    r"\W*(?:就|直接|请|还是)?从第?\s*[\d.]+\s*秒(?:钟)?(?:再)?(?:开始|起|算起|播)[吧呗啊]?\W*"
)
"""Names in Chinese a time from which something begins."""
_EMPTY: Final = re.compile(r"留白|空着|空出来|安静")
"""Says again in Chinese that the music is silent for a while."""
_BAD_START: Final = re.compile(r"(?:前|开头|头|开始)(?:的|那)?\s*[\d.]+\s*秒")
"""Speaks of the first seconds."""
_NEEDS_SURENESS: Final = (Volume, RemoveMusic, ChangeMusic, Compose)
"""Intents that vague words can suggest by mistake. Other intents need the name of their object."""

_OF_OTHERS: Final = re.compile(r"(?i)\W*(?:i|we|he|she|they|people)\b|.*视频[删剪去]")
"""Tells of people, or cuts the film: "music at 10 %, I talk over the whole thing"."""
_VIDEO_RULES: Final[tuple[Callable[[str, HeldQuotes], Found], ...]] = (
    read_trim,
    read_canvas,
    read_beyond,
)


@attrs.define
class ClauseReader:
    """Gives each clause to the first rule that matches, and keeps what was found in a message."""

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

    def read_clause(self, clause: str) -> None:
        """Read one clause."""
        if is_remark(clause):
            return
        if self.wishes and not self.context.has_music and _LIKENESS.fullmatch(clause):
            self.plain.append(clause)
            return  # "配史诗风格的，像片头那样"
        if _FROM_THEN.fullmatch(clause) and self._begins_film():
            self.take([kinds.Trim(float(re.findall(r"[\d.]+", clause)[0]), None)], clause)
            return
        only_music = sound_words.ONLY_MUSIC.search(clause) and self.context.has_music
        if only_music or export_words.EXPORT.search(clause):
            self.take([Volume("own", 0.0) if only_music else ExportHint()], clause)
            return
        back = history_of(clause)
        if isinstance(back, GoBack) and not self.context.composed:
            if back.style is None:
                return
        elif back is not None:
            self.take([back], clause)
            return
        if brings_music_back(clause, self.context):
            self.take([GoBack()], clause)
            return
        found = self._edits(clause)
        if found == "refused":
            self.refused.append(self.quotes.restore(clause))
        elif found:
            self.take(found, clause)
        elif found is None:
            self._read_music(clause)

    def _begins_film(self) -> bool:
        """Return whether "从第3秒开始" says where the film begins, and not where the music does."""
        told = ", ".join(self.told)
        if self.wishes or sound_words.MUSIC.search(told) or self.context.composed:
            return bool(_BAD_START.search(told)) and not sound_words.MUSIC.search(told)
        return True

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
        styled = not self.context.has_music and named_music.named_style(clause)
        if found == "refused" or (found and not styled):
            return found
        if found:
            self.take(found, clause)  # "jazz that creeps in gently" asks for music, too
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
        if isinstance(last, Volume) and last.to == 0 and sound and not is_order(clause):
            self.take([last], clause)
            return []  # "原声关掉，风声太大了" says why
        return self._beside_music(sound, clause)

    def _beside_music(self, found: Found, clause: str) -> Found:
        """Return edits, or None after taking them if the clause asks for music as well."""
        edits = found if isinstance(found, list) else []
        beside = edits and isinstance(edits[0], Volume | kinds.MusicSpan | kinds.Canvas)
        if not beside or not also_asks_for_music(clause, self.context):
            return found
        self.take(edits, clause)
        return None

    def _read_music(self, said: str) -> None:
        clause = "" if is_consequence(said) and self.has_order() else without_consequence(said)
        if not clause:
            return
        silent = any(isinstance(one, kinds.Passage) and one.silent for one in self.intents)
        if part_words.EVERYTHING_ELSE.search(clause) or (silent and _EMPTY.search(clause)):
            return  # "only the piano, nothing else"
        if self.context.has_music and named_music.named_style(clause) and KEEPS.search(clause):
            self.asides.append(Talk("statement"))
            return  # "we'll keep the jazz"
        if tells_of_style(clause) or (named_music.named_style(clause) and is_judged(clause)):
            return  # "jazz is too old-fashioned" says why another style is asked for
        if self.context.has_music and named_music.denies_style(clause):
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
        if wish is None and named_music.named_part(clause) and self.context.has_music:
            self.mentioned = named_music.parts(clause)
            self._read_part(clause)
        elif wish is None:
            self._read_rest(clause)
        elif (is_reason(clause) and (self.has_order() or self.unsure)) or is_bare_mood(
            clause, wish, self.wishes
        ):
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

    def has_order(self) -> bool:
        """Return whether any work was found."""
        return bool(self.wishes or any(not isinstance(one, FREE) for one in self.intents))

    def _read_part(self, clause: str) -> None:
        """Read a clause that names an instrument without saying what to do with it."""
        if part_words.PRAISED.search(clause):
            self.asides.append(Talk("praise"))
        elif not part_words.DISLIKED.search(clause):
            self.guesses += [music.ChangePart(part, "more") for part in self.mentioned]

    def _read_rest(self, clause: str) -> None:
        """Keep a clause without a rule: it continues the clause before, or describes the music."""
        last = self.intents[-1] if self.intents and goes_on(clause, self.intents[-1]) else None
        if isinstance(last, Volume) and sound_words.OWN.search(clause):
            self.take([attrs.evolve(last, of="own")], clause)
        elif isinstance(last, Volume) and sound_words.MUSIC.search(clause):
            self.take([attrs.evolve(last, of="music")], clause)
        elif self.wishes and (share := read_share(clause)):
            (self.unsure if scales_tempo(self.wishes[-1][1]) else self.intents).append(share)
        else:
            self.plain.append(clause)

    def take(self, found: list[Intent], clause: str) -> None:
        """Keep what was found in a clause, as doubtful where its words are not known."""
        loose = any(isinstance(one, _NEEDS_SURENESS) for one in found)
        if self.doubtful or (loose and known_share(clause) < BAR):
            self.unsure += found
        else:
            self.intents += [one for one in found if one not in self.intents]
