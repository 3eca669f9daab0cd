"""Files that the backend fetches itself, because an upload named them by URL.

Names are resolved by us and the connection goes to an address that was checked: a name that
points elsewhere the second time it is asked (DNS rebinding) changes nothing. Each redirect is
checked anew.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from nemomusic.local.answers import Refusal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_REDIRECTS: Final = 5
_TIMEOUT: Final = aiohttp.ClientTimeout(total=600, sock_connect=15, sock_read=60)
_SUFFIX_OF: Final = {
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/x-msvideo": ".avi",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
}


def is_public(address: str) -> bool:
    """Whether an address belongs to the open Internet, not to this machine or its neighbours."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is not None:
            return inner.is_global and not inner.is_multicast
        if found in ipaddress.ip_network("64:ff9b::/96"):  # NAT64 leads anywhere
            return False
    return found.is_global and not found.is_multicast


class _CheckedResolver(AbstractResolver):
    """Gives only addresses that may be connected to."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
        results: list[ResolveResult] = []
        for kind, _, proto, _, address in found:
            text = str(address[0])
            if not is_public(text):
                raise Refusal(400, f"{host} is not on the public Internet")
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
        """Nothing to free."""


def _checked(raw: str, *, allow_private: bool) -> URL:
    try:
        url = URL(raw)
    except ValueError:
        raise Refusal(400, "not a URL") from None
    if url.scheme not in {"http", "https"} or not url.host or url.user or url.password:
        raise Refusal(400, "only http and https URLs without a password can be fetched")
    if allow_private:
        return url
    try:
        ipaddress.ip_address(url.host.partition("%")[0])
    except ValueError:
        return url  # a name: its addresses are checked when it is resolved
    if not is_public(url.host):
        raise Refusal(400, f"{url.host} is not on the public Internet")
    return url


def _name(response: aiohttp.ClientResponse) -> str:
    disposition = response.content_disposition
    name = disposition.filename if disposition is not None else None
    name = name or unquote(response.url.name) or "download"
    if "." not in name:
        name += _SUFFIX_OF.get(response.content_type, "")
    return name


@asynccontextmanager
async def fetched(
    raw: str, *, allow_private: bool = False
) -> AsyncIterator[tuple[str, AsyncIterator[bytes]]]:
    """Fetch a URL: its file name, and its content piece by piece.

    Args:
        raw: the URL.
        allow_private: may it lead to this machine and its neighbours?

    Raises:
        Refusal: 400, it can't or mustn't be fetched.
    """
    details: dict[str, Any] = {} if allow_private else {"resolver": _CheckedResolver()}
    connector = aiohttp.TCPConnector(use_dns_cache=False, **details)
    try:
        async with aiohttp.ClientSession(
            connector=connector, timeout=_TIMEOUT, trust_env=False
        ) as http:
            url = _checked(raw, allow_private=allow_private)
            for _ in range(_REDIRECTS + 1):
                async with http.get(
                    url, allow_redirects=False, headers={"Accept-Encoding": "identity"}
                ) as response:
                    if response.status in {301, 302, 303, 307, 308}:
                        goal = response.headers.get("Location", "")
                        url = _checked(str(url.join(URL(goal))), allow_private=allow_private)
                        continue
                    if response.status != 200:
                        raise Refusal(400, f"{url.host} answered {response.status}")
                    yield _name(response), response.content.iter_chunked(2**18)
                    return
            raise Refusal(400, f"{url.host} redirects too often")
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Refusal(400, f"the file could not be fetched: {type(error).__name__}") from error
