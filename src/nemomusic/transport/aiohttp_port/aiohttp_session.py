"""Sessions of aiohttp: the SDK's own, and those that an application passes in.

Each request overrides the options of a passed session (`raise_for_status`, a proxy, middlewares,
timeouts, decompression, limits of headers). An option that can't be overridden is refused, and the
error names it.
"""

from __future__ import annotations

import asyncio
import math
import ssl
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from aiohttp.hdrs import ACCEPT_ENCODING, AUTHORIZATION

from nemomusic import errors
from nemomusic._version import __version__
from nemomusic.network import Proxies
from nemomusic.runtime.open_file_limit import calls_at_once, conversations_at_once
from nemomusic.secret import HiddenText

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp.abc import AbstractResolver

    from nemomusic.network import ProxyAddress
    from nemomusic.secret import Secret
    from nemomusic.transport.base import HttpRequest, HttpTimeout

FEWEST_CONNECTIONS: Final = 4
"""Connections that a passed session has to allow. A message under way holds one of them for
minutes. Its state, an upload and a download need others meanwhile.
"""
HEADER_BYTES: Final = 64 * 2**10
"""Bytes that one header of an answer may have. aiohttp's own 8 KiB are too few for some proxies."""
SESSION_OPTIONS: Final[Mapping[str, Any]] = {
    "raise_for_status": False,
    "auto_decompress": False,
    "max_line_size": HEADER_BYTES,
    "max_field_size": HEADER_BYTES,
}
"""Options of own sessions. Each request in a passed session overrides the options of the session
with them.
"""
_PLAIN: Final = "Pass a plain session. One that repeats requests could pay twice."
_FORBIDDEN_HEADERS: Final = ("Authorization", "Proxy-Authorization", "Host")
"""Default headers that would be sent to every host."""
_HEADERS_OF_ONE_REQUEST: Final = (
    "Content-Encoding",
    "Content-Length",
    "Content-Type",
    "Expect",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Range",
    "Transfer-Encoding",
    "Upgrade",
)
"""Default headers that are true of some requests only. A request has its own, or none."""
_SENDING_METHODS: Final = ("_request", "request")
"""Methods of a session that send a request."""


