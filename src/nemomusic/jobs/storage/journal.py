"""The journal: jobs in one SQLite file. Each step is noted before it begins and after it ends.

Several processes may use one journal. Only one of them works on a job at a time: see `lease`.
"""

from __future__ import annotations

import json
import os
import sqlite3
import uuid
import weakref
from collections import defaultdict
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from nemomusic.errors import JobBusyError, JobNotFoundError, JournalError
from nemomusic.jobs.storage.group_commit import GroupCommit
from nemomusic.jobs.storage.journal_database import JournalFile, unusable
from nemomusic.jobs.storage.lease import JournalLease
from nemomusic.jobs.storage.lease_table import LeaseTable
from nemomusic.jobs.storage.records import JobRecord, JobState, Step
from nemomusic.jobs.storage.rows import read_record, read_step

if TYPE_CHECKING:
    import builtins
    from collections.abc import AsyncIterator, Mapping

_JOB_COLUMNS = "id, status, created, backend, key, data"
_STEP_COLUMNS = "job, at, step, phase, data"
_TEXT = "CAST(? AS TEXT)"
"""SQL for a text that may hold a file name that is not UTF-8. The text is passed as bytes."""
_JobRows: TypeAlias = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]
"""Rows of jobs, and rows of their steps."""


class Journal:
    """The journal of jobs on disk. Methods are coroutines: SQLite runs in a thread.

    Args:
        path: The file. Its folder is made if it does not exist.

    Raises:
        JournalError: The file is not a journal, has another version, is damaged, or can't be
            written.
    """

    path: Path

    def __init__(self, path: str | os.PathLike[str]) -> None:
        if not isinstance(path, str | os.PathLike):
            raise JournalError(
                f"a journal is a path, not {type(path).__name__}", remedy="Pass the path of a file."
            )
        if os.fsdecode(path) == ":memory:":
            raise JournalError(
                "a journal is a file on disk", remedy="Leave it out to keep jobs in memory."
            )
        try:
            self.path = Path(os.fsdecode(path)).absolute()
        except OSError as error:
            raise JournalError(
                f"the journal {os.fsdecode(path)} can't be found: the working folder is gone",
                remedy="Pass an absolute path, or change to a folder that exists.",
            ) from error
        self._file = JournalFile(self.path)
        self._commits = GroupCommit(self._file.connection, partial(unusable, self.path))
        self._leases = LeaseTable(self.path, self._commits, self._file.execute)
        self._lost: dict[str, BaseException] = {}  # errors of notes that were not waited for
        _OPEN_JOURNALS.add(self)

    def close(self) -> None:
        """Close the file, and give up its leases."""
        self._commits.close()
        self._file.close()
        self._leases.close()

    def _start_again_in_child(self) -> None:
        self._commits.start_again_in_child()
        self._file.forget_in_child()
        self._leases.start_again_in_child()

    # ----------------------------------------------------------------- jobs

    @property
    def durable(self) -> bool:
        """Whether jobs outlive the process: always true here."""
        return True

    async def create(
        self, backend: str, data: Mapping[str, Any], *, now: float, key: str | None = None
    ) -> JobRecord:
        """Note a new job.

        Args:
            backend: The backend of the job, as the client names it.
            data: The values that the steps of the job need.
            now: Seconds since the epoch.
            key: The caller's own name of the job, or None.

        Raises:
            JobBusyError: Another process has just begun a job with this key.
            JournalError: The job can't be written.
        """
        job_id = f"job_{uuid.uuid4().hex[:12]}"
        text = json.dumps(dict(data))

        def write() -> None:
            try:
                self._sql(
                    f"INSERT INTO jobs VALUES (?, 'open', ?, {_TEXT}, {_TEXT}, ?)",  # noqa: S608
                    (job_id, now, _cell(backend), None if key is None else _cell(key), text),
                )
            except sqlite3.IntegrityError:
                raise JobBusyError(f"another job with the key {key!r} has just begun") from None

        await self._commits.run(write, writes=True)
        return JobRecord(
            id=job_id,
            state="open",
            created=now,
            updated=now,
            backend=backend,
            key=key,
            data=dict(data),
        )

    async def get(self, job_id: str) -> JobRecord:
        """Return one job.

        Raises:
            JobNotFoundError: There is no such job.
            JournalError: The record of the job can't be understood.
        """
        rows = await self._commits.run(lambda: self._job_rows("id = ?", job_id), writes=False)
        return self._only(job_id, rows)

    async def find(self, backend: str, key: str) -> JobRecord | None:
        """Return the job of `backend` with this `key`, or None.

        Raises:
            JournalError: The record of the job can't be understood.
        """
        found = await self._records(
            f"backend = {_TEXT} AND key = {_TEXT}", _cell(backend), _cell(key)
        )
        return self._sound(found[0]) if found else None

    async def list(self) -> builtins.list[JobRecord]:
        """Return all jobs, oldest first.

        A record that can't be understood has the state `damaged`.

        Raises:
            JournalError: The file can't be read.
        """
        return await self._records("1")

    async def keys(self, backend: str, prefix: str) -> builtins.list[str]:
        """Return the keys of the jobs of `backend` that begin with `prefix`, in order.

        Raises:
            JournalError: The file can't be read.
        """
        rows = await self._commits.run(
            lambda: self._rows(
                f"SELECT key FROM jobs WHERE backend = {_TEXT} AND instr(key, {_TEXT}) = 1 "  # noqa: S608
                "ORDER BY key",
                _cell(backend),
                _cell(prefix),
            ),
            writes=False,
        )
        return [str(key) for (key,) in rows]

    async def steps(self, job_id: str) -> builtins.list[Step]:
        """Return the steps of one job, oldest first.

        Raises:
            JournalError: A step can't be understood.
        """
        rows = await self._commits.run(
            lambda: self._rows(
                f"SELECT {_STEP_COLUMNS} FROM steps WHERE job = ? ORDER BY rowid",  # noqa: S608
                job_id,
            ),
            writes=False,
        )
        steps = [read_step(row) for row in rows]
        if None in steps:
            raise self._damaged(job_id, "a step can't be understood")
        return [step for step in steps if step is not None]

    async def note(
        self,
        job_id: str,
        step: str,
        phase: str,
        data: Mapping[str, Any],
        *,
        now: float,
        state: JobState | None = None,
        wait: bool = True,
    ) -> None:
        """Note a step, and merge `data` into the job's data. Both are written, or neither.

        With `wait=False` the caller does not wait until the note is written. If it can't be
        written, the next note of the job is not written either, and raises the error.

        Args:
            job_id: The id of the job.
            step: The name of the step, such as `upload`.
            phase: `intent` before the step begins, `done` after its end, or `failed`.
            data: The values to merge.
            now: Seconds since the epoch.
            state: The new state of the job; None to keep it.
            wait: Whether to wait until the note is written.

        Raises:
            JobNotFoundError: There is no such job.
            JournalError: The step can't be written.
        """
        text = json.dumps(dict(data))

        def write() -> None:
            if self._lost and job_id in self._lost:
                raise self._lost.pop(job_id)
            try:
                self._sql(
                    "INSERT INTO steps VALUES (?, ?, ?, ?, ?)", (job_id, now, step, phase, text)
                )
            except sqlite3.IntegrityError:
                raise JobNotFoundError(f"job {job_id!r} is gone", job_id=job_id) from None
            if state is not None:
                self._sql("UPDATE jobs SET status = ? WHERE id = ?", (state, job_id))

        if wait:
            await self._commits.run(write, writes=True)
        else:
            self._commits.post(write, partial(self._lost.__setitem__, job_id))

    async def forget(self, job_id: str) -> None:
        """Delete a job's record. The caller must hold its lease.

        Raises:
            JobNotFoundError: There is no such job.
            JournalError: The file can't be written.
        """

        def write() -> None:
            if self._sql("DELETE FROM jobs WHERE id = ?", (job_id,)).rowcount == 0:
                raise JobNotFoundError(f"no job {job_id!r} in {self.path}", job_id=job_id)

        await self._commits.run(write, writes=True)

    # --------------------------------------------------------------- leases

    @asynccontextmanager
    async def work_on(self, job_id: str) -> AsyncIterator[JobRecord]:
        """Hold the lease of a job, and yield its present record.

        Raises:
            JobBusyError: Another process, or another task of this one, has the lease.
            JobNotFoundError: There is no such job.
            JournalError: The job's record can't be understood.
        """
        rows: builtins.list[_JobRows] = []

        def read() -> None:
            rows.append(self._job_rows("id = ?", job_id))

        take = partial(self._leases.take, also=read)
        async with JournalLease(job_id, take, self._leases.release):
            yield self._only(job_id, rows.pop())

    def lease(self, name: str) -> JournalLease:
        """Return the right to work on a job, for `async with`.

        Args:
            name: The job's id, or another name that processes agree on.

        Raises (on entering):
            JobBusyError: Another process, or another task of this one, has it.
        """
        return JournalLease(name, self._leases.take, self._leases.release)

    async def held(self, name: str) -> bool:
        """Return whether a living process holds a lease.

        Raises:
            JournalError: The file can't be used.
        """
        return await self._leases.is_held(name)

    # ------------------------------------------------------------------ SQL

    def _sql(self, statement: str, values: tuple[Any, ...]) -> sqlite3.Cursor:
        return self._file.execute(statement, values)

    def _rows(self, statement: str, *values: Any) -> builtins.list[tuple[Any, ...]]:
        return self._sql(statement, values).fetchall()

    def _job_rows(self, where: str, *values: Any) -> _JobRows:
        chosen = f"FROM jobs WHERE {where}"
        jobs = self._rows(f"SELECT {_JOB_COLUMNS} {chosen} ORDER BY created, rowid", *values)
        steps = self._rows(
            f"SELECT {_STEP_COLUMNS} FROM steps WHERE job IN (SELECT id {chosen}) "  # noqa: S608
            "ORDER BY rowid",
            *values,
        )
        return jobs, steps

    async def _records(self, where: str, *values: Any) -> builtins.list[JobRecord]:
        rows = await self._commits.run(lambda: self._job_rows(where, *values), writes=False)
        return _read_records(rows)

    def _only(self, job_id: str, rows: _JobRows) -> JobRecord:
        found = _read_records(rows)
        if not found:
            raise JobNotFoundError(f"no job {job_id!r} in {self.path}", job_id=job_id)
        return self._sound(found[0])

    def _sound(self, record: JobRecord) -> JobRecord:
        if record.state == "damaged":
            raise self._damaged(record.id, record.error or "")
        return record

    def _damaged(self, job_id: str, reason: str) -> JournalError:
        return JournalError(
            f"what {self.path} holds of job {job_id} can't be understood ({reason})",
            job_id=job_id,
            remedy="Nothing was sent. Other jobs are not affected. Delete this one's record with "
            f"`nemomusic jobs forget {job_id} --journal {self.path}`; its project may still exist "
            "on the service.",
        )


def _cell(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _read_records(rows: _JobRows) -> list[JobRecord]:
    jobs, steps = rows
    steps_of: dict[object, list[tuple[Any, ...]]] = defaultdict(list)
    for row in steps:
        steps_of[row[0]].append(row)
    return [read_record(row, steps_of.get(row[0], [])) for row in jobs]


_OPEN_JOURNALS: weakref.WeakSet[Journal] = weakref.WeakSet()


def _after_fork() -> None:
    for journal in list(_OPEN_JOURNALS):
        journal._start_again_in_child()  # noqa: SLF001 - of this module


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
