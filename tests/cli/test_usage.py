"""What people type who are new here: help, completion, pipes, wrong words, no network, no home."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import attrs
import av
import psutil
import pytest

from nemomusic.cli import main
from nemomusic.cli.terminal.exit_codes import Exit
from nemomusic.local import StubEngine
from support.cli_runs import Cloud, Desk

UNIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and shells of Unix")


@pytest.fixture
def desk(tmp_path, tiny_clip):
    with Desk(tmp_path) as desk:
        shutil.copy(tiny_clip, tmp_path / "trip.mp4")
        yield desk


@pytest.fixture
def cloud(tmp_path):
    with Cloud(folder=tmp_path / "cloud", engine=StubEngine(), faithful=True) as cloud:
        yield cloud


# ------------------------------------------------------------------ help


@pytest.mark.parametrize("words", [[], ["help"], ["--help"]])
def test_help_is_what_no_words_give(words, capsys):
    assert main(words) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    for name in ("add-music", "demo", "chat", "batch", "jobs", "clean", "completion", "help"):
        assert f"\n    {name} " in shown.out


def test_help_of_a_command(capsys):
    assert main(["help", "add-music"]) == 0
    first = capsys.readouterr().out
    assert main(["add-music", "--help"]) == 0
    assert capsys.readouterr().out == first
    assert main(["help", "jobs", "resume"]) == 0
    assert "--resend" in capsys.readouterr().out
    assert main(["help", "sing"]) == 2
    assert "invalid choice: 'sing'" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["serve", "demo", "clean", "completion"])
def test_help_offers_no_choice_that_a_command_has_not(command, capsys):
    assert main([command, "--help"]) == 0
    assert "--cloud" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add-music", "a.mp4", "warm", "lo-fi"], 'Put it in quotes: "warm lo-fi"'),
        (["add-music", "a.mp4", "warm", "lo-fi", "beats", "-o", "x.mp4"], '"warm lo-fi beats"'),
        (["demo", "warm", "lo-fi"], 'Put it in quotes: "warm lo-fi"'),
        (["add-music", "a.mp4", "warm", "--fast"], "unrecognized arguments: --fast"),
        (["add-music", "a.mp4", "x", "--language", "klingon"], "'klingon' is not the code"),
        (["add-music", "a.mp4", "x", "--language", "xx"], "Write a code such as en"),
        (["add-music", "a.mp4", "x", "--language", "Chinese"], "Write zh-CN."),
        (["chat", "a.mp4", "--language", "english"], "Write en."),
        (["add-music", "-", "x"], "Add -o OUT.mp4"),
        (["add-music", "a.mp4", "x", "-o", "-", "--json"], "Leave --json out"),
        (["clean", "--older-than", "soon"], "such as 7d"),
        (["completion", "csh"], "invalid choice: 'csh'"),
    ],
)
def test_wrong_words_get_one_line_that_says_what_to_write(
    words, said, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert main(words) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("nemomusic: error: ")
    assert said in line


@pytest.mark.parametrize(
    ("given", "kept"),
    [("en", "en"), ("zh-CN", "zh-CN"), ("zh_CN", "zh-CN"), ("EN-us", "en-us"), ("yue", "yue")],
)
def test_codes_of_languages(given, kept):
    from nemomusic.cli.arguments.languages import checked_language

    assert checked_language(given) == kept


BASH = shutil.which("bash")

# ------------------------------------------------------------------ closed streams


@pytest.mark.skipif(BASH is None, reason="needs bash")
def test_closed_streams_are_no_crash_and_notes_stay_away_from_standard_output(desk):
    def run(words, closed):
        return subprocess.run(
            [BASH, "-c", f'exec "$@" {closed}', "bash", sys.executable, "-m", "nemomusic", *words],
            cwd=desk.path,
            env=desk.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    (desk.path / "a.mp4").write_text("no clip")
    done = run(["batch", "a.mp4", "none.mp4", "--local", "--dry-run"], "0<&- 2>&-")
    assert done.returncode == 2
    assert [line.split("\t")[1] for line in done.stdout.splitlines()] == ["bad", "bad"]
    done = run(["add-music", "a.mp4", "x", "-o", "-", "--local"], ">&-")
    assert done.returncode == 2
    assert "standard output, and that is closed" in done.stderr


# ------------------------------------------------------------------ completion


@pytest.mark.skipif(BASH is None, reason="needs bash")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["nemomusic", "ad"], {"add-music"}),
        (["nemomusic", ""], {"add-music", "chat", "clean", "completion", "--local"}),
        (["nemomusic", "--local", "ba"], {"batch"}),
        (["nemomusic", "add-music", "--o"], {"--output", "--overwrite"}),
        (["nemomusic", "add-music", "tr"], {"trip.mp4"}),
        (["nemomusic", "serve", "--dialect", ""], {"adk", "gateway"}),
        (["nemomusic", "jobs", "res"], {"resume"}),
        (["nemomusic", "completion", "f"], {"fish"}),
        (["nemomusic", "jobs", "resume", "job_1"], {"job_12"}),
        (["nemomusic", "jobs", "forget", ""], {"job_12", "job_3"}),
    ],
)
def test_bash_completes(words, offered, capsys, tmp_path):
    assert main(["completion", "bash"]) == 0
    (tmp_path / "script").write_text(capsys.readouterr().out)
    (tmp_path / "trip.mp4").touch()
    code = (
        r"nemomusic() { [[ $* == 'jobs list' ]] && printf 'job\tat\njob_12\tx\njob_3\ty\n'; }; "
        'source ./script; COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _nemomusic; '
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        [BASH, "-c", code, "bash", *words], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    found = set(done.stdout.split())
    assert offered <= found
    assert len(found) == len(offered) or words[-1] == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_every_command_and_option(shell, capsys):
    assert main(["completion", shell]) == 0
    text = capsys.readouterr().out
    for word in ("add-music", "salvage", "older-than", "no-journal", "gateway"):
        assert word in text
    found = shutil.which(shell)
    if found is not None:
        subprocess.run([found, "-n", "/dev/stdin"], input=text, text=True, check=True)


# ------------------------------------------------------------------ pipes


def run_piped(desk, words, data=None, **more):
    return subprocess.run(
        [sys.executable, "-m", "nemomusic", *words],
        cwd=desk.path,
        env=desk.environment(**more),
        input=data,
        capture_output=True,
        check=False,
    )


@pytest.mark.slow
def test_a_clip_comes_in_and_a_result_goes_out_through_pipes(desk, tmp_path):
    clip = (desk.path / "trip.mp4").read_bytes()
    done = run_piped(desk, ["add-music", "-", "warm lo-fi", "-o", "-", "--local"], clip)
    assert done.returncode == 0, done.stderr.decode()
    (tmp_path / "out.mp4").write_bytes(done.stdout)
    with av.open(str(tmp_path / "out.mp4")) as made:
        assert [stream.type for stream in made.streams] == ["video", "audio"]
        assert made.duration / av.time_base == pytest.approx(2.4, abs=0.05)
    assert b"Uploading stdin.mp4" in done.stderr
    assert desk.leftovers() == []
    assert list((desk.data / "piped").iterdir()) == []
    (job,) = desk.run("jobs", "--json").json["jobs"]
    assert job["state"] == "done"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "standard input is empty"),
        (b"no clip at all", "standard input is not supported as a clip. Accepted types: mp4"),
    ],
)
def test_what_is_no_clip_is_refused_before_anything_is_sent(desk, cloud, data, said):
    done = run_piped(desk, ["add-music", "-", "x", "-o", "out.mp4"], data, **cloud.where)
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert cloud.backend.ledger.tokens_issued == 0
    assert desk.leftovers() == []


@pytest.mark.slow
@UNIX
def test_a_reader_that_has_seen_enough_leaves_the_result(desk, cloud):
    words = [sys.executable, "-m", "nemomusic", "add-music", "trip.mp4", "lo-fi", "-o", "-"]
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        words, cwd=desk.path, env=desk.environment(**cloud.where), stdout=writer,
        stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    os.close(writer)
    said = done.stderr.decode()
    assert done.returncode == 2
    kept = said.rpartition("The result is kept: ")[2].strip()
    assert Path(kept).stat().st_size > 0


@UNIX
def test_ctrl_c_while_a_pipe_gives_nothing(desk):
    process = desk.start("add-music", "-", "lo-fi", "-o", "out.mp4", "--local")
    process.stdin.write("not much")
    process.stdin.flush()
    while not psutil.Process(process.pid).num_threads() > 1:  # the thread that reads the pipe
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=180) == Exit.INTERRUPTED
    _, err = process.communicate()
    assert err.splitlines() == ["nemomusic: error: interrupted"]
    assert desk.leftovers() == []


class LongResults(StubEngine):
    """Renders files that are longer than what a pipe holds."""

    async def render(self, plan, out, progress):
        done = await super().render(plan, out, progress)
        with out.open("ab") as file:
            file.write(bytes(4 * 2**20))
        return attrs.evolve(done, size=out.stat().st_size)


@pytest.mark.slow
@UNIX
def test_ctrl_c_while_a_pipe_takes_nothing(desk, tmp_path):
    with Cloud(folder=tmp_path / "cloud", engine=LongResults()) as cloud:
        process = subprocess.Popen(
            [sys.executable, "-m", "nemomusic", "add-music", "trip.mp4", "lo-fi", "-o", "-"],
            cwd=desk.path, env=desk.environment(**cloud.where), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout.read(1) == b"\0"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=180) == Exit.INTERRUPTED
        _, err = process.communicate()
    last = err.decode().splitlines()[-1]
    assert last.startswith("nemomusic: error: interrupted. The result is kept: ")
    assert Path(last.rpartition(": ")[2]).stat().st_size > 4 * 2**20


# ------------------------------------------------------------------ no network, no home


@pytest.mark.slow
def test_without_a_network_local_is_named(desk, refusing_port):
    done = desk.run("add-music", "trip.mp4", "x", NEMO_API_URL=f"http://127.0.0.1:{refusing_port}")
    assert done.code == Exit.SERVICE
    assert "To work without the service, add --local." in done.error
    assert done.err.count("trying again") == 1
    quiet = desk.run(
        "-q", "batch", "trip.mp4", "x", NEMO_API_URL=f"http://127.0.0.1:{refusing_port}"
    )
    assert len(quiet.err.splitlines()) == 1
    assert quiet.err.count("add --local") == 1


@pytest.mark.slow
def test_doctor_of_a_user_who_works_locally_only(desk):
    wrong = {"HTTPS_PROXY": "http://127.0.0.1:9"}  # nothing leaves this machine
    done = desk.run("doctor", "--json", **wrong)
    found = {check["name"]: check for check in done.json["checks"]}
    assert found["service"]["status"] == "warn"
    assert "127.0.0.1:9" in found["service"]["detail"]
    assert "--local" in found["service"]["remedy"]
    assert done.code == 0
    for more in ({"NEMO_TOKEN": "nmv_usr_x"}, {"NEMO_API_URL": "https://api.example"}):
        assert desk.run("doctor", **wrong, **more).code == Exit.SERVICE
    assert desk.run("doctor", "--cloud", **wrong).code == Exit.SERVICE


@pytest.mark.slow
def test_doctor_counts_jobs_by_their_state(desk, cloud):
    desk.run("add-music", "trip.mp4", "hello there", **cloud.where)
    desk.run("add-music", "trip.mp4", "lo-fi", **cloud.where)
    checks = desk.run("doctor", "--json", **cloud.where).json["checks"]
    (journal,) = (check for check in checks if check["name"] == "journal")
    assert journal["status"] == "ok"
    assert journal["detail"].endswith("2 jobs (1 done, 1 failed)")


@pytest.mark.slow
@UNIX
@pytest.mark.parametrize("home", ["", "/proc/none"])
def test_commands_work_without_a_home(desk, home):
    missing = {"HOME": home, "XDG_DATA_HOME": home}
    done = desk.run("doctor", "--json", **missing)
    assert {check["name"] for check in done.json["checks"]} >= {"data folder", "journal"}
    done = desk.run("credits", "--local", **missing)
    if done.code == 0:
        assert "100 credits" in done.out
    assert not (desk.path / "~").exists()


@pytest.mark.slow
@UNIX
def test_commands_work_without_a_line_in_the_password_file(desk):
    code = (
        "import os, pwd, sys\n"
        "del os.environ['HOME'], os.environ['XDG_DATA_HOME']\n"
        "def missing(uid): raise KeyError(uid)\n"
        "pwd.getpwuid = missing\n"
        "from nemomusic.cli import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    for words, good in (
        (["doctor"], 0),
        (["credits", "--local"], 0),
        (["add-music", "trip.mp4", "lo-fi", "--local"], 0),
        (["jobs"], 2),
    ):
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            cwd=desk.path, env=desk.environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == good, done.stderr
        assert "Traceback" not in done.stderr
        assert "bug" not in done.stderr
    assert not (desk.path / "~").exists()
    assert (desk.path / "trip-with-music.mp4").exists()


# ------------------------------------------------------------------ logs, lists


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ("debug", True),
        *(pytest.param(value, False, marks=pytest.mark.slow) for value in ("INFO", "", " ")),
    ],
)
def test_the_variable_turns_the_log_on(desk, cloud, value, lines):
    done = desk.run("credits", NEMOMUSIC_LOG=value, **cloud.where)
    assert done.code == 0
    assert ("nemomusic.http: GET /api/credits" in done.err) is lines


@pytest.mark.parametrize("words", [["credits", "--json"], ["jobs", "--json"], ["clean", "--json"]])
def test_a_wrong_value_of_it_is_one_line(words, capsys, monkeypatch):
    monkeypatch.setenv("NEMOMUSIC_LOG", "loud")
    assert main(words) == 2
    shown = capsys.readouterr()
    assert "Set it to debug or info" in shown.err
    assert json.loads(shown.out)["error"]["exit_code"] == 2


def test_jobs_shows_names_and_a_heading(desk, cloud):
    (desk.path / "deep" / "folder").mkdir(parents=True)
    shutil.copy(desk.path / "trip.mp4", desk.path / "deep" / "folder" / "clip one.mp4")
    desk.run("add-music", "deep/folder/clip one.mp4", "lo-fi", **cloud.where)
    head, row = desk.run("jobs").out.splitlines()
    assert head.split("\t") == ["job", "state", "step", "changed", "clip", "output"]
    assert row.split("\t")[-2:] == ["clip one.mp4", "clip one-with-music.mp4"]
    (job,) = desk.run("jobs", "--json").json["jobs"]
    assert job["output"] == str(desk.path / "deep" / "folder" / "clip one-with-music.mp4")


# ------------------------------------------------------------------ Ctrl-C


MODULES = (
    "nemomusic.cli.arguments.parser",
    "nemomusic.cli.terminal.screen",
    "nemomusic.cli.terminal.runner",
    "asyncio",
    "nemomusic.cli.add_music",
    "attrs",
    "nemomusic.client",
    "aiohttp",
    "nemomusic.local.backend",
    "nemomusic.local.http.app",
    "nemomusic.jobs.driver",
    "nemomusic.transport.aiohttp_port.aiohttp_transport",
    "nemomusic.local.agent.turns",
    "nemomusic.files.download",
)


QUICK = {"asyncio", "nemomusic.client", "nemomusic.jobs.driver"}
"""The first, the middle and the last part of a start; the rest is slow."""


@UNIX
@pytest.mark.parametrize(
    "name", [n if n in QUICK else pytest.param(n, marks=pytest.mark.slow) for n in MODULES]
)
def test_ctrl_c_in_the_middle_of_an_import_ends_the_command(desk, name):
    """The interrupt comes while the import system works, where an exception could get lost."""
    code = (
        "import os, signal, sys\n"
        f"name = {name!r}\n"
        "class Interrupt:\n"
        "    def find_spec(self, wanted, path=None, target=None):\n"
        "        if wanted == name and 'nemomusic.cli' in sys.modules:\n"
        "            sys.meta_path.remove(self)\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupt())\n"
        "from nemomusic.cli import main\n"
        "code = main(['add-music', 'trip.mp4', 'lo-fi', '--local'])\n"
        "assert not any(isinstance(one, Interrupt) for one in sys.meta_path), 'never imported'\n"
        "sys.exit(code)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=desk.path, env=desk.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    out, err = process.communicate(timeout=180)
    assert process.returncode == Exit.INTERRUPTED, err
    assert "nemomusic: error: interrupted" in err
    assert "Traceback" not in err
    assert "Exception ignored" not in err
    assert out == ""
    assert not (desk.path / "trip-with-music.mp4").exists()
    assert desk.leftovers() == []


@UNIX
def test_a_program_that_calls_main_keeps_its_handler(capsys):
    def mine(*_):
        raise AssertionError

    before = signal.signal(signal.SIGINT, mine)
    try:
        assert main(["--version"]) == 0
        assert signal.getsignal(signal.SIGINT) is mine
    finally:
        signal.signal(signal.SIGINT, before)
    capsys.readouterr()
