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
) -> None:
    """Write a file that starts to play before it is loaded whole (moov before mdat).

    Args:
        path: The file to write; overwritten.
        sound: A file whose audio packets become the sound track.
        pictures: Adds its stream to the container when called, and yields its packets by dts.
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

        for packet in heapq.merge(video, audio(), key=_time):
            container.mux_one(packet)


def _time(packet: Packet[Any]) -> float:
    return float((packet.dts or 0) * packet.time_base)
