"""Every exception that nemomusic raises, and the service's error codes.

    NemoMusicError
    ├── ConfigurationError             settings, environment, missing extras
    │   └── MissingExtraError          an optional part is not installed
    ├── InputError                     a wrong argument; mostly raised before anything is sent
    │   ├── SourceError                a file or source that can't be uploaded
    │   ├── PromptError                an empty prompt
    │   ├── ManifestError              a batch's list of clips that makes no sense
    │   ├── OrderChangedError          an order of a batch is not what it was
    │   └── OutputError                a path that can't be written to, or a full disk
    │       ├── OutputExistsError      a file is already there
    │       └── DuplicateOutputError   two orders of a batch have one output
    ├── APIError                       the service answered with an error
    │   ├── AuthenticationError        1001, 401
    │   ├── SessionNotFoundError       1002, 404
    │   │   └── SessionLostError       … and it can't be replaced silently
    │   ├── OutOfCreditsError          2001
    │   ├── UnsupportedFileTypeError   4001   (also an InputError: checked before sending)
    │   ├── FileTooLargeError          4002   (also an InputError: checked before sending)
    │   ├── ClientIdError              400 on anonymous-token
    │   ├── PlanRequiredError          402
    │   ├── BusyError                  too busy; may say for how long
    │   │   ├── RateLimitedError       429
    │   │   └── ServerError            5xx
    │   ├── NotFoundError              404 of anything but a session
    │   ├── InvalidRequestError        other 4xx
    │   └── UnexpectedAnswerError      HTML, broken JSON, a wrong envelope
    ├── TransportError                 no answer
    │   ├── ConnectError               no connection: nothing was sent
    │   │   ├── ProxyError             the proxy refused
    │   │   └── TLSError               no secure connection
    │   ├── ConnectionLostError        the connection broke: the outcome is unknown
    │   └── RequestTimeoutError        too slow
    ├── DeadlineExceededError          the caller's own deadline
    ├── StreamError                    the conversation
    │   ├── AgentError                 the agent reported a failure
    │   ├── StreamInterruptedError     the stream was cut
    │   ├── TurnTimeoutError           15 minutes, or 10 of nothing but heartbeats
    │   ├── EventTooLargeError         one event over the configured limit
    │   ├── TurnClosedError            the turn was hung up before it was over
    │   └── OutcomeUnknownError        a message was sent, and its outcome is not known
    ├── NoMusicAddedError              the turn ended, and the draft holds no new audio
    ├── RenderError
    │   ├── RenderFailedError          the renderer reported a failure
    │   ├── RenderStalledError         no progress for too long; the render goes on
    │   └── NotExportableError         the draft has no segments
    ├── ScoreUnavailableError          the backend keeps no score of the music
    ├── DownloadError                  the result could not be fetched completely
    ├── BatchPausedError               a batch has stopped, and can be resumed
    ├── BudgetError                    a limit of credits is reached
    ├── JobError                       a job or its journal
    │   ├── JobCancelledError          the job was canceled; it cannot be resumed
    │   ├── JobNotFoundError
    │   ├── JobBusyError               another process holds its lease
    │   └── JournalError               the journal file itself
    └── LocalBackendError              the embedded backend

Each has a `remedy` where something can be done, can be pickled, and never holds a token. The codes
are listed in docs/protocol.md.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Unpack

__all__ = [
    "APIError",
    "APIErrorFacts",
    "AgentError",
    "Attempt",
    "AuthenticationError",
    "BatchPausedError",
    "BudgetError",
    "BusyError",
    "ClientIdError",
    "ConfigurationError",
    "ConnectError",
    "ConnectionLostError",
    "DeadlineExceededError",
    "DownloadError",
    "DuplicateOutputError",
    "ErrorCode",
    "ErrorFacts",
    "EventTooLargeError",
    "FileTooLargeError",
    "InputError",
    "InvalidRequestError",
    "JobBusyError",
    "JobCancelledError",
    "JobError",
    "JobNotFoundError",
    "JournalError",
    "LocalBackendError",
    "ManifestError",
    "MissingExtraError",
    "NemoMusicError",
    "NoMusicAddedError",
    "NotExportableError",
    "NotFoundError",
    "OrderChangedError",
    "OutOfCreditsError",
    "OutcomeUnknownError",
    "OutputError",
    "OutputExistsError",
    "PlanRequiredError",
    "PromptError",
    "ProxyError",
    "RateLimitedError",
    "RenderError",
    "RenderFailedError",
    "RenderStalledError",
    "RequestTimeoutError",
    "ScoreUnavailableError",
    "ServerError",
    "SessionLostError",
    "SessionNotFoundError",
    "SourceError",
    "StreamError",
    "StreamInterruptedError",
    "TLSError",
    "TransportError",
    "TurnClosedError",
    "TurnTimeoutError",
    "UnexpectedAnswerError",
    "UnsupportedFileTypeError",
]

UPLOAD_LIMIT = 500 * 2**20
"""Bytes that one uploaded file may have: the service's 500 MB, taken as 500 x 2^20."""


