"""The curl calls of the embedded backend's page work as they are written."""

from __future__ import annotations

import asyncio
import re
import shutil

import pytest

from nemomusic.local import LocalBackend, LocalOptions, StubEngine
from support.paths import ROOT

PAGE = ROOT / "docs" / "local-backend.md"


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="needs curl")
@pytest.mark.parametrize(
    "options",
    [{}, {"faithful": True, "options": LocalOptions(dialect="gateway")}],
    ids=["usual", "faithful-gateway"],
)
async def test_curl(tmp_path, options):
    (block,) = re.findall(
        r"^```sh\n(API=.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    (tmp_path / "trip.mp4").write_bytes(b"a clip")
    async with LocalBackend(engine=StubEngine(), **options) as backend:
        script = re.sub(r"^API=.*$", f"API={backend.url}", block, count=1, flags=re.MULTILINE)
        process = await asyncio.create_subprocess_exec(
            "bash",
            "-eu",
            "-o",
            "pipefail",
            "-c",
            script,
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, complaints = await process.communicate()
    assert process.returncode == 0, complaints
    assert b"lo-fi, 80 BPM" in said
    assert b'"status":"completed"' in said
    assert (tmp_path / "trip-with-music.mp4").read_bytes()[4:8] == b"ftyp"
    assert backend.ledger.accepted == 1
    assert backend.ledger.credits_spent == (100 if options else 0)
