"""A sound font of one instrument, written by hand: a sine of 441 Hz with a loop, and its header."""

from __future__ import annotations

import io
import struct

import av
import numpy as np

RATE = 44_100
LENGTH = 4_410
LOOP = (400, 4_400)  # 40 periods of 100 points


def chunk(name, data):
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def folder(name, *chunks):
    return chunk(b"LIST", name + b"".join(chunks))


def sine():
    return (0.5 * np.sin(2 * np.pi * np.arange(LENGTH) / 100) * 32_767).astype("<i2")


def vorbis(points):
    """Compress points as Ogg Vorbis, as SF3 files hold them."""
    out = io.BytesIO()
    with av.open(out, "w", format="ogg") as container:
        # FFmpeg's own encoder knows stereo only; readers mix it down.
        stream = container.add_stream(
            "vorbis", rate=RATE, layout="stereo", options={"strict": "experimental"}
        )
        line = points.astype(np.float32) / 32_768
        samples = np.ascontiguousarray(np.stack([line, line]))
        fifo = av.AudioFifo()
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = RATE, 0
        fifo.write(frame)
        while piece := fifo.read(64):
            container.mux(stream.encode(piece))
        while piece := fifo.read(partial=True):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return out.getvalue()


def write_font(path, *, root=69, compressed=False, keys=(0, 127), generators=()):
    """Write a font with one preset (bank 0, program 0); return its path."""
    points = sine()
    data = vorbis(points) if compressed else points.tobytes() + bytes(92)
    end = len(data) if compressed else LENGTH
    zone = [(43, keys[0] | keys[1] << 8), (54, 1), *generators, (53, 0)]
    header = b"sine".ljust(20, b"\0") + struct.pack(
        "<5IBbHH", 0, end, *LOOP, RATE, root, 0, 0, 0x11 if compressed else 1
    )
    preset = b"sine".ljust(20, b"\0") + struct.pack("<HHHIII", 0, 0, 0, 0, 0, 0)
    last = b"EOP".ljust(20, b"\0") + struct.pack("<HHHIII", 0, 0, 1, 0, 0, 0)
    tables = folder(
        b"pdta",
        chunk(b"phdr", preset + last),
        chunk(b"pbag", struct.pack("<HHHH", 0, 0, 1, 0)),
        chunk(b"pmod", bytes(10)),
        chunk(b"pgen", struct.pack("<HhHh", 41, 0, 0, 0)),
        chunk(
            b"inst",
            b"sine".ljust(20, b"\0")
            + struct.pack("<H", 0)
            + b"EOI".ljust(20, b"\0")
            + struct.pack("<H", 1),
        ),
        chunk(b"ibag", struct.pack("<HHHH", 0, 0, len(zone), 0)),
        chunk(b"imod", bytes(10)),
        chunk(b"igen", b"".join(struct.pack("<HH", a, b & 0xFFFF) for a, b in zone) + bytes(4)),
        chunk(b"shdr", header + b"EOS".ljust(46, b"\0")),
    )
    body = b"sfbk" + folder(b"INFO", chunk(b"ifil", struct.pack("<HH", 2, 4)))
    body += folder(b"sdta", chunk(b"smpl", data)) + tables
    path.write_bytes(chunk(b"RIFF", body))
    return path
