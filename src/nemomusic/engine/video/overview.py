"""Make an overview of a finished video, small enough for a page with a thousand videos."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np
from PIL import Image

from nemomusic.engine.analysis.analyze import analyze
from nemomusic.engine.media.decoding.audio_decoder import decoded_sound
from nemomusic.engine.media.decoding.frames import read_frames
from nemomusic.engine.media.probe import probe
from nemomusic.engine.pcm import RATE

if TYPE_CHECKING:
    from nemomusic.engine.types import Probe

__all__ = ["Overview", "overview"]

_QUALITY: Final = 60
"""Quality of the JPEG, 1 to 95."""
_TURNED: Final = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


@attrs.frozen(kw_only=True)
class Overview:
    """The overview of a video.

    Attributes:
        duration: Seconds.
        strip: JPEG of frames side by side, at equal intervals of time.
        frames: The number of frames in the strip.
        cuts: Seconds of the hard cuts.
        energy: Root mean square of the sound in equal intervals, 0 (silent) to 1 (the loudest).
        loudness: Integrated loudness of the sound in LUFS; None without sound or when silent.
    """

    duration: float
    strip: bytes
    frames: int
    cuts: tuple[float, ...]
    energy: tuple[float, ...]
    loudness: float | None


def overview(path: str | Path, *, frames: int = 8, height: int = 54, points: int = 120) -> Overview:
    """Analyze a video for its overview.

    Args:
        path: The video.
        frames: Frames of the strip.
        height: Height of the strip in pixels.
        points: The number of intervals of the energy.

    Raises:
        MediaError: The file can't be read.
    """
    path = Path(path)
    found = probe(path)
    analysis = analyze(path)
    return Overview(
        duration=found.duration,
        strip=_strip(path, found, frames, height),
        frames=frames,
        cuts=tuple(cut.time for cut in analysis.cuts),
        energy=_energy(path, found, points),
        loudness=analysis.own_loudness,
    )


def _strip(path: Path, found: Probe, count: int, height: int) -> bytes:
    width = max(1, round(height * found.width / max(1, found.height)))
    strip = Image.new("RGB", (width * count, height))
    for number in range(count):
        at = found.duration * (number + 0.5) / count
        for _, frame in read_frames(str(path), found, at):
            image = Image.fromarray(frame.to_ndarray(format="rgb24"))
            if found.mirrored:
                image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
            if found.rotation in _TURNED:
                image = image.transpose(_TURNED[found.rotation])
            strip.paste(image.resize((width, height)), (width * number, 0))
            break
    packed = io.BytesIO()
    strip.save(packed, "JPEG", quality=_QUALITY)
    return packed.getvalue()


def _energy(path: Path, found: Probe, points: int) -> tuple[float, ...]:
    """Return the energy of each interval, relative to the loudest."""
    if not found.has_audio or found.duration <= 0.0:
        return ()
    power, samples = np.zeros(points), np.zeros(points)
    length = found.duration * RATE / points
    for position, sound in decoded_sound(str(path), 0.0, found.tracks):
        squares = np.square(sound, dtype=np.float64).mean(axis=1)
        places = ((position + np.arange(len(squares))) / length).astype(np.int64)
        inside = (places >= 0) & (places < points)
        power += np.bincount(places[inside], squares[inside], minlength=points)
        samples += np.bincount(places[inside], minlength=points)
    level = np.sqrt(power / np.maximum(samples, 1.0))
    loudest = float(level.max(initial=0.0))
    return tuple(float(one) for one in np.round(level / loudest, 3)) if loudest else (0.0,) * points
