"""The step that sends a job's message, once, and finds out its outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nemomusic import errors
from nemomusic.conversation.message import Message
from nemomusic.conversation.outcome_recovery import recover_outcome
from nemomusic.conversation.readings import read_state
from nemomusic.conversation.reply import Transcript, assemble_reply
from nemomusic.conversation.turn import Turn
from nemomusic.jobs.steps.message_cost import MessageCost
from nemomusic.jobs.steps.restarted_backend import was_lost
from nemomusic.models.drafts.changes import compare
from nemomusic.models.events import Heartbeat, Notice
from nemomusic.models.progress import Progress
from nemomusic.models.state import State
from nemomusic.protocol.agent_text.reply_text import no_music_message
from nemomusic.transport.pipeline import SessionPolicy

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from nemomusic.conversation.reply import Reply
    from nemomusic.conversation.session_ref import SessionRef
    from nemomusic.jobs.steps.step_context import StepContext

NO_MUSIC: Final = "no music was added: "
"""The beginning of the message of a resumed job whose turn failed; the agent's reason follows."""


class MessageStep:
    """Sends the message of a job, or finds out its outcome.

    Args:
        job: The job.
        turn: The turn under way of an earlier call of this client, which was canceled.

    Attributes:
        turn: The message under way, if there is one.
    """

    def __init__(self, job: StepContext, turn: Turn | None) -> None:
        self._job = job
        self.turn = turn

    async def take(self, session: SessionRef) -> tuple[Reply, State]:
        """Send the message unless it was sent before, and return its reply and the state.

        Raises:
            NoMusicAddedError: The agent answered, but added no music.
            AgentError: The agent reported a failure.
            OutcomeUnknownError: The outcome of the message is not known.
        """
        log, data = self._job.log, self._job.log.data
        log.begin("message")
        known = data.get("message")
        self._job.report(Progress(stage="compose"))
        if data.get("recovering"):
            reply, state = await self._reply_from_draft(session)
        elif known in {"sending", "accepted"} and self.turn is not None:
            reply, state = await self._rejoin(session, self.turn)
        elif known in {"sending", "accepted"} and await self._backend_lost_it(session):
            await log.note("message", "resend", job_state="open", message="again")
            reply, state = await self._ask(session)
        elif known in {None, "again"}:
            reply, state = await self._ask(session)
        elif known in {"sending", "accepted", "applied", "failed"} and "baseline" in data:
            reply, state = await self._recover_message(session, known)
        else:  # the journal was damaged, and salvaged
            raise errors.OutcomeUnknownError(
                "the journal does not tell whether the message was sent",
                text=data.get("prompt"),
                session_id=session.id,
                remedy="Look at the project on the service. Resume the job with resend=True "
                "(--resend) only if the message had no effect.",
            )
        changes = reply.changes
        if changes is None:
            baseline = data.get("baseline")
            changes = compare(State(baseline).draft if baseline else None, state.draft)
        if not changes.added_audio:
            noted = str(data.get("error") or "") if known == "failed" else ""
            reason = noted.removeprefix(NO_MUSIC)  # noted again by each resumption
            raise errors.NoMusicAddedError(
                NO_MUSIC + reason if reason else no_music_message(reply.text),
                reply=reply,
                session=self._job.resources.session_store.handle(session),
                session_id=session.id,
            )
        return reply, state

    async def _backend_lost_it(self, session: SessionRef) -> bool:
        """Return whether the message was lost with a process of this client's own backend."""
        run, data = self._job.backend_run, self._job.log.data
        if run is None or data.get("backend_run") == run:
            return False
        try:
            state = await read_state(self._job.pipeline, session, SessionPolicy.PROPAGATE)
        except errors.NemoMusicError:
            return False
        changed = state.fingerprint != State(data.get("baseline") or {}).fingerprint
        return not changed and was_lost(state, data["prompt"])

    async def _ask(self, session: SessionRef) -> tuple[Reply, State]:
        """Send the message and read its turn."""
        turn = self.turn = Turn(
            self._job.pipeline,
            self._job.resources.turns,
            session,
            self._job.log.data["prompt"],
            observer=self._job.log,
        )

        async def read() -> None:
            async with turn:
                async for event in turn:
                    if type(event) is Notice:
                        self._job.report(Progress(stage="compose", text=event.text))
                    elif type(event) is not Heartbeat:
                        self._job.report.working()

        cost = MessageCost(self._job.pipeline, self._job.resources.turns)
        await cost.start()
        reply, state = await self._conclude(session, turn, read())
        said = reply.credits  # where the backend says it, other work doesn't matter
        self._job.log.data["credits"] = await cost.credits() if said is None else said
        return reply, state

    async def _rejoin(self, session: SessionRef, turn: Turn) -> tuple[Reply, State]:
        """Wait for the turn under way of an earlier call of this client, which was canceled."""
        return await self._conclude(session, turn, turn.finished())

    async def _conclude(
        self, session: SessionRef, turn: Turn, reading: Awaitable[object]
    ) -> tuple[Reply, State]:
        """Note how a turn ended."""
        log = self._job.log
        try:
            await reading
        except errors.AgentError:
            await log.note("message", "failed", message="failed")
            raise
        except errors.NemoMusicError:
            if not turn.sent and log.data.get("message") == "sending":
                # Refused, or never sent: the intent is withdrawn, so a resumed job may send it.
                await log.note("message", "refused", message=None)
            raise
        self.turn = None
        reply = turn.result
        state = reply.state
        if state is None:
            state = await read_state(self._job.pipeline, session, SessionPolicy.REPORT)
        await log.note("message", "done", message="applied", text=reply.text, state=dict(state.raw))
        return reply, state

    async def _recover_message(self, session: SessionRef, known: str) -> tuple[Reply, State]:
        """Find out the outcome of a message that was sent, or may have been. Never send it."""
        log, clock = self._job.log, self._job.pipeline.clock
        ago = max(0.0, clock.time() - float(log.data.get("sent_at") or 0.0))
        message = Message.sent_earlier(
            session,
            log.data["prompt"],
            baseline=State(log.data["baseline"]),
            sent_at=clock.monotonic() - ago,
        )
        if known in {"applied", "failed"}:
            state = await read_state(self._job.pipeline, session, SessionPolicy.REPORT)
        else:
            cause = errors.StreamInterruptedError("the process that sent the message is gone")
            state = await recover_outcome(self._job.pipeline, message, cause, waited=ago)
            await log.note("message", "done", message="applied", state=dict(state.raw))
        said = log.data.get("text")
        reply = assemble_reply(
            Transcript([said] if said else []),
            outcome="recovered",
            baseline=message.baseline,
            state=state,
            language=message.language,
        )
        return reply, state

    async def _reply_from_draft(self, session: SessionRef) -> tuple[Reply, State]:
        """Use the draft of a session if nothing else is known about the job."""
        state = await read_state(self._job.pipeline, session, SessionPolicy.REPORT)
        reply = assemble_reply(
            Transcript(),
            outcome="recovered",
            baseline=State({}),
            state=state,
            language=session.language or "en",
        )
        return reply, state
