"""The command line: results, errors, exit codes, what it leaves behind."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import urllib.request

import av
import pytest

import nemomusic
from nemomusic import errors
from nemomusic.cli import main
from nemomusic.cli.arguments.parser import EPILOG
from nemomusic.cli.demo import MARK
from nemomusic.cli.terminal.exit_codes import Exit, as_json, exit_code, explain, one_line
from nemomusic.local import Limits, StubEngine
from nemomusic.testing import full_disk
from support.cli_runs import Cloud, Desk


@pytest.fixture
def desk(tmp_path, tiny_clip):
    with Desk(tmp_path) as desk:
        shutil.copy(tiny_clip, tmp_path / "trip.mp4")
        yield desk


@pytest.fixture
def cloud(tmp_path):
    with Cloud(folder=tmp_path / "cloud", engine=StubEngine(), faithful=True) as cloud:
        yield cloud


@pytest.fixture
def here(desk, monkeypatch):
    """For commands that run in this process: they fail before anything is started."""
    monkeypatch.chdir(desk.path)
    for name, value in desk.environment().items():
        monkeypatch.setenv(name, value)
    for name in ("NEMO_TOKEN", "NEMO_API_URL", "NEMOMUSIC_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    return desk


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"nemomusic {nemomusic.__version__}\n"


def test_help_says_what_exit_codes_mean(capsys):
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert EPILOG in shown
    assert all(f"\n  {code.value} " in EPILOG for code in Exit)


def test_help_imports_nothing_heavy():
    code = (
        "import sys; before = set(sys.modules); "  # with what measures coverage
        "from nemomusic.cli import main; main(['--help']); "
        "print(*sorted(set(sys.modules) - before), file=sys.stderr)"
    )
    words = [sys.executable, "-c", code]
    loaded = set(subprocess.run(words, capture_output=True, text=True, check=True).stderr.split())
    assert "nemomusic.cli.arguments.parser" in loaded
    heavy = {"aiohttp", "asyncio", "attrs", "numpy", "av", "rich", "tenacity", "sqlite3"}
    assert not loaded & heavy


def test_add_music_makes_an_mp4_and_one_json_object(desk):
    done = desk.run("add-music", "trip.mp4", "warm lo-fi", "--local", "--json")
    assert done.code == 0, done.err
    path = desk.path / "trip-with-music.mp4"
    assert done.json["path"] == str(path)
    assert done.json["size"] == path.stat().st_size
    assert done.json["timeline"].startswith("Timeline (2 tracks): 1. Video: trip")
    for stage in ("Uploading trip.mp4", "Composing", "Rendering", "Downloading"):
        assert done.err.count(stage) == 1
    with av.open(str(path)) as made:
        assert [stream.type for stream in made.streams] == ["video", "audio"]
        assert made.duration / av.time_base == pytest.approx(2.4, abs=0.05)
        samples = [frame.to_ndarray() for frame in made.decode(audio=0)]
    assert max(abs(block).max() for block in samples) > 0.05
    listed = desk.run("jobs", "--json").json["jobs"]
    assert [(job["id"], job["state"]) for job in listed] == [(done.json["job_id"], "done")]
    again = desk.run("jobs", "resume", done.json["job_id"], "--json")
    assert again.json["done_already"] is True


def test_quiet_says_nothing_but_the_path(desk, cloud):
    done = desk.run("-q", "add-music", "trip.mp4", "lo-fi", "-o", "new.mp4", **cloud.where)
    assert (done.code, done.out, done.err) == (0, f"{desk.path / 'new.mp4'}\n", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add-music", "none.mp4"], "none.mp4 does not exist"),
        (["add-music", "."], "is a folder"),
        (["add-music", "empty.mp4"], "is empty"),
        (["add-music", "notes.txt"], "Accepted types: mp4"),
        (["add-music", "large.mp4"], "over the limit of 500 MB"),
        (["add-music", "trip.mp4", "  "], "the prompt is empty"),
        (["add-music", "trip.mp4", "-o", "no/where.mp4"], "the folder no does not exist"),
        (["add-music", "trip.mp4", "-o", "trip.mp4", "--overwrite"], "is the source itself"),
        (["add-music", "trip.mp4", "-o", "notes.txt"], "pass --overwrite"),
        (["add-music", "https://example.com/a.mp4"], "Add -o OUT.mp4"),
        (["add-music"], "See `nemomusic add-music --help`"),
        (["add-music", "trip.mp4", "--seed", "1", "--cloud"], "--seed is for the embedded"),
        (["serve", "--port", "70000"], "0 to 65535"),
        (["demo", "-o", "notes.txt"], "notes.txt exists already"),
        (["jobs", "resume", "job_1"], "no job 'job_1'"),
        (["batch", "list.json"], "lists no clips"),
        (["chat", "none.mp4"], "none.mp4 does not exist"),
        (["--quiet"], "required: COMMAND"),
        (["sing"], "invalid choice: 'sing'"),
    ],
)
@pytest.mark.parametrize("json_", [False, True])
def test_bad_input_is_one_clear_line_before_anything_is_sent(here, capsys, words, said, json_):
    (here.path / "empty.mp4").touch()
    (here.path / "notes.txt").write_text("something")
    (here.path / "list.json").write_text("[]")
    with (here.path / "large.mp4").open("wb") as file:
        file.truncate(501 * 2**20)
    assert main([*words, "--json"] if json_ else words) == 2
    shown = capsys.readouterr()
    (line,) = shown.err.splitlines()
    assert line.startswith("nemomusic: error: ")
    assert said in line
    if json_:
        error = json.loads(shown.out)["error"]
        assert error["exit_code"] == 2
        assert {"type", "message", "remedy", "code", "status", "request_id"} <= error.keys()
    else:
        assert shown.out == ""
    assert not here.data.exists()
    assert (here.path / "notes.txt").read_text() == "something"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("NEMO_API_URL", "ftp://host", "not a web address"),
        ("NEMO_API_URL", "http://example.com", "would show your token"),
        ("NEMO_TOKEN", "nmv_usr_a b", "characters that no token has"),
        ("NEMOMUSIC_BACKEND", "moon", 'Set it to "local" or "cloud"'),
    ],
)
def test_a_setting_that_makes_no_sense(here, monkeypatch, capsys, name, value, said):
    monkeypatch.setenv(name, value)
    assert main(["credits"]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.slow
def test_what_is_no_video_is_refused_and_leaves_no_job(desk):
    (desk.path / "fake.mp4").write_text("not a video at all")
    done = desk.run("add-music", "fake.mp4", "--local", "--json")
    assert done.code == 2
    assert done.json["error"]["code"] == 4001
    assert "fake.mp4" in done.error
    assert not (desk.path / "fake-with-music.mp4").exists()
    assert desk.run("jobs", "--json").json["jobs"] == []


@pytest.mark.slow
def test_no_music_says_what_was_answered_and_how_to_go_on(desk):
    done = desk.run("add-music", "trip.mp4", "9:16 please", "--local", "--json")
    assert done.code == Exit.NO_MUSIC
    session = done.json["error"]["session_id"]
    assert f"`nemomusic chat --local --session {session}`" in done.error
    talk = desk.run("chat", "--local", "--session", session, "--json", said="status\n")
    assert talk.code == 0, talk.err
    assert "Video: trip" in talk.json["turns"][0]["timeline"]


@pytest.mark.slow
def test_before_an_upload_it_says_where_to_as_whom_and_what_is_left(desk, cloud):
    token = cloud.token(user_id="user_7", credits=170)
    words = ("add-music", "trip.mp4", "lo-fi", "--overwrite", "--verbose")
    done = desk.run(*words, NEMO_TOKEN=token, **cloud.where)
    assert done.code == 0, done.err
    host = cloud.backend.url.removeprefix("http://")
    lines = done.err.splitlines()
    (told,) = (n for n, line in enumerate(lines) if line.startswith(f"Service at {host}, "))
    assert "registered user" in lines[told]
    assert "170 credits available" in lines[told]
    requests = [line for line in lines[:told] if "nemomusic.http: " in line]
    assert len(requests) == 1  # the log shows the one request that the introduction needs
    assert "GET /api/credits/balance/simple -> 200" in requests[0]
    assert any("POST /api/upload-video/" in line for line in lines[told:])
    assert token not in done.out + done.err
    anonymous = desk.run(*words, **cloud.where)
    assert "anonymous user anon_" in anonymous.err
    assert "100 credits available" in anonymous.err


@pytest.mark.slow
def test_out_of_credits_says_what_to_do(desk, cloud):
    words = ("add-music", "trip.mp4", "lo-fi", "--overwrite", "--json")
    assert desk.run(*words, **cloud.where).code == 0
    done = desk.run(*words, **cloud.where)
    assert done.code == Exit.CREDITS
    assert done.json["error"]["code"] == 2001
    assert "/register?bind=anon_" in done.json["error"]["registration_url"]
    assert "leave out faithful=True" in done.error  # the remedy of an embedded backend
    assert "Continue with `nemomusic jobs resume job_" in done.error


def test_a_wrong_token_is_not_replaced(desk, cloud):
    token = "nmv_usr_this_one_is_wrong"
    done = desk.run("credits", "--json", "-v", NEMO_TOKEN=token, **cloud.where)
    assert done.code == Exit.AUTH
    assert done.json["error"]["type"] == "AuthenticationError"
    assert token not in done.out + done.err
    assert cloud.backend.ledger.tokens_issued == 0


@pytest.mark.slow
def test_credits_of_both_backends(desk, cloud):
    there = desk.run("credits", "--json", **cloud.where).json
    assert (there["backend"], there["available"], there["anonymous"]) == ("cloud", 100, True)
    own = desk.run("credits", "--json", NEMOMUSIC_BACKEND="local", **cloud.where).json
    assert (own["backend"], own["available"], own["frozen"]) == ("local", 100, 0)
    words = desk.run("credits", "--local").out
    assert words == "100 credits available, 0 reserved, 100 in all\n"


@pytest.mark.slow
def test_local_data_is_kept_and_a_temporary_folder_does_where_it_is_in_use(desk):
    first = desk.run("credits", "--local", "--json").json
    assert desk.run("credits", "--local", "--json").json["user_id"] == first["user_id"]
    with desk.start_patient("serve", "--json") as server:
        assert json.loads(server.stdout.readline())["url"].startswith("http://127.0.0.1:")
        other = desk.start("credits", "--local", "--json")
        out, err = other.communicate()
        assert other.returncode == 0
        assert "temporary folder" in err
        assert json.loads(out)["user_id"] != first["user_id"]
        third = desk.start("chat", "--local", "--session", "123", "--json")
        out, err = third.communicate("status\n")
        assert third.returncode == Exit.SERVICE
        assert "another process is using" in err
        server.terminate()
        assert server.wait() == (0 if sys.platform != "win32" else server.returncode)
        server.communicate()
    assert desk.leftovers() == []


def test_serve_answers_and_ends_well(desk):
    folder = desk.path / "kept"
    with desk.start_patient("serve", "--json", "--faithful", "--envelope", "success",
                            "--folder", folder) as server:  # fmt: skip
        url = json.loads(server.stdout.readline())["url"]
        request = urllib.request.Request(
            f"{url}/api/auth/anonymous-token", method="POST", headers={"X-Client-Id": "me"}
        )
        with urllib.request.urlopen(request) as answer:
            body = json.load(answer)
        assert body["success"] is True
        assert body["data"]["credits"] == 100
        server.terminate()
        out, err = server.communicate()
        assert out == ""
        assert url in err
        if sys.platform != "win32":
            assert server.returncode == 0
    assert (folder / "backend.sqlite").exists()
    assert not desk.data.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--midi", "trip.mp4"], "trip.mp4 exists already. Choose another with --midi"),
        (["--midi", "none/a.mid"], "the folder none does not exist"),
        (["--cue-sheet", "cues.txt"], "neither .csv nor .json"),
        (["--stems", "."], "there are files in . already. Choose another with --stems"),
    ],
)
def test_where_the_music_goes_is_checked_first(here, capsys, words, said):
    assert main(["add-music", "trip.mp4", "lo-fi", "--local", *words]) == Exit.INPUT
    assert said in capsys.readouterr().err


def test_a_full_disk_ends_the_download_and_the_job_can_go_on(here, cloud, monkeypatch, capsys):
    for name, value in cloud.where.items():
        monkeypatch.setenv(name, value)
    with full_disk():
        assert main(["add-music", "trip.mp4", "lo-fi"]) == Exit.RENDER
    said = re.search(r"Make room\. Continue with `nemomusic (.+?)`", capsys.readouterr().err)
    assert main(said[1].split()) == Exit.OK
    assert cloud.backend.ledger.accepted == 1


def test_stems_midi_and_cues_of_a_backend_that_has_them(desk, cloud):
    wanted = ("--stems", "stems", "--midi", "a.mid", "--cue-sheet", "a.csv")
    if os.name == "posix":
        (desk.path / "a.csv").symlink_to("nowhere")
    done = desk.run("add-music", "trip.mp4", "lo-fi", "--json", *wanted, **cloud.where)
    assert done.code == 0, done.error
    assert list(done.json["stems"]) == ["melody"]
    assert (desk.path / "a.mid").read_bytes().startswith(b"MThd")
    assert (desk.path / "a.csv").read_text("utf-8").startswith("bar,beat,time,what,cut")
    assert not (desk.path / "nowhere").exists()


@pytest.mark.slow
def test_the_demo_may_replace_its_own_output_only(desk):
    demo, words = desk.path / "demo.mp4", ("demo", "--seconds", "1", "--json")
    shutil.copy(desk.path / "trip.mp4", demo)
    done = desk.run(*words)
    assert done.code == 2
    assert "demo.mp4 exists already" in done.error
    assert demo.read_bytes() == (desk.path / "trip.mp4").read_bytes()
    demo.write_bytes(b"an earlier one" + MARK)
    done = desk.run(*words)
    assert done.code == 0, done.err
    assert demo.read_bytes().endswith(MARK)
    assert done.json["size"] == demo.stat().st_size
    with av.open(str(demo)) as made:
        assert [stream.type for stream in made.streams] == ["video", "audio"]
        assert sum(1 for _ in made.decode(video=0)) == 30
    done = desk.run(*words, "--clip-only")
    assert done.code == 0, done.err
    assert done.json["size"] == demo.stat().st_size
    with av.open(str(demo)) as made:
        assert [stream.type for stream in made.streams] == ["video"]
    assert not list(desk.path.glob(".*.part*"))


@pytest.mark.slow
def test_jobs_are_listed_and_forgotten(desk, cloud):
    done = desk.run("add-music", "trip.mp4", "hello there", "--json", **cloud.where)
    assert done.code == Exit.NO_MUSIC
    (job,) = desk.run("jobs", "list", "--json").json["jobs"]
    assert (job["state"], job["step"], job["prompt"]) == ("failed", "message", "hello there")
    _, row = desk.run("jobs").out.splitlines()
    assert row.split("\t")[:2] == [job["id"], "failed"]
    assert desk.run("jobs", "resume", job["id"], "--local").code == 2
    assert desk.run("jobs", "forget", job["id"], "--json").json == {"forgotten": job["id"]}
    assert desk.run("jobs", "forget", job["id"]).code == 2
    (journal,) = desk.data.glob("jobs.sqlite")
    saved = desk.run("jobs", "salvage", "--journal", journal, "--json").json
    assert (saved["journal"], saved["jobs"]) == (str(journal), 0)
    assert desk.run("jobs", "salvage", "--journal", "none").code == 2
    assert desk.run("jobs", "--json").json["jobs"] == []


@pytest.mark.slow
def test_where_the_journal_is(desk, cloud):
    words = ("add-music", "trip.mp4", "lo-fi", "--overwrite", "--json")
    done = desk.run(*words, "--journal", "mine.sqlite", **cloud.where)
    with sqlite3.connect(desk.path / "mine.sqlite") as database:
        assert database.execute("SELECT id FROM jobs").fetchall() == [(done.json["job_id"],)]
    database.close()
    token = cloud.token()
    done = desk.run(*words, "--no-journal", NEMO_TOKEN=token, **cloud.where)
    assert done.json["job_id"] is None
    assert not (desk.data / "jobs.sqlite").exists()
    (desk.path / "other").write_text("no journal")
    done = desk.run(*words, "--journal", "other", NEMO_TOKEN=token, **cloud.where)
    assert done.code == 2
    assert "--no-journal" in done.error


@pytest.mark.slow
def test_doctor(desk, cloud):
    done = desk.run("doctor", "--local", "--json")
    assert done.code == 0, done.out
    found = {check["name"]: check for check in done.json["checks"]}
    assert found["embedded backend"]["status"] == "ok"
    assert found["FFmpeg"]["status"] == "ok"
    limits = found["limits for one user"]["detail"]
    assert f"{Limits().renders_per_user} exports at one time" in limits
    assert re.search(r"1024 GB; [0-9]+ MB are in .*local$", limits)
    token = cloud.token(credits=77)
    done = desk.run("doctor", NEMO_TOKEN=token, **cloud.where)
    assert "77 credits available" in done.out
    assert token not in done.out + done.err
    desk.run("credits", **cloud.where)  # acquires an anonymous token, which is kept
    before = cloud.backend.ledger.tokens_issued
    assert "ok    token: anonymous, kept in" in desk.run("doctor", **cloud.where).out
    assert cloud.backend.ledger.tokens_issued == before


def test_doctor_without_a_service(desk, refusing_port):
    done = desk.run("doctor", "--json", NEMO_API_URL=f"http://127.0.0.1:{refusing_port}")
    assert done.code == Exit.SERVICE
    failed = [check for check in done.json["checks"] if check["status"] == "fail"]
    assert [check["name"] for check in failed] == ["service"]
    assert "--local" in failed[0]["remedy"]


EXPECTED = {
    errors.ConfigurationError: 2,
    errors.MissingExtraError: 2,
    errors.OutputExistsError: 2,
    errors.UnsupportedFileTypeError: 2,
    errors.FileTooLargeError: 2,
    errors.AuthenticationError: 3,
    errors.PlanRequiredError: 3,
    errors.OutOfCreditsError: 4,
    errors.RateLimitedError: 5,
    errors.ServerError: 5,
    errors.SessionLostError: 5,
    errors.ConnectError: 5,
    errors.DeadlineExceededError: 5,
    errors.LocalBackendError: 5,
    errors.OutcomeUnknownError: 6,
    errors.AgentError: 6,
    errors.NoMusicAddedError: 6,
    errors.RenderFailedError: 7,
    errors.RenderStalledError: 7,
    errors.DownloadError: 7,
    errors.JobBusyError: 2,
    RuntimeError: 1,
}


@pytest.mark.parametrize(("kind", "code"), EXPECTED.items(), ids=str)
def test_each_error_has_its_exit_code(kind, code):
    assert exit_code(kind("something")) == code
    shown = explain(kind("first\nsecond nmv_usr_secret"), None, "nemomusic chat")
    assert "\n" not in one_line(shown)
    assert "secret" not in one_line(shown) + json.dumps(as_json(shown))


def test_what_the_agent_reports_in_a_stream_counts_as_its_code():
    assert exit_code(errors.AgentError("broke", code=2001)) == Exit.CREDITS
    assert exit_code(errors.AgentError("broke", code=1001)) == Exit.AUTH


def test_every_error_of_the_sdk_has_a_meaning():
    def below(kind):
        yield kind
        for other in kind.__subclasses__():
            yield from below(other)

    for kind in below(errors.NemoMusicError):
        if kind is not errors.NemoMusicError:
            assert exit_code(kind("something")) != Exit.UNEXPECTED, kind


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="pipes break differently there")
def test_a_reader_that_has_seen_enough_is_no_error(desk):
    for words in (["--help"], ["jobs", "--json"], ["doctor", "--local"]):
        process = desk.start(*words)
        process.stdout.close()
        process.stdout = None
        _, err = process.communicate()
        assert process.returncode == 0
        assert "Traceback" not in err
        assert "BrokenPipe" not in err
