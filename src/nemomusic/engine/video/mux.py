"""Write frames and sound into one MP4."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

import av

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from av.container import OutputContainer
    from av.packet import Packet

    from nemomusic.engine.video.metadata import Extras

__all__ = ["write_mp4"]


def write_mp4(
    path: Path,
    sound: Path,
    add_video: Callable[[OutputContainer], Iterator[Packet[Any]]],
    duration: float,
    extras: Extras,
) -> None:
    """Write a file that can be played before it is completely loaded (moov before mdat).

    Args:
        path: The file to write. It is overwritten.
        sound: A file whose audio packets become the sound track.
        add_video: Adds the video stream to the container, and yields its packets by dts.
        duration: Length of the video track in seconds, including frames that an edit list hides.
        extras: Tags, chapters and subtitles to write.
    """
    with (
        av.open(str(sound)) as source,
        av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container,
    ):
        video = add_video(container)
        heard = source.streams.audio[0]
        track = container.add_stream_from_template(heard)

        def audio() -> Iterator[Packet[Any]]:
            for packet in source.demux(heard):
                if packet.dts is not None:
                    packet.stream = track
                    yield packet

        texts = extras.start(container)
        for packet in heapq.merge(_ending_at(duration, video), audio(), *texts, key=_time):
            container.mux_one(packet)


def _ending_at(duration: float, packets: Iterator[Packet[Any]]) -> Iterator[Packet[Any]]:
    """Set the duration of the last packet, so that the track has the length of its frames.

    The length of an MP4 track is the sum of the packets' durations in *decoding* order. If they
    vary, or a demuxer has guessed them, that sum may be wrong.
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
    base = packet.time_base
    return (packet.dts or 0) * base.numerator / base.denominator
