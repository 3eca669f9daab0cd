"""Jobs that never end, take too much memory, or kill their process: each ends with its reason."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time

import attrs
import psutil
import pytest
from PIL import Image

from nemomusic.engine.errors import MediaError
from nemomusic.local import Limits
from nemomusic.local.workers.engine import EngineError
from nemomusic.local.workers.environment import worker_environment
from nemomusic.local.workers.job_watch import WorkerLimitError, WorkerSilentError
from nemomusic.local.workers.pool import WorkerEngine
from nemomusic.local.workers.resident_memory import resident_bytes
from nemomusic.local.workers.slots import WORK_OWNER, FairSlots
from support.drawn_clips import write
from support.rows import quick_rows
from support.worker_processes import posix, workers

HABITS = """
import ctypes, os, time
import nemomusic.engine.media.probe as module

honest = module.probe

def probe(path):
    name = os.path.basename(str(path))
    if name.startswith("endless"):
        while True:
            time.sleep(0.01)
    if name.startswith("greedy"):
        kept = []
        while True:
            kept.append(bytearray(os.urandom(1024)) * 8192)
    if name.startswith("deadly"):
        os.abort()
    if name.startswith("locked"):
        ctypes.PyDLL(None).sleep(3600)  # holds the interpreter, as a library at fault may
    return honest(path)

module.probe = probe
"""
"""What a worker does with files of these names: `sitecustomize` of its interpreter."""
SHORT_SILENCE = Limits(worker_silence_seconds=2.0)
"""Limits of which one alone is small: a second one would end other jobs on a busy machine."""


@pytest.fixture
def limits():
    return SHORT_SILENCE


@pytest.fixture
async def engine(tmp_path, monkeypatch, limits):
    habits = tmp_path / "habits"
    habits.mkdir()
    (habits / "sitecustomize.py").write_text(HABITS)
    monkeypatch.setenv("PYTHONPATH", str(habits))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    engine = WorkerEngine(1, scratch, limits)
    yield engine
    await engine.close()
    assert list(scratch.iterdir()) == []


@pytest.fixture
def files(tmp_path):
    def file(name: str):
        path = tmp_path / f"{name}.png"
        Image.new("RGB", (64, 36), "teal").save(path)
        return path

    return file


@posix
@pytest.mark.parametrize(
    ("name", "limits", "error", "reason"),
    quick_rows(
        {"deadly"},
        [
            ("endless", Limits(stall_seconds=12.0), WorkerLimitError, "no headway in 12 s"),
            ("greedy", Limits(worker_bytes=300 * 2**20), WorkerLimitError, "more than 300 MB"),
            ("deadly", Limits(), MediaError, r"died during probe \(SIGABRT\)"),
            ("locked", SHORT_SILENCE, WorkerSilentError, "no sign of life for 2 s"),
        ],
    ),
)
async def test_each_ends_with_its_reason_and_the_next_job_is_done(
    engine, files, name, error, reason
):
    bad = asyncio.create_task(engine.probe(files(name)))
    good = asyncio.create_task(engine.probe(files("good")))
    with pytest.raises(error, match=reason):
        await bad
    assert (await good).kind == "image"
    assert len(workers()) == 1


@posix
async def test_a_process_that_is_stopped_is_replaced_and_the_job_done(engine, files):
    await engine.probe(files("good"))
    (stopped,) = workers()
    stopped.suspend()
    assert (await engine.probe(files("another"))).kind == "image"
    assert stopped not in workers()


@pytest.mark.slow
async def test_a_pause_of_the_host_is_not_the_workers(engine, files):
    await engine.probe(files("good"))
    job = asyncio.create_task(engine.probe(files("another")))
    await asyncio.sleep(0.01)
    time.sleep(SHORT_SILENCE.worker_silence_seconds + 1)  # noqa: ASYNC251 - the whole loop stands still
    assert (await job).kind == "image"


OWNER = """
import asyncio, os, signal, sys
from pathlib import Path
from nemomusic.local.workers.pool import WorkerEngine

