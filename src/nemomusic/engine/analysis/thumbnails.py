"""Decode small frames of a clip, and only those that are needed."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING, Final, Literal

import attrs
import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter

from nemomusic.engine.analysis.gop_selection import SAMPLE, PacketRange, Packets, worth_choosing
from nemomusic.engine.analysis.h264_references import References
from nemomusic.engine.errors import MediaError
from nemomusic.engine.media.decoding.frames import (
    decode_packet,
    most_decoders,
    read_frames,
    set_threads,
)
from nemomusic.engine.media.decoding.opening import open_media
from nemomusic.engine.media.decoding.streams import video_stream
from nemomusic.engine.media.decoding.timestamps import demux, is_end
from nemomusic.engine.media.ordered_parallel import run_in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    from nemomusic.engine.types import Probe

__all__ = ["SequentialDecoder", "SparseDecoder", "Thumbnail"]

_LONG_SIDE: Final = 96
"""Pixels of a thumbnail's longer side: enough to tell shots apart, but free of noise and
compression artifacts.
"""
_GROUPED: Final = frozenset({"h264", "hevc"})
"""Codecs that can be decoded from any packet flagged as key."""
USUAL_RATE: Final = 25.0
"""The assumed frames per second of a clip without a frame rate."""
_MAX_THREADS: Final = 4
"""Number of threads that decode at the same time. Each has a decoder. With large frames,
`most_decoders` allows fewer.
"""


@attrs.frozen(eq=False)
class Thumbnail:
    """A small frame.

    Attributes:
        time: Seconds from the first frame shown.
        planes: Y, U, V of the frame, [3, height, width], 8 bits in limited ("TV") range.
        follows: Whether no frame is shown between this one and the one before it.
    """

    time: float
    planes: NDArray[np.uint8]
    follows: bool = True


@attrs.frozen
class _Thinning:
    """The frames that are skipped in a GOP: from packet `first` on, frames of a kind."""

    first: int
    kind: Literal["BIDIR", "NONREF"]


@attrs.frozen
class _Piece:
    """A piece that is decoded alone: its number, its packets, the skipped frames."""

    number: int
    span: PacketRange
    thinning: _Thinning | None


class SparseDecoder:
    """The frames of a file. It reads the packets at once, and decodes thumbnails on request.

    Attributes:
        packets: The packets in storage order.
        grouped: Whether selecting GOPs is worth it.
    """

    def __init__(self, path: Path, probe: Probe) -> None:
        """Read the packets.

        Args:
            path: The path of a file with frames.
            probe: The probe of the file. Its frames' times can be trusted, and its clock has no
                breaks.

        Raises:
            MediaError: The file has no frames.
        """
        self._path = path
        self._fps = probe.fps or USUAL_RATE
        self._track = probe.tracks.video
        with open_media(path, frames=False) as container:
            stream = self._video_stream(container)
            base = float(stream.time_base or 0)
            edited = container.format.name.startswith("mov")  # an edit list hides packets before 0
            codec = stream.codec_context
            references = References(codec.extradata or b"") if codec.name == "h264" else None
            rows: list[tuple[float, int, bool, bool]] = []
            for packet in demux(container, stream):
                if not packet.size:
                    continue
                pts = packet.pts
                hidden = packet.is_discard or (edited and pts is not None and pts < 0)
                time = np.nan if pts is None else pts * base
                key = packet.is_keyframe
                if references is not None:
                    key = references.feed(bytes(packet), key=key)
                rows.append((time, packet.size, key, hidden))
            name = codec.name
            self._most_threads = min(_MAX_THREADS, most_decoders(stream))
        times = np.array([row[0] for row in rows], np.float64)
        shown = times[[not row[3] for row in rows]]
        shown = shown[np.isfinite(shown)]
        self._origin = probe.tracks.origin
        self._shown = np.unique(shown) - self._origin
        self.packets: Packets = Packets(
            times - self._origin,
            np.array([row[1] for row in rows], np.int64),
            np.array([row[2] for row in rows], np.bool_),
        )
        self.grouped: bool = name in _GROUPED and worth_choosing(self.packets)
        self._only_b = references.b_frames_droppable if references is not None else []

    def key_thumbnails(self) -> Iterator[Thumbnail]:
        """Decode only the key frames, including those that an edit list hides."""
        with open_media(self._path) as container:
            stream = self._video_stream(container)
            self._set_up(stream)
            stream.codec_context.skip_frame = "NONKEY"
            shrink = _Shrinker(stream.codec_context.width, stream.codec_context.height)
            stored = (packet for packet in demux(container, stream) if packet.size)
            keys = (packet for key, packet in zip(self.packets.keys, stored, strict=True) if key)
            for packet in itertools.chain(keys, [None]):
                for frame in decode_packet(stream.codec_context, packet):
                    yield Thumbnail(self._time(stream, frame) or 0.0, shrink(frame))

    def thumbnails(
        self, ranges: Sequence[PacketRange] | None = None, *, sparse: bool = False
    ) -> Iterator[Thumbnail | None]:
        """Decode the frames that are shown, in order; several GOPs at a time.

        Args:
            ranges: The ranges to decode; None for everything.
            sparse: Skip frames that no other frame refers to, except at the head of each GOP. They
                take a third of the time or more.

        Yields:
            Thumbnails, and None between two ranges.
        """
        if ranges is None:
            ranges = (PacketRange(0, len(self.packets.keys), 0.0, float("inf")),)
        pieces = [
            (number, piece)
            for number, span in enumerate(ranges)
            for piece in (span.groups(self.packets) if sparse else (span,))
        ]
        threads = min(self._most_threads, os.cpu_count() or 1, len(pieces))

        def decode(numbers: Iterator[int]) -> Iterator[tuple[int, tuple[float, NDArray[np.uint8]]]]:
            ranges = ((number, pieces[number][1]) for number in numbers)
            mine = (_Piece(n, span, self._thinning(span) if sparse else None) for n, span in ranges)
            return self._decode(mine, alone=threads < 2)

        last, rank, span = -1.0 / self._fps, -1, 0
        for number, (time, planes) in run_in_order(len(pieces), threads, decode):
            if time <= last:
                continue
            if pieces[number][0] != span:
                span = pieces[number][0]
                yield None
            last, before = time, rank
            rank = int(np.searchsorted(self._shown, time - 1e-4))
            yield Thumbnail(time, planes, follows=not sparse or rank == before + 1)

    def _decode(
        self, pieces: Iterator[_Piece], *, alone: bool
    ) -> Iterator[tuple[int, tuple[float, NDArray[np.uint8]]]]:
        """Decode some pieces: yield the piece's number, and time and planes of each frame."""
        with open_media(self._path) as container:
            stream = self._video_stream(container)
            self._set_up(stream)
            if not alone:
                stream.codec_context.thread_count = 1
            shrink = _Shrinker(stream.codec_context.width, stream.codec_context.height)
            last = -1.0 / self._fps
            for piece, frame in _decoded(container, stream, pieces):
                time = self._time(stream, frame)
                if time is None:
                    time = last + 1.0 / self._fps
                if time <= last or not piece.span.start - 1e-4 <= time < piece.span.stop - 1e-4:
                    continue
                last = time
                yield piece.number, (time, shrink(frame))

    def _thinning(self, piece: PacketRange) -> _Thinning:
        """Return the frames that can be skipped in a GOP after its head."""
        times = self.packets.times[piece.first : piece.end]
        head = int(np.count_nonzero(times <= times[0] + SAMPLE))
        group = int(np.searchsorted(self.packets.starts, piece.first))
        b_frames_droppable = group < len(self._only_b) and self._only_b[group]
        return _Thinning(piece.first + head, "BIDIR" if b_frames_droppable else "NONREF")

    def _video_stream(self, container: InputContainer) -> VideoStream:
        if (stream := video_stream(container, self._track)) is None:
            raise MediaError("The file holds no frames.", remedy="Give a video file.")
        return stream

    def _set_up(self, stream: VideoStream) -> None:
        stream.thread_type = "AUTO"
        set_threads(stream)
        # The loop filter has no visible effect at this size. Skipping it saves a quarter of the
        # time.
        stream.codec_context.options = {"skip_loop_filter": "all"}

    def _time(self, stream: VideoStream, frame: VideoFrame) -> float | None:
        if frame.pts is None or not stream.time_base:
            return None
        return float(frame.pts * stream.time_base) - self._origin


