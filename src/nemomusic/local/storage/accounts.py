"""Store users, their tokens, and claim links. Only hashes of tokens are stored."""

from __future__ import annotations

import hashlib

from nemomusic.local.storage.database import Database
from nemomusic.local.storage.records import User


def token_hash(token: str) -> str:
    """Return the hash of a token: the text on disk can't be used to call the API."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class AccountTables(Database):
    """The tables of users, tokens and claims."""

    def user(self, user_id: str) -> User | None:
        """Return the user with this id."""
        row = self._one(
            "SELECT user_id, plan, available, frozen FROM users WHERE user_id = ?", user_id
        )
        return None if row is None else User(*row)

    def save_user(self, user_id: str, *, plan: str, available: int) -> None:
        """Make a user, or change an existing one."""
        self._run(
            "INSERT INTO users (user_id, plan, available) VALUES (?, ?, ?) "
            "ON CONFLICT (user_id) DO UPDATE "
            "SET plan = excluded.plan, available = excluded.available",
            user_id,
            plan,
            available,
        )

    def move_credits(self, user_id: str, *, available: int, frozen: int, spent: int) -> None:
        """Add numbers, which may be negative, to a user's three counts."""
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
        """Keep a token of a user.

        Args:
            token: The token. Its hash is kept.
            user_id: The user that it stands for.
            issued: Seconds since the epoch.
            expires: Seconds since the epoch. None means never.
            client_id: The client id of an anonymous user.
            address: The address of an anonymous user.
        """
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
        """Return the user of a token. None if the token is unknown or expired."""
        row = self._one(
            "SELECT user_id, plan, available, frozen FROM users JOIN tokens USING (user_id) "
            "WHERE hash = ? AND (expires IS NULL OR expires > ?)",
            token_hash(token),
            now,
        )
        return None if row is None else User(*row)

    def expire_tokens(self) -> None:
        """Expire all tokens so far. This is for the faults of `nemomusic.testing`."""
        self._run("UPDATE tokens SET expires = 0")

    def tokens_since(self, column: str, value: str, since: float) -> list[float]:
        """Return when anonymous tokens were issued to a client or an address, oldest first.

        Args:
            column: `client_id` or `address`.
            value: The value of this column: the client's id or the address.
            since: Seconds since the epoch.
        """
        column = {"client_id": "client_id", "address": "address"}[column]
        rows = self._all(
            f"SELECT issued FROM tokens WHERE client_id IS NOT NULL AND {column} = ? "  # noqa: S608 - one of two names
            "AND issued > ? ORDER BY issued",
            value,
            since,
        )
        return [issued for (issued,) in rows]

    def add_claim(self, token: str, session_id: str, task_id: str, expires: float) -> None:
        """Keep a claim token."""
        self._run(
            "INSERT INTO claims VALUES (?, ?, ?, ?)",
            token_hash(token),
            session_id,
            task_id,
            expires,
        )