class ErrorCode(IntEnum):
    """The `code` of an answer (docs/protocol.md)."""

    SUCCESS = 0
    TOKEN_INVALID = 1001
    SESSION_NOT_FOUND = 1002
    OUT_OF_CREDITS = 2001
    UNSUPPORTED_FILE_TYPE = 4001
    FILE_TOO_LARGE = 4002
    CLIENT_ID_MISSING = 400
    PLAN_REQUIRED = 402
    RATE_LIMITED = 429


class Attempt:
    """One attempt at a request. The error that ended a request lists all its attempts.

    Attributes:
        what: Method and path template, such as `GET /api/credits/balance/simple`.
        at: Seconds since the epoch when the attempt ended.
        status: HTTP status, or None when no answer came.
        error: The class name of the error.
        wait: Seconds waited before the next attempt, or None after the last one.
    """

    __slots__ = ("at", "error", "status", "wait", "what")
    what: str
    at: float
    status: int | None
    error: str
    wait: float | None

    def __init__(
        self,
        what: str,
        at: float,
        *,
        status: int | None = None,
        error: str = "",
        wait: float | None = None,
    ) -> None:
        self.what = what
        self.at = at
        self.status = status
        self.error = error
        self.wait = wait

    def _values(self) -> tuple[str, float, int | None, str, float | None]:
        return self.what, self.at, self.status, self.error, self.wait

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_attempt, self._values()  # the first two protocols of pickle know no slots

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Attempt) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        answer = f"HTTP {self.status} " if self.status else ""
        then = "" if self.wait is None else f", waited {self.wait:g} s"
        return f"<Attempt {self.what}: {answer}{self.error}{then}>"


def _rebuild_attempt(
    what: str, at: float, status: int | None, error: str, wait: float | None
) -> Attempt:
    return Attempt(what, at, status=status, error=error, wait=wait)


class ErrorFacts(TypedDict, total=False):
    """The keyword arguments that every exception takes; see `NemoMusicError`."""

    code: int | None
    status: int | None
    request_id: str | None
    endpoint: str | None
    remedy: str | None
    attempts: Sequence[Attempt]
    job_id: str | None
    session_id: str | None
    render_id: str | None


def _rebuild(cls: type[NemoMusicError], state: dict[str, Any]) -> NemoMusicError:
    """Make an error from its pickled values, without running its initializer."""
    # By attribute, OutputExistsError would find ValueError's, which can't make an OSError.
    new = OSError.__new__ if issubclass(cls, OSError) else cls.__new__
    error = new(cls, state["message"])
    error.args = (state["message"],)
    error.__dict__.update(state)
    return error


