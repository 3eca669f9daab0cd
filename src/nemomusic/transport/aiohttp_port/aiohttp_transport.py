"""HTTP through aiohttp. In the SDK, only this folder imports it.

Three connection pools. One is for calls. One is for streams and uploads: it never reuses a
connection, since a POST on a kept connection that the server has just closed fails with an
unknown outcome. One is for files, which other hosts may serve, and sends no header of the SDK.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Literal

from yarl import URL

from nemomusic import errors
from nemomusic.network import Proxies, through
from nemomusic.protocol.foreign_answers import REDIRECTS, redirected
from nemomusic.runtime.clock import wait_uncancelled
from nemomusic.transport.aiohttp_port.aiohttp_errors import BROKEN, proxy_refusal, transport_error
from nemomusic.transport.aiohttp_port.aiohttp_resolver import resolver_of_ours
from nemomusic.transport.aiohttp_port.aiohttp_session import (
    SESSION_OPTIONS,
    check_usable,
    checked,
    new_session,
    proxies_of,
    request_options,
)
from nemomusic.transport.base import HttpRequest, HttpResponse
from nemomusic.transport.content_coding import (
    ACCEPTED,
    IDENTITY,
    coding_of,
    decoder_for,
    unasked,
)
from nemomusic.transport.lifetime import CLOSED, OPEN_REMEDY

if TYPE_CHECKING:
    from collections.abc import Mapping

    import aiohttp

    from nemomusic.network import ProxyAddress
    from nemomusic.runtime.tls import Tls
    from nemomusic.transport.base import EventStream
    from nemomusic.transport.content_coding import Inflater

_Pool = Literal["_calls", "_streams", "_files"]
_POOLS: Final[tuple[_Pool, ...]] = ("_calls", "_streams", "_files")
_STREAM_BUFFER: Final = 2**18
"""Bytes of a stream that are buffered. With fewer, the socket pauses while a long event arrives."""
_FILE_BUFFER: Final = 2**19
"""Bytes of a download that are buffered."""
_MAX_REDIRECTS: Final = 10
"""Redirects that are followed in one download."""


class AiohttpTransport:
    """The implementation of `Transport` with aiohttp.

    Args:
        http: An aiohttp session to use in place of own connections. It is not closed here.
        proxies: Chooses the proxy of a request. This proxy comes before that of a passed session.
        tls: The trusted CAs and the client certificate; None for the system's CAs.

    Raises:
        ConfigurationError: The session has an option that can't be used, or a file of `tls` can't
            be read.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession | None = None,
        *,
        proxies: Proxies | None = None,
        tls: Tls | None = None,
    ) -> None:
        self._owned = http is None
        # The parts of a passed session, such as its resolver or its tracing, can raise anything.
        self._broken = BROKEN if http is None else (Exception,)
        self._overrides: Mapping[str, Any] = {} if http is None else SESSION_OPTIONS
        self._proxies = Proxies() if proxies is None else proxies
        self._tls = None if tls is None else tls.build()
        self._closed = False
        self._resolver = resolver_of_ours() if self._owned else None
        if http is not None:
            http = checked(http)
            self._proxies = proxies_of(http, self._proxies)
        self._calls = http
        self._streams = http
        self._files = http

    @property
    def open(self) -> bool:
        """Whether own connections are open."""
        return self._owned and any((self._calls, self._streams, self._files))

    async def request(self, request: HttpRequest) -> HttpResponse:
        """See `Transport.request`."""
        pool = self._pool("_streams" if request.fresh_connection else "_calls")
        proxy = self._proxies.for_url(request.url)
        options = request_options(request, ACCEPTED, proxy, self._tls)
        try:
            async with pool.request(
                request.method,
                URL(request.url, encoded=True),
                data=request.body,
                **options,
                **self._overrides,
            ) as response:
                if response.status == 407:
                    raise _login_wanted(response, proxy)
                return await complete(response, request.max_bytes)
        except errors.NemoMusicError:
            raise
        except self._broken as error:
            raise transport_error(error, proxy) from error.with_traceback(None)

    async def open_stream(self, request: HttpRequest) -> EventStream | HttpResponse:
        """See `Transport.open_stream`."""
        from nemomusic.transport.aiohttp_port.event_source import _OneShotEventSource

        proxy = self._proxies.for_url(request.url)
        source = _OneShotEventSource(
            request.url,
            session=self._pool("_streams"),
            max_event_bytes=request.max_event_bytes,
            way=through(proxy),
            data=request.body,
            read_bufsize=_STREAM_BUFFER,
            **request_options(request, IDENTITY, proxy, self._tls),
            **self._overrides,
        )
        try:
            await source.connect()
            if source.refused is None:
                return source
            async with source.refused as response:
                if response.status == 407:
                    raise _login_wanted(response, proxy)
                return await complete(
                    response,
                    request.max_bytes,
                    beginning=source.beginning,
                    decoder=source.inflater,
                )
        except errors.NemoMusicError:
            raise
        except self._broken as error:
            raise transport_error(error, proxy) from error.with_traceback(None)

    async def fetch(self, request: HttpRequest) -> _OpenDownload:
        """See `Transport.fetch`. Each redirect chooses its proxy again."""
        url = request.url
        for _ in range(_MAX_REDIRECTS):
            proxy = self._proxies.for_url(url)
            try:
                response = await self._pool("_files").request(
                    request.method,
                    URL(url),  # another host's address, perhaps with characters to be encoded
                    read_bufsize=_FILE_BUFFER,
                    **request_options(request, IDENTITY, proxy, self._tls, url),
                    **self._overrides,
                )
            except errors.NemoMusicError:
                raise
            except self._broken as error:
                raise transport_error(error, proxy) from error.with_traceback(None)
            try:
                if response.status == 407:
                    raise _login_wanted(response, proxy)
                location = response.headers.get("Location")
                if not (request.follow_redirects and response.status in REDIRECTS and location):
                    if coding := coding_of(response.headers):
                        raise unasked(coding, response.status)
                    return _OpenDownload(response, proxy)
            except BaseException:
                response.close()
                raise
            response.release()
            url = redirected(url, location, response.status)
        raise errors.UnexpectedAnswerError(f"over {_MAX_REDIRECTS} redirects, one after another")

    def _pool(self, name: _Pool) -> aiohttp.ClientSession:
        if self._closed:
            raise errors.ConfigurationError(CLOSED, remedy=OPEN_REMEDY)
        session: aiohttp.ClientSession | None = getattr(self, name)
        if session is None:
            session = new_session(
                files=name == "_files", streams=name == "_streams", resolver=self._resolver
            )
            setattr(self, name, session)
        elif not self._owned:
            check_usable(session)
        return session

    async def aclose(self) -> None:
        """Close own connections. A session that was passed in stays open."""
        self._closed = True
        if self._owned:
            sessions = [session for session in map(self._take, _POOLS) if session is not None]
            if sessions:
                await wait_uncancelled(asyncio.gather(*(one.close() for one in sessions)))
        self._end_lookups()

    def _take(self, name: _Pool) -> aiohttp.ClientSession | None:
        session: aiohttp.ClientSession | None = getattr(self, name)
        setattr(self, name, None)
        return session

    def abandon(self) -> None:
        """Close own connections without waiting, when no coroutine can run any more."""
        for name in _POOLS:
            session = self._take(name)
            if session is not None and self._owned:
                connector = session.connector
                session.detach()
                if connector is not None and not connector.closed:
                    closing = connector.close().__await__()
                    with suppress(StopIteration, RuntimeError):
                        next(closing)  # this closes them; the rest of the coroutine waits
                    closing.close()
        self._end_lookups()

    def _end_lookups(self) -> None:
        if self._resolver is not None:
            self._resolver.end()


