"""A journal that has lost notes: no message is sent again until the job's owner says so."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress

import pytest

from nemomusic import Client, errors
from nemomusic.jobs.storage.salvage import salvage_journal
from nemomusic.settings import Settings
from nemomusic.testing import FakeClock, StubBackend
from support.fast import fast

PROMPT = "warm lo-fi"
OF_MESSAGE = "step='message' AND phase='intent'"


@pytest.fixture
def clock():
    return FakeClock()


def told(data: str) -> str:
    """Return the statement that leaves this note of a message that was on its way."""
    return f"UPDATE steps SET data='{data}' WHERE {OF_MESSAGE}"


LOST = {
    "the note is empty": (told("{}"), errors.JournalError),
    "the note has another word": (
        told('{"message":"sanding","baseline":{}}'),
        errors.OutcomeUnknownError,
    ),
    "the baseline is missing": (told('{"message":"sending"}'), errors.OutcomeUnknownError),
    "the note is of no job": (f"UPDATE steps SET job='x' WHERE {OF_MESSAGE}", errors.JournalError),
    "the job has another id": ("UPDATE jobs SET id='x'", errors.JournalError),
    "the prompt is missing": ("UPDATE jobs SET data='{\"sources\":[]}'", errors.JournalError),
    "the notes of a finished job": (
        "DELETE FROM steps; UPDATE jobs SET status='done'",
        errors.OutcomeUnknownError,
    ),
    "nothing, and the baseline was empty": (told('{"message":"sending","baseline":{}}'), None),
}


def other(backend, token, journal):
    """Return a client as another process makes it."""
    settings = Settings(
        api_url=backend.url, web_url=backend.url, client_id="testing", token_file=None
    )
    return Client(token, settings=settings, journal=journal, clock=backend.clock)


async def killed_job(client, tmp_path, journal) -> str:
    """Leave a job as a process leaves it that is killed while its message is on its way."""
    clip = tmp_path / "trip.mp4"
    clip.write_bytes(b"\0\0\0\x18ftypmp42")
    video = await client.add_music(clip, PROMPT)
    video.path.unlink()
    with closing(sqlite3.connect(journal)) as db, db:
        db.execute(f"DELETE FROM steps WHERE rowid > (SELECT rowid FROM steps WHERE {OF_MESSAGE})")
        db.execute("UPDATE jobs SET status='open'")
    return video.job_id


@pytest.mark.parametrize("case", LOST)
@fast
async def test_no_message_is_sent_again(tmp_path, clock, case):
    damage, expected = LOST[case]
    journal = tmp_path / "jobs.sqlite"
    async with StubBackend(clock=clock) as backend:
        token = backend.issue_token()
        async with other(backend, token, journal) as client:
            job = await killed_job(client, tmp_path, journal)
        with closing(sqlite3.connect(journal)) as db:
            db.executescript(damage)
        try:
            async with other(backend, token, journal) as client:
                assert (await client.jobs.attach(job).result()).path.exists()
        except errors.NemoMusicError as error:
            assert type(error) is expected
            assert error.remedy
        else:
            assert expected is None
        assert backend.ledger.accepted == 1


@fast
async def test_a_salvaged_job_without_its_notes_waits_for_its_owner(tmp_path, clock):
    journal = tmp_path / "jobs.sqlite"
    async with StubBackend(clock=clock) as backend:
        token = backend.issue_token()
        async with other(backend, token, journal) as client:
            job = await killed_job(client, tmp_path, journal)
        with closing(sqlite3.connect(journal)) as db, db:
            db.execute(f"DELETE FROM steps WHERE {OF_MESSAGE}")
            db.execute("UPDATE steps SET data=CAST(x'ff' AS TEXT) WHERE step='token'")
        saved = salvage_journal(journal)
        assert (saved.jobs, saved.put_aside.exists()) == (1, True)
        with closing(sqlite3.connect(journal)) as db, db:
            db.execute("DELETE FROM steps WHERE step='token'")  # that one can't be understood
        async with other(backend, token, journal) as client:
            for _ in range(2):
                with pytest.raises(errors.OutcomeUnknownError, match="does not tell"):
                    await client.jobs.attach(job).result()
            assert (await client.jobs.get(job)).state == "unknown"
            assert backend.ledger.accepted == 1
            with suppress(errors.NoMusicAddedError):  # it changes nothing: the first one did
                await client.jobs.attach(job).result(resend=True)
        assert backend.ledger.accepted == 2
