"""The web applications of the how-to page, run as a user would, over real sockets, and killed."""

from __future__ import annotations

import asyncio
import functools
import importlib.util
import json
import os
import socket
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from support.paths import ROOT
from support.snippets import snippets

TESTED = f"tests/docs/{Path(__file__).name}"
CANCELED = "This job was canceled."
PAGE = ROOT / "docs" / "how-to" / "web.md"
FASTAPI, AIOHTTP = (one for one in snippets(PAGE) if one.language == "python")
(HTML,) = (one for one in snippets(PAGE) if one.language == "html")
STARTERS = {
    FASTAPI.name: (
        "import uvicorn\nserver = uvicorn.Server(uvicorn.Config('app:app'))\n"
        "server.run(sockets=[listener])"
    ),
    HTML.name: (
        "from aiohttp import web\nimport app\n"
        "app.app.router.add_get('/', lambda _: web.FileResponse('index.html'))\n"
        "web.run_app(app.app, sock=listener)"
    ),
    AIOHTTP.name: "from aiohttp import web\nimport app\nweb.run_app(app.app, sock=listener)",
}
LISTENER = "import socket\nlistener = socket.socket(fileno={file})\n"


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


@asynccontextmanager
async def running(snippet, folder, http, starter=None):
    """Run the application in a process of its own; give its address and the process."""
    (folder / "app.py").write_text(snippet.code, "utf-8")
    with (folder / "app.log").open("ab") as log, socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            LISTENER.format(file=listener.fileno()) + STARTERS[(starter or snippet).name],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(folder), "NEMOMUSIC_BACKEND": "local"},
            stdout=log,
            stderr=log,
            pass_fds=[listener.fileno()],  # no other server can take its port
        )
    try:
        while True:
            assert process.returncode is None, (folder / "app.log").read_text("utf-8")
            try:
                async with http.get(url):
                    break
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)  # until it listens; a process can't tell us otherwise
        yield url, process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def start(http, url, clip, prompt="warm lo-fi") -> str:
    form = aiohttp.FormData()
    form.add_field("clip", clip, filename="trip.mp4")
    form.add_field("prompt", prompt)
    async with http.post(f"{url}/jobs", data=form) as answer:
        assert answer.status == 202, await answer.text()
        return (await answer.json())["job"]


async def progress(http, url, job) -> tuple[list[dict], dict]:
    """Read a stream of events as a browser does; give the steps and the data of the last event."""
    steps, end = [], None
    async with http.get(f"{url}/jobs/{job}/progress") as answer:
        assert answer.content_type == "text/event-stream"
        for frame in (await answer.text()).split("\n\n")[:-1]:
            assert end is None  # nothing comes after it
            kind, _, data = frame.rpartition("data: ")
            if kind == "event: end\n":
                end = json.loads(data)
            else:
                steps.append(json.loads(data))
    assert end is not None
    return steps, end


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
        job = await start(http, url, (desk / "trip.mp4").read_bytes())
        steps, end = await progress(http, url, job)
        assert steps[-1]["stage"] == "done"
        assert any("trip.mp4" in step["text"] for step in steps)
        assert end == {"state": "done", "text": "Your video is ready."}
        again, end = await progress(http, url, job)
        assert [step["stage"] for step in again] == ["done"]
        assert end["state"] == "done"
        await check_video(http, url, job, desk)


@pytest.mark.slow
@pytest.mark.parametrize("snippet", APPS)
async def test_a_job_outlives_a_kill(snippet, desk):
    async with aiohttp.ClientSession() as http:
        async with running(snippet, desk, http) as (url, process):
            job = await start(http, url, (desk / "trip.mp4").read_bytes())
            process.kill()
        async with running(snippet, desk, http) as (url, _):
            _, end = await progress(http, url, job)
            assert end["state"] == "done"
            await check_video(http, url, job, desk)


