"""HTTP through aiohttp: the only file of the client that does so.

Three connection pools (design, section 5): one for calls; one for streams and uploads, unlimited,
that never reuses a connection, since a POST on a kept-alive connection that the server has just
closed fails with an unknown outcome; and one without any header of ours for other hosts.
"""

from __future__ import annotations

import asyncio
import uuid
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import aiohttp
from yarl import URL

from nemomusic import errors
from nemomusic.clock import outlast
from nemomusic.protocol import envelope
from nemomusic.protocol.jsontext import dumps
from nemomusic.secret import HiddenText, Secret

if TYPE_CHECKING:
    from collections.abc import (
        AsyncGenerator,
        Callable,
        Coroutine,
        Mapping,
    )

    from nemomusic._eventsource import OneShotEventSource
    from nemomusic.clock import Clock
    from nemomusic.protocol.routes import Route
    from nemomusic.settings import Settings

_JSON: Final = "application/json"
_BROKEN: Final = (aiohttp.ClientError, OSError, TimeoutError, ValueError)
_Pool = Literal["_calls", "_streams", "_files"]
_POOLS: Final[tuple[_Pool, ...]] = ("_calls", "_streams", "_files")
_NEVER_SENT: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)


class Closable(Protocol):
    """What can be closed."""

    async def aclose(self) -> None:
        """Close it."""
        ...


