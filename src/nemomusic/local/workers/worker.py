"""Control one worker process from the host: send jobs, watch it, and end it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nemomusic.engine.errors import MediaError
from nemomusic.local.private_files import delete_folder
from nemomusic.local.workers.engine import EngineError, EngineStartError
from nemomusic.local.workers.environment import worker_environment
from nemomusic.local.workers.interpreter import REMEDY
from nemomusic.local.workers.job_watch import START_FACTOR, START_REMEDY, JobWatch
from nemomusic.local.workers.resident_memory import resident_bytes
from nemomusic.log import GuardedLogger
from nemomusic.runtime import temporary_folders

if TYPE_CHECKING:
    from nemomusic.local.limits import Limits
    from nemomusic.local.workers.engine import OnProgress

MARK: Final = b"\x1e"
"""The mark before each response; see `worker_main.py`."""
GREETING: Final = b'{"op":"greeting"}\n'
"""The first line to a process; see `worker_main.py`."""
_log: Final = GuardedLogger(logging.getLogger("nemomusic.local"))
_MAX_RESPONSE_BYTES: Final = 64 * 2**20
"""Bytes of the longest response: the analysis of an hour of video has some hundred kB."""
_MAX_STDERR_CHARACTERS: Final = 2000
"""Characters of a worker's last output that an error quotes."""
_TICK_SECONDS: Final = 0.1
"""Seconds between two checks of a worker."""
_SIGKILL: Final = 9
"""The number of a signal that Windows doesn't have."""
_REPORT: Final = "Please report this, with the clip if you can."


class WorkerCrashError(EngineError):
    """The process died.

    Attributes:
        killed: Whether it was killed, such as by a system without free memory.
    """

    killed = False


