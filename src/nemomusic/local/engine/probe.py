"""What a media file is, found out without decoding more than its first picture."""

from __future__ import annotations

from typing import Literal

import attrs

from nemomusic.local.engine.values import Value

__all__ = ["Probe"]


@attrs.frozen
class Probe(Value):
    """What a media file is.

    Attributes:
        kind: What the file is good for; a sound file with cover art is "audio".
        container: FFmpeg's name of the format that opened it, such as "mov,mp4,m4a,3gp,3g2,mj2".
        duration: Seconds of picture as presented (of sound for audio, 0.0 for an image).
        width: Pixels across as displayed: after rotation and sample aspect ratio. 0 for audio.
        height: Pixels down, likewise.
        rotation: Degrees clockwise a stored picture has to be turned to be shown: 0, 90, 180, 270.
        fps: Average pictures per second; 0.0 where there is no moving picture.
        video_codec: FFmpeg's name, such as "h264"; None for audio.
        pixel_format: FFmpeg's name, such as "yuv420p"; None for audio.
        has_audio: Whether there is a sound track.
        audio_codec: FFmpeg's name, or None.
        sample_rate: Of the sound, in Hz; 0 without sound.
        channels: Of the sound; 0 without sound.
        copyable: The video packets can be put in an MP4 as they are: H.264, 8-bit 4:2:0, at most
            1920x1080 (or 1080x1920) as displayed, square pixels, and no edit list that cuts
            pictures away or shifts them.
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
