"""What an error means to a person and to a script: exit code, words, the next step."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from nemomusic import errors
from nemomusic.errors import ErrorCode
from nemomusic.secret import redact

if TYPE_CHECKING:
    from nemomusic.journal import JobRecord


class Exit(IntEnum):
    """What the process ends with (`nemomusic --help`)."""

    OK = 0
    UNEXPECTED = 1
    INPUT = 2
    AUTH = 3
    CREDITS = 4
    SERVICE = 5
    NO_MUSIC = 6
    RENDER = 7
    INTERRUPTED = 130


class Interrupted(errors.NemoMusicError):
    """Ctrl-C, or a signal that means the same."""


_BY_TYPE: tuple[tuple[type[errors.NemoMusicError], Exit], ...] = (
    (Interrupted, Exit.INTERRUPTED),
    (errors.ConfigurationError, Exit.INPUT),
    (errors.InputError, Exit.INPUT),
    (errors.AuthenticationError, Exit.AUTH),
    (errors.PlanRequiredError, Exit.AUTH),
    (errors.ClientIdError, Exit.AUTH),
    (errors.OutOfCreditsError, Exit.CREDITS),
    (errors.APIError, Exit.SERVICE),
    (errors.TransportError, Exit.SERVICE),
    (errors.DeadlineExceededError, Exit.SERVICE),
    (errors.StreamError, Exit.NO_MUSIC),
    (errors.NoMusicAdded, Exit.NO_MUSIC),
    (errors.RenderError, Exit.RENDER),
    (errors.DownloadError, Exit.RENDER),
    (errors.JobError, Exit.INPUT),
    (errors.LocalBackendError, Exit.SERVICE),
)
"""First that fits."""

_BY_CODE: dict[int, Exit] = {
    ErrorCode.OUT_OF_CREDITS: Exit.CREDITS,
    ErrorCode.TOKEN_INVALID: Exit.AUTH,
    ErrorCode.PLAN_REQUIRED: Exit.AUTH,
}
"""For errors that the agent reports in the middle of a stream."""


def exit_code(error: BaseException) -> Exit:
    """The exit code that says what kind of error it is."""
    if isinstance(error, errors.AgentError) and error.code in _BY_CODE:
        return _BY_CODE[int(error.code or 0)]
    if isinstance(error, OSError) and not isinstance(error, errors.NemoMusicError):
        return Exit.INPUT
    for kind, code in _BY_TYPE:
        if isinstance(error, kind):
            return code
    return Exit.UNEXPECTED


def explain(
    error: BaseException, job: JobRecord | None = None, chat: str | None = None
) -> errors.NemoMusicError:
    """The error with a remedy for somebody at a command line instead of in a program.

    Args:
        error: whatever was raised.
        job: what the journal knows of the work, if it can be resumed.
        chat: the command that goes on in a session, without its id; None if none can be gone on in.
    """
    if isinstance(error, OSError) and not isinstance(error, errors.NemoMusicError):
        name = "" if error.filename is None else f"{error.filename}: "
        return errors.ConfigurationError(f"{name}{error.strerror or error}")
    if not isinstance(error, errors.NemoMusicError):
        return errors.NemoMusicError(
            redact(f"unexpected {type(error).__name__}: {error}"),
            remedy="This is a bug. Run it again with --verbose, and report what it says.",
        )
    resume = None if job is None else f"nemomusic jobs resume {job.id}"
    session = getattr(error, "session_id", None)
    talk = f"`{chat} --session {session}`" if chat and session else None
    match error:
        case errors.NoMusicAdded():
            said = error.reply.text.strip() if error.reply is not None else ""
            said = f'It said: "{said}" ' if said else ""
            error.remedy = said + (f"Answer it with {talk}." if talk else "Ask for music.")
        case errors.OutcomeUnknown():
            if resume is not None:
                error.remedy = (
                    f"Look again later with `{resume}`; only with --resend is the message sent "
                    "again, which may pay for it twice."
                )
            elif talk is not None:
                error.remedy = f"Look again later with {talk}."
        case errors.AgentError():
            if resume is not None:
                error.remedy = f"Ask again with `{resume} --resend`."
        case errors.AuthenticationError():
            error.remedy = "Check NEMO_TOKEN; unset it to go on with an anonymous token."
        case errors.OutputExistsError():
            error.remedy = "Choose another with -o, or pass --overwrite."
        case errors.PromptError() | errors.ConfigurationError() | errors.InputError():
            pass
        case Interrupted() | errors.RenderError() | errors.DownloadError():
            if resume is not None:
                error.remedy = f"Go on with `{resume}`."
        case errors.SessionLost():
            error.remedy = "Start again with the clip."
        case errors.TransportError() | errors.APIError() | errors.DeadlineExceededError():
            if resume is not None:
                error.remedy = f"{error.remedy or 'Try again later.'} Go on with `{resume}`."
    return error


def one_line(error: errors.NemoMusicError) -> str:
    """Message, remedy and what support asks for, without a line break or a token."""
    return redact(" ".join(str(error).split()))


def as_json(error: errors.NemoMusicError) -> dict[str, Any]:
    """The error for a script."""
    found: dict[str, Any] = {
        "type": type(error).__name__,
        "message": redact(error.message),
        "remedy": None if error.remedy is None else redact(error.remedy),
        "code": None if error.code is None else int(error.code),
        "status": error.status,
        "request_id": error.request_id,
        "exit_code": int(exit_code(error)),
    }
    for name in ("session_id", "render_id", "job_id", "registration_url"):
        value = getattr(error, name, None)
        if isinstance(value, str):
            found[name] = value
    return found
