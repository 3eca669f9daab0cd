"""The store that survives a restart: one SQLite file in the backend's folder."""

from __future__ import annotations

from nemomusic.local.storage.ledger import Ledger
from nemomusic.local.storage.messages import MessageTable
from nemomusic.local.storage.render_jobs import RenderJobTable
from nemomusic.local.storage.session_tables import SessionTables


class Store(MessageTable, SessionTables, RenderJobTable):
    """Stores users, sessions, files, messages and render jobs."""

    def ledger(self) -> Ledger:
        """Return the counts of all runs so far."""
        ledger = Ledger()
        for session_id, text in self._all("SELECT session_id, text FROM messages ORDER BY seq"):
            ledger.messages.setdefault(session_id, []).append(text)
        (ledger.credits_spent,) = self._one("SELECT coalesce(sum(spent), 0) FROM users")
        for (content,) in self._all("SELECT hash FROM assets WHERE origin = 'upload'"):
            ledger.uploads[content] += 1
        for render_id, cancelled, downloads in self._all(
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
