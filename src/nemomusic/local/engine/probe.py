"""What a media file is, found out without decoding more than its first picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import attrs
import av
from av.stream import Disposition
from PIL import Image, ImageOps, UnidentifiedImageError

from nemomusic.local.engine.errors import MediaError
from nemomusic.local.engine.values import Value
from nemomusic.local.engine.whole import check_whole

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

__all__ = ["Probe", "probe"]

_IMAGES: Final = frozenset({"image2", "gif", "webp", "webp_anim", "apng"})
_VIDEO_NAMES: Final = frozenset({".mp4", ".mov", ".avi", ".webm", ".mkv"})
_SAVE_AGAIN: Final = "Export or copy the file again, then try once more."
_LEAST_WHOLE: Final = 0.9
"""Share of the length a file declares that has to be there; less, and it was cut off."""


@attrs.frozen
class Probe(Value):
    """What a media file is.

    Attributes:
        kind: What the file is good for; a sound file with cover art is "audio".
        container: FFmpeg's name of the format that opened it, such as "mov,mp4,m4a,3gp,3g2,mj2".
        duration: Seconds of picture as presented (of sound for audio, 0.0 for an image).
        width: Pixels across as displayed: after rotation and sample aspect ratio. 0 for audio.
        height: Pixels down, likewise.
        rotation: Degrees clockwise a stored picture has to be turned to be shown: 0, 90, 180, 270.
        fps: Average pictures per second; 0.0 where there is no moving picture.
        video_codec: FFmpeg's name, such as "h264"; None for audio.
        pixel_format: FFmpeg's name, such as "yuv420p"; None for audio.
        has_audio: Whether there is a sound track.
        audio_codec: FFmpeg's name, or None.
        sample_rate: Of the sound, in Hz; 0 without sound.
        channels: Of the sound; 0 without sound.
        copyable: The video packets can be put in an MP4 as they are: H.264, 8-bit 4:2:0, at most
            1920x1080 (or 1080x1920) as displayed, square pixels, and no edit list that hides
            pictures elsewhere than before the first.
    """

    kind: Literal["video", "image", "audio"]
    container: str
    duration: float
    width: int
    height: int
    rotation: int
    fps: float
    video_codec: str | None
    pixel_format: str | None
    has_audio: bool
    audio_codec: str | None
    sample_rate: int
    channels: int
    copyable: bool


@attrs.frozen
class _Span:
    """Where the pictures of a stream lie, from its packets.

    Attributes:
        picture: the first one, which alone is decoded; None where none can be.
        duration: seconds from the first picture shown to the end of the last one.
        reach: seconds at which the last packet ends, of whichever stream.
        pictures: how many are shown.
        trimmed: an edit list hides pictures after the first one shown.
    """

    picture: VideoFrame | None
    duration: float
    reach: float
    pictures: int
    trimmed: bool


def probe(path: str | Path) -> Probe:
    """Find out what a file is.

    Args:
        path: of any file.

    Raises:
        MediaError: missing, empty, cut off, not media, a video by name that holds only sound, or
            nothing in it can be decoded.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
    except OSError:
        raise MediaError(f"{path.name} does not exist.", remedy="Check the path.") from None
    if size == 0:
        raise MediaError(f"{path.name} is empty.", remedy=_SAVE_AGAIN)
    try:
        check_whole(path)
        container = av.open(str(path))
    except (av.FFmpegError, OSError, ValueError, UnicodeError):
        raise MediaError(
            f"{path.name} is not a video, picture or sound that can be read.",
            remedy="It may be damaged or cut off, or something else under that name. "
            + _SAVE_AGAIN,
        ) from None
    with container:
        try:
            return _probe(container, path)
        except (av.FFmpegError, ValueError, EOFError):
            # FFmpeg's numbers come as exceptions of Python: a cut WebM as a PermissionError.
            raise MediaError(
                f"{path.name} is damaged or cut off: it can't be read.", remedy=_SAVE_AGAIN
            ) from None


def _probe(container: InputContainer, path: Path) -> Probe:
    name = container.format.name
    if name in _IMAGES or name.endswith("_pipe"):
        return _image(path, name)
    pictures = [
        stream
        for stream in container.streams.video
        if not stream.disposition & Disposition.attached_pic
    ]
    if pictures:
        return _video(container, pictures[0], path)
    if container.streams.audio:
        if path.suffix.lower() in _VIDEO_NAMES:
            raise MediaError(
                f"{path.name} is named as a video but holds only sound.",
                remedy="Give the video it belongs to; a song goes in as mp3, wav, m4a or aac.",
            )
        return _audio(container, path)
    raise MediaError(
        f"{path.name} holds neither pictures nor sound.", remedy="Check that it is the right file."
    )


