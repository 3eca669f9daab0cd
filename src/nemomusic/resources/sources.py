"""What can be uploaded: paths, bytes, file objects, async iterators. Checked before sending."""

from __future__ import annotations

import asyncio
import io
import os
import stat
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from nemomusic.clock import outlast, until_done
from nemomusic.errors import (
    ACCEPTED_TYPES,
    UPLOAD_LIMIT,
    FileTooLargeError,
    SourceError,
    UnsupportedFileTypeError,
)

if TYPE_CHECKING:
    import hashlib

READ_SIZE: Final = 2**20
"""Bytes a read: 1 MB in a thread with read-ahead gave 1481 MB/s, against 991 for aiohttp's own
form and pauses of the loop of 6 ms against 66 (design, section 6)."""

EXTENSIONS: Final = frozenset(ACCEPTED_TYPES.replace(",", "").split())

_MAGIC: Final[tuple[tuple[int, bytes, str], ...]] = (
    (4, b"ftypqt", "mov"),
    (4, b"ftypM4A", "m4a"),
    (4, b"ftyp", "mp4"),
    (0, b"\x1a\x45\xdf\xa3", "mkv"),
    (8, b"AVI ", "avi"),
    (8, b"WEBP", "webp"),
    (8, b"WAVE", "wav"),
    (0, b"\xff\xd8\xff", "jpg"),
    (0, b"\x89PNG", "png"),
    (0, b"GIF8", "gif"),
    (0, b"ID3", "mp3"),
    (0, b"\xff\xfb", "mp3"),  # MPEG-1 layer III; FA with a checksum
    (0, b"\xff\xfa", "mp3"),
    (0, b"\xff\xf3", "mp3"),  # MPEG-2, at 16 to 24 kHz; F2 with a checksum
    (0, b"\xff\xf2", "mp3"),
    (0, b"\xff\xf1", "aac"),  # ADTS of MPEG-4; F9 of MPEG-2; F0 and F8 with a checksum
    (0, b"\xff\xf9", "aac"),
    (0, b"\xff\xf0", "aac"),
    (0, b"\xff\xf8", "aac"),
)
"""Offset, first bytes, extension: to name bytes that came without a name."""

type_of = {
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "avi": "video/x-msvideo",
    "webm": "video/webm",
    "mkv": "video/x-matroska",
    "jpg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
}


def extension(name: str) -> str:
    """The part after the last dot, in lower case; `jpeg` counts as `jpg`."""
    found = name.rpartition(".")[2].lower() if "." in name else ""
    return "jpg" if found == "jpeg" else found


def check_type(name: str) -> None:
    """Raise `UnsupportedFileTypeError` unless the service takes files of this name's type."""
    if extension(name) not in EXTENSIONS:
        raise UnsupportedFileTypeError(f"{name or 'a source without a name'!s} is not supported")


def check_size(name: str, size: int) -> None:
    """Raise unless there is something in it, and not too much.

    Raises:
        SourceError: it is empty.
        FileTooLargeError: over 500 x 2^20 bytes.
    """
    if size == 0:
        raise SourceError(f"{name} is empty", remedy="Check that it was copied or saved whole.")
    if size > UPLOAD_LIMIT:
        raise FileTooLargeError(
            f"{name} has {size / 2**20:.0f} MB, over the limit of 500 MB", size=size
        )


