"""Small clips for the tests of the engine, encoded when they are first needed."""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import attrs
import av
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    Draw = Callable[[int, int, int], NDArray[np.uint8]]
    """Picture number, width, height -> [height, width, 3] RGB."""

SIZE = (160, 90)
RATE = 25


def waves(number: int, width: int, height: int, *, shot: int = 0) -> NDArray[np.uint8]:
    """Draw one frame of a shot of drifting stripes; each shot has stripes and colors of its own.

    The stripes of any two shots stand at an angle to each other.
    """
    across, down = np.meshgrid(np.arange(width) / width, np.arange(height) / height)
    angle = shot * 0.9
    along = across * np.cos(angle) + down * np.sin(angle)
    wave = np.sin(2 * np.pi * (along * (3 + shot % 3) + number / 60)) * 70
    levels = [(110, 90, 60), (60, 110, 160), (120, 150, 70), (170, 110, 120)][shot % 4]
    return np.stack([wave + level for level in levels], axis=-1).clip(0, 255).astype(np.uint8)


@attrs.frozen
class Shots:
    """Draws a clip whose shots change at the frame numbers `cuts`."""

    cuts: tuple[int, ...]

    def __call__(self, number: int, width: int, height: int) -> NDArray[np.uint8]:
        return waves(number, width, height, shot=sum(number >= cut for cut in self.cuts))


def shots(cuts: Iterable[int]) -> Draw:
    """Return a clip whose shots change at the frame numbers `cuts`."""
    return Shots(tuple(sorted(cuts)))


X264_THREADS = "3"
"""Threads of the encoder of a clip.

By default, the processors of the machine decide, and the bytes of the file differ. The agent makes
the random choices of its music by these bytes, so the music would differ, too.
"""
_WRITTEN: dict[Any, bytes] = {}
"""The clips that were written, by what was asked for: encoding one takes up to a second."""


def write(
    path: Path,
    draw: Draw = waves,
    *,
    frames: int | Iterable[int] = 50,
    size: tuple[int, int] = SIZE,
    rate: int = RATE,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    aspect: Fraction | None = None,
    sound: NDArray[np.float32] | None = None,
    muxing: dict[str, str] | None = None,
    **options: str,
) -> Path:
    """Write a clip.

    Args:
        path: Its ending chooses the container.
        draw: Gives the frames.
        frames: How many, or the tick (1/rate s) each is shown at.
        size: Width and height.
        rate: Ticks per second.
        codec: FFmpeg's name of the encoder.
        pixels: FFmpeg's name of the pixel format.
        aspect: Width of a pixel to its height.
        sound: Mono samples at 48 kHz, -1..1.
        muxing: Options of the container.
        options: Of the encoder.
    """
    ticks = list(range(frames) if isinstance(frames, int) else frames)
    key = (
        *(path.suffix, draw, tuple(ticks), size, rate, codec, pixels, aspect),
        *(None if sound is None else sound.tobytes(), repr(muxing), repr(options)),
    )
    if key in _WRITTEN:
        path.write_bytes(_WRITTEN[key])
        return path
    with av.open(str(path), "w", options=muxing or {}) as container:
        steady = {"threads": X264_THREADS} if codec == "libx264" else {}
        video = container.add_stream(codec, rate=rate, options=steady | options)
        video.width, video.height = size
        video.pix_fmt = pixels
        video.time_base = video.codec_context.time_base = Fraction(1, rate)
        if aspect is not None:
            video.sample_aspect_ratio = aspect
        voice = None
        if sound is not None:
            name = "libopus" if path.suffix == ".webm" else "aac"
            voice = container.add_stream(name, rate=48000, layout="mono")
        for number, tick in enumerate(ticks):
            frame = av.VideoFrame.from_ndarray(draw(number, *size), format="rgb24")
            frame.pts, frame.time_base = tick, Fraction(1, rate)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if voice is not None and sound is not None:
            _mux_sound(container, voice, sound)
    _WRITTEN[key] = path.read_bytes()
    return path


def write_sound(path: Path, sound: NDArray[np.float32], codec: str) -> Path:
    """Write a file of sound alone: mono samples at 48 kHz, -1..1."""
    with av.open(str(path), "w") as container:
        _mux_sound(container, container.add_stream(codec, rate=48000, layout="mono"), sound)
    return path


