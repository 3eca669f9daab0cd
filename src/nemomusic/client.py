"""The client: life cycle, options, and the resources."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any, NoReturn, Self

import attrs

from nemomusic.client_core import ClientCore
from nemomusic.client_resources import ClientResources
from nemomusic.errors import ConfigurationError
from nemomusic.models.prompts import DEFAULT_PROMPT
from nemomusic.network import checked_address
from nemomusic.resources.registry import Resources
from nemomusic.runtime.clock import Deadline
from nemomusic.runtime.python_modules import complete_python
from nemomusic.settings import Settings, Timeouts, check_headers, check_kind, read_variable
from nemomusic.transport.observer import Observer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    import aiohttp

    from nemomusic.jobs.storage.journal import Journal
    from nemomusic.local import Engine, LocalBackend, LocalOptions
    from nemomusic.protocol.retry_policy import Policy
    from nemomusic.runtime.clock import Clock
    from nemomusic.secret import Secret
    from nemomusic.transport.request_info import RequestInfo, ResponseInfo

__all__ = ["DEFAULT_PROMPT", "Client"]


_PACKAGE = os.path.dirname(__file__) + os.sep  # noqa: PTH120 - no Path is made of it


class Client(ClientResources):
    """The client of the NemoVideo service. Use it with `async with`; make one and share it.

        async with nemomusic.Client() as client:
            video = await client.add_music("trip.mp4", "warm lo-fi that follows the cuts")

    Args:
        token: The bearer token. None means `NEMO_TOKEN`; without that variable, the client acquires
            an anonymous token when it needs one.
        base_url: The address of the API. None means `NEMO_API_URL`, else the service's address.
        settings: All settings. None means that they are read from the environment.
        http: An aiohttp session to use. The client does not close it.
        policy: After which errors a request is tried again; see `nemomusic.Policy`.
        max_retries: How often a request is repeated after a fault of the server or the network.
            It never applies to a message that may have been accepted.
        timeout: Seconds that one API call may take in all (`Timeouts.call`).
        journal: A `Journal`, or its path. With a journal, jobs are noted on disk and can be
            resumed. None keeps them in memory.
        on_request: Called with a `RequestInfo` before each request.
        on_response: Called with a `ResponseInfo` after each request. An exception in a hook is
            logged, never raised.
        clock: Time, for tests.

    Raises:
        ConfigurationError: A setting makes no sense.
    """

    def __init__(
        self,
        token: str | Secret | None = None,
        *,
        base_url: str | None = None,
        settings: Settings | None = None,
        http: aiohttp.ClientSession | None = None,
        policy: Policy | None = None,
        max_retries: int | None = None,
        timeout: float | None = None,
        journal: Journal | str | os.PathLike[str] | None = None,
        on_request: Callable[[RequestInfo], object] | None = None,
        on_response: Callable[[ResponseInfo], object] | None = None,
        clock: Clock | None = None,
    ) -> None:
        check_kind("settings", settings, Settings)
        policy = _chosen_policy(policy, max_retries)
        chosen = Settings.from_env() if settings is None else settings
        if token is not None:
            if not token:
                raise ConfigurationError(
                    "an empty token", remedy="Pass None to use NEMO_TOKEN or an anonymous token."
                )
            chosen = attrs.evolve(chosen, token=token)
        if base_url is not None:
            chosen = attrs.evolve(chosen, api_url=checked_address(base_url, "base_url"))
        if timeout is not None:
            chosen = attrs.evolve(chosen, timeouts=attrs.evolve(chosen.timeouts, call=timeout))
        observer = Observer(on_request=on_request, on_response=on_response)
        self._set_up(ClientCore(chosen, policy, observer, clock=clock, journal=journal, http=http))

    def _set_up(self, core: ClientCore) -> None:
        self._core = core
        self._resources = Resources(core.pipeline, core.tokens, core.turns)
        self._jobs = None
        self._settings: Settings | None = None
        self._owner = True
        self._made_at = _caller_line()

    @property
    def settings(self) -> Settings:
        """The settings of the client."""
        return self._core.settings if self._settings is None else self._settings

    @classmethod
    def from_env(
        cls,
        environ: Mapping[str, str] | None = None,
        *,
        folder: str | os.PathLike[str] | None = None,
        policy: Policy | None = None,
        journal: Journal | str | os.PathLike[str] | None = None,
        on_request: Callable[[RequestInfo], object] | None = None,
        on_response: Callable[[ResponseInfo], object] | None = None,
    ) -> Self:
        """Return a client for the backend that the variable `NEMOMUSIC_BACKEND` names.

        The variable is `local` or `cloud`. If it is missing or empty, the client uses the cloud.
        The other variables are those of `Settings.from_env`.

        Args:
            environ: The environment variables. None means the variables of the process.
            folder: As for `Client.local`. The cloud ignores it.
            policy: As for `Client`.
            journal: As for `Client`.
            on_request: As for `Client`.
            on_response: As for `Client`.

        Raises:
            ConfigurationError: A variable makes no sense.
        """
        variables = os.environ if environ is None else environ
        named = (read_variable(variables, "NEMOMUSIC_BACKEND") or "").lower()
        if named not in {"", "local", "cloud"}:
            raise ConfigurationError(
                f"NEMOMUSIC_BACKEND is {named!r}",
                remedy='Set it to "local" or "cloud", or unset it.',
            )
        if named == "local":
            return cls.local(
                folder,
                policy=policy,
                journal=journal,
                on_request=on_request,
                on_response=on_response,
            )
        return cls(
            settings=Settings.from_env(environ),
            policy=policy,
            journal=journal,
            on_request=on_request,
            on_response=on_response,
        )

    @classmethod
    def local(
        cls,
        folder: str | os.PathLike[str] | None = None,
        *,
        seed: int | None = None,
        faithful: bool = False,
        allow_partial: bool = False,
        engine: Engine | None = None,
        options: LocalOptions | None = None,
        backend: LocalBackend | None = None,
        settings: Settings | None = None,
        policy: Policy | None = None,
        journal: Journal | str | os.PathLike[str] | None = None,
        on_request: Callable[[RequestInfo], object] | None = None,
        on_response: Callable[[ResponseInfo], object] | None = None,
        clock: Clock | None = None,
    ) -> Self:
        """Return a client with its own embedded backend, which needs no network and no account.

        The backend starts when the client is entered and ends when the client is closed. This
        package composes the music, not the cloud. `NEMO_TOKEN` and `NEMO_API_URL` are ignored.

        Args:
            folder: The folder of all data of the backend. None means a temporary folder.
            seed: The seed of all music. None derives it from the clip's content and the message.
            faithful: Whether the backend has the service's limits and prices.
            allow_partial: Whether the backend uses the existing part of a truncated clip. The
                result then has a warning.
            engine: The engine that does the heavy work. None means the real engine, in worker
                processes.
            options: All other options of a backend.
            backend: A backend that exists already, which several clients may share. The client
                starts the backend unless it is running. The last client that is closed closes the
                backend if a client has started it.
            settings: Timeouts and limits. The client replaces the addresses and the identity in
                these settings.
            policy: As for `Client`.
            journal: As for `Client`.
            on_request: As for `Client`.
            on_response: As for `Client`.
            clock: As for `Client`.

        Raises:
            ConfigurationError: `backend` was passed together with an argument for a new backend.
            MissingExtraError: The extra `local` is not installed (on entering).
        """
        with complete_python():
            from nemomusic.local import LocalBackend, LocalOptions

        if allow_partial and backend is None:
            options = LocalOptions() if options is None else options
            options = attrs.evolve(options, allow_partial=True)
        if backend is None:
            backend = LocalBackend(
                folder,
                seed=seed,
                faithful=faithful,
                engine=engine,
                options=options,
            )
        elif faithful or allow_partial or (folder, seed, engine, options) != (None,) * 4:
            raise ConfigurationError(
                "folder, seed, faithful, allow_partial, engine and options are for a backend that"
                " is made here",
                remedy="Pass them, or a backend, but not both.",
            )
        check_kind("settings", settings, Settings)
        policy = _chosen_policy(policy)
        chosen = attrs.evolve(
            settings if settings is not None else Settings(),
            token=None,
            api_url="http://127.0.0.1",
            token_file=None,
        )
        client = cls.__new__(cls)
        observer = Observer(on_request=on_request, on_response=on_response)
        core = ClientCore(chosen, policy, observer, clock=clock, journal=journal, backend=backend)
        client._set_up(core)  # noqa: SLF001 - an instance of this class
        return client

    # ------------------------------------------------------------------ life

    async def start(self) -> Self:
        """Open the client without `async with`, as in a notebook. End it with `aclose()`.

        Raises:
            ConfigurationError: There is no asyncio event loop.
            LocalBackendError: The embedded backend could not be started.
        """
        if self._owner:
            await self._core.enter()
        return self

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def __enter__(self) -> NoReturn:
        raise ConfigurationError(
            "a nemomusic.Client is entered with `async with`",
            remedy="Write `async with`, or use nemomusic.sync.Client, which works without asyncio.",
        )

    def __exit__(self, *_: object) -> None:
        pass  # `__enter__` always raises

    async def aclose(self) -> None:
        """Close connections, and an embedded backend that no other client uses.

        Raises:
            ConfigurationError: The client is open in another event loop, or there is none.
        """
        if self._owner:  # a copy with options owns nothing
            await self._core.aclose()

    def __del__(self, _warn: Any = warnings.warn) -> None:
        core = getattr(self, "_core", None)
        if core is None or not self._owner:
            return
        left_open = core.left_open
        core.abandon()  # or aiohttp would warn as well, once for each pool
        if left_open:
            _warn(
                f"a nemomusic.Client was never closed; it was made at {self._made_at}. "
                "Use `async with` (nemomusic.sync: `with`), or close it.",
                ResourceWarning,
                source=self,
                stacklevel=2,
            )

    def __repr__(self) -> str:
        where = "local" if self._core.is_local else self.settings.api_url
        return f"<nemomusic.Client {where}>"

    def __reduce__(self) -> str | tuple[Any, ...]:
        raise TypeError(
            "a Client can't be pickled or copied: it holds connections. Make one where it is "
            "needed, or use client.with_options()."
        )

    def with_options(
        self,
        *,
        timeouts: Timeouts | None = None,
        deadline: float | None = None,
        policy: Policy | None = None,
        max_retries: int | None = None,
        timeout: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Client:
        """Return a copy that shares connections and token. Closing it does nothing.

        Args:
            timeouts: See `Timeouts`.
            deadline: Seconds from now. Everything that is done through the copy has to be over by
                then: requests, retries, polls and downloads.
            policy: After which errors a request is tried again.
            max_retries: As for `Client`.
            timeout: As for `Client`.
            headers: Further headers for every API request (not `Authorization`).

        Raises:
            ConfigurationError: A header belongs to the SDK or can't be sent; an option makes no
                sense; or an embedded backend was not started: enter the client first.
        """
        pipeline = self._resources.pipeline
        pipeline.lifetime.check_open()
        policy = _chosen_policy(pipeline.policy if policy is None else policy, max_retries)
        check_kind("timeouts", timeouts, Timeouts)
        check_headers({} if headers is None else headers)
        reserved = {"authorization", "host", "content-length", "x-client-id"}
        if headers is not None and reserved & {str(name).lower() for name in headers}:
            raise ConfigurationError(
                "these headers are the SDK's to set: " + ", ".join(sorted(reserved)),
                remedy="Leave them out.",
            )
        copy: Client = object.__new__(type(self))
        copy.__dict__.update(self.__dict__)
        copy._owner = False
        exchange = pipeline.exchange
        if timeout is not None:
            timeouts = attrs.evolve(timeouts or self.settings.timeouts, call=timeout)
        if timeouts is not None:
            copy._settings = attrs.evolve(self.settings, timeouts=timeouts)
            exchange = exchange.with_settings(copy.settings)
        copied = attrs.evolve(
            pipeline,
            exchange=exchange,
            policy=policy,
            deadline=pipeline.deadline if deadline is None else Deadline(pipeline.clock, deadline),
            headers={**(pipeline.headers or {}), **(headers or {})} or None,
        )
        copy._resources = Resources(copied, self._core.tokens, self._core.turns)
        copy._jobs = None
        return copy


def _chosen_policy(policy: Policy | None, max_retries: int | None = None) -> Policy | None:
    """Return a policy with a limit of retries; None for the default policy.

    Raises:
        ConfigurationError: An option makes no sense.
    """
    if policy is None and max_retries is None:
        return None
    from nemomusic.protocol.retry_policy import Policy  # most programs keep the default

    check_kind("policy", policy, Policy)
    chosen = Policy() if policy is None else policy
    return chosen if max_retries is None else chosen.with_max_retries(max_retries)


def _caller_line() -> str:
    """Return file and line where a client was made, for the warning about an unclosed one."""
    import sys

    frame = sys._getframe(1)  # noqa: SLF001 - the only way to ask cheaply
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
