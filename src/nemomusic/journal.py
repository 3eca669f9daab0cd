"""Work in hand, on disk: each step of a job before it is taken and after (SQLite, one file).

Several processes may use one journal. A job is worked on by one process at a time: its lease is a
lock file beside the journal, which the operating system lets go of when its holder dies, even by
`kill -9`.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
import uuid
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Self

import attrs

from nemomusic.clock import outlast
from nemomusic.errors import JobBusyError, JobNotFoundError, JournalError

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from filelock import FileLock


Status = Literal["open", "done", "failed", "unknown"]

_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE jobs (
    id TEXT PRIMARY KEY, status TEXT NOT NULL, created REAL NOT NULL, updated REAL NOT NULL,
    backend TEXT NOT NULL, data TEXT NOT NULL
);
CREATE TABLE steps (
    job TEXT NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
    at REAL NOT NULL, step TEXT NOT NULL, phase TEXT NOT NULL, data TEXT NOT NULL
);
CREATE INDEX steps_of ON steps(job);
"""


@attrs.frozen(kw_only=True)
class Step:
    """One line of a job's log.

    Attributes:
        at: seconds since the epoch.
        step: `token`, `session`, `upload`, `message`, `render`, `download`.
        phase: `intent` before, `done` after, or `failed`.
        data: what is known of it.
    """

    at: float
    step: str
    phase: str
    data: Mapping[str, Any]


@attrs.frozen(kw_only=True)
class JobRecord:
    """A job as the journal knows it.

    Attributes:
        id: `job_…`.
        status: `open` (can be resumed), `done`, `failed`, or `unknown` (an `OutcomeUnknown`).
        created: seconds since the epoch.
        updated: seconds since the epoch.
        backend: API address, or `local:<folder>`.
        data: everything noted: source, prompt, output, session_id, render_id, …
    """

    id: str
    status: Status
    created: float
    updated: float
    backend: str
    data: Mapping[str, Any]

    def __str__(self) -> str:
        data = self.data
        what = f"{data.get('source') or data.get('name')!s} -> {data.get('output')!s}"
        at = f" after {data['step']}" if self.status != "done" and data.get("step") else ""
        return f"{self.id} {self.status}{at}: {what}"


