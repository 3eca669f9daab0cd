"""Carry out edits of the music: new pieces, measured changes, and earlier pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.engine.composition.prompt_parser import parse_prompt
from nemomusic.local.agent.edits.music_placement import MusicPlacement
from nemomusic.local.agent.edits.scoring import ComposedPiece, ScoringService
from nemomusic.local.agent.intents.brief_changes import (
    applied,
    mode_of,
    pitch_class,
    replaced,
    strayed,
    verdict,
)
from nemomusic.local.agent.intents.music_intents import (
    ChangeDensity,
    ChangeMusic,
    Compose,
    MusicChange,
    ScaleTempo,
    SetMood,
)

if TYPE_CHECKING:
    from nemomusic.engine.types import Brief, ScoreSummary
    from nemomusic.local.agent.edits.workspace import Workspace
    from nemomusic.local.agent.intents.brief_changes import Verdict
    from nemomusic.local.agent.replies.reply_catalog import ReplyCatalog

_STRENGTHS: Final = (1.0, 2.0, 3.5)
"""The strength of a change in each try, until the change is heard."""
_MOST_PINS: Final = 2
"""The most times that a piece is composed again since it has other changes than those asked for."""
_DEGREES: Final = (ScaleTempo, SetMood, ChangeDensity)
"""Gradual changes, which are tried again if they were not heard."""


class MusicEdits:
    """Carries out all edits that compose music.

    Attributes:
        said: The sentences for the user.
        pieces: The number of new pieces under the video.
        placement: Places the music on the timeline.
    """

    def __init__(self, work: Workspace, words: ReplyCatalog, said: list[str]) -> None:
        self._work = work
        self._words = words
        self._scoring = ScoringService(work)
        self.placement: MusicPlacement = MusicPlacement(work, words, said, self._scoring)
        self.said: list[str] = said
        self.pieces: int = 0

    # New pieces

    async def compose(self, intent: Compose) -> bool:
        """Compose one or more new pieces. Return whether the video has changed."""
        changed = False
        offer = len(self._work.memory.get("pieces", [])) if intent.count > 1 else None
        for number in range(1, intent.count + 1):
            changed |= await self._new_piece(intent, number, offer)
        if intent.count > 1 and changed:
            self.said.append(self._words.say("versions_made", n=intent.count))
        return changed

    async def _new_piece(self, intent: Compose, number: int, offer: int | None) -> bool:
        memory = self._work.memory
        old: Brief | None = memory.get("brief") if intent.other else None
        brief = old if old and not intent.words else parse_prompt(intent.words, previous=old)
        if intent.key is not None:
            brief = attrs.evolve(brief, tonic=intent.key.tonic, mode=intent.key.mode or brief.mode)
        other = intent.other or number > 1
        take = int(memory.get("take", 0)) + other
        seed = self._scoring.seed_for(intent.words, take)
        analysis = await self._scoring.analyze(self.placement.span())
        call = self.placement.start(intent.words, seed)
        piece = await self._scoring.compose(
            analysis, brief, seed, start=self.placement.span()[0] or 0.0
        )
        done = self.placement.lay(call, piece, {"take": take}, new=True, offer=offer)
        told = self._words.music("composed", piece.summary)
        if intent.count > 1:
            told = self._words.say("version", n=number, what=told)
        self.said.append(told if done else self._words.say("already", what=told))
        if done and not intent.named and not (brief.style or brief.mood):
            self.said.append(self._words.say("by_picture"))
        self.pieces += done
        return done

    # Changes of the present piece

    async def change(self, intent: ChangeMusic) -> bool:
        """Change the present music.

        A change that cannot be measured in the new piece is not kept.
        """
        playing = self._work.composed()
        memory = self._work.memory
        if playing is None or not memory.get("brief"):
            self.said.append(self._words.say("not_ours"))
            return False
        before = playing[1]
        brief: Brief = memory["brief"]
        seed = int(memory["seed"])
        span = self.placement.span()
        analysis = await self._scoring.analyze(span)
        call = self.placement.start(self._words.changes(intent.changes), seed)
        best: tuple[ComposedPiece, list[Verdict]] | None = None
        pinned = brief
        for strength in _STRENGTHS:
            wanted = applied(pinned, intent.changes, before, strength=strength)
            piece = await self._scoring.compose(analysis, wanted, seed, start=span[0] or 0.0)
            for _ in range(_MOST_PINS):
                if not any(strayed(intent.changes, before, piece.summary)):
                    break
                pinned = self._pinned(pinned, intent.changes, before, piece.summary)
                self._scoring.discard(piece)
                wanted = applied(pinned, intent.changes, before, strength=strength)
                piece = await self._scoring.compose(analysis, wanted, seed, start=span[0] or 0.0)
            found = [verdict(one, before, piece.summary) for one in intent.changes]
            if best is not None:
                if found.count("done") < best[1].count("done"):
                    self._scoring.discard(piece)
                    break
                self._scoring.discard(best[0])
            best = piece, found
            if not self._worth_another_try(intent.changes, found):
                break
        if best is None:
            return False
        return self._settle(call, intent, before, *best)

    def _worth_another_try(self, changes: tuple[MusicChange, ...], found: list[Verdict]) -> bool:
        return any(
            isinstance(change, _DEGREES) and result == "missed"
            for change, result in zip(changes, found, strict=True)
        )

    def _pinned(
        self,
        brief: Brief,
        changes: tuple[MusicChange, ...],
        before: ScoreSummary,
        after: ScoreSummary,
    ) -> Brief:
        """Return a brief that keeps everything that no wish asks to change."""
        style, tonic, mode, tempo = strayed(changes, before, after)
        if tempo:
            brief = attrs.evolve(brief, bpm=before.bpm, tempo_scale=1.0)
        if style:
            brief = attrs.evolve(brief, style=before.style)
        if tonic:
            brief = attrs.evolve(brief, tonic=pitch_class(before.key))
        return attrs.evolve(brief, mode=mode_of(before.key)) if mode else brief

    def _settle(
        self,
        call: str,
        intent: ChangeMusic,
        before: ScoreSummary,
        piece: ComposedPiece,
        found: list[Verdict],
    ) -> bool:
        """Keep a piece in which a change is heard; else leave the music as it was."""
        words = self._words
        done = [one for one, result in zip(intent.changes, found, strict=True) if result == "done"]
        if done and self.placement.lay(call, piece, {}):
            self.said.append(
                words.music("recomposed", piece.summary, self.placement.playing_name())
            )
            self.said += [words.changed(one, piece.summary) for one in done]
            if left := replaced(intent.changes, before, piece.summary):
                self.said.append(words.say("made_room", parts=words.parts(left)))
        else:
            if not done:
                self._scoring.discard(piece)
                self._work.finish_tool(call, "compose_music", {"status": "unchanged"})
            done = []
        for change, result in zip(intent.changes, found, strict=True):
            if result != "done":
                self.said.append(words.not_changed(change, result))
        return bool(done)
