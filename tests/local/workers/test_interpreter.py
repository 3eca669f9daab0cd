"""Frozen programs, uWSGI, wrong interpreters: one clear error, and nothing is started twice."""

from __future__ import annotations

import asyncio
import sys

import pytest

import nemomusic
from nemomusic import Client, errors
from nemomusic.local import Limits, LocalOptions
from nemomusic.local.workers.engine import EngineError
from nemomusic.local.workers.interpreter import interpreter, named_interpreter
from nemomusic.local.workers.pool import WorkerEngine
from nemomusic.protocol.routes import UPLOAD

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")


@pytest.fixture
def starts(tmp_path):
    """Give the starts of `application`, one line each."""
    return tmp_path / "starts"


@pytest.fixture
def application(tmp_path, starts):
    """Give a program that is no Python, and notes each of its starts."""
    path = tmp_path / "application"
    path.write_text(f"#!/bin/sh\necho started >> {starts}\n")
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def _nothing_is_named(monkeypatch):
    monkeypatch.delenv("NEMOMUSIC_PYTHON", raising=False)


def counted(starts) -> int:
    return starts.read_text().count("started") if starts.exists() else 0


async def test_a_frozen_program_is_not_started_again(monkeypatch, application, starts):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(application))
    with pytest.raises(errors.LocalBackendError, match="frozen program") as caught:
        async with Client.local():
            pass
    assert str(application) in caught.value.message
    for word in ("LocalOptions(python=", "NEMOMUSIC_PYTHON"):
        assert word in caught.value.remedy
    assert counted(starts) == 0


@pytest.mark.parametrize("own", ["", "application"])
def test_a_program_that_embeds_python(monkeypatch, tmp_path, application, own):
    monkeypatch.setattr(sys, "executable", str(application) if own else "")
    monkeypatch.setattr(sys, "exec_prefix", str(tmp_path / "nothing"))
    with pytest.raises(errors.LocalBackendError) as caught:
        interpreter()
    assert (str(application) if own else "no sys.executable") in caught.value.message
    (tmp_path / "prefix" / "bin").mkdir(parents=True)
    beside = tmp_path / "prefix" / "bin" / "python3"
    beside.touch()
    monkeypatch.setattr(sys, "exec_prefix", str(tmp_path / "prefix"))
    assert interpreter() == str(beside)  # as under uWSGI


async def test_a_named_interpreter_mends_it(monkeypatch, application, tmp_path):
    real = sys.executable
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(application))
    assert interpreter(real) == real
    monkeypatch.setenv("NEMOMUSIC_PYTHON", real)
    assert interpreter() == named_interpreter(None) == real
    async with Client.local(tmp_path / "kept") as client:
        assert (await client.credits.balance()).available == 100


async def test_a_named_interpreter_that_can_not_run_the_engine(application, starts):
    with pytest.raises(errors.LocalBackendError, match="could not run the engine") as caught:
        async with Client.local(options=LocalOptions(python=str(application))):
            pass
    assert str(application) in caught.value.message
    assert "NEMOMUSIC_PYTHON" in caught.value.remedy
    assert counted(starts) == 1
    with pytest.raises(errors.LocalBackendError, match="does not exist"):
        async with Client.local(options=LocalOptions(python="/no/such/python")):
            pass


async def test_an_engine_that_can_not_start_is_tried_once(application, starts, tmp_path):
    engine = WorkerEngine(1, tmp_path)
    engine._python = str(application)
    try:
        for _ in range(3):
            with pytest.raises(errors.LocalBackendError, match="could not run the engine"):
                await engine.check_glyphs("a")
    finally:
        await engine.close()
    assert counted(starts) == 1


async def test_a_job_whose_engine_can_not_start_is_tried_once(application, starts, tmp_path):
    """The backend found out after it had begun to serve. The reason and the remedy come through."""
    engine = WorkerEngine(1, tmp_path)
    engine._python = str(application)
    requests = []
    async with Client.local(engine=engine, on_request=requests.append) as client:
        clip = nemomusic.Source(b"\0\0\0\x18ftypmp42", name="trip.mp4")
        with pytest.raises(errors.LocalBackendError, match="could not run the engine") as caught:
            await client.add_music(clip, "lo-fi", output=tmp_path / "out.mp4")
    assert caught.value.remedy.startswith("Name a Python")
    assert [sent.route for sent in requests].count(UPLOAD.template) == 1
    assert counted(starts) == 1


@pytest.mark.parametrize("early", [True, False])
async def test_an_interpreter_without_the_extra_is_named(early, monkeypatch, tmp_path):
    """The environment variable may name a Python that has the SDK, but not its extra `local`."""
    (tmp_path / "sitecustomize.py").write_text(
        "import pathlib, sys\n"
        "class Without:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'PIL':\n"
        f"            pathlib.Path({str(tmp_path / 'asked')!r}).touch()\n"
        "            raise ModuleNotFoundError('No module named PIL', name='PIL')\n"
        "sys.meta_path.insert(0, Without())\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    engine = WorkerEngine(1, tmp_path)
    try:
        if early:  # a process without work imports what the next job needs
            engine.prewarm()
            while not (tmp_path / "asked").exists():
                await asyncio.sleep(0.01)
        with pytest.raises(errors.LocalBackendError, match="can't run the engine") as caught:
            await engine.check_glyphs("hello")
    finally:
        await engine.close()
    assert sys.executable in caught.value.message
    assert "PIL" in caught.value.message
    assert "NEMOMUSIC_PYTHON" in caught.value.remedy


@pytest.mark.parametrize(
    ("code", "silence", "words"),
    [
        ("sys.stdin.readline()", 60.0, r"can't run the engine \(other code has read"),
        ("os.read(0, 3)", 60.0, r"can't run the engine \(other code has read"),
        ("sys.stdin.read()", 0.1, r"did not start in 0\.4 s"),
    ],
)
async def test_a_sitecustomize_that_reads_standard_input_is_named(
    monkeypatch, tmp_path, code, silence, words
):
    (tmp_path / "sitecustomize.py").write_text(f"import os, sys\n{code}\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    engine = WorkerEngine(1, tmp_path, Limits(worker_silence_seconds=silence))
    try:
        with pytest.raises(EngineError, match=words) as caught:
            await engine.check_glyphs("hello")
    finally:
        await engine.close()
    assert "sitecustomize" in caught.value.remedy


async def test_what_sitecustomize_changes_is_no_answer(monkeypatch, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import io, sys\n"
        'print("hello"); print("{}"); print("no end", end="")\n'
        "sys.stdin = io.StringIO()\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    engine = WorkerEngine(1, tmp_path)
    try:
        await engine.check_glyphs("hello")
    finally:
        await engine.close()
