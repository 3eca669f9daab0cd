"""The handle of a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nemomusic.jobs.storage.live_handles import mark_of
from nemomusic.models.values.value import LiveHandle
from nemomusic.progress_reporter import reporting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from nemomusic.jobs.driver import JobDriver
    from nemomusic.jobs.steps.scored_video import ScoredVideo
    from nemomusic.jobs.storage.records import JobRecord, JobStatus
    from nemomusic.models.progress import Progress, ProgressCallback


class Job(LiveHandle):
    """The handle of one job: a video that gets music.

    `client.jobs.submit()` and `.attach()` return handles. Deleting a handle does not change the
    job. If the client is closed, the job can be resumed later.

    Attributes:
        id: The id, `job_…`. Save it to find the job again, also from another process.
    """

    id: str

    def __init__(self, driver: JobDriver, job_id: str) -> None:
        self._driver = driver
        self._mark = mark_of(job_id)  # without a journal, the record is kept for this handle
        self.id = job_id

    def __repr__(self) -> str:
        return f"<Job {self.id}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Job) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    async def status(self) -> JobStatus:
        """Return the status of the job. This does not continue the job.

        Raises:
            JobNotFoundError: There is no such job.
        """
        return await self._driver.status(self.id)

    async def record(self) -> JobRecord:
        """Return everything that is noted about the job. This does not continue the job.

        Raises:
            JobNotFoundError: There is no such job.
        """
        return await (await self._driver.store()).get(self.id)

    async def progress(self) -> AsyncIterator[Progress]:
        """Yield the job's progress until the job is over.

        If no living process works on the job, this call continues the job. Otherwise it waits for
        that process. The last report of a job that is done has the stage `done`; a job that was
        done before this call has only this report. After a failure or a cancellation there is no
        such report, and a job that failed or was canceled before this call has no report at all.
        Then `await job.status()` has the reason as `state` and `error`, and `result()` raises it.

        Raises:
            JobNotFoundError: There is no such job.
            JournalError: The journal can't be used.
        """
        async for step in self._driver.progress(self.id):
            yield step

    async def result(
        self,
        *,
        resend: bool = False,
        overwrite: bool | None = None,
        on_progress: ProgressCallback | None = None,
    ) -> ScoredVideo:
        """Wait for the finished video.

        If no living process works on the job, this call continues the job. Otherwise it waits for
        that process. A message that may have been accepted is not sent again. The SDK reads the
        state until it shows the outcome. Canceling this call ends the wait, not the job.

        Args:
            resend: Whether to send the message again after an `OutcomeUnknownError` or a failed
                turn. You may then pay twice. False by default.
            overwrite: Whether to replace a file at the output; None for the value at submission.
            on_progress: As for `Client.add_music`.

        Raises:
            JobNotFoundError: There is no such job.
            JobCancelledError: The job was canceled.
            JobError: The job belongs to another backend or token, or its source is missing.
            OutcomeUnknownError: The outcome of the job's message is not known.
            NemoMusicError: The errors of `Client.add_music`.
        """
        changes: dict[str, Any] = {} if overwrite is None else {"overwrite": overwrite}
        async with reporting(on_progress) as report:
            return await self._driver.result(self.id, report, resend=resend, **changes)

    async def cancel(self) -> None:
        """Cancel the job: close the connection of its message, and cancel its render.

        The job can't be resumed afterward. Work that the agent has done may be charged. A finished
        job does not change.

        Raises:
            JobNotFoundError: There is no such job.
            JobBusyError: Another process works on the job: cancel it there.
        """
        await self._driver.cancel(self.id)
