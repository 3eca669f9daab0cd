"""Store messages and their cost."""

from __future__ import annotations

from typing import Final

from nemomusic.local.storage.accounts import AccountTables
from nemomusic.local.storage.records import TurnRecord, TurnState

_TURN_STATES: Final[dict[str | None, TurnState]] = {
    None: "running",
    "done": "applied",
    "failed": "failed",
}
"""The state for each outcome of a message. Other outcomes are interruptions."""


class MessageTable(AccountTables):
    """The table of messages. Storing a message and freezing its price are one step."""

    def begin_message(
        self, session_id: str, user_id: str, text: str, *, price: int, now: float
    ) -> int:
        """Keep a message that was accepted, and freeze its price. Return its number."""
        with self._transaction():
            cursor = self._run(
                "INSERT INTO messages (session_id, user_id, text, price, accepted) "
                "VALUES (?, ?, ?, ?, ?)",
                session_id,
                user_id,
                text,
                price,
                now,
            )
            self.move_credits(user_id, available=-price, frozen=price, spent=0)
        return int(cursor.lastrowid or 0)

    def end_message(self, number: int, outcome: str, *, spend: int, now: float) -> int:
        """End a message: spend a part of its price, and give the rest back.

        Return the spent credits.
        """
        user_id, price = self._one("SELECT user_id, price FROM messages WHERE seq = ?", number)
        with self._transaction():
            self._run(
                "UPDATE messages SET outcome = ?, ended = ?, spent = ? WHERE seq = ?",
                outcome,
                now,
                price if spend else 0,
                number,
            )
            spent = min(spend, int(price))
            self.move_credits(user_id, available=price - spent, frozen=-price, spent=spent)
        return spent

    def note_owed(self, number: int, owed: int) -> None:
        """Note that a message's work is saved, and what it costs, before the message is ended."""
        self._run("UPDATE messages SET spent = ? WHERE seq = ? AND outcome IS NULL", owed, number)

    def unfinished_messages(self) -> list[tuple[int, int]]:
        """Return the messages that an earlier run never ended, and the credits that each owes."""
        return self._all("SELECT seq, spent FROM messages WHERE outcome IS NULL ORDER BY seq")

    def refund(self, session_id: str) -> int:
        """Give back the credits spent in a session since its last finished export.

        Return the sum.
        """
        with self._transaction():
            (since,) = self._one(
                "SELECT coalesce(max(created), 0) FROM renders "
                "WHERE session_id = ? AND status = 'completed'",
                session_id,
            )
            rows = self._all(
                "SELECT seq, user_id, spent FROM messages "
                "WHERE session_id = ? AND spent > 0 AND ended > ?",
                session_id,
                since,
            )
            for number, user_id, spent in rows:
                self._run("UPDATE messages SET spent = 0 WHERE seq = ?", number)
                self.move_credits(user_id, available=spent, frozen=0, spent=-spent)
        return sum(spent for _, _, spent in rows)

    def turns(self, session_id: str, last: int) -> list[TurnRecord]:
        """Return the outcomes of the last messages of a session, oldest first."""
        (count,) = self._one("SELECT count(*) FROM messages WHERE session_id = ?", session_id)
        rows = self._all(
            "SELECT text, outcome, CASE WHEN outcome IS NULL THEN 0 ELSE spent END "
            "FROM messages WHERE session_id = ? ORDER BY seq DESC LIMIT ?",
            session_id,
            last,
        )
        return [
            TurnRecord(count - back, text, _TURN_STATES.get(outcome, "interrupted"), spent)
            for back, (text, outcome, spent) in enumerate(rows)
        ][::-1]
