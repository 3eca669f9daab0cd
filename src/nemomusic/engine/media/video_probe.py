"""Probe a video: choose its tracks, find its start and end, warn about parts left out."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import attrs
import av

from nemomusic.engine.errors import MediaError
from nemomusic.engine.media.containers.dolby_vision import dolby_vision_elsewhere
from nemomusic.engine.media.containers.mp4_boxes import SampleEntry, sample_entries
from nemomusic.engine.media.containers.unused_tracks import unused_tracks
from nemomusic.engine.media.decoding.color_space import is_recolored
from nemomusic.engine.media.decoding.frames import (
    FirstFrames,
    first_frames,
    one_packet_is_enough,
    stores_alpha_apart,
)
from nemomusic.engine.media.decoding.lost_data import holes
from nemomusic.engine.media.decoding.opening import SAVE_AGAIN, open_media
from nemomusic.engine.media.decoding.orientation import orientation
from nemomusic.engine.media.decoding.streams import (
    can_be_decoded,
    channels_of,
    choose_sound,
    choose_video,
    sound_streams,
    video_stream,
)
from nemomusic.engine.media.decoding.timestamps import corrected, demux, find_jumps, read_times
from nemomusic.engine.types import MAX_LONG_SIDE, MAX_SHORT_SIDE, Probe, TrackChoice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    from nemomusic.engine.media.decoding.timestamps import StreamTimes

__all__ = ["codecs_named", "no_decoder", "probe_video"]

_MIN_LEAD: Final = 0.1
"""Seconds by which sound must start before the first frame so that the frame is held."""
_MIN_TAIL: Final = 0.5
"""Seconds by which sound must last after the last frame so that the frame is held."""
_MIN_HELD_TAIL: Final = 0.1
"""Seconds by which sound must last after the last frame so that this frame is held, if the first
frame is held too: then all of the sound is kept.
"""
_MAX_CLIP_SECONDS: Final = 24 * 3600.0
"""The longest length of a clip, in seconds."""
_SUSPICIOUS_SECONDS: Final = 600.0
"""Lengths above this one, in seconds, are compared with the size of the file."""
_MIN_BYTES: Final = 25.0
"""The smallest possible bytes per second of a clip: a still frame without sound takes more."""
_LONG_STILL: Final = 60.0
"""Seconds without a new frame after which there is a warning."""
_MIN_CLAIMED: Final = 0.9
"""The share of the header's length that must exist. Otherwise there is a warning."""
_MIN_CLAIMED_OF_AVI: Final = 0.95
"""The share of the header's length that must exist in an AVI. An AVI has no times, so lost frames
leave no gap in the times.
"""
_PROTECTED: Final = frozenset({"encv", "enca", "drmi", "drms", "drmt"})
"""Sample entries of encrypted tracks (ISO/IEC 14496-12, 8.12, and Apple's FairPlay)."""


def codecs_named(container: InputContainer, path: Path) -> dict[int, SampleEntry]:
    """Return the declared codecs of an MP4 or MOV, by stream index; {} for other kinds."""
    if not container.format.name.startswith("mov"):
        return {}
    return dict(enumerate(sample_entries(path)))


def no_decoder(path: Path, what: str, codec: str) -> MediaError:
    """Return the error for a track in a codec without decoder."""
    return MediaError(
        f"The {what} of {path.name} can't be decoded: its codec is {codec.strip() or 'unknown'}.",
        remedy="Export it as H.264 with AAC, from the program or camera that it came from.",
    )


