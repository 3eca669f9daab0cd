"""How files are opened when no frame of them is needed."""

from __future__ import annotations

import av
import numpy as np
import pytest

from nemomusic.engine.media.decoding.opening import open_media
from support.drawn_clips import write


def noise(number, width, height):
    """Draw moving noise, which x264 encodes with B-frames if it may."""
    drawn = np.random.default_rng(1).integers(0, 255, (height, 2 * width, 3), np.uint8)
    return np.ascontiguousarray(drawn[:, number : number + width])


def packets(container):
    return [
        (packet.pts, packet.dts, packet.duration, packet.is_keyframe, bytes(packet))
        for packet in container.demux(video=0)
    ]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
@pytest.mark.parametrize("b_frames", [0, 3])
def test_a_file_that_is_opened_without_frames_has_the_same_packets(tmp_path, suffix, b_frames):
    path = write(tmp_path / f"clip{suffix}", noise, frames=25, bf=str(b_frames))
    with open_media(path) as container:
        expected = packets(container)
        assert container.streams.video[0].codec_context.pix_fmt == "yuv420p"
    with open_media(path, frames=False) as container:
        # Only in an MP4 do the times of all packets come from an index.
        skipped = container.streams.video[0].codec_context.pix_fmt is None
        assert skipped == (suffix == ".mp4")
        assert packets(container) == expected


def test_a_missing_file_has_the_error_of_ffmpeg(tmp_path):
    with pytest.raises(av.error.FileNotFoundError):
        open_media(tmp_path / "missing.mp4", frames=False)
