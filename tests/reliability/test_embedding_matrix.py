"""The rows of the fault matrix whose fault is the program around the client, not the service.

Each cell runs the main job with one trouble at one stage, and asserts the backend's own count of
accepted messages and of credits, that the job ends with its video, and that no task, socket or file
is left behind.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pytest

from nemomusic import errors
from nemomusic.testing import FakeClock, StubBackend, run
from nemomusic.testing.fake_time import tasks_left
from support.fast import MEMORY, collect, kinds, open_files
from support.rows import one_in

PROMPT = "warm lo-fi music that follows the cuts"
STAGES = ("connect", "upload", "compose", "render", "download", "done")
CLIP = b"\0\0\0\x18ftypmp42" + bytes(150_000)


class Trouble:
    """Something that happens once, when a job reports a stage."""

    def __init__(self, stage: str) -> None:
        self.stage = stage
        self.struck = False

    def __call__(self, progress):
        if progress.stage == self.stage and not self.struck:
            self.struck = True
            return self.strike()
        return None

    def strike(self):
        raise NotImplementedError


class CallbackFails(Trouble):
    """The callback raises."""

    def strike(self):
        raise ConnectionResetError("the browser has gone")


class CallbackHangs(Trouble):
    """The callback's awaitable does not end."""

    async def strike(self):
        await asyncio.Event().wait()


class CallerCancelled(Trouble):
    """The caller's task is cancelled."""

    task: asyncio.Task

    def strike(self):
        self.task.cancel()


class SecondLoop(Trouble):
    """Another thread uses the client, in a loop of its own."""

    client = None
    error: BaseException | None = None

    def strike(self):
        def elsewhere():
            try:
                asyncio.run(self.client.add_music(CLIP, PROMPT, output="other.mp4"))
            except errors.NemoMusicError as error:
                self.error = error

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()


class ExecutorFull(Trouble):
    """All threads of the loop's own executor are busy until the job is over."""

    def __init__(self, stage: str) -> None:
        super().__init__(stage)
        self.free = threading.Event()

    def strike(self):
        loop = asyncio.get_running_loop()
        pool = ThreadPoolExecutor(2)
        loop.set_default_executor(pool)
        for _ in range(2):
            pool.submit(self.free.wait, 400)


CELLS = {
    f"{kind.__name__} at {stage}": (kind, stage)
    for kind in (CallbackFails, CallbackHangs, CallerCancelled, SecondLoop)
    for stage in STAGES
    if (kind, stage) != (CallerCancelled, "done")  # it is over
}


async def job(trouble: Trouble, clock: FakeClock, folder: Path, *, journal: bool) -> StubBackend:
    clip, out = folder / "clip.mp4", folder / "out.mp4"
    clip.write_bytes(CLIP)
    backend = StubBackend(clock=clock, folder=folder / "backend")
    kept = folder / "jobs.sqlite" if journal else None
    async with backend, backend.client(journal=kept) as client:
        if isinstance(trouble, SecondLoop):
            trouble.client = client
        work = asyncio.create_task(client.add_music(clip, PROMPT, output=out, on_progress=trouble))
        if isinstance(trouble, CallerCancelled):
            trouble.task = work
            with pytest.raises(asyncio.CancelledError) as caught:
                await work
            caught.value.__traceback__ = None
            video = await client.jobs.attach(caught.value.job_id).result()
        else:
            video = await work
        assert trouble.struck, "the trouble did not strike"
        assert video.path.read_bytes()[4:8] == b"ftyp"
        assert video.reply.changes.added_audio
        assert (await client.jobs.attach(video.job_id).status()).state == "done"
        if isinstance(trouble, SecondLoop):
            assert isinstance(trouble.error, errors.ConfigurationError)
    return backend


@pytest.mark.parametrize("journal", one_in(2, [True, False]), ids=["journal", "memory"])
@pytest.mark.parametrize("name", one_in(2, CELLS))
def test_cell(name, journal):
    kind, stage = CELLS[name]
    collect()
    before = kinds(open_files())
    clock = FakeClock()
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder_name:
        folder = Path(folder_name)

        async def main() -> StubBackend:
            backend = await job(kind(stage), clock, folder, journal=journal)
            left = await tasks_left()
            assert not left, left
            return backend

        backend = run(main(), clock=clock)
        ledger = backend.ledger
        assert ledger.accepted == 1
        assert ledger.credits_spent == 100
        assert all(len(texts) <= 1 for texts in ledger.messages.values()), "sent twice"
        assert max(ledger.uploads.values(), default=0) == 1, "uploaded twice"
        assert not list(folder.glob("*.part*"))
        del backend
    with contextlib.suppress(Exception):
        collect()
    assert kinds(open_files()) == before, "file descriptors are left open"


@pytest.mark.parametrize("journal", one_in(2, [True, False]), ids=["journal", "memory"])
@pytest.mark.parametrize("where", ["backend of its own", "embedded backend"])
@pytest.mark.parametrize("stage", one_in(3, STAGES))
def test_the_loops_executor_is_full(stage, where, journal, tmp_path):
    """The backend has a loop of its own, as the service has, or shares the loop of the client."""
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(CLIP)
    trouble = ExecutorFull(stage)
    collect()
    before = kinds(open_files())

    async def main(backend: StubBackend) -> None:
        kept = tmp_path / "jobs.sqlite" if journal else None
        named = backend.url.replace("127.0.0.1", "localhost")  # a name that is looked up
        async with backend.client(journal=kept, api_url=named) as client, asyncio.timeout(180):
            video = await client.add_music(
                clip, PROMPT, output=tmp_path / "out.mp4", on_progress=trouble
            )
            assert video.path.read_bytes()[4:8] == b"ftyp"

    async def beside(backend: StubBackend) -> None:
        async with backend:
            await main(backend)

    async def all_steps(backend: StubBackend) -> None:
        try:
            await (beside if where == "embedded backend" else main)(backend)
        finally:
            trouble.free.set()
        left = await tasks_left()
        assert not left, left

    backend = StubBackend(folder=tmp_path / "backend")
    elsewhere = backend.in_thread() if where == "backend of its own" else nullcontext()
    with elsewhere:
        asyncio.run(all_steps(backend))
    assert trouble.struck
    assert backend.ledger.accepted == 1
    assert backend.ledger.credits_spent == 100
    collect()
    assert kinds(open_files()) == before, "file descriptors are left open"