class NemoMusicError(Exception):
    """The base class of all exceptions of this package.

        try:
            video = await client.add_music("trip.mp4", "warm lo-fi")
        except nemomusic.errors.OutOfCreditsError as error:
            print(error.registration_url or error.remedy)
        except nemomusic.NemoMusicError as error:
            print(error.message, error.remedy, error.job_id, error.request_id)

    Attributes:
        message: What happened, in one sentence.
        code: The service's code, or None (see `ErrorCode`).
        status: HTTP status, or None when no answer came.
        request_id: The id of the request, which the service's support can look up. It is the
            service's id, or else the SDK's own id.
        endpoint: Method and path template of the request, or None.
        remedy: What to do next, in words. Empty only if the user can do nothing.
        attempts: The attempts that led here, oldest first.
        job_id: The job that failed, or None.
        session_id: The session that the work was done in, or None.
        render_id: The export job that failed, or None.
    """

    default_code: ClassVar[int | None] = None
    default_remedy: ClassVar[str | None] = None
    live: ClassVar[frozenset[str]] = frozenset()
    """Attributes that hold open handles: they are None after unpickling."""

    message: str
    code: int | None
    status: int | None
    request_id: str | None
    endpoint: str | None
    remedy: str | None
    attempts: tuple[Attempt, ...]
    job_id: str | None
    session_id: str | None
    render_id: str | None

    def __init__(
        self,
        message: str,
        *,
        code: int | None = None,
        status: int | None = None,
        request_id: str | None = None,
        endpoint: str | None = None,
        remedy: str | None = None,
        attempts: Sequence[Attempt] = (),
        job_id: str | None = None,
        session_id: str | None = None,
        render_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = self.default_code if code is None else code
        self.status = status
        self.request_id = request_id
        self.endpoint = endpoint
        self.remedy = self.default_remedy if remedy is None else remedy
        self.attempts = tuple(attempts)
        self.job_id = job_id
        self.session_id = session_id
        self.render_id = render_id

    def __str__(self) -> str:
        text = self.message
        if self.remedy:
            text = f"{text.rstrip('.')}. {self.remedy}"
        facts: list[str] = []
        if self.code is not None:
            facts.append(f"code {int(self.code)}")
        if self.status is not None:
            facts.append(f"HTTP {self.status}")
        if self.endpoint:
            facts.append(self.endpoint)
        if self.request_id:
            facts.append(f"request {self.request_id}")
        if len(self.attempts) > 1:
            facts.append(f"{len(self.attempts)} attempts")
        return f"{text} [{', '.join(facts)}]" if facts else text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        state = {k: (None if k in self.live else v) for k, v in self.__dict__.items()}
        state.pop("__notes__", None)
        return _rebuild, (type(self), state)


class ConfigurationError(NemoMusicError):
    """A setting, an environment variable or an argument of the client makes no sense."""


class MissingExtraError(ConfigurationError, ImportError):
    """An optional part is not installed; the remedy names the extra."""


class InputError(NemoMusicError, ValueError):
    """An argument can't be used. Arguments are checked before anything is sent.

    Three faults can also show later: the disk becomes full (`OutputError`), the backend can't read
    the file (`UnsupportedFileTypeError`), and the draft is empty (`NotExportableError`).
    """


class SourceError(InputError):
    """A source can't be uploaded: it is missing, empty or unreadable, or changed meanwhile."""


class PromptError(InputError):
    """The message is empty, or the prompt of a job has no word in it."""

    default_remedy: ClassVar[str | None] = (
        "Say what you want in a sentence, such as 'warm lo-fi that follows the cuts'."
    )


class ManifestError(InputError):
    """The list of a batch's clips can't be read, or a row of it makes no sense.

    Attributes:
        row: The row, from 1; None if the error is about the whole file.
        column: The column, or None.
    """

    default_remedy: ClassVar[str | None] = (
        "Correct the file: a CSV or a JSON list in UTF-8, with the columns input and prompt."
    )
    row: int | None
    column: str | None

    def __init__(
        self,
        message: str,
        *,
        row: int | None = None,
        column: str | None = None,
        **facts: Unpack[ErrorFacts],
    ) -> None:
        super().__init__(message, **facts)
        self.row = row
        self.column = column


class OrderChangedError(InputError):
    """An earlier run began this order of a batch with another file, prompt or option."""


class OutputError(InputError):
    """The output can't be written at this path, or the disk became full during the download.

    After a full disk, `client.jobs.attach(error.job_id).result()` continues the job. The message is
    not sent again.
    """


class OutputExistsError(OutputError, FileExistsError):
    """The output path exists already."""

    default_remedy: ClassVar[str | None] = (
        "Choose another path, or pass overwrite=True (--overwrite)."
    )


class DuplicateOutputError(OutputError):
    """Two orders of a batch have one output."""

    default_remedy: ClassVar[str | None] = "Give each order an output of its own."


class APIErrorFacts(ErrorFacts, total=False):
    """The keyword arguments that every `APIError` takes."""

    data: Mapping[str, Any] | None


class APIError(NemoMusicError):
    """The service answered with an error.

    Attributes:
        data: The `data` of the answer, if it was a JSON object.
    """

    data: Mapping[str, Any] | None

    def __init__(
        self, message: str, *, data: Mapping[str, Any] | None = None, **facts: Unpack[ErrorFacts]
    ) -> None:
        super().__init__(message, **facts)
        self.data = data


class AuthenticationError(APIError):
    """1001 or 401: the token is expired or invalid."""

    default_code: ClassVar[int | None] = ErrorCode.TOKEN_INVALID
    default_remedy: ClassVar[str | None] = (
        "Check NEMO_TOKEN or the token argument; a token you supplied is never replaced by an "
        "anonymous one unless Settings.allow_anonymous is set."
    )


class SessionNotFoundError(APIError):
    """1002 or 404: the session does not exist (any more), or belongs to another user."""

    default_code: ClassVar[int | None] = ErrorCode.SESSION_NOT_FOUND
    default_remedy: ClassVar[str | None] = "Open a new session with client.sessions.open()."


class SessionLostError(SessionNotFoundError):
    """The session does not exist any more, and the work in it is lost.

    Attributes:
        session: A new, empty `Session` to continue in; None after unpickling, or if none was
            opened.
        session_id: The id of the lost session.
        lost: What the session held, in words: uploads and accepted messages.
    """

    live: ClassVar[frozenset[str]] = frozenset({"session"})
    default_remedy: ClassVar[str | None] = (
        "Continue in error.session, or call error.session.replay() to do the lost work again "
        "(which spends credits again)."
    )
    session: Any
    lost: tuple[str, ...]

    def __init__(
        self,
        message: str,
        *,
        session: Any = None,
        lost: tuple[str, ...] = (),
        **facts: Unpack[APIErrorFacts],
    ) -> None:
        super().__init__(message, **facts)
        self.session = session
        self.lost = lost


class OutOfCreditsError(APIError):
    """2001: no credits left.

    Attributes:
        registration_url: Where an anonymous user can register and keep the work, or None.
        available: The credits left, when the service said so.
    """

    default_code: ClassVar[int | None] = ErrorCode.OUT_OF_CREDITS
    default_remedy: ClassVar[str | None] = "Top up your credits."
    registration_url: str | None
    available: float | None

    def __init__(
        self,
        message: str,
        *,
        registration_url: str | None = None,
        available: float | None = None,
        **facts: Unpack[APIErrorFacts],
    ) -> None:
        super().__init__(message, **facts)
        self.registration_url = registration_url
        self.available = available


class UnsupportedFileTypeError(APIError, InputError):
    """4001: the service does not accept this type of file, or can't read the file."""

    default_code: ClassVar[int | None] = ErrorCode.UNSUPPORTED_FILE_TYPE
    default_remedy: ClassVar[str | None] = "Convert the file to an accepted type, such as MP4."


class FileTooLargeError(APIError, InputError):
    """4002: the file has over 500 x 2^20 bytes.

    Attributes:
        size: Bytes of the file, when known.
        limit: Bytes allowed.
    """

    default_code: ClassVar[int | None] = ErrorCode.FILE_TOO_LARGE
    default_remedy: ClassVar[str | None] = "Compress or trim the file: at most 500 MB each."
    size: int | None
    limit: int

    def __init__(
        self,
        message: str,
        *,
        size: int | None = None,
        limit: int = UPLOAD_LIMIT,
        **facts: Unpack[APIErrorFacts],
    ) -> None:
        super().__init__(message, **facts)
        self.size = size
        self.limit = limit


class ClientIdError(APIError):
    """400 on anonymous-token: the `X-Client-Id` header was missing."""

    default_code: ClassVar[int | None] = ErrorCode.CLIENT_ID_MISSING
    default_remedy: ClassVar[str | None] = (
        "Set NEMO_CLIENT_ID, or let the SDK keep one in ~/.config/nemovideo/client_id."
    )


class PlanRequiredError(APIError):
    """402: export is blocked on this subscription tier."""

    default_code: ClassVar[int | None] = ErrorCode.PLAN_REQUIRED
    default_remedy: ClassVar[str | None] = (
        "This is about the subscription tier (or missing attribution headers), not credits: "
        "upgrade the plan."
    )


class BusyError(APIError):
    """The service is busy. Base class of `RateLimitedError` and `ServerError`.

    Attributes:
        retry_after: Seconds to wait after the answer, or None if the service did not say.
        retry_at: The end of the wait, in seconds since the epoch, or None.
    """

    retry_after: float | None
    retry_at: float | None
    remedy: str | None

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        retry_at: float | None = None,
        **facts: Unpack[APIErrorFacts],
    ) -> None:
        super().__init__(message, **facts)
        self.retry_after = retry_after
        self.retry_at = retry_at

    def wait_until(self, at: float, seconds: float | None, words: str) -> None:
        """Set the time to wait, and add it to the remedy.

        Args:
            at: Seconds since the epoch.
            seconds: Seconds to wait after the answer; None if the service did not say.
            words: The time in words.
        """
        self.retry_at = at
        self.retry_after = seconds
        self.remedy = f"Wait {words}, then try again."


