"""Start, run and stop the embedded backend."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, ClassVar

from nemomusic.errors import LocalBackendError
from nemomusic.local.client_count import ClientCount
from nemomusic.local.limits import limits_of
from nemomusic.local.options import LocalOptions
from nemomusic.local.service import SHORTAGE_REMEDY, Service
from nemomusic.local.storage.backend_folder import claim_folder, fixed_folder
from nemomusic.local.storage.ledger import Ledger
from nemomusic.local.storage.store import Store

if TYPE_CHECKING:
    import os
    from collections.abc import Awaitable, Callable
    from pathlib import Path
    from types import TracebackType
    from typing import Literal, Self

    from nemomusic.local.workers.engine import Engine


async def _goes_on() -> None:
    """Leave a backend running that no client has started."""


class LocalBackend:
    """The service's protocol on a loopback port, with a composer of its own.

    Args:
        folder: The folder for all files. None means a temporary folder, which is deleted at the
            end. One process holds a folder at a time.
        seed: The seed of all music. None derives it from the clip's content and the message.
        faithful: Hold users to the service's limits: 100 credits, prices, tokens per week.
            Otherwise the balance is always 100 / 0 / 100 and nothing is spent.
        engine: Does the heavy work. None means the real one, in worker processes.
        options: All other options.

    Attributes:
        url: The base URL, such as `http://127.0.0.1:50123`, once the backend is started.
        folder: The folder with all files.
        ledger: The backend's own counts. They stay readable after the backend is closed.
    """

    _shortage_remedy: ClassVar[str | None] = SHORTAGE_REMEDY

    def __init__(
        self,
        folder: str | os.PathLike[str] | None = None,
        *,
        seed: int | None = None,
        faithful: bool = False,
        engine: Engine | None = None,
        options: LocalOptions | None = None,
    ) -> None:
        self._folder = None if folder is None else fixed_folder(folder)
        self._seed = seed
        self._faithful = faithful
        self._engine = engine
        self._options = options if options is not None else LocalOptions()
        self._stack: AsyncExitStack | None = None
        self._changing = asyncio.Lock()
        self._client_count: ClientCount | None = None
        self._service: Service | None = None
        self._ledger = Ledger()

    @property
    def message_price(self) -> float:
        """The highest price, in credits, that the agent charges for a message without asking first.

        It is 0 without `faithful=True`.
        """
        limits = self._options.limits or limits_of(faithful=self._faithful)
        return float(max(limits.generate_price, limits.edit_price)) if self._faithful else 0.0

    @property
    def url(self) -> str:
        """The base of the backend's URLs.

        Raises:
            LocalBackendError: The backend is not running.
        """
        return self._running.url

    @property
    def folder(self) -> Path:
        """The folder with all files.

        Raises:
            LocalBackendError: The backend is not running, and its folder is a temporary one.
        """
        return self._folder if self._folder is not None else self._running.folder

    @property
    def running(self) -> bool:
        """Whether the backend accepts requests: from the end of `start` to the call of `close`."""
        return self._stack is not None

    @property
    def client_id(self) -> str:
        """The client id of the embedded client: a secret of this folder.

        Raises:
            LocalBackendError: The backend is not running.
        """
        return self._running.own_client_id

    @property
    def token_file(self) -> Path | None:
        """The token file of the embedded client; None if the backend's folder is temporary."""
        return None if self._folder is None else self._folder / "client-tokens.json"

    @property
    def ledger(self) -> Ledger:
        """The backend's own counts."""
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
        credits: int = 1000,  # noqa: A002 - the protocol's word
        plan: Literal["free", "pro"] = "free",
    ) -> str:
        """Issue a bearer token that doesn't expire, for a registered user with these credits.

        Raises:
            LocalBackendError: The backend is not running.
        """
        from nemomusic.local.http.handlers.auth import new_token

        service, token = self._running, new_token()
        service.store.save_user(user_id, plan=plan, available=credits)
        service.store.add_token(token, user_id, issued=service.clock.time(), expires=None)
        return token

    async def start(self) -> None:
        """Start serving, and return when requests are accepted. A close under way ends first.

        Raises:
            LocalBackendError: The folder is in use or can't be used, or the port is taken.
            MissingExtraError: The extra `local` is not installed.
        """
        async with self._changing, AsyncExitStack() as stack:
            if self._stack is not None:  # perhaps another client has just started it
                return
            self._service = await self._open(stack)
            self._stack = stack.pop_all()

    async def borrow(self) -> Callable[[], Awaitable[None]]:
        """Start for a client, unless the backend runs already.

        Returns:
            A function that the client calls when the client is closed. If clients have started the
            backend, the last of them closes it. A backend that ran before goes on.

        Raises:
            LocalBackendError: As `start`.
        """
        if not self.running:
            await self.start()
            self._client_count = self._client_count or ClientCount(self.close)
        count = self._client_count
        if count is None:
            return _goes_on
        count.add()

        async def give_back() -> None:
            if self._client_count is count:  # not closed meanwhile, and not started again
                await count.remove()

        return give_back

    async def _open(self, stack: AsyncExitStack) -> Service:
        folder = await claim_folder(self._folder, stack)
        engine = self._engine or self._real_engine(folder / "tmp")
        stack.push_async_callback(engine.close)
        engine.prewarm()
        if self._engine is None:
            await self._check_interpreter(engine)
        await asyncio.sleep(0)  # it starts while the rest starts, and during a client's first calls

        from nemomusic.local.http import app
        from nemomusic.local.http.handlers import render as handlers_render
        from nemomusic.local.http.listener import listen
        from nemomusic.local.renders.queue import RenderQueue

        store = Store(folder / "backend.sqlite")
        stack.callback(store.close)
        self._ledger = store.ledger()
        service = Service(
            folder=folder,
            store=store,
            ledger=self._ledger,
            engine=engine,
            options=self._options,
            seed=self._seed,
            faithful=self._faithful,
            shortage_remedy=self._shortage_remedy,
        )
        stack.callback(service.threads.shutdown)
        service.own_client_id = store.note("client_id") or f"embedded-{secrets.token_hex(16)}"
        store.set_note("client_id", service.own_client_id)
        service.end_interrupted()
        application = app.make_app(service, self._options.middlewares)
        renders = application[handlers_render.RENDERS] = RenderQueue(service)
        stack.push_async_callback(service.stop)  # work that the last requests have begun
        self._runner = await listen(application, service, stack)
        stack.push_async_callback(service.stop)  # runs first, so that open streams end
        renders.resume()
        return service

    async def _check_interpreter(self, engine: Engine) -> None:
        """Check that the interpreter that the user has named can run the engine."""
        from nemomusic.local.workers.interpreter import named_interpreter
        from nemomusic.local.workers.pool import WorkerEngine

        if isinstance(engine, WorkerEngine) and named_interpreter(self._options.python):
            await engine.check_start()

    def _real_engine(self, scratch: Path) -> Engine:
        from nemomusic.local.workers.pool import WorkerEngine, check_installed

        check_installed()
        options = self._options
        return WorkerEngine(
            options.workers,
            scratch,
            options.limits,
            allow_partial=options.allow_partial,
            python=options.python,
        )

    async def close(self) -> None:
        """Stop everything: messages, renders, sockets, workers. Twice is fine. Raises nothing."""
        async with self._changing:
            self._client_count = None
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
