"""The web applications of the how-to page, run as a user would, over real sockets, and killed."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import socket
import sys
from contextlib import asynccontextmanager

import aiohttp
import pytest

from support.paths import ROOT
from support.snippets import snippets

PAGE = ROOT / "docs" / "how-to" / "web.md"
FASTAPI, AIOHTTP = (one for one in snippets(PAGE) if one.language == "python")
STARTERS = {
    FASTAPI.name: "import uvicorn\nuvicorn.run('app:app', host='127.0.0.1', port={port})",
    AIOHTTP.name: (
        "from aiohttp import web\nimport app\nweb.run_app(app.app, host='127.0.0.1', port={port})"
    ),
}


def parameter(snippet, *libraries):
    missing = [name for name in libraries if importlib.util.find_spec(name) is None]
    marks = [pytest.mark.docs] if snippet is FASTAPI else []
    if missing:
        words = f"needs {', '.join(missing)}: python -m pip install --group docs"
        marks.append(pytest.mark.skip(reason=words))
    if "needs" in snippet.notes:
        marks.append(pytest.mark.xfail(strict=True, reason=f"needs {snippet.notes['needs']}"))
    return pytest.param(snippet, id=libraries[0], marks=marks)


APPS = [parameter(FASTAPI, "fastapi", "uvicorn", "python_multipart"), parameter(AIOHTTP, "aiohttp")]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def running(snippet, folder, http):
    """The application in a process of its own; gives its address and the process."""
    (folder / "app.py").write_text(snippet.code, "utf-8")
    port = free_port()
    with (folder / "app.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            STARTERS[snippet.name].format(port=port),
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(folder)},
            stdout=log,
            stderr=log,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            assert process.returncode is None, (folder / "app.log").read_text("utf-8")
            try:
                async with http.get(url):
                    break
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.05)  # until it listens; a process can't tell us otherwise
        yield url, process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def start(http, url, clip, name="trip.mp4") -> str:
    form = aiohttp.FormData()
    form.add_field("clip", clip.read_bytes(), filename=name)
    form.add_field("prompt", "warm lo-fi")
    async with http.post(f"{url}/jobs", data=form) as answer:
        assert answer.status == 202, await answer.text()
        return (await answer.json())["job"]


async def progress(http, url, job) -> list[dict]:
    steps = []
    async with http.get(f"{url}/jobs/{job}/progress") as answer:
        assert answer.content_type == "text/event-stream"
        async for line in answer.content:
            if line.startswith(b"data: "):
                steps.append(json.loads(line[6:]))
    return steps


async def check_video(http, url, job, folder) -> None:
    import av

    async with http.get(f"{url}/jobs/{job}/video") as answer:
        assert answer.status == 200
        assert answer.content_type == "video/mp4"
        (folder / "got.mp4").write_bytes(await answer.read())
    with av.open(str(folder / "got.mp4")) as container:
        assert [stream.type for stream in container.streams] == ["video", "audio"]


@pytest.mark.parametrize("snippet", APPS)
async def test_a_job_from_the_form_to_the_video(snippet, desk):
    async with aiohttp.ClientSession() as http, running(snippet, desk, http) as (url, _):
        job = await start(http, url, desk / "trip.mp4")
        steps = await progress(http, url, job)
        assert steps[-1]["stage"] == "done"
        await check_video(http, url, job, desk)


@pytest.mark.slow
@pytest.mark.parametrize("snippet", APPS)
async def test_a_job_outlives_a_kill(snippet, desk):
    async with aiohttp.ClientSession() as http:
        async with running(snippet, desk, http) as (url, process):
            job = await start(http, url, desk / "trip.mp4")
            process.kill()
        async with running(snippet, desk, http) as (url, _):
            steps = await progress(http, url, job)
            assert steps[-1]["stage"] == "done"
            await check_video(http, url, job, desk)


@pytest.mark.slow
@pytest.mark.parametrize("snippet", APPS)
async def test_mistakes_are_explained(snippet, desk):
    async with aiohttp.ClientSession() as http, running(snippet, desk, http) as (url, _):
        async with http.get(f"{url}/jobs/job_none/progress") as answer:
            assert answer.status == 404
            assert "job_none" in (await answer.json())["error"]
        form = aiohttp.FormData()
        form.add_field("clip", b"words", filename="notes.txt")
        async with http.post(f"{url}/jobs", data=form) as answer:
            assert answer.status == 422
            assert "mp4" in (await answer.json())["remedy"]
