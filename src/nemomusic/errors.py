"""Every exception nemomusic raises, and the service's error codes.

    NemoMusicError
    ├── ConfigurationError             settings, environment, missing extras
    │   └── MissingExtraError          an optional part is not installed
    ├── InputError                     what the caller passed; raised before anything is sent
    │   ├── SourceError                a file or source that can't be uploaded
    │   ├── PromptError                an empty prompt
    │   └── OutputError                a place that can't be written to
    │       └── OutputExistsError      something is already there
    ├── APIError                       the service answered, and the answer is no
    │   ├── AuthenticationError        1001, 401
    │   ├── SessionNotFoundError       1002, 404
    │   │   └── SessionLost            … and it can't be replaced silently
    │   ├── OutOfCreditsError          2001
    │   ├── UnsupportedFileTypeError   4001   (also an InputError: checked before sending)
    │   ├── FileTooLargeError          4002   (also an InputError: checked before sending)
    │   ├── ClientIdError              400 on anonymous-token
    │   ├── PlanRequiredError          402
    │   ├── RateLimitedError           429
    │   ├── NotFoundError              404 of something else than a session
    │   ├── InvalidRequestError        other 4xx
    │   ├── ServerError                5xx
    │   └── UnexpectedAnswerError      HTML, broken JSON, an envelope that makes no sense
    ├── TransportError                 no answer
    │   ├── ConnectError               no connection: nothing was sent
    │   ├── ConnectionLostError        it broke afterwards: the outcome is unknown
    │   └── RequestTimeoutError        too slow
    ├── DeadlineExceededError          the caller's own deadline
    ├── StreamError                    the conversation
    │   ├── AgentError                 the agent reported a failure
    │   ├── StreamInterruptedError     cut before it was over
    │   ├── TurnTimeoutError           15 minutes, or 10 of nothing but heartbeats
    │   ├── EventTooLargeError         one event over the configured limit
    │   ├── ReplyClosedError           the reply was closed under its reader
    │   └── OutcomeUnknown             nobody can say yet what became of a message
    ├── NoMusicAdded                   the turn ended, and the draft holds no new audio
    ├── RenderError
    │   ├── RenderFailedError          the renderer reported a failure
    │   ├── RenderStalledError         no progress for too long; the job goes on
    │   └── NotExportableError         the draft has no segments
    ├── DownloadError                  the result could not be fetched whole
    ├── JobError                       the journal
    │   ├── JobNotFoundError
    │   ├── JobBusyError               another process holds its lease
    │   └── JournalError               the journal file itself
    └── LocalBackendError              the embedded backend

Every one carries `code`, `status`, `request_id`, `endpoint`, `remedy` and `attempts`, can be
pickled, and never holds a token. The codes are those of section 3 of the contract.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "APIError",
    "AgentError",
    "Attempt",
    "AuthenticationError",
    "ClientIdError",
    "ConfigurationError",
    "ConnectError",
    "ConnectionLostError",
    "DeadlineExceededError",
    "DownloadError",
    "ErrorCode",
    "EventTooLargeError",
    "FileTooLargeError",
    "InputError",
    "InvalidRequestError",
    "JobBusyError",
    "JobError",
    "JobNotFoundError",
    "JournalError",
    "LocalBackendError",
    "MissingExtraError",
    "NemoMusicError",
    "NoMusicAdded",
    "NotExportableError",
    "NotFoundError",
    "OutOfCreditsError",
    "OutcomeUnknown",
    "OutputError",
    "OutputExistsError",
    "PlanRequiredError",
    "PromptError",
    "RateLimitedError",
    "RenderError",
    "RenderFailedError",
    "RenderStalledError",
    "ReplyClosedError",
    "RequestTimeoutError",
    "ServerError",
    "SessionLost",
    "SessionNotFoundError",
    "SourceError",
    "StreamError",
    "StreamInterruptedError",
    "TransportError",
    "TurnTimeoutError",
    "UnexpectedAnswerError",
    "UnsupportedFileTypeError",
]

ACCEPTED_TYPES = "mp4 mov avi webm mkv, jpg png gif webp, mp3 wav m4a aac"
"""What the service takes (contract, section 2, uploads)."""

UPLOAD_LIMIT = 500 * 2**20
"""Bytes per file: the contract's 500 MB, taken as 500 x 2^20."""


class ErrorCode(IntEnum):
    """The `code` of an envelope (contract, section 3)."""

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
    """One try at a request, kept on the error that ended them all.

    Attributes:
        what: method and path template, such as `GET /api/credits/balance/simple`.
        at: seconds since the epoch when it was made.
        status: HTTP status, or None when no answer came.
        error: the class name of what went wrong.
        wait: seconds waited before the next try, or None after the last one.
    """

    __slots__ = ("at", "error", "status", "wait", "what")

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

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Attempt) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        answer = f"HTTP {self.status} " if self.status else ""
        then = "" if self.wait is None else f", waited {self.wait:g} s"
        return f"<Attempt {self.what}: {answer}{self.error}{then}>"


