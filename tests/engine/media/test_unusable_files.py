"""Files that cannot be used: refused, with the reason."""

from __future__ import annotations

import struct

import av
import pytest
from PIL import EpsImagePlugin, Image

from nemomusic.engine.errors import MediaError
from nemomusic.engine.media.probe import probe
from support.creators_cases import (
    FRAGMENTS,
    bytes_to,
    dolby_vision,
    dolby_vision_broadcast,
    dolby_vision_in,
)
from support.creators_files import draw_clip, patched


def unknown_video(path):
    return patched(draw_clip(path), b"avc1", b"zzzz", times=9)


def encrypted(path):
    data = draw_clip(path).read_bytes()
    at = data.index(b"stsd")
    at = data.index(b"avc1", at)
    path.write_bytes(data[:at] + b"encv" + data[at + 4 :])
    return path


def unreadable_heic(path):
    return bytes_to(path, struct.pack(">I4s4sI", 16, b"ftyp", b"heic", 0))


def without_index(path):
    """Return a recording whose camera lost its power before it wrote the index."""
    data = draw_clip(path).read_bytes()
    return bytes_to(path, data[: data.index(b"moov") - 4])


def without_beginning(path):
    """Return fragments of a live stream, saved from the middle on."""
    data = draw_clip(path, muxing=FRAGMENTS).read_bytes()
    return bytes_to(path, data[data.index(b"moof") - 4 :])


def concat_script(path):
    """Return a script of FFmpeg that names a clip beside it."""
    draw_clip(path.with_name("other.mp4"))
    path.write_text("ffconcat version 1.0\nfile other.mp4\n")
    return path


def playlist(path):
    path.write_text("#EXTM3U\n#EXTINF:3,\nother.ts\n#EXT-X-ENDLIST\n")
    return path


def postscript(path):
    """Return a program that Pillow gives to Ghostscript."""
    Image.new("RGB", (8, 8), "teal").save(path, "EPS")
    return path


def absurd(path):
    """Return a recording with one frame 30 hours on."""
    draw_clip(path, sounds=[])
    source = path.with_name("source.mkv")
    path.rename(source)
    with av.open(str(source)) as old, av.open(str(path), "w") as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        packets = [p for p in old.demux(video=0) if p.dts is not None]
        for packet in packets:
            if packet is packets[-1]:
                packet.pts = packet.dts = round(30 * 3600 / packet.time_base)
            packet.stream = stream
            new.mux(packet)
    return path


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("a.mov", unknown_video, "codec is zzzz"),
        ("a.mp4", dolby_vision, "Dolby Vision, profile 5"),
        ("a.mkv", dolby_vision_in, "Dolby Vision, profile 5"),
        ("a.ts", dolby_vision_broadcast, "Dolby Vision, profile 5"),
        ("a.mp4", without_index, 'has no index \\(the box "moov"\\)'),
        ("a.mp4", without_beginning, "fragments of a video, without the beginning"),
        ("a.jpg", unreadable_heic, "HEIC or AVIF, which can't be read"),
        ("a.mp4", encrypted, "copy-protected"),
        ("a.mp4", playlist, "not a video|playlist"),
        ("a.mp4", concat_script, "playlist"),
        ("a.png", postscript, "not an image that can be read"),
        ("a.jpg", postscript, "not an image that can be read"),
        ("a.mkv", absurd, "says that it lasts 30.0 hours"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(tmp_path, monkeypatch, name, make, words):
    path = make(tmp_path / name)
    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", lambda *_: pytest.fail("a program ran"))
    with pytest.raises(MediaError, match=words) as caught:
        probe(path)
    assert caught.value.remedy
