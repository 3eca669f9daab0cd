"""Life of the embedded backend: folders, restarts, ports, imports."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import subprocess
import sys
import time

import pytest

from nemomusic.errors import ConfigurationError, LocalBackendError
from nemomusic.local import LocalBackend, LocalOptions, StubEngine
from nemomusic.local.storage.cleaning import clean_folder
from support.local_api import Api, segments
from support.paths import TESTS


class Held(StubEngine):
    """Never comes to an end, but tells when it began."""

    def __init__(self) -> None:
        super().__init__()
        self.started = asyncio.Event()

    async def compose(self, analysis, brief, seed, out, progress):
        self.started.set()
        await asyncio.Event().wait()

    async def render(self, plan, out, progress):
        progress(0.5)
        self.started.set()
        await asyncio.Event().wait()


async def test_everything_survives_a_restart(tmp_path, refusing_port):
    folder = tmp_path / "a folder"
    here = LocalOptions(port=refusing_port)  # no other server takes it between the two runs
    async with (
        LocalBackend(folder=folder, engine=StubEngine(), faithful=True, options=here) as backend,
        Api(backend) as api,
    ):
        await api.sign_in()
        token, url = api.token, backend.url
        session = await api.open("zh")
        await api.uploaded(session, "a.mp4")
        await api.say(session, '温暖的低保真 and a title saying "雨"')
        await api.render(session, "render_1")
        await api.rendered("render_1")
        path = f"{url}/api/state/nemo_agent/me/{session}/latest"
        headers = {"Authorization": f"Bearer {token}"}
        async with api.http.get(path, headers=headers) as answer:
            before = await answer.read()
    counts = backend.ledger
    async with (
        LocalBackend(folder=folder, engine=StubEngine(), faithful=True) as backend,
        Api(backend, token) as api,
    ):
        assert backend.url == url  # so that URLs in drafts stay good
        async with api.http.get(path, headers=headers) as answer:
            assert await answer.read() == before
        assert await api.credits() == (0, 0, 0)
        job = await api.rendered("render_1")
        async with api.http.get(job["output"]["url"]) as answer:
            assert (await answer.read())[4:8] == b"ftyp"
        counts.renders_downloaded["render_1"] += 1
        assert backend.ledger == counts
        assert backend.ledger.credits_spent == 100
        assert "雨" in await api.reply(session, "状态")


async def test_the_temporary_folder_goes_and_a_named_one_stays(tmp_path):
    async with LocalBackend(engine=StubEngine()) as backend:
        temporary = backend.folder
        assert temporary.is_dir()
    assert not temporary.exists()
    async with LocalBackend(folder=tmp_path / "deep" / "kept", engine=StubEngine()) as backend:
        pass
    assert (tmp_path / "deep" / "kept" / "backend.sqlite").is_file()


async def test_one_backend_holds_a_folder(tmp_path):
    async with LocalBackend(folder=tmp_path, engine=StubEngine()):
        with pytest.raises(LocalBackendError, match=tmp_path.name):
            await LocalBackend(folder=tmp_path, engine=StubEngine()).start()
    async with LocalBackend(folder=tmp_path, engine=StubEngine()):
        pass


async def test_another_process_cant_take_the_folder(tmp_path):
    code = (
        "import asyncio, sys\n"
        "from nemomusic.local import LocalBackend, StubEngine\n"
        "asyncio.run(LocalBackend(folder=sys.argv[1], engine=StubEngine()).start())"
    )
    async with LocalBackend(folder=tmp_path, engine=StubEngine()):
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, str(tmp_path), stderr=subprocess.PIPE
        )
        _, said = await child.communicate()
    assert child.returncode == 1
    assert b"another process is using" in said


async def test_folders_and_files_that_are_not_ours(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(LocalBackendError, match="can't be used"):
        await LocalBackend(folder=tmp_path / "file", engine=StubEngine()).start()
    (tmp_path / "backend.sqlite").write_bytes(b"this is no database at all, just some text")
    with pytest.raises(LocalBackendError, match="can't be used"):
        await LocalBackend(folder=tmp_path, engine=StubEngine()).start()
    (tmp_path / "backend.sqlite").unlink()
    newer = sqlite3.connect(tmp_path / "backend.sqlite")
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(LocalBackendError, match="a newer version"):
        await LocalBackend(folder=tmp_path, engine=StubEngine()).start()
    (tmp_path / "backend.sqlite").unlink()
    async with LocalBackend(folder=tmp_path, engine=StubEngine()):
        pass


async def test_a_folder_of_the_first_format_is_brought_up_to_date(tmp_path):
    async with (
        LocalBackend(folder=tmp_path, engine=StubEngine()) as backend,
        Api(backend) as api,
    ):
        await api.sign_in()
        session = await api.open()
        await api.uploaded(session, "a.mp4")
        await api.say(session, "warm lo-fi")
        before = await api.state(session)
    for piece in before["nemomusic"]["music"].values():  # that format kept no scores
        piece["files"] = {"mix": piece["files"]["mix"]}
    older = sqlite3.connect(tmp_path / "backend.sqlite", isolation_level=None)
    older.execute("ALTER TABLE analyses RENAME COLUMN analysis TO sight")
    older.execute("ALTER TABLE analyses RENAME TO sights")
    for name in ("messages_session", "assets_user", "sessions_user"):
        older.execute(f"DROP INDEX {name}")
    older.execute("DROP TABLE scores")
    older.execute("ALTER TABLE assets DROP COLUMN bytes")
    older.execute("ALTER TABLE messages DROP COLUMN spent")
    older.execute("ALTER TABLE sessions DROP COLUMN opened")
    older.execute("PRAGMA user_version = 1")
    older.close()
    async with (
        LocalBackend(folder=tmp_path, engine=StubEngine()) as backend,
        Api(backend, api.token) as api,
    ):
        after = await api.state(session)
    for piece in before["nemomusic"]["music"].values():  # an older format knows no sources
        piece["files"] = {"mix": piece["files"]["mix"]}
    assert after == before


async def test_loopback_only_and_taken_ports():
    for host in ("0.0.0.0", "192.168.1.1", "example.com", "127.0.0.1.example.com"):
        with pytest.raises(ConfigurationError, match="loopback"):
            LocalBackend(options=LocalOptions(host=host))
    async with LocalBackend(engine=StubEngine()) as first:
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(LocalBackendError, match="can't listen"):
            await LocalBackend(engine=StubEngine(), options=LocalOptions(port=port)).start()


async def test_closing_twice_and_using_before_and_after():
    backend = LocalBackend(engine=StubEngine())
    for _ in range(2):
        with pytest.raises(LocalBackendError, match="not running"):
            _ = backend.url
        with pytest.raises(LocalBackendError, match="not running"):
            backend.issue_token()
        await backend.start()
        await backend.start()
        await backend.close()
        await backend.close()


async def test_what_was_under_way_when_it_was_closed(tmp_path):
    engine = Held()
    async with (
        LocalBackend(folder=tmp_path, engine=engine, faithful=True) as backend,
        Api(backend) as api,
    ):
        await api.sign_in()
        token, session = api.token, await api.open()
        await api.uploaded(session, "a.mp4")
        await api.render(session, "render_1")
        await engine.started.wait()
        engine.started.clear()
        async with api.streaming(session, "warm lo-fi"):
            await engine.started.wait()
            await backend.close()
    # and what a kill leaves behind: a message without an end, its credits frozen
    with sqlite3.connect(tmp_path / "backend.sqlite") as db:
        db.execute("UPDATE messages SET outcome = NULL")
        db.execute("UPDATE users SET available = 0, frozen = 100")
        db.execute("UPDATE renders SET status = 'processing', progress = 60")
    db.close()
    (tmp_path / "tmp" / "left.mp4").write_bytes(b"half")
    async with (
        LocalBackend(folder=tmp_path, engine=StubEngine(), faithful=True) as backend,
        Api(backend, token) as api,
    ):
        assert await api.credits() == (100, 0, 100)
        assert (await api.rendered("render_1"))["status"] == "completed"
        assert list((tmp_path / "tmp").iterdir()) == []
        state = await api.state(session)
        assert segments(state["draft"], 1) == []
        (turn,) = state["nemomusic"]["turns"]
        assert (turn["state"], turn["charged"]) == ("interrupted", 0)
    assert backend.ledger.messages == {session: ["warm lo-fi"]}


async def test_saved_work_is_paid_for_when_the_backend_is_killed_before_the_end(tmp_path):
    class HeldCheck(StubEngine):
        def __init__(self):
            super().__init__()
            self.started, self.go = asyncio.Event(), asyncio.Event()

        async def check_sources(self, plan, progress, *, frames=True):
            self.started.set()
            await self.go.wait()

    engine = HeldCheck()
    async with (
        LocalBackend(folder=tmp_path / "one", engine=engine, faithful=True) as backend,
        Api(backend) as api,
    ):
        await api.sign_in()
        token, session = api.token, await api.open()
        await api.uploaded(session, "a.mp4")
        async with api.streaming(session, "warm lo-fi") as answer:
            await engine.started.wait()
            (turn,) = (await api.state(session))["nemomusic"]["turns"]
            assert (turn["state"], turn["charged"]) == ("running", 0)
            # what a kill leaves behind at this moment
            shutil.copytree(tmp_path / "one", tmp_path / "two")
            engine.go.set()
            await answer.read()
        assert await api.credits() == (0, 0, 0)
    async with (
        LocalBackend(folder=tmp_path / "two", engine=StubEngine(), faithful=True) as backend,
        Api(backend, token) as api,
    ):
        state = await api.state(session)
        assert len(segments(state["draft"], 1)) == 1
        (turn,) = state["nemomusic"]["turns"]
        assert (turn["state"], turn["charged"]) == ("applied", 100)
        assert await api.credits() == (0, 0, 0)


async def test_no_token_is_kept_in_plain(tmp_path):
    async with (
        LocalBackend(folder=tmp_path, engine=StubEngine()) as backend,
        Api(backend) as api,
    ):
        await api.sign_in()
        other = backend.issue_token()
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"user_1" in everything
    assert api.token.encode() not in everything
    assert other.encode() not in everything


async def test_middlewares_stand_around_everything():
    from aiohttp import web

    @web.middleware
    async def teapot(request, handler):
        return web.Response(status=418) if "X-Teapot" in request.headers else await handler(request)

    async with (
        LocalBackend(engine=StubEngine(), options=LocalOptions(middlewares=[teapot])) as backend,
        Api(backend) as api,
    ):
        async with api.http.get(backend.url, headers={"X-Teapot": "1"}) as answer:
            assert answer.status == 418
        await api.sign_in()


def test_importing_it_is_light():
    code = (
        "import sys, json, nemomusic.local\n"
        "import nemomusic.local.backend, nemomusic.local.workers.engine\n"
        "names = ('aiohttp', 'aiohttp.web', 'av', 'numpy', 'PIL')\n"
        "print(json.dumps([n for n in names if n in sys.modules]))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    ).stdout
    assert json.loads(said) == []


def test_the_stub_needs_none_of_the_engines_libraries():
    code = (
        "import asyncio, sys\n"
        "for name in ('av', 'numpy', 'PIL'): sys.modules[name] = None\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from support.local_api import Api\n"
        "from nemomusic.local import LocalBackend, StubEngine\n"
        "async def main():\n"
        "    async with LocalBackend(engine=StubEngine()) as backend, Api(backend) as api:\n"
        "        await api.sign_in()\n"
        "        session = await api.open()\n"
        "        await api.uploaded(session, 'a.mp4')\n"
        "        print(await api.reply(session, 'warm lo-fi'))\n"
        "asyncio.run(main())"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(TESTS)], capture_output=True, check=True, text=True
    ).stdout
    assert "lo-fi, 80 BPM" in said


def test_names_are_lazy_and_complete():
    import nemomusic.local

    for name in nemomusic.local.__all__:
        assert getattr(nemomusic.local, name).__name__ == name
        assert name in dir(nemomusic.local)
    with pytest.raises(AttributeError, match="nothing"):
        _ = nemomusic.local.nothing


async def test_an_unused_session_is_as_old_as_its_opening(tmp_path):
    async with (
        LocalBackend(folder=tmp_path, engine=StubEngine()) as backend,
        Api(backend) as api,
    ):
        await api.sign_in()
        await api.open()
    opened = time.time()
    young = clean_folder(tmp_path, before=opened - 60, dry_run=True)
    assert young.sessions == 0
    old = clean_folder(tmp_path, before=opened + 60, dry_run=True)
    assert old.sessions == 1
