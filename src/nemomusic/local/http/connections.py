"""Limit the connections to the backend: their number, and how long one may be idle."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from nemomusic.local.service import log
from nemomusic.log import GuardedLogger
from nemomusic.runtime.open_file_limit import file_limit

if TYPE_CHECKING:
    from nemomusic.local.service import Service

_MAX_CONNECTIONS: Final = 1000
"""Connections at a time, if the system allows as many."""
_MIN_CONNECTIONS: Final = 4
"""The lowest limit of connections at a time, even if few descriptors are left."""
_BACKLOG: Final = 128
"""Connections that asyncio accepts at once, if the system allows as many."""
_LEAST_BACKLOG: Final = 4
"""The lowest number of connections that asyncio accepts at once."""
_RESERVED_FILES: Final = 64
"""Descriptors reserved for files, pipes of workers and the program around the backend. Of fewer
than 256 descriptors, a quarter is reserved.
"""
_LOG_AGAIN_SECONDS: Final = 60.0
"""Seconds after which asyncio's report of failed accepts is logged again."""
_SWEEP_SECONDS: Final = 1.0
"""Seconds between two checks of the connections."""


def connection_limits() -> tuple[int, int]:
    """Return how many connections the descriptors of this process allow, and a backlog.

    asyncio may accept twice the backlog before a connection can be closed again.
    """
    import os

    limit = file_limit()
    try:
        used = len(os.listdir("/dev/fd"))  # noqa: PTH208 - no path is made of it
    except OSError:
        used = 0
    backlog = max(_LEAST_BACKLOG, min(_BACKLOG, limit // 8))
    reserved = min(_RESERVED_FILES, limit // 4)
    return max(
        _MIN_CONNECTIONS, min(_MAX_CONNECTIONS, limit - used - reserved - 2 * backlog)
    ), backlog


_MALFORMED: Final = (HttpProcessingError, web.RequestPayloadError)
"""aiohttp's errors for requests and bodies that can't be understood."""


class WellFormedOnly(logging.Filter):
    """Keeps malformed requests out of the log: any program could fill it with them.

    They are answered with 400. aiohttp logs each one as an error, with a traceback.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is about something else."""
        return record.exc_info is None or not isinstance(record.exc_info[1], _MALFORMED)


class SeldomOutOfDescriptors(logging.Filter):
    """Lets asyncio's report of a failed `accept` through once a minute.

    Up to Python 3.12, asyncio logs a traceback for each of many attempts per second.
    """

    def __init__(self) -> None:
        super().__init__()
        self._next = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is about something else, or is the first one for a while."""
        if not record.getMessage().startswith("socket.accept() out of system resource"):
            return True
        if record.created < self._next:
            return False
        self._next = record.created + _LOG_AGAIN_SECONDS
        return True


_seldom: Final = SeldomOutOfDescriptors()
requests_log: Final = GuardedLogger(logging.getLogger("nemomusic.local.requests"))
"""The log of aiohttp's errors about requests."""
requests_log.logger.addFilter(WellFormedOnly())


class _Shed(asyncio.Protocol):
    """Ends a connection at once, because there are too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.BaseProtocol.connection_made`."""
        if isinstance(transport, asyncio.Transport):
            transport.abort()


def _is_idle(handler: Any) -> bool:
    """Return whether a connection waits for a request, or for the rest of its headers."""
    return getattr(handler, "_current_request", None) is None


def _is_closing(handler: Any) -> bool:
    return handler.transport is None or bool(handler.transport.is_closing())


class GuardedSite(web.TCPSite):
    """A listening socket with a limit on its connections.

    Without the limit, idle connections use all descriptors of the process. Then the program around
    the backend can open no file, and asyncio logs every failed `accept`.

    Args:
        runner: The runner of the application.
        service: The service. Its limits set how long a connection may be idle.
        port: 0 for any free port.
    """

    def __init__(self, runner: web.AppRunner, service: Service, port: int) -> None:
        self._most, backlog = connection_limits()
        super().__init__(runner, service.options.host, port, backlog=backlog)
        self._service = service
        self._shedding = False
        self._idle_since: dict[Any, float] = {}
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start listening."""
        logging.getLogger("asyncio").addFilter(_seldom)  # a second time does nothing
        await web.BaseSite.start(self)
        loop = asyncio.get_running_loop()
        host = self._service.options.host
        found = await self._service.in_thread(  # asyncio would use the loop's own threads
            partial(socket.getaddrinfo, host, None, type=socket.SOCK_STREAM)
        )
        addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
        self._server = await loop.create_server(
            self._accept, addresses, self._port, backlog=self._backlog
        )
        self._bound_port = self._server.sockets[0].getsockname()[1]
        self._sweeper = asyncio.create_task(self._sweep(), name="sweep idle connections")

    async def stop(self) -> None:
        """Stop listening. Open connections are kept."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sweeper
        await super().stop()

    def _accept(self) -> asyncio.Protocol:
        server = self._runner.server
        if server is None:
            return _Shed()
        open_ones = [one for one in server.connections if not _is_closing(one)]
        if len(open_ones) < self._most:
            self._shedding = False
            return server()
        if not self._shedding:
            log.warning("%d connections are open: idle ones are closed for new ones", self._most)
        self._shedding = True
        idle = next((one for one in open_ones if _is_idle(one)), None)
        if idle is None:
            return _Shed()
        if idle.transport is not None:
            idle.transport.abort()  # the oldest one
        return server()

    async def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            server = self._runner.server
            seen: dict[Any, float] = {}
            for handler in server.connections if server is not None else ():
                if not _is_idle(handler):
                    continue
                since = seen[handler] = self._idle_since.get(handler, loop.time())
                if loop.time() - since > self._service.limits.idle_seconds:
                    transport = handler.transport
                    if transport is not None:
                        transport.abort()
            self._idle_since = seen
