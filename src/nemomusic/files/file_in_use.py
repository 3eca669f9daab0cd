"""Let one upload at a time read a caller's file object: a second one would move its position."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Final

from nemomusic.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

_READINGS: Final[dict[int, tuple[Any, asyncio.Future[None]]]] = {}
"""The readings of file objects by `id(file)`: the file object, and the end of its reading."""


_MEASURED: Final[set[int]] = set()
"""The `id(file)` of file objects whose size is being measured, which moves their position."""
_MEASURING: Final = threading.Condition()


def check_unused(file: Any) -> None:
    """Refuse a file object that is being read: its position is not the one that the caller meant.

    Raises:
        SourceError: An upload reads the file object.
    """
    found = _READINGS.get(id(file))
    if found is not None and not found[1].get_loop().is_closed():
        raise _in_use()


@contextmanager
def measuring_alone(file: Any) -> Iterator[None]:
    """Let one thread at a time measure a file object.

    Raises:
        SourceError: An upload reads the file object.
    """
    with _MEASURING:
        while id(file) in _MEASURED:
            _MEASURING.wait()
        check_unused(file)
        _MEASURED.add(id(file))
    try:
        yield
    finally:
        with _MEASURING:
            _MEASURED.discard(id(file))
            _MEASURING.notify_all()


@asynccontextmanager
async def reading_alone(file: Any) -> AsyncIterator[None]:
    """Wait until no other upload reads a file object, and keep others from it inside the block.

    Raises:
        SourceError: A task of another event loop reads the file object.
    """
    loop = asyncio.get_running_loop()
    while (found := _READINGS.get(id(file))) is not None:
        there = found[1].get_loop()
        if there.is_closed():  # it ended in the middle of a reading
            break
        if there is not loop:
            raise _in_use()
        await asyncio.wait([found[1]])
    end = loop.create_future()
    _READINGS[id(file)] = file, end
    try:
        yield
    finally:
        if _READINGS.get(id(file)) == (file, end):
            del _READINGS[id(file)]
        if not end.done():
            end.set_result(None)


def _in_use() -> SourceError:
    return SourceError(
        "the file object is being read by another upload",
        remedy="Pass its path or its bytes, or one Source for all uploads.",
    )
