"""`nemomusic batch`, the real command, against a backend whose engine is a stand-in."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nemomusic.cli.batch import _output, _without_results
from nemomusic.cli.batching.batch_folder import clips_in, watch
from nemomusic.cli.batching.manifest import Defaults, fill, read_manifest
from nemomusic.cli.terminal.exit_codes import explain
from nemomusic.cli.terminal.screen import Screen
from nemomusic.errors import InputError, ManifestError, OrderChangedError
from nemomusic.local import StubEngine
from nemomusic.testing import FakeClock
from support.cli_runs import Cloud, Desk

DEFAULTS = Defaults(prompt="usual")


@pytest.fixture
def desk(tmp_path, tiny_clip):
    with Desk(tmp_path) as desk:
        shutil.copy(tiny_clip, tmp_path / "trip.mp4")
        shutil.copy(tiny_clip, tmp_path / "party.mp4")
        yield desk


@pytest.fixture
def cloud(tmp_path):
    with Cloud(folder=tmp_path / "cloud", engine=StubEngine()) as cloud:
        yield cloud


def outcomes(done):
    """Return the lines of `--json`: outcomes by number, and the summary."""
    *lines, summary = [json.loads(line) for line in done.out.splitlines()]
    return {line["number"]: line for line in lines}, summary


def test_a_manifest_a_session_for_each(desk, cloud):
    rows = [
        {"input": "trip.mp4", "prompt": "warm lo-fi", "output": "one.mp4"},
        {"input": "none.mp4"},
        {"input": "party.mp4"},
        {"input": "party.mp4", "output": "{stem}-{n}.mp4"},
        {"input": "party.mp4", "volume": "1"},
    ]
    (desk.path / "list.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    words = ("batch", "list.jsonl", "--prompt", "upbeat pop", "--json")
    done = desk.run(*words, **cloud.where)
    assert done.code == 2  # that of the first that failed
    found, summary = outcomes(done)
    assert found[1]["path"] == str(desk.path / "one.mp4")
    assert found[3]["path"] == str(desk.path / "party-with-music.mp4")
    assert found[4]["path"] == str(desk.path / "party-4.mp4")
    assert found[2]["error"]["type"] == "SourceError"
    assert found[5]["error"]["type"] == "ManifestError"
    assert "order 5 (line 5), column 'volume'" in found[5]["error"]["message"]
    assert summary == {"done": 3, "kept": 0, "failed": 2, "left": 0, "exit_code": 2}
    assert found[1]["session_id"] != found[3]["session_id"]
    said = sorted(map(tuple, cloud.backend.ledger.messages.values()))
    assert said == [("upbeat pop",), ("upbeat pop",), ("warm lo-fi",)]
    assert "trip.mp4: Composing" in done.err
    jobs = desk.run("jobs", "--json").json["jobs"]
    assert {job["id"] for job in jobs} == {found[number]["job_id"] for number in (1, 3, 4)}
    # The same command again keeps what is finished, and sends nothing.
    again, summary = outcomes(desk.run(*words, **cloud.where))
    assert [again[number]["state"] for number in (1, 3, 4)] == ["kept"] * 3
    assert summary["kept"] == 3
    assert cloud.backend.ledger.accepted == 3


@pytest.mark.slow
def test_a_folder_and_what_would_be_done(desk, cloud):
    (desk.path / "notes.txt").write_text("no clip")
    (desk.path / ".hidden.mp4").write_text("no clip")
    words = ("batch", ".", "-o", "new/results/{n}-{stem}.mp4", "--report", "report")
    done = desk.run(*words, "--dry-run", **cloud.where)
    assert done.code == 0, done.err
    assert [line.split("\t")[:3] for line in done.out.splitlines()] == [
        ["1", "new", "party.mp4"],
        ["2", "new", "trip.mp4"],
    ]
    assert "2 new; about 200 credits. Nothing was sent" in done.err
    assert not cloud.backend.ledger.uploads
    assert not (desk.data / "jobs.sqlite").exists()
    assert not (desk.path / "new").exists()
    assert not (desk.path / "report").exists()
    done = desk.run(*words, **cloud.where)
    assert done.code == 0, done.err
    names = ["1-party.mp4", "2-trip.mp4"]
    assert sorted(done.out.splitlines()) == [
        str(desk.path / "new" / "results" / name) for name in names
    ]
    assert "2 done" in done.err
    rows = (desk.path / "report" / "report.jsonl").read_text("utf-8").splitlines()
    assert sorted(json.loads(row)["input"] for row in rows) == ["party.mp4", "trip.mp4"]
    assert "2 clips: 2 done" in (desk.path / "report" / "report.html").read_text("utf-8")
    done = desk.run(*words, "--dry-run", "--json", **cloud.where)
    found, summary = outcomes(done)
    assert [found[number]["state"] for number in (1, 2)] == ["kept", "kept"]
    assert summary == {"plan": {"kept": 2}, "credits": 0, "exit_code": 0}
    # Another prompt is another order: it is done only when asked for.
    done = desk.run(*words, "-p", "techno", **cloud.where)
    assert done.code == 2
    assert cloud.backend.ledger.accepted == 2
    done = desk.run(*words, "-p", "techno", "--redo", "changed", "--dry-run", **cloud.where)
    assert "2 redo; about 200 credits" in done.err


def test_the_embedded_backend_costs_nothing(desk):
    (desk.path / "text.mp4").write_text("no clip")  # its name alone is good
    done = desk.run("batch", "trip.mp4", "none.mp4", "text.mp4", "--dry-run", "--local")
    assert done.code == 2
    assert "2 bad, 1 new; about 0 credits" in done.err
    assert "\tbad\ttext.mp4\ttext.mp4 is not a video, image or sound" in done.out
    assert not (desk.data / "local").exists()


@pytest.mark.slow
def test_in_one_session(desk, cloud):
    (desk.path / "more").mkdir()
    shutil.copy(desk.path / "trip.mp4", desk.path / "more" / "trip.mp4")
    words = (
        "batch",
        "trip.mp4",
        "party.mp4",
        "more/trip.mp4",
        "none.mp4",
        "--one-session",
        "--json",
    )
    done = desk.run(*words, "--json", "-p", "lo-fi", "--report", "report", **cloud.where)
    assert done.code == 2, done.err
    (said,) = cloud.backend.ledger.messages.values()
    assert said == ['only "trip.mp4": lo-fi', 'only "party.mp4": lo-fi', 'only "2-trip.mp4": lo-fi']
    found, _ = outcomes(done)
    shown = [found[n]["timeline"].split("Video: ")[1].split(" ")[0] for n in (1, 2, 3)]
    assert shown == ["trip", "party", "2-trip"]
    assert (desk.path / "more" / "trip-with-music.mp4").exists()
    lines = (desk.path / "report" / "report.jsonl").read_text().splitlines()
    rows = {row["number"]: row for row in map(json.loads, lines)}
    assert [rows[number]["state"] for number in (1, 2, 3, 4)] == ["done"] * 3 + ["failed"]
    assert rows[2]["path"] == found[2]["path"]
    assert rows[2]["timeline"]
    assert (desk.path / "report" / "report.html").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal here")
def test_a_terminal_shows_an_overall_bar_and_the_running_clips_below_it(desk, cloud):
    import pty

    terminal, end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "nemomusic", "batch", "trip.mp4", "party.mp4", "--at-once", "1"],
        cwd=desk.path,
        env=desk.environment(**cloud.where, TERM="xterm", COLUMNS="100", LINES="30"),
        stdin=end,
        stdout=subprocess.PIPE,
        stderr=end,
    )
    os.close(end)
    seen = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # how Linux says that the other end was closed
            break
        if not piece:
            break
        seen += piece
    out, _ = process.communicate(timeout=180)
    os.close(terminal)
    shown = seen.decode()
    assert process.returncode == 0, shown
    assert out.decode().split() == [
        str(desk.path / f"{stem}-with-music.mp4") for stem in ("trip", "party")
    ]
    screens = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown)
    overall = [m.start() for m in re.finditer(r"[012] of 2", screens)]
    running = screens.index("trip.mp4: Composing")
    assert overall[0] < running  # above
    assert "1 of 2, about" in screens
    assert screens.index("party.mp4: Composing") > screens.index("1 of 2")
    lines = [line.strip() for line in screens.splitlines()]
    for place, name in ((1, "trip"), (2, "party")):
        assert sum(line.startswith(f"{place}. {name}.mp4 in ") for line in lines) == 1
    assert "\x1b[?25h" in shown[shown.rindex("\x1b[?25l") :]  # the cursor is back
    assert "2 done" in screens[screens.rindex("of 2") :]


@pytest.mark.slow
def test_it_pauses_when_the_credits_are_gone(desk, tmp_path):
    with Cloud(folder=tmp_path / "poor", engine=StubEngine(), faithful=True) as cloud:
        words = ("batch", "trip.mp4", "party.mp4", "trip.mp4", "-o", "same", "--json")
        done = desk.run(*words, "--dry-run", **cloud.where)
        found, _ = outcomes(done)
        assert [found[n]["state"] for n in (1, 2, 3)] == ["bad", "new", "bad"]
        assert found[1]["error"]["type"] == "DuplicateOutputError"
        words = ("batch", "trip.mp4", "party.mp4", "--at-once", "1", "-o", "results", "--json")
        done = desk.run(*words, "--max-credits", "99", **cloud.where)
        assert done.code == 4
        assert "below the price of one clip" in done.err
        assert not cloud.backend.ledger.uploads
        done = desk.run(*words, **cloud.where)
        assert done.code == 4
        found, summary = outcomes(done)
        assert list(found) == [1]
        assert summary["left"] == 1
        assert "the batch will pause when they are used up" in done.err
        assert "run the same command again" in done.err
        assert cloud.backend.ledger.credits_spent == 100
    assert (desk.path / "results" / "trip-with-music.mp4").exists()


class Slow(StubEngine):
    """Composes when a file is there."""

    def __init__(self, path):
        super().__init__()
        self._path = path

    async def compose(self, *words):
        import asyncio

        while not self._path.exists():
            await asyncio.sleep(0.02)
        return await super().compose(*words)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_ctrl_c_drains_and_twice_stops(desk, tmp_path):
    for number in range(3):
        shutil.copy(desk.path / "trip.mp4", desk.path / f"{number}.mp4")
    ready = tmp_path / "ready"
    words = ("batch", "0.mp4", "1.mp4", "2.mp4", "-o", "out", "--at-once", "1", "--json")
    with Cloud(folder=tmp_path / "cloud", engine=Slow(ready)) as cloud:
        # Once: what is under way is finished.
        process = desk.start(*words, **cloud.where)
        until(process, "Composing")
        process.send_signal(signal.SIGINT)
        until(process, "Finishing the clips under way")
        ready.touch()
        out, err = process.communicate(timeout=180)
        assert process.returncode == 130, err
        found = [json.loads(line) for line in out.splitlines()]
        assert [line.get("state") for line in found] == ["done", None]
        assert found[-1]["left"] == 2
        assert "continues where it stopped" in err
        # Twice: it stops at once, and the same command goes on.
        ready.unlink()
        process = desk.start(*words, **cloud.where)
        until(process, "Composing")
        process.send_signal(signal.SIGINT)
        until(process, "Finishing the clips under way")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=180)
        assert process.returncode == 130, err
        assert "Traceback" not in err
        assert "continues where it stopped" in err
        ready.touch()
        done = desk.run(*words, **cloud.where)
        assert done.code == 0, done.err
        assert outcomes(done)[1] == {"done": 2, "kept": 1, "failed": 0, "left": 0, "exit_code": 0}
        assert cloud.backend.ledger.accepted == 3
        assert all(len(said) == 1 for said in cloud.backend.ledger.messages.values())


def until(process, word):
    seen = []
    for line in process.stderr:
        seen.append(line)
        if word in line:
            return
    pytest.fail(f"{word} never came: {seen}")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_watched_folder(desk, cloud):
    inbox = desk.path / "inbox"
    inbox.mkdir()
    shutil.copy(desk.path / "trip.mp4", inbox / "one.mp4")
    os.utime(inbox / "one.mp4", (1e9, 1e9))
    process = desk.start(
        "batch", "inbox", "-o", "out/{n}-{stem}.mp4", "--watch", "--json", **cloud.where
    )
    assert json.loads(process.stdout.readline())["input"].endswith("one.mp4")
    shutil.copy(desk.path / "trip.mp4", inbox / "two.mp4")
    second = json.loads(process.stdout.readline())
    assert (second["number"], Path(second["path"]).name) == (2, "2-two.mp4")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=180)
    assert process.returncode == 0, err
    assert json.loads(out)["done"] == 2
    for wrong in (["trip.mp4"], ["inbox", "--dry-run"], ["inbox", "inbox"]):
        assert desk.run("batch", *wrong, "--watch", **cloud.where).code == 2


async def test_a_new_file_is_taken_when_it_has_not_changed_for_two_seconds(tmp_path):
    clock = FakeClock(start=time.time())
    changes = {
        1.0: lambda: (tmp_path / "b.mp4").write_bytes(b"begun"),
        3.0: lambda: (tmp_path / "b.mp4").write_bytes(b"begun, and longer"),
        4.0: lambda: (tmp_path / "empty.mp4").write_bytes(b""),
    }

    async def direct(function, *words):
        for at in [at for at in changes if at <= clock.monotonic()]:
            changes.pop(at)()
        return function(*words)

    old = tmp_path / "a.mp4"
    old.write_bytes(b"complete")
    os.utime(old, (clock.time() - 60, clock.time() - 60))
    coming = watch(tmp_path, clock, direct)
    assert await anext(coming) == old
    assert clock.monotonic() == 0.0
    assert await anext(coming) == tmp_path / "b.mp4"
    assert 5.0 <= clock.monotonic() <= 5.6
    await coming.aclose()


def test_results_are_no_clips(tmp_path):
    for name in ("a.mp4", "a-with-music.mp4", "b-with-music.mp4", "c.mov", "song.mp3", "x.txt"):
        (tmp_path / name).write_bytes(b"x")
    assert [path.name for path in clips_in(tmp_path)] == ["a.mp4", "b-with-music.mp4", "c.mov"]


def test_a_program_in_typescript_is_no_clip(tmp_path):
    (tmp_path / "main.ts").write_text("export const answer = 42;" * 50)
    (tmp_path / "tape.ts").write_bytes((b"G" + bytes(187)) * 5)
    (tmp_path / "tape.mts").write_bytes((bytes(4) + b"G" + bytes(187)) * 5)
    assert [path.name for path in clips_in(tmp_path)] == ["tape.mts", "tape.ts"]


def test_a_manifest_as_csv(tmp_path):
    text = 'input,prompt,output\na.mp4,"slow, warm",x.mp4\n\n b.mp4,,\nc.mp4,,{stem}-{n}.mp4\n'
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8-sig")
    one, two, three = read_manifest(path, DEFAULTS)
    assert (one.label, one.order.prompt) == ("a.mp4", "slow, warm")
    assert (one.order.source, one.order.output) == (
        str(tmp_path / "a.mp4"),
        str(tmp_path / "x.mp4"),
    )
    assert (two.order.source, two.order.prompt) == (str(tmp_path / "b.mp4"), "usual")
    assert two.order.output is None
    assert three.order.output == str(tmp_path / "c-3.mp4")
    (one, *_) = read_manifest(path, Defaults(prompt="usual", into_folder=True, language="zh-CN"))
    assert (one.order.output, one.order.language) == ("x.mp4", "zh-CN")


ODD_FILES = [
    ("list.csv", "input,prompt\na.mp4,x\nb.mp4,y\n".encode("utf-16")),
    ("list.csv", "input;prompt\na.mp4;x\nb.mp4;y\n"),
    ("list.csv", "input\tprompt\na.mp4\tx\nb.mp4\ty\n"),
    ("list.csv", '"prompt";"Input"\n"x";"a.mp4"\n"y";"b.mp4"\n'),
    ("list.csv", "sep=;\r\ninput;prompt\r\na.mp4;x\r\nb.mp4;y\r\n"),
    ("list.csv", "\n ,\nInput, Prompt ,\na.mp4,x,\n,,\nb.mp4,y, ,\n"),
    ("list.csv", "input,prompt\ra.mp4,x\rb.mp4,y\r"),
    ("list.tsv", "input\tprompt\na.mp4\tx\nb.mp4\ty\n"),
    (
        "list.jsonl",
        b'\xef\xbb\xbf{"input":"a.mp4","prompt":"x"}\r\n\r\n{"input":"b.mp4","prompt":"y"}',
    ),
]


@pytest.mark.parametrize(("name", "content"), ODD_FILES)
def test_what_spreadsheets_save_is_read(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    rows = [(one.label, one.order.prompt) for one in read_manifest(path, DEFAULTS)]
    assert rows == [("a.mp4", "x"), ("b.mp4", "y")]


def test_a_very_long_cell_leaves_the_other_rows_untouched(tmp_path):
    path = tmp_path / "clips.csv"
    path.write_text(f"input,prompt\na.mp4,lo-fi\nb.mp4,{'x' * 200_000}\nc.mp4,jazz\n")
    rows = read_manifest(path, DEFAULTS)
    assert [Path(row.label).name for row in rows] == ["a.mp4", "b.mp4", "c.mp4"]
    assert rows[2].order is not None
    assert rows[2].order.prompt == "jazz"


def test_line_ends_inside_of_a_cell_begin_no_row(tmp_path):
    prompt = "slow\u2028warm\x0bsoft\x85low\nlong"
    (tmp_path / "list.csv").write_text(f'input,prompt\na.mp4,"{prompt}"\nb.mp4,y\n', newline="")
    row = json.dumps({"input": "a.mp4", "prompt": prompt}, ensure_ascii=False)
    (tmp_path / "list.jsonl").write_text(f'{row}\n{{"input": "b.mp4"}}')
    for name in ("list.csv", "list.jsonl"):
        one, two = read_manifest(tmp_path / name, DEFAULTS)
        assert (one.order.prompt, two.label) == (prompt, "b.mp4")


def test_several_inputs_and_addresses(tmp_path):
    path = tmp_path / "list.json"
    rows = [{"input": ["a.mp4", "b.mp4"], "name": "both"}, {"input": "https://x.org/c%20d.mp4?k=1"}]
    path.write_text(json.dumps(rows))
    both, web = read_manifest(path, Defaults(prompt="usual", into_folder=True))
    assert both.order.source == [str(tmp_path / "a.mp4"), str(tmp_path / "b.mp4")]
    assert (both.order.output, both.order.name) == ("a-with-music.mp4", "both")
    assert web.order.source == "https://x.org/c%20d.mp4?k=1"
    assert web.order.output == "c d-with-music.mp4"


@pytest.mark.parametrize(
    ("name", "text", "row", "column"),
    [
        ("list.csv", "", None, None),
        ("list.csv", "file,prompt\na.mp4,lo-fi\n", 1, "file"),
        ("list.csv", "input,input\na.mp4,lo-fi\n", 1, "input"),
        ("list.csv", "prompt,output\na.mp4,lo-fi\n", 1, "input"),
        ("list.json", "{", None, None),
        ("list.json", "[" * 100_000, None, None),
        ("list.json", '{"input": "a.mp4"}', None, None),
        ("list.json", "[]", None, None),
        ("list.jsonl", "\n", None, None),
        ("none.csv", None, None, None),
        ("list.csv", b"input\n\xff\xfe\n", 2, None),
        ("list.csv", "input\na.mp4\n".encode("utf-16-be"), 1, None),
        ("list.csv", b"input\na\0.mp4\n", 2, None),
        ("list.csv", "input,prompt\na.mp4,x\nb.mp4,über\n".encode("cp1252"), 3, None),
        ("list.csv", 'input,prompt\na.mp4,"slow\nb.mp4,y\n', 3, None),
    ],
)
def test_a_manifest_that_makes_no_sense(tmp_path, name, text, row, column):
    if text is not None:
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ManifestError, match=name) as caught:
        read_manifest(tmp_path / name, DEFAULTS)
    assert (caught.value.row, caught.value.column) == (row, column)


@pytest.mark.parametrize(
    ("name", "text", "row", "column"),
    [
        ("list.csv", "input,prompt\na.mp4,x\n,lo-fi\n", 3, "input"),
        ("list.csv", "input,prompt\na.mp4,x\nb.mp4,lo-fi,more\n", 3, None),
        ("list.csv", "input,output\na.mp4,x\nb.mp4,{tag}.mp4\n", 3, "output"),
        ("list.csv", "input,output\na.mp4,x\nb.mp4,{stem.mp4\n", 3, "output"),
        ("list.jsonl", '{"input": "a.mp4"}\n{"input": "b", "input": "c"}\n', 2, None),
        ("list.jsonl", '{"input": "a.mp4"}\n{"input": "b\\ud800.mp4"}\n', 2, "input"),
        ("list.jsonl", '{"input": "a.mp4"}\n{"input": "b", "output": "\\u0000"}\n', 2, "output"),
        ("list.json", '[{"input": "a.mp4"}, "b.mp4"]', 2, None),
        ("list.json", '[{"input": "a.mp4"}, {"input": 3}]', 2, "input"),
        ("list.json", '[{"input": "a.mp4"}, {"input": ["b", 3]}]', 2, "input"),
        ("list.json", '[{"input": "a.mp4"}, {"input": "b", "prompt": []}]', 2, "prompt"),
        ("list.jsonl", '{"input": "a.mp4"}\n{"input"\n', 2, None),
        ("list.jsonl", '{"input": "a.mp4"}\n["b.mp4", "lo-fi"]\n', 2, None),
        ("list.csv", "input,language\na.mp4,EN\nb.mp4,klingon\n", 3, "language"),
        ("list.jsonl", '{"input": "a.mp4"}\n{"input": "b", "volume": "1"}\n', 2, "volume"),
    ],
)
def test_a_row_that_makes_no_sense_leaves_the_others_untouched(tmp_path, name, text, row, column):
    (tmp_path / name).write_text(text)
    good, bad = read_manifest(tmp_path / name, DEFAULTS)
    assert good.order.source == str(tmp_path / "a.mp4")
    assert bad.order is None
    assert (bad.error.row, bad.error.column) == (row, column)
    where = f"{name}, order 2" + ("" if name.endswith(".json") else f" (line {row})")
    assert where in bad.error.message


def test_the_option_that_does_an_order_again_is_named():
    assert "--redo changed" in explain(OrderChangedError("it changed")).remedy


@pytest.mark.parametrize(
    ("given", "folder", "name"),
    [
        ("out", "out", None),
        ("{stem}.mp4", ".", "{stem}.mp4"),
        ("out/{n}-{stem}.mp4", "out", "{n}-{stem}.mp4"),
        ("out/{n}/{stem}.mp4", "out", "{n}/{stem}.mp4"),
        ("/out/{n}/x/{stem}.mp4", "/out", "{n}/x/{stem}.mp4"),
    ],
)
def test_folder_and_name_of_the_outputs(given, folder, name):
    assert _output(given) == (Path(folder), name)


def test_addresses_in_a_manifest_are_no_paths(tmp_path):
    rows = ["HTTPS://x.org/a.mp4", "file:///clips/b.mp4", "s3://bucket/c.mp4"]
    (tmp_path / "list.csv").write_text("input\n" + "\n".join(rows) + "\n")
    found = read_manifest(tmp_path / "list.csv", Defaults(prompt="usual", into_folder=True))
    assert [one.order.source for one in found] == rows
    assert found[0].order.output == "a-with-music.mp4"


def test_results_among_the_clips_are_left_out(capsys):
    clips = ["a.mp4", "in/a.mp4", "a-with-music.mp4", "b-with-music.mp4", "in/./a-with-music.mp4"]
    kept = _without_results(clips, Screen())
    assert kept == ["a.mp4", "in/a.mp4", "b-with-music.mp4"]
    notes = capsys.readouterr().err.splitlines()
    assert [note.split(" is left out")[0] for note in notes] == [
        "Note: a-with-music.mp4",
        "Note: in/./a-with-music.mp4",
    ]


def test_a_spreadsheet_is_named(desk):
    (desk.path / "list.xlsx").write_bytes(b"PK")
    done = desk.run("batch", "list.xlsx", "--local", "--dry-run")
    assert done.code == 2
    assert "Save it as CSV" in done.error


def test_names_of_outputs():
    assert fill("{n}-{stem}.mp4", "a", 7) == "7-a.mp4"
    with pytest.raises(InputError, match="tag"):
        fill("{tag}.mp4", "a", 7)


def test_a_folder_that_can_not_be_made_and_a_cluster_without_a_store(desk):
    (desk.path / "file").write_text("")
    for output in ("file", "file/x"):
        done = desk.run("batch", "trip.mp4", "-o", output, "--local")
        assert done.code == 2
        assert "can't be made" in done.err
    words = ("--executor", "dask", "--scheduler", "tcp://127.0.0.1:1")
    done = desk.run("batch", "trip.mp4", "-o", "out", "--local", *words)
    assert done.code == 2
    assert "--store file:///" in done.err


@pytest.mark.slow
def test_usage(desk, cloud):
    for words in (
        ["-p", " "],
        ["--at-once", "0"],
        ["--max-credits", "-1"],
        ["--redo", "everything"],
        ["-o", "{tag}.mp4"],
    ):
        assert desk.run("batch", "trip.mp4", *words, **cloud.where).code == 2, words
    (desk.path / "list.csv").write_text("input\ntrip.mp4\n")
    (desk.path / "empty").mkdir()
    assert desk.run("batch", "list.csv", "trip.mp4", **cloud.where).code == 2
    assert desk.run("batch", "empty", **cloud.where).code == 2
    assert not cloud.backend.ledger.uploads
