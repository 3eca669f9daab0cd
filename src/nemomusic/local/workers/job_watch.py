"""Watch the job of a worker process: its signs of life, its progress and its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.local.limits import TOO_COSTLY_REMEDY, too_costly
from nemomusic.local.workers.engine import EngineError

if TYPE_CHECKING:
    from nemomusic.local.limits import Limits

START_FACTOR: Final = 4
"""Factor on a worker's limit of silence while it starts: imports take long on a busy machine."""
START_REMEDY: Final = (
    "What Python runs at its start, such as a sitecustomize, must not wait for input. Otherwise "
    "this machine may be too busy: try again."
)


class WorkerLimitError(EngineError):
    """The process was ended because its job exceeded a limit of time or memory."""


class WorkerSilentError(WorkerLimitError):
    """The process was ended because it sent no heartbeat."""


@attrs.define
class JobWatch:
    """What is known of the job under way in a worker process, and the limits that it may exceed.

    Attributes:
        operation: The name of the operation.
        stall: Seconds that the job may take without progress.
        length: Seconds of the media that the job works on.
        total: Seconds since the process was ready for the job. Only time in which the host itself
            ran counts.
        silent: Seconds since the last heartbeat.
        still: Seconds since the last progress.
        fraction: The share of the work that is done; negative before the first report.
        costly: The limit of processor time, once the job has used it up.
        broken: The error of the limit that the job exceeds, or None.
    """

    operation: str
    stall: float
    length: float = 0.0
    total: float = 0.0
    silent: float = 0.0
    still: float = 0.0
    fraction: float = -1.0
    costly: float | None = None
    broken: WorkerLimitError | None = None

    def hear(self) -> None:
        """Note that the process has sent something."""
        self.silent = 0.0

    def hear_heartbeat(self, length: float, costly: float | None) -> None:
        """Note what a heartbeat says of the job."""
        self.length = max(self.length, length)
        self.costly = costly

    def advance(self, fraction: float) -> None:
        """Note the share of the work that is done."""
        if fraction != self.fraction:
            self.fraction, self.still = fraction, 0.0

    def pass_time(self, seconds: float, *, working: bool) -> None:
        """Note that time has passed.

        Args:
            seconds: How much.
            working: Whether the process has started. Its start is no work on the file.
        """
        self.silent += seconds
        if working:
            self.total += seconds
            self.still += seconds

    def check(self, limits: Limits, resident: int | None, *, ready: bool) -> None:
        """Keep the error in `broken` if the job exceeds a limit.

        Args:
            limits: The limits.
            resident: The bytes of resident memory of the process, if known.
            ready: Whether the process has started.
        """
        self.broken = self._past_limit(limits, resident, ready=ready)

    def _past_limit(
        self, limits: Limits, resident: int | None, *, ready: bool
    ) -> WorkerLimitError | None:
        if resident is not None and resident > limits.worker_bytes:
            return WorkerLimitError(
                f"{self.operation} needed more than {limits.worker_bytes // 2**20} MB of memory "
                "and was stopped",
                remedy="Make the picture smaller or the file shorter.",
            )
        if self.costly is not None:
            return WorkerLimitError(
                too_costly(self.operation, self.costly), remedy=TOO_COSTLY_REMEDY
            )
        start_seconds = START_FACTOR * limits.worker_silence_seconds
        if self.silent > start_seconds and not ready:
            return WorkerSilentError(
                f"the process for {self.operation} did not start in {start_seconds:g} s and was "
                "stopped",
                remedy=START_REMEDY,
            )
        if self.silent > limits.worker_silence_seconds and ready:
            return WorkerSilentError(
                f"the process of {self.operation} gave no sign of life for "
                f"{limits.worker_silence_seconds:g} s and was stopped",
                remedy="Try again. If it happens again, this machine may be too busy.",
            )
        still = self.stall + limits.stall_seconds_per_second * self.length
        total = limits.job_seconds + limits.job_seconds_per_second * self.length
        if self.still > still or self.total > total:
            limit = still if self.still > still else total
            return WorkerLimitError(
                f"{self.operation} made no headway in {limit:.0f} s and was stopped",
                remedy="The file may be damaged: play it, or export it again from where it came "
                "from.",
            )
        return None
