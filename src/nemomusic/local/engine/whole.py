"""Whether a file is as long as it says: containers declare their sizes at the front of each part.

FFmpeg reads what is there of a cut file and says nothing, so that a film would end too soon.
Only what is missing counts: bytes behind the last part (padding, tags, rubbish) do no harm.
"""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING, Final

from nemomusic.local.engine.errors import MediaError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["check_whole"]

_FIRST_BOXES: Final = frozenset(
    {b"ftyp", b"styp", b"moov", b"mdat", b"moof", b"wide", b"free", b"skip", b"pnot", b"sidx"}
)
_NEEDED_BOXES: Final = frozenset({b"moov", b"moof", b"mdat"})
"""The boxes a film can't do without; half an index of fragments or half a tag does no harm."""
_EBML: Final = b"\x1a\x45\xdf\xa3"
_SEGMENT: Final = b"\x18\x53\x80\x67"
_UNKNOWN_RIFF: Final = 0x7FFF_F000
"""RIFF sizes from here on are stand-ins of programs that could not go back to correct them:
0xFFFFFFFF (FFmpeg), 0x7FFFFFFF and 0x7FFFF000 (SoX)."""
_RIFF_SLACK: Final = 9
"""Bytes that some writers declare too many: the chunk's own header, and the padding byte."""


def check_whole(path: Path) -> None:
    """Raise unless all bytes are there that the file itself declares.

    MP4 and MOV (ISO/IEC 14496-12, 4.2), Matroska and WebM (RFC 8794 and RFC 9559), AVI, WAV and
    WebP (RIFF; OpenDML for several RIFFs in one file). Nothing is known of other kinds.

    Raises:
        MediaError: it is cut off.
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        head = _at(file, 0, 12)
        least = ""
        if head[4:8] in _FIRST_BOXES:
            declared = _boxes(file, size, path.name)
            least = "at least "  # more boxes may have followed
        elif head[:4] == _EBML:
            declared = _segment(file)
        elif head[:4] == b"RIFF":
            declared = _riffs(file, size)
        else:
            return
    if declared > size:
        raise _cut_off(path.name, f"{size} of {least}{declared} bytes are there")


def _cut_off(name: str, what: str) -> MediaError:
    return MediaError(f"{name} is cut off: {what}.", remedy="Copy or download it again, whole.")


def _at(file: IO[bytes], at: int, count: int) -> bytes:
    file.seek(at)
    return file.read(count)


def _boxes(file: IO[bytes], size: int, name: str) -> int:
    """Where the last box needed ends, by its own word."""
    at = end = 0
    awaited = False  # a fragment's description came, and its data has not yet
    while at < size:
        head = _at(file, at, 16)
        length, kind = int.from_bytes(head[:4]), head[4:8]
        if length == 1:
            length = int.from_bytes(head[8:16]) if len(head) == 16 else 0
            least = 16
        else:
            least = 8
        if length == 0 and least == 8 and len(head) >= 8:
            length = size - at  # to the end of the file
        if len(head) < 8 or length < least:
            break
        awaited = kind == b"moof"
        if kind in _NEEDED_BOXES:
            end = at + length
        at += length
    if awaited and end <= size:
        raise _cut_off(name, "the data of its last part is missing")
    return end


def _segment(file: IO[bytes]) -> int:
    """Where the segment ends, by its own word; 0 where it gives none (live recordings)."""
    length, width = _vint(_at(file, 4, 8))
    if length is None:
        return 0
    at = 4 + width + length
    if _at(file, at, 4) != _SEGMENT:
        return 0
    length, width = _vint(_at(file, at + 4, 8))
    return 0 if length is None else at + 4 + width + length


def _vint(data: bytes) -> tuple[int | None, int]:
    """A size of EBML and the bytes it takes (RFC 8794, 4); None for unknown or no size."""
    if not data or not data[0]:
        return None, 1
    width = 9 - data[0].bit_length()
    if len(data) < width:
        return None, width
    ones = (1 << 7 * width) - 1
    value = int.from_bytes(data[:width]) & ones
    return (None if value == ones else value), width


def _riffs(file: IO[bytes], size: int) -> int:
    """Where the last RIFF ends, by its own word; 0 where it gives none."""
    at = end = 0
    while at < size:
        head = _at(file, at, 8)
        length = int.from_bytes(head[4:], "little")
        if head[:4] != b"RIFF" or len(head) < 8 or length >= _UNKNOWN_RIFF:
            break
        at += 8 + length + length % 2
        end = at
    return end if end > size + _RIFF_SLACK else 0
