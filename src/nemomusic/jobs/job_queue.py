"""One job that this client works on, and the queue in which jobs wait for their turn."""

from __future__ import annotations

import asyncio
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any

from nemomusic.errors import JobBusyError
from nemomusic.jobs.steps.job_progress import JobProgress
from nemomusic.progress_reporter import ProgressReporter
from nemomusic.runtime.clock import wait_done

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nemomusic import errors
    from nemomusic.jobs.steps.inputs import Clip
    from nemomusic.jobs.steps.message_gate import MessageGate
    from nemomusic.jobs.steps.scored_video import ScoredVideo
    from nemomusic.runtime.clock import Clock


class JobRun:
    """One job that this client works on.

    Thousands may wait for their turn, so a waiting one is a single small object.

    Args:
        job_id: The job.
        clock: Tells the time of the progress reports.
        reporter: The caller's callback, or None.
        clips: The sources of a new job; None for a job that is resumed.
        gate: May hold the job's message back, or None.
        resend: Send its message again, though it may have been accepted.
        changes: Changes to the job's data, or None.
        claim: The claim of the job on its output, see `ClaimedOutputs`; None if another job has the
            output.

    Attributes:
        task: Does the work; None while the job waits for its turn.
        steps: The steps, once the work has begun.
        awaited: Whether a caller waits for the result.
        cancelling: Whether the job is being canceled.
        dropped: Whether the job was taken out of the queue before its turn.
    """

    __slots__ = (
        "_begun",
        "_clock",
        "_progress",
        "_reporter",
        "awaited",
        "cancelling",
        "changes",
        "claim",
        "clips",
        "dropped",
        "gate",
        "job_id",
        "resend",
        "task",
    )
    job_id: str
    clips: tuple[Clip, ...] | None
    gate: MessageGate | None
    resend: bool
    changes: Mapping[str, Any] | None
    claim: int | None
    task: asyncio.Task[ScoredVideo] | None
    awaited: bool
    cancelling: bool
    dropped: bool

    def __init__(
        self,
        job_id: str,
        clock: Clock,
        reporter: ProgressReporter | None,
        *,
        clips: tuple[Clip, ...] | None,
        gate: MessageGate | None,
        resend: bool,
        changes: Mapping[str, Any] | None,
        claim: int | None,
    ) -> None:
        self.job_id = job_id
        self.clips = clips
        self.gate = gate
        self.resend = resend
        self.changes = changes
        self.claim = claim
        self.task = None
        self.awaited = False
        self.cancelling = False
        self.dropped = False
        self._clock = clock
        self._reporter = reporter
        self._progress: JobProgress | None = None
        self._begun: asyncio.Future[None] | None = None

    @property
    def progress(self) -> JobProgress:
        """The progress reports."""
        if self._progress is None:
            reporter = self._reporter or ProgressReporter(None)
            self._progress = JobProgress(self.job_id, self._clock, reporter)
        return self._progress

    @property
    def is_elsewhere(self) -> bool:
        """Whether the work has ended because another process does it."""
        task = self.task
        if task is None or not task.done() or task.cancelled():
            return False
        return isinstance(task.exception(), JobBusyError)

    async def begun(self) -> asyncio.Task[ScoredVideo] | None:
        """Wait for the job's turn. Return its task; None if the job was dropped."""
        self.awaited = True
        if self.task is None and not self.dropped:
            if self._begun is None:
                self._begun = asyncio.get_running_loop().create_future()
            await wait_done(self._begun)
        return self.task

    def begin(self, task: asyncio.Task[ScoredVideo]) -> None:
        """Note the task that does the work, and resume the callers of `begun`."""
        self.task = task
        self._wake()

    def drop(self) -> None:
        """Note that the work does not begin, and resume the callers of `begun`."""
        self.dropped = True
        self._wake()

    def cancel(self) -> None:
        """Note that the job is being canceled, not only stopped."""
        self.cancelling = True

    def _wake(self) -> None:
        if self._begun is not None and not self._begun.done():
            self._begun.set_result(None)

    def end(self) -> None:
        """End the progress reports."""
        if self._progress is not None:
            self._progress.end()

    def identify(self, error: errors.NemoMusicError) -> None:
        """Add the ids to an error by which the work can be found again."""
        progress = self.progress
        for name, value in (
            ("job_id", self.job_id),
            ("session_id", progress.session_id),
            ("render_id", progress.render_id),
        ):
            if value is not None and getattr(error, name, None) is None:
                setattr(error, name, value)


class JobQueue:
    """Begins jobs in their order, so many at once.

    Args:
        limit: Number of jobs under way at once.
        begin: Makes the task of a job.
        ended: Called when the task of a job is done.
    """

    def __init__(
        self,
        limit: int,
        begin: Callable[[JobRun], asyncio.Task[ScoredVideo]],
        ended: Callable[[JobRun], object],
    ) -> None:
        self._limit = limit
        self._begin = begin
        self._ended = ended
        self._running = 0
        self._waiting: deque[JobRun] = deque()

    @property
    def is_full(self) -> bool:
        """Whether a job that is added has to wait."""
        return self._running >= self._limit

    def add(self, run: JobRun) -> None:
        """Begin a job now, or when its turn comes."""
        self._waiting.append(run)
        self._fill()

    def drop(self, run: JobRun) -> None:
        """Take a waiting job out of the queue."""
        run.drop()
        self._ended(run)

    def drop_all(self) -> None:
        """Take all waiting jobs out of the queue."""
        waiting, self._waiting = self._waiting, deque()
        for run in waiting:
            if not run.dropped:
                self.drop(run)

    def _fill(self) -> None:
        while self._running < self._limit and self._waiting:
            run = self._waiting.popleft()
            if run.dropped:
                continue
            self._running += 1
            task = self._begin(run)
            # Not a `finally` in the task: a task that is canceled before its first step runs none.
            task.add_done_callback(partial(self._free, run))
            run.begin(task)

    def _free(self, run: JobRun, task: asyncio.Task[ScoredVideo]) -> None:
        self._running -= 1
        if not task.cancelled():
            task.exception()  # retrieved, or asyncio would print what the driver has logged
        self._ended(run)
        self._fill()
