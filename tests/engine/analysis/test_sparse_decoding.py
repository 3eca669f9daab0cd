"""Looking at a part of the frames first: what may be left out, and what is made up for later."""

from __future__ import annotations

import threading

import av
import numpy as np
import pytest

from nemomusic.engine.analysis import thumbnails as frames
from nemomusic.engine.analysis.analyze import analyze
from nemomusic.engine.analysis.gop_selection import PacketRange, Packets, ranges_around
from nemomusic.engine.analysis.h264_references import References
from nemomusic.engine.analysis.shot_detector import ShotBoundaryDetector
from nemomusic.engine.analysis.thumbnails import SparseDecoder, Thumbnail
from nemomusic.engine.demo.scenes import SCENES
from nemomusic.engine.media.ordered_parallel import run_in_order
from nemomusic.engine.media.probe import probe
from support.drawn_clips import RATE, shots, waves, write
from support.rows import quick_rows

FRAME = 1 / RATE
PYRAMID = "b-adapt=0:bframes=3:b-pyramid=normal:keyint=25:scenecut=0"


def restless(number, width, height):
    """Return stripes that turn: frames of which an encoder keeps several to refer to."""
    noise = np.random.default_rng(number).integers(0, 40, (height, width, 3))
    return np.minimum(waves(number * 3, width, height, shot=number // 4) + noise, 255).astype(
        np.uint8
    )


def b_frames_droppable(path):
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        references = References(stream.codec_context.extradata or b"")
        for packet in container.demux(stream):
            if packet.size:
                references.feed(bytes(packet), key=packet.is_keyframe)
    return references.b_frames_droppable


@pytest.mark.parametrize("name", quick_rows({"a.mp4"}, ["a.mp4", "a.mkv", "a.ts", "a.avi"]))
@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        (f"{PYRAMID}:ref=1", True),
        (f"{PYRAMID}:ref=4:mixed-refs=1", False),
        ("bframes=3:b-pyramid=none:keyint=25:scenecut=0:ref=4", True),
        ("bframes=3:b-pyramid=strict:b-adapt=0:keyint=25:scenecut=0:ref=1", True),
        ("bframes=0:keyint=25:scenecut=0:ref=4", True),
    ],
)
def test_whether_other_frames_need_the_b_frames(tmp_path, name, parameters, expected):
    options = {"x264-params": parameters, "preset": "fast"}
    path = write(tmp_path / name, restless, frames=75, **options)
    assert b_frames_droppable(path) == [expected] * 3


@pytest.mark.parametrize("parameters", [f"{PYRAMID}:ref=1", f"{PYRAMID}:ref=4"])
def test_what_is_left_out_changes_nothing_in_the_rest(tmp_path, parameters):
    options = {"x264-params": parameters, "preset": "fast"}
    path = write(tmp_path / "a.mp4", restless, frames=100, **options)
    decoder = SparseDecoder(path, probe(path))
    dense = {round(g.time * RATE): g for g in decoder.thumbnails() if g is not None}
    sparse = [g for g in decoder.thumbnails(sparse=True) if g is not None]
    assert len(dense) == 100
    assert 100 / 4 <= len(sparse) <= 75
    numbers = [round(thumbnail.time * RATE) for thumbnail in sparse]
    for thumbnail, number, before in zip(sparse, numbers, [-1, *numbers], strict=False):
        assert np.array_equal(thumbnail.planes, dense[number].planes)
        assert thumbnail.follows == (number == before + 1)


@pytest.mark.parametrize("change", [lambda _: b"", lambda p: p[:5], lambda p: b"\xff" * len(p)])
def test_headers_that_make_no_sense_promise_nothing(tmp_path, change):
    path = write(tmp_path / "a.mp4", frames=50, g="25", sc_threshold="0")
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        setup = stream.codec_context.extradata
        packets = [(bytes(p), p.is_keyframe) for p in container.demux(stream) if p.size]
    references = References(change(setup))
    for packet, key in packets:
        references.feed(packet, key=key)
    assert references.b_frames_droppable == [False, False]
    references = References(setup)
    for packet, key in packets:
        references.feed(change(packet), key=key)
    assert references.b_frames_droppable == [False, False]


