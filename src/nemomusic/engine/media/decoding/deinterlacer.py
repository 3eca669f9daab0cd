"""Deinterlace frames, which old cameras and broadcasts record as fields."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
from av.filter import Graph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

__all__ = ["Deinterlacer"]

_FILTER = "mode=send_frame:parity=auto:deint=interlaced"
"""The filter options: one frame for each frame, and only for frames marked as interlaced."""


class Deinterlacer:
    """Deinterlaces the frames of a stream (FFmpeg's `bwdif`), from the first interlaced one on.

    Args:
        stream: The stream of the frames.
    """

    def __init__(self, stream: VideoStream) -> None:
        base = stream.time_base or Fraction(1, 1000)
        self._base = Fraction(base.numerator, base.denominator)
        self._graph: Graph | None = None
        self._shape: tuple[int, int, str] | None = None
        self._times: list[tuple[int | None, int | None]] = []

    def frames(self, frames: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
        """Yield as many frames with the same times."""
        for frame in frames:
            shape = frame.width, frame.height, frame.format.name
            if self._graph is not None and shape != self._shape:
                yield from self._rest()
            if self._graph is None:
                if not frame.interlaced_frame:
                    yield frame
                    del frame
                    continue
                self._shape = shape
                self._build(frame)
            yield from self._push(frame)
        if self._graph is not None:
            yield from self._rest()

    def _build(self, frame: VideoFrame) -> None:
        graph = Graph()
        graph.link_nodes(
            graph.add_buffer(
                width=frame.width,
                height=frame.height,
                format=frame.format,
                time_base=self._base,
            ),
            graph.add("bwdif", _FILTER),
            graph.add("buffersink"),
        ).configure()
        self._graph = graph

    def _push(self, frame: VideoFrame | None) -> Iterator[VideoFrame]:
        if self._graph is None:
            return
        if frame is not None:
            # The filter needs rising times. The frames' own times are restored afterward.
            self._times.append((frame.pts, frame.dts))
            frame.pts = len(self._times) - 1
            frame.time_base = self._base
        self._graph.vpush(frame)
        while True:
            try:
                done = self._graph.vpull()
            except (av.BlockingIOError, av.EOFError):
                return
            yield self._timed(done)

    def _timed(self, frame: VideoFrame) -> VideoFrame:
        number = round(float((frame.pts or 0) * (frame.time_base or self._base)) / self._base)
        pts, dts = self._times[min(number, len(self._times) - 1)]
        frame.pts, frame.dts = pts, dts
        frame.time_base = self._base
        return frame

    def _rest(self) -> Iterator[VideoFrame]:
        yield from self._push(None)
        self._graph = None
        self._times = []
