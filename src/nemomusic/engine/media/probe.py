"""Probe a media file, without decoding more than its first frames."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs
import av

from nemomusic.engine.errors import MediaError
from nemomusic.engine.media.containers.mp4_boxes import missing_index
from nemomusic.engine.media.containers.truncation import check_not_truncated, find_truncation
from nemomusic.engine.media.decoding.images import is_heif, probe_animation, probe_heif, probe_image
from nemomusic.engine.media.decoding.opening import SAVE_AGAIN, open_media, unreadable
from nemomusic.engine.media.decoding.streams import can_be_decoded, channels_of, video_stream
from nemomusic.engine.media.video_probe import codecs_named, no_decoder, probe_video
from nemomusic.engine.types import Probe, TrackChoice

if TYPE_CHECKING:
    from av.container import InputContainer

__all__ = ["probe"]

_IMAGES: Final = frozenset({"image2", "gif", "webp", "webp_anim", "apng"})
MAX_FRAME_PIXELS: Final = 36_000_000
"""Pixels of the largest video frame that is decoded: 8K."""
_VIDEO_NAMES: Final = frozenset(
    {".mp4", ".mov", ".avi", ".webm", ".mkv", ".ts", ".m2ts", ".mts", ".m2t", ".mpg", ".mpeg"}
    | {".vob", ".flv", ".wmv", ".asf", ".m4v", ".3gp", ".3g2", ".mxf", ".dv"}
)
"""Extensions of videos. A file with such a name that holds only sound is refused."""


def probe(path: str | Path, *, allow_partial: bool = False) -> Probe:
    """Find out what a file is.

    Args:
        path: The path of any file.
        allow_partial: Use the existing part of a truncated file.

    Raises:
        MediaError: The file is missing, empty, truncated, encrypted or no media. Or it has the name
            of a video and holds only sound. Or its length is absurd. Or nothing in it can be
            decoded.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
    except OSError:
        raise MediaError(f"{path.name} does not exist.", remedy="Check the path.") from None
    if size == 0:
        raise MediaError(f"{path.name} is empty.", remedy=SAVE_AGAIN)
    warnings: list[str] = []
    try:
        if allow_partial and (missing := find_truncation(path)):
            warnings.append(f"It is cut off: {missing}. What is there is used.")
        elif not allow_partial:
            check_not_truncated(path)
        if is_heif(path):
            return probe_heif(path)
        container = open_media(path)
    except (av.FFmpegError, OSError, ValueError, UnicodeError):
        raise _unopened(path) from None
    with container:
        try:
            found = _probe(container, path)
        except (av.FFmpegError, ValueError, EOFError) as error:
            # PyAV turns FFmpeg's error numbers into Python's exceptions: a truncated WebM gives a
            # PermissionError.
            raise MediaError(
                f"{path.name} is damaged or cut off: it can't be read.", remedy=SAVE_AGAIN
            ) from error
    if not warnings:
        return found
    # The last packets may be damaged: decoding leaves them out, copying would keep them.
    return attrs.evolve(found, copyable=False, warnings=(*warnings, *found.warnings))


def _unopened(path: Path) -> MediaError:
    """Return the error for a file that can't be opened, with the reason if it is known."""
    try:
        missing = missing_index(path)
    except OSError:
        missing = ""
    if not missing:
        return unreadable(path.name)
    return MediaError(
        f"{path.name} {missing}.",
        remedy="Copy it again, complete. Only a program that repairs videos can help otherwise.",
    )


def _check_size(container: InputContainer, path: Path) -> None:
    """Refuse frames that would need gigabytes, before one is decoded."""
    for stream in container.streams.video:
        codec = stream.codec_context
        pixels = codec.width * codec.height if codec is not None else 0
        if pixels > MAX_FRAME_PIXELS:
            raise MediaError(
                f"{path.name} has frames of {pixels / 1e6:.0f} megapixels: "
                f"at most {MAX_FRAME_PIXELS / 1e6:.0f}.",
                remedy="Make it smaller.",
            )


def _probe(container: InputContainer, path: Path) -> Probe:
    name = container.format.name
    if name in _IMAGES or name.endswith("_pipe"):
        return probe_animation(path, name) or probe_image(path, name)
    _check_size(container, path)
    if video_stream(container) is not None:
        return probe_video(container, path)
    if container.streams.audio:
        if path.suffix.lower() in _VIDEO_NAMES:
            raise MediaError(
                f"{path.name} is named as a video but holds only sound.",
                remedy="Give the video it belongs to; a song goes in as mp3, wav, m4a or aac.",
            )
        return _audio(container, path)
    raise MediaError(
        f"{path.name} holds neither video nor sound.", remedy="Check that it is the right file."
    )


def _audio(container: InputContainer, path: Path) -> Probe:
    entries = codecs_named(container, path)
    stream = next((one for one in container.streams.audio if can_be_decoded(one)), None)
    if stream is None:
        raise no_decoder(path, "sound", next((one.code for one in entries.values()), ""))
    if next(container.decode(stream), None) is None:
        raise MediaError(f"No sound in {path.name} can be decoded.", remedy=SAVE_AGAIN)
    if stream.duration is not None and stream.time_base:
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
        channels=channels_of(stream, entries.get(stream.index)),
        copyable=False,
        tracks=TrackChoice(audio=(stream.index,)),
    )
