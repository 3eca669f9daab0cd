"""Put the progress of a job's stages on one scale, and give it to all followers of the job."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.models.progress import Progress, Stage
from nemomusic.progress_reporter import ProgressReporter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from nemomusic.runtime.clock import Clock

STAGES: Final[Mapping[Stage, tuple[float, float]]] = {
    "connect": (0.0, 0.02),
    "upload": (0.02, 0.20),
    "compose": (0.20, 0.70),
    "render": (0.70, 0.92),
    "download": (0.92, 1.0),
    "done": (1.0, 1.0),
}
"""The beginning and end of each stage on the scale of the whole job, 0 to 1."""
COMPOSE_SECONDS: Final = 60.0
"""Seconds after which two thirds of the composing stage are shown as done. The service reports no
progress; a generation takes 30 to 300 s.
"""
WORKING_INTERVAL: Final = 0.5
"""Seconds between two reports while the agent works."""
MAX_QUEUED_REPORTS: Final = 256
"""Number of reports that are kept for one follower. Above it, the oldest are dropped."""


class JobProgress:
    """Reports the progress of a job, with its ids and its share of the whole.

    Args:
        job_id: The job.
        clock: Tells the time, for the share of the composing stage.
        reporter: The caller's callback.

    Attributes:
        job_id: The job.
        session_id: The session, once there is one.
        render_id: The render, once there is one.
        latest: The newest report, or None.
    """

    def __init__(self, job_id: str, clock: Clock, reporter: ProgressReporter) -> None:
        self.job_id = job_id
        self.session_id: str | None = None
        self.render_id: str | None = None
        self.latest: Progress | None = None
        self._clock = clock
        self._callback = reporter
        self._overall = 0.0
        self._composing_since: float | None = None
        self._worked_at = -math.inf
        self._followers: set[asyncio.Queue[Progress | None]] = set()
        self._over = False

    def __call__(self, progress: Progress, *, last: bool = False) -> None:
        """Report a step."""
        if progress.stage == "compose":
            self._worked_at = self._clock.monotonic()
            if self._composing_since is None:
                self._composing_since = self._worked_at
        begin, end = STAGES[progress.stage]
        share = progress.fraction
        if share is None:
            share = self._composed() if progress.stage == "compose" else 0.0
        self._overall = 1.0 if last else max(self._overall, begin + share * (end - begin))
        complete = attrs.evolve(
            progress,
            overall=self._overall,
            job_id=self.job_id,
            session_id=self.session_id,
            render_id=self.render_id,
        )
        self.latest = complete
        self._callback(complete)
        for queue in self._followers:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(complete)

    def in_session(self, session_id: str) -> None:
        """Name the session in all further reports."""
        self.session_id = session_id

    def has_render(self, render_id: str) -> None:
        """Name the render in all further reports."""
        self.render_id = render_id

    @property
    def reporter(self) -> ProgressReporter:
        """Takes the reports of uploads, renders and downloads."""
        return ProgressReporter(self)

    def working(self) -> None:
        """Report that the agent works, unless that was just reported."""
        now = self._clock.monotonic()
        if now - self._worked_at >= WORKING_INTERVAL:
            self(Progress(stage="compose"))

    def _composed(self) -> float:
        if self._composing_since is None:
            return 0.0
        seconds = self._clock.monotonic() - self._composing_since
        return 1.0 - math.exp(-seconds / COMPOSE_SECONDS)

    async def follow(self) -> AsyncIterator[Progress]:
        """Yield the newest report and each later one, until the job is over."""
        queue: asyncio.Queue[Progress | None] = asyncio.Queue(MAX_QUEUED_REPORTS)
        if self.latest is not None:
            yield self.latest
        if self._over:
            return
        self._followers.add(queue)
        try:
            while (progress := await queue.get()) is not None:
                yield progress
        finally:
            self._followers.discard(queue)

    def end(self) -> None:
        """End the reports of all followers."""
        self._over = True
        for queue in self._followers:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(None)
