"""Work that is cut off leaves nothing behind."""

from __future__ import annotations

import asyncio

import pytest

from nemomusic.local import LocalBackend, LocalOptions
from support.local_api import Api
from support.worker_processes import posix, workers


@pytest.mark.slow
@posix
async def test_a_cancelled_render_leaves_no_file(tiny_clip):
    async with LocalBackend(options=LocalOptions(workers=1)) as backend, Api(backend) as api:
        await api.sign_in()
        session = await api.open()
        await api.upload(session, ("trip.mp4", tiny_clip.read_bytes()))
        draft = await api.draft(session) | {"m": {"width": 720, "height": 1280}}
        (worker,) = workers()
        await api.render(session, "render_1", draft)
        while not list((backend.folder / "tmp").glob("job-*/.*.part")):  # it writes the MP4
            await asyncio.sleep(0)
        worker.suspend()
        status, body = await api.call("POST", "/api/render/proxy/lambda/render_1/cancel")
        assert (status, body["error"]) == (200, "cancelled")
        assert [p for p in (backend.folder / "tmp").rglob("*") if p.is_file()] == []
        await api.render(session, "render_2", draft)
        assert (await api.rendered("render_2"))["status"] == "completed"
