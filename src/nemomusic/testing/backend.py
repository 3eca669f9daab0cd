"""The embedded backend with an engine that does no work, and with scripted faults."""

from __future__ import annotations

import asyncio
import math
import socket
import sys
import threading
from collections import deque
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import attrs

from nemomusic.client import Client
from nemomusic.local.backend import LocalBackend
from nemomusic.local.limits import limits_of
from nemomusic.local.options import LocalOptions
from nemomusic.local.workers.engine import EngineError
from nemomusic.local.workers.stub import StubEngine
from nemomusic.settings import Settings, Timeouts
from nemomusic.testing.clock import FakeClock
from nemomusic.testing.fault_script import FaultScript

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

    from aiohttp.typedefs import Middleware

    from nemomusic.engine.types import Brief, ClipAnalysis, RenderPlan, RenderResult, ScoreSummary
    from nemomusic.jobs.storage.journal import Journal
    from nemomusic.local.workers.engine import Engine, OnProgress
    from nemomusic.protocol.retry_policy import Policy

T = TypeVar("T")

CREDITS = 1000
"""Credits of the user of `StubBackend.client()`."""


class ScriptedEngine(StubEngine):
    """A stub engine whose renders can be made to fail, and whose work can be delayed.

    Attributes:
        failures: The errors of the next renders, in order.
        working: While this event is cleared, composing and rendering wait.
    """

    def __init__(self, *, duration: float = 10.0) -> None:
        super().__init__(duration=duration)
        self.failures: deque[str] = deque()
        self.working: asyncio.Event = asyncio.Event()
        self.working.set()

    async def compose(
        self, analysis: ClipAnalysis, brief: Brief, seed: int, out: Path, progress: OnProgress
    ) -> ScoreSummary:
        """See `StubEngine.compose`."""
        await self.working.wait()
        return await super().compose(analysis, brief, seed, out, progress)

    async def render(self, plan: RenderPlan, out: Path, progress: OnProgress) -> RenderResult:
        """See `StubEngine.render`."""
        await self.working.wait()
        if self.failures:
            raise EngineError(self.failures.popleft())
        return await super().render(plan, out, progress)


