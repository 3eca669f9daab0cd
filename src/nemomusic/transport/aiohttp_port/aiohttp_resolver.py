"""Look up addresses of hosts in the SDK's own threads.

aiohttp looks names up in the executor of the event loop. That executor may be full of work that
waits for this SDK.
"""

from __future__ import annotations

import errno
import socket
from typing import TYPE_CHECKING, Final

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver, ThreadedResolver

from nemomusic.runtime.executor import Executor

if TYPE_CHECKING:
    from collections.abc import Sequence

_THREADS: Final = 2
"""Number of threads for lookups. A name server that does not answer occupies one for up to a
minute."""


class HostResolver(AbstractResolver):
    """Looks names up in its own threads. They are made at the first lookup."""

    def __init__(self) -> None:
        self._executor = Executor(_THREADS, "nemomusic-dns")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a host.

        Raises:
            OSError: The host has no address.
        """
        lookup = self._executor.begin(_look_up, host, port, family)
        found = await lookup.result(wait_when_cancelled=False)
        if not found:  # aiohttp would fail with an error of its own code
            raise OSError(errno.EADDRNOTAVAIL, "the host has no address", host)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=kind,
                proto=proto,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, proto, address in found
        ]

    async def close(self) -> None:
        """Do nothing: several sessions share the threads. `end()` ends them."""

    def end(self) -> None:
        """End the threads. Another lookup makes new ones."""
        self._executor.close()


def resolver_of_ours() -> HostResolver | None:
    """Return a resolver; None if aiohttp has one without threads (aiodns)."""
    return HostResolver() if DefaultResolver is ThreadedResolver else None


def _look_up(
    host: str, port: int, family: socket.AddressFamily
) -> Sequence[tuple[socket.AddressFamily, int, str]]:
    flags = socket.AI_ADDRCONFIG
    try:
        found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=flags)
    except socket.gaierror:  # a machine without a network: loopback has no such address
        found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
    # An address with a scope, such as fe80::1%eth0, is written with it.
    return [
        (kind, proto, socket.getnameinfo(address, socket.NI_NUMERICHOST)[0])
        for kind, _, proto, _, address in found
    ]
