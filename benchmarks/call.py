"""One call: ours against aiohttp and json written out by hand.

    python benchmarks/call.py

The balance, and the state with a draft of 50 kB, from a server of canned answers in a process of
its own. What the others do: send the same headers, check status and envelope, take the data out.
"""

from __future__ import annotations

import asyncio
import gc
import json
import time
import uuid
from typing import TYPE_CHECKING, Any

import aiohttp
import attrs
from harness import arguments
from processes import server, use_uvloop
from table import Goal, Table, finish

import nemomusic

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

CALLS = 1000
SESSION = "7461234567890123456"
HEADERS = {
    "Accept": "application/json",
    "Authorization": "Bearer nmv_usr_bench",
    "X-Skill-Source": "video-music-generator",
    "X-Skill-Version": "1",
    "X-Skill-Platform": "unknown",
}


@attrs.frozen
class Credits:
    """What a careful hand-written client would give."""

    available: float
    frozen: float
    total: float


async def ours(url: str, what: str) -> float:
    """Sum of what came, so that all can be compared."""
    settings = nemomusic.Settings(token="nmv_usr_bench", api_url=url, token_file=None)
    async with nemomusic.Client(settings=settings) as client:
        session = client.sessions.attach(SESSION)
        got = 0.0
        for _ in range(CALLS):
            if what == "credits":
                got += (await client.credits.balance()).total
            else:
                got += (await client.state.latest(session)).draft.raw["d"]
        return got


async def by_hand(url: str, what: str, loads: Callable[[bytes], Any]) -> float:
    path = (
        "credits/balance/simple" if what == "credits" else f"state/nemo_agent/me/{SESSION}/latest"
    )
    got = 0.0
    async with aiohttp.ClientSession() as session:
        for _ in range(CALLS):
            headers = {**HEADERS, "X-Request-Id": uuid.uuid4().hex}
            async with session.get(f"{url}/api/{path}", headers=headers) as response:
                body = loads(await response.read())
                if response.status != 200 or body["code"] != 0:
                    raise RuntimeError(body)
                data = body["data"]
            if what == "credits":
                got += Credits(data["available"], data["frozen"], data["total"]).total
            else:
                got += data["state"]["draft"]["d"]
        return got


def contenders(url: str, what: str) -> dict[str, tuple[bool, Callable[[], Awaitable[float]]]]:
    import orjson
    import uvloop  # noqa: F401

    return {
        "nemomusic": (False, lambda: ours(url, what)),
        "aiohttp + json": (False, lambda: by_hand(url, what, json.loads)),
        "aiohttp + orjson": (False, lambda: by_hand(url, what, orjson.loads)),
        "nemomusic, uvloop": (True, lambda: ours(url, what)),
        "aiohttp + json, uvloop": (True, lambda: by_hand(url, what, json.loads)),
    }


def measure(url: str, what: str, rounds: int) -> Table:
    table = Table(
        f"a call, {CALLS:,} a round: {what}",
        "nemomusic",
        [Goal("CPU", "aiohttp + json", most=1.15)],
        {"CPU": (1e6, "µs"), "wall": (1e6, "µs")},
    )
    everyone = list(contenders(url, what).items())
    results = set()
    for number in range(rounds + 1):
        for name, (with_uvloop, run) in everyone if number % 2 else reversed(everyone):
            gc.collect()
            with asyncio.Runner(loop_factory=use_uvloop(wanted=with_uvloop)) as runner:
                wall, cpu = time.perf_counter(), time.process_time()
                results.add(runner.run(run()))  # type: ignore[arg-type]
                cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            if number:  # the first round warms up
                table.add(name, CPU=cpu / CALLS, wall=wall / CALLS)
    if len(results) != 1:
        raise AssertionError(f"they came to different results: {results}")
    table.samples = {name: table.samples[name] for name, _ in everyone}
    return table


def main() -> None:
    options = arguments(__doc__ or "").parse_args()
    with server("wire_server.py", "--draft", "50000") as found:
        tables = [
            measure(found["url"], what, options.rounds)
            for what in ("credits", "state with a 50 kB draft")
        ]
    finish(tables, as_json=options.json)


if __name__ == "__main__":
    main()