class Source:
    """Something to upload, under a name.

    Paths, bytes and seekable file objects can be read again, so they are sent again where that is
    safe; an async iterator, or a pipe, is read once: a fault in the middle of it is an error.

    Args:
        data: a path, bytes, a binary file object, or an async iterable of bytes.
        name: the file name to send; needed where `data` has none. Its extension tells the type.

    Raises:
        SourceError: missing, empty, a folder, unreadable, or without a name.
        UnsupportedFileTypeError: not a type the service takes.
        FileTooLargeError: over 500 MB.
    """

    def __init__(
        self,
        data: str
        | os.PathLike[str]
        | bytes
        | bytearray
        | memoryview
        | IO[bytes]
        | AsyncIterable[bytes],
        name: str | None = None,
    ) -> None:
        self.size: int | None = None
        self.replayable = True
        self._path: Path | None = None
        self._bytes: bytes | None = None
        self._file: IO[bytes] | None = None
        self._chunks: AsyncIterable[bytes] | None = None
        self._start = 0
        self._begun = False
        self._stamp: tuple[int, int] | None = None
        if isinstance(data, str | os.PathLike):
            self._from_path(Path(data))
            default = self._path.name if self._path else ""
        elif isinstance(data, bytes | bytearray | memoryview):
            self._bytes = bytes(data)
            self.size = len(self._bytes)
            default = self._sniffed()
        elif isinstance(data, AsyncIterable):
            self._chunks = data
            self.replayable = False
            default = ""
        elif _gives_text(data):
            raise SourceError(
                "this file object gives text, not bytes", remedy='Open it in binary mode: "rb".'
            )
        elif hasattr(data, "read"):
            self._from_file(data)
            inner = getattr(data, "name", "")
            default = Path(inner).name if isinstance(inner, str) else ""
        else:
            raise SourceError(
                f"can't upload a {type(data).__name__}",
                remedy="Pass a path, bytes, a binary file object or an async iterable of bytes; "
                "for web addresses there is send_urls().",
            )
        self.name = name or default
        if not self.name:
            raise SourceError(
                "a source without a name", remedy='Pass Source(data, name="clip.mp4").'
            )
        check_type(self.name)
        if self.size is not None:
            check_size(self.name, self.size)

    def _from_path(self, path: Path) -> None:
        self._path = path
        try:
            info = path.stat()
            if stat.S_ISDIR(info.st_mode):
                raise SourceError(f"{path} is a folder", remedy="Name a file in it.")
            if not stat.S_ISREG(info.st_mode):  # opening a named pipe would wait for its writer
                raise SourceError(
                    f"{path} is not a regular file", remedy="Pass an open binary file instead."
                )
            os.close(os.open(path, os.O_RDONLY))  # rights alone don't tell whether it can be read
        except FileNotFoundError:
            raise SourceError(f"{path} does not exist", remedy="Check the path.") from None
        except OSError as error:
            raise SourceError(
                f"{path} can't be read ({error.strerror})", remedy="Check its permissions."
            ) from error
        except ValueError as error:
            if isinstance(error, SourceError):
                raise
            raise SourceError(
                f"{str(path)!r} can't be read (it is no path)", remedy="Check the path."
            ) from None
        self.size = info.st_size
        self._stamp = info.st_size, info.st_mtime_ns

    def _from_file(self, file: IO[bytes]) -> None:
        self._file = file
        try:
            if not file.seekable():
                raise OSError
            self._start = file.tell()
            self.size = file.seek(0, os.SEEK_END) - self._start
            file.seek(self._start)
        except (OSError, AttributeError):
            self.size = None
            self.replayable = False

    def _sniffed(self) -> str:
        head = (self._bytes or b"")[:64]
        for offset, magic, kind in _MAGIC:
            if head[offset : offset + len(magic)] == magic:
                webm = kind == "mkv" and b"webm" in head
                return "clip.webm" if webm else f"clip.{kind}"
        return ""

    @property
    def path(self) -> Path | None:
        """Where it lies, if it is a file."""
        return self._path

    @property
    def spent(self) -> bool:
        """Whether it was read, and can't be read again."""
        return self._begun and not self.replayable

    @property
    def media_type(self) -> str:
        """Its MIME type, by the extension."""
        return type_of.get(extension(self.name), "application/octet-stream")

    def chunks(self, digest: hashlib._Hash | None = None) -> AsyncGenerator[bytes]:
        """Read it from the start: opened anew each time, in a thread, one read ahead.

        Args:
            digest: a hash object that is fed on the way, in the reading thread.

        Raises:
            SourceError: it can't be read (again), or changed since it was checked.
        """
        if self.spent:
            raise SourceError(
                f"{self.name} can't be read a second time", remedy="Pass a path or bytes instead."
            )
        self._begun = True
        # The generator itself, not one around it: the loop keeps a record of every one of them.
        if self._bytes is not None:
            return _pieces(memoryview(self._bytes), digest)
        if self._chunks is not None:
            return _passed_on(self._chunks, digest)
        if self._path is not None:
            return self._from_disk(self._path, digest)
        assert self._file is not None  # noqa: S101 - one of the four is there
        if self.replayable:
            self._file.seek(self._start)
        return _read_ahead(self._file.read, digest)

    async def _from_disk(self, path: Path, digest: hashlib._Hash | None) -> AsyncGenerator[bytes]:
        # Opening and the first read share a trip to the thread: many clips are no longer than it.
        opening = asyncio.get_running_loop().run_in_executor(None, _open, path, digest)
        try:
            try:
                await outlast(opening)
            except asyncio.CancelledError:
                if opening.exception() is None:
                    opening.result()[0].close()
                raise
            file, info, chunk = opening.result()
        except OSError as error:
            raise SourceError(
                f"{path} can't be read ({error.strerror})", remedy="Check that it is still there."
            ) from error
        try:
            self._same_as_checked(info)
            if info.st_size > len(chunk):
                ahead = _read_ahead(file.read, digest, info.st_size - len(chunk))
                async with aclosing(ahead) as chunks:
                    yield chunk
                    async for chunk in chunks:
                        yield chunk
            elif chunk:
                yield chunk
            self._same_as_checked(os.fstat(file.fileno()))
        finally:
            file.close()

    def _same_as_checked(self, info: os.stat_result) -> None:
        if self._stamp != (info.st_size, info.st_mtime_ns):
            raise SourceError(
                f"{self._path} changed since it was checked",
                remedy="Try again when it is complete.",
            )