class Transport:
    """Sends one request, once. Knows nothing of retries.

    Args:
        settings: where to, and how long to wait.
        clock: for `Retry-After` dates.
        http: an aiohttp session to use instead of our own pools; it is not closed by us.
    """

    def __init__(
        self, settings: Settings, clock: Clock, http: aiohttp.ClientSession | None = None
    ) -> None:
        self.settings = settings
        self.clock = clock
        self._own = http is None
        self._origin = self
        self._calls = http
        self._streams = http
        self._files = http
        self.closed: str | None = None  # why nothing can be sent
        self.readers: set[Closable] = set()  # of streams that are open
        self._headers: dict[str, str] = {"Accept": _JSON, **settings.attribution}
        self._urls: dict[str, URL] = {}  # those without placeholders
        self._bearer: tuple[Secret, HiddenText] | None = None
        self._call_timeout = aiohttp.ClientTimeout(
            total=settings.timeouts.call, sock_connect=settings.timeouts.connect
        )

    def with_settings(self, settings: Settings) -> Transport:
        """One that shares this one's connections (they are opened now if need be)."""
        copy = Transport(settings, self.clock, self._pool("_calls"))
        copy._streams = self._pool("_streams")
        copy._files = self._pool("_files")
        copy._origin = self._origin
        copy.readers = self.readers
        return copy

    @property
    def open(self) -> bool:
        """Whether connections of our own are open."""
        return self._own and any((self._calls, self._streams, self._files))

    def _pool(self, name: _Pool) -> aiohttp.ClientSession:
        if self._origin.closed:
            raise errors.ConfigurationError(
                self._origin.closed, remedy="Use it inside `async with`."
            )
        session: aiohttp.ClientSession | None = getattr(self, name)
        if session is None:
            fresh = name == "_streams"
            connector = aiohttp.TCPConnector(limit=0 if fresh else 100, force_close=fresh)
            session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=name != "_files",
                proxy=self.settings.proxy,
                headers=None if name == "_files" else {"User-Agent": _user_agent()},
                timeout=aiohttp.ClientTimeout(total=None),
            )
            setattr(self, name, session)
        return session

    async def close(self) -> None:
        """Close what reads, then our own connections; a session that was passed in stays open."""
        self.closed = "the client is closed"
        try:
            for reader in list(self.readers):
                await reader.aclose()
        finally:
            await self._close_pools()

    async def _close_pools(self) -> None:
        if self._own:
            open_ones = [session for session in map(self._take, _POOLS) if session is not None]
            if open_ones:
                await outlast(asyncio.gather(*(session.close() for session in open_ones)))

    def _take(self, name: _Pool) -> aiohttp.ClientSession | None:
        session: aiohttp.ClientSession | None = getattr(self, name)
        setattr(self, name, None)
        return session

    def abandon(self) -> None:
        """Let go of open connections without waiting, when nobody can await `close()` any more."""
        for name in _POOLS:
            session = self._take(name)
            if session is not None and self._own:
                connector = session.connector
                session.detach()
                if connector is not None and not connector.closed:
                    closing = connector.close().__await__()
                    with suppress(StopIteration, RuntimeError):
                        next(closing)  # closes them; what is left is to wait until they are
                    closing.close()

    def _request_headers(
        self, token: Secret | None, extra: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        headers = self._headers.copy()
        headers["X-Request-Id"] = uuid.uuid4().hex
        if token is not None:
            if self._bearer is None or self._bearer[0] is not token:
                self._bearer = token, HiddenText(f"Bearer {token.reveal()}")
            headers["Authorization"] = self._bearer[1]
        if extra:
            headers.update(extra)
        return headers

    def url(self, route: Route, path: Mapping[str, str]) -> URL:
        """The address of one request."""
        if path:
            # Percent-encoded already; yarl must not decode an id's %2F.
            return URL(f"{self.settings.api_url}{route.path(**path)}", encoded=True)
        url = self._urls.get(route.template)
        if url is None:
            url = self._urls[route.template] = URL(
                f"{self.settings.api_url}{route.template}", encoded=True
            )
        return url

    def call(
        self,
        route: Route,
        *,
        token: Secret | None = None,
        path: Mapping[str, str] | None = None,
        json: Any = None,
        body: Callable[[], AsyncGenerator[bytes]] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        patience: float | None = None,
    ) -> Coroutine[Any, Any, Any]:
        """Send one request and unwrap its answer.

        Args:
            route: which endpoint.
            token: bearer token, or None.
            path: values for the placeholders.
            json: body, as a value.
            body: makes a body to be streamed (an upload). Such a request gets a connection of
                its own; its time is bounded by the lack of progress (`Timeouts.upload_stall`).
            headers: further ones.
            timeout: seconds for the whole call, if shorter than the settings'.
            patience: seconds without a byte of an answer, in place of the settings' for the whole.

        Raises:
            APIError: the answer is an error, or makes no sense.
            TransportError: there was none.
        """
        data: Any = None
        extra = dict(headers) if headers else {}
        if body is not None:
            return self._upload(route, body, token, path, extra, timeout)
        limits = self._call_timeout
        if patience is not None:
            limits = aiohttp.ClientTimeout(
                total=timeout,
                sock_connect=self.settings.timeouts.connect,
                sock_read=patience,
            )
        elif timeout is not None and timeout < self.settings.timeouts.call:
            limits = aiohttp.ClientTimeout(
                total=timeout, sock_connect=self.settings.timeouts.connect
            )
        if json is not None:
            data = dumps(json)
            extra["Content-Type"] = _JSON
        # What can't be repeated gets a fresh connection: a kept one may just have been closed.
        name: _Pool = "_calls" if route.replayable or route.method == "GET" else "_streams"
        return self._exchange(self._pool(name), route, token, path, extra, data, limits)

    async def _upload(
        self,
        route: Route,
        body: Callable[[], AsyncGenerator[bytes]],
        token: Secret | None,
        path: Mapping[str, str] | None,
        headers: dict[str, str],
        timeout: float | None,
    ) -> Any:
        timeouts = self.settings.timeouts
        limits = aiohttp.ClientTimeout(total=timeout, sock_connect=timeouts.connect, sock_read=None)
        upload = _Watched(body(), timeouts.upload_stall, timeouts.read)
        try:
            async with asyncio.timeout(None) as guard:
                upload.watch(guard)
                return await self._exchange(
                    self._pool("_streams"), route, token, path, headers, upload.chunks(), limits
                )
        except TimeoutError as error:
            if upload.failure is not None:
                raise upload.failure from None
            if isinstance(error, errors.NemoMusicError):
                raise
            raise errors.RequestTimeoutError(
                f"the upload stalled: nothing moved for {upload.patience:g} s",
                endpoint=route.endpoint,
                remedy="Check the connection; what arrived is not sent again.",
            ) from None
        except errors.TransportError:
            if upload.failure is not None:  # the source, or who watches it, and not the network
                raise upload.failure from None
            raise
        finally:
            await upload.close()

    async def _exchange(
        self,
        session: aiohttp.ClientSession,
        route: Route,
        token: Secret | None,
        path: Mapping[str, str] | None,
        headers: dict[str, str],
        data: Any,
        limits: aiohttp.ClientTimeout,
    ) -> Any:
        try:
            async with session.request(
                route.method,
                self.url(route, path or {}),
                headers=self._request_headers(token, headers),
                data=data,
                timeout=limits,
                allow_redirects=False,
            ) as response:
                raw = await self._read(response, route)
                return envelope.unwrap(
                    route, response.status, response.headers, raw, now=self.clock.time()
                )
        except _BROKEN as error:
            if isinstance(error, errors.NemoMusicError):
                raise
            raise transport_error(error, route.endpoint) from error.with_traceback(None)

    async def _read(self, response: aiohttp.ClientResponse, route: Route) -> bytes:
        limit = self.settings.max_answer_bytes
        pieces: list[bytes] = []
        size = 0
        while piece := await response.content.readany():
            size += len(piece)
            if size > limit:
                response.close()
                raise errors.UnexpectedAnswerError(
                    f"the answer is over {limit} bytes",
                    status=response.status,
                    endpoint=route.endpoint,
                )
            pieces.append(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def open_stream(
        self,
        route: Route,
        *,
        token: Secret | None,
        json: Any,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> OneShotEventSource:
        """Send one message, once, and give the open stream.

        Args:
            route: the endpoint.
            token: bearer token.
            json: body.
            headers: further ones.
            timeout: seconds until it has to be open, if shorter than the settings'.

        Raises:
            APIError: something else than a stream came back.
            TransportError: nothing did.
        """
        from nemomusic._eventsource import OneShotEventSource

        limits = aiohttp.ClientTimeout(
            total=None, sock_connect=self.settings.timeouts.connect
        )  # whoever reads watches for silence
        source = OneShotEventSource(
            str(self.url(route, {})),
            session=self._pool("_streams"),
            refuse=partial(self._refused, route, "a stream"),
            limit=self.settings.max_event_bytes,
            headers=self._request_headers(
                token,
                {
                    **(headers or {}),
                    "Accept": "text/event-stream",
                    "Cache-Control": "no-cache",
                    "Content-Type": _JSON,
                },
            ),
            data=dumps(json),
            timeout=limits,
            allow_redirects=False,
            read_bufsize=2**18,  # fewer pauses of the socket while a long event arrives
        )
        patience = self.settings.timeouts.heartbeats
        try:
            async with asyncio.timeout(patience if timeout is None else min(patience, timeout)):
                await source.connect()
        except _BROKEN as error:
            if isinstance(error, errors.NemoMusicError):
                raise
            raise transport_error(error, route.endpoint) from error.with_traceback(None)
        return source

    async def file(
        self,
        url: str,
        *,
        token: Secret | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> aiohttp.ClientResponse:
        """GET a file; `token` only for the API's own download route. Use it with `async with`.

        Redirects are followed without a token only. Transport errors are raised as ours; read the
        body inside `reading()`, for the same.
        """
        sent = {"Accept-Encoding": "identity", **(headers or {})}
        if token is not None:
            sent = self._request_headers(token, {"Accept": "*/*", **sent})
        timeouts = self.settings.timeouts
        with reading():
            return await self._pool("_files").get(
                URL(url),
                headers=sent,
                timeout=aiohttp.ClientTimeout(
                    total=timeout, sock_connect=timeouts.connect, sock_read=timeouts.read
                ),
                allow_redirects=token is None,
                read_bufsize=2**19,
            )

    async def refusal(self, route: Route, response: aiohttp.ClientResponse) -> errors.APIError:
        """The exception for a file's answer that is an error of the API."""
        with reading():
            return await self._refused(route, "a file", response)

    async def _refused(
        self, route: Route, wanted: str, response: aiohttp.ClientResponse
    ) -> errors.APIError:
        raw = await self._read(response, route)
        try:
            envelope.unwrap(route, response.status, response.headers, raw, now=self.clock.time())
        except errors.APIError as error:
            return error
        return errors.UnexpectedAnswerError(
            f"a plain answer came where {wanted} was asked for",
            status=response.status,
            endpoint=route.endpoint,
            request_id=envelope.request_id(response.headers),
        )


class reading:  # noqa: N801 - reads as a statement
    """Turns aiohttp's errors into ours, for what is read of a file."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, _BROKEN) and not isinstance(error, errors.NemoMusicError):
            raise transport_error(error, "GET the result") from error.with_traceback(None)


class _Watched:
    """The body of an upload, watched while aiohttp takes it.

    A timer that is set anew for every piece costs more than one that looks, when it is due,
    whether something has moved since.
    """

    def __init__(self, body: AsyncGenerator[bytes], stall: float, read: float) -> None:
        self._body = body
        self._read = read
        self._busy = False
        self._idle: asyncio.Future[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._moved_at = self._loop.time()
        self._timer: asyncio.TimerHandle | None = None
        self._guard: asyncio.Timeout | None = None
        self.patience = stall
        self.failure: Exception | None = None

    def watch(self, guard: asyncio.Timeout) -> None:
        """Let `guard` end what it guards once nothing has moved for so long."""
        self._guard = guard
        self._look()

    def _look(self) -> None:
        due = self._moved_at + self.patience
        if self._guard is None:
            return
        if due > self._loop.time():
            self._timer = self._loop.call_at(due, self._look)
        else:
            self._guard.reschedule(due)

    async def chunks(self) -> AsyncGenerator[bytes]:
        """The body; each piece that is taken gives it more time."""
        while (chunk := await self._next()) is not None:
            yield chunk
            self._moved_at = self._loop.time()
        self._moved_at = self._loop.time()
        if self.patience != self._read:  # all is sent: now the answer is awaited
            self.patience = self._read
            self._stop()
            self._look()

    async def _next(self) -> bytes | None:
        self._busy = True
        try:
            return await anext(self._body, None)
        except Exception as error:
            self.failure = error
            raise
        finally:
            self._busy = False
            if self._idle is not None and not self._idle.done():
                self._idle.set_result(None)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    async def close(self) -> None:
        """See that the source is closed: aiohttp leaves the generator where it was."""
        self._guard = None
        self._stop()
        try:
            if self._busy:
                self._idle = self._loop.create_future()
                await outlast(self._idle)
        finally:
            await self._body.aclose()


def transport_error(error: Exception, endpoint: str) -> errors.TransportError:
    """Our exception for one of aiohttp's; it knows whether anything can have been sent."""
    name = type(error).__name__
    if isinstance(error, _NEVER_SENT):
        reason = getattr(error, "os_error", None)
        detail = getattr(reason, "strerror", None) or name
        return errors.ConnectError(
            f"no connection to the service ({detail})", endpoint=endpoint, sent=False
        )
    if isinstance(error, TimeoutError):
        return errors.RequestTimeoutError("the service did not answer in time", endpoint=endpoint)
    return errors.ConnectionLostError(f"the connection broke ({name})", endpoint=endpoint)


def _user_agent() -> str:
    from nemomusic._version import __version__

    return f"nemomusic/{__version__}"
