"""Allow one turn at a time in a session, among the processes that share a journal."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from nemomusic.errors import JobBusyError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from nemomusic.jobs.storage.records import JobStore
    from nemomusic.runtime.clock import Clock

POLL_SECONDS: Final = 0.5
"""Seconds between two tries to take a lease that another process holds."""


class TurnLeases:
    """Gives the right to send in a session.

    Args:
        store: Returns the store of leases, opened when first needed.
        backend: Returns the name of the backend.
        clock: Waits between tries.
    """

    def __init__(
        self, store: Callable[[], Awaitable[JobStore]], backend: Callable[[], str], clock: Clock
    ) -> None:
        self._store = store
        self._backend = backend
        self._clock = clock

    @asynccontextmanager
    async def hold(self, session_id: str) -> AsyncIterator[None]:
        """Hold the lease of a session: wait for other processes' turns, and let later turns wait.

        Raises:
            JournalError: The journal can't be used.
        """
        store = await self._store()
        lease = store.lease(f"turn in {session_id} of {self._backend()}")
        while True:
            try:
                await lease.__aenter__()
            except JobBusyError:
                await self._clock.sleep(POLL_SECONDS)
            else:
                break
        try:
            yield
        finally:
            await lease.__aexit__(None, None, None)
