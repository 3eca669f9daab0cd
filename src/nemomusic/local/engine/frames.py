"""Small pictures of a clip, decoded no more than they are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np
from av.stream import Disposition
from av.video.reformatter import Interpolation, VideoReformatter

from nemomusic.local.engine.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

__all__ = ["Glance", "Pictures", "glances", "pictures_of"]

_LONG_SIDE: Final = 96
"""Pixels; enough to tell shots apart, and noise and compression are gone at this size."""


@attrs.frozen
class Glance:
    """One picture, small.

    Attributes:
        time: Seconds from the first picture shown.
        planes: Y, U, V of the picture, [3, height, width], 8 bits in limited ("TV") range.
    """

    time: float
    planes: NDArray[np.uint8]


@attrs.frozen
class Pictures:
    """The pictures of a container.

    Attributes:
        stream: The first video stream that isn't cover art.
        origin: Time of the first picture shown, on the file's own clock, in seconds.
    """

    stream: VideoStream
    origin: float


def pictures_of(container: InputContainer) -> Pictures:
    """Find the pictures of a container by its packets; rewinds it afterwards.

    Raises:
        MediaError: There are none.
    """
    streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not streams:
        raise MediaError("The file holds no pictures.", remedy="Give a video file.")
    stream = streams[0]
    edited = container.format.name.startswith("mov")  # an edit list hides what is before 0
    shown = [
        packet.pts
        for packet in container.demux(stream)
        if packet.pts is not None and not packet.is_discard and (packet.pts >= 0 or not edited)
    ]
    container.seek(0)
    return Pictures(stream, float(min(shown, default=0) * (stream.time_base or 0)))


def glances(
    container: InputContainer, stream: VideoStream, *, origin: float, fps: float
) -> Iterator[Glance]:
    """Decode the pictures of a clip that are shown, in order.

    Args:
        container: As opened, nothing read from it.
        stream: Of the container; set up here.
        origin: Time of the first picture shown, on the stream's own clock, in seconds.
        fps: Used to time pictures that carry no time.
    """
    stream.thread_type = "AUTO"
    shrink = _Shrinker()
    last = -1.0 / fps
    for frame in container.decode(stream):
        time = frame.time - origin if frame.time is not None else last + 1.0 / fps
        if time < last + 1e-4:
            continue
        last = time
        yield Glance(time, shrink(frame))


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
        return small.to_ndarray()
