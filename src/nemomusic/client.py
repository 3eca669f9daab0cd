"""The client: life cycle, resources, and the main job in one call."""

from __future__ import annotations

import threading
import warnings
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, Self

import attrs

from nemomusic.clock import Clock, Deadline, SystemClock
from nemomusic.errors import ConfigurationError
from nemomusic.protocol.policy import Policy
from nemomusic.resources.auth import TokenSource
from nemomusic.resources.bundle import Resources
from nemomusic.resources.caller import Caller, Throttle
from nemomusic.settings import Settings, Timeouts

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping
    from types import TracebackType

    import aiohttp

    from nemomusic.jobs import Jobs, ScoredVideo
    from nemomusic.journal import Journal
    from nemomusic.local import LocalBackend
    from nemomusic.models.progress import Progress
    from nemomusic.resources.auth import Auth
    from nemomusic.resources.credits import CreditsBalance
    from nemomusic.resources.render import Renders
    from nemomusic.resources.sessions import Sessions
    from nemomusic.resources.state import States
    from nemomusic.resources.stream import Stream
    from nemomusic.resources.uploads import Uploadable, Uploads
    from nemomusic.secret import Secret

DEFAULT_PROMPT = "generate a background music track that matches the mood and pace of my video"
"""The brief's own default (contract, section 4)."""


_LOCAL_TIMEOUTS = Timeouts(recover_first=1.0, recover_next=2.0)
"""The contract's 30 s and 60 s are the service's figures; this machine answers sooner."""


