"""Batches of a blocking client."""

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import TYPE_CHECKING, Self

import attrs

from nemomusic.errors import InputError
from nemomusic.models.values.value import LiveHandle
from nemomusic.sync.jobs import blocking_video

if TYPE_CHECKING:
    import builtins
    import os
    from collections.abc import Callable, Collection, Iterable
    from pathlib import Path

    from nemomusic.batches import batches, order, run
    from nemomusic.batches.order import Order, OutcomeState
    from nemomusic.batches.plan import PlannedOrder, Redo
    from nemomusic.errors import NemoMusicError
    from nemomusic.models.progress import Progress
    from nemomusic.sync.bridge import Bridge
    from nemomusic.sync.jobs import ScoredVideo


@attrs.frozen(kw_only=True)
class OrderOutcome:
    """The outcome of one order. See `nemomusic.OrderOutcome`. Its video has blocking calls.

    Attributes:
        order: The order.
        number: The position of the order in the list, from 1.
        state: `done`, `kept` or `failed`.
        path: The path of the result; None if the order has no usable output.
        video: The result; None if the order failed.
        error: The error; None if the order did not fail.
        job_id: The id of the order's job.
        seconds: Seconds that the order took in this run.
    """

    order: Order
    number: int
    state: OutcomeState
    path: Path | None = None
    video: ScoredVideo | None = None
    error: NemoMusicError | None = None
    job_id: str | None = None
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the result is on disk."""
        return self.error is None

    def __str__(self) -> str:
        return f"{self.order.label}: {self.error or self.path}"


class BatchRun(LiveHandle):
    """A batch under way: an iterator of outcomes. See `nemomusic.BatchRun`."""

    _instead = "Keep the orders: a batch that is run again continues where it stopped."

    def __init__(self, bridge: Bridge, inner: run.BatchRun) -> None:
        self._bridge = bridge
        self._inner = inner

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> OrderOutcome:
        outcome = self._bridge.run(self._next())
        if outcome is None:
            raise StopIteration
        video = outcome.video
        return OrderOutcome(
            order=outcome.order,
            number=outcome.number,
            state=outcome.state,
            path=outcome.path,
            video=None if video is None else blocking_video(self._bridge, video),
            error=outcome.error,
            job_id=outcome.job_id,
            seconds=outcome.seconds,
        )

    async def _next(self) -> order.OrderOutcome | None:
        return await anext(self._inner, None)

    @property
    def left(self) -> int:
        """The number of orders that were not begun, or can be resumed."""
        return self._inner.left

    @property
    def paused(self) -> NemoMusicError | None:
        """The error because of which the batch has stopped before its end, or None."""
        return self._inner.paused

    @property
    def concurrency(self) -> int:
        """The number of orders that may run at once now. It is lower for a while after a 429."""
        return self._inner.concurrency

    def gone(self) -> list[Path]:
        """Return outputs of earlier runs in the batch's folder that no order names any more."""
        return self._bridge.run(self._inner.gone())

    def drain(self) -> None:
        """Begin no further order. Finish the running orders, and then end the iteration."""
        self._bridge.call(self._inner.drain)

    def stop(self) -> None:
        """Begin no further order, and stop the running orders, which can be resumed."""
        self._bridge.call(self._inner.stop)

    def close(self) -> None:
        """Stop the batch. The same batch can resume the stopped orders."""
        self._bridge.run(self._inner.aclose())


def _listed(orders: Iterable[Order]) -> list[Order]:
    """Return the orders as a list.

    Raises:
        InputError: The orders are no list.
    """
    from nemomusic.batches.listed_orders import checked_orders

    checked = checked_orders(orders)
    if isinstance(checked, AsyncIterable):
        raise InputError(
            "the blocking client takes no asynchronous iterable", remedy="Pass a list of orders."
        )
    return list(checked)


class Batches:
    """`client.batches`: many clips, each with its own prompt and its own export."""

    def __init__(self, bridge: Bridge, inner: Callable[[], batches.Batches]) -> None:
        self._bridge = bridge
        self._inner = inner

    def run(
        self,
        orders: Iterable[Order],
        *,
        concurrency: int = 8,
        folder: str | os.PathLike[str] | None = None,
        overwrite: bool = False,
        max_credits: float | None = None,
        redo: Collection[Redo] = (),
        on_progress: Callable[[Order, Progress], object] | None = None,
    ) -> BatchRun:
        """Put music under many videos, and yield the outcome of each order when it is finished."""
        listed = _listed(orders)
        begun = self._bridge.call(
            lambda: self._inner().run(
                listed,
                concurrency=concurrency,
                folder=folder,
                overwrite=overwrite,
                max_credits=max_credits,
                redo=redo,
                on_progress=on_progress,
            )
        )
        return BatchRun(self._bridge, begun)

    def plan(
        self,
        orders: Iterable[Order],
        *,
        folder: str | os.PathLike[str] | None = None,
        overwrite: bool = False,
        redo: Collection[Redo] = (),
    ) -> builtins.list[PlannedOrder]:
        """Return what `run` would do with each order. Nothing is sent, nothing is spent."""
        return self._bridge.run(
            self._inner().plan(_listed(orders), folder=folder, overwrite=overwrite, redo=redo)
        )

    @property
    def price(self) -> float:
        """The approximate price of a message, in credits."""
        return self._bridge.call(lambda: self._inner().price)
