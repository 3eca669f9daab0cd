"""Send one message, at most once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from nemomusic import errors
from nemomusic.conversation.readings import read_state
from nemomusic.models.language import detect_language
from nemomusic.models.prompts import check_words
from nemomusic.protocol import routes
from nemomusic.transport.pipeline import SessionPolicy
from nemomusic.transport.prerequisite import PrerequisiteError

if TYPE_CHECKING:
    from nemomusic.conversation.session_ref import SessionRef
    from nemomusic.models.state import State
    from nemomusic.transport.base import EventStream
    from nemomusic.transport.messages import Permit
    from nemomusic.transport.pipeline import RequestPipeline


class TurnObserver(Protocol):
    """Notes the progress of a message, for a job that another process may continue."""

    async def sending(self, baseline: State) -> None:
        """Note the intent. It is awaited before each attempt. If it raises, nothing is sent."""
        ...

    async def accepted(self) -> None:
        """Note that the service has taken the message."""
        ...


_IN_DOUBT = (errors.ServerError, errors.UnexpectedAnswerError)
"""After these errors the message may have been accepted: only the state can tell."""


def _in_doubt(error: errors.NemoMusicError) -> bool:
    """Return whether a message with this error may have been accepted."""
    if isinstance(error, errors.TransportError):
        return error.sent
    return isinstance(error, _IN_DOUBT)


class Message:
    """The text of a message, its session, and whether it was sent.

    Attributes:
        session: The session that gets the message.
        text: The text.
        baseline: The state before sending. Comparing it with a later state shows what changed.
        sent: Whether the message was accepted, or may have been.
        sent_at: When it was sent, in seconds of the client's monotonic clock.
    """

    sent: bool
    sent_at: float

    def __init__(
        self, session: SessionRef, text: str, *, observer: TurnObserver | None = None
    ) -> None:
        self.session = session
        self.text = text
        self.baseline: State | None = None
        self.sent = False
        self.sent_at = 0.0
        self._observer = observer
        self._baseline_of = ""

    @classmethod
    def sent_earlier(
        cls, session: SessionRef, text: str, *, baseline: State | None, sent_at: float
    ) -> Message:
        """Return a message that was sent earlier, perhaps by another process.

        Args:
            session: The session that got the message.
            text: The text.
            baseline: The state before sending, if it is known.
            sent_at: When it was sent, in seconds of the client's monotonic clock.
        """
        message = cls(session, text)
        message.baseline = baseline
        message.sent_at = sent_at
        return message

    @property
    def language(self) -> str:
        """The session's language, or the language of the text."""
        return self.session.language or detect_language(self.text)

    async def send(
        self, pipeline: RequestPipeline
    ) -> tuple[EventStream | None, errors.NemoMusicError | None]:
        """Send the message.

        Returns:
            The open stream and None; or None and an error after which the message may have been
            accepted.

        Raises:
            PromptError: The text has no word.
            NemoMusicError: Nothing was accepted.
        """
        check_words(self.text, "the message is empty")
        self.baseline = await read_state(pipeline, self.session, SessionPolicy.REOPEN)
        self._baseline_of = self.session.id

        async def attempt(permit: Permit) -> EventStream:
            return await self._attempt(pipeline, permit)

        try:
            source = await pipeline.run(routes.STREAM, attempt, session=self.session)
        except errors.NemoMusicError as error:
            if self.sent and _in_doubt(error):
                return None, error
            raise
        finally:
            if self.sent:  # from now on no call may treat this session as untouched
                self.session.note_message(self.text)
        if self._observer is not None:
            try:
                await self._observer.accepted()
            except BaseException:
                await source.close()
                raise
        return source, None

    async def _attempt(self, pipeline: RequestPipeline, permit: Permit) -> EventStream:
        """Make one attempt. Only a refused attempt leads to another one."""
        self.sent = False
        try:
            if self.session.id != self._baseline_of:  # replaced after a 1002
                self.baseline = await read_state(pipeline, self.session, SessionPolicy.REPORT)
                self._baseline_of = self.session.id
            if self._observer is not None and self.baseline is not None:
                await self._observer.sending(self.baseline)
        except errors.NemoMusicError as error:
            raise PrerequisiteError(error) from None
        self.sent_at = pipeline.clock.monotonic()
        self.sent = True
        body = routes.stream_body(self.session.id, self.text)
        try:
            return await pipeline.open_stream(routes.STREAM, permit, body)
        except errors.NemoMusicError as error:
            self.sent = _in_doubt(error)
            raise
