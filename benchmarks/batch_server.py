"""The stub backend with faults at 2 % of its requests, in a process of its own.

Prints `{"url": …, "token": …}`; when its standard input ends, it prints what it counted.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections import Counter
from typing import Any

from aiohttp import web
from processes import raise_file_limit

from nemomusic.local import LocalOptions
from nemomusic.runtime.clock import SystemClock
from nemomusic.testing import StubBackend

SHARE = float(sys.argv[1]) if len(sys.argv) > 1 else 0.02


def faulty(share: float) -> Any:
    """Return a middleware that refuses some requests, and breaks the connection of others."""
    rng = random.Random(7)

    @web.middleware
    async def middleware(request: web.Request, handler: Any) -> web.StreamResponse:
        if rng.random() >= share:
            return await handler(request)
        kind = rng.choice(["503", "429", "reset"])
        if kind == "503":
            return web.Response(status=503, text="down")
        if kind == "429":
            return web.Response(status=429, headers={"Retry-After": "1"}, text="slow down")
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=503)

    return middleware


async def main() -> None:
    options = LocalOptions(dialect="gateway", middlewares=[faulty(SHARE)])
    async with StubBackend(clock=SystemClock(), faithful=False, options=options) as backend:  # type: ignore[arg-type]
        token = backend.issue_token(credits=10**9)
        print(json.dumps({"url": backend.url, "token": token}), flush=True)
        await asyncio.to_thread(sys.stdin.read)
        ledger = backend.ledger
        texts = Counter(text for said in ledger.messages.values() for text in said)
        found = {
            "messages": ledger.accepted,
            "sent twice": sum(count - 1 for count in texts.values()),
            "orphaned": len(set(ledger.renders_started) - set(ledger.renders_downloaded)),
        }
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    raise_file_limit()
    asyncio.run(main())
