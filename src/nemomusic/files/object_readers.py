"""Read objects of the caller: file objects, asynchronous ones, and iterables."""

from __future__ import annotations

import inspect
import io
import os
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nemomusic.errors import SourceError
from nemomusic.files.file_in_use import check_unused, measuring_alone, reading_alone
from nemomusic.files.source_reading import (
    CLOSED,
    KEEP_OPEN,
    READ_SIZE,
    check_complete,
    checked_chunk,
    prefetched,
    reading_failed,
    sniffed_name,
    words_of,
)
from nemomusic.models.file_types import SNIFFED_BYTES
from nemomusic.runtime.executor import Executor

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, Awaitable

    from nemomusic.files.source_reading import Digest


def file_name(data: Any) -> str:
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


def _is_for_writing(file: Any) -> bool:
    """Return whether a file object says that it is only for writing.

    A class with a `read` of its own may have forgotten `readable`, which is False by default.
    """
    return isinstance(file, io.IOBase) and file.writable() and not file.readable()


def _is_read_up(stream: Any) -> bool:
    """Return whether a stream, such as the body of an answer, was read to its end."""
    at_eof = getattr(stream, "at_eof", None)
    return callable(at_eof) and at_eof() is True


class FileReader:
    """Reads a binary file object, from its current position."""

    replayable: bool

    def __init__(self, file: Any, name: str | None = None) -> None:
        if getattr(file, "closed", False):
            raise SourceError(CLOSED, remedy=KEEP_OPEN)
        if _is_for_writing(file):
            raise SourceError("the file is not open for reading", remedy='Open it with "rb".')
        self._file = file
        self._start = 0
        self._stuck = False
        self._name = file_name(file) if name is None else name
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
            raise reading_failed(file, error) from error
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
        return sniffed_name(head) if isinstance(head, bytes) else ""

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
                what = CLOSED if closed else f"reading failed ({words_of(error)})"
                raise SourceError(what, remedy=KEEP_OPEN) from error
        own = Executor(1, "nemomusic-source")
        try:
            reading = prefetched(own, self._file.read, digest, stuck=self._note_stuck)
            async with aclosing(reading) as chunks:
                async for chunk in chunks:
                    yield chunk
            check_complete(self._file)
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
        if _is_read_up(file):
            raise SourceError(
                "the stream was read before: nothing is left to read",
                remedy="Pass it before anything else reads it, or pass the bytes that were read.",
            )
        check_unused(file)
        self._file = file
        self._start: int | None = None
        self.name = file_name(file)
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
            raise reading_failed(self._file, error) from error
        while chunk := await self._chunk():
            if digest is not None:
                digest.update(chunk)
            yield chunk
        if digest is not None:
            digest.finish()

    async def _chunk(self) -> bytes:
        try:
            return checked_chunk(await self._piece())
        except Exception as error:  # each library has errors of its own
            raise reading_failed(self._file, error) from error

    def _piece(self) -> Awaitable[Any]:
        piece: Awaitable[Any] = self._file.read(READ_SIZE)
        return piece


class IterableReader:
    """Reads an async iterable of bytes, once."""

    replayable = False

    name: str

    def __init__(self, pieces: AsyncIterable[bytes]) -> None:
        self._pieces = pieces
        self.name = file_name(pieces)
        self.size: int | None = None

    async def chunks(self, executor: Executor, digest: Digest | None) -> AsyncGenerator[bytes]:
        """See `SourceReader.chunks`."""
        del executor
        async for piece in self._pieces:  # the caller's own errors reach the caller unchanged
            chunk = checked_chunk(piece)
            if not chunk:  # an empty chunk would be the end of the body
                continue
            if digest is not None:
                digest.update(chunk)
            yield chunk
        if digest is not None:
            digest.finish()
