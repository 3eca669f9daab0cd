"""The main job, its journal, and going on with it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress

import pytest

from nemomusic import errors
from nemomusic.files.sources import Source
from nemomusic.jobs.storage import group_commit
from nemomusic.jobs.storage.journal import Journal
from nemomusic.local import LocalOptions
from nemomusic.settings import Settings
from nemomusic.testing import FakeClock, Faults, StubBackend
from support.fast import fast
from support.rows import quick_rows

PROMPT = "warm lo-fi music that follows the cuts"


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "trip.mp4"
    path.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(5000))
    return path


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "jobs.sqlite"


@fast
async def test_steps_are_on_disk_before_they_are_taken(clock, clip, journal):
    async with StubBackend(clock=clock) as backend, backend.client(journal=journal) as client:
        video = await client.add_music(clip, PROMPT)
        assert video.path.name == "trip-with-music.mp4"
        (record,) = await client.jobs.list()
        assert (record.id, record.state) == (video.job_id, "done")
        steps = await client.jobs.log(record.id)
        assert [f"{one.step} {one.phase}" for one in steps] == [
            "token done",
            "session intent",
            "session done",
            "upload intent",
            "upload done",
            "message intent",
            "message accepted",
            "message done",
            "render intent",
            "render submitted",
            "download intent",
            "download whole",
            "download done",
        ]
        token = (await client.auth.token()).reveal()
        assert token.encode() not in journal.read_bytes()
        assert record.data["session_id"] == video.session.id
        assert record.data["render_id"] == video.export.render_id
        assert not (await client.jobs.attach(record.id).status()).active
    assert list(journal.with_name("jobs.sqlite.owners").iterdir()) == []


class Killed(BaseException):
    """Stands for the end of the process: no handler of the library's may run on it."""


STEPS = 13


@fast
async def test_a_placed_result_is_accepted_however_often_the_process_dies(
    clock, clip, journal, monkeypatch
):
    real, deadly = Journal.note, ["download done"]

    async def note(self, job, step, phase, *args, **kwargs):
        if f"{step} {phase}" == "download done" == deadly[0]:
            raise Killed
        await real(self, job, step, phase, *args, **kwargs)
        if f"{step} {phase}" == deadly[0]:
            raise Killed

    async with StubBackend(clock=clock) as backend:
        token = backend.issue_token(credits=1000)
        with monkeypatch.context() as patch:
            patch.setattr(Journal, "note", note)
            async with other(backend, token, journal) as client:
                with pytest.raises(Killed):
                    await client.add_music(clip, PROMPT)
            placed = clip.with_name("trip-with-music.mp4").stat()
            for moment in ("download whole", "download done"):
                deadly[0] = moment
                async with other(backend, token, journal) as client:
                    (record,) = await client.jobs.list()
                    with suppress(Killed):
                        await client.jobs.attach(record.id).result()
        async with other(backend, token, journal) as client:
            video = await client.jobs.attach(record.id).result()
            assert (await client.jobs.attach(record.id).status()).state == "done"
        found = video.path.stat()
        assert (found.st_ino, found.st_mtime_ns) == (placed.st_ino, placed.st_mtime_ns)
        assert video.export.size == placed.st_size
        assert backend.ledger.renders_downloaded.total() == backend.ledger.accepted == 1


