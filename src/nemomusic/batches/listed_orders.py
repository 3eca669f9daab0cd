"""Read the orders of a batch, and find those that have the same output."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Iterable
from typing import TYPE_CHECKING

from nemomusic import errors
from nemomusic.batches.order import Order

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from nemomusic.batches.output_names import OrderOutput, OutputNames


class ListedOrders:
    """The orders of a batch, as a list or as an asynchronous stream.

    Args:
        orders: The orders.
        names: Finds the orders that have the same output.

    Raises:
        InputError: The value is no list of orders.
    """

    def __init__(self, orders: Iterable[Order] | AsyncIterable[Order], names: OutputNames) -> None:
        self._orders = checked_orders(orders)
        self._names = names

    async def keys(self) -> set[str | None] | None:
        """Return the keys of the orders' outputs; None for a stream, which can be read once."""
        if isinstance(self._orders, AsyncIterable):
            return None
        return set(await self._names.keys(self._orders))

    async def with_outputs(
        self, draining: asyncio.Event
    ) -> AsyncIterator[tuple[Order, OrderOutput]]:
        """Yield the orders and their outputs.

        If two orders of a list have the same output, both are bad. In an asynchronous stream, only
        the second order is bad, since the first order has already begun.

        Args:
            draining: Ends the reading of an asynchronous stream when it is set.

        Raises:
            InputError: The list holds something else.
        """
        if not isinstance(self._orders, AsyncIterable):
            listed = list(self._orders)
            for one in listed:
                _check_order(one)
            for pair in zip(listed, await self._names.of_list(listed), strict=True):
                yield pair
            return
        iterator = aiter(self._orders)
        ended = asyncio.create_task(draining.wait())
        try:
            while True:
                upcoming = asyncio.ensure_future(anext(iterator))
                await asyncio.wait([upcoming, ended], return_when=asyncio.FIRST_COMPLETED)
                if not upcoming.done():
                    upcoming.cancel()
                    await asyncio.wait([upcoming])
                    return
                try:
                    order = upcoming.result()
                except StopAsyncIteration:
                    return
                _check_order(order)
                yield order, await self._names.of_next(order)
        finally:
            ended.cancel()
            close = getattr(iterator, "aclose", None)
            if close is not None:
                await close()


def checked_orders(
    orders: Iterable[Order] | AsyncIterable[Order],
) -> Iterable[Order] | AsyncIterable[Order]:
    """Return the orders of a batch: a list as it is, if it holds orders.

    Raises:
        InputError: The value is no list of orders.
    """
    if isinstance(orders, AsyncIterable):
        return orders
    if not isinstance(orders, Iterable):
        raise _no_orders(f"a {type(orders).__name__}")
    if isinstance(orders, list | tuple):
        for order in orders:
            _check_order(order)
    return orders


def _check_order(order: object) -> None:
    if not isinstance(order, Order):
        raise _no_orders(f"a list that holds a {type(order).__name__}")


def _no_orders(what: str) -> errors.InputError:
    return errors.InputError(
        f"a batch takes a list of orders, not {what}",
        remedy="Pass [nemomusic.Order(source=…, prompt=…), …].",
    )
