"""Files that were cut off are told from whole ones, whatever container they are in."""

from __future__ import annotations

import io
import struct

import av
import pytest
from PIL import Image

from nemomusic.engine.errors import MediaError
from nemomusic.engine.media.containers.truncation import check_not_truncated
from nemomusic.engine.media.probe import probe
from support import drawn_clips
from support.rows import one_in, quick_rows

VP9 = {"codec": "libvpx-vp9", "deadline": "realtime", "cpu-used": "8"}
FRAGMENTS = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}

KINDS = {
    "plain": ("a.mp4", {}),
    "faststart": ("a.mp4", {"muxing": {"movflags": "faststart"}}),
    "fragments": ("a.mp4", {"muxing": FRAGMENTS, "g": "10"}),
    "dash": ("a.mp4", {"muxing": {"movflags": "dash+frag_keyframe+global_sidx"}, "g": "10"}),
    "mov": ("a.mov", {}),
    "mkv": ("a.mkv", {"bf": "0"}),
    "webm": ("a.webm", VP9),
    "avi": ("a.avi", {"codec": "mpeg4"}),
}


class OneWay(io.RawIOBase):
    """What a writer gets that streams: no way back to fill in a size."""

    def __init__(self, path):
        self._file = path.open("wb")

    def writable(self):
        return True

    def write(self, data):
        return self._file.write(data)

    def close(self):
        self._file.close()


def live(path, form, source):
    """Copy a clip's packets as a broadcast writes them: without sizes, without a length."""
    target = OneWay(path)
    with av.open(str(source)) as coming, av.open(target, "w", format=form) as going:
        stream = going.add_stream_from_template(coming.streams.video[0])
        for packet in coming.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                going.mux(packet)
    target.close()
    return path


@pytest.fixture(params=KINDS)
def clip(request, tmp_path):
    name, made_with = KINDS[request.param]
    return drawn_clips.write(tmp_path / name, frames=40, sound=drawn_clips.tone(1.6), **made_with)


def test_whole_files_pass(clip):
    check_not_truncated(clip)
    assert probe(clip).duration == pytest.approx(1.6, abs=0.05)


@pytest.mark.parametrize(
    "padding", one_in(4, [b"TAG and more" * 9, bytes(5000), b"\xff" * 777, b"\0"])
)
def test_what_lies_behind_the_end_does_no_harm(clip, padding):
    clip.write_bytes(clip.read_bytes() + padding)
    check_not_truncated(clip)


@pytest.mark.parametrize("share", quick_rows({0.6}, [0.95, 0.6, 0.3]))
def test_cut_files_do_not(clip, share):
    data = clip.read_bytes()
    clip.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(MediaError, match="is cut off") as caught:
        probe(clip)
    assert "allow_partial" in caught.value.remedy


def test_even_a_little_is_missed(tmp_path):
    path = drawn_clips.write(tmp_path / "a.mp4", frames=40, muxing={"movflags": "faststart"})
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(MediaError, match="is cut off"):
        probe(path)


def test_the_sizes_are_named(tmp_path):
    path = drawn_clips.write(tmp_path / "a.mkv", frames=20, bf="0")
    data = path.read_bytes()
    path.write_bytes(data[:-100])
    words = f"a.mkv is cut off: {len(data) - 100} of {len(data)} bytes are there."
    with pytest.raises(MediaError) as caught:
        check_not_truncated(path)
    assert caught.value.message == words


def test_a_fragment_whose_data_never_came(tmp_path):
    path = drawn_clips.write(tmp_path / "a.mp4", frames=40, muxing=FRAGMENTS, g="10")
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"mdat") - 4])
    with pytest.raises(MediaError, match="the data of its last part is missing"):
        probe(path)


@pytest.mark.parametrize("form", ["webm", "matroska"])
def test_live_recordings_declare_nothing(tmp_path, form):
    source = drawn_clips.write(tmp_path / "source.webm", frames=40, **VP9)
    path = live(tmp_path / "a.webm", form, source)
    data = path.read_bytes()
    segment = data.index(b"\x18\x53\x80\x67") + 4
    assert data[segment : segment + 8] == b"\x01" + b"\xff" * 7  # no size: made as meant
    assert probe(path).duration == pytest.approx(1.6, abs=0.05)


