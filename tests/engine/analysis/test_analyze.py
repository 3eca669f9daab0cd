"""What clips look like: cuts, motion, colors; and what of a clip is decoded to find out."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from nemomusic.engine.analysis.analyze import analyze
from nemomusic.engine.analysis.gop_selection import Packets, select_ranges, worth_choosing
from nemomusic.engine.analysis.shot_detector import ShotBoundaryDetector
from nemomusic.engine.analysis.soft_transitions import SoftTransitionDetector
from nemomusic.engine.analysis.thumbnails import SparseDecoder, Thumbnail
from nemomusic.engine.errors import MediaError
from nemomusic.engine.media.probe import probe
from nemomusic.engine.types import ClipAnalysis, Cut
from support import drawn_clips
from support.drawn_clips import RATE, shots, waves, write
from support.rows import one_in

FRAME = 1 / RATE
CUTS = (33, 60, 101, 139)  # frame numbers; none at a multiple of a group's length
TIMES = [number * FRAME for number in CUTS]
FIXED = {"sc_threshold": "0"}  # key frames at fixed distances, whatever is shown


def times(analysis):
    return [cut.time for cut in analysis.cuts]


def solid(*color):
    return lambda _number, width, height: np.full((height, width, 3), color, np.uint8)


@pytest.mark.parametrize(
    ("name", "made_with"),
    one_in(
        3,
        [
            ("scenecut.mp4", {}),
            ("fixed.mp4", {"g": "250", **FIXED}),
            ("phone.mov", {"g": "25", "bf": "0", **FIXED}),
            ("pyramid.mkv", {"g": "50", "bf": "3", **FIXED}),
            ("tight.mp4", {"g": "25", "b": "60k", "maxrate": "60k", "bufsize": "30k", **FIXED}),
            ("refresh.mp4", {"x264-params": "intra-refresh=1:keyint=30:scenecut=0"}),
            ("open.mp4", {"x264-params": "open-gop=1:keyint=30:scenecut=0:bframes=3"}),
            ("mpeg4.avi", {"codec": "mpeg4", "g": "12"}),
            ("still.avi", {"codec": "mjpeg", "pixels": "yuvj420p"}),
            ("web.webm", {"codec": "libvpx-vp9", "deadline": "realtime", "cpu-used": "8"}),
            ("deep.mp4", {"pixels": "yuv420p10le"}),
            ("odd.mkv", {"codec": "mpeg4", "size": (161, 91)}),
            ("upright.mp4", {"size": (90, 160)}),
        ],
    ),
)
def test_hard_cuts_to_the_frame(tmp_path, name, made_with):
    analysis = analyze(write(tmp_path / name, shots(CUTS), frames=175, **made_with))
    assert times(analysis) == pytest.approx(TIMES, abs=FRAME / 2)
    assert all(0.2 < cut.strength <= 1.0 for cut in analysis.cuts)
    assert analysis.duration == pytest.approx(7.0, abs=FRAME)
    for column in (analysis.motion, analysis.brightness, analysis.warmth, analysis.saturation):
        assert len(column) == 7


def test_cuts_where_frames_come_at_odd_times(tmp_path):
    ticks = np.cumsum([1, 2, 1, 4, 1, 1, 3] * 15).tolist()
    analysis = analyze(write(tmp_path / "a.mp4", shots((30, 70)), frames=ticks))
    assert times(analysis) == pytest.approx(
        [(ticks[n] - ticks[0]) * FRAME for n in (30, 70)], abs=0.01
    )


def test_time_starts_where_the_edit_list_does(tmp_path):
    path = write(
        tmp_path / "a.mp4",
        shots((50, 80)),
        frames=range(-20, 90),
        muxing={"avoid_negative_ts": "disabled"},
        g="12",
        bf="0",
    )
    analysis = analyze(path)
    assert times(analysis) == pytest.approx([30 * FRAME, 60 * FRAME], abs=FRAME / 2)
    assert analysis.duration == pytest.approx(90 * FRAME, abs=FRAME)


def flash(number, width, height):
    frame = waves(number, width, height)
    return np.minimum(frame.astype(int) + (150 if number in (40, 41, 90) else 0), 255).astype(
        np.uint8
    )


def photographers(number, width, height):
    white = number in (40, 41, 90)
    return np.full((height, width, 3), 255, np.uint8) if white else waves(number, width, height)


def dissolve(number, width, height):
    share = min(max((number - 40) / 25, 0.0), 1.0)
    one, other = (waves(number, width, height, shot=shot) for shot in (0, 1))
    return ((1 - share) * one + share * other).astype(np.uint8)


def calm_dissolve(number, width, height):
    share = min(max((number - 40) / 25, 0.0), 1.0)
    one, other = (waves(0, width, height, shot=shot) for shot in (0, 1))
    return ((1 - share) * one + share * other).astype(np.uint8)


def quick_dissolve(number, width, height):
    """Return a dissolve between still images, with two mixed frames."""
    share = min(max((number - 40) / 2.5, 0.0), 1.0)
    one, other = (pan(0, width, height, shot) for shot in (0, 1))
    return ((1 - share) * one + share * other).astype(np.uint8)


def pan(number, width, height, shot=0):
    """Draw a camera that moves by ten pixels a frame past blocks: dark ones, or bright ones."""
    low, high = ((20, 160), (110, 250))[shot]
    blocks = np.random.default_rng(shot).integers(low, high, (height // 9 + 1, 120))
    luma = np.kron(blocks, np.ones((9, 12), int))[:height, 10 * number : 10 * number + width]
    return np.repeat(luma[:, :, None], 3, axis=2).astype(np.uint8)


def moving_dissolve(number, width, height):
    share = min(max((number - 40) / 25, 0.0), 1.0)
    one, other = (pan(number, width, height, shot) for shot in (0, 1))
    return ((1 - share) * one + share * other).astype(np.uint8)


def black_before_gray(number, width, height):
    """Return a fade to black, which turns into a plain gray after half a second."""
    gray = np.full((height, width, 3), 4 * max(0, min(number, 100) - 72), np.uint8)
    return gray if number > 60 else fade(number, width, height)


def fade(number, width, height):
    share = min(abs(number - 60) / 30, 1.0)
    return (waves(number, width, height) * share).astype(np.uint8)


def fade_to_another_shot(number, width, height):
    share = min(abs(number - 60) / 25, 1.0)
    return (waves(number, width, height, shot=int(number >= 60)) * share).astype(np.uint8)


def short_fade(number, width, height):
    """Black for a moment between fades of a fifth of a second, in changing light."""
    away = abs(number - 60) - 6
    share = min(max(away / 5, 0.0), 1.0) * max(0.6, 1.0 - 0.05 * max(0, away - 5))
    return (waves(number, width, height, shot=int(number >= 60)) * share).astype(np.uint8)


def whip(number, width, height):
    speed = 12 if 40 <= number < 60 else 1
    return waves(number * speed, width, height, shot=1)


@pytest.mark.parametrize(
    "draw",
    one_in(
        2,
        [
            waves,
            flash,
            photographers,
            dissolve,
            fade,
            fade_to_another_shot,
            whip,
            short_fade,
        ],
    ),
)
@pytest.mark.parametrize(
    "made_with", one_in(2, [{"g": "25", **FIXED}, {}]), ids=["fixed", "scenecut"]
)
def test_what_is_not_a_cut(tmp_path, draw, made_with):
    path = write(tmp_path / "a.mp4", draw, frames=125, **made_with)
    assert times(analyze(path)) == []


@pytest.mark.parametrize(
    ("draw", "kind", "number"),
    [
        (calm_dissolve, "dissolve", 52.5),
        (moving_dissolve, "dissolve", 52.5),
        (quick_dissolve, "dissolve", 41.25),
        (fade_to_another_shot, "fade", 60),
        (short_fade, "fade", 60),
        (black_before_gray, "fade", 66),
        (pan, "", 0),
        (waves, "", 0),
        (whip, "", 0),
        (flash, "", 0),
    ],
)
def test_dissolves_and_fades_are_told_apart_from_cuts(draw, kind, number):
    finder = SoftTransitionDetector()
    for at in range(125):
        luma = draw(at, 96, 54).mean(axis=2)
        planes = np.stack([16 + luma * 219 / 255, np.full_like(luma, 120), np.full_like(luma, 135)])
        finder.feed(Thumbnail(at * FRAME, planes.astype(np.uint8)))
    finder.finish()
    cuts, found = finder.told_apart([Cut(number * FRAME, 1.0), Cut(4.9, 1.0)])
    assert [one.kind for one in found] == ([kind] if kind == "fade" else [])
    assert len(cuts) == (1 if kind == "fade" else 2)
    _, found = finder.told_apart([])
    assert [one.kind for one in found] == ([kind] if kind else [])
    for one in found:
        assert one.middle == pytest.approx(number * FRAME, abs=3 * FRAME)
        assert one.start < one.middle < one.end


@pytest.mark.parametrize(("block", "speed"), [(4, 2), (6, 3), (8, 2), (12, 2)])
def test_a_flash_that_goes_out_while_the_camera_moves_is_not_a_cut(block, speed):
    squares = np.random.default_rng(5).integers(30, 230, (70 // block + 1, 420 // block))
    scene = np.kron(squares, np.ones((block, block), int))
    finder = ShotBoundaryDetector()
    for number in range(50):
        left = number * speed
        light = {20: 200, 21: 100, 22: 45}.get(number, 0)
        luma = np.minimum(scene[:54, left : left + 96] + light, 235)
        planes = np.stack([luma, np.full_like(luma, 120), np.full_like(luma, 135)])
        finder.feed(Thumbnail(number * FRAME, planes.astype(np.uint8)))
    finder.finish()
    assert finder.cuts == []


@pytest.mark.parametrize("between", ["white", "blended"])
def test_cuts_with_one_frame_of_their_own(tmp_path, between):
    plain = shots(CUTS)

    def draw(number, width, height):
        if number not in CUTS:
            return plain(number, width, height)
        if between == "white":
            return np.full((height, width, 3), 250, np.uint8)
        sides = [plain(one, width, height).astype(int) for one in (number - 1, number)]
        return (sum(sides) // 2).astype(np.uint8)

    analysis = analyze(write(tmp_path / "a.mp4", draw, frames=175, g="25", **FIXED))
    assert times(analysis) == pytest.approx(TIMES, abs=1.5 * FRAME)


@pytest.mark.parametrize("plain", [(0, 0, 0), (235, 235, 225)])
def test_cut_to_a_plain_color_and_back(tmp_path, plain):
    def draw(number, width, height):
        return solid(*plain)(0, width, height) if 60 <= number < 100 else waves(0, width, height)

    analysis = analyze(write(tmp_path / "a.mp4", draw, frames=150, g="250", **FIXED))
    assert times(analysis) == pytest.approx([60 * FRAME, 100 * FRAME], abs=FRAME / 2)


def test_groups_without_a_sign_of_a_cut_are_passed_over(tmp_path):
    path = write(tmp_path / "a.mp4", shots((110,)), frames=300, g="25", **FIXED)
    seen = SparseDecoder(path, probe(path))
    assert seen.grouped
    analysis = analyze(path)
    assert times(analysis) == pytest.approx([110 * FRAME], abs=FRAME / 2)
    keys = seen.packets.starts
    related = [group != 4 for group in range(len(keys) - 1)]
    runs = select_ranges(seen.packets, related)
    assert sum(run.end - run.first for run in runs) < 0.7 * len(seen.packets.keys)
    assert any(run.start < 109 * FRAME and run.stop > 110 * FRAME for run in runs)
    seconds = [thumbnail.time for thumbnail in seen.thumbnails(runs) if thumbnail is not None]
    assert seconds == sorted(seconds)
    dense = [thumbnail.time for thumbnail in seen.thumbnails() if thumbnail is not None]
    for run in runs:
        expected = [time for time in dense if run.start - 1e-6 <= time < run.stop - 1e-6]
        inside = [time for time in seconds if run.start - 1e-6 <= time < run.stop - 1e-6]
        assert inside == pytest.approx(expected)


def packets(sizes, *, group=25):
    count = len(sizes)
    keys = np.arange(count) % group == 0
    return Packets(np.arange(count) * FRAME, np.asarray(sizes), keys)


def quiet(count, *, group=25):
    return [5000 if number % group == 0 else 400 + number % 7 * 10 for number in range(count)]


def decoded(sizes, related=None, *, group=25):
    of = packets(sizes, group=group)
    groups = len(of.starts)
    runs = select_ranges(of, [True] * (groups - 1) if related is None else related)
    return {number for run in runs for number in range(run.first, run.end)}


def test_quiet_groups_are_only_sampled():
    assert worth_choosing(packets(quiet(200)))
    numbers = decoded(quiet(200))
    assert {0, 25, 50, 75, 100, 125, 150} <= numbers
    assert set(range(175, 200)) <= numbers  # nothing says what the last one ends in
    assert len(numbers) < 25 + 8 * 6


@pytest.mark.parametrize(
    ("change", "around"),
    [
        (lambda sizes: sizes.__setitem__(60, 3000), 60),  # coded anew
        (lambda sizes: sizes.__setitem__(slice(137, 150), [90] * 13), 137),  # suddenly calm
        (lambda sizes: sizes.__setitem__(slice(87, 100), [2500] * 13), 87),  # suddenly lively
    ],
)
def test_signs_of_a_cut_are_followed(change, around):
    sizes = quiet(200)
    change(sizes)
    group = around // 25 * 25
    assert set(range(group, around + 5)) <= decoded(sizes)


def test_unlike_key_frames_have_what_lies_between_decoded():
    related = [True] * 7
    related[2] = False
    assert set(range(50, 75 + 12)) <= decoded(quiet(200), related)


def test_long_groups_are_decoded_whole():
    assert decoded(quiet(1200, group=400), group=400) == set(range(1200))


@pytest.mark.parametrize(("count", "group"), [(40, 25), (200, 2), (200, 400)])
def test_when_choosing_is_not_worth_it(count, group):
    assert not worth_choosing(packets(quiet(count, group=group), group=group))


def test_motion(tmp_path):
    def draw(number, width, height):
        return waves(0 if number < 75 else number * 4, width, height)

    motion = analyze(write(tmp_path / "a.mp4", draw, frames=150)).motion
    assert max(motion[:3]) < 0.05
    assert min(motion[3:]) > 0.3


def test_motion_is_the_same_however_much_is_decoded(tmp_path):
    few = analyze(write(tmp_path / "few.mp4", frames=200, g="25", **FIXED))
    all_ = analyze(write(tmp_path / "all.mp4", frames=200, g="250", **FIXED))
    assert few.motion == pytest.approx(all_.motion, abs=0.08)
    assert few.brightness == pytest.approx(all_.brightness, abs=0.02)


def test_colors(tmp_path):
    colors = [(250, 150, 60), (40, 90, 220), (128, 128, 128), (10, 10, 10), (245, 245, 245)]

    def draw(number, width, height):
        return solid(*colors[number // RATE])(0, width, height)

    analysis = analyze(write(tmp_path / "a.mp4", draw, frames=125))
    orange, blue, gray, black, white = range(5)
    assert analysis.warmth[orange] > 0.5
    assert analysis.warmth[blue] < -0.5
    assert analysis.warmth[gray] == pytest.approx(0.0, abs=0.05)
    assert analysis.saturation[orange] > 0.5
    assert analysis.saturation[blue] > 0.5
    assert analysis.saturation[gray] < 0.05
    assert analysis.brightness[gray] == pytest.approx(0.5, abs=0.05)
    assert analysis.brightness[black] < 0.08
    assert analysis.brightness[white] > 0.92


def test_a_short_clip(tmp_path):
    analysis = analyze(write(tmp_path / "a.mp4", frames=3))
    assert analysis.duration == pytest.approx(3 * FRAME)
    assert (len(analysis.motion), len(analysis.brightness), analysis.cuts) == (1, 1, ())


def test_turned_frames_have_the_size_they_are_shown_with(tmp_path):
    analysis = analyze(drawn_clips.turn(write(tmp_path / "a.mp4", frames=5), 90))
    assert (analysis.width, analysis.height) == (90, 160)


def test_progress_rises_to_one(tmp_path):
    steps = []
    analyze(write(tmp_path / "a.mp4", frames=175), progress=steps.append)
    assert steps == sorted(steps)
    assert steps[-1] == 1.0
    assert len(steps) > 2


def test_json_and_back(tmp_path):
    analysis = analyze(
        write(tmp_path / "a.mp4", shots(CUTS[:2]), frames=80, sound=drawn_clips.tone(2))
    )
    assert len(analysis.cuts) == 2
    assert ClipAnalysis.from_json(json.loads(json.dumps(analysis.to_json()))) == analysis


def test_only_videos_can_be_looked_at(tmp_path):
    Image.new("RGB", (64, 48)).save(tmp_path / "a.png")
    drawn_clips.write_sound(tmp_path / "a.wav", drawn_clips.tone(1), "pcm_s16le")
    for name, words in (("a.png", "still picture"), ("a.wav", "only sound"), ("b.mp4", "exist")):
        with pytest.raises(MediaError, match=words):
            analyze(tmp_path / name)
