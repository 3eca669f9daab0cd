"""Read the stream of one message to its end, and make the reply."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nemomusic import errors
from nemomusic.conversation.outcome_recovery import recover_outcome
from nemomusic.conversation.readings import read_state
from nemomusic.conversation.reply import Outcome, Reply, Transcript, assemble_reply
from nemomusic.conversation.watchdog import Watchdog
from nemomusic.models.events import Event, Heartbeat, Notice, TextEvent
from nemomusic.models.language import CONNECTION_LOST, LOOKING_AGAIN, STILL_WORKING, Phrase
from nemomusic.models.values.response_meta import ResponseMeta
from nemomusic.protocol.event_parser import EventParser
from nemomusic.transport.pipeline import SessionPolicy

if TYPE_CHECKING:
    from nemomusic.conversation.event_buffer import EventBuffer
    from nemomusic.conversation.message import Message
    from nemomusic.models.state import State
    from nemomusic.protocol.sse import Frame
    from nemomusic.transport.base import EventStream
    from nemomusic.transport.pipeline import RequestPipeline


class TurnReader:
    """Reads one turn.

    Args:
        pipeline: Makes the calls.
        message: The message that was sent.
        buffer: Gets the events.

    Attributes:
        transcript: The collected events.
        end: How the turn ended and the state afterward; None until then.
    """

    transcript: Transcript

    def __init__(self, pipeline: RequestPipeline, message: Message, buffer: EventBuffer) -> None:
        self._pipeline = pipeline
        self._message = message
        self._buffer = buffer
        self.transcript = Transcript()
        self.end: tuple[Outcome, State | None] | None = None
        self._made: Reply | None = None
        self._response: ResponseMeta | None = None

    @property
    def reply(self) -> Reply | None:
        """The reply, made when it is first read: texts can be long."""
        if self._made is None and self.end is not None:
            outcome, state = self.end
            self._made = assemble_reply(
                self.transcript,
                outcome=outcome,
                baseline=self._message.baseline,
                state=state,
                language=self._message.language,
                response=self._response,
            )
            self.transcript.texts.clear()  # the reply holds them now
        return self._made

    @property
    def text(self) -> str:
        """The agent's text until now; the text of the reply once there is one."""
        reply = self.reply
        return reply.text if reply is not None else "".join(self.transcript.texts)

    @property
    def _elapsed(self) -> float:
        return self._pipeline.clock.monotonic() - self._message.sent_at

    async def receive(
        self, source: EventStream | None, cause: errors.NemoMusicError | None
    ) -> None:
        """Read the stream to its end, and find out how the message ended.

        Args:
            source: The open stream; None if it is not known whether the message was accepted.
            cause: Why that is not known.

        Raises:
            AgentError: The agent reported a failure.
            OutcomeUnknownError: The stream was cut, and the state doesn't tell the outcome.
        """
        pipeline = self._pipeline
        watchdog = Watchdog(
            pipeline.timeouts, pipeline.deadline, source, self._buffer, self._note_waiting
        )
        watchdog.start()
        if source is not None:
            self._response = ResponseMeta(200, source.request_id, source.headers)
        transcript = self.transcript
        try:
            if source is not None:
                cause = await self._drain(source, watchdog)
            if cause is None or transcript.failure is not None:
                # After a reported failure the agent does nothing more, even if the stream was cut.
                self.end = "complete", await self._state_after()
            else:
                self._push(CONNECTION_LOST)
                state = await recover_outcome(
                    self._pipeline,
                    self._message,
                    cause,
                    transcript=transcript,
                    tell=self._note_looking,
                )
                self.end = "recovered", state
        finally:
            watchdog.stop()
        if not transcript.has_words and self.reply is not None and self.reply.text:
            self._buffer.put_own(TextEvent(self.reply.text))
        if transcript.failure is not None:
            failure = transcript.failure
            digits = re.fullmatch("[0-9]{1,18}", failure.code or "")
            raise errors.AgentError(
                f"the agent failed: {failure.message}",
                code=int(failure.code or 0) if digits else None,
                agent_code=failure.code,
                reply=self.reply,
            )

    async def _drain(self, source: EventStream, watchdog: Watchdog) -> errors.NemoMusicError | None:
        """Read the stream to its end. Return the reason if the turn was not over by then."""
        parser = EventParser()
        clock, limit = self._pipeline.clock, self._pipeline.timeouts.heartbeats
        alive = clock.monotonic()
        comments = 0
        empty = True
        try:
            while (frames := await source.batch()) is not None:
                now = clock.monotonic()
                empty = empty and not frames
                watchdog.heard()
                busy = self._take(frames, parser)
                del frames  # frees the frames while the next ones are waited for
                if source.comments != comments:
                    comments = source.comments
                    self._buffer.put_own(Heartbeat())
                if busy:
                    alive = now
                elif now - alive > limit:
                    return errors.TurnTimeoutError(f"nothing but heartbeats for {limit:g} s")
                if self._buffer.full and await self._buffer.have_room():
                    # Nothing was read meanwhile, so it is not known whether the agent was silent.
                    watchdog.heard()
                    alive = clock.monotonic()
        except (errors.StreamInterruptedError, errors.EventTooLargeError) as error:
            return watchdog.expired or error
        finally:
            await source.close()
        if empty and not comments and watchdog.expired is None:
            # Such as of a proxy that has dropped the stream: the agent may be at work.
            return errors.StreamInterruptedError("the stream ended before its first event")
        return watchdog.expired

    def _take(self, frames: list[Frame], parser: EventParser) -> bool:
        """Queue the events of frames. Return whether there is more than heartbeats."""
        events: list[tuple[Event, int]] = []
        busy, held = False, 0
        for frame in frames:
            size = frame.size
            held += size
            for event in parser.read(frame):
                events.append((event, size))
                size = 0
                if self.transcript.add(event):
                    busy = True
        self._buffer.put(events, held)
        return busy

    async def _state_after(self) -> State | None:
        """Read the state after the turn.

        Return None if that fails, so that a paid reply is not lost.
        """
        try:
            return await read_state(self._pipeline, self._message.session, SessionPolicy.PROPAGATE)
        except errors.NemoMusicError:
            return None

    def _note_waiting(self) -> None:
        self._push(STILL_WORKING)

    def _note_looking(self, seconds: float) -> None:
        self._push(LOOKING_AGAIN, seconds)

    def _push(self, text: Phrase, *values: object) -> None:
        """Queue a notice in the language of the message."""
        self._buffer.put_own(Notice(text.text(self._message.language, *values), self._elapsed))
