"""Doing two things at a time: the next piece is made while this one is worked on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ahead"]

T = TypeVar("T")


def ahead(pieces: Iterator[T]) -> Iterator[T]:
    """Yield the same pieces in the same order, each made in a thread while the last is in use.

    numpy and FFmpeg let go of the interpreter's lock, so that two processors are kept busy. Only
    one piece waits at a time, and what a piece raises is raised here.

    Args:
        pieces: Where they come from; touched by one thread at a time, but not by the caller's.
    """
    over = object()
    with ThreadPoolExecutor(1, "ahead") as thread:
        coming = thread.submit(next, pieces, over)
        while (piece := coming.result()) is not over:
            coming = thread.submit(next, pieces, over)
            yield piece  # type: ignore[misc]  # `over` is not one of them
