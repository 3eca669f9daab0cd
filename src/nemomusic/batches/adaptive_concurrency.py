"""Limit the orders that run at once: fewer after a 429, and more again afterward."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nemomusic.transport.throttle import Throttle


class AdaptiveConcurrency:
    """Lets orders begin.

    A 429 halves the limit. Several 429s that come while the same orders are running halve it only
    once. Each order that ends without a 429 raises the limit a little: by about one after as many
    orders as the limit allows.

    Args:
        most: The highest number of orders at once.
        throttle: Counts the 429s of the client.

    Attributes:
        limit: The current limit of orders at once.
    """

    limit: float

    def __init__(self, most: int, throttle: Throttle) -> None:
        self.limit = float(most)
        self._most = most
        self._throttle = throttle
        self._seen = throttle.refusals
        self._running = 0
        self._settling = 0
        self._changed = asyncio.Event()

    @property
    def running(self) -> int:
        """The number of running orders."""
        return self._running

    async def begin(self) -> None:
        """Wait until another order may begin."""
        while self._running >= max(1, int(self.limit)):
            self._changed.clear()
            await self._changed.wait()
            self._adapt()
        self._running += 1

    def end(self) -> None:
        """Note that an order has ended."""
        self._running -= 1
        if not self._adapt():
            self.limit = min(self._most, self.limit + 1.0 / max(1.0, self.limit))
        self._settling = max(0, self._settling - 1)
        self._changed.set()

    def _adapt(self) -> bool:
        """Lower the limit if there were 429s since the last call. Return whether there were."""
        refused = self._throttle.refusals > self._seen
        self._seen = self._throttle.refusals
        if refused and self._settling == 0:
            self.limit = max(1.0, self.limit / 2)
            self._settling = self._running
        return refused