class RateLimitedError(BusyError):
    """429: too many requests."""

    default_code: ClassVar[int | None] = ErrorCode.RATE_LIMITED
    default_remedy: ClassVar[str | None] = "Wait, then try again."


class NotFoundError(APIError):
    """404 of anything but a session, such as a render job."""

    default_remedy: ClassVar[str | None] = (
        "Check the id: what it names was deleted, or belongs to another user."
    )


class InvalidRequestError(APIError):
    """Another 4xx, or a code that this SDK does not know."""

    default_remedy: ClassVar[str | None] = (
        "Correct what the message names; the same request would be refused again."
    )


class ServerError(BusyError):
    """5xx. A 503 often says how long to wait."""

    default_remedy: ClassVar[str | None] = "The service has a problem; try again later."


class UnexpectedAnswerError(APIError):
    """The answer is not what docs/protocol.md says: HTML, broken JSON, a missing field."""

    default_remedy: ClassVar[str | None] = (
        "Check NEMO_API_URL; a proxy or login page may be answering instead."
    )


class TransportError(NemoMusicError):
    """No answer came.

    Attributes:
        sent: False when it is certain that no byte of the request reached the service.
    """

    default_sent: ClassVar[bool] = True
    sent: bool

    def __init__(
        self, message: str, *, sent: bool | None = None, **facts: Unpack[ErrorFacts]
    ) -> None:
        super().__init__(message, **facts)
        self.sent = self.default_sent if sent is None else sent