class Journal:
    """The file. Methods are coroutines: SQLite runs in a thread.

    Args:
        path: the file; its folder is made.

    Raises:
        JournalError: it is something else, from a newer version, or can't be written.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).absolute()
        self._mutex = threading.Lock()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(
                self.path, timeout=30.0, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise
        except (sqlite3.Error, OSError) as error:
            raise JournalError(
                f"{self.path} can't be used as a journal ({error})",
                remedy="Name another file, or move this one away.",
            ) from error

    def _prepare(self) -> None:
        # FULL: an intent has to be on the disk before money is spent, power cuts included.
        for line in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self._db.execute(f"PRAGMA {line}").fetchall()
        self._db.execute("BEGIN IMMEDIATE")
        try:
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                if self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    raise JournalError(
                        f"{self.path} is a database, but not a journal",
                        remedy="Name another file.",
                    )
                for statement in _SCHEMA.split(";\n"):
                    if statement.strip():
                        self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version={_VERSION}")
            elif version != _VERSION:
                raise JournalError(
                    f"{self.path} was written by another version (format {version})",
                    remedy="Use that version of nemomusic, or name another file.",
                )
            self._db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the file."""
        with self._mutex:
            self._db.close()

    # ----------------------------------------------------------------- jobs

    async def create(self, backend: str, data: Mapping[str, Any], *, now: float) -> JobRecord:
        """Write a new job down."""
        job_id = f"job_{uuid.uuid4().hex[:12]}"
        record = JobRecord(
            id=job_id, status="open", created=now, updated=now, backend=backend, data=dict(data)
        )

        def write() -> None:
            self._db.execute(
                "INSERT INTO jobs VALUES (?, 'open', ?, ?, ?, ?)",
                (job_id, now, now, backend, json.dumps(record.data)),
            )

        await self._run(write)
        return record

    async def get(self, job_id: str) -> JobRecord:
        """One job.

        Raises:
            JobNotFoundError: there is no such job.
        """
        rows = await self._query("SELECT * FROM jobs WHERE id = ?", job_id)
        if not rows:
            raise JobNotFoundError(f"no job {job_id!r} in {self.path}", job_id=job_id)
        return _record(rows[0])

    async def list(self) -> list[JobRecord]:
        """All jobs, oldest first."""
        return [_record(row) for row in await self._query("SELECT * FROM jobs ORDER BY created")]

    async def steps(self, job_id: str) -> list[Step]:  # type: ignore[valid-type]
        """The log of one job, oldest first."""
        rows = await self._query(
            "SELECT at, step, phase, data FROM steps WHERE job = ? ORDER BY rowid", job_id
        )
        return [Step(at=a, step=s, phase=p, data=json.loads(d)) for a, s, p, d in rows]

    async def note(
        self,
        job_id: str,
        step: str,
        phase: str,
        data: Mapping[str, Any],
        *,
        now: float,
        status: Status | None = None,
    ) -> JobRecord:
        """Note a step, and merge `data` into the job's; both or neither are on disk.

        Raises:
            JobNotFoundError: there is no such job.
        """

        def write() -> tuple[Any, ...]:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                row = self._db.execute("SELECT * FROM jobs WHERE id = ?", (job_id,)).fetchone()
                if row is None:
                    raise JobNotFoundError(f"job {job_id!r} is gone", job_id=job_id)
                merged = {**json.loads(row[5]), **data, "step": step}
                new = (row[0], status or row[1], row[2], now, row[4], json.dumps(merged))
                self._db.execute(
                    "UPDATE jobs SET status = ?, updated = ?, data = ? WHERE id = ?",
                    (new[1], now, new[5], job_id),
                )
                self._db.execute(
                    "INSERT INTO steps VALUES (?, ?, ?, ?, ?)",
                    (job_id, now, step, phase, json.dumps(dict(data))),
                )
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            return new

        return _record(await self._run(write))

    async def forget(self, job_id: str) -> None:
        """Delete a job's record; its lease must be held.

        Raises:
            JobNotFoundError: there is no such job.
        """
        await self.get(job_id)

        def write() -> None:
            self._db.execute("DELETE FROM steps WHERE job = ?", (job_id,))
            self._db.execute("DELETE FROM jobs WHERE id = ?", (job_id,))

        await self._run(write)

    def lease(self, job_id: str) -> Lease:
        """The right to work on a job; use it with `with`.

        Raises (on entering):
            JobBusyError: another process, or another task of this one, holds it.
        """
        return Lease(self.path.with_name(f"{self.path.name}.leases"), job_id)

    # ------------------------------------------------------------------ SQL

    async def _run(self, write: Any) -> Any:
        def locked() -> Any:
            with self._mutex:
                try:
                    return write()
                except sqlite3.Error as error:
                    raise JournalError(
                        f"the journal {self.path} can't be written ({error})",
                        remedy="Check the disk; nothing was sent that is not written down.",
                    ) from error

        work = asyncio.get_running_loop().run_in_executor(None, locked)
        await outlast(work)  # what is begun is written, even if the caller is cancelled
        return work.result()

    async def _query(self, sql: str, *values: Any) -> Any:
        def read() -> Any:
            with closing(self._db.execute(sql, values)) as cursor:
                return cursor.fetchall()

        return await self._run(read)


class Lease:
    """A lock file held while a job is worked on."""

    def __init__(self, folder: Path, job_id: str) -> None:
        self._path = folder / f"{job_id}.lock"
        self._job_id = job_id
        self._lock: FileLock | None = None

    def __enter__(self) -> Self:
        from filelock import FileLock, Timeout

        self._path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._path, thread_local=False, is_singleton=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise JobBusyError(
                f"job {self._job_id} is being worked on by another process", job_id=self._job_id
            ) from None
        self._lock = lock
        return self

    def remove(self) -> None:
        """Remove the file as well.

        Only once the job is over, so that a later holder of the unlinked file finds nothing to do.
        """
        with suppress(OSError):
            self._path.unlink()

    def __exit__(self, *_: object) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def _record(row: tuple[Any, ...]) -> JobRecord:
    job_id, status, created, updated, backend, data = row
    return JobRecord(
        id=job_id,
        status=status,
        created=created,
        updated=updated,
        backend=backend,
        data=json.loads(data),
    )
