"""Keep the state of a client: whether it is open, where it may be used, what it has to close."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Final, Protocol

from nemomusic.errors import ConfigurationError

CLOSED: Final = "the client is closed"
NOT_STARTED: Final = "this client's backend has not been started"
OPEN_REMEDY: Final = "Use it inside `async with`, or call `await client.start()` first."
"""The remedy for a client that is closed or not started."""


class Closable(Protocol):
    """A handle that has to be closed."""

    async def aclose(self) -> None:
        """Close the handle. A second call is allowed."""
        ...


class Lifetime:
    """The open handles of one client and its copies, such as messages under way.

    A client belongs to the event loop and the process that first use it. Connections, locks and
    tasks can't be shared with another loop, or with a process that was forked.

    Args:
        closed: Why nothing can be sent yet; None if the client is open from the start.

    Attributes:
        closed: Why nothing can be sent; None while the client is open.
    """

    closed: str | None

    def __init__(self, closed: str | None = None) -> None:
        self.closed = closed
        self._open: set[Closable] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = 0

    def __len__(self) -> int:
        return len(self._open)

    @property
    def at_home(self) -> bool:
        """Whether this process has used the client, or no process has."""
        return self._loop is None or self._process == os.getpid()

    def check(self) -> None:
        """Raise unless the client can be used here and now.

        Raises:
            ConfigurationError: The client is closed or not started. Or this is not its event loop
                or process. Or there is no asyncio event loop.
        """
        if self.closed is not None:
            self.check_open()
        self.bind()

    def check_open(self) -> None:
        """Raise unless the client is open.

        Raises:
            ConfigurationError: The client is closed or not started.
        """
        if self.closed is not None:
            raise ConfigurationError(self.closed, remedy=OPEN_REMEDY)

    def bind(self) -> None:
        """Bind the client to the running event loop, or check that it is bound to it.

        Raises:
            ConfigurationError: The client belongs to another loop, or there is no asyncio event
                loop. Or a library has replaced only a part of Python's threads.
        """
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise ConfigurationError(
                "there is no running asyncio event loop here, and nemomusic needs one",
                remedy="Await it in asyncio, not in trio; nemomusic.sync works in any thread.",
            ) from None
        if self._loop is None:
            if "gevent" in sys.modules or "eventlet" in sys.modules:
                from nemomusic.runtime.green_threads import check_green_threads

                check_green_threads()
            self._loop, self._process = loop, os.getpid()
        elif self._loop is not loop or self._process != os.getpid():
            raise self._elsewhere()

    def leave(self) -> bool:
        """Forget an event loop that is closed, or that belongs to a parent process.

        Returns:
            Whether it was forgotten. Then the open handles can't be closed any more.
        """
        if self._loop is None or not (self._loop.is_closed() or not self.at_home):
            return False
        self._loop = None
        self._open.clear()
        self.closed = self.closed or CLOSED
        return True

    def reopen(self) -> None:
        """Allow requests again."""
        self.closed = None

    def _elsewhere(self) -> ConfigurationError:
        if not self.at_home:
            return ConfigurationError(
                "this client was used in the process that forked this one",
                remedy="Make a client in each process, after the fork.",
            )
        return ConfigurationError(
            "this client belongs to another event loop",
            remedy="Make a client in each event loop, with `async with nemomusic.Client() as "
            "client:` in the coroutine that the loop runs; nemomusic.sync.Client can be used "
            "from several threads.",
        )

    def add(self, handle: Closable) -> None:
        """Register a handle that is closed with the client."""
        self._open.add(handle)

    def discard(self, handle: Closable) -> None:
        """Forget a handle that has closed itself."""
        self._open.discard(handle)

    async def aclose(self) -> None:
        """Allow no further request, then close all handles."""
        self.closed = CLOSED
        failure: BaseException | None = None
        while self._open:
            try:
                await self._open.pop().aclose()
            except BaseException as error:  # noqa: BLE001 - all are closed, also when canceled
                failure = failure or error
        self._loop = None
        if failure is not None:
            raise failure