class ConnectError(TransportError):
    """No connection could be made: nothing was sent.

    Attributes:
        retry_after: Seconds to wait, if a proxy on the way has asked for a wait; else None.
    """

    default_sent: ClassVar[bool] = False
    default_remedy: ClassVar[str | None] = "Check the network, NEMO_API_URL and any proxy."
    retry_after: float | None

    def __init__(
        self,
        message: str,
        *,
        sent: bool | None = None,
        retry_after: float | None = None,
        **facts: Unpack[ErrorFacts],
    ) -> None:
        super().__init__(message, sent=sent, **facts)
        self.retry_after = retry_after


class ProxyError(ConnectError):
    """The proxy refused: it wants a user name and password (407), or does not allow the host."""

    default_remedy: ClassVar[str | None] = (
        "Check the proxy in HTTPS_PROXY or Settings(proxy=…), and what it allows."
    )


class TLSError(ConnectError):
    """No secure connection: a certificate can't be verified, or the server does not use TLS."""

    default_remedy: ClassVar[str | None] = (
        "If this network inspects TLS, trust its CA: set SSL_CERT_FILE to its PEM file, or pass "
        "Settings(tls=…)."
    )


class ConnectionLostError(TransportError):
    """The connection broke after the request had begun: its outcome is unknown."""

    default_remedy: ClassVar[str | None] = "Check the network, then try again."


