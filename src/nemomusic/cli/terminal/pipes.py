"""Read clips from standard input, and write results to standard output."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from io import FileIO
from typing import IO, TYPE_CHECKING, Any, Final
from uuid import uuid4

from nemomusic import errors
from nemomusic.cli.terminal import paths
from nemomusic.cli.terminal.exit_codes import CommandInterruptedError
from nemomusic.models.file_types import ACCEPTED_REMEDY, SNIFFED_BYTES, sniff

if TYPE_CHECKING:
    from pathlib import Path

PIPE: Final = "-"
"""The name that stands for standard input as a clip, and for standard output as an output."""
_COPY_BYTES: Final = 2**20
"""Bytes of one copy step."""


async def receive_clip(folder: Path) -> Path:
    """Write standard input to a file, named by the type of its content.

    Args:
        folder: Where the file is made. The caller removes it.

    Raises:
        InputError: Standard input is a terminal, empty, too large, or no accepted type.
    """
    if sys.stdin is None or sys.stdin.isatty():
        raise errors.SourceError(
            "the clip - is standard input, and that is a terminal",
            remedy="Pipe a clip into the command, or name a file.",
        )
    path: Path = await _in_daemon(lambda: _copy_in(_unbuffered(sys.stdin, "rb"), folder))
    return path


def _unbuffered(stream: IO[str], mode: str) -> FileIO:
    """Return the raw file of a stream of `sys`.

    A thread that is blocked in the stream itself would hold its lock at the end of the process.
    """
    return FileIO(stream.fileno(), mode, closefd=False)


def _copy_in(stream: FileIO, folder: Path) -> Path:
    head = b""
    while len(head) < SNIFFED_BYTES and (piece := stream.read(SNIFFED_BYTES - len(head))):
        head += piece
    if not head:
        raise errors.SourceError(
            "standard input is empty", remedy="Check the command before the pipe."
        )
    kind = sniff(head)
    if kind is None:
        raise errors.UnsupportedFileTypeError(
            "standard input is not supported as a clip", remedy=ACCEPTED_REMEDY
        )
    path = folder / f"stdin.{kind.extension}"
    size = len(head)
    with path.open("wb") as file:
        file.write(head)
        while piece := stream.read(_COPY_BYTES):
            size += len(piece)
            if size > errors.UPLOAD_LIMIT:
                raise errors.FileTooLargeError(
                    "standard input is over the limit of 500 MB", size=size
                )
            file.write(piece)
    return path


def piped_output() -> Path:
    """Return a path for a result that goes to standard output.

    The result is kept there until it is written out, so that the job can be resumed.

    Raises:
        OutputError: Standard output is a terminal, or closed.
        ConfigurationError: There is no folder to keep the result in.
    """
    closed = sys.stdout is None or sys.stdout.name == os.devnull  # opened in place of a closed one
    if closed or sys.stdout.isatty():
        raise errors.OutputError(
            f"the output - is standard output, and that is {'closed' if closed else 'a terminal'}",
            remedy="Redirect it, as in `-o - > out.mp4`, or name a file.",
        )
    folder = paths.piped_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"result-{uuid4().hex[:12]}.mp4"


async def send_out(path: Path) -> None:
    """Write a file to standard output, and remove it.

    Raises:
        OutputError: The reader closed the pipe. The file is kept.
        CommandInterruptedError: The command was interrupted. The file is kept.
    """

    def copy() -> None:
        stream = _unbuffered(sys.stdout, "wb")
        with path.open("rb") as file:
            while piece := file.read(_COPY_BYTES):
                left = memoryview(piece)
                while left:
                    left = left[stream.write(left) or 0 :]

    sys.stdout.flush()
    try:
        await _in_daemon(copy)
    except asyncio.CancelledError:
        raise CommandInterruptedError("interrupted", remedy=f"The result is kept: {path}") from None
    except BrokenPipeError as error:
        raise errors.OutputError(
            "standard output was closed before the result was written",
            remedy=f"The result is kept: {path}",
        ) from error
    path.unlink()


async def _in_daemon(work: Any) -> Any:
    """Do blocking work in a thread that does not delay the end of the process."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Any] = loop.create_future()

    def settle(result: Any, error: BaseException | None) -> None:
        if not done.done():
            if error is None:
                done.set_result(result)
            else:
                done.set_exception(error)

    def run() -> None:
        result, failure = None, None
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - raised where it is awaited
            failure = error
        try:
            loop.call_soon_threadsafe(settle, result, failure)
        except RuntimeError:
            return  # the loop is closed: no task waits any more

    threading.Thread(target=run, daemon=True, name="nemomusic-pipe").start()
    return await done
