"""Tables of which the quick suite runs some rows, and CI all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def slow_row(row: Any) -> Any:
    """Mark one row of a table slow."""
    words = row if isinstance(row, tuple) and not hasattr(row, "_fields") else (row,)
    return pytest.param(*words, marks=pytest.mark.slow)


def first(row: Any) -> Any:
    """Give the first column of a row."""
    return row[0] if isinstance(row, tuple) else row


def quick_rows(quick: Collection[Any], rows: Iterable[Any]) -> list[Any]:
    """Leave the rows whose first column is in `quick`; the rest is slow."""
    rows, quick = list(rows), list(quick)
    missing = [one for one in quick if one not in map(first, rows)]
    assert not missing, f"no such rows: {missing}"
    return [row if first(row) in quick else slow_row(row) for row in rows]


def one_in(count: int, rows: Iterable[Any]) -> list[Any]:
    """Leave the first of each `count` rows; the rest is slow."""
    return [row if number % count == 0 else slow_row(row) for number, row in enumerate(rows)]
