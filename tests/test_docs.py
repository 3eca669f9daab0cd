"""The Python in README and docs runs as it is written, against the embedded backend."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
import shutil
from pathlib import Path

import pytest

from nemomusic.local import LocalBackend

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str) -> list[str]:
    return [code for kind, code in FENCE.findall(page.read_text("utf-8")) if kind == language]


SNIPPETS = [
    pytest.param(code, id=f"{page.stem}-{number}")
    for page in PAGES
    for number, code in enumerate(blocks(page, "python"), 1)
]


@pytest.fixture
def desk(tmp_path, monkeypatch, tiny_clip):
    """A folder with the clips that the pages name, and a home of its own."""
    for name in ("trip.mp4", "party.mp4"):
        shutil.copy(tiny_clip, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.delenv("NEMO_TOKEN", raising=False)
    return tmp_path


@pytest.mark.parametrize("code", SNIPPETS)
async def test_snippet(code, desk, monkeypatch):
    async with LocalBackend(folder=desk / "cloud") as backend:  # for those that name the cloud
        monkeypatch.setenv("NEMO_API_URL", backend.url)
        compiled = compile(code, "<docs>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        running = eval(compiled, {"__name__": "docs"})
        if inspect.isawaitable(running):
            await running


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_first_two_commands_are_the_ones_promised():
    first, second = blocks(ROOT / "README.md", "sh")[:2]
    assert "-m nemomusic demo" in first
    assert "-m pytest" in second
    assert "block 2" in (ROOT / ".ci" / "run").read_text("utf-8")


async def run_example(name, *words, cwd):
    import sys

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
)
async def test_example(name, words, made, desk):
    import av

    code, out, err = await run_example(name, *words, cwd=desk)
    assert code == 0, err
    for file in made:
        with av.open(str(desk / file)) as container:
            assert [stream.type for stream in container.streams] == ["video", "audio"]
        assert str(Path(file).name) in out


async def test_an_example_says_what_is_wrong_in_one_line(desk):
    code, _, err = await run_example("quick_edit.py", "none.mp4", "lo-fi", "out.mp4", cwd=desk)
    assert code == 1
    assert "none.mp4 does not exist" in err
    assert "Traceback" not in err
