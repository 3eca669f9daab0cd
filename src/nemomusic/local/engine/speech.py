"""The clip's own sound: how loud it is, and where somebody seems to speak."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import attrs
import av
import numpy as np

from nemomusic.local.engine.loudness import Meter

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Heard", "listen"]


@attrs.frozen
class Heard:
    """What a clip sounds like.

    Attributes:
        loudness: Integrated, LUFS; None when silent.
        speech: Spans (start, end) in seconds on the picture's clock.
    """

    loudness: float | None
    speech: tuple[tuple[float, float], ...]


def listen(path: Path, *, origin: float) -> Heard:
    """Listen to the first sound track of a clip.

    Args:
        path: Of a file with sound.
        origin: Time of the first picture shown, on the file's own clock, in seconds.
    """
    meter = Meter(16000, peaks=False)
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=16000)
        for frame in container.decode(container.streams.audio[0]):
            for piece in resampler.resample(frame):
                meter.feed(np.ascontiguousarray(piece.to_ndarray().T))
    loudness = meter.integrated
    return Heard(loudness if math.isfinite(loudness) else None, ())
