"""The journal: several processes, leases, files that are something else."""

from __future__ import annotations

import asyncio
import gc
import math
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import types
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from nemomusic import errors
from nemomusic.jobs.job import Job
from nemomusic.jobs.storage import journal_database
from nemomusic.jobs.storage.group_commit import MAX_CALLS, GroupCommit
from nemomusic.jobs.storage.journal import Journal
from nemomusic.jobs.storage.memory_journal import MAX_KEPT_JOBS, MemoryJournal
from nemomusic.jobs.storage.salvage import salvage_journal


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


async def test_a_thread_that_does_not_start_is_told_and_later_calls_do_not_wait(
    journal, monkeypatch
):
    def refuse(*_):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(ThreadPoolExecutor, "submit", refuse)
        for _ in range(2):
            with pytest.raises(errors.JournalError, match="can't start new thread"):
                await asyncio.wait_for(journal.list(), 10)
    assert await journal.list() == []


async def test_notes_are_merged_and_kept(journal):
    record = await journal.create(
        "https://api", {"sources": [{"path": "a.mp4"}], "output": "b.mp4"}, now=1.0
    )
    assert (record.state, record.updated) == ("open", 1.0)
    await journal.note(record.id, "session", "intent", {}, now=2.0)
    await journal.note(record.id, "session", "done", {"session_id": "7"}, now=3.0)
    after = await journal.get(record.id)
    assert after.data == {
        "sources": [{"path": "a.mp4"}],
        "output": "b.mp4",
        "session_id": "7",
        "step": "session",
    }
    assert str(after) == f"{record.id} open after session: a.mp4 -> b.mp4"
    await journal.note(record.id, "download", "done", {}, now=4.0, state="done")
    done = await journal.get(record.id)
    assert done.updated == 4.0
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


async def test_a_key_may_hold_a_file_name_that_is_no_text(journal):
    keys = ["output:/a/b\udcff.mp4", "output:/a/b\udc80.mp4", "output:/a/\u00e9.mp4"]
    for key in keys:
        record = await journal.create("local:/\udcff", {"output": key}, now=1.0, key=key)
        found = await journal.find("local:/\udcff", key)
        assert found == record
    assert sorted(await journal.keys("local:/\udcff", "output:/a/b")) == sorted(keys[:2])
    assert await journal.keys("local:/\udcff", "put:/a") == []
    assert await journal.find("local:/\udcff", "output:/a/b.mp4") is None


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


def test_a_file_that_another_process_is_about_to_make_is_waited_for(tmp_path, monkeypatch):
    path = tmp_path / "jobs.sqlite"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # SQLite answers the switch to WAL with "busy" at once
    waits = []

    def wait(seconds):
        waits.append(seconds)
        if len(waits) == 2:
            other.execute("COMMIT")

    monkeypatch.setattr(journal_database.time, "sleep", wait)
    Journal(path).close()
    assert len(waits) == 2
    other.close()


