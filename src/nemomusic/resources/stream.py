"""The conversation. A message that costs credits is sent at most once (design, section 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic import errors
from nemomusic.protocol import routes
from nemomusic.protocol.recovery import Reading, Recovery
from nemomusic.resources.reply import Reply, ReplyStream

if TYPE_CHECKING:
    from nemomusic._eventsource import OneShotEventSource
    from nemomusic.clock import Clock, Deadline
    from nemomusic.models.account import Credits
    from nemomusic.models.state import State
    from nemomusic.resources.caller import Caller
    from nemomusic.resources.credits import CreditsBalance
    from nemomusic.resources.sessions import Session
    from nemomusic.resources.state import States
    from nemomusic.secret import Secret
    from nemomusic.settings import Timeouts

_IN_DOUBT = (errors.TransportError, errors.ServerError, errors.UnexpectedAnswerError)
"""After these the message may have been accepted: the state has to tell."""


class Stream:
    """`client.stream`."""

    def __init__(self, caller: Caller, states: States, credits_: CreditsBalance) -> None:
        self._caller = caller
        self._states = states
        self._credits = credits_

    @property
    def clock(self) -> Clock:
        """The client's clock."""
        return self._caller.clock

    @property
    def timeouts(self) -> Timeouts:
        """The client's timeouts."""
        return self._caller.transport.settings.timeouts

    @property
    def deadline(self) -> Deadline | None:
        """The caller's deadline."""
        return self._caller.deadline

    @property
    def buffer_limit(self) -> int:
        """Bytes of events kept for a slow reader."""
        return self._caller.transport.settings.buffer_limit

    def send(self, session: Session, text: str) -> ReplyStream:
        """A message, sent when the result is entered with `async with`.

        Nothing sends it a second time: only a connection that was never made, or a refusal in
        place of a stream (1001/401, 1002/404, 429), is tried again. After a cut the state is read
        until it tells what became of the message.

        Messages on one session wait for each other.

        Raises (when entered or read):
            PromptError: there is no word in it.
            OutOfCreditsError: 2001.
            AgentError: the agent reported a failure.
            OutcomeUnknown: the stream was cut, and the state doesn't tell.
            SessionLost: the session is gone, and work in it with it.
        """
        return ReplyStream(self, session, text)

    async def ask(self, session: Session, text: str) -> Reply:
        """Send a message, give the finished reply. Raises as `send` does."""
        async with self.send(session, text) as reply:
            pass
        return reply.result

    async def look_again(self, error: errors.OutcomeUnknown, session: Session) -> Reply:
        """Read the state once more after an `OutcomeUnknown`.

        Returns:
            The reply, if the draft has changed since the message was sent.

        Raises:
            OutcomeUnknown: nothing new.
        """
        turn = ReplyStream(self, session, error.text or "")
        turn.baseline = error.baseline
        state = await self._states.latest(session)
        if error.baseline is None or state.fingerprint == error.baseline.fingerprint:
            raise self._unknown(turn, error.readings + 1, await self._frozen(), None) from None
        return turn.conclude("recovered", state)

    # ------------------------------------------------- what ReplyStream needs

    async def begin(
        self, turn: ReplyStream
    ) -> tuple[OneShotEventSource | None, errors.NemoMusicError | None]:
        """Send it. Gives the open stream; or none, and why it is in doubt whether it was taken."""
        if not turn.message.strip():
            raise errors.PromptError("the message is empty")
        session = turn.session
        turn.baseline = await self._states.latest(session)
        baseline_of = session.id

        async def send(token: Secret | None) -> OneShotEventSource:
            nonlocal baseline_of
            if session.id != baseline_of:  # replaced after a 1002
                turn.baseline = await self._states.latest(session)
                baseline_of = session.id
            if turn.before_sending is not None and turn.baseline is not None:
                await turn.before_sending(turn.baseline)
            turn.sent_at = self.clock.monotonic()
            return await self._caller.transport.open_stream(
                routes.STREAM,
                token=token,
                json=routes.stream_body(session.id, turn.message),
                headers=self._caller.headers,
            )

        try:
            source = await self._caller.run(routes.STREAM, send, session=session)
        except _IN_DOUBT as error:
            if isinstance(error, errors.TransportError) and not error.sent:
                raise
            session.note_message(turn.message)
            return None, error
        session.note_message(turn.message)
        try:
            if turn.on_accepted is not None:
                await turn.on_accepted()
        except BaseException:
            await source.close()
            raise
        return source, None

    async def read_after(self, session: Session) -> State | None:
        """The state when a turn is over; None rather than losing a paid reply."""
        try:
            return await self._states.latest(session)
        except errors.NemoMusicError:
            return None

    async def settle(self, turn: ReplyStream, cause: errors.NemoMusicError) -> State:
        """Read the state until it tells what became of a message.

        Raises:
            OutcomeUnknown: it doesn't.
        """
        baseline = turn.baseline
        machine = Recovery(
            baseline=None if baseline is None else baseline.fingerprint,
            first_wait=self.timeouts.recover_first,
            next_wait=self.timeouts.recover_next,
            turn=self.timeouts.turn,
        )
        balance: Credits | None = None
        while True:
            wait = machine.wait()
            try:
                if self._caller.deadline is not None:
                    self._caller.deadline.check(wait)
            except errors.DeadlineExceededError as error:
                raise self._unknown(turn, machine.readings, balance, cause) from error
            await self.clock.sleep(wait)
            try:
                state: State | None = await self._states.latest(turn.session)
            except errors.SessionNotFoundError as error:
                raise self._unknown(turn, machine.readings, balance, cause) from error
            except errors.NemoMusicError:
                state = None
            balance = await self._frozen() or balance
            verdict = machine.take(
                Reading(
                    fingerprint=None if state is None else state.fingerprint,
                    frozen=None if balance is None else balance.frozen,
                    elapsed=turn.elapsed,
                )
            )
            if verdict == "applied" and state is not None:
                return state
            if verdict is not None:
                raise self._unknown(turn, machine.readings, balance, cause) from cause

    async def _frozen(self) -> Credits | None:
        try:
            return await self._credits.balance()
        except errors.NemoMusicError:
            return None

    def _unknown(
        self,
        turn: ReplyStream,
        readings: int,
        balance: Credits | None,
        cause: errors.NemoMusicError | None,
    ) -> errors.OutcomeUnknown:
        session = turn.session
        error = errors.OutcomeUnknown(
            "the message was sent, and it is not known what became of it",
            endpoint=routes.STREAM.endpoint,
            status=None if cause is None else cause.status,
            request_id=None if cause is None else cause.request_id,
            attempts=() if cause is None else cause.attempts,
            session_id=session.id,
            text=turn.message,
            reply=turn.conclude("recovered", None),
            baseline=turn.baseline,
            readings=readings,
            credits=balance,
        )

        async def look_again() -> Reply:
            return await self.look_again(error, session)

        error.look_again = look_again
        return error
