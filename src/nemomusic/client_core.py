"""What a client and its copies share: connections, token, turns, threads and jobs."""

from __future__ import annotations

import asyncio
import os
import uuid
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol
from weakref import WeakSet

import attrs

from nemomusic.conversation.turn_registry import TurnRegistry
from nemomusic.errors import ConfigurationError, LocalBackendError
from nemomusic.resources.auth import TokenSource
from nemomusic.runtime.clock import SystemClock
from nemomusic.runtime.executor import Executor
from nemomusic.runtime.python_modules import complete_python
from nemomusic.transport.exchange import Exchange
from nemomusic.transport.lifetime import NOT_STARTED, Lifetime
from nemomusic.transport.pipeline import RequestPipeline
from nemomusic.transport.throttle import Throttle

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import aiohttp

    from nemomusic.jobs.driver import JobDriver
    from nemomusic.jobs.storage.journal import Journal
    from nemomusic.jobs.storage.records import JobStore
    from nemomusic.jobs.storage.turn_lease import TurnLeases
    from nemomusic.protocol.retry_policy import Policy
    from nemomusic.resources.registry import Resources
    from nemomusic.runtime.clock import Clock
    from nemomusic.settings import Settings
    from nemomusic.transport.aiohttp_port.aiohttp_transport import AiohttpTransport
    from nemomusic.transport.observer import Observer


_ENTERED: Final = "the client is entered already"
_ONE_BLOCK: Final = "Enter each client once; tasks and threads inside of the block may share it."
_OF_A_PARENT: Final[list[object]] = []
"""Connections that a forked process has inherited. They are kept, and never closed: closing them
would stop the parent's event loop from watching its own."""


def _fixed(
    journal: Journal | str | os.PathLike[str] | None,
) -> Journal | str | os.PathLike[str] | None:
    """Return a journal's absolute path: the program may change its working folder before its use.

    Everything else, such as a value of a wrong type, is returned unchanged; its use says why it is
    refused.
    """
    if not isinstance(journal, str | os.PathLike) or os.fspath(journal) in {"", ":memory:"}:
        return journal
    try:
        return Path(os.fsdecode(journal)).absolute()
    except OSError:  # the working folder is gone
        return journal


class OwnBackend(Protocol):
    """An embedded backend, as the client that starts it sees it."""

    @property
    def running(self) -> bool:
        """Whether the backend accepts requests."""
        ...

    @property
    def url(self) -> str:
        """The backend's address, once it is running."""
        ...

    @property
    def folder(self) -> Path:
        """The folder with all files of the backend."""
        ...

    @property
    def client_id(self) -> str:
        """The client id of the backend's own client."""
        ...

    @property
    def token_file(self) -> Path | None:
        """The file in which the backend's own client keeps the token."""
        ...

    @property
    def message_price(self) -> float:
        """The highest price of a job's message in credits; 0 if messages cost nothing."""
        ...

    async def borrow(self) -> Callable[[], Awaitable[None]]:
        """Start the backend unless it runs. Return the object that gives the backend back."""
        ...