def _mux_sound(container, stream, sound: NDArray[np.float32]) -> None:
    frame = av.AudioFrame.from_ndarray(
        sound[np.newaxis].astype(np.float32), format="fltp", layout="mono"
    )
    frame.sample_rate, frame.pts, frame.time_base = 48000, 0, Fraction(1, 48000)
    resampler = av.AudioResampler(
        format=stream.codec_context.format, layout="mono", frame_size=stream.frame_size or None
    )
    for piece in [*resampler.resample(frame), *resampler.resample(None)]:
        container.mux(stream.encode(piece))
    container.mux(stream.encode(None))


def turn(path: Path, degrees: int) -> Path:
    """Give the frames of an MP4 a rotation matrix: `degrees` clockwise, in steps of 90.

    The matrix of "tkhd" is described in ISO/IEC 14496-12, 6.2.2 and 8.3.2.
    """
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    cos, sin = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    one = 65536
    matrix = (cos * one, sin * one, 0, -sin * one, cos * one, 0, 0, 0, 1 << 30)
    data[at : at + 36] = struct.pack(">9i", *matrix)
    path.write_bytes(data)
    return path


def tone(seconds: float, pitch: float = 440.0) -> NDArray[np.float32]:
    """Return a quiet steady tone, 48 kHz."""
    return (0.2 * np.sin(2 * np.pi * pitch * np.arange(round(seconds * 48000)) / 48000)).astype(
        np.float32
    )


def voice(seconds: float, *, pitch: float = 120.0, seed: int = 0) -> NDArray[np.float32]:
    """Return something like speech, 48 kHz: syllables of a hiss and a vowel, gliding, with pauses.

    A vowel is a row of harmonics under two formants (after Peterson and Barney's table).
    """
    rng = np.random.default_rng(seed)
    vowels = ((730, 1090), (270, 2290), (530, 1840), (570, 840), (300, 870))
    out = np.zeros(round(seconds * 48000), np.float32)
    at = 0
    while at < len(out):
        hiss, vowel, pause = (round(48000 * s * rng.uniform(0.8, 1.3)) for s in (0.05, 0.13, 0.05))
        first, second = vowels[rng.integers(len(vowels))]
        start, end = pitch * rng.uniform(0.85, 1.25, 2)
        f0 = np.linspace(start, end, vowel)
        phase = 2 * np.pi * np.cumsum(f0) / 48000
        sung = np.zeros(vowel)
        for number in range(1, 30):
            tone_at = pitch * number
            level = sum(1 / (1 + ((tone_at - formant) / 110) ** 2) for formant in (first, second))
            sung += level * np.sin(number * phase)
        noise = np.diff(rng.standard_normal(hiss + 1)) * 0.12
        syllable = np.concatenate(
            [noise * np.hanning(hiss), sung * np.hanning(vowel) ** 0.5, np.zeros(pause)]
        )
        syllable = syllable[: len(out) - at]
        out[at : at + len(syllable)] = syllable
        at += len(syllable) + (round(48000 * 0.25) if rng.random() < 0.12 else 0)
    return (0.3 * out / np.abs(out).max()).astype(np.float32)


def tune(seconds: float, *, seed: int = 0) -> NDArray[np.float32]:
    """Return plucked chords and a beat, 48 kHz: four notes a second, as regular as syllables."""
    rng = np.random.default_rng(seed)
    out = np.zeros(round(seconds * 48000) + 48000)
    t = np.arange(48000) / 48000
    for beat in range(round(seconds * 4)):
        notes = 220 * 2 ** (rng.choice([0, 3, 5, 7, 10, 12], 2) / 12)
        pluck = sum(
            np.sin(2 * np.pi * note * harmonic * t) * np.exp(-t * (3 + harmonic)) / harmonic
            for note in notes
            for harmonic in range(1, 7)
        )
        snare = rng.standard_normal(48000) * np.exp(-t * 40) * (beat % 4 == 2)
        out[beat * 12000 : beat * 12000 + 48000] += pluck + snare
    out = out[: round(seconds * 48000)]
    return (0.3 * out / np.abs(out).max()).astype(np.float32)
