"""Delete old sessions of a backend's folder, with their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from filelock import FileLock, Timeout

from nemomusic.errors import LocalBackendError
from nemomusic.local.storage.backend_folder import FOLDERS
from nemomusic.local.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path


@attrs.frozen
class CleaningResult:
    """The count of what was deleted, or would be deleted.

    Attributes:
        sessions: The number of sessions.
        files: The number of files.
        bytes: The bytes of these files.
    """

    sessions: int = 0
    files: int = 0
    bytes: int = 0


def clean_folder(
    folder: Path, *, before: float, keep: Collection[str] = (), dry_run: bool = False
) -> CleaningResult:
    """Delete the sessions of a backend that were not used after a given time, with their files.

    Users, credits and the counts of messages are kept.

    Args:
        folder: The folder of the backend, which must not be running.
        before: The time, in seconds since the epoch.
        keep: Ids of sessions that are always kept.
        dry_run: Delete nothing, and only count.

    Raises:
        LocalBackendError: The backend is running, or the folder can't be used.
    """
    if not (folder / "backend.sqlite").exists():
        return CleaningResult()
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise LocalBackendError(
            f"another process is using {folder}",
            remedy="Stop it first.",
            in_use=True,
        ) from None
    except OSError as error:
        raise LocalBackendError(
            f"{folder} can't be used: {error.strerror or error}",
            remedy="Check the rights of the folder.",
        ) from error
    try:
        cleaner = _Cleaner(folder)
        try:
            return cleaner.clean(before, frozenset(keep), dry_run=dry_run)
        finally:
            cleaner.close()
    finally:
        lock.release()


class _Cleaner(Database):
    """The tables, as far as cleaning needs them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "backend.sqlite")
        self._folder = folder

    def clean(self, before: float, keep: frozenset[str], *, dry_run: bool) -> CleaningResult:
        old = {
            session_id
            for session_id, used in self._last_uses()
            if used < before and session_id not in keep
        }
        kept_files = {
            file
            for session_id, file in self._all("SELECT session_id, file FROM assets")
            if session_id not in old
        }
        files = [
            path
            for path in self._files()
            if path.relative_to(self._folder).as_posix() not in kept_files
            and (self._belongs_to(path, old) or path.stat().st_mtime < before)
        ]
        result = CleaningResult(len(old), len(files), sum(path.stat().st_size for path in files))
        if not dry_run:
            self._forget(old)
            for path in (
                files
            ):  # files go after the rows: a crash in between leaves only files without an owner
                path.unlink(missing_ok=True)
        return result

    def _last_uses(self) -> Iterator[tuple[str, float]]:
        """Yield each session with the time of its last use, in seconds since the epoch."""
        rows = self._all(
            "SELECT session_id, max(opened, "
            "coalesce((SELECT max(coalesce(ended, accepted)) FROM messages m"
            " WHERE m.session_id = s.session_id), 0), "
            "coalesce((SELECT max(coalesce(completed, created)) FROM renders r"
            " WHERE r.session_id = s.session_id), 0)) FROM sessions s"
        )
        for session_id, used in rows:
            times = [float(used)]
            for (file,) in self._all("SELECT file FROM assets WHERE session_id = ?", session_id):
                path = self._folder / file
                if path.exists():
                    times.append(path.stat().st_mtime)
            yield session_id, max(times)

    def _files(self) -> Iterator[Path]:
        for name in FOLDERS:
            for path in sorted((self._folder / name).rglob("*")):
                if path.is_file():
                    yield path

    def _belongs_to(self, path: Path, sessions: set[str]) -> bool:
        file = path.relative_to(self._folder).as_posix()
        rows = self._all("SELECT session_id FROM assets WHERE file = ?", file)
        return bool(rows) and all(session_id in sessions for (session_id,) in rows)

    def _forget(self, sessions: set[str]) -> None:
        with self._transaction():
            for session_id in sessions:
                for table in ("assets", "renders", "claims", "sessions"):
                    self._run(f"DELETE FROM {table} WHERE session_id = ?", session_id)  # noqa: S608
            self._run("DELETE FROM analyses WHERE hash NOT IN (SELECT hash FROM assets)")
            self._run("DELETE FROM scores WHERE asset NOT IN (SELECT asset FROM assets)")
        self._run("VACUUM")
