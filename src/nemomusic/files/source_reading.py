"""Read a source piece by piece: the parts that all readers share.

All reading of files is done in threads, one piece before it is needed.
"""

from __future__ import annotations

import inspect
import io
from typing import TYPE_CHECKING, Any, Final, Protocol

from nemomusic.errors import ConfigurationError, SourceError
from nemomusic.models.file_types import sniff

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from nemomusic.runtime.executor import Executor, ThreadCall

READ_SIZE: Final = 2**20
"""Bytes of one read. Reads of 1 MiB in a thread, ahead of the connection, gave 1481 MB/s and pauses
of the event loop of 6 ms. aiohttp's own form gave 991 MB/s and 66 ms (`benchmarks/upload.py`)."""
END_OF_READ_SECONDS: Final = 0.5
"""Seconds to wait until a read of a caller's file object ends, after the reading was given up."""
_SHOWN_CHARACTERS: Final = 500
"""The highest number of characters of a path in a message."""
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


def sniffed_name(head: bytes) -> str:
    """Return a file name by the first bytes of a file; "" if they are of no known type."""
    found = sniff(head)
    return "" if found is None else f"clip.{found.extension}"


def checked_chunk(chunk: Any) -> bytes:
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


def check_complete(file: Any) -> None:
    """Raise if a file object that has come to its end says that bytes are missing.

    The answer of `urllib.request.urlopen` ends without an error when its connection breaks.

    Raises:
        SourceError: Bytes are missing.
    """
    missing = getattr(file, "length", None) if type(file).__module__ == "http.client" else None
    if isinstance(missing, int) and missing > 0:
        raise SourceError(
            f"the download broke off: {missing} bytes are missing",
            remedy="Download it again, or save it and pass the path.",
        )


def shortened(text: object) -> str:
    """Return a text for a message: somebody may pass the content of a file as its path."""
    shown = str(text)
    return (
        shown
        if len(shown) <= _SHOWN_CHARACTERS
        else f"{shown[: _SHOWN_CHARACTERS // 2]}…{shown[-_SHOWN_CHARACTERS // 4 :]}"
    )


def reading_failed(file: Any, error: Exception) -> SourceError:
    """Return the error for an exception that a caller's file has raised."""
    if isinstance(error, SourceError):
        return error
    if getattr(file, "closed", False) is True and isinstance(error, ValueError | AttributeError):
        return SourceError(CLOSED, remedy=KEEP_OPEN)
    if isinstance(error, io.UnsupportedOperation):
        return SourceError("the file is not open for reading", remedy='Open it with "rb".')
    why = getattr(error, "strerror", None) or words_of(error) or type(error).__name__
    if isinstance(error, TypeError):  # such as the response of an HTTP library
        return SourceError(
            f"{type(file).__name__}.read(size) can't be called ({why})",
            remedy="Pass its bytes, or an async iterable of them.",
        )
    return SourceError(f"reading failed ({why})", remedy="Check the source, or pass its path.")


def words_of(error: Exception) -> str:
    """Return the message of an exception; "" if it can't be made."""
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - the error of any library
        return ""


async def prefetched(
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
        chunk = checked_chunk(read(READ_SIZE))
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
                raise reading_failed(getattr(read, "__self__", None), error) from error
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
        elif not await coming.drop_or_wait_within(END_OF_READ_SECONDS):
            stuck()
