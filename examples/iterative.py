"""Iterative: message after message on one session, the timeline kept, exported when it is right.

    python examples/iterative.py trip.mp4 out.mp4 "warm lo-fi" "make it slower" "music at 50%"

Runs on the embedded backend; `--cloud` talks to the NemoVideo cloud, where each message costs.
"""

from __future__ import annotations

import asyncio
import sys

import nemomusic


async def main(clip: str, output: str, *messages: str, cloud: bool) -> None:
    """Talk about one clip, then export it."""
    async with nemomusic.Client() if cloud else nemomusic.Client.local() as client:
        session = await client.sessions.open("iterative example")
        await session.upload(clip)
        for message in messages:
            print(f"> {message}")
            async with session.send(message) as turn:
                async for event in turn:
                    match event:
                        case nemomusic.ToolCall(name):
                            print(f"  ({name})")
                        case nemomusic.Notice(text):
                            print(f"  {text}")
                reply = await turn.finished()
            print(f"  {reply.text}")
            if reply.changes:
                print(f"  {reply.changes}")
        print((await session.state()).timeline)
        export = await session.export(output)
    print(export.path)


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word not in {"--cloud", "--local"}]
    if len(words) < 3:
        sys.exit(__doc__)
    try:
        asyncio.run(main(*words, cloud="--cloud" in sys.argv))
    except nemomusic.NemoMusicError as error:
        sys.exit(f"{error}")