@pytest.mark.parametrize("at", range(STEPS))
@pytest.mark.parametrize("when", quick_rows({"after"}, ["before", "after"]))
def test_resumed_from_any_note(clock, clip, journal, monkeypatch, at, when):
    @fast
    async def test(clock):
        real, left = Journal.note, at

        async def note(self, *args, **kwargs):
            nonlocal left
            left -= 1
            if left < 0 and when == "before":
                raise Killed
            result = await real(self, *args, **kwargs)
            if left < 0:
                raise Killed
            return result

        async with StubBackend(clock=clock) as backend:
            token = backend.issue_token(credits=1000)
            async with other(backend, token, journal) as client:
                with monkeypatch.context() as patch:
                    patch.setattr(Journal, "note", note)
                    with pytest.raises(Killed):
                        await client.add_music(clip, PROMPT)
            resent = False
            async with other(backend, token, journal) as client:
                (record,) = await client.jobs.list()
                if record.state == "done":
                    assert (when, at) == ("after", STEPS - 1)
                    requests = backend.faults.requests.copy()
                    video = await client.jobs.attach(record.id).result()
                    assert backend.faults.requests == requests  # its record tells all
                    assert video.reply.changes.added_audio
                    assert "BGM" in str(video.timeline)
                    assert video.path.read_bytes()[4:8] == b"ftyp"
                    return
                try:
                    video = await client.jobs.attach(record.id).result()
                except errors.OutcomeUnknownError:
                    # Between the intent and the first evidence nobody can tell.
                    assert (at, when) == (5, "after")
                    assert (await client.jobs.get(record.id)).state == "unknown"
                    with pytest.raises(errors.OutcomeUnknownError):
                        await client.jobs.attach(record.id).result()
                    resent = True
                    video = await client.jobs.attach(record.id).result(resend=True)
                assert resent == ((at, when) == (5, "after"))
                assert video.path.read_bytes()[4:8] == b"ftyp"
                assert (await client.jobs.get(record.id)).state == "done"
                ledger = backend.ledger
                assert list(ledger.messages.values()) == [[PROMPT]]
                assert set(ledger.uploads.values()) == {1}
                assert len(ledger.renders_started) == len(ledger.renders_downloaded) == 1
                assert ledger.credits_spent == 100

    test(clock=clock)


def other(backend, token, journal):
    """Return a client as another process makes it."""
    from nemomusic import Client

    return Client(
        token,
        settings=Settings(
            api_url=backend.url, web_url=backend.url, client_id="testing", token_file=None
        ),
        journal=journal,
        clock=backend.clock,
    )


@fast
async def test_a_message_that_may_be_under_way_is_looked_for_not_sent(clock, clip, journal):
    async with StubBackend(clock=clock) as backend:
        token = backend.issue_token(credits=1000)
        async with other(backend, token, journal) as client:
            backend.scripted_engine.working.clear()
            working = asyncio.create_task(client.add_music(clip, PROMPT))
            while not backend.ledger.accepted:
                await asyncio.sleep(0.1)
            working.cancel()
            with pytest.raises(asyncio.CancelledError):
                await working
        backend.scripted_engine.working.set()
        async with other(backend, token, journal) as client:
            (record,) = await client.jobs.list()
            assert record.state == "open"
            before = len(clock.slept)
            video = await client.jobs.attach(record.id).result()
            assert max(clock.slept[before:]) <= 4, "on loopback, the state is read every 4 s"
            assert video.reply.outcome == "recovered"
            assert backend.ledger.accepted == 1


@fast
async def test_a_refused_message_may_be_sent_by_resuming(clock, clip, journal):
    async with StubBackend(clock=clock) as backend, backend.client(journal=journal) as client:
        backend.faults.add("stream", Faults.code(2001))
        with pytest.raises(errors.OutOfCreditsError):
            await client.add_music(clip, PROMPT)
        (record,) = await client.jobs.list()
        assert (record.state, record.data["message"]) == ("open", None)
        await client.jobs.attach(record.id).result()
        assert backend.ledger.accepted == 1
        assert set(backend.ledger.uploads.values()) == {1}


@fast
async def test_a_failed_turn_is_not_asked_for_again_by_itself(clock, clip, journal):
    async with StubBackend(clock=clock) as backend, backend.client(journal=journal) as client:
        backend.faults.add("stream", Faults.agent_error())
        with pytest.raises(errors.AgentError) as first:
            await client.add_music(clip, PROMPT)
        (record,) = await client.jobs.list()
        assert record.state == "failed"
        for _ in range(2):
            with pytest.raises(errors.NoMusicAddedError) as again:
                await client.jobs.attach(record.id).result()
            assert again.value.message == f"no music was added: {first.value.message}"
        assert again.value.job_id == record.id
        assert backend.faults.requests["stream"] == 1
        await client.jobs.attach(record.id).result(resend=True)
        assert backend.ledger.accepted == 1


