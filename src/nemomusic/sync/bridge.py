"""Run an event loop in a thread, and wait for calls into it."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import weakref
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from nemomusic.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator

_T = TypeVar("_T")
_U = TypeVar("_U")

_POLL: Final = 0.2
"""Seconds between two checks for Ctrl-C on Windows, where a wait for a lock can't be interrupted.
"""


class Bridge:
    """Runs coroutines in a thread that has an event loop, and waits for them.

    The thread starts with the first call. It ends with `close`, or when nothing refers to the
    bridge any more. It does not keep the process alive.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._process = os.getpid()
        self._closed = False
        self._closing = threading.RLock()

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Run a coroutine to its end and return its result.

        When the wait is interrupted (Ctrl-C), the coroutine is canceled and waited for.

        Raises:
            ConfigurationError: The bridge is closed, was made before a fork, or is called from its
                own thread, as a progress callback does. Or the program has ended.
        """
        try:
            loop = self._running_loop()
        except BaseException:
            work.close()
            raise
        future = asyncio.run_coroutine_threadsafe(work, loop)
        try:
            return self._wait(future)
        except CancelledError:
            raise asyncio.CancelledError from None
        except BaseException:
            if not future.done():
                future.cancel()
                self._settle(future)
            raise

    def call(self, function: Callable[[], _T]) -> _T:
        """Run a plain function in the loop's thread and return its result."""

        async def called() -> _T:
            return function()

        return self.run(called())

    def iterate(
        self, items: Callable[[], AsyncIterator[_T]], convert: Callable[[_T], _U]
    ) -> Iterator[_U]:
        """Yield what an asynchronous iterator yields."""
        iterator = self.call(items)
        try:
            while True:
                try:
                    item = self.run(_next(iterator))
                except StopAsyncIteration:
                    return
                yield convert(item)
        finally:
            close = getattr(iterator, "aclose", None)
            if close is not None and not self._closed:
                self.run(_closed(close))

    def reopen(self) -> None:
        """Allow calls again after `close`: the next call starts another thread."""
        if self._process == os.getpid():
            with self._closing:
                self._closed = False

    def close_after(self, last: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a last coroutine, stop the loop, and end its thread.

        A second call does nothing. If another thread is closing, the call waits for that thread.

        Raises:
            ConfigurationError: The bridge was made before a fork, or is called from its own thread.
        """
        if sys.is_finalizing():
            return  # such as in a `__del__`: the thread is gone, and the connections with it
        if self._process != os.getpid() or threading.current_thread() is self._thread:
            self.run(last())  # which says what is wrong
            return
        with self._closing:
            if self._closed:
                return
            try:
                self.run(last())
            finally:
                self.close()

    def close(self) -> None:
        """Stop the loop and end its thread."""
        self._closed = True
        loop, thread = self._loop, self._thread
        self._loop = self._thread = None
        if loop is None or thread is None or self._process != os.getpid():
            return
        loop.call_soon_threadsafe(loop.stop)
        if threading.current_thread() is not thread:
            thread.join()

    @staticmethod
    def _wait(future: Future[_T]) -> _T:
        if os.name != "nt":
            return future.result()
        while True:
            try:
                return future.result(timeout=_POLL)
            except TimeoutError:
                if future.done():
                    raise  # the work raised it itself

    @staticmethod
    def _settle(future: Future[Any]) -> None:
        """Wait until canceled work has ended, and ignore its outcome."""
        done = threading.Event()
        future.add_done_callback(lambda _: done.set())
        done.wait()

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._process != os.getpid() and self._loop is None and not self._closed:
            self._process, self._starting = os.getpid(), threading.Lock()  # not used before
        if self._process != os.getpid():
            raise ConfigurationError(
                "this client was made before a fork", remedy="Make a client in each process."
            )
        if self._closed:
            raise ConfigurationError("the client is closed", remedy="Use it inside `with`.")
        if sys.is_finalizing():  # Python runs no other thread any more: the wait would not end
            raise ConfigurationError(
                "the program has ended", remedy="Finish the work before the end of the program."
            )
        with self._starting:
            if self._loop is None:
                self._loop = self._start()
            if threading.current_thread() is self._thread:
                raise ConfigurationError(
                    "a call of the blocking client was made in its own thread",
                    remedy="Make no calls in a progress callback; hand the work to a thread.",
                )
            return self._loop

    def _start(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.new_event_loop()

        def serve() -> None:
            asyncio.set_event_loop(loop)
            try:
                loop.run_forever()
            finally:
                try:
                    left = asyncio.all_tasks(loop)
                    for task in left:
                        task.cancel()
                    if left:
                        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
                    loop.run_until_complete(loop.shutdown_asyncgens())
                finally:
                    loop.close()

        self._thread = threading.Thread(target=serve, name="nemomusic-sync", daemon=True)
        self._thread.start()
        weakref.finalize(self, _stop, loop).atexit = False
        return loop


def _stop(loop: asyncio.AbstractEventLoop) -> None:
    with suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(loop.stop)


async def _next(iterator: AsyncIterator[_T]) -> _T:
    return await anext(iterator)


async def _closed(close: Callable[[], Coroutine[Any, Any, None]]) -> None:
    await close()
