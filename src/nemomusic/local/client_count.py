"""Count the clients that share a backend which one of them has started."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class ClientCount:
    """The number of clients that use one started backend. The last client to leave closes it.

    Args:
        end: Closes the backend.
    """

    def __init__(self, end: Callable[[], Awaitable[None]]) -> None:
        self._end = end
        self._clients = 0

    def add(self) -> None:
        """Count one more client."""
        self._clients += 1

    async def remove(self) -> None:
        """Count one client less, and close the backend after the last one."""
        self._clients -= 1
        if self._clients == 0:
            await self._end()