@fast
async def test_no_music_nothing_exported(clock, clip, journal):
    async with StubBackend(clock=clock) as backend, backend.client(journal=journal) as client:
        with pytest.raises(errors.NoMusicAddedError) as caught:
            await client.add_music(clip, "what is the capital of France?")
        assert caught.value.reply.text[:80] in caught.value.message
        assert backend.ledger.renders_started == []
        (record,) = await client.jobs.list()
        assert record.state == "failed"
        await caught.value.session.ask(PROMPT)


@fast
async def test_a_session_lost_before_the_message_is_opened_anew(clock, clip, journal):
    async with StubBackend(clock=clock) as backend, backend.client(journal=journal) as client:
        backend.faults.add("state", Faults.status(403))
        with pytest.raises(errors.InvalidRequestError):
            await client.add_music(clip, PROMPT)
        (record,) = await client.jobs.list()
        backend.lose_sessions()
        video = await client.jobs.attach(record.id).result()
        assert video.session.id != record.data["session_id"]
        (record,) = await client.jobs.list()
        assert record.data["session_id"] == video.session.id
        assert max(backend.ledger.uploads.values()) == 2


@fast
async def test_a_session_lost_after_the_message_ends_the_job(clock, clip, journal):
    async with StubBackend(clock=clock) as backend, backend.client(journal=journal) as client:
        backend.faults.add("render-start", Faults.lose_sessions())
        with pytest.raises(errors.SessionLostError):
            await client.add_music(clip, PROMPT)
        (record,) = await client.jobs.list()
        assert record.state == "failed"
        assert backend.ledger.accepted == 1


@fast
async def test_resumed_with_the_token_that_started_it_only(clock, clip, journal):
    async with StubBackend(clock=clock) as backend:
        async with backend.client(journal=journal) as client:
            backend.faults.add("stream", Faults.code(2001))
            with pytest.raises(errors.OutOfCreditsError):
                await client.add_music(clip, PROMPT)
            (record,) = await client.jobs.list()
        async with backend.client(journal=journal) as another:
            with pytest.raises(errors.JobError, match="another token"):
                await another.jobs.attach(record.id).result()
        with sqlite3.connect(journal) as db:
            db.execute("UPDATE jobs SET backend = 'https://elsewhere'")
        db.close()
        async with backend.client(journal=journal) as another:
            with pytest.raises(errors.JobError, match="elsewhere"):
                await another.jobs.attach(record.id).result()
        assert backend.ledger.accepted == 0


async def reports_of(job):
    return [step async for step in job.progress()]


@fast
async def test_one_at_a_time(clock, clip, journal):
    async with StubBackend(clock=clock) as backend:
        token = backend.issue_token(credits=1000)
        async with other(backend, token, journal) as one, other(backend, token, journal) as two:
            backend.scripted_engine.working.clear()
            working = asyncio.create_task(one.add_music(clip, PROMPT))
            while not backend.ledger.accepted:
                await asyncio.sleep(0.1)
            (record,) = await two.jobs.list()
            assert (await two.jobs.attach(record.id).status()).active
            following = asyncio.create_task(two.jobs.attach(record.id).result())
            watching = asyncio.create_task(reports_of(two.jobs.attach(record.id)))
            with pytest.raises(errors.JobBusyError):
                await two.jobs.forget(record.id)
            with pytest.raises(errors.JobBusyError):
                await two.jobs.attach(record.id).cancel()
            await asyncio.sleep(3)
            assert not following.done()
            backend.scripted_engine.working.set()
            video = await working
            assert (await following).path == video.path
            reports = await watching
            assert [one.stage for one in reports].count("done") == 1
            shares = [one.overall for one in reports]
            assert shares == sorted(shares)
            assert shares[-1] == 1.0
            assert backend.ledger.accepted == 1
            assert not (await two.jobs.attach(record.id).status()).active
            await two.jobs.forget(record.id)
            assert await one.jobs.list() == []
            with pytest.raises(errors.JobNotFoundError):
                await two.jobs.attach(record.id).result()


