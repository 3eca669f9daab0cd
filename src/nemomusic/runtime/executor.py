"""A small pool of threads for disks and databases.

The event loop's own executor may be full of work that waits for this SDK. Then the SDK would wait
for itself. So it has an executor of its own: bounded, named, made when it is first needed, made
again after a fork, and closed with the client.
"""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import CancelledError
from functools import partial
from typing import TYPE_CHECKING, Final, Generic, ParamSpec, TypeVar

from nemomusic.errors import ConfigurationError
from nemomusic.runtime.clock import wait_done, wait_uncancelled

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ThreadPoolExecutor

_P = ParamSpec("_P")
_T = TypeVar("_T")

THREADS: Final = 4
"""Threads of one pool: enough for an upload, a download and a journal at the same time."""

PATIENCE_SECONDS: Final = 0.5
"""Seconds that a canceled caller waits for the end of a call that would have to be undone."""


def thread_remedy(error: RuntimeError) -> str:
    """Return what to do when Python starts no more threads, by the error that it raised."""
    said = str(error)
    if "shutdown" in said:
        return "Finish the work before the program ends; at its exit it is too late."
    if "interpreter" in said:  # an isolated one
        return "Use the main interpreter of the process, or one that allows threads."
    return "Raise the limit of threads, or run less at the same time."


class Executor:
    """Runs plain functions in threads.

    Args:
        threads: How many threads there may be.
        name: Prefix of the threads' names.
    """

    def __init__(self, threads: int = THREADS, name: str = "nemomusic-io") -> None:
        self._threads = threads
        self._name = name
        self._pool: ThreadPoolExecutor | None = None
        self._process = 0

    async def run(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run a function in a thread and return what it returns.

        When the caller is canceled, a function that has not begun is not run, and one that has
        begun is waited for: a write is never half done.
        """
        return await self.begin(function, *args, **kwargs).result()

    async def run_to_the_end(self, function: Callable[[], object]) -> None:
        """Run a function in a thread, even if the caller is canceled meanwhile, and wait for it.

        If Python starts no more threads, the function runs here.
        """
        try:
            work = asyncio.get_running_loop().run_in_executor(self._pool_here(), function)
        except RuntimeError:
            function()
            return
        await wait_uncancelled(work)
        work.result()

    def begin(
        self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> ThreadCall[_T]:
        """Begin to run a function in a thread, as soon as one is free."""
        return ThreadCall(self._pool_here(), partial(function, *args, **kwargs))

    def close(self) -> None:
        """End the threads when they are done. Calls that have not begun are dropped."""
        pool, self._pool = self._pool, None
        if pool is not None and self._process == os.getpid():
            pool.shutdown(wait=False, cancel_futures=True)

    def _pool_here(self) -> ThreadPoolExecutor:
        if self._pool is None or self._process != os.getpid():
            from concurrent.futures import ThreadPoolExecutor  # many clients need no thread

            self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix=self._name)
            self._process = os.getpid()
        return self._pool


def _undone(undo: Callable[[_T], object], work: asyncio.Future[_T]) -> None:
    """Undo what a call has made, if it has succeeded."""
    if not work.cancelled() and work.exception() is None:
        undo(work.result())


SHARED: Final = Executor()
"""Threads for work that belongs to no client."""


class ThreadCall(Generic[_T]):
    """A call in a thread. It is dropped if its caller gives up before a thread takes it.

    Args:
        pool: The threads.
        function: What to call.

    Raises:
        ConfigurationError: Python starts no more threads, since the program ends, or since the
            system allows no more.
    """

    def __init__(self, pool: ThreadPoolExecutor, function: Callable[[], _T]) -> None:
        self._function = function
        self._taken = threading.Lock()
        try:
            self._work: asyncio.Future[_T] = asyncio.get_running_loop().run_in_executor(
                pool, self._call
            )
        except RuntimeError as error:  # in a function of `atexit`, Python starts no more threads
            raise ConfigurationError(
                f"no thread can be started ({error})", remedy=thread_remedy(error)
            ) from error

    def _call(self) -> _T:
        if not self._taken.acquire(blocking=False):
            raise CancelledError  # the call was dropped: nothing waits for its result
        return self._function()

    async def result(self, *, wait_when_cancelled: bool = True) -> _T:
        """Wait for the end of the call, and return its result.

        When the caller is canceled, a call that has not begun is dropped, and one that has begun
        is waited for.

        Args:
            wait_when_cancelled: Whether one that has begun is waited for.
        """
        try:
            await wait_done(self._work)
        except asyncio.CancelledError:
            if wait_when_cancelled:
                await self.drop_or_wait()
            raise
        return self._work.result()

    async def result_or_undo(self, undo: Callable[[_T], object]) -> _T:
        """Return the result as `result` does, or undo the call if its caller gives up meanwhile.

        A canceled caller waits for the call for a limited time. A call that takes longer is undone
        when it ends.

        Args:
            undo: Closes or removes what the call has made. It gets the call's result.
        """
        try:
            return await self.result(wait_when_cancelled=False)
        except asyncio.CancelledError:
            self._work.add_done_callback(partial(_undone, undo))
            await self.drop_or_wait_within(PATIENCE_SECONDS)
            raise

    async def drop_or_wait(self) -> None:
        """Drop the call if it has not begun; else wait until it has ended, however it ends."""
        if self._taken.acquire(blocking=False):
            self._work.cancel()
            return
        await wait_uncancelled(self._work)
        if not self._work.cancelled():
            self._work.exception()  # retrieved, or asyncio would report it as lost

    async def drop_or_wait_within(self, seconds: float) -> bool:
        """Drop the call if it has not begun; else wait for it, but for a limited time.

        Returns:
            Whether the call is over.
        """
        if self._taken.acquire(blocking=False):
            self._work.cancel()
            return True
        await asyncio.wait([self._work], timeout=seconds)
        if self._work.done() and not self._work.cancelled():
            self._work.exception()
        return self._work.done()
