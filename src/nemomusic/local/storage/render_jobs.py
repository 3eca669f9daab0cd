"""Store render jobs."""

from __future__ import annotations

import sqlite3
from typing import Final

import attrs

from nemomusic.local.storage.database import Database
from nemomusic.local.storage.records import Render

_RENDER: Final = ", ".join(field.name for field in attrs.fields(Render))


class RenderJobTable(Database):
    """The table of render jobs."""

    def add_render(self, render: Render) -> bool:
        """Keep a new job. Return False if its id was used before."""
        try:
            self._run(
                f"INSERT INTO renders ({_RENDER}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                *attrs.astuple(render),
            )
        except sqlite3.IntegrityError:
            return False
        return True

    def render_exists(self, render_id: str) -> bool:
        """Return whether the id of a job was used before, by any user."""
        return self._one("SELECT 1 FROM renders WHERE render_id = ?", render_id) is not None

    def render(self, render_id: str, user_id: str) -> Render | None:
        """Return a user's own job."""
        row = self._one(
            f"SELECT {_RENDER} FROM renders WHERE render_id = ? AND user_id = ?",  # noqa: S608
            render_id,
            user_id,
        )
        return None if row is None else Render(*row)

    def save_render(self, render: Render, *, cancelled: bool = False) -> None:
        """Keep the status of a job."""
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
        """Return the jobs that an earlier run of the backend never finished."""
        rows = self._all(
            f"SELECT {_RENDER} FROM renders WHERE status IN ('pending', 'processing') "  # noqa: S608
            "ORDER BY seq"
        )
        return [Render(*row) for row in rows]

    def count_download(self, asset: str) -> str | None:
        """Count a download of a video.

        Return the id of its job, or None if it belongs to no job.
        """
        self._run("UPDATE renders SET downloads = downloads + 1 WHERE asset = ?", asset)
        row = self._one("SELECT render_id FROM renders WHERE asset = ?", asset)
        return None if row is None else str(row[0])
