"""Taking over a clip's H.264 packets as they are."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import attrs
import av
import numpy as np

from nemomusic.local.engine.clip import picture_stream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from av.container import OutputContainer
    from av.packet import Packet

__all__ = ["PacketCopy", "survey"]


@attrs.frozen
class PacketCopy:
    """The packets of a clip that can be taken over, moved so that its first picture is at 0.

    Pictures that an edit list hides before the first are taken over as well, at times below 0: the
    others may be built upon them. FFmpeg's muxer writes the edit list that hides them again.

    Attributes:
        path: The clip.
        first: Presentation time of the first picture that shows, in units of `time_base`.
        decoding: Decoding times of its first packets, or all, in place of the file's own.
        end: Seconds from the first picture that shows to the end of the last.
        hidden: Seconds from the first picture of all to the first that shows.
        time_base: Of the clip's stream.
    """

    path: str
    first: int
    decoding: tuple[int, ...]
    end: float
    hidden: float
    time_base: Fraction

    def packets(self, container: OutputContainer) -> Iterator[Packet[Any]]:
        """Add a stream like the clip's, its rotation included; return its packets."""
        clip = av.open(self.path)
        source = picture_stream(clip)
        if source is None:
            raise ValueError(f"{self.path} has lost its pictures")
        target = container.add_stream_from_template(source)
        target.time_base = self.time_base

        def copied() -> Iterator[Packet[Any]]:
            decoding = iter(self.decoding)
            with clip:
                for packet in clip.demux(source):
                    if packet.pts is None:  # the empty packet at the end
                        continue
                    dts = next(decoding, packet.dts)
                    packet.pts -= self.first
                    packet.dts = None if dts is None else dts - self.first
                    packet.stream = target
                    yield packet

        return copied()


def survey(path: str) -> PacketCopy | None:
    """Look through a clip's packets without decoding them.

    Matroska has no decoding times, and the demuxer can't tell those of the first packets, up to the
    depth of reordering. They are continued backwards.

    Returns:
        What a copy needs; None when the packets aren't fit for one: no times, times that don't
        rise, pictures hidden elsewhere than before the first, or a beginning that isn't a key
        picture.
    """
    times: list[tuple[int, int | None, int]] = []
    hidden: list[int] = []
    with av.open(path) as clip:
        stream = picture_stream(clip)
        if stream is None:
            return None
        time_base = stream.time_base
        rate = stream.average_rate
        for packet in clip.demux(stream):
            if not packet.size:
                continue
            if packet.pts is None or packet.is_corrupt:
                return None
            if not times and not packet.is_keyframe:
                return None
            times.append((packet.pts, packet.dts, packet.duration or 0))
            if packet.is_discard:
                hidden.append(packet.pts)
    if len(times) == len(hidden) or time_base is None:
        return None
    step = max(1, round(1 / (rate * time_base))) if rate else 1
    known = next((index for index, time in enumerate(times) if time[1] is not None), None)
    if known is None:
        return None
    start = times[known][1] or 0
    lead = tuple(start - step * (known - index) for index in range(known))
    decoding = (*lead, *(dts for _, dts, _ in times[known:] if dts is not None))
    shown = [pts for pts, _, _ in times]
    if len(decoding) < len(times) or any(late <= early for early, late in pairwise(decoding)):
        return None
    if any(pts < dts for pts, dts in zip(shown, decoding, strict=True)):
        return None
    out_of_sight = set(hidden)
    earliest, first = min(shown), min(pts for pts in shown if pts not in out_of_sight)
    if max(hidden, default=first) > first:
        return None
    last, length = max((pts, duration or step) for pts, _, duration in times)
    end = last + length
    if abs(decoding[-1] - decoding[0] + length - (end - earliest)) > 2 * step:
        decoding = lead = _as_late_as_possible(shown, step)
        if any(late <= early for early, late in pairwise(decoding)):
            return None
    return PacketCopy(
        path,
        first,
        lead,
        float((end - first) * time_base),
        float((first - earliest) * time_base),
        time_base,
    )


def _as_late_as_possible(shown: list[int], step: int) -> tuple[int, ...]:
    """Return decoding times for packets that are shown at `shown`.

    The length of an MP4's track is counted in decoding times. Those of an encoder lag by a fixed
    number of pictures, which at a variable rate may be seconds: then the track would end early.
    No packet may be decoded later than any after it is shown; those that have to be ready at the
    same time share the time since the one before.
    """
    limits = np.minimum.accumulate(np.array(shown[::-1]))[::-1]
    times: list[int] = []
    start = 0
    while start < len(limits):
        limit = int(limits[start])
        count = int(np.searchsorted(limits, limit, side="right")) - start
        before = times[-1] if times else limit - step * count
        times += [before + (limit - before) * (n + 1) // count for n in range(count)]
        start += count
    return tuple(times)
