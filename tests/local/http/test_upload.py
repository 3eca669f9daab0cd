"""Files on their way in and out of the embedded backend."""

from __future__ import annotations

import asyncio
import hashlib
import io
import threading

import aiohttp
import attrs
import pytest
from aiohttp import web
from yarl import URL

from nemomusic.engine.errors import MediaError
from nemomusic.local import EngineError, LocalBackend, LocalOptions, StubEngine
from nemomusic.local.http import incoming_files
from nemomusic.local.http.forms import parameters
from nemomusic.local.http.url_fetcher import is_public
from nemomusic.local.workers.engine import EngineStartError
from nemomusic.protocol.multipart import Form
from support.local_api import Api, segments

FORM = {"Content-Type": "multipart/form-data; boundary=x"}


class Sniffing(StubEngine):
    """Says what the first bytes say, whatever the name."""

    async def probe(self, path):
        kind, _, _ = path.read_text().partition(" ")
        if kind not in {"video", "image", "audio"}:
            raise MediaError(f"{path.name} is not a media file.", remedy="Check it.")
        return attrs.evolve(await super().probe(path), kind=kind)


@pytest.fixture
async def backend():
    async with LocalBackend(engine=StubEngine()) as backend:
        yield backend


@pytest.fixture
async def api(backend):
    async with Api(backend) as api:
        await api.sign_in()
        yield api


async def test_several_files_go_to_the_end_of_the_timeline(backend, api):
    session = await api.open()
    files = await api.uploaded(session, "b.mp4", "still.PNG", "song.mp3")
    assert [file["file_type"] for file in files] == ["video", "image", "audio"]
    assert files[0]["hash"] == hashlib.sha256(b"content of b.mp4").hexdigest()
    await api.uploaded(session, "a.mov")
    state = await api.state(session)
    shown = [(one["m"]["name"], one["s"], one["d"]) for one in segments(state["draft"], 0)]
    assert shown == [("b", 0, 10000), ("still", 10000, 3000), ("a", 13000, 10000)]
    assert state["draft"]["d"] == 23000
    names = [info["filename"] for info in state["video_infos"]]
    assert names == ["b.mp4", "still.PNG", "song.mp3", "a.mov"]
    assert sum(backend.ledger.uploads.values()) == 4


async def test_names_survive_and_paths_do_not(api):
    session = await api.open()
    names = ["城市 夜景.mp4", "../../etc/passwd.mp4", "a\\b\\c.mp4", 'q"uote%41.mp4', "😀.mp4"]
    files = []
    for name in names:
        status, body = await api.upload(session, (name, name.encode()))
        assert status == 200, body
        files += body["data"]["files"]
    shown = [file["filename"] for file in files]
    assert shown[:3] == ["城市 夜景.mp4", "passwd.mp4", "c.mp4"]
    assert shown[4] == "😀.mp4"
    for file, name in zip(files, names, strict=True):
        async with api.http.get(file["cdn_url"]) as answer:
            assert await answer.read() == name.encode()


async def test_the_same_content_twice_is_kept_once(backend, api):
    session = await api.open()
    for _ in range(2):
        await api.upload(session, ("a.mp4", b"same"), ("b.mp4", b"same"))
    assert len(list((backend.folder / "files").iterdir())) == 1
    assert list(backend.ledger.uploads.values()) == [4]
    assert len((await api.state(session))["video_infos"]) == 4


async def test_content_decides_not_the_name():
    async with LocalBackend(engine=Sniffing()) as backend, Api(backend) as api:
        await api.sign_in()
        session = await api.open()
        for name, content, said in (
            ("a.mp4", b"audio", "this is audio under a name that ends in .mp4"),
            ("a.mp3", b"video", "this is video under a name that ends in .mp3"),
            ("a.jpg", b"video", "this is video under a name that ends in .jpg"),
            ("a.mp4", b"text", "a.mp4 is not a media file. Check it."),
        ):
            status, body = await api.upload(session, (name, content))
            assert (status, body["code"]) == (415, 4001)
            assert said in body["message"]
        assert (await api.upload(session, ("a.gif", b"video")))[0] == 200
        assert [info["file_type"] for info in (await api.state(session))["video_infos"]] == [
            "video"
        ]


