"""Note the steps of one job, and keep its data in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from nemomusic import errors
from nemomusic.log import logger
from nemomusic.runtime.clock import bound_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from nemomusic.files.part_file import Stamp
    from nemomusic.jobs.steps.message_gate import MessageGate
    from nemomusic.jobs.storage.records import JobRecord, JobState, JobStore
    from nemomusic.models.state import State
    from nemomusic.runtime.clock import Deadline

_log: Final = logger("jobs")


class JobLog:
    """The notes of one job. It observes the job's turn too.

    Attributes:
        job_id: The job.
        data: Everything that was noted, and values that only this process uses.
        step_now: The current step.
        backend_run: Names the process of the client's own backend; None if there is none.
    """

    job_id: str

    def __init__(
        self,
        store: JobStore,
        record: JobRecord,
        now: Callable[[], float],
        gate: MessageGate | None = None,
        backend_run: str | None = None,
        deadline: Deadline | None = None,
        **changes: Any,
    ) -> None:
        self.job_id = record.id
        self.data: dict[str, Any] = {**record.data, **changes}
        self.step_now: str = "start"
        self.backend_run = backend_run
        self._store = store
        self._now = now
        self._gate = gate
        self._deadline = deadline

    def begin(self, step: str) -> None:
        """Make a step the current one."""
        self.step_now = step

    def check_complete(self, state: JobState) -> None:
        """Check that the record of the job is complete. Otherwise nothing may be sent.

        Raises:
            JournalError: A part of the record is missing.
        """
        if state == "done":  # a job that is done has sent its message
            self.data.setdefault("message", "lost")
        needed = ("sources", "prompt", "output")
        missing = [name for name in needed if self.data.get(name) is None]
        if missing:
            raise errors.JournalError(
                f"the journal holds no {' and no '.join(missing)} of job {self.job_id}",
                remedy="Nothing was sent. Begin the job again, and forget this one.",
                job_id=self.job_id,
            )

    async def note(
        self,
        step: str,
        phase: str,
        *,
        job_state: JobState | None = None,
        wait: bool = True,
        **data: Any,
    ) -> None:
        """Note a step, and merge `data` into the job's data.

        Args:
            step: The step.
            phase: `intent` before it, `done` after it, or another word.
            job_state: The job's state from now on; None leaves it.
            wait: Whether the note must be on disk before the job goes on. An intent must be. The
                note after an act need not be: the next intent is written after it.
            data: What became known.

        Raises:
            JournalError: The step could not be written.
            DeadlineExceededError: The deadline passed before an intent was written.
        """
        self.data.update(data)
        async with bound_by(self._deadline if phase == "intent" else None):
            await self._store.note(
                self.job_id, step, phase, data, now=self._now(), state=job_state, wait=wait
            )
        _log.debug("%s: %s %s", self.job_id, step, phase)
        if self._gate is not None and step == "message":
            if phase == "refused":
                await self._gate.give_back(self.job_id)
            elif phase in {"done", "failed"}:
                await self._gate.end(self.job_id)

    async def sending(self, baseline: State) -> None:
        """Note that the message is about to be sent.

        Raises:
            BudgetError: The message must not be sent.
            JournalError: The intent could not be noted.
        """
        if self._gate is not None:
            await self._gate.reserve(self.job_id)
        await self.note(
            "message",
            "intent",
            message="sending",
            baseline=dict(baseline.raw),
            sent_at=self._now(),
            backend_run=self.backend_run,
        )

    async def accepted(self) -> None:
        """Note that the message was accepted. A failure is harmless, since the intent is noted."""
        try:
            await self.note("message", "accepted", wait=False, message="accepted")
        except errors.JobError as error:
            _log.warning("%s: the accepted message could not be noted: %s", self.job_id, error)

    async def rendering(self, render_id: str) -> None:
        """Note the id of a render that is about to be submitted."""
        await self.note("render", "intent", render_id=render_id)

    async def finalizing(self, stamp: Stamp) -> None:
        """Note the stamp of the complete result, before it gets its name."""
        await self.note("download", "whole", finalizing=list(stamp))
