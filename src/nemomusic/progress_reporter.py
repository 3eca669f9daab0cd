"""Call a user's progress callback so that no fault in it can harm the work.

The work may be paid for. So a callback that raises, or whose awaitable takes too long, is logged
once and not called again, and the work goes on.
"""

from __future__ import annotations

import asyncio
import inspect
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from nemomusic.errors import InputError
from nemomusic.log import logger
from nemomusic.runtime.clock import wait_uncancelled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable

    from nemomusic.models.progress import Progress, ProgressCallback

SLOW_SECONDS: Final = 5.0
"""Seconds that one awaitable of a callback may take."""
LEAVING_SECONDS: Final = 0.5
"""Seconds that an awaitable may still take after it was canceled."""
MAX_PENDING: Final = 32
"""Calls of a coroutine callback that may wait for earlier calls. Above this number calls are
skipped, but the newest is kept for later.
"""

_TOO_SLOW: Final = f"took over {SLOW_SECONDS:g} s"
_log: Final = logger("jobs")


class ProgressReporter:
    """Calls one callback with each `Progress`.

    A plain function is called at once; one that blocks blocks the event loop. The awaitables of a
    coroutine function are awaited by a task beside the work, one after the other.

    Args:
        callback: The user's function, or None.
    """

    def __init__(self, callback: ProgressCallback | None) -> None:
        self._callback = callback
        self._pending: list[Awaitable[object]] = []  # small: thousands of jobs may wait
        self._skipped: Progress | None = None
        self._task: asyncio.Task[None] | None = None

    def __call__(self, progress: Progress) -> None:
        """Report a step."""
        callback = self._callback
        if callback is None:
            return
        if len(self._pending) >= MAX_PENDING:
            self._skipped = progress
            return
        try:
            result = callback(progress)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - the user's code
            self._give_up(f"raised {type(error).__name__}", error)
            return
        if inspect.isawaitable(result):
            self._pending.append(result)
            if self._task is None:
                task = asyncio.create_task(self._deliver(), name="nemomusic-progress")
                self._task = None if task.done() else task  # an eager task may be over already

    async def _deliver(self) -> None:
        while self._pending:
            awaitable = self._pending.pop(0)
            try:
                async with asyncio.timeout(SLOW_SECONDS) as limit:
                    await awaitable
                if limit.expired():  # the callback has ignored its end
                    self._give_up(_TOO_SLOW, None)
            except TimeoutError as error:
                why = _TOO_SLOW if limit.expired() else "raised TimeoutError"
                self._give_up(why, error)
            except asyncio.CancelledError as error:
                if _cancelled():
                    raise
                self._give_up("raised CancelledError", error)
            except Exception as error:  # noqa: BLE001 - the user's code
                self._give_up(f"raised {type(error).__name__}", error)
            if not self._pending and (skipped := self._skipped) is not None:
                self._skipped = None
                self(skipped)
        self._task = None

    def _give_up(self, why: str, error: BaseException | None) -> None:
        _log.warning(
            "the progress callback %s; it is not called again, and the work goes on",
            why,
            exc_info=error,
        )
        self._callback = None
        self._drop()

    def _drop(self) -> None:
        while self._pending:
            awaitable = self._pending.pop(0)
            if inspect.iscoroutine(awaitable):
                awaitable.close()
        self._skipped = None

    async def close(self, *, patience: float = SLOW_SECONDS) -> None:
        """Wait for the pending awaitables. Those that are still pending after the wait are dropped.

        Args:
            patience: Seconds to wait.
        """
        task = self._task
        if task is None:
            return
        try:
            if patience:
                await asyncio.wait([task], timeout=patience)
        finally:
            self._callback = None
            self._drop()
            if not task.done():
                task.cancel()  # the callback may ignore it: then its task is left alone
                leaving = asyncio.wait([task], timeout=LEAVING_SECONDS)
                await wait_uncancelled(asyncio.ensure_future(leaving))


def _cancelled() -> bool:
    """Return whether the current task itself is being canceled."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


@asynccontextmanager
async def reporting(callback: ProgressCallback | None) -> AsyncIterator[ProgressReporter]:
    """Report to a callback inside the block.

    The reporter of an enclosing piece of work is used unchanged.

    Raises:
        InputError: The callback is not a function.
    """
    if isinstance(callback, ProgressReporter):
        yield callback
        return
    if callback is not None and not callable(callback):
        raise InputError(
            f"on_progress is a function, not {type(callback).__name__}",
            remedy="Pass a function that takes one Progress, or leave it out.",
        )
    reporter = ProgressReporter(callback)
    try:
        yield reporter
    except asyncio.CancelledError:
        await reporter.close(patience=0)
        raise
    except BaseException:
        await reporter.close()
        raise
    await reporter.close()
