"""The backend's folder is for its owner alone, and web pages get nothing from it."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from nemomusic import errors
from nemomusic.local import LocalBackend, LocalOptions, StubEngine
from nemomusic.local.http.address_space import is_public
from nemomusic.local.private_files import (
    TEMPORARY_PREFIX,
    LockedTemporaryFolder,
    create,
    delete_folder,
    sweep_temporary_folders,
)
from nemomusic.local.storage.store import Store
from support.local_api import ATTRIBUTION, Api
from support.rows import one_in
from support.worker_processes import posix


def modes(folder: Path) -> dict[str, int]:
    found = {".": stat.S_IMODE(folder.stat().st_mode)}
    for path in folder.rglob("*"):
        found[str(path.relative_to(folder))] = stat.S_IMODE(path.stat().st_mode)
    return found


@posix
@pytest.mark.parametrize("umask", one_in(2, [0o000, 0o022]))
async def test_everything_is_private_whatever_the_umask(tmp_path, tiny_clip, umask):
    before = os.umask(umask)
    try:
        folder = tmp_path / "deep" / "kept"
        async with (
            LocalBackend(folder, options=LocalOptions(workers=1)) as backend,
            Api(backend) as api,
        ):
            await api.sign_in()
            session = await api.open()
            await api.upload(session, ("trip.mp4", tiny_clip.read_bytes()))
            await api.say(session, "warm lo-fi")
            await api.render(session, "render_1")
            assert (await api.rendered("render_1"))["status"] == "completed"
            found = modes(folder)
        assert {mode for name, mode in found.items() if (folder / name).is_dir()} == {0o700}
        files = {name: mode for name, mode in found.items() if not (folder / name).is_dir()}
        assert {name.split("/")[0] for name in files} >= {"files", "music", "renders", ".lock"}
        assert {name: oct(mode) for name, mode in files.items() if mode & 0o077} == {}
    finally:
        os.umask(before)


@posix
async def test_a_folder_that_others_could_read_is_closed(tmp_path):
    async with LocalBackend(tmp_path / "old", engine=StubEngine()):
        pass
    for path in (tmp_path / "old").rglob("*"):
        path.chmod(0o777 if path.is_dir() else 0o666)
    async with LocalBackend(tmp_path / "old", engine=StubEngine()):
        assert set(modes(tmp_path / "old" / "files").values()) == {0o700}
        assert modes(tmp_path / "old")["backend.sqlite"] == 0o600


@posix
def test_no_link_is_followed_and_nothing_is_hit(tmp_path):
    (tmp_path / "target").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    for name in ("link", "target"):
        with pytest.raises(FileExistsError):
            create(tmp_path / name)
    assert (tmp_path / "target").read_text() == "mine"


def _link(path: Path) -> None:
    target = path.parent.parent / "precious"
    target.mkdir()
    (target / "file").write_text("mine")
    path.symlink_to(target)


ODD_FOLDERS = {
    "files is a file": ("files", Path.touch),
    "files is a link": ("files", _link),
    "tmp is a link": ("tmp", _link),
    "the database is a folder": ("backend.sqlite", Path.mkdir),
    "the database is a pipe": ("backend.sqlite", os.mkfifo),
    "the database is a link": ("backend.sqlite", lambda path: path.symlink_to("/dev/null")),
    "the database leads nowhere": ("backend.sqlite", lambda path: path.symlink_to("nowhere")),
    "the database is text": ("backend.sqlite", lambda path: path.write_text("hello " * 99)),
    "the lock is a folder": (".lock", Path.mkdir),
    "the lock is a link": (".lock", lambda path: path.symlink_to("nowhere")),
}


@posix
@pytest.mark.parametrize("case", ODD_FOLDERS)
async def test_an_odd_folder_is_refused_by_name_and_nothing_in_it_is_hit(tmp_path, case):
    name, make = ODD_FOLDERS[case]
    folder = tmp_path / "kept"
    folder.mkdir()
    make(folder / name)
    with pytest.raises(errors.LocalBackendError, match="can't be used: ") as caught:
        await LocalBackend(folder, engine=StubEngine()).start()
    assert str(folder) in caught.value.message
    assert caught.value.remedy
    assert not (folder / "nowhere").exists()
    if make is _link:
        assert (tmp_path / "precious" / "file").read_text() == "mine"


@posix
async def test_what_is_left_in_a_folder_is_deleted_and_links_are_not_followed(
    tmp_path, monkeypatch
):
    """A thread deletes it: the event loop is the program's own, and files may be large."""
    threads, rmtree = [], shutil.rmtree

    def watched(*args: object, **more: object) -> None:
        threads.append(threading.current_thread())
        rmtree(*args, **more)

    async with LocalBackend(tmp_path / "kept", engine=StubEngine()) as backend:
        pass
    _link(tmp_path / "kept" / "link")
    (tmp_path / "kept" / "link").rename(backend.folder / "tmp" / "link")
    (backend.folder / "tmp" / "folder").mkdir()
    (backend.folder / "tmp" / "file").touch()
    monkeypatch.setattr(shutil, "rmtree", watched)
    async with LocalBackend(tmp_path / "kept", engine=StubEngine()):
        assert list((backend.folder / "tmp").iterdir()) == []
    async with LocalBackend(engine=StubEngine()):
        pass  # its own folder is deleted at its end
    assert len(threads) == 2
    assert threading.main_thread() not in threads
    assert (tmp_path / "precious" / "file").read_text() == "mine"


