"""Short runs of the programs that attack clients. The long ones: `tests/support/`, by command."""

from __future__ import annotations

import pytest

from nemomusic.testing import FakeClock, run
from support.broken_journals import broken_journals
from support.chaos_run import chaos_run, report
from support.lying_service import lying_service

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("held", [None, (0.5, 3.0)], ids=["faults", "held requests too"])
def test_through_a_proxy_that_harms_connections(held):
    """Nothing is accepted twice, and each accepted message is a film.

    No wait takes real time: on a busy machine, the clients' limits of some seconds would strike.
    """
    clock = FakeClock()
    found = run(chaos_run(12, seed=30, held=held, clock=clock), clock=clock)
    assert found.bad == [], report(found, 30)
    assert found.ended.total() == 12
    assert found.ended["film"] > 6
    assert found.faults.total() > 10


def test_against_a_service_that_lies():
    lies = lying_service(20, seed=30)
    assert lies.wrong == []
    assert sum(n for end, n in lies.ends.items() if not end.endswith(": result")) > 5


def test_with_damaged_journals():
    damages = broken_journals(20, seed=30)
    assert damages.wrong == []
    assert damages.ends["list: JournalError"] > 2
    assert damages.ends["result: result"] > 5