def _image(path: Path, container: str) -> Probe:
    try:
        with Image.open(path) as image:
            width, height = image.size
            turned = ImageOps.exif_transpose(image).size if image.getexif() else (width, height)
            codec, mode = (image.format or "").lower(), image.mode
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise MediaError(
            f"{path.name} is not a picture that can be read.", remedy=_SAVE_AGAIN
        ) from None
    return Probe(
        kind="image",
        container=container,
        duration=0.0,
        width=turned[0],
        height=turned[1],
        rotation=0,
        fps=0.0,
        video_codec=codec,
        pixel_format=mode,
        has_audio=False,
        audio_codec=None,
        sample_rate=0,
        channels=0,
        copyable=False,
    )


def _audio(container: InputContainer, path: Path) -> Probe:
    stream = container.streams.audio[0]
    if next(container.decode(stream), None) is None:
        raise MediaError(f"No sound in {path.name} can be decoded.", remedy=_SAVE_AGAIN)
    if stream.duration is not None and stream.time_base is not None:
        duration = float(stream.duration * stream.time_base)
    else:
        duration = (container.duration or 0) / av.time_base
    return Probe(
        kind="audio",
        container=container.format.name,
        duration=duration,
        width=0,
        height=0,
        rotation=0,
        fps=0.0,
        video_codec=None,
        pixel_format=None,
        has_audio=True,
        audio_codec=stream.codec_context.name,
        sample_rate=stream.sample_rate or 0,
        channels=stream.channels or 0,
        copyable=False,
    )


def _video(container: InputContainer, stream: VideoStream, path: Path) -> Probe:
    span = _span(container, stream)
    first = span.picture
    if first is None:
        raise MediaError(f"No picture in {path.name} can be decoded.", remedy=_SAVE_AGAIN)
    rotation = round(-first.rotation / 90) * 90 % 360  # PyAV counts counter-clockwise
    declared = float((stream.duration or 0) * (stream.time_base or 0))
    # An empty edit at the start delays the pictures, and counts.
    late = float(max(0, stream.start_time or 0) * (stream.time_base or 0))
    there, wanted = span.duration, declared - late
    if not declared and "matroska" in container.format.name:
        # Its streams have no length of their own: the file's is that of the longest one.
        there, wanted = span.reach, (container.duration or 0) / av.time_base
    if span.pictures == 0 or there < wanted * _LEAST_WHOLE:
        raise MediaError(
            f"{path.name} is cut off: {there:.1f} of {wanted:.1f} s are there.",
            remedy="Copy or download it again, whole.",
        )
    aspect = stream.sample_aspect_ratio
    square = aspect is None or aspect <= 0 or aspect == 1
    width, height = first.width, first.height
    if not square and aspect is not None:
        width = max(1, round(width * float(aspect)))
    if rotation in (90, 270):
        width, height = height, width
    sound = container.streams.audio[0] if container.streams.audio else None
    codec = stream.codec_context.name
    return Probe(
        kind="video",
        container=container.format.name,
        duration=span.duration,
        width=width,
        height=height,
        rotation=rotation,
        fps=span.pictures / span.duration if span.duration else 0.0,
        video_codec=codec,
        pixel_format=first.format.name,
        has_audio=sound is not None,
        audio_codec=sound.codec_context.name if sound is not None else None,
        sample_rate=(sound.sample_rate or 0) if sound is not None else 0,
        channels=(sound.channels or 0) if sound is not None else 0,
        copyable=codec == "h264"
        and first.format.name in {"yuv420p", "yuvj420p"}
        and square
        and width % 2 == 0
        and height % 2 == 0
        and max(width, height) <= 1920
        and min(width, height) <= 1080
        and not span.trimmed,
    )


def _span(container: InputContainer, stream: VideoStream) -> _Span:
    base = float(stream.time_base) if stream.time_base is not None else 0.0
    picture: VideoFrame | None = None
    first, last, last_length, count = None, None, 0, 0
    reach = 0.0
    hidden: list[int] = []
    edited = container.format.name.startswith("mov")
    bases: dict[int, float] = {}  # a fraction each would take longer than reading the packet
    for packet in container.demux():
        if picture is None and packet.stream_index == stream.index:
            picture = next(iter(stream.decode(packet)), None)
        if packet.pts is None:
            if packet.dts is None:
                continue  # the flush packet
            pts = packet.dts
        else:
            pts = packet.pts
        index = packet.stream_index
        if index not in bases:
            bases[index] = float(packet.time_base or 0)
        reach = max(reach, (pts + (packet.duration or 0)) * bases[index])
        if index != stream.index:
            continue
        if packet.is_discard or (pts < 0 and edited):
            hidden.append(pts)
            continue
        count += 1
        if first is None or pts < first:
            first = pts
        if last is None or pts >= last:
            last, last_length = pts, packet.duration or 0
    if first is None or last is None:
        return _Span(picture, 0.0, reach, 0, trimmed=bool(hidden))
    if not last_length:
        last_length = round((last - first) / max(1, count - 1)) or round(1 / 25 / (base or 1))
    trimmed = max(hidden, default=first) > first
    return _Span(picture, (last - first + last_length) * base, reach, count, trimmed)
