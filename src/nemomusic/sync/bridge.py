"""Run an event loop in a thread, and wait for calls into it."""

from __future__ import annotations

import asyncio
import inspect
import os
import sys
import threading
import weakref
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast

from nemomusic.errors import ConfigurationError, NemoMusicError
from nemomusic.runtime.green_threads import green_library
from nemomusic.sync.loop_thread import LoopThread

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator

_T = TypeVar("_T")
_U = TypeVar("_U")

_POLL_SECONDS: Final = 0.2
"""Seconds after which a wait begins again. A wait for a lock can't be interrupted by Ctrl-C on
Windows, nor by an exception that another thread raises in this one, such as a time limit of
Dramatiq."""
_CLOSED: Final = "the client is closed"
_USE_INSIDE: Final = "Use it inside `with`."


class _Call(Generic[_T]):
    """A coroutine that runs in the loop of another thread.

    `asyncio.run_coroutine_threadsafe` forgets a canceled coroutine at once. This call waits until
    the coroutine has ended, and drops its error if the caller is gone: asyncio would print it.

    Args:
        work: The coroutine.
    """

    def __init__(self, work: Coroutine[Any, Any, _T]) -> None:
        self._work = work
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._result: _T | None = None
        self._over = threading.Event()
        self._error: BaseException | None = None

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the coroutine in a loop that runs in another thread.

        Raises:
            RuntimeError: The loop is closed.
        """
        self._loop = loop
        loop.call_soon_threadsafe(self._begin, loop)

    def wait(self) -> None:
        """Wait until the coroutine has ended. Ctrl-C and a time limit end the wait."""
        while not self._over.wait(_POLL_SECONDS):
            pass

    def give_up(self) -> None:
        """Cancel the coroutine, and wait until it has ended."""
        try:
            if self._loop is None:
                self._drop()
            else:
                self._loop.call_soon_threadsafe(self._cancel)
        except RuntimeError:  # the loop is closed
            self._drop()
        self.wait()

    def result(self) -> _T:
        """Return the result of the coroutine, or raise its error."""
        error, self._error = self._error, None
        if error is not None:
            if isinstance(error, NemoMusicError) and error.remedy:
                error.remedy = error.remedy.replace("`async with", "`with").replace("`await ", "`")
            try:
                raise error
            finally:
                del error  # its frames refer to this one
        return cast("_T", self._result)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._over.is_set():
            self._task = loop.create_task(self._run())
            self._task.add_done_callback(self._end)

    async def _run(self) -> None:
        try:
            self._result = await self._work
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            self._error = error

    def _cancel(self) -> None:
        if self._task is None:  # Ctrl-C came before `_begin` was scheduled
            self._drop()
        else:
            self._task.cancel()

    def _end(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():  # before its first step
            self._drop()
        self._over.set()

    def _drop(self) -> None:
        if not self._over.is_set():
            self._work.close()
            self._error = asyncio.CancelledError()
            self._over.set()


class Bridge:
    """Runs coroutines in a thread that has an event loop, and waits for them.

    The thread starts with the first call. It ends with `close`, or when nothing refers to the
    bridge any more. It does not keep the process alive.
    """

    def __init__(self) -> None:
        self._thread: LoopThread | None = None
        self._end: weakref.finalize[..., Any] | None = None
        self._closed = False
        self._make_locks()

    def _make_locks(self) -> None:
        self._process = os.getpid()
        self._library = green_library()
        self._starting = threading.Lock()
        self._closing = threading.RLock()

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Run a coroutine to its end and return its result.

        When the wait is interrupted (Ctrl-C), the coroutine is canceled and waited for.

        Raises:
            ConfigurationError: The bridge is closed, was made before a fork, or is called from its
                own thread, as a progress callback does. Or the program has ended.
        """
        call = _Call(work)
        try:
            call.begin(self._running_loop())
            call.wait()
        except BaseException as error:
            call.give_up()
            if isinstance(error, RuntimeError):  # another thread has just closed the loop
                raise ConfigurationError(_CLOSED, remedy=_USE_INSIDE) from error
            raise
        return call.result()

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
            # A turn is its own iterator and goes on when its reader stops: nothing is closed there.
            # The garbage collector may run this in the loop's thread: then the loop closes it.
            here = self._in_own_thread() or sys.is_finalizing()
            if inspect.isasyncgen(iterator) and not self._closed and not here:
                self.run(_closed(cast("AsyncGenerator[Any, None]", iterator)))

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
        if self._process != os.getpid() or self._in_own_thread():
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
        thread, self._thread = self._thread, None
        if thread is not None and self._end is not None and self._end.detach() is not None:
            thread.release(wait=True)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        unused = self._thread is None and not self._closed
        if unused and (self._process != os.getpid() or self._library != green_library()):
            self._make_locks()  # they belong to the parent process, or are not gevent's
        if self._process != os.getpid():
            raise ConfigurationError(
                "this client was made before a fork", remedy="Make a client in each process."
            )
        if self._closed:
            raise ConfigurationError(_CLOSED, remedy=_USE_INSIDE)
        if sys.is_finalizing():  # Python runs no other thread any more: the wait would not end
            raise ConfigurationError(
                "the program has ended", remedy="Finish the work before the end of the program."
            )
        with self._starting:
            if self._thread is None:
                self._thread = LoopThread.take()
                self._end = weakref.finalize(self, self._thread.release)  # discarded, not closed
                self._end.atexit = False
            self._thread.check()
            if self._in_own_thread():
                raise ConfigurationError(
                    "a call of the blocking client was made in its own thread",
                    remedy="Make no calls in a progress callback; hand the work to a thread.",
                )
            return self._thread.loop

    def _in_own_thread(self) -> bool:
        return self._thread is not None and threading.current_thread() is self._thread.thread


async def _next(iterator: AsyncIterator[_T]) -> _T:
    return await anext(iterator)


async def _closed(iterator: AsyncGenerator[Any, None]) -> None:
    await iterator.aclose()
