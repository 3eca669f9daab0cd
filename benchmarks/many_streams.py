"""2,000 conversations open at once in one process, an event a second each.

    python benchmarks/many_streams.py [--streams 2000] [--seconds 10]

Ours, and raw aiohttp doing the same reads: the state before the message, which both keep; then
lines, cut by hand, read with json, looked at one by one. Each contender is a process of its own,
and so is the server. Memory is what a conversation adds to the resident size; CPU is that of the
steady seconds, for one event.
"""

from __future__ import annotations

import asyncio
import gc
import json
import time
from typing import Any

import aiohttp
from harness import arguments
from processes import contend, raise_file_limit, resident, server, use_uvloop
from table import Goal, Table, finish

import nemomusic

SESSION = "746123456789{:07d}"
SIZE = 400
HEADERS = {
    "Accept": "text/event-stream",
    "Authorization": "Bearer nmv_usr_bench",
    "X-Skill-Source": "video-music-generator",
    "X-Skill-Version": "1",
    "X-Skill-Platform": "unknown",
}


class Count:
    """Events seen, and the moment when every stream had its first."""

    def __init__(self, streams: int) -> None:
        self.events = 0
        self.silent = streams
        self.all_open = asyncio.Event()

    def first(self) -> None:
        self.silent -= 1
        if not self.silent:
            self.all_open.set()


async def ours(client: nemomusic.Client, number: int, message: str, count: Count) -> None:
    session = client.sessions.attach(SESSION.format(number), language="en")
    begun = False
    async with client.stream.send(session, message) as reply:
        async for event in reply:
            if isinstance(event, nemomusic.TextEvent):
                count.events += 1
                if not begun:
                    begun = True
                    count.first()


async def raw(
    calls: aiohttp.ClientSession,
    streams: aiohttp.ClientSession,
    url: str,
    number: int,
    message: str,
    count: Count,
) -> None:
    name = SESSION.format(number)
    async with calls.get(f"{url}/api/state/nemo_agent/me/{name}/latest") as response:
        baseline = json.loads(await response.read())["data"]
    body = {
        "app_name": "nemo_agent",
        "user_id": "me",
        "session_id": name,
        "new_message": {"parts": [{"text": message}]},
    }
    begun, rest = False, b""
    said = []
    async with streams.post(f"{url}/run_sse", json=body) as response:
        while piece := await response.content.readany():
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                if line.startswith(b"data: "):
                    event = json.loads(line[6:])
                    if event["type"] == "text":
                        said.append(event["content"])
                        count.events += 1
                        if not begun:
                            begun = True
                            count.first()
    assert baseline["session_id"]


async def one(who: str, url: str, streams: int, seconds: float) -> dict[str, float]:
    """Open all, watch for so many seconds, hang up."""
    message = json.dumps({"dialect": "gateway", "events": 10**6, "size": SIZE, "every": 1.0})
    count = Count(streams)
    settings = nemomusic.Settings(token="nmv_usr_bench", api_url=url, token_file=None)
    async with (
        nemomusic.Client(settings=settings) as client,
        aiohttp.ClientSession(headers=HEADERS) as calls,
        aiohttp.ClientSession(
            headers=HEADERS,
            connector=aiohttp.TCPConnector(limit=0, force_close=True),
            timeout=aiohttp.ClientTimeout(total=None, sock_read=600),
        ) as pool,
    ):

        def start(number: int, counted: Count) -> asyncio.Task[None]:
            if who == "nemomusic":
                return asyncio.create_task(ours(client, number, message, counted))
            return asyncio.create_task(raw(calls, pool, url, number, message, counted))

        warm = Count(1)
        tasks = [start(streams, warm)]  # what the first one imports and allocates is not a stream's
        await warm.all_open.wait()
        gc.collect()
        before = resident()
        for number in range(streams):
            tasks.append(start(number, count))
            if number % 20 == 19:
                await asyncio.sleep(0.01)  # spread over the second, as people are
        await count.all_open.wait()
        gc.collect()
        memory = resident() - before
        events, cpu = count.events, time.process_time()
        await asyncio.sleep(seconds)
        events, cpu = count.events - events, time.process_time() - cpu
        failed = [task for task in tasks if task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        if failed:
            raise RuntimeError(f"{len(failed)} streams ended")
    return {"CPU of an event": cpu / events, "memory of a stream": memory / streams}


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--streams", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--one", nargs=2, metavar=("WHO", "URL"), help="run one contender")
    parser.set_defaults(rounds=3)
    options = parser.parse_args()
    raise_file_limit()
    if options.one:
        who, url = options.one
        name, _, loop = who.partition(", ")
        with asyncio.Runner(loop_factory=use_uvloop(wanted=loop == "uvloop")) as runner:
            found: Any = runner.run(one(name, url, options.streams, options.seconds))
        print(json.dumps(found))
        return
    table = Table(
        f"{options.streams:,} conversations open at once, an event of {SIZE} B a second each",
        "nemomusic",
        [
            Goal("CPU of an event", "aiohttp", most=1.15),
            Goal("memory of a stream", "aiohttp", most=1.25),
        ],
        {"CPU of an event": (1e6, "µs"), "memory of a stream": (2**-10, "KiB")},
    )
    names = ["nemomusic", "aiohttp", "nemomusic, uvloop", "aiohttp, uvloop"]
    for number in range(options.rounds):
        for name in names if number % 2 == 0 else reversed(names):
            with server("wire_server.py") as found:
                figures = contend(
                    "many_streams.py",
                    *("--one", name, found["url"]),
                    *("--streams", str(options.streams), "--seconds", str(options.seconds)),
                )
            table.add(name, **figures)
    table.samples = {name: table.samples[name] for name in names}
    finish([table], as_json=options.json)


if __name__ == "__main__":
    main()
