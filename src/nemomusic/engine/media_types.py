"""The facts of a media file, as pure values. `types` exports them."""

from __future__ import annotations

from typing import Literal

import attrs

from nemomusic.engine.serialization import JsonValue

__all__ = ["Probe", "TrackChoice"]


@attrs.frozen
class TrackChoice(JsonValue):
    """The streams of a file that are used, and the relation of their times to the clip's.

    Attributes:
        video: Index of the stream whose frames are shown; None without one.
        audio: Indexes of the streams that are heard, usually one. Two or more are mono: the first,
            third … are heard on the left and the others on the right.
        ambisonic: Whether the sound is ambisonic: only its omnidirectional channel is heard.
        origin: Seconds on the file's own clock where the clip's time is 0: its first frame, or its
            first sound if that is clearly earlier.
        lead: Seconds from there to the first frame, which is held for this time.
        tail: Seconds that the last frame is held because the sound lasts longer.
        ordered: Whether the frames' own times can be trusted. If not, frames get the decoding times
            of the packets, in decoding order.
        jumps: Breaks of the file's clock: (stream index, number of the packet in the stream,
            seconds to add to its times and all later ones).
    """

    video: int | None = None
    audio: tuple[int, ...] = ()
    ambisonic: bool = False
    origin: float = 0.0
    lead: float = 0.0
    tail: float = 0.0
    ordered: bool = True
    jumps: tuple[tuple[int, int, float], ...] = ()


@attrs.frozen
class Probe(JsonValue):
    """The probe of a media file.

    Attributes:
        kind: The kind of media. A sound file with cover art is "audio".
        container: FFmpeg's name of the format that opened it, such as "mov,mp4,m4a,3gp,3g2,mj2".
        duration: Seconds of the clip: of its frames, and of sound that starts before them or ends
            after them (of sound for audio, 0.0 for an image).
        width: Pixels across as displayed: after rotation and sample aspect ratio. 0 for audio.
        height: Pixels down, likewise.
        rotation: Degrees clockwise that a stored frame is turned to be shown: 0, 90, 180 or 270.
        fps: Average frames per second; 0.0 if the file is no video.
        video_codec: FFmpeg's name, such as "h264"; None for audio.
        pixel_format: FFmpeg's name, such as "yuv420p"; None for audio.
        has_audio: Whether there is a sound track that can be used.
        audio_codec: FFmpeg's name, or None.
        sample_rate: The sample rate of the sound, in Hz; 0 without sound.
        channels: The number of sound channels; 0 without sound.
        copyable: Whether the video packets can be copied into an MP4 unchanged. They must be H.264,
            8-bit 4:2:0, at most 1920x1080 (or 1080x1920) as displayed, with square pixels. Their
            times can be trusted, and an edit list hides frames only before the first one.
        mirrored: Whether a stored frame is flipped left to right before it is turned.
        tracks: The streams that are used.
        warnings: Parts of the file that are left out, and assumptions, one sentence each.
        recolored: Whether each pixel gets another color when frames are encoded: HDR, other wide
            colors, and transparency.
    """

    kind: Literal["video", "image", "audio"]
    container: str
    duration: float
    width: int
    height: int
    rotation: int
    fps: float
    video_codec: str | None
    pixel_format: str | None
    has_audio: bool
    audio_codec: str | None
    sample_rate: int
    channels: int
    copyable: bool
    mirrored: bool = False
    tracks: TrackChoice = TrackChoice()
    warnings: tuple[str, ...] = ()
    recolored: bool = False
