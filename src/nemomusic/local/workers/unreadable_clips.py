"""Find the clips that the embedded backend would refuse, without a backend."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from nemomusic.engine.errors import MediaError
from nemomusic.local.workers.pool import WorkerEngine, check_installed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


async def unreadable_clips(
    clips: Iterable[Path], *, allow_partial: bool = False
) -> dict[Path, MediaError]:
    """Return the clips that can't be read, and why. The backend finds the same at an upload.

    Args:
        clips: The clips.
        allow_partial: Whether a truncated clip is good.

    Raises:
        LocalBackendError: The extra `local` is not installed, or no worker process can be started.
    """
    check_installed()
    found: dict[Path, MediaError] = {}
    async with AsyncExitStack() as stack:
        engine = WorkerEngine(allow_partial=allow_partial)
        stack.push_async_callback(engine.close)

        async def check(clip: Path) -> None:
            try:
                await engine.probe(clip.absolute())
            except MediaError as error:
                found[clip] = error

        await asyncio.gather(*map(check, set(clips)))
    return found