def test_intra_refresh_has_no_frame_to_begin_with_but_the_first(tmp_path):
    options = {"x264-params": "intra-refresh=1:keyint=10:scenecut=0"}
    path = write(tmp_path / "a.mp4", restless, frames=60, **options)
    decoder = SparseDecoder(path, probe(path))
    assert decoder.packets.starts.tolist() == [0]


def test_the_same_with_any_number_of_threads(tmp_path, monkeypatch):
    cuts = (33, 60, 101, 139, 170, 175)
    path = write(tmp_path / "a.mp4", shots(cuts), frames=200, **{"x264-params": PYRAMID})
    seen = []
    for threads in (1, 2, 3):
        monkeypatch.setattr(frames, "_MAX_THREADS", threads)
        monkeypatch.setattr(frames.os, "cpu_count", lambda: 8)
        seen.append(analyze(path))
    assert seen[0] == seen[1] == seen[2]
    assert [cut.time for cut in seen[0].cuts[:4]] == pytest.approx([n * FRAME for n in cuts[:4]])


def packets(count, group):
    return Packets(np.arange(count) * FRAME, np.full(count, 500), np.arange(count) % group == 0)


def test_groups_that_spans_reach_into_are_decoded_from_their_start():
    runs = ranges_around(packets(200, 25), [(2.2, 2.23), (6.1, 6.13)])
    assert [(run.first, run.end) for run in runs] == [(25, 69), (125, 166)]
    assert [run.start for run in runs] == pytest.approx([1.0, 5.0])
    assert ranges_around(packets(200, 25), []) == ()


def test_a_run_by_the_group():
    of = packets(100, 25)
    assert PacketRange(25, 60, 1.0, 2.4).groups(of) == (
        PacketRange(25, 50, 1.0, 2.0),
        PacketRange(50, 60, 2.0, 2.4),
    )
    assert PacketRange(0, 10, 0.0, 0.4).groups(of) == (PacketRange(0, 10, 0.0, 0.4),)


def found(draw, *, leave_out=()):
    finder = ShotBoundaryDetector()
    last = -1
    for number in range(60):
        if number in leave_out:
            continue
        rgb = draw(number, 96, 54)
        planes = np.ascontiguousarray(rgb.transpose(2, 0, 1))
        finder.feed(Thumbnail(number * FRAME, planes, follows=number == last + 1))
        last = number
    finder.finish()
    return [round(cut.time * RATE) for cut in finder.cuts], [
        (round(doubt.start * RATE), round(doubt.end * RATE)) for doubt in finder.uncertain
    ]


def test_a_cut_between_frames_left_out_is_in_doubt():
    assert found(shots((30,))) == ([30], [])
    assert found(shots((30,)), leave_out=(30, 31)) == ([], [(29, 32)])
    assert found(shots((30,)), leave_out=(29,)) == ([], [(28, 30)])


def test_a_cut_whose_frames_are_there_is_not():
    assert found(shots((30,)), leave_out=(25, 27, 32, 34)) == ([30], [])


def test_many_frames_left_out_are_in_doubt_however_alike_those_around_are():
    still = lambda _number, width, height: waves(0, width, height)  # noqa: E731
    assert found(still, leave_out=range(20, 25)) == ([], [])
    assert found(still, leave_out=range(20, 35)) == ([], [(19, 35)])


def test_cuts_between_pictures_of_one_layout():
    drawn = [scene((96, 54), np.random.default_rng(0)) for scene in SCENES]
    stills = [np.asarray(one.draw(1.0).convert("YCbCr")) for one in drawn]
    pairs = [(one, other) for one in range(len(stills)) for other in range(len(stills))]
    for one, other in pairs:
        cuts, _ = found(lambda number, *_, a=one, b=other: stills[a if number < 30 else b])
        assert cuts == ([30] if one != other else []), (one, other)


