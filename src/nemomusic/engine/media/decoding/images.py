"""Probe images and animations, and decode their frames, by Pillow.

Pillow composes the frames of an animation like a browser, and reads animated WebP, which PyAV 18.1
does not decode. The lengths of frames are read from the file itself, since Pillow knows them only
after it has decoded everything.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from av.video.frame import VideoFrame
from PIL import Image, ImageOps, UnidentifiedImageError

from nemomusic.engine.errors import MediaError
from nemomusic.engine.media.decoding.opening import SAVE_AGAIN
from nemomusic.engine.types import MAX_LONG_SIDE, Probe

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "ANIMATIONS",
    "animation_frames",
    "is_heif",
    "load_image",
    "probe_animation",
    "probe_heif",
    "probe_image",
]

ANIMATIONS: Final = frozenset({"gif", "webp", "png"})
"""`Probe.container` of clips whose frames are decoded by this module."""
_AT_ONCE: Final = 0.0101
"""The longest length of a frame in seconds that counts as "not given", as in browsers."""
_DEFAULT_FRAME_SECONDS: Final = 0.1
"""The length of a frame without a given length, in seconds, as in browsers."""
MAX_IMAGE_PIXELS: Final = 64_000_000
"""Pixels of the largest image that is decoded."""
MAX_ANIMATION_PIXELS: Final = 1_200_000_000
"""Pixels of all frames of the largest animation that is decoded. Pillow takes a minute for them."""
_MAX_FITTED_SIZE: Final = (2 * MAX_LONG_SIDE, 2 * MAX_LONG_SIDE)
"""Width and height of the largest image that is fitted into a frame. A larger image is scaled down.
"""
_SMOOTH: Final = frozenset({"L", "LA", "RGB", "RGBA"})
"""Pillow's modes that can be scaled down without another mode."""
_HEIF: Final = frozenset(
    b"ftyp" + brand for brand in (b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif")
)
"""How still images in the container of MP4 begin (ISO/IEC 23008-12, 10.2; AVIF, 6.3)."""
_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "AVIF")
"""Pillow's names of the formats that are opened. Without this list, Pillow also opens PostScript,
and runs Ghostscript for it.
"""
_PILLOW_ERRORS: Final = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    Image.DecompressionBombError,
    # Pillow does not check every length of a damaged file before it uses it.
    ArithmeticError,
    AttributeError,
    LookupError,  # also if this Pillow lacks one of the formats
    TypeError,
    struct.error,
)


