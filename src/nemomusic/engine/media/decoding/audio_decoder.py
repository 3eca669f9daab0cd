"""Decode sound files to stereo float32 at 48 kHz."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

import attrs
import av
import numpy as np

from nemomusic.engine.errors import MediaError
from nemomusic.engine.media.decoding.opening import open_media
from nemomusic.engine.media.decoding.sound_frames import sound_frames
from nemomusic.engine.media.decoding.streams import sound_streams, video_stream
from nemomusic.engine.pcm import RATE, SECTION, PcmScratchFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from av.container import InputContainer
    from numpy.typing import NDArray

    from nemomusic.engine.pcm import Samples
    from nemomusic.engine.types import TrackChoice

__all__ = ["AudioSource", "Wav", "as_float", "decode_into", "decoded_sound"]

_JUMP = RATE // 40  # frames by which a timestamp must differ from the count to be used
_PLAIN = frozenset({("fltp", "mono", RATE), ("fltp", "stereo", RATE)})
_CENTER = np.float32(np.sqrt(0.5))  # of one channel on either of two, as FFmpeg's resampler has it
_LEAD = 0.5  # seconds decoded before the wanted start, so that codecs with memory are warm


class AudioSource(Protocol):
    """A stereo sound at 48 kHz of which any range can be read."""

    frames: int

    def read(self, start: int, stop: int) -> Samples:
        """Return [stop - start, 2]; missing parts are silence."""
        ...


class Wav:
    """A 16-bit WAV at 48 kHz, mono or stereo, read directly from its file."""

    @classmethod
    def open(cls, path: str) -> Self | None:
        """Open the file and return it, or None if it is of another kind."""
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
        self.frames: int = file.getnframes()

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
            data = self._file.readframes(last - first)
            channels = self._file.getnchannels()
            frames = len(data) // (2 * channels)  # a truncated file may end within a frame
            part = np.frombuffer(data, "<i2", frames * channels).reshape(-1, channels)
            sound[first - start : first - start + len(part)] = part / np.float32(32768.0)
        return sound


def _ignore() -> None:
    """Ignore damage."""


def as_float(frame: av.AudioFrame) -> Samples:
    """Return a frame's samples. They are float already, which the type checker can't know."""
    return np.asarray(frame.to_ndarray(), np.float32)


def decode_into(
    path: str,
    pcm: PcmScratchFile,
    *,
    start: float,
    frames: int,
    at: int = 0,
    tracks: TrackChoice | None = None,
    on_damage: Callable[[], None] = _ignore,
) -> float:
    """Decode sound of a file into a scratch file.

    Timestamps are followed where they leave a gap or overlap of more than 25 ms; smaller
    disagreements are rounding and would click.

    Args:
        path: Any file with a sound track.
        pcm: The scratch file to write to.
        start: Seconds into the clip to begin at.
        frames: The number of frames to decode; fewer if the sound ends before.
        at: The first frame in the scratch file.
        tracks: The streams that are heard, and their times; None for the first sound.
        on_damage: Called for each packet that can't be decoded.

    Returns:
        The largest sample, as linear amplitude.

    Raises:
        MediaError: The file can't be opened or has no sound.
    """
    peak = 0.0
    for position, sound in _decoded(path, start, frames, tracks, on_damage):
        pcm.write(at + position, sound)
        peak = max(peak, float(np.abs(sound).max(initial=0.0)))
    return peak


def decoded_sound(
    path: str,
    start: float = 0.0,
    tracks: TrackChoice | None = None,
    on_damage: Callable[[], None] = _ignore,
) -> Iterator[tuple[int, Samples]]:
    """Yield (frame counted from `start`, sound) of a file, about a second at a time.

    Args:
        path: Any file with a sound track.
        start: Seconds into the clip to begin at.
        tracks: The streams that are heard, and their times; None for the first sound.
        on_damage: Called for each packet that can't be decoded.

    Raises:
        MediaError: The file can't be opened or has no sound.
    """
    if tracks is None or len(tracks.audio) < 2:
        return _one_track(path, start, tracks, on_damage)
    one = [attrs.evolve(tracks, audio=(index,)) for index in tracks.audio]
    return _sides([_one_track(path, start, track, on_damage) for track in one])


def _decoded(
    path: str,
    start: float,
    frames: int,
    tracks: TrackChoice | None,
    on_damage: Callable[[], None],
) -> Iterator[tuple[int, Samples]]:
    """Yield (frame counted from `start`, sound) in pieces of about a section."""
    waiting: list[Samples] = []
    length = 0
    begin = cursor = None
    for position, piece in decoded_sound(path, start, tracks, on_damage):
        jumped = cursor is None or abs(position - cursor) > _JUMP
        if jumped or length > SECTION:
            if waiting:
                yield _cut(begin or 0, np.concatenate(waiting), frames)
            waiting, length = [], 0
            begin = cursor = position if jumped or cursor is None else cursor
        waiting.append(piece)
        length += len(piece)
        cursor = (cursor or 0) + len(piece)
        if cursor >= frames:
            break
    if waiting:
        yield _cut(begin or 0, np.concatenate(waiting), frames)


def _cut(position: int, sound: Samples, frames: int) -> tuple[int, Samples]:
    """Drop samples before frame 0 and after `frames`."""
    first = min(max(-position, 0), len(sound))
    last = max(min(len(sound), frames - position), first)
    return position + first, sound[first:last]


class _Converter:
    """Turns decoded frames into stereo float32 at 48 kHz.

    Frames are first gathered to about a second, since the cost of a piece is larger than the cost
    of its samples.
    """

    def __init__(self) -> None:
        self._shape: tuple[str, str, int] = ("", "", RATE)
        self._gathered = av.AudioFifo()
        self._resampler: av.AudioResampler | None = None

    @property
    def held(self) -> int:
        """The length of the gathered frames, in frames at 48 kHz."""
        return self._gathered.samples * RATE // self._shape[2]

    def make_room(self, frame: av.AudioFrame) -> Iterator[Samples]:
        """Yield the gathered sound if it is long enough, or the next frame has another format."""
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape == self._shape and self.held < RATE:
            return
        yield from self.take()
        if shape != self._shape:  # some recordings change from mono to stereo in the middle
            self._shape, self._gathered, self._resampler = shape, av.AudioFifo(), None
            if shape not in _PLAIN:
                self._resampler = av.AudioResampler("flt", "stereo", RATE)

    def add(self, frame: av.AudioFrame) -> None:
        """Gather a frame."""
        frame.pts = None  # the caller keeps the times
        self._gathered.write(frame)

    def take(self) -> Iterator[Samples]:
        """Yield the gathered sound. A part of resampled sound comes later."""
        if (frame := self._gathered.read()) is None:
            return
        if self._resampler is None:  # the format of most clips
            planes = as_float(frame)
            yield np.repeat(planes * _CENTER, 2, axis=0).T if len(planes) == 1 else planes.T
            return
        frame.pts = None
        for part in self._resampler.resample(frame):
            yield as_float(part).reshape(-1, 2)

    def rest(self) -> Iterator[Samples]:
        """Yield the rest at the end."""
        yield from self.take()
        if self._resampler is not None:
            for part in self._resampler.resample(None):
                yield as_float(part).reshape(-1, 2)


def _one_track(
    path: str, start: float, tracks: TrackChoice | None, on_damage: Callable[[], None]
) -> Iterator[tuple[int, Samples]]:
    """Yield (frame counted from `start`, sound) of one track, about a second at a time."""
    try:
        with open_media(path, frames=False) as container:
            streams = sound_streams(container, tracks.audio if tracks is not None else ())
            if not streams:
                raise MediaError(
                    f"{Path(path).name} has no sound.", remedy="Use a file with a sound track."
                )
            origin = _first_frame(container) if tracks is None else tracks.origin
            jumps = tracks.jumps if tracks is not None else ()
            if start > 2 * _LEAD and not jumps:
                container.seek(int((start + origin - _LEAD) * av.time_base))
            convert = _Converter()
            position, nowhere = 0, True
            spherical = tracks is not None and tracks.ambisonic

            def note(time: float | None) -> None:
                if time is None or time >= origin + start:
                    on_damage()

            decoded = sound_frames(
                container, streams[0], jumps, ambisonic=spherical, on_damage=note
            )
            for time, frame in decoded:
                for sound in convert.make_room(frame):
                    yield position, sound
                    position += len(sound)
                if time is not None:
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


def _first_frame(container: InputContainer) -> float:
    """Return the start of the video on the file's clock; 0 without video."""
    stream = video_stream(container)
    if stream is None or stream.start_time is None or not stream.time_base:
        return 0.0
    return float(stream.start_time * stream.time_base)


