"""Read the boxes of MP4 and MOV files (ISO/IEC 14496-12): the declared codecs of the tracks."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING, Final

import attrs

from nemomusic.engine.media.containers.dolby_vision import incompatible_profile
from nemomusic.engine.media.containers.truncation import FIRST_BOXES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["SampleEntry", "joined_files", "missing_index", "sample_entries"]

_CONTAINERS: Final = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
_MAX_ENTRY: Final = 4096
"""Bytes of a sample entry that are read."""
_MAX_BOXES: Final = 10_000
"""Boxes that are read: a damaged file could hold millions of empty ones."""


@attrs.frozen
class SampleEntry:
    """The declared codec of a track.

    Attributes:
        code: Four characters, such as "avc1" or "encv"; "" if there is none.
        channels: The number of channels of a sound track; without meaning for others.
        ambisonic: Whether the track declares spherical sound (Google's box "SA3D").
        spherical: Whether the track declares spherical frames (Google's box "sv3d").
        dolby_vision: Profile of Dolby Vision, if the frames have colors that only Dolby Vision
            shows right; 0 for others.
    """

    code: str = ""
    channels: int = 0
    ambisonic: bool = False
    spherical: bool = False
    dolby_vision: int = 0


def sample_entries(path: Path) -> list[SampleEntry]:
    """Return the first sample entry of each track; [] for files of other kinds."""
    found: list[SampleEntry] = []
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        for kind, start, stop in _boxes(file, 0, size, [_MAX_BOXES]):
            if kind == b"trak":
                found.append(SampleEntry())
            elif kind == b"stsd" and found and not found[-1].code:
                file.seek(start + 8)  # version and flags, number of entries
                entry = file.read(min(stop - start - 8, _MAX_ENTRY))
                code = entry[4:8].decode("latin-1")
                found[-1] = SampleEntry(
                    code,
                    _channels(entry),
                    ambisonic=b"SA3D" in entry,
                    spherical=b"sv3d" in entry,
                    dolby_vision=_dolby_vision(entry),
                )
    return found


def joined_files(path: Path) -> int:
    """Return how many MP4s follow one another in a file; 0 for files of other kinds."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        top = _boxes(file, 0, size, [_MAX_BOXES], within=frozenset())
        return sum(kind == b"moov" for kind, _, _ in top)


def missing_index(path: Path) -> str:
    """Return what an MP4 or MOV lacks so that no program can read it; "" for other files."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        kinds = [kind for kind, _, _ in _boxes(file, 0, size, [_MAX_BOXES], within=frozenset())]
    if b"moov" in kinds or FIRST_BOXES.isdisjoint(kinds[:1]):
        return ""
    if b"moof" in kinds:
        return "holds fragments of a video, without the beginning that describes them"
    return 'has no index (the box "moov"): its recording or copying was not finished'


def _dolby_vision(entry: bytes) -> int:
    """Return the profile in a Dolby Vision box whose base layer is compatible with nothing else."""
    for name in (b"dvcC", b"dvvC", b"dvwC"):
        at = entry.find(name)
        if at >= 0:
            return incompatible_profile(entry[at + 4 :])
    return 0


def _channels(entry: bytes) -> int:
    """Return the channels of a sound entry (QuickTime's versions 0, 1 and 2)."""
    if int.from_bytes(entry[16:18], "big") == 2:
        return int.from_bytes(entry[48:52], "big")
    return int.from_bytes(entry[24:26], "big")


def _boxes(
    file: IO[bytes],
    at: int,
    end: int,
    left: list[int],
    within: frozenset[bytes] = _CONTAINERS,
) -> Iterator[tuple[bytes, int, int]]:
    """Yield (kind, start of the content, end) of boxes.

    The boxes inside a container come after it.
    """
    while at + 8 <= end and left[0] > 0:
        left[0] -= 1
        file.seek(at)
        head = file.read(16)
        length, kind, start = int.from_bytes(head[:4]), head[4:8], at + 8
        if length == 1:
            length, start = int.from_bytes(head[8:16]), at + 16
        stop = end if length == 0 else min(at + length, end)
        if stop < start:
            return
        yield kind, start, stop
        if kind in within:
            yield from _boxes(file, start, stop, left)
        at = stop
