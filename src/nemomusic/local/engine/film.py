"""The demo's short film, drawn from nothing: six shots with hard cuts, no sound."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

import av
import numpy as np

from nemomusic.local.engine.film_scenes import SCENES

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["draw_film"]

_CUTS: Final = (0.225, 0.36, 0.57, 0.68, 0.835)
"""Where the shots change, as shares of the film; not evenly, as an editor would."""


def draw_film(
    path: str | Path,
    *,
    seconds: float = 12.0,
    size: tuple[int, int] = (1280, 720),
    fps: int = 30,
    seed: int = 0,
) -> tuple[float, ...]:
    """Draw a film of six scenes and write it as H.264 without sound.

    Args:
        path: Where to; the name's ending gives the format (".mp4").
        seconds: How long it lasts.
        size: Width and height in pixels; both even.
        fps: Pictures per second.
        seed: The same seed draws the same film, byte for byte if both sides are multiples of 16
            (else x264 looks at what happens to lie beyond the edge).

    Returns:
        The times of the cuts, in seconds: of the first picture of each scene but the first.

    Raises:
        ValueError: It is too short for a picture of each scene, or a side is odd or below 64.
    """
    width, height = size
    if width % 2 or height % 2 or min(size) < 64:
        raise ValueError(f"a film of {width}x{height} can't be drawn: even sides from 64 on")
    total = round(seconds * fps)
    starts = [0, *(round(share * total) for share in _CUTS)]
    if len(set(starts)) < len(SCENES) or starts[-1] >= total:
        raise ValueError(f"{seconds} s at {fps} pictures a second are too short for a film")
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
