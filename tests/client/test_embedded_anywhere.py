"""The client as a thing that people embed: loops, threads, forks, executors, scopes, callbacks.

Each case is a trouble that people had with some SDK. Nothing here may charge twice, lose what was
paid for, or wait past a deadline.
"""

from __future__ import annotations

import asyncio
import gc
import io
import os
import shutil
import subprocess
import sys
import threading
import time
import weakref
import zipapp
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import nemomusic
from nemomusic import Client, errors
from nemomusic.local.workers.stub import StubEngine
from nemomusic.settings import Settings, Timeouts
from nemomusic.testing import FakeClock, StubBackend
from nemomusic.testing.fake_time import tasks_left
from support.fast import fast

PROMPT = "warm lo-fi music that follows the cuts"
CLIP = b"\0\0\0\x18ftypmp42" + bytes(5000)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "trip.mp4"
    path.write_bytes(CLIP)
    return path


def settings_for(backend) -> Settings:
    return Settings(api_url=backend.url, web_url=backend.url, client_id="testing", token_file=None)


@pytest.fixture
def backend():
    """Give a backend in a thread: its loop and executor are its own."""
    with StubBackend().in_thread() as backend:
        yield backend


def client_of(backend, **options) -> Client:
    token = backend.issue_token(credits=100_000)
    return Client(token, settings=settings_for(backend), **options)


# ------------------------------------------------------- the loop's executor is full


WORK = {
    "path": lambda client, clip, out: client.add_music(clip, PROMPT, output=out),
    "bytes": lambda client, clip, out: client.add_music(
        nemomusic.Source(CLIP, name="a.mp4"), PROMPT, output=out
    ),
    "file": lambda client, clip, out: client.add_music(
        nemomusic.Source(io.BytesIO(CLIP), name="a.mp4"), PROMPT, output=out
    ),
}


@pytest.mark.parametrize("journal", [False, True], ids=["memory", "journal"])
@pytest.mark.parametrize("kind", WORK)
def test_handlers_in_the_loops_executor_wait_for_the_client(backend, clip, tmp_path, kind, journal):
    async def main():
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(2))
        kept = tmp_path / "jobs.sqlite" if journal else None
        async with client_of(backend, journal=kept) as client:

            def handler(number):
                job = WORK[kind](client, clip, tmp_path / f"{number}.mp4")
                return asyncio.run_coroutine_threadsafe(job, loop).result(180)

            return await asyncio.gather(
                *(loop.run_in_executor(None, handler, number) for number in range(2))
            )

    before = backend.ledger.accepted
    videos = asyncio.run(asyncio.wait_for(main(), 180))
    assert [video.path.exists() for video in videos] == [True, True]
    assert backend.ledger.accepted - before == 2


class Stuck:
    """A file whose reading takes until it is let go."""

    name = "stuck.mp4"

    def __init__(self) -> None:
        self.free = threading.Event()
        self.reading = threading.Event()

    def read(self, size=-1):
        self.reading.set()
        self.free.wait(120)
        return b""


