"""Choose the reader of a source, and read bytes and files on disk."""

from __future__ import annotations

import codecs
import inspect
import io
import os
import re
import stat
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nemomusic.errors import SourceError
from nemomusic.files.object_readers import AsyncFileReader, FileReader, IterableReader, file_name
from nemomusic.files.source_reading import READ_SIZE, prefetched, shortened, sniffed_name
from nemomusic.models.file_types import SNIFFED_BYTES

if TYPE_CHECKING:
    from nemomusic.files.source_reading import Digest, SourceReader
    from nemomusic.runtime.executor import Executor

_ADDRESS: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_TEXT_FILES: Final = (io.TextIOBase, codecs.StreamReader, codecs.StreamReaderWriter)


def reader_of(data: Any) -> SourceReader:
    """Return the reader for a source.

    Raises:
        SourceError: The source can't be read.
    """
    if isinstance(data, str) and (address := _ADDRESS.match(data)):
        raise SourceError(
            f"{address[0]} does not begin a path",
            remedy="Pass a path. An https:// address goes into add_music(), jobs.submit() or "
            "session.upload_urls().",
        )
    if isinstance(data, str) and not data:
        raise SourceError("the path of the source is empty", remedy="Pass the path of a file.")
    if isinstance(data, str | os.PathLike):
        return DiskReader(Path(os.fsdecode(data)))
    if isinstance(data, bytes | bytearray | memoryview):
        try:
            return BytesReader(bytes(data))
        except ValueError as error:  # of a memoryview
            raise SourceError(
                f"the bytes can't be read ({error})", remedy="Pass the bytes themselves."
            ) from error
    if isinstance(data, type):
        raise _not_taken(f"the class {data.__name__}")
    inner = getattr(data, "file", None)  # of a form: FastAPI's UploadFile, aiohttp's FileField
    if isinstance(data, _TEXT_FILES) or isinstance(inner, _TEXT_FILES):
        raise SourceError(
            "this file object gives text, not bytes", remedy='Open it in binary mode: "rb".'
        )
    if callable(getattr(inner, "read", None)) and hasattr(data, "filename"):
        return FileReader(inner, name=file_name(data))
    read = getattr(data, "read", None)
    if callable(read):
        asynchronous = inspect.iscoroutinefunction(read)
        return AsyncFileReader(data) if asynchronous else FileReader(data)
    if isinstance(data, AsyncIterable):
        return IterableReader(data)
    if callable(getattr(data, "open", None)):  # fsspec's OpenFile
        raise SourceError(
            f"this {type(data).__name__} is not open",
            remedy="Open it: `with it as file`, and pass the file.",
        )
    if inspect.isawaitable(data):  # such as `aiofiles.open()` without `async with`
        if inspect.iscoroutine(data):
            data.close()
        raise SourceError(
            f"this {type(data).__name__} was not awaited",
            remedy="Open it: `async with it as file`, or await it, and pass what that gives.",
        )
    try:
        return BytesReader(bytes(memoryview(data)))  # such as an array of bytes
    except TypeError:
        raise _not_taken(f"an object of the type {type(data).__name__}") from None


def _not_taken(what: str) -> SourceError:
    return SourceError(
        f"can't upload {what}",
        remedy="Pass a path, bytes, a binary file object or an async iterable of bytes; "
        "an https:// address goes into add_music(), jobs.submit() or session.upload_urls().",
    )


class BytesReader:
    """Reads bytes in memory."""

    replayable = True

    name: str

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size: int | None = len(data)
        self.name = sniffed_name(data[:SNIFFED_BYTES])

    async def chunks(self, executor: Executor, digest: Digest | None) -> AsyncGenerator[bytes]:
        """See `SourceReader.chunks`."""
        view = memoryview(self._data)
        for at in range(0, len(view), READ_SIZE):
            piece = view[at : at + READ_SIZE]
            if digest is not None:
                await executor.run(digest.update, piece)
            yield bytes(piece)
        if digest is not None:
            digest.finish()


class DiskReader:
    """Reads a file by its path, opened for each reading.

    Attributes:
        path: The path.
        stamp: Bytes and time of the last change (ns), when it was checked.
    """

    replayable = True

    name: str
    stamp: tuple[int, int]

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        info = _checked(path)
        self.size: int | None = info.st_size
        self.stamp = info.st_size, info.st_mtime_ns

    async def chunks(self, executor: Executor, digest: Digest | None) -> AsyncGenerator[bytes]:
        """See `SourceReader.chunks`."""
        # Opening and the first read share one call in the thread: many clips are no longer than one
        # piece.
        opening = executor.begin(_open, self.path, digest)
        try:
            file, info, chunk = await opening.result_or_undo(lambda opened: opened[0].close())
        except OSError as error:
            raise SourceError(
                f"{self.path} can't be read ({error.strerror})",
                remedy="Check that it is still there.",
            ) from error
        try:
            self._check_unchanged(info)
            if info.st_size > len(chunk):
                rest = prefetched(executor, file.read, digest, info.st_size - len(chunk))
                async with aclosing(rest) as chunks:
                    yield chunk
                    async for chunk in chunks:
                        yield chunk
            elif chunk:
                yield chunk
            self._check_unchanged(os.fstat(file.fileno()))
            if digest is not None:
                digest.finish()
        finally:
            file.close()

    def _check_unchanged(self, info: os.stat_result) -> None:
        if self.stamp != (info.st_size, info.st_mtime_ns):
            raise SourceError(
                f"{self.path} changed since it was checked",
                remedy="Try again when it is complete.",
            )


def _checked(path: Path) -> os.stat_result:
    """Return the facts of a file.

    Raises:
        SourceError: The file can't be read.
    """
    try:
        info = path.stat()
        if stat.S_ISDIR(info.st_mode):
            raise SourceError(f"{shortened(path)} is a folder", remedy="Name a file in it.")
        if not stat.S_ISREG(info.st_mode):  # opening a named pipe would wait for its writer
            raise SourceError(
                f"{shortened(path)} is not a regular file",
                remedy="Pass an open binary file instead.",
            )
        with path.open("rb"):  # access rights alone don't show whether it can be read
            pass
    except FileNotFoundError:
        home = " The sign ~ is not expanded: Path.expanduser() does it."
        remedy = f"Check the path.{home if path.parts[:1] and path.parts[0][0] == '~' else ''}"
        raise SourceError(f"{shortened(path)} does not exist", remedy=remedy) from None
    except OSError as error:
        raise SourceError(
            f"{shortened(path)} can't be read ({error.strerror})", remedy="Check its permissions."
        ) from error
    except ValueError as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(
            f"{shortened(path)!r} can't be read (it is no path)", remedy="Check the path."
        ) from None
    return info


def _open(path: Path, digest: Digest | None) -> tuple[io.FileIO, os.stat_result, bytes]:
    file = path.open("rb", buffering=0)
    try:
        chunk = file.read(READ_SIZE)
        if digest is not None:
            digest.update(chunk)
        return file, os.fstat(file.fileno()), chunk
    except BaseException:
        file.close()
        raise
