"""A clip that is cut off: refused with a word, and used with an option."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nemomusic.cli.terminal.exit_codes import Exit
from support import drawn_clips
from support.cli_runs import Desk


@pytest.fixture
def desk(tmp_path):
    with Desk(tmp_path) as desk:
        clip = drawn_clips.write(
            tmp_path / "cut.mp4", g="10", muxing={"movflags": "frag_keyframe+empty_moov"}
        )
        clip.write_bytes(clip.read_bytes()[:-3000])
        yield desk


@pytest.mark.slow
def test_it_is_refused_and_the_option_is_named(desk):
    done = desk.run("add-music", "--local", "cut.mp4", "calm piano")
    assert done.code == Exit.INPUT
    assert "cut.mp4 is cut off" in done.error
    assert "--allow-partial" in done.error


@pytest.mark.slow
def test_with_the_option_what_is_there_is_used_and_that_is_said(desk):
    done = desk.run("add-music", "--local", "--allow-partial", "--json", "cut.mp4", "calm piano")
    assert done.code == 0
    (said,) = [one for one in done.json["warnings"] if "cut off" in one]
    assert said.startswith("cut.mp4: ")
    assert (desk.path / "cut-with-music.mp4").stat().st_size > 1000


def test_with_the_cloud_the_option_is_refused(desk):
    done = desk.run("add-music", "--cloud", "--allow-partial", "cut.mp4", "calm piano")
    assert done.code == Exit.INPUT
    assert done.error.startswith("--allow-partial is for the embedded backend")


@pytest.mark.slow  # two commands, with music of the real engine
def test_what_is_changed_is_said_by_batch_and_chat_too(desk):
    """The sound of the clip is longer than its frames."""
    drawn_clips.write(desk.path / "long.mp4", frames=15, sound=np.zeros(72_000, np.float32))
    done = desk.run("batch", "--local", "--json", "long.mp4", "--report", "page")
    assert done.code == 0, done.err
    held = "long.mp4: The last frame is held: the sound goes on for 0.9 s after it."
    assert json.loads(done.out.splitlines()[0])["warnings"] == [held]
    assert f"Note: {held}" in done.err
    assert held in (desk.path / "page" / "report.html").read_text("utf-8")
    done = desk.run("chat", "--local", "long.mp4", "--json", said="calm piano\nexport\n")
    assert done.json["warnings"] == [held]
    assert done.json["turns"][-1]["warnings"] == [held]
    assert done.err.count(f"Note: {held}") == 2
