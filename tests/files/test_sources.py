"""What can be uploaded: every kind, checked before a byte is sent, read without blocking."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import threading
from pathlib import Path

import pytest

from nemomusic.errors import (
    UPLOAD_LIMIT,
    FileTooLargeError,
    InputError,
    SourceError,
    UnsupportedFileTypeError,
)
from nemomusic.files.sources import READ_SIZE, Source, check_size, check_type
from nemomusic.jobs.steps.inputs import check_inputs
from nemomusic.models.file_types import FILE_TYPES
from nemomusic.protocol.multipart import Form

BODY = bytes(range(256)) * 20_000  # 5 MB: several reads


SHA256 = hashlib.sha256(BODY).hexdigest()


async def read(source: Source) -> bytes:
    return b"".join([chunk async for chunk in source.chunks()])


@pytest.fixture
def clip(tmp_path) -> Path:
    path = tmp_path / "trip.mp4"
    path.write_bytes(BODY)
    return path


class Pipe(io.RawIOBase):
    """A binary file that can be read once, from the start to the end."""

    def __init__(self, body: bytes) -> None:
        self._inner = io.BytesIO(body)

    def readable(self):
        return True

    def readinto(self, buffer):
        return self._inner.readinto(buffer)


async def chunks_of(body: bytes):
    for at in range(0, len(body), 100_000):
        yield body[at : at + 100_000]


# --------------------------------------------------------------- every kind


@pytest.mark.parametrize(
    "make",
    [
        Source,
        lambda path: Source(str(path)),
        lambda path: Source(BODY, name="trip.mp4"),
        lambda path: Source(bytearray(BODY), name="trip.mp4"),
        lambda path: Source(memoryview(BODY), name="trip.mp4"),
        lambda path: Source(io.BytesIO(BODY), name="trip.mp4"),
    ],
    ids=["path", "str", "bytes", "bytearray", "memoryview", "file object"],
)
async def test_kinds_that_can_be_read_again(make, clip):
    source = make(clip)
    assert (source.name, source.size, source.replayable) == ("trip.mp4", len(BODY), True)
    assert source.media_type == "video/mp4"
    for hashed in (True, False, True):
        source.hashed = hashed
        assert await read(source) == BODY
        assert source.sha256 == (SHA256 if hashed else None)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Source(chunks_of(BODY), name="trip.mp4"),
        lambda: Source(Pipe(BODY), name="trip.mp4"),
    ],
    ids=["async iterator", "pipe"],
)
async def test_kinds_that_can_be_read_once(make):
    source = make()
    assert (source.size, source.replayable) == (None, False)
    source.hashed = True
    assert await read(source) == BODY
    assert source.sha256 == SHA256
    with pytest.raises(SourceError) as caught:
        await read(source)
    assert "second time" in str(caught.value)


async def test_the_digest_is_of_a_complete_reading_only(clip):
    source = Source(clip, hashed=True)
    assert source.sha256 is None
    chunks = source.chunks()
    await anext(chunks)
    await chunks.aclose()
    assert source.sha256 is None
    assert await read(source) == BODY
    assert source.sha256 == SHA256
    with clip.open("ab") as file:
        file.write(b"more")
    with pytest.raises(SourceError, match="changed since"):
        await read(source)
    assert source.sha256 is None


@pytest.mark.parametrize("size", [1, READ_SIZE - 1, READ_SIZE, READ_SIZE + 1])
async def test_the_digest_of_few_and_many_pieces(tmp_path, size):
    path = tmp_path / "a.mp4"
    path.write_bytes(BODY[:size])
    for source in (
        Source(path, hashed=True),
        Source(BODY[:size], name="a.mp4", hashed=True),
        Source(io.BytesIO(BODY[:size]), name="a.mp4", hashed=True),
    ):
        assert await read(source) == BODY[:size]
        assert source.sha256 == hashlib.sha256(BODY[:size]).hexdigest()


def test_the_stamp_of_a_file(clip):
    info = clip.stat()
    assert Source(clip).stamp == (info.st_size, info.st_mtime_ns)
    assert Source(b"x", name="a.mp4").stamp is None


async def test_a_file_object_is_taken_from_where_it_stands(clip):
    with clip.open("rb") as file:
        file.seek(1000)
        source = Source(file)
        assert (source.name, source.size) == ("trip.mp4", len(BODY) - 1000)
        assert file.tell() == 1000
        assert await read(source) == BODY[1000:]
        assert await read(source) == BODY[1000:]
        assert not file.closed


async def test_what_has_no_name_is_named_by_its_first_bytes():
    for head, name in (
        (b"\x00\x00\x00\x18ftypmp42", "clip.mp4"),
        (b"\x00\x00\x00\x14ftypqt  ", "clip.mov"),
        (b"\x00\x00\x00\x14ftypM4A ", "clip.m4a"),
        (b"\x1a\x45\xdf\xa3....webm", "clip.webm"),
        (b"\x1a\x45\xdf\xa3....matroska", "clip.mkv"),
        (b"RIFF....AVI LIST", "clip.avi"),
        (b"RIFF....WEBPVP8 ", "clip.webp"),
        (b"RIFF....WAVEfmt ", "clip.wav"),
        (b"\xff\xd8\xff\xe0", "clip.jpg"),
        (b"\x89PNG\r\n", "clip.png"),
        (b"GIF89a", "clip.gif"),
        (b"ID3\x04", "clip.mp3"),
        (b"\xff\xfb\x90", "clip.mp3"),
        (b"\xff\xfa\x90", "clip.mp3"),
        (b"\xff\xf3\x90", "clip.mp3"),
        (b"\xff\xf2\x90", "clip.mp3"),
        (b"\xff\xf9\x50", "clip.aac"),
        (b"\xff\xf1\x50", "clip.aac"),
    ):
        assert Source(head + b"...").name == name
    for data in (b"who knows", io.BytesIO(b"x"), chunks_of(b"x")):
        with pytest.raises(SourceError, match="without a name"):
            Source(data)


@pytest.mark.parametrize("data", [5, None, ["a.mp4"], object()])
def test_things_that_are_no_sources(data):
    with pytest.raises(SourceError) as caught:
        Source(data, name="a.mp4")
    assert "upload_urls" in str(caught.value)


def test_a_text_file_object_is_refused():
    with pytest.raises(SourceError) as caught:
        Source(io.StringIO("text"), name="a.mp4")
    assert "binary" in str(caught.value)


# ----------------------------------------------------------- before sending


@pytest.mark.parametrize("kind", FILE_TYPES, ids=lambda kind: kind.extension)
def test_accepted_types(kind):
    assert check_type(f"a.{kind.extension}") is kind
    assert check_type(f"A.B.{kind.extension.upper()}") is kind
    assert Source(b"x", name=f"a.{kind.extension}").media_type == kind.media_type


@pytest.mark.parametrize("name", ["a.txt", "a", "mp4", "a.mp4.exe", "a.", ".mp4x", "a.mp4 ", ""])
def test_other_types_are_refused_with_the_list(name):
    with pytest.raises(UnsupportedFileTypeError) as caught:
        check_type(name)
    assert caught.value.code == 4001
    assert isinstance(caught.value, InputError)
    assert "mp4 mov avi webm mkv" in str(caught.value)


def test_a_type_of_the_embedded_backend_alone_is_refused_for_the_cloud(tmp_path):
    (tmp_path / "trip.MTS").write_bytes(b"x")

    def checked(cloud):
        return check_inputs(
            [tmp_path / "trip.MTS"],
            "calm piano",
            output=None,
            overwrite=False,
            language=None,
            name=None,
            cloud=cloud,
        )

    assert checked(cloud=False).target.name == "trip-with-music.mp4"
    with pytest.raises(UnsupportedFileTypeError, match=r"trip\.MTS is not supported by the cloud"):
        checked(cloud=True)


def test_missing_empty_folder(tmp_path):
    for make, words in (
        (lambda: Source(tmp_path / "none.mp4"), "does not exist"),
        (lambda: Source(""), "is empty"),
        (lambda: Source(tmp_path), "folder"),
        (lambda: Source(b"", name="a.mp4"), "empty"),
        (lambda: Source(io.BytesIO(), name="a.mp4"), "empty"),
        (lambda: Source("nul\0byte.mp4"), "can't be read"),
        (lambda: Source("x" * 5000 + ".mp4"), "can't be read"),
        (lambda: Source(tmp_path / "trip.mp4" / "x.mp4"), "can't be read"),
    ):
        (tmp_path / "trip.mp4").write_bytes(b"")
        with pytest.raises(SourceError) as caught:
            make()
        assert words in str(caught.value)
        assert caught.value.remedy
    with pytest.raises(SourceError, match="is empty"):
        Source(tmp_path / "trip.mp4")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_unreadable(clip):
    clip.chmod(0)
    with pytest.raises(SourceError, match="can't be read"):
        Source(clip)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_does_not_hang(tmp_path):
    path = tmp_path / "pipe.mp4"
    os.mkfifo(path)
    with pytest.raises(SourceError):
        Source(path)


def test_500_mb_fit_and_one_byte_more_does_not(tmp_path):
    path = tmp_path / "big.mp4"
    with path.open("wb") as file:
        file.truncate(UPLOAD_LIMIT)  # sparse: takes no room
    assert Source(path).size == 500 * 2**20
    with path.open("r+b") as file:
        file.truncate(501 * 2**20)
    with pytest.raises(FileTooLargeError) as caught:
        Source(path)
    error = caught.value
    assert (error.code, error.size, error.limit) == (4002, 501 * 2**20, 500 * 2**20)
    assert "501 MB" in str(error)
    assert "trim" in str(error)
    with pytest.raises(FileTooLargeError):
        check_size("x", UPLOAD_LIMIT + 1)


# --------------------------------------------------------------- while sending


async def test_a_file_that_changed_since_it_was_checked(clip):
    source = Source(clip)
    with clip.open("ab") as file:
        file.write(b"more")
    with pytest.raises(SourceError, match="changed since"):
        await read(source)


async def test_a_file_that_went_away(clip):
    source = Source(clip)
    clip.unlink()
    with pytest.raises(SourceError, match="can't be read"):
        await read(source)


async def test_a_file_object_that_fails():
    class Broken(io.BytesIO):
        def read(self, *_):
            raise OSError(5, "Input/output error")

    with pytest.raises(SourceError, match="Input/output error"):
        await read(Source(Broken(b"x"), name="a.mp4"))


async def test_reads_are_of_a_megabyte_in_a_thread_and_one_ahead():
    threads, sizes, taken, unread = set(), [], 0, []

    class Watched(io.BytesIO):
        def read(self, size=-1):
            threads.add(threading.current_thread())
            sizes.append(size)
            return super().read(size)

    async for _ in Source(Watched(BODY), name="a.mp4").chunks():
        taken += 1
        await asyncio.to_thread(lambda: None)  # lets the read ahead happen
        unread.append(len(sizes) - taken)
    assert threading.main_thread() not in threads
    assert set(sizes) == {READ_SIZE}
    assert max(unread) <= 1


@pytest.mark.parametrize("how", ["close", "cancel"])
async def test_leaving_in_the_middle_closes_the_file(clip, how, monkeypatch):
    opened = []
    plain = Path.open

    def noting(self, *args, **kwargs):
        file = plain(self, *args, **kwargs)
        opened.append(file)
        return file

    source = Source(clip)
    monkeypatch.setattr(Path, "open", noting)
    chunks = source.chunks()
    assert await anext(chunks)
    if how == "close":
        await chunks.aclose()
    else:
        task = asyncio.create_task(chunks.athrow(asyncio.CancelledError()))
        with pytest.raises(asyncio.CancelledError):
            await task
    assert [file.closed for file in opened] == [True]
    assert await read(source) == BODY


# ----------------------------------------------------------------- file names


@pytest.mark.parametrize(
    "name", ["城市 夜景.mp4", "Ärger & 'quotes'.mov", "фильм.mkv", "🎵 نشيد.mp3"]
)
def test_names_in_any_script_are_kept(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(b"x")
    for source in (Source(path), Source(b"x", name=name)):
        assert source.name == name
        head = Form().head(source.name, source.media_type, first=True)
        assert f'filename="{name}"'.encode() in head


def test_a_given_name_counts_before_the_files_own(clip):
    assert Source(clip, name="other.mov").name == "other.mov"
    assert Source(clip).path == clip
    assert Source(b"x", name="a.mp4").path is None
    with pytest.raises(UnsupportedFileTypeError):
        Source(clip, name="notes.txt")
