"""Find the clips that the embedded backend would refuse, without sending them."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from nemomusic.errors import SourceError

if TYPE_CHECKING:
    from nemomusic.batches.order import Order
    from nemomusic.batches.plan import PlannedOrder
    from nemomusic.local.workers.engine import Engine


async def with_unreadable(
    planned: list[PlannedOrder], *, allow_partial: bool
) -> list[PlannedOrder]:
    """Return the plan, in which a new order with an unreadable clip is bad.

    The embedded backend reads each clip in the same way when the clip arrives.

    Raises:
        LocalBackendError: The extra `local` is not installed, or no worker process can be started.
    """
    from nemomusic.local.workers.pool import WorkerEngine, check_installed

    check_installed()
    async with AsyncExitStack() as stack:
        engine = WorkerEngine(allow_partial=allow_partial)
        stack.push_async_callback(engine.close)
        return list(await asyncio.gather(*(_checked(one, engine) for one in planned)))


async def _checked(plan: PlannedOrder, engine: Engine) -> PlannedOrder:
    from nemomusic.engine.errors import MediaError

    if plan.state not in {"new", "redo"}:
        return plan
    for clip in _files(plan.order):
        try:
            await engine.probe(clip.absolute())
        except MediaError as error:
            unusable = SourceError(error.message.removesuffix("."), remedy=error.remedy)
            return attrs.evolve(plan, state="bad", error=unusable)
    return plan


def _files(order: Order) -> list[Path]:
    """Return the clips of an order of the command line. Addresses are not downloaded."""
    sources = order.source if isinstance(order.source, list) else [order.source]
    names = [one for one in sources if isinstance(one, str)]
    return [Path(one) for one in names if not one.lower().startswith(("https://", "http://"))]