LIMITS = {
    "deadline": lambda client, work: work(client.with_options(deadline=0.3)),
    "stall": lambda client, work: work(
        client.with_options(timeouts=Timeouts(upload_stall=0.3), max_retries=0)
    ),
    "wait_for": lambda client, work: asyncio.wait_for(work(client), 0.3),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_limits_hold_while_a_source_does_not_answer(backend, clip, tmp_path, limit):
    async def main():
        async with client_of(backend) as client:
            stuck = [Stuck() for _ in range(6)]
            out = iter(range(100))

            async def work(client, source=None):
                source = nemomusic.Source(source or stuck[0], name="stuck.mp4")
                await client.add_music(source, PROMPT, output=tmp_path / f"{next(out)}.mp4")

            busy = [asyncio.create_task(work(client, one)) for one in stuck[1:]]
            while not all(one.reading.is_set() for one in stuck[1:]):
                await asyncio.sleep(0.01)
            try:
                with pytest.raises((errors.NemoMusicError, TimeoutError)):
                    await LIMITS[limit](client, work)
                assert not any(one.free.is_set() for one in stuck)  # the limit ended it
                # The client's own threads are free: it works on.
                video = await client.add_music(clip, PROMPT, output=tmp_path / "out.mp4")
                assert video.path.exists()
            finally:
                for one in stuck:
                    one.free.set()
                for task in busy:
                    task.cancel()
                await asyncio.gather(*busy, return_exceptions=True)

    asyncio.run(asyncio.wait_for(main(), 100))  # before the sources are let go by themselves


# ------------------------------------------------------------ loops, threads, forks


@pytest.mark.usefixtures("collected")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_second_loop(backend):
    """The connections of the first loop, which is closed, can't be closed any more."""
    client = client_of(backend)
    asyncio.run(client.credits.balance())
    for call in (client.credits.balance, client.jobs.list, client.auth.token):
        with pytest.raises(errors.ConfigurationError, match="another event loop") as caught:
            asyncio.run(call())
        assert "nemomusic.sync" in caught.value.remedy

    async def entered():
        async with client:
            return await client.credits.balance()

    for _ in range(2):  # `async with` makes new connections in each loop
        assert asyncio.run(entered()).available


@pytest.mark.usefixtures("collected")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_job_of_a_loop_that_was_closed_goes_on_in_another(backend, clip, tmp_path):
    backend.scripted_engine.working.clear()
    token, before = backend.issue_token(credits=1000), backend.ledger.accepted

    def client():
        return Client(token, settings=settings_for(backend), journal=tmp_path / "jobs.sqlite")

    async def begin(client):
        job = await client.jobs.submit(clip, PROMPT, output=tmp_path / "out.mp4")
        while backend.ledger.accepted == before:
            await asyncio.sleep(0.001)
        return job.id

    async def go_on(job_id):
        async with client() as other:
            return await other.jobs.attach(job_id).result()

    abandoned = client()  # its object lives on, and its leases with it
    loop = asyncio.new_event_loop()
    job_id = loop.run_until_complete(begin(abandoned))
    loop.close()
    backend.scripted_engine.working.set()
    video = asyncio.run(asyncio.wait_for(go_on(job_id), 180))
    assert video.path.exists()
    assert backend.ledger.accepted == before + 1
    del abandoned, loop  # its connections are collected while their warnings are ignored


ABANDON = """
import asyncio, gc, sys, threading
from pathlib import Path
import psutil
from nemomusic import Client
from nemomusic.settings import Settings

url, token, clip = sys.argv[1:]
journal = Path(clip).with_name("jobs.sqlite")

def opened():
    names = [file.path for file in psutil.Process().open_files()]
    return [name for name in names if name.startswith(str(journal))]

async def begin(client):
    job = await client.jobs.submit(clip, "warm lo-fi", output=Path(clip).with_name("out.mp4"))
    async for step in job.progress():
        if step.stage == "compose":
            return

settings = Settings(api_url=url, web_url=url, client_id="testing", token_file=None)
client, loop = Client(token, settings=settings, journal=journal), asyncio.new_event_loop()
loop.run_until_complete(begin(client))
loop.close()
assert opened()  # in the middle of a job
del client, loop
while opened():
    gc.collect()  # the job's coroutine ends, and releases its lease in a thread
    for thread in threading.enumerate():  # one that still writes keeps its journal until then
        if thread.name.startswith("nemomusic-journal"):
            thread.join(0.05)
print(opened())
"""


def test_a_client_that_is_discarded_in_the_middle_of_a_job_closes_its_journal(backend, clip):
    backend.scripted_engine.working.clear()  # no job ends
    done = subprocess.run(
        [sys.executable, "-c", ABANDON, backend.url, backend.issue_token(credits=1000), str(clip)],
        check=False,
        capture_output=True,
        timeout=180,  # an open journal stays open: it is waited for until then
    )
    backend.scripted_engine.working.set()
    assert done.stdout.decode().strip() == "[]", done.stderr.decode()


def test_a_second_loop_in_another_thread_sends_nothing(backend, clip):
    async def main():
        async with client_of(backend) as client:
            await client.credits.balance()
            before = backend.ledger.accepted
            elsewhere = []

            def other():
                try:
                    asyncio.run(client.add_music(clip, PROMPT, output=clip.with_name("o.mp4")))
                except errors.NemoMusicError as error:
                    elsewhere.append(error)

            thread = threading.Thread(target=other)
            thread.start()
            while thread.is_alive():
                await asyncio.sleep(0.01)
            (error,) = elsewhere
            assert isinstance(error, errors.ConfigurationError)
            assert backend.ledger.accepted == before
            assert (await client.credits.balance()).available  # and the client is as before

    asyncio.run(main())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_after_a_fork(backend, clip, tmp_path):
    async def main():
        async with client_of(backend, journal=tmp_path / "jobs.sqlite") as client:
            await client.credits.balance()
            child = os.fork()
            if child == 0:
                asyncio.events._set_running_loop(None)
                try:
                    asyncio.run(client.credits.balance())
                except errors.ConfigurationError as error:
                    os._exit(7 if "forked" in error.message else 1)
                except BaseException:  # noqa: BLE001 - told by the exit code
                    os._exit(2)
                os._exit(3)
            _, status = await asyncio.to_thread(os.waitpid, child, 0)
            assert os.waitstatus_to_exitcode(status) == 7
            video = await client.add_music(clip, PROMPT, output=tmp_path / "out.mp4")
            assert video.path.exists()

    asyncio.run(main())


CALLS = {
    "credits": lambda client: client.credits.balance(),
    "add_music": lambda client: client.add_music(CLIP, PROMPT, output="out.mp4"),
    "submit": lambda client: client.jobs.submit(CLIP, PROMPT, output="out.mp4"),
    "send": lambda client: client.sessions.attach("1").ask("lo-fi"),
    "token": lambda client: client.auth.token(),
    "enter": lambda client: client.start(),
    "enter the embedded backend": lambda client: Client.local(engine=StubEngine()).start(),
}


@pytest.mark.parametrize("call", CALLS)
def test_under_trio(call):
    trio = pytest.importorskip("trio")

    async def main():
        with pytest.raises(errors.ConfigurationError, match="asyncio") as caught:
            await CALLS[call](Client("nmv_usr_x"))
        assert "nemomusic.sync" in caught.value.remedy

    trio.run(main)


def test_without_a_loop():
    """Making a client, its resources and its copies needs no loop."""
    for client in (Client("nmv_usr_x"), Client.local()):
        for name in ("auth", "sessions", "uploads", "stream", "state", "credits", "render", "jobs"):
            assert getattr(client, name) is getattr(client, name)
    Client("nmv_usr_x").with_options(deadline=5)


# ------------------------------------------------------------- values of a wrong type


def named(value):
    return nemomusic.Source(CLIP, name=value)


WRONG = {
    "no prompt": lambda client: client.add_music(CLIP, None, output="o.mp4"),
    "a prompt as bytes": lambda client: client.add_music(CLIP, b"lo-fi", output="o.mp4"),
    "a message as bytes": lambda client: client.sessions.attach("1").ask(b"lo-fi"),
    "a message as a list": lambda client: client.sessions.attach("1").say(["lo-fi"]),
    "an id that is a path": lambda client: client.sessions.attach("..").state(),
    "an id with a slash": lambda client: client.render.status("render_1/cancel"),
    "an id with a line end": lambda client: client.render.status("1\n2"),
    "an id as a float": lambda client: client.jobs.attach(1.5).status(),
    "an output that is a file": lambda client: client.add_music(CLIP, "x", output=sys.stdout),
    "an output in a bucket": lambda client: client.add_music(CLIP, "x", output="s3://b/o.mp4"),
    "a callback that is none": lambda client: client.add_music(
        CLIP, "x", output="o.mp4", on_progress="print"
    ),
    "web addresses in a list": lambda client: client.sessions.attach("1").upload_urls(
        ["https://x"]
    ),
    "a web address with a space": lambda client: client.sessions.attach("1").upload_urls(
        "https://x y/a.mp4"
    ),
    "a name as bytes": lambda client: client.sessions.open(b"name"),
    "a deadline as text": lambda client: client.with_options(deadline="5").credits.balance(),
    "a deadline that is no number": lambda client: client.with_options(deadline=float("nan")),
    "a timeout beyond floats": lambda client: client.with_options(timeout=10**400),
    "a header with a line end": lambda client: client.with_options(headers={"X-A": "a\r\nB: c"}),
    "a header's name with a space": lambda client: client.with_options(headers={"X A": "a"}),
    "a header as a number": lambda client: client.with_options(headers={"X-A": 5}),
    "settings as a dict": lambda client: Client("nmv_usr_x", settings={}),
    "settings as a dict, local": lambda client: Client.local(settings={}),
    "a policy as a number": lambda client: Client("nmv_usr_x", policy=5),
    "another policy": lambda client: client.with_options(policy=5),
    "timeouts as a number": lambda client: client.with_options(timeouts=5),
    "timeouts of settings": lambda client: Settings(timeouts=5),
    "headers as a list": lambda client: client.with_options(headers=[("X-A", "a")]),
    "a journal in memory": lambda client: Client("nmv_usr_x", journal=":memory:").jobs.list(),
    "a number as a key": lambda client: client.jobs.submit(CLIP, "x", output="o.mp4", key=5),
    "a number as a language": lambda client: client.add_music(CLIP, "x", output="o", language=5),
    "half a character": lambda client: client.add_music(CLIP, "x", output="o", name="\ud800"),
    "a number as a folder": lambda client: Client.local(5),
    "a token as bytes": lambda client: Client(b"nmv_usr_x"),
    "an address as a path": lambda client: Client("nmv_usr_x", base_url=Path("/x")),
    "a journal as a number": lambda client: Client("nmv_usr_x", journal=5).jobs.list(),
    "a platform with a line end": lambda client: Settings.from_env({"SKILL_SOURCE": "a\nb"}),
    "a name as a number": lambda client: client.sessions.attach("1").upload(named(5)),
}


@pytest.mark.parametrize("what", WRONG)
async def test_a_value_of_a_wrong_type_is_refused_with_a_sentence(what, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sent = []
    settings = Settings(api_url="http://127.0.0.1:9", token_file=None)
    async with Client("nmv_usr_x", settings=settings, on_request=sent.append) as client:
        with pytest.raises(errors.NemoMusicError) as caught:
            await WRONG[what](client)
    assert isinstance(caught.value, errors.InputError | errors.ConfigurationError | errors.JobError)
    assert caught.value.message
    assert caught.value.remedy
    assert sent == []


# ------------------------------------------------------------------- anyio's scopes


def passes_of(loop):
    """Note each pass of an event loop from now on."""
    passes, real = [], loop._selector.select

    def select(timeout=None):
        passes.append(timeout)
        return real(timeout)

    loop._selector.select = select
    return passes


@pytest.mark.parametrize("where", ["upload", "message", "job"])
def test_a_scope_that_is_cancelled(backend, clip, tmp_path, where):
    anyio = pytest.importorskip("anyio")

    class Slow:
        name = "slow.mp4"
        left = 2

        def read(self, size=-1):
            time.sleep(0.7)
            self.left -= 1
            return bytes(1000) if self.left >= 0 else b""

    async def main():
        async with client_of(backend) as client:
            session = await client.sessions.open()
            await session.upload(clip)
            work = {
                "upload": lambda: session.upload(nemomusic.Source(Slow(), name="slow.mp4")),
                "message": lambda: session.ask(PROMPT),
                "job": lambda: client.add_music(clip, PROMPT, output=tmp_path / "out.mp4"),
            }[where]
            if where != "upload":
                backend.scripted_engine.working.clear()
            passes = passes_of(asyncio.get_running_loop())
            with anyio.move_on_after(0.2) as scope:
                await work()
            count = len(passes)
            backend._home[1].call_soon_threadsafe(backend.scripted_engine.working.set)
            assert scope.cancelled_caught
            assert count < 500  # no busy wait while the cancellation is delivered
            assert (await session.ask("make it slower")).text  # and the session goes on
        assert not await tasks_left()

    asyncio.run(main())


class Held(StubEngine):
    """Composes until it is cancelled."""

    def __init__(self, scope) -> None:
        super().__init__()
        self.scope = scope

    async def compose(self, *args):
        self.scope.cancel()
        await asyncio.Event().wait()


def test_a_scope_around_an_embedded_backend_leaves_no_folder(clip, tmp_path, monkeypatch):
    """A cancelled scope of anyio cancels the closing too, again and again."""
    anyio = pytest.importorskip("anyio")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    async def main():
        with anyio.CancelScope() as scope:
            async with Client.local(engine=Held(scope)) as client:
                assert list(tmp_path.glob("nemomusic-*"))
                await client.add_music(clip, PROMPT, output=tmp_path / "out.mp4")
        assert scope.cancelled_caught
        assert not await tasks_left()

    asyncio.run(main())
    assert list(tmp_path.glob("nemomusic-*")) == []


# ------------------------------------------------------------------------ callbacks


class Raising:
    """A progress callback that fails at one stage, as when the browser has gone."""

    def __init__(self, stage: str, error: type[BaseException]) -> None:
        self.stage, self.error, self.calls = stage, error, 0

    def __call__(self, progress):
        if progress.stage == self.stage:
            self.calls += 1
            raise self.error("the browser has gone")


@pytest.mark.parametrize("error", [ConnectionResetError, asyncio.CancelledError])
@pytest.mark.parametrize("stage", ["connect", "upload", "compose", "render", "download", "done"])
def test_a_callback_that_fails_does_not_end_a_job(stage, error, tmp_path):
    @fast
    async def test(clock):
        callback = Raising(stage, error)
        async with StubBackend(clock=clock) as backend, backend.client() as client:
            video = await client.add_music(
                nemomusic.Source(CLIP, name="a.mp4"),
                PROMPT,
                output=tmp_path / "out.mp4",
                on_progress=callback,
            )
            assert video.path.exists()
            assert video.credits == 100
            assert (callback.calls, backend.ledger.accepted) == (1, 1)

    test(clock=None)


@fast
async def test_a_coroutine_callback_is_awaited_in_order(clock):
    seen = []

    async def callback(progress):
        await asyncio.sleep(0)
        seen.append(progress)

    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        await session.upload(nemomusic.Source(CLIP, name="a.mp4"), on_progress=callback)
        assert [step.stage for step in seen] == ["upload"] * len(seen)
        assert [step.done for step in seen] == sorted(step.done for step in seen)
        assert seen[-1].fraction == 1.0


async def unawaited():
    raise AssertionError("a hook is not awaited")


HOOKS = {
    "an error": (ValueError, "raised"),
    "a cancellation": (asyncio.CancelledError, "raised"),
    "a coroutine": (None, "returned a coroutine"),
}


@pytest.mark.parametrize("hook", ["on_request", "on_response"])
@pytest.mark.parametrize("how", HOOKS)
def test_a_hook_that_fails_does_not_end_a_job(how, hook, tmp_path, caplog):
    error, words = HOOKS[how]

    def fails(_info):
        if error is None:
            return unawaited()
        raise error

    @fast
    async def test(clock):
        async with StubBackend(clock=clock) as backend:
            settings = settings_for(backend)
            token = backend.issue_token(credits=1000)
            async with Client(token, settings=settings, clock=clock, **{hook: fails}) as client:
                source = nemomusic.Source(CLIP, name="a.mp4")
                video = await client.add_music(source, PROMPT, output=tmp_path / "out.mp4")
            assert video.path.exists()
            assert backend.ledger.accepted == 1
        name = f"{test_a_hook_that_fails_does_not_end_a_job.__name__}.<locals>.fails"
        assert caplog.text.count(f"the hook {hook} ({name}) {words}") == 1
        assert caplog.text.count("Traceback") == (0 if error is None else 1)

    test(clock=None)


@fast
async def test_progress_and_cancellation_carry_the_ids(clock, tmp_path):
    steps = []
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        source = nemomusic.Source(CLIP, name="a.mp4")
        backend.scripted_engine.working.clear()
        task = asyncio.create_task(
            client.add_music(source, PROMPT, output=tmp_path / "o.mp4", on_progress=steps.append)
        )
        while not steps or steps[-1].stage != "compose":
            await clock.sleep(0.01)
        await clock.sleep(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        backend.scripted_engine.working.set()
        assert caught.value.job_id == steps[-1].job_id
        assert caught.value.session_id == steps[-1].session_id
        video = await client.jobs.attach(caught.value.job_id).result()  # no journal is needed
        assert video.path.exists()
        assert backend.ledger.accepted == 1


# ------------------------------------------------------------------------- results


@fast
async def test_what_was_uploaded_is_let_go_once_a_message_was_accepted(clock, tmp_path):
    class Held:
        """Bytes in a file object that can be seen to be let go."""

        name = "big.mp4"

        def __init__(self):
            self.left = CLIP

        def read(self, size=-1):
            given, self.left = self.left, b""
            return given

    async with StubBackend(clock=clock) as backend, backend.client() as client:
        held = Held()
        gone = weakref.ref(held)
        video = await client.add_music(held, PROMPT, output=tmp_path / "out.mp4")
        del held
        gc.collect()
        assert video.session_id
        assert gone() is None


async def test_a_result_as_bytes_and_as_a_stream(tmp_path, clip):
    async with StubBackend() as backend, backend.client() as client:
        video = await client.add_music(clip, PROMPT, output=tmp_path / "out.mp4")
        finished_video = video.path.read_bytes()
        render = client.render.attach(video.export.render_id)
        assert await render.read() == finished_video
        assert (
            b"".join([piece async for piece in client.render.stream(render.id)]) == finished_video
        )
        pieces = render.stream()
        assert await anext(pieces)
        await pieces.aclose()
        with pytest.raises(errors.NotFoundError):
            await client.render.read("render_unknown")


async def test_a_place_for_temporary_files_that_is_not_there(tmp_path, clip, monkeypatch):
    async with StubBackend() as backend, backend.client() as client:
        video = await client.add_music(clip, PROMPT, output=tmp_path / "out.mp4")
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
        with pytest.raises(errors.OutputError, match="no temporary folder") as caught:
            await client.render.read(video.export.render_id)
        assert "TMPDIR" in caught.value.remedy
    with pytest.raises(errors.LocalBackendError, match="no temporary folder"):
        await Client.local(engine=StubEngine()).start()
    await Client.local(tmp_path / "kept", engine=StubEngine()).aclose()


async def test_a_relative_folder_and_journal_are_those_of_the_start(tmp_path, monkeypatch):
    """A program may change its working folder at any time, and start in another one again."""
    (tmp_path / "elsewhere").mkdir()

    def client(at):
        return Client.local(f"{at}folder", journal=f"{at}jobs.sqlite", engine=StubEngine())

    monkeypatch.chdir(tmp_path)
    first = client("")
    monkeypatch.chdir(tmp_path / "elsewhere")
    async with first:
        source = nemomusic.Source(CLIP, name="a.mp4")
        job = await first.jobs.submit(source, PROMPT, output=tmp_path / "out.mp4")
        await job.result()
        (record,) = await first.jobs.list()
    assert record.backend == f"local:{tmp_path / 'folder'}"
    async with client("../") as second:
        assert (await second.jobs.attach(job.id).result()).path.exists()
    assert not list((tmp_path / "elsewhere").iterdir())


async def test_a_working_folder_that_is_gone(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    source = nemomusic.Source(CLIP, name="a.mp4")
    async with StubBackend() as backend:
        async with backend.client() as client:
            with pytest.raises(errors.OutputError, match="No such file"):
                await client.add_music(source, PROMPT, output="out.mp4")
        async with backend.client(journal="jobs.sqlite") as client:
            with pytest.raises(errors.JournalError, match="the working folder is gone"):
                await client.add_music(source, PROMPT, output=tmp_path / "out.mp4")
        with pytest.raises(errors.LocalBackendError, match="No such file"):
            await Client.local("folder", engine=StubEngine()).start()
        assert backend.ledger.accepted == 0


def test_at_the_exit_of_the_program_work_is_refused_with_a_sentence(backend, clip, tmp_path):
    """Functions of `atexit` run when Python starts no more threads."""
    done = subprocess.run(
        [sys.executable, "-c", AT_EXIT, backend.url, backend.issue_token(), str(clip)],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        cwd=tmp_path,
    )
    assert done.stdout.startswith("ConfigurationError: no thread can be started"), done.stderr
    assert "too late" in done.stdout
    assert backend.ledger.accepted == 0


AT_EXIT = """
import asyncio, atexit, sys, concurrent.futures.thread
import nemomusic

async def main():
    url, token, clip = sys.argv[1:]
    settings = nemomusic.Settings(api_url=url, token=token)
    async with nemomusic.Client(settings=settings) as client:
        await client.add_music(clip, "lo-fi")

@atexit.register
def late():
    try:
        asyncio.run(main())
    except nemomusic.NemoMusicError as error:
        print(f"{type(error).__name__}: {error}")
"""
LIMITED = """
import asyncio, sys
import nemomusic
client = nemomusic.Client.local()
async def main():
    async with client:
        print((await client.credits.balance()).available)
asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize("flags", [(), ("-X", "dev", "-W", "error")], ids=["plain", "dev"])
def test_in_a_process_of_its_own(flags):
    done = subprocess.run(
        [sys.executable, *flags, "-c", LIMITED],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "100.0"), done.stderr


ZIPPED = """
import sys
import nemomusic.sync

assert ".pyz" in nemomusic.__file__
with nemomusic.sync.Client.local() as client:
    print(client.add_music(sys.argv[1], "calm piano", output=sys.argv[2]).timeline)
"""


@pytest.mark.slow
def test_a_program_in_a_zip_archive(tiny_clip, tmp_path):
    package = Path(nemomusic.__file__).parent
    folder, out = tmp_path / "program", tmp_path / "out.mp4"
    leave_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(package, folder / "nemomusic", ignore=leave_out)
    (folder / "__main__.py").write_text(ZIPPED)
    zipapp.create_archive(folder, tmp_path / "program.pyz")
    command = [sys.executable, tmp_path / "program.pyz", tiny_clip, out]
    run = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert run.returncode == 0, run.stderr
    assert "BGM" in run.stdout
    assert out.stat().st_size > 10_000


INTERPRETER = """
import sys
import _xxsubinterpreters as interpreters

interpreters.run_string(interpreters.create(), f'''
import asyncio, sys
sys.path[:] = {sys.path!r}
import nemomusic

async def main():
    settings = nemomusic.Settings(api_url="http://127.0.0.1:9", token="nmv_x", token_file=None)
    async with nemomusic.Client(settings=settings) as client:
        await client.add_music("trip.mp4", "lo-fi")

try:
    asyncio.run(main())
except nemomusic.NemoMusicError as error:
    print(type(error).__name__, error.remedy, flush=True)
''')
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="its private module is of Python 3.11")
def test_an_isolated_interpreter_without_threads_is_named():
    command = [sys.executable, "-c", INTERPRETER]
    run = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert run.stdout.startswith("ConfigurationError Use the main interpreter"), run.stderr
