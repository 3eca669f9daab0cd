"""The conversation. A message that costs credits is sent at most once."""

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
        """Return a message that is sent when it is entered with `async with`.

        The message is sent at most once. It is tried again only if the connection was never made,
        or if a refusal came in place of a stream (1001/401, 1002/404, 429). After a cut, the state
        is read until it shows the outcome. Messages of one session wait for each other.

        Args:
            session: The `Session` that gets the message, or its id.
            text: The message.

        Raises (when the turn is entered or read):
            PromptError: There is no word in it.
            OutOfCreditsError: 2001.
            AgentError: The agent reported a failure.
            OutcomeUnknownError: The stream was cut, and the state doesn't tell.
            SessionLostError: The session is gone, and work in it with it.
        """
        return Turn(self._pipeline, self._turns, self._attach(session), text)

    async def ask(self, session: SessionLike, text: str) -> Reply:
        """Send a message and wait for the finished reply.

        Args:
            session: Where to: a `Session` or its id.
            text: The words.

        Raises:
            PromptError: There is no word in it.
            OutOfCreditsError: 2001.
            AgentError: The agent reported a failure.
            OutcomeUnknownError: The stream was cut, and the state doesn't tell.
            SessionLostError: The session is gone, and work in it with it.
        """
        async with self.send(session, text) as turn:
            return await turn.finished()

    async def look_again(
        self, error: errors.OutcomeUnknownError, session: SessionLike | None = None
    ) -> Reply:
        """Read the state again after an `OutcomeUnknownError`.

        It is read once. If it has changed, it is read until it stays the same.

        Args:
            error: The error, which may come from another process (by pickle).
            session: The session that got the message; None for the session that the error names.

        Returns:
            The reply, if the draft has changed since the message was sent.

        Raises:
            OutcomeUnknownError: There is nothing new.
        """
        ref = self._attach(session if session is not None else error.session_id or "")
        message = Message(ref, error.text or "")
        message.baseline = error.baseline
        message.sent_at = self._pipeline.clock.monotonic()
        return await look_again(self._pipeline, error, message)
