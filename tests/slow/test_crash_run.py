"""A short crash run: jobs in child processes, killed and resumed. The long one: `crash_run.py`."""

from __future__ import annotations

import sys

import pytest

from support.crash_run import crash_run, report

pytestmark = pytest.mark.slow


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
async def test_after_kill_minus_nine_nothing_is_paid_twice_or_lost(capsys):
    run = await crash_run(kills=15, seed=20, per_job=6)
    with capsys.disabled():
        sys.stdout.write(f"\n{report(run, 20)}\n")
    assert run.total >= 15
    assert run.finished == len(run.jobs)
    assert not any(run.zero.values()), run.zero
    assert run.backend.ledger.accepted == len(run.jobs) + sum(
        "had arrived" in line for line in run.unknown
    )
