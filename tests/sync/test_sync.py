"""The blocking client: the same calls, over one loop in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import inspect
import os
import selectors
import signal
import subprocess
import sys
import threading
import types
from concurrent.futures import ThreadPoolExecutor

import pytest

import nemomusic
import nemomusic.sync
from nemomusic import errors
from nemomusic.batches import batches
from nemomusic.batches import run as batch_run
from nemomusic.conversation import turn
from nemomusic.jobs import job, jobs
from nemomusic.jobs.steps import scored_video
from nemomusic.resources import auth, render, scores, session, sessions, state, stream, uploads
from nemomusic.resources import credits as balances
from nemomusic.settings import Settings
from nemomusic.sync import batches as sync_batches
from nemomusic.sync import client as sync_client
from nemomusic.sync import conversation, renders, resources
from nemomusic.sync import jobs as sync_jobs
from nemomusic.sync.bridge import Bridge
from nemomusic.sync.green_loop import GreenLoop
from nemomusic.testing import Faults, StubBackend

PROMPT = "warm lo-fi music that follows the cuts"
CLIP = b"\0\0\0\x18ftypmp42" + bytes(5000)

PAIRS = [
    (nemomusic.Client, sync_client.Client),
    (auth.Auth, resources.Auth),
    (uploads.Uploads, resources.Uploads),
    (state.States, resources.States),
    (balances.CreditsBalance, resources.CreditsBalance),
    (sessions.Sessions, conversation.Sessions),
    (session.Session, conversation.Session),
    (stream.Stream, conversation.Stream),
    (turn.Turn, conversation.Turn),
    (render.Renders, renders.Renders),
    (render.RenderJob, renders.RenderJob),
    (scores.Scores, resources.Scores),
    (scored_video.ScoredVideo, sync_jobs.ScoredVideo),
    (jobs.Jobs, sync_jobs.Jobs),
    (job.Job, sync_jobs.Job),
    (batches.Batches, sync_batches.Batches),
    (batch_run.BatchRun, sync_batches.BatchRun),
]
ELSEWHERE = {
    (batch_run.BatchRun, "aclose"),
    (nemomusic.Client, "aclose"),  # close(), as files have it
}


def public(cls):
    return {
        name: member for name, member in inspect.getmembers_static(cls) if not name.startswith("_")
    }


@pytest.mark.parametrize(("asyncio_class", "sync_class"), PAIRS, ids=lambda c: c.__module__)
def test_both_have_the_same_calls(asyncio_class, sync_class):
    theirs, ours = public(asyncio_class), public(sync_class)
    for name, member in theirs.items():
        if (asyncio_class, name) in ELSEWHERE:
            continue
        assert name in ours, f"{sync_class.__name__}.{name} is missing"
        if isinstance(member, classmethod):
            member, ours[name] = member.__func__, ours[name].__func__
        if inspect.isfunction(member):
            wanted = inspect.signature(member).parameters
            given = inspect.signature(ours[name]).parameters
            assert [(p.name, p.kind, p.default) for p in wanted.values()] == [
                (p.name, p.kind, p.default) for p in given.values()
            ], f"{sync_class.__name__}.{name}"
        assert not inspect.iscoroutinefunction(ours[name])
    extra = set(ours) - set(theirs) - {"close", "id", "settings", "left", "paused"}
    assert not extra


@pytest.fixture
def backend():
    with StubBackend().in_thread() as backend:
        yield backend


def loop_threads():
    """Return the threads of blocking clients: those of other tests come and go."""
    return {thread for thread in threading.enumerate() if thread.name == "nemomusic-sync"}


def client_of(backend, **options):
    return nemomusic.sync.Client(
        backend.issue_token(credits=100_000),
        settings=Settings(
            api_url=backend.url, web_url=backend.url, client_id="testing", token_file=None
        ),
        **options,
    )


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "trip.mp4"
    path.write_bytes(CLIP)
    return path


def test_each_call_once(backend, clip, tmp_path):
    with client_of(backend, journal=tmp_path / "jobs.sqlite") as client:
        assert client.auth.token().reveal().startswith("nmv_")
        assert client.credits.balance().available > 0
        session = client.sessions.open("trip")
        assert client.sessions.attach(session.id) == session
        assert client.auth.claim_link(session).url
        assert len(client.uploads.send(session, clip)) == 1
        assert client.state.latest(session).media
        with session.send(PROMPT) as turn:
            kinds = {type(event) for event in turn}
            assert nemomusic.ToolCall in kinds
        assert turn.result.changes.added_audio
        with client.stream.send(session.id, "make it slower") as turn:
            words = "".join(turn.text_stream)
            assert words.strip() == turn.finished().text
        assert client.stream.ask(session, "make it faster").text
        match session.say("credits"):
            case nemomusic.CreditsAnswer(credits=balance):
                assert balance.available > 0
            case _:
                pytest.fail("credits were asked for")
        render = client.render.start(session)
        steps = []
        assert client.render.wait(render, on_progress=steps.append).state == "completed"
        assert steps
        assert client.render.attach(render.id).status().final
        render.download(tmp_path / "a.mp4")
        finished_video = (tmp_path / "a.mp4").read_bytes()
        assert render.read() == client.render.read(render) == finished_video
        assert (
            b"".join(render.stream()) == b"".join(client.render.stream(render.id)) == finished_video
        )
        client.render.export(session, tmp_path / "b.mp4")
        assert session.export(tmp_path / "c.mp4").path.exists()
        render.cancel()  # it is over: nothing to do

        job = client.jobs.submit(clip, PROMPT, output=tmp_path / "d.mp4")
        assert [step.overall for step in job.progress()][-1] == 1.0
        video = job.result()
        assert isinstance(video.session, nemomusic.sync.Session)
        assert video.session.ask("make it slower").text
        assert job.status().state == "done"
        assert job.record() == client.jobs.get(job.id)
        assert client.jobs.log(job.id)
        assert client.jobs.attach(job.id) == job
        assert [one.id for one in client.jobs.list()] == [job.id]
        assert client.jobs.resume_all() == []
        client.jobs.forget(job.id)
        recovered = client.jobs.recover(video.session, output=tmp_path / "e.mp4")
        assert recovered.path.exists()
        scored = client.with_options(deadline=60).add_music(clip, PROMPT, output=tmp_path / "f.mp4")
        assert scored.path.exists()


def test_turns_that_are_left_or_hung_up(backend, clip):
    with client_of(backend) as client:
        session = client.sessions.open()
        session.upload(clip)
        left = session.send(PROMPT).__enter__()
        for event in left:
            if isinstance(event, nemomusic.ToolCall):
                break
        assert session.ask("make it slower").text  # waits for its turn
        assert left.finished().changes.added_audio
        with session.send("make it warmer") as turn:
            for _ in turn.text_stream:
                break
            assert turn.finished().text
        with session.send("make it colder") as turn:
            texts = turn.text_stream
            next(texts)
            ring = [texts]
            ring.append(ring)
            del texts, ring
            client._bridge.call(gc.collect)  # prints nothing, which pytest would report
            assert turn.finished().text
        with session.send("make it faster") as turn:
            turn.hang_up()
            with pytest.raises(errors.TurnClosedError):
                turn.finished()


def test_a_turn_that_two_threads_read_is_not_lost(backend, clip):
    events = []

    def read(turn):
        # The thread that is refused, because the other one waits, keeps what it has read before.
        with contextlib.suppress(errors.ConfigurationError):
            events.extend(turn)

    with client_of(backend) as client, ThreadPoolExecutor(2) as pool:
        session = client.sessions.open()
        session.upload(clip)
        with session.send(PROMPT) as turn:
            list(pool.map(read, [turn, turn]))
        assert any(isinstance(event, nemomusic.ToolCall) for event in events)
        assert turn.finished().changes.added_audio


def test_errors_are_the_same(backend, tmp_path):
    before = loop_threads()
    with client_of(backend) as client:
        with pytest.raises(errors.SourceError):
            client.add_music(tmp_path / "none.mp4")
        backend.faults.add("credits", Faults.code(1001))
        with pytest.raises(errors.AuthenticationError):
            client.credits.balance()
    with pytest.raises(errors.ConfigurationError, match="closed"):
        client.credits.balance()
    unopened = nemomusic.sync.Client.local()
    with pytest.raises(errors.ConfigurationError, match="inside `with`"):
        unopened.credits.balance()
    unopened.close()
    assert not loop_threads() - before


def test_several_threads_share_one(backend):
    with client_of(backend) as client, ThreadPoolExecutor(8) as pool:
        balances = list(pool.map(lambda _: client.credits.balance(), range(40)))
    assert len(set(balances)) == 1


def test_in_the_thread_of_a_running_loop(backend):
    async def main():
        with client_of(backend) as client:
            return client.credits.balance()

    assert asyncio.run(main()).available > 0


def test_a_callback_that_calls_back_is_told_so(backend, clip):
    with client_of(backend) as client:
        session = client.sessions.open()
        seen = []

        def callback(progress):
            with pytest.raises(errors.ConfigurationError, match="own thread") as caught:
                client.credits.balance()
            seen.append(caught.value)

        session.upload(clip, on_progress=callback)
        assert seen


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
def test_a_callback_that_ends_the_program_leaves_the_thread(backend, clip, error):
    def callback(progress):
        if progress.stage == "compose":
            raise error

    with client_of(backend) as client:
        with pytest.raises(error):
            client.add_music(clip, PROMPT, on_progress=callback)
        (record,) = [one for one in client.jobs.list() if one.backend == client.backend_name]
        assert client.jobs.attach(record.id).result().path.exists()
        assert backend.ledger.accepted == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_cancels_the_call_and_the_client_goes_on(backend, clip):
    with client_of(backend) as client:
        backend.scripted_engine.working.clear()

        def interrupt():
            while not backend.ledger.accepted:
                threading.Event().wait(0.01)
            os.kill(os.getpid(), signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            client.add_music(clip, PROMPT)
        thread.join()
        backend.scripted_engine.working.set()
        assert client.credits.balance().available > 0
        (record,) = [one for one in client.jobs.list() if one.backend == client.backend_name]
        assert client.jobs.attach(record.id).result().path.exists()
        assert backend.ledger.accepted == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_waits_for_the_call_and_twice_prints_nothing(caplog):
    ended, go_on = [], threading.Event()

    async def work(times):
        os.kill(os.getpid(), signal.SIGINT)
        try:
            await asyncio.Event().wait()
        finally:
            if times == 2:
                os.kill(os.getpid(), signal.SIGINT)
                go_on.wait()
            ended.append(times)
            raise ValueError  # as a call whose cleanup fails

    bridge = Bridge()
    with pytest.raises(KeyboardInterrupt):
        bridge.run(work(1))
    assert ended == [1]
    with pytest.raises(KeyboardInterrupt):
        bridge.run(work(2))
    assert ended == [1]
    go_on.set()
    bridge.close()
    gc.collect()
    assert ended == [1, 2]
    assert "never retrieved" not in caplog.text


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
def test_a_fork_is_told_to_make_its_own(backend):
    with client_of(backend) as client:
        client.credits.balance()
        child = os.fork()
        if not child:
            try:
                client.credits.balance()
            except errors.ConfigurationError as error:
                os._exit(7 if "fork" in error.message else 1)
            os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
        assert client.credits.balance().available > 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
def test_a_client_that_was_not_used_before_a_fork_works_in_the_child(backend):
    """A server that loads the application first, and forks its workers then."""
    client = client_of(backend)
    child = os.fork()
    if not child:
        try:
            with client:
                os._exit(7 if client.credits.balance().available > 0 else 1)
        except BaseException:  # noqa: BLE001 - told by the exit code
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    with client:
        assert client.credits.balance().available > 0


def test_the_embedded_backend(tiny_clip, tmp_path):
    with nemomusic.sync.Client.local(seed=1) as client:
        video = client.add_music(tiny_clip, "warm lo-fi", output=tmp_path / "out.mp4")
        assert video.path.read_bytes()[4:8] == b"ftyp"
        assert "slower" in video.session.ask("make it slower").text or video.session.state().media


def test_a_client_that_was_never_used_leaves_no_thread():
    before = loop_threads()  # some may be ending
    nemomusic.sync.Client("nmv_usr_x")
    assert not loop_threads() - before


def test_a_batch_gives_its_outcomes_one_by_one(backend, tmp_path):
    orders = []
    for number in range(3):
        clip = tmp_path / f"{number}.mp4"
        clip.write_bytes(CLIP + bytes([number]))
        orders.append(nemomusic.Order(source=clip, prompt=PROMPT))
    orders.append(nemomusic.Order(source=tmp_path / "none.mp4"))
    with client_of(backend) as client:
        assert [one.state for one in client.batches.plan(orders, folder=tmp_path / "out")] == [
            *["new"] * 3,
            "bad",
        ]
        with client.batches.run(orders, folder=tmp_path / "out") as run:
            found = {outcome.number: outcome for outcome in run}
        assert run.gone() == []
        assert [found[number].ok for number in (1, 2, 3, 4)] == [True, True, True, False]
        assert type(found[1].video) is sync_jobs.ScoredVideo
        assert found[1].video.session.state().draft == found[1].video.draft


def test_the_thread_of_an_abandoned_client_ends(backend):
    before = loop_threads()
    client = client_of(backend)
    assert client.jobs is not None  # which starts the thread
    (thread,) = loop_threads() - before
    del client
    gc.collect()
    thread.join(180)
    assert not thread.is_alive()


def test_a_client_is_closed_once_and_can_be_entered_again(backend):
    before = loop_threads()
    client = client_of(backend)
    with client:
        balance = client.credits.balance()
        threads = [threading.Thread(target=client.close) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        client.close()
        with pytest.raises(errors.ConfigurationError, match="the client is closed"):
            client.credits.balance()
    for _ in range(2):
        with client:
            assert client.credits.balance() == balance
    assert not loop_threads() - before


def test_a_warning_names_the_line_that_made_the_client(backend):
    for client in (client_of(backend), nemomusic.sync.Client.local()):
        assert client._inner._made_at.startswith(f"{__file__}:")


AT_THE_END = """
import nemomusic, nemomusic.sync

