"""What creators bring: each kind of trouble with the right outcome, measured on the finished MP4.

A row is one case: how the file is made, and what is right. The film of `creators_files` flashes and
beeps at 0.4, 1.2 and 2.2 s, so that loss and sync show.
"""

from __future__ import annotations

import re
import struct
from fractions import Fraction
from functools import partial

import attrs
import av
import numpy as np
import pytest
from av.stream import Disposition
from PIL import Image

from nemomusic.engine.analysis.analyze import analyze
from nemomusic.engine.errors import MediaError
from nemomusic.engine.media.frames import decode_packet
from nemomusic.engine.media.probe import probe
from nemomusic.engine.media.tag_encodings import readable_tag
from nemomusic.engine.types import RenderPlan, Shot
from nemomusic.engine.video.metadata import read_extras
from nemomusic.engine.video.render import render
from support import creators_files as made
from support.creators_files import AT, beeps, film, patched, silence
from support.rows import one_in, quick_rows
from support.transport_streams import long_tables, mpeg_crc, spaced

ONE_FRAME = 0.041
KNOWN = list(AT)
NOISE = (0.001 * np.random.default_rng(0).standard_normal(3 * 48000)).astype(np.float32)


@attrs.frozen
class Case:
    """A file, and what is right.

    Attributes:
        kind: Of the trouble.
        name: Of the file.
        make: Makes it.
        duration: Seconds of the finished video.
        frames: How many frames it has; None if that is not the point.
        flashes: Seconds at which it turns white.
        beeps: Seconds at which its sound begins; None if that is not the point.
        said: What a warning says, as a pattern; "" for no warning at all.
        options: Of the probe.
    """

    kind: str
    name: str
    make: object
    duration: float = 3.0
    frames: int | None = 75
    flashes: list[float] = attrs.Factory(lambda: KNOWN)
    beeps: list[float] | None = attrs.Factory(lambda: KNOWN)
    said: str = ""
    options: dict = attrs.Factory(dict)

    def __str__(self):
        return f"{self.kind}-{self.name}"


def tagged(path, tag=b"\xf9\xec\xe5\xed"):
    """An AVI with a title in an old encoding: here a Hebrew one."""

    def title(container):
        container.metadata["title"] = "x" * len(tag)

    film(path, before=title, sound_codec="libmp3lame", bf="0")
    return patched(path, b"x" * len(tag), tag)


def old_handler(path):
    return patched(film(path), b"VideoHandler", b"\xce\xf1\xed\xee\xe2\xed\xee\xe9\xff\xfe\xfd\xfc")


def undecodable_sound(path):
    """A MOV whose first sound track is in a codec that is not known."""
    path = film(path, sounds=[beeps(), beeps()])
    return patched(patched(path, b"mp4a", b"apac"), b"esds", b"dapa")


def damaged_codec(path):
    """A MOV in which other bytes lie over the codec of the first sound track."""
    path = film(path, sounds=[beeps(), beeps()])
    return patched(patched(path, b"mp4a", b"\1\2\3\x90"), b"esds", b"dapa")


def thumbnail_first(path):
    """A file whose first video track is one small picture."""

    def thumbnail(container):
        stream = container.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuvj420p"
        frame = av.VideoFrame.from_ndarray(np.full((64, 96, 3), 90, np.uint8), format="rgb24")
        frame.pts, frame.time_base = 0, Fraction(1, 25)
        early.extend([*stream.encode(frame), *stream.encode(None)])

    early = []
    return film(path, before=thumbnail, more=early)


def ambisonic(path):
    sound = np.stack([beeps(), *[silence()] * 3])
    return film(
        path,
        sounds=[sound],
        sound_codec="libopus",
        layout="quad",
        sound_options={"mapping_family": "2"},
    )


def spherical_box(path, **made_with):
    """An MP4 as 360-degree cameras write it: four channels, and a box that says W, Y, Z, X."""
    sound = np.stack([beeps(), *[NOISE * 300] * 3])
    path = film(path, sounds=[sound], layout="4.0", **made_with)
    box = struct.pack(">I4sBBIBBI4I", 36, b"SA3D", 0, 0, 1, 0, 0, 4, 0, 1, 2, 3)
    return with_box(path, b"smhd", box)


