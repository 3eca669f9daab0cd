"""Map errors to the command line: exit code, message, next step."""

from __future__ import annotations

import errno
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from nemomusic import errors
from nemomusic.errors import ErrorCode
from nemomusic.secret import redact

if TYPE_CHECKING:
    from nemomusic.jobs.storage.records import JobRecord


class Exit(IntEnum):
    """The exit codes (`nemomusic --help`)."""

    OK = 0
    UNEXPECTED = 1
    INPUT = 2
    AUTH = 3
    CREDITS = 4
    SERVICE = 5
    NO_MUSIC = 6
    RENDER = 7
    INTERRUPTED = 130


class CommandInterruptedError(errors.NemoMusicError):
    """Raised after Ctrl-C, or a signal with the same meaning."""


_BY_TYPE: tuple[tuple[type[errors.NemoMusicError], Exit], ...] = (
    (CommandInterruptedError, Exit.INTERRUPTED),
    (errors.ConfigurationError, Exit.INPUT),
    (errors.InputError, Exit.INPUT),
    (errors.AuthenticationError, Exit.AUTH),
    (errors.PlanRequiredError, Exit.AUTH),
    (errors.ClientIdError, Exit.AUTH),
    (errors.OutOfCreditsError, Exit.CREDITS),
    (errors.BudgetError, Exit.CREDITS),
    (errors.BatchPausedError, Exit.CREDITS),
    (errors.APIError, Exit.SERVICE),
    (errors.TransportError, Exit.SERVICE),
    (errors.DeadlineExceededError, Exit.SERVICE),
    (errors.StreamError, Exit.NO_MUSIC),
    (errors.NoMusicAddedError, Exit.NO_MUSIC),
    (errors.ScoreUnavailableError, Exit.NO_MUSIC),
    (errors.RenderError, Exit.RENDER),
    (errors.DownloadError, Exit.RENDER),
    (errors.JobError, Exit.INPUT),
    (errors.LocalBackendError, Exit.SERVICE),
)
"""Exit codes by the class of the error: the first class that fits counts."""

_BY_CODE: dict[int, Exit] = {
    ErrorCode.OUT_OF_CREDITS: Exit.CREDITS,
    ErrorCode.TOKEN_INVALID: Exit.AUTH,
    ErrorCode.PLAN_REQUIRED: Exit.AUTH,
}
"""Exit codes of errors that the agent reports in the stream, by the code of the error."""

_FULL_DISK: Final = frozenset(
    getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG", "EIO") if hasattr(errno, name)
)
"""Errors of a disk that is full or fails. The path may be right all the same."""


def _is_full_disk(error: BaseException) -> bool:
    cause = error.__cause__
    return (
        isinstance(error, errors.OutputError)
        and isinstance(cause, OSError)
        and cause.errno in _FULL_DISK
    )


def exit_code(error: BaseException) -> Exit:
    """Return the exit code of an error."""
    if isinstance(error, errors.AgentError) and error.code in _BY_CODE:
        return _BY_CODE[int(error.code or 0)]
    if isinstance(error, OSError) and not isinstance(error, errors.NemoMusicError):
        return Exit.INPUT
    if _is_full_disk(error):
        return Exit.RENDER
    for kind, code in _BY_TYPE:
        if isinstance(error, kind):
            return code
    return Exit.UNEXPECTED


def explain(
    error: BaseException,
    job: JobRecord | None = None,
    chat: str | None = None,
    *,
    offline: bool = False,
) -> errors.NemoMusicError:
    """Return the error with a remedy for users of the command line.

    Args:
        error: The exception.
        job: The record of the job, if it can be resumed.
        chat: The command that continues a session, without the id of the session; None if no later
            command can continue one.
        offline: Whether the command could work without the service.
    """
    if isinstance(error, OSError) and not isinstance(error, errors.NemoMusicError):
        name = "" if error.filename is None else f"{error.filename}: "
        return errors.ConfigurationError(
            f"{name}{error.strerror or error}", remedy="Check the path, and its rights."
        )
    if not isinstance(error, errors.NemoMusicError):
        return errors.NemoMusicError(
            redact(f"unexpected {type(error).__name__}: {error}"),
            remedy="This is a bug. Run it again with --verbose, and report what it says.",
        )
    resume = None if job is None else f"nemomusic jobs resume {job.id}"
    session = getattr(error, "session_id", None)
    talk = f"`{chat} --session {session}`" if chat and session else None
    match error:
        case errors.NoMusicAddedError():
            said = error.reply.text.strip() if error.reply is not None else ""
            known = not said or f'"{" ".join(said.split())}"' in error.message
            said = "" if known else f'It said: "{said}" '
            error.remedy = said + (f"Answer it with {talk}." if talk else "Ask for music.")
        case errors.OutcomeUnknownError():
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
            error.remedy = "Check NEMO_TOKEN; unset it to continue with an anonymous token."
        case errors.OrderChangedError():
            error.remedy = (
                "Put the old one back, or pass --redo changed, which sends a new message."
            )
        case errors.OutputExistsError():
            if error.remedy == error.default_remedy:
                error.remedy = "Choose another with -o, or pass --overwrite."
        case errors.OutputError() if resume is not None:
            remedy = "Make room." if _is_full_disk(error) else error.remedy or ""
            error.remedy = f"{remedy} Continue with `{resume}`.".strip()
        case errors.JobError() if type(error) is errors.JobError and talk is not None:
            if talk not in (error.remedy or ""):  # an error may be explained twice
                error.remedy = f"{error.remedy or ''} To answer the agent, use {talk}.".strip()
        case errors.PromptError() | errors.ConfigurationError() | errors.InputError():
            pass
        case CommandInterruptedError() | errors.RenderError() | errors.DownloadError():
            if resume is not None:
                error.remedy = f"Continue with `{resume}`."
        case errors.SessionLostError():
            error.remedy = "Start again with the clip."
        case errors.ConnectError() if offline and resume is None:
            error.remedy = f"{error.remedy or ''} To work without the service, add --local.".strip()
        case errors.TransportError() | errors.APIError() | errors.DeadlineExceededError():
            if resume is not None:
                error.remedy = f"{error.remedy or 'Try again later.'} Continue with `{resume}`."
    return error


def one_line(error: errors.NemoMusicError) -> str:
    """Return message, remedy and facts for support, without a line break or a token."""
    return redact(" ".join(str(error).split()))


def as_json(error: errors.NemoMusicError) -> dict[str, Any]:
    """Return the error for a script."""
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
