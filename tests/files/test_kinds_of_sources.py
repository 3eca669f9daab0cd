"""Everything that people pass as a source: it arrives complete, or is refused at once."""

from __future__ import annotations

import array
import asyncio
import codecs
import gzip
import http.client
import io
import mmap
import os
import socket
import tarfile
import tempfile
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from nemomusic import errors
from nemomusic.files import file_in_use
from nemomusic.files.sources import Source

BODY = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 6000  # 1.5 MB: two reads


async def read(source: Source) -> bytes:
    return b"".join([chunk async for chunk in source.chunks()])


class AsyncBody:
    """The body of an S3 object: `read` is a coroutine function, and there is no seek."""

    def __init__(self, body: bytes = BODY) -> None:
        self._inner = io.BytesIO(body)

    async def read(self, size: int = -1) -> bytes:
        await asyncio.sleep(0)
        return self._inner.read(size)

    async def __aiter__(self):  # by lines, as a StreamReader's: not to be used
        raise AssertionError("read() is there")
        yield b""


class Upload:
    """Django's: a file that has a name."""

    def __init__(self, body: bytes, name: str) -> None:
        self.file, self.name, self.size = io.BytesIO(body), name, len(body)
        self.read, self.seek, self.tell = self.file.read, self.file.seek, self.file.tell

    def seekable(self) -> bool:
        return True


def twice(body: bytes) -> bytes:
    return bytes(byte for byte in body for _ in range(2))


def spooled(path, *, rolled: bool):
    file = tempfile.SpooledTemporaryFile(max_size=10 if rolled else 10**9)  # noqa: SIM115
    file.write(BODY)
    file.seek(0)
    return file


def zipped(path):
    archive = path.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("folder/trip.mp4", BODY)
    return zipfile.ZipFile(archive).open("folder/trip.mp4")


def from_fsspec(path):
    fsspec = pytest.importorskip("fsspec")
    return fsspec.open(f"file://{path}", "rb").open()


def in_memory(path):
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    memory.pipe("/bucket/trip.mp4", BODY)
    return memory.open("/bucket/trip.mp4", "rb")


def upload_file(path, *, rolled: bool = False):
    uploads = pytest.importorskip("starlette.datastructures")
    return uploads.UploadFile(spooled(path, rolled=rolled), filename="trip.mp4", size=len(BODY))


def form_field(path):
    """Return aiohttp's FileField, or werkzeug's FileStorage: `name` is the form field's name."""
    return SimpleNamespace(name="field", filename="trip.mp4", file=io.BytesIO(BODY))


class BytesPath:
    """A path as bytes, as `os.listdir(b".")` gives it."""

    def __init__(self, path) -> None:
        path.write_bytes(BODY)
        self.path = os.fsencode(path)

    def __fspath__(self) -> bytes:
        return self.path


class SilentSeek(io.BytesIO):
    """Its `seek` returns nothing, as those of some storage libraries."""

    def seek(self, *where) -> None:
        super().seek(*where)


def mapped(path):
    path.write_bytes(BODY)
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def in_tar(path):
    path.write_bytes(BODY)
    archive = path.with_suffix(".tar")
    with tarfile.open(archive, "w") as file:
        file.add(path, "trip.mp4")
    return tarfile.open(archive).extractfile("trip.mp4")


def piped():
    read, write = os.pipe()
    threading.Thread(target=lambda: os.fdopen(write, "wb").write(BODY)).start()
    return os.fdopen(read, "rb")


def compressed(path, cut=None):
    archive = path.with_suffix(".mp4.gz")
    archive.write_bytes(gzip.compress(BODY)[:cut])
    return gzip.open(archive)


async def with_empty_pieces():
    for piece in (b"", BODY[:1000], b"", BODY[1000:], b""):
        yield piece


