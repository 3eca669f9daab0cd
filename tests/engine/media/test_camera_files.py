"""Files as cameras and programs write them, and a file that is cut off."""

from __future__ import annotations

import av
import numpy as np
import pytest

from nemomusic.engine.errors import MediaError
from nemomusic.engine.media.decoding.frames import decode_packet
from nemomusic.engine.media.probe import probe
from support import creators_files as made
from support.creators_cases import FRAGMENTS, KNOWN, power_cut, rendered
from support.creators_files import beeps, draw_clip
from support.rows import quick_rows

FILES = [
    ("camera.MTS", {"container": "mpegts", "muxing": {"mpegts_m2ts_mode": "1"}}),
    ("web.flv", {"codec": "flv", "sound_codec": "libmp3lame", "sound_rate": 44100}),
    ("disc.mpg", {"codec": "mpeg2video", "sound_codec": "mp2", "container": "vob"}),
    ("phone.3gp", {"codec": "mpeg4"}),
    ("phone.m4v", {"container": "ipod"}),
    ("camera.mxf", {"codec": "mpeg2video", "sound_codec": "pcm_s16le"}),
    (
        "tape.dv",
        {
            "codec": "dvvideo",
            "size": (720, 576),
            "container": "dv",
            "sound_codec": "pcm_s16le",
            "layout": "stereo",
            "sounds": [np.stack([beeps()] * 2)],
        },
    ),
    ("alpha.mov", {"codec": "prores_ks", "pixels": "yuva444p10le", "sound_codec": "pcm_s24le"}),
    ("big-endian.mov", {"sound_codec": "pcm_s16be"}),
    ("lossless.mov", {"sound_codec": "alac"}),
    ("opus.mp4", {"sound_codec": "libopus"}),
    ("stream.mp4", {"muxing": {"movflags": "frag_keyframe+empty_moov+default_base_moof"}}),
    ("after-an-hour.ts", {"container": "mpegts", "muxing": {"output_ts_offset": "3600"}}),
    ("clock-at-its-end.ts", {"container": "mpegts", "muxing": {"output_ts_offset": "95442"}}),
    ("fine-clock.mp4", {"muxing": {"video_track_timescale": "90000000"}}),
    ("old.avi", {"codec": "mjpeg", "pixels": "yuvj420p", "sound_codec": "pcm_s16le"}),
    (
        "surround.mkv",
        {"sound_codec": "ac3", "layout": "5.1(side)", "sounds": [np.stack([beeps()] * 6)]},
    ),
]


@pytest.mark.parametrize(("name", "made_with"), quick_rows({"camera.MTS"}, FILES))
def test_files_of_many_programs_become_videos_without_a_word(tmp_path, name, made_with):
    out, result = rendered(draw_clip(tmp_path / name, **made_with))
    assert len(made.times(out)) == 75
    assert result.duration == pytest.approx(3.0, abs=0.01)
    assert made.flashes(out) == pytest.approx(KNOWN, abs=0.001)
    assert made.heard(out) == pytest.approx(KNOWN, abs=0.011)
    assert result.warnings == ()


def test_an_empty_packet_in_the_middle_is_not_the_end(tmp_path):
    """Theora stores them: the frame before is shown once more."""
    with av.open(str(draw_clip(tmp_path / "a.mp4", bf="0"))) as container:
        codec = container.streams.video[0].codec_context
        packets = list(container.demux(video=0))
        empty = av.Packet(b"")
        empty.pts = empty.dts = packets[10].pts
        frames = [decode_packet(codec, one) for one in (*packets[:10], empty, *packets[10:])]
    assert sum(map(len, frames)) == 75


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_a_cut_off_file_is_refused_and_the_option_is_named(tmp_path, name):
    path = power_cut(tmp_path / name, muxing=FRAGMENTS if name.endswith("mp4") else {})
    with pytest.raises(MediaError, match="cut off") as caught:
        probe(path)
    assert "--allow-partial" in caught.value.remedy
