"""Files of creators with one trouble each, made from a clip that flashes and beeps."""

from __future__ import annotations

import struct
from fractions import Fraction
from functools import partial

import av
import numpy as np
from av.stream import Disposition
from PIL import Image

from nemomusic.engine.media.probe import probe
from nemomusic.engine.types import RenderPlan, Shot
from nemomusic.engine.video.render import render
from support import creators_files as made
from support.creators_files import AT, beeps, draw_clip, patched, silence
from support.transport_streams import mpeg_crc

ONE_FRAME = 0.041
KNOWN = list(AT)
NOISE = (0.001 * np.random.default_rng(0).standard_normal(3 * 48000)).astype(np.float32)


def tagged(path, tag=b"\xf9\xec\xe5\xed"):
    """Return an AVI with a title in an old encoding: here a Hebrew one."""

    def title(container):
        container.metadata["title"] = "x" * len(tag)

    draw_clip(path, before=title, sound_codec="libmp3lame", bf="0")
    return patched(path, b"x" * len(tag), tag)


def old_handler(path):
    return patched(
        draw_clip(path), b"VideoHandler", b"\xce\xf1\xed\xee\xe2\xed\xee\xe9\xff\xfe\xfd\xfc"
    )


def undecodable_sound(path):
    """Return a MOV whose first sound track is in a codec that is not known."""
    path = draw_clip(path, sounds=[beeps(), beeps()])
    return patched(patched(path, b"mp4a", b"apac"), b"esds", b"dapa")


def damaged_codec(path):
    """Return a MOV in which other bytes lie over the codec of the first sound track."""
    path = draw_clip(path, sounds=[beeps(), beeps()])
    return patched(patched(path, b"mp4a", b"\1\2\3\x90"), b"esds", b"dapa")


def thumbnail_first(path):
    """Return a file whose first video track is one small frame."""

    def thumbnail(container):
        stream = container.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuvj420p"
        frame = av.VideoFrame.from_ndarray(np.full((64, 96, 3), 90, np.uint8), format="rgb24")
        frame.pts, frame.time_base = 0, Fraction(1, 25)
        early.extend([*stream.encode(frame), *stream.encode(None)])

    early = []
    return draw_clip(path, before=thumbnail, more=early)


def ambisonic(path):
    sound = np.stack([beeps(), *[silence()] * 3])
    return draw_clip(
        path,
        sounds=[sound],
        sound_codec="libopus",
        layout="quad",
        sound_options={"mapping_family": "2"},
    )


def spherical_box(path, **made_with):
    """Return an MP4 of a 360-degree camera: four channels, and a box that says W, Y, Z, X."""
    sound = np.stack([beeps(), *[NOISE * 300] * 3])
    path = draw_clip(path, sounds=[sound], layout="4.0", **made_with)
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
    """Return an MP4 whose colors have no other form than that of Dolby Vision, profile 5."""
    video = draw_clip(path, codec="libx265", **{"x265-params": "log-level=none"})
    return with_box(video, b"vmhd", struct.pack(">I4sBBHB19x", 32, b"dvcC", 1, 0, 5 << 9 | 0x35, 0))


def dolby_vision_in(path):
    """Return the same in another container."""
    source = dolby_vision(path.with_name("source.mp4"))
    return made.copied(source, path)


def dolby_vision_broadcast(path):
    """Return the same in a transport stream: in a descriptor of the table of the program."""
    data = draw_clip(path, container="mpegts").read_bytes()
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
    """Return an MP4 of a 360-degree camera."""

    def box(name, content):
        return struct.pack(">I4s", 8 + len(content), name) + content

    projection = box(b"proj", box(b"prhd", bytes(16)) + box(b"equi", bytes(20)))
    return with_box(draw_clip(path), b"vmhd", box(b"sv3d", box(b"svhd", bytes(6)) + projection))


def telemetry(path):
    """Return a MOV with a track of what a camera measured."""
    data = draw_clip(path, sounds=[beeps(), silence()], sound_codec="pcm_s16le").read_bytes()
    for old, new in ((b"soun", b"meta"), (b"sowt", b"gpmd")):
        at = data.rindex(old)
        data = data[:at] + new + data[at + 4 :]
    return bytes_to(path, data)


def cover(path):
    """Return a clip with a cover picture."""

    def cover(container):
        stream = container.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuvj420p"
        stream.disposition = Disposition.attached_pic
        frame = av.VideoFrame.from_ndarray(np.full((64, 96, 3), 90, np.uint8), format="rgb24")
        frame.pts, frame.time_base = 0, Fraction(1, 25)
        early.extend([*stream.encode(frame), *stream.encode(None)])

    early = []
    return draw_clip(path, before=cover, more=early)


def one_behind_the_other(path):
    """Return two MP4s in one file."""
    return bytes_to(path, draw_clip(path).read_bytes() * 2)


def eight_channels(path):
    sound = np.stack([beeps(), silence(), beeps(), *[silence()] * 5])
    return draw_clip(path, sounds=[sound], sound_codec="pcm_s16le", layout="7.1")


