"""A message at work: its price, its events, its end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import attrs

from nemomusic.errors import ErrorCode
from nemomusic.local import timeline
from nemomusic.local.agent import Agent
from nemomusic.local.agent_music import clips_of, scene_of
from nemomusic.local.agent_reading import understand
from nemomusic.local.agent_words import Words
from nemomusic.local.answers import Refusal
from nemomusic.local.dialects import Beat, Failure, TurnEvent
from nemomusic.local.engine.errors import MediaError
from nemomusic.local.engines import EngineFailure
from nemomusic.local.media_files import in_their_names
from nemomusic.local.service import log

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from nemomusic.local.agent_intents import Understanding
    from nemomusic.local.rows import Session, User
    from nemomusic.local.service import Service


@attrs.define
class Turn:
    """An accepted message. Its work goes on by itself; `events` watches it.

    Attributes:
        session: as it was when the message came.
        number: of the message in the store.
        task: the work.
    """

    session: Session
    number: int
    task: asyncio.Task[None] | None = None
    _queue: asyncio.Queue[TurnEvent | None] = attrs.field(factory=asyncio.Queue)

    def tell(self, event: TurnEvent | None) -> None:
        """Let the listener know; None ends the stream."""
        self._queue.put_nowait(event)

    async def events(self, heartbeat: float) -> AsyncGenerator[TurnEvent]:
        """What happens, with a sign of life whenever nothing did for `heartbeat` seconds."""
        beats = 0
        while True:
            event: TurnEvent | None
            try:
                async with asyncio.timeout(heartbeat):
                    event = await self._queue.get()
            except TimeoutError:
                beats += 1
                event = Beat(beats)
            if event is None:
                return
            yield event

    def hang_up(self, service: Service) -> None:
        """Nobody listens any more: go on, or stop; what was done stays either way."""
        if service.options.on_hangup == "abort" and self.task is not None:
            self.task.cancel()


def price_of(service: Service, session: Session, asked: Understanding) -> int:
    """Credits that a message would cost: nothing unless it asks for work that can be done."""
    options = service.options
    if not options.faithful or not asked.work or not clips_of(service, session.session_id):
        return 0
    return options.generate_price if asked.generates else options.edit_price


def begin(service: Service, user: User, session: Session, text: str) -> Turn:
    """Accept a message, and start on it.

    Raises:
        Refusal: 2001, the user can't pay for it. Nothing was accepted.
    """
    asked = understand(text, scene_of(service, session))
    price = price_of(service, session, asked)
    if price > user.available:
        raise Refusal(
            ErrorCode.OUT_OF_CREDITS,
            f"insufficient credits: {price} needed, {user.available} available",
            data={"available": user.available, "required": price},
        )
    number = service.store.begin_message(
        session.session_id, user.user_id, text, price=price, now=service.clock.time()
    )
    service.ledger.messages.setdefault(session.session_id, []).append(text)
    turn = Turn(session, number)
    turn.task = service.spawn(_run(service, turn, asked), f"turn {number}")
    return turn


async def _run(service: Service, turn: Turn, asked: Understanding) -> None:
    """Do the work, settle the price, then end the stream, in this order."""
    agent = Agent(service, turn.session, turn.tell)
    words = Words(turn.session.language)
    outcome, why = "done", ""
    try:
        try:
            async with asyncio.timeout(service.limits.turn_seconds):
                await agent.perform(asked)
        except* (MediaError, EngineFailure) as group:
            uploads = service.store.assets(turn.session.session_id, "upload")
            names = [(asset.file, asset.name) for asset in uploads]
            outcome, why = "failed", in_their_names(str(_first(group)), names)
        except* TimeoutError:
            minutes = f"{service.limits.turn_seconds / 60:g}"
            outcome, why = "failed", words.say("too_long", minutes=minutes)
        except* Exception:  # noqa: BLE001 - logged; this turn fails, the others go on
            log.exception("turn %d broke", turn.number)
            outcome, why = "failed", "internal error"
    except asyncio.CancelledError:
        outcome, why = "aborted", words.say("stopped")
        raise
    finally:
        _settle(service, turn, outcome, changed=agent.changed and _differs(service, turn))
        if why:
            turn.tell(Failure(words.say("failed", why=why)))
        turn.tell(None)


def _differs(service: Service, turn: Turn) -> bool:
    """Whether the film is another than before the message; steps may undo one another."""
    now = service.store.known_session(turn.session.session_id, turn.session.user_id)
    before, after = timeline.load(turn.session.draft), timeline.load(now.draft)
    return timeline.content(before) != timeline.content(after)


def _settle(service: Service, turn: Turn, outcome: str, *, changed: bool) -> None:
    """A turn that failed or did nothing is free; one that was cut off pays for what it did."""
    spend = changed and outcome != "failed"
    spent = service.store.end_message(turn.number, outcome, spend=spend, now=service.clock.time())
    service.ledger.credits_spent += spent


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
