"""Open the journal's SQLite file; check its schema, its version and its integrity."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from nemomusic.errors import JournalError

if TYPE_CHECKING:
    from pathlib import Path

VERSION: Final = 3
"""Version of the schema. A file of another version is refused."""
SCHEMA: Final = (
    """CREATE TABLE jobs (
        id TEXT PRIMARY KEY, status TEXT NOT NULL, created REAL NOT NULL,
        backend TEXT NOT NULL, key TEXT, data TEXT NOT NULL
    )""",
    "CREATE UNIQUE INDEX keys ON jobs(backend, key) WHERE key IS NOT NULL",
    """CREATE TABLE steps (
        job TEXT NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
        at REAL NOT NULL, step TEXT NOT NULL, phase TEXT NOT NULL, data TEXT NOT NULL
    )""",
    "CREATE INDEX steps_of ON steps(job)",
    "CREATE TABLE leases (name TEXT PRIMARY KEY, owner TEXT NOT NULL) WITHOUT ROWID",
)
CHECKED_BYTES: Final = 32 * 1024 * 1024
"""Largest size in bytes of a file whose indexes are checked too when it is opened (0.2 s)."""
DATABASE_ERRORS: Final = (sqlite3.Error, UnicodeDecodeError)
"""Exceptions of the module sqlite3 for a damaged file. It raises the second one if SQLite quotes
bytes of the file that are not text."""
BUSY_SECONDS: Final = 30.0
"""Seconds that the opening of a file waits for the writes of other processes."""
BUSY_STEP_SECONDS: Final = 0.2
"""Seconds that SQLite itself waits for other processes once the file is open. `GroupCommit` tries a
write again for longer."""
SWITCH_RETRY_SECONDS: Final = 0.005
"""Seconds between two attempts to switch a new file to SQLite's write-ahead log."""


def open_database(path: Path) -> sqlite3.Connection:
    """Open a journal's file, and make it if it is missing.

    Raises:
        JournalError: The file is not a journal, has another version, is damaged, or can't be
            written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):  # private from its first byte on
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        database = connect(path)
    except (*DATABASE_ERRORS, OSError) as error:
        raise unusable(path, error) from error
    try:
        _prepare(path, database)
        database.execute(f"PRAGMA busy_timeout={round(BUSY_STEP_SECONDS * 1000)}").fetchall()
    except DATABASE_ERRORS as error:
        database.close()
        raise unusable(path, error) from error
    except BaseException:
        database.close()
        raise
    return database


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection that also reads text cells that are not UTF-8."""
    database = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    database.text_factory = _text
    return database


def _text(cell: bytes) -> str:
    return cell.decode("utf-8", "surrogateescape")


def _prepare(path: Path, database: sqlite3.Connection) -> None:
    # FULL: an intent has to be on the disk before money is spent, power cuts included.
    # A negative size of the cache is KiB. A job reads its own row alone, so few pages are enough.
    _switch_to_wal(database)
    for line in ("synchronous=FULL", "foreign_keys=ON", "cache_size=-256"):
        database.execute(f"PRAGMA {line}").fetchall()
    database.execute("BEGIN IMMEDIATE")
    try:
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            if database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise JournalError(
                    f"{path} is a database, but not a journal", remedy="Name another file."
                )
            for statement in SCHEMA:
                database.execute(statement)
            database.execute(f"PRAGMA user_version={VERSION}")
        elif version != VERSION:
            age = "newer" if version > VERSION else "older"
            raise JournalError(
                f"{path} was written by {'a' if age == 'newer' else 'an'} {age} version of "
                f"nemomusic (format {version}; this one reads {VERSION})",
                remedy="Use that version of nemomusic for its jobs, or name another file.",
            )
        else:
            _check(path, database)
        database.execute("COMMIT")
    except BaseException:
        with suppress(*DATABASE_ERRORS):
            database.execute("ROLLBACK")
        raise


def _switch_to_wal(database: sqlite3.Connection) -> None:
    # A new file is switched once. SQLite does not wait for a second connection that switches it at
    # the same moment: one of the two gets SQLITE_BUSY at once, whatever its timeout is.
    latest = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            database.execute("PRAGMA journal_mode=WAL").fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > latest:
                raise
            time.sleep(SWITCH_RETRY_SECONDS)
        else:
            return


def _check(path: Path, database: sqlite3.Connection) -> None:
    """Check that damage hides no job: a hidden job could be begun and paid for twice."""
    complete = path.stat().st_size <= CHECKED_BYTES
    pragma = "integrity_check(1)" if complete else "quick_check(1)"
    found = database.execute(f"PRAGMA {pragma}").fetchone()[0]
    if found != "ok":
        raise damaged(path, str(found).splitlines()[0])
    if complete and database.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise damaged(path, "it has steps of jobs that it does not list")


def damaged(path: Path, reason: str) -> JournalError:
    """Return the error for a damaged file, with the command that salvages the file."""
    return JournalError(
        f"the journal {path} is damaged ({reason})",
        remedy=f"Nothing was sent. Save what can be read: nemomusic jobs salvage --journal {path}",
    )


def unusable(path: Path, error: Exception) -> JournalError:
    """Return the error that callers see for an error of SQLite or of the disk."""
    if isinstance(error, UnicodeDecodeError):
        return damaged(path, "its schema is no text")
    # "malformed", "not a database": SQLite has one class for both.
    if isinstance(error, sqlite3.DatabaseError) and "malformed" in str(error):
        return damaged(path, str(error))
    remedy = "Check the disk, name another file, or move this one away. "
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
        remedy = "Another program keeps it locked, such as a database browser: close that program. "
    return JournalError(
        f"{path} can't be used as a journal ({error})",
        remedy=f"{remedy}Nothing was sent that is not written down.",
    )


class JournalFile:
    """One connection, opened again after a fork: a child process can't use the parent's.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mutex = threading.Lock()
        self._database: sqlite3.Connection | None = open_database(path)
        self._closed = False

    def connection(self) -> sqlite3.Connection:
        """Return the connection of this process.

        Raises:
            JournalError: The journal is closed, or can't be opened again in a forked child.
        """
        with self._mutex:
            if self._closed:
                raise JournalError("the journal is closed", remedy="Open it again.")
            if self._database is None:
                self._database = open_database(self.path)
            return self._database

    def execute(self, statement: str, values: tuple[Any, ...]) -> sqlite3.Cursor:
        """Execute a statement.

        Raises:
            JournalError: As `connection`.
            sqlite3.Error: The database refuses the statement.
        """
        return self.connection().execute(statement, values)

    def close(self) -> None:
        """Close the file."""
        with self._mutex:
            self._closed = True
            if self._database is not None:
                self._database.close()
                self._database = None

    def forget_in_child(self) -> None:
        """Keep the parent's connection open: closing the copy would drop the parent's locks."""
        if self._database is not None:
            _OF_PARENTS.append(self._database)
        self._mutex = threading.Lock()
        self._database = None


_OF_PARENTS: Final[list[sqlite3.Connection]] = []
"""Connections of parent processes, which must neither be used nor closed in this one."""
