"""Tags, chapters, subtitles and captions: what is kept, and which loss is named."""

from __future__ import annotations

import struct
from fractions import Fraction

import av
import pytest

from nemomusic.engine.media.containers.tag_encodings import readable_tag
from nemomusic.engine.media.probe import probe
from nemomusic.engine.types import RenderPlan, Shot
from nemomusic.engine.video.metadata import read_extras
from nemomusic.engine.video.render import render
from support.creators_cases import interlaced, tagged
from support.creators_files import draw_clip


def with_extras(path):
    """Return a clip with two chapters, tags and subtitles."""

    def extras(container):
        container.metadata.update(
            {
                "title": "My trip",
                "artist": "Me",
                "creation_time": "2024-05-01T10:00:00.000000Z",
                "location": "+48.1000+011.5000/",
            }
        )
        base = Fraction(1, 1000)
        container.set_chapters(
            [
                {"id": 0, "start": 0, "end": 1500, "time_base": base, "metadata": {"title": "One"}},
                {
                    "id": 1,
                    "start": 1500,
                    "end": 3000,
                    "time_base": base,
                    "metadata": {"title": "Two"},
                },
            ]
        )
        stream = container.add_mux_stream("subrip")
        for start, text in ((500, "<i>Hello</i>"), (1500, "你好")):
            packet = av.Packet(text.encode())
            packet.pts = packet.dts = start
            packet.duration, packet.time_base, packet.stream = 700, base, stream
            early.append(packet)

    early = []
    return draw_clip(path, before=extras, more=early)


def subtitles(path):
    with av.open(str(path)) as container:
        return [
            (float(p.pts * p.time_base), bytes(p)[2:].decode())
            for p in container.demux(subtitles=0)
            if p.size > 2
        ]


@pytest.mark.parametrize("canvas", [None, (96, 160)])
def test_tags_chapters_and_subtitles_of_a_complete_clip_are_kept(tmp_path, canvas):
    path = with_extras(tmp_path / "a.mkv")
    found = probe(path)
    out = tmp_path / "out.mp4"
    plan = RenderPlan(shots=(Shot(str(path), found.duration),), canvas=canvas)
    result = render(plan, out)
    assert result.copied == (canvas is None)
    assert result.warnings == ()
    with av.open(str(out)) as container:
        tags = container.metadata
        chapters = container.chapters()
    assert (tags["title"], tags["artist"]) == ("My trip", "Me")
    assert tags["creation_time"].startswith("2024-05-01T10:00:00")
    assert "+48.1" in tags["location"]
    spans = [(float(one["start"] * one["time_base"]), one["metadata"]["title"]) for one in chapters]
    assert spans == [(0.0, "One"), (1.5, "Two")]
    assert subtitles(out) == [(0.5, "Hello"), (1.5, "你好")]


@pytest.mark.parametrize(
    ("encoding", "title", "clear"),
    [
        ("utf-8", "Reise 🚲 旅", True),
        ("cp932", "夏休みの旅行", True),
        ("gbk", "我们的旅行", True),
        ("cp949", "가족 여행", True),
        ("cp1251", "Моя поездка в Москву", True),
        ("cp1252", "Münchner Straße", True),
        ("cp1250", "Święta w górach", False),
        ("cp1253", "Καλημέρα", False),
        ("cp1255", "הטיול שלנו", False),
        ("cp874", "บ้านของเรา", False),
        ("big5", "生日快樂", False),
        ("koi8-r", "Моя свадьба", False),
    ],
)
def test_an_old_encoding_is_read_only_where_it_is_clear(encoding, title, clear):
    found = readable_tag(title.encode(encoding).decode("utf-8", "surrogateescape"))
    assert found == (title if clear else None)


def test_a_tag_in_an_old_encoding_is_kept(tmp_path):
    path = tagged(tmp_path / "a.avi", "夏休みの旅行".encode("cp932"))
    found = read_extras(str(path), probe(path))
    assert found.tags["title"] == "夏休みの旅行"
    assert not found.warnings