@pytest.mark.parametrize(
    "kwargs",
    [
        {"data": b"", "headers": FORM},
        {"data": b"--x\r\n\r\nno name\r\n--x--\r\n", "headers": FORM},
        {"data": b"junk", "headers": {"Content-Type": "multipart/form-data"}},
        {"data": b"junk", "headers": {"Content-Type": "text/plain"}},
        {"json": {}},
        {"json": {"urls": []}},
        {"json": {"urls": [1]}},
        {"json": {"urls": "https://example.com/a.mp4"}},
    ],
)
async def test_malformed_uploads_are_422(api, kwargs):
    session = await api.open()
    status, body = await api.call("POST", f"/api/upload-video/nemo_agent/me/{session}", **kwargs)
    assert status == 422
    assert body["detail"][0]["loc"][0] == "body"


async def test_an_upload_that_is_cut_off_leaves_nothing(backend, api):
    session = await api.open()

    async def cut():
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.mp4"\r\n\r\n'
        yield b"y" * 3_000_000
        raise RuntimeError

    with pytest.raises((RuntimeError, aiohttp.ClientError)):
        await api.call(
            "POST",
            f"/api/upload-video/nemo_agent/me/{session}",
            data=cut(),
            headers=FORM,
        )
    while list((backend.folder / "tmp").iterdir()):
        await api.credits()
    assert list((backend.folder / "files").iterdir()) == []
    assert backend.ledger.uploads == {}


class SlowFile(io.BytesIO):
    """A file whose write in a thread takes until it is let go."""

    def __init__(self):
        super().__init__()
        self.writing, self.free = threading.Event(), threading.Event()
        self.closed_at_the_end = True

    def write(self, data):
        self.writing.set()
        self.free.wait(60)
        self.closed_at_the_end = not self.closed
        return len(data)


@pytest.mark.parametrize("size", [100, 2 * 2**20])
async def test_a_cancelled_upload_closes_its_file_when_the_thread_is_done(
    backend, monkeypatch, size
):
    file = SlowFile()
    monkeypatch.setattr(incoming_files, "create", lambda _: file)

    async def pieces():
        yield bytes(size)
        yield bytes(size)

    with incoming_files.Incoming(backend._running) as incoming:
        task = asyncio.create_task(incoming.receive("a.mp4", pieces()))
        while not file.writing.is_set():
            await asyncio.sleep(0.001)
        task.cancel()
        for _ in range(10):
            await asyncio.sleep(0)
        assert not file.closed
        file.free.set()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert file.closed
    assert file.closed_at_the_end


async def test_files_are_served_as_by_a_cdn(api):
    session = await api.open()
    content = b"".join(number.to_bytes(4) for number in range(2560))
    _, body = await api.upload(session, ("a.mp4", content))
    url = body["data"]["files"][0]["cdn_url"]
    async with api.http.head(url) as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (200, "10240")
        tag = answer.headers["ETag"]
        assert answer.content_type == "video/mp4"
        assert answer.headers["Accept-Ranges"] == "bytes"
        date = answer.headers["Last-Modified"]
    old = "Sat, 01 Jan 2000 00:00:00 GMT"
    for headers, status, part in (
        ({"Range": "bytes=100-199"}, 206, content[100:200]),
        ({"Range": "bytes=10000-"}, 206, content[10000:]),
        ({"Range": "bytes=100-199", "If-Range": tag}, 206, content[100:200]),
        ({"Range": "bytes=100-199", "If-Range": '"other"'}, 200, content),
        ({"Range": "bytes=100-199", "If-Range": f"W/{tag}"}, 200, content),
        ({"Range": "bytes=100-199", "If-Range": date}, 206, content[100:200]),
        ({"Range": "bytes=100-199", "If-Range": old}, 200, content),
        ({"Range": "bytes=-100"}, 206, content[-100:]),
        ({"Range": "bytes=-99999"}, 206, content),
        ({"Range": "bytes=10000-99999"}, 206, content[10000:]),
        ({"Range": f"bytes={'9' * 5000}-"}, 200, content),
        ({"Range": "bytes=0-9,20-29"}, 200, content),
        ({"Range": "lines=1-2"}, 200, content),
        ({"Range": "bytes=99999-"}, 416, b""),
        ({"Range": "bytes=10240-"}, 416, b""),
        ({"Range": "bytes=-0"}, 416, b""),
        ({"If-None-Match": tag}, 304, b""),
        ({"If-None-Match": f'"other", W/{tag}'}, 304, b""),
        ({"If-None-Match": "*"}, 304, b""),
        ({"If-None-Match": '"other"', "If-Modified-Since": date}, 200, content),
        ({"If-Modified-Since": date}, 304, b""),
        ({"If-Modified-Since": old}, 200, content),
        ({"If-Match": tag}, 200, content),
        ({"If-Match": '"other"'}, 412, b""),
        ({"If-Unmodified-Since": old}, 412, b""),
    ):
        async with api.http.get(url, headers=headers) as answer:
            assert (answer.status, await answer.read()) == (status, part), headers
        if status == 206:
            first = content.index(part)
            said = f"bytes {first}-{first + len(part) - 1}/{len(content)}"
            assert answer.headers["Content-Range"] == said
        elif status == 416:
            assert answer.headers["Content-Range"] == f"bytes */{len(content)}"
        if status in {200, 206, 304}:
            assert answer.headers["ETag"] == tag
    for wrong in (url.replace("/cdn/", "/cdn/x"), url.rpartition("/cdn/")[0] + "/cdn/..%2f/x"):
        async with api.http.get(wrong) as answer:
            assert answer.status == 404


