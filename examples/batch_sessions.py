"""Batch, a session per clip: many files, each with its own instruction and its own export.

    python examples/batch_sessions.py out/ trip.mp4 "warm lo-fi" party.mp4 "upbeat pop"

Two clips are worked on at a time. One that fails doesn't stop the others. With a journal, what was
interrupted can be resumed. Runs on the embedded backend; `--cloud` talks to the NemoVideo cloud.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import nemomusic

AT_ONCE = 2


async def main(folder: str, *words: str, cloud: bool) -> int:
    """Score each clip by its own prompt; the number that failed."""
    orders = list(zip(words[::2], words[1::2], strict=True))
    Path(folder).mkdir(parents=True, exist_ok=True)
    places = asyncio.Semaphore(AT_ONCE)
    failed = 0
    async with nemomusic.Client() if cloud else nemomusic.Client.local() as client:

        async def one(clip: str, prompt: str) -> nemomusic.ScoredVideo:
            async with places:
                return await client.add_music(clip, prompt, output=folder, overwrite=True)

        results = await asyncio.gather(
            *(one(clip, prompt) for clip, prompt in orders), return_exceptions=True
        )
    for (clip, _), result in zip(orders, results, strict=True):
        if isinstance(result, nemomusic.ScoredVideo):
            print(f"{clip} -> {result.path}")
        elif isinstance(result, nemomusic.NemoMusicError):
            failed += 1
            print(f"{clip}: {result}", file=sys.stderr)
        else:
            raise result
    return failed


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word not in {"--cloud", "--local"}]
    if len(given) < 3 or len(given) % 2 == 0:
        sys.exit(__doc__)
    sys.exit(asyncio.run(main(*given, cloud="--cloud" in sys.argv)) and 1)
