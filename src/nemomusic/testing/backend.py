"""The embedded backend with an engine that does no work, and with scripted faults."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self, TypeVar

import attrs

from nemomusic.client import Client
from nemomusic.local.backend import LocalBackend
from nemomusic.local.engines import EngineFailure, StubEngine
from nemomusic.settings import Settings, Timeouts
from nemomusic.testing.clock import FakeClock
from nemomusic.testing.faults import FaultScript

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from nemomusic.journal import Journal
    from nemomusic.protocol.policy import Policy

T = TypeVar("T")

CREDITS = 1000
"""What the user of `StubBackend.client()` starts with."""


class ScriptedEngine(StubEngine):
    """A stub engine whose renders can be made to fail, and whose work can be held up.

    Attributes:
        failures: why the next renders fail, first one first.
        working: cleared, everything that is composed or rendered waits until it is set again.
    """

    def __init__(self, *, duration: float = 10.0) -> None:
        super().__init__(duration=duration)
        self.failures: deque[str] = deque()
        self.working = asyncio.Event()
        self.working.set()

    async def score(self, *args: Any) -> dict[str, Any]:
        """See `StubEngine.score`."""
        await self.working.wait()
        return await super().score(*args)

    async def render(
        self, plan: dict[str, Any], out: Path, progress: Callable[[float], None]
    ) -> dict[str, Any]:
        """See `StubEngine.render`."""
        await self.working.wait()
        if self.failures:
            raise EngineFailure(self.failures.popleft())
        return await super().render(plan, out, progress)


class StubBackend(LocalBackend):
    """What to test your own code against: real HTTP, the whole contract, nothing to install.

        async with StubBackend() as backend, backend.client() as client:
            backend.faults.add("stream", Faults.cut_after(120))
            video = await client.add_music("clip.mp4", "lo-fi", output="out.mp4")
        assert backend.ledger.accepted == 1

    It holds users to the service's credits and prices (`faithful=False` turns that off), composes
    silence, and renders files of a few bytes. A clip may be any file with the right extension.

    Args:
        clock: of the backend and of `client()`; None for a new `FakeClock`.
        duration: seconds that every clip is said to last.
        options: as for `LocalBackend`: `dialect`, `envelope`, `folder`, `limits`, …

    Attributes:
        faults: what goes wrong.
        clock: its time.
        scripted_engine: its engine.
        ledger: its own counts.
    """

    def __init__(
        self, *, clock: FakeClock | None = None, duration: float = 10.0, **options: Any
    ) -> None:
        self.faults = FaultScript()
        self.clock = clock if clock is not None else FakeClock()
        self.scripted_engine = ScriptedEngine(duration=duration)
        self._home: tuple[int, asyncio.AbstractEventLoop] | None = None
        before = options.pop("middlewares", ())
        super().__init__(
            engine=options.pop("engine", self.scripted_engine),
            faithful=options.pop("faithful", True),
            clock=self.clock,
            middlewares=(*before, self.faults.middleware(self)),
            **options,
        )

    def client(
        self,
        *,
        anonymous: bool = False,
        credits: int = CREDITS,  # noqa: A002 - the contract's word
        journal: Journal | str | os.PathLike[str] | None = None,
        policy: Policy | None = None,
        timeouts: Timeouts | None = None,
        **settings: Any,
    ) -> Client:
        """A client of this backend that keeps nothing on disk and waits by the same clock.

        Args:
            anonymous: acquire a token, as a user without one does; else a registered user's.
            credits: of the registered user.
            journal: as for `Client`.
            policy: as for `Client`.
            timeouts: the service's own figures by default.
            settings: others of `Settings`, such as `allow_anonymous`.
        """
        return Client(
            None if anonymous else self.issue_token(credits=credits),
            settings=attrs.evolve(
                Settings(
                    api_url=self.url,
                    web_url=self.url,
                    client_id="testing",
                    token_file=None,
                    timeouts=timeouts if timeouts is not None else Timeouts(),
                ),
                **settings,
            ),
            journal=journal,
            policy=policy,
            clock=self.clock,
        )

    async def start(self) -> None:
        """See `LocalBackend.start`."""
        self._home = threading.get_ident(), asyncio.get_running_loop()
        await super().start()

    def issue_token(self, **more: Any) -> str:
        """See `LocalBackend.issue_token`; from any thread."""
        return self._at_home(lambda: super(StubBackend, self).issue_token(**more))

    def lose_sessions(self) -> None:
        """From now on nobody finds any session that was opened until now (1002)."""
        self._at_home(self._running.store.lose_sessions)

    def expire_tokens(self) -> None:
        """From now on no token that was issued until now is valid (1001)."""
        self._at_home(self._running.store.expire_tokens)

    def _at_home(self, call: Callable[[], T]) -> T:
        """Do something in the thread that the backend runs in."""
        if self._home is None or self._home[0] == threading.get_ident():
            return call()

        async def there() -> T:
            return call()

        return asyncio.run_coroutine_threadsafe(there(), self._home[1]).result()

    async def sleep(self, seconds: float) -> None:
        """Wait by its clock."""
        await self.clock.sleep(seconds)

    async def down(self, seconds: float | None = None) -> None:
        """Refuse connections, and cut those there are.

        Args:
            seconds: until it is up again; None: until `up()`.
        """
        if self._home is not None and self._home[0] != threading.get_ident():
            there = asyncio.run_coroutine_threadsafe(self.down(seconds), self._home[1])
            await asyncio.wrap_future(there)
            return
        runner = self._runner
        for site in list(runner.sites):
            await site.stop()
        if runner.server is not None:
            for connection in runner.server.connections:
                if connection.transport is not None:
                    connection.transport.close()
        if seconds is not None:
            self._running.spawn(self._later(seconds), "up again")

    async def _later(self, seconds: float) -> None:
        await self.sleep(seconds)
        await self.up()

    async def up(self) -> None:
        """Listen again, on the same port."""
        from aiohttp import web

        if self._home is not None and self._home[0] != threading.get_ident():
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self.up(), self._home[1]))
            return
        if not self._runner.sites:
            port = int(self.url.rpartition(":")[2])
            await web.TCPSite(self._runner, self._host, port).start()

    @contextmanager
    def in_thread(self) -> Iterator[Self]:
        """Run it in a thread with an event loop of its own, for tests that are not coroutines."""
        started, stop = threading.Event(), asyncio.Event()
        failed: list[BaseException] = []
        loops: list[asyncio.AbstractEventLoop] = []

        async def serve() -> None:
            loops.append(asyncio.get_running_loop())
            try:
                async with self:
                    started.set()
                    await stop.wait()
            except BaseException as error:  # noqa: BLE001 - raised where it is waited for
                failed.append(error)
            finally:
                started.set()

        thread = threading.Thread(target=lambda: asyncio.run(serve()), name="nemomusic-backend")
        thread.start()
        started.wait()
        try:
            if failed:
                raise failed[0]
            yield self
        finally:
            if thread.is_alive():
                loops[0].call_soon_threadsafe(stop.set)
            thread.join()
