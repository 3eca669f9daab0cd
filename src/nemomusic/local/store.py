"""What survives a restart: one SQLite file in the backend's folder.

Writes are small and synchronous, so each one is atomic to everything else on the loop. Tokens
are kept as hashes only. Drafts are kept as the text they were written as.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from typing import TYPE_CHECKING, Any, Final

import attrs

from nemomusic.errors import LocalBackendError
from nemomusic.local.ledger import Ledger
from nemomusic.local.rows import Asset, Render, Session, User

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

VERSION: Final = 1
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
  canvas TEXT NOT NULL DEFAULT '{}', memory TEXT NOT NULL DEFAULT '{}');
CREATE TABLE assets (
  seq INTEGER PRIMARY KEY, asset TEXT NOT NULL UNIQUE, session_id TEXT NOT NULL,
  user_id TEXT NOT NULL, origin TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
  hash TEXT NOT NULL, file TEXT NOT NULL, info TEXT NOT NULL);
CREATE INDEX assets_session ON assets (session_id, origin);
CREATE TABLE sights (hash TEXT PRIMARY KEY, sight TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE messages (
  seq INTEGER PRIMARY KEY, session_id TEXT NOT NULL, user_id TEXT NOT NULL, text TEXT NOT NULL,
  price INTEGER NOT NULL, outcome TEXT, accepted REAL NOT NULL, ended REAL);
CREATE TABLE renders (
  seq INTEGER PRIMARY KEY, render_id TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL,
  session_id TEXT NOT NULL, draft TEXT NOT NULL, status TEXT NOT NULL, progress INTEGER NOT NULL,
  error TEXT, asset TEXT, duration REAL NOT NULL DEFAULT 0, size INTEGER NOT NULL DEFAULT 0,
  created REAL NOT NULL, completed REAL, cancelled INTEGER NOT NULL DEFAULT 0,
  downloads INTEGER NOT NULL DEFAULT 0);
"""
_ASSET: Final = "asset, session_id, user_id, origin, kind, name, hash, file, info"
_RENDER: Final = ", ".join(field.name for field in attrs.fields(Render))


def token_hash(token: str) -> str:
    """How a token is kept: nobody can call the API with what is on disk."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def compact(value: Any) -> str:
    """JSON text as the backend writes it everywhere: no spaces, no escapes for non-ASCII."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair: only an escape can carry it
        return json.dumps(value, separators=(",", ":"))
    return text


def _session(row: tuple[Any, ...]) -> Session:
    *plain, canvas, memory = row
    values: list[Any] = [*plain, json.loads(canvas), json.loads(memory)]
    return Session(*values)


def _asset(row: tuple[Any, ...]) -> Asset:
    *plain, info = row
    values: list[Any] = [*plain, json.loads(info)]
    return Asset(*values)


