"""Clocks and deadlines."""

from __future__ import annotations

import time

import pytest

from nemomusic.errors import DeadlineExceededError
from nemomusic.runtime.clock import Clock, Deadline, SystemClock
from nemomusic.testing import FakeClock


async def test_the_system_clock_is_the_systems():
    clock: Clock = SystemClock()
    assert abs(clock.time() - time.time()) < 60
    before = clock.monotonic()
    await clock.sleep(0)
    assert clock.monotonic() >= before


def test_a_deadline_counts_down_and_raises():
    clock = FakeClock()
    deadline = Deadline(clock, 10.0)
    assert deadline.left == 10.0
    deadline.check()
    deadline.check(wait=9.9)
    with pytest.raises(DeadlineExceededError) as caught:
        deadline.check(wait=10.0)
    assert "waiting 10 s would pass the deadline of 10 s" in str(caught.value)
    clock.advance(25.0)
    assert deadline.left == 0.0
    with pytest.raises(DeadlineExceededError) as caught:
        deadline.check()
    assert "has passed the deadline of 10 s" in str(caught.value)
    assert isinstance(caught.value, TimeoutError)
