"""Which pictures of a file are its film, and when the first of them shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from av.stream import Disposition

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

__all__ = ["first_picture_time", "picture_stream"]


def picture_stream(container: InputContainer) -> VideoStream | None:
    """Return the first stream of moving pictures: cover art is none."""
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    return None


def first_picture_time(container: InputContainer) -> float:
    """Return where on the file's own clock its first picture is, which the clip counts from."""
    stream = picture_stream(container)
    if stream is None or stream.start_time is None or stream.time_base is None:
        return 0.0
    return float(stream.start_time * stream.time_base)