class Store:
    """Everything durable. Not thread-safe: used from the loop only."""

    def __init__(self, path: Path) -> None:
        """Open or make the file.

        Raises:
            LocalBackendError: it is not ours, or from a newer version.
        """
        self._db = sqlite3.connect(path, isolation_level=None)
        try:
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            (found,) = self._db.execute("PRAGMA user_version").fetchone()
            if found == 0:
                self._db.executescript(
                    f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version={VERSION}; COMMIT;"
                )
            elif found != VERSION:
                raise LocalBackendError(
                    f"{path} was written by another version of nemomusic (format {found})",
                    remedy="Use that version, or another folder.",
                )
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise LocalBackendError(
                f"{path} can't be used: {error}", remedy="Use another folder."
            ) from error
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file. Twice does no harm."""
        self._db.close()

    def _one(self, sql: str, *values: Any) -> Any:
        return self._db.execute(sql, values).fetchone()

    def _run(self, sql: str, *values: Any) -> None:
        self._db.execute(sql, values)

    def ledger(self) -> Ledger:
        """The counts of all runs so far."""
        ledger = Ledger()
        for session_id, text in self._db.execute(
            "SELECT session_id, text FROM messages ORDER BY seq"
        ):
            ledger.messages.setdefault(session_id, []).append(text)
        (spent,) = self._one("SELECT coalesce(sum(spent), 0) FROM users")
        ledger.credits_spent = spent
        for (content,) in self._db.execute("SELECT hash FROM assets WHERE origin = 'upload'"):
            ledger.uploads[content] += 1
        for render_id, cancelled, downloads in self._db.execute(
            "SELECT render_id, cancelled, downloads FROM renders ORDER BY seq"
        ):
            ledger.renders_started.append(render_id)
            if cancelled:
                ledger.renders_cancelled.append(render_id)
            if downloads:
                ledger.renders_downloaded[render_id] = downloads
        (ledger.tokens_issued,) = self._one(
            "SELECT count(*) FROM tokens WHERE client_id IS NOT NULL"
        )
        return ledger

    def note(self, key: str) -> str | None:
        """A small remark kept between runs."""
        row = self._one("SELECT value FROM meta WHERE key = ?", key)
        return None if row is None else str(row[0])

    def set_note(self, key: str, value: str) -> None:
        """Keep a small remark."""
        self._run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value)

    # users and tokens

    def user(self, user_id: str) -> User | None:
        """Who has this id."""
        row = self._one(
            "SELECT user_id, plan, available, frozen FROM users WHERE user_id = ?", user_id
        )
        return None if row is None else User(*row)

    def save_user(self, user_id: str, *, plan: str, available: int) -> None:
        """Make a user, or set what an existing one has."""
        self._run(
            "INSERT INTO users (user_id, plan, available) VALUES (?1, ?2, ?3) "
            "ON CONFLICT (user_id) DO UPDATE SET plan = ?2, available = ?3",
            user_id,
            plan,
            available,
        )

    def move_credits(self, user_id: str, *, available: int, frozen: int, spent: int) -> None:
        """Add to a user's three counts (numbers may be negative)."""
        self._run(
            "UPDATE users SET available = available + ?, frozen = frozen + ?, spent = spent + ? "
            "WHERE user_id = ?",
            available,
            frozen,
            spent,
            user_id,
        )

    def add_token(
        self,
        token: str,
        user_id: str,
        *,
        issued: float,
        expires: float | None,
        client_id: str | None = None,
        address: str | None = None,
    ) -> None:
        """Let a token open this user's things until `expires` (None: for good)."""
        self._run(
            "INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?)",
            token_hash(token),
            user_id,
            client_id,
            address,
            issued,
            expires,
        )

    def token_user(self, token: str, now: float) -> User | None:
        """Whose token this is; None if nobody's, or no longer."""
        row = self._one(
            "SELECT user_id, plan, available, frozen FROM users JOIN tokens USING (user_id) "
            "WHERE hash = ? AND (expires IS NULL OR expires > ?)",
            token_hash(token),
            now,
        )
        return None if row is None else User(*row)

    def expire_tokens(self) -> None:
        """End the life of every token so far; for the faults of `nemomusic.testing`."""
        self._run("UPDATE tokens SET expires = 0")

    def tokens_since(self, column: str, value: str, since: float) -> list[float]:
        """When anonymous tokens were issued to a `client_id` or an `address`, oldest first."""
        column = {"client_id": "client_id", "address": "address"}[column]
        return [
            issued
            for (issued,) in self._db.execute(
                f"SELECT issued FROM tokens WHERE client_id IS NOT NULL AND {column} = ? "  # noqa: S608 - one of two names
                "AND issued > ? ORDER BY issued",
                (value, since),
            )
        ]

    def add_claim(self, token: str, session_id: str, task_id: str, expires: float) -> None:
        """Remember a claim token."""
        self._run(
            "INSERT INTO claims VALUES (?, ?, ?, ?)",
            token_hash(token),
            session_id,
            task_id,
            expires,
        )

    # sessions

    def add_session(self, session: Session) -> None:
        """Keep a new session."""
        self._run(
            "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            session.session_id,
            session.task_id,
            session.user_id,
            session.task_name,
            session.language,
            session.draft,
            compact(session.canvas),
            compact(session.memory),
        )

    def session(self, session_id: str, user_id: str) -> Session | None:
        """A user's own session."""
        row = self._one(
            "SELECT * FROM sessions WHERE session_id = ? AND user_id = ?", session_id, user_id
        )
        return None if row is None else _session(row)

    def known_session(self, session_id: str, user_id: str) -> Session:
        """A session that is known to be there: sessions are never deleted."""
        session = self.session(session_id, user_id)
        if session is None:
            raise LookupError(session_id)
        return session

    def lose_sessions(self) -> None:
        """Let nobody find any session so far again; for the faults of `nemomusic.testing`."""
        self._run("UPDATE sessions SET user_id = ''")

    def save_session(self, session: Session) -> None:
        """Keep what a session holds now."""
        self._run(
            "UPDATE sessions SET draft = ?, canvas = ?, memory = ? WHERE session_id = ?",
            session.draft,
            compact(session.canvas),
            compact(session.memory),
            session.session_id,
        )

    # files

    def add_assets(self, assets: Iterable[Asset]) -> None:
        """Keep files, all or none."""
        self._run("BEGIN")
        try:
            for one in assets:
                self._run(
                    f"INSERT INTO assets ({_ASSET}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - a constant
                    *attrs.astuple(one)[:-1],
                    compact(one.info),
                )
        except BaseException:
            self._run("ROLLBACK")
            raise
        self._run("COMMIT")

    def asset(self, key: str) -> Asset | None:
        """A file by its key."""
        row = self._one(f"SELECT {_ASSET} FROM assets WHERE asset = ?", key)  # noqa: S608
        return None if row is None else _asset(row)

    def known_asset(self, key: str) -> Asset:
        """A file that is known to be there: files are never deleted."""
        asset = self.asset(key)
        if asset is None:
            raise LookupError(key)
        return asset

    def assets(self, session_id: str, origin: str) -> list[Asset]:
        """A session's files of one origin, in the order they came."""
        rows = self._db.execute(
            f"SELECT {_ASSET} FROM assets WHERE session_id = ? AND origin = ? ORDER BY seq",  # noqa: S608
            (session_id, origin),
        )
        return [_asset(row) for row in rows]

    def sight(self, content: str) -> dict[str, Any] | None:
        """What was seen in the file with this content hash."""
        row = self._one("SELECT sight FROM sights WHERE hash = ?", content)
        return None if row is None else json.loads(row[0])

    def save_sight(self, content: str, sight: dict[str, Any]) -> None:
        """Remember what was seen: looking takes time."""
        self._run("INSERT OR REPLACE INTO sights VALUES (?, ?)", content, compact(sight))

    # messages

    def begin_message(
        self, session_id: str, user_id: str, text: str, *, price: int, now: float
    ) -> int:
        """A message was accepted; its price is frozen with it. Gives its number."""
        self._run("BEGIN IMMEDIATE")
        cursor = self._db.execute(
            "INSERT INTO messages (session_id, user_id, text, price, accepted) "
            "VALUES (?, ?, ?, ?, ?)",
            (session_id, user_id, text, price, now),
        )
        self.move_credits(user_id, available=-price, frozen=price, spent=0)
        self._run("COMMIT")
        return int(cursor.lastrowid or 0)

    def end_message(self, number: int, outcome: str, *, spend: bool, now: float) -> int:
        """A message is over: spend what was frozen, or give it back. Gives what was spent."""
        user_id, price = self._one("SELECT user_id, price FROM messages WHERE seq = ?", number)
        self._run("BEGIN IMMEDIATE")
        self._run("UPDATE messages SET outcome = ?, ended = ? WHERE seq = ?", outcome, now, number)
        self.move_credits(
            user_id,
            available=0 if spend else price,
            frozen=-price,
            spent=price if spend else 0,
        )
        self._run("COMMIT")
        return int(price) if spend else 0

    def unfinished_messages(self) -> list[int]:
        """Messages that an earlier run of the backend never finished."""
        return [n for (n,) in self._db.execute("SELECT seq FROM messages WHERE outcome IS NULL")]

    # renders

    def add_render(self, render: Render) -> bool:
        """Keep a new job; False if the id was used before."""
        try:
            self._run(
                f"INSERT INTO renders ({_RENDER}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                *attrs.astuple(render),
            )
        except sqlite3.IntegrityError:
            return False
        return True

    def render(self, render_id: str, user_id: str) -> Render | None:
        """A user's own job."""
        row = self._one(
            f"SELECT {_RENDER} FROM renders WHERE render_id = ? AND user_id = ?",  # noqa: S608
            render_id,
            user_id,
        )
        return None if row is None else Render(*row)

    def save_render(self, render: Render, *, cancelled: bool = False) -> None:
        """Keep how a job stands."""
        self._run(
            "UPDATE renders SET status = ?, progress = ?, error = ?, asset = ?, duration = ?, "
            "size = ?, completed = ?, cancelled = ? WHERE render_id = ?",
            render.status,
            render.progress,
            render.error,
            render.asset,
            render.duration,
            render.size,
            render.completed,
            cancelled,
            render.render_id,
        )

    def unfinished_renders(self) -> list[Render]:
        """Jobs that an earlier run of the backend never finished."""
        rows = self._db.execute(
            f"SELECT {_RENDER} FROM renders WHERE status IN ('pending', 'processing') "  # noqa: S608
            "ORDER BY seq"
        )
        return [Render(*row) for row in rows]

    def count_download(self, asset: str) -> str | None:
        """Count that a film was fetched; gives its job's id, None if it is no film."""
        self._run("UPDATE renders SET downloads = downloads + 1 WHERE asset = ?", asset)
        row = self._one("SELECT render_id FROM renders WHERE asset = ?", asset)
        return None if row is None else str(row[0])
