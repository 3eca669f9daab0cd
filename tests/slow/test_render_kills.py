"""The process of the embedded backend is killed in each phase of a render, and the job resumed."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from nemomusic import Client

pytestmark = pytest.mark.slow

CHILD = """
import asyncio, os, signal, sys
from pathlib import Path
from nemomusic import Client

folder, clip, step, share = Path(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4])

def seen(progress):
    if progress.stage == step and (progress.fraction is None or progress.fraction >= share):
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    async with Client.local(folder / "data", faithful=True, journal=folder / "jobs.sqlite") as one:
        await one.add_music(clip, "calm piano", output=folder / "out.mp4", on_progress=seen)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills by a signal")
@pytest.mark.parametrize(
    ("step", "share"),
    [("render", 0.0), ("render", 0.3), ("render", 0.6), ("render", 0.95), ("download", 0.0)],
)
async def test_a_killed_render_gives_the_video_without_a_second_message(
    tmp_path, talking_clip, step, share
):
    command = [sys.executable, "-c", CHILD, str(tmp_path), str(talking_clip), step, str(share)]
    killed = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: ASYNC221
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    journal = tmp_path / "jobs.sqlite"
    async with Client.local(tmp_path / "data", faithful=True, journal=journal) as client:
        assert (await client.credits.balance()).total == 0
        (job,) = await client.jobs.resume_all()
        video = await job.result()
        steps = [(one.step, one.phase) for one in await client.jobs.log(job.id)]
        assert (await client.credits.balance()).total == 0
    assert video.path.stat().st_size
    assert steps.count(("message", "accepted")) == 1
    assert ("message", "resend") not in steps
    assert not list(tmp_path.glob("*.part*"))
    assert not list((tmp_path / "data" / "tmp").iterdir())