def test_a_shot_that_comes_back_at_the_next_key_frame(tmp_path):
    def still(shot, width, height):
        levels = np.random.default_rng(shot).integers(20, 90 * (shot + 1), (18, 32, 3))
        return np.kron(levels, np.ones((height // 18, width // 32, 1)))

    def draw(number, width, height):
        if number >= 80:
            return still(0 if number < 120 else 2, width, height).astype(np.uint8)
        share = min(1.0, max(0.0, (number - 20) / 15))  # of the shot between
        return (still(0, width, height) * (1.0 - share) + still(1, width, height) * share).astype(
            np.uint8
        )

    path = write(tmp_path / "a.mp4", draw, frames=170)
    assert SparseDecoder(path, probe(path)).packets.starts.tolist() == [0, 80, 120]
    assert [round(cut.time * RATE) for cut in analyze(path).cuts] == [80, 120]


def produce(pieces):
    for piece in pieces:
        for item in range(piece * 30):
            yield piece, item


@pytest.mark.parametrize("threads", [1, 2, 4, 40])
def test_what_threads_make_comes_in_order(threads):
    expected = [(piece, item) for piece in range(20) for item in range(piece * 30)]
    assert list(run_in_order(20, threads, produce)) == expected


def test_a_thread_that_is_done_takes_the_next_piece():
    first_goes_on, made = threading.Event(), {}

    def one_is_slow(pieces):
        for piece in pieces:
            if piece == 0:
                assert first_goes_on.wait(180)
            made[piece] = threading.get_ident()
            if piece == 4:
                first_goes_on.set()
            yield piece, piece

    assert list(run_in_order(6, 2, one_is_slow)) == [(n, n) for n in range(6)]
    assert len({made[piece] for piece in (1, 2, 3, 4)}) == 1
    assert made[0] != made[1]


def test_nothing_to_do():
    assert list(run_in_order(0, 2, produce)) == []


def test_threads_may_end_before_all_pieces_are_taken():
    def one_each(pieces):
        yield next(pieces), "made"

    assert list(run_in_order(9, 2, one_each)) == [(0, "made"), (1, "made")]


def test_an_error_in_a_thread_is_raised_in_its_place():
    def fail(pieces):
        for piece in pieces:
            if piece == 5:
                raise ValueError("five")
            yield piece, "made"

    taken, before = [], set(threading.enumerate())  # some may be ending
    with pytest.raises(ValueError, match="five"):
        for piece, _ in run_in_order(9, 2, fail):
            taken.append(piece)
    assert taken == [0, 1, 2, 3, 4]
    assert not set(threading.enumerate()) - before


def test_an_error_before_the_first_piece_is_raised_too():
    def fail(pieces):
        raise ValueError("none")
        yield

    with pytest.raises(ValueError, match="none"):
        list(run_in_order(9, 2, fail))


def test_threads_end_when_nobody_wants_more():
    before = set(threading.enumerate())
    for piece, item in run_in_order(31, 2, produce):
        if (piece, item) == (2, 10):
            break
    else:
        pytest.fail("nothing was made")
    assert not set(threading.enumerate()) - before


def test_key_frames_are_those_groups_begin_with(tmp_path):
    options = {"x264-params": "intra-refresh=1:keyint=10:min-keyint=5"}
    path = write(tmp_path / "a.mp4", shots((22, 47)), frames=60, **options)
    decoder = SparseDecoder(path, probe(path))
    starts = decoder.packets.times[decoder.packets.starts]
    assert [thumbnail.time for thumbnail in decoder.key_thumbnails()] == pytest.approx(
        starts.tolist()
    )


@pytest.mark.parametrize(
    ("name", "options", "decoded"),
    [
        ("a.webm", {"codec": "libvpx", "deadline": "realtime", "cpu-used": "8"}, True),
        ("a.mp4", {"x264-params": PYRAMID, "preset": "ultrafast"}, False),
        ("a.avi", {"codec": "mpeg4"}, True),
    ],
)
def test_whether_all_frames_were_decoded(tmp_path, name, options, decoded):
    assert analyze(write(tmp_path / name, frames=100, **options)).decoded is decoded
