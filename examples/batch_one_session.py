"""Batch, one session for several files: all uploaded together, then taken one by one.

    python examples/batch_one_session.py out/ trip.mp4 "warm lo-fi" party.mp4 "upbeat pop"

Each message names its file, so that the agent works on that one; each has its own export. Runs on
the embedded backend; `--cloud` talks to the NemoVideo cloud.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import nemomusic


async def main(folder: str, *words: str, cloud: bool) -> None:
    """Upload all clips into one session; ask and export one by one."""
    orders = list(zip(map(Path, words[::2]), words[1::2], strict=True))
    goal = Path(folder)
    goal.mkdir(parents=True, exist_ok=True)
    async with nemomusic.Client() if cloud else nemomusic.Client.local() as client:
        session = await client.sessions.open("batch example")
        await session.upload(*(clip for clip, _ in orders))
        for clip, prompt in orders:
            reply = await session.ask(f'only "{clip.name}": {prompt}')
            print(reply.text)
            export = await session.export(goal / f"{clip.stem}-with-music.mp4", overwrite=True)
            print(f"{clip} -> {export.path}")


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word not in {"--cloud", "--local"}]
    if len(given) < 3 or len(given) % 2 == 0:
        sys.exit(__doc__)
    try:
        asyncio.run(main(*given, cloud="--cloud" in sys.argv))
    except nemomusic.NemoMusicError as error:
        sys.exit(f"{error}")
