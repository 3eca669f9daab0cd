"""The rows of a journal's leases: take one, release it, and find out who holds it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nemomusic.errors import JournalError
from nemomusic.jobs.storage.lease import Owner

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from nemomusic.jobs.storage.group_commit import GroupCommit


class LeaseTable:
    """The leases of one opened journal.

    A row whose release could not be written, such as on a full disk, stays in the file. This object
    remembers that the row means nothing, and deletes the row when it can.

    Args:
        path: The file of the journal.
        commits: Runs calls in the thread of the journal.
        sql: Executes a statement, in that thread.
    """

    def __init__(
        self,
        path: Path,
        commits: GroupCommit,
        sql: Callable[[str, tuple[Any, ...]], sqlite3.Cursor],
    ) -> None:
        self._path = path
        self._commits = commits
        self._sql = sql
        self._owner: Owner | None = None
        self._loop: asyncio.AbstractEventLoop | None = None  # of the tasks that hold the leases
        self._left: set[str] = set()  # released, but still in the file

    async def take(self, name: str, also: Callable[[], object] | None = None) -> str | None:
        """Take a lease. Return the living owner that holds it already, or None.

        Args:
            name: The name of the lease.
            also: Called in the thread of the journal, in the same transaction, if it is taken.

        Raises:
            JournalError: The row can't be written.
        """
        taken = was_left = False
        self._loop = asyncio.get_running_loop()

        def write() -> str | None:
            nonlocal taken, was_left
            was_left = was_left or name in self._left  # a failed transaction is written again
            owner = None if was_left else self._owner_of(name)
            taken = owner is None
            if taken:
                self._left.discard(name)
                values = (name, self._own().name)
                self._sql("INSERT OR REPLACE INTO leases VALUES (?, ?)", values)
                if also is not None:
                    also()
            return owner

        try:
            owner = await self._commits.run(write, writes=True)
        except JournalError:  # nothing was written
            if was_left:
                self._left.add(name)
            raise
        except BaseException:  # a cancellation, while the row was written
            if taken:
                self.release(name)
            raise
        for other in tuple(self._left):  # there is space again
            self._delete(other, left=True)
        return owner

    def release(self, name: str) -> None:
        """Release a lease, without waiting until that is written."""
        self._delete(name, left=False)

    def _delete(self, name: str, *, left: bool) -> None:
        def write() -> None:
            if self._owner is None or (left and name not in self._left):  # taken again meanwhile
                return
            self._left.discard(name)
            values = (name, self._owner.name)
            self._sql("DELETE FROM leases WHERE name = ? AND owner = ?", values)

        with suppress(JournalError):  # the journal is closed, which has ended its leases
            self._commits.post(write, lambda _: self._left.add(name))

    async def is_held(self, name: str) -> bool:
        """Return whether a living process holds a lease.

        Raises:
            JournalError: The file can't be used.
        """
        return await self._commits.run(lambda: self._owner_of(name), writes=False) is not None

    def _owner_of(self, name: str) -> str | None:
        row = self._sql("SELECT owner FROM leases WHERE name = ?", (name,)).fetchone()
        if row is None or not self._own().is_alive(owner := str(row[0])):
            return None
        return None if owner == self._own().name and name in self._left else owner

    def _own(self) -> Owner:
        if self._owner is None:
            folder = self._path.with_name(f"{self._path.name}.owners")
            self._owner = Owner(folder, self._is_over)
        return self._owner

    def _is_over(self) -> bool:
        """Return whether the loop was closed with work under way: its tasks will never go on."""
        return self._loop is not None and self._loop.is_closed()

    def close(self) -> None:
        """Give up all leases."""
        if self._owner is not None:
            self._owner.close()
            self._owner = None

    def start_again_in_child(self) -> None:
        """Forget the leases after a fork: they belong to the parent."""
        if self._owner is not None:
            self._owner.forget_in_child()
            self._owner = None
        self._left = set()
