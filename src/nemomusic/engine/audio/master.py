"""Turn the mix into the video's sound track: loudness, limiter, AAC, and a check of the result."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import attrs
import av
import numpy as np

from nemomusic.engine.audio.aac_encoder import BIT_RATE, BLOCK, OPTIONS, encoded
from nemomusic.engine.audio.limiter import RELEASE, limited
from nemomusic.engine.audio.loudness_meter import Meter, gain_of
from nemomusic.engine.media.decoding.audio_decoder import as_float
from nemomusic.engine.media.prefetch import prefetch
from nemomusic.engine.pcm import RATE, PcmScratchFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nemomusic.engine.audio.mix import MixLoudness
    from nemomusic.engine.pcm import Samples

__all__ = ["SoundTrack", "master"]

_LOUDNESS = -14.0  # LUFS, the level of the large platforms
_PEAK = -1.0  # dBTP, of the decoded AAC
_CEILING = -1.7  # dBTP before AAC, which commonly adds up to half a decibel
_NEAR = 0.2  # LU, the tolerance of the gain loop
_PASSES = 12
_PATIENCE = 3  # passes that are too quiet before the limiter's gain recovers faster
_SOONER = 4.0  # factor of the recovery
_SOONEST = RELEASE * _SOONER**3  # above it, the limiter's own smoothing decides
_AIM = -13.8  # LUFS before AAC, which removes inaudible but measured sound: 0.1 to 0.6 LU
_CLOSE = 0.5  # LU, the tolerance after AAC, of the allowed 1.0
_MAX_GAIN = 60.0  # dB; quieter sound is not meant to be heard
_TRIES = 4  # tries for the loudness; tries for peaks are not limited
_MARGIN = 0.1  # dB between the measured peak and the limit, for meters that differ
_HEARD_AT_ONCE = 128  # packets that are decoded while earlier ones are measured

_GAIN_LIMIT = gain_of(_MAX_GAIN)


@attrs.frozen
class SoundTrack:
    """An encoded sound track.

    Attributes:
        path: A file that holds only the sound.
        loudness: Integrated loudness of the decoded AAC, in LUFS; -inf when it is silent.
        true_peak: True peak of the decoded AAC, in dBTP; -inf when it is silent.
    """

    path: Path
    loudness: float
    true_peak: float


def master(mixed: PcmScratchFile, loudness: MixLoudness, scratch: Path) -> SoundTrack:
    """Bring a mix to -14 LUFS with no true peak above -1 dBTP and encode it as AAC.

    Both are measured on the decoded AAC. While its peaks are too high, the ceiling is lowered by
    the excess and the sound is made again.

    Args:
        mixed: The mix.
        loudness: The loudness of the mix. A silent mix is not changed. The finished sound has -14
            LUFS plus the offset of the mix.
        scratch: A folder for files that may be deleted afterward.
    """
    path = scratch / "sound.mp4"
    silent = loudness.integrated == -math.inf
    target, ceiling, release, tries = _AIM + loudness.offset, _CEILING, RELEASE, 0
    gain = 1.0 if silent else min(_GAIN_LIMIT, gain_of(target - loudness.integrated))
    scratch_file = scratch / "mastered.raw"
    with PcmScratchFile(scratch_file, mixed.frames, mixed.on_write) as mastered:
        while True:
            tries += 1
            gain, release = _make_loud(
                mixed, mastered, gain, gain_of(ceiling), release, None if silent else target
            )
            reached, peak = _encode(mastered, path)
            silent = silent or reached == -math.inf
            missing = 0.0 if silent else _LOUDNESS + loudness.offset - reached
            if peak > _PEAK - _MARGIN:
                ceiling -= peak - _PEAK + 2 * _MARGIN
            elif abs(missing) <= _CLOSE or tries >= _TRIES:
                return SoundTrack(path, reached, peak)
            target += missing  # AAC removes inaudible sound, which is measured


def _make_loud(
    mixed: PcmScratchFile,
    mastered: PcmScratchFile,
    gain: float,
    ceiling: float,
    release: float,
    target: float | None,
) -> tuple[float, float]:
    """Fill `mastered`; return the gain and the release that gave the target loudness.

    The limiter removes a part of the loudness that the gain adds, so several passes are needed. It
    may remove all of it, as from drums without much else. Then its gain has to recover faster. That
    changes the timbre of the drums, but otherwise more gain would make them quieter. A sound of
    clicks alone does not reach the target even so. Then the last pass counts.
    """
    for number in range(1, _PASSES + 1):
        meter = Meter(RATE, peaks=False)
        position = 0
        for sound in prefetch(limited(mixed, gain, ceiling, release)):
            mastered.write(position, sound)
            meter.feed(sound)
            position += len(sound)
        if target is None or abs(missing := target - meter.integrated) <= _NEAR:
            break
        if meter.integrated == -math.inf or number == _PASSES:
            break  # constant or infrasonic: there are samples, but nothing is audible
        if missing > 0.0 and gain >= _GAIN_LIMIT and release >= _SOONEST:
            break
        if missing > 0.0 and (number % _PATIENCE == 0 or gain >= _GAIN_LIMIT):
            release = min(release * _SOONER, _SOONEST)
        gain = min(_GAIN_LIMIT, gain * gain_of(missing))
    return gain, release


def _encode(pcm: PcmScratchFile, path: Path) -> tuple[float, float]:
    """Encode sound as AAC; return loudness (LUFS) and true peak (dBTP) of the decoded sound.

    Packets are decoded and measured while further packets are encoded.
    """
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=RATE, layout="stereo", options=dict(OPTIONS))
        stream.bit_rate = BIT_RATE
        container.start_encoding()  # it only describes the stream; `encoded` uses its own encoders
        listener = _Listener(stream.codec_context.extradata, BLOCK, pcm.frames)
        time = -BLOCK
        for packets in encoded(pcm):
            for data in packets:
                packet = av.Packet(data)
                packet.stream = stream
                packet.time_base = Fraction(1, RATE)
                packet.pts = packet.dts = time
                packet.duration = min(BLOCK, pcm.frames - time)
                packet.is_keyframe = True
                time += BLOCK
                container.mux_one(packet)
            listener.hear(packets)
            pcm.on_write(len(packets) * BLOCK)
    return listener.meter.integrated, listener.meter.true_peak_db


class _Listener:
    """Decodes AAC and measures it, from the first frame that is played to the last.

    Args:
        description: The codec parameters of the container.
        early: Frames before the first one that is played: the encoder's delay.
        frames: The number of frames that are played.
    """

    def __init__(self, description: bytes | None, early: int, frames: int) -> None:
        self.meter = Meter(RATE)
        self._decoder = av.CodecContext.create("aac", "r")
        self._decoder.extradata = description
        self._at = -early
        self._frames = frames

    def hear(self, packets: list[bytes]) -> None:
        """Add the next packets."""
        for sound in self._played(packets):
            self.meter.feed(sound)

    def _played(self, packets: list[bytes]) -> Iterator[Samples]:
        """Yield the played frames of some packets, some seconds at a time."""
        for start in range(0, len(packets), _HEARD_AT_ONCE):
            pieces = []
            for packet in packets[start : start + _HEARD_AT_ONCE]:
                for frame in self._decoder.decode(av.Packet(packet)):
                    sound = as_float(frame).T
                    first, last = max(-self._at, 0), min(len(sound), self._frames - self._at)
                    self._at += len(sound)
                    if first < last:
                        pieces.append(sound[first:last])
            if pieces:
                yield np.concatenate(pieces)
