"""A job that one can hold: submit, progress, result, cancel, attach."""

from __future__ import annotations

import asyncio
import gc
import logging

import pytest

from nemomusic import Client, errors
from nemomusic.files.sources import Source
from nemomusic.local import LocalOptions
from nemomusic.settings import Settings
from nemomusic.testing import FakeClock, Faults, StubBackend
from support.fast import fast, open_files
from support.rows import one_in

PROMPT = "warm lo-fi music that follows the cuts"
CLIP = b"\0\0\0\x18ftypmp42" + bytes(5000)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "trip.mp4"
    path.write_bytes(CLIP)
    return path


def client_of(backend, token, journal):
    """Make a client as another process makes it."""
    settings = Settings(
        api_url=backend.url, web_url=backend.url, client_id="testing", token_file=None
    )
    return Client(token, settings=settings, journal=journal, clock=backend.clock)


async def until(condition):
    while not condition():
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("kept", [True, False])
def test_submit_returns_before_the_work_is_done(clock, clip, tmp_path, kept):
    @fast
    async def test(clock):
        journal = tmp_path / "jobs.sqlite" if kept else None
        async with StubBackend(clock=clock) as backend, backend.client(journal=journal) as client:
            backend.scripted_engine.working.clear()
            job = await client.jobs.submit(clip, PROMPT)
            status = await job.status()
            assert (status.id, status.state, status.active) == (job.id, "open", True)
            assert not status.final
            assert client.jobs.attach(job.id) == job
            backend.scripted_engine.working.set()
            video = await job.result()
            assert video.job_id == job.id
            assert (await job.status()).state == "done"
            assert backend.ledger.accepted == 1

    test(clock=clock)


@fast
async def test_progress_runs_from_0_to_1_and_carries_the_ids(clock, clip):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        job = await client.jobs.submit(clip, PROMPT)
        steps = [step async for step in job.progress()]
        shares = [step.overall for step in steps]
        assert shares == sorted(shares)
        assert 0 <= shares[0] < 0.1
        assert shares[-1] == 1.0
        assert {step.job_id for step in steps} == {job.id}
        assert [step.stage for step in steps][-1] == "done"
        video = await job.result()
        assert steps[-1].session_id == video.session.id
        assert steps[-1].render_id == video.export.render_id
        assert str(clip.parent) not in str(steps[-1])  # no path of the machine
        again = client.jobs.attach(job.id)
        assert [step async for step in again.progress()] == [steps[-1]]


async def broken():
    yield CLIP
    raise KeyError("storage")


@pytest.mark.parametrize("how", ["refused", "a broken source"])
def test_a_job_that_fails_unawaited_is_logged_once(clock, clip, tmp_path, caplog, how):
    @fast
    async def test(clock):
        unretrieved = []
        asyncio.get_running_loop().set_exception_handler(lambda _, told: unretrieved.append(told))
        async with StubBackend(clock=clock) as backend, backend.client() as client:
            if how == "refused":
                backend.faults.add("upload", Faults.code(4001))
            source = clip if how == "refused" else Source(broken(), name="trip.mp4")
            job = await client.jobs.submit(source, PROMPT, output=tmp_path / "out.mp4")
            job_id = job.id
            again = client.jobs.attach(job_id)
            del job
            while (status := await again.status()).active:
                await asyncio.sleep(0.05)
            gc.collect()
            if how == "refused":
                assert status.state == "failed"
                assert status.error_type == "UnsupportedFileTypeError"
                assert "mp4" in status.remedy
                assert [step async for step in again.progress()] == []
        assert unretrieved == []
        words = "ended: UnsupportedFileTypeError" if how == "refused" else "broke off"
        assert caplog.text.count(f"{job_id} {words}") == 1

    test(clock=clock)


