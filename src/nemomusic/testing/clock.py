"""Time that takes none: a clock for clients and backends, and an event loop that lives by it."""

from __future__ import annotations

import asyncio
import bisect
import itertools
import selectors
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

T = TypeVar("T")

_QUIET: Final = 20
"""Passes of a plain loop that everybody else gets before time moves on."""
_GRACE: Final = 0.0003
"""Real seconds that the kernel gets to deliver what was sent over loopback."""
_DEADLOCK: Final = 20.0
"""Real seconds without anything to wait for, after which a fake loop gives up."""


class FakeClock:
    """A clock for tests: `sleep` lets other tasks run, and the time is later at once.

    Several sleepers wake in the order of their times. Pass it as `clock=` to a `Client` and to a
    backend. It governs what waits by this clock: retries, polls, deadlines, expiry. Timeouts of
    connections and `asyncio.timeout` go by the event loop: `run()` makes those instant as well.

    Args:
        start: seconds since the epoch at the beginning.

    Attributes:
        slept: the seconds of every `sleep`, in order.
    """

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        self._start = start
        self._now = 0.0
        self._count = itertools.count()
        self._waiting: list[tuple[float, int]] = []
        self.slept: list[float] = []

    def time(self) -> float:
        """Seconds since the epoch."""
        return self._start + self._now

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Make it later."""
        self._now += max(0.0, seconds)

    async def sleep(self, seconds: float) -> None:
        """Be woken when it is that much later; cancellable."""
        self.slept.append(seconds)
        loop = asyncio.get_running_loop()
        if isinstance(loop, FakeTimeLoop) and loop.clock is self:
            await asyncio.sleep(seconds)
            return
        mine = (self._now + max(0.0, seconds), next(self._count))
        bisect.insort(self._waiting, mine)
        try:
            for _ in range(_QUIET):
                await asyncio.sleep(0)
            while self._now < mine[0]:
                if self._waiting[0] == mine:
                    self._now = mine[0]
                else:
                    await asyncio.sleep(0)
        finally:
            self._waiting.remove(mine)


class FakeTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose time jumps to the next timer whenever nothing else is left to do.

    Sockets and threads are real and are waited for; only timers cost no time. When not even a
    timer is left, and no socket says a word, it raises instead of hanging.

    Args:
        clock: what it goes by, and moves.
    """

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.clock = clock if clock is not None else FakeClock()
        self._in_threads = 0
        super().__init__(_JumpingSelector(self.clock, lambda: self._in_threads > 0))

    def time(self) -> float:
        """Seconds, as the clock says."""
        return self.clock.monotonic()

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Any, *args: Any
    ) -> asyncio.Future[Any]:
        """As ever; time stands still until the thread is done."""
        future = super().run_in_executor(executor, func, *args)
        self._in_threads += 1
        future.add_done_callback(self._thread_done)
        return future

    def _thread_done(self, _: object) -> None:
        self._in_threads -= 1

    async def shutdown_default_executor(self, *args: Any) -> None:
        """As ever; its time limit is not to jump by."""
        self._in_threads += 1
        try:
            await super().shutdown_default_executor(*args)
        finally:
            self._in_threads -= 1


class _JumpingSelector(selectors.BaseSelector):
    def __init__(self, clock: FakeClock, busy: Callable[[], bool]) -> None:
        self._real = selectors.DefaultSelector()
        self._clock = clock
        self._busy = busy

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return self._real.select(0)
        if timeout is None or self._busy():
            ready = self._real.select(_DEADLOCK)
            if not ready and timeout is None and not self._busy():
                raise RuntimeError("deadlock: no timer is left, and no socket has anything to say")
            return ready
        ready = self._real.select(_GRACE)
        if not ready:
            self._clock.advance(timeout)
        return ready

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def close(self) -> None:
        self._real.close()

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()


def run(main: Coroutine[Any, Any, T], *, clock: FakeClock | None = None) -> T:
    """Run a coroutine, like `asyncio.run`, in a `FakeTimeLoop`: no wait takes any time.

    Make clients and backends inside with the same clock:

        clock = FakeClock()

        async def main() -> None:
            async with StubBackend(clock=clock) as backend, backend.client() as client:
                ...

        run(main(), clock=clock)
    """
    with asyncio.Runner(loop_factory=lambda: FakeTimeLoop(clock)) as runner:
        return runner.run(main)
