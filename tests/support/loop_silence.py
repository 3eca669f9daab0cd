"""How long the event loop of a test let nothing run, whatever else the machine does."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Silence:
    """The longest silence so far, in seconds of this process's own CPU time."""

    longest = 0.0


@asynccontextmanager
async def listening() -> AsyncIterator[Silence]:
    """Measure the longest silence of the loop within the block.

    Time in which the machine runs other processes does not count.
    """
    silence = Silence()

    async def listen() -> None:
        last = time.process_time()
        while True:
            await asyncio.sleep(0.002)
            now = time.process_time()
            silence.longest = max(silence.longest, now - last)
            last = now

    task = asyncio.create_task(listen())
    try:
        yield silence
    finally:
        await asyncio.sleep(0)
        task.cancel()
