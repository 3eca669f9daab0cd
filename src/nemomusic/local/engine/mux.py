"""Putting pictures and sound into one MP4."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

import av

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from av.container import OutputContainer
    from av.packet import Packet

__all__ = ["write_mp4"]


def write_mp4(
    path: Path,
    sound: Path,
    pictures: Callable[[OutputContainer], Iterator[Packet[Any]]],
    duration: float,
) -> None:
    """Write a file that starts to play before it is loaded whole (moov before mdat).

    Args:
        path: The file to write; overwritten.
        sound: A file whose audio packets become the sound track.
        pictures: Adds its stream to the container when called, and yields its packets by dts.
        duration: Of the picture's track, in seconds; what an edit list hides is part of it.
    """
    with (
        av.open(str(sound)) as source,
        av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container,
    ):
        video = pictures(container)
        heard = source.streams.audio[0]
        track = container.add_stream_from_template(heard)

        def audio() -> Iterator[Packet[Any]]:
            for packet in source.demux(heard):
                if packet.dts is not None:
                    packet.stream = track
                    yield packet

        for packet in heapq.merge(_ending_at(duration, video), audio(), key=_time):
            container.mux_one(packet)


def _ending_at(duration: float, packets: Iterator[Packet[Any]]) -> Iterator[Packet[Any]]:
    """Give the last packet the duration that makes the track as long as its pictures show.

    An MP4 knows no other length than the sum of the packets' durations in order of *decoding*, and
    where they vary, or a demuxer has guessed them, that needn't come to the same.
    """
    first: int | None = None
    held: Packet[Any] | None = None
    for packet in packets:
        if held is not None:
            yield held
        elif first is None:
            first = packet.dts
        held = packet
    if held is not None:
        if first is not None and held.dts is not None:
            held.duration = max(1, round(duration / held.time_base) - (held.dts - first))
        yield held


def _time(packet: Packet[Any]) -> float:
    return float((packet.dts or 0) * packet.time_base)
