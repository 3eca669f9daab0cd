"""`nemomusic demo`: draw a clip, and put music under it on the embedded backend."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nemomusic import errors
from nemomusic.cli.add_music import tell, video_json, wanted
from nemomusic.cli.terminal.connect import LOCAL_TIMEOUTS
from nemomusic.cli.terminal.runner import scratch_folder
from nemomusic.client import Client
from nemomusic.files.outputs import resolve_output
from nemomusic.settings import Settings

if TYPE_CHECKING:
    import argparse

    from nemomusic.cli.terminal.screen import Screen

MARK: Final = b"\0\0\0\x1cfreenemomusic demo\0\0\0\0\0\0"
"""An MP4 box that players skip (ISO/IEC 14496-12, 8.1.2), at the end of a demo. A
file that ends with it may be replaced by the next demo."""


async def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Draw the clip, put music under it, and print the times of the cuts."""
    from nemomusic.local.workers.pool import check_installed

    if arguments.backend == "cloud":
        raise errors.ConfigurationError(
            "the demo is for the embedded backend", remedy="Leave --cloud out."
        )
    prompt = wanted(arguments.prompt)
    target = _target(arguments.output, overwrite=arguments.overwrite)
    check_installed()
    if arguments.clip_only:
        return await _draw_only(target, arguments.seconds, screen)
    screen.continue_with(None)  # the folder of this backend is not kept
    with scratch_folder() as folder:
        screen.note(f"Drawing a clip of {arguments.seconds:g} s")
        clip = folder / "demo.mp4"
        async with screen.waiting("Drawing"):
            cuts = await draw(clip, arguments.seconds)
        async with Client.local(
            settings=Settings(timeouts=LOCAL_TIMEOUTS), folder=folder / "local", seed=arguments.seed
        ) as client:
            with screen.display() as display:
                video = await client.add_music(
                    clip,
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
            shown = video_json(video, kept=False) | {"size": target.stat().st_size, "cuts": cuts}
            screen.result({key: shown[key] for key in shown if key != "job_id"})
    return 0


async def _draw_only(target: Path, seconds: float, screen: Screen) -> int:
    """Draw the silent clip under a temporary name, and give it its own name when it is complete."""
    part = target.with_name(f".{uuid.uuid4().hex}.part.mp4")
    try:
        async with screen.waiting("Drawing"):
            cuts = await draw(part, seconds)
        with part.open("ab") as file:
            file.write(MARK)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    screen.note(f"Cuts at {', '.join(f'{cut:.2f}' for cut in cuts)} s")
    screen.say(str(target))
    screen.result({"path": str(target), "size": target.stat().st_size, "cuts": cuts})
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


async def draw(clip: Path, seconds: float) -> list[float]:
    """Draw the clip in a process of its own. Return the times of its cuts in seconds.

    Raises:
        LocalBackendError: The process failed.
    """
    from nemomusic.local.workers.environment import worker_environment
    from nemomusic.local.workers.interpreter import interpreter

    apart: dict[str, Any] = {"start_new_session": True}  # this process handles Ctrl-C
    if sys.platform == "win32":
        group = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        apart = {"creationflags": group}
    process = await asyncio.create_subprocess_exec(
        interpreter(), "-P", "-m", "nemomusic.cli._draw_demo", str(clip), str(seconds),
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
        raise errors.LocalBackendError(f"the clip could not be drawn ({last or 'no reason given'})")
    return [float(cut) for cut in json.loads(out.strip().rpartition(b"\n")[2])]


async def _everything(process: asyncio.subprocess.Process) -> tuple[bytes, bytes]:
    """Return the output of a process.

    Its standard input stays open, since closing it ends the process.
    """
    if process.stdout is None or process.stderr is None:
        raise ValueError("the process was started without pipes")
    out, words = await asyncio.gather(process.stdout.read(), process.stderr.read())
    await process.wait()
    return out, words