class _OpenDownload:
    """The `OpenFile` of the transport with aiohttp."""

    def __init__(self, response: aiohttp.ClientResponse, proxy: ProxyAddress | None) -> None:
        self._response = response
        self._proxy = proxy

    @property
    def status(self) -> int:
        return self._response.status

    @property
    def headers(self) -> Mapping[str, str]:
        return self._response.headers

    async def read(self) -> bytes:
        try:
            return await self._response.content.readany()
        except BROKEN as error:
            raise transport_error(error, self._proxy) from error.with_traceback(None)

    async def aclose(self) -> None:
        self._response.release()
        await self._response.wait_for_close()


def _login_wanted(
    response: aiohttp.ClientResponse, proxy: ProxyAddress | None
) -> errors.ConnectError:
    """Return the exception for a proxy that wants a login. For https, aiohttp raises its own."""
    headers = dict(response.headers)
    response.close()
    return proxy_refusal(407, response.reason or "", headers, proxy)


async def complete(
    response: aiohttp.ClientResponse,
    max_bytes: int,
    *,
    beginning: bytes = b"",
    decoder: Inflater | None = None,
) -> HttpResponse:
    """Read a complete answer, and undo its content coding.

    Args:
        response: The answer.
        max_bytes: The largest size of the body.
        beginning: The first bytes of the body, decoded, if they were read already.
        decoder: The decoder that decoded them, or None.

    Raises:
        UnexpectedAnswerError: The answer is too large, damaged, or in a coding that was not asked
            for.
    """
    if decoder is None and "Content-Encoding" in response.headers:
        decoder = decoder_for(response.headers, response.status)
    content = response.content
    pieces = [beginning] if beginning else []
    size = len(beginning)
    while not content.at_eof():
        chunk = await content.readany()
        for piece in (chunk,) if decoder is None else decoder.feed(chunk):
            size += len(piece)
            if size > max_bytes:
                response.close()
                raise errors.UnexpectedAnswerError(
                    f"the answer is over {max_bytes} bytes", status=response.status
                )
            pieces.append(piece)
    if decoder is not None and not decoder.complete:
        raise errors.UnexpectedAnswerError(
            "the compressed answer ends too early", status=response.status
        )
    body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
    return HttpResponse(response.status, response.headers, body)