def probe_video(container: InputContainer, path: Path) -> Probe:
    """Probe a video.

    Args:
        container: The open file, at its start.
        path: The file.

    Raises:
        MediaError: The video is encrypted, can't be decoded, has no frames, or its length is
            absurd.
    """
    entries = codecs_named(container, path)
    codes = {index: entry.code for index, entry in entries.items()}
    if protected := _PROTECTED.intersection(codes.values()):
        raise MediaError(
            f"{path.name} is copy-protected (encrypted: {', '.join(sorted(protected))}).",
            remedy="Give a copy without protection.",
        )
    media = [*container.streams.video, *container.streams.audio]
    times = read_times(container, demux(container, media))
    candidates = choose_video(container, times)
    stream, first = _decodable(container, path, candidates, times, codes)
    frame, ordered = first.frame, first.ordered
    profile = entries.get(stream.index, SampleEntry()).dolby_vision
    if profile := profile or dolby_vision_elsewhere(container.format.name, path):
        raise MediaError(
            f"The colors of {path.name} are those of Dolby Vision, profile {profile}, which can't"
            " be converted.",
            remedy="Export it as HDR10, HLG or SDR, from the program or camera that it came from.",
        )
    if not ordered:
        times[stream.index] = times[stream.index].by_decoding()
    jumps = find_jumps(
        {
            i: t
            for i, t in times.items()
            if i == stream.index or container.streams[i].type != "video"
        },
        container.format.name,
    )
    times = corrected(times, jumps)
    sound = choose_sound(path, container, times, entries, stream)
    timing = _Timing.of(times[stream.index], [times[index] for index in sound.indexes])
    timing.check(path)
    warnings = [
        *sound.warnings,
        *timing.warnings(),
        *holes(times[stream.index], [times[index] for index in sound.indexes], timing.origin),
        *_damage(times[stream.index], first, stream, sum(one[0] == stream.index for one in jumps)),
        *([] if jumps else _claims(container, stream, timing)),
    ]
    others = [one for one in candidates if one is not stream and times[one.index].count > 1]
    if others:
        many = len(others) > 1
        warnings.append(
            f"{len(others)} other video tracks are left out."
            if many
            else "Another video track is left out."
        )
    warnings += unused_tracks(container, path, entries)
    if jumps:
        warnings.append("The clock of the file breaks on the way: its parts are joined.")
    choice = TrackChoice(
        video=stream.index,
        audio=sound.indexes,
        ambisonic=sound.ambisonic,
        origin=timing.origin,
        lead=timing.lead,
        tail=timing.tail,
        ordered=ordered,
        jumps=jumps,
    )
    described = _described(stream, frame, container.format.name, timing, choice)
    intact = not times[stream.index].broken  # a decoder leaves out what a copy would keep
    described = attrs.evolve(
        described, copyable=described.copyable and intact, warnings=tuple(warnings)
    )
    if not sound.indexes:
        return described
    (heard, *_) = sound_streams(container, sound.indexes)
    return attrs.evolve(
        described,
        has_audio=True,
        audio_codec=heard.codec_context.name,
        sample_rate=heard.sample_rate or 0,
        channels=channels_of(heard, entries.get(heard.index)),
    )


def _decodable(
    container: InputContainer,
    path: Path,
    candidates: Sequence[VideoStream],
    times: dict[int, StreamTimes],
    codes: dict[int, str],
) -> tuple[VideoStream, FirstFrames]:
    """Return the first of the streams that can be decoded, and its first frames."""
    for stream in candidates:
        frames = not one_packet_is_enough(container, stream, times[stream.index])
        with open_media(path, frames=frames) as again:
            twin = video_stream(again, stream.index)
            first = first_frames(again, twin, times[stream.index]) if twin is not None else None
        if first is not None:
            return stream, first
    unknown = [one for one in container.streams.video if not can_be_decoded(one)]
    if unknown:
        raise no_decoder(path, "video", codes.get(unknown[0].index, ""))
    named = [*candidates, *container.streams.video][0]
    codec = named.codec_context.name
    raise MediaError(
        f"The video of {path.name} can't be decoded: its codec is {codec}"
        f"{_fourcc(codes.get(named.index, ''), codec)}, and not one frame can be read.",
        remedy="The file is damaged or cut off, or of an unsupported kind. Export it as H.264"
        " with AAC, or copy it again.",
    )


def _fourcc(code: str, codec: str) -> str:
    return f" ({code})" if code and code.lower() != codec else ""


