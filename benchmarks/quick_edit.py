"""The whole quick edit against the stub backend: 1, 10, 100, 500 at once.

    python benchmarks/quick_edit.py

Ours is `client.add_music`. The other is the same in raw aiohttp, written out by hand, without what
makes it safe: no retries, no recovery, no resumption, no words taken out or added. Both open a
session, upload, read the state, send the message, read the stream, read the state again and see
that music came, export, poll at the same times, and write the result beside its place, to the disk
and then there. The backend and every contender are processes of their own. A round is so many jobs
at once; what is told is the time of the quickest round of a process, and the CPU of its process for
a job.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import aiohttp
from harness import arguments
from processes import contend, raise_file_limit, server, use_uvloop
from table import Goal, Table, finish

import nemomusic

PROMPT = "warm lo-fi that follows the cuts"
HEADERS = {
    "Accept": "application/json",
    "X-Skill-Source": "video-music-generator",
    "X-Skill-Version": "1",
    "X-Skill-Platform": "unknown",
}


async def ours(client: nemomusic.Client, clip: Path, target: Path) -> str:
    video = await client.add_music(clip, PROMPT, output=target)
    return video.reply.text


class ByHand:
    """What one would write oneself."""

    def __init__(
        self, url: str, calls: aiohttp.ClientSession, streams: aiohttp.ClientSession
    ) -> None:
        self.url, self.calls, self.streams = url, calls, streams

    async def ask(self, method: str, path: str, **more: Any) -> Any:
        pool = self.calls if method == "GET" or path.startswith("/api/tasks") else self.streams
        headers = {"X-Request-Id": uuid.uuid4().hex}
        async with pool.request(method, self.url + path, headers=headers, **more) as response:
            body = json.loads(await response.read())
            if response.status != 200 or body.get("code", 0) != 0 or body.get("success") is False:
                raise RuntimeError(body)
            return body.get("data", body)

    async def quick_edit(self, clip: Path, target: Path) -> str:
        opened = await self.ask(
            "POST",
            "/api/tasks/me/with-session/nemo_agent",
            json={"task_name": clip.stem, "language": "en"},
        )
        session = opened["session_id"]
        form = aiohttp.FormData(quote_fields=False)
        with await asyncio.to_thread(clip.open, "rb") as file:
            form.add_field("files", file, filename=clip.name, content_type="video/mp4")
            await self.ask("POST", f"/api/upload-video/nemo_agent/me/{session}", data=form)
        before = await self.ask("GET", f"/api/state/nemo_agent/me/{session}/latest")
        said = []
        body = {
            "app_name": "nemo_agent",
            "user_id": "me",
            "session_id": session,
            "new_message": {"parts": [{"text": PROMPT}]},
        }
        rest = b""
        async with self.streams.post(
            f"{self.url}/run_sse", json=body, headers={"Accept": "text/event-stream"}
        ) as response:
            while piece := await response.content.readany():
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    if line.startswith(b"data: "):
                        event = json.loads(line[6:])
                        if event.get("type") == "text":
                            said.append(event["content"])
                        elif event.get("type") == "error":
                            raise RuntimeError(event)
        after = await self.ask("GET", f"/api/state/nemo_agent/me/{session}/latest")
        draft = after["state"]["draft"]
        sound = [
            sum(len(track["sg"]) for track in state["state"]["draft"]["t"] if track["tt"] == 1)
            for state in (before, after)
        ]
        if sound[1] <= sound[0]:
            raise RuntimeError("no music")
        name = f"render_{uuid.uuid4().hex}"
        await self.ask(
            "POST",
            "/api/render/proxy/lambda",
            json={
                "id": name,
                "sessionId": session,
                "draft": draft,
                "output": {"format": "mp4", "quality": "high"},
            },
        )
        while True:
            await asyncio.sleep(0.25)
            status = await self.ask("GET", f"/api/render/proxy/lambda/{name}")
            if status["status"] == "completed":
                break
            if status["status"] == "failed":
                raise RuntimeError(status)
        part = target.with_suffix(".part")
        place = status.get("outputUrl") or status["output"]["url"]
        async with self.calls.get(place) as response:
            with part.open("wb") as result:
                while piece := await response.content.readany():
                    await asyncio.to_thread(result.write, piece)
                await asyncio.to_thread(os.fsync, result.fileno())
        await asyncio.to_thread(part.replace, target)
        return "".join(said)


async def rounds(
    who: str, url: str, token: str, folder: Path, at_once: int, count: int
) -> dict[str, float]:
    """Run some rounds; the first warms up. The figures of the quickest."""
    clip = folder / "trip.mp4"
    settings = nemomusic.Settings(token=token, api_url=url, token_file=None)
    auth = {**HEADERS, "Authorization": f"Bearer {token}"}
    walls, cpus = [], []
    async with (
        nemomusic.Client(settings=settings) as client,
        aiohttp.ClientSession(headers=auth) as calls,
        aiohttp.ClientSession(
            headers=auth, connector=aiohttp.TCPConnector(limit=0, force_close=True)
        ) as streams,
    ):
        hand = ByHand(url, calls, streams)
        for number in range(count + 1):
            targets = [folder / f"out-{n}.mp4" for n in range(at_once)]
            for target in targets:
                target.unlink(missing_ok=True)
            wall, cpu = time.perf_counter(), time.process_time()
            if who.startswith("nemomusic"):
                jobs = [ours(client, clip, target) for target in targets]
            else:
                jobs = [hand.quick_edit(clip, target) for target in targets]
            done = await asyncio.gather(*jobs)
            if number:
                walls.append(time.perf_counter() - wall)
                cpus.append(time.process_time() - cpu)
            if not all(done) or not all(target.stat().st_size for target in targets):
                raise AssertionError("a job failed")
    return {"wall": min(walls), "CPU of a job": min(cpus) / at_once}


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--at-once", type=int, nargs="*", default=[1, 10, 100, 500])
    parser.add_argument("--one", nargs=5, metavar=("WHO", "URL", "TOKEN", "FOLDER", "COUNT"))
    parser.set_defaults(rounds=5)
    options = parser.parse_args()
    raise_file_limit()
    if options.one:
        who, url, token, folder, count = options.one
        loop = use_uvloop(wanted="uvloop" in who)
        with asyncio.Runner(loop_factory=loop) as runner:
            at_once = options.at_once[0]
            found = runner.run(rounds(who, url, token, Path(folder), at_once, int(count)))
        print(json.dumps(found))
        return
    tables = []
    names = ["nemomusic", "aiohttp by hand", "nemomusic, uvloop", "aiohttp by hand, uvloop"]
    for at_once in options.at_once:
        table = Table(
            f"the quick edit, {at_once} at once",
            "nemomusic",
            [
                Goal("wall", "aiohttp by hand", most=1.10),
                Goal("CPU of a job", "aiohttp by hand", most=1.10),
            ],
            {"wall": (1e3, "ms"), "CPU of a job": (1e3, "ms")},
        )
        for number in range(options.rounds):
            for name in names if number % 2 == 0 else reversed(names):
                with (
                    tempfile.TemporaryDirectory() as folder,
                    server("stub_server.py") as found,
                ):
                    Path(folder, "trip.mp4").write_bytes(
                        b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42" + bytes(2**18)
                    )
                    # Some 300 jobs a process, or cold code is measured: ours has more of it.
                    repeats = max(4, min(30, 300 // at_once))
                    one = (name, found["url"], found["token"], folder, str(repeats))
                    more = ("--at-once", str(at_once))
                    table.add(name, **contend("quick_edit.py", "--one", *one, *more))
        table.samples = {name: table.samples[name] for name in names}
        tables.append(table)
    finish(tables, as_json=options.json)


if __name__ == "__main__":
    main()
