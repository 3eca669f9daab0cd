"""Find the orders of a dry run whose clips the embedded backend would refuse."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from nemomusic.errors import SourceError

if TYPE_CHECKING:
    from nemomusic.batches.order import Order
    from nemomusic.batches.plan import PlannedOrder


async def with_unreadable(
    planned: list[PlannedOrder], *, allow_partial: bool
) -> list[PlannedOrder]:
    """Return the plan, in which a new order with an unreadable clip is bad.

    Raises:
        LocalBackendError: The extra `local` is not installed, or no worker process can be started.
    """
    from nemomusic.local.workers.unreadable_clips import unreadable_clips

    clips = {clip for one in planned if one.state in {"new", "redo"} for clip in _files(one.order)}
    refused = await unreadable_clips(clips, allow_partial=allow_partial) if clips else {}
    checked = []
    for one in planned:
        bad = next((clip for clip in _files(one.order) if clip in refused), None)
        if bad is not None and one.state in {"new", "redo"}:
            why = refused[bad]
            error = SourceError(why.message.removesuffix("."), remedy=why.remedy)
            checked.append(attrs.evolve(one, state="bad", error=error))
        else:
            checked.append(one)
    return checked


def _files(order: Order) -> list[Path]:
    """Return the clips of an order of the command line. Addresses are not downloaded."""
    sources = order.source if isinstance(order.source, list) else [order.source]
    names = [one for one in sources if isinstance(one, str)]
    return [Path(one) for one in names if not one.lower().startswith(("https://", "http://"))]
