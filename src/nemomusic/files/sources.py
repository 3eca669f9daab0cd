"""Sources of an upload: paths, bytes, file objects, async iterables; checked before sending."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, AsyncIterable
from typing import IO, TYPE_CHECKING, Any, Protocol, TypeAlias

from nemomusic.errors import (
    UPLOAD_LIMIT,
    FileTooLargeError,
    SourceError,
    UnsupportedFileTypeError,
)
from nemomusic.files.source_digest import SourceDigest
from nemomusic.files.source_readers import DiskReader, reader_of
from nemomusic.files.source_reading import READ_SIZE, SourceReader
from nemomusic.models.file_types import ACCEPTED_REMEDY, EMBEDDED_REMEDY, FileType, type_of
from nemomusic.runtime.executor import SHARED, Executor

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["READ_SIZE", "Source", "Uploadable", "check_cloud_type", "check_size", "check_type"]


def check_type(name: str) -> FileType:
    """Return the type of a file with this name.

    Raises:
        UnsupportedFileTypeError: No backend accepts it.
    """
    kind = type_of(name)
    if kind is None:
        raise UnsupportedFileTypeError(
            f"{name or 'a source without a name'!s} is not supported", remedy=ACCEPTED_REMEDY
        )
    return kind


def check_cloud_type(name: str) -> None:
    """Raise if the embedded backend accepts the type of a file, and the cloud does not.

    Raises:
        UnsupportedFileTypeError: The cloud does not accept the type.
    """
    kind = type_of(name)
    if kind is not None and kind.embedded_only:
        raise UnsupportedFileTypeError(
            f"{name} is not supported by the cloud", remedy=EMBEDDED_REMEDY
        )


def check_size(name: str, size: int) -> None:
    """Raise unless a source has at least one byte, and not too many.

    Raises:
        SourceError: The source is empty.
        FileTooLargeError: The source has more than 500 x 2^20 bytes.
    """
    if size == 0:
        raise SourceError(
            f"{name} is empty", remedy="Check that it was copied or saved completely."
        )
    if size > UPLOAD_LIMIT:
        raise FileTooLargeError(
            f"{name} has {size / 2**20:.0f} MB, over the limit of 500 MB", size=size
        )


class AsyncReadable(Protocol):
    """An object that is read by awaiting `read`."""

    async def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes; b"" at the end."""
        ...


class FormFile(Protocol):
    """A file of a form, as web frameworks pass it."""

    @property
    def filename(self) -> str | None:
        """The file name that the sender gave."""
        ...

    @property
    def file(self) -> Any:
        """A binary file object."""
        ...


class Source:
    """A file to upload, under a name.

    Paths, bytes and seekable file objects can be read again, so they are sent again where that is
    safe. An async iterable, or a pipe, is read once: a fault in the middle of it is an error. A
    file object is read from its current position, and has to stay open until the upload is over.

    Args:
        data: A path, bytes, a binary file object, or an async iterable of bytes. Also a file of a
            form (FastAPI's `UploadFile`), and an object whose `read` is a coroutine function
            (aiofiles, a `StreamReader`, the body of an S3 object).
        name: The file name to send; needed where `data` has none. Its extension decides the type.
        hashed: Compute the SHA-256 of the content while it is read; see `sha256`.

    Attributes:
        name: The file name that is sent.
        size: Bytes, or None when unknown.
        replayable: Whether it can be read again.
        hashed: Whether the next reading computes `sha256`. The attribute may be changed between
            readings.
        sha256: The digest (hex) of the last complete reading; None before, and without `hashed`.

    Raises:
        SourceError: Missing, empty, a folder, unreadable, or without a name.
        UnsupportedFileTypeError: No backend accepts the type.
        FileTooLargeError: Over 500 MB.
    """

    name: str
    size: int | None
    replayable: bool
    hashed: bool
    sha256: str | None

    def __init__(
        self,
        data: str
        | os.PathLike[str]
        | bytes
        | bytearray
        | memoryview
        | IO[bytes]
        | AsyncReadable
        | FormFile
        | AsyncIterable[bytes],
        name: str | None = None,
        *,
        hashed: bool = False,
    ) -> None:
        given = data._reader if isinstance(data, Source) else None  # noqa: SLF001 - of this class
        self._reader: SourceReader = reader_of(data) if given is None else given
        self._begun = False
        self.hashed = hashed
        self.sha256 = None
        self.size = self._reader.size
        self.replayable = self._reader.replayable
        self.name = _plain(name) or self._reader.name
        if not self.name:
            raise SourceError(
                "a source without a name", remedy='Pass Source(data, name="clip.mp4").'
            )
        try:
            self._type = check_type(self.name)
        except UnsupportedFileTypeError as error:
            if not name and self.path is None:  # a file object's own name may be of no use
                error.remedy = f'{error.remedy} Or name it: Source(data, name="clip.mp4").'
            raise
        if self.size is not None:
            check_size(self.name, self.size)

    def __repr__(self) -> str:
        size = "" if self.size is None else f", {self.size} bytes"
        return f"<Source {self.name}{size}>"

    @property
    def path(self) -> Path | None:
        """The path, if the source is a file on disk."""
        return self._reader.path if isinstance(self._reader, DiskReader) else None

    @property
    def stamp(self) -> tuple[int, int] | None:
        """Size (bytes) and time of the last change (ns) of a file on disk, when it was checked.

        Together with the `sha256` of an upload, it shows whether another process finds the same
        file.
        """
        return self._reader.stamp if isinstance(self._reader, DiskReader) else None

    @property
    def spent(self) -> bool:
        """Whether the source was read, and can't be read again."""
        return self._begun and not self.replayable

    @property
    def media_type(self) -> str:
        """The MIME type, by the extension."""
        return self._type.media_type

    def chunks(self, executor: Executor = SHARED) -> AsyncGenerator[bytes]:
        """Yield the content from the start, in pieces. A thread reads one piece ahead.

        With `hashed`, the reading thread computes the SHA-256 too, so that no second reading is
        needed. `sha256` is set once the generator has ended.

        Args:
            executor: Threads to read in.

        Raises:
            SourceError: The source can't be read (again), or has changed since it was checked.
        """
        if self.spent:
            raise SourceError(
                f"{self.name} can't be read a second time", remedy="Pass a path or bytes instead."
            )
        self._begun = True
        self.sha256 = None
        # No generator around the reader's: the event loop keeps a record of every one.
        return self._reader.chunks(
            executor, SourceDigest(self._set_sha256) if self.hashed else None
        )

    def _set_sha256(self, digest: str) -> None:
        self.sha256 = digest


def _plain(name: object) -> str:
    """Return a name that was passed as text, or the last part of a path.

    Raises:
        SourceError: The name is something else.
    """
    if isinstance(name, os.PathLike):
        return os.path.basename(os.fsdecode(name))  # noqa: PTH119 - no Path is made of it
    if name is not None and not isinstance(name, str):
        raise SourceError(
            f"name is a file name, not {type(name).__name__}",
            remedy='Pass Source(data, name="clip.mp4").',
        )
    return name or ""


Uploadable: TypeAlias = (
    str
    | os.PathLike[str]
    | bytes
    | bytearray
    | IO[bytes]
    | AsyncReadable
    | FormFile
    | AsyncIterable[bytes]
    | Source
)
"""What can be uploaded: a path, bytes, a binary file object, an object with an asynchronous `read`,
a file of a form, an async iterable of bytes, or a `Source`."""
