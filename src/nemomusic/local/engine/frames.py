"""Small pictures of a clip, decoded no more than they are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import av
import numpy as np
from av.stream import Disposition
from av.video.reformatter import Interpolation, VideoReformatter

from nemomusic.local.engine.errors import MediaError
from nemomusic.local.engine.gops import Packets, Run, worth_choosing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

__all__ = ["Footage", "Glance"]

_LONG_SIDE: Final = 96
"""Pixels; enough to tell shots apart, and noise and compression are gone at this size."""
_GROUPED: Final = frozenset({"h264", "hevc"})
"""Codecs known to start afresh at a packet flagged as key."""


@attrs.frozen(eq=False)
class Glance:
    """One picture, small.

    Attributes:
        time: Seconds from the first picture shown.
        planes: Y, U, V of the picture, [3, height, width], 8 bits in limited ("TV") range.
    """

    time: float
    planes: NDArray[np.uint8]


class Footage:
    """The pictures of a file: its packets as soon as it is made, small pictures when asked for.

    Attributes:
        packets: In the order they are stored.
        origin: Time of the first picture shown, on the file's own clock, in seconds.
        grouped: Whether it is worth choosing which groups of pictures to decode.
    """

    def __init__(self, path: Path, *, fps: float) -> None:
        """Read the packets.

        Args:
            path: Of a file with pictures.
            fps: Used to time pictures that carry no time.

        Raises:
            MediaError: There are no pictures.
        """
        self._path = path
        self._fps = fps
        with av.open(str(path)) as container:
            stream = _pictures(container)
            base = float(stream.time_base or 0)
            edited = container.format.name.startswith("mov")  # an edit list hides what is before 0
            rows = [
                (
                    np.nan if packet.pts is None else packet.pts * base,
                    packet.size,
                    packet.is_keyframe,
                    packet.is_discard or (edited and packet.pts is not None and packet.pts < 0),
                )
                for packet in container.demux(stream)
                if packet.size
            ]
            codec = stream.codec_context.name
        times = np.array([row[0] for row in rows], np.float64)
        shown = times[[not row[3] for row in rows]]
        shown = shown[np.isfinite(shown)]
        self.origin = float(shown.min()) if len(shown) else 0.0
        self.packets = Packets(
            times - self.origin,
            np.array([row[1] for row in rows], np.int64),
            np.array([row[2] for row in rows], np.bool_),
        )
        self.grouped = codec in _GROUPED and worth_choosing(self.packets)

    def key_glances(self) -> Iterator[Glance]:
        """Decode the key pictures alone, those an edit list hides too."""
        with av.open(str(self._path)) as container:
            stream = _pictures(container)
            self._set_up(stream)
            stream.codec_context.skip_frame = "NONKEY"
            shrink = _Shrinker()
            for packet in container.demux(stream):
                if packet.is_keyframe or not packet.size:
                    for frame in packet.decode():
                        yield Glance(self._time(stream, frame) or 0.0, shrink(frame))

    def glances(self, runs: tuple[Run, ...] | None = None) -> Iterator[Glance | None]:
        """Decode the pictures that are shown, in order.

        Args:
            runs: What to decode; None for everything.

        Yields:
            Pictures, and None between two runs.
        """
        if runs is None:
            runs = (Run(0, len(self.packets.keys), 0.0, float("inf")),)
        with av.open(str(self._path)) as container:
            stream = _pictures(container)
            self._set_up(stream)
            shrink = _Shrinker()
            last = -1.0 / self._fps
            for run, frame in _decoded(container, stream, runs):
                if frame is None:
                    yield None
                    continue
                time = self._time(stream, frame)
                if time is None:
                    time = last + 1.0 / self._fps
                if time <= last or not run.start - 1e-4 <= time < run.stop - 1e-4:
                    continue
                last = time
                yield Glance(time, shrink(frame))

    def _set_up(self, stream: VideoStream) -> None:
        stream.thread_type = "AUTO"
        # What the loop filter smooths is gone at this size; leaving it out saves a quarter.
        stream.codec_context.options = {"skip_loop_filter": "all"}

    def _time(self, stream: VideoStream, frame: VideoFrame) -> float | None:
        if frame.pts is None or stream.time_base is None:
            return None
        return float(frame.pts * stream.time_base) - self.origin


def _pictures(container: InputContainer) -> VideoStream:
    streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not streams:
        raise MediaError("The file holds no pictures.", remedy="Give a video file.")
    return streams[0]


def _decoded(
    container: InputContainer, stream: VideoStream, runs: tuple[Run, ...]
) -> Iterator[tuple[Run, VideoFrame | None]]:
    """Decode the packets of the runs; None after each but the last."""
    left = list(reversed(runs))
    codec = stream.codec_context
    number = 0
    for packet in container.demux(stream):
        if not left:
            return
        run = left[-1]
        if packet.size:
            if run.first <= number < run.end:
                for frame in codec.decode(packet):
                    yield run, frame
            number += 1
        if number == run.end or not packet.size:
            for frame in codec.decode(None):
                yield run, frame
            codec.flush_buffers()
            left.pop()
            if left:
                yield run, None


class _Shrinker:
    """Makes small pictures, reusing one scaler: a new one per picture costs as much as decoding."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def __call__(self, frame: VideoFrame) -> NDArray[np.uint8]:
        scale = _LONG_SIDE / max(frame.width, frame.height)
        width, height = (
            max(8, round(side * scale / 2) * 2) for side in (frame.width, frame.height)
        )
        small = self._reformatter.reformat(
            frame, width, height, "yuv444p", interpolation=Interpolation.FAST_BILINEAR
        )
        return np.asarray(small.to_ndarray(), np.uint8)
