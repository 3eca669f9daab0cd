"""The demo's film: what is drawn is what is announced, and the engine's own eyes agree."""

from __future__ import annotations

import itertools

import av
import numpy as np
import pytest

from nemomusic.local.engine.film import draw_film
from nemomusic.local.engine.probe import probe
from nemomusic.local.engine.sight import look

SMALL = {"seconds": 6.0, "size": (320, 192), "fps": 20}


def pictures(path):
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    return path, draw_film(path, **SMALL)


def test_it_is_a_clip_whose_packets_can_be_copied(film):
    found = probe(film[0])
    assert (found.width, found.height, found.video_codec) == (320, 192, "h264")
    assert (found.duration, found.fps) == (pytest.approx(6.0), pytest.approx(20))
    assert found.copyable
    assert not found.has_audio


def test_cuts_are_where_it_says(film):
    path, cuts = film
    assert len(cuts) == 5
    assert [cut.time for cut in look(path).cuts] == pytest.approx(cuts, abs=0.026)


def test_shots_are_of_different_lengths(film):
    lengths = np.diff([0.0, *film[1], 6.0])
    assert len(set(lengths.round(2))) == len(lengths)


def test_scenes_differ_in_light_and_colour_and_all_move(film):
    path, cuts = film
    frames = pictures(path)
    starts = [0, *(round(cut * 20) for cut in cuts), len(frames)]
    shots = [frames[start:end] for start, end in itertools.pairwise(starts)]
    light = [np.mean(shot) for shot in shots]
    assert max(light) - min(light) > 60
    for shot in shots:
        assert np.abs(shot[0].astype(int) - shot[-1]).mean() > 0.5
    sight = look(path)
    assert max(sight.warmth) - min(sight.warmth) > 0.5


def test_a_seed_draws_one_film(film, tmp_path):
    other, same = tmp_path / "other.mp4", tmp_path / "same.mp4"
    draw_film(same, **SMALL)
    draw_film(other, **SMALL, seed=1)
    assert all(np.array_equal(a, b) for a, b in zip(pictures(film[0]), pictures(same), strict=True))
    assert not np.array_equal(pictures(film[0])[0], pictures(other)[0])


@pytest.mark.parametrize(
    "asked", [{"size": (321, 192)}, {"size": (320, 32)}, {"seconds": 0.1}, {"seconds": 0.0}]
)
def test_films_that_cannot_be_drawn(tmp_path, asked):
    path = tmp_path / "film.mp4"
    with pytest.raises(ValueError, match="film"):
        draw_film(path, **{**SMALL, **asked})
    assert not path.exists()