@pytest.fixture
async def origin():
    """Give a web server on loopback: films, redirects and errors."""

    async def video(_: web.Request) -> web.Response:
        return web.Response(body=b"from the web", content_type="video/mp4")

    async def named(_: web.Request) -> web.Response:
        headers = {"Content-Disposition": 'attachment; filename="named.webm"'}
        return web.Response(body=b"named", headers=headers)

    async def away(request: web.Request) -> web.Response:
        raise web.HTTPFound(request.query["to"])

    async def astray(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": request.query["to"]})

    async def odd(_: web.Request) -> web.Response:
        headers = {"Content-Type": "video/mp4; boundary*=utf-16''x"}
        headers["Content-Disposition"] = "attachment; filename*0*=utf-16''x; filename=odd"
        return web.Response(body=b"odd", headers=headers)

    async def gone(_: web.Request) -> web.Response:
        raise web.HTTPGone

    app = web.Application()
    app.router.add_get("/film.mp4", video)
    app.router.add_get("/film", video)
    app.router.add_get("/named", named)
    app.router.add_get("/away", away)
    app.router.add_get("/gone.mp4", gone)
    app.router.add_get("/astray", astray)
    app.router.add_get("/odd", odd)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_uploads_by_url(origin):
    async with (
        LocalBackend(engine=StubEngine(), options=LocalOptions(allow_private_urls=True)) as backend,
        Api(backend) as api,
    ):
        await api.sign_in()
        session = await api.open()
        path = f"/api/upload-video/nemo_agent/me/{session}"
        urls = [f"{origin}/{name}" for name in ("film.mp4", "film", "named", "away?to=/film.mp4")]
        data = await api.data("POST", path, json={"urls": urls, "source_type": "url"})
        names = [file["filename"] for file in data["files"]]
        assert names == ["film.mp4", "film.mp4", "named.webm", "film.mp4"]
        odd = await api.data("POST", path, json={"urls": [f"{origin}/odd"]})
        assert [file["filename"] for file in odd["files"]] == ["odd.mp4"]
        places = ("http://[::1", "//[", "http://a:999999/", "http://\xff/", "http://xn--a/", "")
        for url in (
            f"{origin}/gone.mp4",
            f"{origin}/away?to=/away",
            "ftp://example.com/a.mp4",
            *(str(URL(f"{origin}/astray") % {"to": place}) for place in places),
        ):
            status, body = await api.call("POST", path, json={"urls": [url]})
            assert (status, body["code"]) == (400, 400)
        status, body = await api.call("POST", path, json={"urls": [f"{origin}/named", ":"]})
        assert status == 400
        assert len((await api.state(session))["video_infos"]) == 5


async def test_private_addresses_are_refused(backend, api, origin):
    session = await api.open()
    port = origin.rpartition(":")[2]
    for url in (
        f"{origin}/film.mp4",
        f"http://localhost:{port}/film.mp4",
        f"http://[::1]:{port}/film.mp4",
        f"http://2130706433:{port}/film.mp4",
        f"http://0x7f.1:{port}/film.mp4",
        f"http://user:pass@127.0.0.1:{port}/film.mp4",
        "http://169.254.169.254/latest/meta.mp4",
        "http://[::ffff:10.0.0.1]/a.mp4",
        "file:///etc/passwd.mp4",
        "http://xn--/a.mp4",
        f"http://{'x' * 300}.example/a.mp4",
    ):
        status, body = await api.call(
            "POST", f"/api/upload-video/nemo_agent/me/{session}", json={"urls": [url]}
        )
        assert (status, body["code"]) == (400, 400), url
    assert backend.ledger.uploads == {}


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("nonsense", False),
    ],
)
def test_public_addresses(address, public):
    assert is_public(address) is public


