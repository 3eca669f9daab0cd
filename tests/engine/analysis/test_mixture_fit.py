"""A dissolve's middle by the frames around it, and changes of light."""

from __future__ import annotations

import numpy as np
import pytest

from nemomusic.engine.analysis.mixture_fit import FrameSums, fit_mixture

RATE = 25


def mixture(middle: float, length: float, *, drift: float = 0.0, until: float = 3.0):
    """Return frames of two pictures that are mixed, and whose colors drift by motion."""
    rng = np.random.default_rng(3)
    one, other, moved = rng.uniform(0, 255, (3, 40))
    frames = []
    for time in np.arange(0.0, until, 1 / RATE):
        share = float(np.clip((time - middle) / length + 0.5, 0, 1))
        blocks = (1 - share) * one + share * other + drift * time * moved
        detail = (1 - share) ** 2 * 900.0 + share**2 * 400.0
        frames.append(FrameSums(float(time), float(blocks.mean()), detail, np.float32(blocks)))
    return frames


@pytest.mark.parametrize("length", [0.2, 0.6, 1.4])
@pytest.mark.parametrize("drift", [0.0, 0.3])
def test_the_middle_of_a_mixture_is_found_in_moving_pictures(length, drift):
    frames = mixture(1.5, length, drift=drift)
    fit = fit_mixture(frames, 1.1, 2.0)
    assert fit is not None
    assert not fit.is_light
    assert fit.middle == pytest.approx(1.5, abs=1.5 / RATE)


def test_a_picture_that_gets_darker_and_brighter_again_is_no_mixture():
    colors = np.random.default_rng(3).uniform(0, 255, 40)
    frames = []
    for time in np.arange(0.0, 3.0, 1 / RATE):
        light = 1.0 - 0.45 * np.exp(-(((time - 1.5) / 0.5) ** 2))
        blocks = np.float32(light * colors)
        frames.append(FrameSums(float(time), float(blocks.mean()), 900.0 * light**2, blocks))
    fit = fit_mixture(frames, 1.1, 2.0)
    assert fit is not None
    assert fit.is_light


def test_too_few_frames_tell_nothing():
    frames = mixture(1.5, 0.6)
    assert fit_mixture(frames[30:34], 1.1, 2.0) is None
    assert fit_mixture([], 1.1, 2.0) is None
