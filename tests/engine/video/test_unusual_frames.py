"""Colors, orientations, interlacing, transparency and shapes: each is shown as players show it."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from nemomusic.engine.media.probe import probe
from support import creators_files as made
from support.creators_cases import interlaced, rendered
from support.creators_files import draw_clip
from support.rows import one_in

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
    path = draw_clip(
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
    path = made.matrix(draw_clip(tmp_path / "a.mp4", seconds=0.4, sounds=[]), *matrix)
    out, result = rendered(path)
    before, after = probe(path), probe(out)
    assert result.copied
    assert (after.rotation, after.mirrored) == (before.rotation, before.mirrored)
    assert (after.width, after.height) == (before.width, before.height)


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
    """Return a green square; what hides behind the transparency around it is magenta."""
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
    """Return a call whose frame turns from 96x64 to 64x96 on the way; a white square in both."""
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


def test_a_frame_that_changes_its_shape_is_fitted_and_not_stretched(tmp_path):
    out, _ = rendered(grows(tmp_path / "a.webm"))
    with av.open(str(out)) as container:
        shown = [f.to_ndarray(format="gray") for f in container.decode(video=0)]
    assert len(shown) == 20
    for frame in (shown[3], shown[16]):
        rows, columns = (np.flatnonzero((frame > 200).any(axis=axis)) for axis in (1, 0))
        assert len(rows) == pytest.approx(len(columns), abs=3)
