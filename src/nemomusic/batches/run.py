"""Carry out the orders of a batch, a limited number at a time, and yield their outcomes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

from nemomusic import errors
from nemomusic.batches.order_worker import PAUSING
from nemomusic.batches.plan import KEY_PREFIX, key_of
from nemomusic.models.values.value import LiveHandle
from nemomusic.runtime.open_file_limit import check_file_limit

if TYPE_CHECKING:
    from pathlib import Path

    from nemomusic.batches.listed_orders import ListedOrders
    from nemomusic.batches.order import Order, OrderOutcome
    from nemomusic.batches.order_worker import OrderWorker
    from nemomusic.batches.output_names import OrderOutput


class BatchRun(LiveHandle):
    """A batch under way: an asynchronous iterator of outcomes.

    Use it with `async for`, and with `async with` if the loop may be left early.

    Attributes:
        paused: The error because of which the batch has stopped before its end, or None.
        left: The number of orders that were not begun, or can be resumed.
    """

    _instead = "Keep the orders: a batch that is run again continues where it stopped."
    paused: errors.NemoMusicError | None
    left: int

    def __init__(self, orders: ListedOrders, worker: OrderWorker) -> None:
        self._orders = orders
        self._worker = worker
        self._tools = worker.tools
        self._options = worker.options
        self._outcomes: asyncio.Queue[OrderOutcome | None] = asyncio.Queue()
        self._feeder: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._draining = asyncio.Event()
        self._failure: BaseException | None = None
        self._over = False
        self.paused = None
        self.left = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> OrderOutcome:
        """Return the next outcome.

        Raises:
            BatchPausedError: The batch has stopped before its end.
            JournalError: The journal can't be used.
        """
        if self._over:
            failure, self._failure = self._failure, None
            if failure is not None:
                raise failure
            raise StopAsyncIteration
        if self._feeder is None:
            self._feeder = asyncio.create_task(self._feed(), name="nemomusic-batch")
        try:
            outcome = await self._outcomes.get()
        except asyncio.CancelledError:
            await self.aclose()
            self._failure = errors.ConfigurationError(
                "the batch was stopped when the wait for its next outcome was canceled",
                remedy="To wait for a limited time, keep a task of the wait and use "
                "asyncio.wait(). Run the batch again to go on.",
            )
            raise
        if outcome is not None:
            return outcome
        self._over = True
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        if self.paused is not None:
            raise errors.BatchPausedError(
                f"the batch has stopped with {self.left} orders left: {self.paused.message}",
                left=self.left,
                remedy=self.paused.remedy,
            ) from self.paused
        raise StopAsyncIteration

    def drain(self) -> None:
        """Begin no further order. Finish the running orders, and then end the iteration."""
        self._draining.set()

    def stop(self) -> None:
        """Begin no further order, and stop the running orders, which can be resumed.

        The iteration ends when the running orders have stopped.
        """
        self._draining.set()
        for task in self._tasks:
            task.cancel()

    async def aclose(self) -> None:
        """Stop the batch. The same batch can resume the stopped orders. Raises nothing."""
        self._over = True
        feeder, self._feeder = self._feeder, None
        for task in [*([feeder] if feeder else []), *self._tasks]:
            task.cancel()
        while self._tasks or (feeder is not None and not feeder.done()):
            await asyncio.wait([*self._tasks, *([feeder] if feeder else [])])

    @property
    def concurrency(self) -> int:
        """The number of orders that may run at once now. It is lower for a while after a 429."""
        return int(self._tools.concurrency_limit.limit)

    # -------------------------------------------------------------- feeding

    async def _feed(self) -> None:
        try:
            check_file_limit()
            if self._tools.budget is not None:
                await self._tools.budget.begin()
            number = 0
            async for order, output in self._orders.with_outputs(self._draining):
                number += 1
                if self._stopped:
                    self.left += 1
                    continue
                await self._begin(order, number, output)
            while self._tasks:
                await asyncio.wait(list(self._tasks))
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - raised to the caller
            self._failure = error
            if isinstance(error, asyncio.CancelledError):
                for task in self._tasks:
                    task.cancel()
            while self._tasks:  # if the caller's iterable failed, the paid orders are finished
                await asyncio.wait(list(self._tasks))
        finally:
            self._outcomes.put_nowait(None)

    @property
    def _stopped(self) -> bool:
        return self.paused is not None or self._draining.is_set()

    async def _begin(self, order: Order, number: int, output: OrderOutput) -> None:
        await self._tools.concurrency_limit.begin()
        if self._stopped:
            self.left += 1
            self._tools.concurrency_limit.end()
            return
        task = asyncio.create_task(
            self._carry_out(order, number, output), name="nemomusic-batch-order"
        )
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def _carry_out(self, order: Order, number: int, output: OrderOutput) -> None:
        try:
            outcome = await self._worker.carry_out(order, number, output)
        except PAUSING as error:
            self.paused = self.paused or error
            self.left += 1
        else:
            self._outcomes.put_nowait(outcome)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._tools.concurrency_limit.end()
        if task.cancelled():
            self.left += 1
        elif (error := task.exception()) is not None:
            self._failure = self._failure or error  # a bug, or a journal that can't be used
            self._draining.set()

    async def gone(self) -> list[Path]:
        """Return results of earlier runs in the batch's folder that no order names any more.

        Raises:
            JournalError: The journal can't be read.
        """
        folder = self._options.folder
        here = None if folder is None else await self._orders.keys()
        if folder is None or here is None:
            return []
        store = await self._tools.driver.store()
        prefix = await self._tools.executor.run(lambda: key_of(folder.resolve() / "x")[:-1])
        paths = [
            folder / key.removeprefix(KEY_PREFIX)
            for key in await store.keys(self._tools.driver.backend, prefix)
            if key not in here
        ]
        return await self._tools.executor.run(lambda: [path for path in paths if path.exists()])