@pytest.mark.slow
@pytest.mark.parametrize("snippet", APPS)
async def test_mistakes_are_explained(snippet, desk):
    async with aiohttp.ClientSession() as http, running(snippet, desk, http) as (url, _):
        async with http.get(f"{url}/jobs/job_none/progress") as answer:
            assert answer.status == 404
            assert await answer.json() == {"error": "There is no such job."}
        clip = (desk / "trip.mp4").read_bytes()
        for given, prompt, words in (
            (clip[: len(clip) // 2], "warm lo-fi", "trip.mp4 is cut off"),
            (clip, "what have I got?", "trip"),  # the agent's answer
        ):
            job = await start(http, url, given, prompt)
            for _ in range(2):  # while it is under way, and once it is over
                _, end = await progress(http, url, job)
                assert end["state"] == "failed"
                assert words in end["text"]
                assert_for_strangers(end["text"], desk)
            async with http.get(f"{url}/jobs/{job}/video") as answer:
                assert answer.status == 409
                assert (await answer.json())["error"] == end["text"]
        kept = set((desk / "files").iterdir())
        for form, words in BAD_FORMS.values():
            async with http.post(f"{url}/jobs", data=form()) as answer:
                assert answer.status == 422, await answer.text()
                said = (await answer.json())["error"]
            assert words in said
            assert_for_strangers(said, desk)
        for body in BROKEN_FORMS:
            kind = {"Content-Type": "multipart/form-data; boundary=b"}
            async with http.post(f"{url}/jobs", data=body, headers=kind) as answer:
                assert answer.status in {400, 422}, await answer.text()  # 400 is FastAPI's own
        await cut_upload(url)
        async with http.get(f"{url}/jobs/job_none/video") as answer:  # it still serves
            assert answer.status == 404
        assert set((desk / "files").iterdir()) == kept
    assert "Traceback" not in (desk / "app.log").read_text("utf-8")


@pytest.mark.parametrize("snippet", [parameter(FASTAPI, "fastapi", "httpx", "python_multipart")])
def test_the_test_of_the_testing_page_passes(snippet, tmp_path):
    shown = snippets(ROOT / "docs" / "how-to" / "testing.md")
    (conftest,) = (one.code for one in shown if one.code.startswith("# conftest.py"))
    (test,) = (one.code for one in shown if one.notes.get("tested") == TESTED)
    for name, code in (("conftest", conftest), ("app", snippet.code), ("test_app", test)):
        (tmp_path / f"{name}.py").write_text(code, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_app.py"]
    ran = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.slow
@pytest.mark.parametrize("snippet", APPS)
async def test_a_job_is_canceled(snippet, desk):
    async with aiohttp.ClientSession() as http, running(snippet, desk, http) as (url, _):
        job = await start(http, url, (desk / "trip.mp4").read_bytes())
        for _ in range(2):
            async with http.post(f"{url}/jobs/{job}/cancel") as answer:
                assert await answer.json() == {"state": "cancelled", "text": CANCELED}
        assert (await progress(http, url, job))[1]["state"] == "cancelled"


def form_of(*fields):
    def form():
        made = aiohttp.FormData()
        for name, value, filename in fields:
            made.add_field(name, value, filename=filename)
        return made

    return form


BAD_FORMS = {
    "another type": (form_of(("clip", b"words", "notes.txt")), "notes.txt is not supported"),
    "empty": (form_of(("clip", b"", "trip.mp4")), "trip.mp4 is empty"),
    "no wish": (form_of(("clip", b"x", "trip.mp4"), ("prompt", " ", None)), "prompt is empty"),
    "no clip": (form_of(("prompt", "lo-fi", None), ("other", b"x", "a.mp4")), "file 'clip'"),
    "a text as clip": (form_of(("clip", "text", None)), "file 'clip'"),
    "no multipart form": (lambda: b"clip=1", "file 'clip'"),
}


BROKEN_FORMS = (
    b"no form",
    b"--b\r\nnonsense\r\n\r\nxx\r\n--b--\r\n",
    b'--b\r\nContent-Disposition: form-data; name="clip"; filename="a.mp4"\r\n\r\nno end',
)


def assert_for_strangers(text, folder) -> None:
    """Check that a text has no path of the server, no name of its own, no word of the SDK."""
    for word in (str(folder), "files/", "error.", "client.", "jobs.", "allow_partial", "Source("):
        assert word not in text


async def cut_upload(url) -> None:
    """Send the first half of a form, and hang up."""
    head = b'--b\r\nContent-Disposition: form-data; name="clip"; filename="a.mp4"\r\n\r\n'
    host, port = url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /jobs HTTP/1.1\r\nHost: " + host.encode() + b"\r\nContent-Length: 1000000\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\n\r\n" + head + bytes(100_000)
    )
    await writer.drain()
    writer.close()
    await writer.wait_closed()


@pytest.mark.browser
async def test_the_page_in_a_browser(browser, desk):
    """A person's way: choose a clip, watch the progress, see the video; or read what is wrong."""
    from selenium.webdriver.support.ui import WebDriverWait

    (desk / "index.html").write_text(HTML.code, "utf-8")
    (desk / "notes.txt").write_text("no video")
    (desk / "cut.mp4").write_bytes((desk / "trip.mp4").read_bytes()[:-3000])
    find = functools.partial(browser.find_element, "css selector")
    wait = WebDriverWait(browser, 60, poll_frequency=0.05)

    def send(clip, prompt):
        find("[name=clip]").send_keys(str(desk / clip))
        find("[name=prompt]").clear()
        find("[name=prompt]").send_keys(prompt)
        find("button").click()

    async with (
        aiohttp.ClientSession() as http,
        running(AIOHTTP, desk, http, starter=HTML) as (url, _),
    ):
        browser.get(url)
        for clip, prompt, words in (
            ("notes.txt", "warm lo-fi", "notes.txt is not supported"),
            ("cut.mp4", "warm lo-fi", "cut.mp4 is cut off"),
            ("trip.mp4", "what have I got?", "1. Video: trip"),
        ):
            send(clip, prompt)
            wait.until(lambda _, words=words: words in find("output").text)
            assert browser.current_url == f"{url}/"
        browser.execute_script(WATCH)
        send("trip.mp4", "warm lo-fi")
        wait.until(lambda _: browser.current_url.endswith("/video"))
        video = find("video")
        wait.until(lambda _: video.get_property("readyState") >= 2)
        assert video.get_property("videoWidth") > 0
        assert 1 < video.get_property("duration") < 60
        seen = json.loads(browser.execute_script("return sessionStorage.seen"))
    assert None in [value for value, _ in seen]  # while music is composed
    fractions = [value for value, _ in seen if value is not None]
    assert fractions[-1] == 1
    shown = {text.split()[0] for _, text in seen if text}
    assert {"Uploading", "Composing", "Rendering"} <= shown, shown
    assert seen[-1][1] == "Your video is ready."
    log = browser.get_log("browser")
    assert [entry for entry in log if entry["source"] != "network"] == []  # no error of the script


WATCH = """
const bar = document.querySelector("progress"), output = document.querySelector("output");
const seen = [];
new MutationObserver(() => {
  seen.push([bar.hasAttribute("value") ? bar.value : null, output.textContent]);
  sessionStorage.seen = JSON.stringify(seen);
}).observe(document.body, { attributes: true, childList: true, subtree: true });
"""
"""Notes what the page shows of the progress. The notes outlive the page itself."""
