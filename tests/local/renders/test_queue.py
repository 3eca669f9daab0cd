"""Exports from the embedded backend."""

from __future__ import annotations

import asyncio
import copy
from pathlib import Path

import pytest

from nemomusic.engine.errors import MediaError
from nemomusic.engine.types import Title
from nemomusic.local import EngineError, LocalBackend, LocalOptions, StubEngine
from support.local_api import Api, segments


class Slow(StubEngine):
    """Renders once it is let go, and remembers the plans."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()
        self.halfway = asyncio.Event()
        self.stopped = asyncio.Event()
        self.plans = []
        self.error = None

    async def render(self, plan, out, progress):
        self.plans.append(plan)
        progress(0.5)
        self.halfway.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.stopped.set()
            raise
        if self.error:
            raise self.error
        return await super().render(plan, out, progress)


@pytest.fixture
def engine():
    engine = Slow()
    engine.go.set()
    return engine


@pytest.fixture
async def backend(engine):
    async with LocalBackend(engine=engine) as backend:
        yield backend


@pytest.fixture
async def api(backend):
    async with Api(backend) as api:
        await api.sign_in()
        yield api


@pytest.fixture
async def session(api):
    session = await api.open()
    await api.uploaded(session, "a.mp4")
    await api.say(session, 'warm lo-fi and a title saying "Hi" at the top')
    return session


@pytest.mark.parametrize("envelope", ["code", "success"])
async def test_progress_in_both_shapes(envelope):
    engine = Slow()
    async with (
        LocalBackend(engine=engine, options=LocalOptions(envelope=envelope)) as backend,
        Api(backend) as api,
    ):
        await api.sign_in()
        session = await api.open()
        await api.uploaded(session, "a.mp4")
        await api.render(session, "render_1")
        await engine.halfway.wait()
        _, body = await api.call("GET", "/api/render/proxy/lambda/render_1")
        if envelope == "code":
            assert body == {"taskId": "render_1", "status": "processing", "progress": 52}
        else:
            created = body["data"].pop("createdAt")
            assert created.endswith("Z")
            data = {"id": "render_1", "status": "processing", "progress": 52}
            assert body == {"success": True, "data": data}
        engine.go.set()
        done = await api.rendered("render_1")
        if envelope == "code":
            assert set(done) == {"taskId", "status", "progress", "output"}
            assert set(done["output"]) == {"url", "duration", "size"}
            assert (done["output"]["duration"], done["output"]["size"]) == (10.0, 64)
        else:
            assert set(done) == {
                "id",
                "status",
                "progress",
                "outputUrl",
                "createdAt",
                "completedAt",
            }


async def test_the_posted_draft_is_rendered_not_the_stored_one(api, session, engine):
    draft = await api.draft(session)
    changed = copy.deepcopy(draft)
    segments(changed, 7)[0]["m"]["text"] = "Posted"
    segments(changed, 1)[0] |= {"vol": 0.5, "s": 1000, "d": 4000, "fo": 500, "unknown": [1]}
    changed["m"] |= {"fade_in": 300, "width": 1080, "height": 1920}
    await api.render(session, "render_1", changed)
    await api.rendered("render_1")
    (plan,) = engine.plans
    assert plan.canvas == (1080, 1920)
    assert plan.fade_in == 0.3
    (title,) = plan.titles
    assert title == Title(text="Posted", start=0.0, duration=3.0, position="top")
    (sound,) = plan.music
    assert (sound.start, sound.duration, sound.volume) == (1.0, 4.0, 0.5)
    assert sound.fade_out == 0.5
    assert await api.draft(session) == draft


async def test_assets_are_found_by_url_alone_on_any_port(api, session, engine):
    draft = await api.draft(session)
    for kind in (0, 1):
        for one in segments(draft, kind):
            del one["m"]["asset"]
            one["m"]["url"] = one["m"]["url"].replace(api.backend.url, "http://localhost:1")
    await api.render(session, "render_1", draft)
    assert (await api.rendered("render_1"))["status"] == "completed"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda draft: draft.update(t=[]), "no video track"),
        (lambda draft: draft.update(t=draft["t"][1:]), "no video track"),
        (lambda draft: draft.update(t="x"), "not a list"),
        (lambda draft: draft["t"][0]["sg"][0]["m"].update(asset="nobody"), "doesn't have"),
        (lambda draft: draft["t"][0]["sg"][0]["m"].update(asset="../../x"), "doesn't have"),
        (lambda draft: draft["t"][0]["sg"][0]["m"].update(asset="\ud800"), "doesn't have"),
        (lambda draft: draft["t"][0]["sg"][0].pop("m"), "names no file"),
        (
            lambda draft: draft["t"][0]["sg"][0].update(m={"url": "file:///etc/passwd"}),
            "names no file",
        ),
        (lambda draft: draft["t"][0]["sg"][0].update(d=-1), "'d'"),
        (lambda draft: draft["t"][0]["sg"][0].update(d=0), "no length"),
        (lambda draft: draft["t"][0]["sg"][0].update({"in": 99999}), "after the clip's end"),
        (lambda draft: draft["t"][0]["sg"][0].update(vol=float("inf")), "'vol'"),
        (lambda draft: draft["t"][0]["sg"][0].update(vol="loud"), "'vol'"),
        (
            lambda draft: draft["t"][1]["sg"][0].update(m=draft["t"][0]["sg"][0]["m"]),
            "can't be put on this track",
        ),
        (lambda draft: draft["m"].update(width=2), "at least 16"),
    ],
)
async def test_a_bad_draft_fails_with_its_reason(api, session, change, said):
    draft = await api.draft(session)
    change(draft)
    status, _ = await api.render(session, "render_bad", draft)
    assert status == 200
    job = await api.rendered("render_bad")
    assert job["status"] == "failed"
    assert said in job["error"]


async def test_jobs_and_files_belong_to_their_user(backend, api, session):
    draft = await api.draft(session)
    await api.render(session, "render_1", draft)
    await api.rendered("render_1")
    async with Api(backend) as stranger:
        await stranger.sign_in("stranger")
        for method, path in (
            ("GET", "/api/render/proxy/lambda/render_1"),
            ("POST", "/api/render/proxy/lambda/render_1/cancel"),
            ("GET", "/api/render/proxy/render_1/download"),
        ):
            status, body = await stranger.call(method, path)
            assert (status, body["code"]) == (404, 404)
        theirs = await stranger.open()
        await stranger.render(theirs, "render_2", draft)
        assert "doesn't have" in (await stranger.rendered("render_2"))["error"]
        status, body = await stranger.render(theirs, "render_1", draft)
        assert (status, body["code"]) == (409, 409)


async def test_an_id_is_used_once(api, session):
    await api.render(session, "render_1")
    status, body = await api.render(session, "render_1")
    assert (status, body["message"]) == (409, "duplicate id: render_1")
    for bad in ("1", "render_", "render_a/b", "render_" + "x" * 200):
        status, body = await api.render(session, bad)
        assert (status, body["code"]) == (400, 400)
    assert api.backend.ledger.renders_started == ["render_1"]


async def test_other_formats_and_malformed_bodies(api, session):
    body = {"id": "render_1", "sessionId": session, "draft": {}, "output": {"format": "avi"}}
    assert (await api.call("POST", "/api/render/proxy/lambda", json=body))[0] == 400
    for key in ("id", "sessionId", "draft"):
        broken = {name: value for name, value in body.items() if name != key}
        status, answer = await api.call("POST", "/api/render/proxy/lambda", json=broken)
        assert (status, answer["detail"][0]["loc"]) == (422, ["body", key])


async def test_cancel(api, session, engine):
    engine.go.clear()
    await api.render(session, "render_1")
    await engine.halfway.wait()
    for _ in range(2):  # asking twice does no harm
        _, body = await api.call("POST", "/api/render/proxy/lambda/render_1/cancel")
        assert (body["status"], body["error"]) == ("failed", "cancelled")
    assert engine.stopped.is_set()
    assert api.backend.ledger.renders_cancelled == ["render_1"]
    status, _ = await api.call("GET", "/api/render/proxy/render_1/download")
    assert status == 409
    assert list((api.backend.folder / "tmp").iterdir()) == []
    engine.go.set()
    await api.render(session, "render_2")
    assert (await api.rendered("render_2"))["status"] == "completed"
    _, body = await api.call("POST", "/api/render/proxy/lambda/render_2/cancel")
    assert body["status"] == "completed"
    assert (await api.call("POST", "/api/render/proxy/lambda/render_3/cancel"))[0] == 404


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MediaError("a.mp4 is damaged.", remedy="Export it again."), "damaged. Export it again."),
        (EngineError("the process died", remedy="Try another clip."), "the process died"),
        (ValueError("secret"), "the renderer broke down"),
    ],
)
async def test_a_failed_render_says_why(api, session, engine, error, said):
    engine.error = error
    await api.render(session, "render_1")
    job = await api.rendered("render_1")
    assert job["status"] == "failed"
    assert said in job["error"]


class Damaged(StubEngine):
    """Names the file it can't read, as the engine does: by its name on the disk."""

    async def render(self, plan, out, progress):
        name = Path(plan.shots[0].path).name
        raise MediaError(f"{name} is damaged.", remedy="Export it again.")


async def test_a_failed_render_names_files_as_they_were_uploaded():
    async with LocalBackend(engine=Damaged()) as backend, Api(backend) as api:
        await api.sign_in()
        session = await api.open()
        await api.uploaded(session, "my trip.mp4")
        await api.render(session, "render_1")
        job = await api.rendered("render_1")
        assert job["error"] == "my trip.mp4 is damaged. Export it again."


async def test_a_download_goes_on_where_it_stopped_and_counts_once(api, session):
    await api.render(session, "render_1")
    url = (await api.rendered("render_1"))["output"]["url"]
    async with api.http.get(url) as answer:
        content, tag = await answer.read(), answer.headers["ETag"]
    headers = {"Range": "bytes=10-", "If-Range": tag}
    async with api.http.get(url, headers=headers) as answer:
        assert (answer.status, await answer.read()) == (206, content[10:])
    assert api.backend.ledger.renders_downloaded == {"render_1": 1}
