"""MIDI files, read far enough to be compared with what was played."""

from __future__ import annotations

import struct

Event = tuple[int, bytes]
"""Ticks since the beginning, and the message."""


def read_midi(data: bytes) -> tuple[int, list[list[Event]]]:
    """Read a MIDI file as (ticks a quarter, tracks of events)."""
    kind, size, form, count, division = struct.unpack_from(">4sIHHH", data)
    assert (kind, size, form) == (b"MThd", 6, 1)
    at, tracks = 14, []
    for _ in range(count):
        name, length = struct.unpack_from(">4sI", data, at)
        assert name == b"MTrk"
        tracks.append(read_track(data[at + 8 : at + 8 + length]))
        at += 8 + length
    assert at == len(data)
    return division, tracks


def read_track(data: bytes) -> list[Event]:
    """Read the events of one track."""
    events, at, tick = [], 0, 0
    while at < len(data):
        delta = 0
        while True:
            byte, at = data[at], at + 1
            delta = delta << 7 | byte & 0x7F
            if byte < 0x80:
                break
        tick += delta
        status = data[at]
        if status == 0xFF:
            size = data[at + 2]
            events.append((tick, data[at : at + 3 + size]))
            at += 3 + size
        else:
            size = 2 if status & 0xF0 == 0xC0 else 3
            events.append((tick, data[at : at + size]))
            at += size
    assert events[-1][1] == b"\xff\x2f\x00"
    return events


def tempos_of(track: list[Event]) -> list[tuple[int, int]]:
    """Return (tick, microseconds a quarter) of each change of tempo."""
    return [
        (tick, int.from_bytes(message[3:], "big"))
        for tick, message in track
        if message[:2] == b"\xff\x51"
    ]


def seconds(tick: int, tempos: list[tuple[int, int]], division: int) -> float:
    """Return the time of a tick by the tempo map."""
    time, before, tempo = 0.0, 0, 500_000
    for change, value in tempos:
        if change >= tick:
            break
        time += (change - before) * tempo / division / 1e6
        before, tempo = change, value
    return time + (tick - before) * tempo / division / 1e6