@fast
async def test_a_source_that_changed_or_went(clock, clip, journal):
    async with StubBackend(clock=clock) as backend, backend.client(journal=journal) as client:
        backend.faults.add("upload", Faults.status(403), times=2)
        for change in (lambda: clip.write_bytes(b"another"), clip.unlink):
            if not clip.exists():
                clip.write_bytes(b"x")
            with pytest.raises(errors.InvalidRequestError):
                await client.add_music(clip, PROMPT)
            record = (await client.jobs.list())[-1]
            change()
            with pytest.raises((errors.JobError, errors.SourceError)):
                await client.jobs.attach(record.id).result()
        assert not backend.ledger.uploads


@fast
async def test_sources_without_a_path(clock, tmp_path, journal):
    data = b"\0\0\0\x18ftypmp42" + bytes(100)
    async with StubBackend(clock=clock, options=LocalOptions(allow_private_urls=True)) as backend:
        async with backend.client(journal=journal) as client:
            with pytest.raises(errors.OutputError):
                await client.add_music(data, PROMPT)
            video = await client.add_music(data, PROMPT, output=tmp_path / "a.mp4")
            url = video.state.media[0].url
            await client.add_music(url, PROMPT, output=tmp_path / "b.mp4")
            backend.faults.add("upload", Faults.status(403))
            with pytest.raises(errors.InvalidRequestError):
                await client.add_music(data, PROMPT, output=tmp_path / "c.mp4")
            record = (await client.jobs.list())[-1]
            await client.jobs.attach(record.id).result()  # the bytes are still at hand
            assert backend.ledger.accepted == 3
            token = (await client.auth.token()).reveal()
            backend.faults.add("upload", Faults.status(403))
            with pytest.raises(errors.InvalidRequestError):
                await client.add_music(data, PROMPT, output=tmp_path / "d.mp4")
            record = (await client.jobs.list())[-1]
        async with other(backend, token, journal) as client:
            with pytest.raises(errors.JobError, match="not a file"):
                await client.jobs.attach(record.id).result()
            assert backend.ledger.accepted == 3


@fast
async def test_without_a_journal(clock, clip, tmp_path):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        video = await client.add_music(clip, PROMPT)
        again = await client.jobs.attach(video.job_id).result()
        assert again.path == video.path
        assert again.reply.text == video.reply.text
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            "trip-with-music.mp4",
            "trip.mp4",
        ]


@fast
async def test_two_jobs_under_way_do_not_write_one_file(clock, clip, journal):
    async with StubBackend(clock=clock) as backend, backend.client(journal=journal) as client:
        out = clip.with_name("out.mp4")
        jobs = [client.jobs.submit(clip, PROMPT, output=out, key=key) for key in ("a", "a", "b")]
        one, same, other = await asyncio.gather(*jobs, return_exceptions=True)
        if isinstance(other, errors.OutputExistsError):
            first = one
            assert first == same
        else:  # the three begin at the same time: the last one may be the first to claim its output
            first = other
            assert all(isinstance(late, errors.OutputExistsError) for late in (one, same))
        with pytest.raises(errors.OutputExistsError, match="another job of this client"):
            await client.add_music(clip, PROMPT, output=out, overwrite=True)
        assert (await first.result()).path == out
        assert backend.ledger.accepted == 1
        assert (await client.add_music(clip, PROMPT, output=out, overwrite=True)).path == out


@fast
async def test_two_clients_on_one_account_know_the_cost_of_their_own_jobs(clock, clip):
    async with StubBackend(clock=clock) as backend:
        token = backend.issue_token(credits=1000)
        async with other(backend, token, None) as one, other(backend, token, None) as two:
            jobs = [
                client.add_music(clip, PROMPT, output=clip.with_name(name))
                for client, name in ((one, "1.mp4"), (two, "2.mp4"))
            ]
            assert [video.credits for video in await asyncio.gather(*jobs)] == [100, 100]


