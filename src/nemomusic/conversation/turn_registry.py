"""Keep the turns of one client that are under way, and one lock for each session."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol
from weakref import WeakValueDictionary

from nemomusic.runtime.clock import bound_by, wait_uncancelled

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from nemomusic.runtime.clock import Deadline
    from nemomusic.transport.pipeline import Replaceable


class AcrossProcesses(Protocol):
    """A lock that allows one turn at a time in a session, among all processes."""

    def hold(self, session_id: str) -> AbstractAsyncContextManager[None]:
        """Wait for the turns of other processes in a session, and let their later turns wait."""
        ...


class OpenTurn:
    """A turn that is under way, as the registry sees it.

    Args:
        task: Reads the turn to its end.
        hang_up: Aborts the turn.

    Attributes:
        task: As passed.
        hang_up: As passed.
        left: Whether the turn's block was left before the turn was over.
    """

    __slots__ = ("hang_up", "left", "task")
    task: asyncio.Task[None]
    hang_up: Callable[[], None]
    left: bool

    def __init__(self, task: asyncio.Task[None], hang_up: Callable[[], None]) -> None:
        self.task = task
        self.hang_up = hang_up
        self.left = False

    def leave(self) -> None:
        """Note that the turn's block was left."""
        self.left = True


class SessionTurn:
    """The right to send in one session. Use it with `async with`.

    Thousands of turns may hold it at once, so it is a small object without an exit stack.

    Args:
        turns: The locks.
        session: The session. Its id may change while other turns are waited for.
        deadline: The latest end of the wait for other turns, or None.
    """

    __slots__ = ("_across", "_deadline", "_lock", "_session", "_turns")

    def __init__(
        self, turns: TurnRegistry, session: Replaceable, deadline: Deadline | None
    ) -> None:
        self._turns = turns
        self._session = session
        self._deadline = deadline
        self._lock = turns.lock(session.id)
        self._across: AbstractAsyncContextManager[None] | None = None

    async def __aenter__(self) -> None:
        """Wait for the other turns of this session, and let later turns wait.

        Raises:
            DeadlineExceededError: The deadline passed.
        """
        async with bound_by(self._deadline):
            await self._lock.acquire()
            if self._turns.across is not None:
                try:
                    self._across = self._turns.across.hold(self._session.id)
                    await self._across.__aenter__()
                except BaseException:
                    self._lock.release()
                    raise

    async def __aexit__(self, *_: object) -> None:
        try:
            if self._across is not None:
                await self._across.__aexit__(None, None, None)
        finally:
            self._lock.release()


class TurnRegistry:
    """Open turns and one lock per session id, shared by a client and its copies.

    Two turns at once in one session would both run on the service, so a lock belongs to the *id*:
    every handle of one session takes the same lock.

    Args:
        across: The lock among the processes that share a journal.
    """

    begun: int

    def __init__(self, across: AcrossProcesses | None = None) -> None:
        self.across = across
        self.begun = 0
        """The number of turns so far."""
        self._turns: set[OpenTurn] = set()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._turns)

    def lock(self, session_id: str) -> asyncio.Lock:
        """Return the lock of a session."""
        lock = self._locks.get(session_id)
        if lock is None:
            lock = self._locks[session_id] = asyncio.Lock()
        return lock

    def rename(self, old: str, new: str) -> None:
        """Move the lock of a replaced session to its new id: a turn may hold the lock."""
        lock = self._locks.get(old)
        if lock is not None:
            self._locks[new] = lock

    def add(self, turn: OpenTurn) -> None:
        """Note that a turn is under way."""
        self.begun += 1
        self._turns.add(turn)

    def discard(self, turn: OpenTurn) -> None:
        """Note that a turn is over."""
        self._turns.discard(turn)

    def clear(self) -> None:
        """Forget all turns: their event loop is gone."""
        self._turns.clear()
        self._locks.clear()

    async def close(self, grace: float) -> None:
        """End all turns.

        A turn that was left early is read for up to `grace` seconds more, since its message may be
        paid for. Then it is hung up. All other turns are hung up at once.

        Args:
            grace: Seconds to wait for turns that were left.
        """
        for turn in [turn for turn in self._turns if not turn.left]:
            turn.hang_up()
        tasks = [turn.task for turn in self._turns]
        try:
            if tasks:
                await asyncio.wait(tasks, timeout=grace)
        finally:
            for turn in list(self._turns):
                turn.hang_up()
            for task in tasks:
                if not task.done():
                    task.cancel()
                await wait_uncancelled(task)
