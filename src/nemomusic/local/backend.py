"""Life of the embedded backend: from an empty folder to a listening socket, and back."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from filelock import FileLock, Timeout

from nemomusic.errors import ConfigurationError, LocalBackendError
from nemomusic.local.ledger import Ledger
from nemomusic.local.limits import Limits, SystemClock
from nemomusic.local.service import Dialect, Envelope, OnHangup, Options, Service
from nemomusic.local.store import Store
from nemomusic.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Literal, Self

    from aiohttp.typedefs import Middleware

    from nemomusic.local.engines import Engine
    from nemomusic.local.limits import Clock

_FOLDERS: Final = ("files", "music", "renders", "tmp")
_GRACE: Final = 0.2
"""Seconds that connections get to end by themselves when the backend closes."""


class LocalBackend:
    """The service's whole contract on a loopback port, with a composer of its own.

    Args:
        folder: where everything is kept; None for a temporary one that goes when it is closed.
            One process holds a folder at a time.
        host: a loopback address.
        port: 0 for one of the system's choice (the one of the last run on this folder, if free).
        faithful: hold users to the service's limits: 100 credits, prices, tokens per week.
            Otherwise the balance is always 100 / 0 / 100 and nothing is spent.
        dialect: of the stream.
        envelope: spelling of JSON answers.
        seed: of all music; None to take it from the clip's content and the words.
        engine: does the heavy work; None for the real one, in worker processes.
        workers: how many of those; None for one per processor, four at most.
        on_hangup: what becomes of a message whose listener hangs up.
        clock: tells the time.
        prices: credits for a generation and for an edit (faithful mode).
        limits: the service's other figures.
        silent_edits: edits end without a word, as about 30 % do in the service.
        allow_private_urls: uploads by URL may come from this machine and its neighbours.
        middlewares: aiohttp middlewares around everything, first one outermost.

    Attributes:
        url: its base, such as `http://127.0.0.1:50123`, once started.
        folder: where everything is kept.
        ledger: its own counts; still readable after it is closed.
    """

    def __init__(
        self,
        *,
        folder: Path | str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        faithful: bool = False,
        dialect: Dialect = "adk",
        envelope: Envelope = "code",
        seed: int | None = None,
        engine: Engine | None = None,
        workers: int | None = None,
        on_hangup: OnHangup = "continue",
        clock: Clock | None = None,
        prices: tuple[int, int] = (100, 50),
        limits: Limits | None = None,
        silent_edits: bool = False,
        allow_private_urls: bool = False,
        middlewares: Sequence[Middleware] = (),
    ) -> None:
        if not is_loopback(host):
            raise ConfigurationError(
                f"{host} is not a loopback address",
                remedy="The embedded backend serves this machine only: use 127.0.0.1.",
            )
        self._host, self._port = host, port
        self._folder = None if folder is None else Path(folder)
        self._engine, self._workers = engine, workers
        self._clock = clock or SystemClock()
        self._limits = limits or Limits()
        self._options = Options(
            faithful=faithful,
            dialect=dialect,
            envelope=envelope,
            seed=seed,
            on_hangup=on_hangup,
            generate_price=prices[0],
            edit_price=prices[1],
            silent_edits=silent_edits,
            allow_private_urls=allow_private_urls,
        )
        self._middlewares = tuple(middlewares)
        self._stack: AsyncExitStack | None = None
        self._service: Service | None = None
        self._ledger = Ledger()

    @property
    def url(self) -> str:
        """The base of its URLs.

        Raises:
            LocalBackendError: it is not running.
        """
        return self._running.url

    @property
    def folder(self) -> Path:
        """Where everything is kept.

        Raises:
            LocalBackendError: it is not running and the folder is a temporary one.
        """
        return self._folder if self._folder is not None else self._running.folder

    @property
    def running(self) -> bool:
        """Whether it answers."""
        return self._service is not None

    @property
    def client_id(self) -> str:
        """The client identifier that the embedded client of this folder goes by."""
        digest = hashlib.sha256(str(self.folder.absolute()).encode()).hexdigest()
        return f"embedded-{digest[:32]}"

    @property
    def token_file(self) -> Path | None:
        """Where the embedded client keeps its token: in a folder that is kept, else nowhere."""
        return None if self._folder is None else self._folder / "client-tokens.json"

    @property
    def ledger(self) -> Ledger:
        """What it counted itself."""
        return self._ledger

    @property
    def _running(self) -> Service:
        if self._service is None:
            raise LocalBackendError(
                "the embedded backend is not running", remedy="Use it with `async with`."
            )
        return self._service

    def issue_token(
        self,
        *,
        user_id: str = "user_1",
        credits: int = 1000,  # noqa: A002 - the contract's word
        plan: Literal["free", "pro"] = "free",
    ) -> str:
        """A bearer token that doesn't expire, for a registered user with these credits.

        Raises:
            LocalBackendError: the backend is not running.
        """
        from nemomusic.local.handlers_auth import new_token

        service, token = self._running, new_token()
        service.store.save_user(user_id, plan=plan, available=credits)
        service.store.add_token(token, user_id, issued=service.clock.time(), expires=None)
        return token

    async def start(self) -> None:
        """Begin to serve; returns when requests are answered.

        Raises:
            LocalBackendError: the folder is in use or not ours, or the port is taken.
            MissingExtraError: the extra `local` is not installed.
        """
        if self._stack is not None:
            return
        async with AsyncExitStack() as stack:
            self._service = await self._open(stack)
            self._stack = stack.pop_all()

    async def _open(self, stack: AsyncExitStack) -> Service:
        folder = await self._prepare(stack)
        engine = self._engine or self._real_engine(folder / "tmp")
        stack.push_async_callback(engine.close)
        engine.warm()
        await asyncio.sleep(0)  # it starts while the rest of this does, and a client's first calls

        from nemomusic.local import app, handlers_render
        from nemomusic.local.renders import Renders

        store = Store(folder / "backend.sqlite")
        stack.callback(store.close)
        self._ledger = store.ledger()
        service = Service(
            folder=folder,
            store=store,
            ledger=self._ledger,
            engine=engine,
            limits=self._limits,
            clock=self._clock,
            options=self._options,
        )
        service.settle_interrupted()
        application = app.make_app(service, self._middlewares)
        renders = application[handlers_render.RENDERS] = Renders(service)
        stack.push_async_callback(service.stop)  # what the last requests began
        await self._listen(stack, application, service)
        stack.push_async_callback(service.stop)  # first, so that open streams end
        renders.resume()
        return service

    def _real_engine(self, scratch: Path) -> Engine:
        from nemomusic.local.worker_pool import WorkerEngine, check_installed

        check_installed()
        return WorkerEngine(self._workers, scratch)

    async def _prepare(self, stack: AsyncExitStack) -> Path:
        """Make the folder, and make it ours."""
        if self._folder is None:
            folder = Path(tempfile.mkdtemp(prefix="nemomusic-"))  # no thread: can't be orphaned
            stack.push_async_callback(asyncio.to_thread, shutil.rmtree, folder, ignore_errors=True)
        else:
            folder = self._folder.absolute()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / ".lock", timeout=0)
            lock.acquire()
        except Timeout:
            raise LocalBackendError(
                f"another process is using {folder}",
                remedy="Stop it, or give this backend another folder.",
                in_use=True,
            ) from None
        except OSError as error:
            raise LocalBackendError(
                f"{folder} can't be used: {error.strerror or error}",
                remedy="Choose a folder that you may write to.",
            ) from error
        stack.callback(lock.release)
        for name in _FOLDERS:
            (folder / name).mkdir(exist_ok=True)
        for left in (folder / "tmp").iterdir():  # of a run that was killed
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
        return folder

    async def _listen(self, stack: AsyncExitStack, application: Any, service: Service) -> None:
        from aiohttp import web

        runner = web.AppRunner(
            application,
            access_log=None,
            handler_cancellation=True,  # a hang-up is noticed at once, as by the real server
            shutdown_timeout=_GRACE,
            handle_signals=False,
        )
        self._runner = runner
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        last = service.store.note("port") if self._port == 0 else None
        ports = [int(last), 0] if last is not None else [self._port]
        for attempt, port in enumerate(ports, 1):
            site = web.TCPSite(runner, self._host, port)
            try:
                await site.start()
                break
            except OSError as error:
                if attempt == len(ports):
                    raise LocalBackendError(
                        f"can't listen on {self._host}:{port}: {error.strerror or error}",
                        remedy="Choose another port, or 0 for any.",
                    ) from error
        address = runner.addresses[0]
        service.store.set_note("port", str(address[1]))
        host = f"[{address[0]}]" if ":" in address[0] else address[0]
        service.url = f"http://{host}:{address[1]}"

    async def close(self) -> None:
        """Stop everything: messages, renders, sockets, workers. Twice does no harm."""
        stack, self._stack = self._stack, None
        if stack is not None:
            try:
                await stack.aclose()
            finally:
                self._service = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        where = self._service.url if self._service is not None else "not running"
        return f"<LocalBackend {where}>"
