"""Find the sound font of this machine, for the owner of a cluster."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from nemomusic.engine.errors import MediaError
from nemomusic.local.workers.engine import EngineError
from nemomusic.local.workers.environment import worker_environment
from nemomusic.local.workers.interpreter import interpreter


async def sound_font_here() -> dict[str, str] | None:
    """Return the path of this machine's sound font, found by a process that may use the engine.

    Raises:
        EngineError: The process failed.
        MediaError: The font that was named can't be read.
    """
    process = await asyncio.create_subprocess_exec(
        interpreter(),
        "-P",
        "-c",
        "from nemomusic.local.workers.worker_main import print_sound_font; print_sound_font()",
        env=worker_environment(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        last = (err.decode(errors="replace").splitlines() or ["no reason given"])[-1]
        raise EngineError(f"the sound font could not be looked for ({last})")
    answer: dict[str, Any] = json.loads(out.splitlines()[-1])
    if "media" in answer:
        raise MediaError(**answer["media"])
    return None if answer["path"] is None else {"path": answer["path"]}