class Holder:
    def __init__(self):
        self.client = nemomusic.sync.Client("nmv_usr_x").start()

    def __del__(self, errors=nemomusic.NemoMusicError, show=print):
        try:
            self.client.credits.balance()
        except errors as error:
            show(error.message)
        self.client.close()

holder = Holder()
"""


def test_a_client_that_is_closed_when_the_program_has_ended_does_not_wait():
    done = subprocess.run(
        [sys.executable, "-c", AT_THE_END], capture_output=True, text=True, timeout=180, check=True
    )
    assert (done.stdout, done.stderr) == ("the program has ended\n", "")


@pytest.mark.slow
def test_an_exception_that_another_thread_raises_ends_a_call(backend, clip, tmp_path):
    """So a time limit of Dramatiq ends a task. The job can be resumed."""
    backend.scripted_engine.working.clear()
    ended = []

    def work():
        try:
            client.add_music(clip, PROMPT, output=tmp_path / "out.mp4")
        except TimeoutError as error:
            ended.append(error)

    with client_of(backend, journal=tmp_path / "jobs.sqlite") as client:
        thread = threading.Thread(target=work)
        thread.start()
        while not backend.ledger.accepted:
            client.credits.balance()
        limit = ctypes.py_object(TimeoutError)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), limit)
        thread.join(60)
        backend.scripted_engine.working.set()
        assert type(ended[0]) is TimeoutError
        (record,) = client.jobs.list()
        assert record.state == "open"
        assert client.jobs.attach(record.id).result().path.exists()
    assert backend.ledger.accepted == 1


# ------------------------------------------------------------ gevent and eventlet

PARTS = {"threads": ("_thread", "start_new_thread"), "waits": ("select", "select"),
         "queues": ("queue", "SimpleQueue")}  # fmt: skip


def patch(monkeypatch, library: str, *parts: str) -> None:
    """Let parts of the standard library look as if the library had replaced them."""
    patcher = {"gevent": "gevent.monkey", "eventlet": "eventlet.patcher"}[library]
    for module in (library, patcher):
        monkeypatch.setitem(sys.modules, module, types.ModuleType(module))
    for part in parts:
        module, name = PARTS[part]
        real = getattr(sys.modules[module], name)

        class Replaced:
            __module__ = f"{library}.{module}"

            def __new__(cls, *args, real=real, **kwargs):
                return real(*args, **kwargs)

        monkeypatch.setattr(sys.modules[module], name, Replaced)


@pytest.mark.parametrize(
    ("library", "parts", "works"),
    [
        ("gevent", (), True),
        ("gevent", ("threads", "waits", "queues"), True),
        ("gevent", ("threads",), False),
        ("gevent", ("threads", "waits"), False),
        ("gevent", ("threads", "queues"), False),
        ("gevent", ("waits", "queues"), False),  # patch_all(thread=False)
        ("gevent", ("queues",), False),
        ("eventlet", ("threads", "waits"), True),
        ("eventlet", ("waits",), True),
        ("eventlet", ("threads",), False),
    ],
)
async def test_threads_that_are_replaced_in_part_are_refused(
    backend, monkeypatch, library, parts, works
):
    """Each row was tried with the real library: the refused ones waited for ever."""
    patch(monkeypatch, library, *parts)
    token, settings = backend.issue_token(), client_of(backend).settings

    async def asks():
        async with nemomusic.Client(token, settings=settings) as client:
            return await client.credits.balance()

    def asks_in_a_thread():
        with client_of(backend) as client:
            return client.credits.balance()

    for call in (asks(), asyncio.to_thread(asks_in_a_thread)):
        if works:
            assert (await call).available > 0
            continue
        with pytest.raises(errors.ConfigurationError, match="only a part") as caught:
            await call
        assert f"{library}.monkey" in caught.value.remedy


def test_clients_share_the_loop_of_the_one_thread_of_gevent(backend, clip, tmp_path, monkeypatch):
    early, opened = client_of(backend), client_of(backend).start()
    patch(monkeypatch, "gevent", *PARTS)
    with pytest.raises(errors.ConfigurationError, match="after this client was opened"):
        opened.credits.balance()
    with pytest.raises(errors.ConfigurationError, match="after this client was opened"):
        opened.close()

    for _ in range(2):  # the loop ends with its last client, and another begins
        with early, client_of(backend) as other:
            (loop,) = {one._bridge._thread.loop for one in (early, other)}
            early.close()
            assert loop.is_running()
            video = other.add_music(clip, PROMPT, output=tmp_path / "out.mp4", overwrite=True)
            assert video.path.exists()
        assert loop.is_closed()
    discarded = client_of(backend).start()
    loop, thread = discarded._bridge._thread.loop, discarded._bridge._thread.thread
    del discarded
    gc.collect()
    thread.join()
    assert loop.is_closed()


async def test_a_loop_of_gevent_is_not_seen_where_it_waits(monkeypatch):
    """Django's models, and a second loop, refuse to work where a loop runs."""
    here, seen = asyncio.get_running_loop(), []
    real = selectors.DefaultSelector

    class Waits(real):
        def select(self, timeout=None):
            seen.append(asyncio._get_running_loop())
            return super().select(timeout)

    class Starts(ThreadPoolExecutor):
        def submit(self, *args):
            seen.append(asyncio._get_running_loop())
            return super().submit(*args)

    monkeypatch.setattr(selectors, "DefaultSelector", Waits)
    loop = GreenLoop()

    async def work(pool):
        await asyncio.sleep(0)
        assert await loop.run_in_executor(pool, lambda: 7) == 7
        return asyncio.get_running_loop(), asyncio.current_task().get_loop()

    with Starts() as pool, loop.in_place():
        assert loop.run_until_complete(work(pool)) == (loop, loop)
        loop.close()
    assert set(seen) == {here}
    assert asyncio.get_running_loop() is here
