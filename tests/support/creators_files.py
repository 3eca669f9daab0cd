"""Clips as phones, cameras, recorders and downloads make them, drawn when they are needed.

The clip flashes white and beeps at the same times, so that sync and loss can be measured.
"""

from __future__ import annotations

import struct
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import av
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

RATE = 25
SIZE = (160, 96)
SECONDS = 3.0
AT = (0.4, 1.2, 2.2)
"""Seconds of the flashes and beeps."""
LENGTH = 0.12
"""Seconds that each lasts."""


def on(times: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell at which times it flashes and beeps."""
    return np.any([(times >= at - 1e-6) & (times < at + LENGTH) for at in AT], axis=0)


def beeps(seconds: float = SECONDS, *, rate: int = 48000, level: float = 0.5) -> NDArray:
    """Return the sound: a tone of 3 kHz at the times of the flashes."""
    t = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * 3000 * t) * on(t)).astype(np.float32)


def silence(seconds: float = SECONDS) -> NDArray:
    return np.zeros(round(seconds * 48000), np.float32)


def frame(number: int, size: tuple[int, int] = SIZE) -> NDArray[np.uint8]:
    """Draw frame `number`: stripes that drift, or white."""
    width, height = size
    if on(np.array([number / RATE]))[0]:
        return np.full((height, width, 3), 255, np.uint8)
    across = np.arange(width)[None, :, None] + np.arange(height)[:, None, None]
    shade = 60 + 50 * np.sin(across / 9 + number / 5 + np.arange(3)[None, None])
    return shade.astype(np.uint8)


def draw_clip(
    path: Path,
    *,
    seconds: float = SECONDS,
    delay: float = 0.0,
    sounds: Sequence[NDArray] | None = None,
    sound_codec: str = "aac",
    layout: str = "mono",
    sound_options: dict[str, str] | None = None,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    size: tuple[int, int] = SIZE,
    draw=frame,
    muxing: dict[str, str] | None = None,
    container: str | None = None,
    before=lambda container: None,
    more: list = (),
    sound_delay: float = 0.0,
    sound_rate: int = 48000,
    **options: str,
) -> Path:
    """Write the clip.

    Args:
        path: Where to.
        seconds: Of the frames.
        delay: Seconds from the start of the sound to the first frame.
        sounds: A track each: mono samples at 48 kHz, or [channels, frames].
        sound_codec: FFmpeg's name.
        layout: Of the sound.
        sound_options: Of its encoder.
        codec: FFmpeg's name of the video's.
        pixels: FFmpeg's name of the pixel format.
        size: Width and height.
        draw: Gives the frames.
        muxing: Options of the container.
        container: FFmpeg's name, in place of that by the name's ending.
        before: Adds to the container before all else.
        more: Packets that `before` made.
        sound_rate: Of the encoded sound, in hertz.
        sound_delay: Seconds from the start of the frames to the first sound.
        options: Of the video's encoder.
    """
    sounds = [beeps()] if sounds is None else sounds
    with av.open(str(path), "w", format=container, options=muxing or {}) as out:
        before(out)
        video = out.add_stream(codec, rate=RATE, options={"g": "25", **options})
        video.width, video.height = size
        video.pix_fmt = pixels
        voices = [out.add_stream(sound_codec, rate=sound_rate, layout=layout) for _ in sounds]
        for voice in voices:
            voice.options = sound_options or {}
        packets = list(more)
        for number in range(round(seconds * RATE)):
            frame = av.VideoFrame.from_ndarray(draw(number, size), format="rgb24")
            frame.pts, frame.time_base = number + round(delay * RATE), Fraction(1, RATE)
            packets += video.encode(frame)
        packets += video.encode(None)
        for voice, sound in zip(voices, sounds, strict=True):
            packets += encoded(voice, sound, layout, sound_delay)
        for packet in sorted(packets, key=lambda p: float(p.dts * p.time_base)):
            out.mux_one(packet)
    return path


def encoded(voice, sound: NDArray, layout: str, delay: float = 0.0) -> list:
    """Encode a track of sound."""
    samples = np.ascontiguousarray(np.atleast_2d(sound).T, np.float32).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(samples, format="flt", layout=layout)
    frame.sample_rate, frame.pts = 48000, round(delay * 48000)
    frame.time_base = Fraction(1, 48000)
    resampler = av.AudioResampler(
        format=voice.codec_context.format,
        layout=layout,
        rate=voice.codec_context.sample_rate,
        frame_size=voice.frame_size or 1024,
    )
    pieces = [*resampler.resample(frame), *resampler.resample(None)]
    return [p for piece in [*pieces, None] for p in voice.encode(piece)]


def copied(source: Path, path: Path, **muxing: str) -> Path:
    """Put a clip's packets into another container."""
    with av.open(str(source)) as old, av.open(str(path), "w", options=muxing) as new:
        streams = {one.index: new.add_stream_from_template(one) for one in old.streams}
        for packet in old.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream_index]
                new.mux(packet)
    return path


def patched(path: Path, old: bytes, new: bytes, *, times: int = 1) -> Path:
    """Replace bytes of a file by others, as many."""
    data = path.read_bytes()
    assert len(old) == len(new), "boxes would move"
    assert old in data, f"{old!r} is not in {path.name}"
    path.write_bytes(data.replace(old, new, times))
    return path


def matrix(path: Path, a: int, b: int, c: int, d: int) -> Path:
    """Give the frames of an MP4 a display matrix (ISO/IEC 14496-12, 8.3.2)."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    one = 65536
    data[at : at + 36] = struct.pack(">9i", a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    return path


def cut(path: Path, share: float) -> Path:
    """Leave the first part of a file."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def starts(times: Iterable[float], gap: float = 0.3) -> list[float]:
    """Return the times at which something begins, of all times at which it is there."""
    seen = sorted(times)
    first = seen[:1]
    return [round(t, 2) for t in first + [b for a, b in pairwise(seen) if b - a > gap]]


def flashes(path: Path) -> list[float]:
    """Return the times at which a clip turns white."""
    with av.open(str(path)) as container:
        shown = [(f.time, f.to_ndarray(format="gray").mean()) for f in container.decode(video=0)]
    return starts(time for time, light in shown if light > 220)


def heard(path: Path) -> list[float]:
    """Return the times at which the beeps of a clip begin, music apart."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("flt", "mono", 16000)
        frames = [*container.decode(audio=0), None]
        pieces = [piece.to_ndarray().ravel() for f in frames for piece in resampler.resample(f)]
    sound = np.concatenate(pieces)
    sound = sound[: len(sound) // 160 * 160].reshape(-1, 160)  # 10 ms each
    turn = np.exp(-2j * np.pi * 3000 * np.arange(160) / 16000)
    level = np.abs(sound @ turn) / 80
    return starts(np.flatnonzero(level > 0.3 * max(level.max(), 0.05)) / 100)


def times(path: Path) -> list[float]:
    """Return the times of a clip's frames, in the order of decoding."""
    with av.open(str(path)) as container:
        return [round(frame.time, 3) for frame in container.decode(video=0)]
