"""Choose the streams of a file as players do, and make warnings about the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import av
import numpy as np
from av.stream import Disposition

from nemomusic.engine.media.decoding.opening import open_media
from nemomusic.engine.media.decoding.sound_frames import sound_frames

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.stream import Stream
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    from nemomusic.engine.media.containers.mp4_boxes import SampleEntry
    from nemomusic.engine.media.decoding.timestamps import StreamTimes

__all__ = [
    "SoundChoice",
    "channels_of",
    "choose_sound",
    "choose_video",
    "sound_streams",
    "video_stream",
]

_LONG_ENOUGH: Final = 0.5
"""The smallest length of a track that can be the video, as a share of the longest video track."""
_SILENCE: Final = 2.0**-15
"""Largest sample of a silent track, as linear amplitude: the last bit of 16."""
_CHECKED_SECONDS: Final = 60.0
"""Seconds at the start of a track that are decoded to find out whether it is silent."""
_LISTENED_LATER: Final = 5.0
"""Seconds that are decoded at each quarter of a track that starts with silence."""
_SAME_LENGTH: Final = 0.1
"""The largest difference in length between mono tracks of one sound, in seconds."""


def video_stream(container: InputContainer, index: int | None = None) -> VideoStream | None:
    """Return the stream with an index, or the first that is not cover art, or None."""
    for stream in container.streams.video:
        if index is not None:
            if stream.index == index:
                return stream
        elif not stream.disposition & Disposition.attached_pic:
            return stream
    return None


def sound_streams(container: InputContainer, indexes: Sequence[int] = ()) -> list[AudioStream]:
    """Return the streams with some indexes; without any, the first that can be decoded."""
    usable = [stream for stream in container.streams.audio if can_be_decoded(stream)]
    if not indexes:
        return usable[:1]
    return [stream for stream in usable if stream.index in indexes]


def can_be_decoded(stream: Stream) -> bool:
    """Return whether there is a decoder for a stream."""
    context: object = stream.codec_context  # None for a codec that FFmpeg doesn't know
    return context is not None


def channels_of(stream: AudioStream, entry: SampleEntry | None) -> int:
    """Return the number of channels of a track.

    PyAV 18.1.0 crashes on a layout of its "custom" kind, which MOV files with PCM of several
    channels have. For these the number is read from the file itself.
    """
    if entry is not None and stream.codec_context.name.startswith("pcm_"):
        return entry.channels
    return stream.channels or 0


def choose_video(container: InputContainer, times: Mapping[int, StreamTimes]) -> list[VideoStream]:
    """Return the video tracks of a file, with the track to show first.

    A player takes the default track. A single frame beside a video is a thumbnail, even if it has
    the flag. So is a track that is much shorter than another. After the flag, the size decides.
    """
    streams = [
        stream
        for stream in container.streams.video
        if not stream.disposition & Disposition.attached_pic
        and stream.index in times
        and can_be_decoded(stream)
    ]

    def length(stream: VideoStream) -> float:
        return times[stream.index].last - times[stream.index].first

    longest = max((length(stream) for stream in streams), default=0.0)

    def rank(stream: VideoStream) -> tuple[bool, bool, bool, int, int]:
        context = stream.codec_context
        return (
            times[stream.index].count > 1,
            length(stream) >= _LONG_ENOUGH * longest,
            bool(stream.disposition & Disposition.default),
            context.width * context.height,
            -stream.index,
        )

    return sorted(streams, key=rank, reverse=True)


@attrs.frozen
class SoundChoice:
    """The sound streams of a file that are heard.

    Attributes:
        indexes: The indexes of the streams; see `TrackChoice.audio`.
        ambisonic: See `TrackChoice.ambisonic`.
        warnings: Streams that are left out, one sentence each.
    """

    indexes: tuple[int, ...]
    ambisonic: bool
    warnings: tuple[str, ...]


def _code(entry: SampleEntry | None) -> str:
    """Return the code of a codec for people. A damaged file may have no characters there."""
    code = "" if entry is None else "".join(sign for sign in entry.code if sign.isprintable())
    return code.strip() or "unknown"


def choose_sound(
    path: Path,
    container: InputContainer,
    times: Mapping[int, StreamTimes],
    entries: Mapping[int, SampleEntry],
    video: VideoStream,
) -> SoundChoice:
    """Choose the sound of a file: the default track, unless it is silent and another is not.

    A transport stream may hold several programs: then the sound is that of the video's program.

    Args:
        path: The file. It is opened again if there is more than one track.
        container: The open file.
        times: The times of its streams.
        entries: The declared codec of each stream, by index.
        video: The stream whose frames are shown.
    """
    numbers = {stream.index: n for n, stream in enumerate(container.streams.audio, 1)}
    usable = [s for s in container.streams.audio if can_be_decoded(s) and s.index in times]
    warnings = [
        f"Sound track {numbers[stream.index]} is left out: its codec"
        f" ({_code(entries.get(stream.index))})"
        f" can't be decoded."
        for stream in container.streams.audio
        if not can_be_decoded(stream)
    ]
    if len(usable) < 2:
        return _chosen(usable, warnings, ambisonic=_is_ambisonic(container, usable, entries))
    usable.sort(key=lambda stream: not stream.disposition & Disposition.default)
    many_programs = container.format.name == "mpegts" and len(container.streams.video) > 1
    if many_programs:
        related = container.streams.best("audio", video)
        usable.sort(key=lambda stream: stream is not related)
    sides = [] if many_programs else _sides(usable, times, entries)
    sounding = [one for one in sides or usable if not _is_silent(path, one.index)]
    used = (sounding if sides else sounding[:1]) or usable[:1]
    silent = [numbers[one.index] for one in sides or usable[:1] if one not in used]
    if silent:
        many = len(silent) > 1
        warnings.append(
            f"Sound track{'s' if many else ''} {_listed(silent)} {'are' if many else 'is'} silent:"
            f" track {_listed([numbers[one.index] for one in used])} is used."
        )
    if len(used) > 1:
        listed = _listed([numbers[one.index] for one in used])
        warnings.append(f"The mono sound tracks {listed} are heard as left and right.")
    left_out = {numbers[one.index] for one in usable if one not in used}
    rest = sorted(left_out.difference(silent))
    if rest:
        one = len(rest) == 1
        warnings.append(
            f"Sound track{'' if one else 's'} {_listed(rest)} {'is' if one else 'are'} left out:"
            f" track {_listed([numbers[s.index] for s in used])} is used."
        )
    return _chosen(used, warnings, ambisonic=_is_ambisonic(container, used, entries))


def _chosen(used: Sequence[AudioStream], warnings: list[str], *, ambisonic: bool) -> SoundChoice:
    if ambisonic:
        warnings.append("Its sound is ambisonic: it is heard without directions.")
    indexes = sorted(stream.index for stream in used)
    return SoundChoice(tuple(indexes), ambisonic, tuple(warnings))


def _is_ambisonic(
    container: InputContainer, used: Sequence[AudioStream], entries: Mapping[int, SampleEntry]
) -> bool:
    """Return whether sound is ambisonic. For MP4 this is read from the file itself."""
    if len(used) != 1:
        return False
    if container.format.name.startswith("mov"):
        return used[0].index in entries and entries[used[0].index].ambisonic
    return used[0].codec_context.layout.name.startswith("ambisonic")


def _sides(
    usable: Sequence[AudioStream],
    times: Mapping[int, StreamTimes],
    entries: Mapping[int, SampleEntry],
) -> list[AudioStream]:
    """Return the mono tracks that are one sound together; [] if they are not.

    Cameras write one track for each microphone. Programs that record several sources name them, in
    a title or a language: these are different sounds.
    """
    first = usable[0]
    length = times[first.index].last - times[first.index].first

    def kind(stream: AudioStream) -> tuple[Any, ...]:
        about = stream.metadata
        names = about.get("title"), about.get("language")
        channels = channels_of(stream, entries.get(stream.index))
        return stream.codec_context.name, stream.sample_rate, channels, names

    alike = [
        stream
        for stream in usable
        if kind(stream) == kind(first)
        and abs(times[stream.index].last - times[stream.index].first - length) <= _SAME_LENGTH
    ]
    mono = channels_of(first, entries.get(first.index)) == 1
    is_pair = mono and len(alike) == len(usable) > 1
    return sorted(alike, key=lambda stream: stream.index) if is_pair else []


def _is_silent(path: Path, index: int) -> bool:
    """Return whether a track is silent in the parts that are decoded."""
    with open_media(path) as container:
        (stream,) = sound_streams(container, [index])
        total = float((stream.duration or 0) * (stream.time_base or 0))
        total = total or (container.duration or 0) / av.time_base
        if not _quiet(container, stream, _CHECKED_SECONDS):
            return False
        for quarter in (0.25, 0.5, 0.75):
            if quarter * total > _CHECKED_SECONDS:
                container.seek(int(quarter * total * av.time_base))
                if not _quiet(container, stream, _LISTENED_LATER):
                    return False
    return True


def _quiet(container: InputContainer, stream: AudioStream, seconds: float) -> bool:
    heard = 0.0
    for _, frame in sound_frames(container, stream):
        if _peak(frame.to_ndarray()) > _SILENCE:
            return False
        heard += frame.samples / (frame.sample_rate or 1)
        if heard >= seconds:
            break
    return True


def _peak(samples: NDArray[Any]) -> float:
    """Return the largest sample of a decoded frame of any format, as linear amplitude."""
    middle, full = {"u1": (128.0, 128.0), "i2": (0.0, 2.0**15), "i4": (0.0, 2.0**31)}.get(
        samples.dtype.str[1:], (0.0, 1.0)
    )
    return float(np.abs(samples.astype(np.float64) - middle).max(initial=0.0)) / full


def _listed(numbers: Sequence[int]) -> str:
    words = [str(number) for number in numbers]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
