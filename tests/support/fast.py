"""Tests in which waiting takes no time, and which see what is left behind."""

from __future__ import annotations

import functools
import gc
import os
from pathlib import Path

from nemomusic.testing import FakeClock, fake_time

FILES = Path("/proc/self/fd")


def open_files() -> list[str]:
    """Return what the process's file descriptors lead to, sockets included."""
    found = []
    for fd in FILES.iterdir() if FILES.is_dir() else ():
        try:
            found.append(str(fd.readlink()))
        except OSError:  # the one that listed them
            continue
    return found


def kinds(files: list[str]) -> list[str]:
    """Return the same without the numbers of sockets and pipes."""
    return sorted(file.partition(":[")[0] for file in files)


def collect() -> None:
    """Destroy what is unreachable; the next call looks at what is made from here on only."""
    gc.collect()
    gc.freeze()


def fast(test):
    """Run a coroutine test in a loop whose timers cost nothing; nothing may be left behind.

    The test gets a `clock` if it asks for one.
    """

    @functools.wraps(test)
    def wrapper(*args, **kwargs):
        collect()
        before = kinds(open_files())
        if "clock" in kwargs:
            kwargs["clock"] = FakeClock()
        fake_time(test)(*args, **kwargs)
        collect()
        assert kinds(open_files()) == before

    return wrapper


SHM = Path("/dev/shm")
MEMORY = SHM if os.access(SHM, os.W_OK) else None
"""A disk in memory, if there is one: a job's journal syncs each of its steps to the disk."""
