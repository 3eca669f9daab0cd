"""Find the outputs of a batch's orders, and the orders that would be written to one file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from nemomusic import errors
from nemomusic.batches.plan import (
    KEY_PREFIX,
    absolute,
    key_of,
    output_path,
    source_paths,
    wrapped_error,
)
from nemomusic.files.letter_case import folded, ignores_case

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nemomusic.batches.order import Order
    from nemomusic.runtime.executor import Executor


@attrs.frozen
class OrderOutput:
    """The output of one order.

    Attributes:
        path: The absolute path of the result; None if there is none.
        error: Why the result can't be written there, or None.
    """

    path: Path | None = None
    error: errors.NemoMusicError | None = None

    @property
    def key(self) -> str | None:
        """The key of the order's job; None without a path."""
        return None if self.path is None else key_of(self.path)

    def refused(self, clash: str | None) -> OrderOutput:
        """Return this output, with an error if another order has the same one."""
        return self if clash is None else OrderOutput(error=errors.DuplicateOutputError(clash))


class OutputNames:
    """Finds the outputs of orders. Two orders must not have the same path or the same file.

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
        return await self._executor.run(lambda: [self._output(order).key for order in orders])

    async def of_list(self, orders: Iterable[Order]) -> list[OrderOutput]:
        """Return the outputs of all orders. If two have the same one, both are refused."""
        return await self._executor.run(self._of_list, list(orders))

    async def of_next(self, order: Order) -> OrderOutput:
        """Return the output of a further order. It is refused if an earlier one has the same."""
        return await self._executor.run(self._of_next, order)

    def _output(self, order: Order) -> OrderOutput:
        try:
            return OrderOutput(output_path(order, self._folder))
        except errors.InputError as error:
            return OrderOutput(error=error)
        except Exception as own:  # noqa: BLE001 - of the caller's path
            return OrderOutput(error=wrapped_error(own))

    def _of_list(self, orders: list[Order]) -> list[OrderOutput]:
        outputs = [self._output(order) for order in orders]
        clashes = self._clashes(orders, [output.key for output in outputs])
        return [output.refused(clash) for output, clash in zip(outputs, clashes, strict=True)]

    def _of_next(self, order: Order) -> OrderOutput:
        output = self._output(order)
        return output.refused(self._clash(order, output.key))

    def _clashes(self, orders: list[Order], keys: list[str | None]) -> list[str | None]:
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

    def _clash(self, order: Order, key: str | None) -> str | None:
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
