"""An event loop that shares its thread with the greenlets of gevent or eventlet.

asyncio keeps one running event loop for each thread of the system, and all greenlets are in one
thread. So while this loop waits, it is not registered as the running loop. Other greenlets may run
their own loop, or refuse to work where a loop runs, as the models of Django do.
"""

from __future__ import annotations

import asyncio
import selectors
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple, Unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from concurrent.futures import Executor

_T = TypeVar("_T")
_Args = TypeVarTuple("_Args")


class GreenLoop(asyncio.SelectorEventLoop):
    """An event loop that other greenlets do not see while it waits."""

    def __init__(self) -> None:
        self._hiding = _HidingSelector(self)
        super().__init__(self._hiding)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Let this loop run where another loop may run already."""
        self._hiding.outside = asyncio._get_running_loop()  # noqa: SLF001 - for makers of loops
        asyncio._set_running_loop(None)  # noqa: SLF001
        try:
            yield
        finally:
            asyncio._set_running_loop(self._hiding.outside)  # noqa: SLF001

    def run_in_executor(
        self,
        executor: Executor | None,
        func: Callable[[Unpack[_Args]], _T],
        *args: Unpack[_Args],  # noqa: UP044 - inspect can't evaluate a star in a string
    ) -> asyncio.Future[_T]:
        """See `asyncio.loop.run_in_executor`. The start of a thread lets other greenlets run."""
        with self._hiding.hidden():
            return super().run_in_executor(executor, func, *args)


class _HidingSelector(selectors.BaseSelector):
    """The selector of the library that puts back the loop of other greenlets while it waits."""

    def __init__(self, loop: GreenLoop) -> None:
        self.outside: asyncio.AbstractEventLoop | None = None
        self._loop = loop
        self._selector = selectors.DefaultSelector()

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Put the loop of other greenlets in place, while they may run."""
        asyncio._set_running_loop(self.outside)  # noqa: SLF001
        try:
            yield
        finally:
            self.outside = asyncio._get_running_loop()  # noqa: SLF001
            asyncio._set_running_loop(self._loop)  # noqa: SLF001

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        with self.hidden():
            return self._selector.select(timeout)

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._selector.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._selector.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._selector.modify(fileobj, events, data)

    def close(self) -> None:
        self._selector.close()

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._selector.get_map()