@fast
async def test_an_output_of_somebody_elses_is_not_overwritten_by_resuming(clock, clip, journal):
    async with StubBackend(clock=clock) as backend, backend.client(journal=journal) as client:
        backend.faults.add("stream", Faults.code(2001))
        with pytest.raises(errors.OutOfCreditsError):
            await client.add_music(clip, PROMPT)
        (record,) = await client.jobs.list()
        output = clip.with_name("trip-with-music.mp4")
        output.write_text("mine")
        with pytest.raises(errors.OutputExistsError):
            await client.jobs.attach(record.id).result()
        assert output.read_text() == "mine"
        assert backend.ledger.accepted == 0  # it is refused before the message is paid for
        job = client.jobs.attach(record.id)
        assert (await job.status()).error_type == "OutputExistsError"
        await job.result(overwrite=True)
        assert output.read_bytes()[4:8] == b"ftyp"
        assert backend.ledger.accepted == 1
        status = await job.status()  # the errors of earlier tries are over
        assert (status.state, status.error) == ("done", None)
        assert (status.error_type, status.remedy) == (None, None)


@fast
async def test_a_job_does_not_go_on_while_another_one_writes_its_output(clock, clip, journal):
    out = clip.with_name("out.mp4")
    async with StubBackend(clock=clock) as backend, backend.client(journal=journal) as client:
        backend.faults.add("stream", Faults.code(2001))
        with pytest.raises(errors.OutOfCreditsError):
            await client.add_music(clip, PROMPT, output=out)
        (record,) = await client.jobs.list()
        other = await client.jobs.submit(clip, PROMPT, output=out)
        with pytest.raises(errors.OutputExistsError, match="another job of this client") as caught:
            await client.jobs.attach(record.id).result(overwrite=True)
        assert caught.value.job_id == record.id
        assert (await other.result()).path == out
        assert backend.ledger.accepted == 1
        await client.jobs.attach(record.id).result(overwrite=True)
        assert backend.ledger.accepted == 2


@pytest.mark.parametrize(("stage", "renders"), [("compose", 0), ("render", 1), ("download", 1)])
def test_what_came_into_being_at_the_output_is_never_taken_for_the_jobs(
    clock, clip, journal, stage, renders
):
    output = clip.with_name("trip-with-music.mp4")

    def meanwhile(progress):
        if progress.stage == stage:
            output.write_text("mine")

    @fast
    async def test(clock):
        async with StubBackend(clock=clock) as backend, backend.client(journal=journal) as client:
            with pytest.raises(errors.OutputExistsError):
                await client.add_music(clip, PROMPT, on_progress=meanwhile)
            assert len(backend.ledger.renders_started) == renders
            (record,) = await client.jobs.list()
            with pytest.raises(errors.OutputExistsError):
                await client.jobs.attach(record.id).result()
            assert output.read_text() == "mine"
            output.unlink()
            await client.jobs.attach(record.id).result()
            assert output.read_bytes()[4:8] == b"ftyp"
            assert len(backend.ledger.renders_started) == 1

    test(clock=clock)


@fast
async def test_a_folder_that_went_is_told_before_a_render_is_begun(clock, clip, journal, tmp_path):
    folder = tmp_path / "films"
    folder.mkdir()

    def meanwhile(progress):
        if progress.stage == "compose" and folder.exists():
            folder.rmdir()

    async with StubBackend(clock=clock) as backend, backend.client(journal=journal) as client:
        with pytest.raises(errors.OutputError, match="does not exist"):
            await client.add_music(clip, PROMPT, output=folder, on_progress=meanwhile)
        assert backend.ledger.renders_started == []


