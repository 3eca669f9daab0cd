"""Open a media file for reading. All code of the engine uses this module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import av

from nemomusic.engine.errors import MediaError
from nemomusic.engine.media.containers.transport_stream import united

if TYPE_CHECKING:
    from pathlib import Path

    from av.container import InputContainer

__all__ = ["SAVE_AGAIN", "open_media", "unreadable"]

_FORMATS: Final = (
    "aac,ac3,aiff,amr,apng,asf,avi,bmp_pipe,caf,dv,eac3,flac,flv,gif,image2,jpeg_pipe,matroska,mov,"
    "mp3,mpeg,mpegts,mpegvideo,mxf,nut,ogg,png_pipe,rm,tiff_pipe,w64,wav,webm,webp,webp_anim,"
    "webp_pipe"
)
"""FFmpeg's names of the formats that are opened. Each of them holds its media itself. A playlist,
or a script that names other files, is not read.
"""
_PLAYLISTS: Final = (b"#EXTM3U", b"ffconcat", b"<?xml", b"<MPD", b"v=0")
"""The beginnings of files that only name other files."""
_LENIENT_TAGS: Final[dict[str, Any]] = (
    {"metadata_errors": "surrogateescape"} if int(av.__version__.partition(".")[0]) < 19 else {}
)
"""Arguments of `av.open` that read tags in any encoding. PyAV 19 always does so, and has none."""
_NO_FRAMES: Final = {"skip_frame": "all", "threads": "1"}
"""Options with which FFmpeg decodes no frame of H.264 to describe a stream. For 1080p, that takes
four fifths of the time of opening.
"""
SAVE_AGAIN: Final = "Export or copy the file again, then try once more."
"""The remedy for a damaged file."""


def open_media(path: str | Path, *, frames: bool = True) -> InputContainer:
    """Open a file, with tags in any encoding.

    Tags, track names and titles may be in an old code page, or hold bytes that are no text. They
    never stop the reading of a file: bytes that are not UTF-8 become surrogates, as with
    `surrogateescape`.

    Args:
        path: The path of the file.
        frames: Whether the frames of the file are needed. Without them, the pixel format and the
            colors of the streams of an MP4 may be unknown, and how many frames are reordered.

    Raises:
        MediaError: The file names other files instead of holding media. av.FFmpegError: FFmpeg
            can't open the file. The error for a missing file is a `FileNotFoundError` too.
    """
    options = {"protocol_whitelist": "file", "format_whitelist": _FORMATS}
    if not frames and _beginning(path)[4:8] == b"ftyp":  # its index has the times of all packets
        options |= _NO_FRAMES
    try:
        container: InputContainer = av.open(str(path), options=options, **_LENIENT_TAGS)
        if container.format.name == "mpegts" and (parts := united(path)) is not None:
            container.close()
            options["format_whitelist"] = "mpegts"
            container = av.open(parts, format="mpegts", options=options, **_LENIENT_TAGS)
    except (av.FFmpegError, ValueError):
        if _is_playlist(path):
            raise MediaError(
                "This is a playlist: it names other files and holds no video itself.",
                remedy="Give the video that it names.",
            ) from None
        raise
    return container


def _is_playlist(path: str | Path) -> bool:
    """Return whether a file begins like one that only names other files."""
    return _beginning(path).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_PLAYLISTS)


def _beginning(path: str | Path) -> bytes:
    """Return the first 64 bytes of a file; none if it can't be read: FFmpeg reports the error."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a path or a string
            return file.read(64)
    except OSError:
        return b""


def unreadable(name: str) -> MediaError:
    """Return the error for a file that no demuxer can read."""
    return MediaError(
        f"{name} is not a video, image or sound that can be read.",
        remedy=f"The file may be damaged or cut off, or it is not a media file. {SAVE_AGAIN}",
    )
