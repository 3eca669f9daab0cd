"""`nemomusic clean`: what is old goes, what can be resumed stays, files of the user are kept."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys

import psutil
import pytest

from nemomusic.cli.terminal.exit_codes import Exit
from support.cli_runs import Desk

NOW = ("--older-than", "0m")


@pytest.fixture
def desk(tmp_path, tiny_clip):
    with Desk(tmp_path) as desk:
        shutil.copy(tiny_clip, tmp_path / "trip.mp4")
        yield desk


def sizes(desk):
    return {
        path: path.stat().st_size
        for name in ("files", "music", "renders")
        for path in (desk.data / "local" / name).rglob("*")
        if path.is_file()
    }


@pytest.mark.slow
def test_old_sessions_and_finished_jobs_go_and_files_of_the_user_stay(desk):
    done = desk.run("add-music", "trip.mp4", "lo-fi", "--local", "--json")
    assert done.code == 0, done.err
    before = sizes(desk)
    assert before
    young = desk.run("clean", "--json").json
    assert (young["sessions"], young["files"], young["jobs"]) == (0, 0, [])

    told = desk.run("clean", *NOW, "--dry-run", "--json").json
    assert told["dry_run"] is True
    assert (told["sessions"], told["files"]) == (1, len(before))
    assert told["bytes"] == sum(before.values())
    assert told["jobs"] == [done.json["job_id"]]
    assert sizes(desk) == before

    words = desk.run("clean", *NOW)
    assert words.code == 0
    assert words.out.startswith(f"Deleted 1 session, {len(before)} files (")
    assert sizes(desk) == {}
    assert desk.run("jobs", "--json").json["jobs"] == []
    for name in ("trip.mp4", "trip-with-music.mp4"):
        assert (desk.path / name).stat().st_size > 0
    assert desk.run("clean", *NOW, "--json").json["sessions"] == 0
    assert desk.run("credits", "--local", "--json").json["backend"] == "local"
    again = desk.run("add-music", "trip.mp4", "lo-fi", "--local", "--overwrite", "--json")
    assert again.code == 0, again.err


@pytest.mark.slow
def test_a_clip_that_two_sessions_share_stays_with_the_younger_one(desk):
    first = desk.run("add-music", "trip.mp4", "lo-fi", "--local", "-o", "a.mp4", "--json")
    second = desk.run("add-music", "trip.mp4", "jazz", "--local", "-o", "b.mp4", "--json")
    assert first.code == second.code == 0
    from contextlib import closing
    from sqlite3 import connect

    with closing(connect(desk.data / "local" / "backend.sqlite")) as database, database:
        old = first.json["session_id"]
        database.execute("UPDATE messages SET accepted=1, ended=1 WHERE session_id=?", (old,))
        database.execute("UPDATE renders SET created=1, completed=1 WHERE session_id=?", (old,))
        database.execute("UPDATE sessions SET opened=1 WHERE session_id=?", (old,))
        rows = database.execute("SELECT file FROM assets WHERE session_id=?", (old,)).fetchall()
    for (file,) in rows:
        os.utime(desk.data / "local" / file, (1, 1))
    desk.run("jobs", "forget", first.json["job_id"])
    result = desk.run("clean", "--json").json
    assert result["sessions"] == 1
    words = ("chat", "--local", "--session", second.json["session_id"], "--json")
    talk = desk.run(*words, said="status\n/export c.mp4\n")
    assert talk.code == 0, talk.err
    assert (desk.path / "c.mp4").stat().st_size > 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_job_that_can_be_resumed_keeps_its_session(desk):
    with desk.start_patient("add-music", "trip.mp4", "lo-fi", "--local") as process:
        for line in process.stderr:
            if "Composing" in line:
                break
        for worker in psutil.Process(process.pid).children(recursive=True):
            worker.suspend()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=180)
    assert process.returncode == Exit.INTERRUPTED
    (job,) = desk.run("jobs", "--json").json["jobs"]
    result = desk.run("clean", *NOW, "--json").json
    assert (result["sessions"], result["jobs"]) == (0, [])
    done = desk.run("jobs", "resume", job["id"], "--json")
    assert done.code == 0, done.err
    assert done.json["session_id"] == job["session_id"]


@pytest.mark.slow
def test_a_backend_that_runs_is_left_alone(desk):
    desk.run("credits", "--local")
    with desk.start_patient("serve", "--json") as server:
        assert json.loads(server.stdout.readline())["url"]
        other = desk.start("clean", *NOW, "--json")
        out, err = other.communicate(timeout=180)
        assert other.returncode == Exit.SERVICE
        assert "another process is using" in err
        assert "Stop it first" in json.loads(out)["error"]["remedy"]
        server.terminate()
        server.communicate()


def test_nothing_is_made_where_nothing_is(desk):
    done = desk.run("clean", "--json")
    assert done.code == 0
    assert done.json == {"dry_run": False, "sessions": 0, "files": 0, "bytes": 0, "jobs": []}
    assert not desk.data.exists()
