"""Read the tables of an MPEG transport stream (ISO/IEC 13818-1, 2.4.4), and make them one.

Joined recordings and downloads may carry the same video on other packet identifiers (PIDs) in each
part. FFmpeg makes a new track of each, some of them only while it reads. Here each later part gets
the identifiers of the first one.
"""

from __future__ import annotations

import bisect
import functools
import heapq
import io
import itertools
import os
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from nemomusic.engine.media.containers.transport_packets import (
    TransportPackets,
    find_packets,
    sections,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["UnitedStream", "later_tracks", "transport_dolby_vision", "united"]

_PROGRAMS: Final = 0
"""The identifier, and the `table_id`, of the table of programs (PAT)."""
_PROGRAM: Final = 2
"""The `table_id` of the table of one program (PMT)."""
_NULL: Final = 0x1FFF
"""The identifier of packets without content."""
_DOLBY_VISION: Final = 0xB0
"""Tag of the descriptor "DOVI_video_stream_descriptor"."""
_MOST_PARTS: Final = 10_000
"""The largest number of parts of a file: a damaged file could change its tables with each
packet."""
_MAX_CACHED_FILES: Final = 16
"""Files whose tables are kept in memory: one job opens its clips several times."""

Layout = tuple[tuple[int, int, bytes], ...]
"""The tracks of a program: identifier, type, and descriptors of each."""


@attrs.frozen(eq=False)
class _NewIdentifiers:
    """The packets of a file whose identifier changes: positions in the file, new identifiers."""

    starts: NDArray[np.int64]
    pids: NDArray[np.uint16]


@attrs.frozen(eq=False)
class _TransportTables:
    """The tables of a file.

    Attributes:
        tracks: The tracks of its first part.
        changes: The packets to change; None if all parts are alike.
        lost: Whether a later part has a track of a type that the first part has not.
    """

    tracks: Layout = ()
    changes: _NewIdentifiers | None = None
    lost: bool = False


class UnitedStream(io.RawIOBase):
    """A transport stream as a file whose later parts have the identifiers of the first part."""

    def __init__(self, path: str | Path, changes: _NewIdentifiers) -> None:
        """Open the file.

        Args:
            path: The file.
            changes: The packets that get another identifier.
        """
        self._file = open(path, "rb", buffering=0)  # noqa: PTH123, SIM115 - closed by `close`
        self._changes = changes

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Change the position."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the position."""
        return self._file.tell()

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, with the new identifiers."""
        start = self._file.tell()
        data = bytearray(self._file.read(size))
        first, last = np.searchsorted(self._changes.starts, [start - 2, start + len(data)])
        for at, pid in zip(
            (self._changes.starts[first:last] - start).tolist(),
            self._changes.pids[first:last].tolist(),
            strict=True,
        ):
            if 0 <= at + 1 < len(data):
                data[at + 1] = (data[at + 1] & 0xE0) | (pid >> 8)
            if 0 <= at + 2 < len(data):
                data[at + 2] = pid & 0xFF
        return bytes(data)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


def united(path: str | Path) -> UnitedStream | None:
    """Return a transport stream with one set of identifiers; None if it has one as it is."""
    changes = _read(*_identity(path)).changes
    return None if changes is None else UnitedStream(path, changes)


def later_tracks(path: Path) -> bool:
    """Return whether a later part of a transport stream has tracks that are left out."""
    return _read(*_identity(path)).lost


def transport_dolby_vision(path: Path) -> bytes:
    """Return the Dolby Vision record of a transport stream's first part; b"" without one."""
    for _, _, descriptors in _read(*_identity(path)).tracks:
        for tag, content in _descriptors(descriptors):
            if tag == _DOLBY_VISION:
                return content
    return b""


def _identity(path: str | Path) -> tuple[str, int, int]:
    about = os.stat(path)  # noqa: PTH116 - a path or a string
    return os.fspath(path), about.st_size, about.st_mtime_ns


@functools.lru_cache(maxsize=_MAX_CACHED_FILES)
def _read(path: str, size: int, _modified: int) -> _TransportTables:
    """Read the tables of a file."""
    if not size:
        return _TransportTables()
    packets = find_packets(np.memmap(path, np.uint8, "r"))
    programs = list(_programs(packets))
    parts = list(itertools.islice(_parts(packets, programs), _MOST_PARTS))
    first = parts[0][1] if parts else ()
    if len(parts) < 2:
        return _TransportTables(first)
    pids = packets.pids
    changed = pids.copy()
    lost = False
    for number, (start, layout) in enumerate(parts):
        stop = parts[number + 1][0] if number + 1 < len(parts) else len(packets)
        for old, new in _mapping(layout, first).items():
            lost = lost or new == _NULL
            changed[start:stop][pids[start:stop] == old] = new
    begin = parts[1][0]
    tables = {_PROGRAMS, *(pid for _, pid in programs)}
    changed[begin:][np.isin(pids[begin:], sorted(tables))] = _NULL
    differing = np.flatnonzero(changed != pids)
    changes = _NewIdentifiers(packets.starts[differing], changed[differing])
    return _TransportTables(first, changes, lost)


def _parts(
    packets: TransportPackets, programs: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, Layout]]:
    """Yield the number of the first packet and the tracks of each part; nothing if unsure.

    A file with several programs at one time is left as it is: FFmpeg keeps these apart.
    """
    starts = [row for row, _ in programs]
    if len(starts) != len(set(starts)):
        return
    known: Layout | None = None
    begin = 0
    tables = sorted({pid for _, pid in programs})
    for row, content in heapq.merge(*(sections(packets, pid, _PROGRAM) for pid in tables)):
        layout = _layout(content)
        if not layout or _kinds(layout) == (known and _kinds(known)):
            continue
        if known is not None:  # the part starts with its table of programs, if that is new
            at = bisect.bisect_left(starts, row) - 1
            begin = starts[at] if at >= 0 and starts[at] > begin else row
        known = layout
        yield begin, layout


