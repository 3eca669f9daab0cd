"""Small pictures of a clip, decoded no more than they are needed."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING, Final, Literal

import attrs
import av
import numpy as np
from av.stream import Disposition
from av.video.reformatter import Interpolation, VideoReformatter

from nemomusic.local.engine.errors import MediaError
from nemomusic.local.engine.gops import SAMPLE, Packets, Run, worth_choosing
from nemomusic.local.engine.h264 import References
from nemomusic.local.engine.side_by_side import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
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
_MOST_THREADS: Final = 4
"""Each has a decoder, and a decoder of 4K holds some 100 MB."""


@attrs.frozen(eq=False)
class Glance:
    """One picture, small.

    Attributes:
        time: Seconds from the first picture shown.
        planes: Y, U, V of the picture, [3, height, width], 8 bits in limited ("TV") range.
        follows: No picture is shown between this one and the one before it.
    """

    time: float
    planes: NDArray[np.uint8]
    follows: bool = True


@attrs.frozen
class _Thinning:
    """What is left out of a group: from packet `first` on pictures of a kind."""

    first: int
    kind: Literal["BIDIR", "NONREF"]


@attrs.frozen
class _Piece:
    """What is decoded without anything else: its number, its packets, what is left out of them."""

    number: int
    run: Run
    thinning: _Thinning | None


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
            codec = stream.codec_context
            references = References(codec.extradata or b"") if codec.name == "h264" else None
            rows: list[tuple[float, int, bool, bool]] = []
            for packet in container.demux(stream):
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
        times = np.array([row[0] for row in rows], np.float64)
        shown = times[[not row[3] for row in rows]]
        shown = shown[np.isfinite(shown)]
        self.origin = float(shown.min()) if len(shown) else 0.0
        self._shown = np.unique(shown) - self.origin
        self.packets = Packets(
            times - self.origin,
            np.array([row[1] for row in rows], np.int64),
            np.array([row[2] for row in rows], np.bool_),
        )
        self.grouped = name in _GROUPED and worth_choosing(self.packets)
        self._only_b = references.only_b if references is not None else []

    def key_glances(self) -> Iterator[Glance]:
        """Decode the key pictures alone, those an edit list hides too."""
        with av.open(str(self._path)) as container:
            stream = _pictures(container)
            self._set_up(stream)
            stream.codec_context.skip_frame = "NONKEY"
            shrink = _Shrinker()
            stored = (packet for packet in container.demux(stream) if packet.size)
            keys = (packet for key, packet in zip(self.packets.keys, stored, strict=True) if key)
            for packet in itertools.chain(keys, [None]):
                for frame in stream.codec_context.decode(packet):
                    yield Glance(self._time(stream, frame) or 0.0, shrink(frame))

    def glances(
        self, runs: Sequence[Run] | None = None, *, sparse: bool = False
    ) -> Iterator[Glance | None]:
        """Decode the pictures that are shown, in order; several groups at a time.

        Args:
            runs: What to decode; None for everything.
            sparse: Leave out pictures that no other is coded with, but for the head of each group:
                they cost a third of the time or more.

        Yields:
            Pictures, and None between two runs.
        """
        if runs is None:
            runs = (Run(0, len(self.packets.keys), 0.0, float("inf")),)
        pieces = [
            (number, piece)
            for number, run in enumerate(runs)
            for piece in (run.groups(self.packets) if sparse else (run,))
        ]
        threads = min(_MOST_THREADS, os.cpu_count() or 1, len(pieces))

        def decode(numbers: Iterator[int]) -> Iterator[tuple[int, tuple[float, NDArray[np.uint8]]]]:
            runs = ((number, pieces[number][1]) for number in numbers)
            mine = (_Piece(n, run, self._thinning(run) if sparse else None) for n, run in runs)
            return self._decode(mine, alone=threads < 2)

        last, rank, run = -1.0 / self._fps, -1, 0
        for number, (time, planes) in side_by_side(len(pieces), threads, decode):
            if time <= last:
                continue
            if pieces[number][0] != run:
                run = pieces[number][0]
                yield None
            last, before = time, rank
            rank = int(np.searchsorted(self._shown, time - 1e-4))
            yield Glance(time, planes, follows=not sparse or rank == before + 1)

    def _decode(
        self, pieces: Iterator[_Piece], *, alone: bool
    ) -> Iterator[tuple[int, tuple[float, NDArray[np.uint8]]]]:
        """Decode some pieces: number of the piece, time and planes of each picture."""
        with av.open(str(self._path)) as container:
            stream = _pictures(container)
            self._set_up(stream)
            if not alone:
                stream.codec_context.thread_count = 1
            shrink = _Shrinker()
            last = -1.0 / self._fps
            for piece, frame in _decoded(container, stream, pieces):
                time = self._time(stream, frame)
                if time is None:
                    time = last + 1.0 / self._fps
                if time <= last or not piece.run.start - 1e-4 <= time < piece.run.stop - 1e-4:
                    continue
                last = time
                yield piece.number, (time, shrink(frame))

    def _thinning(self, piece: Run) -> _Thinning:
        """Return what can be left out of a group after its head."""
        times = self.packets.times[piece.first : piece.end]
        head = int(np.count_nonzero(times <= times[0] + SAMPLE))
        group = int(np.searchsorted(self.packets.starts, piece.first))
        only_b = group < len(self._only_b) and self._only_b[group]
        return _Thinning(piece.first + head, "BIDIR" if only_b else "NONREF")

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
    container: InputContainer, stream: VideoStream, pieces: Iterator[_Piece]
) -> Iterator[tuple[_Piece, VideoFrame]]:
    """Decode the packets of the pieces: the piece and a picture of it."""
    codec = stream.codec_context
    piece = next(pieces, None)
    number = 0
    for packet in container.demux(stream):
        if piece is None:
            return
        if packet.size:
            if piece.run.first <= number < piece.run.end:
                if (thinning := piece.thinning) is not None:
                    codec.skip_frame = thinning.kind if number >= thinning.first else "DEFAULT"
                for frame in codec.decode(packet):
                    yield piece, frame
            number += 1
        if number == piece.run.end or not packet.size:
            for frame in codec.decode(None):
                yield piece, frame
            codec.flush_buffers()
            piece = next(pieces, None)


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
