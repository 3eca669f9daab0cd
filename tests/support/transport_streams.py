"""Changes to transport streams: long tables, other packet sizes, packets that were cut."""

from __future__ import annotations

PACKET = 188


def mpeg_crc(data: bytes) -> int:
    """Return the checksum of a table (ISO/IEC 13818-1, annex A)."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = ((crc << 1) ^ (0x04C11DB7 if crc >> 31 else 0)) & 0xFFFFFFFF
    return crc


def packets_of(data: bytes) -> list[bytes]:
    """Split a transport stream."""
    return [data[at : at + PACKET] for at in range(0, len(data), PACKET)]


def pid_of(packet: bytes) -> int:
    """Return the identifier of a packet."""
    return int.from_bytes(packet[1:3]) & 0x1FFF


def long_tables(data: bytes, more: int = 400) -> bytes:
    """Add private descriptors to each table of a program, which then takes several packets.

    Encoders of broadcasts write such tables: languages, subtitles, copy protection.
    """
    out, counts = [], {}
    for packet in packets_of(data):
        pid = pid_of(packet)
        table = packet[5:]
        if not packet[1] & 0x40 or packet[4] or table[0] != 2:
            out.append(packet)
            continue
        section = table[: 3 + (int.from_bytes(table[1:3]) & 0x0FFF) - 4]
        filler = b"".join(b"\x80" + bytes([98]) + bytes(98) for _ in range(more // 100))
        own = int.from_bytes(section[10:12]) & 0x0FFF
        info = (0xF000 | own + len(filler)).to_bytes(2)
        section = section[:10] + info + filler + section[12:]
        length = 0xB000 | len(section) - 3 + 4
        section = section[:1] + length.to_bytes(2) + section[3:]
        payload = b"\0" + section + mpeg_crc(section).to_bytes(4)
        for at in range(0, len(payload), PACKET - 4):
            number = counts[pid] = (counts.get(pid, -1) + 1) % 16
            start = 0x40 if at == 0 else 0
            head = bytes([0x47, start | pid >> 8, pid & 0xFF, 0x10 | number])
            out.append(head + payload[at : at + PACKET - 4].ljust(PACKET - 4, b"\xff"))
    return b"".join(out)


def spaced(data: bytes, before: int = 0, after: int = 0) -> bytes:
    """Put other bytes between the packets: 4 before make an M2TS, 16 after are parity bytes."""
    return b"".join(
        (number * 300).to_bytes(4)[:before] + packet + bytes(after)
        for number, packet in enumerate(packets_of(data))
    )
