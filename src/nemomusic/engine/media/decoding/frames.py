"""Decode the frames of a clip in presentation order, with their presentation times."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import av
import numpy as np

from nemomusic.engine.errors import MediaError
from nemomusic.engine.media.decoding.damaged_packets import is_damage
from nemomusic.engine.media.decoding.deinterlacer import Deinterlacer
from nemomusic.engine.media.decoding.images import ANIMATIONS, animation_frames
from nemomusic.engine.media.decoding.opening import SAVE_AGAIN, open_media
from nemomusic.engine.media.decoding.streams import video_stream
from nemomusic.engine.media.decoding.timestamps import demux, is_end

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from av.container import InputContainer
    from av.packet import Packet
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    from nemomusic.engine.media.decoding.timestamps import StreamTimes
    from nemomusic.engine.types import Probe

__all__ = [
    "FirstFrames",
    "decode_packet",
    "first_frames",
    "most_decoders",
    "one_packet_is_enough",
    "read_frames",
    "set_threads",
    "stores_alpha_apart",
]

_MIN_STEP_SECONDS: Final = 1e-6
"""The smallest difference between the times of two frames, in seconds."""
_USUAL_RATE: Final = 25.0
"""The assumed frames per second of a clip without a frame rate."""
_REORDERING: Final = frozenset(
    {"h264", "hevc", "mpeg1video", "mpeg2video", "mpeg4", "vc1", "wmv3", "av1"}
)
"""FFmpeg's names of codecs that may store frames in another order than presentation order."""
_CHECKED_FRAMES: Final = 30
"""Frames that are decoded to check the order of their times, if it is uncertain."""
_CHECKED_REORDERED: Final = 250
"""Frames that are decoded for this check if the codec declares reordering: few GOPs are longer."""
_LEAST_CHECKED: Final = 8
"""The smallest number of frames that are decoded for this check, whatever their size."""
_CHECKED_PIXELS: Final = 250 * 1920 * 1080
"""Pixels of all frames that are decoded for this check: some seconds of work."""
_FRAME_MEMORY: Final = 300 * 2**20
"""Bytes of frames that the threads of a decoder may hold, or several decoders together."""
_HELD_FRAMES: Final = 8
"""Frames that a decoder holds: its reference frames, and the frames that wait to be shown."""


def _ignore() -> None:
    """Ignore damage."""


@attrs.frozen(eq=False)
class FirstFrames:
    """The facts from the first frames of a stream.

    Attributes:
        frame: The first frame.
        ordered: See `TrackChoice.ordered`.
    """

    frame: VideoFrame
    ordered: bool