def _decoded(
    container: InputContainer, stream: VideoStream, pieces: Iterator[_Piece]
) -> Iterator[tuple[_Piece, VideoFrame]]:
    """Decode the packets of the pieces: yield the piece and a frame of it."""
    codec = stream.codec_context
    piece = next(pieces, None)
    number = 0
    for packet in demux(container, stream):
        if piece is None:
            return
        if packet.size:
            if piece.span.first <= number < piece.span.end:
                if (thinning := piece.thinning) is not None:
                    codec.skip_frame = thinning.kind if number >= thinning.first else "DEFAULT"
                for frame in decode_packet(codec, packet):
                    yield piece, frame
            number += 1
        elif not is_end(packet):
            continue
        if number == piece.span.end or not packet.size:
            for frame in decode_packet(codec, None):
                yield piece, frame
            codec.flush_buffers()
            piece = next(pieces, None)


class _Shrinker:
    """Makes thumbnails with one scaler, since a new one per frame costs as much as decoding.

    Args:
        width: Width of the clip's frames. A frame of another size is stretched.
        height: Height of the clip's frames.
    """

    def __init__(self, width: int, height: int) -> None:
        self._reformatter = VideoReformatter()
        scale = _LONG_SIDE / max(width, height)
        self._width = max(8, round(width * scale / 2) * 2)
        self._height = max(8, round(height * scale / 2) * 2)

    def __call__(self, frame: VideoFrame) -> NDArray[np.uint8]:
        small = self._reformatter.reformat(
            frame,
            self._width,
            self._height,
            "yuv444p",
            interpolation=Interpolation.FAST_BILINEAR,
        )
        return np.asarray(small.to_ndarray(), np.uint8)


class SequentialDecoder:
    """The frames of a file whose packets have no reliable times. All are decoded, in order.

    Args:
        path: The path of a file with frames.
        probe: The probe of the file.
    """

    grouped = False

    def __init__(self, path: Path, probe: Probe) -> None:
        self._path = path
        self._probe = probe

    def thumbnails(self) -> Iterator[Thumbnail]:
        """Decode the frames that are shown, in order."""
        shrink: _Shrinker | None = None
        last = -1.0
        for time, frame in read_frames(str(self._path), self._probe):
            if time > last:
                last = time
                shrink = shrink or _Shrinker(frame.width, frame.height)
                yield Thumbnail(time, shrink(frame))
