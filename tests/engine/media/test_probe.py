"""What files are, found out from real files of every kind that is taken."""

from __future__ import annotations

import json
import pickle
import struct
from fractions import Fraction

import pytest
from PIL import Image

from nemomusic.engine.errors import MediaError
from nemomusic.engine.media.decoding.images import animation_frames
from nemomusic.engine.media.probe import probe
from nemomusic.engine.types import Probe
from support import drawn_clips

FRAME = 1 / drawn_clips.RATE
VP9 = {"codec": "libvpx-vp9", "deadline": "realtime", "cpu-used": "8"}


@pytest.mark.parametrize(
    ("name", "codec", "made_with"),
    [
        ("a.mp4", "h264", {}),
        ("a.mov", "h264", {}),
        ("a.mkv", "h264", {"bf": "0"}),
        ("a.avi", "mpeg4", {"codec": "mpeg4"}),
        ("b.avi", "mjpeg", {"codec": "mjpeg", "pixels": "yuvj420p"}),
        ("a.webm", "vp9", VP9),
    ],
)
def test_every_container(tmp_path, name, codec, made_with):
    found = probe(drawn_clips.write(tmp_path / name, frames=30, **made_with))
    assert (found.kind, found.video_codec) == ("video", codec)
    assert (found.width, found.height, found.rotation) == (*drawn_clips.SIZE, 0)
    assert found.duration == pytest.approx(30 * FRAME, abs=FRAME)
    assert found.fps == pytest.approx(drawn_clips.RATE, rel=0.03)
    assert found.copyable == (codec == "h264")
    assert (found.has_audio, found.audio_codec, found.sample_rate, found.channels) == (
        (False, None, 0, 0)
    )


@pytest.mark.parametrize(("seconds", "duration"), [(2.0, 2.0), (1.6, 1.2)])
def test_sound_that_is_clearly_longer_than_the_video_makes_the_clip_longer(
    tmp_path, seconds, duration
):
    found = probe(drawn_clips.write(tmp_path / "a.mp4", frames=30, sound=drawn_clips.tone(seconds)))
    assert (found.has_audio, found.audio_codec, found.sample_rate, found.channels) == (
        (True, "aac", 48000, 1)
    )
    assert found.duration == pytest.approx(duration, abs=FRAME)
    assert bool(found.warnings) == (duration > 1.2)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_rotation_is_clockwise_and_turns_the_size(tmp_path, degrees):
    found = probe(drawn_clips.turn(drawn_clips.write(tmp_path / "a.mp4", frames=5), degrees))
    across, down = drawn_clips.SIZE
    assert found.rotation == degrees
    assert (found.width, found.height) == ((across, down) if degrees % 180 == 0 else (down, across))
    assert found.copyable


def test_wide_pixels_widen_the_frame_and_cannot_be_copied(tmp_path):
    found = probe(drawn_clips.write(tmp_path / "a.mp4", frames=5, aspect=Fraction(4, 3)))
    assert (found.width, found.height) == (round(160 * 4 / 3), 90)
    assert not found.copyable


def test_variable_frame_rate(tmp_path):
    ticks = [0, 1, 2, 5, 9, 10, 20, 30, 31, 49]
    found = probe(drawn_clips.write(tmp_path / "a.mp4", frames=ticks))
    assert found.duration == pytest.approx(50 * FRAME, abs=FRAME)
    assert found.fps == pytest.approx(10 / 2.0, rel=0.03)
    assert found.copyable


def test_frames_that_an_edit_list_hides_do_not_count(tmp_path):
    path = drawn_clips.write(
        tmp_path / "a.mp4", frames=range(-12, 40), muxing={"avoid_negative_ts": "disabled"}
    )
    found = probe(path)
    assert found.duration == pytest.approx(40 * FRAME, abs=FRAME)
    assert found.copyable  # they come first: a copy can hide them again


def test_odd_sides(tmp_path):
    found = probe(drawn_clips.write(tmp_path / "a.mkv", frames=5, size=(161, 91), codec="mpeg4"))
    assert (found.width, found.height, found.copyable) == (161, 91, False)


@pytest.mark.parametrize(
    "made_with",
    [
        {"size": (2048, 96)},
        {"size": (1200, 1200)},
        {"pixels": "yuv444p"},
        {"pixels": "yuv420p10le"},
    ],
)
def test_what_the_output_may_not_be_is_not_copyable(tmp_path, made_with):
    assert not probe(drawn_clips.write(tmp_path / "a.mp4", frames=2, **made_with)).copyable


@pytest.mark.parametrize("ending", ["jpg", "png", "gif", "webp"])
def test_images(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    Image.new("RGB", (64, 48), (200, 120, 60)).save(path)
    found = probe(path)
    assert (found.kind, found.width, found.height, found.duration) == ("image", 64, 48, 0.0)
    assert (found.has_audio, found.copyable, found.fps) == (False, False, 0.0)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("ending", ["gif", "webp"])
def test_an_animation_that_is_cut_or_damaged_anywhere_is_told_as_such(tmp_path, ending):
    path, frames = tmp_path / f"a.{ending}", [Image.new("1", (16, 9), shade) for shade in (0, 1)]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=200)
    original, broken = path.read_bytes(), 0
    for at in range(0, len(original), 13):
        for damaged in (
            original[:at],
            original[:at] + bytes([original[at] ^ 3]) + original[at + 1 :],
        ):
            path.write_bytes(damaged)
            try:
                probe(path)
                assert len(list(animation_frames(path))) <= 2
            except MediaError:
                broken += 1
    assert broken > len(original) / 26


