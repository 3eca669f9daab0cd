"""The journal: several processes, leases, files that are something else."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
import textwrap

import pytest

from nemomusic import errors
from nemomusic.journal import Journal


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "folder" / "jobs.sqlite")
    yield journal
    journal.close()


def child(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )


async def test_notes_are_merged_and_kept(journal):
    record = await journal.create("https://api", {"source": "a.mp4", "output": "b.mp4"}, now=1.0)
    assert (record.status, record.updated) == ("open", 1.0)
    await journal.note(record.id, "session", "intent", {}, now=2.0)
    after = await journal.note(record.id, "session", "done", {"session_id": "7"}, now=3.0)
    assert after.data == {
        "source": "a.mp4",
        "output": "b.mp4",
        "session_id": "7",
        "step": "session",
    }
    assert str(after) == f"{record.id} open after session: a.mp4 -> b.mp4"
    done = await journal.note(record.id, "download", "done", {}, now=4.0, status="done")
    assert done == await journal.get(record.id)
    assert str(done) == f"{record.id} done: a.mp4 -> b.mp4"
    steps = await journal.steps(record.id)
    assert [(one.at, one.step, one.phase) for one in steps] == [
        (2.0, "session", "intent"),
        (3.0, "session", "done"),
        (4.0, "download", "done"),
    ]
    assert steps[1].data == {"session_id": "7"}
    again = Journal(journal.path)
    assert await again.list() == [done]
    again.close()


async def test_jobs_that_are_gone(journal):
    record = await journal.create("x", {}, now=1.0)
    await journal.forget(record.id)
    assert await journal.list() == []
    assert await journal.steps(record.id) == []
    for call in (
        lambda: journal.get(record.id),
        lambda: journal.forget(record.id),
        lambda: journal.note(record.id, "session", "done", {}, now=2.0),
    ):
        with pytest.raises(errors.JobNotFoundError):
            await call()


def test_what_is_no_journal(tmp_path):
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE mine (x)")
    db.close()
    text = tmp_path / "notes.txt"
    text.write_text("not a database, and long enough to be seen as something" * 20)
    newer = tmp_path / "newer.sqlite"
    Journal(newer).close()
    with sqlite3.connect(newer) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    for path in (other, text, newer, tmp_path):
        with pytest.raises(errors.JournalError):
            Journal(path)
    with sqlite3.connect(other) as db:
        assert [name for (name,) in db.execute("SELECT name FROM sqlite_master")] == ["mine"]
    db.close()


async def test_many_processes_may_begin_one_at_once(tmp_path):
    path = tmp_path / "jobs.sqlite"
    code = """
        import asyncio, sys
        from nemomusic.journal import Journal
        sys.stdin.readline()
        journal = Journal(sys.argv[1])
        async def main():
            record = await journal.create("x", {}, now=1.0)
            for n in range(10):
                await journal.note(record.id, "upload", "done", {str(n): n}, now=2.0)
        asyncio.run(main())
        journal.close()
    """
    children = [child(code, path) for _ in range(5)]
    for one in children:
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in children:
        one.communicate(timeout=60)
        assert one.returncode == 0
    journal = Journal(path)
    jobs = await journal.list()
    assert [len(job.data) for job in jobs] == [11] * 5
    journal.close()


async def test_one_process_at_a_time_works_on_a_job(journal):
    code = """
        import sys, time
        from nemomusic.journal import Journal
        journal = Journal(sys.argv[1])
        lease = journal.lease(sys.argv[2])
        with lease:
            print("held", flush=True)
            time.sleep(600)
    """
    holder = child(code, journal.path, "job_1")
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(errors.JobBusyError) as caught:
            with journal.lease("job_1"):
                pass
        assert caught.value.job_id == "job_1"
        with journal.lease("job_2"):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with journal.lease("job_1"):  # the system let go of it
            pass
    finally:
        holder.kill()
        holder.communicate()


def test_two_tasks_of_one_process_neither(journal):
    with journal.lease("job_1"):
        with pytest.raises(errors.JobBusyError):
            with journal.lease("job_1"):
                pass
    with journal.lease("job_1") as lease:
        lease.remove()
    assert list(journal.path.with_name("jobs.sqlite.leases").iterdir()) == []


async def test_what_is_begun_is_written_though_the_caller_is_cancelled(journal):
    record = await journal.create("x", {}, now=1.0)
    for n in range(30):
        writing = asyncio.create_task(journal.note(record.id, "upload", "done", {"n": n}, now=2.0))
        for _ in range(n % 5):
            await asyncio.sleep(0)
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
        assert asyncio.all_tasks() == {asyncio.current_task()}
        # Both are there, or neither.
        steps = await journal.steps(record.id)
        assert (await journal.get(record.id)).data.get("n") == (
            steps[-1].data["n"] if steps else None
        )
    assert await journal.steps(record.id)


async def test_a_closed_journal_says_so(journal):
    journal.close()
    with pytest.raises(errors.JournalError):
        await journal.list()