def stream_parts(path, *, later):
    """Return two transport streams in one file; the second clock starts `later` seconds on."""
    parts = []
    for number, offset in enumerate((0.0, later)):
        part = path.with_name(f"{number}.ts")
        draw_clip(part, container="mpegts", muxing={"output_ts_offset": str(offset)})
        parts.append(part.read_bytes())
    path.write_bytes(b"".join(parts))
    return path


def other_identifiers(path, form=bytes, *, cut=0):
    """Return two transport streams in one file: the second one has its tracks on other PIDs.

    Args:
        path: Where to.
        form: Changes each of the streams.
        cut: Bytes that the first one lacks at its end.
    """
    first, later = path.with_name("0.ts"), path.with_name("1.ts")
    draw_clip(first, container="mpegts")
    pids = {"mpegts_start_pid": "512", "mpegts_pmt_start_pid": "4352"}
    draw_clip(later, container="mpegts", muxing=pids)
    data = form(first.read_bytes())
    return bytes_to(path, data[: len(data) - cut] + form(later.read_bytes()))


def overlapping(path):
    """Return two transport streams in one file; the second has another size, and starts early."""
    parts = []
    for number, (offset, size) in enumerate(((0.0, made.SIZE), (2.92, (128, 72)))):
        part = path.with_name(f"{number}.ts")
        muxing = {"output_ts_offset": str(offset), "muxdelay": "0"}
        parts.append(draw_clip(part, container="mpegts", size=size, muxing=muxing).read_bytes())
    return bytes_to(path, b"".join(parts))


def joined_discs(path):
    """Return two VOBs of a DVD in one file."""
    vob = draw_clip(path.with_name("a.vob"), codec="mpeg2video", sound_codec="mp2", container="vob")
    return bytes_to(path, vob.read_bytes() * 2)


def two_programs(path):
    """Return a recording of two programs at one time, the larger frame in the second."""
    parts = []
    for number, size in ((1, (96, 64)), (2, made.SIZE)):
        muxing = {
            "mpegts_service_id": str(number),
            "mpegts_start_pid": str(256 * number),
            "mpegts_pmt_start_pid": str(4096 + number),
        }
        part = path.with_name(f"{number}.ts")
        sounds = [beeps() if number == 2 else NOISE]
        draw_clip(part, container="mpegts", muxing=muxing, size=size, sounds=sounds)
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
    """Return an MP4 without its table of presentation times."""
    path = draw_clip(path, bf="2")
    return patched(patched(path, b"ctts", b"free"), b"edts", b"free", times=9)


def claims_an_hour(path):
    path = draw_clip(path, muxing={"movflags": "frag_keyframe+empty_moov"})
    data = bytearray(path.read_bytes())
    at = data.find(b"mdhd")
    while at > 0:
        (scale,) = struct.unpack(">I", data[at + 16 : at + 20])
        data[at + 20 : at + 24] = struct.pack(">I", scale * 3600)
        at = data.find(b"mdhd", at + 4)
    path.write_bytes(data)
    return path


def power_cut(path, **made_with):
    return made.cut(draw_clip(path, **made_with), 0.8)


def animation(path):
    images = [Image.fromarray(made.frame(5 * n)) for n in range(15)]  # 5 fps
    images[0].save(path, save_all=True, append_images=images[1:], duration=200, lossless=True)
    return path


def starts_inside(path):
    """Return a recording of a broadcast that starts between two key frames."""
    data = draw_clip(path, container="mpegts", bf="0", sc_threshold="0").read_bytes()
    packets = len(data) // 188
    return bytes_to(path, data[packets // 5 * 188 :])


def lost_packets(path):
    """Return a recording of a broadcast with bad reception for a moment."""
    data = draw_clip(path, container="mpegts", bf="0").read_bytes()
    at = len(data) // 188 // 2 * 188
    return bytes_to(path, data[:at] + data[at + 188 * 3 :])


def overwritten(path, noise=True, **made_with):
    """Return a clip with a lost block in the middle, as a bad card or a broken download leaves it.

    Args:
        path: Where to.
        noise: Whether the block holds random bytes; else zeros.
        made_with: Of the clip.
    """
    options = {"g": "5"} | made_with
    data = bytearray(draw_clip(path, **options).read_bytes())
    first = next(
        data.index(name) for name in (b"mdat", b"\x1f\x43\xb6\x75", b"movi") if name in data
    )
    begin = first + (len(data) - first) // 2
    length = (len(data) - first) // 8
    lost = np.random.default_rng(0).bytes(length) if noise else bytes(length)
    data[begin : begin + length] = lost
    return bytes_to(path, data)


def overwritten_mkv(path, noise):
    """Return an MKV with a lost block: its clusters are short, as those of recordings are."""
    return overwritten(path, noise, muxing={"cluster_time_limit": "300"})


def other_rate(path):
    """Return a broadcast whose sound changes its rate and channels: a clip, an advertisement."""
    first, later = path.with_name("0.ts"), path.with_name("1.ts")
    draw_clip(first, container="mpegts")
    draw_clip(
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


def rendered(path, **options):
    """Give the finished video of a clip, and what was said of it."""
    found = probe(path, **options)
    plan = RenderPlan(shots=(Shot(str(path), found.duration),))
    out = path.with_name("out.mp4")
    result = render(plan, out, probe=partial(probe, **options))
    return out, result


def interlaced(path):
    """Return a bar that moves from field to field."""

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
