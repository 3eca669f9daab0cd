"""Run the real engine in worker processes, whose crash does no harm to the host."""

from __future__ import annotations

import asyncio
import errno
import os
from typing import TYPE_CHECKING, Any, Final

import attrs

from nemomusic.engine.errors import MediaError
from nemomusic.engine.types import ClipAnalysis, Probe, RenderResult, ScoreSummary
from nemomusic.errors import MissingExtraError
from nemomusic.local.limits import Limits
from nemomusic.local.workers.engine import Engine, EngineError, EngineStartError
from nemomusic.local.workers.interpreter import interpreter
from nemomusic.local.workers.job_watch import WorkerSilentError
from nemomusic.local.workers.slots import FairSlots
from nemomusic.local.workers.worker import Worker, WorkerCrashError

if TYPE_CHECKING:
    from pathlib import Path

    from nemomusic.engine.score_source import ScoreForm, ScoreSource
    from nemomusic.engine.types import Brief, RenderPlan
    from nemomusic.local.workers.engine import OnProgress

_PASSING: Final = {errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE}
"""Reasons that prevent the start of a process, and that are temporary."""
_PROBE_SECONDS_PER_BYTE: Final = 1 / (8 * 2**20)
"""Seconds that a probe may take for each byte of the file, in addition to those for any job."""


def check_installed() -> None:
    """Check that the engine's own dependencies are installed, without importing them.

    Raises:
        MissingExtraError: The extra `local` is not installed.
    """
    from importlib.util import find_spec

    packages = {"av": "av", "numpy": "numpy", "PIL": "pillow"}
    missing = [name for module, name in packages.items() if find_spec(module) is None]
    if missing:
        raise MissingExtraError(
            f"the embedded backend needs {', '.join(missing)}",
            remedy='Install the extra "local" in a checkout of nemomusic: pip install ".[local]"',
        )


@attrs.frozen
class _EngineJob:
    """A job for a worker.

    Attributes:
        request: As in `worker_main.py`.
        progress: Called with the fraction that is done.
        length: Seconds of the media that the job works on, if known.
        more: Seconds that the job may take in addition to those for any job of this length.
    """

    request: dict[str, Any]
    progress: OnProgress
    length: float = 0.0
    more: float = 0.0


