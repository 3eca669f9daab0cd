"""Find out the outcome of a message whose stream was cut. The message is never sent again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, Literal

from nemomusic import errors
from nemomusic.conversation.readings import read_credits, read_state
from nemomusic.conversation.reply import Transcript, assemble_reply
from nemomusic.log import logger
from nemomusic.models.drafts.changes import compare
from nemomusic.models.drafts.draft import as_mapping
from nemomusic.protocol import routes
from nemomusic.protocol.recovery import (
    FIRST_WAIT,
    MAX_UNCHANGED,
    NEXT_WAIT,
    Reading,
    Recovery,
)
from nemomusic.transport.pipeline import SessionPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nemomusic.conversation.message import Message
    from nemomusic.conversation.reply import Reply
    from nemomusic.models.account import Credits
    from nemomusic.models.state import State
    from nemomusic.transport.pipeline import RequestPipeline

_log: Final = logger("jobs")
_Listed = Literal["applied", "failed", "interrupted"]
"""How a message has ended, as an embedded backend lists it."""
_UNKNOWN: Final = "the message was sent, and it is not known what became of it"
LOOPBACK_FIRST: Final = 1.0
"""Seconds before the first reading, if the API is on this machine."""
LOOPBACK_NEXT: Final = 4.0
"""Seconds between further readings, if the API is on this machine. The total time is the same."""


async def recover_outcome(
    pipeline: RequestPipeline,
    message: Message,
    cause: errors.NemoMusicError,
    *,
    transcript: Transcript | None = None,
    waited: float = 0.0,
    readings: int = 0,
    once: bool = False,
    tell: Callable[[float], None] | None = None,
) -> State:
    """Read the state until it shows the outcome of a message.

    Args:
        pipeline: Makes the calls.
        message: The message, with the state before it.
        cause: Why its outcome is not known.
        transcript: The events before the stream was cut.
        waited: Seconds since the stream was cut.
        readings: How many readings there were before these.
        once: Give up if the first reading finds nothing new.
        tell: Called with the seconds of each wait after the first one.

    Returns:
        The state that the message led to.

    Raises:
        AgentError: An embedded backend says that the message has failed or was interrupted, and
            that it cost nothing.
        OutcomeUnknownError: The state does not show the outcome.
    """
    clock, deadline, baseline = pipeline.clock, pipeline.deadline, message.baseline
    machine = _recovery(pipeline, baseline)
    balance: Credits | None = None
    began = clock.monotonic()
    _log.warning(
        "session %s: the outcome of a message is not known (%s); the state is read in %.1f s",
        message.session.id,
        type(cause).__name__,
        max(0.0, machine.first_wait - waited),
    )

    def unknown() -> errors.OutcomeUnknownError:
        seen = readings + machine.readings
        return _unknown(pipeline, message, cause, transcript, readings=seen, balance=balance)

    while True:
        wait = max(0.0, machine.wait() - (0.0 if machine.readings else waited))
        try:
            if deadline is not None:
                deadline.check(wait)
        except errors.DeadlineExceededError as error:
            raise unknown() from error
        if wait:
            if tell is not None and machine.readings:
                tell(wait)
            await clock.sleep(wait)
        try:
            state: State | None = await read_state(
                pipeline, message.session, SessionPolicy.PROPAGATE
            )
        except errors.SessionNotFoundError as error:
            raise unknown() from error
        except errors.NemoMusicError:
            state = None
        balance = await _balance(pipeline) or balance
        seen = None if state is None else state.fingerprint
        if state is not None and baseline is not None and seen == baseline.fingerprint:
            told = listed_outcome(message, state)
            if told == "applied":  # the agent has answered, and changed nothing
                return state
            if told is not None:
                raise _ended_for_nothing(message, told)
        if state is not None and baseline is not None and _only_gained_clips(baseline, state):
            machine.rebase(seen)
        verdict = machine.take(
            Reading(
                fingerprint=seen,
                frozen=None if balance is None else balance.frozen,
                elapsed=clock.monotonic() - message.sent_at,
                watched=clock.monotonic() - began if waited else None,
                running=state is not None and _is_running(state),
            )
        )
        if verdict == "applied" and state is not None:
            _log.warning("session %s: the state shows that it was applied", message.session.id)
            return state
        if verdict is not None or (once and seen in {None, machine.baseline}):
            raise unknown() from cause


def _recovery(pipeline: RequestPipeline, baseline: State | None) -> Recovery:
    """Return the state machine that decides when to read the state, and what a reading means."""
    timeouts, unchanged = pipeline.timeouts, MAX_UNCHANGED
    local = pipeline.settings.is_local
    first, following = timeouts.recover_first, timeouts.recover_next
    if first is None:
        first = LOOPBACK_FIRST if local else FIRST_WAIT
    if following is None:
        following = LOOPBACK_NEXT if local else NEXT_WAIT
        if local:  # more readings, over the same time
            unchanged += round((FIRST_WAIT + (unchanged - 1) * NEXT_WAIT) / LOOPBACK_NEXT)
    return Recovery(
        baseline=None if baseline is None else baseline.fingerprint,
        first_wait=first,
        next_wait=following,
        most_unchanged=unchanged,
        turn=timeouts.turn,
    )


async def look_again(
    pipeline: RequestPipeline, error: errors.OutcomeUnknownError, message: Message
) -> Reply:
    """Read the state again after an `OutcomeUnknownError`; if it has changed, until it settles.

    Raises:
        AgentError: The message has failed or was interrupted, and cost nothing.
        OutcomeUnknownError: The state has not changed.
    """
    cause = errors.StreamInterruptedError(error.message)
    state = await recover_outcome(
        pipeline, message, cause, waited=float("inf"), readings=error.readings, once=True
    )
    return assemble_reply(
        Transcript(),
        outcome="recovered",
        baseline=message.baseline,
        state=state,
        language=message.language,
    )


def _only_gained_clips(baseline: State, state: State) -> bool:
    """Return whether a draft has changed by nothing but uploads that arrived late.

    A proxy may hold an upload back and deliver it after the client has repeated it, and after the
    client has sent a message. This change says nothing about the message.
    """
    if len(state.media) <= len(baseline.media):
        return False
    if state.generated_media != baseline.generated_media:
        return False
    changes = compare(baseline.draft, state.draft)
    return all(one.kind == "added" and one.track == "video" for one in changes.items)


def _turns(state: State) -> list[Mapping[str, Any]] | None:
    """Return an embedded backend's list of the last messages; None for another backend."""
    turns = as_mapping(as_mapping(state.raw.get("state")).get("nemomusic")).get("turns")
    return [as_mapping(one) for one in turns] if isinstance(turns, list) else None


