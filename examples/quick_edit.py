"""Quick edit: one clip, one sentence, one MP4 with music.

    python examples/quick_edit.py trip.mp4 "warm lo-fi that follows the cuts" out.mp4

Runs on the embedded backend: no network, no account. `--cloud` talks to the NemoVideo cloud
instead (NEMO_TOKEN, or an anonymous token), where it spends credits.
"""

from __future__ import annotations

import asyncio
import sys

import nemomusic


async def main(clip: str, prompt: str, output: str, *, cloud: bool) -> None:
    """Put music under one clip."""
    async with nemomusic.Client() if cloud else nemomusic.Client.local() as client:
        video = await client.add_music(clip, prompt, output=output, on_progress=print)
    print(video.reply.text)
    print(video.timeline)
    print(video.path)


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word not in {"--cloud", "--local"}]
    if len(words) != 3:
        sys.exit(__doc__)
    try:
        asyncio.run(main(*words, cloud="--cloud" in sys.argv))
    except nemomusic.NemoMusicError as error:
        sys.exit(f"{error}")
