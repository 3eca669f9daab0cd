"""Open the backend's SQLite file: make its tables, and migrate an older file."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from nemomusic.errors import LocalBackendError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSION: Final = 6
"""The format that this version of the package writes."""
_SCHEMA: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE users (
  user_id TEXT PRIMARY KEY, plan TEXT NOT NULL, available INTEGER NOT NULL,
  frozen INTEGER NOT NULL DEFAULT 0, spent INTEGER NOT NULL DEFAULT 0);
CREATE TABLE tokens (
  hash TEXT PRIMARY KEY, user_id TEXT NOT NULL, client_id TEXT, address TEXT,
  issued REAL NOT NULL, expires REAL);
CREATE TABLE claims (
  hash TEXT PRIMARY KEY, session_id TEXT NOT NULL, task_id TEXT NOT NULL, expires REAL NOT NULL);
CREATE TABLE sessions (
  session_id TEXT PRIMARY KEY, task_id TEXT NOT NULL, user_id TEXT NOT NULL,
  task_name TEXT NOT NULL, language TEXT NOT NULL, draft TEXT NOT NULL,
  canvas TEXT NOT NULL DEFAULT '{}', memory TEXT NOT NULL DEFAULT '{}',
  opened REAL NOT NULL DEFAULT 0);
CREATE TABLE assets (
  seq INTEGER PRIMARY KEY, asset TEXT NOT NULL UNIQUE, session_id TEXT NOT NULL,
  user_id TEXT NOT NULL, origin TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
  hash TEXT NOT NULL, file TEXT NOT NULL, info TEXT NOT NULL, bytes INTEGER NOT NULL DEFAULT 0);
CREATE INDEX assets_user ON assets (user_id);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX assets_session ON assets (session_id, origin);
CREATE TABLE analyses (hash TEXT PRIMARY KEY, analysis TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE scores (asset TEXT PRIMARY KEY, source TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE messages (
  seq INTEGER PRIMARY KEY, session_id TEXT NOT NULL, user_id TEXT NOT NULL, text TEXT NOT NULL,
  price INTEGER NOT NULL, outcome TEXT, accepted REAL NOT NULL, ended REAL,
  spent INTEGER NOT NULL DEFAULT 0);
CREATE INDEX messages_session ON messages (session_id);
CREATE TABLE renders (
  seq INTEGER PRIMARY KEY, render_id TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL,
  session_id TEXT NOT NULL, draft TEXT NOT NULL, status TEXT NOT NULL, progress INTEGER NOT NULL,
  error TEXT, asset TEXT, duration REAL NOT NULL DEFAULT 0, size INTEGER NOT NULL DEFAULT 0,
  created REAL NOT NULL, completed REAL, cancelled INTEGER NOT NULL DEFAULT 0,
  downloads INTEGER NOT NULL DEFAULT 0);
"""
_UPGRADES: Final = {
    1: """
ALTER TABLE sights RENAME TO analyses;
ALTER TABLE analyses RENAME COLUMN sight TO analysis;
""",
    2: """
ALTER TABLE messages ADD COLUMN spent INTEGER NOT NULL DEFAULT 0;
UPDATE messages SET spent = price WHERE outcome = 'done';
CREATE INDEX messages_session ON messages (session_id);
""",
    3: """
ALTER TABLE assets ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
CREATE INDEX assets_user ON assets (user_id);
CREATE INDEX sessions_user ON sessions (user_id);
""",
    4: """
CREATE TABLE scores (asset TEXT PRIMARY KEY, source TEXT NOT NULL) WITHOUT ROWID;
""",
    5: """
ALTER TABLE sessions ADD COLUMN opened REAL NOT NULL DEFAULT 0;
UPDATE sessions SET opened = coalesce(
  (SELECT max(issued) FROM tokens WHERE tokens.user_id = sessions.user_id), 0);
""",
}
"""The SQL that migrates each format to the next one."""


class Database:
    """One SQLite file.

    It is not thread-safe, and is used only in the event loop. Writes are small and synchronous, so
    no other task runs in the middle of one.
    """

    def __init__(self, path: Path) -> None:
        """Open or make the file.

        Raises:
            LocalBackendError: The file is not a backend's, or comes from a newer version.
        """
        self._db = sqlite3.connect(path, isolation_level=None)
        try:
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._prepare(path)
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise LocalBackendError(
                f"{path} can't be used: {error}", remedy="Use another folder."
            ) from error
        except BaseException:
            self._db.close()
            raise

    def _prepare(self, path: Path) -> None:
        (found,) = self._db.execute("PRAGMA user_version").fetchone()
        if found > VERSION:
            raise LocalBackendError(
                f"{path} was written by a newer version of nemomusic (format {found})",
                remedy="Use that version, or another folder.",
            )
        if found == VERSION:
            return
        steps = [_SCHEMA] if found == 0 else [_UPGRADES[one] for one in range(found, VERSION)]
        self._db.executescript(
            f"BEGIN IMMEDIATE; {' '.join(steps)} PRAGMA user_version={VERSION}; COMMIT;"
        )

    def close(self) -> None:
        """Close the file. A second call does no harm."""
        self._db.close()

    def _one(self, sql: str, *values: Any) -> Any:
        try:
            return self._db.execute(sql, values).fetchone()
        except UnicodeEncodeError:  # half of a surrogate pair: such a text is in no row
            return None

    def _all(self, sql: str, *values: Any) -> list[Any]:
        try:
            return self._db.execute(sql, values).fetchall()
        except UnicodeEncodeError:
            return []

    def _run(self, sql: str, *values: Any) -> sqlite3.Cursor:
        return self._db.execute(sql, values)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._run("BEGIN IMMEDIATE")
        try:
            yield
            self._run("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # SQLite itself has rolled back where the disk is full
                self._run("ROLLBACK")
            raise

    def note(self, key: str) -> str | None:
        """Return a small value that is kept between runs."""
        row = self._one("SELECT value FROM meta WHERE key = ?", key)
        return None if row is None else str(row[0])

    def set_note(self, key: str, value: str) -> None:
        """Keep a small value between runs."""
        self._run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value)
