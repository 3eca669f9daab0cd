"""Requests beyond every bound: refused at once, with the bound in words, and the loop goes on."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import logging
import math
import os
import socket
import sys
import zlib

import aiohttp
import attrs
import pytest
from yarl import URL

from nemomusic.engine.types import TrackChoice
from nemomusic.local import Limits, LocalBackend, LocalOptions, StubEngine
from nemomusic.local.http.connections import SeldomOutOfDescriptors, connection_limits
from nemomusic.testing import StubBackend
from support.fast import fast, open_files
from support.local_api import Api
from support.loop_silence import listening

if sys.platform != "win32":
    import resource

SILENT = 0.5
"""Seconds of CPU time before the loop's next turn. `benchmarks/bounds.py` measures."""


@pytest.fixture
async def api():
    async with LocalBackend(engine=StubEngine()) as backend, Api(backend) as api:
        await api.sign_in()
        yield api


def headers(api: Api) -> dict[str, str]:
    return {"Content-Type": "application/json"}


MB = 2**20
COSTLY = {
    "64 MB of brackets": (b"[]" * (32 * MB), 413),
    "8 MB of brackets": (b"[" * (4 * MB) + b"]" * (4 * MB), 422),
    "a million objects": (b"[" + b",".join([b"{}"] * 10**6) + b"]", 422),
    "deep": (b"[" * 90_000 + b"]" * 90_000, 422),
    "long numbers": (b"[" + b",".join([b"9" * 4200] * 1900) + b"]", 422),
    "one long number": (b'{"a":' + b"7" * 100_000 + b"}", 422),
    "long text": (b'{"a":"' + b"\\u1234" * 1_300_000 + b'"}', 422),
    "spaces": (b" " * (8 * MB - 10) + b"{}", 422),
    "not UTF-8": (b'{"a":"' + b"\xff" * MB + b'"}', 422),
}


@pytest.mark.parametrize("path", ["/run_sse", "/api/render/proxy/lambda"])
@pytest.mark.parametrize("name", COSTLY)
async def test_costly_json_is_refused_and_the_loop_goes_on(api, path, name):
    body, expected = COSTLY[name]
    async with listening() as silence:
        status, _ = await api.call("POST", path, data=io.BytesIO(body), headers=headers(api))
    assert status == expected
    assert silence.longest < SILENT


async def test_a_body_without_a_length_is_bounded_too(api):
    async def endless():
        while True:
            yield b"[]," * 2**16

    async with listening() as silence:
        status, body = await api.call("POST", "/run_sse", data=endless(), headers=headers(api))
    assert (status, body["code"]) == (413, 413)
    assert "at most 8 MB" in body["message"]
    assert silence.longest < SILENT


async def test_an_error_shows_no_large_body_again(api):
    status, body = await api.call("POST", "/run_sse", json={"a": "x" * 10_000})
    assert status == 422
    assert len(json.dumps(body)) < 2000


def video(api: Api, **about) -> dict:
    return {"m": about, "t": [{"tt": 0, "sg": []}, {"tt": 1, "sg": []}, {"tt": 7, "sg": []}]}


async def test_drafts_beyond_the_bounds(api):
    session = await api.open()
    (file,) = await api.uploaded(session, "a.mp4")
    one = {"d": 2000, "m": {"url": file["cdn_url"]}}

    async def refused(draft) -> str:
        status, body = await api.render(session, "render_x", draft)
        assert status == 422
        return body["detail"][0]["msg"]

    async def failed(number, draft) -> str:
        status, body = await api.render(session, f"render_{number}", draft)
        assert status == 200, body
        job = await api.rendered(f"render_{number}")
        assert job["status"] == "failed"
        return job["error"]

    many = video(api)
    many["t"][0]["sg"] = [one] * 1001
    async with listening() as silence:
        assert "more than 1000 segments" in await refused(many)
        assert "more than 100 tracks" in await refused({"t": [{"tt": 0, "sg": [one]}] * 101})
        most = video(api)
        most["t"][0]["sg"] = [one | {"d": 2000}] * 500
        most["t"][1]["sg"] = [{"m": {"asset": "none"}}] * 500
        assert "doesn't have: 'none'" in await failed(1, most)
        long = video(api)
        long["t"][0]["sg"] = [one | {"d": 24 * 3600 * 1000}] * 1000
        assert "at most 1400 s" in await failed(2, long)
        narrow = video(api, width=17, height=20000)
        narrow["t"][0]["sg"] = [one]
        assert "too narrow" in await failed(3, narrow)
        wordy = video(api)
        wordy["t"][0]["sg"] = [one]
        wordy["t"][2]["sg"] = [{"m": {"text": "x" * 501}}]
        assert "more than 500 characters" in await failed(4, wordy)
    assert silence.longest < SILENT


