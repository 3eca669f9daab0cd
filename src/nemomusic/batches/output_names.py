"""Find the orders of a batch that would be written to one file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from nemomusic.batches.plan import KEY_PREFIX, absolute, key_of, output_path, source_paths
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
        overwrite: Whether files of other programs may be replaced. Then no output may be the source
            of another order of the list.
    """

    def __init__(self, folder: Path | None, executor: Executor, *, overwrite: bool) -> None:
        self._folder = folder
        self._overwrite = overwrite
        self._executor = executor
        self._seen: dict[str, dict[str, str]] = {}

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
        except Exception:  # noqa: BLE001 - reported when the order's turn comes
            return None

    def _clashes(self, orders: list[Order]) -> list[str | None]:
        keys = [self._key(order) for order in orders]
        places: dict[str, list[int]] = {}
        alike: dict[str, set[str]] = {}
        for place, key in enumerate(keys):
            if key is not None:
                places.setdefault(key, []).append(place)
                alike.setdefault(folded(key), set()).add(key)
        sources = self._sources(orders) if self._overwrite else {}
        return [
            None
            if key is None
            else _same(key, orders[places[key][places[key][0] == place]].label)
            if len(places[key]) > 1
            else _only_case(key, alike[folded(key)]) or _source(key, sources.get(key), order)
            for place, (key, order) in enumerate(zip(keys, orders, strict=True))
        ]

    @staticmethod
    def _sources(orders: list[Order]) -> dict[str, Order]:
        """Return the keys of the paths of all sources, each with the first such order."""
        found: dict[str, Order] = {}
        for order in orders:
            with suppress(Exception):  # reported when the order's turn comes
                for path in source_paths(order):
                    if path is not None:
                        found.setdefault(key_of(absolute(path)), order)
        return found

    def _clash(self, order: Order) -> str | None:
        key = self._key(order)
        if key is None:
            return None
        seen = self._seen.setdefault(folded(key), {})
        if key in seen:
            return _same(key, seen[key])
        found = _only_case(key, seen.keys() | {key})
        if found is None:
            seen[key] = order.label
        return found


def _same(key: str, other: str) -> str:
    return f"the output {_path(key)} is also the output of the order of {other}"


def _source(key: str, other: Order | None, order: Order) -> str | None:
    if other is None or other is order:  # its own source is another error
        return None
    return f"the output {_path(key)} is the source of the order of {other.label}"


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
