"""The context that the steps of one job share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.jobs.steps.job_log import JobLog
    from nemomusic.jobs.steps.job_progress import JobProgress
    from nemomusic.resources.registry import Resources
    from nemomusic.transport.pipeline import RequestPipeline


@attrs.frozen(kw_only=True)
class StepContext:
    """One job, as its steps see it.

    Attributes:
        resources: The resources of the client.
        log: The data of the job; notes its steps.
        report: Takes the progress of the job.
        durable: Whether another process can continue the job.
        fresh: Whether the inputs were just checked.
        backend_run: Names the process of the embedded backend that this client has started itself;
            None if there is none.
    """

    resources: Resources
    log: JobLog
    report: JobProgress
    durable: bool
    fresh: bool
    backend_run: str | None = None

    @property
    def pipeline(self) -> RequestPipeline:
        """Makes the calls."""
        return self.resources.pipeline

    @property
    def sources(self) -> Sequence[dict[str, Any]]:
        """The clips, as the journal describes them."""
        listed: Sequence[dict[str, Any]] = self.log.data.get("sources") or ()
        return listed

    @property
    def output(self) -> Path:
        """The path of the result."""
        return Path(self.log.data["output"])

    @property
    def project(self) -> str:
        """The name of the project on the service."""
        return Path(str(self.log.data.get("name") or "")).stem or "project"