@attrs.frozen
class _Timing:
    """The timing of a video.

    Attributes:
        origin: See `TrackChoice`.
        lead: See `TrackChoice`.
        tail: See `TrackChoice`.
        shown: Seconds from the first frame to the end of the last.
        frames: The number of frames that are shown.
        still: Start and length, in seconds, of the longest time without a new frame.
        trimmed: Whether an edit list hides frames after the first one that is shown.
    """

    origin: float
    lead: float
    tail: float
    shown: float
    frames: int
    still: tuple[float, float]
    trimmed: bool

    @classmethod
    def of(cls, video: StreamTimes, sound: Sequence[StreamTimes]) -> _Timing:
        """Work out the timing of a video from its packets and those of its sound."""
        first, last = video.first, video.last
        heard = [one for one in sound if one.count]
        begin = min((one.first for one in heard), default=first)
        end = max((one.last for one in heard), default=last)
        lead = first - begin if begin < first - _MIN_LEAD else 0.0
        least = _MIN_HELD_TAIL if lead else _MIN_TAIL
        tail = end - last if end > last + least else 0.0
        shown = sorted(set(video.shown.tolist()))
        gaps = [(b - a, a - first + lead) for a, b in pairwise(shown)]
        length, start = max(gaps, default=(0.0, 0.0))
        hidden = video.pts[video.hidden]
        return cls(
            origin=first - lead,
            lead=lead,
            tail=tail,
            shown=last - first,
            frames=video.count,
            still=(start, length),
            trimmed=bool(len(hidden)) and float(hidden.max()) > first,
        )

    @property
    def duration(self) -> float:
        """Return the seconds of the clip."""
        return self.lead + self.shown + self.tail

    def check(self, path: Path) -> None:
        """Refuse a video without frames, and one whose length is absurd.

        Raises:
            MediaError: The video has no frames, or its length is absurd.
        """
        if self.frames == 0:
            raise MediaError(f"{path.name} is cut off: it holds no frames.", remedy=SAVE_AGAIN)
        size = path.stat().st_size
        sparse = self.duration > _SUSPICIOUS_SECONDS and size / self.duration < _MIN_BYTES
        if self.duration > _MAX_CLIP_SECONDS or sparse:
            raise MediaError(
                f"{path.name} says that it lasts {self.duration / 3600:.1f} hours, with"
                f" {self.frames} frames in {size} bytes: its times are wrong.",
                remedy="Convert it with another program first, which sets the times right.",
            )

    def warnings(self) -> list[str]:
        """Return a warning for each frame that is held."""
        said = []
        if self.lead:
            said.append(f"The first frame is held: the sound starts {self.lead:.1f} s before it.")
        if self.tail:
            said.append(
                f"The last frame is held: the sound goes on for {self.tail:.1f} s after it."
            )
        start, length = self.still
        if length > _LONG_STILL:
            said.append(f"There is no new frame for {length:.0f} s from {start:.1f} s on.")
        return said


def _damage(times: StreamTimes, first: FirstFrames, stream: VideoStream, joints: int) -> list[str]:
    """Return warnings if the first frames can't be decoded, or if packets are missing."""
    said = []
    if first.ordered and first.frame.pts is not None and stream.time_base:
        late = float(first.frame.pts * stream.time_base) - times.first
        if _MIN_LEAD < late < _MAX_CLIP_SECONDS:
            said.append(f"Its first {late:.1f} s can't be decoded: the first frame is held.")
    damaged = times.damaged - joints  # where parts are joined, FFmpeg reports a packet as damaged
    if damaged > 0:
        one = damaged == 1
        said.append(
            f"{damaged} packet{'' if one else 's'} of its video {'is' if one else 'are'}"
            " damaged: frames there may show errors."
        )
    return said


def _claims(container: InputContainer, stream: VideoStream, timing: _Timing) -> list[str]:
    """Return a warning if the header declares more than the file has. The file counts."""
    claimed = float((stream.duration or 0) * (stream.time_base or 0))
    if not claimed and "matroska" in container.format.name:
        claimed = (container.duration or 0) / av.time_base - max(0.0, timing.origin)
    least = _MIN_CLAIMED_OF_AVI if container.format.name == "avi" else _MIN_CLAIMED
    if timing.duration >= claimed * least:
        return []
    return [f"Its header claims {claimed:.1f} s; {timing.duration:.1f} s are there, and are used."]


def _described(
    stream: VideoStream, first: VideoFrame, container: str, timing: _Timing, choice: TrackChoice
) -> Probe:
    """Return a probe without sound."""
    aspect = stream.sample_aspect_ratio
    square = aspect is None or aspect <= 0 or aspect == 1
    width, height = first.width, first.height
    if not square and aspect is not None:
        width = max(1, round(width * float(aspect)))
    rotation, mirrored = orientation(first)
    if rotation in (90, 270):
        width, height = height, width
    codec = stream.codec_context.name
    return Probe(
        kind="video",
        container=container,
        duration=timing.duration,
        width=width,
        height=height,
        rotation=rotation,
        fps=timing.frames / timing.shown if timing.shown else 0.0,
        video_codec=codec,
        pixel_format=first.format.name,
        has_audio=False,
        audio_codec=None,
        sample_rate=0,
        channels=0,
        copyable=codec == "h264"
        and first.format.name in {"yuv420p", "yuvj420p"}
        and square
        and width % 2 == 0
        and height % 2 == 0
        and max(width, height) <= MAX_LONG_SIDE
        and min(width, height) <= MAX_SHORT_SIDE
        and not timing.trimmed
        and choice.ordered
        and not choice.jumps
        and not choice.lead,
        mirrored=mirrored,
        tracks=choice,
        recolored=is_recolored(first) or stores_alpha_apart(stream),
    )
