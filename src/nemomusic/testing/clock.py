"""Tests without waiting: a clock for clients and backends, and an event loop that uses it."""

from __future__ import annotations

import asyncio
import bisect
import itertools
import selectors
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar, TypeVarTuple, Unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Mapping
    from concurrent.futures import Executor

T = TypeVar("T")
_Args = TypeVarTuple("_Args")

_QUIET_PASSES: Final = 20
"""Passes of a plain loop that other tasks get before time moves on."""
_GRACE_SECONDS: Final = 0.0003
"""Real seconds that the kernel gets to deliver data over loopback."""
_DEADLOCK_SECONDS: Final = 20.0
"""Real seconds without an event or a timer after which a fake loop gives up."""


class FakeClock:
    """A clock for tests: `sleep` lets other tasks run, and moves the time forward at once.

    Several sleepers wake in the order of their times. Pass it as `clock=` to a `Client` and to a
    backend. Retries, polls, deadlines and expiry use this clock. Timeouts of connections and
    `asyncio.timeout` use the event loop's time: `run()` makes those instant too.

    Args:
        start: Seconds since the epoch at the beginning.

    Attributes:
        slept: The seconds of every `sleep`, in order.
    """

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        self._start = start
        self._now = 0.0
        self._count = itertools.count()
        self._waiting: list[tuple[float, int]] = []
        self.slept: list[float] = []

    def time(self) -> float:
        """Return the seconds since the epoch."""
        return self._start + self._now

    def monotonic(self) -> float:
        """Return the seconds since the clock was made."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the time forward."""
        self._now += max(0.0, seconds)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Stop the time within the block: work in another thread takes real time."""
        mine = (self._now, next(self._count))
        bisect.insort(self._waiting, mine)
        try:
            yield
        finally:
            self._waiting.remove(mine)

    async def sleep(self, seconds: float) -> None:
        """Wait until the time has moved on by so many seconds. It can be canceled."""
        self.slept.append(seconds)
        loop = asyncio.get_running_loop()
        if isinstance(loop, FakeTimeLoop) and loop.clock is self:
            await asyncio.sleep(seconds)
            return
        mine = (self._now + max(0.0, seconds), next(self._count))
        bisect.insort(self._waiting, mine)
        try:
            for _ in range(_QUIET_PASSES):
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

    Sockets and threads are real, and the loop waits for them. Only timers take no time. If no timer
    is left, and no socket has data, the loop raises instead of hanging.

    Args:
        clock: The clock that it reads and moves.
    """

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.clock: FakeClock = clock if clock is not None else FakeClock()
        self._in_threads = 0
        super().__init__(_JumpingSelector(self.clock, lambda: self._in_threads > 0))

    def time(self) -> float:
        """Return the seconds of the clock."""
        return self.clock.monotonic()

    def run_in_executor(
        self,
        executor: Executor | None,
        func: Callable[[Unpack[_Args]], T],
        *args: Unpack[_Args],  # noqa: UP044 - inspect can't evaluate a star in a string
    ) -> asyncio.Future[T]:
        """Run a function in a thread, and stop the time until the thread is done."""
        future = super().run_in_executor(executor, func, *args)
        self._in_threads += 1
        future.add_done_callback(self._thread_done)
        return future

    def _thread_done(self, _: object) -> None:
        self._in_threads -= 1

    async def shutdown_default_executor(self, *args: Any) -> None:
        """Shut the executor down. The time does not jump to its time limit."""
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
            ready = self._real.select(_DEADLOCK_SECONDS)
            if not ready and timeout is None and not self._busy():
                raise RuntimeError("deadlock: no timer is left, and no socket has anything to say")
            return ready
        ready = self._real.select(_GRACE_SECONDS)
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
    """Run a coroutine, like `asyncio.run`, in a `FakeTimeLoop`: no wait takes real time.

    Make clients and backends inside with the same clock:

        clock = FakeClock()

        async def main() -> None:
            async with StubBackend(clock=clock) as backend, backend.client() as client:
                ...

        run(main(), clock=clock)
    """
    with asyncio.Runner(loop_factory=lambda: FakeTimeLoop(clock)) as runner:
        return runner.run(main)
