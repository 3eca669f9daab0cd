"""Several threads produce, one consumes: in an order that doesn't depend on who was faster."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["shared_out", "side_by_side"]

_T = TypeVar("_T")

_AHEAD: Final = 128
"""Items that a thread may be ahead of the consumer: bounds memory."""


def shared_out(loads: Sequence[float], threads: int) -> list[list[int]]:
    """Share pieces of work out evenly: each goes to the thread that has least to do so far.

    Args:
        loads: How much work each piece is.
        threads: How many threads.

    Returns:
        For each thread that has work the numbers of its pieces, rising.
    """
    shares: list[list[int]] = [[] for _ in range(max(1, threads))]
    totals = [0.0] * len(shares)
    for piece, load in enumerate(loads):
        least = totals.index(min(totals))
        shares[least].append(piece)
        totals[least] += load
    return [share for share in shares if share]


def side_by_side(
    shares: Sequence[Sequence[int]], produce: Callable[[Sequence[int]], Iterator[tuple[int, _T]]]
) -> Iterator[tuple[int, _T]]:
    """Produce in as many threads as there are shares; yield in order of the pieces.

    Args:
        shares: For each thread the numbers of its pieces, rising.
        produce: Makes what belongs to these pieces, in order: the piece's number and an item.

    Raises:
        Exception: Whatever `produce` raised.
    """
    if len(shares) == 1:
        yield from produce(shares[0])
        return
    lines = [_Line(produce, share) for share in shares]
    try:
        owners = {piece: line for line, share in zip(lines, shares, strict=True) for piece in share}
        for piece in sorted(owners):
            yield from ((piece, item) for item in owners[piece].take(piece))
    finally:
        for line in lines:
            line.close()


class _Line(Generic[_T]):
    """A thread and what it has made that wasn't taken yet."""

    def __init__(
        self,
        produce: Callable[[Sequence[int]], Iterator[tuple[int, _T]]],
        share: Sequence[int],
    ) -> None:
        self._queue: queue.Queue[tuple[int, _T] | BaseException | None] = queue.Queue(_AHEAD)
        self._over = False
        self._waiting: tuple[int, _T] | None = None
        self._thread = threading.Thread(target=self._run, args=(produce, share), daemon=True)
        self._thread.start()

    def _run(
        self,
        produce: Callable[[Sequence[int]], Iterator[tuple[int, _T]]],
        share: Sequence[int],
    ) -> None:
        end: BaseException | None = None
        try:
            for made in produce(share):
                self._queue.put(made)
                if self._over:
                    break
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