async def main():
    engine = WorkerEngine(1, Path(sys.argv[1]))
    await engine.check_start()
    (worker,) = engine._all
    os.kill(worker._process.pid, signal.SIGSTOP)
    os.waitpid(worker._process.pid, os.WUNTRACED)
    print(worker._process.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""
"""A program that starts a worker, stops it, and tells its number."""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no death signal")
def test_a_stopped_worker_does_not_outlive_its_owner(tmp_path):
    command = [sys.executable, "-c", OWNER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:
        try:
            worker = psutil.Process(int(owner.stdout.readline()))
            assert worker.status() == psutil.STATUS_STOPPED
        finally:
            owner.kill()
    try:
        worker.wait(20)
    except psutil.TimeoutExpired:
        worker.kill()
        raise


@posix
async def test_close_waits_for_the_process_of_a_job_that_was_canceled(engine, files, tmp_path):
    await engine.probe(files("good"))
    job = asyncio.create_task(engine.probe(files("locked")))
    await asyncio.sleep(0)  # the request is sent
    job.cancel()
    await asyncio.sleep(0)  # the job ends its process, and waits for that end
    await engine.close()
    assert list((tmp_path / "scratch").iterdir()) == []
    with pytest.raises(asyncio.CancelledError):
        await job


async def test_a_closed_engine_starts_nothing(engine, files):
    await engine.close()
    engine.prewarm()
    with pytest.raises(EngineError, match="closed"):
        await engine.probe(files("good"))
    assert workers() == []


def test_memory_is_told_as_psutil_does():
    told = resident_bytes(os.getpid())
    assert told == pytest.approx(psutil.Process().memory_info().rss, rel=0.2)
    assert resident_bytes(2**22 + 1) is None


def test_workers_get_no_secret(monkeypatch):
    monkeypatch.setenv("NEMO_TOKEN", "nmv_usr_secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@proxy:1")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("NEMOMUSIC_SOUNDFONT", "/fonts/mine.sf3")
    environment = worker_environment()
    assert "secret" not in " ".join(environment.values())
    assert environment["PATH"] == os.environ["PATH"]
    assert environment["LC_ALL"] == "C.UTF-8"
    assert environment["NEMOMUSIC_SOUNDFONT"] == "/fonts/mine.sf3"


async def test_a_user_with_many_jobs_lets_others_through():
    slots, order = FairSlots(1), []

    async def job(owner: str) -> None:
        WORK_OWNER.set(owner)
        async with slots.hold():
            order.append(owner)
            await asyncio.sleep(0)

    jobs = [asyncio.create_task(job("many")) for _ in range(6)]
    jobs += [asyncio.create_task(job(owner)) for owner in ("one", "two")]
    await asyncio.sleep(0)
    assert slots.waiting == 7
    jobs[3].cancel()
    await asyncio.gather(*jobs, return_exceptions=True)
    assert order == ["many", "many", "one", "two", "many", "many", "many"]
    assert slots.waiting == 0
    async with asyncio.timeout(30), slots.hold():
        pass


async def test_a_slot_that_was_given_to_a_cancelled_job_is_not_lost():
    slots = FairSlots(1)
    async with slots.hold():
        waiting = asyncio.create_task(slots._acquire("a"))
        await asyncio.sleep(0)
    waiting.cancel()  # after the slot was given, before the task ran
    with pytest.raises(asyncio.CancelledError):
        await waiting
    async with asyncio.timeout(30), slots.hold():
        pass


BUSY = """
import nemomusic.engine.analysis.analyze as module

def analyze(path, *, progress, probe):
    while True:
        progress(0.5)

module.analyze = analyze
"""
"""What a worker does with each analysis: `sitecustomize` of its interpreter."""


@posix
@pytest.mark.slow
async def test_a_clip_of_much_work_for_its_size_has_a_limit_of_processor_time(
    tmp_path, monkeypatch
):
    (tmp_path / "sitecustomize.py").write_text(BUSY)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    clip = write(tmp_path / "clip.mp4", frames=10)
    limits = Limits(processor_seconds=0.5, small_video_pixels=1e6)
    engine = WorkerEngine(1, tmp_path, limits)
    try:
        with pytest.raises(WorkerLimitError, match="of processor time, the most for a file of"):
            await engine.analyze(clip, lambda _: None)
        usual = attrs.evolve(limits, small_video_pixels=1e12, stall_seconds=5.0)
        unlimited = WorkerEngine(1, tmp_path, usual)
        try:
            with pytest.raises(WorkerLimitError, match="no headway in"):
                await unlimited.analyze(clip, lambda _: None)
        finally:
            await unlimited.close()
    finally:
        await engine.close()