class WorkerEngine(Engine):
    """`nemomusic.engine`, in up to `workers` processes that start when needed.

    A job whose process dies or sends no heartbeat is tried again in a new process. If that process
    dies too, the input counts as the cause.

    Args:
        workers: The number of jobs at a time. None means one per processor, but at most four.
        scratch: The folder of the processes' temporary files. None means the system's folder.
        limits: The limits of a job.
        allow_partial: Whether a probe accepts a truncated file.
        python: The interpreter of the processes. None means the one that runs this program.

    Raises:
        LocalBackendError: There is no interpreter for the processes.
    """

    def __init__(
        self,
        workers: int | None = None,
        scratch: Path | None = None,
        limits: Limits | None = None,
        *,
        allow_partial: bool = False,
        python: str | None = None,
    ) -> None:
        self._python = interpreter(python)
        self._cannot_start: EngineStartError | None = None
        self._allow_partial = allow_partial
        self._scratch = scratch
        self._limits = limits if limits is not None else Limits()
        self._sent_limits = attrs.asdict(self._limits)
        self._slots = FairSlots(workers or min(os.cpu_count() or 1, 4))
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._warming: asyncio.Task[None] | None = None
        self._closed = False

    def prewarm(self) -> None:
        """Start a first process while the upload is still arriving."""
        if not self._all and not self._starting and not self._closed:
            self._warming = self._launch()

    def _launch(self) -> asyncio.Task[None]:
        task = asyncio.create_task(self._start_one())
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)
        return task

    async def _start_one(self) -> None:
        worker = await Worker.start(self._scratch, self._limits, self._python)
        self._all.add(worker)
        self._idle.append(worker)

    async def _worker(self) -> Worker:
        while True:
            if self._closed:
                raise EngineError("the engine was closed", remedy="Start the backend again.")
            if self._cannot_start is not None:
                known = self._cannot_start  # only one try: a second one would end in the same way
                raise EngineStartError(known.message, remedy=known.remedy)
            while self._idle:
                worker = self._idle.pop()
                if worker.alive:
                    return worker
                self._cannot_start = await worker.start_failure()
                await self._drop(worker)
            if self._cannot_start is not None:
                continue
            task, self._warming = self._warming or self._launch(), None
            try:
                await asyncio.shield(
                    task
                )  # a canceled caller leaves the process to the next caller
            except NotImplementedError as error:
                self._cannot_start = EngineStartError(
                    "the event loop of this program can't start processes",
                    remedy="On Windows, use asyncio's own loop (ProactorEventLoop).",
                )
                raise self._cannot_start from error
            except OSError as error:
                failure = EngineStartError(
                    f"no worker process could be started: {error.strerror or error}",
                    remedy="Check that this Python can start processes and has memory left.",
                    passes=error.errno in _PASSING,
                )
                if not failure.passes:
                    self._cannot_start = failure
                raise failure from error

    async def check_start(self) -> None:
        """Start a first process, and wait until it runs.

        Raises:
            EngineStartError: The process can't be started.
        """
        worker = await self._worker()
        try:
            await worker.wait_ready()
        except EngineStartError as error:
            self._cannot_start = error
            await self._drop(worker)
            raise
        self._idle.append(worker)

    async def _drop(self, worker: Worker) -> None:
        try:
            await worker.kill()
        finally:
            self._all.discard(worker)  # not before: close() waits for those in `_all`

    async def _call(self, job: _EngineJob) -> dict[str, Any]:
        async with self._slots.hold():
            try:
                return await self._attempt(job)
            except (WorkerCrashError, WorkerSilentError):
                try:
                    return await self._attempt(job)
                except WorkerCrashError as error:
                    if error.killed:
                        raise
                    raise MediaError(f"{error.message}.", remedy=error.remedy or "") from error

    async def _attempt(self, job: _EngineJob) -> dict[str, Any]:
        worker = await self._worker()
        idle = False
        try:
            result = await worker.call(
                job.request,
                job.progress,
                length=job.length,
                stall=self._limits.stall_seconds + job.more,
            )
            idle = True
            return result
        except MediaError:
            idle = True
            raise
        except EngineStartError as error:
            self._cannot_start = error
            raise
        except EngineError:
            idle = worker.alive
            raise
        finally:
            if idle:
                self._idle.append(worker)
            else:  # canceled in the middle of a job, or ended
                await self._drop(worker)

    async def probe(self, path: Path) -> Probe:
        """See `Engine.probe`."""
        try:
            size = path.stat().st_size
        except OSError:
            size = 0  # the worker reports what is wrong
        request = {"op": "probe", "path": str(path), "allow_partial": self._allow_partial}
        job = _EngineJob(request, _ignore, more=size * _PROBE_SECONDS_PER_BYTE)
        return Probe.from_json(await self._call(job))

    async def analyze(self, path: Path, progress: OnProgress) -> ClipAnalysis:
        """See `Engine.analyze`. The worker reports the length of the clip."""
        request = {"op": "analyze", "path": str(path), "limits": self._sent_limits}
        return ClipAnalysis.from_json(await self._call(_EngineJob(request, progress)))

    async def compose(
        self, analysis: ClipAnalysis, brief: Brief, seed: int, out: Path, progress: OnProgress
    ) -> ScoreSummary:
        """See `Engine.compose`."""
        request = {
            "op": "compose",
            "analysis": analysis.to_json(),
            "brief": brief.to_json(),
            "seed": seed,
            "out": str(out),
        }
        job = _EngineJob(request, progress, length=analysis.duration)
        return ScoreSummary.from_json(await self._call(job))

    async def score_file(
        self, source: ScoreSource, form: ScoreForm, out: Path, progress: OnProgress
    ) -> ScoreSummary:
        """See `Engine.score_file`."""
        request = {"op": "score_file", **source.to_json(), "form": form, "out": str(out)}
        job = _EngineJob(request, progress, length=source.analysis.duration)
        return ScoreSummary.from_json(await self._call(job))

    async def check_glyphs(self, text: str) -> None:
        """See `Engine.check_glyphs`."""
        await self._call(_EngineJob({"op": "check_glyphs", "text": text}, _ignore))

    async def check_sources(
        self, plan: RenderPlan, progress: OnProgress, *, frames: bool = True
    ) -> bool:
        """See `Engine.check_sources`."""
        request = {
            "op": "check_sources",
            "plan": plan.to_json(),
            "frames": frames,
            "limits": self._sent_limits,
        }
        found = await self._call(_EngineJob(request, progress, length=plan.duration))
        return bool(found["decoded"])

    async def render(self, plan: RenderPlan, out: Path, progress: OnProgress) -> RenderResult:
        """See `Engine.render`."""
        request = {
            "op": "render",
            "plan": plan.to_json(),
            "out": str(out),
            "limits": self._sent_limits,
        }
        job = _EngineJob(request, progress, length=plan.duration)
        return RenderResult.from_json(await self._call(job))

    async def close(self) -> None:
        """End every process. Jobs under way fail."""
        self._closed = True
        await asyncio.gather(*self._starting, return_exceptions=True)
        workers, self._all, self._idle = self._all, set(), []
        await asyncio.gather(*(worker.kill() for worker in workers))


def _ignore(_: float) -> None:
    """Ignore the progress of jobs that are too short to report any."""