async def test_a_long_message_is_read_beside_the_loop(api):
    session = await api.open()
    async with listening() as silence:
        assert await api.reply(session, "慢一点" * 3333)
    assert silence.longest < SILENT


async def test_names_and_languages_have_a_length(api):
    path = "/api/tasks/me/with-session/nemo_agent"
    for body in ({"task_name": "x" * 501}, {"language": "e" * 36}):
        status, answer = await api.call("POST", path, json=body)
        assert status == 422
        assert "at most" in answer["detail"][0]["msg"]


class Long(StubEngine):
    """Clips last as long as their name says."""

    async def probe(self, path):
        self.duration = float(path.read_text())
        return await super().probe(path)


async def test_clips_and_timelines_have_a_length():
    limits = Limits(small_video_seconds=math.inf, small_video_pixels=math.inf)
    async with (
        LocalBackend(engine=Long(), options=LocalOptions(limits=limits)) as backend,
        Api(backend) as api,
    ):
        await api.sign_in()
        session = await api.open()
        status, body = await api.upload(session, ("long.mp4", b"3601"))
        assert (status, body["code"]) == (413, 4002)
        assert body["message"].startswith("long.mp4 lasts 3601 s: at most 3600 s")
        for _ in range(3):
            status, body = await api.upload(session, ("part.mp4", b"1100"))
            assert status == 200, body
        status, body = await api.upload(session, ("last.mp4", b"1100"))
        assert (status, body["code"]) == (413, 4002)
        assert "last.mp4 makes the timeline 4400 s long" in body["message"]
        assert (await api.draft(session))["d"] == 3_300_000
        assert list((backend.folder / "tmp").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "seconds", "size", "longest"),
    [
        ("a.mp4", 1050, 10, None),  # 1280x720 with 30 frames a second
        ("a.mp4", 1070, 10, 1059),
        ("a.mp4", 1070, 5 * 10**6, 1059),
        ("a.mp4", 2100, 10**7, None),
        ("a.mp4", 2130, 10**7, 2117),
        ("a.mp4", 3600, 100, 1059),
        ("a.mp4", 3600, 18 * 10**6, None),
        ("a.mp3", 3600, 10, None),
    ],
)
async def test_a_small_file_is_no_long_video(name, seconds, size, longest):
    """What a clip asks for has a bound by its size, so that each ends in time."""
    async with LocalBackend(engine=Long()) as backend, Api(backend) as api:
        await api.sign_in()
        status, body = await api.upload(await api.open(), (name, b"%d" % seconds + b" " * size))
        if longest is None:
            assert status == 200, body
        else:
            assert (status, body["code"]) == (413, 4002)
            assert f"at most {longest} s for a file of this size" in body["message"]


class Costly(Long):
    """The frames of the clips take more time than copied ones."""

    def __init__(self, **facts):
        super().__init__()
        self._facts = facts

    async def probe(self, path):
        return attrs.evolve(await super().probe(path), **self._facts)


@pytest.mark.parametrize(
    ("facts", "longest"),
    [
        ({"width": 16, "height": 16, "fps": 250.0}, 554),
        ({"copyable": False}, 536),
        ({"copyable": False, "recolored": True}, 124),
        ({"recolored": True}, 1059),  # copied all the same
        ({"tracks": TrackChoice(audio=tuple(range(1, 12)))}, 603),
    ],
    ids=["many small frames", "encoded", "HDR", "copied HDR", "11 sound tracks"],
)
async def test_frames_that_take_more_time_count_more(facts, longest):
    async with LocalBackend(engine=Costly(**facts)) as backend, Api(backend) as api:
        await api.sign_in()
        session = await api.open()
        status, body = await api.upload(session, ("a.mp4", b"%d" % (longest - 5)))
        assert status == 200, body
        status, body = await api.upload(session, ("a.mp4", b"%d" % (longest + 5)))
        assert (status, body["code"]) == (413, 4002)
        assert f"at most {longest} s for a file of this size" in body["message"]


