"""The demo's clip: what is drawn is what is announced, and the engine's own eyes agree."""

from __future__ import annotations

import itertools

import av
import numpy as np
import pytest

from nemomusic.engine.analysis.analyze import analyze
from nemomusic.engine.demo.clip import draw_clip
from nemomusic.engine.media.probe import probe

SMALL = {"seconds": 6.0, "size": (320, 192), "fps": 20}


def decoded_frames(path):
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    return path, draw_clip(path, **SMALL)


def test_it_is_a_clip_whose_packets_can_be_copied(clip):
    found = probe(clip[0])
    assert (found.width, found.height, found.video_codec) == (320, 192, "h264")
    assert (found.duration, found.fps) == (pytest.approx(6.0), pytest.approx(20))
    assert found.copyable
    assert not found.has_audio


def test_cuts_are_where_it_says(clip):
    path, cuts = clip
    assert len(cuts) == 5
    assert [cut.time for cut in analyze(path).cuts] == pytest.approx(cuts, abs=0.026)


def test_shots_are_of_different_lengths(clip):
    lengths = np.diff([0.0, *clip[1], 6.0])
    assert len(set(lengths.round(2))) == len(lengths)


def test_scenes_differ_in_light_and_color_and_all_move(clip):
    path, cuts = clip
    frames = decoded_frames(path)
    starts = [0, *(round(cut * 20) for cut in cuts), len(frames)]
    shots = [frames[start:end] for start, end in itertools.pairwise(starts)]
    light = [np.mean(shot) for shot in shots]
    assert max(light) - min(light) > 60
    for shot in shots:
        assert np.abs(shot[0].astype(int) - shot[-1]).mean() > 0.5
    analysis = analyze(path)
    assert max(analysis.warmth) - min(analysis.warmth) > 0.5


@pytest.mark.slow
def test_a_seed_draws_one_clip(clip, tmp_path):
    other, same = tmp_path / "other.mp4", tmp_path / "same.mp4"
    draw_clip(same, **SMALL)
    draw_clip(other, **SMALL, seed=1)
    assert all(
        np.array_equal(a, b)
        for a, b in zip(decoded_frames(clip[0]), decoded_frames(same), strict=True)
    )
    assert not np.array_equal(decoded_frames(clip[0])[0], decoded_frames(other)[0])


@pytest.mark.parametrize(
    "asked", [{"size": (321, 192)}, {"size": (320, 32)}, {"seconds": 0.1}, {"seconds": 0.0}]
)
def test_clips_that_cannot_be_drawn(tmp_path, asked):
    path = tmp_path / "clip.mp4"
    with pytest.raises(ValueError, match="clip"):
        draw_clip(path, **{**SMALL, **asked})
    assert not path.exists()
