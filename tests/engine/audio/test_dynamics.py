from __future__ import annotations

import numpy as np
import pytest

from nemomusic.engine.audio.dynamics import fader_ride, loudness_range


def power(*levels, seconds=10):
    """Give tenths of a second at levels in dB, one after the other."""
    return np.repeat(10.0 ** (np.array(levels, float) / 10.0), 10 * seconds)


def test_the_range_of_two_levels_is_their_distance():
    assert loudness_range(power(-20, -30)) == pytest.approx(10.0, abs=0.3)
    assert loudness_range(power(-20)) == pytest.approx(0.0, abs=1e-9)


def test_silence_and_what_is_far_below_do_not_count():
    # Only windows that hold some of both count beside the loud ones.
    assert loudness_range(power(-20, -100, seconds=60)) < 3.0
    assert loudness_range(np.zeros(100)) == 0.0
    assert loudness_range([]) == 0.0


def test_an_even_piece_follows_its_plan():
    powers = power(-20, -20.5, -19.5)
    plan = np.repeat([0.3, 0.6, 0.9], 100)
    ride = fader_ride(powers, plan)
    assert 4.0 <= loudness_range(powers * 10 ** (ride / 10)) <= 8.0
    assert ride[0] < ride[150] < ride[-1]


def test_a_wide_piece_is_evened_out():
    powers = power(-34, -16, -28)
    ride = fader_ride(powers, np.arange(300))
    assert 4.0 <= loudness_range(powers * 10 ** (ride / 10)) <= 8.0
    assert ride[50] > ride[150]


@pytest.mark.parametrize("powers", [power(-20, -26), power(-20, seconds=5), np.zeros(300)])
def test_what_is_right_or_short_or_silent_stays(powers):
    assert not fader_ride(powers, np.arange(len(powers))).any()


def test_a_plan_without_contrast_changes_nothing():
    assert not fader_ride(power(-20, -20.2, -20.1), np.full(300, 0.5)).any()
