"""Read the kinds of sources: bytes, files on disk, file objects, asynchronous ones, iterables.

All reading of files is done in threads, one piece before it is needed.
"""

from __future__ import annotations

import codecs
import inspect
import io
import os
import re
import stat
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from nemomusic.errors import ConfigurationError, SourceError
from nemomusic.executor import Executor
from nemomusic.files.file_in_use import check_unused, measuring_alone, reading_alone
from nemomusic.models.file_types import SNIFFED_BYTES, sniff

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from nemomusic.executor import ThreadCall

READ_SIZE: Final = 2**20
"""Bytes of one read. 1 MiB in a thread with read-ahead gave 1481 MB/s, against 991 for aiohttp's
own form, and pauses of the loop of 6 ms against 66 (`benchmarks/upload.py`)."""
PATIENCE: Final = 0.5
"""Seconds to wait until a read of a caller's file object ends, after the reading was given up."""
_ADDRESS: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_TEXT_FILES: Final = (io.TextIOBase, codecs.StreamReader, codecs.StreamReaderWriter)
CLOSED: Final = "the file is closed"
KEEP_OPEN: Final = "Keep it open until the upload is over, or save it and pass the path."


class Digest(Protocol):
    """Takes the pieces that were read."""

    def update(self, chunk: bytes | memoryview) -> None:
        """Take one piece. This is called in the thread that has read it."""
        ...

    def finish(self) -> None:
        """Note that the last piece was read."""
        ...


class SourceReader(Protocol):
    """Reads one source.

    Attributes:
        size: Bytes, or None when unknown.
        replayable: Whether it can be read again.
    """

    size: int | None
    replayable: bool

    @property
    def name(self) -> str:
        """The source's own name; "" if it has none."""
        ...

    def chunks(self, executor: Executor, digest: Digest | None) -> AsyncGenerator[bytes]:
        """Yield the pieces, from the position that the source had when it was passed."""
        ...


def reader_of(data: Any) -> SourceReader:
    """Return the reader for a source.

    Raises:
        SourceError: The source can't be read.
    """
    if isinstance(data, str) and (address := _ADDRESS.match(data)):
        raise SourceError(
            f"a {address[1]} address is no path",
            remedy="For web addresses there is send_urls(); for a file on this machine, pass its "
            "path.",
        )
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
        return FileReader(inner, name=_file_name(data))
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
    try:
        return BytesReader(bytes(memoryview(data)))  # such as an array of bytes
    except TypeError:
        raise _not_taken(f"a {type(data).__name__}") from None


def _not_taken(what: str) -> SourceError:
    return SourceError(
        f"can't upload {what}",
        remedy="Pass a path, bytes, a binary file object or an async iterable of bytes; "
        "for web addresses there is send_urls().",
    )


def _file_name(data: Any) -> str:
    """Return the name of a file object, without its folders."""
    # Python's own file objects have a `name`; the `filename` of a gzip file is deprecated.
    order = ("filename", "name", "path")
    if isinstance(data, io.IOBase):
        order = ("name", "path", "filename")
    for attribute in order:
        name = getattr(data, attribute, None)
        if isinstance(name, str | os.PathLike) and os.fspath(name):
            return Path(os.fsdecode(name)).name
    return ""


def _sniffed_name(head: bytes) -> str:
    found = sniff(head)
    return "" if found is None else f"clip.{found.extension}"


class BytesReader:
    """Reads bytes in memory."""

    replayable = True

    name: str

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size: int | None = len(data)
        self.name = _sniffed_name(data[:SNIFFED_BYTES])

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
                rest = _prefetched(executor, file.read, digest, info.st_size - len(chunk))
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


