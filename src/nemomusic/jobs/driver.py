"""Run jobs in tasks of the client, and follow the jobs that another process runs."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Any, Final

from nemomusic import errors
from nemomusic.files.sources import Source
from nemomusic.jobs.claimed_outputs import ClaimedOutputs, in_use
from nemomusic.jobs.finished import finished_video
from nemomusic.jobs.following import follow, last_progress, raise_failure, status_of
from nemomusic.jobs.job_queue import JobQueue, JobRun
from nemomusic.jobs.steps.job_log import JobLog
from nemomusic.jobs.steps.job_steps import JobSteps
from nemomusic.jobs.steps.step_context import StepContext
from nemomusic.log import logger
from nemomusic.runtime.clock import bound_by, wait_done, wait_uncancelled
from nemomusic.runtime.open_file_limit import jobs_at_once

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from nemomusic.conversation.turn import Turn
    from nemomusic.jobs.steps.inputs import Clip
    from nemomusic.jobs.steps.message_gate import MessageGate
    from nemomusic.jobs.steps.scored_video import ScoredVideo
    from nemomusic.jobs.storage.records import JobRecord, JobState, JobStatus, JobStore
    from nemomusic.models.progress import Progress
    from nemomusic.progress_reporter import ProgressReporter
    from nemomusic.resources.registry import Resources

_log: Final = logger("jobs")

STATE_AFTER: Final[Mapping[type[errors.NemoMusicError], JobState]] = {
    errors.OutcomeUnknownError: "unknown",
    errors.AgentError: "failed",
    errors.NoMusicAddedError: "failed",
    errors.SessionLostError: "failed",
    errors.UnsupportedFileTypeError: "failed",
    errors.FileTooLargeError: "failed",
}
"""The state of a job after each of these errors. After any other error the job stays `open`, and
can be resumed.
"""


class JobDriver:
    """Runs the jobs of one client.

    Args:
        resources: The resources of the client.
        store: Returns the journal or its counterpart in memory, opened when first needed.
        backend: Returns the name of the backend, as it is noted with each job.
        backend_run: Names the process of the embedded backend that the client has started itself.

    Attributes:
        outputs: The outputs of the jobs under way.
    """

    outputs: ClaimedOutputs

    def __init__(
        self,
        resources: Resources,
        store: Callable[[], Awaitable[JobStore]],
        backend: Callable[[], str],
        backend_run: Callable[[], str | None],
    ) -> None:
        self._resources = resources
        self._clock = resources.pipeline.clock
        self._store = store
        self._backend = backend
        self._backend_run = backend_run
        self._runs: dict[str, JobRun] = {}
        self._clips: dict[str, tuple[Clip, ...]] = {}
        self._turns: dict[str, Turn] = {}
        self.outputs = ClaimedOutputs()
        self._queue = self._new_queue()

    def _new_queue(self) -> JobQueue:
        return JobQueue(jobs_at_once(), self._begin, self._ended)

    async def store(self) -> JobStore:
        """Return the store of jobs.

        Raises:
            ConfigurationError: The client can't be used here; see `Lifetime.check`.
            JournalError: The journal can't be used.
        """
        self._resources.pipeline.lifetime.check()
        return await self._store()

    async def notes(self) -> JobStore:
        """Return the store of jobs for reading only. No backend has to run for that.

        Raises:
            JournalError: The journal can't be used.
        """
        return await self._store()

    @property
    def backend(self) -> str:
        """The name of the backend."""
        return self._backend()

    def start(
        self,
        record: JobRecord,
        *,
        reporter: ProgressReporter | None = None,
        clips: tuple[Clip, ...] | None = None,
        resend: bool = False,
        gate: MessageGate | None = None,
        **changes: Any,
    ) -> JobRun:
        """Work on a job in a task. If a task does that already, return its `JobRun`.

        Args:
            record: The job.
            reporter: The caller's callback.
            clips: The sources of a new job; None for a job that is resumed.
            resend: Send its message again, though it may have been accepted.
            gate: May hold its message back.
            changes: Changes to the job's data.
        """
        run = self._runs.get(record.id)
        if run is not None:
            return run
        output, outputs = str(record.output), self.outputs
        claim = outputs.add_if_free(output) if clips is None else outputs.add(output)
        if clips is not None and any(isinstance(c, Source) and c.path is None for c in clips):
            self._clips[record.id] = clips  # kept for the upload: bytes have no path
        elif self._queue.is_full:
            clips = None  # files are found again by the job's record, when its turn comes
        run = self._runs[record.id] = JobRun(
            record.id,
            self._clock,
            reporter,
            clips=clips,
            gate=gate,
            resend=resend,
            changes=changes or None,
            claim=claim,
        )
        self._queue.add(run)
        return run

    def _begin(self, run: JobRun) -> asyncio.Task[ScoredVideo]:
        return asyncio.create_task(self._drive(run), name="nemomusic-job")

    def _ended(self, run: JobRun) -> None:
        if self._runs.get(run.job_id) is run:
            del self._runs[run.job_id]
            self.outputs.remove(run.claim)
        run.end()

    async def _drive(self, run: JobRun) -> ScoredVideo:
        try:
            store = await self._store()
            async with AsyncExitStack() as stack:
                async with bound_by(self._resources.pipeline.deadline):
                    # Another process may have written.
                    found = await stack.enter_async_context(store.work_on(run.job_id))
                return await self._work(run, store, found)
        except errors.NemoMusicError as error:
            run.identify(error)
            level = logging.INFO if run.awaited else logging.WARNING
            _log.log(level, "%s ended: %s: %s", run.job_id, type(error).__name__, error.message)
            raise
        except Exception:
            if not run.awaited:  # otherwise the caller gets it
                _log.exception("%s broke off", run.job_id)
            raise

    async def stop(self, run: JobRun) -> None:
        """Stop working on a job, which can be resumed."""
        if run.task is None:
            self._queue.drop(run)
        else:
            run.task.cancel()
            try:
                await wait_uncancelled(run.task)
            finally:  # a caller that goes on at once must not find the run that has ended
                self._ended(run)

    async def _work(self, run: JobRun, store: JobStore, found: JobRecord) -> ScoredVideo:
        """Work on a job whose lease is held."""
        job_id = found.id
        if found.state == "cancelled":
            raise errors.JobCancelledError(f"job {job_id} was canceled", job_id=job_id)
        changes = run.changes or {}
        data = {**found.data, **changes}
        if found.state == "done" and not data.get("overwrite"):
            done = await finished_video(self._resources, found)
            if done is not None:
                return done
        if run.claim is None:
            raise in_use(str(found.output), job_id)
        backend_run = self._backend_run()
        deadline = self._resources.pipeline.deadline
        log = JobLog(store, found, self._clock.time, run.gate, backend_run, deadline, **changes)
        log.check_complete(found.state)
        if run.resend and log.data.get("message") not in {None, "again", "applied"}:
            await log.note("message", "resend", job_state="open", message="again")
        return await self._take_steps(run, store, log)

    async def _take_steps(self, run: JobRun, store: JobStore, log: JobLog) -> ScoredVideo:
        steps = JobSteps(
            StepContext(
                resources=self._resources,
                log=log,
                report=run.progress,
                durable=store.durable,
                fresh=run.clips is not None,
                backend_run=log.backend_run,
            ),
            clips=run.clips or self._clips.get(log.job_id),
            turn=self._turns.pop(log.job_id, None),
        )
        try:
            video = await steps.run()
        except errors.NemoMusicError as error:
            with suppress(errors.JobError):  # the first error is more important
                await log.note(
                    log.step_now,
                    "failed",
                    job_state=STATE_AFTER.get(type(error), "open"),
                    wait=not isinstance(error, errors.DeadlineExceededError),
                    error=error.message,
                    error_type=type(error).__name__,
                    remedy=error.remedy,
                )
            raise
        finally:
            if log.data.get("upload") == "done":
                self._clips.pop(log.job_id, None)
            if steps.turn is not None and steps.turn.sent and not steps.turn.done:
                self._turns[log.job_id] = steps.turn  # read to its end by a task of the client
        return video

    async def finished(self, record: JobRecord) -> ScoredVideo | None:
        """Return the result of a job that is done; None if its file is gone."""
        return await finished_video(self._resources, record)

    async def wait(self, run: JobRun) -> ScoredVideo:
        """Wait for a job that this client works on. A cancellation ends only the wait.

        Raises:
            JobCancelledError: The job was canceled.
            JobError: The client was closed.
            NemoMusicError: The error that ended the job.
        """
        task = await run.begun()
        if task is not None:
            await wait_done(task)
        if task is None or task.cancelled():
            job_id = run.job_id
            if run.cancelling:
                raise errors.JobCancelledError(f"job {job_id} was canceled", job_id=job_id)
            raise errors.JobError(
                f"the client was closed while it worked on job {job_id}",
                job_id=job_id,
                remedy="Continue it with client.jobs.attach(job_id).result().",
            )
        return task.result()

    async def result(
        self,
        job_id: str,
        report: ProgressReporter,
        *,
        resend: bool = False,
        gate: MessageGate | None = None,
        **changes: Any,
    ) -> ScoredVideo:
        """Drive a job to its end, or follow the process that drives it."""
        while True:
            self._resources.pipeline.lifetime.check()
            run = self._runs.get(job_id)
            begun_here = run is None
            if run is None:
                record = await self.record(job_id)
                if record.state == "done" and not {**record.data, **changes}.get("overwrite"):
                    done = await self.finished(record)  # needs no lease, since it is final
                    if done is not None:
                        return done
                run = self.start(record, reporter=report, resend=resend, gate=gate, **changes)
            try:
                if begun_here:
                    return await self.wait(run)
                async for step in run.progress.follow():
                    report(step)
                return await self.wait(run)
            except errors.JobBusyError:
                async for step in follow(await self._store(), job_id, self._clock):
                    report(step)
                raise_failure(await (await self.store()).get(job_id))

    async def progress(self, job_id: str) -> AsyncIterator[Progress]:
        """Yield a job's progress, driving it if no process does."""
        while True:
            run = self._runs.get(job_id)
            if run is None:
                record = await self.record(job_id)
                if record.state == "done":
                    yield last_progress(record)
                if record.state != "open":
                    return
                run = self.start(record)
            async for step in run.progress.follow():
                yield step
            if not run.is_elsewhere:
                return
            async for step in follow(await self._store(), job_id, self._clock):
                yield step

    async def record(self, job_id: str) -> JobRecord:
        """Return the record of a job of this backend.

        Raises:
            JobNotFoundError: There is no such job.
            JobError: The job belongs to another backend.
        """
        record = await (await self.store()).get(job_id)
        if record.backend != self.backend:
            raise errors.JobError(
                f"job {job_id} was started on {record.backend}, not {self.backend}",
                job_id=job_id,
                remedy="Continue it in a client of that backend.",
            )
        return record

    async def status(self, job_id: str) -> JobStatus:
        """Return the status of a job."""
        store = await self.store()
        record = await store.get(job_id)
        return status_of(record, active=job_id in self._runs or await store.held(job_id))

    async def cancel(self, job_id: str) -> None:
        """Cancel a job: hang up its turn, cancel its render, and make it final.

        Raises:
            JobBusyError: Another process works on it.
        """
        run = self._runs.get(job_id)
        if run is not None:
            run.cancel()
            await self.stop(run)
        turn = self._turns.pop(job_id, None)
        if turn is not None:
            await turn.aclose()
        await self.record(job_id)
        store = await self._store()
        async with store.work_on(job_id) as record:
            if record.state in {"done", "failed", "cancelled"}:
                return
            if record.render_id:
                with suppress(errors.NotFoundError, errors.InvalidRequestError):
                    await self._resources.render_steps.cancel(record.render_id)
            await store.note(
                job_id, "cancel", "done", {}, now=self._clock.time(), state="cancelled"
            )

    def clear(self) -> None:
        """Forget the work: its event loop is gone. Jobs that were begun can be resumed."""
        self._runs.clear()
        self._turns.clear()
        self.outputs = ClaimedOutputs()
        self._queue = self._new_queue()

    async def close(self) -> None:
        """Stop all work. Jobs that were begun can be resumed."""
        runs = list(self._runs.items())
        self._queue.drop_all()  # or each job that ends would begin the next one
        for job_id, run in runs:
            if run.task is None or not run.task.done():
                store = await self._store()
                _log.warning(
                    "%s is not finished: the client is closed. %s",
                    job_id,
                    "Continue it with client.jobs.attach(job_id).result()."
                    if store.durable
                    else "Only this process can continue it, because the client has no journal.",
                )
            if run.task is not None:
                await self.stop(run)
