"""How commands end when they are interrupted, and what they look like on a terminal."""

from __future__ import annotations

import asyncio
import os
import re
import select
import shutil
import signal
import sys

import psutil
import pytest

from nemomusic.cli.terminal.exit_codes import Exit
from nemomusic.local import StubEngine
from support.cli_runs import Cloud, Desk

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and terminals of Unix")


@pytest.fixture
def desk(tmp_path, tiny_clip):
    with Desk(tmp_path) as desk:
        shutil.copy(tiny_clip, tmp_path / "trip.mp4")
        yield desk


class Endless(StubEngine):
    """Never finishes one step."""

    def __init__(self, step):
        super().__init__()
        self._step = step

    async def compose(self, *words):
        if self._step == "score":
            await asyncio.Event().wait()
        return await super().compose(*words)

    async def render(self, *words):
        if self._step == "render":
            await asyncio.Event().wait()
        return await super().render(*words)


def interrupt(desk, process, number=signal.SIGINT):
    process.send_signal(number)
    out, err = process.communicate(timeout=180)
    assert "Traceback" not in err
    assert desk.leftovers() == []
    return out, err


def read_until(process, word):
    seen = []
    for line in process.stderr:
        seen.append(line)
        if word in line:
            return
    raise AssertionError(f"{word} never came: {seen}")


@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)]
)
def test_in_the_midst_of_composing(desk, number):
    with desk.start_patient("add-music", "trip.mp4", "lo-fi", "--local") as process:
        read_until(process, "Composing")
        workers = psutil.Process(process.pid).children(recursive=True)
        for worker in workers:
            worker.suspend()  # so that it can't be done before the signal comes
        assert workers
        out, err = interrupt(desk, process, number)
        assert process.returncode == Exit.INTERRUPTED
    assert psutil.wait_procs(workers, timeout=180)[1] == []
    assert list((desk.data / "local" / "tmp").iterdir()) == []
    assert out == ""
    assert not (desk.path / "trip-with-music.mp4").exists()
    (job,) = desk.run("jobs", "--json").json["jobs"]
    assert f"interrupted. Continue with `nemomusic jobs resume {job['id']}`" in err
    done = desk.run("jobs", "resume", job["id"], "--json")
    assert done.code == 0, done.err
    assert done.json["path"] == str(desk.path / "trip-with-music.mp4")


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        ("render", "Rendering"),
        pytest.param("score", "Composing", marks=pytest.mark.slow),
    ],
)
def test_while_the_service_is_at_work(desk, tmp_path, step, shown):
    with Cloud(folder=tmp_path / "cloud", engine=Endless(step)) as cloud:
        process = desk.start_patient("add-music", "trip.mp4", "lo-fi", "--json", **cloud.where)
        read_until(process, shown)
        out, err = interrupt(desk, process)
        assert process.returncode == Exit.INTERRUPTED
        assert '"type": "CommandInterruptedError"' in out
        assert "nemomusic jobs resume job_" in err


@pytest.mark.slow
def test_while_the_demo_is_drawn(desk):
    process = desk.start_patient("demo", "--seconds", "600")
    read_until(process, "Drawing")
    interrupt(desk, process)
    assert process.returncode == Exit.INTERRUPTED
    assert not (desk.path / "demo.mp4").exists()


@pytest.mark.slow
def test_while_a_chat_waits_for_words(desk):
    process = desk.start("chat", "trip.mp4", "--local")
    read_until(process, "Embedded backend")
    interrupt(desk, process)
    assert process.returncode == Exit.INTERRUPTED


@pytest.mark.slow
def test_serve_ends_well_by_ctrl_c(desk):
    process = desk.start_patient("serve", "--json", "--faithful")
    read_until(process, "Ready!")
    interrupt(desk, process)
    assert process.returncode == 0


def at_terminal(desk, words, typed, **more):
    """Run a command with a terminal for all three streams; its exit code and what was shown."""
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(desk.path)
        os.execve(
            sys.executable,
            [sys.executable, "-m", "nemomusic", *words],
            desk.environment(TERM="xterm", COLUMNS="100", **more),
        )
    shown, piece = b"", b" "
    try:
        while piece:
            if not select.select([terminal], [], [], 180)[0]:
                os.kill(pid, signal.SIGKILL)  # it waits for something that never comes
            piece = os.read(terminal, 65536)
            shown += piece
            while typed and typed[0][0].encode() in shown:
                os.write(terminal, typed.pop(0)[1].encode())
    except OSError:
        pass  # so Linux says that the other side is closed
    finally:
        os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode("utf-8", "replace")


@pytest.fixture
def cloud(tmp_path):
    with Cloud(folder=tmp_path / "cloud", engine=StubEngine()) as cloud:
        yield cloud


@pytest.mark.slow
def test_bars_on_a_terminal(desk, cloud):
    code, shown = at_terminal(desk, ["add-music", "trip.mp4", "lo-fi"], [], **cloud.where)
    assert code == 0
    assert "━" in shown
    assert "Composing" in shown
    assert str(desk.path / "trip-with-music.mp4") in shown
    code, shown = at_terminal(desk, ["jobs"], [], **cloud.where)
    assert code == 0
    assert "│" in shown


def test_a_chat_at_a_terminal_goes_on_after_an_error(desk, cloud):
    typed = [("> ", "/wrong\n"), ("no such command", "lo-fi\n"), ('Say "export"', "/quit\n")]
    code, shown = at_terminal(desk, ["chat", "trip.mp4"], typed, **cloud.where)
    assert code == 0, shown
    assert "Timeline (2 tracks)" in shown


class NeverDone(StubEngine):
    """Composes without end."""

    async def compose(self, *_):
        await asyncio.Event().wait()


def test_ctrl_c_while_composing_leads_back_to_the_prompt(desk, tmp_path):
    typed = [("> ", "lo-fi\n"), ("Working", "\x03"), ("Interrupted.", "quit\n")]
    with Cloud(folder=tmp_path / "cloud", engine=NeverDone()) as cloud:
        code, shown = at_terminal(desk, ["chat", "trip.mp4"], typed, **cloud.where)
    assert code == 0, shown
    assert "/timeline shows what became of it" in shown
    assert "Go on later with: nemomusic chat --session" in shown


@pytest.mark.slow
def test_ctrl_c_at_the_prompt(desk, cloud):
    code, shown = at_terminal(desk, ["chat"], [("> ", "\x03")], **cloud.where)
    assert code == Exit.INTERRUPTED, shown
    assert "nemomusic: error: interrupted" in shown
    assert "Traceback" not in shown


def test_a_name_with_control_characters_does_nothing_to_the_terminal(desk, tmp_path):
    odd = "a\x1b]0;title\x07\x9b31m\u202egpj\n\udcff.mp4"
    (desk.path / "trip.mp4").rename(desk.path / odd)
    with Cloud(folder=tmp_path / "cloud", engine=StubEngine()) as cloud:
        for words in (["add-music", odd, "lo-fi"], ["jobs"], ["add-music", f"no{odd}", "lo-fi"]):
            code, shown = at_terminal(desk, words, [], **cloud.where)
            assert code == (2 if f"no{odd}" in words else 0), shown
            uncut = r"a\x1b]0;title\x07\x9b31m\u202egpj" in re.sub(r"\s+", "", shown)
            assert uncut or words == ["jobs"]  # a table shortens it
            assert "\x1b]0;" not in shown
            assert not set("\x07\x9b\u202e") & set(shown)
