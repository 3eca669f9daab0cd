"""The wheel in a bare environment: no extras, none of our files around."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile

import pytest

from support.paths import ROOT

pytestmark = pytest.mark.slow


def run(*words, cwd):
    return subprocess.run(
        [str(word) for word in words], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    made = run(sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", folder, ROOT, cwd=folder)
    assert made.returncode == 0, made.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def bare(wheel, tmp_path_factory):
    """Give the interpreter of a new environment with the wheel and what it requires."""
    folder = tmp_path_factory.mktemp("bare environment")  # with a space in it
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    made = run(python, "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    assert made.returncode == 0, made.stderr
    return python


def test_what_is_in_it(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert "nemomusic/py.typed" in names
    assert not [name for name in names if not name.startswith("nemomusic")]
    assert not [name for name in names if name.endswith((".mp4", ".wav", ".sf2", ".png"))]


def test_it_imports_and_every_public_name_resolves(bare, tmp_path):
    code = "import nemomusic; [getattr(nemomusic, name) for name in nemomusic.__all__]"
    result = run(bare, "-W", "error", "-c", code, cwd=tmp_path)
    assert result.returncode == 0, result.stderr


def test_the_command_line_works_without_extras(bare, tmp_path):
    result = run(bare, "-m", "nemomusic", "--version", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip().startswith("nemomusic 0.")


def test_the_local_backend_names_the_extra_that_is_missing(bare, tmp_path):
    (tmp_path / "clip.mp4").write_bytes(b"not empty")
    result = run(bare, "-m", "nemomusic", "add-music", "clip.mp4", "--local", cwd=tmp_path)
    assert result.returncode == 2
    assert ".[local]" in result.stderr
    assert "Traceback" not in result.stderr
