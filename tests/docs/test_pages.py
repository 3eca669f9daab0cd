"""The Python in README and docs runs as it is written, against the embedded backend.

`tests/support/snippets.py` lists the comments that say how a snippet is run.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
import sys
from pathlib import Path

import pytest

from nemomusic.local import LocalBackend
from support.paths import ROOT
from support.rows import one_in
from support.snippets import ALL, FENCE, NOTES, PAGES, Snippet, snippets

WAITING = Path(__file__).with_name("waiting.txt")
RUN = [
    one
    for one in ALL
    if one.language == "python" and "tested" not in one.notes and not one.continued
]


FIRST_PAGES = {"README", "index", "tutorial", "how-to/workflows", "how-to/jobs", "how-to/testing"}


def is_program(one: Snippet) -> bool:
    return "program" in one.notes or "asyncio.run(" in one.code


def page_of(one: Snippet) -> str:
    return one.name.rpartition("-python-")[0]


def quick_snippets() -> set[str]:
    """Return the first lines of each page that a beginner reads, and one program."""
    firsts: dict[str, str] = {}
    for one in RUN:
        if page_of(one) in FIRST_PAGES and not is_program(one):
            firsts.setdefault(page_of(one), one.name)
    return {*firsts.values(), next(one.name for one in RUN if is_program(one))}


def parameter(one: Snippet):
    """Mark a snippet that waits for an API: it has to fail until that is there."""
    marks = [] if one.name in quick_snippets() else [pytest.mark.slow]
    if "needs" in one.notes:
        marks.append(pytest.mark.xfail(strict=True, reason=f"needs {one.notes['needs']}"))
    return pytest.param(one, id=one.name, marks=marks)


async def run_program(code: str, folder: Path) -> str:
    """Run a whole program as a user would, and give what it prints."""
    (folder / "program.py").write_text(code, "utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "program.py",
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()
    return out.decode()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("snippet", [parameter(one) for one in RUN])
async def test_snippet(snippet, desk, warm, monkeypatch, capsys):
    if is_program(snippet):
        printed = await run_program(snippet.code, desk)
    else:
        await run_here(snippet, desk, monkeypatch)
        printed = capsys.readouterr().out
    assert snippet.notes.get("prints", "") in printed, printed


async def run_here(snippet: Snippet, desk: Path, monkeypatch) -> None:
    """Run some lines as if they stood in a coroutine."""
    async with LocalBackend(folder=desk / "cloud") as backend:  # for those that name the cloud
        monkeypatch.setenv("NEMO_API_URL", backend.url)
        compiled = compile(snippet.code, snippet.name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        running = eval(compiled, {"__name__": "docs"})
        if inspect.isawaitable(running):
            await running


def test_what_waits_for_an_api_is_listed():
    waiting = {one.name: one.notes["needs"] for one in ALL if "needs" in one.notes}
    listed = dict(line.split(": ") for line in WAITING.read_text("utf-8").splitlines())
    assert waiting == listed, "keep tests/docs/waiting.txt and the comments in the pages alike"


@pytest.mark.parametrize("snippet", ALL, ids=lambda one: one.name)
def test_a_snippet_is_well_formed(snippet):
    assert set(snippet.notes) <= NOTES, f"{snippet.name}: unknown comment"
    if "tested" in snippet.notes:
        assert (ROOT / snippet.notes["tested"]).exists()
    if snippet.language == "python":
        compile(snippet.code, snippet.name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        long = [line for line in snippet.code.splitlines() if len(line) > 90]
        assert not long, f"{snippet.name}: over 90 characters, which a page can't show: {long}"


IN_REPOSITORY = re.compile(
    r"`((?:[\w.-]+/)*[\w-]+\.(?:py|md|toml|txt|svg|yml)|(?:[\w-]+/)+)`(?! of yours)"
)
OTHERS = {"app.py", "score.py", "test_mine.py", "conftest.py", "SKILL.md", "files/", "mkdocs.yml"}
"""Files of a reader, not of this repository, and what stands at its top."""
BASES = [
    ROOT,
    ROOT / "src" / "nemomusic",
    ROOT / "docs",
    ROOT / "tests",
    ROOT / "benchmarks",
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_files_that_a_page_names_are_there(page):
    text = FENCE.sub("", page.read_text("utf-8"))
    for line in text.splitlines():
        if "0283fad" in line or "| 38 in" in line:
            continue  # about an earlier commit
        for name in IN_REPOSITORY.findall(line):
            if name not in OTHERS and not name.startswith("."):
                assert any((base / name).exists() for base in BASES), f"{page.name}: {name}"


def test_the_first_two_commands_are_the_ones_promised():
    first, second = [one for one in snippets(ROOT / "README.md") if one.language == "sh"][:2]
    assert "-m nemomusic demo" in first.code
    assert "-m pytest" in second.code
    assert (first.notes["ci"], second.notes["ci"]) == ("demo", "test"), "how .ci/run finds them"


async def run_example(name, *words, cwd):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "examples" / name),
        *words,
        cwd=cwd,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


@pytest.mark.parametrize(
    ("name", "words", "made"),
    one_in(
        4,
        [
            ("quick_edit.py", ["trip.mp4", "warm lo-fi", "out.mp4"], ["out.mp4"]),
            ("iterative.py", ["trip.mp4", "out.mp4", "lo-fi", "make it slower"], ["out.mp4"]),
            (
                "batch_sessions.py",
                ["out", "trip.mp4", "warm lo-fi", "party.mp4", "upbeat pop"],
                ["out/trip-with-music.mp4", "out/party-with-music.mp4"],
            ),
            (
                "batch_one_session.py",
                ["out", "trip.mp4", "warm lo-fi", "party.mp4", "upbeat pop"],
                ["out/trip-with-music.mp4", "out/party-with-music.mp4"],
            ),
        ],
    ),
)
async def test_example(name, words, made, desk):
    import av

    code, out, err = await run_example(name, *words, cwd=desk)
    assert code == 0, err
    for file in made:
        with av.open(str(desk / file)) as container:
            assert [stream.type for stream in container.streams] == ["video", "audio"]
        assert str(Path(file).name) in out


@pytest.mark.slow
async def test_an_example_says_what_is_wrong_in_one_line(desk):
    code, _, err = await run_example("quick_edit.py", "none.mp4", "lo-fi", "out.mp4", cwd=desk)
    assert code == 1
    assert "none.mp4 does not exist" in err
    assert "Traceback" not in err
