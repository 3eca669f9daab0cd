"""The stub backend of `nemomusic.testing`, by the machine's own clock, in a process of its own.

Prints `{"url": …, "token": …}` and serves until its standard input ends.
"""

from __future__ import annotations

import asyncio
import json

from processes import end_with_parent, raise_file_limit

from nemomusic.clock import SystemClock
from nemomusic.testing import StubBackend


async def main() -> None:
    async with StubBackend(clock=SystemClock(), dialect="gateway", faithful=False) as backend:  # type: ignore[arg-type]
        token = backend.issue_token(credits=10**9)
        print(json.dumps({"url": backend.url, "token": token}), flush=True)
        end_with_parent()
        await asyncio.Event().wait()


if __name__ == "__main__":
    raise_file_limit()
    asyncio.run(main())