def _is_running(state: State) -> bool:
    """Return whether an embedded backend says that a message of the session is at work."""
    return any(one.get("state") == "running" for one in _turns(state) or ())


def listed_outcome(message: Message, state: State) -> _Listed | None:
    """Return how a message has ended, if an embedded backend lists it as ended.

    Messages with the same text that the backend listed before this message was sent do not count.
    """
    if message.baseline is None:
        return None
    before, turns = _turns(message.baseline), _turns(state)
    if before is None or turns is None:
        return None
    last = max((_number(one) for one in before), default=0)
    digest = hashlib.sha256(message.text.encode("utf-8", "surrogatepass")).hexdigest()
    same = [one for one in turns if one.get("sha256") == digest and _number(one) > last]
    outcomes = {one.get("state") for one in same}
    if not same or not outcomes <= {"applied", "failed", "interrupted"}:
        return None  # not there yet, or still at work
    if "applied" in outcomes:
        return "applied"
    if any(one.get("charged") != 0 for one in same):
        return None
    return "interrupted" if "interrupted" in outcomes else "failed"


def _number(turn: Mapping[str, Any]) -> int:
    number = turn.get("number")
    return number if isinstance(number, int) else 0


def _ended_for_nothing(message: Message, outcome: _Listed) -> errors.AgentError:
    why = (
        "the agent failed"
        if outcome == "failed"
        else "the backend was stopped, or the connection was closed, before the agent was done"
    )
    return errors.AgentError(
        f"{why}: nothing was changed and nothing was charged",
        remedy="Send the message again. Resume a job with resend=True (--resend).",
        session_id=message.session.id,
    )


async def _balance(pipeline: RequestPipeline) -> Credits | None:
    try:
        return await read_credits(pipeline)
    except errors.NemoMusicError:
        return None


def _unknown(
    pipeline: RequestPipeline,
    message: Message,
    cause: errors.NemoMusicError,
    transcript: Transcript | None,
    *,
    readings: int,
    balance: Credits | None,
) -> errors.OutcomeUnknownError:
    attempts = cause.attempts
    if not attempts:
        at = pipeline.clock.time() - (pipeline.clock.monotonic() - message.sent_at)
        attempts = (
            errors.Attempt(
                routes.STREAM.endpoint, at, status=cause.status, error=type(cause).__name__
            ),
        )
    again_unknown = cause.message.startswith(_UNKNOWN)
    error = errors.OutcomeUnknownError(
        cause.message if again_unknown else f"{_UNKNOWN} ({cause.message})",
        endpoint=routes.STREAM.endpoint,
        status=cause.status,
        request_id=cause.request_id,
        attempts=attempts,
        session_id=message.session.id,
        text=message.text,
        reply=assemble_reply(
            transcript or Transcript(),
            outcome="recovered",
            baseline=message.baseline,
            state=None,
            language=message.language,
        ),
        baseline=message.baseline,
        readings=readings,
        credits=balance,
    )

    async def again() -> Reply:
        return await look_again(pipeline, error, message)

    error.look_again = again
    return error
