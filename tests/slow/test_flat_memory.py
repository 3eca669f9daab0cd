"""Files and events of any size: flat in memory, off the loop, under any name."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import threading
import tracemalloc
from contextlib import asynccontextmanager

import pytest

from nemomusic import Client, Settings
from nemomusic.files.sources import Source
from nemomusic.models.events import TextEvent, ToolResult
from nemomusic.models.render import RenderStatus
from nemomusic.testing import FakeClock, StubBackend, run

pytestmark = pytest.mark.slow

MIB = 2**20
SIZE = 96 * MIB
FLAT = 16 * MIB
"""Bytes that the transfer of a file may hold, whatever its size: twice what it does."""
MAGIC = b"\0\0\0\x18ftypmp42"
FILES = {"files": [{"filename": "long.mp4", "file_type": "video"}]}
STATE = {"session_id": "1", "task_id": "t", "state": {"draft": {"t": []}, "video_infos": []}}


class Service:
    """Takes bytes and gives bytes, and holds none of them."""

    def __init__(self, events=b""):
        self.events = events
        self.taken = 0

    async def _complete(self, writer, data):
        body = json.dumps({"code": 0, "data": data}).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        await writer.drain()

    async def _serve(self, reader, writer):
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().lower().split("\r\n")
                length = next((int(x[15:]) for x in lines if x.startswith("content-length:")), 0)
                left = length
                while left:
                    left -= len(await reader.read(min(left, 65536)))
                await self._answer(writer, head.split(b" ")[1].decode(), length)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, writer, path, length):
        if path.startswith("/api/upload-video"):
            self.taken = length
            await self._complete(writer, FILES)
        elif path.startswith("/api/state"):
            await self._complete(writer, STATE)
        elif path == "/run_sse":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
            writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(self.events), self.events))
            await writer.drain()
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n")
            writer.write(b"Content-Length: %d\r\n\r\n%b" % (SIZE, MAGIC))
            rest, block = SIZE - len(MAGIC), bytes(65536)
            while rest:
                writer.write(block[:rest])
                rest -= min(rest, len(block))
                await writer.drain()

    @asynccontextmanager
    async def client(self):
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        settings = Settings(token="t", api_url=f"http://127.0.0.1:{port}", token_file=None)
        async with server, Client(settings=settings) as client:
            yield client


@asynccontextmanager
async def held():
    """Give the most bytes of Python's memory that the block holds over what there was before."""
    most = []
    gc.collect()
    tracemalloc.start(1)
    try:
        before = tracemalloc.get_traced_memory()[0]
        yield most
        most.append(tracemalloc.get_traced_memory()[1] - before)
    finally:
        tracemalloc.stop()


async def test_an_upload_is_flat_in_memory(tmp_path):
    path = tmp_path / "long.mp4"
    with path.open("wb") as file:
        file.truncate(SIZE)  # sparse: takes no room on the disk
    service = Service()
    async with service.client() as client:
        session = client.sessions.attach("1")
        async with held() as most:
            await client.uploads.send(session, path)
    assert service.taken > SIZE
    assert most[0] < FLAT


async def test_a_download_is_flat_in_memory(tmp_path):
    async with Service().client() as client:
        where = f"{client.settings.api_url}/film"
        status = RenderStatus({"id": "r", "status": "completed", "outputUrl": where})
        async with held() as most:
            done = await client.render.download("r", tmp_path / "film.mp4", status=status)
    assert done.size == SIZE == done.path.stat().st_size
    assert most[0] < FLAT


class Noted(io.BytesIO):
    """A file that notes who reads it."""

    def __init__(self, *args):
        super().__init__(*args)
        self.readers = set()

    def read(self, *args):
        self.readers.add(threading.get_ident())
        return super().read(*args)


async def test_sources_are_read_in_other_threads_than_the_loops():
    file = Noted(bytes(3 * MIB))
    async with Service().client() as client:
        await client.uploads.send(client.sessions.attach("1"), Source(file, "long.mp4"))
    assert file.readers
    assert threading.get_ident() not in file.readers


async def test_a_line_may_be_as_long_as_it_is():
    draft = {"t": [{"tt": 0, "sg": [{"id": str(n), "d": n} for n in range(80_000)]}]}
    frames = [
        {"type": "tool_result", "name": "edit", "result": draft},
        {"type": "text", "content": "Done."},
    ]
    service = Service(b"".join(b"data: %b\n\n" % json.dumps(one).encode() for one in frames))
    assert len(service.events) > 2 * MIB
    async with (
        service.client() as client,
        client.stream.send(client.sessions.attach("1", language="en"), "make it slower") as reply,
    ):
        events = [event async for event in reply]
    assert [type(event) for event in events] == [ToolResult, TextEvent]
    assert events[0].result == draft
    assert reply.text == "Done."


NAMES = [
    "Ferien (1) – Größe.mp4",
    "отпуск на море.mov",
    "旅行 视频.mp4",
    "夏休み.webm",
    "여름 휴가.mp4",
    "عطلة الصيف.mp4",
    "🎬 film.mp4",
    "50% off & more; a=b.mp4",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_in_any_script_arrive_as_they_are(name, tmp_path):
    clock = FakeClock()

    async def test():
        path = tmp_path / name
        path.write_bytes(MAGIC + bytes(100))
        async with StubBackend(clock=clock) as backend, backend.client() as client:
            video = await client.add_music(path, "lo-fi")
            state = await video.session.state()
        assert [one.filename for one in state.media] == [name]
        assert video.path == path.with_name(f"{path.stem}-with-music.mp4")
        assert video.path.is_file()

    run(test(), clock=clock)
