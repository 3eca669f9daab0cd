"""Events on their way from the task that reads a turn to the task that consumes them."""

from __future__ import annotations

import asyncio

from nemomusic.errors import ConfigurationError
from nemomusic.models.events import Event, Heartbeat, TextEvent

Sized = tuple[Event, int]
"""An event, and its size in bytes."""


class EventBuffer:
    """A queue with a limit in bytes.

    Above the limit, neighboring partial texts are merged and heartbeats are dropped. If that is not
    enough, the reader waits. Then the socket fills, which slows the service down.

    Args:
        limit: Bytes that may be held before the reader waits.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        # Two lists take 0.1 kB where one deque takes 0.8 kB, and thousands of turns may be open.
        self._arrived: list[Sized] = []
        self._next: list[Sized] = []  # older ones, the oldest one last
        self._held = 0
        self._kept = True
        self._ended = False
        self._arrival: asyncio.Future[None] | None = None
        self._room: asyncio.Future[None] | None = None

    @property
    def waiting_for_room(self) -> bool:
        """Whether the reader waits until events are consumed."""
        return self._room is not None

    @property
    def full(self) -> bool:
        """Whether the buffer is over its limit."""
        return self._held > self._limit

    def put(self, events: list[Sized], held: int) -> None:
        """Add events with a total size of `held` bytes."""
        if self._kept and events:
            self._arrived += events
            self._held += held
            self._wake()

    def put_own(self, event: Event) -> None:
        """Add an event of the SDK itself."""
        self.put([(event, 0)], 0)

    def take(self) -> Event | None:
        """Return the next event; None if none is here now."""
        if not self._next:
            if not self._arrived:
                return None
            self._next, self._arrived = self._arrived[::-1], []
        event, size = self._next.pop()
        self._held -= size
        if self._room is not None:
            self._make_room()
        return event

    async def get(self) -> Event | None:
        """Wait for the next event and return it; None after the last one.

        Raises:
            ConfigurationError: Another task is waiting for an event already.
        """
        while (event := self.take()) is None:
            if self._ended:
                return None
            if self._arrival is not None:
                raise ConfigurationError(
                    "a turn is read by one task at a time",
                    remedy="Read it in one task, and pass the events on from there.",
                )
            self._arrival = asyncio.get_running_loop().create_future()
            try:
                await self._arrival
            finally:
                self._arrival = None
        return event

    def end(self) -> None:
        """Mark the end: the consumer sees it after the queued events."""
        self._ended = True
        self._wake()

    def discard(self) -> None:
        """Drop all events from now on, since there is no consumer."""
        self._kept = False
        self._next.clear()
        self._arrived.clear()
        self._held = 0
        self._make_room()

    async def have_room(self) -> bool:
        """Wait until the buffer is below its limit.

        Returns:
            Whether this call had to wait.
        """
        if not self.full:
            return False
        self._merge()
        waited = False
        while self.full and self._kept:
            self._room = asyncio.get_running_loop().create_future()
            await self._room
            waited = True
        return waited

    def _wake(self) -> None:
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)

    def _make_room(self) -> None:
        room = self._room
        if room is not None and (not self._kept or self._held <= self._limit // 2):
            self._room = None
            if not room.done():
                room.set_result(None)

    def _merge(self) -> None:
        """Merge neighboring partial texts, and drop heartbeats."""
        events: list[Sized] = []
        parts: list[str] = []

        def flush() -> None:
            if parts:
                text = "".join(parts)
                parts.clear()
                events.append((TextEvent(text, partial=True), len(text)))

        for event, size in (*reversed(self._next), *self._arrived):
            if type(event) is Heartbeat:
                continue
            if type(event) is TextEvent and event.partial:
                parts.append(event.text)
                continue
            flush()
            events.append((event, size))
        flush()
        self._next, self._arrived = [], events
        self._held = sum(size for _, size in events)
