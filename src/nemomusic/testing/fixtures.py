"""pytest fixtures. Turn them on by `pytest_plugins = ["nemomusic.testing.fixtures"]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nemomusic.testing.backend import StubBackend
from nemomusic.testing.clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def nemo_clock() -> FakeClock:
    """Return a clock whose waits take no time."""
    return FakeClock()


@pytest.fixture
def nemo_backend(nemo_clock: FakeClock) -> Iterator[StubBackend]:
    """Yield a running `StubBackend` in a thread of its own, for coroutines and other tests."""
    with StubBackend(clock=nemo_clock).in_thread() as backend:
        yield backend
