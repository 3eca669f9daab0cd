"""Pythons without the modules of POSIX: Windows, WebAssembly."""

from __future__ import annotations

import fcntl
import importlib.util
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

from nemomusic.jobs.storage import lease

OPEN = Path("/proc/self/fd")
WITHOUT = """
import asyncio, os, pathlib, select, signal, subprocess, sys

HIDDEN = {"fcntl", "resource", "termios", "tty", "pwd", "grp"}
for name in HIDDEN:
    sys.modules[name] = None  # an import raises ModuleNotFoundError
for name in ("register_at_fork", "fork", "geteuid", "getuid", "link", "O_NOFOLLOW", "O_DIRECTORY",
             "statvfs", "killpg", "pathconf", "sysconf", "sched_getaffinity", "mkfifo"):
    delattr(os, name)
for name in ("SIGKILL", "SIGHUP", "SIGQUIT"):
    delattr(signal, name)
del select.poll

import nemomusic
from nemomusic.cli.terminal.runner import _set_terminal, _terminal_state
from nemomusic.testing import StubBackend


async def main():
    clip = pathlib.Path("trip.mp4")
    clip.write_bytes(b"\\0\\0\\0\\x18ftypmp42" + bytes(5000))
    _set_terminal(_terminal_state())
    async with StubBackend() as backend:
        async with backend.client() as client:
            video = await client.add_music(clip, "warm lo-fi", output="one.mp4")
            print(video.path.name, backend.ledger.accepted)
        async with backend.client(journal="jobs.sqlite") as client:
            try:
                await client.add_music(clip, "warm lo-fi", output="two.mp4")
            except nemomusic.errors.JournalError as error:
                print(type(error).__name__, backend.ledger.accepted, error.remedy)

    async def starts_nothing(*_, **__):
        raise NotImplementedError  # as the selector loop of Windows

    asyncio.create_subprocess_exec = starts_nothing
    async with nemomusic.Client.local() as client:
        try:
            await client.add_music(clip, "warm lo-fi", output="three.mp4")
        except nemomusic.errors.NemoMusicError as error:
            print(type(error).__name__, error.remedy)


asyncio.run(main())
"""


@pytest.mark.slow
def test_what_runs_without_the_modules_of_posix(tmp_path):
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WITHOUT],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    first, second, third = run.stdout.splitlines()
    assert first == "one.mp4 1"
    assert second.startswith("JournalError 1 Leave journal= out")
    assert third.startswith("LocalBackendError On Windows, use asyncio's own loop")
    assert {path.name for path in (tmp_path / "jobs.sqlite.owners").iterdir()} == set()


@pytest.fixture
def windows_lease(monkeypatch):
    """`jobs/storage/lease.py` as it is on Windows, where a lock belongs to one open file."""

    def locking(file: int, mode: int, size: int) -> None:
        assert (mode, size) == (2, 1)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    msvcrt = types.ModuleType("msvcrt")
    vars(msvcrt).update(locking=locking, LK_NBLCK=2)
    monkeypatch.setitem(sys.modules, "msvcrt", msvcrt)
    monkeypatch.setattr(sys, "platform", "win32")
    spec = importlib.util.spec_from_file_location("windows_lease", lease.__file__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_owners_on_windows(windows_lease, tmp_path, monkeypatch):
    removed, unlink = [], os.unlink

    def only_closed(path, **more):
        names = [os.path.realpath(one) for one in OPEN.iterdir()]
        if str(path) in names:
            raise PermissionError(13, "the file is open", str(path))
        removed.append(path.name)
        unlink(path, **more)

    monkeypatch.setattr(os, "unlink", only_closed)
    dead = tmp_path / f"77-{'a' * 12}.lock"
    dead.touch()
    one = windows_lease.Owner(tmp_path)
    assert removed == [dead.name]  # its process is gone
    two = windows_lease.Owner(tmp_path)
    assert two.is_alive(one.name)
    assert one.is_alive(two.name)
    one.close()
    assert not two.is_alive(one.name)
    two.close()
    assert list(tmp_path.iterdir()) == []
