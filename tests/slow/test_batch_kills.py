"""`nemomusic batch`, killed again and again: the same command carries on; nothing is made twice."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import sys

import av
import pytest

from support.cli_runs import Desk

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix"),
]
CLIPS = 4


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_command_carries_on(tmp_path, tiny_clip, seed):
    rng = random.Random(seed)
    with Desk(tmp_path) as desk:
        for number in range(CLIPS):
            shutil.copy(tiny_clip, desk.path / f"{number}.mp4")
        words = ["batch", *(f"{number}.mp4" for number in range(CLIPS)), "--local"]
        words += ["-p", "warm lo-fi", "-o", "out", "--at-once", "2", "--json"]
        kills = 0
        for _ in range(5):
            process = desk.start(*words)
            # So many lines in, it dies: lines come with each stage of each clip.
            left = rng.randint(3, 16)
            for _ in process.stderr:
                left -= 1
                if left <= 0:
                    break
            process.kill()
            process.communicate()
            kills += process.returncode == -9
        assert kills
        process = desk.start(*words)
        out, err = process.communicate(timeout=600)
        assert process.returncode == 0, err
        summary = json.loads(out.splitlines()[-1])
        assert summary["done"] + summary["kept"] == CLIPS
        for number in range(CLIPS):
            with av.open(str(desk.path / "out" / f"{number}-with-music.mp4")) as video:
                assert sum(1 for _ in video.decode(audio=0)) > 10
        assert len(list((desk.path / "out").iterdir())) == CLIPS
        with sqlite3.connect(desk.data / "local" / "backend.sqlite") as backend:
            applied = backend.execute(
                "SELECT count(*) FROM messages WHERE outcome = 'done' GROUP BY session_id"
            ).fetchall()
        assert applied == [(1,)] * CLIPS