class _Lane:
    """One mono track, read block by block."""

    def __init__(self, pieces: Iterator[tuple[int, Samples]]) -> None:
        self._pieces = pieces
        self._waiting: list[tuple[int, Samples]] = []
        self.over = False
        self._fetch()

    @property
    def next(self) -> int | None:
        """Return the frame of the next sound; None at the end."""
        return self._waiting[0][0] if self._waiting else None

    def _fetch(self) -> None:
        piece = next(self._pieces, None)
        if piece is None:
            self.over = True
        else:
            self._waiting.append(piece)

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Return [stop - start] samples; missing parts are silence."""
        while not self.over and (not self._waiting or self._waiting[-1][0] < stop):
            self._fetch()
        block = np.zeros(stop - start, np.float32)
        for position, sound in self._waiting:
            first, last = max(position, start), min(position + len(sound), stop)
            if first < last:
                block[first - start : last - start] = sound[first - position : last - position, 0]
        self._waiting = [one for one in self._waiting if one[0] + len(one[1]) > stop]
        return block / _CENTER  # mono is mixed equally to both sides


def _sides(tracks: list[Iterator[tuple[int, Samples]]]) -> Iterator[tuple[int, Samples]]:
    """Lay mono tracks beside each other: the first, third … on the left, the rest on the right."""
    lanes = [_Lane(track) for track in tracks]
    starts = [lane.next for lane in lanes if lane.next is not None]
    position = min(starts, default=0)
    while any(lane.next is not None or not lane.over for lane in lanes):
        sound = np.zeros((RATE, 2), np.float32)
        for number, lane in enumerate(lanes):
            share = 1.0 / len(lanes[number % 2 :: 2])
            sound[:, number % 2] += share * lane.read(position, position + RATE)
        yield position, sound
        position += RATE


def _unreadable(path: str) -> MediaError:
    return MediaError(
        f"{Path(path).name} can't be read as sound or video.",
        remedy="Check that the file is complete and plays in a media player.",
    )
