"""Send messages to the agent. A message that costs credits is sent at most once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic.conversation.message import Message
from nemomusic.conversation.outcome_recovery import look_again
from nemomusic.conversation.turn import Turn

if TYPE_CHECKING:
    from nemomusic import errors
    from nemomusic.conversation.reply import Reply
    from nemomusic.conversation.session_ref import AttachSession, SessionLike
    from nemomusic.conversation.turn_registry import TurnRegistry
    from nemomusic.transport.pipeline import RequestPipeline


class Stream:
    """`client.stream`: messages to the agent."""

    def __init__(
        self, pipeline: RequestPipeline, attach: AttachSession, turns: TurnRegistry
    ) -> None:
        self._pipeline = pipeline
        self._attach = attach
        self._turns = turns

    def send(self, session: SessionLike, text: str) -> Turn:
        """Return a turn. Its message is sent when the turn is entered with `async with`.

        The message is sent at most once. It is tried again only if the connection was never made,
        or if a refusal came in place of a stream (1001/401, 1002/404, 429). After a cut, the state
        is read until it shows the outcome. Messages of one session wait for each other.

        Args:
            session: The `Session` that gets the message, or its id.
            text: The message.

        The errors are raised when the turn is entered or read.

        Raises:
            PromptError: The text has no word.
            OutOfCreditsError: 2001: the credits are used up.
            AgentError: The agent reported a failure.
            OutcomeUnknownError: The stream was cut, and the state does not show the outcome.
            SessionLostError: The session does not exist any more, and the work in it is lost.
        """
        return Turn(self._pipeline, self._turns, self._attach(session), text)

    async def ask(self, session: SessionLike, text: str) -> Reply:
        """Send a message and wait for the finished reply.

        Args:
            session: The `Session` that gets the message, or its id.
            text: The message.

        Raises:
            PromptError: The text has no word.
            OutOfCreditsError: 2001: the credits are used up.
            AgentError: The agent reported a failure.
            OutcomeUnknownError: The stream was cut, and the state does not show the outcome.
            SessionLostError: The session does not exist any more, and the work in it is lost.
        """
        async with self.send(session, text) as turn:
            return await turn.finished()

    async def look_again(
        self, error: errors.OutcomeUnknownError, session: SessionLike | None = None
    ) -> Reply:
        """Read the state again after an `OutcomeUnknownError`.

        The SDK reads the state once. If it has changed, the SDK reads it until two readings are
        equal.

        Args:
            error: The error. Another process may have pickled it.
            session: The session that got the message; None for the session that the error names.

        Returns:
            The reply, if the draft has changed since the message was sent.

        Raises:
            OutcomeUnknownError: The draft has not changed.
        """
        ref = self._attach(session if session is not None else error.session_id or "")
        message = Message.sent_earlier(
            ref,
            error.text or "",
            baseline=error.baseline,
            sent_at=self._pipeline.clock.monotonic(),
        )
        return await look_again(self._pipeline, error, message)
