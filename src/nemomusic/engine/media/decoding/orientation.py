"""Read the display matrix of MP4 and MOV: how a stored frame is flipped and rotated for display."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from av.sidedata.sidedata import SideData

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

__all__ = ["orientation"]


def orientation(frame: VideoFrame) -> tuple[int, bool]:
    """Return (degrees clockwise, flipped left to right first) of one of the eight orientations.

    The matrix maps a stored point (x, y) to (ax + cy, bx + dy). The flip comes before the rotation.
    A matrix in between counts as the nearest of the eight orientations.
    """
    data = frame.side_data.get("DISPLAYMATRIX")
    if not isinstance(data, SideData):
        return 0, False
    a, b, _, c, d = struct.unpack_from("=5i", data)
    mirrored = a * d - b * c < 0
    if mirrored:
        a, b = -a, -b  # the rest after the flip is a rotation
    if abs(a) >= abs(b):
        return (0 if a >= 0 else 180), mirrored
    return (90 if b > 0 else 270), mirrored
