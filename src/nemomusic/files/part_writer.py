"""Write an unfinished download, in a thread, while its next bytes arrive."""

from __future__ import annotations

from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from nemomusic import errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nemomusic.runtime.executor import Executor, ThreadCall


class PartWriter:
    """Writes pieces to an open file, one batch at a time.

    Args:
        file: Open for writing, unbuffered.
        path: The path of the result, for messages.
        executor: Threads to write in.
    """

    def __init__(self, file: IO[bytes], path: Path, executor: Executor) -> None:
        self._file = file
        self._path = path
        self._executor = executor
        self._writing: ThreadCall[None] | None = None

    def start_at(self, position: int) -> None:
        """Go to a position, and truncate the file there."""
        with disk_errors(self._path):
            self._file.seek(position)
            self._file.truncate()

    async def write(self, pieces: list[bytes]) -> None:
        """Begin to write pieces, once the batch before is written."""
        await self.flush()
        self._writing = self._executor.begin(write_all, self._file, pieces)

    async def flush(self) -> None:
        """Wait until all is written.

        Raises:
            OutputError: The disk is full, or fails.
        """
        writing, self._writing = self._writing, None
        if writing is not None:
            with disk_errors(self._path):
                await writing.result()

    async def aclose(self) -> None:
        """Close the file, once the thread is done with it."""
        try:
            if self._writing is not None:
                await self._writing.drop_or_wait()
        finally:
            self._file.close()


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn an OSError of the disk into an `OutputError`.

    Raises:
        OutputError: The disk is full, or fails.
    """
    try:
        yield
    except OSError as error:
        if isinstance(error, errors.NemoMusicError):
            raise
        raise errors.OutputError(
            f"{path} can't be written ({error.strerror or type(error).__name__})",
            remedy="Make room or choose another place, then download again. A job continues with "
            "client.jobs.attach(error.job_id).result().",
        ) from error


def write_all(file: Any, pieces: list[bytes]) -> None:
    """Write all of the pieces.

    This runs in a thread. An unbuffered file may take a part at a time.
    """
    for piece in pieces:
        view = memoryview(piece)
        while view:
            view = view[file.write(view) :]
