"""One thread for one database, in which simultaneous writes share one commit.

A commit waits for the disk. Calls that arrive during a commit wait, and are then written in one
transaction. So a thousand jobs need few commits, and a single job does not wait.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from nemomusic.errors import JournalError
from nemomusic.runtime.clock import wait_uncancelled
from nemomusic.runtime.executor import thread_remedy

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")

MAX_CALLS: Final = 64
"""The largest number of calls in one commit. The first call waits for the last one."""
CALLS_BEFORE_WAIT: Final = 4
"""Number of calls in one commit. Above it, the next commit waits, so that more calls share it."""
GATHERING_SECONDS: Final = 0.0005
"""Seconds that a commit waits for each call of the commits before it. A job makes ten calls that it
waits for, and takes ten times as long by this for each job beside it. That is half of the processor
time of a job, so the jobs together lose nothing: while one waits, the others work.
"""
LONGEST_GATHERING_SECONDS: Final = 0.016
"""Seconds that a commit waits at most."""
BUSY_SECONDS: Final = 30.0
"""Seconds that a call waits for the transactions of other processes."""
CLOSING_SECONDS: Final = 5.0
"""Seconds that a call waits for the transactions of other processes when its journal is closed."""
RESOLVED_AT_ONCE: Final = 4
"""Number of callers that are resumed in one pass of the event loop. More would block the loop.
"""


class _Call:
    __slots__ = (
        "error",
        "failed",
        "function",
        "future",
        "given_up",
        "loop",
        "resolved",
        "result",
        "writes",
    )

    def __init__(
        self,
        function: Callable[[], Any],
        loop: asyncio.AbstractEventLoop | None,
        future: asyncio.Future[Any] | None,
        *,
        writes: bool,
        failed: Callable[[BaseException], object] | None = None,
    ) -> None:
        self.function = function
        self.loop = loop
        self.future = future
        self.writes = writes
        self.failed = failed
        self.given_up = False
        self.resolved = False
        self.result: Any = None
        self.error: BaseException | None = None

    def tell(self) -> None:
        """Report an error to `failed`, once. Runs in the thread, before later calls are made."""
        if self.error is not None and self.failed is not None:
            failed, self.failed = self.failed, None
            failed(self.error)

    def resolve(self) -> None:
        """Resume the caller. This runs in the caller's loop, as all changes of `future` do."""
        self.resolved = True
        future, error = self.future, self.error
        if future is None or future.done():
            return
        if error is None:
            future.set_result(self.result)
        else:
            future.set_exception(error)


