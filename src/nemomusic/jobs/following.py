"""Follow a job that another process works on, through the steps in the journal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from nemomusic import errors
from nemomusic.jobs.steps.job_progress import STAGES
from nemomusic.jobs.storage.records import JobStatus
from nemomusic.models.language import READY
from nemomusic.models.progress import Progress

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from nemomusic.jobs.storage.records import JobRecord, JobStore
    from nemomusic.models.progress import Stage
    from nemomusic.runtime.clock import Clock

STAGE_OF: Final[Mapping[str, Stage]] = {
    "token": "connect",
    "session": "connect",
    "upload": "upload",
    "message": "compose",
    "render": "render",
    "download": "download",
}
FOLLOW_SECONDS: Final = 0.5
"""Seconds between two readings of a job that another process works on."""


async def follow(store: JobStore, job_id: str, clock: Clock) -> AsyncIterator[Progress]:
    """Yield the steps that another process notes, until it stops working on the job."""
    shown: str | None = None
    overall = 0.0
    while True:
        record = await store.get(job_id)
        if record.step and record.step != shown:
            shown = record.step
            stage = STAGE_OF.get(shown, "connect")
            overall = max(overall, STAGES[stage][0])
            yield Progress(
                stage=stage,
                overall=overall,
                job_id=job_id,
                session_id=record.session_id,
                render_id=record.render_id,
            )
        if record.state != "open" or not await store.held(job_id):
            return
        await clock.sleep(FOLLOW_SECONDS)


def last_progress(record: JobRecord) -> Progress:
    """Return the last progress report of a job that is done."""
    return Progress(
        stage="done",
        fraction=1.0,
        text=READY.text("en", Path(record.output or "").name),
        overall=1.0,
        job_id=record.id,
        session_id=record.session_id,
        render_id=record.render_id,
    )


def raise_failure(record: JobRecord) -> None:
    """Raise the error that ended a job in another process, if there is one.

    Raises:
        JobError: The job has failed, or its outcome is not known.
    """
    if record.state in {"failed", "unknown"}:
        raise errors.JobError(
            f"job {record.id} is {record.state}: {record.error or 'no reason was noted'}",
            job_id=record.id,
            session_id=record.session_id,
            render_id=record.render_id,
            remedy=record.remedy,
        )


def status_of(record: JobRecord, *, active: bool) -> JobStatus:
    """Return the status of a job.

    Args:
        record: The job.
        active: Whether a living process works on it.
    """
    return JobStatus(
        id=record.id,
        state=record.state,
        step=record.step,
        active=active,
        session_id=record.session_id,
        render_id=record.render_id,
        error=record.error,
        error_type=record.error_type,
        remedy=record.remedy,
        answer=record.answer,
    )
