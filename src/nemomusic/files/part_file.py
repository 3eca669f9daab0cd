"""The file in which a result is kept until it is complete, and its validators."""

from __future__ import annotations

import errno
import json
import os
import secrets
import stat
from contextlib import suppress
from io import FileIO
from typing import TYPE_CHECKING, Final

import attrs

from nemomusic import errors
from nemomusic.files import part_writer
from nemomusic.files.outputs import PART_ENDING, note_of
from nemomusic.files.part_writer import disk_errors
from nemomusic.models.file_types import Signature

if TYPE_CHECKING:
    from pathlib import Path

Stamp = tuple[int, int]
"""Size (bytes) and time of the last change (ns) of a file. Renaming changes neither."""


@attrs.frozen
class ResultKind:
    """A kind of file that can be fetched.

    Attributes:
        name: Its name with an article, for messages.
        signature: How a file of this kind begins.
    """

    name: str
    signature: Signature


MP4: Final = ResultKind("an MP4", Signature(4, b"ftyp"))
ZIP: Final = ResultKind("a ZIP file", Signature(0, b"PK\x03\x04"))
MIDI: Final = ResultKind("a MIDI file", Signature(0, b"MThd"))
CUE_SHEET: Final = ResultKind("a cue sheet", Signature(0, b"["))


def part_of(path: Path) -> Path:
    """Return the file in which a result is kept until it is complete."""
    return path.with_name(f"{path.name}{PART_ENDING}")


def stamp_of(path: Path) -> Stamp | None:
    """Return the stamp of a file; None if there is none."""
    try:
        info = path.stat()
    except OSError:
        return None
    return info.st_size, info.st_mtime_ns


def is_own(info: os.stat_result) -> bool:
    """Return whether a status, not of a link's target, is of a regular file of this user alone.

    A file with a second name may be one that the user wants to keep.
    """
    ours = not hasattr(os, "geteuid") or info.st_uid == os.geteuid()
    return stat.S_ISREG(info.st_mode) and ours and info.st_nlink == 1


def open_own(path: Path, *, fresh: bool) -> FileIO:
    """Open a file of unfinished work for reading and writing. No link is followed.

    Args:
        path: The file.
        fresh: Whether a new file takes the place of one that is there. A link is deleted, and its
            target is left alone.

    Raises:
        OSError: The file can't be opened, or is not a regular file of this user.
    """
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    flags |= getattr(os, "O_NONBLOCK", 0)  # a pipe is refused, and not waited for
    if fresh:
        path.unlink(missing_ok=True)
        flags |= os.O_CREAT | os.O_EXCL
    file = FileIO(os.open(path, flags, 0o666), "r+b")
    if not is_own(os.fstat(file.fileno())):
        file.close()
        raise OSError(errno.EEXIST, "it is not a file of this user", str(path))
    return file


def write_own(path: Path, data: bytes) -> None:
    """Write a file under a temporary name, and rename it to its path. No link is followed.

    Raises:
        OSError: The file can't be written.
    """
    part = path.with_name(f".{secrets.token_hex(8)}{PART_ENDING}")
    try:
        with open_own(part, fresh=True) as file:
            part_writer.write_all(file, [data])
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


class PartFile:
    """A result that is not complete yet.

    Args:
        path: The path of the result.
        replace: Whether a file may be replaced that exists when the result is complete.
        kind: The kind of the result. Its first bytes must show it.

    Attributes:
        part: The file with the bytes that came.
        note: The file with the validators; see `keep_validator`.
        noted: Whether there may be a note.
    """

    part: Path
    note: Path
    noted: bool

    def __init__(self, path: Path, *, replace: bool, kind: ResultKind = MP4) -> None:
        self._path = path
        self._replace = replace
        self._kind = kind
        self.part = part_of(path)
        self.note = note_of(path)
        self.noted = True

    def delete(self) -> None:
        """Delete the part and its note."""
        for path in (self.part, self.note):
            with suppress(OSError):
                path.unlink()

    def resumable(self) -> tuple[int, str]:
        """Return the size of the part in bytes, and the validator of its file."""
        try:
            about = self.part.lstat()
            if not is_own(about) or not is_own(self.note.lstat()):
                return 0, ""
            note = json.loads(self.note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return 0, ""
        size = about.st_size
        validator = note.get("validator") if isinstance(note, dict) else None
        return (size, validator) if size and isinstance(validator, str) and validator else (0, "")

    def open(self, *, resume: bool) -> tuple[FileIO, bool]:
        """Open the part, empty unless it is to be resumed. Runs in a thread.

        Returns:
            The file, and whether the part has a note.
        """
        noted = self.note.exists()
        with disk_errors(self._path):
            return open_own(self.part, fresh=not resume), noted

    def expect_note(self, *, expected: bool) -> None:
        """Say whether there may be a note, which `place` then deletes."""
        self.noted = expected

    def keep_validator(self, etag: str) -> None:
        """Write the validator of the result to the note."""
        self.noted = True
        # Only a strong validator may be used with If-Range (RFC 9110, 13.1.5).
        validator = "" if etag.startswith("W/") else etag
        with disk_errors(self._path), open_own(self.note, fresh=True) as note:
            note.write(json.dumps({"validator": validator}).encode())

    def complete(self, tail: list[bytes]) -> None:
        """Write the rest, check the file, and rename it to its path. This runs in a thread.

        Raises:
            DownloadError: As for `finish`.
            OutputError: As for `finish` and `place`.
        """
        self.finish(tail)
        self.place()

    def finish(self, tail: list[bytes]) -> Stamp:
        """Write the rest, check what kind the file is, and return its stamp.

        This runs in a thread.

        Raises:
            DownloadError: The content is of another kind than expected.
            OutputError: The disk is full, or fails.
        """
        with disk_errors(self._path):
            part = open_own(self.part, fresh=False)
        with part as file:
            if tail:
                with disk_errors(self._path):
                    file.seek(0, os.SEEK_END)
                    part_writer.write_all(file, tail)
                    file.seek(0)
            head = file.read(12)
            as_expected = self._kind.signature.matches(head)
            if as_expected:
                with disk_errors(self._path):
                    os.fsync(file.fileno())
            info = os.fstat(file.fileno())
        if not as_expected:
            self.delete()
            raise errors.DownloadError(f"what came is not {self._kind.name}")
        return info.st_size, info.st_mtime_ns

    def place(self) -> None:
        """Rename the part to its path. This runs in a thread.

        Raises:
            OutputExistsError: Another file has come to this path meanwhile.
            OutputError: The file can't be renamed.
        """
        if os.path.lexists(self._path) and not self._replace:
            raise errors.OutputExistsError(f"{self._path} was created meanwhile")
        with disk_errors(self._path):
            self.part.replace(self._path)
        if self.noted:
            with suppress(OSError):
                self.note.unlink()