def new_session(
    *, files: bool, streams: bool, resolver: AbstractResolver | None
) -> aiohttp.ClientSession:
    """Return a new session of aiohttp.

    Args:
        files: For downloads, which other hosts may serve: it sends no header of the SDK.
        streams: For streams and uploads: each request uses a new connection.
        resolver: Looks up names of hosts; None for aiohttp's own. It is not closed here.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=conversations_at_once() if streams else calls_at_once(),
            force_close=streams,
            resolver=resolver,
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers=None if files else {"User-Agent": f"nemomusic/{__version__}"},
        timeout=aiohttp.ClientTimeout(total=None),
        **SESSION_OPTIONS,
    )


def checked(session: Any) -> aiohttp.ClientSession:
    """Return a session that an application passes in, if it can be used.

    Raises:
        ConfigurationError: One of its options can't be overridden. The error names the option.
    """
    if not isinstance(session, aiohttp.ClientSession):
        raise errors.ConfigurationError(
            f"http= is an aiohttp.ClientSession, not {type(session).__name__}",
            remedy=_PLAIN,
        )
    for name in _SENDING_METHODS:
        if _is_replaced(session, name):
            raise _refused(f"its own {name}()", _PLAIN)
    if session.auth is not None:
        raise _refused("auth", "The SDK sends its own token; leave auth out.")
    if session.trust_env:
        raise _refused(
            "trust_env",
            "It would send logins from .netrc. Leave it out: the SDK reads the proxies of the "
            "environment itself (Settings.from_env()).",
        )
    if getattr(session, "_default_proxy_auth", None) is not None:
        raise _refused("proxy_auth", "Put user name and password into the address of the proxy.")
    for name in _FORBIDDEN_HEADERS:
        if name in session.headers:
            raise _refused(f"headers[{name!r}]", "It would be sent to every host; leave it out.")
    for name in _HEADERS_OF_ONE_REQUEST:
        if name in session.headers:
            raise _refused(
                f"headers[{name!r}]", "It belongs to one request, not to all of them; leave it out."
            )
    if session.version != aiohttp.HttpVersion11:
        raise _refused(
            f"version={session.version[0]}.{session.version[1]}",
            "Uploads and streams need HTTP/1.1; leave it out.",
        )
    connector = session.connector
    trust = getattr(connector, "_ssl", True)
    if trust is False or getattr(trust, "verify_mode", None) == ssl.CERT_NONE:
        raise _refused(
            "connector.ssl=False" if trust is False else "connector.ssl with CERT_NONE",
            "The token could go to another server. Leave ssl= out, or trust your own CA with "
            "Settings(tls=…).",
        )
    for option in ("limit", "limit_per_host"):
        limit = getattr(connector, option, 0)
        if 0 < limit < FEWEST_CONNECTIONS:
            raise _refused(
                f"connector.{option}={limit}",
                f"Allow at least {FEWEST_CONNECTIONS} connections: a message under way holds one, "
                "and the others are needed meanwhile.",
            )
    return session


def _is_replaced(session: aiohttp.ClientSession, name: str) -> bool:
    """Return whether a subclass or the program has replaced a method of this session.

    Tools that watch all sessions replace the method of `ClientSession` itself, which is allowed.
    """
    owner = next(one for one in type(session).__mro__ if name in vars(one))
    return name in vars(session) or owner is not aiohttp.ClientSession


def check_usable(session: aiohttp.ClientSession) -> None:
    """Raise unless a passed session can send a request here and now.

    Raises:
        ConfigurationError: The session is closed, or belongs to another event loop.
    """
    if session.closed:
        raise errors.ConfigurationError(
            "the aiohttp session passed as http= is closed",
            remedy="Keep it open as long as the client is used.",
        )
    if getattr(session, "_loop", None) not in {None, asyncio.get_running_loop()}:
        raise errors.ConfigurationError(
            "the aiohttp session passed as http= belongs to another event loop",
            remedy="Make the session in the coroutine that uses the client.",
        )


def _refused(option: str, remedy: str) -> errors.ConfigurationError:
    return errors.ConfigurationError(
        f"the aiohttp session passed as http= has {option}, which can't be used", remedy=remedy
    )


def proxies_of(session: aiohttp.ClientSession, proxies: Proxies) -> Proxies:
    """Return which proxy the requests of a passed session go through.

    A proxy of the session comes first. It is passed again with each request, and user name and
    password separately, so that no error of aiohttp holds them. A connector of another kind, such
    as one for SOCKS, is left as it is: the environment does not change it.

    Args:
        session: The session.
        proxies: The proxies of the settings.
    """
    proxy = getattr(session, "_default_proxy", None)
    if proxy is not None:
        return Proxies.through(str(proxy))
    special = type(session.connector) is not aiohttp.TCPConnector
    return Proxies() if special and proxies.from_environment else proxies


class _Authorization:
    """A middleware that gives the header `Authorization` to aiohttp while the request is sent.

    The frames and answers of aiohttp hold the headers of the request for longer: an error report
    that reads them as they are would show the token.

    Args:
        value: The value of the header.
    """

    def __init__(self, value: Secret) -> None:
        self._value = value

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        try:
            request.headers[AUTHORIZATION] = self._value.reveal()
            return await handler(request)
        finally:
            request.headers.popall(AUTHORIZATION, None)


def request_options(
    request: HttpRequest,
    coding: str,
    proxy: ProxyAddress | None,
    tls: ssl.SSLContext | None,
    url: str | None = None,
) -> dict[str, Any]:
    """Return the options of one request, without `SESSION_OPTIONS`.

    Args:
        request: The request.
        coding: The accepted content codings.
        proxy: The proxy, or None.
        tls: The context for TLS, or None for aiohttp's own.
        url: The address that a redirect led to; None for that of the request.
    """
    authorization = request.authorization
    options: dict[str, Any] = {
        "headers": {ACCEPT_ENCODING: coding, **request.headers},
        "timeout": client_timeout(request.timeout),
        "allow_redirects": False,
        # These replace the session's middlewares: one that repeats requests could send a message
        # twice.
        "middlewares": () if authorization is None else (_Authorization(authorization),),
    }
    if tls is not None:
        options["ssl"] = tls
    if proxy is not None:
        options["proxy"] = proxy.url
        if proxy.authorization is not None:
            login = {"Proxy-Authorization": HiddenText(proxy.authorization.reveal())}
            if (request.url if url is None else url).startswith("https:"):
                options["proxy_headers"] = login  # for the tunnel; the service never sees it
            else:
                options["headers"] |= login
    return options


@lru_cache
def client_timeout(timeout: HttpTimeout) -> aiohttp.ClientTimeout:
    """Return aiohttp's form of a timeout."""
    total, connect, read = (None if seconds == math.inf else seconds for seconds in timeout)
    return aiohttp.ClientTimeout(total=total, sock_connect=connect, sock_read=read)
