"""Keep the jobs of clients without a journal in memory, so that this process can attach them."""

from __future__ import annotations

import uuid
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, Self

import attrs

from nemomusic.errors import JobBusyError, JobNotFoundError
from nemomusic.jobs.storage.live_handles import has_handle
from nemomusic.jobs.storage.records import JobRecord, JobState, Step

if TYPE_CHECKING:
    import builtins
    from collections.abc import AsyncIterator, Mapping

MAX_KEPT_JOBS: Final = 1000
"""Number of jobs that are kept. Above it, the oldest jobs without a task and without a handle are
forgotten.
"""


class MemoryJournal:
    """A `JobStore` in memory, which ends with the process."""

    durable = False

    def __init__(self) -> None:
        self._records: dict[str, JobRecord] = {}
        self._steps: dict[str, builtins.list[Step]] = {}
        self._held: set[str] = set()
        self._fresh: set[str] = set()  # jobs that no task works on yet
        self._by_key: dict[tuple[str, str], str] = {}
        self._prune_at = MAX_KEPT_JOBS + MAX_KEPT_JOBS // 10

    async def create(
        self, backend: str, data: Mapping[str, Any], *, now: float, key: str | None = None
    ) -> JobRecord:
        """Note a new job.

        Raises:
            JobBusyError: Another task has just begun a job with this key.
        """
        if key is not None and (backend, key) in self._by_key:
            job_id = self._by_key[backend, key]
            raise JobBusyError(f"another job with the key {key!r} has just begun", job_id=job_id)
        record = JobRecord(
            id=f"job_{uuid.uuid4().hex[:12]}",
            state="open",
            created=now,
            updated=now,
            backend=backend,
            key=key,
            data=dict(data),
        )
        self._records[record.id] = record
        self._steps[record.id] = []
        self._fresh.add(record.id)
        if key is not None:
            self._by_key[backend, key] = record.id
        if len(self._records) >= self._prune_at:
            self._prune()
        return record

    async def get(self, job_id: str) -> JobRecord:
        """Return one job.

        Raises:
            JobNotFoundError: There is no such job.
        """
        record = self._records.get(job_id)
        if record is None:
            raise JobNotFoundError(f"no job {job_id!r} in this process", job_id=job_id)
        return record

    async def find(self, backend: str, key: str) -> JobRecord | None:
        """Return the job with a key."""
        job_id = self._by_key.get((backend, key))
        return None if job_id is None else self._records[job_id]

    async def list(self) -> builtins.list[JobRecord]:
        """Return all jobs, oldest first."""
        return [*self._records.values()]

    async def keys(self, backend: str, prefix: str) -> builtins.list[str]:
        """Return the keys of a backend's jobs that begin with a prefix, in order."""
        return sorted(
            record.key
            for record in self._records.values()
            if record.key is not None
            and record.backend == backend
            and record.key.startswith(prefix)
        )

    async def steps(self, job_id: str) -> builtins.list[Step]:
        """Return the steps of a job, oldest first."""
        return [*self._steps.get(job_id, ())]

    async def note(
        self,
        job_id: str,
        step: str,
        phase: str,
        data: Mapping[str, Any],
        *,
        now: float,
        state: JobState | None = None,
        wait: bool = True,  # noqa: ARG002 - there is nothing to wait for
    ) -> None:
        """Note a step, and merge `data` into the job's data."""
        record = await self.get(job_id)
        merged = attrs.evolve(
            record,
            updated=now,
            state=state or record.state,
            data={**record.data, **data, "step": step},
        )
        self._records[job_id] = merged
        self._steps[job_id].append(Step(at=now, step=step, phase=phase, data=dict(data)))

    async def forget(self, job_id: str) -> None:
        """Delete a job's record."""
        self._delete(await self.get(job_id))
        self._fresh.discard(job_id)

    @asynccontextmanager
    async def work_on(self, job_id: str) -> AsyncIterator[JobRecord]:
        """Hold the lease of a job, and yield its present record.

        Raises:
            JobBusyError: Another task has the lease.
            JobNotFoundError: There is no such job.
        """
        async with self.lease(job_id):
            yield await self.get(job_id)

    def lease(self, name: str) -> MemoryLease:
        """Return the right to work on a job."""
        return MemoryLease(self._held, self._fresh, name)

    async def held(self, name: str) -> bool:
        """Return whether a task holds a lease."""
        return name in self._held

    def _prune(self) -> None:
        busy = self._held | self._fresh
        idle = [
            one for one in self._records.values() if one.id not in busy and not has_handle(one.id)
        ]
        finished_first = sorted(idle, key=lambda one: one.state in {"open", "unknown"})
        for record in finished_first[: len(self._records) - MAX_KEPT_JOBS]:
            self._delete(record)
        # Looked at again when a tenth more has come, so that many kept jobs cost no more time.
        self._prune_at = max(len(self._records), MAX_KEPT_JOBS) * 11 // 10

    def _delete(self, record: JobRecord) -> None:
        del self._records[record.id]
        del self._steps[record.id]
        if record.key is not None:
            del self._by_key[record.backend, record.key]


class MemoryLease:
    """The right to work on a job, among the tasks of one process."""

    def __init__(self, held: set[str], fresh: set[str], job_id: str) -> None:
        self._held = held
        self._fresh = fresh
        self._job_id = job_id

    async def __aenter__(self) -> Self:
        if self._job_id in self._held:
            raise JobBusyError(
                f"job {self._job_id} is being worked on in this process", job_id=self._job_id
            )
        self._held.add(self._job_id)
        self._fresh.discard(self._job_id)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._held.discard(self._job_id)


PROCESS_JOURNAL: Final = MemoryJournal()
"""The jobs of all clients without a journal in this process."""
