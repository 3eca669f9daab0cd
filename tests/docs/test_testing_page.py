"""The tests that `docs/how-to/testing.md` shows pass, in a folder of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from support.paths import ROOT
from support.snippets import snippets

TESTED = f"tests/docs/{Path(__file__).name}"


@pytest.mark.slow
@pytest.mark.parametrize("plugin", [True, False], ids=["with pytest-asyncio", "without"])
def test_the_tests_of_the_page_pass(tmp_path, plugin):
    shown = [
        one.code
        for one in snippets(ROOT / "docs" / "how-to" / "testing.md")
        if one.notes.get("tested") == TESTED
    ]
    conftest, *tests = shown
    (tmp_path / "conftest.py").write_text(conftest, "utf-8")
    mode = "asyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n" if plugin else ""
    (tmp_path / "pytest.ini").write_text(f"[pytest]\n{mode}", "utf-8")
    for number, code in enumerate(tests):
        if plugin or "async def test" not in code or "@fake_time" in code:
            (tmp_path / f"test_{number}.py").write_text(code, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"]
    command += [] if plugin else ["-p", "no:asyncio"]
    ran = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"{len(list(tmp_path.glob('test_*.py')))} passed" in ran.stdout
