"""Exports: none orphaned, none waited for in vain."""

from __future__ import annotations

import asyncio

import pytest

from nemomusic import errors
from nemomusic.local import StubEngine
from nemomusic.settings import Timeouts
from nemomusic.testing import FakeClock, Faults, StubBackend
from support.fast import fast

CLIP = b"\0\0\0\x18ftypmp42"


@pytest.fixture
def clock():
    return FakeClock()


async def scored(client):
    session = await client.sessions.open()
    await session.upload(CLIP)
    return session


async def started(client, session, before):
    """Start a render as a job does, which writes each id down."""
    draft = (await session.state()).draft
    steps = client._resources.render_steps
    return client.render.attach(await steps.start(session._ref, draft, before=before))


@fast
async def test_start_wait_download(clock, tmp_path):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await scored(client)
        told, noted = [], []

        async def before(render_id):
            noted.append(render_id)
            assert backend.ledger.renders_started == []

        job = await started(client, session, before)
        assert noted == [job.id] == backend.ledger.renders_started
        status = await job.wait(told.append)
        assert status.state == "completed"
        assert told[-1].fraction == 1.0
        rendered = await job.download(tmp_path / "out.mp4")
        assert rendered.path.read_bytes()[4:8] == b"ftyp"
        assert rendered.size == rendered.path.stat().st_size
        again = await session.export(tmp_path / "again.mp4")
        assert again.render_id != job.id