def _rebuild(cls: type[NemoMusicError], state: dict[str, Any]) -> NemoMusicError:
    """Make an error anew from its pickled values, without running its initialiser."""
    # By attribute, OutputExistsError would find ValueError's, which can't make an OSError.
    new = OSError.__new__ if issubclass(cls, OSError) else cls.__new__
    error = new(cls, state["message"])
    error.args = (state["message"],)
    error.__dict__.update(state)
    return error


class NemoMusicError(Exception):
    """The root of the tree.

    Attributes:
        message: what happened, one sentence.
        code: the service's code, or None (see `ErrorCode`).
        status: HTTP status, or None when no answer came.
        request_id: the service's or our own id of the request, to quote to support.
        endpoint: method and path template of the request, or None.
        remedy: what to do next, in words; never empty where something can be done.
        attempts: the tries that led here, oldest first.
    """

    default_code: ClassVar[int | None] = None
    default_remedy: ClassVar[str | None] = None
    live: ClassVar[frozenset[str]] = frozenset()
    """Attributes that hold open handles: they are None after unpickling."""

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
        **details: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = self.default_code if code is None else code
        self.status = status
        self.request_id = request_id
        self.endpoint = endpoint
        self.remedy = self.default_remedy if remedy is None else remedy
        self.attempts: tuple[Attempt, ...] = tuple(attempts)
        self.__dict__.update(details)

    def __str__(self) -> str:
        text = self.message
        if self.remedy:
            text = f"{text.rstrip('.')}. {self.remedy}"
        facts = []
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
    """What the caller passed can't be used. Nothing was sent, nothing was spent."""


class SourceError(InputError):
    """A source that can't be uploaded: missing, empty, unreadable, changed meanwhile."""


class PromptError(InputError):
    """A message without a word in it."""

    default_remedy = "Say what you want in a sentence, such as 'warm lo-fi that follows the cuts'."


class OutputError(InputError):
    """The output can't be written there."""


class OutputExistsError(OutputError, FileExistsError):
    """Something is already at the output path."""

    default_remedy = "Choose another path, or pass overwrite=True (--overwrite)."


class APIError(NemoMusicError):
    """The service answered, and the answer is an error.

    Attributes:
        data: the `data` or body that came with it, if it was a JSON object.
    """

    data: Mapping[str, Any] | None = None


class AuthenticationError(APIError):
    """1001 or 401: the token is expired or invalid."""

    default_code = ErrorCode.TOKEN_INVALID
    default_remedy = (
        "Check NEMO_TOKEN or the token argument; a token you supplied is never replaced by an "
        "anonymous one unless Settings.allow_anonymous is set."
    )


class SessionNotFoundError(APIError):
    """1002 or 404: the session does not exist (any more) or is somebody else's."""

    default_code = ErrorCode.SESSION_NOT_FOUND
    default_remedy = "Open a new session with client.sessions.open()."


class SessionLost(SessionNotFoundError):
    """The session is gone, and repeating the call in an empty one would be wrong.

    Attributes:
        session: a new, empty session to go on in (None after unpickling, or if none was opened).
        session_id: the id of the lost one.
        lost: what it held, in words: uploads and accepted messages.
    """

    live = frozenset({"session"})
    session: Any = None
    session_id: str | None = None
    lost: tuple[str, ...] = ()
    default_remedy = (
        "Go on in error.session, or call error.session.replay() to do the lost work again "
        "(which spends credits again)."
    )


class OutOfCreditsError(APIError):
    """2001: no credits left.

    Attributes:
        registration_url: where an anonymous user can register and keep the work, or None.
        available: credits left, when the service said so.
    """

    default_code = ErrorCode.OUT_OF_CREDITS
    default_remedy = "Top up your credits."
    registration_url: str | None = None
    available: float | None = None


class UnsupportedFileTypeError(APIError, InputError):
    """4001: not a type the service takes."""

    default_code = ErrorCode.UNSUPPORTED_FILE_TYPE
    default_remedy = f"Accepted types: {ACCEPTED_TYPES}."


class FileTooLargeError(APIError, InputError):
    """4002: over 500 x 2^20 bytes.

    Attributes:
        size: bytes of the file, when known.
        limit: bytes allowed.
    """

    default_code = ErrorCode.FILE_TOO_LARGE
    default_remedy = "Compress or trim the file: at most 500 MB each."
    size: int | None = None
    limit: int = UPLOAD_LIMIT


class ClientIdError(APIError):
    """400 on anonymous-token: the `X-Client-Id` header was missing."""

    default_code = ErrorCode.CLIENT_ID_MISSING
    default_remedy = "Set NEMO_CLIENT_ID, or let the SDK keep one in ~/.config/nemovideo/client_id."


class PlanRequiredError(APIError):
    """402: export is blocked on this subscription tier."""

    default_code = ErrorCode.PLAN_REQUIRED
    default_remedy = (
        "This is about the subscription tier (or missing attribution headers), not credits: "
        "upgrade the plan."
    )


class RateLimitedError(APIError):
    """429: too many requests.

    Attributes:
        retry_after: seconds to wait from the answer, or None if the service did not say.
        retry_at: the same as seconds since the epoch, or None.
    """

    default_code = ErrorCode.RATE_LIMITED
    default_remedy = "Wait, then try again."
    retry_after: float | None = None
    retry_at: float | None = None


