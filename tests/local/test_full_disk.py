"""A full disk: said once, with the folder; nothing is stuck, nothing is left."""

from __future__ import annotations

import errno
import os
import sqlite3

import pytest

from nemomusic.local import LocalBackend, StubEngine
from nemomusic.local.errors import is_full
from nemomusic.local.storage.store import Store
from nemomusic.protocol.envelope import failure
from nemomusic.protocol.routes import UPLOAD
from support.local_api import Api, segments


class FullStore:
    """Lets writes of the store fail until there is room."""

    def __init__(self, backend: LocalBackend) -> None:
        self.store = backend._service.store
        self.full = False
        self.from_the_first = ""
        real = self.store._run

        def run(sql: str, *values: object) -> object:
            if self.from_the_first and sql.startswith(self.from_the_first):
                self.full = True
            if self.full and not sql.lstrip().startswith(("SELECT", "ROLLBACK")):
                raise sqlite3.OperationalError("database or disk is full")
            return real(sql, *values)

        self.store._run = run


class Filling(StubEngine):
    """Fills the disk while it works."""

    disk: FullStore
    where = ""

    async def compose(self, *args):
        made = await super().compose(*args)
        self.disk.full = self.where == "compose"
        return made

    async def render(self, *args):
        if self.where == "write":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        made = await super().render(*args)
        self.disk.full = self.where == "render"
        return made


@pytest.fixture
async def full(monkeypatch):
    monkeypatch.setattr("nemomusic.local.service._SAVE_AGAIN", 0.01)
    engine = Filling()
    async with LocalBackend(engine=engine, faithful=True) as backend, Api(backend) as api:
        engine.disk = FullStore(backend)
        api.token = backend.issue_token(credits=1000)
        session = await api.open()
        await api.uploaded(session, "trip.mp4")
        yield engine, backend, api, session


async def test_requests_say_it_with_the_folder_and_the_log_says_it_once(full, caplog):
    engine, backend, api, session = full
    engine.disk.full = True
    for _ in range(3):
        for status, body in (
            await api.upload(session, ("b.mp4", b"film")),
            await api.call("POST", "/run_sse", json=api.message(session, "warm lo-fi")),
            await api.render(session, "render_1", {"t": []}),
        ):
            assert (status, body["code"]) == (507, 507)
            assert str(backend.folder) in body["message"]
            error = failure(UPLOAD, status, {}, body)
            assert error.remedy == "Free some space there, then try again."
    assert len([one for one in caplog.records if "no room" in one.message]) == 1
    assert not [one for one in caplog.records if one.exc_info]
    assert list((backend.folder / "tmp").iterdir()) == []
    engine.disk.full = False
    assert backend.ledger.accepted == 0
    assert await api.credits() == (1000, 0, 1000)
    await api.say(session, "warm lo-fi")
    assert segments(await api.draft(session), 1)


@pytest.mark.parametrize("statement", ["INSERT INTO assets", "UPDATE sessions"])
async def test_an_upload_that_can_not_be_noted_leaves_nothing(full, statement):
    """A clip that is in the list of files and not on the timeline would be taken for uploaded."""
    engine, backend, api, session = full
    engine.disk.from_the_first = statement
    status, _ = await api.upload(session, ("b.mp4", b"film"))
    assert status == 507
    engine.disk.from_the_first, engine.disk.full = "", False
    assert len((await api.state(session))["video_infos"]) == 1
    assert len(list((backend.folder / "files").iterdir())) == 1
    await api.uploaded(session, "b.mp4")
    assert len(segments(await api.draft(session), 0)) == 2


async def test_the_end_of_a_turn_is_written_when_there_is_room(full):
    engine, _backend, api, session = full
    engine.where = "compose"
    async with api.streaming(session, "warm lo-fi") as answer:
        assert "no room" in await answer.text()
    assert (await api.credits())[1] == 100  # frozen: the end could not be written
    engine.disk.full, engine.where = False, ""
    while (await api.credits())[1]:
        pass
    assert await api.credits() == (1000, 0, 1000)
    await api.say(session, "fast edm")
    assert await api.credits() == (900, 0, 900)


async def test_a_finished_render_is_written_when_there_is_room(full):
    engine, _backend, api, session = full
    engine.where = "render"
    await api.render(session, "render_1")
    while not engine.disk.full:
        await api.call("GET", "/api/render/proxy/lambda/render_1")
    for _ in range(5):
        _, job = await api.call("GET", "/api/render/proxy/lambda/render_1")
        assert job["status"] == "processing"
    engine.disk.full, engine.where = False, ""
    assert (await api.rendered("render_1"))["status"] == "completed"


async def test_a_render_that_can_not_be_written_fails_with_the_reason(full):
    engine, backend, api, session = full
    await api.say(session, "warm lo-fi")
    engine.where = "write"
    await api.render(session, "render_1")
    job = await api.rendered("render_1")
    assert job["status"] == "failed"
    assert str(backend.folder) in job["error"]
    assert list((backend.folder / "tmp").iterdir()) == []
    assert await api.credits() == (1000, 0, 1000)
    engine.where = ""
    await api.render(session, "render_2")
    assert (await api.rendered("render_2"))["status"] == "completed"


def test_a_database_that_is_full_can_be_used_when_there_is_room(tmp_path):
    store = Store(tmp_path / "backend.sqlite")
    (pages,) = store._one("PRAGMA page_count")
    store._run(f"PRAGMA max_page_count={pages + 4}")
    for _ in range(3):
        with pytest.raises(sqlite3.OperationalError) as caught, store._transaction():
            store.set_note("long", "x" * 10**6)
        assert is_full(caught.value)
    store._run(f"PRAGMA max_page_count={pages + 1000}")
    with store._transaction():
        store.set_note("long", "x" * 10**6)
    assert len(store.note("long") or "") == 10**6
    store.close()
