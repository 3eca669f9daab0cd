"""Copy a clip's H.264 packets without decoding them."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from nemomusic.engine.media.decoding.opening import open_media
from nemomusic.engine.media.decoding.streams import video_stream
from nemomusic.engine.media.decoding.timestamps import demux
from nemomusic.engine.video.parameter_sets import ParameterSets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import OutputContainer
    from av.packet import Packet

    from nemomusic.engine.types import Probe

__all__ = ["PacketCopy", "scan_packets"]


@attrs.frozen
class PacketCopy:
    """The packets of a clip that can be copied, moved so that its first frame is at 0.

    Frames that an edit list hides before the first one are copied too, at times below 0, since
    other frames may refer to them. FFmpeg's muxer writes the edit list that hides them again.

    Attributes:
        path: The clip.
        stream: Index of the stream in it.
        first: Presentation time of the first shown frame, in units of `time_base`.
        decoding: Decoding times of its first packets, or all, in place of the file's own.
        end: Seconds from the first shown frame to the end of the last one, which may be held
            because the sound lasts longer.
        hidden: Seconds from the first frame of all to the first shown one.
        time_base: The time base of the clip's stream.
    """

    path: str
    stream: int | None
    first: int
    decoding: tuple[int, ...]
    end: float
    hidden: float
    time_base: Fraction

    def packets(self, container: OutputContainer) -> Iterator[Packet[Any]]:
        """Add a stream like the clip's, its rotation included; return its packets."""
        clip = open_media(self.path)
        source = video_stream(clip, self.stream)
        if source is None:
            raise ValueError(f"{self.path} has lost its frames")
        target = container.add_stream_from_template(source)
        target.time_base = self.time_base

        def copied() -> Iterator[Packet[Any]]:
            decoding = iter(self.decoding)
            with clip:
                for packet in demux(clip, source):
                    if packet.pts is None:  # the empty packet at the end
                        continue
                    dts = next(decoding, packet.dts)
                    packet.pts -= self.first
                    packet.dts = None if dts is None else dts - self.first
                    packet.stream = target
                    yield packet

        return copied()


def scan_packets(path: str, probe: Probe) -> PacketCopy | None:
    """Read a clip's packets without decoding them.

    Matroska has no decoding times, and the demuxer can't compute those of the first packets, up to
    the depth of reordering. They are continued backward.

    Args:
        path: The clip.
        probe: The probe of the clip.

    Returns:
        The facts for a copy. None if the packets can't be copied: they have no times, or times that
        don't rise; a frame after the first shown one is hidden; the first frame is no key frame; or
        the frames change their size.
    """
    times: list[tuple[int, int | None, int]] = []
    hidden: list[int] = []
    with open_media(path, frames=False) as clip:
        stream = video_stream(clip, probe.tracks.video)
        if stream is None:
            return None
        parameters = ParameterSets(stream.codec_context.extradata or b"")
        time_base = stream.time_base
        rate = stream.average_rate
        for packet in demux(clip, stream):
            if not packet.size:
                continue
            if packet.pts is None or packet.is_corrupt:
                return None
            if not times and not packet.is_keyframe:
                return None
            if packet.is_keyframe and parameters.change_with(bytes(packet)):
                return None
            times.append((packet.pts, packet.dts, packet.duration or 0))
            if packet.is_discard:
                hidden.append(packet.pts)
    if len(times) == len(hidden) or not time_base:
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
    not_shown = set(hidden)
    earliest, first = min(shown), min(pts for pts in shown if pts not in not_shown)
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
        probe.tracks.video,
        first,
        lead,
        float((end - first) * time_base) + probe.tracks.tail,
        float((first - earliest) * time_base),
        Fraction(time_base.numerator, time_base.denominator),
    )


def _as_late_as_possible(shown: list[int], step: int) -> tuple[int, ...]:
    """Return decoding times for packets that are shown at `shown`.

    The length of an MP4 track is counted in decoding times. An encoder's decoding times lag by a
    fixed number of frames. At a variable rate this lag may be seconds, and the track would end
    early. No packet may be decoded after a later packet is shown. Packets that must be decoded at
    the same time share the time since the packet before them.
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
