"""Several threads produce, one consumes: in an order that doesn't depend on who was faster."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["side_by_side"]

_T = TypeVar("_T")

_AHEAD: Final = 300
"""Items that a thread may be ahead of the consumer: bounds memory. (Encoders begin a group of
pictures every 250 at the latest, if nobody tells them otherwise: a thread can finish one.)"""


def side_by_side(
    pieces: int, threads: int, produce: Callable[[Iterator[int]], Iterator[tuple[int, _T]]]
) -> Iterator[tuple[int, _T]]:
    """Produce in so many threads, each taking the next piece when it has one done; yield in order.

    Which thread makes what depends on who is faster. What is yielded doesn't.

    Args:
        pieces: How many there are.
        threads: How many of them are worked on at a time.
        produce: Makes the pieces whose numbers it is given, which rise: the piece's number and an
            item. It asks for a number when it is done with the last.

    Raises:
        Exception: Whatever `produce` raised.
    """
    threads = min(threads, pieces)
    if threads < 2:
        yield from produce(iter(range(pieces)))
        return
    dealer = _Dealer(pieces, threads)
    lines = [_Line(produce, dealer.deal(number)) for number in range(threads)]
    try:
        for piece in range(pieces):
            # Whoever made the piece before has asked for another, so this one is dealt by now.
            yield from ((piece, item) for item in lines[dealer.owner(piece)].take(piece))
    finally:
        for line in lines:
            line.close()


class _Dealer:
    """Gives each thread a first piece, and then the next one to whichever asks."""

    def __init__(self, pieces: int, threads: int) -> None:
        self._owners = list(range(threads))
        self._pieces = pieces
        self._lock = threading.Lock()

    def deal(self, thread: int) -> Iterator[int]:
        """Yield the pieces of a thread."""
        yield thread
        while True:
            with self._lock:
                piece = len(self._owners)
                if piece == self._pieces:
                    return
                self._owners.append(thread)
            yield piece

    def owner(self, piece: int) -> int:
        """Return the thread that has a piece."""
        return self._owners[piece]


class _Line(Generic[_T]):
    """A thread and what it has made that wasn't taken yet."""

    def __init__(
        self,
        produce: Callable[[Iterator[int]], Iterator[tuple[int, _T]]],
        pieces: Iterator[int],
    ) -> None:
        self._queue: queue.Queue[tuple[int, _T] | BaseException | None] = queue.Queue(_AHEAD)
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
                for (
                    _
                ) in pieces:  # it came to an end early; what it didn't ask for has nothing in it
                    pass
        except BaseException as error:  # noqa: BLE001 - it is raised where it is taken
            end = error
        self._queue.put(end)

    def take(self, piece: int) -> Iterator[_T]:
        """Yield what belongs to a piece; pieces have to be asked for in order."""
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
