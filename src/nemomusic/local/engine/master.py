"""From the mix to the film's sound track: loudness, limiter, AAC, and the proof of it."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import attrs
import av
import numpy as np

from nemomusic.local.engine.aac import BIT_RATE, BLOCK, OPTIONS, encoded
from nemomusic.local.engine.ahead import ahead
from nemomusic.local.engine.limiter import RELEASE, limited
from nemomusic.local.engine.loudness import Meter, gain_of
from nemomusic.local.engine.sound_in import as_float
from nemomusic.local.engine.tape import RATE, Tape

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nemomusic.local.engine.true_peak import Samples

__all__ = ["SoundTrack", "master"]

_LOUDNESS = -14.0  # LUFS, where the large platforms play
_PEAK = -1.0  # dBTP, of the decoded AAC
_CEILING = -1.7  # dBTP before AAC, which commonly adds up to half a decibel
_NEAR = 0.2  # LU that satisfy the gain loop
_PASSES = 12
_PATIENCE = 3  # passes that come out too quiet before the limiter lets go sooner
_SOONER = 4.0  # times
_SOONEST = RELEASE * _SOONER**3  # beyond that the limiter's own smoothing decides
_AIM = -13.8  # LUFS before AAC, which leaves out what can't be heard but is measured: 0.1 to 0.6
_CLOSE = 0.5  # LU that satisfy us after AAC, of the 1.0 that is allowed
_MOST_GAIN = 60.0  # dB; what is quieter than that is nothing that anybody recorded to be heard
_TRIES = 4  # for loudness; for peaks as many as it takes
_MARGIN = 0.1  # dB between what we measure and the limit, for meters that differ from ours
_HEARD_AT_ONCE = 128  # packets that are decoded while those before are measured

_GAIN_LIMIT = gain_of(_MOST_GAIN)


@attrs.frozen
class SoundTrack:
    """An encoded sound track.

    Attributes:
        path: A file that holds nothing else.
        loudness: Integrated, of the decoded AAC, in LUFS; -inf when it is silent.
        true_peak: Of the decoded AAC, in dBTP; -inf when it is silent.
    """

    path: Path
    loudness: float
    true_peak: float


def master(mixed: Tape, loudness: float, scratch: Path) -> SoundTrack:
    """Bring a mix to -14 LUFS with no true peak above -1 dBTP and encode it as AAC.

    Both are measured on the decoded AAC: while its peaks are too high, the ceiling is lowered by as
    much and the sound made anew.

    Args:
        mixed: The mix.
        loudness: Of the mix, in LUFS; -inf leaves it as it is.
        scratch: A folder for files that may be deleted afterwards.
    """
    path = scratch / "sound.mp4"
    silent = loudness == -math.inf
    gain = 1.0 if silent else min(_GAIN_LIMIT, gain_of(_AIM - loudness))
    target, ceiling, release, tries = _AIM, _CEILING, RELEASE, 0
    with Tape(scratch / "mastered.raw", mixed.frames) as mastered:
        while True:
            tries += 1
            gain, release = _make_loud(
                mixed, mastered, gain, gain_of(ceiling), release, None if silent else target
            )
            reached, peak = _encode(mastered, path)
            silent = silent or reached == -math.inf
            missing = 0.0 if silent else _LOUDNESS - reached
            if peak > _PEAK - _MARGIN:
                ceiling -= peak - _PEAK + 2 * _MARGIN
            elif abs(missing) <= _CLOSE or tries >= _TRIES:
                return SoundTrack(path, reached, peak)
            target += missing  # AAC leaves out what can't be heard, but is measured


def _make_loud(
    mixed: Tape,
    mastered: Tape,
    gain: float,
    ceiling: float,
    release: float,
    target: float | None,
) -> tuple[float, float]:
    """Fill the tape `mastered`; return the gain and the release that led to the wanted loudness.

    The limiter takes away some of the loudness that the gain was to bring, hence a loop. Where it
    takes away all of it, as from drums without much else, its gain has to recover faster: that
    colours the drums, but otherwise they only get quieter the louder they are made. Sound that is
    nothing but clicks won't get there even so; then the last pass stands.
    """
    for number in range(1, _PASSES + 1):
        meter = Meter(RATE, peaks=False)
        position = 0
        for sound in ahead(limited(mixed, gain, ceiling, release)):
            mastered.write(position, sound)
            meter.feed(sound)
            position += len(sound)
        if target is None or abs(missing := target - meter.integrated) <= _NEAR:
            break
        if meter.integrated == -math.inf or number == _PASSES:
            break  # constant or infrasonic: there are samples, but nothing that can be heard
        if missing > 0.0 and gain >= _GAIN_LIMIT and release >= _SOONEST:
            break
        if missing > 0.0 and (number % _PATIENCE == 0 or gain >= _GAIN_LIMIT):
            release = min(release * _SOONER, _SOONEST)
        gain = min(_GAIN_LIMIT, gain * gain_of(missing))
    return gain, release


def _encode(tape: Tape, path: Path) -> tuple[float, float]:
    """Encode a tape as AAC; return loudness (LUFS) and true peak (dBTP) of what a player hears.

    What has been encoded is decoded and measured while more is encoded.
    """
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=RATE, layout="stereo", options=dict(OPTIONS))
        stream.bit_rate = BIT_RATE
        container.start_encoding()  # it only describes the stream; `encoded` has its own encoders
        listener = _Listener(stream.codec_context.extradata, BLOCK, tape.frames)
        time = -BLOCK
        for packets in encoded(tape):
            for data in packets:
                packet = av.Packet(data)
                packet.stream = stream
                packet.time_base = Fraction(1, RATE)
                packet.pts = packet.dts = time
                packet.duration = min(BLOCK, tape.frames - time)
                packet.is_keyframe = True
                time += BLOCK
                container.mux_one(packet)
            listener.hear(packets)
    return listener.meter.integrated, listener.meter.true_peak_db


class _Listener:
    """Decodes AAC and measures it, from the first frame that is played to the last.

    Args:
        description: What the container tells of the codec.
        early: Frames decoded before the first that is played: the encoder's delay.
        frames: How many are played.
    """

    def __init__(self, description: bytes | None, early: int, frames: int) -> None:
        self.meter = Meter(RATE)
        self._decoder = av.CodecContext.create("aac", "r")
        self._decoder.extradata = description
        self._at = -early
        self._frames = frames

    def hear(self, packets: list[bytes]) -> None:
        """Take in the next packets."""
        for sound in ahead(self._played(packets)):
            self.meter.feed(sound)

    def _played(self, packets: list[bytes]) -> Iterator[Samples]:
        """Yield what is played of some packets, some seconds at a time."""
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