class ClientCore:
    """The parts of one client that it opens and closes. An open client belongs to one event loop.

    Args:
        settings: The settings of the client.
        policy: The retry policy; None for the default one.
        observer: Calls the hooks.
        clock: The clock; None for the real time.
        journal: A journal, its path, or None for jobs in memory.
        http: An aiohttp session to use. It is not closed here.
        backend: An embedded backend. The client starts the backend unless it runs already. If a
            client has started the backend, the last client of the backend closes it.

    Attributes:
        settings: As passed. With an embedded backend, they have its address after it was started.
        clock: The time.
        executor: The client's own threads.
        turns: Messages under way.
        pipeline: Makes the calls.
        tokens: The source of the token.
    """

    settings: Settings
    clock: Clock
    executor: Executor
    turns: TurnRegistry
    lifetime: Lifetime
    tokens: TokenSource
    pipeline: RequestPipeline

    def __init__(
        self,
        settings: Settings,
        policy: Policy | None,
        observer: Observer,
        *,
        clock: Clock | None = None,
        journal: Journal | str | os.PathLike[str] | None = None,
        http: aiohttp.ClientSession | None = None,
        backend: OwnBackend | None = None,
    ) -> None:
        self.settings = settings
        self.clock = SystemClock() if clock is None else clock
        self.executor = Executor()
        self.turns = TurnRegistry(None if journal is None else self._turn_leases())
        self.lifetime = Lifetime(None if backend is None else NOT_STARTED)
        self._http = http
        self._backend = backend
        self._journal = _fixed(journal)
        self._opened: Journal | None = None
        self._opening = asyncio.Lock()
        self._entering = asyncio.Lock()
        self._drivers: WeakSet[JobDriver] = WeakSet()
        self._stack: AsyncExitStack | None = None
        self._transport: AiohttpTransport | None = None
        self._run: str | None = None
        self._exchange = Exchange(
            None, settings, self.clock, observer=observer, lifetime=self.lifetime
        )
        self.tokens = TokenSource(settings, self.lifetime, self.clock, self.executor)
        self.pipeline = RequestPipeline(
            exchange=self._exchange,
            tokens=self.tokens,
            policy=policy,
            throttle=Throttle(self.clock),
            executor=self.executor,
        )
        if backend is None:
            self._connect()

    def _turn_leases(self) -> TurnLeases:
        from nemomusic.jobs.storage.turn_lease import TurnLeases  # most clients have no journal

        return TurnLeases(self.job_store, lambda: self.backend_name, self.clock)

    def _connect(self) -> None:
        """Create the connection pools. No connection is made yet."""
        # Imported here, and aiohttp with it: the embedded backend starts meanwhile.
        with complete_python():
            from nemomusic.transport.aiohttp_port.aiohttp_transport import AiohttpTransport

        self._transport = AiohttpTransport(
            self._http, proxies=self.settings.proxy, tls=self.settings.tls
        )
        self._exchange.connect(self._transport, self.settings)
        self.tokens.use(self.settings)
        self.lifetime.reopen()

    @property
    def is_local(self) -> bool:
        """Whether the client has an embedded backend."""
        return self._backend is not None

    @property
    def backend_name(self) -> str:
        """The name of the backend in a journal: its address, or `local:` and its folder."""
        if self._backend is None:
            return self.settings.api_url
        try:
            return f"local:{self._backend.folder}"
        except LocalBackendError:  # the temporary folder does not exist yet
            return "local:"

    @property
    def message_price(self) -> float | None:
        """The highest price of a job's message in credits; None if only the service knows it."""
        return None if self._backend is None else self._backend.message_price

    @property
    def left_open(self) -> bool:
        """Whether connections of this process are open."""
        return self._transport is not None and self._transport.open and self.lifetime.at_home

    async def enter(self) -> None:
        """Start the embedded backend, if there is one, and allow requests.

        Raises:
            ConfigurationError: There is no asyncio event loop, or the client is entered already.
            LocalBackendError: The backend could not be started.
        """
        if self._stack is not None:
            raise ConfigurationError(_ENTERED, remedy=_ONE_BLOCK)
        self._leave()
        self.lifetime.bind()
        async with self._entering, AsyncExitStack() as stack:
            if self._stack is not None:  # by another task, meanwhile
                raise ConfigurationError(_ENTERED, remedy=_ONE_BLOCK)
            backend = self._backend
            if backend is not None:
                started = not backend.running
                stack.push_async_callback(await backend.borrow())
                self._run = uuid.uuid4().hex if started else None
                self.settings = attrs.evolve(
                    self.settings,
                    api_url=backend.url,
                    web_url=backend.url,
                    client_id=self.settings.client_id or backend.client_id,
                    token_file=backend.token_file,
                )
            if self.lifetime.closed is not None:
                self._connect()
            self._stack = stack.pop_all()

    async def aclose(self) -> None:
        """Close everything, in order: jobs, turns, the token, connections, journal, backend."""
        self._leave()
        self.lifetime.bind()
        stack, self._stack = self._stack, None
        self._run = None
        async with AsyncExitStack() as last:  # all of it happens, even when a part fails
            last.callback(self.executor.close)
            if stack is not None:
                last.push_async_exit(stack)
            last.callback(self._close_journal)  # after jobs and turns: they make their last notes
            if self._transport is not None:
                last.push_async_callback(self._transport.aclose)
            last.push_async_callback(self.lifetime.aclose)
            last.push_async_callback(self.tokens.close)
            last.push_async_callback(self.turns.close, self.settings.timeouts.close)
            for driver in list(self._drivers):
                last.push_async_callback(driver.close)

    def _close_journal(self) -> None:
        """Close the journal if it was opened here."""
        opened, self._opened = self._opened, None
        if opened is not None and opened is not self._journal:
            opened.close()

    def _leave(self) -> None:
        """Reset everything if the event loop is closed, or this process was forked."""
        forked = not self.lifetime.at_home
        if not self.lifetime.leave():
            return
        if forked and self._transport is not None:
            _OF_A_PARENT.append(self._transport)
            self._transport = None
        self.abandon()
        self.turns.clear()
        self._opening = asyncio.Lock()
        self._entering = asyncio.Lock()
        for driver in self._drivers:
            driver.clear()

    def abandon(self) -> None:
        """Close connections without waiting, when no coroutine can run any more."""
        if not self.lifetime.at_home:
            _OF_A_PARENT.append(self._transport)
            return
        if self._transport is not None and self._transport.open:
            self._transport.abandon()
        self.executor.close()

    async def job_store(self) -> JobStore:
        """Return where jobs are noted: the journal, opened when first needed, or memory.

        Raises:
            JournalError: The journal can't be used.
            ConfigurationError: The client can't be used here; see `Lifetime.check`.
        """
        if self._journal is None:
            from nemomusic.jobs.storage.memory_journal import PROCESS_JOURNAL

            return PROCESS_JOURNAL
        async with self._opening:  # in a thread: SQLite waits while another process writes
            if self._opened is None:
                self._opened = await self._open_journal(self._journal)
            return self._opened

    async def _open_journal(self, given: Journal | str | os.PathLike[str]) -> Journal:
        with complete_python():
            from nemomusic.jobs.storage.journal import Journal

        if isinstance(given, Journal):
            return given
        return await self.executor.begin(Journal, given).result_or_undo(Journal.close)

    def driver(self, resources: Resources) -> JobDriver:
        """Return a driver of jobs for this client, or for a copy of it."""
        from nemomusic.jobs.driver import JobDriver

        driver = JobDriver(resources, self.job_store, lambda: self.backend_name, lambda: self._run)
        self._drivers.add(driver)
        return driver
