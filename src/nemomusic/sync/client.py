"""The blocking client."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

from nemomusic import client as asyncio_client
from nemomusic.client import DEFAULT_PROMPT
from nemomusic.models.values.value import LiveHandle
from nemomusic.sync.batches import Batches
from nemomusic.sync.bridge import Bridge
from nemomusic.sync.conversation import Sessions, Stream
from nemomusic.sync.jobs import Jobs, ScoredVideo
from nemomusic.sync.renders import Renders
from nemomusic.sync.resources import Auth, CreditsBalance, Scores, States, Uploads

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

    from nemomusic.files.sources import Uploadable
    from nemomusic.jobs.storage.journal import Journal
    from nemomusic.local import Engine, LocalBackend, LocalOptions
    from nemomusic.models.progress import ProgressCallback
    from nemomusic.protocol.retry_policy import Policy
    from nemomusic.runtime.clock import Clock
    from nemomusic.secret import Secret
    from nemomusic.settings import Settings, Timeouts
    from nemomusic.transport.request_info import RequestInfo, ResponseInfo


class Client(LiveHandle):
    """The client for code without asyncio. Its calls are those of `nemomusic.Client`.

        with nemomusic.sync.Client() as client:
            video = client.add_music("trip.mp4", "warm lo-fi that follows the cuts")

    Args:
        token: As for `nemomusic.Client`.
        base_url: As for `nemomusic.Client`.
        settings: As for `nemomusic.Client`.
        policy: As for `nemomusic.Client`.
        max_retries: As for `nemomusic.Client`.
        timeout: As for `nemomusic.Client`.
        journal: As for `nemomusic.Client`.
        on_request: Called in the client's thread.
        on_response: Called in the client's thread.
        clock: Time, for tests.

    Raises:
        ConfigurationError: A setting makes no sense.
    """

    _instead = "Make one where it is needed, or use client.with_options()."

    def __init__(
        self,
        token: str | Secret | None = None,
        *,
        base_url: str | None = None,
        settings: Settings | None = None,
        policy: Policy | None = None,
        max_retries: int | None = None,
        timeout: float | None = None,
        journal: Journal | str | os.PathLike[str] | None = None,
        on_request: Callable[[RequestInfo], object] | None = None,
        on_response: Callable[[ResponseInfo], object] | None = None,
        clock: Clock | None = None,
    ) -> None:
        inner = asyncio_client.Client(
            token,
            base_url=base_url,
            settings=settings,
            policy=policy,
            max_retries=max_retries,
            timeout=timeout,
            journal=journal,
            on_request=on_request,
            on_response=on_response,
            clock=clock,
        )
        self._set_up(Bridge(), inner)

    def _set_up(self, bridge: Bridge, inner: asyncio_client.Client, *, owner: bool = True) -> None:
        self._bridge = bridge
        self._inner = inner
        self._owner = owner

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

        The backend starts when the client is entered and ends when the client is closed. Arguments
        and errors are those of `nemomusic.Client.local`.
        """
        return cls._around(
            asyncio_client.Client.local(
                folder,
                seed=seed,
                faithful=faithful,
                allow_partial=allow_partial,
                engine=engine,
                options=options,
                backend=backend,
                settings=settings,
                policy=policy,
                journal=journal,
                on_request=on_request,
                on_response=on_response,
                clock=clock,
            )
        )

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

        Arguments and errors are those of `nemomusic.Client.from_env`.
        """
        return cls._around(
            asyncio_client.Client.from_env(
                environ,
                folder=folder,
                policy=policy,
                journal=journal,
                on_request=on_request,
                on_response=on_response,
            )
        )

    @classmethod
    def _around(cls, inner: asyncio_client.Client) -> Self:
        client = cls.__new__(cls)
        client._set_up(Bridge(), inner)  # noqa: SLF001 - the same class
        return client

    def start(self) -> Self:
        """Open the client without `with`. End it with `close()`.

        Raises:
            LocalBackendError: The embedded backend could not be started.
        """
        if self._owner:
            self._bridge.reopen()
        self._bridge.run(self._inner.start())
        return self

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<nemomusic.sync.Client of {self._inner!r}>"

    def close(self) -> None:
        """Close the connections, the thread, and an embedded backend that no other client uses.

        A second call does nothing. A closed client can be entered again.
        """
        if not self._owner:
            return  # a copy with options owns nothing
        self._bridge.close_after(self._inner.aclose)

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
        """Return a copy that shares connections and token. Closing it does nothing."""
        inner = self._bridge.call(
            lambda: self._inner.with_options(
                timeouts=timeouts,
                deadline=deadline,
                policy=policy,
                max_retries=max_retries,
                timeout=timeout,
                headers=headers,
            )
        )
        copy = Client.__new__(type(self))
        copy._set_up(self._bridge, inner, owner=False)  # noqa: SLF001 - the same class
        return copy

    @property
    def settings(self) -> Settings:
        """The settings of the client."""
        return self._inner.settings

    @property
    def backend_name(self) -> str:
        """The name of the backend in a journal."""
        return self._inner.backend_name

    @cached_property
    def auth(self) -> Auth:
        """Tokens and claim links."""
        return Auth(self._bridge, self._bridge.call(lambda: self._inner.auth))

    @cached_property
    def sessions(self) -> Sessions:
        """Open and attach projects."""
        return Sessions(self._bridge, self._bridge.call(lambda: self._inner.sessions))

    @cached_property
    def uploads(self) -> Uploads:
        """Upload files and web addresses into a session."""
        return Uploads(self._bridge, self._bridge.call(lambda: self._inner.uploads))

    @cached_property
    def stream(self) -> Stream:
        """Messages to the agent, and their replies."""
        return Stream(self._bridge, self._bridge.call(lambda: self._inner.stream))

    @cached_property
    def state(self) -> States:
        """The draft and the media of a session."""
        return States(self._bridge, self._bridge.call(lambda: self._inner.state))

    @cached_property
    def credits(self) -> CreditsBalance:
        """The balance."""
        return CreditsBalance(self._bridge, self._bridge.call(lambda: self._inner.credits))

    @cached_property
    def render(self) -> Renders:
        """Exports."""
        return Renders(self._bridge, self._bridge.call(lambda: self._inner.render))

    @cached_property
    def scores(self) -> Scores:
        """Stems, MIDI file and cue sheet of the music, where the backend has them."""
        return Scores(self._bridge, self._bridge.call(lambda: self._inner.scores))

    @cached_property
    def batches(self) -> Batches:
        """Many clips, each with its own prompt and its own export."""
        return Batches(self._bridge, lambda: self._inner.batches)

    @cached_property
    def jobs(self) -> Jobs:
        """Jobs: submit, attach, list, resume, forget."""
        return Jobs(self._bridge, self._bridge.call(lambda: self._inner.jobs))

    def add_music(
        self,
        source: Uploadable | Sequence[Uploadable],
        prompt: str = DEFAULT_PROMPT,
        *,
        output: str | os.PathLike[str] | None = None,
        overwrite: bool = False,
        language: str | None = None,
        name: str | None = None,
        on_progress: ProgressCallback | None = None,
    ) -> ScoredVideo:
        """Put music under a video: upload, ask, render, download.

        Arguments, result and errors are those of `nemomusic.Client.add_music`. The callback runs in
        the client's thread.
        """
        return self.jobs.add_music(
            source,
            prompt,
            output=output,
            overwrite=overwrite,
            language=language,
            name=name,
            on_progress=on_progress,
        )