@fast
async def test_one_deadline_spans_the_whole_job(clock, clip, tmp_path):
    for step in ("open-session", "upload", "stream", "render-status", "cdn"):
        async with StubBackend(clock=clock) as backend, backend.client() as client:
            backend.faults.add(step, Faults.stall_before(), times=99)
            began = clock.monotonic()
            output = tmp_path / f"{step}.mp4"
            with pytest.raises(errors.NemoMusicError) as caught:
                await client.with_options(deadline=40).add_music(clip, PROMPT, output=output)
            expected = (
                errors.OutcomeUnknownError if step == "stream" else errors.DeadlineExceededError
            )
            assert type(caught.value) is expected, step
            assert clock.monotonic() - began <= 41
            assert not output.exists()


@fast
async def test_wrong_arguments_are_refused_before_anything_is_sent(clock, tmp_path, journal):
    async with StubBackend(clock=clock) as backend, backend.client(journal=journal) as client:
        for ending in ("mp3", "wav", "m4a", "aac", "MP3"):
            song = tmp_path / f"song.{ending}"
            song.write_bytes(b"ID3" + bytes(100))
            for source in (song, Source(song.read_bytes(), name=song.name)):
                with pytest.raises(errors.SourceError, match="needs a video") as caught:
                    await client.add_music(source, PROMPT, output=tmp_path / "a.mp4")
                assert "session.upload()" in caught.value.remedy
        with pytest.raises(errors.SourceError, match=r"song\.mp3 is sound alone"):
            await client.add_music(
                "https://example.com/a/song.mp3?key=1", PROMPT, output=tmp_path / "a.mp4"
            )
        for prompt in ("...", " ！？ ", None):
            with pytest.raises(errors.PromptError, match=r"no word|not None"):
                await client.add_music("trip.mp4", prompt)
        with pytest.raises(errors.SourceError, match="does not exist"):  # an emoji is a prompt
            await client.add_music(tmp_path / "none.mp4", "🎵")
        for language in ("klingon", "klingon!", "e", "", "en-", "x" * 36, "en\n", 7):
            with pytest.raises(errors.InputError, match="language is a code") as wrong:
                await client.add_music("trip.mp4", PROMPT, language=language)
            assert "zh-CN" in wrong.value.remedy
        with pytest.raises(errors.InputError, match="language is a code"):
            await client.sessions.open("trip", "klingon!")
        with pytest.raises(errors.SourceError, match="holds bytes without a name"):
            await client.add_music(("a.mp4", b"content", "video/mp4"), PROMPT)
        assert await client.jobs.list() == []
        assert not backend.ledger.uploads


@pytest.mark.parametrize("limit", ["cancellation", "deadline"])
async def test_a_journal_that_another_program_keeps_locked(limit, tmp_path, monkeypatch):
    """The limits of the caller end the wait, and nothing was sent."""
    monkeypatch.setattr(group_commit, "BUSY_SECONDS", 10**6)
    path = tmp_path / "jobs.sqlite"
    output = tmp_path / "out.mp4"
    async with StubBackend() as backend, backend.client(journal=path) as client:
        assert await client.jobs.list() == []
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        source = Source(b"\0\0\0\x18ftypmp42" + bytes(100), name="a.mp4")
        if limit == "deadline":
            with pytest.raises(errors.DeadlineExceededError):
                await client.with_options(deadline=0.1).jobs.submit(source, PROMPT, output=output)
        else:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.add_music(source, PROMPT, output=output), 0.1)
        monkeypatch.setattr(group_commit, "BUSY_SECONDS", 0)
        with pytest.raises(errors.JournalError, match="locked") as caught:
            await client.jobs.submit(source, PROMPT, output=output)
        assert "close that program" in caught.value.remedy
        other.execute("ROLLBACK")
        other.close()
        assert await client.jobs.list() == []  # a call that was given up was not made
        assert backend.ledger.accepted == 0


async def test_a_busy_journal_does_not_hold_up_the_loop(journal):
    Journal(journal).close()
    other = sqlite3.connect(journal, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # as while another process writes
    async with StubBackend() as backend, backend.client(journal=journal) as client:
        listing = asyncio.gather(client.jobs.list(), client.jobs.list())
        await client.credits.balance()  # other work goes on meanwhile
        assert not listing.done()
        other.execute("COMMIT")
        other.close()
        assert await listing == [[], []]