def first_frames(
    container: InputContainer, stream: VideoStream, times: StreamTimes
) -> FirstFrames | None:
    """Decode the first frame of a stream, and some more if the order of its times is uncertain.

    An AVI has no presentation times, and an MP4 may lack the table of them. Then FFmpeg's libraries
    guess them, or use the decoding times. Only decoding shows whether they are right.

    Args:
        container: The file, at its start.
        stream: One of its streams.
        times: The times of its packets.

    Returns:
        None if no frame can be decoded.
    """
    codec = stream.codec_context
    guessed, doubtful = _order(container, stream, times)
    checked = _CHECKED_REORDERED if codec.has_b_frames else _CHECKED_FRAMES
    checked = min(checked, max(_LEAST_CHECKED, _CHECKED_PIXELS // max(1, _pixels(stream))))
    first: VideoFrame | None = None
    last = -(2**63)
    if guessed or not doubtful:
        first = _first(container, stream, times)
        return FirstFrames(first, ordered=not guessed) if first is not None else None
    stream.thread_type = "AUTO"  # threads help with many frames; for one frame they only cost time
    set_threads(stream)
    for count, frame in enumerate(_decoded(container, stream, codec, ()), 1):
        first = first or frame
        if frame.pts is None or frame.pts <= last:
            return FirstFrames(first, ordered=False)
        last = frame.pts
        if count >= checked:
            break
    return FirstFrames(first, ordered=True) if first is not None else None


def one_packet_is_enough(
    container: InputContainer, stream: VideoStream, times: StreamTimes
) -> bool:
    """Return whether `first_frames` decodes only the first packet, if that is not damaged."""
    return _begins_with_first(times) and not any(_order(container, stream, times))


def _order(container: InputContainer, stream: VideoStream, times: StreamTimes) -> tuple[bool, bool]:
    """Return whether the presentation times are guessed, and whether their order is uncertain."""
    codec = stream.codec_context
    avi = container.format.name == "avi"
    guessed = avi and bool(np.any(times.pts != times.dts))
    rising = bool((times.pts[1:] >= times.pts[:-1]).all()) if len(times.pts) > 2 else False
    if codec.name == "hevc" and not avi and not codec.has_b_frames:
        return guessed, False  # the stream itself says that it does not reorder
    return guessed, codec.name in _REORDERING and (avi or rising)


def _begins_with_first(times: StreamTimes) -> bool:
    """Return whether the first packet holds the first frame that is shown."""
    return len(times.pts) > 0 and not times.hidden[0] and bool(times.pts[0] == times.first)


def _first(container: InputContainer, stream: VideoStream, times: StreamTimes) -> VideoFrame | None:
    """Decode the first frame that is shown; None if no frame can be decoded."""
    codec = stream.codec_context
    if _begins_with_first(times):  # the decoder need not wait for frames before it
        packet = next(demux(container, stream), None)
        frames = [*decode_packet(codec, packet), *decode_packet(codec, None)]
        if frames:
            return frames[0]
        codec.flush_buffers()
    return next(_decoded(container, stream, codec, ()), None)


def set_threads(stream: VideoStream) -> None:
    """Limit the threads of a decoder, so that large frames don't use all memory."""
    if (most := max(1, _FRAME_MEMORY // (4 * _frame_bytes(stream)))) < 16:
        stream.codec_context.thread_count = most


def most_decoders(stream: VideoStream) -> int:
    """Return how many decoders of a stream may work at a time: each holds its reference frames."""
    return max(1, _FRAME_MEMORY // (_HELD_FRAMES * _frame_bytes(stream)))


def _pixels(stream: VideoStream) -> int:
    return stream.codec_context.width * stream.codec_context.height


def _frame_bytes(stream: VideoStream) -> int:
    """Return the bytes of a frame of 10 bits, 4:2:0."""
    return max(1, _pixels(stream) * 3)


def read_frames(
    path: str, probe: Probe, start: float = 0.0, *, on_damage: Callable[[], None] = _ignore
) -> Iterator[tuple[float, VideoFrame]]:
    """Yield (seconds since `start`, frame), from the frame that shows at `start` on.

    Interlaced frames are deinterlaced. A damaged frame is left out.

    Args:
        path: The clip.
        probe: The probe of the clip.
        start: Seconds into the clip.
        on_damage: Called for each packet that can't be decoded.

    Raises:
        MediaError: An animation can't be read to its end.
    """
    if probe.container in ANIMATIONS:
        frames = animation_frames(path)
    else:
        if start > 0.0 and probe.tracks.ordered and not probe.tracks.jumps:
            sought = _from(_read(path, probe, start, on_damage), start)
            first = next(sought, None)
            if first is not None and first[0] <= _MIN_STEP_SECONDS:
                yield first
                yield from sought
                return
        # This also covers a seek that went too far: in a file with several edits, or a wrong index.
        frames = _read(path, probe, None, on_damage)
    yield from _from(frames, start)


def _from(
    frames: Iterator[tuple[float, VideoFrame]], start: float
) -> Iterator[tuple[float, VideoFrame]]:
    """Leave out the frames before the one that shows at `start`; count times from there."""
    latest: tuple[float, VideoFrame] | None = None
    for time, frame in frames:
        if time <= start + _MIN_STEP_SECONDS:
            latest = time - start, frame
            continue
        if latest is not None:
            yield latest
            latest = None
        yield time - start, frame
        del frame
    if latest is not None:
        yield latest


def _read(
    path: str, probe: Probe, seek: float | None, on_damage: Callable[[], None]
) -> Iterator[tuple[float, VideoFrame]]:
    """Yield (seconds into the clip, frame); from a little before `seek`, or from the start."""
    tracks = probe.tracks
    step = 1.0 / (probe.fps or _USUAL_RATE)
    with open_media(path) as container:
        stream = video_stream(container, tracks.video)
        if stream is None or not stream.time_base:
            return
        codec = _decoder(stream)
        set_threads(stream)
        if seek is not None:
            container.seek(int((seek + tracks.origin) * av.time_base))
        base = float(stream.time_base)
        following = tracks.lead  # the time of a frame without a time
        shift: float | None = None
        decoded = _decoded(container, stream, codec, tracks.jumps, on_damage)
        frames = Deinterlacer(stream).frames(decoded)
        try:
            for frame in frames:
                if tracks.ordered:
                    time = following if frame.pts is None else frame.pts * base - tracks.origin
                else:
                    time = following
                    if frame.dts is not None:
                        if shift is None:
                            shift = tracks.lead - frame.dts * base
                        time = max(following - step, frame.dts * base + shift)
                following = time + step
                yield time, frame
                del frame
        except av.FFmpegError as error:
            raise MediaError(
                f"{Path(path).name} is damaged at {following:.1f} s:"
                f" it can't be decoded from there on ({error.strerror}).",
                remedy=f"Cut it before that place, or give another copy. {SAVE_AGAIN}",
            ) from error


def stores_alpha_apart(stream: VideoStream) -> bool:
    """Return whether a VP8 or VP9 has its transparency beside the frames, as WebM stores it."""
    tags = {key.lower(): value for key, value in stream.metadata.items()}
    return tags.get("alpha_mode") == "1"


def _decoder(stream: VideoStream) -> VideoCodecContext:
    """Return a decoder for a stream: FFmpeg's own, or another one if its own drops transparency."""
    name = {"vp8": "libvpx", "vp9": "libvpx-vp9"}.get(stream.codec_context.name)
    if name is not None and stores_alpha_apart(stream) and name in av.codecs_available:
        context = av.CodecContext.create(name, "r")
        if isinstance(context, av.VideoCodecContext):
            context.extradata = stream.codec_context.extradata
            return context
    stream.thread_type = "AUTO"
    return stream.codec_context


def _decoded(
    container: InputContainer,
    stream: VideoStream,
    codec: VideoCodecContext,
    jumps: tuple[tuple[int, int, float], ...],
    on_damage: Callable[[], None] = _ignore,
) -> Iterator[VideoFrame]:
    for packet in demux(container, stream, jumps):
        frames = decode_packet(codec, packet, on_damage)
        while frames:
            yield frames.pop(0)  # a frame of 8K takes 100 MB, so no variable keeps it


def decode_packet(
    codec: VideoCodecContext,
    packet: Packet[Any] | None,
    on_damage: Callable[[], None] = _ignore,
) -> list[VideoFrame]:
    """Decode a packet.

    None returns the frames that the decoder holds. A damaged packet has none.
    """
    if packet is not None and not packet.size and not is_end(packet):
        return []
    try:
        return codec.decode(packet if packet is not None and packet.size else None)
    except av.EOFError:
        return []
    except av.FFmpegError as error:
        if not is_damage(error):
            raise
        on_damage()
        return []  # damage loses the frame, not the video
