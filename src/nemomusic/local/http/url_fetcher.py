"""Fetch the files that an upload names by URL.

This module resolves host names itself, and connects to an address that it has checked. So a name
that resolves to another address the second time (DNS rebinding) has no effect. Each redirect is
checked.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from nemomusic.local.http.address_space import is_public
from nemomusic.local.http.forms import media_type, parameters
from nemomusic.local.http.responses import ApiError
from nemomusic.models.file_types import BY_MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from concurrent.futures import ThreadPoolExecutor

_MAX_REDIRECTS: Final = 5
_TIMEOUT: Final = aiohttp.ClientTimeout(total=600, sock_connect=15, sock_read=60)
_USUAL: Final = "Give an address such as https://example.com/clip.mp4, or the file itself."
_PUBLIC: Final = (
    "Give the file itself, or an address on the public Internet. A backend that is started with "
    "LocalOptions(allow_private_urls=True) fetches from its own network too."
)
_REMEDY: Final = "Open the address in a browser to see what is wrong, or give the file itself."


class _CheckedResolver(AbstractResolver):
    """Resolves host names in given threads, and returns only allowed addresses.

    Args:
        threads: Threads for lookups. The event loop's own may be full of the user's work.
        allow_private: Whether addresses of this machine and its network are allowed too.
    """

    def __init__(self, threads: ThreadPoolExecutor, *, allow_private: bool) -> None:
        self._threads = threads
        self._allow_private = allow_private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a host.

        Raises:
            ApiError: 400, one of them is not public.
        """
        loop = asyncio.get_running_loop()
        find = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM, family=family)
        results: list[ResolveResult] = []
        try:
            addresses = await loop.run_in_executor(self._threads, find)
        except UnicodeError:  # a part of the name is too long for the system of names
            raise ApiError(400, f"{host} is not the name of a host", remedy=_USUAL) from None
        for kind, _, proto, _, address in addresses:
            text = str(address[0])
            if not self._allow_private and not is_public(text):
                raise ApiError(400, f"{host} is not on the public Internet", remedy=_PUBLIC)
            results.append(
                ResolveResult(
                    hostname=host,
                    host=text,
                    port=port,
                    family=kind,
                    proto=proto,
                    flags=socket.AI_NUMERICHOST,
                )
            )
        return results

    async def close(self) -> None:
        """Do nothing: there is nothing to free."""


_NUMERIC: Final = re.compile(
    r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+))*\.?", re.IGNORECASE
)
"""Hosts such as 2130706433 or 0x7f.1, which operating systems read as IPv4 addresses."""


def _checked(raw: str, *, allow_private: bool, base: URL | None = None) -> URL:
    """Return a URL that may be fetched.

    Args:
        raw: The URL, or what a redirect says.
        allow_private: Whether it may lead to this machine and its network.
        base: The URL that redirects, or None.

    Raises:
        ApiError: 400, the URL can't or mustn't be fetched.
    """
    try:
        url = URL(raw) if base is None else base.join(URL(raw))
        host = url.host  # raises if the encoded name is not a name
    except ValueError:
        raise ApiError(400, "not a URL", remedy=_USUAL) from None
    if url.scheme not in {"http", "https"} or not host or url.user or url.password:
        raise ApiError(
            400, "only http and https URLs without a password can be fetched", remedy=_USUAL
        )
    if allow_private:
        return url
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        if _NUMERIC.fullmatch(host):  # some versions of aiohttp connect to it unresolved
            raise ApiError(
                400, f"{host} is not an address in its usual form", remedy=_USUAL
            ) from None
        return url  # a name: its addresses are checked when it is resolved
    if not is_public(host):
        raise ApiError(400, f"{host} is not on the public Internet", remedy=_PUBLIC)
    return url


def _name(response: aiohttp.ClientResponse) -> str:
    # aiohttp's own parsers raise ValueError for some values of these headers.
    name = parameters(response.headers.get("Content-Disposition", "")).get("filename")
    name = name or unquote(response.url.name) or "download"
    kind = BY_MEDIA_TYPE.get(media_type(response.headers))
    return name if kind is None or "." in name else f"{name}.{kind.extension}"


@asynccontextmanager
async def fetched(
    raw: str, threads: ThreadPoolExecutor, *, allow_private: bool = False
) -> AsyncIterator[tuple[str, AsyncIterator[bytes]]]:
    """Fetch a URL. Yield its file name, and its content piece by piece.

    Args:
        raw: The URL.
        threads: Threads for lookups.
        allow_private: Whether it may lead to this machine and its network.

    Raises:
        ApiError: 400, the URL can't or mustn't be fetched.
    """
    resolver = _CheckedResolver(threads, allow_private=allow_private)
    connector = aiohttp.TCPConnector(use_dns_cache=False, resolver=resolver)
    try:
        async with aiohttp.ClientSession(
            connector=connector, timeout=_TIMEOUT, trust_env=False
        ) as http:
            url = _checked(raw, allow_private=allow_private)
            for _ in range(_MAX_REDIRECTS + 1):
                async with http.get(
                    url, allow_redirects=False, headers={"Accept-Encoding": "identity"}
                ) as response:
                    if response.status in {301, 302, 303, 307, 308}:
                        goal = response.headers.get("Location", "")
                        url = _checked(goal, allow_private=allow_private, base=url)
                        continue
                    if response.status != 200:
                        raise ApiError(
                            400, f"{url.host} answered {response.status}", remedy=_REMEDY
                        )
                    yield _name(response), response.content.iter_chunked(2**18)
                    return
            raise ApiError(400, f"{url.host} redirects too often", remedy=_REMEDY)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise ApiError(
            400, f"the file could not be fetched: {type(error).__name__}", remedy=_REMEDY
        ) from error
