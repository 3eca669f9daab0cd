"""Save the readable part of a damaged journal."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from nemomusic.errors import JournalError
from nemomusic.jobs.storage.journal_database import DATABASE_ERRORS, connect, open_database
from nemomusic.jobs.storage.lease import Owner

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

_COLUMNS: Final = {
    "jobs": ("id", "status", "created", "backend", "key", "data"),
    "steps": ("job", "at", "step", "phase", "data"),
}


_DOUBT: Final = """
INSERT INTO steps SELECT id, created, 'message', 'intent', '{"message":"lost"}' FROM jobs
WHERE status <> 'cancelled'
AND NOT EXISTS (SELECT 1 FROM steps WHERE job = jobs.id AND step = 'message')
"""
"""SQL that notes, for each job without a note of its message, that this note may have been lost.
Such a job sends its message only if the user asks for that."""


@attrs.frozen(kw_only=True)
class Salvage:
    """The result of saving a damaged journal.

    Attributes:
        path: The journal, which holds the rows that could be read.
        jobs: How many jobs it holds.
        steps: How many of their steps it holds.
        put_aside: The new path of the damaged file. Nothing of it was deleted.
    """

    path: Path
    jobs: int
    steps: int
    put_aside: Path


def salvage_journal(path: str | os.PathLike[str]) -> Salvage:
    """Copy the readable rows of a journal into a new file, and put the damaged file aside.

    A job that can't be read is missing afterward. Its session may hold paid work, so look at the
    project on the service before you begin the job again. A job without a note of its message ends
    in `OutcomeUnknownError` when it is resumed: the note may have been lost.

    Raises:
        JournalError: A process uses the journal, or no row of it can be read.
    """
    source = Path(path).absolute()
    if not source.is_file():
        raise JournalError(f"{source} does not exist", remedy="Name the journal with --journal.")
    _check_unused(source)
    target = source.with_name(f"{source.name}.salvaged")
    for leftover in (target, *_side_files(target)):
        leftover.unlink(missing_ok=True)
    try:
        with closing(connect(source)) as old, closing(open_database(target)) as new:
            counts = _copy(old, new)
            new.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except DATABASE_ERRORS as error:
        target.unlink(missing_ok=True)
        raise JournalError(
            f"nothing of {source} can be read ({error})",
            remedy="Move it away. Look at the projects on the service before jobs are begun again.",
        ) from error
    aside = _free_name(source)
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{source}{suffix}").rename(f"{aside}{suffix}")
    target.rename(source)
    return Salvage(path=source, jobs=counts["jobs"], steps=counts["steps"], put_aside=aside)


def _check_unused(path: Path) -> None:
    folder = path.with_name(f"{path.name}.owners")
    with closing(Owner(folder)) as owner:
        others = [file.name.removesuffix(".lock") for file in folder.glob("*.lock")]
        used = [name for name in others if name != owner.name and owner.is_alive(name)]
    if used:
        raise JournalError(
            f"process {used[0].partition('-')[0]} works with {path}",
            remedy="End it first, then save what can be read.",
        )


def _side_files(path: Path) -> list[Path]:
    return [Path(f"{path}-wal"), Path(f"{path}-shm")]


def _free_name(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    return aside


def _copy(old: sqlite3.Connection, new: sqlite3.Connection) -> dict[str, int]:
    counts = dict.fromkeys(_COLUMNS, 0)
    new.execute("BEGIN IMMEDIATE")
    for table, columns in _COLUMNS.items():
        marks = ", ".join("?" * len(columns))
        for row in _readable(old, table, columns):
            with suppress(sqlite3.IntegrityError):  # twice in the damaged file, or without its job
                cells = tuple(map(_writable, row))
                new.execute(f"INSERT INTO {table} VALUES ({marks})", cells)  # noqa: S608
                counts[table] += 1
    new.execute(_DOUBT)
    new.execute("COMMIT")
    return counts


def _writable(cell: object) -> object:
    """Return a cell as SQLite takes it: as bytes if it is not text."""
    if isinstance(cell, str):
        try:
            cell.encode()
        except UnicodeEncodeError:
            return cell.encode("utf-8", "surrogateescape")
    return cell


def _readable(
    database: sqlite3.Connection, table: str, columns: tuple[str, ...]
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows before the damage, then the rows after it, from the last row backward."""
    found: dict[int, tuple[Any, ...]] = {}
    failed: Exception | None = None
    for order in ("ASC", "DESC"):
        try:
            rows = database.execute(
                f"SELECT rowid, {', '.join(columns)} FROM {table} NOT INDEXED "  # noqa: S608
                f"ORDER BY rowid {order}"
            )
            for rowid, *row in rows:
                if rowid in found:
                    break
                found[rowid] = tuple(row)
        except DATABASE_ERRORS as error:
            failed = error
    if failed is not None and not found and table == "jobs":
        raise failed
    for rowid in sorted(found):
        yield found[rowid]
