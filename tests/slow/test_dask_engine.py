"""The engine on a real Dask cluster: the same bits, killed workers, schedulers that are gone."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib
import platform
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

import nemomusic
from nemomusic import errors
from nemomusic.engine.errors import MediaError
from nemomusic.engine.types import Brief
from nemomusic.local.workers.engine import EngineError
from nemomusic.local.workers.pool import WorkerEngine
from support.cli_runs import Desk
from support.paths import ROOT
from support.snippets import snippets

pytest.importorskip("distributed")
pytest.importorskip("fsspec")

from nemomusic.local import DaskEngine
from nemomusic.local.cluster import dask_engine
from nemomusic.local.workers.backend_font import sound_font_here

pytestmark = pytest.mark.slow


def ignore(_):
    """Ignore the progress."""


async def all_verbs(engine, clip, folder):
    """Take a clip through the engine; the digests of what comes out."""
    folder.mkdir()
    progress = []
    probe = await engine.probe(clip)
    analysis = await engine.analyze(clip, progress.append)
    wav, mp4 = folder / "music.wav", folder / "out.mp4"
    summary = await engine.compose(
        analysis, Brief(words="warm lo-fi", style="lofi"), 7, wav, progress.append
    )
    await engine.check_glyphs("Title")
    from nemomusic.engine.types import AudioTrack, RenderPlan, Shot

    plan = RenderPlan(
        shots=(Shot(str(clip), probe.duration),),
        music=(AudioTrack(path=str(wav), start=0.0, duration=probe.duration),),
    )
    await engine.check_sources(plan, progress.append)
    result = await engine.render(plan, mp4, progress.append)
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (wav, mp4)]
    return probe, analysis, summary, result, digests, progress


@pytest.fixture
async def engine():
    engine = DaskEngine(workers=2)
    yield engine
    await engine.close()


def workers_of(engine):
    """Return the processes that do the work."""
    found = []
    for process in engine._cluster._processes:
        found += psutil.Process(process.pid).children(recursive=True)
    return [one for one in found if "spawn_main" in " ".join(words_of(one))]


def words_of(process):
    """Return the command of a process, if the process has not ended."""
    with contextlib.suppress(psutil.Error):
        return process.cmdline()
    return []


async def test_the_same_bits_as_the_own_pool(engine, tiny_clip, tmp_path):
    own = WorkerEngine(1)
    try:
        mine = await all_verbs(own, tiny_clip, tmp_path / "own")
    finally:
        await own.close()
    theirs = await all_verbs(engine, tiny_clip, tmp_path / "dask")
    assert theirs[:5] == mine[:5]
    assert all(0.0 <= fraction <= 1.0 for fraction in theirs[5])
    assert sorted(path.name for path in (tmp_path / "dask").iterdir()) == ["music.wav", "out.mp4"]
    with pytest.raises(MediaError, match=r"none\.mp4"):
        await engine.probe(tmp_path / "none.mp4")
    (tmp_path / "bad.mp4").write_bytes(b"no video at all")
    with pytest.raises(MediaError, match=r"bad\.mp4") as caught:
        await engine.probe(tmp_path / "bad.mp4")
    assert caught.value.remedy


async def test_no_token_reaches_a_worker(monkeypatch, tmp_path):
    monkeypatch.setenv("NEMO_TOKEN", "nmv_usr_secret")
    engine = DaskEngine(workers=1)
    try:
        client = await engine._client()
        (environment,) = (await client.run(lambda: dict(__import__("os").environ))).values()
        assert "NEMO_TOKEN" not in environment
        assert "nmv_usr_secret" not in str(environment)
    finally:
        await engine.close()


async def test_a_killed_workers_job_is_done_by_another(engine, tiny_clip, tmp_path):
    await engine.check()
    jobs = [asyncio.create_task(engine.analyze(tiny_clip, ignore)) for _ in range(6)]
    await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
    for worker in workers_of(engine):
        worker.kill()
    found = await asyncio.gather(*jobs)
    assert len({str(one) for one in found}) == 1
    # And a whole order, with the worker killed in the middle of it: one message, the same bits.
    outputs = []
    for kill in (False, True):
        folder = tmp_path / f"run {kill}"
        async with nemomusic.Client.local(
            folder / "backend", engine=Borrowed(engine), seed=3, journal=folder / "jobs.sqlite"
        ) as client:
            job = await client.jobs.submit(tiny_clip, "warm lo-fi", output=folder / "out.mp4")
            if kill:
                async for step in job.progress():
                    if step.stage == "compose":
                        break
                for worker in workers_of(engine):
                    worker.kill()
            video = await job.result()
            outputs.append(hashlib.sha256(video.path.read_bytes()).hexdigest())
            ledger = client._core._backend.ledger
            assert ledger.accepted == 1
    assert len(set(outputs)) == 1


class Borrowed:
    """An engine that its backend does not close."""

    def __init__(self, engine):
        self._engine = engine

    def __getattr__(self, name):
        return getattr(self._engine, name)

    async def close(self):
        """Leave it to its owner."""


async def test_a_cancelled_job_is_taken_back(engine, tiny_clip):
    await engine.check()
    jobs = [asyncio.create_task(engine.analyze(tiny_clip, ignore)) for _ in range(20)]
    await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
    for job in jobs[1:]:
        job.cancel()
    await asyncio.gather(*jobs, return_exceptions=True)
    client = await engine._client()
    async with asyncio.timeout(180):
        while await client.who_has():  # nothing keeps results on the workers
            await asyncio.sleep(0.05)


class Elsewhere:
    """A scheduler and a worker in processes of their own."""

    def __init__(self, folder, port):
        self.port = port
        self.address = f"tcp://127.0.0.1:{self.port}"
        self._folder = folder
        self._processes = []

    def start(self):
        self.scheduler = self._run(
            "dask_scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard"
        )
        self.worker = self._run(
            "dask_worker", self.address, "--nthreads", "1", "--no-dashboard", "--no-nanny",
            "--local-directory", str(self._folder), "--death-timeout", "180",
        )  # fmt: skip

    def _run(self, name, *words):
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{name}", *words],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._processes.append(process)
        return process

    def stop(self):
        for process in self._processes:
            process.kill()
            process.wait()
        self._processes.clear()


@pytest.fixture
def elsewhere(tmp_path, refusing_port):
    cluster = Elsewhere(tmp_path, refusing_port)
    yield cluster
    cluster.stop()


async def test_a_scheduler_that_is_gone_is_waited_for(elsewhere, tiny_clip, tmp_path):
    store = (tmp_path / "store").as_uri()
    engine = DaskEngine(elsewhere.address, store=store, wait_seconds=180)
    try:
        elsewhere.start()
        first = await engine.analyze(tiny_clip, ignore)
        job = asyncio.create_task(engine.analyze(tiny_clip, ignore))
        await asyncio.sleep(0)
        elsewhere.stop()
        elsewhere.start()
        assert await job == first
    finally:
        await engine.close()


async def test_a_scheduler_that_stays_away_is_said(tiny_clip, tmp_path, refusing_port):
    address = f"tcp://127.0.0.1:{refusing_port}"
    engine = DaskEngine(address, store=(tmp_path / "store").as_uri(), wait_seconds=1)
    try:
        with pytest.raises(EngineError, match="no scheduler with workers") as caught:
            await engine.probe(tiny_clip)
        assert address in caught.value.message
        assert engine.gone is not None
        with pytest.raises(errors.LocalBackendError):
            await engine.check()
    finally:
        await engine.close()
    with pytest.raises(errors.ConfigurationError, match="store"):
        DaskEngine(address)


async def test_other_versions_and_another_store_are_refused(monkeypatch, elsewhere, tmp_path):
    elsewhere.start()
    own = dask_engine.versions()
    monkeypatch.setattr(dask_engine, "versions", lambda: own)
    engine = DaskEngine(elsewhere.address, store=(tmp_path / "store").as_uri())
    try:
        engine._versions = {**own, "av": "1.0"}
        client = await engine._cluster.client()
        monkeypatch.setattr(dask_engine, "versions", dask_engine.run_job.__globals__["versions"])
        with pytest.raises(EngineError, match=f"av {own['av']} and not 1.0"):
            await engine._check(client)
        engine._versions = own
        with monkeypatch.context() as patched:
            patched.setattr(dask_engine, "engine_check", importlib.import_module)  # raises there
            with pytest.raises(EngineError, match=r"can't run the engine \(.*import_module"):
                await engine._check(client)
            patched.setattr(dask_engine, "engine_check", platform.python_version)
            with pytest.raises(EngineError, match=f"engine .{platform.python_version()}"):
                await engine._check(client)
        monkeypatch.setattr(engine._store, "check", lambda: "0" * 64)
        with pytest.raises(EngineError, match="can't read the store"):
            await engine._check(client)
    finally:
        await engine.close()


@pytest.fixture
def s3(monkeypatch):
    """Give a real S3 server over HTTP."""
    moto = pytest.importorskip("moto.server")
    pytest.importorskip("s3fs")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


async def test_files_go_through_s3(s3, tiny_clip, tmp_path):
    import s3fs

    options = {"endpoint_url": s3, "key": "testing", "secret": "testing"}
    await asyncio.to_thread(s3fs.S3FileSystem(**options).mkdir, "bucket")
    engine = DaskEngine(store="s3://bucket/store", store_options=options, workers=1)
    try:
        *_, digests, _ = await all_verbs(engine, tiny_clip, tmp_path / "s3")
        listed = await asyncio.to_thread(
            lambda: s3fs.S3FileSystem(**options, use_listings_cache=False).ls("bucket/store")
        )
        names = {path.rsplit("/", 1)[1] for path in listed}
        files = [tiny_clip, *([Path(font["path"])] if (font := await sound_font_here()) else [])]
        put = {hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
        assert {*put, *digests} == names
    finally:
        await engine.close()


def test_nothing_is_left_behind(tmp_path):
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    names = {thread.name for thread in threading.enumerate()}

    async def main():
        engine = DaskEngine(workers=1)
        await engine.check()
        folders = [engine._folder.path.parent, engine._cluster._folder.path.parent]
        assert all((folder / "files").is_dir() for folder in folders)
        await engine.close()
        return folders

    assert [folder.exists() for folder in asyncio.run(main())] == [False, False]
    gone = [p for p in psutil.Process().children(recursive=True) if p.pid not in before]
    assert psutil.wait_procs(gone, timeout=180)[1] == []
    left = {thread.name for thread in threading.enumerate()} - names
    assert not {name for name in left if not name.startswith("nemomusic-io")}  # SHARED's stay
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_batch_on_a_cluster(elsewhere, tiny_clip, tmp_path):
    """The command: done on a cluster; its scheduler gone: an exit code and how to carry on."""
    (tmp_path / "desk").mkdir()
    with Desk(tmp_path / "desk") as desk:
        for name in ("a.mp4", "b.mp4", "c.mp4"):
            shutil.copy(tiny_clip, desk.path / name)
        (desk.path / "c.mp4").write_bytes(tiny_clip.read_bytes() + bytes(100))
        store = (desk.path / "store").as_uri()
        words = ["--local", "--executor", "dask", "--scheduler", elsewhere.address]
        words += ["--store", store, "--scheduler-wait"]
        done = desk.run("batch", "a.mp4", *words, "2", "-o", "out", "--json")
        assert done.code == 5
        assert "no scheduler with workers" in done.err
        assert not (desk.path / "out" / "a-with-music.mp4").exists()
        elsewhere.start()
        done = desk.run("batch", "a.mp4", "b.mp4", *words, "180", "-o", "out", "--json")
        assert done.code == 0, done.err
        assert len(list((desk.path / "out").glob("*.mp4"))) == 2
        process = desk.start("batch", "a.mp4", "b.mp4", "c.mp4", "-p", "techno", *words, "15",
                             "-o", "other", "--at-once", "1")  # fmt: skip
        for line in process.stderr:
            if "Composing" in line:
                break
        elsewhere.stop()
        _, err = process.communicate(timeout=180)
        assert process.returncode == 5, err
        assert "run the same command again: it continues where it stopped" in err
        assert "3 left" in err
        jobs = [job for job in desk.run("jobs", "--json").json["jobs"] if "other" in job["output"]]
        assert [job["state"] for job in jobs] == ["open"]  # b and c were not begun
        elsewhere.start()
        done = desk.run("batch", "a.mp4", "b.mp4", "c.mp4", "-p", "techno", *words, "180",
                        "-o", "other")  # fmt: skip
        assert done.code == 0, done.err
        assert len(list((desk.path / "other").glob("*.mp4"))) == 3
        for wrong in (["--scheduler", "tcp://x:1"], ["--executor", "dask", "--cloud"]):
            assert desk.run("batch", "a.mp4", "--local", *wrong).code == 2


async def test_the_snippet_of_the_page(elsewhere, tiny_clip, tmp_path, monkeypatch):
    elsewhere.start()
    (snippet,) = [
        one for one in snippets(ROOT / "docs" / "how-to" / "cluster.md") if one.language == "python"
    ]
    code = snippet.code.replace("tcp://10.0.0.5:8786", elsewhere.address)
    code = code.replace("s3://bucket/scratch", (tmp_path / "store").as_uri())
    monkeypatch.chdir(tmp_path)
    shutil.copy(tiny_clip, tmp_path / "trip.mp4")
    lines = "\n".join(f"    {line}" for line in code.splitlines())
    space: dict[str, object] = {}
    exec(f"async def page():\n{lines}", space)
    await space["page"]()
    assert (tmp_path / "scored" / "trip-with-music.mp4").exists()
