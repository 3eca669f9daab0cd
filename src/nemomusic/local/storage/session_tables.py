"""Store sessions, their files, and the analyses of the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from nemomusic.engine.score_source import ScoreSource
from nemomusic.engine.types import ClipAnalysis, Probe, RenderResult, ScoreSummary
from nemomusic.local.storage.agent_memory import memory_from_json, memory_to_json
from nemomusic.local.storage.database import Database
from nemomusic.local.storage.drafts import compact, parse_json
from nemomusic.local.storage.records import Asset, SessionRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nemomusic.local.storage.records import Origin

_ASSET: Final = "asset, session_id, user_id, origin, kind, name, hash, file, info, bytes"
_INFO: Final[dict[Origin, type[Probe | ScoreSummary | RenderResult]]] = {
    "upload": Probe,
    "music": ScoreSummary,
    "render": RenderResult,
    "score": ScoreSummary,
}
"""The class of a file's facts, by its origin."""


def _session(row: tuple[Any, ...]) -> SessionRecord:
    *plain, canvas, memory, opened = row
    values: list[Any] = [*plain, parse_json(canvas), memory_from_json(memory), opened]
    return SessionRecord(*values)


def _asset(row: tuple[Any, ...]) -> Asset:
    *plain, info, size = row
    values: list[Any] = [*plain, _INFO[row[3]].from_json(parse_json(info)), size]
    return Asset(*values)


class SessionTables(Database):
    """The tables of sessions, assets, analyses and scores.

    Drafts are stored as their original text.
    """

    def add_session(self, session: SessionRecord) -> None:
        """Keep a new session."""
        self._run(
            "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            session.session_id,
            session.task_id,
            session.user_id,
            session.task_name,
            session.language,
            session.draft,
            compact(session.canvas),
            memory_to_json(session.memory),
            session.opened,
        )

    def count_sessions(self, user_id: str) -> int:
        """Return how many sessions a user has."""
        (count,) = self._one("SELECT count(*) FROM sessions WHERE user_id = ?", user_id)
        return int(count)

    def used_bytes(self, user_id: str) -> int:
        """Return the bytes of all files of a user."""
        (total,) = self._one(
            "SELECT coalesce(sum(bytes), 0) FROM assets WHERE user_id = ?", user_id
        )
        return int(total)

    def session(self, session_id: str, user_id: str) -> SessionRecord | None:
        """Return a user's own session."""
        row = self._one(
            "SELECT * FROM sessions WHERE session_id = ? AND user_id = ?", session_id, user_id
        )
        return None if row is None else _session(row)

    def known_session(self, session_id: str, user_id: str) -> SessionRecord:
        """Return a session that must exist: sessions are never deleted.

        Raises:
            LookupError: There is none.
        """
        session = self.session(session_id, user_id)
        if session is None:
            raise LookupError(session_id)
        return session

    def lose_sessions(self) -> None:
        """Hide all sessions so far. This is for the faults of `nemomusic.testing`."""
        self._run("UPDATE sessions SET user_id = ''")

    def save_session(self, session: SessionRecord) -> None:
        """Store the present content of a session."""
        self._run(
            "UPDATE sessions SET draft = ?, canvas = ?, memory = ? WHERE session_id = ?",
            session.draft,
            compact(session.canvas),
            memory_to_json(session.memory),
            session.session_id,
        )

    def add_assets(self, assets: Iterable[Asset], session: SessionRecord | None = None) -> None:
        """Keep files, all or none, and with them the new content of their session."""
        with self._transaction():
            if session is not None:
                self.save_session(session)
            for one in assets:
                self._run(
                    f"INSERT INTO assets ({_ASSET}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - a constant
                    one.asset,
                    one.session_id,
                    one.user_id,
                    one.origin,
                    one.kind,
                    one.name,
                    one.hash,
                    one.file,
                    compact(one.info.to_json()),
                    one.bytes,
                )

    def asset(self, key: str) -> Asset | None:
        """Return a file by its key."""
        row = self._one(f"SELECT {_ASSET} FROM assets WHERE asset = ?", key)  # noqa: S608
        return None if row is None else _asset(row)

    def known_asset(self, key: str) -> Asset:
        """Return a file that must exist: files are never deleted.

        Raises:
            LookupError: There is none.
        """
        asset = self.asset(key)
        if asset is None:
            raise LookupError(key)
        return asset

    def assets(self, session_id: str, origin: Origin) -> list[Asset]:
        """Return a session's files of one origin, in the order of their arrival."""
        rows = self._all(
            f"SELECT {_ASSET} FROM assets WHERE session_id = ? AND origin = ? ORDER BY seq",  # noqa: S608
            session_id,
            origin,
        )
        return [_asset(row) for row in rows]

    def analysis(self, content: str) -> ClipAnalysis | None:
        """Return the analysis of the file with this content hash."""
        row = self._one("SELECT analysis FROM analyses WHERE hash = ?", content)
        return None if row is None else ClipAnalysis.from_json(parse_json(row[0]))

    def save_analysis(self, content: str, analysis: ClipAnalysis) -> None:
        """Store the analysis of the file with this content hash."""
        self._run(
            "INSERT OR REPLACE INTO analyses VALUES (?, ?)", content, compact(analysis.to_json())
        )

    def score_source(self, asset: str) -> ScoreSource | None:
        """Return the analysis, brief and seed of a piece of music; None if they were not kept."""
        row = self._one("SELECT source FROM scores WHERE asset = ?", asset)
        return None if row is None else ScoreSource.from_json(parse_json(row[0]))

    def has_score_source(self, asset: str) -> bool:
        """Return whether the analysis, brief and seed of a piece of music were kept."""
        return self._one("SELECT 1 FROM scores WHERE asset = ?", asset) is not None

    def save_score_source(self, asset: str, source: ScoreSource) -> None:
        """Store the analysis, brief and seed of a piece of music."""
        self._run("INSERT OR REPLACE INTO scores VALUES (?, ?)", asset, compact(source.to_json()))