def probe_image(path: Path, container: str) -> Probe:
    """Probe a still image.

    Raises:
        MediaError: The image can't be read.
    """
    try:
        with Image.open(path, formats=_FORMATS) as image:
            width, height = image.size
            if width * height > MAX_IMAGE_PIXELS:
                raise MediaError(
                    f"{path.name} has {width * height / 1e6:.0f} megapixels: "
                    f"at most {MAX_IMAGE_PIXELS / 1e6:.0f}.",
                    remedy="Make it smaller.",
                )
            image.load()  # damage is found now, not in the render
            turned = ImageOps.exif_transpose(image).size if image.getexif() else (width, height)
            codec, mode = (image.format or "").lower(), image.mode
    except Image.DecompressionBombError:  # Pillow's own limit is higher
        raise MediaError(
            f"{path.name} has too many pixels: at most {MAX_IMAGE_PIXELS / 1e6:.0f} megapixels.",
            remedy="Make it smaller.",
        ) from None
    except _PILLOW_ERRORS:
        raise MediaError(
            f"{path.name} is not an image that can be read.", remedy=SAVE_AGAIN
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


def is_heif(path: Path) -> bool:
    """Return whether a file is a still image in the container of MP4: HEIC or AVIF.

    FFmpeg reads such a file as a video, and an image that is stored in tiles as several videos.
    """
    with path.open("rb") as file:
        return file.read(12)[4:] in _HEIF


def probe_heif(path: Path) -> Probe:
    """Find out what a HEIC or AVIF image is.

    Raises:
        MediaError: This Pillow can't read it.
    """
    try:
        return probe_image(path, "heif")
    except MediaError as error:
        raise MediaError(
            f"{path.name} is an image of the kind HEIC or AVIF, which can't be read here.",
            remedy="Save it as JPEG, then try once more.",
        ) from error


def probe_animation(path: Path, container: str) -> Probe | None:
    """Find out what an animated GIF, WebP or PNG is; None for a still image, and for other kinds.

    Raises:
        MediaError: The file can't be read, or has too many pixels in all frames.
    """
    lengths = _frame_lengths(path)
    if len(lengths) < 2:
        return None
    still = probe_image(path, container)
    if len(lengths) * still.width * still.height > MAX_ANIMATION_PIXELS:
        raise MediaError(
            f"{path.name} has {len(lengths)} frames of {still.width}x{still.height} pixels: too "
            "many for an animated image.",
            remedy="Save it as MP4, or smaller, then try once more.",
        )
    return Probe(
        kind="video",
        container=still.video_codec or container,
        duration=sum(lengths),
        width=still.width,
        height=still.height,
        rotation=0,
        fps=len(lengths) / sum(lengths),
        video_codec=still.video_codec,
        pixel_format="rgba",
        has_audio=False,
        audio_codec=None,
        sample_rate=0,
        channels=0,
        copyable=False,
    )


def animation_frames(path: str | Path) -> Iterator[tuple[float, VideoFrame]]:
    """Yield (seconds, frame) of an animation that is played once, on black where transparent.

    Raises:
        MediaError: The file can't be read to its end.
    """
    path = Path(path)
    time = 0.0
    try:
        with Image.open(path, formats=_FORMATS) as image:
            lengths = _frame_lengths(path)
            # A PNG may begin with an image for viewers that show no animation.
            first = int(getattr(image, "n_frames", len(lengths)) > len(lengths))
            for number, length in enumerate(lengths, first):
                image.seek(number)
                yield time, _on_black(image.convert("RGBA"))
                time += length
    except _PILLOW_ERRORS as error:
        raise MediaError(
            f"{path.name} is damaged at {time:.1f} s: it can't be read on.", remedy=SAVE_AGAIN
        ) from error


def load_image(path: str) -> VideoFrame:
    """Return an image as a frame, upright, on black where it is transparent.

    Raises:
        MediaError: The image can't be read.
    """
    try:
        with Image.open(path, formats=_FORMATS) as file:
            if file.mode in _SMOOTH:  # before the copies: 64 million pixels take 256 MB each time
                file.thumbnail(_MAX_FITTED_SIZE)
            upright = ImageOps.exif_transpose(file).convert("RGBA")
    except _PILLOW_ERRORS as error:
        raise MediaError(
            f"{Path(path).name} can't be read as an image.",
            remedy="Open it in an image editor and save it again as PNG or JPEG.",
        ) from error
    upright.thumbnail(_MAX_FITTED_SIZE)
    return _on_black(upright)


def _on_black(image: Image.Image) -> VideoFrame:
    black = Image.new("RGBA", image.size, (0, 0, 0, 255))
    pixels = np.asarray(Image.alpha_composite(black, image).convert("RGB"))
    return VideoFrame.from_ndarray(pixels, format="rgb24")


def _frame_lengths(path: Path) -> list[float]:
    """Return the seconds that each frame of a GIF, WebP or PNG is shown; [] for other kinds."""
    data = path.read_bytes()
    if data[:6] in {b"GIF87a", b"GIF89a"}:
        raw = _gif_delays(data)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        raw = _webp_delays(data)
    elif data[:8] == b"\x89PNG\r\n\x1a\n":
        raw = _png_delays(data)
    else:
        return []
    return [length if length > _AT_ONCE else _DEFAULT_FRAME_SECONDS for length in raw]


def _gif_delays(data: bytes) -> list[float]:
    """Return the delay of each image of a GIF, in seconds (GIF89a, 20 and 23)."""
    at = 13 + (3 * 2 ** ((data[10] & 7) + 1) if len(data) > 10 and data[10] & 0x80 else 0)
    delays: list[float] = []
    delay = 0.0
    while at + 1 < len(data):
        if data[at] == 0x21:  # an extension
            if data[at + 1] == 0xF9:
                delay = int.from_bytes(data[at + 4 : at + 6], "little") / 100
            at += 2
        elif data[at] == 0x2C and at + 10 < len(data):  # an image
            table = data[at + 9]
            at += 11 + (3 * 2 ** ((table & 7) + 1) if table & 0x80 else 0)
            delays.append(delay)
            delay = 0.0
        else:
            break
        while at < len(data) and data[at]:  # blocks of data
            at += 1 + data[at]
        at += 1
    return delays


def _webp_delays(data: bytes) -> list[float]:
    """Return the length of each frame of a WebP, in seconds (RFC 9649, 2.7.1.2)."""
    delays: list[float] = []
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"ANMF":
            delays.append(int.from_bytes(data[at + 20 : at + 23], "little") / 1000)
        at += 8 + size + size % 2
    return delays


def _png_delays(data: bytes) -> list[float]:
    """Return the length of each frame of an animated PNG, in seconds (PNG 3, 11.3.6.2)."""
    delays: list[float] = []
    at = 8
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4])
        if data[at + 4 : at + 8] == b"fcTL":
            count, parts = data[at + 28 : at + 30], data[at + 30 : at + 32]
            delays.append(int.from_bytes(count) / (int.from_bytes(parts) or 100))
        at += 12 + size
    return delays
