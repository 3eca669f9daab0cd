"""The real engine, in worker processes that may crash or be killed without harm to the host."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nemomusic.errors import MissingExtraError
from nemomusic.local.engine.errors import MediaError
from nemomusic.local.engines import Engine, EngineFailure

if TYPE_CHECKING:
    from collections.abc import Callable

    Progress = Callable[[float], None]

_log: Final = logging.getLogger("nemomusic.local")
_LINE: Final = 64 * 2**20
"""The longest answer: what was seen of an hour of film is some hundred kB."""
_STDERR: Final = 2000
"""Characters of a worker's last words that an error quotes."""
_ALLOCATION: Final = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(256 * 2**20),
    "OPENBLAS_NUM_THREADS": "1",
}
"""For processes that make and drop arrays of megabytes all the time. glibc would give their pages
back to the system and fetch them again: a third of the system time. The engine has threads of its
own, which those of OpenBLAS would only be in the way of. (What the user has set comes first.)"""


def check_installed() -> None:
    """Make sure that the engine's own dependencies are there, without importing them.

    Raises:
        MissingExtraError: the extra `local` is not installed.
    """
    from importlib.util import find_spec

    missing = [name for name in ("av", "numpy", "PIL") if find_spec(name) is None]
    if missing:
        raise MissingExtraError(
            f"the embedded backend needs {', '.join(missing)}",
            remedy='Install the extra: pip install "nemomusic[local]"',
        )


def worker_environment() -> dict[str, str]:
    """The worker's environment: it must find the same nemomusic as we run from.

    `-P` keeps the current folder and the script's folder off the worker's path. A nemomusic
    that was found through one of these (a source tree that nobody installed) is named on
    PYTHONPATH instead; an installed one is found anyway, and its site-packages must not come
    before the standard library.
    """
    environment = _ALLOCATION | dict(os.environ)
    home = Path(__file__).resolve().parents[2]
    if home.name not in {"site-packages", "dist-packages"}:
        known = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = f"{home}{os.pathsep}{known}" if known else str(home)
    return environment


class _Worker:
    """One process. Broken for good after any failure that is not an answer."""

    def __init__(self, process: asyncio.subprocess.Process, scratch: Path) -> None:
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise ValueError("the process was started without pipes")
        self._process = process
        self._scratch = scratch
        self._stdin, self._stdout, self._stderr = process.stdin, process.stdout, process.stderr
        self._last_words = ""
        self._listener = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, folder: Path | None) -> _Worker:
        """Start one; its temporary files are in `folder`, and go when it ends, killed or not."""
        apart: dict[str, Any] = {"start_new_session": True}  # Ctrl-C is the host's to handle
        if sys.platform == "win32":
            group = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
            apart = {"creationflags": group}
        scratch = Path(tempfile.mkdtemp(prefix="nemomusic-worker-", dir=folder))
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                "nemomusic.local.worker",
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                limit=_LINE,
                env=worker_environment() | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch)),
                **apart,
            )
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            raise
        return cls(process, scratch)

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def _listen(self) -> None:
        while piece := await self._stderr.read(4096):
            text = self._last_words + piece.decode("utf-8", "replace")
            self._last_words = text[-_STDERR:]

    async def call(self, request: dict[str, Any], progress: Progress) -> dict[str, Any]:
        try:
            self._stdin.write(json.dumps(request, separators=(",", ":")).encode() + b"\n")
            await self._stdin.drain()
            while line := await self._stdout.readline():
                answer = json.loads(line)
                if "progress" in answer:
                    progress(answer["progress"])
                elif "result" in answer:
                    return dict(answer["result"])
                elif "media" in answer:
                    raise MediaError(answer["media"]["message"], remedy=answer["media"]["remedy"])
                else:
                    raise EngineFailure(
                        f"the engine failed: {answer['error']}",
                        remedy="Please report this, with the clip if you can.",
                    )
        except (ConnectionError, ValueError) as error:
            raise await self._crashed(request["op"]) from error
        raise await self._crashed(request["op"])

    async def _crashed(self, operation: str) -> EngineFailure:
        with contextlib.suppress(TimeoutError):  # so that its own exit code is told, not ours
            await asyncio.wait_for(self._process.wait(), 1.0)
        code = await self.kill()
        why = f"exit code {code}"
        if code < 0:
            with contextlib.suppress(ValueError):
                why = signal.Signals(-code).name
        _log.warning("a worker died during %s (%s): %s", operation, why, self._last_words)
        last = self._last_words.strip().rpartition("\n")[2]
        return EngineFailure(
            f"the engine's process died during {operation} ({why})" + (f": {last}" if last else ""),
            remedy="The file may be damaged: play it, or export it again from where it came from.",
        )

    async def kill(self) -> int:
        """End the process at once, whatever it does; gives its exit code. Twice does no harm."""
        self._stdin.close()
        with contextlib.suppress(ProcessLookupError):
            if self.alive:
                self._process.kill()
        try:
            code = await self._process.wait()
            await self._listener
        finally:
            shutil.rmtree(self._scratch, ignore_errors=True)
        return code