class FileReader:
    """Reads a binary file object, from its current position."""

    replayable: bool

    def __init__(self, file: Any, name: str | None = None) -> None:
        if getattr(file, "closed", False):
            raise SourceError(CLOSED, remedy=KEEP_OPEN)
        self._file = file
        self._start = 0
        self._stuck = False
        self._name = _file_name(file) if name is None else name
        self.size: int | None = None
        self.replayable = False
        with measuring_alone(file):
            self._measure(file)

    def _measure(self, file: Any) -> None:
        """Find the position, the size, and whether the file can be read again."""
        try:
            seekable = getattr(file, "seekable", None)  # a mmap has none before Python 3.13
            if seekable() if callable(seekable) else hasattr(file, "seek"):
                self._start = file.tell()
                file.seek(0, os.SEEK_END)
                self.size = file.tell() - self._start  # what seek() returns is None for some
                file.seek(self._start)
                self.replayable = True
        except (OSError, AttributeError, NotImplementedError, TypeError):
            self.size = None
        except ValueError as error:
            raise SourceError(f"the file can't be read ({error})", remedy=KEEP_OPEN) from error
        except Exception as error:  # such as a truncated archive; each library has its own errors
            raise _failed(file, error) from error
        if self.size is not None and self.size <= 0 < self._start:
            raise SourceError(
                "the file stands at its end: nothing is left to read",
                remedy="Call seek(0) before you pass it, if all of it is meant.",
            )

    @property
    def name(self) -> str:
        """The file's name; else a name by its first bytes, if the file can be read again."""
        if self._name or not self.replayable:
            return self._name
        try:
            with measuring_alone(self._file):
                head = self._file.read(SNIFFED_BYTES)
                self._file.seek(self._start)
        except Exception:  # noqa: BLE001 - each library has its own; the reading will show it
            return ""
        return _sniffed_name(head) if isinstance(head, bytes) else ""

    async def chunks(self, executor: Executor, digest: Digest | None) -> AsyncGenerator[bytes]:
        """See `SourceReader.chunks`."""
        del executor  # a read that does not end would keep one of its threads
        async with reading_alone(self._file), aclosing(self._chunks(digest)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def _chunks(self, digest: Digest | None) -> AsyncGenerator[bytes]:
        if self._stuck:
            raise SourceError(
                "the file can't be read again: a read of it has not ended",
                remedy="Check where the file comes from, or pass a path.",
            )
        if self.replayable:
            try:
                self._file.seek(self._start)
            except Exception as error:  # each library has errors of its own
                closed = getattr(self._file, "closed", False)
                what = CLOSED if closed else f"reading failed ({_words_of(error)})"
                raise SourceError(what, remedy=KEEP_OPEN) from error
        own = Executor(1, "nemomusic-source")
        try:
            reading = _prefetched(own, self._file.read, digest, stuck=self._note_stuck)
            async with aclosing(reading) as chunks:
                async for chunk in chunks:
                    yield chunk
        finally:
            own.close()
        if digest is not None:
            digest.finish()

    def _note_stuck(self) -> None:
        self._stuck = True


class AsyncFileReader:
    """Reads an object whose `read` is a coroutine function, from its current position."""

    name: str
    replayable: bool

    def __init__(self, file: Any) -> None:
        if getattr(file, "closed", False) is True:
            raise SourceError(CLOSED, remedy=KEEP_OPEN)
        check_unused(file)
        self._file = file
        self._start: int | None = None
        self.name = _file_name(file)
        self.size: int | None = None
        self.replayable = all(
            inspect.iscoroutinefunction(getattr(file, method, None)) for method in ("seek", "tell")
        )

    async def chunks(self, executor: Executor, digest: Digest | None) -> AsyncGenerator[bytes]:
        """See `SourceReader.chunks`."""
        del executor  # the object has its own way to read without blocking
        async with reading_alone(self._file), aclosing(self._chunks(digest)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def _chunks(self, digest: Digest | None) -> AsyncGenerator[bytes]:
        try:
            if self.replayable:
                if self._start is None:
                    self._start = await self._file.tell()
                else:
                    await self._file.seek(self._start)
        except Exception as error:
            raise _failed(self._file, error) from error
        while chunk := await self._chunk():
            if digest is not None:
                digest.update(chunk)
            yield chunk
        if digest is not None:
            digest.finish()

    async def _chunk(self) -> bytes:
        try:
            return _checked_chunk(await self._piece())
        except Exception as error:  # each library has errors of its own
            raise _failed(self._file, error) from error

    def _piece(self) -> Awaitable[Any]:
        piece: Awaitable[Any] = self._file.read(READ_SIZE)
        return piece


class IterableReader:
    """Reads an async iterable of bytes, once."""

    replayable = False

    name: str

    def __init__(self, pieces: AsyncIterable[bytes]) -> None:
        self._pieces = pieces
        self.name = _file_name(pieces)
        self.size: int | None = None

    async def chunks(self, executor: Executor, digest: Digest | None) -> AsyncGenerator[bytes]:
        """See `SourceReader.chunks`."""
        del executor
        async for piece in self._pieces:  # the caller's own errors reach the caller unchanged
            chunk = _checked_chunk(piece)
            if not chunk:  # an empty chunk would be the end of the body
                continue
            if digest is not None:
                digest.update(chunk)
            yield chunk
        if digest is not None:
            digest.finish()


def _checked(path: Path) -> os.stat_result:
    """Return the facts of a file.

    Raises:
        SourceError: The file can't be read.
    """
    try:
        info = path.stat()
        if stat.S_ISDIR(info.st_mode):
            raise SourceError(f"{path} is a folder", remedy="Name a file in it.")
        if not stat.S_ISREG(info.st_mode):  # opening a named pipe would wait for its writer
            raise SourceError(
                f"{path} is not a regular file", remedy="Pass an open binary file instead."
            )
        with path.open("rb"):  # access rights alone don't show whether it can be read
            pass
    except FileNotFoundError:
        home = " The sign ~ is not expanded: Path.expanduser() does it."
        remedy = f"Check the path.{home if path.parts[:1] and path.parts[0][0] == '~' else ''}"
        raise SourceError(f"{path} does not exist", remedy=remedy) from None
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


def _checked_chunk(chunk: Any) -> bytes:
    """Return a piece that a source gave, if it is bytes.

    Raises:
        SourceError: The piece is not bytes.
    """
    if isinstance(chunk, bytes):
        return chunk
    if isinstance(chunk, bytearray | memoryview):
        return bytes(chunk)
    if chunk is None:
        raise SourceError(
            "the file has no data at the moment: it does not block",
            remedy="Pass a file object that waits for its data.",
        )
    if inspect.isawaitable(chunk):
        if inspect.iscoroutine(chunk):
            chunk.close()
        raise SourceError(
            "read() gives an awaitable, but is not a coroutine function",
            remedy="Pass an async iterable of its bytes.",
        )
    raise SourceError(
        f"the source gives {type(chunk).__name__}, not bytes", remedy="Open it in binary mode."
    )


def _failed(file: Any, error: Exception) -> SourceError:
    if isinstance(error, SourceError):
        return error
    if getattr(file, "closed", False) is True:
        return SourceError(CLOSED, remedy=KEEP_OPEN)
    if isinstance(error, io.UnsupportedOperation):
        return SourceError("the file is not open for reading", remedy='Open it with "rb".')
    why = getattr(error, "strerror", None) or _words_of(error) or type(error).__name__
    if isinstance(error, TypeError):  # such as the response of an HTTP library
        return SourceError(
            f"read(size) of a {type(file).__name__} can't be called ({why})",
            remedy="Pass its bytes, or an async iterable of them.",
        )
    return SourceError(f"reading failed ({why})", remedy="Check the source, or pass its path.")


def _words_of(error: Exception) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - the error of any library
        return ""


async def _prefetched(
    executor: Executor,
    read: Callable[[int], Any],
    digest: Digest | None,
    left: int | None = None,
    *,
    stuck: Callable[[], None] | None = None,
) -> AsyncGenerator[bytes]:
    """Read in a thread, one piece before it is needed.

    Args:
        executor: The threads.
        read: Reads one piece.
        digest: Takes the pieces.
        left: Bytes to read; None for all.
        stuck: Called when a read does not end soon after it was given up. None waits for the end
            of the read.
    """

    def one() -> bytes:
        chunk = _checked_chunk(read(READ_SIZE))
        if digest is not None:
            digest.update(chunk)
        return chunk

    coming: ThreadCall[bytes] | None = executor.begin(one)
    try:
        while coming is not None:
            try:
                chunk = await coming.result(wait_when_cancelled=stuck is None)
            except ConfigurationError:  # no thread can be started
                raise
            except Exception as error:  # each library has errors of its own
                raise _failed(getattr(read, "__self__", None), error) from error
            if not chunk:
                return
            if left is not None:
                left -= len(chunk)
            coming = None if left is not None and left <= 0 else executor.begin(one)
            yield chunk
    finally:
        # The thread may still hold the file: it must be done before the file is closed.
        if coming is None:
            pass
        elif stuck is None:
            await coming.drop_or_wait()
        elif not await coming.drop_or_wait_within(PATIENCE):
            stuck()
