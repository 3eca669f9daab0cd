"""Run a message: its events, and its end."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.engine.errors import MediaError
from nemomusic.local.agent.agent import Agent
from nemomusic.local.agent.edits.workspace import context_of
from nemomusic.local.agent.events import SignOfLife, TurnEvent, TurnFailed
from nemomusic.local.agent.intents.message_intents import (
    Confirm,
    Intent,
    MessageContext,
    ParsedMessage,
)
from nemomusic.local.agent.intents.music_intents import ChangeMusic, Compose
from nemomusic.local.agent.message_parser import parse_intents
from nemomusic.local.agent.parsing.words.common_words import QUOTED
from nemomusic.local.agent.parsing.words.elliptical_words import YES_BUT
from nemomusic.local.agent.pending_question import PendingQuestion
from nemomusic.local.agent.pricing import highest_price, price_of_work
from nemomusic.local.agent.replies.reply_catalog import ReplyCatalog
from nemomusic.local.display_names import display_names
from nemomusic.local.errors import CreditsShortageError, DraftError, is_full
from nemomusic.local.renders.plans import make_plan
from nemomusic.local.service import log
from nemomusic.local.workers.engine import EngineError
from nemomusic.models.language import detect_language

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from nemomusic.local.service import Service
    from nemomusic.local.storage.records import SessionRecord, User


_MAX_UNTHREADED_CHARACTERS: Final = 500
"""Characters of a message up to which it is parsed without a thread."""
_LATIN_WORD: Final = re.compile(r"[A-Za-z]{2,}")


@attrs.define
class AgentTurn:
    """An accepted message. Its work runs in a task, and `events` yields its events.

    Attributes:
        session: The session at the arrival of the message.
        number: The number of the message in the store.
        price: The highest price of the message, in credits.
        task: The task that does the work.
    """

    session: SessionRecord
    number: int
    price: int = 0
    task: asyncio.Task[None] | None = None
    _queue: asyncio.Queue[TurnEvent | None] = attrs.field(factory=asyncio.Queue)

    def tell(self, event: TurnEvent | None) -> None:
        """Send an event to the listener. None ends the stream."""
        self._queue.put_nowait(event)

    async def events(self, heartbeat: float) -> AsyncGenerator[TurnEvent]:
        """Yield the events, and a heartbeat after each `heartbeat` seconds without an event."""
        beats = 0
        while True:
            event: TurnEvent | None
            try:
                async with asyncio.timeout(heartbeat):
                    event = await self._queue.get()
            except TimeoutError:
                beats += 1
                event = SignOfLife(beats)
            if event is None:
                return
            yield event

    def hang_up(self, service: Service) -> None:
        """Continue without a listener, or stop. Finished work is kept in both cases."""
        if service.options.on_hangup == "abort" and self.task is not None:
            self.task.cancel()


def understand(
    context: MessageContext, pending: PendingQuestion | None, text: str, *, faithful: bool
) -> ParsedMessage:
    """Return the parsed message.

    Args:
        context: The facts of the session.
        pending: The agent's question, which "yes" confirms.
        text: The message.
        faithful: Whether several pieces, each of which is paid, wait for a "yes".
    """
    if pending and (but := YES_BUT.fullmatch(text.strip())):
        waiting = announced(parse_intents(pending.text, pending.asked_in(context))).unsure
        changed = _confirmed_with(waiting, parse_intents(but["rest"], context), but["rest"])
        if changed is not None:
            return changed
    asked = parse_intents(text, context)
    if pending and Confirm() in asked.intents:
        return ParsedMessage(
            announced(parse_intents(pending.text, pending.asked_in(context))).unsure
        )
    if asked.pieces > 1 and faithful:
        return announced(asked)
    return asked


def _confirmed_with(
    waiting: tuple[Intent, ...], more: ParsedMessage, words: str
) -> ParsedMessage | None:
    """Return what "yes, but …" asks for, or None if the rest of the message is not clear.

    Args:
        waiting: What the agent asked about.
        more: The rest of the message, read alone.
        words: The words of the rest.
    """
    if not more.work or more.unsure or more.refused or more.unread or more.unknown_style:
        return None
    about_music = [one for one in more.work if isinstance(one, Compose | ChangeMusic)]
    if about_music and any(isinstance(one, Compose) for one in waiting):
        waiting = tuple(
            attrs.evolve(one, words=f"{one.words}, {words}") if isinstance(one, Compose) else one
            for one in waiting
        )
        rest = tuple(one for one in more.work if one not in about_music)
        return ParsedMessage((*waiting, *rest))
    return ParsedMessage((*waiting, *more.work))


def announced(asked: ParsedMessage) -> ParsedMessage:
    """Return a parsed message in which several pieces, each of which is paid, wait for a "yes"."""
    several = tuple(one for one in asked.intents if isinstance(one, Compose) and one.count > 1)
    rest = tuple(one for one in asked.intents if one not in several)
    return attrs.evolve(asked, intents=rest, unsure=(*asked.unsure, *several))


def language_of(text: str, session: SessionRecord) -> str:
    """Return the language of the answers: the message's, else the session's."""
    plain = QUOTED.sub(" ", text)
    if not any(sign.isalpha() for sign in plain):
        return session.language
    found = detect_language(plain)
    signs = sum("\u3400" <= sign <= "\u9fff" for sign in plain)
    if found == "zh-CN" and signs < len(_LATIN_WORD.findall(plain)):
        found = "en"
    session_in_kanji = session.language.lower().startswith(("ja", "ko"))
    return session.language if found == "zh-CN" and session_in_kanji else found


async def read_message(service: Service, session: SessionRecord, text: str) -> ParsedMessage:
    """Parse a message. A long one is parsed in a thread."""
    read = partial(
        understand,
        context_of(service, session),
        PendingQuestion.from_memory(session.memory.get("pending")),
        text,
        faithful=service.faithful,
    )
    return read() if len(text) <= _MAX_UNTHREADED_CHARACTERS else await service.in_thread(read)


def begin(
    service: Service, user: User, session: SessionRecord, text: str, asked: ParsedMessage
) -> AgentTurn:
    """Accept a message, and start on it.

    Raises:
        CreditsShortageError: The user cannot pay for it. Nothing was accepted.
    """
    price = highest_price(service, session, asked)
    if price > user.available:
        raise CreditsShortageError(needed=price, available=user.available)
    number = service.store.begin_message(
        session.session_id, user.user_id, text, price=price, now=service.clock.time()
    )
    service.ledger.messages.setdefault(session.session_id, []).append(text)
    turn = AgentTurn(session, number, price)
    turn.task = service.spawn(_run(service, turn, asked, text), f"turn {number}")
    return turn


async def _run(service: Service, turn: AgentTurn, asked: ParsedMessage, text: str) -> None:
    """Do the work, settle the price, then end the stream."""
    language = language_of(text, turn.session)
    agent = Agent(service, turn.session, turn.tell, language)
    words = ReplyCatalog(language)
    outcome, why = "done", ""
    try:
        try:
            async with asyncio.timeout(service.limits.turn_seconds):
                await agent.perform(asked, text)
                if agent.edited:
                    # A process that is killed during the check has saved the work all the same.
                    note = partial(
                        service.store.note_owed, turn.number, _owed(service, turn, agent)
                    )
                    service.save_when_possible(note, f"the price of turn {turn.number}")
                    await _check_sources(service, turn)
        except* (MediaError, EngineError) as group:
            uploads = service.store.assets(turn.session.session_id, "upload")
            names = [(asset.file, asset.name) for asset in uploads]
            outcome, why = "failed", display_names(str(_first(group)), names)
        except* TimeoutError:
            minutes = f"{service.limits.turn_seconds / 60:g}"
            outcome, why = "failed", words.say("too_long", minutes=minutes)
        except* Exception as group:  # noqa: BLE001 - logged; this turn fails, the others go on
            outcome, why = "failed", "internal error"
            if is_full(error := _first(group)):
                why = service.tell_full(error)
            else:
                log.exception("turn %d broke", turn.number)
    except asyncio.CancelledError:
        outcome, why = "aborted", words.say("stopped")
        raise
    finally:
        owed = _owed(service, turn, agent) if agent.edited else 0
        service.save_when_possible(
            partial(_end, service, turn, outcome, owed), f"the end of turn {turn.number}"
        )
        if why:
            turn.tell(TurnFailed(words.say("failed", why=why)))
        turn.tell(None)


def _owed(service: Service, turn: AgentTurn, agent: Agent) -> int:
    """Return the price of a turn's saved work."""
    return min(turn.price, price_of_work(service, turn.session, agent.pieces))


