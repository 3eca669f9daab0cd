"""One turn at a time in a session, across clients and processes that share a journal."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from nemomusic import Client, errors
from nemomusic.conversation.session_ref import SessionRef
from nemomusic.conversation.turn_registry import TurnRegistry
from nemomusic.files.sources import Source
from nemomusic.jobs.storage.journal import Journal
from nemomusic.runtime.open_file_limit import calls_at_once, conversations_at_once, jobs_at_once
from nemomusic.settings import Settings
from nemomusic.testing import FakeClock, StubBackend
from support.fast import fast


@pytest.fixture
def clock():
    return FakeClock()


def clip_in(folder):
    clip = folder / "clip.mp4"
    clip.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(500))
    return clip


def client_of(backend, token, journal):
    settings = Settings(api_url=backend.url, web_url=backend.url, client_id="one", token_file=None)
    return Client(token, settings=settings, journal=journal, clock=backend.clock)


@fast
async def test_the_next_message_of_a_session_waits_for_the_other_client(clock, tmp_path):
    journal = tmp_path / "jobs.sqlite"
    async with StubBackend(clock=clock) as backend:
        token = backend.issue_token(credits=1000)
        async with (
            client_of(backend, token, journal) as one,
            client_of(backend, token, journal) as two,
        ):
            session = await one.sessions.open("a")
            await session.upload(clip_in(tmp_path))
            backend.scripted_engine.working.clear()
            first = asyncio.create_task(session.ask("warm lo-fi"))
            while not backend.ledger.accepted:
                await asyncio.sleep(0.1)
            second = asyncio.create_task(two.sessions.attach(session.id).ask("make it slower"))
            await asyncio.sleep(30)
            assert backend.ledger.accepted == 1
            assert not second.done()
            backend.scripted_engine.working.set()
            await first
            await second
            assert backend.ledger.accepted == 2
        watching = Journal(journal)
        assert watching._rows("SELECT * FROM leases") == []
        watching.close()


@fast
async def test_a_deadline_ends_the_wait_for_another_process(clock, tmp_path):
    journal = Journal(tmp_path / "jobs.sqlite")
    async with StubBackend(clock=clock) as backend:
        token = backend.issue_token(credits=1000)
        async with client_of(backend, token, journal.path) as client:
            session = await client.sessions.open("a")
            name = f"turn in {session.id} of {client.backend_name}"
            async with journal.lease(name):
                with pytest.raises(errors.DeadlineExceededError):
                    hurried = client.with_options(deadline=5)
                    await hurried.sessions.attach(session.id).ask("warm lo-fi")
                assert backend.ledger.accepted == 0
            await client.sessions.attach(session.id).ask("warm lo-fi")
            assert backend.ledger.accepted == 1
    journal.close()


@pytest.mark.parametrize(
    ("limit", "jobs", "calls"), [(256, 32, 16), (1024, 64, 64), (20_000, 64, 100), (32, 2, 4)]
)
def test_what_the_limit_of_open_files_allows(monkeypatch, limit, jobs, calls):
    monkeypatch.setattr("nemomusic.runtime.open_file_limit.file_limit", lambda: limit)
    assert (jobs_at_once(), calls_at_once()) == (jobs, calls)
    assert conversations_at_once() >= jobs


@fast
async def test_jobs_wait_for_a_free_descriptor_before_they_note_an_intent(
    clock, tmp_path, monkeypatch
):
    monkeypatch.setattr("nemomusic.jobs.driver.jobs_at_once", lambda: 2)
    clip = clip_in(tmp_path)
    journal = tmp_path / "jobs.sqlite"
    async with StubBackend(clock=clock) as backend:
        token = backend.issue_token(credits=1000)
        async with client_of(backend, token, journal) as client:
            backend.scripted_engine.working.clear()
            jobs = [
                await client.jobs.submit(clip, "lo-fi", output=tmp_path / f"{number}.mp4")
                for number in range(5)
            ]
            await asyncio.sleep(60)
            steps = [(await job.record()).step for job in jobs]
            assert steps == ["message", "message", None, None, None]
            assert all([(await job.status()).active for job in jobs])
            backend.scripted_engine.working.set()
            videos = await asyncio.gather(*(job.result() for job in jobs))
            assert len({video.path for video in videos}) == 5
            assert backend.ledger.accepted == 5


@pytest.mark.parametrize("kept", [True, False])
def test_a_job_that_waits_for_its_turn_can_be_canceled_and_followed(
    clock, tmp_path, monkeypatch, kept
):
    """Three jobs wait behind one. One is canceled, one is followed, one is left to its client."""

    @fast
    async def test(clock):
        monkeypatch.setattr("nemomusic.jobs.driver.jobs_at_once", lambda: 1)
        clip = clip_in(tmp_path)
        journal = tmp_path / "jobs.sqlite" if kept else None
        async with StubBackend(clock=clock) as backend, backend.client(journal=journal) as client:
            backend.scripted_engine.working.clear()
            first, canceled, followed, last = [
                await client.jobs.submit(clip, "lo-fi", output=tmp_path / f"{number}.mp4")
                for number in range(4)
            ]
            wait = asyncio.create_task(canceled.result())
            await asyncio.sleep(1)
            await canceled.cancel()
            with pytest.raises(errors.JobCancelledError, match=canceled.id):
                await wait
            assert not (await canceled.status()).active
            reports = asyncio.create_task(stages(followed))
            await asyncio.sleep(1)
            backend.scripted_engine.working.set()
            assert (await reports)[-1] == "done"
            for job in (first, followed, last):
                assert (await job.result()).path.exists()
            assert backend.ledger.accepted == 3

    test(clock=clock)


async def stages(job):
    return [step.stage async for step in job.progress()]


@fast
async def test_a_job_that_waits_when_its_client_closes_can_be_resumed(clock, tmp_path, monkeypatch):
    monkeypatch.setattr("nemomusic.jobs.driver.jobs_at_once", lambda: 1)
    clip = clip_in(tmp_path)
    journal = tmp_path / "jobs.sqlite"
    async with StubBackend(clock=clock) as backend:
        token = backend.issue_token(credits=1000)
        async with client_of(backend, token, journal) as client:
            backend.scripted_engine.working.clear()
            source = Source(clip, name="My holiday.mp4")
            jobs = [
                await client.jobs.submit(source, "lo-fi", output=tmp_path / f"{number}.mp4")
                for number in range(3)
            ]
            wait = asyncio.create_task(jobs[2].result())
            await asyncio.sleep(1)
        with pytest.raises(errors.JobError, match="the client was closed"):
            await wait
        backend.scripted_engine.working.set()
        async with client_of(backend, token, journal) as client:
            videos = [await client.jobs.attach(job.id).result() for job in jobs]
        names = [[one.filename for one in video.state.media] for video in videos]
        assert names == [["My holiday.mp4"]] * 3  # the file is found again under its name
        assert backend.ledger.accepted == 3


async def test_the_lease_is_that_of_the_session_after_the_wait():
    """The turn before this one may have replaced the session."""
    held = []

    class Across:
        @asynccontextmanager
        async def hold(self, session_id):
            held.append(session_id)
            yield

    turns = TurnRegistry(Across())
    session = SessionRef("1", host=None, turns=turns)
    later = session.turn()
    async with session.turn():
        waiting = asyncio.create_task(later.__aenter__())
        await asyncio.sleep(0)
        turns.rename("1", "2")
        session.id = "2"
        assert held == ["1"]
    await waiting
    assert held == ["1", "2"]
    assert session.busy
    await later.__aexit__(None, None, None)
    assert not session.busy