def test_styled_subtitles_keep_their_words_and_the_loss_is_named(tmp_path):
    """Advanced SubStation Alpha: styles, comments and drawings are not text."""
    lines = {
        500: r"{\an8\b1}Hello, {\i1}you{\i0}{a comment}\Nthere",
        1500: r"{\p1}m 0 0 l 100 0 100 100{\p0}",
        2000: r"{\pos(9,9)\p2}m 0 0{\p0}after",
    }

    def styled(container):
        stream = container.add_mux_stream("ass")
        for start, text in lines.items():
            packet = av.Packet(f"0,0,Default,,0,0,0,,{text}".encode())
            packet.pts = packet.dts = start
            packet.duration, packet.time_base, packet.stream = 400, Fraction(1, 1000), stream
            early.append(packet)

    early = []
    path = draw_clip(tmp_path / "a.mkv", before=styled, more=early)
    extras = read_extras(str(path), probe(path))
    (track,) = extras.subtitles
    assert [cue.text for cue in track.cues] == ["Hello, you\nthere", "after"]
    assert extras.warnings == ("a.mkv: the style of its subtitles is left out.",)


def captioned(path, source, *, field):
    """Put captions (CEA-608 in ATSC A/53, part 4) into each frame of a file."""
    with av.open(str(source)) as old, av.open(str(path), "w") as new:
        streams = [new.add_stream_from_template(one) for one in old.streams]
        for number, packet in enumerate(p for p in old.demux(video=0) if p.dts is not None):
            captions = b"GA94\x03\x41\xff" + bytes([0xFC, 0x80 | number % 64, 0x20]) + b"\xff"
            more = av.Packet(field(bytes(packet), captions))
            more.pts, more.dts, more.duration = packet.pts, packet.dts, packet.duration
            more.time_base, more.is_keyframe = packet.time_base, packet.is_keyframe
            more.stream = streams[0]
            new.mux(more)
    return path


def in_message(data, captions):
    """Write captions as H.264 has them."""
    content = b"\xb5\x00\x31" + captions
    unit = bytes([6, 4, len(content)]) + content + b"\x80"
    return len(unit).to_bytes(4) + unit + data


def in_user_data(data, captions):
    """Write captions as MPEG-2 has them."""
    at = data.index(b"\x00\x00\x01\x01")
    return data[:at] + b"\x00\x00\x01\xb2" + captions + data[at:]


@pytest.mark.parametrize("kind", ["copied", "fitted", "deinterlaced"])
def test_captions_in_the_frames_are_kept(tmp_path, kind):
    if kind == "deinterlaced":
        path = captioned(
            tmp_path / "a.mkv", interlaced(tmp_path / "source.mkv"), field=in_user_data
        )
    else:
        source = draw_clip(tmp_path / "source.mp4", seconds=0.4, sounds=[])
        path = captioned(tmp_path / "a.mp4", source, field=in_message)
    found = probe(path)
    canvas = (96, 160) if kind == "fitted" else None
    plan = RenderPlan(shots=(Shot(str(path), found.duration),), canvas=canvas)
    result = render(plan, tmp_path / "out.mp4", probe=probe)
    assert result.copied == (kind == "copied")
    assert len(captions(tmp_path / "out.mp4")) >= 10
    assert captions(tmp_path / "out.mp4") == captions(path)


def captions(path):
    with av.open(str(path)) as container:
        return [
            bytes(data)
            for frame in container.decode(video=0)
            for data in [frame.side_data.get("A53_CC")]
            if data is not None
        ]


def test_captions_in_a_track_of_their_own_are_named(tmp_path):
    def track(container):
        stream = container.add_mux_stream("eia_608")
        packet = av.Packet(struct.pack(">I4s2s", 10, b"cdat", b"\x80\x80"))
        packet.pts = packet.dts = 0
        packet.duration, packet.time_base, packet.stream = 40, Fraction(1, 1000), stream
        early.append(packet)

    early = []
    path = draw_clip(tmp_path / "a.mov", before=track, more=early)
    found = read_extras(str(path), probe(path)).warnings
    assert found == ("a.mov: subtitles that are not text are left out (eia_608).",)


def test_what_a_cut_loses_is_named(tmp_path):
    path = with_extras(tmp_path / "a.mkv")
    result = render(RenderPlan(shots=(Shot(str(path), 1.0, 0.5),)), tmp_path / "out.mp4")
    assert any("chapters and subtitles are left out" in said for said in result.warnings)
