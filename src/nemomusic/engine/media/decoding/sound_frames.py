"""Decode the sound of one track, in layouts that FFmpeg's resampler accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import av
import numpy as np
from av.audio.frame import AudioFrame

from nemomusic.engine.media.decoding.damaged_packets import is_damage
from nemomusic.engine.media.decoding.timestamps import demux

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from numpy.typing import NDArray

__all__ = ["sound_frames"]

_PCM: Final = {
    "pcm_u8": "u1",
    "pcm_s8": "i1",
    "pcm_s16le": "<i2",
    "pcm_s16be": ">i2",
    "pcm_s24le": "<i3",
    "pcm_s24be": ">i3",
    "pcm_s32le": "<i4",
    "pcm_s32be": ">i4",
    "pcm_f32le": "<f4",
    "pcm_f32be": ">f4",
    "pcm_f64le": "<f8",
    "pcm_f64be": ">f8",
}
"""NumPy's name of the samples of FFmpeg's PCM codecs; "i3" stands for three bytes."""
_SURROUND: Final = {
    6: ((1, 0), (0, 1), (0.7, 0.7), (0, 0), (0.7, 0), (0, 0.7)),
    8: ((1, 0), (0, 1), (0.7, 0.7), (0, 0), (0.7, 0), (0, 0.7), (0.7, 0), (0, 0.7)),
}
"""Share of each channel on the left and right: L, R, C, LFE and pairs of surround channels."""


def _ignore(_: float | None) -> None:
    """Ignore damage."""


def sound_frames(
    container: InputContainer,
    stream: AudioStream,
    jumps: tuple[tuple[int, int, float], ...] = (),
    *,
    ambisonic: bool = False,
    on_damage: Callable[[float | None], None] = _ignore,
) -> Iterator[tuple[float | None, AudioFrame]]:
    """Yield (seconds on the file's clock, frame) of a track.

    Frames in layouts of more than two channels that have no names are mixed down here: ambisonic
    sound to its omnidirectional channel (W), other sound to stereo. A damaged packet is left out:
    it gives a short silence, not the end of the video.

    Args:
        container: The file, at its start if there are jumps.
        stream: One of its streams.
        jumps: Breaks of the file's clock.
        ambisonic: Whether only the first channel is heard, with any name of the layout.
        on_damage: Called with the time of each packet that can't be decoded, in seconds.
    """
    # PyAV 18.1.0 crashes on frames with a layout of its "custom" kind, which MOV files with PCM of
    # several channels have. Their samples are read without it.
    is_mov = container.format.name.startswith("mov")
    dtype = _PCM.get(stream.codec_context.name) if is_mov else None
    for packet in demux(container, stream, jumps):
        if dtype is not None and (channels := _channels(packet, stream, dtype)) > 2:
            for frame in _pcm_frames(packet, stream, (dtype, channels), ambisonic=ambisonic):
                yield frame.time, frame
            continue
        try:
            frames = stream.decode(packet)
        except av.EOFError:
            continue
        except av.FFmpegError as error:
            if not is_damage(error):
                raise
            on_damage(None if packet.pts is None else float(packet.pts * packet.time_base))
            continue
        for frame in frames:
            yield frame.time, _named_layout(frame, ambisonic=ambisonic)


def _channels(packet: Packet[Any], stream: AudioStream, dtype: str) -> int:
    """Return the number of channels of a PCM packet, by its size."""
    seconds = float((packet.duration or 0) * (packet.time_base or 0))
    frames = round(seconds * (stream.sample_rate or 0))
    return round(packet.size / (int(dtype[-1]) * frames)) if frames else 0


def _pcm_frames(
    packet: Packet[Any], stream: AudioStream, kind: tuple[str, int], *, ambisonic: bool
) -> list[AudioFrame]:
    dtype, channels = kind
    raw = bytes(packet)
    width = int(dtype[-1])
    raw = raw[: len(raw) // (width * channels) * width * channels]
    if not raw:
        return []
    values: NDArray[Any]
    if width == 3:
        padded = np.zeros((len(raw) // 3, 4), np.uint8)
        columns = slice(1, 4) if dtype[0] == "<" else slice(0, 3)
        padded[:, columns] = np.frombuffer(raw, np.uint8).reshape(-1, 3)
        values = padded.view(f"{dtype[0]}i4").ravel()
    else:
        values = np.frombuffer(raw, dtype)
    sound = _as_floats(values.reshape(-1, channels))
    sound = sound[:, :1] if ambisonic else _mixed_down(sound)
    return [_frame(sound, packet.pts, stream.sample_rate, packet.time_base)]


def _named_layout(frame: AudioFrame, *, ambisonic: bool) -> AudioFrame:
    """Return a frame unchanged, or mixed down if its channels have no names."""
    name = frame.layout.name
    count = frame.layout.nb_channels
    ambisonic = ambisonic or name.startswith("ambisonic")
    if not ambisonic and (count <= 2 or not name.endswith("channels")):
        return frame
    samples = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, count).T
    sound = _as_floats(samples.T)
    sound = sound[:, :1] if ambisonic else _mixed_down(sound)
    return _frame(sound, frame.pts, frame.sample_rate, frame.time_base)


def _as_floats(samples: NDArray[Any]) -> NDArray[np.float32]:
    kind, width = samples.dtype.kind, samples.dtype.itemsize
    if kind == "f":
        return samples.astype(np.float32)
    middle = 128.0 if kind == "u" else 0.0
    return ((samples.astype(np.float64) - middle) / 2.0 ** (8 * width - 1)).astype(np.float32)


def _mixed_down(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return [frames, 2] of [frames, channels]; without names they alternate left and right."""
    channels = sound.shape[1]
    shares = _SURROUND.get(channels) or [(n % 2 == 0, n % 2 == 1) for n in range(channels)]
    weights = np.asarray(shares, np.float32)
    weights /= np.maximum(weights.sum(axis=0), 1.0)
    return np.asarray(sound @ weights, np.float32)


def _frame(sound: NDArray[np.float32], pts: int | None, rate: int, time_base: Any) -> AudioFrame:
    layout = "mono" if sound.shape[1] == 1 else "stereo"
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(sound.T), format="fltp", layout=layout)
    frame.sample_rate = rate
    frame.pts, frame.time_base = pts, time_base
    return frame
