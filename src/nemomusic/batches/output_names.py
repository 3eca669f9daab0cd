"""Find the orders of a batch that would be written to one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nemomusic import errors
from nemomusic.batches.plan import KEY_PREFIX, key_of, output_path
from nemomusic.files.letter_case import folded, ignores_case

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nemomusic.batches.order import Order
    from nemomusic.executor import Executor


class OutputNames:
    """Finds orders with the same output: the same path, or two paths of the same file.

    Args:
        folder: The folder of the batch, or None.
        executor: Looks at the disk.
    """

    def __init__(self, folder: Path | None, executor: Executor) -> None:
        self._folder = folder
        self._executor = executor
        self._seen: dict[str, set[str]] = {}

    async def keys(self, orders: Iterable[Order]) -> list[str | None]:
        """Return the keys of orders; None for an order whose output makes no sense."""
        return await self._executor.run(lambda: [self._key(order) for order in orders])

    async def clashes(self, orders: Iterable[Order]) -> list[str | None]:
        """Return for each order why another order has the same output, or None."""
        return await self._executor.run(self._clashes, list(orders))

    async def clash(self, order: Order) -> str | None:
        """Return why an earlier order has the same output, or None."""
        return await self._executor.run(self._clash, order)

    def _key(self, order: Order) -> str | None:
        try:
            return key_of(output_path(order, self._folder))
        except errors.InputError:
            return None  # reported when the order's turn comes

    def _clashes(self, orders: list[Order]) -> list[str | None]:
        keys = [self._key(order) for order in orders]
        counts: dict[str, int] = {}
        alike: dict[str, set[str]] = {}
        for key in keys:
            if key is not None:
                counts[key] = counts.get(key, 0) + 1
                alike.setdefault(folded(key), set()).add(key)
        return [
            None
            if key is None
            else _same(key)
            if counts[key] > 1
            else _only_case(key, alike[folded(key)])
            for key in keys
        ]

    def _clash(self, order: Order) -> str | None:
        key = self._key(order)
        if key is None:
            return None
        seen = self._seen.setdefault(folded(key), set())
        if key in seen:
            return _same(key)
        found = _only_case(key, seen | {key})
        if found is None:
            seen.add(key)
        return found


def _same(key: str) -> str:
    return f"another order is to be written to {_path(key)}, too"


def _only_case(key: str, alike: set[str]) -> str | None:
    if len(alike) < 2 or not ignores_case(_path(key).parent):
        return None
    other = min(alike - {key})
    return (
        f"the output {_path(key)} differs from another order's {_path(other).name} only in case, "
        "and the file system takes both for one"
    )


def _path(key: str) -> Path:
    return Path(key.removeprefix(KEY_PREFIX))
