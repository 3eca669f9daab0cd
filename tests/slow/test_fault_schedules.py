"""Random schedules of faults against a simple model of what may become of a job.

The model: whatever goes wrong, and however often, one intent is accepted at most once and paid for
at most once; the job ends with a video or with an error of ours, in bounded time; every render that
was accepted is in the journal; and once the faults are over, going on with the job ends with a
film, unless what was lost can't be had again without paying.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemomusic import errors
from nemomusic.local import LocalOptions
from nemomusic.testing import FakeClock, Faults, StubBackend, run
from nemomusic.testing.fake_time import tasks_left
from support.fast import MEMORY, collect, kinds, open_files

pytestmark = pytest.mark.slow

PROMPT = "warm lo-fi music that follows the cuts"
LONGEST = 3 * 3600.0
"""Seconds of the clock's: the sum of all budgets is far below."""

ANYWHERE = st.one_of(
    st.sampled_from(
        [
            Faults.reset_before(),
            Faults.reset_after(),
            Faults.stall_before(),
            Faults.stall_after(),
            Faults.html(),
            Faults.broken_json(),
            Faults.then_refuse(20),
            Faults.lose_sessions(),
        ]
    ),
    st.sampled_from([403, 404, 500, 502, 503, 504]).map(Faults.status),
    st.sampled_from([500, 503]).map(Faults.status_after),
    st.sampled_from([None, 0, 3, 50, 119, 121, 10_000]).map(Faults.rate_limited),
    st.tuples(
        st.sampled_from([1001, 1002, 2001, 402, 429]),
        st.sampled_from(["code", "success", "status", "detail"]),
        st.sampled_from([None, 200]),
    ).map(lambda drawn: Faults.code(drawn[0], drawn[1], status=drawn[2])),
    st.integers(0, 3000).map(Faults.cut_after),
    st.integers(0, 3000).map(lambda n: Faults.cut_after(n, hard=True)),
    st.integers(1, 60_000).map(Faults.reset_during_request),
)
STREAM = st.sampled_from(
    [
        Faults.silent(),
        Faults.heartbeats_only(),
        Faults.heartbeats_only(accepted=False),
        Faults.agent_error(),
        Faults.json(),
    ]
)
IN_DOUBT = st.one_of(
    st.sampled_from([Faults.reset_after(), Faults.stall_after(), Faults.heartbeats_only()]),
    st.sampled_from([500, 502, 503, 504]).map(Faults.status_after),
    st.integers(0, 2000).map(Faults.cut_after),
)
"""Accepted, and the client can't know it."""
BLIND = st.sampled_from([Faults.status(503), Faults.reset_before(), Faults.html()])
START = st.sampled_from(
    [Faults.failed_render(), Faults.duplicate_id(), Faults.duplicate_id(accepted=False)]
)
CDN = st.sampled_from(
    [Faults.changed_file(), Faults.wrong_length(3), Faults.wrong_length(-3), Faults.html()]
)


def at(routes, fault, times=st.integers(1, 7), after=st.integers(0, 2)):  # noqa: B008
    """Return some of these faults, somewhere that they can strike."""
    drawn = st.tuples(st.sampled_from(routes), fault, times, after)
    return drawn.filter(lambda one: one[1].can_strike(one[0]))


ROUTES = ["open-session", "upload", "state", "stream", "credits", "render-start", "render-status"]
ONE = st.one_of(
    at([*ROUTES, "cdn", "render-download"], ANYWHERE),
    at(["stream"], STREAM),
    at(["render-start"], START),
    at(["cdn", "render-download"], CDN),
)
DOUBTFUL = st.tuples(
    at(["stream"], IN_DOUBT, st.just(1), st.just(0)),
    at(["state"], BLIND, st.sampled_from([1, 5, 12, 25, 60]), st.just(1)),
)
"""A message in doubt, whose state can't be read for a while."""
SCHEDULES = st.one_of(
    st.lists(ONE, min_size=1, max_size=6),
    st.tuples(DOUBTFUL, st.lists(ONE, max_size=2)).map(lambda drawn: [*drawn[0], *drawn[1]]),
)


async def scenario(clock: FakeClock, folder: Path, schedule, dialect: str) -> None:
    clip, output = folder / "clip.mp4", folder / "out.mp4"
    clip.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(50_000))
    backend = StubBackend(
        clock=clock, folder=folder / "backend", options=LocalOptions(dialect=dialect)
    )
    async with backend, backend.client(journal=folder / "jobs.sqlite") as client:
        for route, fault, times, after in schedule:
            backend.faults.add(route, fault, times=times, after=after)
        began = clock.monotonic()
        failed = await attempt(client.add_music(clip, PROMPT, output=output))
        assert clock.monotonic() - began < LONGEST, "it took for ever"
        (job,) = await client.jobs.list()
        await check(backend, client, job.id, output, failed)

        # The storm is over.
        backend.faults.clear()
        backend.scripted_engine.failures.clear()
        clock.advance(3600)
        if failed is None:
            assert job.state == "done"
            return
        failed = await attempt(client.jobs.attach(job.id).result())
        await check(backend, client, job.id, output, failed)
        if failed is not None:
            # What nobody can tell, what the agent refused, and what the service lost.
            paid_again = (
                errors.OutcomeUnknownError | errors.NoMusicAddedError | errors.SessionLostError
            )
            assert isinstance(failed, paid_again), repr(failed)


async def attempt(job) -> errors.NemoMusicError | None:
    """Return how a job ended; anything but the SDK's own errors fails the test."""
    try:
        async with asyncio.timeout(2 * LONGEST):
            await job
    except errors.NemoMusicError as error:
        str(error), repr(error)
        error.__traceback__ = None
        return error
    return None


async def check(backend, client, job_id: str, output: Path, failed) -> None:
    """Check what holds at any moment."""
    ledger = backend.ledger
    assert ledger.accepted <= 1, ledger.messages
    assert ledger.credits_spent <= 100
    lost = sum("lost" in name or "1002" in name for _, name in backend.faults.struck)
    assert max(ledger.uploads.values(), default=0) <= 1 + lost
    steps = await client.jobs.log(job_id)
    noted = {step.data.get("render_id") for step in steps}
    assert set(ledger.renders_started) <= noted, "a render nobody knows of"
    if failed is None:
        assert output.read_bytes()[4:8] == b"ftyp"
    else:
        assert not output.exists()


@given(SCHEDULES, st.sampled_from(["adk", "gateway"]), st.integers(0, 2**32))
def test_any_schedule(schedule, dialect, seed):
    random.seed(seed)
    collect()
    files = kinds(open_files())
    clock = FakeClock()

    async def main() -> None:
        await scenario(clock, Path(name), schedule, dialect)
        left = await tasks_left()
        assert not left, left

    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        run(main(), clock=clock)
    collect()
    assert kinds(open_files()) == files