async def test_many_processes_may_begin_one_at_once(tmp_path):
    path = tmp_path / "jobs.sqlite"
    code = """
        import asyncio, sys
        from nemomusic.jobs.storage.journal import Journal
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
        one.communicate(timeout=180)
        assert one.returncode == 0
    journal = Journal(path)
    jobs = await journal.list()
    assert [len(job.data) for job in jobs] == [11] * 5
    journal.close()


async def test_one_process_at_a_time_works_on_a_job(journal):
    code = """
        import asyncio, sys, time
        from nemomusic.jobs.storage.journal import Journal
        async def main():
            async with Journal(sys.argv[1]).lease(sys.argv[2]):
                print("held", flush=True)
                time.sleep(600)
        asyncio.run(main())
    """
    owner = child(code, journal.path, "job_1")
    try:
        assert owner.stdout.readline() == "held\n"
        with pytest.raises(errors.JobBusyError) as caught:
            async with journal.lease("job_1"):
                pass
        assert caught.value.job_id == "job_1"
        assert str(owner.pid) in caught.value.message
        assert await journal.held("job_1")
        async with journal.lease("job_2"):
            pass
        owner.send_signal(signal.SIGSTOP)  # it may wake at any time, and go on
        assert await journal.held("job_1")
        owner.send_signal(signal.SIGKILL)
        owner.wait()
        assert not await journal.held("job_1")
        async with journal.lease("job_1"):  # the system let go of it
            pass
    finally:
        owner.kill()
        owner.communicate()


async def test_two_tasks_of_one_process_neither(journal):
    for other in (journal, Journal(journal.path)):
        async with journal.lease("job_1"):
            with pytest.raises(errors.JobBusyError, match="this process"):
                async with other.lease("job_1"):
                    pass
            assert await other.held("job_1")
        async with journal.lease("job_1"):
            pass
        assert not await journal.held("job_1")
    other.close()


async def test_a_cancelled_caller_keeps_no_lease(journal):
    async def take():
        async with journal.lease("job_1"):
            await asyncio.Event().wait()

    for passes in range(40):
        task = asyncio.create_task(take())
        for _ in range(passes % 8):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not await journal.held("job_1")


async def test_owners_leave_no_files(tmp_path):
    path = tmp_path / "jobs.sqlite"
    owners = tmp_path / "jobs.sqlite.owners"
    code = """
        import asyncio, os, signal, sys
        from nemomusic.jobs.storage.journal import Journal
        async def main():
            async with Journal(sys.argv[1]).lease("job_1"):
                os.kill(os.getpid(), signal.SIGKILL)
        asyncio.run(main())
    """
    child(code, path).communicate()
    assert len(list(owners.iterdir())) == 1  # the file of an owner that was killed
    journal = Journal(path)
    async with journal.lease("job_1"):
        assert len(list(owners.iterdir())) == 1  # the dead one's was swept
    journal.close()
    assert list(owners.iterdir()) == []


@pytest.mark.parametrize(
    "cell", ["../../etc/passwd", "", "1-zzz", "7-0123456789ab", b"\xff\x00", 17]
)
async def test_an_owner_that_never_lived_holds_nothing(journal, cell):
    journal._file.connection().execute("INSERT INTO leases VALUES ('job_1', ?)", (cell,))
    async with journal.lease("job_1"):
        pass


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
async def test_a_fork_has_a_connection_and_an_owner_of_its_own(journal):
    code = """
        import asyncio, os, sys
        from nemomusic import errors
        from nemomusic.jobs.storage.journal import Journal

        async def parent():
            record = await journal.create("x", {}, now=1.0)
            lease = journal.lease(record.id)
            await lease.__aenter__()
            return record

        async def child(job_id):
            try:
                async with journal.lease(job_id):
                    return 1
            except errors.JobBusyError:
                pass  # its parent works on it
            await journal.note(job_id, "upload", "done", {"child": True}, now=2.0)
            async with journal.lease("job_2"):
                return 0

        journal = Journal(sys.argv[1])
        record = asyncio.run(parent())
        pid = os.fork()
        if pid == 0:
            os._exit(asyncio.run(child(record.id)))
        _, status = os.waitpid(pid, 0)
        assert status == 0, status
        assert asyncio.run(journal.held(record.id))
        assert asyncio.run(journal.get(record.id)).data["child"]
        pid = os.fork()
        if pid == 0:  # outlives its parent, whose lease ends all the same
            sys.stdin.readline()
            os._exit(0)
    """
    process = child(code, journal.path)
    assert process.wait(timeout=180) == 0
    (record,) = await journal.list()
    assert not await journal.held(record.id)
    process.communicate("go on")


async def test_writes_of_one_moment_share_commits(journal):
    record = await journal.create("x", {}, now=1.0)
    statements = []
    journal._file.connection().set_trace_callback(statements.append)
    begun, all_wait = threading.Event(), threading.Event()
    journal._commits.post(lambda: (begun.set(), all_wait.wait()))  # until all notes are queued
    while not begun.is_set():
        await asyncio.sleep(0)
    notes = asyncio.gather(
        *(journal.note(record.id, "upload", "done", {"n": n}, now=2.0) for n in range(200))
    )
    await asyncio.sleep(0)
    all_wait.set()
    await notes
    assert len(await journal.steps(record.id)) == 200
    assert statements.count("COMMIT") == 1 + math.ceil(200 / MAX_CALLS)


async def test_one_bad_write_takes_no_other_down(journal):
    record = await journal.create("x", {}, now=1.0)
    good = [journal.note(record.id, "upload", "done", {"n": n}, now=2.0) for n in range(9)]
    bad = [
        journal.note("job_none", "upload", "done", {}, now=2.0),  # refused by our own rule
        journal._commits.run(lambda: journal._rows("SELECT nothing"), writes=True),  # by SQLite
    ]
    results = await asyncio.gather(*good[:4], *bad, *good[4:], return_exceptions=True)
    assert [type(one) for one in results if one is not None] == [
        errors.JobNotFoundError,
        errors.JournalError,
    ]
    assert (await journal.get(record.id)).data["n"] == 8
    assert len(await journal.steps(record.id)) == 9


@pytest.mark.parametrize("refused", ["by a rule", "by the disk"])
async def test_after_a_lost_note_no_intent_is_noted(journal, refused):
    record = await journal.create("x", {}, now=1.0)
    database = journal._file.connection()
    if refused == "by a rule":
        database.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON steps WHEN NEW.phase = 'done' "
            "BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    else:
        pages = database.execute("PRAGMA page_count").fetchone()[0]
        database.execute(f"PRAGMA max_page_count = {pages}").fetchall()
    large = {"state": "x" * 20_000}
    await journal.note(record.id, "upload", "done", large, now=2.0, wait=False)
    with pytest.raises(errors.JobError):
        await journal.note(record.id, "message", "intent", {}, now=3.0)
    assert await journal.steps(record.id) == []
    await journal.note(record.id, "message", "intent", {}, now=4.0)  # the error was told once
    assert [one.at for one in await journal.steps(record.id)] == [4.0]


async def test_a_lease_whose_release_is_refused_is_free(journal):
    """As on a full disk: the row stays, and the job must not wait for the row for ever."""
    record = await journal.create("x", {}, now=1.0)
    elsewhere = Journal(journal.path)
    database = journal._file.connection()
    database.execute(
        "CREATE TRIGGER refuse BEFORE DELETE ON leases BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    for _ in range(2):
        takes = [journal.work_on(record.id) for _ in range(3)]
        got = await asyncio.gather(*(one.__aenter__() for one in takes), return_exceptions=True)
        assert [type(one) for one in got].count(errors.JobBusyError) == 2
        assert await journal.held(record.id)
        working = next(take for take, one in zip(takes, got, strict=True) if one == record)
        await working.__aexit__(None, None, None)
        assert not await journal.held(record.id)
    assert await elsewhere.held(record.id)  # another process sees the row alone
    database.execute("DROP TRIGGER refuse")
    async with journal.lease("another"):  # the next write deletes the row, too
        await journal.note(record.id, "upload", "done", {}, now=2.0)
        assert not await elsewhere.held(record.id)
    elsewhere.close()


async def test_notes_that_are_not_waited_for_are_on_disk_before_the_next_one(journal):
    record = await journal.create("x", {}, now=1.0)
    for n in range(50):
        await journal.note(record.id, "upload", "done", {"n": n}, now=2.0, wait=False)
    await journal.note(record.id, "message", "intent", {}, now=3.0)
    reader = sqlite3.connect(journal.path)
    assert reader.execute("SELECT count(*) FROM steps").fetchone() == (51,)
    reader.close()
    await journal.note(record.id, "upload", "done", {}, now=4.0, wait=False)
    journal.close()
    again = Journal(journal.path)
    assert len(await again.steps(record.id)) == 52
    again.close()


BAD_CELLS = [
    None,
    17,
    -1.5,
    "",
    "x",
    b"\xff\xfe",
    "{",
    "[]",
    "null",
    "[" * 100_000,
    '{"output": 7}',
]
BAD_CELLS += [
    '{"sources": [7]}',
    '{"sources": {"path": "a"}}',
    '{"sent_at": 1e999}',
    '{"prompt": []}',
]
BAD_CELLS += ['{"output": "a\\u0000b"}', '{"output": "\\ud800"}', '{"baseline": "no"}', 9e99]


@pytest.mark.parametrize("column", ["id", "status", "created", "backend", "key", "data"])
async def test_any_cell_of_a_job_leaves_the_others_listable(journal, column):
    good = await journal.create("x", {"output": "good.mp4"}, now=1.0)
    for number, cell in enumerate(BAD_CELLS):
        journal._file.connection().execute("DELETE FROM jobs WHERE id IS NOT ?", (good.id,))
        bad = await journal.create("x", {"output": "bad.mp4"}, now=2.0, key=f"{number}")
        try:
            journal._file.connection().execute(
                f"UPDATE jobs SET {column} = ? WHERE id = ?", (cell, bad.id)
            )
        except sqlite3.IntegrityError:
            continue  # the schema refuses it
        listed = await journal.list()
        assert good in listed
        (other,) = [one for one in listed if one.id != good.id]
        if other.state == "damaged":
            assert other.error
            if column != "id":
                with pytest.raises(errors.JournalError) as caught:
                    await journal.get(bad.id)
                assert caught.value.job_id == bad.id
                assert str(journal.path) in caught.value.message
                assert "forget" in caught.value.remedy


@pytest.mark.parametrize("column", ["at", "step", "phase", "data"])
async def test_any_cell_of_a_step_leaves_the_others_listable(journal, column):
    good = await journal.create("x", {"output": "good.mp4"}, now=1.0)
    for cell in BAD_CELLS:
        bad = await journal.create("x", {"output": "bad.mp4"}, now=2.0)
        await journal.note(bad.id, "upload", "done", {}, now=2.0)
        try:
            journal._file.connection().execute(
                f"UPDATE steps SET {column} = ? WHERE job = ?", (cell, bad.id)
            )
        except sqlite3.IntegrityError:
            continue
        assert good in await journal.list()
        for call in (journal.get, journal.steps):
            with suppress(errors.JournalError):
                await call(bad.id)
        await journal.forget(bad.id)


async def test_a_damaged_file_names_the_command_that_salvages_it(journal):
    for _ in range(200):
        record = await journal.create("x", {"prompt": "p" * 200}, now=1.0, key=f"{_}")
        await journal.note(record.id, "upload", "done", {}, now=2.0)
    journal.close()
    content = bytearray(journal.path.read_bytes())
    for place in range(4096 * 3, len(content), 4096 * 5):
        content[place : place + 64] = b"\xff" * 64
    journal.path.write_bytes(content)
    with pytest.raises(errors.JournalError) as caught:
        Journal(journal.path)
    assert str(journal.path) in caught.value.message
    assert f"nemomusic jobs salvage --journal {journal.path}" in caught.value.remedy
    saved = salvage_journal(journal.path)
    assert saved.put_aside.read_bytes() == bytes(content)
    again = Journal(journal.path)
    jobs = await again.list()
    assert 10 < len(jobs) == saved.jobs < 200
    assert all(job.key and job.state in {"open", "damaged"} for job in jobs)
    again.close()


async def test_a_damaged_schema_that_is_no_text_is_told_as_such(journal):
    await journal.create("x", {"prompt": "p"}, now=1.0, key="1")
    journal.close()
    content = journal.path.read_bytes()
    journal.path.write_bytes(content.replace(b"PRIMARY KEY", b"PRIMARY KE\xd9"))
    with pytest.raises(errors.JournalError, match="is damaged") as caught:
        Journal(journal.path)
    assert "jobs salvage" in caught.value.remedy
    with pytest.raises(errors.JournalError, match=r"nothing of .* can be read"):
        salvage_journal(journal.path)


async def test_a_journal_in_use_is_not_salvaged(journal, tmp_path):
    async with journal.lease("job_1"):
        with pytest.raises(errors.JournalError, match=str(os.getpid())):
            salvage_journal(journal.path)
    with pytest.raises(errors.JournalError, match="does not exist"):
        salvage_journal(tmp_path / "none")
    nothing = tmp_path / "nothing.sqlite"
    nothing.write_bytes(b"no database, and long enough to look like one " * 100)
    with pytest.raises(errors.JournalError, match="nothing"):
        salvage_journal(nothing)
    assert nothing.exists()


async def test_versions_refuse_each_others_files_with_one_sentence(tmp_path):
    path = tmp_path / "jobs.sqlite"
    Journal(path).close()
    for version, age in ((2, "an older version"), (99, "a newer version")):
        with sqlite3.connect(path) as db:
            db.execute(f"PRAGMA user_version = {version}")
        db.close()
        with pytest.raises(errors.JournalError, match=age) as caught:
            Journal(path)
        assert str(path) in caught.value.message


async def test_the_file_is_private(journal):
    async with journal.lease("job_1"):
        files = [path for path in journal.path.parent.rglob("*") if path.is_file()]
        assert len(files) == 4
        assert [path.stat().st_mode & 0o077 for path in files] == [0] * 4
        assert journal.path.with_name("jobs.sqlite.owners").stat().st_mode & 0o077 == 0


async def test_what_is_begun_is_written_though_the_caller_is_cancelled(journal):
    record = await journal.create("x", {}, now=1.0)
    cancelled = n = 0
    while n < 30 or not await journal.steps(record.id):  # a slow disk may write none of the first
        writing = asyncio.create_task(journal.note(record.id, "upload", "done", {"n": n}, now=2.0))
        for _ in range(n % (5 + n // 10)):
            await asyncio.sleep(0)
        writing.cancel()
        n += 1
        try:
            await writing  # a quick disk may have it written by then
        except asyncio.CancelledError:
            cancelled += 1
        assert asyncio.all_tasks() == {asyncio.current_task()}
        # Both are there, or neither.
        steps = await journal.steps(record.id)
        assert (await journal.get(record.id)).data.get("n") == (
            steps[-1].data["n"] if steps else None
        )
    assert cancelled > 10


async def test_a_closed_journal_says_so(journal):
    journal.close()
    with pytest.raises(errors.JournalError):
        await journal.list()


async def test_jobs_in_memory_that_wait_for_their_turn_are_not_forgotten():
    journal = MemoryJournal()
    waiting = [(await journal.create("x", {}, now=1.0)).id for _ in range(3 * MAX_KEPT_JOBS)]
    assert len(await journal.list()) == 3 * MAX_KEPT_JOBS
    for job_id in waiting:
        async with journal.lease(job_id):
            await journal.note(job_id, "download", "done", {}, now=2.0, state="done")
    for _ in range(MAX_KEPT_JOBS):
        await journal.create("x", {}, now=3.0)
    assert len(await journal.list()) < 2.2 * MAX_KEPT_JOBS
    with pytest.raises(errors.JobNotFoundError):
        await journal.get(waiting[0])


async def test_jobs_in_memory_are_kept_for_their_handles():
    journal = MemoryJournal()
    handles = []
    for number in range(2 * MAX_KEPT_JOBS):
        record = await journal.create("x", {}, now=1.0, key=f"order {number}")
        handles += [Job(None, record.id), Job(None, record.id)]
        async with journal.lease(record.id):
            await journal.note(record.id, "download", "done", {}, now=2.0, state="done")
    del handles[::2]
    assert [(await journal.get(handle.id)).state for handle in handles] == [
        "done"
    ] * 2 * MAX_KEPT_JOBS
    first = handles[0].id
    del handles[: 2 * MAX_KEPT_JOBS - 1]
    for _ in range(MAX_KEPT_JOBS):
        await journal.create("x", {}, now=3.0)
    with pytest.raises(errors.JobNotFoundError):
        await journal.get(first)
    assert await journal.find("x", "order 0") is None
    assert (await journal.find("x", f"order {2 * MAX_KEPT_JOBS - 1}")).id == handles[0].id


async def test_one_job_for_a_key_in_memory():
    journal = MemoryJournal()
    first = await journal.create("x", {}, now=1.0, key="a")
    with pytest.raises(errors.JobBusyError):
        await journal.create("x", {}, now=1.0, key="a")
    await journal.create("y", {}, now=1.0, key="a")
    await journal.forget(first.id)
    await journal.create("x", {}, now=1.0, key="a")


def test_a_note_of_a_coroutine_that_is_discarded_with_its_journal_is_made(tmp_path):
    """The collector ends the thread of the pool before the coroutine posts its last note."""
    database = journal_database.open_database(tmp_path / "jobs.sqlite")
    commits = GroupCommit(lambda: database, lambda error: errors.JournalError(str(error)))
    asyncio.run(commits.run(lambda: None, writes=True))  # the pool has a thread now, which is idle
    noted = threading.Event()

    @types.coroutine
    def suspended():
        yield

    async def at_work(commits):
        try:
            await suspended()
        finally:
            commits.post(noted.set)

    work = at_work(commits)
    work.send(None)
    commits.cycle = work  # they refer to each other, and nothing else refers to them
    del commits, work
    for _ in range(500):  # the thread of the pool may still hold them for a moment
        gc.collect()
        if noted.wait(0.01):
            break
    assert noted.is_set()
    for thread in threading.enumerate():
        if thread.name.startswith("nemomusic-journal"):
            thread.join()  # it commits the note
    database.close()
