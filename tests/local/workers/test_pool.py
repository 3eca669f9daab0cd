"""The embedded backend's worker processes: real ones, with real files."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
from importlib.metadata import distribution
from pathlib import Path

import psutil
import pytest
from PIL import Image

import nemomusic
from nemomusic.engine.errors import MediaError
from nemomusic.engine.media.probe import probe as real
from nemomusic.engine.video.fonts import fonts_for
from nemomusic.local.workers import worker_main as worker
from nemomusic.local.workers.engine import EngineError
from nemomusic.local.workers.environment import worker_environment
from nemomusic.local.workers.pool import WorkerEngine
from nemomusic.local.workers.worker_main import GREETING, MARK
from support.worker_processes import posix, workers


@pytest.fixture
async def engine():
    engine = WorkerEngine(2)
    yield engine
    await engine.close()


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "image.png"
    Image.new("RGB", (64, 36), "teal").save(path)
    return path


async def stuck(engine: WorkerEngine, image: Path) -> tuple[asyncio.Task, psutil.Process]:
    """Return a job whose process stands still."""
    await engine.probe(image)
    (worker,) = workers()
    worker.suspend()
    while worker.status() != psutil.STATUS_STOPPED:  # a signal that comes before would be first
        await asyncio.sleep(0)
    return asyncio.create_task(engine.probe(image)), worker


async def test_a_file_is_probed_again_only_when_it_has_changed(image, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "nemomusic.engine.media.probe.probe",
        lambda path, **options: seen.append(path) or real(path, **options),
    )
    first = worker._probed(str(image))
    kept = image.rename(image.with_name("kept.png"))
    assert worker._probed(str(kept)) is first
    assert seen == [str(image)]
    Image.new("RGB", (32, 18), "teal").save(kept)
    assert worker._probed(str(kept)).width == 32
    kept.unlink()
    with pytest.raises(MediaError, match=r"kept\.png does not exist"):
        worker._probed(str(kept))


async def test_what_the_user_says_of_memory_comes_first(monkeypatch):
    monkeypatch.setenv("MALLOC_ARENA_MAX", "7")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    environment = worker_environment()
    assert environment["MALLOC_ARENA_MAX"] == "7"
    assert environment["OPENBLAS_NUM_THREADS"] == "1"


def test_a_frozen_program_lends_its_workers_no_libraries(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/of/the/program")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    environment = worker_environment()
    assert "LD_LIBRARY_PATH" not in environment
    assert "PYTHONPATH" not in environment
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/of/the/user")
    assert worker_environment()["LD_LIBRARY_PATH"] == "/of/the/user"


def test_pyinstaller_is_told_of_modules_and_data():
    (entry,) = (
        one for one in distribution("nemomusic").entry_points if one.group == "pyinstaller40"
    )
    (folder,) = entry.load()()
    hook = Path(folder, "hook-nemomusic.py").read_text("utf-8")
    assert "collect_data_files" in hook
    assert "collect_submodules" in hook


async def test_probing_in_another_process(engine, image):
    probe = await engine.probe(image)
    assert (probe.kind, probe.width, probe.height) == ("image", 64, 36)
    (worker,) = workers()
    assert worker.pid != os.getpid()
    await engine.probe(image)
    assert workers() == [worker]  # used again
    await engine.close()
    assert workers() == []


async def test_a_media_error_crosses_with_its_remedy(engine, tmp_path):
    path = tmp_path / "notes.mp4"
    path.write_text("not a film")
    with pytest.raises(MediaError) as caught:
        await engine.probe(path)
    assert caught.value.message
    assert caught.value.remedy


async def test_jobs_run_in_ordered_parallel_in_as_many_processes_as_allowed(engine, image):
    probes = await asyncio.gather(*(engine.probe(image) for _ in range(12)))
    assert all(probe == probes[0] for probe in probes)
    assert len(workers()) == 2


@posix
async def test_a_job_whose_process_dies_once_is_done_in_another(engine, image):
    job, worker = await stuck(engine, image)
    worker.send_signal(signal.SIGSEGV)
    worker.resume()
    assert (await job).kind == "image"
    assert worker not in workers()


@posix
async def test_a_cancelled_job_takes_its_process_with_it(engine, image):
    job, worker = await stuck(engine, image)
    await asyncio.sleep(0)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert not worker.is_running()
    assert (await engine.probe(image)).kind == "image"


@posix
async def test_closing_ends_jobs_that_stand_still(engine, image):
    job, worker = await stuck(engine, image)
    await asyncio.sleep(0)
    await engine.close()
    assert not worker.is_running()
    with pytest.raises(EngineError):
        await job


async def test_a_worker_ends_with_its_standard_input_in_the_middle_of_a_job():
    code = (
        "import threading\n"
        "from nemomusic.local.workers import worker_main as worker\n"
        "def wait(request, responses):\n"
        "    responses.progress(0.5)\n"
        "    threading.Event().wait()\n"
        "worker.OPERATIONS['wait'] = wait\n"
        "worker.main()"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        code,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    process.stdin.write(GREETING + b'{"op":"wait"}\n')
    responses = []
    while not responses or "progress" not in responses[-1]:
        responses.append(json.loads((await process.stdout.readline()).removeprefix(MARK)))
    # A busy machine takes long enough to start that there are signs of life between.
    assert [one for one in responses if "alive" not in one] == [{"ready": True}, {"progress": 0.5}]
    process.stdin.close()
    assert await process.wait() == 0


@posix
async def test_ctrl_c_in_the_terminal_does_not_reach_it(engine, image):
    await engine.probe(image)
    (worker,) = workers()
    assert os.getpgid(worker.pid) != os.getpgid(os.getpid())


async def test_closing_while_it_starts_leaves_nothing(image):
    engine = WorkerEngine(1)
    engine.prewarm()
    await engine.close()
    assert workers() == []


async def test_a_source_tree_that_is_not_installed_is_found_and_nothing_shadows_it(tmp_path, image):
    """The script's folder is on the path of the script, but never on that of a worker."""
    tree = tmp_path / "tree with space"
    shutil.copytree(
        Path(nemomusic.__file__).parent,
        tree / "nemomusic",
        ignore=shutil.ignore_patterns("__pycache__", ".mypy_cache"),
    )
    worker = tree / "nemomusic" / "local" / "workers" / "worker_main.py"
    marked = 'OPERATIONS["check_glyphs"] = lambda *_: {}[__file__]\n\nif __name__'
    worker.write_text(worker.read_text().replace("if __name__", marked))
    here = tmp_path / "here"
    here.mkdir()
    (here / "json.py").write_text("raise RuntimeError('shadowed')")
    (here / "script.py").write_text(
        "import sys\n"
        "sys.path.remove(sys.path[0])\n"
        "import asyncio\n"
        f"sys.path.insert(0, {str(tree)!r})\n"
        "from pathlib import Path\n"
        "from nemomusic.local.workers.pool import WorkerEngine\n"
        "async def main():\n"
        "    engine = WorkerEngine(1)\n"
        "    try:\n"
        "        await engine.check_glyphs('x')\n"
        "    except Exception as error:\n"
        "        print(error.message)\n"
        "    await engine.close()\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(here / "script.py"),
        str(image),
        cwd=here,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    assert str(worker) in said.decode()


@pytest.mark.parametrize("text", ["Hello", "two\nlines", "Hello 世界", "\U00012000"])
async def test_a_title_can_be_drawn_in_the_other_process_as_in_this_one(engine, text):
    try:
        for line in text.splitlines():
            fonts_for(line, 24)
        wrong = None
    except MediaError as error:
        wrong = str(error)
    if wrong is None:
        await engine.check_glyphs(text)
    else:
        with pytest.raises(MediaError) as caught:
            await engine.check_glyphs(text)
        assert str(caught.value) == wrong