def _kinds(layout: Layout) -> tuple[tuple[int, int], ...]:
    return tuple((pid, kind) for pid, kind, _ in layout)


def _mapping(layout: Layout, first: Layout) -> dict[int, int]:
    """Return the identifier in the first part for each track of a part, by types in order."""
    free = list(first)
    found = {}
    for pid, kind, _ in layout:
        twin = next((one for one in free if one[1] == kind), None)
        if twin is None:
            found[pid] = _NULL
        else:
            free.remove(twin)
            found[pid] = twin[0]
    return found


def _programs(packets: TransportPackets) -> Iterator[tuple[int, int]]:
    """Yield (packet, identifier of a program's table) where the table of programs changes.

    A long table has several sections. All their programs are in the file at one time, so they have
    the packet of the first section.
    """
    seen: dict[int, bytes] = {}
    first = 0
    for row, content in sections(packets, _PROGRAMS, _PROGRAMS):
        number = content[3]
        if content == seen.get(number):
            continue
        seen[number] = content
        if number == 0:
            first = row
        for at in range(5, len(content) - 3, 4):
            if any(content[at : at + 2]):  # 0 is the table of the network
                yield first, int.from_bytes(content[at + 2 : at + 4]) & 0x1FFF


def _layout(content: bytes) -> Layout:
    """Return the tracks in a program's table; () if it has none."""
    if len(content) < 9:
        return ()
    at = 9 + (int.from_bytes(content[7:9]) & 0x0FFF)
    found = []
    while at + 5 <= len(content):
        length = int.from_bytes(content[at + 3 : at + 5]) & 0x0FFF
        pid = int.from_bytes(content[at + 1 : at + 3]) & 0x1FFF
        found.append((pid, content[at], content[at + 5 : at + 5 + length]))
        at += 5 + length
    return tuple(found)


def _descriptors(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= 2:
        yield data[0], data[2 : 2 + data[1]]
        data = data[2 + data[1] :]
