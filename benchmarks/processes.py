"""Servers and contenders in processes of their own; memory and pauses of this one."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

HERE = Path(__file__).parent


def environment() -> dict[str, str]:
    """Return this process's variables; bytecode is kept, as installers keep it."""
    cache = Path(tempfile.gettempdir()) / "nemomusic-benchmarks"
    found = {**os.environ, "PYTHONPYCACHEPREFIX": str(cache)}
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    return found


@contextmanager
def server(program: str, *arguments: str) -> Iterator[dict[str, Any]]:
    """Run a program of this folder until the block ends; gives the line of JSON it begins with."""
    with subprocess.Popen(
        [sys.executable, str(HERE / program), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.stdin.close()  # it ends when its standard input does
            process.wait()


def contend(program: str, *arguments: str) -> dict[str, Any]:
    """Run a program of this folder to its end; gives the JSON it printed last."""
    done = subprocess.run(
        [sys.executable, str(HERE / program), *arguments],
        stdout=subprocess.PIPE,
        check=True,
        env=environment(),
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def end_with_parent() -> None:
    """End this process when its standard input does."""
    import threading

    def wait() -> None:
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def use_uvloop(*, wanted: bool) -> Any:
    """Return a loop factory for `asyncio.Runner`: uvloop's, or the standard one (None)."""
    if not wanted:
        return None
    import uvloop

    return uvloop.new_event_loop


def resident() -> int:
    """Return bytes of memory of this process (Linux)."""
    return _status("VmRSS")


def reset_peak() -> None:
    """Forget the peak until now (Linux 4.0)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak() -> int:
    """Return the most bytes this process has held since `reset_peak()`."""
    return _status("VmHWM")


def _status(name: str) -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"no {name} in /proc/self/status")


class Pauses:
    """How long the event loop did not turn.

    Attributes:
        worst: seconds by the wall clock; holds what other processes took, too.
        worst_cpu: seconds of this thread's own CPU between two turns: what was ours to avoid.
    """

    def __init__(self) -> None:
        self.worst = 0.0
        self.worst_cpu = 0.0

    @asynccontextmanager
    async def watch(self) -> AsyncIterator[None]:
        """Watch while the block runs."""

        async def tick() -> None:
            while True:
                due = time.perf_counter() + 0.001
                cpu = time.thread_time()
                await asyncio.sleep(0.001)
                self.worst = max(self.worst, time.perf_counter() - due)
                self.worst_cpu = max(self.worst_cpu, time.thread_time() - cpu)

        task = asyncio.create_task(tick())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])


def raise_file_limit() -> None:
    """Allow as many open files, and so connections, as the system lets us."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