async def test_files_of_one_upload_are_counted(api):
    session = await api.open()
    files = [(f"{number}.mp4", b"x") for number in range(51)]
    status, body = await api.upload(session, *files)
    assert status == 422
    assert "at most 50 files" in body["detail"][0]["msg"]


async def test_fields_of_one_form_are_counted(api):
    session = await api.open()
    field = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'
    status, body = await api.call(
        "POST",
        f"/api/upload-video/nemo_agent/me/{session}",
        data=field * 10_000 + b"--x--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )
    assert status == 422
    assert "at most 50 files" in body["detail"][0]["msg"]


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X: y\r\n" * 9999 + b"\r\n",
        (
            b"POST /run_sse HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        ),
        b"POST /run_sse HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"\x16\x03\x01\x00\xa5\x01" + bytes(160),
    ],
    ids=["version", "colon", "long", "many", "two lengths", "negative", "TLS"],
)
async def test_malformed_requests_are_answered_and_fill_no_log(api, caplog, said):
    ((reader, writer),) = await silent_connections(api.backend, 1, said)
    answer = await reader.read()
    writer.close()
    # aiohttp before 3.14 takes any number of headers that keep within its bytes; "/" is no route.
    takes_many = tuple(map(int, aiohttp.__version__.split(".")[:2])) < (3, 14)
    few = (b"HTTP/1.1 404",) if takes_many and said.count(b"\n") > 9999 else ()
    assert answer.startswith((b"HTTP/1.0 400", b"HTTP/1.1 400", *few))
    assert caplog.records == []


async def test_a_client_id_that_is_no_text_is_one_like_others(api, caplog):
    said = (
        b"POST /api/auth/anonymous-token HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Client-Id: \xff\r\n"
        b"Connection: close\r\nContent-Length: 0\r\n\r\n"
    )
    ((reader, writer),) = await silent_connections(api.backend, 1, said)
    assert (await reader.read()).startswith(b"HTTP/1.1 200")
    writer.close()
    assert caplog.records == []


@pytest.mark.parametrize("path", ["/run_sse", "/api/upload-video/nemo_agent/me/SESSION"])
async def test_a_compressed_body_is_refused_before_it_is_decompressed(api, caplog, path):
    status, body = await api.call(
        "POST",
        path.replace("SESSION", await api.open()),
        data=zlib.compress(bytes(2**20)),
        headers={"Content-Type": "multipart/form-data; boundary=x", "Content-Encoding": "deflate"},
    )
    assert status == 415
    assert body["message"] == "a compressed body is not read. Send it without Content-Encoding."
    assert caplog.records == []


FORMS = {
    "lines before the first part": ("boundary=x", b"\n" * 2**18, 422),
    "lines within a part of parts": (
        "boundary=x",
        b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n" + b"\n" * 2**18,
        422,
    ),
    "a field that is no file": (
        "boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\n' + bytes(9 * MB),
        413,
    ),
    "a type that is no text": ("boundary*=utf-16''x", b"--x--\r\n", 422),
}


@pytest.mark.parametrize("name", FORMS)
async def test_forms_with_much_beside_the_files(api, caplog, name):
    parameter, body, expected = FORMS[name]
    path = f"/api/upload-video/nemo_agent/me/{await api.open()}"
    headers = {"Content-Type": f"multipart/form-data; {parameter}"}
    async with listening() as silence:
        status, _ = await api.call("POST", path, data=io.BytesIO(body), headers=headers)
    assert status == expected
    assert silence.longest < SILENT
    assert caplog.records == []


@pytest.mark.parametrize(
    "header",
    [
        b'form-data; name="files"; filename="' + b"x" * 100_000 + b'.mp4"',
        b'form-data; name="files\0"; filename="a\0.mp4"',
        b'form-data; name="fi\rles"; filename="a.mp4"',
    ],
    ids=["long", "NUL", "CR"],
)
async def test_odd_headers_of_parts_are_answered_as_malformed(api, header):
    session = await api.open()
    body = b"--x\r\nContent-Disposition: " + header + b"\r\n\r\nfilm\r\n--x--\r\n"
    status, _ = await api.call(
        "POST",
        f"/api/upload-video/nemo_agent/me/{session}",
        data=body,
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )
    assert status in {400, 415, 422}