class Failing(StubEngine):
    """Fails to probe."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    async def probe(self, path):
        self.path = path
        raise self.error


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (EngineError("probe needed too much memory"), (415, 4001)),
        (EngineStartError("no worker could be started"), (500, 500)),
        (EngineStartError("no worker could be started", passes=True), (503, 503)),
    ],
)
async def test_an_engine_that_fails_says_why_and_leaves_nothing(error, answer):
    engine = Failing(error)
    async with LocalBackend(engine=engine) as backend, Api(backend) as api:
        await api.sign_in()
        session = await api.open()
        status, body = await api.upload(session, ("trip.mp4", b"\0" * 64))
        assert (status, body["code"]) == answer
        assert error.message in body["message"]
        assert list((backend.folder / "tmp").iterdir()) == []
        assert not await api.draft(session) or (await api.draft(session))["t"] == []


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('form-data; name="files"; filename="a.mp4"', "a.mp4"),
        ("form-data; name=files; filename=a.mp4", "a.mp4"),
        ('form-data; filename="a;b;c; name=x.mp4"; name="files"', "a;b;c; name=x.mp4"),
        (r'form-data; name="files"; filename="say \"hi\".mp4"', 'say "hi".mp4'),
        (r'form-data; name="files"; filename="back\slash.mp4"', r"back\slash.mp4"),
        ('form-data; name="files"; filename="tail.mp4\\"', "tail.mp4\\"),
        ('form-data; name="files"; filename="/x/a.mp4"; filename="b.mp4"', "/x/a.mp4"),
        ("form-data; name=\"files\"; filename*=UTF-8''%E9%9F%B3.mp4; filename=x", "音.mp4"),
        ("form-data; name=\"files\"; filename=x.mp4; filename*=none''%E9.mp4", "x.mp4"),
        ('form-data; name="files"; filename="=;=;\'.mp4"', "=;=;'.mp4"),
        ('form-data; name="files"; filename=""', ""),
        ('form-data; name="files"', None),
    ],
)
def test_names_of_a_part(header, name):
    found = parameters(header)
    assert found["name"] == "files"
    assert found.get("filename") == name


ODD_NAMES = (
    *(
        "-dash",
        "~",
        "%0A",
        "a\nb",
        "a\rb",
        "\x1b[31mred",
        "\x9b1m",
        "\u202egpj",
        "e\u0301",
        "\ufeff",
    ),
    *(" ", "", "\ud7ff", "\xad", "...", "#x?y&z", "a;b;c", ';";', "back\\slash", "$(id)", "\u2028"),
    *(
        "\udcff\udcfe",
        "\x01",
        "\x7f",
        "x" * 251,
        "漢" * 83,
        "\U0001f600" * 62,
        "con",
        "100%",
        "a/../b",
    ),
)


async def test_any_name_arrives_and_is_fetched_back(api):
    session = await api.open()
    for number, stem in enumerate(ODD_NAMES):
        content = f"film {number}".encode()
        head = Form().head(f"{stem}.mp4", "video/mp4", first=True)
        boundary = head.partition(b"\r\n")[0].removeprefix(b"--")
        status, body = await api.call(
            "POST",
            f"/api/upload-video/nemo_agent/me/{session}",
            data=head + content + b"\r\n--" + boundary + b"--\r\n",
            headers={"Content-Type": f"multipart/form-data; boundary={boundary.decode()}"},
        )
        assert status == 200, (stem, body)
        (file,) = body["data"]["files"]
        assert file["filename"].isprintable()
        assert file["filename"].endswith(".mp4")
        async with api.http.get(file["cdn_url"]) as answer:
            assert await answer.read() == content