KINDS = {
    "a gzip file": (lambda path: Source(compressed(path), "trip.mp4"), True),
    "empty pieces": (lambda path: Source(with_empty_pieces(), "trip.mp4"), False),
    "a path as bytes": (BytesPath, True),
    "a seek that returns nothing": (lambda path: Source(SilentSeek(BODY), "trip.mp4"), True),
    "a mapped file": (lambda path: Source(mapped(path), name=Path("x/trip.mp4")), True),
    "a member of a tar": (lambda path: Source(in_tar(path), "trip.mp4"), True),
    "a pipe": (lambda path: Source(piped(), "trip.mp4"), False),
    "an array": (lambda path: Source(array.array("B", BODY), "trip.mp4"), True),
    "every byte of two": (lambda path: Source(memoryview(twice(BODY))[::2], "trip.mp4"), True),
    "a Source": (lambda path: Source(BODY, name="trip.mp4"), True),
    "starlette's UploadFile": (upload_file, True),
    "UploadFile on disk": (lambda path: upload_file(path, rolled=True), True),
    "a field of a form": (form_field, True),
    "Django's file": (lambda path: Upload(BODY, "some/folder/trip.mp4"), True),
    "a spooled file in memory": (lambda path: spooled(path, rolled=False), True),
    "a spooled file on disk": (lambda path: spooled(path, rolled=True), True),
    "a file in an archive": (zipped, True),
    "fsspec's local file": (from_fsspec, True),
    "fsspec's memory file": (in_memory, True),
    "an S3 body": (lambda path: Source(AsyncBody(), name="trip.mp4"), False),
    "BytesIO without a name": (lambda path: io.BytesIO(BODY), True),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("collected")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
async def test_it_arrives_complete(kind, tmp_path):
    make, again = KINDS[kind]
    path = tmp_path / "trip.mp4"
    path.write_bytes(BODY)
    given = make(path)
    source = given if isinstance(given, Source) else Source(given)
    assert source.name in {"trip.mp4", "clip.mp4"}
    assert source.replayable is again
    assert source.size in {len(BODY), None}
    assert await read(source) == BODY
    if again:
        assert await read(source) == BODY
    else:
        with pytest.raises(errors.SourceError, match="second time"):
            await read(source)


async def test_a_stream_reader():
    reader = asyncio.StreamReader()
    source = Source(reader, name="trip.mp4")
    reader.feed_data(BODY)  # a "line" of over 64 kB would break reading by lines
    reader.feed_eof()
    assert await read(source) == BODY


async def test_a_file_of_aiofiles(tmp_path):
    aiofiles = pytest.importorskip("aiofiles")
    path = tmp_path / "trip.mp4"
    path.write_bytes(b"head" + BODY)
    async with aiofiles.open(path, "rb") as file:
        await file.read(4)
        source = Source(file)
        assert (source.name, source.replayable) == ("trip.mp4", True)
        assert await read(source) == BODY  # from where it stood
        assert await read(source) == BODY


def closed(path):
    file = path.open("rb")
    file.close()
    return file


def at_its_end(path):
    file = io.BytesIO()
    file.write(BODY)
    return Source(file, name="a.mp4")


def read_up():
    """Return the body of an answer that was read already, as of aiohttp and asyncio."""
    return SimpleNamespace(read=AsyncBody(b"").read, at_eof=lambda: True)


def released():
    view = memoryview(BODY)
    view.release()
    return Source(view, name="a.mp4")


def damaged_member(_path):
    archive = io.BytesIO()
    # Deflated: some versions of zipfile don't check a stored member after a `seek`.
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("trip.mp4", BODY)
    archive.getbuffer()[len(archive.getvalue()) // 2] ^= 255
    return zipfile.ZipFile(archive).open("trip.mp4")


class Endless(io.RawIOBase):
    """A non-blocking file without data."""

    def read(self, size=-1):
        return None


class Unawaited:
    """As what `aiofiles.open()` gives."""

    def __await__(self):
        yield


def broken_download(_path):
    """Return the answer of `urllib`, of which the last bytes do not come."""
    near, far = socket.socketpair()
    with far:
        far.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + BODY[:1000])
    answer = http.client.HTTPResponse(near)
    near.close()
    answer.begin()
    return answer


REFUSED = {
    "not awaited": (lambda path: Unawaited(), "this Unawaited was not awaited"),
    "content as a path": (lambda path: "AAAAGGZ0" * 100_000, "^.{400,700}$"),
    "a damaged archive": (damaged_member, "reading failed .(Bad CRC-32|Error -3)"),
    "released memory": (lambda path: released(), "operation forbidden on released memoryview"),
    "a truncated gzip file": (
        lambda path: Source(compressed(path, -9), "trip.mp4"),
        "reading failed .Compressed file ended before",
    ),
    "a closed file": (closed, "the file is closed"),
    "written and not rewound": (at_its_end, "stands at its end"),
    "text": (lambda path: io.StringIO("text"), "text, not bytes"),
    "a file that is not open": (
        lambda path: pytest.importorskip("fsspec").open(f"file://{path}"),
        "is not open",
    ),
    "a list of bytes": (
        lambda path: Source([BODY], name="a.mp4"),
        "can't upload an object of the type list",
    ),
    "a generator": (lambda path: Source((b for b in [BODY]), name="a.mp4"), "can't upload"),
    "None": (
        lambda path: Source(None, name="a.mp4"),
        "can't upload an object of the type NoneType",
    ),
    "a number": (lambda path: Source(3, name="a.mp4"), "can't upload an object of the type int"),
    "a class": (lambda path: io.BytesIO, "the class BytesIO"),
    "text of codecs": (lambda path: codecs.getreader("utf-8")(io.BytesIO(BODY)), "text, not bytes"),
    "a wrapped text": (lambda path: SimpleNamespace(file=io.StringIO("text")), "text, not bytes"),
    "a file address": (lambda path: path.as_uri(), "file:// does not begin a path"),
    "a web address": (lambda path: "HTTPS://example.com/a.mp4", "HTTPS:// does not begin a path"),
    "a folder in ~": (lambda path: "~/none.mp4", "does not exist"),
    "a file to write to": (lambda path: io.BufferedWriter(io.BytesIO()), "not open for reading"),
    "a stream that was read": (lambda path: Source(read_up(), name="a.mp4"), "was read before"),
    "a name that is a number": (lambda path: Source(BODY, name=5), "name is a file name, not int"),
}


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.usefixtures("collected")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_it_is_refused_at_once(kind, tmp_path):
    make, words = REFUSED[kind]
    path = tmp_path / "trip.mp4"
    path.write_bytes(BODY)
    with pytest.raises(errors.SourceError, match=words) as caught:
        given = make(path)
        Source(given)
    assert caught.value.remedy


class AsyncText(AsyncBody):
    async def read(self, size: int = -1):
        return "text"


class Response(io.BytesIO):
    """Of an HTTP library: `read()` takes no size."""

    def read(self):
        return BODY


class ClosedLater(io.BytesIO):
    def read(self, size=-1):
        self.close()
        raise ValueError("I/O operation on closed file")


class LibraryError(Exception):
    """An error that is neither an OSError nor a ValueError, as those of HTTP libraries."""


class Failing:
    """A file object of a library, such as the body of an answer whose connection breaks."""

    def __init__(self, error):
        self.error = error

    def read(self, size=-1):
        raise self.error


class Breaking(Failing):
    """Closes itself when its connection breaks, as the answers of urllib3 do."""

    closed = False

    def __init__(self):
        super().__init__(LibraryError("the peer has gone"))

    def read(self, size=-1):
        self.closed = True
        super().read(size)


class AsyncFailing:
    async def read(self, size=-1):
        raise LibraryError("the peer has gone")


class WordlessError(LibraryError):
    def __str__(self):
        raise ValueError


class Awaited:
    """Its `read` gives a coroutine, but is no coroutine function, as when it is decorated."""

    def read(self, size=-1):
        return AsyncBody().read(size)


FAIL = {
    "a download that breaks off": (broken_download, "4000 bytes are missing"),
    "an error that closes it": (lambda path: Breaking(), "reading failed .the peer has gone"),
    "an error of its library": (
        lambda path: Failing(LibraryError("the peer has gone")),
        "reading failed .the peer has gone",
    ),
    "an asynchronous one's": (lambda path: AsyncFailing(), "reading failed .the peer has gone"),
    "an error without words": (lambda path: Failing(WordlessError()), "failed .WordlessError"),
    "an awaitable": (lambda path: Awaited(), "not a coroutine function"),
    "an asynchronous text": (lambda path: AsyncText(), "gives str, not bytes"),
    "a response": (lambda path: Response(BODY), r"Response\.read\(size\) can't be called"),
    "no data yet": (lambda path: Endless(), "no data at the moment"),
    "closed meanwhile": (lambda path: ClosedLater(BODY), "the file is closed"),
}


@pytest.mark.parametrize("kind", FAIL)
async def test_it_fails_with_a_sentence_while_it_is_read(kind, tmp_path):
    make, words = FAIL[kind]
    source = Source(make(tmp_path / "trip.mp4"), name="a.mp4")
    with pytest.raises(errors.SourceError, match=words) as caught:
        await read(source)
    assert caught.value.remedy


async def test_a_file_that_is_closed_before_it_is_read(tmp_path):
    file = io.BytesIO(BODY)
    source = Source(file, name="a.mp4")
    file.close()
    with pytest.raises(errors.SourceError, match="the file is closed") as caught:
        await read(source)
    assert "Keep it open" in caught.value.remedy


async def test_one_file_object_for_several_uploads_is_read_by_one_at_a_time(tmp_path):
    path = tmp_path / "trip.mp4"
    path.write_bytes(BODY)
    with path.open("rb") as file:
        sources = [Source(file), Source(file), Source(file)]
        found = await asyncio.gather(*map(read, sources), read(sources[0]))
        assert [body == BODY for body in found] == [True] * 4
        file.seek(0)
        chunks = Source(file).chunks()
        await anext(chunks)
        with pytest.raises(errors.SourceError, match="being read by another upload") as caught:
            await asyncio.to_thread(Source, file)  # its position is of no use now
        assert "one Source" in caught.value.remedy
        await chunks.aclose()
        file.seek(0)
        assert await read(Source(file)) == BODY
    assert not file_in_use._READINGS


def test_a_reading_whose_loop_has_ended_blocks_no_other():
    file = io.BytesIO(BODY)
    loop = asyncio.new_event_loop()
    held = file_in_use.reading_alone(file)
    loop.run_until_complete(held.__aenter__())
    with pytest.raises(errors.SourceError, match="another upload"):
        Source(file, name="a.mp4")
    loop.close()
    assert asyncio.run(read(Source(file, name="a.mp4"))) == BODY