class RequestTimeoutError(TransportError, TimeoutError):
    """The answer did not come in time."""

    default_remedy: ClassVar[str | None] = (
        "Try again later, or give it more time with Settings(timeouts=…)."
    )


class DeadlineExceededError(NemoMusicError, TimeoutError):
    """The deadline of `with_options(deadline=…)` has passed, or the next wait would pass it."""

    default_remedy: ClassVar[str | None] = "Give it more time. A message that was sent is not lost."


class StreamError(NemoMusicError):
    """The conversation failed after the message was accepted. The message is never sent again."""


class AgentError(StreamError):
    """The agent reported a failure in the stream.

    Attributes:
        agent_code: The agent's own code, such as `RESOURCE_EXHAUSTED`, or None.
        reply: The `Reply` as far as it had come, or None.
    """

    default_remedy: ClassVar[str | None] = (
        "The message was accepted; look at the session's state before asking again."
    )
    agent_code: str | None
    reply: Any

    def __init__(
        self,
        message: str,
        *,
        agent_code: str | None = None,
        reply: Any = None,
        **facts: Unpack[ErrorFacts],
    ) -> None:
        super().__init__(message, **facts)
        self.agent_code = agent_code
        self.reply = reply


class StreamInterruptedError(StreamError):
    """The stream was cut before it was over."""

    default_remedy: ClassVar[str | None] = (
        "Read the session's state: it shows what the message did. Sending the message again may "
        "pay for it twice."
    )


class TurnTimeoutError(StreamError, TimeoutError):
    """The turn took over 15 minutes, or sent nothing but heartbeats for 10 minutes."""

    default_remedy: ClassVar[str | None] = (
        "Read the session's state later: the work may go on. Sending the message again may pay "
        "for it twice."
    )


class EventTooLargeError(StreamError):
    """One event is larger than `Settings.max_event_bytes`."""


class TurnClosedError(StreamError):
    """The turn was hung up before it was over."""

    default_remedy: ClassVar[str | None] = (
        "Read the session's state before you send the message again."
    )


class OutcomeUnknownError(StreamError):
    """A message was sent, and neither the stream nor the state tells its outcome.

    Attributes:
        session_id: The session that the message was sent to.
        text: The message.
        reply: The `Reply` as far as it had come, or None.
        baseline: The `State` before sending, or None.
        readings: How many times the state was read after sending.
        credits: The last balance that was read, or None.
        look_again: Coroutine function that reads the state again and returns the reply, or raises
            this error again. None after unpickling: use `client.stream.look_again(error)`.
    """

    live: ClassVar[frozenset[str]] = frozenset({"look_again"})
    default_remedy: ClassVar[str | None] = (
        "The work may still be going on. Await error.look_again() later; sending the message "
        "again may pay for it twice."
    )
    text: str | None
    reply: Any
    baseline: Any
    readings: int
    credits: Any
    look_again: Any

    def __init__(
        self,
        message: str,
        *,
        text: str | None = None,
        reply: Any = None,
        baseline: Any = None,
        readings: int = 0,
        credits: Any = None,  # noqa: A002 - the word of docs/protocol.md
        look_again: Any = None,
        **facts: Unpack[ErrorFacts],
    ) -> None:
        super().__init__(message, **facts)
        self.text = text
        self.reply = reply
        self.baseline = baseline
        self.readings = readings
        self.credits = credits
        self.look_again = look_again