@fast
async def test_progress_drives_a_job_that_nothing_drives(clock, clip, tmp_path):
    async with StubBackend(clock=clock) as backend:
        token = backend.issue_token(credits=1000)
        journal = tmp_path / "jobs.sqlite"
        async with client_of(backend, token, journal) as client:
            backend.faults.add("render-start", Faults.code(402))
            with pytest.raises(errors.PlanRequiredError) as caught:
                await client.add_music(clip, PROMPT)
            job_id = caught.value.job_id
            assert caught.value.session_id
        async with client_of(backend, token, journal) as client:
            job = client.jobs.attach(job_id)
            assert not (await job.status()).active
            assert [step.stage async for step in job.progress()][-1] == "done"
            assert (await job.result()).path.exists()
            assert backend.ledger.accepted == 1


@fast
async def test_attaching_only_reads(clock, clip, tmp_path):
    async with StubBackend(clock=clock) as backend:
        journal = tmp_path / "jobs.sqlite"
        async with backend.client(journal=journal) as client:
            backend.faults.add("upload", Faults.status(403))
            with pytest.raises(errors.InvalidRequestError) as caught:
                await client.add_music(clip, PROMPT)
            requests = dict(backend.faults.requests)
            job = client.jobs.attach(caught.value.job_id)
            await job.status()
            assert (await job.record()).prompt == PROMPT
            assert dict(backend.faults.requests) == requests
            with pytest.raises(errors.JobNotFoundError):
                await client.jobs.attach("job_none").status()
            with pytest.raises(errors.InputError):
                client.jobs.attach(" ")


@pytest.mark.parametrize("stage", ["compose", "render"])
def test_cancelling_makes_a_job_final(clock, clip, tmp_path, stage):
    @fast
    async def test(clock):
        async with (
            StubBackend(clock=clock, options=LocalOptions(on_hangup="abort")) as backend,
            backend.client(journal=tmp_path / "jobs.sqlite") as client,
        ):
            if stage == "compose":
                backend.scripted_engine.working.clear()
            else:
                backend.faults.add("render-status", Faults.stall_before(), times=50)
            job = await client.jobs.submit(clip, PROMPT)
            await until(
                lambda: (
                    backend.ledger.accepted
                    if stage == "compose"
                    else backend.ledger.renders_started
                )
            )
            await asyncio.sleep(1)
            if stage == "render":
                backend.faults.clear()
            await job.cancel()
            assert (await job.status()).state == "cancelled"
            with pytest.raises(errors.JobCancelledError):
                await job.result()
            assert [step async for step in job.progress()] == []
            await job.cancel()  # once more changes nothing
            await asyncio.sleep(1)
            if stage == "compose":
                assert (await client.credits.balance()).frozen == 0
                backend.scripted_engine.working.set()
            assert await client.jobs.resume_all() == []
            assert not clip.with_name("trip-with-music.mp4").exists()

    test(clock=clock)


@fast
async def test_leaving_the_client_leaves_the_job_resumable_and_says_so(
    clock, clip, tmp_path, caplog
):
    caplog.set_level(logging.WARNING, "nemomusic")
    async with StubBackend(clock=clock) as backend:
        token = backend.issue_token(credits=1000)
        journal = tmp_path / "jobs.sqlite"
        async with client_of(backend, token, journal) as client:
            backend.scripted_engine.working.clear()
            job = await client.jobs.submit(clip, PROMPT)
            waiting = asyncio.create_task(job.result())
            await until(lambda: backend.ledger.accepted)
        with pytest.raises(errors.JobError, match="closed while it worked"):
            await waiting
        assert not [name for name in open_files() if str(journal) in name]
        assert f"{job.id} is not finished" in caplog.text
        assert PROMPT not in caplog.text
        backend.scripted_engine.working.set()
        async with client_of(backend, token, journal) as client:
            (again,) = await client.jobs.resume_all()
            assert again == job
            assert (await again.result()).path.exists()
            assert backend.ledger.accepted == 1


