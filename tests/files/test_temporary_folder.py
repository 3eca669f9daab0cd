"""A temporary folder goes with its block, and with a caller that is cancelled while it is made."""

from __future__ import annotations

import asyncio
import tempfile
import threading

import pytest

from nemomusic.files.outputs import temporary_folder
from nemomusic.runtime.executor import Executor


@pytest.mark.parametrize("begun", [True, False])
async def test_a_cancelled_caller_leaves_no_folder(tmp_path, monkeypatch, begun):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    real, making, go = tempfile.mkdtemp, threading.Event(), threading.Event()

    def slow(**options):
        making.set()
        go.wait()
        return real(**options)

    monkeypatch.setattr(tempfile, "mkdtemp", slow)
    executor = Executor(1)
    if not begun:
        before = executor.begin(go.wait)

    async def use():
        async with temporary_folder(executor, "x-"):
            raise AssertionError

    task = asyncio.create_task(use())
    if begun:
        while not making.is_set():
            await asyncio.sleep(0)
    else:
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    if not begun:
        await before.result()
    executor.close()
    assert not list(tmp_path.iterdir())


async def test_it_goes_with_its_block(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    executor = Executor(1)
    async with temporary_folder(executor, "x-") as folder:
        (folder / "a").write_text("")
    executor.close()
    assert not list(tmp_path.iterdir())
