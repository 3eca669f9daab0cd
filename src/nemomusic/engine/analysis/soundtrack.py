"""Analyze the clip's own sound: its loudness, and spans of speech."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import attrs
import av
import numpy as np

from nemomusic.engine.analysis.speech_detector import RATE, SpeechDetector
from nemomusic.engine.audio.loudness_meter import Meter
from nemomusic.engine.media.decoding.audio_decoder import decoded_sound
from nemomusic.engine.media.decoding.opening import open_media
from nemomusic.engine.media.decoding.sound_frames import sound_frames
from nemomusic.engine.media.decoding.streams import sound_streams
from nemomusic.engine.pcm import RATE as SOUND_RATE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from nemomusic.engine.types import TrackChoice

__all__ = ["SoundtrackAnalysis", "analyze_soundtrack"]

_MIN_HOLE_SECONDS: Final = 0.05
"""Seconds without sound that are filled with silence, so that later speech keeps its time."""


@attrs.frozen
class SoundtrackAnalysis:
    """The analysis of a clip's sound.

    Attributes:
        loudness: Integrated loudness in LUFS; None when silent.
        speech: Spans (start, end) in seconds on the video's clock.
    """

    loudness: float | None
    speech: tuple[tuple[float, float], ...]


def analyze_soundtrack(path: Path, tracks: TrackChoice) -> SoundtrackAnalysis:
    """Analyze the sound of a clip.

    Args:
        path: The path of a file with sound.
        tracks: The streams that are heard, and their times.
    """
    meter, voices = Meter(RATE, peaks=False), SpeechDetector()

    def feed(sound: NDArray[np.float32]) -> None:
        meter.feed(np.ascontiguousarray(sound.T))
        voices.feed(sound.mean(axis=0))

    first, fed = 0.0, 0
    resampler = _resampler()
    shape: tuple[str, str, int] | None = None
    for time, frame in _frames(path, tracks):
        if time is not None and not fed:
            first = time
        if shape != (now := (frame.format.name, frame.layout.name, frame.sample_rate)):
            if shape is not None:  # some recordings change their sound in the middle
                for piece in resampler.resample(None):
                    feed(np.asarray(piece.to_ndarray(), np.float32))
                resampler = _resampler()
                fed = round(fed * frame.sample_rate / shape[2])
            shape = now
        held = fed / (frame.sample_rate or RATE)
        if time is not None and fed and time - first - held > _MIN_HOLE_SECONDS:
            for piece in resampler.resample(None):
                feed(np.asarray(piece.to_ndarray(), np.float32))
            resampler = _resampler()
            silence = time - first - held
            fed += round(silence * frame.sample_rate)
            for _ in range(int(silence)):
                feed(np.zeros((2, RATE), np.float32))
            feed(np.zeros((2, round(silence % 1 * RATE)), np.float32))
        fed += frame.samples
        for piece in resampler.resample(frame):
            feed(np.asarray(piece.to_ndarray(), np.float32))
    for piece in resampler.resample(None):
        feed(np.asarray(piece.to_ndarray(), np.float32))
    loudness = meter.integrated
    return SoundtrackAnalysis(
        loudness if math.isfinite(loudness) else None,
        tuple((begin + first, end + first) for begin, end in voices.finish()),
    )


def _resampler() -> av.AudioResampler:
    # A second at a time, since the cost of a piece is larger than the cost of its samples.
    return av.AudioResampler(format="fltp", layout="stereo", rate=RATE, frame_size=RATE)


def _frames(path: Path, tracks: TrackChoice) -> Iterator[tuple[float | None, av.AudioFrame]]:
    """Yield (seconds into the clip, frame) of the sound that is heard."""
    if len(tracks.audio) > 1:
        for position, sound in decoded_sound(str(path), 0.0, tracks):
            planes = np.ascontiguousarray(sound.T)
            frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout="stereo")
            frame.sample_rate = SOUND_RATE
            yield position / SOUND_RATE, frame
        return
    with open_media(path, frames=False) as container:
        for stream in sound_streams(container, tracks.audio):
            spherical = tracks.ambisonic
            for time, frame in sound_frames(container, stream, tracks.jumps, ambisonic=spherical):
                yield None if time is None else time - tracks.origin, frame
