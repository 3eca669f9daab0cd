"""The stub backend of `nemomusic.testing`, by the machine's own clock, in a process of its own.

Prints `{"url": …, "token": …}` and serves until its standard input ends.
"""

from __future__ import annotations

import asyncio
import json
import sys

from processes import end_with_parent, raise_file_limit

from nemomusic.local import Limits, LocalOptions
from nemomusic.runtime.clock import SystemClock
from nemomusic.testing import StubBackend

MANY = 10_000
"""Jobs of one user at once: more than any benchmark has, so that no job is refused."""


async def main() -> None:
    limits = Limits(
        turns_per_user=MANY, renders_per_user=MANY, uploads_per_user=MANY, idle_seconds=600.0
    )
    options = LocalOptions(dialect="gateway", limits=limits)
    async with StubBackend(clock=SystemClock(), faithful=False, options=options) as backend:
        users = int(sys.argv[1]) if len(sys.argv) > 1 else 1
        tokens = [backend.issue_token(credits=10**9) for _ in range(users)]
        place = {"url": backend.url, "token": tokens[0], "tokens": tokens}
        print(json.dumps(place), flush=True)
        end_with_parent()
        await asyncio.Event().wait()


if __name__ == "__main__":
    raise_file_limit()
    asyncio.run(main())