async def test_quotas_are_429_or_say_what_is_used_up():
    class Waiting(StubEngine):
        go = asyncio.Event()

        async def analyze(self, path, progress):
            await self.go.wait()
            return await super().analyze(path, progress)

        async def render(self, plan, out, progress):
            await self.go.wait()
            return await super().render(plan, out, progress)

    limits = Limits(turns_per_user=2, renders_per_user=1, sessions_per_user=2, bytes_per_user=40)
    async with (
        LocalBackend(engine=Waiting(), options=LocalOptions(limits=limits)) as backend,
        Api(backend) as api,
    ):
        await api.sign_in()
        session = await api.open()
        await api.uploaded(session, "a.mp4")
        status, body = await api.upload(session, ("b.mp4", b"x" * 30))
        assert (status, body["code"]) == (413, 4002)
        assert str(backend.folder) in body["message"]
        async with api.streaming(session, "lo-fi"), api.streaming(session, "jazz"):
            async with api.streaming(session, "pop") as third:
                assert (third.status, third.headers["Retry-After"]) == (429, "5")
                assert "2 messages are at work already" in await third.text()
        assert (await api.render(session, "render_1"))[0] == 200
        assert (await api.render(session, "render_1"))[0] == 409
        status, body = await api.render(session, "render_2")
        assert (status, body["code"]) == (429, 429)
        Waiting.go.set()
        assert (await api.rendered("render_1"))["status"] == "completed"
        assert (await api.render(session, "render_2"))[0] == 200
        await api.open()
        status, body = await api.call("POST", "/api/tasks/me/with-session/nemo_agent", json={})
        assert (status, body["code"]) == (413, 4002)
    assert backend.ledger.accepted == 2


async def silent_connections(backend, count: int, *said: bytes) -> list[asyncio.StreamReader]:
    host, port = "127.0.0.1", int(backend.url.rpartition(":")[2])
    readers = []
    for number in range(count):
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(said[number % len(said)])
        readers.append((reader, writer))
    return readers


@fast
async def test_idle_slow_and_half_sent_connections_end():
    async with StubBackend() as backend, Api(backend) as api:
        await api.sign_in()
        session = await api.open()
        head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {api.token}\r\n".encode()
        said = (
            b"",
            b"GET /api/cred",
            b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-More: ",
            b"POST /run_sse HTTP/1.1\r\n" + head + b"Content-Length: 99\r\n\r\n{",
            f"POST /api/upload-video/nemo_agent/me/{session} HTTP/1.1\r\n".encode()
            + head
            + b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 999\r\n\r\n--x\r\n"
            + b'Content-Disposition: form-data; name="files"; filename="a.mp4"\r\n\r\nfilm',
        )
        connections = await silent_connections(backend, 10, *said)
        async with asyncio.timeout(180):
            responses = [await reader.read() for reader, _ in connections]
        assert 30 <= asyncio.get_running_loop().time() < 60
        assert [answer[:12] for answer in responses[3:5]] == [b"HTTP/1.1 408"] * 2
        for _, writer in connections:
            writer.close()
        assert list((backend.folder / "tmp").iterdir()) == []
        await api.uploaded(session, "a.mp4")


@pytest.mark.parametrize("leaving", ["stops reading", "hangs up"])
@fast
async def test_a_reader_that_leaves_a_file(leaving):
    """Its connection ends in time, and the file is closed."""
    loop = asyncio.get_running_loop()
    clock = loop.clock
    async with StubBackend(clock=clock) as backend:
        async with Api(backend, backend.issue_token()) as api:
            videos = ("a.mp4", bytes(16 * MB))
            _, body = await api.upload(await api.open(), videos)
        url = URL(body["data"]["files"][0]["cdn_url"])
        with socket.create_connection((url.host, url.port)) as reader:
            reader.setblocking(False)
            said = f"GET {url.raw_path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            await loop.sock_sendall(reader, said.encode())
            assert await loop.sock_recv(reader, 12) == b"HTTP/1.1 200"
            while not files_open(backend):
                await asyncio.sleep(0)
            if leaving == "hangs up":
                reader.close()
            await clock.sleep(60)
            assert files_open(backend) == []
            if leaving == "stops reading":
                got = 0
                with contextlib.suppress(ConnectionError):
                    while piece := await loop.sock_recv(reader, MB):
                        got += len(piece)
                assert got < 16 * MB
        async with Api(backend) as api, api.http.get(url) as answer:
            assert len(await answer.read()) == 16 * MB