class Client:
    """The way in. Use it with `async with`; make one and share it.

        async with nemomusic.Client() as client:
            video = await client.add_music("trip.mp4", "warm lo-fi that follows the cuts")

    Args:
        token: bearer token; None for `NEMO_TOKEN`, else an anonymous one is acquired when needed.
        base_url: of the API; None for `NEMO_API_URL`, else the service's own.
        settings: everything that can be set; None reads the environment.
        http: an aiohttp session to use; not closed by us.
        policy: what is tried again; see `nemomusic.Policy`.
        journal: a `Journal` or the path of one: work in hand is on disk, and can be resumed.
        clock: time, for tests.

    Raises:
        ConfigurationError: a setting makes no sense.
    """

    def __init__(
        self,
        token: str | Secret | None = None,
        *,
        base_url: str | None = None,
        settings: Settings | None = None,
        http: aiohttp.ClientSession | None = None,
        policy: Policy | None = None,
        journal: Journal | str | os.PathLike[str] | None = None,
        clock: Clock | None = None,
        _backend: LocalBackend | None = None,
    ) -> None:
        chosen = Settings.from_env() if settings is None else settings
        if token is not None:
            if not token:
                raise ConfigurationError(
                    "an empty token", remedy="Pass None to use NEMO_TOKEN or an anonymous token."
                )
            chosen = attrs.evolve(chosen, token=token)
        if base_url is not None:
            chosen = attrs.evolve(chosen, api_url=base_url)
        self.settings = chosen
        self._clock = clock if clock is not None else SystemClock()
        self._http = http
        self._policy = policy if policy is not None else Policy()
        self._journal = journal
        self._opened: Journal | None = None
        self._opening = threading.Lock()
        self._backend = _backend
        self._made: Resources | None = None
        self._exit: AsyncExitStack | None = None
        self._parent: Client | None = None
        self._made_at = _caller_line()
        if _backend is None:
            self._connect()

    def _connect(self) -> None:
        """Make transport, token source and resources anew, from the settings."""
        from nemomusic.transport import Transport  # and aiohttp: while the embedded backend starts

        transport = Transport(self.settings, self._clock, self._http)
        tokens = TokenSource(self.settings, transport, self._clock, self._policy)
        caller = Caller(
            transport=transport,
            tokens=tokens,
            policy=self._policy,
            clock=self._clock,
            throttle=Throttle(self._clock),
        )
        self._made = Resources(caller, tokens)
        self._jobs = None  # those before worked with the old ones

    @property
    def _resources(self) -> Resources:
        if self._made is None:
            raise ConfigurationError(
                "this client's backend has not been started", remedy="Use it inside `async with`."
            )
        return self._made

    @classmethod
    def local(
        cls,
        *,
        settings: Settings | None = None,
        policy: Policy | None = None,
        journal: Journal | str | os.PathLike[str] | None = None,
        clock: Clock | None = None,
        backend: LocalBackend | None = None,
        **options: Any,
    ) -> Self:
        """A client of an embedded backend of its own: no network, no account.

        The backend starts when the client is entered and ends with it. Its music is composed by
        this package, not by the cloud. `NEMO_TOKEN` and `NEMO_API_URL` are ignored.

        Args:
            settings: timeouts and limits; its addresses and identity are replaced.
            policy: as for `Client`.
            journal: as for `Client`.
            clock: as for `Client`.
            backend: one that exists already (entered here unless it is running).
            options: for `LocalBackend`: `folder`, `seed`, `faithful`, `dialect`, …

        Raises:
            MissingExtraError: the extra `local` is not installed (on entering).
        """
        from nemomusic.local import LocalBackend

        if backend is None:
            backend = LocalBackend(**options)
        elif options:
            raise ConfigurationError(
                "options are for a backend that is made here", remedy="Pass one or the other."
            )
        return cls(
            settings=attrs.evolve(
                settings if settings is not None else Settings(timeouts=_LOCAL_TIMEOUTS),
                token=None,
                api_url="http://127.0.0.1",
                token_file=None,
            ),
            policy=policy,
            journal=journal,
            clock=clock,
            _backend=backend,
        )

    # ------------------------------------------------------------------ life

    async def __aenter__(self) -> Self:
        if self._exit is not None:
            raise RuntimeError("the client is entered already")
        async with AsyncExitStack() as stack:
            backend = self._backend
            if backend is not None:
                if not backend.running:
                    await stack.enter_async_context(backend)
                self.settings = attrs.evolve(
                    self.settings,
                    api_url=backend.url,
                    web_url=backend.url,
                    client_id=self.settings.client_id or backend.client_id,
                    token_file=backend.token_file,
                )
            if backend is not None or self._resources.caller.transport.closed:
                self._connect()
            self._exit = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close connections, and the embedded backend if this client owns one."""
        if self._parent is not None:
            return  # a copy with options owns nothing
        stack, self._exit = self._exit, None
        opened, self._opened = self._opened, None
        async with AsyncExitStack() as last:  # whatever goes wrong on the way, all of it happens
            if stack is not None:
                last.push_async_exit(stack)
            if opened is not None and opened is not self._journal:
                last.callback(opened.close)
            if self._made is not None:
                last.push_async_callback(self._made.caller.transport.close)
                last.push_async_callback(self._made.tokens.close)

    def __del__(self, _warn: Any = warnings.warn) -> None:
        made = getattr(self, "_made", None)
        if made is not None and self._parent is None and made.caller.transport.open:
            made.caller.transport.abandon()  # or aiohttp would warn as well, once for each pool
            _warn(
                f"a nemomusic.Client was never closed; it was made at {self._made_at}. "
                "Use `async with`, or await client.aclose().",
                ResourceWarning,
                source=self,
                stacklevel=2,
            )

    def __repr__(self) -> str:
        where = "local" if self._backend is not None else self.settings.api_url
        return f"<nemomusic.Client {where}>"

    def with_options(
        self,
        *,
        timeouts: Timeouts | None = None,
        deadline: float | None = None,
        policy: Policy | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Client:
        """A copy that shares connections and token, with other options. It need not be closed.

        Args:
            timeouts: see `Timeouts`.
            deadline: seconds from now by which everything done through the copy has to be over:
                requests, retries, polls and downloads.
            policy: what is tried again.
            headers: further headers for every API request (not `Authorization`).

        Raises:
            ConfigurationError: a header that is ours to set; or an embedded backend that was not
                started: enter the client first.
        """
        caller = self._resources.caller
        if caller.transport.closed:
            raise ConfigurationError(caller.transport.closed, remedy="Use it inside `async with`.")
        reserved = {"authorization", "host", "content-length", "x-client-id"}
        if headers is not None and reserved & {name.lower() for name in headers}:
            raise ConfigurationError(
                "these headers are the SDK's to set: " + ", ".join(sorted(reserved)),
                remedy="Leave them out.",
            )
        copy: Client = object.__new__(type(self))
        copy.__dict__.update(self.__dict__)
        copy._parent = self
        transport = caller.transport
        if timeouts is not None:
            copy.settings = attrs.evolve(self.settings, timeouts=timeouts)
            transport = transport.with_settings(copy.settings)
        copied = attrs.evolve(
            caller,
            transport=transport,
            policy=caller.policy if policy is None else policy,
            deadline=caller.deadline if deadline is None else Deadline(self._clock, deadline),
            headers={**(caller.headers or {}), **(headers or {})} or None,
        )
        copy._made = Resources(copied, self._resources.tokens)
        copy._jobs = None
        return copy

    # ------------------------------------------------------------- resources

    @property
    def auth(self) -> Auth:
        """Tokens and claim links."""
        return self._resources.auth

    @property
    def sessions(self) -> Sessions:
        """Open and attach projects."""
        return self._resources.sessions

    @property
    def uploads(self) -> Uploads:
        """Files and web addresses into a session."""
        return self._resources.uploads

    @property
    def stream(self) -> Stream:
        """The conversation."""
        return self._resources.stream

    @property
    def state(self) -> States:
        """The draft and the media of a session."""
        return self._resources.state

    @property
    def credits(self) -> CreditsBalance:
        """The balance."""
        return self._resources.credits

    @property
    def render(self) -> Renders:
        """Exports."""
        return self._resources.render

    _jobs: Jobs | None = None

    def _open_journal(self) -> Journal | None:
        """The one journal of a client and its copies, opened when first needed."""
        from nemomusic.journal import Journal

        if self._parent is not None:
            return self._parent._open_journal()  # noqa: SLF001 - the same class
        with self._opening:  # jobs open it in threads
            if self._opened is None and self._journal is not None:
                given = self._journal
                self._opened = given if isinstance(given, Journal) else Journal(given)
            return self._opened

    @property
    def clock(self) -> Clock:
        """Time, as this client sees it."""
        return self._clock

    @property
    def backend_name(self) -> str:
        """What the journal knows the backend by: its address, or `local:` and its folder."""
        if self._backend is not None:
            return f"local:{self._backend.folder}"
        return self.settings.api_url

    @property
    def jobs(self) -> Jobs:
        """Work in hand, in the journal: list, resume, forget.

        Raises:
            ConfigurationError: the client was made without a journal.
        """
        if self._jobs is None:
            from nemomusic.jobs import Jobs

            opens = None if self._journal is None else self._open_journal
            self._jobs = Jobs(self, self._resources, opens)
        return self._jobs

    async def add_music(
        self,
        source: Uploadable,
        prompt: str = DEFAULT_PROMPT,
        *,
        output: str | os.PathLike[str] | None = None,
        overwrite: bool = False,
        language: str | None = None,
        name: str | None = None,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> ScoredVideo:
        """Put music under one video: upload, ask, render, download.

        With a journal the job is on disk before each step, and can be resumed after a crash with
        `client.jobs.resume(id)`.

        Args:
            source: a path, `https://` address, bytes, a binary file object, an async iterable, or
                a `Source`.
            prompt: what is wanted, in a sentence.
            output: where to; None: `<stem>-with-music.mp4` beside the source; a folder: that name
                in it.
            overwrite: whether an existing file may be replaced (never the source).
            language: ISO code of the agent's answers; None: by the script of the prompt.
            name: of the project; None: the file's.
            on_progress: called with `Progress`.

        Raises:
            InputError: the source, prompt or output can't be used; nothing was sent.
            NoMusicAdded: the turn ended without new audio in the draft; nothing was exported.
            OutOfCreditsError: 2001.
            OutcomeUnknown: the message's fate could not be learnt; it is not sent again.
            NemoMusicError: all else; see `nemomusic.errors`.
        """
        return await self.jobs.add_music(
            source,
            prompt,
            output=output,
            overwrite=overwrite,
            language=language,
            name=name,
            on_progress=on_progress,
        )


def _caller_line() -> str:
    """File and line of whoever makes a client, for the warning about an unclosed one."""
    import sys

    frame = sys._getframe(1)  # noqa: SLF001 - the only way to ask cheaply
    while frame.f_back is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
