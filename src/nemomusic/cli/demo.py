"""`nemomusic demo`: a film of our own, scored by the embedded backend."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nemomusic import errors
from nemomusic.cli.add_music import tell, video_json, wanted
from nemomusic.cli.connect import LOCAL_TIMEOUTS
from nemomusic.cli.running import scratch_folder
from nemomusic.client import Client
from nemomusic.resources.outputs import resolve_output
from nemomusic.settings import Settings

if TYPE_CHECKING:
    import argparse

    from nemomusic.cli.screen import Screen

MARK: Final = b"\0\0\0\x1cfreenemomusic demo\0\0\0\0\0\0"
"""An MP4 box that players skip (ISO/IEC 14496-12, 8.1.2), at the end of a demo: what says so may
be replaced by the next one."""


async def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Draw, score, say where the cuts are."""
    from nemomusic.local.worker_pool import check_installed

    if arguments.backend == "cloud":
        raise errors.ConfigurationError(
            "the demo is for the embedded backend", remedy="Leave --cloud out."
        )
    prompt = wanted(arguments.prompt)
    target = _target(arguments.output, overwrite=arguments.overwrite)
    check_installed()
    screen.chat = None  # its folder isn't kept
    with scratch_folder() as folder:
        screen.note(f"Drawing a film of {arguments.seconds:g} s")
        film = folder / "film.mp4"
        async with screen.waiting("Drawing"):
            cuts = await draw(film, arguments.seconds)
        async with Client.local(
            settings=Settings(timeouts=LOCAL_TIMEOUTS), folder=folder / "local", seed=arguments.seed
        ) as client:
            with screen.display() as display:
                video = await client.add_music(
                    film,
                    prompt,
                    output=target,
                    overwrite=True,
                    language=arguments.language,
                    on_progress=display.job(),
                )
            with target.open("ab") as file:
                file.write(MARK)
            screen.note(f"Cuts at {', '.join(f'{cut:.2f}' for cut in cuts)} s")
            tell(screen, video, arguments.language)
            shown = video_json(video) | {"size": target.stat().st_size, "cuts": cuts}
            screen.result({key: shown[key] for key in shown if key != "job_id"})
    return 0


def _target(output: str | None, *, overwrite: bool) -> Path:
    named = Path("demo.mp4" if output is None else output)
    if named.is_dir() or (output or "").endswith(("/", os.sep)):
        named = named / "demo.mp4"
    return resolve_output(named, None, overwrite=overwrite or _is_demo(named)).absolute()


def _is_demo(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            file.seek(-len(MARK), 2)
            return file.read() == MARK
    except OSError:
        return False


async def draw(film: Path, seconds: float) -> list[float]:
    """Draw the film in a process of its own; gives the times of its cuts in seconds.

    Raises:
        LocalBackendError: the process failed.
    """
    from nemomusic.local.worker_pool import worker_environment

    apart: dict[str, Any] = {"start_new_session": True}  # Ctrl-C is ours to handle
    if sys.platform == "win32":
        group = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        apart = {"creationflags": group}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "nemomusic.cli.film", str(film), str(seconds),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=worker_environment(), **apart,
    )  # fmt: skip
    try:
        out, words = await _everything(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        last = words.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise errors.LocalBackendError(f"the film could not be drawn ({last or 'no reason given'})")
    return [float(cut) for cut in json.loads(out)]


async def _everything(process: asyncio.subprocess.Process) -> tuple[bytes, bytes]:
    """What it prints until it ends. Its standard input stays open: it ends when that does."""
    if process.stdout is None or process.stderr is None:
        raise ValueError("the process was started without pipes")
    out, words = await asyncio.gather(process.stdout.read(), process.stderr.read())
    await process.wait()
    return out, words