@fast
async def test_a_reader_that_takes_no_answers():
    """Requests one after another, whose answers nobody reads: the connection ends in time."""
    loop = asyncio.get_running_loop()
    async with StubBackend(clock=loop.clock) as backend:
        async with Api(backend, backend.issue_token()) as api:
            session = await api.open()
            await api.uploaded(session, *(f"{number}{'x' * 190}.mp4" for number in range(50)))
        head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {api.token}\r\n\r\n"
        request = f"GET /api/state/nemo_agent/me/{session}/latest HTTP/1.1\r\n{head}".encode()
        address = URL(backend.url)
        with socket.socket() as reader:
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.connect((address.host, address.port))
            reader.setblocking(False)
            sending = asyncio.create_task(loop.sock_sendall(reader, request * 500))
            while not unread(backend):
                await asyncio.sleep(0)
            await loop.clock.sleep(120)
            assert unread(backend) == []
            await asyncio.gather(sending, return_exceptions=True)


def unread(backend: StubBackend) -> list[int]:
    """Return bytes of answers that wait for their readers."""
    transports = [one.transport for one in backend._runner.server.connections if one.transport]
    return [size for one in transports if (size := one.get_write_buffer_size())]


def files_open(backend: StubBackend) -> list[str]:
    return [name for name in open_files() if name.startswith(str(backend.folder / "files"))]


async def test_idle_connections_give_way_to_new_ones_and_it_is_said_once(monkeypatch, caplog):
    limits = "nemomusic.local.http.connections.connection_limits"
    monkeypatch.setattr(limits, lambda: (8, 16))
    async with LocalBackend(engine=StubEngine()) as backend:
        connections = await silent_connections(backend, 40, b"")
        async with Api(backend) as api, asyncio.timeout(180):
            await api.sign_in()
            await api.uploaded(await api.open(), "a.mp4")
            for reader, _ in connections[:30]:
                with contextlib.suppress(ConnectionError):
                    assert await reader.read() == b""
        for _, writer in connections:
            writer.close()
    said = [one.message for one in caplog.records if "connections are open" in one.message]
    assert said == ["8 connections are open: idle ones are closed for new ones"]


@fast
async def test_bodies_that_drip_end():
    """A byte every 29 s is no silence of 30 s, and keeps its place for weeks all the same."""
    async with StubBackend() as backend, Api(backend) as api:
        await api.sign_in()
        session = await api.open()
        host = f"Host: 127.0.0.1\r\nAuthorization: Bearer {api.token}\r\n"
        form = (
            f"POST /api/upload-video/nemo_agent/me/{session} HTTP/1.1\r\n{host}"
            "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 99999\r\n\r\n--x\r\n"
            'Content-Disposition: form-data; name="files"; filename="a.mp4"\r\n\r\n'
        )
        message = f"POST /run_sse HTTP/1.1\r\n{host}Content-Length: 99999\r\n\r\n"
        for head in (form, message):
            ((reader, writer),) = await silent_connections(backend, 1, head.encode())
            answer = asyncio.create_task(reader.readline())
            drops = 0
            while not answer.done() and drops < 100:
                writer.write(b" ")
                drops += 1
                await asyncio.sleep(29)
            assert (await answer).startswith(b"HTTP/1.1 408")
            assert drops < 5
            writer.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of descriptors")
@pytest.mark.parametrize("soft", [40, 64, 256, 1024])
def test_few_descriptors_are_shared_out(monkeypatch, soft):
    """Connections, those that asyncio accepts on top of them, and the rest of the program."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, soft))
    monkeypatch.setattr(os, "listdir", lambda _: ["0"] * 18)
    most, backlog = connection_limits()
    assert most >= 4
    assert most + 2 * backlog <= max(14, soft - 18 - min(64, soft // 5))


def test_failed_accepts_are_logged_once_a_minute(caplog):
    log = logging.getLogger("asyncio")
    log.addFilter(seldom := SeldomOutOfDescriptors())
    try:
        for _ in range(100):
            log.error("socket.accept() out of system resource")
        log.error("something else")
    finally:
        log.removeFilter(seldom)
    assert [one.message for one in caplog.records] == [
        "socket.accept() out of system resource",
        "something else",
    ]
