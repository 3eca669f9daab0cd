"""The values of the engine, and its façade."""

from __future__ import annotations

import subprocess
import sys

import attrs
import pytest

from nemomusic import engine
from nemomusic.engine import types
from nemomusic.engine.types import ClipAnalysis, Cut, Shot, Transition, length_to_end

TALK = ClipAnalysis(
    duration=10.0,
    width=640,
    height=360,
    cuts=(Cut(2.0, 0.5), Cut(7.0, 0.9)),
    motion=tuple(n / 10 for n in range(10)),
    brightness=(0.5,) * 10,
    warmth=(0.0,) * 10,
    saturation=(0.4,) * 10,
    speech=((1.0, 3.0), (6.5, 8.0)),
    own_loudness=-20.0,
    transitions=(Transition("fade", 6.5, 7.0, 8.0),),
)


def shot(start, length, volume=1.0):
    return TALK, Shot("a.mp4", length, start, volume)


def test_shots_are_laid_end_to_end():
    video = ClipAnalysis.concatenate([shot(1.5, 2.0), shot(6.0, 3.5, 0.5), shot(0.0, 2.0, 0.0)])
    assert video.duration == 7.5
    assert video.cuts == (Cut(0.5, 0.5), Cut(2.0, 1.0), Cut(3.0, 0.9), Cut(5.5, 1.0))
    assert video.speech == ((0.0, 1.5), (2.5, 4.0))
    assert video.own_loudness == -20.0
    assert video.motion == (0.2, 0.3, 0.6, 0.7, 0.8, 0.0, 0.1, 0.1)
    assert video.transitions == (Transition("fade", 2.5, 3.0, 4.0),)
    assert ClipAnalysis.from_json(video.to_json()) == video


def test_a_shot_without_sound_has_no_speech_and_a_quiet_one_is_quiet():
    assert ClipAnalysis.concatenate([shot(0.0, 10.0, 0.0)]).speech == ()
    assert ClipAnalysis.concatenate([shot(0.0, 10.0, 0.0)]).own_loudness is None
    half = ClipAnalysis.concatenate([shot(0.0, 10.0, 0.5)])
    assert half.own_loudness == pytest.approx(-26.02, abs=0.01)


def test_a_still_moves_nothing_for_each_second_and_the_rest():
    still = ClipAnalysis.still(64, 36, 2.5)
    assert (still.motion, still.brightness, still.cuts) == ((0.0,) * 3, (0.5,) * 3, ())
    video = ClipAnalysis.concatenate([(still, Shot("a.png", 2.5))])
    assert video == still


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [(0.0, 9.9990, 9.9996), (0.0, 10.001, 9.9996), (2.0, 7.999, 7.9996), (0.0, 9.99, 9.99)],
)
def test_a_stretch_that_nearly_reaches_the_end_reaches_it(start, length, expected):
    assert length_to_end(start, length, 9.9996) == pytest.approx(expected, abs=1e-12)


def test_a_plan_is_as_long_as_its_shots_and_values_are_checked():
    plan = types.RenderPlan(shots=(Shot("a", 1.0), Shot("b", 2.5)))
    assert plan.duration == 3.5
    for bad in ({"canvas": (321, 200)}, {"fade_in": -1.0}, {"shots": ()}):
        with pytest.raises(ValueError):
            attrs.evolve(plan, **bad)


def test_the_facade_gives_every_verb_and_nothing_else():
    for name in engine.__all__:
        assert callable(getattr(engine, name))
    with pytest.raises(AttributeError, match="no attribute 'look'"):
        _ = engine.look


def test_types_and_errors_load_no_media_library():
    code = (
        "import sys, nemomusic.engine.types, nemomusic.engine.errors\n"
        "sys.exit(any(name in sys.modules for name in ('av', 'numpy', 'PIL')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