def test_a_recording_without_a_size_but_with_a_length(tmp_path):
    """As programs leave them that write the length into a browser's recording afterward."""
    path = drawn_clips.write(
        tmp_path / "a.webm", frames=100, sound=drawn_clips.tone(4.0), g="10", **VP9
    )
    data = bytearray(path.read_bytes())
    segment = data.index(b"\x18\x53\x80\x67") + 4
    data[segment : segment + 8] = b"\x01" + b"\xff" * 7
    path.write_bytes(data)
    assert probe(path).duration == pytest.approx(4.0, abs=0.05)
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(MediaError, match=r"is cut off: \d+ of at least \d+ bytes are there"):
        probe(path)


def test_sound_that_goes_on_after_the_video_of_a_matroska_file(tmp_path):
    path = drawn_clips.write(tmp_path / "a.mkv", frames=20, sound=drawn_clips.tone(3.0), bf="0")
    assert probe(path).duration == pytest.approx(3.0, abs=0.05)


def test_large_boxes_and_a_last_one_without_a_size(tmp_path):
    path = tmp_path / "a.mp4"
    start = b"\0\0\0\x10ftypmp42\0\0\0\0"
    large = struct.pack(">I4sQ", 1, b"mdat", 16 + 100)
    path.write_bytes(start + large + bytes(100))
    check_not_truncated(path)
    path.write_bytes(start + large + bytes(99))
    with pytest.raises(MediaError, match="131 of at least 132 bytes"):
        check_not_truncated(path)
    path.write_bytes(start + b"\0\0\0\0mdat" + bytes(99))
    check_not_truncated(path)


def riff(size, form, body):
    return b"RIFF" + struct.pack("<I", size) + form + body


def test_riffs(tmp_path):
    path = tmp_path / "a.avi"
    one, two = riff(104, b"AVI ", bytes(100)), riff(54, b"AVIX", bytes(50))
    path.write_bytes(one + two)
    check_not_truncated(path)
    path.write_bytes(one + two[:-20])  # the second of an OpenDML file
    with pytest.raises(MediaError, match="154 of 174 bytes"):
        check_not_truncated(path)
    for unknown in (0, 0x7FFFFFFF, 0xFFFFFFFF):
        path.write_bytes(riff(unknown, b"WAVE", bytes(100)))
        check_not_truncated(path)
    path.write_bytes(riff(4 + 100 + 8, b"WAVE", bytes(100)))  # counts its own header, too
    check_not_truncated(path)


def test_cut_sounds_and_images(tmp_path):
    sound = drawn_clips.write_sound(tmp_path / "a.wav", drawn_clips.tone(1.0), "pcm_s16le")
    image = tmp_path / "a.webp"
    Image.effect_noise((64, 48), 90).convert("RGB").save(image)
    for path in (sound, image):
        probe(path)
        path.write_bytes(path.read_bytes()[:-100])
        with pytest.raises(MediaError, match="cut off"):
            probe(path)


def test_kinds_that_declare_nothing(tmp_path):
    path = tmp_path / "a.bin"
    for data in (b"", b"\0", b"RIFF", b"\x1a\x45\xdf\xa3", b"\0\0\0\x08ftyp", b"text" * 50):
        path.write_bytes(data)
        check_not_truncated(path)


def test_the_words_are_a_persons(tmp_path):
    path = drawn_clips.write(tmp_path / "a.webm", frames=40, **VP9)
    data = bytearray(path.read_bytes())
    segment = data.index(b"\x18\x53\x80\x67") + 4
    data[segment : segment + 8] = b"\x01" + b"\xff" * 7
    cluster = data.index(b"\x1f\x43\xb6\x75")
    path.write_bytes(data[: cluster + 20])
    with pytest.raises(MediaError) as caught:
        probe(path)
    assert "Error" not in caught.value.message