def with_box(path, header, box):
    """Add a box to the sample entry of the track that has a header."""
    data = bytearray(path.read_bytes())
    sizes = [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"]
    at = data.index(header)
    for name in sizes:
        inner = name in {b"stbl", b"stsd"}
        place = data.index(name, at) if inner else data.rindex(name, 0, at)
        grow(data, place - 4, len(box))
    entry = data.index(b"stsd", at) + 12
    size = grow(data, entry, len(box))
    return bytes_to(path, data[: entry + size] + box + data[entry + size :])


def grow(data, place, by):
    """Make a box larger; return its former size."""
    size = int.from_bytes(data[place : place + 4], "big")
    data[place : place + 4] = (size + by).to_bytes(4, "big")
    return size


def bytes_to(path, data):
    path.write_bytes(data)
    return path


def dolby_vision(path):
    """An MP4 whose colors have no other form than that of Dolby Vision, profile 5."""
    video = film(path, codec="libx265", **{"x265-params": "log-level=none"})
    return with_box(video, b"vmhd", struct.pack(">I4sBBHB19x", 32, b"dvcC", 1, 0, 5 << 9 | 0x35, 0))


def dolby_vision_in(path):
    """The same in another container."""
    source = dolby_vision(path.with_name("source.mp4"))
    return made.copied(source, path)


def dolby_vision_broadcast(path):
    """The same in a transport stream: in a descriptor of the table of the program."""
    data = film(path, container="mpegts").read_bytes()
    added = struct.pack(">BBBBHB", 0xB0, 5, 1, 0, 5 << 9 | 0x35, 0)
    packets = [data[at : at + 188] for at in range(0, len(data), 188)]
    for number, packet in enumerate(packets):
        if packet[1:3] == b"\x50\x00":  # the first packet of a table, on identifier 4096
            table = bytearray(packet[5 : 4 + packet[7]])
            table[2] += len(added)
            table[16] += len(added)  # the video comes first
            table[17:17] = added
            table += mpeg_crc(table).to_bytes(4)
            packets[number] = (packet[:5] + table).ljust(188, b"\xff")
    return bytes_to(path, b"".join(packets))


def all_around(path):
    """An MP4 of a 360-degree camera."""

    def box(name, content):
        return struct.pack(">I4s", 8 + len(content), name) + content

    projection = box(b"proj", box(b"prhd", bytes(16)) + box(b"equi", bytes(20)))
    return with_box(film(path), b"vmhd", box(b"sv3d", box(b"svhd", bytes(6)) + projection))


def telemetry(path):
    """A MOV with a track of what a camera measured."""
    data = film(path, sounds=[beeps(), silence()], sound_codec="pcm_s16le").read_bytes()
    for old, new in ((b"soun", b"meta"), (b"sowt", b"gpmd")):
        at = data.rindex(old)
        data = data[:at] + new + data[at + 4 :]
    return bytes_to(path, data)


def cover(path):
    """A film with a cover picture."""

    def picture(container):
        stream = container.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuvj420p"
        stream.disposition = Disposition.attached_pic
        frame = av.VideoFrame.from_ndarray(np.full((64, 96, 3), 90, np.uint8), format="rgb24")
        frame.pts, frame.time_base = 0, Fraction(1, 25)
        early.extend([*stream.encode(frame), *stream.encode(None)])

    early = []
    return film(path, before=picture, more=early)


def one_behind_the_other(path):
    """Two MP4s in one file."""
    return bytes_to(path, film(path).read_bytes() * 2)


def eight_channels(path):
    sound = np.stack([beeps(), silence(), beeps(), *[silence()] * 5])
    return film(path, sounds=[sound], sound_codec="pcm_s16le", layout="7.1")


def stream_parts(path, *, later):
    """Two transport streams in one file; the clock of the second one starts `later` seconds on."""
    parts = []
    for number, offset in enumerate((0.0, later)):
        part = path.with_name(f"{number}.ts")
        film(part, container="mpegts", muxing={"output_ts_offset": str(offset)})
        parts.append(part.read_bytes())
    path.write_bytes(b"".join(parts))
    return path


def other_identifiers(path, form=bytes, *, cut=0):
    """Two transport streams in one file: the second one has its tracks on other PIDs.

    Args:
        path: Where to.
        form: Changes each of the streams.
        cut: Bytes that the first one lacks at its end.
    """
    first, later = path.with_name("0.ts"), path.with_name("1.ts")
    film(first, container="mpegts")
    pids = {"mpegts_start_pid": "512", "mpegts_pmt_start_pid": "4352"}
    film(later, container="mpegts", muxing=pids)
    data = form(first.read_bytes())
    return bytes_to(path, data[: len(data) - cut] + form(later.read_bytes()))


def overlapping(path):
    """Two transport streams in one file; the second one has another size, and starts early."""
    parts = []
    for number, (offset, size) in enumerate(((0.0, made.SIZE), (2.92, (128, 72)))):
        part = path.with_name(f"{number}.ts")
        muxing = {"output_ts_offset": str(offset), "muxdelay": "0"}
        parts.append(film(part, container="mpegts", size=size, muxing=muxing).read_bytes())
    return bytes_to(path, b"".join(parts))


def joined_discs(path):
    """Two VOBs of a DVD in one file."""
    vob = film(path.with_name("a.vob"), codec="mpeg2video", sound_codec="mp2", container="vob")
    return bytes_to(path, vob.read_bytes() * 2)


def two_programs(path):
    """A recording of a broadcast: two programs at one time, the larger picture in the second."""
    parts = []
    for number, size in ((1, (96, 64)), (2, made.SIZE)):
        muxing = {
            "mpegts_service_id": str(number),
            "mpegts_start_pid": str(256 * number),
            "mpegts_pmt_start_pid": str(4096 + number),
        }
        part = path.with_name(f"{number}.ts")
        sounds = [beeps() if number == 2 else NOISE]
        film(part, container="mpegts", muxing=muxing, size=size, sounds=sounds)
        data = part.read_bytes()
        packets = [data[at : at + 188] for at in range(0, len(data), 188)]
        parts.append([one for one in packets if one[1:3] != b"\x40\x00"])  # no table of programs
    table = bytes.fromhex("00b011 0001 c10000 0001f001 0002f002")
    checked = table + mpeg_crc(table).to_bytes(4)
    mixed = [b"\x47\x40\x00\x10\x00" + checked.ljust(183, b"\xff")]
    length = max(map(len, parts))
    mixed += [
        packet
        for n in range(length)
        for part in parts
        for packet in part[n * len(part) // length : (n + 1) * len(part) // length]
    ]
    return bytes_to(path, b"".join(mixed))


def no_order(path):
    """An MP4 without its table of presentation times."""
    path = film(path, bf="2")
    return patched(patched(path, b"ctts", b"free"), b"edts", b"free", times=9)


def claims_an_hour(path):
    path = film(path, muxing={"movflags": "frag_keyframe+empty_moov"})
    data = bytearray(path.read_bytes())
    at = data.find(b"mdhd")
    while at > 0:
        (scale,) = struct.unpack(">I", data[at + 16 : at + 20])
        data[at + 20 : at + 24] = struct.pack(">I", scale * 3600)
        at = data.find(b"mdhd", at + 4)
    path.write_bytes(data)
    return path


def power_cut(path, **made_with):
    return made.cut(film(path, **made_with), 0.8)


def animation(path):
    pictures = [Image.fromarray(made.picture(5 * n)) for n in range(15)]  # 5 fps
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=200, lossless=True)
    return path


def starts_inside(path):
    """A recording of a broadcast that starts between two key frames."""
    data = film(path, container="mpegts", bf="0", sc_threshold="0").read_bytes()
    packets = len(data) // 188
    return bytes_to(path, data[packets // 5 * 188 :])


def lost_packets(path):
    """A recording of a broadcast with bad reception for a moment."""
    data = film(path, container="mpegts", bf="0").read_bytes()
    at = len(data) // 188 // 2 * 188
    return bytes_to(path, data[:at] + data[at + 188 * 3 :])


def overwritten(path, noise=True, **made_with):
    """A film with a lost block in the middle, as a bad card or an unfinished download leaves it.

    Args:
        path: Where to.
        noise: Whether the block holds random bytes; else zeros.
        made_with: Of the film.
    """
    options = {"g": "5"} | made_with
    data = bytearray(film(path, **options).read_bytes())
    first = next(
        data.index(name) for name in (b"mdat", b"\x1f\x43\xb6\x75", b"movi") if name in data
    )
    begin = first + (len(data) - first) // 2
    length = (len(data) - first) // 8
    lost = np.random.default_rng(0).bytes(length) if noise else bytes(length)
    data[begin : begin + length] = lost
    return bytes_to(path, data)


def overwritten_mkv(path, noise):
    """An MKV with a lost block: its clusters are short, as those of recordings are."""
    return overwritten(path, noise, muxing={"cluster_time_limit": "300"})


def other_rate(path):
    """A broadcast whose sound changes its rate and its channels: a film, then an advertisement."""
    first, later = path.with_name("0.ts"), path.with_name("1.ts")
    film(first, container="mpegts")
    film(
        later,
        container="mpegts",
        sounds=[np.stack([beeps()] * 2)],
        layout="stereo",
        sound_rate=44100,
    )
    return bytes_to(path, first.read_bytes() + later.read_bytes())


DISCS = [*KNOWN, *[round(3.03 + at, 2) for at in KNOWN]]
"""The same, of VOBs."""
TWICE = [*KNOWN, *[round(3.09 + at, 2) for at in KNOWN]]
"""Two parts, end to end: the sound of the first one ends a little after its frames."""
FRAGMENTS = {"movflags": "frag_keyframe+empty_moov"}

CASES = [
    Case("plain", "a.mp4", film),
    # opening
    Case("a tag in an encoding that is not clear", "a.avi", tagged, said="tags left out: title"),
    Case("a track name in an old code page", "a.mov", old_handler),
    # choosing tracks
    Case("sound without decoder first", "a.mov", undecodable_sound, said="apac.*can't be decoded"),
    Case(
        "a damaged name of a codec",
        "a.mov",
        damaged_codec,
        said=r"its codec \(unknown\) can't be decoded",
    ),
    Case("a thumbnail as first video", "a.mp4", thumbnail_first),
    Case(
        "a silent track first",
        "a.mkv",
        partial(film, sounds=[np.stack([silence()] * 2), np.stack([beeps()] * 2)], layout="stereo"),
        said="track 1 is silent: track 2 is used",
    ),
    Case(
        "a silent microphone beside one that is not",
        "a.mp4",
        partial(film, sounds=[silence(), beeps()]),
        said="track 1 is silent",
    ),
    Case(
        "a mono track per microphone",
        "a.mov",
        partial(film, sounds=[NOISE, beeps()], sound_codec="pcm_s16le"),
        said="1 and 2 are heard as left and right",
    ),
    Case("ambisonic sound", "a.mkv", ambisonic, said="ambisonic"),
    Case("ambisonic sound by a box", "a.mp4", spherical_box, said="ambisonic"),
    Case(
        "ambisonic PCM by a box",
        "a.mov",
        partial(spherical_box, sound_codec="pcm_s16le"),
        said="ambisonic",
    ),
    Case("a data track", "a.mov", telemetry, said="Data tracks are left out: gpmd"),
    Case("a cover picture", "a.mp4", cover, said="cover picture is left out"),
    Case("a 360-degree camera", "a.mp4", all_around, said="360-degree video"),
    Case("two MP4s in one file", "a.mp4", one_behind_the_other, said="2 files lie .* first one"),
    Case("eight channels of PCM", "a.mov", eight_channels),
    # time
    Case(
        "the clock starts again",
        "a.mp4",
        partial(stream_parts, later=0.0),
        duration=6.0,
        frames=150,
        flashes=TWICE,
        beeps=TWICE,
        said="^a.mp4: The clock of the file breaks [^;]*joined.$",
    ),
    Case(
        "the clock jumps ahead",
        "a.mp4",
        partial(stream_parts, later=1000.0),
        duration=6.0,
        frames=150,
        flashes=TWICE,
        beeps=TWICE,
        said="^a.mp4: The clock of the file breaks [^;]*joined.$",
    ),
    Case(
        "a later part on other identifiers",
        "a.mp4",
        other_identifiers,
        duration=6.0,
        frames=150,
        flashes=TWICE,
        beeps=TWICE,
        said="^a.mp4: The clock of the file breaks [^;]*joined.$",
    ),
    Case(
        "tables of several packets, and a later part on other identifiers",
        "a.ts",
        partial(other_identifiers, form=long_tables),
        duration=6.0,
        frames=150,
        flashes=TWICE,
        beeps=TWICE,
        said="^a[.]ts: The clock of the file breaks [^;]*joined.$",
    ),
    Case(
        "packets of 192 bytes, and a later part on other identifiers",
        "a.m2ts",
        partial(other_identifiers, form=partial(spaced, before=4)),
        duration=6.0,
        frames=150,
        flashes=TWICE,
        beeps=TWICE,
        said="^a[.]m2ts: The clock of the file breaks [^;]*joined.$",
    ),
    Case(
        "packets of 204 bytes, and a later part on other identifiers",
        "a.ts",
        partial(other_identifiers, form=partial(spaced, after=16)),
        duration=6.0,
        frames=150,
        flashes=TWICE,
        beeps=TWICE,
        said="^a[.]ts: The clock of the file breaks [^;]*joined.$",
    ),
    Case(
        "a later part on other identifiers after half a packet",
        "a.ts",
        partial(other_identifiers, cut=100),
        duration=6.0,
        frames=150,
        flashes=TWICE,
        beeps=TWICE,
        said="^a[.]ts: The clock of the file breaks [^;]*joined.",
    ),
    Case(
        "parts of two sizes that overlap",
        "a.ts",
        overlapping,
        duration=5.84,
        frames=146,
        flashes=[*KNOWN, *[round(2.84 + at, 2) for at in KNOWN]],
        beeps=[*KNOWN, *[round(2.84 + at, 2) for at in KNOWN]],
        said="1 packet of its video is damaged",
    ),
    Case(
        "two VOBs in one file",
        "a.mp4",
        joined_discs,
        duration=6.0,
        frames=150,
        flashes=DISCS,
        beeps=DISCS,
        said="^a.mp4: The clock of the file breaks [^;]*joined.$",
    ),
    Case(
        "two programs",
        "a.mp4",
        two_programs,
        said="track 1 is left out: track 2 is used.*Another video track is left out",
    ),
    Case("B-frames in an AVI", "a.avi", partial(film, sound_codec="libmp3lame", bf="2")),
    Case(
        "MPEG-4 B-frames in an AVI",
        "a.avi",
        partial(film, sound_codec="libmp3lame", codec="mpeg4", bf="2"),
    ),
    Case("an MP4 without its order of frames", "a.mp4", no_order),
    Case("a header that claims an hour", "a.mp4", claims_an_hour, said="claims 3600"),
    Case(
        "a fragmented recording that was cut off",
        "a.mp4",
        partial(power_cut, muxing=FRAGMENTS),
        duration=2.28,
        frames=57,
        beeps=KNOWN[:2],
        said="cut off: .* What is there is used",
        options={"allow_partial": True},
    ),
    Case(
        "an MKV that was cut off",
        "a.mkv",
        power_cut,
        duration=2.4,
        frames=None,
        said="cut off: .* What is there is used",
        options={"allow_partial": True},
    ),
    Case(
        "a broadcast that starts between two key frames",
        "a.mp4",
        starts_inside,
        duration=2.4,
        frames=None,
        flashes=[0.64, 1.64],
        beeps=[0.64, 1.64],
        said="first 0.. s can't be decoded: the first frame is held",
    ),
    Case(
        "a broadcast with bad reception",
        "a.mp4",
        lost_packets,
        frames=None,
        beeps=None,
        said="of its video (is|are) damaged",
    ),
    Case(
        "a block of zeros in the middle",
        "a.mp4",
        partial(overwritten, noise=False, muxing={"movflags": "faststart"}),
        frames=69,
        said="damaged frames are left out.*of its sound are damaged: it is silent there",
    ),
    Case(
        "a block of zeros in the middle of an MKV",
        "a.mkv",
        partial(overwritten_mkv, noise=False),
        frames=61,
        beeps=None,
        said="neither a frame nor sound for 0[.]6 s from 1[.]4 s on: data are missing there",
    ),
    Case(
        "a block of noise in the middle of an MKV",
        "a.mkv",
        partial(overwritten_mkv, noise=True),
        frames=61,
        beeps=None,
        said="neither a frame nor sound for 0[.]6 s from 1[.]4 s on: data are missing there",
    ),
    Case(
        "a block of noise in the middle of an AVI",
        "a.avi",
        partial(overwritten, sound_codec="libmp3lame", bf="0"),
        duration=2.72,
        frames=67,
        flashes=[0.44, 1.24, 1.92],
        beeps=[0.42, 1.22, 1.89],
        said="Its header claims 3.0 s; 2.7 s are there",
    ),
    Case(
        "sound that changes its rate",
        "a.ts",
        other_rate,
        duration=6.0,
        frames=150,
        flashes=TWICE,
        beeps=TWICE,
        said="parts are joined",
    ),
    Case(
        "a block of noise in the middle",
        "a.mp4",
        partial(overwritten, noise=True, muxing={"movflags": "faststart"}),
        frames=69,
        said="damaged frames are left out.*of its sound are damaged: it is silent there",
    ),
    # nothing of one's own is lost
    Case(
        "sound that goes on",
        "a.mp4",
        partial(film, seconds=1.8, sounds=[beeps(4.0)]),
        duration=4.0,
        frames=45,
        flashes=KNOWN[:2],
        said="last frame is held",
    ),
    Case(
        "frames that start late",
        "a.mp4",
        partial(film, delay=1.0, sounds=[beeps(4.0)]),
        duration=4.0,
        flashes=[round(1.0 + at, 2) for at in KNOWN],
        said="first frame is held",
    ),
    Case(
        "frames that start late, and sound that ends a little later",
        "a.mp4",
        partial(film, delay=1.0, sounds=[beeps(4.25)]),
        duration=4.25,
        flashes=[round(1.0 + at, 2) for at in KNOWN],
        said="first frame is held.*last frame is held: the sound goes on for 0.2 s",
    ),
    Case(
        "sound that starts late",
        "a.mkv",
        partial(film, sound_delay=0.7),
        duration=3.7,
        beeps=[round(0.7 + at, 2) for at in KNOWN],
        said="last frame is held",
    ),
    Case("an animated GIF", "a.gif", animation, frames=15, flashes=[0.4, 1.2, 2.2], beeps=None),
    Case("an animated PNG", "a.png", animation, frames=15, flashes=[0.4, 1.2, 2.2], beeps=None),
    Case("an animated WebP", "a.webp", animation, frames=15, flashes=[0.4, 1.2, 2.2], beeps=None),
]


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
def test_files_of_many_programs_are_films_without_a_word(tmp_path, name, made_with):
    out, result = rendered(film(tmp_path / name, **made_with))
    assert len(made.times(out)) == 75
    assert result.duration == pytest.approx(3.0, abs=0.01)
    assert made.flashes(out) == pytest.approx(KNOWN, abs=0.001)
    assert made.heard(out) == pytest.approx(KNOWN, abs=0.011)
    assert result.warnings == ()


def rendered(path, **options):
    """Give the finished film of a clip, and what was said of it."""
    found = probe(path, **options)
    plan = RenderPlan(shots=(Shot(str(path), found.duration),))
    out = path.with_name("out.mp4")
    result = render(plan, out, probe=partial(probe, **options))
    return out, result


@pytest.mark.parametrize("case", one_in(3, CASES), ids=str)
def test_the_film_is_right(tmp_path, case):
    path = case.make(tmp_path / case.name)
    out, result = rendered(path, **case.options)
    shown = made.times(out)
    assert shown == sorted(set(shown)), "frames go back in time"
    if case.frames is not None:
        assert len(shown) == pytest.approx(case.frames, abs=2)
    assert result.duration == pytest.approx(case.duration, abs=0.15)
    assert made.flashes(out) == pytest.approx(case.flashes, abs=ONE_FRAME)
    if case.beeps is not None:
        assert made.heard(out) == pytest.approx(case.beeps, abs=ONE_FRAME)
    said = " ".join(result.warnings)
    assert re.search(case.said, said) if case.said else not said


@pytest.mark.parametrize(
    "case",
    one_in(2, [c for c in CASES if c.kind.startswith(("B-frames", "the clock", "an animated"))]),
    ids=str,
)
def test_the_analysis_sees_the_same_film(tmp_path, case):
    path = case.make(tmp_path / case.name)
    seen, plain = analyze(path), analyze(film(tmp_path / "plain.mp4"))
    assert seen.duration == pytest.approx(case.duration, abs=0.15)
    times = [round(cut.time, 2) for cut in seen.cuts if cut.time < 3.0]
    assert set(times) <= {round(cut.time, 2) for cut in plain.cuts}  # a break is no cut
    assert seen.brightness[:3] == pytest.approx(plain.brightness, abs=0.1)


def test_an_empty_packet_in_the_middle_is_not_the_end(tmp_path):
    """Theora stores them: the frame before is shown once more."""
    with av.open(str(film(tmp_path / "a.mp4", bf="0"))) as container:
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


# ------------------------------------------------------------------ tags, chapters, subtitles


def with_extras(path):
    """A film with two chapters, tags and subtitles."""

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
    return film(path, before=extras, more=early)


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
    path = film(tmp_path / "a.mkv", before=styled, more=early)
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
    """As H.264 has them."""
    content = b"\xb5\x00\x31" + captions
    unit = bytes([6, 4, len(content)]) + content + b"\x80"
    return len(unit).to_bytes(4) + unit + data


def in_user_data(data, captions):
    """As MPEG-2 has them."""
    at = data.index(b"\x00\x00\x01\x01")
    return data[:at] + b"\x00\x00\x01\xb2" + captions + data[at:]


@pytest.mark.parametrize("kind", ["copied", "fitted", "deinterlaced"])
def test_captions_in_the_frames_are_kept(tmp_path, kind):
    if kind == "deinterlaced":
        path = captioned(
            tmp_path / "a.mkv", interlaced(tmp_path / "source.mkv"), field=in_user_data
        )
    else:
        source = film(tmp_path / "source.mp4", seconds=0.4, sounds=[])
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
    path = film(tmp_path / "a.mov", before=track, more=early)
    found = read_extras(str(path), probe(path)).warnings
    assert found == ("a.mov: subtitles that are not text are left out (eia_608).",)


def test_what_a_cut_loses_is_named(tmp_path):
    path = with_extras(tmp_path / "a.mkv")
    result = render(RenderPlan(shots=(Shot(str(path), 1.0, 0.5),)), tmp_path / "out.mp4")
    assert any("chapters and subtitles are left out" in said for said in result.warnings)


# ------------------------------------------------------------------ color and shape

PATCHES = {
    "hlg": {
        "white": ((676, 512, 512), (255, 255, 255)),
        "skin": ((569, 459, 546), (255, 215, 173)),
        "red": ((378, 456, 632), (255, 86, 84)),
        "green": ((551, 393, 446), (87, 255, 86)),
        "blue": ((299, 678, 513), (86, 86, 255)),
        "gray": ((456, 512, 512), (172, 172, 172)),
    },
    "pq": {
        "white": ((545, 512, 512), (203, 203, 203)),
        "skin": ((484, 486, 530), (195, 150, 119)),
        "red": ((381, 478, 577), (184, 61, 62)),
        "green": ((476, 448, 479), (59, 185, 60)),
        "blue": ((332, 605, 515), (62, 62, 185)),
        "gray": ((429, 512, 512), (128, 128, 128)),
    },
    "bt2020": {
        "white": ((834, 512, 512), (224, 224, 224)),
        "skin": ((645, 444, 564), (207, 160, 128)),
        "red": ((418, 449, 650), (191, 64, 63)),
        "green": ((630, 369, 424), (65, 192, 65)),
        "blue": ((329, 712, 512), (64, 64, 192)),
        "gray": ((504, 512, 512), (128, 128, 128)),
    },
}
"""Y, U, V in 10 bits, and R, G, B that FFmpeg 5.1's `zscale` makes of them: with
`t=709:p=709:m=709:r=limited` for HLG and BT.2020, for PQ after `t=linear:npl=203`, `p=709` and
`tonemap=mobius`."""
TRANSFERS = {"hlg": 18, "pq": 16, "bt2020": 14}


def patches(path, space):
    """Write six patches of 32x32 pixels in a space, lossless."""
    codes = [yuv for yuv, _ in PATCHES[space].values()]
    y = np.repeat([code[0] for code in codes], 32)[None].repeat(32, 0)
    u, v = (np.repeat([code[n] for code in codes], 16)[None].repeat(16, 0) for n in (1, 2))
    raw = np.concatenate([y.ravel(), u.ravel(), v.ravel()]).astype("<u2").reshape(48, -1)
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=25, options={"qp": "0"})
        stream.width, stream.height, stream.pix_fmt = 192, 32, "yuv420p10le"
        context = stream.codec_context
        context.color_trc, context.color_primaries = TRANSFERS[space], 9
        context.colorspace, context.color_range = 9, 1
        for number in range(5):
            frame = av.VideoFrame.from_ndarray(raw.astype(np.uint16), format="yuv420p10le")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("space", one_in(2, PATCHES))
def test_colors_become_those_of_bt709(tmp_path, space):
    path = patches(tmp_path / "a.mkv", space)
    assert probe(path).recolored
    out, _ = rendered(path)
    with av.open(str(out)) as container:
        frame = next(container.decode(video=0))
        assert (frame.color_trc, frame.color_primaries, frame.colorspace) == (1, 1, 1)
        pixels = frame.reformat(format="rgb24", src_colorspace="itu709").to_ndarray()
    for number, (name, (_, right)) in enumerate(PATCHES[space].items()):
        seen = pixels[12:20, 32 * number + 12 : 32 * number + 20].mean(axis=(0, 1))
        assert seen == pytest.approx(right, abs=6), name


CORNERS = np.zeros((64, 96, 3), np.uint8)
CORNERS[:32, :48], CORNERS[:32, 48:] = (200, 30, 30), (30, 200, 30)
CORNERS[32:, :48], CORNERS[32:, 48:] = (30, 30, 200), (200, 200, 200)
ORIENTATIONS = [
    ((1, 0, 0, 1), CORNERS),
    ((-1, 0, 0, 1), CORNERS[:, ::-1]),
    ((1, 0, 0, -1), CORNERS[::-1]),
    ((-1, 0, 0, -1), CORNERS[::-1, ::-1]),
    ((0, 1, -1, 0), np.rot90(CORNERS, -1)),
    ((0, -1, 1, 0), np.rot90(CORNERS)),
    ((0, 1, 1, 0), CORNERS.swapaxes(0, 1)),
    ((0, -1, -1, 0), CORNERS[::-1, ::-1].swapaxes(0, 1)),
]


@pytest.mark.parametrize(("matrix", "right"), ORIENTATIONS, ids=lambda value: str(value)[:14])
def test_every_orientation_is_shown_as_players_show_it(tmp_path, matrix, right):
    """MPEG-4 is encoded again, so that flips and turns are made in the pixels."""
    path = film(
        tmp_path / "a.mp4",
        seconds=0.4,
        sounds=[],
        codec="mpeg4",
        size=(96, 64),
        draw=lambda number, size: CORNERS,
    )
    out, result = rendered(made.matrix(path, *matrix))
    assert not result.copied
    with av.open(str(out)) as container:
        shown = next(container.decode(video=0)).to_ndarray(format="rgb24")
    assert shown.shape == right.shape
    assert np.abs(shown.astype(int) - right).mean() < 12


@pytest.mark.parametrize("matrix", [m for m, _ in ORIENTATIONS], ids=str)
def test_a_copy_keeps_the_orientation(tmp_path, matrix):
    path = made.matrix(film(tmp_path / "a.mp4", seconds=0.4, sounds=[]), *matrix)
    out, result = rendered(path)
    before, after = probe(path), probe(out)
    assert result.copied
    assert (after.rotation, after.mirrored) == (before.rotation, before.mirrored)
    assert (after.width, after.height) == (before.width, before.height)


def interlaced(path):
    """A bar that moves from field to field."""

    def comb(number, size):
        width, height = size
        frame = np.full((height, width, 3), 60, np.uint8)
        for row in range(height):
            left = (8 * number + 4 * (row % 2)) % width
            frame[row, left : left + 20] = 220
        return frame

    with av.open(str(path), "w") as out:
        stream = out.add_stream(
            "mpeg2video", rate=25, options={"flags": "+ildct+ilme", "qmin": "1"}
        )
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        stream.bit_rate = 8_000_000
        for number in range(12):
            frame = av.VideoFrame.from_ndarray(comb(number, (160, 96)), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def combs(path):
    """Count pixels that differ from both the row above and the row below, in the same direction."""
    with av.open(str(path)) as container:
        gray = [f.to_ndarray(format="gray").astype(int) for f in container.decode(video=0)]
    middle = [g[1:-1] for g in gray]
    teeth = [
        (np.minimum(np.abs(m - g[:-2]), np.abs(m - g[2:])) > 40) & ((m > g[:-2]) == (m > g[2:]))
        for m, g in zip(middle, gray, strict=True)
    ]
    return sum(int(t.sum()) for t in teeth)


def test_interlaced_frames_are_deinterlaced(tmp_path):
    path = interlaced(tmp_path / "a.mkv")
    before = combs(path)
    assert before > 1000
    out, _ = rendered(path)
    assert combs(out) < before / 20
    assert len(made.times(out)) == 12


def transparent(path, codec, pixels):
    """A green square; what hides behind the transparency around it is magenta."""
    image = np.zeros((64, 96, 4), np.uint8)
    image[:] = (255, 0, 255, 0)
    image[16:48, 32:64] = (0, 200, 0, 255)
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, pixels
        if codec.startswith("libvpx"):
            stream.options = {"auto-alt-ref": "0"}
            stream.bit_rate = 1_000_000
        for number in range(5):
            frame = av.VideoFrame.from_ndarray(image, format="rgba").reformat(format=pixels)
            frame.pts, frame.time_base = number, Fraction(1, 25)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("name", "codec", "pixels"),
    [
        ("a.mov", "qtrle", "argb"),
        ("a.mov", "prores_ks", "yuva444p10le"),
        ("a.webm", "libvpx-vp9", "yuva420p"),
    ],
)
def test_what_is_transparent_is_black(tmp_path, name, codec, pixels):
    path = transparent(tmp_path / name, codec, pixels)
    assert probe(path).recolored
    out, _ = rendered(path)
    with av.open(str(out)) as container:
        shown = next(container.decode(video=0)).to_ndarray(format="rgb24").astype(int)
    assert shown[4:12, 4:24].max() < 30
    assert shown[28:36, 44:52].mean(axis=(0, 1)) == pytest.approx((0, 200, 0), abs=25)


def grows(path):
    """A call whose picture turns from 96x64 to 64x96 on the way; a white square in both."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libvpx", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        number = 0
        for size in ((96, 64), (64, 96)):
            encoder = av.CodecContext.create("libvpx", "w")
            encoder.width, encoder.height, encoder.pix_fmt = *size, "yuv420p"
            encoder.time_base, encoder.bit_rate = Fraction(1, 25), 2_000_000
            image = np.full((size[1], size[0], 3), 30, np.uint8)
            image[size[1] // 2 - 16 :, size[0] // 2 - 16 :][:32, :32] = 255
            for _ in range(10):
                frame = av.VideoFrame.from_ndarray(image, format="rgb24")
                frame.pts, frame.time_base = number, Fraction(1, 25)
                number += 1
                for packet in encoder.encode(frame):
                    packet.stream = stream
                    out.mux_one(packet)
            for packet in encoder.encode(None):
                packet.stream = stream
                out.mux_one(packet)
    return path


def test_a_picture_that_changes_its_shape_is_fitted_and_not_stretched(tmp_path):
    out, _ = rendered(grows(tmp_path / "a.webm"))
    with av.open(str(out)) as container:
        shown = [f.to_ndarray(format="gray") for f in container.decode(video=0)]
    assert len(shown) == 20
    for picture in (shown[3], shown[16]):
        rows, columns = (np.flatnonzero((picture > 200).any(axis=axis)) for axis in (1, 0))
        assert len(rows) == pytest.approx(len(columns), abs=3)


# ------------------------------------------------------------------ what is refused


def unknown_video(path):
    return patched(film(path), b"avc1", b"zzzz", times=9)


def encrypted(path):
    data = film(path).read_bytes()
    at = data.index(b"stsd")
    at = data.index(b"avc1", at)
    path.write_bytes(data[:at] + b"encv" + data[at + 4 :])
    return path


def unreadable_heic(path):
    return bytes_to(path, struct.pack(">I4s4sI", 16, b"ftyp", b"heic", 0))


def without_index(path):
    """A recording whose camera lost its power before it wrote the index."""
    data = film(path).read_bytes()
    return bytes_to(path, data[: data.index(b"moov") - 4])


def without_beginning(path):
    """Fragments of a live stream, saved from the middle on."""
    data = film(path, muxing=FRAGMENTS).read_bytes()
    return bytes_to(path, data[data.index(b"moof") - 4 :])


def concat_script(path):
    """A script of FFmpeg that names a film beside it."""
    film(path.with_name("other.mp4"))
    path.write_text("ffconcat version 1.0\nfile other.mp4\n")
    return path


def playlist(path):
    path.write_text("#EXTM3U\n#EXTINF:3,\nother.ts\n#EXT-X-ENDLIST\n")
    return path


def absurd(path):
    """A recording with one frame 30 hours on."""
    film(path, sounds=[])
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
        ("a.mkv", absurd, "says that it lasts 30.0 hours"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(tmp_path, name, make, words):
    path = make(tmp_path / name)
    with pytest.raises(MediaError, match=words) as caught:
        probe(path)
    assert caught.value.remedy
