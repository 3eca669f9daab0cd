"""Prefetch: make the next piece in a thread while the present one is used."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["prefetch"]

T = TypeVar("T")


def prefetch(pieces: Iterator[T]) -> Iterator[T]:
    """Yield the same pieces in the same order, each made in a thread while the last one is used.

    numpy and FFmpeg release the interpreter's lock, so that two processors are busy. Only one piece
    waits at a time. An exception of a piece is raised here.

    Args:
        pieces: The iterable of the pieces. One thread at a time uses it, but not the caller's.
    """
    with ThreadPoolExecutor(1, "prefetch") as thread:
        coming = thread.submit(_next, pieces)
        while (found := coming.result()) is not None:
            coming = thread.submit(_next, pieces)
            yield found[0]


def _next(pieces: Iterator[T]) -> tuple[T] | None:
    """Return the next piece in a tuple; None at the end."""
    for piece in pieces:
        return (piece,)
    return None
