"""Listen on a port of this machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aiohttp import web

from nemomusic.errors import LocalBackendError
from nemomusic.local.http.connections import GuardedSite, requests_log

if TYPE_CHECKING:
    from contextlib import AsyncExitStack

    from nemomusic.local.service import Service

_PORT: Final = re.compile(r"[0-9]{1,5}")
_GRACE_SECONDS: Final = 0.2
"""Seconds that connections have to end by themselves when the backend closes."""


async def listen(
    application: web.Application, service: Service, stack: AsyncExitStack
) -> web.AppRunner:
    """Accept requests, and set the service's URL.

    If the options name no port, the last run's port is used if it is free.

    Args:
        application: The routes.
        service: The backend.
        stack: Closes the connections at its end.

    Raises:
        LocalBackendError: The port is taken.
    """
    runner = web.AppRunner(
        application,
        access_log=None,
        logger=requests_log,
        handler_cancellation=True,  # a hang-up is noticed at once, as by the real server
        auto_decompress=False,  # it would decompress all that has arrived, a thousandfold, at once
        shutdown_timeout=_GRACE_SECONDS,
        handle_signals=False,
    )
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    host, wanted = service.options.host, service.options.port
    last = service.store.note("port") if wanted == 0 else None
    ports = [int(last), 0] if last is not None and _PORT.fullmatch(last) else [wanted]
    for attempt, port in enumerate(ports, 1):
        site = GuardedSite(runner, service, port)
        try:
            await site.start()
            break
        except (OSError, OverflowError) as error:  # OverflowError: no port has this number
            if attempt == len(ports):
                raise LocalBackendError(
                    f"can't listen on {host}:{port}: {getattr(error, 'strerror', error)}",
                    remedy="Choose another port, or 0 for any.",
                ) from error
    address = runner.addresses[0]
    service.store.set_note("port", str(address[1]))
    name = f"[{address[0]}]" if ":" in address[0] else address[0]
    service.listens_at(f"http://{name}:{address[1]}")
    return runner