class Worker:
    """One worker process.

    After a failure without a response it can't be used again. Use `start()` to make one.
    """

    def __init__(
        self, process: asyncio.subprocess.Process, scratch: Path, limits: Limits, python: str
    ) -> None:
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise ValueError("the process was started without pipes")
        self._process = process
        self._scratch = scratch
        self._limits = limits
        self._stdin, self._stdout, self._stderr = process.stdin, process.stdout, process.stderr
        self._python = python
        self._ready = False
        self._last_words = ""
        self._ended = False
        self._listener = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, folder: Path | None, limits: Limits, python: str) -> Worker:
        """Start a process.

        Args:
            folder: The folder of its temporary files. They are deleted when it ends, even if it is
                killed.
            limits: The limits of its jobs.
            python: The interpreter.
        """
        apart: dict[str, Any] = {"start_new_session": True}  # the host handles Ctrl-C
        if sys.platform == "win32":
            group = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
            apart = {"creationflags": group}
        scratch = Path(tempfile.mkdtemp(prefix="nemomusic-worker-", dir=folder))
        temporary_folders.add(scratch)
        try:
            process = await asyncio.create_subprocess_exec(
                python,
                "-P",
                "-m",
                "nemomusic.local.workers.worker_main",
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                limit=_MAX_RESPONSE_BYTES,
                env=worker_environment() | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch)),
                **apart,
            )
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            temporary_folders.discard(scratch)
            raise
        worker = cls(process, scratch, limits, python)
        worker._stdin.write(GREETING)
        return worker

    @property
    def alive(self) -> bool:
        """Whether the process runs, and its end was not requested."""
        return not self._ended and self._process.returncode is None

    async def _listen(self) -> None:
        while piece := await self._stderr.read(4096):
            text = self._last_words + piece.decode("utf-8", "replace")
            self._last_words = text[-_MAX_STDERR_CHARACTERS:]

    async def call(
        self, request: dict[str, Any], progress: OnProgress, *, length: float, stall: float
    ) -> dict[str, Any]:
        """Do one job.

        Args:
            request: As in `worker_main.py`.
            progress: Called with the fraction that is done.
            length: Seconds of the media that the job works on, if known.
            stall: Seconds that the job may take without progress, in addition to those for its
                length.

        Raises:
            MediaError: The input is at fault.
            WorkerLimitError: The job exceeded a limit. The process has been ended.
            WorkerCrashError: The process has died.
            EngineError: The engine failed.
        """
        watch = JobWatch(request["op"], stall, length)
        watching = asyncio.create_task(self._watch(watch))
        try:
            return await self._exchange(request, progress, watch)
        except (ConnectionError, ValueError) as error:
            raise watch.broken or await self._crashed(request["op"]) from error
        finally:
            watching.cancel()

    async def _exchange(
        self, request: dict[str, Any], progress: OnProgress, watch: JobWatch
    ) -> dict[str, Any]:
        while not self._ready:  # what is sent earlier could be read by other code
            if not (line := await self._stdout.readline()):
                raise watch.broken or await self._crashed(request["op"])
            self._response(line)
        watch.hear()
        self._stdin.write(json.dumps(request, separators=(",", ":")).encode() + b"\n")
        await self._stdin.drain()
        while line := await self._stdout.readline():
            if (response := self._response(line)) is None:
                continue
            watch.hear()
            if "alive" in response:
                watch.hear_heartbeat(response["alive"], response.get("costly"))
            elif "ready" in response:
                continue
            elif "progress" in response:
                watch.advance(response["progress"])
                progress(response["progress"])
            elif "result" in response:
                return dict(response["result"])
            elif "media" in response:
                about = response["media"]
                raise MediaError(about["message"], remedy=about["remedy"])
            elif "lacks" in response:
                await self.kill()
                raise EngineStartError(
                    f"{self._python} can't run the engine ({response['lacks']})",
                    remedy=response.get("remedy", REMEDY),
                )
            elif "full" in response:
                raise EngineError(
                    f"there is no room in {self._scratch.parent}: {response['full']}",
                    remedy="Free some space there, then try again.",
                )
            else:
                raise EngineError(f"the engine failed: {response['error']}", remedy=_REPORT)
        raise watch.broken or await self._crashed(request["op"])

    def _response(self, line: bytes) -> dict[str, Any] | None:
        """Return a response; None for a line that other code has printed."""
        _, mark, text = line.rpartition(MARK)
        if not mark:
            return None
        self._ready = True
        response: dict[str, Any] = json.loads(text)
        return response

    async def wait_ready(self) -> None:
        """Wait until the process has started.

        Raises:
            EngineStartError: The process did not start.
        """
        seconds = START_FACTOR * self._limits.worker_silence_seconds
        try:
            async with asyncio.timeout(seconds):
                while not self._ready:
                    line = await self._stdout.readline()
                    if not line:
                        raise await self._crashed("its start")
                    self._response(line)
        except TimeoutError:
            raise EngineStartError(
                f"{self._python} did not start the engine in {seconds:g} s", remedy=START_REMEDY
            ) from None

    async def start_failure(self) -> EngineStartError | None:
        """Return why a process that has ended did not start; None if it had started."""
        try:
            await self.wait_ready()
        except EngineStartError as error:
            return error
        except WorkerCrashError:
            return None
        return None

    async def _watch(self, watch: JobWatch) -> None:
        """End the process as soon as its job exceeds a limit."""
        loop, limits = asyncio.get_running_loop(), self._limits
        last = loop.time()
        while watch.broken is None:
            await asyncio.sleep(_TICK_SECONDS)
            # A pause of the host does not count: the host may have been suspended, or blocked.
            passed = min(loop.time() - last, 5 * _TICK_SECONDS)
            last = loop.time()
            watch.pass_time(passed, working=self._ready)
            watch.check(limits, resident_bytes(self._process.pid), ready=self._ready)
        _log.warning("a worker was ended during %s: %s", watch.operation, watch.broken.message)
        self._end()

    async def _crashed(self, operation: str) -> WorkerCrashError | EngineStartError:
        with contextlib.suppress(TimeoutError):  # waits for the worker's exit code
            await asyncio.wait_for(self._process.wait(), 1.0)
        code = await self.kill()
        why = f"exit code {code}"
        if code < 0:
            with contextlib.suppress(ValueError):
                why = signal.Signals(-code).name
        _log.warning("a worker died during %s (%s): %s", operation, why, self._last_words)
        last = self._last_words.strip().rpartition("\n")[2]
        killed = code in {-signal.SIGTERM, -_SIGKILL}
        if not self._ready and not killed:
            return EngineStartError(
                f"{self._python} could not run the engine ({why})" + (f": {last}" if last else ""),
                remedy=REMEDY,
            )
        error = WorkerCrashError(
            f"the engine's process died during {operation} ({why})" + (f": {last}" if last else ""),
            remedy="The file may be damaged: play it, or export it again from where it came from.",
        )
        error.killed = killed
        return error

    def _end(self) -> None:
        self._ended = True
        self._stdin.close()
        with contextlib.suppress(ProcessLookupError):
            if self._process.returncode is None:
                self._process.kill()

    async def kill(self) -> int:
        """End the process at once. Return its exit code. A second call does no harm."""
        self._end()
        try:
            code = await self._process.wait()
            await self._listener
        finally:
            await delete_folder(self._scratch)
            temporary_folders.discard(self._scratch)
        return code
