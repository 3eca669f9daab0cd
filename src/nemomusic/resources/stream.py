"""The conversation. A message that costs credits is sent at most once (design, section 4)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from nemomusic import errors
from nemomusic.protocol import routes
from nemomusic.protocol.recovery import Reading, Recovery
from nemomusic.resources.caller import Beforehand
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

_IN_DOUBT = (errors.ServerError, errors.UnexpectedAnswerError)
"""After these the message may have been accepted: the state has to tell."""


def _in_doubt(error: errors.NemoMusicError) -> bool:
    """Whether a message that ended like this may have been accepted."""
    if isinstance(error, errors.TransportError):
        return error.sent
    return isinstance(error, _IN_DOUBT)


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
    def readers(self) -> set[Any]:
        """Replies that are open: closing the client closes them."""
        return self._caller.transport.readers

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

    async def look_again(
        self, error: errors.OutcomeUnknown, session: Session, turn: ReplyStream | None = None
    ) -> Reply:
        """Read the state again after an `OutcomeUnknown`.

        Once; and if it has changed, until it has settled.

        Returns:
            The reply, if the draft has changed since the message was sent.

        Raises:
            OutcomeUnknown: nothing new.
        """
        if turn is None:
            turn = ReplyStream(self, session, error.text or "")
            turn.baseline = error.baseline
            turn.sent_at = self.clock.monotonic()
        cause = errors.StreamInterruptedError(error.message)
        state = await self.settle(
            turn, cause, waited=float("inf"), readings=error.readings, once=True
        )
        return turn.conclude("recovered", state)

    # ------------------------------------------------- what ReplyStream needs

    async def begin(
        self, turn: ReplyStream
    ) -> tuple[OneShotEventSource | None, errors.NemoMusicError | None]:
        """Send it. Gives the open stream; or none, and why it is in doubt whether it was taken."""
        if not turn.message.strip():
            raise errors.PromptError("the message is empty")
        session = turn.session
        turn.baseline = await self._states.read(session, on_lost="replace")
        turn.baseline_of = session.id
        send = partial(self._send, turn)
        try:
            source = await self._caller.run(routes.STREAM, send, session=session)
            if turn.on_accepted is not None:
                try:
                    await turn.on_accepted()
                except BaseException:
                    await source.close()
                    raise
        except errors.NemoMusicError as error:
            if turn.sent and _in_doubt(error):
                return None, error
            raise
        finally:
            if turn.sent:  # accepted, or perhaps: nobody may take this session for untouched
                session.note_message(turn.message)
        return source, None

    async def _send(self, turn: ReplyStream, token: Secret | None) -> OneShotEventSource:
        """One attempt: the message goes out, at most once."""
        turn.sent = False  # what was sent before this was refused
        session = turn.session
        try:
            if session.id != turn.baseline_of:  # replaced after a 1002
                turn.baseline = await self._states.read(session, on_lost="report")
                turn.baseline_of = session.id
            if turn.before_sending is not None and turn.baseline is not None:
                await turn.before_sending(turn.baseline)
        except errors.NemoMusicError as error:
            raise Beforehand(error) from None
        turn.sent_at = self.clock.monotonic()
        turn.sent = True
        try:
            return await self._caller.transport.open_stream(
                routes.STREAM,
                token=token,
                json=routes.stream_body(session.id, turn.message),
                headers=self._caller.headers,
                timeout=None if self.deadline is None else self.deadline.left,
            )
        except errors.NemoMusicError as error:
            turn.sent = _in_doubt(error)
            raise

    async def read_after(self, session: Session) -> State | None:
        """The state when a turn is over; None rather than losing a paid reply."""
        try:
            return await self._states.read(session, on_lost="raise")
        except errors.NemoMusicError:
            return None

    async def settle(
        self,
        turn: ReplyStream,
        cause: errors.NemoMusicError,
        *,
        waited: float = 0.0,
        readings: int = 0,
        once: bool = False,
    ) -> State:
        """Read the state until it tells what became of a message.

        Args:
            turn: the message, with the state before it.
            cause: why that is not known.
            waited: seconds since its stream was cut.
            readings: how many there were before these.
            once: give up if the first reading finds nothing new.

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
            wait = max(0.0, machine.wait() - (0.0 if machine.readings else waited))
            try:
                if self.deadline is not None:
                    self.deadline.check(wait)
            except errors.DeadlineExceededError as error:
                raise self._unknown(turn, readings + machine.readings, balance, cause) from error
            if wait:
                await self.clock.sleep(wait)
            try:
                state: State | None = await self._states.read(turn.session, on_lost="raise")
            except errors.SessionNotFoundError as error:
                raise self._unknown(turn, readings + machine.readings, balance, cause) from error
            except errors.NemoMusicError:
                state = None
            balance = await self._frozen() or balance
            seen = None if state is None else state.fingerprint
            verdict = machine.take(
                Reading(
                    fingerprint=seen,
                    frozen=None if balance is None else balance.frozen,
                    elapsed=turn.elapsed,
                )
            )
            if verdict == "applied" and state is not None:
                return state
            if verdict is not None or (once and seen in {None, machine.baseline}):
                raise self._unknown(turn, readings + machine.readings, balance, cause) from cause

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
        attempts = () if cause is None else cause.attempts
        if not attempts:
            ended = "" if cause is None else type(cause).__name__
            status = None if cause is None else cause.status
            at = self.clock.time() - turn.elapsed
            attempts = (errors.Attempt(routes.STREAM.endpoint, at, status=status, error=ended),)
        error = errors.OutcomeUnknown(
            "the message was sent, and it is not known what became of it",
            endpoint=routes.STREAM.endpoint,
            status=None if cause is None else cause.status,
            request_id=None if cause is None else cause.request_id,
            attempts=attempts,
            session_id=session.id,
            text=turn.message,
            reply=turn.conclude("recovered", None),
            baseline=turn.baseline,
            readings=readings,
            credits=balance,
        )

        async def look_again() -> Reply:
            return await self.look_again(error, session, turn)

        error.look_again = look_again
        return error