def _open(path: Path, digest: Any | None) -> tuple[io.FileIO, os.stat_result, bytes]:
    file = path.open("rb", buffering=0)
    try:
        chunk = file.read(READ_SIZE)
        if digest is not None:
            digest.update(chunk)
        return file, os.fstat(file.fileno()), chunk
    except BaseException:
        file.close()
        raise


async def _pieces(view: memoryview, digest: Any | None) -> AsyncGenerator[bytes]:
    for at in range(0, len(view), READ_SIZE):
        if digest is not None:
            digest.update(view[at : at + READ_SIZE])
        yield bytes(view[at : at + READ_SIZE])


async def _passed_on(chunks: AsyncIterable[bytes], digest: Any | None) -> AsyncGenerator[bytes]:
    async for chunk in chunks:
        if digest is not None:
            digest.update(chunk)
        yield chunk


def _gives_text(data: object) -> bool:
    return isinstance(data, io.TextIOBase)


async def _read_ahead(
    read: Callable[[int], bytes | None], digest: Any | None, left: int | None = None
) -> AsyncGenerator[bytes]:
    """Read on in a thread, one piece ahead: to the end, or so many bytes."""
    loop = asyncio.get_running_loop()

    def one() -> bytes:
        chunk = read(READ_SIZE) or b""
        if digest is not None:
            digest.update(chunk)
        return chunk

    coming: asyncio.Future[bytes] | None = loop.run_in_executor(None, one)
    try:
        while coming is not None:
            try:
                await until_done(coming)
                chunk = coming.result()
            except OSError as error:
                raise SourceError(f"reading failed ({error.strerror})") from error
            if not chunk:
                return
            if left is not None:
                left -= len(chunk)
            coming = None if left is not None and left <= 0 else loop.run_in_executor(None, one)
            yield chunk
    finally:
        # The thread may still hold the file: it must be done before the file is closed.
        if coming is not None:
            await outlast(coming)
            if not coming.cancelled():
                coming.exception()