async def _check_sources(service: Service, turn: AgentTurn) -> None:
    """Read all files that an export would read, so that damage is found before payment."""
    session = service.store.known_session(turn.session.session_id, turn.session.user_id)
    try:
        plan, used, _ = await make_plan(service, session.user_id, session.draft)
    except DraftError:
        return  # there is nothing to export yet, such as in a project without a clip
    analyses = {str(service.asset_path(one)): service.store.analysis(one.hash) for one in used}
    decoded = {path for path, found in analyses.items() if found is not None and found.decoded}
    shots = {(shot.path, shot.start_in, shot.duration) for shot in plan.shots}
    sounds = {(track.path, track.offset, track.duration) for track in plan.music}
    checked = service.checked_ranges
    frames = any(part not in checked and part[0] not in decoded for part in shots)
    if not frames and sounds <= checked:
        return
    if await service.engine.check_sources(plan, lambda _: None, frames=frames):
        checked |= shots
    checked |= sounds


def _end(service: Service, turn: AgentTurn, outcome: str, owed: int) -> None:
    """End a turn. A failed turn is free. An interrupted turn pays for its finished work."""
    spend = 0 if outcome == "failed" else owed
    spent = service.store.end_message(turn.number, outcome, spend=spend, now=service.clock.time())
    service.ledger.credits_spent += spent
    if spent:
        now = service.store.known_session(turn.session.session_id, turn.session.user_id)
        service.store.save_session(attrs.evolve(now, memory=now.memory | {"spent": spent}))


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
