"""Find out the color space of a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import av

__all__ = ["Space", "is_recolored", "space_of"]

Space = Literal["hlg", "pq", "bt2020", "p3"]


def space_of(frame: av.VideoFrame) -> Space | None:
    """Return the color space of a frame; None for BT.709 and similar spaces."""
    transfer, primaries = frame.color_trc, frame.color_primaries
    if transfer == 18:  # the numbers of ITU-T H.273
        return "hlg"
    if transfer == 16:
        return "pq"
    if primaries == 9:
        return "bt2020"
    return "p3" if primaries == 12 else None


def is_recolored(frame: av.VideoFrame) -> bool:
    """Return whether each pixel of a frame gets another color when the frame is encoded.

    This is so in a color space that is converted, and where transparency is put on black.
    """
    alpha = any(one.is_alpha for one in frame.format.components)
    return space_of(frame) is not None or alpha or frame.format.name == "pal8"