class NotFoundError(APIError):
    """404 of something that is not a session, such as a render job."""


class InvalidRequestError(APIError):
    """Another 4xx, or a code this SDK does not know."""


class ServerError(APIError):
    """5xx."""

    default_remedy = "The service has a problem; try again later."


class UnexpectedAnswerError(APIError):
    """The answer is not what the contract says: HTML, broken JSON, a missing field."""

    default_remedy = "Check NEMO_API_URL; a proxy or login page may be answering instead."


class TransportError(NemoMusicError):
    """No answer came.

    Attributes:
        sent: False when it is certain that no byte of the request reached the service.
    """

    sent: bool = True


class ConnectError(TransportError):
    """No connection could be made: nothing was sent."""

    sent = False
    default_remedy = "Check the network, NEMO_API_URL and any proxy."


class ConnectionLostError(TransportError):
    """The connection broke after the request had begun: its outcome is unknown."""


class RequestTimeoutError(TransportError, TimeoutError):
    """The answer did not come in time."""


class DeadlineExceededError(NemoMusicError, TimeoutError):
    """The deadline of `with_options(deadline=…)` has passed, or the next wait would pass it."""

    default_remedy = "Give it more time; work in hand is not lost."


class StreamError(NemoMusicError):
    """The conversation went wrong after the message was accepted. It is never sent again."""


class AgentError(StreamError):
    """The agent reported a failure in the stream.

    Attributes:
        agent_code: the agent's own code such as `RESOURCE_EXHAUSTED`, or None.
        reply: what had been said until then, or None.
    """

    agent_code: str | None = None
    reply: Any = None
    default_remedy = "The message was accepted; look at the session's state before asking again."


class StreamInterruptedError(StreamError):
    """The stream was cut before it was over."""


class TurnTimeoutError(StreamError, TimeoutError):
    """The turn took over 15 minutes, or gave nothing but heartbeats for 10."""


class EventTooLargeError(StreamError):
    """One event is larger than `Settings.max_event_bytes`."""


class ReplyClosedError(StreamError):
    """The reply was closed while something was still reading it."""


class OutcomeUnknown(StreamError):
    """A message was sent, and neither the stream nor the state tells what became of it.

    Attributes:
        session_id: where it was sent.
        text: the message.
        reply: what had arrived, or None.
        baseline: the state before sending, or None.
        readings: how many times the state was read since.
        credits: the last balance seen, or None.
        look_again: coroutine function that reads the state again and returns the reply, or raises
            this error again (None after unpickling: use `client.stream.look_again(error)`).
    """

    live = frozenset({"look_again"})
    session_id: str | None = None
    text: str | None = None
    reply: Any = None
    baseline: Any = None
    readings: int = 0
    credits: Any = None
    look_again: Any = None
    default_remedy = (
        "The work may still be going on. Await error.look_again() later; sending the message "
        "again may pay for it twice."
    )


class NoMusicAdded(NemoMusicError):
    """The turn ended normally, but the draft holds no new audio. Nothing was exported.

    Attributes:
        reply: what the agent said, perhaps a question.
        session: the session, to answer in (None after unpickling).
        session_id: its id.
    """

    live = frozenset({"session"})
    reply: Any = None
    session: Any = None
    session_id: str | None = None
    default_remedy = "Read error.reply.text; answer it with error.session.ask(…), then export."


class RenderError(NemoMusicError):
    """The export went wrong. Export is free: nothing was spent by it.

    Attributes:
        render_id: the job's id, or None.
    """

    render_id: str | None = None


class RenderFailedError(RenderError):
    """The renderer reported a failure."""

    default_remedy = "Export again; it is free."


class RenderStalledError(RenderError, TimeoutError):
    """No progress for too long. The job may go on: `client.render.attach(error.render_id)`.

    Attributes:
        job: the job's handle (None after unpickling).
    """

    live = frozenset({"job"})
    job: Any = None
    default_remedy = "Pick the job up later with client.render.attach(error.render_id)."


class NotExportableError(RenderError, InputError):
    """The draft has no track with segments in it."""

    default_remedy = "Upload a clip or ask for an edit first."


class DownloadError(NemoMusicError):
    """The result could not be fetched whole. What arrived is kept as `NAME.part`."""

    default_remedy = "Download again; it goes on where it stopped."


class JobError(NemoMusicError):
    """The journal of work in hand.

    Attributes:
        job_id: which job, or None.
    """

    job_id: str | None = None


class JobNotFoundError(JobError, LookupError):
    """No such job in the journal."""

    default_remedy = "List the jobs with client.jobs.list() or `nemomusic jobs`."


class JobBusyError(JobError):
    """Another process works on this job right now."""

    default_remedy = "Wait for it, or for its lease to run out."


class JournalError(JobError):
    """The journal file can't be used: not ours, from a newer version, not writable."""


class LocalBackendError(NemoMusicError):
    """The embedded backend can't do its job (a folder in use, a worker that died).

    Attributes:
        in_use: whether it is only that another process holds the folder.
    """

    in_use: bool = False