def test_an_animation_with_too_many_pixels_is_refused_before_it_is_decoded(tmp_path):
    screen = b"GIF89a" + struct.pack("<HHBBB", 5000, 5000, 0x80, 0, 0) + bytes(6)
    dot = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    path = tmp_path / "bomb.gif"
    path.write_bytes(screen + dot * 60 + b";")
    with pytest.raises(MediaError, match="60 frames of 5000x5000 pixels"):
        probe(path)
    path.write_bytes(screen + dot * 3 + b";")
    assert probe(path).kind == "video"


@pytest.mark.parametrize("ending", ["gif", "webp"])
def test_an_animation_is_a_video_of_its_length(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    images = [Image.new("RGB", (64, 48), (shade, 0, 0)) for shade in (0, 90, 180)]
    images[0].save(path, save_all=True, append_images=images[1:], duration=[100, 300, 0])
    found = probe(path)
    assert (found.kind, found.container, found.width, found.height) == ("video", ending, 64, 48)
    assert found.duration == pytest.approx(0.5)  # 0 is shown for 0.1 s, as in browsers


def test_a_photograph_lying_on_its_side(tmp_path):
    path = tmp_path / "a.jpg"
    image = Image.new("RGB", (64, 48))
    exif = image.getexif()
    exif[0x0112] = 6  # turn by 90 degrees to show
    image.save(path, exif=exif)
    found = probe(path)
    assert (found.width, found.height) == (48, 64)


@pytest.mark.parametrize(
    ("name", "encoder", "codec"),
    [
        ("a.wav", "pcm_s16le", "pcm_s16le"),
        ("a.mp3", "libmp3lame", "mp3float"),
        ("a.m4a", "aac", "aac"),
        ("a.aac", "aac", "aac"),
    ],
)
def test_sound(tmp_path, name, encoder, codec):
    found = probe(drawn_clips.write_sound(tmp_path / name, drawn_clips.tone(1.5), encoder))
    assert (found.kind, found.audio_codec, found.has_audio) == ("audio", codec, True)
    assert (found.sample_rate, found.channels) == (48000, 1)
    assert (found.width, found.height, found.copyable) == (0, 0, False)
    assert found.duration == pytest.approx(1.5, abs=0.05)


def a_text(path):
    path.write_text("These are not the pictures you are looking for.\n" * 50)


def an_mp4_without_its_index(path):
    drawn_clips.write(path)
    path.write_bytes(path.read_bytes()[:-2000])  # "moov" comes last


def an_mp4_with_half_its_data(path):
    drawn_clips.write(path, muxing={"movflags": "faststart"}, crf="10")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def an_mp4_whose_data_is_gone(path):
    drawn_clips.write(path, muxing={"movflags": "faststart"})
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"mdat") + 4])


def an_mp4_of_noise(path):
    drawn_clips.write(path, muxing={"movflags": "faststart"})
    data = path.read_bytes()
    start = data.index(b"mdat") + 4
    path.write_bytes(data[:start] + bytes(len(data) - start))


def an_mp4_of_sound(path):
    drawn_clips.write_sound(path, drawn_clips.tone(1.0), "aac")


def an_empty_file(path):
    path.touch()


def nothing(path):
    assert not path.exists()


def a_folder(path):
    path.mkdir()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (nothing, "does not exist"),
        (an_empty_file, "is empty"),
        (a_text, "not a video"),
        (a_folder, "clip.mp4"),
        (an_mp4_without_its_index, "cut off"),
        (an_mp4_with_half_its_data, "cut off"),
        (an_mp4_whose_data_is_gone, "clip.mp4"),
        (an_mp4_of_noise, "clip.mp4"),
        (an_mp4_of_sound, "only sound"),
    ],
)
def test_files_that_cannot_be_used(tmp_path, make, words):
    path = tmp_path / "clip.mp4"
    make(path)
    with pytest.raises(MediaError, match=words) as caught:
        probe(path)
    assert "clip.mp4" in caught.value.message
    assert caught.value.remedy.endswith(".")
    assert str(tmp_path) not in str(caught.value)


def test_an_image_that_is_none(tmp_path):
    path = tmp_path / "a.png"
    Image.new("RGB", (64, 48)).save(path)
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(MediaError, match=r"a\.png"):
        probe(path)


def test_errors_cross_a_pipe():
    error = pickle.loads(pickle.dumps(MediaError("It is empty.", remedy="Save it again.")))
    assert (error.message, error.remedy) == ("It is empty.", "Save it again.")
    assert str(error) == "It is empty. Save it again."


def test_json_and_back(tmp_path):
    found = probe(drawn_clips.write(tmp_path / "a.mp4", frames=5))
    assert Probe.from_json(json.loads(json.dumps(found.to_json()))) == found