@pytest.mark.parametrize("passes", [1, 2, 4, 8, 16])
async def test_a_canceled_opening_leaves_no_journal_open(clock, tmp_path, passes):
    async with StubBackend(clock=clock) as backend:
        client = client_of(backend, backend.issue_token(), tmp_path / "jobs.sqlite")
        async with client:
            opening = asyncio.create_task(client.jobs.list())
            for _ in range(passes):  # of the event loop, while a thread opens the file
                await asyncio.sleep(0)
            if opening.cancel():  # on a busy machine the thread may be ready by then
                with pytest.raises(asyncio.CancelledError):
                    await opening
        assert not [name for name in open_files() if str(tmp_path) in name]


@pytest.mark.parametrize("kept", [True, False])
def test_one_key_is_one_job(clock, clip, tmp_path, kept):
    @fast
    async def test(clock):
        journal = tmp_path / "jobs.sqlite" if kept else None
        async with StubBackend(clock=clock) as backend:
            token = backend.issue_token(credits=1000)
            async with client_of(backend, token, journal) as one:
                first = await one.jobs.submit(clip, PROMPT, key="order-17")
                second = await one.jobs.submit(clip, PROMPT, key="order-17")
                assert first == second
                await first.result()
                async with client_of(backend, token, journal) as two:
                    third = await two.jobs.submit(clip, PROMPT, key="order-17")
                    assert third == first
                    assert (await third.result()).path.exists()
                    with pytest.raises(errors.InputError, match="order-17"):
                        await two.jobs.submit(clip, "something else", key="order-17")
                    other = tmp_path / "other.mp4"
                    other.write_bytes(CLIP)
                    with pytest.raises(errors.InputError, match="another content"):
                        await two.jobs.submit(
                            other, PROMPT, key="order-17", output=tmp_path / "trip-with-music.mp4"
                        )
                clip.write_bytes(CLIP + b"more")
                with pytest.raises(errors.InputError, match="another content"):
                    await one.jobs.submit(clip, PROMPT, key="order-17")
            assert backend.ledger.accepted == 1

    test(clock=clock)


@fast
async def test_several_clips_are_uploaded_in_order(clock, tmp_path):
    paths = []
    for number in range(3):
        path = tmp_path / f"clip-{number}.mp4"
        path.write_bytes(CLIP + bytes([number]))
        paths.append(path)
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        video = await client.add_music(paths, PROMPT)
        assert video.path.name == "clip-0-with-music.mp4"
        assert [one.filename for one in video.state.media] == [p.name for p in paths]
        assert len(video.state.draft.video_tracks[0].segments) == 3
        assert video.warnings == ()
        with pytest.raises(errors.SourceError):
            await client.add_music([], PROMPT)
        with pytest.raises(errors.SourceError):
            await client.add_music([paths[0], tmp_path / "none.mp4"], PROMPT)


@fast
async def test_several_clips_are_not_uploaded_twice(clock, tmp_path):
    paths = []
    for number in range(3):
        path = tmp_path / f"clip-{number}.mp4"
        path.write_bytes(CLIP + bytes([number]))
        paths.append(path)
    async with StubBackend(clock=clock) as backend:
        async with backend.client(journal=tmp_path / "jobs.sqlite") as client:
            session = await client.sessions.open()
            await session.upload(paths[0])  # as if the first of them had arrived
            record = await (await client._core.job_store()).create(
                client.backend_name,
                {
                    "sources": [
                        {"name": p.name, "path": str(p), "stamp": [*_stamp(p)]} for p in paths
                    ],
                    "name": "clip-0.mp4",
                    "prompt": PROMPT,
                    "output": str(tmp_path / "out.mp4"),
                    "overwrite": False,
                    "language": "en",
                    "session_id": session.id,
                    "upload": "sending",
                },
                now=clock.time(),
            )
            video = await client.jobs.attach(record.id).result()
            assert [one.filename for one in video.state.media] == [p.name for p in paths]
            assert set(backend.ledger.uploads.values()) == {1}


def _stamp(path):
    info = path.stat()
    return info.st_size, info.st_mtime_ns


