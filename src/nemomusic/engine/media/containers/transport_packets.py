"""Find the packets of an MPEG transport stream, and the sections of its tables.

The numbers are those of ISO/IEC 13818-1, 2.4.3 (packets) and 2.4.4 (tables).
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["TransportPackets", "find_packets", "sections"]

_PACKET: Final = 188
"""Bytes of a packet."""
_STEPS: Final = (188, 192, 204)
"""Bytes from one packet to the next. Cameras (AVCHD) and Blu-ray discs write 4 bytes with a time
before each packet. Receivers may keep the 16 bytes of error correction after it.
"""
_SYNC: Final = 0x47
"""The first byte of each packet."""
_MIN_SYNC_BYTES: Final = 5
"""Sync bytes in equal steps that show where packets begin."""
_FIRST_WINDOW: Final = 2**10
"""Bytes that are searched at first for the next packet, after damage."""
_LARGEST_WINDOW: Final = 2**20
"""Bytes that are searched at once if the bytes before them had no packet."""
_FIRST_BLOCK: Final = 2**8
"""Packets at the start of a run whose sync bytes are checked at once. Each next block is larger."""
_MOST_RUNS: Final = 10_000
"""Runs of packets without damage between them. The file after them is not searched."""
_STUFFING: Final = 0xFF
"""The byte that fills a packet after the last section."""
_BITS_REVERSED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@attrs.frozen(eq=False)
class TransportPackets:
    """The packets of a transport stream.

    Attributes:
        data: The bytes of the file.
        starts: The positions of the packets' sync bytes in the file.
        pids: The identifiers (PIDs) of the packets.
    """

    data: NDArray[np.uint8]
    starts: NDArray[np.int64]
    pids: NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.starts)


def find_packets(data: NDArray[np.uint8]) -> TransportPackets:
    """Find the packets of 188 bytes in a file, which may have other bytes between them."""
    starts = np.concatenate([np.zeros(0, np.int64), *_runs(data)])
    pids = (data[starts + 1].astype(np.uint16) & 0x1F) << 8 | data[starts + 2]
    return TransportPackets(data, starts, pids.astype(np.uint16))


def _runs(data: NDArray[np.uint8]) -> Iterator[NDArray[np.int64]]:
    """Yield the positions of packets that follow each other, until the next damage."""
    at = 0
    for _ in range(_MOST_RUNS):
        found = _next_run(data, at)
        if found is None:
            return
        begin, step = found
        count = _run_length(data[begin : len(data) - _PACKET + 1 : step])
        yield np.arange(count, dtype=np.int64) * step + begin
        at = begin + count * step


def _next_run(data: NDArray[np.uint8], at: int) -> tuple[int, int] | None:
    """Return the position of the next packets and the bytes between their starts; None at the end.

    Args:
        data: The bytes of the file.
        at: Where the search begins.
    """
    window = _FIRST_WINDOW
    while at + _PACKET <= len(data):
        found = []
        for step in _STEPS:
            part = data[at : at + window + step * (_MIN_SYNC_BYTES - 1)] == _SYNC
            length = len(part) - step * (_MIN_SYNC_BYTES - 1)
            if length > 0:
                hits = [part[step * n : step * n + length] for n in range(_MIN_SYNC_BYTES)]
                positions = np.flatnonzero(np.logical_and.reduce(hits))
                found += [(at + int(one), step) for one in positions[:1]]
        if found:
            return min(found)
        at += window
        window = min(2 * window, _LARGEST_WINDOW)
    return None


def _run_length(bytes_at_starts: NDArray[np.uint8]) -> int:
    """Return how many packets follow each other with a sync byte."""
    done, block = 0, _FIRST_BLOCK
    while done < len(bytes_at_starts):
        wrong = np.flatnonzero(bytes_at_starts[done : done + block] != _SYNC)
        if len(wrong):
            return done + int(wrong[0])
        done += block
        block *= 2
    return len(bytes_at_starts)


def sections(packets: TransportPackets, pid: int, table: int) -> Iterator[tuple[int, bytes]]:
    """Yield the valid sections of a table: (number of the first packet, content).

    A section may lie in several packets, and a packet may hold several sections. A section that is
    incomplete, damaged or not yet in force is left out, as in FFmpeg.

    Args:
        packets: The packets of the file.
        pid: The identifier of the packets with the table.
        table: The `table_id` of its sections.
    """
    pending, begin = b"", -1
    last = b""
    for row in np.flatnonzero(packets.pids == pid).tolist():
        at = int(packets.starts[row])
        packet = bytes(packets.data[at : at + _PACKET])
        payload = _payload(packet)
        if packet == last or not payload:  # a packet may be sent twice
            continue
        last = packet
        if packet[1] & 0x40:  # a section starts here; its distance is in the first byte
            rest = 1 + payload[0]
            if begin >= 0:
                found, _ = _split(pending + payload[1:rest])
                yield from ((begin, one) for one in _contents(found, table))
            pending, begin = payload[rest:], row
        elif begin >= 0:
            pending += payload
        found, pending = _split(pending)
        yield from ((begin, one) for one in _contents(found, table))
        begin = begin if pending and not found else row if pending else -1


def _payload(packet: bytes) -> bytes:
    """Return the bytes of a packet after its header; b"" for a damaged packet."""
    if packet[1] & 0x80 or not packet[3] & 0x10:
        return b""
    return packet[5 + packet[4] :] if packet[3] & 0x20 else packet[4:]


def _split(data: bytes) -> tuple[list[bytes], bytes]:
    """Return the complete sections at the start of some bytes, and the bytes after them."""
    found: list[bytes] = []
    while len(data) >= 3 and data[0] != _STUFFING:
        length = 3 + (int.from_bytes(data[1:3]) & 0x0FFF)
        if len(data) < length:
            return found, data
        found.append(data[:length])
        data = data[length:]
    return found, b"" if data[:1] == bytes([_STUFFING]) else data


def _contents(found: list[bytes], table: int) -> Iterator[bytes]:
    """Yield the content of sections, without table, length and checksum."""
    for section in found:
        content = section[3:-4]
        if section[0] == table and len(content) >= 5 and content[2] & 1 and _is_intact(section):
            yield content


def _is_intact(section: bytes) -> bool:
    """Return whether the checksum (CRC-32/MPEG-2) of a section is right.

    It is the CRC-32 of zlib with the bits of all bytes, and of the result, in the other order.
    """
    crc = zlib.crc32(section[:-4].translate(_BITS_REVERSED)) ^ 0xFFFFFFFF
    return crc.to_bytes(4, "little").translate(_BITS_REVERSED) == section[-4:]
