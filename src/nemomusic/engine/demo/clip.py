"""Draw the demo's clip: six shots with hard cuts, no sound."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

import av
import numpy as np

from nemomusic.engine.demo.scenes import SCENES

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["draw_clip"]

_CUTS: Final = (0.2, 0.36, 0.57, 0.68, 0.835)
"""The times of the cuts as shares of the clip. They are not regular, but near whole beats of one
tempo, as in a video that is edited to have music."""


def draw_clip(
    path: str | Path,
    *,
    seconds: float = 12.0,
    size: tuple[int, int] = (1280, 720),
    fps: int = 30,
    seed: int = 0,
) -> tuple[float, ...]:
    """Draw a clip of six scenes and write it as H.264 without sound.

    Args:
        path: The path of the file. Its extension sets the format (".mp4").
        seconds: Length in seconds.
        size: Width and height in pixels; both even.
        fps: Frames per second.
        seed: The same seed draws the same clip. The files are equal if both sides are multiples of
            16 (else x264 also reads memory beyond the edge).

    Returns:
        The times of the cuts, in seconds: of the first frame of each scene except the first scene.

    Raises:
        ValueError: The clip is too short for a frame of each scene, or a side is odd or below 64.
    """
    width, height = size
    if width % 2 or height % 2 or min(size) < 64:
        raise ValueError(f"a clip of {width}x{height} can't be drawn: even sides from 64 on")
    total = round(seconds * fps)
    starts = [0, *(round(share * total) for share in _CUTS)]
    if len(set(starts)) < len(SCENES) or starts[-1] >= total:
        raise ValueError(f"{seconds} s at {fps} frames per second are too short for a clip")
    rng = np.random.default_rng(seed)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "20"}
        stream.time_base = Fraction(1, fps)
        for start, end, scene in zip(starts, [*starts[1:], total], SCENES, strict=True):
            shot = scene(size, rng)
            for number in range(start, end):
                drawn = np.asarray(shot.draw((number - start) / fps))
                frame = av.VideoFrame.from_ndarray(drawn, format="rgb24")
                frame.pts, frame.time_base = number, Fraction(1, fps)
                container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return tuple(start / fps for start in starts[1:])
