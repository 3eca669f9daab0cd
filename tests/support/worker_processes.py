"""The worker processes of this test's own process."""

from __future__ import annotations

import sys

import psutil
import pytest

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs named pipes and signals")


def workers() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if _is_worker(child)]


def _is_worker(process: psutil.Process) -> bool:
    try:
        return "nemomusic.local.workers.worker_main" in process.cmdline()
    except psutil.NoSuchProcess:  # it has ended meanwhile, and is a zombie at most
        return False