@fast
async def test_fewer_clips_on_the_timeline_than_given_are_a_warning(clock, tmp_path):
    from nemomusic.jobs.steps.job_steps import _warnings
    from nemomusic.models.state import State

    state = State({"state": {"draft": {"t": [{"tt": 0, "sg": [{}]}]}}})
    assert _warnings(2, state) == ("2 clips were uploaded, and the timeline shows 1 of them",)
    assert _warnings(1, state) == ()


@fast
async def test_a_session_of_which_no_job_is_known_is_recovered(clock, clip, tmp_path):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        await session.upload(clip)
        output = tmp_path / "out.mp4"
        with pytest.raises(errors.NoMusicAddedError):
            await client.jobs.recover(session.id, output=output)
        await session.ask(PROMPT)
        video = await client.jobs.recover(session.id, output=output)
        assert video.path.read_bytes()[4:8] == b"ftyp"
        assert video.session.id == session.id
        assert backend.ledger.accepted == 1


@pytest.mark.parametrize("stage", one_in(3, ["upload", "compose", "render", "download", "done"]))
@pytest.mark.parametrize("how", ["raises", "hangs", "coroutine"])
def test_a_failing_callback_does_not_end_a_job(clock, clip, stage, how):
    seen = []

    def raises(progress):
        if progress.stage == stage:
            seen.append(progress)
            raise ConnectionResetError

    async def hangs(progress):
        if progress.stage == stage:
            seen.append(progress)
            await asyncio.sleep(10**6)

    async def coroutine(progress):
        seen.append(progress)
        await asyncio.sleep(0.01)

    @fast
    async def test(clock):
        async with StubBackend(clock=clock) as backend, backend.client() as client:
            callback = {"raises": raises, "hangs": hangs, "coroutine": coroutine}[how]
            video = await client.add_music(clip, PROMPT, on_progress=callback)
            assert video.path.exists()
            assert backend.ledger.accepted == 1
            if how == "coroutine":
                assert [step.stage for step in seen][-1] == "done"
            else:
                assert len(seen) == 1

    test(clock=clock)


@fast
async def test_a_cancelled_call_carries_the_ids_and_can_be_gone_on_with(clock, clip):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        backend.scripted_engine.working.clear()
        working = asyncio.create_task(client.add_music(clip, PROMPT))
        await until(lambda: backend.ledger.accepted)
        while not working.done():  # again and again, as a canceled scope of anyio does
            working.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError) as caught:
            await working
        assert caught.value.job_id.startswith("job_")
        assert caught.value.session_id
        finishing = asyncio.create_task(client.jobs.attach(caught.value.job_id).result())
        await asyncio.sleep(1)
        backend.scripted_engine.working.set()
        video = await finishing
        assert video.path.exists()
        assert video.reply.outcome == "complete"  # its turn was still read
        assert max(clock.slept) < 1  # the render was waited for, the outcome was not
        assert backend.ledger.accepted == 1


@fast
async def test_a_timeout_of_the_callers_carries_the_ids(clock, clip):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        backend.scripted_engine.working.clear()
        with pytest.raises(TimeoutError) as caught:
            await asyncio.wait_for(client.add_music(clip, PROMPT), 30)
        assert caught.value.__cause__.job_id.startswith("job_")
        backend.scripted_engine.working.set()


@fast
async def test_waiting_with_a_timeout_leaves_the_job_working(clock, clip):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        backend.scripted_engine.working.clear()
        job = await client.jobs.submit(clip, PROMPT)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(job.result(), 30)
        assert (await job.status()).active
        backend.scripted_engine.working.set()
        results = await asyncio.gather(job.result(), job.result())
        assert results[0].path == results[1].path


@fast
async def test_bytes_are_let_go_when_they_are_uploaded(clock, tmp_path):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        source = Source(CLIP, name="clip.mp4")
        job = await client.jobs.submit(source, PROMPT, output=tmp_path / "out.mp4")
        await job.result()
        assert not client.jobs._driver._clips
