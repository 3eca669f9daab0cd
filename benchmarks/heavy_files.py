"""Heavy files in a worker of the embedded backend: memory, first progress, and how soon it stops.

    python benchmarks/heavy_files.py FILE [FILE ...] [--operations probe analyze render copy]

`render` makes a small video of the whole file; `copy` keeps its size, and its packets if possible.
A row says, for one operation on one file: its seconds, the seconds to the first progress, the
longest pause between two of them, the largest resident memory of the worker, and the seconds that
ending it took when it was canceled at the first progress. Times are those of the wall: run it on
an idle machine. Needs the extra `local`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from nemomusic.engine.errors import MediaError
from nemomusic.engine.types import RenderPlan, Shot
from nemomusic.local.limits import Limits
from nemomusic.local.workers.engine import EngineError
from nemomusic.local.workers.pool import WorkerEngine

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Operation = Callable[[Callable[[float], None]], Awaitable[object]]

MB = 2**20


def workers() -> list[psutil.Process]:
    """Return the worker processes of this program."""
    return psutil.Process().children(recursive=True)


async def watch(peak: list[int]) -> None:
    """Note the largest memory of a worker."""
    while True:
        for process in workers():
            with contextlib.suppress(psutil.Error):
                peak[0] = max(peak[0], process.memory_info().rss)
        await asyncio.sleep(0.02)


async def measure(name: str, what: str, run: Operation) -> None:
    """Run an operation to its end, then once more until it is canceled; print the row."""
    peak, told = [0], [time.perf_counter()]

    def note(_: float) -> None:
        told.append(time.perf_counter())

    watching = asyncio.create_task(watch(peak))
    try:
        await run(note)
        end = "done"
    except (MediaError, EngineError) as error:
        end = str(error)
    told.append(time.perf_counter())
    watching.cancel()
    pauses = [after - before for before, after in pairwise(told)]
    first = asyncio.Event()
    again = asyncio.ensure_future(run(lambda _: first.set()))
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(first.wait(), max(0.2, pauses[0] * 1.5))
    began = time.perf_counter()
    again.cancel()
    with contextlib.suppress(asyncio.CancelledError, MediaError, EngineError):
        await again
    stopped = time.perf_counter() - began
    print(
        f"{name:24} {what:8} {told[-1] - told[0]:8.1f} {pauses[0]:8.1f} {max(pauses):8.1f}"
        f" {peak[0] / MB:8.0f} {stopped:8.2f}  {end}",
        flush=True,
    )


async def measure_file(engine: WorkerEngine, path: Path, out: Path, wanted: list[str]) -> None:
    """Measure the operations on one file. Its probe comes first: a worker remembers the answer."""
    name = path.name[:24]
    if "probe" in wanted:
        await measure(name, "probe", lambda _: engine.probe(path))
    clip = await engine.probe(path)
    plan = RenderPlan(shots=(Shot(str(path), clip.duration),), canvas=(640, 360))
    copy = RenderPlan(shots=plan.shots)
    if "analyze" in wanted:
        await measure(name, "analyze", lambda note: engine.analyze(path, note))
    if "render" in wanted:
        await measure(name, "render", lambda note: engine.render(plan, out, note))
    if "copy" in wanted:
        await measure(name, "copy", lambda note: engine.render(copy, out, note))


async def files(paths: list[Path], wanted: list[str], most: int) -> None:
    """Measure the operations on each file."""
    limits = Limits(worker_bytes=most * MB)
    head = ("file", "what", "seconds", "first", "pause", "MB", "stop")
    print("{:24} {:8} {:>8} {:>8} {:>8} {:>8} {:>8}".format(*head))
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            engine = WorkerEngine(workers=1, scratch=Path(folder), limits=limits)
            await engine.check_start()
            try:
                await measure_file(engine, path, Path(folder) / "out.mp4", wanted)
            except (MediaError, EngineError) as error:
                print(f"{path.name[:24]:24} refused: {error}", flush=True)
            finally:
                await engine.close()


def main() -> None:
    """Read the command line, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="+", type=Path)
    known = ["probe", "analyze", "render", "copy"]
    parser.add_argument("--operations", nargs="+", choices=known, default=known)
    parser.add_argument("--memory", type=int, default=4096, help="MB that a worker may take")
    options = parser.parse_args()
    asyncio.run(files(options.files, options.operations, options.memory))


if __name__ == "__main__":
    main()
