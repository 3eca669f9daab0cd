"""A folder to run snippets in, one warm set of workers for all of them, and the built site."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from nemomusic.local import LocalBackend
from support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def desk(tmp_path, monkeypatch, tiny_clip):
    """Give a folder with the clips that the pages name, and a home of its own."""
    for name in ("trip.mp4", "party.mp4"):
        shutil.copy(tiny_clip, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.delenv("NEMO_TOKEN", raising=False)
    return tmp_path


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def warm_workers(tmp_path_factory):
    """Start the real engine in its worker processes, once: no snippet ends it."""
    from nemomusic.local.workers.pool import WorkerEngine

    class Kept(WorkerEngine):
        async def close(self):
            pass

        async def close_for_good(self):
            await super().close()

    engine = Kept(None, tmp_path_factory.mktemp("scratch"))
    yield engine
    await engine.close_for_good()


@pytest.fixture
def warm(monkeypatch, warm_workers):
    """Let backends that a snippet starts find their workers running."""
    monkeypatch.setattr(LocalBackend, "_real_engine", lambda *_: warm_workers)


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """Build in a copy, so that nothing is left in the checkout."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copytree(
        ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
    )
    shutil.copy(ROOT / "mkdocs.yml", folder)
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--clean", "--strict"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,  # it took 271 s on a machine with load 22
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"