@pytest.mark.parametrize("port", ["none", "999999", "-1", ""])
async def test_a_port_that_makes_no_sense_is_not_taken_again(tmp_path, port):
    async with LocalBackend(tmp_path, engine=StubEngine()):
        pass
    store = Store(tmp_path / "backend.sqlite")
    store.set_note("port", port)
    store.close()
    async with LocalBackend(tmp_path, engine=StubEngine()) as backend:
        assert backend.url


@posix
async def test_folders_of_killed_backends_are_swept_and_no_others(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    code = (
        "import asyncio, os\n"
        "from nemomusic.local import LocalBackend, StubEngine\n"
        "async def main():\n"
        "    backend = LocalBackend(engine=StubEngine())\n"
        "    await backend.start()\n"
        "    print(backend.folder, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    killed = Path(said.decode().strip())
    assert killed.is_dir()
    foreign = tmp_path / f"{TEMPORARY_PREFIX}without-a-lock"
    foreign.mkdir()
    async with LocalBackend(engine=StubEngine()) as alive:
        assert killed.is_dir()  # it is young: its process may be about to lock it
        old = time.time() - 3600
        for folder in (killed, foreign, alive.folder):
            os.utime(folder, (old, old))
        sweep_temporary_folders()
        assert not killed.exists()
        assert foreign.is_dir()
        assert alive.folder.is_dir()


def test_the_folder_of_a_cluster_that_was_killed_goes_with_the_next_one(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    code = (
        "import os\n"
        "from nemomusic.local.private_files import LockedTemporaryFolder\n"
        "folder = LockedTemporaryFolder('nemomusic-store-')\n"
        "print(folder.path, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=False)
    killed = Path(done.stdout.decode().strip()).parent
    alive = LockedTemporaryFolder("nemomusic-store-")
    old = time.time() - 3600
    for folder in (killed, alive.path.parent):
        os.utime(folder, (old, old))
    other = LockedTemporaryFolder("nemomusic-store-")
    assert sorted(tmp_path.iterdir()) == sorted([alive.path.parent, other.path.parent])
    for folder in (alive, other):
        folder.cleanup()
    assert list(tmp_path.iterdir()) == []


async def test_a_folder_is_deleted_even_if_its_owner_is_canceled(tmp_path):
    (tmp_path / "scratch").mkdir()
    (tmp_path / "scratch" / "file").touch()
    deleting = asyncio.create_task(delete_folder(tmp_path / "scratch"))
    await asyncio.sleep(0)
    deleting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await deleting
    assert list(tmp_path.iterdir()) == []


async def test_a_client_id_that_others_know_opens_nothing(tmp_path):
    async with LocalBackend(tmp_path, engine=StubEngine()) as backend, Api(backend) as api:
        own = await api.sign_in(backend.client_id)
        assert (await api.sign_in(backend.client_id))["user_id"] == own["user_id"]
        first = await api.sign_in("known-to-others")
        session = await api.open()
        second = await api.sign_in("known-to-others")
        assert first["user_id"] != second["user_id"]
        status, body = await api.call("GET", f"/api/state/nemo_agent/me/{session}/latest")
        assert (status, body["code"]) == (404, 1002)
        client_id = backend.client_id
        assert str(tmp_path) not in client_id
    async with LocalBackend(tmp_path, engine=StubEngine()) as backend:
        assert backend.client_id == client_id
    async with LocalBackend(tmp_path / "other", engine=StubEngine()) as backend:
        assert backend.client_id != client_id


async def test_web_pages_of_other_origins_are_refused():
    async with LocalBackend(engine=StubEngine()) as backend, Api(backend) as api:
        await api.sign_in()
        for origin in ("https://evil.example", "null", "http://127.0.0.1:1", backend.url + ".x"):
            for path in ("/api/credits/balance/simple", "/cdn/key/name"):
                async with api.http.get(backend.url + path, headers={"Origin": origin}) as answer:
                    assert answer.status == 403, origin
        both = [("Origin", backend.url), ("Origin", "https://evil.example")]
        async with api.http.get(f"{backend.url}/cdn/key/name", headers=both) as answer:
            assert answer.status == 403
        headers = {"Origin": backend.url}
        status, _ = await api.call("GET", "/api/credits/balance/simple", headers=headers)
        assert status == 200


async def test_files_are_media_and_nothing_else():
    async with LocalBackend(engine=StubEngine()) as backend, Api(backend) as api:
        await api.sign_in()
        session = await api.open()
        page = ("page.webm", b"<html><script>alert(1)</script>")
        _, body = await api.upload(session, page)
        (file,) = body["data"]["files"]
        await api.say(session, "lo-fi")
        await api.render(session, "render_1")
        await api.rendered("render_1")
        download = f"{backend.url}/api/render/proxy/render_1/download"
        for url, kind in ((file["cdn_url"], "video/webm"), (download, "video/mp4")):
            headers = {"Authorization": f"Bearer {api.token}", **ATTRIBUTION}
            async with api.http.get(url, headers=headers) as answer:
                assert answer.status == 200
                assert answer.content_type == kind
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("1.1.1.1", True),
        ("2606:4700:4700::1111", True),
        ("2001:4860:4860::8888", True),
        ("64:ff9b::808:808", True),
        ("2002:808:808::1", True),
        ("::ffff:8.8.8.8", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("192.0.0.9", False),
        ("192.88.99.1", False),
        ("198.19.255.255", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::127.0.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:0:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::1", False),
        ("100::1", False),
        ("2001::1", False),
        ("2001:db8::1", False),
        ("2002:7f00:1::1", False),
        ("2606:4700::5efe:127.0.0.1", False),
        ("2606:4700::200:5efe:10.0.0.1", False),
        ("3fff::1", False),
        ("5f00::1", False),
        ("fc00::1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("no address", False),
    ],
)
def test_public_address_space(address, public):
    assert is_public(address) is public
