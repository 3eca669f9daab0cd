"""The disk is not touched on the event loop's thread: one slow drive would stop every task."""

from __future__ import annotations

import os
import threading

import pytest

from nemomusic import Order
from nemomusic.testing import FakeClock, StubBackend
from support.fast import fast

CLIP = b"\0\0\0\x18ftypmp42" + bytes(1000)
PROMPT = "warm lo-fi"


@pytest.fixture
def clock():
    return FakeClock()


class Watch:
    """Notes each call of `os.stat` and `os.open` for a file of the user on one thread."""

    def __init__(self, monkeypatch, folder):
        self.seen, self._thread, self._folder = [], threading.get_ident(), str(folder)
        for name in ("stat", "lstat", "open", "scandir", "listdir", "mkdir"):
            monkeypatch.setattr(os, name, self._noting(name, getattr(os, name)))

    def _noting(self, name, real):
        def call(path, *words, **options):
            here = threading.get_ident() == self._thread
            if here and isinstance(path, str | os.PathLike) and self._folder in os.fspath(path):
                self.seen.append((name, os.fspath(path)))
            return real(path, *words, **options)

        return call


@fast
async def test_jobs_uploads_and_batches(clock, tmp_path, monkeypatch):
    folder = tmp_path / "mine"
    folder.mkdir()
    clip = folder / "trip.mp4"
    clip.write_bytes(CLIP)
    async with StubBackend(clock=clock) as backend:
        async with backend.client(journal=tmp_path / "jobs.sqlite") as client:
            await client.credits.balance()
            watch = Watch(monkeypatch, folder)
            session = await client.sessions.open()
            await session.upload(clip)
            for _ in range(2):  # the second time, the job is known
                job = await client.jobs.submit(clip, PROMPT, output=folder / "1.mp4", key="a")
                await job.result()
            orders = [Order(source=clip, output="2.mp4")]
            for _ in range(2):  # the second time, the result is kept
                run = client.batches.run(orders, folder=folder / "out")
                assert [outcome.ok async for outcome in run] == [True]
                assert await run.gone() == []
            assert watch.seen == []
