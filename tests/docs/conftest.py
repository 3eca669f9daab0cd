"""A folder to run snippets in, and one warm set of workers for all of them."""

from __future__ import annotations

import shutil

import pytest
import pytest_asyncio

from nemomusic.local import LocalBackend


@pytest.fixture
def desk(tmp_path, monkeypatch, tiny_clip):
    """A folder with the clips that the pages name, and a home of its own."""
    for name in ("trip.mp4", "party.mp4"):
        shutil.copy(tiny_clip, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.delenv("NEMO_TOKEN", raising=False)
    return tmp_path


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def warm_workers(tmp_path_factory):
    """The real engine in its worker processes, started once: no snippet ends it."""
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
    """Backends started by a snippet find their workers running."""
    monkeypatch.setattr(LocalBackend, "_real_engine", lambda *_: warm_workers)
