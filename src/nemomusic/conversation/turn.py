"""A message from its sending to its reply: entered, read as events, finished as a `Reply`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Self

from nemomusic import errors
from nemomusic.conversation.event_buffer import EventBuffer
from nemomusic.conversation.message import Message, TurnObserver
from nemomusic.conversation.turn_reader import TurnReader
from nemomusic.conversation.turn_registry import OpenTurn
from nemomusic.log import logger
from nemomusic.models.events import Event, TextEvent
from nemomusic.models.values.value import LiveHandle
from nemomusic.runtime.clock import wait_done, wait_uncancelled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from nemomusic.conversation.reply import Reply
    from nemomusic.conversation.session_ref import SessionRef
    from nemomusic.conversation.turn_registry import TurnRegistry
    from nemomusic.models.drafts.changes import Changes
    from nemomusic.models.state import State
    from nemomusic.protocol.agent_text.ui_instructions import Action
    from nemomusic.transport.base import EventStream
    from nemomusic.transport.pipeline import RequestPipeline

_log: Final = logger("jobs")
_ANOTHER: Final = "Its message was sent. Begin another turn for another message."
_ENTER: Final = "Enter it with `async with` first."
_NOT_SENT: Final = "the turn was hung up before its message was sent"


class Turn(LiveHandle):
    """One message, from its sending to its `Reply`. `session.send()` returns a turn.

        async with session.send("make it slower") as turn:
            async for event in turn:
                ...
        reply = await turn.finished()

    A task of the client reads the connection, so that a slow program doesn't stop the agent. It
    keeps up to `Settings.buffer_limit` bytes of events. Above that, it merges partial texts and
    drops heartbeats. If that is not enough, it stops reading from the connection.

    The task reads the turn to its end even if the program leaves the block early, since the message
    may be paid. Leaving does not wait for the end. The next message of the session and `await
    finished()` do. Only `hang_up()` ends the turn early.
    """

    def __init__(
        self,
        pipeline: RequestPipeline,
        turns: TurnRegistry,
        session: SessionRef,
        text: str,
        *,
        observer: TurnObserver | None = None,
    ) -> None:
        self._pipeline = pipeline
        self._turns = turns
        self._message = Message(session, text, observer=observer)
        self._buffer = EventBuffer(pipeline.settings.buffer_limit)
        self._reader = TurnReader(pipeline, self._message, self._buffer)
        self._task: asyncio.Task[None] | None = None
        self._opened: asyncio.Future[None] | None = None
        self._source: EventStream | None = None
        self._error: BaseException | None = None
        self._raised = self._over = self._hung_up = False
        self._entry: OpenTurn | None = None

    def __repr__(self) -> str:
        how = "over" if self._over else "under way" if self._task is not None else "not sent"
        return f"<Turn in session {self.session_id}, {how}>"

    async def __aenter__(self) -> Self:
        """Send the message, once.

        Raises:
            PromptError: The message has no word.
            APIError: The service refused the message; nothing was accepted.
            ConnectError: The connection could not be made; nothing was sent.
            TurnClosedError: The turn was hung up before the message was sent.
            ConfigurationError: The client can't be used here, or the turn was entered already.
        """
        self._pipeline.lifetime.check()
        if self._task is not None:
            raise errors.ConfigurationError("a turn is entered once", remedy=_ANOTHER)
        if self._hung_up:
            raise errors.TurnClosedError(_NOT_SENT)
        opened = self._opened = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._run(opened), name="nemomusic-turn")
        self._task.add_done_callback(self._finish)
        self._entry = OpenTurn(self._task, self.hang_up)
        self._turns.add(self._entry)
        try:
            await wait_done(opened)
        except asyncio.CancelledError:
            if self._message.sent:  # perhaps accepted: read it to its end
                self._leave()
            else:
                self._task.cancel()
                await wait_uncancelled(self._task)
            if opened.done():
                opened.exception()  # the caller gets the cancellation
            raise
        opened.result()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if not self._over:
            self._leave()
        elif kind is None and self._error is not None and not self._raised:
            self._raised = True
            raise self._error

    def _leave(self) -> None:
        if self._entry is not None:
            self._entry.leave()
        self._buffer.discard()

    def hang_up(self) -> None:
        """End the turn early: close its connection. The message may still be charged.

        A reader of the turn gets `TurnClosedError`. `LocalOptions.on_hangup` may stop the agent.
        """
        self._hung_up = True
        if self._over or self._task is None:
            return
        if self._source is not None:
            self._source.hang_up()
        self._task.cancel()

    async def aclose(self) -> None:
        """Hang up, and wait until the connection is closed. Raises nothing. See `hang_up`."""
        self.hang_up()
        if self._task is not None:
            await wait_uncancelled(self._task)

    async def finished(self) -> Reply:
        """Wait for the end of the turn. Events that were not read are dropped.

        Raises:
            AgentError: The agent reported a failure.
            OutcomeUnknownError: The stream was cut, and the state doesn't tell the outcome.
            TurnClosedError: The turn was hung up.
            StreamError: The turn was not entered.
        """
        if self._task is None:
            raise errors.StreamError("the turn has not begun", remedy=_ENTER)
        if not self._over:
            self._buffer.discard()
            await wait_done(self._task)
        self._raised = True
        return self.result

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        if self._task is None:
            raise errors.StreamError("the turn has not begun", remedy=_ENTER)
        event = self._buffer.take()
        if event is not None or (event := await self._buffer.get()) is not None:
            return event
        if self._error is not None:
            self._raised = True
            raise self._error
        raise StopAsyncIteration

    @property
    async def text_stream(self) -> AsyncIterator[str]:
        """The agent's text as it arrives, without other events."""
        async for event in self:
            if type(event) is TextEvent:
                yield event.text

    @property
    def message(self) -> str:
        """The text of the message."""
        return self._message.text

    @property
    def session_id(self) -> str:
        """The session that the message is sent into."""
        return self._message.session.id

    @property
    def sent(self) -> bool:
        """Whether the message was accepted, or may have been."""
        return self._message.sent

    @property
    def baseline(self) -> State | None:
        """The state before the message; None until it is sent."""
        return self._message.baseline

    @property
    def elapsed(self) -> float:
        """Seconds since the message was sent."""
        return self._pipeline.clock.monotonic() - self._message.sent_at

    @property
    def done(self) -> bool:
        """Whether the turn is over."""
        return self._over

    @property
    def result(self) -> Reply:
        """The finished reply.

        Raises:
            NemoMusicError: The error of the turn, if it failed; or the turn is not over yet.
        """
        if self._error is not None:
            raise self._error
        reply = self._reader.reply
        if reply is None:
            raise errors.StreamError(
                "the turn is not over", remedy="Wait for its end with `await turn.finished()`."
            )
        return reply

    @property
    def text(self) -> str:
        """The agent's text so far; the text of the reply when the turn is over."""
        return self._reader.text

    @property
    def changes(self) -> Changes | None:
        """The changes in the draft; None until the turn is over."""
        return None if (reply := self._reader.reply) is None else reply.changes

    @property
    def state(self) -> State | None:
        """The state after the turn; None until the turn is over."""
        return None if self._reader.end is None else self._reader.end[1]

    @property
    def actions(self) -> tuple[Action, ...]:
        """Instructions for a screen, as calls; empty until the turn is over."""
        reply = self._reader.reply
        return reply.actions if reply is not None else ()

    async def _run(self, opened: asyncio.Future[None]) -> None:
        """Send the message and read its stream to the end."""
        try:
            async with self._message.session.turn(self._pipeline.deadline):
                source, cause = await self._message.send(self._pipeline)
                self._source = source
                if not opened.done():
                    opened.set_result(None)
                await self._reader.receive(source, cause)
        except asyncio.CancelledError:
            self._error = errors.TurnClosedError(
                "the turn was hung up before it was over" if self._message.sent else _NOT_SENT
            )
            if self._source is not None:
                self._source.hang_up()
        except BaseException as error:  # handed to the reader
            self._error = error
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
        finally:
            entry = self._entry
            self._finish()
            if entry is not None and entry.left and not self._raised:
                _warn_of(self._error, self.session_id)

    def _finish(self, _: object = None) -> None:
        """Mark the turn as over. This also works if the task was canceled before `_run` began."""
        if self._over:
            return
        self._over = True
        if self._entry is not None:
            self._turns.discard(self._entry)
            self._entry = None  # or each turn would wait for the garbage collector
        self._buffer.end()
        opened, self._opened = self._opened, None
        if opened is not None and not opened.done():
            self._error = self._error or errors.TurnClosedError(_NOT_SENT)
            opened.set_exception(self._error)
            self._raised = opened.exception() is not None  # read, as the caller may be gone


def _warn_of(error: BaseException | None, session_id: str) -> None:
    """Log the error of a turn that no caller waits for any more."""
    if error is not None:
        kind = type(error).__name__
        _log.warning("a turn in session %s ended after its block was left: %s", session_id, kind)
