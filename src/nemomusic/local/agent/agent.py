"""Carry out the intents of a message, and report what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nemomusic.local.agent.edits import timeline
from nemomusic.local.agent.edits.music_edits import MusicEdits
from nemomusic.local.agent.edits.sound_edits import SoundEdits
from nemomusic.local.agent.edits.video_edits import VideoEdits
from nemomusic.local.agent.edits.workspace import Workspace, context_of
from nemomusic.local.agent.events import AgentText, TurnEvent
from nemomusic.local.agent.free_replies import FreeReplies
from nemomusic.local.agent.intents.intent_memory import to_memory
from nemomusic.local.agent.intents.message_intents import (
    AddTitle,
    BiggerEnding,
    Canvas,
    ChangeTitle,
    Confirm,
    CutOut,
    Drop,
    Duck,
    ExportHint,
    Fade,
    Focus,
    GoBack,
    Intent,
    LevelOut,
    MusicSpan,
    ParsedMessage,
    Passage,
    Question,
    Redo,
    RemoveMusic,
    RemoveTitles,
    Talk,
    Trim,
    Undo,
    UseUpload,
    Volume,
)
from nemomusic.local.agent.intents.music_intents import ChangeMusic, Compose
from nemomusic.local.agent.parsing.words.music.neighbor_styles import neighbor_style
from nemomusic.local.agent.pending_question import PendingQuestion
from nemomusic.local.agent.pricing import price_of_yes
from nemomusic.local.agent.proposals import proposal
from nemomusic.local.agent.replies.reply_catalog import ReplyCatalog

if TYPE_CHECKING:
    from collections.abc import Callable

    from nemomusic.local.service import Service
    from nemomusic.local.storage.records import SessionRecord

_QUOTED_CHARACTERS: Final = 100
"""Characters of a message that the agent repeats, where it understood nothing of it."""


class Agent:
    """The work of one message on one session.

    Args:
        service: The running backend.
        session: The session of the message.
        emit: Called with each event.
        language: The language of the answers.

    Attributes:
        edited: Whether the message changed the video in a way that costs credits.
    """

    def __init__(
        self,
        service: Service,
        session: SessionRecord,
        emit: Callable[[TurnEvent], None],
        language: str,
    ) -> None:
        self._service = service
        self._emit = emit
        self._words = ReplyCatalog(language, price=service.limits.generate_price)
        self._work = Workspace(service, (session.session_id, session.user_id), emit)
        self._said: list[str] = []
        self._picture = VideoEdits(self._work, self._words, self._said)
        self._sound = SoundEdits(self._work, self._words, self._said)
        self._music = MusicEdits(self._work, self._words, self._said)
        self._free_replies = FreeReplies(self._work, self._words)
        self._text = ""
        self.edited: bool = False

    @property
    def pieces(self) -> int:
        """The number of new pieces of music under the video."""
        return self._music.pieces

    async def perform(self, asked: ParsedMessage, text: str) -> None:
        """Carry out all intents, then report what was done.

        Args:
            asked: The parsed message.
            text: The message, which is kept if the agent asks a question.
        """
        words, self._text = self._words, text
        if asked.work and not self._work.clips:
            self._emit(AgentText(words.say("no_video")))
            return
        before, facts = self._work.snapshot(), context_of(self._service, self._work.session)
        try:
            for intent in asked.intents:
                await self._do(intent, asked)
        finally:
            self._keep_step(before)
        self._say_neighbor(asked, text)
        price = price_of_yes(self._service, asked)
        question = PendingQuestion(
            text, facts.has_music, facts.composed, price, to_memory(facts.last)
        )
        self._say_what_is_left(asked, question)
        self._note_last(asked)
        if asked.intents and not self.edited and not self._music.placement.covers():
            self._said.append(self._words.say("not_covered"))
        silent = self._service.options.silent_edits and self.edited and not self.pieces
        if self._said and not silent:
            self._emit(AgentText(words.join(list(dict.fromkeys(self._said)))))

    def _keep_step(self, before: dict[str, object]) -> None:
        """Make the changes of an edit one step that can be undone."""
        old = timeline.load(str(before["draft"]))
        if self.edited and timeline.content(old) != timeline.content(self._work.draft):
            self._work.keep_step(before)

    def _note_last(self, asked: ParsedMessage) -> None:
        """Remember what the message changed, which the next message may go on from."""
        steps = [one for one in asked.intents if isinstance(one, Undo | Redo | GoBack)]
        if self.edited or steps:
            self._work.remember(last=to_memory(asked.work or steps))
        elif asked.work or asked.unsure or not asked.intents:
            self._work.remember(last=[])  # "a bit more" is about the message that was not done

    def _say_neighbor(self, asked: ParsedMessage, text: str) -> None:
        """Say that the style that was asked for is played as a neighboring one."""
        playing = self._work.composed()
        if not self.edited or playing is None:
            return
        told = [one.words for one in asked.intents if isinstance(one, Compose)]
        styled = any(isinstance(one, ChangeMusic) for one in asked.intents)
        for said in [*told, *([text] if styled else [])]:
            if near := neighbor_style(said.lower(), playing[1].style):
                named = near.chinese if self._words.chinese else near.english
                style = self._words.style(near.style)
                self._said.append(self._words.say("neighbor", named=named, style=style))
                return

    def _say_what_is_left(self, asked: ParsedMessage, question: PendingQuestion) -> None:
        words = self._words
        self._said += [words.say("beyond", what=what) for what in asked.refused]
        self._said += [words.say("unread", what=what) for what in asked.unread]
        if asked.unknown_style:
            self._said.append(words.unknown_style(asked.unknown_style))
        if asked.unsure:
            what = words.names([proposal(one, words) for one in asked.unsure])
            several = all(isinstance(one, Compose) and one.count > 1 for one in asked.unsure)
            rest = bool(asked.refused or asked.unread or asked.unknown_style)
            key = "ask_versions" if several else "ask_rest" if rest else "ask"
            self._said.append(words.say(key, what=what))
        only_asks = asked.intents and all(isinstance(one, Question) for one in asked.intents)
        if asked.unsure or not only_asks:  # "how much is it?" leaves the agent's question open
            self._work.remember(pending=question.to_memory() if asked.unsure else None)
        if not (asked.intents or asked.unsure or self._said):
            text = question.text.strip()
            short = text if len(text) <= _QUOTED_CHARACTERS else f"{text[:_QUOTED_CHARACTERS]}…"
            self._said += [words.say("unread", what=f'"{short}"'), words.say("help")]
        elif not self.edited and (
            asked.work or asked.refused or asked.unread or asked.unknown_style
        ):
            self._said.append(words.say("free"))

    async def _do(self, intent: Intent, asked: ParsedMessage) -> None:
        match intent:
            case Focus() | Trim() | CutOut():
                had = timeline.music(self._work.draft) is not None
                new_music = asked.pieces > 0
                if await self._picture.do(intent, new_music=new_music):
                    self.edited = True
                    await self._fit(asked, had=had)
                elif isinstance(intent, Focus):
                    await self._fit(asked, had=had)
            case Canvas() | AddTitle() | ChangeTitle() | RemoveTitles() | Fade():
                self.edited |= await self._picture.do(intent)
            case Volume() | Duck() | Passage() | Drop() | LevelOut() | BiggerEnding():
                self.edited |= self._sound.do(intent)
            case RemoveMusic() | UseUpload():
                self.edited |= self._sound.do(intent)
            case Compose():
                self.edited |= await self._music.compose(intent)
            case ChangeMusic():
                self.edited |= await self._music.change(intent)
            case MusicSpan():
                self.edited |= await self._music.placement.set_span(intent)
            case _:
                await self._answer(intent, asked)

    async def _answer(self, intent: Intent, asked: ParsedMessage) -> None:
        """Carry out an intent that is free."""
        words = self._words
        match intent:
            case Undo(steps):
                had = timeline.music(self._work.draft) is not None
                count = self._work.steps("undo", "redo", steps)
                first = asked.work and count == 1  # the rest of the message may cost credits
                self._said += [words.say("undone_first")] if first else words.undone(count, steps)
                if had and timeline.music(self._work.draft) is None:
                    self._said.append(words.say("undone_music"))
            case Redo(steps):
                self._said += words.redone(self._work.steps("redo", "undo", steps), steps)
            case GoBack():
                before = self._work.snapshot()
                if await self._music.placement.bring_back(intent):
                    self._work.keep_step(before)
            case Question():
                self._said.append(self._free_replies.question(intent))
            case Talk():
                self._said.append(self._free_replies.talk(intent, self._text))
            case Confirm():
                self._said.append(words.say("talk_other"))
            case ExportHint():
                draft = self._work.draft
                key = "export" if draft["t"] else "export_empty"
                summary = timeline.summary(draft, chinese=words.chinese)
                self._said.append(words.say(key, summary=summary))

    async def _fit(self, asked: ParsedMessage, *, had: bool) -> None:
        """Compose the music again for the clips as they are now."""
        if any(isinstance(one, Compose | RemoveMusic | UseUpload) for one in asked.intents):
            return
        music = timeline.music(self._work.draft)
        needed = had and music is None and self._work.memory.get("brief")
        if music is not None and self._work.composed() is not None:
            needed = self.edited or not self._music.placement.covers()
        if needed:
            self.edited |= await self._music.placement.fit("refit")
