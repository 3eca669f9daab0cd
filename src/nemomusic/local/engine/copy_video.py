"""Taking over a clip's H.264 packets as they are."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import attrs
import av

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from av.container import OutputContainer
    from av.packet import Packet

__all__ = ["PacketCopy", "survey"]


@attrs.frozen
class PacketCopy:
    """The packets of a clip that can be taken over, moved so that its first picture is at 0.

    Attributes:
        path: The clip.
        first: Presentation time of its first picture, in units of `time_base`.
        lead: Decoding times of its first packets where the file gives none.
        end: Seconds from its first picture to the end of its last.
        time_base: Of the clip's stream.
    """

    path: str
    first: int
    lead: tuple[int, ...]
    end: float
    time_base: Fraction

    def packets(self, container: OutputContainer) -> Iterator[Packet[Any]]:
        """Add a stream like the clip's, its rotation included; return its packets."""
        clip = av.open(self.path)
        source = clip.streams.video[0]
        target = container.add_stream_from_template(source)
        target.time_base = self.time_base

        def copied() -> Iterator[Packet[Any]]:
            lead = iter(self.lead)
            with clip:
                for packet in clip.demux(source):
                    if packet.pts is None:  # the empty packet at the end
                        continue
                    dts = next(lead) if packet.dts is None else packet.dts
                    packet.pts -= self.first
                    packet.dts = dts - self.first
                    packet.stream = target
                    yield packet

        return copied()


def survey(path: str) -> PacketCopy | None:
    """Look through a clip's packets without decoding them.

    Matroska has no decoding times, and the demuxer can't tell those of the first packets, up to the
    depth of reordering. They are continued backwards.

    Returns:
        What a copy needs; None when the packets aren't fit for one: no times, times that don't
        rise, pictures that are not to be shown, or a beginning that isn't a key picture.
    """
    times: list[tuple[int, int | None, int]] = []
    with av.open(path) as clip:
        stream = clip.streams.video[0]
        time_base = stream.time_base
        rate = stream.average_rate
        for packet in clip.demux(stream):
            if not packet.size:
                continue
            if packet.pts is None or packet.is_discard or packet.is_corrupt:
                return None
            if not times and not packet.is_keyframe:
                return None
            times.append((packet.pts, packet.dts, packet.duration or 0))
    if not times or time_base is None:
        return None
    step = max(1, round(1 / (rate * time_base))) if rate else 1
    known = next((index for index, time in enumerate(times) if time[1] is not None), None)
    if known is None:
        return None
    start = times[known][1] or 0
    lead = tuple(start - step * (known - index) for index in range(known))
    decoding = [*lead, *(dts for _, dts, _ in times[known:] if dts is not None)]
    if len(decoding) < len(times) or any(late <= early for early, late in pairwise(decoding)):
        return None
    if any(pts < dts for (pts, _, _), dts in zip(times, decoding, strict=True)):
        return None
    first = min(pts for pts, _, _ in times)
    end = max(pts + (duration or step) for pts, _, duration in times)
    return PacketCopy(path, first, lead, float((end - first) * time_base), time_base)
