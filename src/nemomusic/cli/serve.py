"""`nemomusic serve`: run the embedded backend by itself."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from nemomusic import errors
from nemomusic.cli.terminal import paths
from nemomusic.cli.terminal.runner import scratch_folder

if TYPE_CHECKING:
    import argparse

    from nemomusic.cli.terminal.screen import Screen
    from nemomusic.local import LocalBackend


async def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Serve until interrupted. An interruption is a normal end, with exit code 0."""
    if arguments.backend == "cloud":
        raise errors.ConfigurationError(
            "what is served is the embedded backend", remedy="Leave --cloud out."
        )
    async with AsyncExitStack() as stack:
        backend = await _start(arguments, screen, stack)
        screen.result({"url": backend.url})
        screen.say(backend.url)
        screen.note(
            f"Ready! Data in {backend.folder}. Use it with NEMO_API_URL={backend.url}; "
            "end it with Ctrl-C."
        )
        with suppress(asyncio.CancelledError):
            await asyncio.get_running_loop().create_future()
    return 0


async def _start(
    arguments: argparse.Namespace, screen: Screen, stack: AsyncExitStack
) -> LocalBackend:
    folder: Path | None = None
    if arguments.folder is not None:
        folder = Path(arguments.folder)
    elif not arguments.faithful:
        folder = paths.local_folder()
    if folder is not None:
        try:
            return await stack.enter_async_context(_backend(arguments, folder))
        except errors.LocalBackendError as error:
            if arguments.folder is not None or not error.in_use:
                raise
            screen.note(f"{error.message}: serving from a temporary folder, which is not kept")
    return await stack.enter_async_context(
        _backend(arguments, stack.enter_context(scratch_folder()))
    )


def _backend(arguments: argparse.Namespace, folder: Path) -> LocalBackend:
    from nemomusic.local import LocalBackend, LocalOptions

    options = LocalOptions(
        port=arguments.port,
        dialect=arguments.dialect,
        envelope=arguments.envelope,
        allow_partial=arguments.allow_partial,
    )
    return LocalBackend(folder, seed=arguments.seed, faithful=arguments.faithful, options=options)
