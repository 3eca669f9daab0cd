"""The handle of a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nemomusic.jobs.live_handles import mark_of
from nemomusic.models.value import LiveHandle
from nemomusic.progress_reporter import reporting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from nemomusic.jobs.driver import JobDriver
    from nemomusic.jobs.records import JobRecord, JobStatus
    from nemomusic.jobs.scored_video import ScoredVideo
    from nemomusic.models.progress import Progress, ProgressCallback


class Job(LiveHandle):
    """The handle of one job: a video that gets music.

    Made by `client.jobs.submit()` or `.attach()`. Dropping the handle changes nothing. Leaving the
    client leaves the job resumable.

    Attributes:
        id: `job_…`. Keep it to come back to the job, even from another process.
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
        """Return the status of the job. This only reads.

        Raises:
            JobNotFoundError: There is no such job.
        """
        return await self._driver.status(self.id)

    async def record(self) -> JobRecord:
        """Return everything that is noted about the job. This only reads.

        Raises:
            JobNotFoundError: There is no such job.
        """
        return await (await self._driver.store()).get(self.id)

    async def progress(self) -> AsyncIterator[Progress]:
        """Yield the job's progress until the job is over.

        This drives the job if no living process drives it; otherwise it follows that process.
        `result()` returns how the job ended.

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

        This drives the job if no living process drives it; otherwise it follows that process. A
        message that may have been accepted is not sent again: the state is read until it shows the
        outcome. Cancelling this call ends the wait, not the job.

        Args:
            resend: Send the message again after an `OutcomeUnknownError` or a failed turn. It may
                be paid for twice. By default, no message is.
            overwrite: Whether to replace a file at the output; None for the value at submission.
            on_progress: Called with each `Progress`, as by `Client.add_music`.

        Raises:
            JobNotFoundError: There is no such job.
            JobCancelledError: The job was cancelled.
            JobError: It belongs to another backend or token, or its source is missing.
            OutcomeUnknownError: The outcome of its message is not known.
            NemoMusicError: As `Client.add_music`.
        """
        changes: dict[str, Any] = {} if overwrite is None else {"overwrite": overwrite}
        async with reporting(on_progress) as report:
            return await self._driver.result(self.id, report, resend=resend, **changes)

    async def cancel(self) -> None:
        """Hang up the job's message, cancel its render, and make the job final.

        Work that the agent has done may be charged. A finished job does not change.

        Raises:
            JobNotFoundError: There is no such job.
            JobBusyError: Another process works on it: cancel it there.
        """
        await self._driver.cancel(self.id)
