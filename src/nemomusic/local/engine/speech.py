"""The clip's own sound: how loud it is, and where somebody seems to speak."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import attrs
import av
import numpy as np

from nemomusic.local.engine.loudness import Meter
from nemomusic.local.engine.voice import RATE, VoiceFinder

if TYPE_CHECKING:
    from collections.abc import Iterator
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
    meter, voices = Meter(RATE, peaks=False), VoiceFinder()
    start = 0.0
    with av.open(str(path)) as container:
        # A second at a time: what is done for each piece costs more than what is done for a sample.
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE, frame_size=RATE)
        for number, frame in enumerate(_and_none(container.decode(container.streams.audio[0]))):
            if number == 0 and frame is not None and frame.time is not None:
                start = frame.time - origin
            for piece in resampler.resample(frame):
                sound = np.asarray(piece.to_ndarray(), np.float32)
                meter.feed(np.ascontiguousarray(sound.T))
                voices.feed(sound.mean(axis=0))
    loudness = meter.integrated
    return Heard(
        loudness if math.isfinite(loudness) else None,
        tuple((begin + start, end + start) for begin, end in voices.finish()),
    )


def _and_none(frames: Iterator[av.AudioFrame]) -> Iterator[av.AudioFrame | None]:
    """Yield the frames, then None, at which a resampler gives what it has left."""
    yield from frames
    yield None