class WorkerEngine(Engine):
    """`nemomusic.local.engine`, in up to `workers` processes that start when needed.

    Args:
        workers: how many jobs at a time; None for one per processor, four at most.
        scratch: where their temporary files go; None for the system's place.
    """

    def __init__(self, workers: int | None = None, scratch: Path | None = None) -> None:
        self._scratch = scratch
        self._slots = asyncio.Semaphore(workers or min(os.cpu_count() or 1, 4))
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._warming: asyncio.Task[None] | None = None

    def warm(self) -> None:
        """Start a first process while the upload is still coming in."""
        if not self._all and not self._starting:
            self._warming = self._launch()

    def _launch(self) -> asyncio.Task[None]:
        task = asyncio.create_task(self._start_one())
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)
        return task

    async def _start_one(self) -> None:
        worker = await _Worker.start(self._scratch)
        self._all.add(worker)
        self._idle.append(worker)

    async def _worker(self) -> _Worker:
        while True:
            while self._idle:
                worker = self._idle.pop()
                if worker.alive:
                    return worker
                await self._drop(worker)
            task, self._warming = self._warming or self._launch(), None
            try:
                await asyncio.shield(task)  # a cancelled caller leaves the process to the next one
            except OSError as error:
                raise EngineFailure(
                    f"no worker process could be started: {error.strerror or error}",
                    remedy="Check that this Python can start processes and has memory left.",
                ) from error

    async def _drop(self, worker: _Worker) -> None:
        self._all.discard(worker)
        await worker.kill()

    async def _call(self, request: dict[str, Any], progress: Progress) -> dict[str, Any]:
        async with self._slots:
            worker = await self._worker()
            idle = False
            try:
                result = await worker.call(request, progress)
                idle = True
                return result
            except MediaError:
                idle = True
                raise
            except EngineFailure:
                idle = worker.alive
                raise
            finally:
                if idle:
                    self._idle.append(worker)
                else:  # cancelled in the middle of a job, or dead
                    await self._drop(worker)

    async def probe(self, path: Path) -> dict[str, Any]:
        """See `Engine.probe`."""
        return await self._call({"op": "probe", "path": str(path)}, _ignore)

    async def look(self, path: Path, progress: Progress) -> dict[str, Any]:
        """See `Engine.look`."""
        return await self._call({"op": "look", "path": str(path)}, progress)

    async def score(
        self, sight: dict[str, Any], brief: dict[str, Any], seed: int, out: Path, progress: Progress
    ) -> dict[str, Any]:
        """See `Engine.score`."""
        request = {"op": "score", "sight": sight, "brief": brief, "seed": seed, "out": str(out)}
        return await self._call(request, progress)

    async def spell(self, text: str) -> None:
        """See `Engine.spell`."""
        await self._call({"op": "spell", "text": text}, _ignore)

    async def render(self, plan: dict[str, Any], out: Path, progress: Progress) -> dict[str, Any]:
        """See `Engine.render`."""
        return await self._call({"op": "render", "plan": plan, "out": str(out)}, progress)

    async def close(self) -> None:
        """End every process. Jobs under way fail."""
        await asyncio.gather(*self._starting, return_exceptions=True)
        workers, self._all, self._idle = self._all, set(), []
        await asyncio.gather(*(worker.kill() for worker in workers))


def _ignore(_: float) -> None:
    """For jobs too short to tell about."""
