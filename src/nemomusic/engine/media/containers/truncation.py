"""Check that a file is not truncated: containers declare the size of each part at its front.

FFmpeg reads a truncated file without an error, so that a video would end too soon. Only missing
bytes count. Bytes after the last part (padding, tags, garbage) do no harm.
"""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING, Final

from nemomusic.engine.errors import MediaError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FIRST_BOXES", "check_not_truncated", "find_truncation"]

FIRST_BOXES: Final = frozenset(
    {b"ftyp", b"styp", b"moov", b"mdat", b"moof", b"wide", b"free", b"skip", b"pnot", b"sidx"}
)
"""The boxes that an MP4 or MOV may begin with."""
_NEEDED_BOXES: Final = frozenset({b"moov", b"moof", b"mdat"})
"""The boxes that a video needs. Half an index of fragments or half a tag does no harm."""
_EBML: Final = b"\x1a\x45\xdf\xa3"
_SEGMENT: Final = b"\x18\x53\x80\x67"
_CLUSTER: Final = b"\x1f\x43\xb6\x75"
_ELEMENTS: Final = frozenset(
    bytes.fromhex(name)
    for name in (
        *("114d9b74", "1549a966", "1654ae6b", "1043a770", "1f43b675", "1c53bb6b", "1941a469"),
        *("1254c367", "ec", "bf", "e7", "5854", "a7", "ab", "a3", "a0", "af"),
    )
)
"""Identifiers of elements in a segment or a cluster of Matroska (RFC 9559, 5.1). Damage in the
middle of a file gives other identifiers, with any size.
"""
_UNKNOWN_RIFF: Final = 0x7FFF_F000
"""RIFF sizes from this one on are placeholders of programs that could not go back to correct them:
0xFFFFFFFF (FFmpeg), 0x7FFFFFFF and 0x7FFFF000 (SoX)."""
_RIFF_SLACK: Final = 9
"""The number of bytes by which some writers declare too much: the chunk's own header, and the
padding byte.
"""


def check_not_truncated(path: Path) -> None:
    """Raise unless the file has all bytes that it declares.

    Raises:
        MediaError: The file is truncated.
        OSError: The file can't be read.
    """
    if (missing := find_truncation(path)) is not None:
        raise MediaError(
            f"{path.name} is cut off: {missing}.",
            remedy="Copy or download it again, complete; or use what is there: allow_partial"
            " (--allow-partial).",
        )


def find_truncation(path: Path) -> str | None:
    """Return the missing part of a file, in words; None if nothing is missing.

    The sizes of the parts decide, not a length in a header, which is often wrong. MP4 and MOV
    (ISO/IEC 14496-12, 4.2), Matroska and WebM (RFC 8794 and RFC 9559), AVI, WAV and WebP (RIFF;
    OpenDML for several RIFFs in one file). Other kinds are not checked.

    Raises:
        OSError: The file can't be read.
    """
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        head = _at(file, 0, 12)
        least = ""
        if head[4:8] in FIRST_BOXES:
            declared, awaited = _boxes(file, size)
            if awaited and declared <= size:
                return "the data of its last part is missing"
            least = "at least "  # more boxes may have followed
        elif head[:4] == _EBML:
            begin, length = _segment(file) or (0, 0)
            if length is None:
                declared, least = _clusters(file, begin, size), "at least "
            else:
                declared = begin + length
        elif head[:4] == b"RIFF":
            declared = _riffs(file, size)
        else:
            return None
    return f"{size} of {least}{declared} bytes are there" if declared > size else None


def _at(file: IO[bytes], at: int, count: int) -> bytes:
    file.seek(at)
    return file.read(count)


def _boxes(file: IO[bytes], size: int) -> tuple[int, bool]:
    """Return the declared end of the last needed box, and whether its data comes after it."""
    at = end = 0
    awaited = False  # a fragment's description came, but not its data
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
    return end, awaited


def _segment(file: IO[bytes]) -> tuple[int, int | None] | None:
    """Return where the elements of the segment begin, and their length in bytes.

    The length is None if the segment has no size (live recordings). None for a file without a
    segment.
    """
    length, width = _vint(_at(file, 4, 8))
    if length is None:
        return None
    at = 4 + width + length
    if _at(file, at, 4) != _SEGMENT:
        return None
    length, width = _vint(_at(file, at + 4, 8))
    return at + 4 + width, length


def _clusters(file: IO[bytes], begin: int, size: int) -> int:
    """Return the declared end of the last element of a segment that begins at `begin`.

    An unfinished recording has a segment without a size, but its clusters, or the blocks in them,
    have sizes.
    """
    at = end = begin
    while at < size:
        head = _at(file, at, 12)
        name = 9 - head[0].bit_length() if head and head[0] else 0
        if head[:name] not in _ELEMENTS or len(head) <= name:
            break  # no element: padding, or garbage
        length, width = _vint(head[name:])
        at += name + width
        if length is None:
            if head[:4] != _CLUSTER:
                break
            continue  # its blocks come next
        at += length
        end = at
    return end


def _vint(data: bytes) -> tuple[int | None, int]:
    """Return an EBML size and its length in bytes (RFC 8794, 4); None for an unknown size."""
    if not data or not data[0]:
        return None, 1
    width = 9 - data[0].bit_length()
    if len(data) < width:
        return None, width
    ones = (1 << 7 * width) - 1
    value = int.from_bytes(data[:width]) & ones
    return (None if value == ones else value), width


def _riffs(file: IO[bytes], size: int) -> int:
    """Return the declared end of the last RIFF; 0 if it has no size."""
    at = end = 0
    while at < size:
        head = _at(file, at, 8)
        length = int.from_bytes(head[4:], "little")
        if head[:4] != b"RIFF" or len(head) < 8 or length >= _UNKNOWN_RIFF:
            break
        at += 8 + length + length % 2
        end = at
    return end if end > size + _RIFF_SLACK else 0
