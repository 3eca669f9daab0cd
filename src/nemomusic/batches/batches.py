"""`client.batches`: many clips, each with its own prompt and its own export."""

from __future__ import annotations

import asyncio
import os
from numbers import Real
from operator import index
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from nemomusic import errors
from nemomusic.batches.adaptive_concurrency import AdaptiveConcurrency
from nemomusic.batches.credit_limit import FIRST_PRICE, CreditLimit
from nemomusic.batches.listed_orders import ListedOrders
from nemomusic.batches.order_worker import BatchOptions, BatchTools, OrderWorker
from nemomusic.batches.output_names import OutputNames
from nemomusic.batches.plan import Redo, check_home
from nemomusic.batches.run import BatchRun
from nemomusic.conversation.readings import read_credits

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Callable, Collection, Iterable

    from nemomusic.batches.order import Order
    from nemomusic.batches.plan import PlannedOrder
    from nemomusic.jobs.driver import JobDriver
    from nemomusic.models.progress import Progress
    from nemomusic.resources.registry import Resources


def _counted(concurrency: int) -> int:
    """Return a number of orders; other libraries' whole numbers are taken too."""
    try:
        number = 0 if isinstance(concurrency, bool) else index(concurrency)
    except TypeError:
        number = 0
    if number < 1:
        raise errors.InputError(
            f"concurrency is {concurrency!r}", remedy="Pass a whole number of at least 1."
        )
    return number


def _check_credits(max_credits: object) -> None:
    if max_credits is None:
        return
    fits = False
    if not isinstance(max_credits, bool) and isinstance(max_credits, Real):
        fits = not max_credits < 0 and max_credits < float("inf")  # false for NaN
    if not fits:
        raise errors.InputError(
            f"max_credits is {max_credits!r}", remedy="Pass a number of credits, or None."
        )


def _check_redo(redo: Collection[Redo]) -> None:
    known = get_args(Redo)
    if isinstance(redo, str) or not set(redo) <= set(known):
        raise errors.InputError(
            f"redo is {redo!r}", remedy=f"Pass a list of {', '.join(map(repr, known))}."
        )


def _checked_folder(folder: str | os.PathLike[str] | None) -> Path | None:
    if folder is None:
        return None
    if not isinstance(folder, str | os.PathLike):
        raise errors.OutputError(
            f"folder is a path, not {type(folder).__name__}", remedy="Pass a path."
        )
    path = Path(os.fsdecode(folder))
    check_home(path)
    return path


def _listed(orders: Iterable[Order] | AsyncIterable[Order], worker: OrderWorker) -> ListedOrders:
    options = worker.options
    names = OutputNames(options.folder, worker.tools.executor, overwrite=options.overwrite)
    return ListedOrders(orders, names)


class Batches:
    """Puts music under many clips at once. Each order becomes a job: see `client.jobs`.

    With a journal, a batch can be continued after a crash. The same call continues the batch, keeps
    finished outputs, and sends no accepted message again.
    """

    def __init__(
        self, driver: JobDriver, resources: Resources, *, highest_price: float | None
    ) -> None:
        self._driver = driver
        self._resources = resources
        self._highest_price = highest_price  # 0: messages are free; None: only the service knows

    def run(
        self,
        orders: Iterable[Order] | AsyncIterable[Order],
        *,
        concurrency: int = 8,
        folder: str | os.PathLike[str] | None = None,
        overwrite: bool = False,
        max_credits: float | None = None,
        redo: Collection[Redo] = (),
        on_progress: Callable[[Order, Progress], object] | None = None,
    ) -> BatchRun:
        """Put music under many videos, and yield the outcome of each order when it is finished.

            async for outcome in client.batches.run(orders, folder="scored"):
                print(outcome)

        An order that fails does not stop the others. When the credits or the budget are used up,
        the orders under way are finished, and the iteration raises `BatchPausedError`.

        Args:
            orders: The orders. An asynchronous iterable may yield them over time.
            concurrency: The highest number of orders at once. After a 429, the batch runs fewer
                orders at once for a while.
            folder: The folder of all outputs. An output outside of this folder is refused.
            overwrite: Whether files of other programs at the outputs may be replaced (never the
                source).
            max_credits: Credits that this run may spend. Before each message, the batch reserves
                the highest price of a message so far, and 100 credits before the first price is
                known. The service gives only approximate prices. So in the cloud each order can
                exceed the limit by the difference between its price and the reserved price.
            redo: The orders of earlier runs that are repeated with a new message: `"failed"`,
                `"changed"` or `"all"`. Without it, the outcome of an order that changed or failed
                is an error.
            on_progress: Called with an order and each `Progress` of the order. It may be a
                function, or a coroutine function, which is awaited while the work goes on.

        Raises:
            InputError: `concurrency` or `max_credits` makes no sense. An order that makes no sense
                gives an outcome with an error.
            BatchPausedError: While iterating: the credits or the budget are used up.
            BudgetError: While iterating: `max_credits` is below the price of one message.
            JournalError: While iterating: the journal can't be used.
            ConfigurationError: While iterating: the process may open too few files.
        """
        concurrency = _counted(concurrency)
        _check_credits(max_credits)
        _check_redo(redo)
        if on_progress is not None and not callable(on_progress):
            raise errors.InputError(
                f"on_progress is a function, not {type(on_progress).__name__}",
                remedy="Pass a function of an Order and a Progress, or leave it out.",
            )
        worker = self._worker(
            concurrency,
            max_credits,
            BatchOptions(
                folder=_checked_folder(folder),
                overwrite=overwrite,
                redo=tuple(redo),
                on_progress=on_progress,
            ),
        )
        return BatchRun(_listed(orders, worker), worker)

    async def plan(
        self,
        orders: Iterable[Order],
        *,
        folder: str | os.PathLike[str] | None = None,
        overwrite: bool = False,
        redo: Collection[Redo] = (),
    ) -> list[PlannedOrder]:
        """Return what `run` would do with each order. Nothing is sent, nothing is spent.

        Args:
            orders: As for `run`.
            folder: As for `run`.
            overwrite: As for `run`.
            redo: As for `run`.

        Raises:
            InputError: `orders` is no list of orders, or `redo` holds an unknown word.
            JournalError: The journal can't be read.
        """
        _check_redo(redo)
        options = BatchOptions(
            folder=_checked_folder(folder), overwrite=overwrite, redo=tuple(redo)
        )
        worker = self._worker(1, None, options)
        planned: list[PlannedOrder] = []
        async for order, output in _listed(orders, worker).with_outputs(asyncio.Event()):
            number = len(planned) + 1
            planned.append(await worker.plan(order, number, output, look_only=True))
        return planned

    def _worker(
        self, concurrency: int, max_credits: float | None, options: BatchOptions
    ) -> OrderWorker:
        pipeline = self._resources.pipeline
        cloud = pipeline.settings.is_cloud
        budget = None
        if max_credits is not None:
            # Other backends than the cloud have known prices, so their limit is never exceeded.
            budget = CreditLimit(
                max_credits,
                lambda: read_credits(pipeline),
                price=self.price,
                floor=0.0 if cloud else self.price,
            )
        tools = BatchTools(
            driver=self._driver,
            clock=pipeline.clock,
            executor=pipeline.executor,
            concurrency_limit=AdaptiveConcurrency(concurrency, pipeline.throttle),
            budget=budget,
            cloud=cloud,
        )
        return OrderWorker(tools, options)

    @property
    def price(self) -> float:
        """The approximate price of a message, in credits.

        It is 0 on an embedded backend without `faithful=True`.
        """
        return FIRST_PRICE if self._highest_price is None else self._highest_price