class StubBackend(LocalBackend):
    """The test double of the service: real HTTP, the whole protocol, nothing to install.

        async with StubBackend() as backend, backend.client() as client:
            backend.faults.add("stream", Faults.cut_after(120))
            video = await client.add_music("clip.mp4", "lo-fi", output="out.mp4")
        assert backend.ledger.accepted == 1

    It holds users to the service's credits and prices (`faithful=False` turns that off), composes
    silence, and renders files of a few bytes. A clip may be any file with the right extension.

    Args:
        folder: As for `LocalBackend`.
        clock: The clock of the backend and of `client()`. None means a new `FakeClock`.
        duration: The reported length of every clip, in seconds.
        faithful: Hold users to the service's credits and prices.
        seed: As for `LocalBackend`.
        engine: Another engine than the scripted one.
        options: As for `LocalBackend`. `clock` takes the place of its clock.

    Attributes:
        faults: The planned faults.
        clock: Its clock.
        scripted_engine: Its engine.
        ledger: Its own counts.
    """

    _shortage_remedy: ClassVar[str | None] = None  # the client's own, as for the service

    def __init__(
        self,
        folder: str | os.PathLike[str] | None = None,
        *,
        clock: FakeClock | None = None,
        duration: float = 10.0,
        faithful: bool = True,
        seed: int | None = None,
        engine: Engine | None = None,
        options: LocalOptions | None = None,
    ) -> None:
        self.faults: FaultScript = FaultScript()
        self.clock: FakeClock = clock if clock is not None else FakeClock()
        self.scripted_engine: ScriptedEngine = ScriptedEngine(duration=duration)
        self._home: tuple[int, asyncio.AbstractEventLoop] | None = None
        self._reserved: list[socket.socket] = []
        given = options if options is not None else LocalOptions()
        if given.limits is None:  # a clip of a few bytes may be said to last an hour
            limits = attrs.evolve(
                limits_of(faithful=faithful),
                small_video_seconds=math.inf,
                small_video_pixels=math.inf,
            )
            given = attrs.evolve(given, limits=limits)
        around: tuple[Middleware, ...] = (*given.middlewares, self.faults.middleware(self))
        super().__init__(
            folder,
            seed=seed,
            faithful=faithful,
            engine=engine if engine is not None else self.scripted_engine,
            options=attrs.evolve(given, clock=self.clock, middlewares=around),
        )

    def client(
        self,
        *,
        anonymous: bool = False,
        credits: int = CREDITS,  # noqa: A002 - the protocol's word
        journal: Journal | str | os.PathLike[str] | None = None,
        policy: Policy | None = None,
        timeouts: Timeouts | None = None,
        **settings: Any,
    ) -> Client:
        """Return a client of this backend that keeps nothing on disk and uses the same clock.

        Args:
            anonymous: Whether the client acquires an anonymous token; otherwise it gets a
                registered user's token.
            credits: Credits of the registered user.
            journal: As for `Client`.
            policy: As for `Client`.
            timeouts: None means the service's own figures.
            settings: Other attributes of `Settings`, such as `allow_anonymous`.
        """
        return Client(
            None if anonymous else self.issue_token(credits=credits),
            settings=attrs.evolve(
                Settings(
                    api_url=self.url,
                    web_url=self.url,
                    client_id="testing",
                    token_file=None,
                    timeouts=_as_in_the_cloud(timeouts if timeouts is not None else Timeouts()),
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
        """See `LocalBackend.issue_token`. It can be called from any thread."""
        return self._at_home(lambda: super(StubBackend, self).issue_token(**more))

    def lose_sessions(self) -> None:
        """Lose all sessions that were opened so far. Requests for them are answered with 1002."""
        self._at_home(self._running.store.lose_sessions)

    def expire_tokens(self) -> None:
        """Expire all tokens that were issued so far. Requests with them are answered with 1001."""
        self._at_home(self._running.store.expire_tokens)

    def _at_home(self, call: Callable[[], T]) -> T:
        """Call a function in the thread that runs the backend."""
        if self._home is None or self._home[0] == threading.get_ident():
            return call()

        async def there() -> T:
            return call()

        return asyncio.run_coroutine_threadsafe(there(), self._home[1]).result()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine in the backend's loop, until the backend is closed."""
        self._running.spawn(work, "a held request")

    async def sleep(self, seconds: float) -> None:
        """Wait by the backend's clock."""
        await self.clock.sleep(seconds)

    async def down(self, seconds: float | None = None) -> None:
        """Refuse connections, and cut the open ones.

        Args:
            seconds: Seconds until it is up again; None to wait for `up()`.
        """
        if self._home is not None and self._home[0] != threading.get_ident():
            there = asyncio.run_coroutine_threadsafe(self.down(seconds), self._home[1])
            await asyncio.wrap_future(there)
            return
        runner = self._runner
        addresses = runner.addresses
        for site in list(runner.sites):
            await site.stop()
        self._reserved += [_reserve(address) for address in addresses]
        if runner.server is not None:
            for connection in runner.server.connections:
                if connection.transport is not None:
                    connection.transport.close()
        if seconds is not None:
            self._running.spawn(self._later(seconds), "up again")

    async def _later(self, seconds: float) -> None:
        await self.sleep(seconds)
        with getattr(self.clock, "hold", nullcontext)():  # a client in another thread waits for it
            await self.up()

    async def up(self) -> None:
        """Listen again, on the same port."""
        from nemomusic.local.http.connections import GuardedSite

        if self._home is not None and self._home[0] != threading.get_ident():
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self.up(), self._home[1]))
            return
        if not self._runner.sites:
            port = int(self.url.rpartition(":")[2])
            self._release()
            await GuardedSite(self._runner, self._running, port).start()

    async def close(self) -> None:
        """See `LocalBackend.close`."""
        try:
            await super().close()
        finally:
            self._release()

    def _release(self) -> None:
        """Release the ports that `down` reserved."""
        while self._reserved:
            self._reserved.pop().close()

    @contextmanager
    def in_thread(self) -> Iterator[Self]:
        """Run the backend in a thread with its own event loop, for tests without coroutines."""
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
            with suppress(RuntimeError):  # the loop is closed: the backend could not start
                loops[0].call_soon_threadsafe(stop.set)
            thread.join()


def _reserve(address: tuple[Any, ...]) -> socket.socket:
    """Return a socket that is bound to an address and does not listen: it refuses connections.

    On a port that is only free, the server of another test could listen and answer.
    """
    bound = socket.socket(socket.AF_INET6 if len(address) > 2 else socket.AF_INET)
    try:
        if sys.platform != "win32":  # the cut connections still have the port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except BaseException:
        bound.close()
        raise
    return bound


def _as_in_the_cloud(timeouts: Timeouts) -> Timeouts:
    """Return timeouts with the service's figures.

    On loopback, a client would read the state sooner.
    """
    first, following = timeouts.recover_first, timeouts.recover_next
    return attrs.evolve(
        timeouts,
        recover_first=30.0 if first is None else first,
        recover_next=60.0 if following is None else following,
    )