@fast
async def test_an_empty_timeline_is_not_submitted(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        with pytest.raises(errors.NotExportableError):
            await client.render.start(session)
        with pytest.raises(errors.NotExportableError):
            await client.render.start(session, {"t": []})
        assert backend.faults.requests["render-start"] == 0


@pytest.mark.parametrize(
    ("fault", "ids"),
    [
        (Faults.status(500), 2),
        (Faults.reset_before(), 2),
        (Faults.html(), 2),
        (Faults.duplicate_id(accepted=False), 2),
        (Faults.reset_after(), 1),
        (Faults.status_after(502), 1),
        (Faults.stall_after(), 1),
        (Faults.duplicate_id(), 1),
        (Faults.broken_json(), 2),
    ],
    ids=str,
)
def test_a_new_id_only_if_the_first_was_not_accepted(clock, fault, ids):
    @fast
    async def test(clock):
        async with StubBackend(clock=clock) as backend, backend.client() as client:
            session = await scored(client)
            noted = []

            async def before(render_id):
                noted.append(render_id)

            backend.faults.add("render-start", fault)
            job = await started(client, session, before)
            assert len(noted) == len(set(noted)) == ids
            assert backend.ledger.renders_started == [job.id] == noted[-1:]
            await job.wait()

    test(clock=clock)


@fast
async def test_when_nobody_can_tell_the_id_is_not_lost(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await scored(client)
        backend.faults.add("render-start", Faults.reset_after())
        backend.faults.add("render-status", Faults.status(503), times=9)
        with pytest.raises(errors.ConnectionLostError) as caught:
            await client.render.start(session)
        (accepted,) = backend.ledger.renders_started
        assert accepted in caught.value.remedy
        backend.faults.clear()
        assert (await client.render.attach(accepted).wait()).state == "completed"


@fast
async def test_both_submissions_refused(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await scored(client)
        backend.faults.add("render-start", Faults.status(500), times=2)
        with pytest.raises(errors.ServerError) as caught:
            await client.render.start(session)
        assert backend.faults.requests["render-start"] == 2
        assert caught.value.attempts[-1].status == 500


@pytest.mark.parametrize("code", [402, 429, 1001])
def test_refusals_that_a_new_id_would_not_change(clock, code):
    @fast
    async def test(clock):
        async with StubBackend(clock=clock) as backend, backend.client() as client:
            session = await scored(client)
            backend.faults.add("render-start", Faults.code(code), times=9)
            with pytest.raises(errors.APIError) as caught:
                await client.render.start(session)
            assert caught.value.code == code
            assert backend.faults.requests["render-start"] == (2 if code == 429 else 1)

    test(clock=clock)


@fast
async def test_polls_grow_and_are_quick_on_loopback(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await scored(client)
        backend.scripted_engine.working.clear()
        job = await client.render.start(session)
        waiting = asyncio.create_task(client.render.wait(job))
        await asyncio.sleep(4)
        waiting.cancel()
        polls = clock.slept[: clock.slept.index(0.25, 1) + 1]
        assert polls[:5] == [0.25, 0.05, 0.05, 0.05, 0.05]
        assert polls == [0.25, *sorted(polls[1:])]
        assert sum(polls) == pytest.approx(2.8, abs=0.2)
        backend.scripted_engine.working.set()


@pytest.mark.slow
@fast
async def test_a_render_without_progress_is_a_stall_and_the_job_goes_on(clock):
    limits = Timeouts(render=30)  # of 5 minutes
    async with StubBackend(clock=clock) as backend, backend.client(timeouts=limits) as client:
        session = await scored(client)
        backend.scripted_engine.working.clear()
        job = await client.render.start(session)
        with pytest.raises(errors.RenderStalledError) as caught:
            await job.wait()
        assert 30 <= clock.monotonic() < 32
        assert caught.value.render_id == job.id == caught.value.job.id
        backend.scripted_engine.working.set()
        assert (await client.render.attach(caught.value.render_id).wait()).state == "completed"


class Creeping(StubEngine):
    """Renders 1 % in 0.8 s."""

    def __init__(self, clock):
        super().__init__()
        self.clock = clock

    async def render(self, plan, out, progress):
        for percent in range(100):
            progress(percent / 100)
            await self.clock.sleep(0.8)
        return await super().render(plan, out, progress)


@fast
async def test_a_render_that_creeps_forward_is_waited_for_up_to_the_limit_in_all(clock):
    engine, limits = Creeping(clock), Timeouts(render=20, render_total=60)  # of 5 and 15 minutes
    async with (
        StubBackend(clock=clock, engine=engine) as backend,
        backend.client(timeouts=limits) as client,
    ):
        job = await client.render.start(await scored(client))
        told = []
        with pytest.raises(errors.RenderStalledError, match="within 60 s") as caught:
            await job.wait(told.append)
        assert 60 <= clock.monotonic() < 62
        assert 0.7 < told[-1].fraction < 0.8
        assert caught.value.render_id == job.id
        assert (await caught.value.job.wait()).state == "completed"
        assert 80 <= clock.monotonic() < 82
        assert backend.ledger.renders_started == [job.id]


@fast
async def test_waiting_outlives_an_outage(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await scored(client)
        job = await client.render.start(session)
        await backend.down(120)
        assert (await job.wait()).state == "completed"


@fast
async def test_waiting_gives_up_on_an_outage_that_does_not_end(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await scored(client)
        job = await client.render.start(session)
        await backend.down()
        with pytest.raises(errors.RenderStalledError) as caught:
            await job.wait()
        assert isinstance(caught.value.__cause__, errors.ConnectError)
        await backend.up()


@fast
async def test_a_limit_for_an_hour_is_not_polled_against(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await scored(client)
        job = await client.render.start(session)
        backend.faults.add("render-status", Faults.rate_limited(3600))
        with pytest.raises(errors.RateLimitedError):
            await job.wait()
        assert clock.monotonic() < 1


@fast
async def test_a_deadline_ends_the_wait_and_names_the_job(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await scored(client)
        backend.scripted_engine.working.clear()
        job = await client.render.start(session)
        with pytest.raises(errors.DeadlineExceededError, match=job.id):
            await client.with_options(deadline=10).render.wait(job)
        assert clock.monotonic() == pytest.approx(10, abs=1)
        backend.scripted_engine.working.set()


@fast
async def test_failed_and_cancelled(clock, tmp_path):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await scored(client)
        backend.faults.add("render-start", Faults.failed_render("out of memory"))
        with pytest.raises(errors.RenderFailedError, match="out of memory") as caught:
            await session.export(tmp_path / "out.mp4")
        assert caught.value.render_id == backend.ledger.renders_started[-1]

        backend.scripted_engine.working.clear()
        job = await client.render.start(session)
        with pytest.raises(errors.RenderFailedError, match="nothing to download"):
            await job.download(tmp_path / "out.mp4")
        await job.cancel()
        assert backend.ledger.renders_cancelled == [job.id]
        with pytest.raises(errors.RenderFailedError):
            await job.wait()
        backend.scripted_engine.working.set()
        assert list(tmp_path.iterdir()) == []


@fast
async def test_jobs_of_another_token_are_not_found(clock):
    async with StubBackend(clock=clock) as backend:
        async with backend.client() as one, backend.client(anonymous=True) as two:
            job = await one.render.start(await scored(one))
            with pytest.raises(errors.NotFoundError):
                await two.render.status(job.id)
            with pytest.raises(errors.InputError):
                two.render.attach("")


@fast
async def test_a_shorter_patience(clock):
    async with StubBackend(clock=clock) as backend:
        async with backend.client(timeouts=Timeouts(render=3)) as client:
            session = await scored(client)
            backend.scripted_engine.working.clear()
            with pytest.raises(errors.RenderStalledError, match="3 s"):
                await client.render.wait(await client.render.start(session))
            backend.scripted_engine.working.set()