class GroupCommit:
    """Runs calls in order, in one thread.

    A call that fails does not affect other calls. When the database refuses a statement, each call
    of its transaction is made again in a transaction of its own.

    Args:
        database: Returns the connection, in the thread.
        explain: Turns an error of the database into the error that callers see.
    """

    def __init__(
        self,
        database: Callable[[], sqlite3.Connection],
        explain: Callable[[sqlite3.Error], JournalError],
    ) -> None:
        self._database = database
        self._explain = explain
        self._clear()

    def _clear(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[_Call] = deque()
        self._draining = False
        self._crowd = 0  # of the thread; halved by each smaller commit, so one of them ends nothing
        self._closed = False
        self._pool: ThreadPoolExecutor | None = None
        self._last: threading.Thread | None = None
        self._process = os.getpid()

    async def run(self, function: Callable[[], _T], *, writes: bool) -> _T:
        """Run a call and return its value.

        Then the written data is on disk. When the caller is canceled, a call that has not begun is
        not made, and one that has begun is waited for. A call that waits for the transaction of
        another process has not begun.

        Raises:
            JournalError: The database can't be read or written, or no thread can be started.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[_T] = loop.create_future()
        call = _Call(function, loop, future, writes=writes)
        self._put(call)
        try:
            return await future
        except asyncio.CancelledError:
            if not call.resolved and not self._withdraw(call):
                call.given_up = True
                call.future = end = loop.create_future()  # the cancellation has ended the first one
                await wait_uncancelled(end)
                end.exception()  # retrieved, or asyncio would report it as lost
            raise

    def post(
        self,
        function: Callable[[], object],
        failed: Callable[[BaseException], object] | None = None,
    ) -> None:
        """Queue a call that writes, without waiting for it.

        `close` makes the calls that still wait.

        Args:
            function: The call.
            failed: Called in the thread with the error of the call, before later calls are made.
        """
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a coroutine that is discarded after its loop was closed
            loop = None
        self._put(_Call(function, loop, None, writes=True, failed=failed))

    def _put(self, call: _Call) -> None:
        with self._lock:
            if self._closed:
                raise JournalError("the journal is closed", remedy="Open it again.")
            self._waiting.append(call)
            if self._draining:
                return
            self._draining = True
        try:
            if call.loop is None:
                # The collector may be discarding this object together with the coroutine. Then the
                # pool's thread has ended, and a call in its queue would keep both alive for ever.
                thread = threading.Thread(target=self._drain, name="nemomusic-journal")
                thread.start()
                self._last = thread
                return
            if self._pool is None:
                self._pool = ThreadPoolExecutor(1, thread_name_prefix="nemomusic-journal")
            # Not `submit`: a test's clock waits for the executor calls of its loop.
            call.loop.run_in_executor(self._pool, self._drain)
        except RuntimeError as error:  # later calls must not wait for a thread that did not start
            with self._lock:
                self._draining = False
                with suppress(ValueError):
                    self._waiting.remove(call)
            raise JournalError(
                f"no thread can be started for the journal ({error})",
                remedy=thread_remedy(error),
            ) from error

    def _withdraw(self, call: _Call) -> bool:
        with self._lock:
            try:
                self._waiting.remove(call)
            except ValueError:
                return False
            return True

    def _drain(self) -> None:
        count = 0
        while True:
            crowd = self._crowd = max(count, self._crowd // 2)
            if crowd >= CALLS_BEFORE_WAIT and not self._closed:
                time.sleep(min(crowd * GATHERING_SECONDS, LONGEST_GATHERING_SECONDS))
            with self._lock:
                if not self._waiting:
                    self._draining = False
                    return
                count = min(MAX_CALLS, len(self._waiting))
                group = [self._waiting.popleft() for _ in range(count)]
            self._transact(group)
            _resolve_all(group)

    def _transact(self, group: list[_Call]) -> None:
        try:
            database = self._database()
        except BaseException as error:  # noqa: BLE001 - given to the callers
            for call in group:
                call.error = error
        else:
            self._make_calls(database, group)
        for call in group:
            call.tell()

    def _make_calls(self, database: sqlite3.Connection, group: list[_Call]) -> None:
        writes = any(call.writes for call in group)
        refused: sqlite3.Error | None = None
        try:
            if writes:
                self._execute(database, "BEGIN IMMEDIATE", group)
            for call in group:
                try:
                    call.result, call.error = self._made(call), None
                except sqlite3.Error as error:
                    refused = error
                    raise
                except BaseException as error:  # noqa: BLE001 - given to the caller
                    call.error = error
                    call.tell()
            if writes:
                self._execute(database, "COMMIT")
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):
                if database.in_transaction:
                    database.execute("ROLLBACK")
            if refused is not None and len(group) > 1:
                for call in group:
                    self._transact([call])
                return
            for call in group:
                call.result, call.error = None, self._explain(error)
                call.error.__cause__ = error

    def _execute(
        self, database: sqlite3.Connection, statement: str, group: list[_Call] | None = None
    ) -> None:
        """Execute a statement as soon as other processes let it.

        Args:
            database: The connection. It waits for a short time only, so that a canceled caller does
                not wait for long.
            statement: The beginning or the end of a transaction.
            group: The calls of a transaction that has not begun. A call that its caller gives up
                meanwhile leaves it.
        """
        began = time.monotonic()
        while True:
            try:
                database.execute(statement)
            except sqlite3.OperationalError as error:
                if not self._goes_on(error, began):
                    raise
                if group is not None and any(call.given_up for call in group):
                    _resolve_all([call for call in group if call.given_up])
                    group[:] = [call for call in group if not call.given_up]
                    if not group:
                        raise
            else:
                return

    def _made(self, call: _Call) -> Any:
        """Make a call, and return its result. A call that only reads waits for other processes."""
        began = time.monotonic()
        while True:
            try:
                return call.function()
            except sqlite3.OperationalError as error:
                if call.writes or not self._goes_on(error, began):
                    raise

    def _goes_on(self, error: sqlite3.OperationalError, began: float) -> bool:
        """Return whether to wait on for other processes."""
        limit = CLOSING_SECONDS if self._closed else BUSY_SECONDS
        return error.sqlite_errorcode == sqlite3.SQLITE_BUSY and time.monotonic() - began < limit

    def close(self) -> None:
        """Make the calls that still wait, and end the thread."""
        with self._lock:
            self._closed = True
        if self._process == os.getpid():
            if self._pool is not None:
                self._pool.shutdown(wait=True)
            if self._last is not None:
                self._last.join()
        self._pool = self._last = None
        self._drain()

    def start_again_in_child(self) -> None:
        """Drop everything after a fork: the thread and the calls belong to the parent."""
        closed = self._closed
        self._clear()
        self._closed = closed


def _resolve_all(calls: list[_Call]) -> None:
    """Resume the callers of calls that have ended, each in its own event loop."""
    for loop in {call.future.get_loop() for call in calls if call.future is not None}:
        ended = [call for call in calls if call.loop is loop]
        with suppress(RuntimeError):  # the loop is closed, so no caller waits
            loop.call_soon_threadsafe(_resolve, loop, ended)


def _resolve(loop: asyncio.AbstractEventLoop, calls: list[_Call]) -> None:
    for call in calls[:RESOLVED_AT_ONCE]:
        call.resolve()
    if len(calls) > RESOLVED_AT_ONCE:
        loop.call_soon(_resolve, loop, calls[RESOLVED_AT_ONCE:])
