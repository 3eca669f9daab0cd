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
    """Makes stereo float32 at 48 kHz of decoded frames.

    They are gathered to about a second first: what is done for each piece costs more than what is
    done for a sample.
    """

    def __init__(self) -> None:
        self._shape: tuple[str, str, int] = ("", "", RATE)
        self._gathered = av.AudioFifo()
        self._resampler: av.AudioResampler | None = None

    @property
    def held(self) -> int:
        """How much is gathered, in frames at 48 kHz."""
        return self._gathered.samples * RATE // self._shape[2]

    def fits(self, frame: av.AudioFrame) -> bool:
        """Tell whether a frame is of the kind of those gathered, and there is room for it."""
        same = (frame.format.name, frame.layout.name, frame.sample_rate) == self._shape
        return same and self.held < RATE

    def add(self, frame: av.AudioFrame) -> None:
        """Gather a frame that fits, or one of another kind when nothing is gathered."""
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape:  # some recordings change from mono to stereo on the way
            self._shape, self._gathered, self._resampler = shape, av.AudioFifo(), None
            if shape not in _PLAIN:
                self._resampler = av.AudioResampler("flt", "stereo", RATE)
        frame.pts = None  # whoever calls keeps the time
        self._gathered.write(frame)

    def take(self) -> Iterator[Samples]:
        """Yield the sound of what is gathered; of resampled sound some comes later."""
        if (frame := self._gathered.read()) is None:
            return
        if self._resampler is None:  # what most clips have
            planes = as_float(frame)
            yield np.repeat(planes * _CENTRE, 2, axis=0).T if len(planes) == 1 else planes.T
            return
        frame.pts = None
        for part in self._resampler.resample(frame):
            yield as_float(part).reshape(-1, 2)

    def rest(self) -> Iterator[Samples]:
        """Yield all that is left at the end."""
        yield from self.take()
        if self._resampler is not None:
            for part in self._resampler.resample(None):
                yield as_float(part).reshape(-1, 2)


def _resampled(path: str, start: float) -> Iterator[tuple[int, Samples]]:
    """Yield (frame counted from `start`, sound), about a second at a time."""
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
            position, nowhere = 0, True
            for packet in container.demux(stream):
                try:
                    decoded = packet.decode()
                except av.InvalidDataError:
                    continue  # a damaged packet is a short silence, not the end of the film
                for frame in decoded:
                    if not convert.fits(frame):
                        for sound in convert.take():
                            yield position, sound
                            position += len(sound)
                    if (time := frame.time) is not None:
                        reported = round((time - origin - start) * RATE)
                        if nowhere or abs(reported - position - convert.held) > _JUMP:
                            for sound in convert.take():
                                yield position, sound
                            position = reported
                    nowhere = False
                    convert.add(frame)
            for sound in convert.rest():
                yield position, sound
                position += len(sound)
    except av.FFmpegError as error:
        raise _unreadable(path) from error


def _unreadable(path: str) -> MediaError:
    return MediaError(
        f"{Path(path).name} can't be read as sound or video.",
        remedy="Check that the file is complete and plays in a media player.",
    )
