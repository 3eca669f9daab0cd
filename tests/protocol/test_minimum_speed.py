"""The time limit of bodies: silence, drips, and all that is faster."""

from __future__ import annotations

from nemomusic.protocol.minimum_speed import MIN_BYTES_PER_SECOND, MinimumSpeed


def test_a_byte_now_and_then_does_not_help():
    speed = MinimumSpeed(30.0)
    assert speed.received(1, 29.0)
    assert 0.9 < speed.left < 1.1  # what the next piece may take
    assert not speed.received(1, 1.1)


def test_a_slow_body_that_is_no_drip_goes_on():
    speed = MinimumSpeed(30.0)
    assert all(speed.received(20 * MIN_BYTES_PER_SECOND, 19.0) for _ in range(1000))


def test_a_fast_beginning_does_not_pay_for_a_long_silence():
    speed = MinimumSpeed(30.0)
    assert speed.received(200_000_000, 1.0)
    assert speed.left == 30.0


def test_time_that_stood_still_with_data_behind_it_does_not_count():
    """The host was busy for a minute; the data had come meanwhile."""
    speed = MinimumSpeed(30.0)
    assert speed.received(65_536, 60.0)