class NoMusicAddedError(NemoMusicError):
    """The turn ended normally, but the draft holds no new audio. Nothing was exported.

    Attributes:
        reply: The agent's `Reply`. It may be a question.
        session: The `Session` in which the caller can answer; None after unpickling.
        session_id: The id of the session.
    """

    live: ClassVar[frozenset[str]] = frozenset({"session"})
    default_remedy: ClassVar[str | None] = (
        "Answer it with error.session.ask(…), then export. error.reply.text is all that it said."
    )
    reply: Any
    session: Any

    def __init__(
        self, message: str, *, reply: Any = None, session: Any = None, **facts: Unpack[ErrorFacts]
    ) -> None:
        super().__init__(message, **facts)
        self.reply = reply
        self.session = session


class RenderError(NemoMusicError):
    """The export failed. An export is free: it spent nothing."""


class RenderFailedError(RenderError):
    """The renderer reported a failure."""

    default_remedy: ClassVar[str | None] = "Export again; it is free."


class RenderStalledError(RenderError, TimeoutError):
    """The render made no progress. It may go on: `client.render.attach(error.render_id)`.

    Attributes:
        job: The `RenderJob`; None after unpickling.
    """

    live: ClassVar[frozenset[str]] = frozenset({"job"})
    default_remedy: ClassVar[str | None] = (
        "Pick the render up later with client.render.attach(error.render_id)."
    )
    job: Any

    def __init__(self, message: str, *, job: Any = None, **facts: Unpack[ErrorFacts]) -> None:
        super().__init__(message, **facts)
        self.job = job


class NotExportableError(RenderError, InputError):
    """The draft has no track with segments in it."""

    default_remedy: ClassVar[str | None] = "Upload a clip or ask for an edit first."


class ScoreUnavailableError(NemoMusicError):
    """This backend has no stems, MIDI file or cue sheet of this music."""

    default_remedy: ClassVar[str | None] = (
        "The embedded backend has them for the music that it composed: use Client.local()."
    )


class DownloadError(NemoMusicError):
    """The result could not be fetched completely.

    What arrived is kept as `NAME.nemomusic.part`.
    """

    default_remedy: ClassVar[str | None] = "Download again; it continues where it stopped."


class BatchPausedError(NemoMusicError):
    """A batch has stopped before its end. Run it again to continue. `__cause__` is the reason.

    Attributes:
        left: Orders that are not finished and have not failed; None if they were not counted.
    """

    default_remedy: ClassVar[str | None] = (
        "Run the same batch again when the cause is gone: finished orders are kept."
    )
    left: int | None

    def __init__(
        self, message: str, *, left: int | None = None, **facts: Unpack[ErrorFacts]
    ) -> None:
        super().__init__(message, **facts)
        self.left = left


class BudgetError(NemoMusicError):
    """A limit of credits is reached. The message was not sent."""

    default_remedy: ClassVar[str | None] = "Continue with a higher limit."


class JobError(NemoMusicError):
    """Something is wrong with a job, or with the journal that holds it."""


class JobCancelledError(JobError):
    """The job was canceled and cannot be resumed."""

    default_remedy: ClassVar[str | None] = "Submit it again if it is still wanted."


class JobNotFoundError(JobError, LookupError):
    """The journal has no such job."""

    default_remedy: ClassVar[str | None] = (
        "List the jobs with client.jobs.list() or `nemomusic jobs`."
    )


class JobBusyError(JobError):
    """Another process works on this job at the moment."""

    default_remedy: ClassVar[str | None] = (
        "Wait for it: `await job.result()` follows the process that works on it."
    )


class JournalError(JobError):
    """The journal file can't be used: it is another program's, too new, or not writable."""


class LocalBackendError(NemoMusicError):
    """The embedded backend can't work: its folder is in use, or a worker died.

    Attributes:
        in_use: Whether the only reason is that another process holds the folder.
    """

    default_remedy: ClassVar[str | None] = "Try again. If it happens again, please report it."
    in_use: bool

    def __init__(self, message: str, *, in_use: bool = False, **facts: Unpack[ErrorFacts]) -> None:
        super().__init__(message, **facts)
        self.in_use = in_use
