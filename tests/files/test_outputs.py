"""Where a result goes is checked before anything is sent or spent."""

from __future__ import annotations

import os
import sys

import pytest

from nemomusic import errors
from nemomusic.files.outputs import note_of, resolve_output
from nemomusic.testing import StubBackend

PROMPT = "warm lo-fi music"


def test_nothing_is_left_behind(tmp_path):
    goal = tmp_path / "a.mp4"
    assert resolve_output(goal, None, overwrite=False) == goal
    assert not list(tmp_path.iterdir())


def test_an_earlier_downloads_note_is_kept(tmp_path):
    goal = tmp_path / "a.mp4"
    note_of(goal).write_text("{}")
    assert resolve_output(goal, None, overwrite=False) == goal
    assert note_of(goal).read_text() == "{}"


@pytest.mark.parametrize("length", [248, 252, 300])
def test_names_that_leave_no_room_for_the_part(tmp_path, length):
    goal = tmp_path / ("a" * (length - 4) + ".mp4")
    with pytest.raises(errors.OutputError, match="too long") as caught:
        resolve_output(goal, None, overwrite=False)
    assert caught.value.remedy == "Choose a shorter one."


def test_the_longest_name_that_does(tmp_path):
    goal = tmp_path / ("a" * (255 - len(".mp4.nemomusic.part.json")) + ".mp4")
    assert resolve_output(goal, None, overwrite=False) == goal


@pytest.mark.skipif(sys.platform != "linux", reason="a folder that takes no files")
def test_a_folder_that_takes_no_files():
    # Root may write there by its rights, and anybody else may not.
    with pytest.raises(errors.OutputError, match="can't be written") as caught:
        resolve_output("/proc/x.mp4", None, overwrite=False)
    assert caught.value.remedy


def test_a_name_that_is_no_path(tmp_path):
    with pytest.raises(errors.OutputError, match="is empty"):
        resolve_output("", None, overwrite=False)
    with pytest.raises(errors.OutputError, match="can't be written"):
        resolve_output(f"{tmp_path}{os.sep}a\0b.mp4", None, overwrite=False)


@pytest.mark.parametrize(
    ("name", "better"), [("x.mov", "x.mp4"), ("x", "x.mp4"), ("a.b.mkv", "a.b.mp4")]
)
def test_the_result_is_an_mp4_and_named_as_one(tmp_path, name, better):
    with pytest.raises(errors.OutputError, match="not named as an MP4") as caught:
        resolve_output(tmp_path / name, None, overwrite=False)
    assert caught.value.remedy == f"Name it {better}, for example."
    assert resolve_output(tmp_path / "X.MP4", None, overwrite=False) == tmp_path / "X.MP4"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
@pytest.mark.parametrize("target", ["nowhere.mp4", "a.mp4"], ids=["missing", "itself"])
def test_a_link_that_leads_nowhere_is_not_replaced(tmp_path, target):
    goal = tmp_path / "a.mp4"
    goal.symlink_to(tmp_path / target)
    with pytest.raises(errors.OutputExistsError):
        resolve_output(goal, None, overwrite=False)
    assert resolve_output(goal, None, overwrite=True) == goal
    assert goal.is_symlink()


async def test_nothing_is_spent_on_what_cannot_be_written(tmp_path):
    clip = tmp_path / "trip.mp4"
    clip.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(500))
    async with StubBackend() as backend, backend.client() as client:
        for output in ("x.mov", "a" * 248 + ".mp4"):
            with pytest.raises(errors.OutputError):
                await client.add_music(clip, PROMPT, output=tmp_path / output)
        assert not backend.ledger.uploads
        assert backend.ledger.accepted == 0


@pytest.mark.parametrize("stem", ["视" * 80, "a" * 240, "é" * 119, "short"])
def test_a_default_name_that_would_be_too_long_is_shortened(tmp_path, stem):
    source = tmp_path / f"{stem}.mp4"
    source.touch()
    path = resolve_output(None, source, overwrite=False)
    assert path.name.endswith("-with-music.mp4")
    assert path.name[:5] == stem[:5]
    path.touch()
    assert len(os.fsencode(f"{path.name}.nemomusic.part.json")) <= 255
