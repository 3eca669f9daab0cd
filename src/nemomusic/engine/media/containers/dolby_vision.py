"""Find files whose colors only Dolby Vision shows right (profiles 5 and 10.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nemomusic.engine.media.containers.transport_stream import transport_dolby_vision

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["dolby_vision_elsewhere", "incompatible_profile"]

_HEADER_BYTES: Final = 1 << 20
"""Bytes at the start of a Matroska file in which its tracks are described."""
_KINDS: Final = (b"dvcC", b"dvvC", b"dvwC")
"""Names of the Dolby Vision record, in MP4 and in Matroska."""
_MAPPING_TYPE: Final = b"\x41\xe7\x84"
"""Matroska's element BlockAddIDType, with its size."""
_MAPPING_DATA: Final = b"\x41\xed"
"""Matroska's element BlockAddIDExtraData, which holds the record."""
_MAPPING_BYTES: Final = 64
"""Bytes after the element of the type in which the element of the data must begin."""


def incompatible_profile(record: bytes) -> int:
    """Return the profile in a Dolby Vision record if other players can't show its colors; else 0.

    The record has versions (2 bytes), profile (7 bits), level (6 bits), three flags (3 bits) and
    the compatibility of the base layer (4 bits, 0 for none). See "Dolby Vision Streams Within the
    ISO Base Media File Format", 3.2. In transport streams the descriptor has the same form.
    """
    return record[2] >> 1 if len(record) > 4 and record[4] >> 4 == 0 else 0


def dolby_vision_elsewhere(format_name: str, path: Path) -> int:
    """Return the incompatible profile that a Matroska file or a transport stream declares, or 0."""
    if format_name == "mpegts":
        return incompatible_profile(transport_dolby_vision(path))
    if not format_name.startswith("matroska"):
        return 0
    with path.open("rb") as file:
        head = file.read(_HEADER_BYTES)
    for kind in _KINDS:
        at = head.find(_MAPPING_TYPE + kind)
        data = head.find(_MAPPING_DATA, at, at + _MAPPING_BYTES) if at >= 0 else -1
        if data >= 0:
            return incompatible_profile(head[data + 3 :])
    return 0
