"""Produce items in several threads, and yield them in an order that does not depend on speed."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["run_in_order"]

_T = TypeVar("_T")

_MAX_QUEUED: Final = 300
"""Items that a thread may be ahead of the consumer. The limit bounds memory. By default, encoders
begin a GOP at least every 250 frames, so a thread can finish one.
"""


def run_in_order(
    pieces: int, threads: int, produce: Callable[[Iterator[int]], Iterator[tuple[int, _T]]]
) -> Iterator[tuple[int, _T]]:
    """Produce in several threads, each of which takes the next free piece; yield in order.

    The thread that makes a piece depends on the speed of the threads. The order of the items does
    not.

    Args:
        pieces: The number of pieces.
        threads: The number of threads.
        produce: Gets an iterator of rising piece numbers, and yields (number of the piece, item).
            It takes the next number when it has finished a piece.

    Raises:
        Exception: The exception that `produce` raised.
    """
    threads = min(threads, pieces)
    if threads < 2:
        yield from produce(iter(range(pieces)))
        return
    dealer = _Dealer(pieces, threads)
    lines = [_Line(produce, dealer.deal(number)) for number in range(threads)]
    try:
        for piece in range(pieces):
            # The thread of the piece before has taken another number, so this piece is assigned.
            yield from ((piece, item) for item in lines[dealer.owner(piece)].take(piece))
    finally:
        for line in lines:
            line.close()


class _Dealer:
    """Gives each thread a first piece, and then the next piece to the first free thread."""

    def __init__(self, pieces: int, threads: int) -> None:
        self._owners = list(range(threads))
        self._pieces = pieces
        self._lock = threading.Lock()

    def deal(self, thread: int) -> Iterator[int]:
        """Yield the numbers of a thread's pieces."""
        yield thread
        while True:
            with self._lock:
                piece = len(self._owners)
                if piece == self._pieces:
                    return
                self._owners.append(thread)
            yield piece

    def owner(self, piece: int) -> int:
        """Return the thread of a piece."""
        return self._owners[piece]


class _Line(Generic[_T]):
    """A thread and its items that were not consumed yet."""

    def __init__(
        self,
        produce: Callable[[Iterator[int]], Iterator[tuple[int, _T]]],
        pieces: Iterator[int],
    ) -> None:
        self._queue: queue.Queue[tuple[int, _T] | BaseException | None] = queue.Queue(_MAX_QUEUED)
        self._over = False
        self._waiting: tuple[int, _T] | None = None
        self._thread = threading.Thread(target=self._run, args=(produce, pieces), daemon=True)
        self._thread.start()

    def _run(
        self,
        produce: Callable[[Iterator[int]], Iterator[tuple[int, _T]]],
        pieces: Iterator[int],
    ) -> None:
        end: BaseException | None = None
        try:
            for made in produce(pieces):
                self._queue.put(made)
                if self._over:
                    break
            else:
                for _ in pieces:  # the thread ended early, so its other pieces are empty
                    pass
        except BaseException as error:  # noqa: BLE001 - it is raised where it is taken
            end = error
        self._queue.put(end)

    def take(self, piece: int) -> Iterator[_T]:
        """Yield the items of a piece. Pieces have to be taken in order."""
        while True:
            made, self._waiting = self._waiting or self._queue.get(), None
            if made is None:
                self._queue.put(None)  # the next piece ends at once too
                return
            if isinstance(made, BaseException):
                raise made
            if made[0] != piece:
                self._waiting = made
                return
            yield made[1]

    def close(self) -> None:
        """Make the thread end, and wait for it."""
        self._over = True
        while self._thread.is_alive():
            try:
                self._queue.get(timeout=0.05)
            except queue.Empty:
                continue
        self._thread.join()
