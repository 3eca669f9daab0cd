"""Reading sound files: everything comes out as stereo float32 at 48 kHz."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

import av
import numpy as np

from nemomusic.local.engine.clip import first_picture_time
from nemomusic.local.engine.errors import MediaError
from nemomusic.local.engine.tape import RATE, SECTION, Tape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nemomusic.local.engine.true_peak import Samples

__all__ = ["Source", "Wav", "as_float", "record"]

_JUMP = RATE // 20  # frames by which timestamps must disagree with the count to be believed
_PLAIN = frozenset({("fltp", "mono", RATE), ("fltp", "stereo", RATE)})
_CENTRE = np.float32(np.sqrt(0.5))  # of one channel on either of two, as FFmpeg's resampler has it
_LEAD = 0.5  # seconds decoded before the wanted start, so that codecs with memory are warm


class Source(Protocol):
    """Something stereo at 48 kHz that any stretch can be read from."""

    frames: int

    def read(self, start: int, stop: int) -> Samples:
        """Return [stop - start, 2]; silence where there is nothing."""
        ...


class Wav:
    """A 16-bit WAV at 48 kHz, mono or stereo, read where it lies."""

    @classmethod
    def open(cls, path: str) -> Self | None:
        """Return the file opened, or None when it is anything else."""
        try:
            file = wave.open(path, "rb")  # noqa: SIM115 - kept open, closed by the owner
        except (wave.Error, EOFError, OSError):
            return None
        if (file.getframerate(), file.getsampwidth()) != (RATE, 2) or file.getnchannels() > 2:
            file.close()
            return None
        return cls(file)

    def __init__(self, file: wave.Wave_read) -> None:
        self._file = file
        self.frames = file.getnframes()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, start: int, stop: int) -> Samples:
        """Return [stop - start, 2]; silence before the beginning and after the end."""
        sound = np.zeros((stop - start, 2), np.float32)
        first, last = max(start, 0), min(stop, self.frames)
        if first < last:
            self._file.setpos(first)
            raw = np.frombuffer(self._file.readframes(last - first), "<i2")
            part = raw.reshape(-1, self._file.getnchannels())
            sound[first - start : first - start + len(part)] = part / np.float32(32768.0)
        return sound


def as_float(frame: av.AudioFrame) -> Samples:
    """Return a frame's samples, which are float already; the type checker can't know."""
    return np.asarray(frame.to_ndarray(), np.float32)


def record(path: str, tape: Tape, *, start: float, frames: int, at: int = 0) -> float:
    """Decode sound of a file onto a tape.

    Timestamps are followed where they leave a gap or overlap of more than 50 ms; smaller
    disagreements are rounding and would click.

    Args:
        path: Any file with a sound track.
        tape: Where to put it.
        start: Seconds into the file to begin at; in a clip, counted from its first picture.
        frames: How many frames to record; fewer if the sound ends before.
        at: Frame of the tape where they go.

    Returns:
        The largest sample, as linear amplitude.

    Raises:
        MediaError: The file can't be opened or has no sound.
    """
    peak = 0.0
    for position, sound in _decoded(path, start, frames):
        tape.write(at + position, sound)
        peak = max(peak, float(np.abs(sound).max(initial=0.0)))
    return peak


def _decoded(path: str, start: float, frames: int) -> Iterator[tuple[int, Samples]]:
    """Yield (frame counted from `start`, sound) in pieces of about a section."""
    waiting: list[Samples] = []
    length = 0
    begin = cursor = 0
    for position, piece in _resampled(path, start):
        if abs(position - cursor) > _JUMP or length > SECTION:
            if waiting:
                yield _cut(begin, np.concatenate(waiting), frames)
            waiting, length = [], 0
            begin = cursor = position if abs(position - cursor) > _JUMP else cursor
        waiting.append(piece)
        length += len(piece)
        cursor += len(piece)
        if cursor >= frames:
            break
    if waiting:
        yield _cut(begin, np.concatenate(waiting), frames)


def _cut(position: int, sound: Samples, frames: int) -> tuple[int, Samples]:
    """Drop what lies before frame 0 or after `frames`."""
    first = min(max(-position, 0), len(sound))
    last = max(min(len(sound), frames - position), first)
    return position + first, sound[first:last]


class _Converter:
    """Makes stereo float32 at 48 kHz of decoded frames."""

    def __init__(self) -> None:
        self._shape: tuple[object, ...] = ()
        self._resampler: av.AudioResampler | None = None

    def __call__(self, frame: av.AudioFrame | None) -> Iterator[Samples]:
        """Yield a frame's sound, or at the end (None) what is left."""
        if frame is None:
            if self._resampler is not None:
                for part in self._resampler.resample(None):
                    yield as_float(part).reshape(-1, 2)
            return
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape in _PLAIN:  # what most clips have; the resampler would take four times as long
            planes = as_float(frame)
            yield np.repeat(planes * _CENTRE, 2, axis=0).T if len(planes) == 1 else planes.T
            return
        if shape != self._shape:  # some recordings change from mono to stereo on the way
            self._shape, self._resampler = shape, av.AudioResampler("flt", "stereo", RATE)
        frame.pts = None
        for part in self._resampler.resample(frame) if self._resampler else ():
            yield as_float(part).reshape(-1, 2)


def _resampled(path: str, start: float) -> Iterator[tuple[int, Samples]]:
    """Yield (frame counted from `start`, sound) as the decoder gives it."""
    try:
        with av.open(path) as container:
            if not container.streams.audio:
                raise MediaError(
                    f"{Path(path).name} has no sound.", remedy="Use a file with a sound track."
                )
            stream = container.streams.audio[0]
            origin = first_picture_time(container)
            if start > 2 * _LEAD:
                container.seek(int((start + origin - _LEAD) * av.time_base))
            convert = _Converter()
            position: int | None = None
            for packet in container.demux(stream):
                try:
                    decoded = packet.decode()
                except av.InvalidDataError:
                    continue  # a damaged packet is a short silence, not the end of the film
                for frame in decoded:
                    if (time := frame.time) is not None:
                        reported = round((time - origin - start) * RATE)
                        if position is None or abs(reported - position) > _JUMP:
                            position = reported
                    for sound in convert(frame):
                        yield position or 0, sound
                        position = (position or 0) + len(sound)
            for sound in convert(None):
                yield position or 0, sound
    except av.FFmpegError as error:
        raise _unreadable(path) from error


def _unreadable(path: str) -> MediaError:
    return MediaError(
        f"{Path(path).name} can't be read as sound or video.",
        remedy="Check that the file is complete and plays in a media player.",
    )
