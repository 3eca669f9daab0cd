"""A stream over loopback to typed events: ours, the openai and anthropic SDKs, and raw bytes.

    python benchmarks/stream_events.py            # needs the dependency group `bench`

The server is a process of its own and sends each as many events of as many bytes, one in a chunk,
in the dialect each understands. Ours includes everything a message costs: the two readings of the
state, the task that drains the connection, the queue, the finished reply.
"""

from __future__ import annotations

import asyncio
import gc
import json
import time
from typing import TYPE_CHECKING, Any

import aiohttp
import anthropic
import openai
from harness import arguments
from processes import server, use_uvloop
from table import Goal, Table, finish

import nemomusic

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def settings(url: str) -> nemomusic.Settings:
    return nemomusic.Settings(token="nmv_usr_bench", api_url=url, token_file=None)


async def ours(url: str, dialect: str, count: int, size: int) -> int:
    """Read every event, typed, one by one."""
    async with nemomusic.Client(settings=settings(url)) as client:
        session = client.sessions.attach("7461234567890123456", language="en")
        asked = json.dumps({"dialect": dialect, "events": count, "size": size})
        seen = 0
        async with client.stream.send(session, asked) as reply:
            async for event in reply:
                seen += isinstance(event, nemomusic.TextEvent | nemomusic.ToolResult)
        return seen


async def raw_bytes(url: str, count: int, size: int) -> int:
    """Read what aiohttp gives, uncut and unread."""
    asked = json.dumps({"dialect": "gateway", "events": count, "size": size})
    body = {"new_message": {"parts": [{"text": asked}]}}
    seen = 0
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/run_sse", json=body) as response,
    ):
        while piece := await response.content.readany():
            seen += len(piece)
    return seen // size


async def openai_sdk(url: str, count: int, size: int) -> int:
    asked = json.dumps({"dialect": "openai", "events": count, "size": size})
    async with openai.AsyncOpenAI(api_key="k", base_url=f"{url}/v1") as client:
        stream = await client.chat.completions.create(
            model=asked, messages=[{"role": "user", "content": "x"}], stream=True
        )
        seen = 0
        async for chunk in stream:
            seen += chunk.choices[0].delta.content is not None
        return seen


async def anthropic_sdk(url: str, count: int, size: int) -> int:
    asked = json.dumps({"dialect": "anthropic", "events": count, "size": size})
    async with anthropic.AsyncAnthropic(api_key="k", base_url=url) as client:
        stream = await client.messages.create(
            model=asked,
            max_tokens=1,
            messages=[{"role": "user", "content": "x"}],
            stream=True,
        )
        seen = 0
        async for event in stream:
            seen += event.type == "content_block_delta"
        return seen


def contenders(
    url: str, count: int, size: int
) -> dict[str, tuple[bool, Callable[[], Awaitable[int]]]]:
    """By name: whether with uvloop, and what runs."""
    found: dict[str, tuple[bool, Callable[[], Awaitable[int]]]] = {
        "nemomusic": (False, lambda: ours(url, "gateway", count, size)),
        "nemomusic, ADK": (False, lambda: ours(url, "adk", count, size)),
        "nemomusic, tool results": (False, lambda: ours(url, "tool", count, size)),
        "openai": (False, lambda: openai_sdk(url, count, size)),
        "anthropic": (False, lambda: anthropic_sdk(url, count, size)),
        "raw bytes": (False, lambda: raw_bytes(url, count, size)),
    }
    try:
        import uvloop  # noqa: F401
    except ImportError:
        return found
    found["nemomusic, uvloop"] = (True, found["nemomusic"][1])
    found["raw bytes, uvloop"] = (True, found["raw bytes"][1])
    return found


def measure(url: str, count: int, size: int, rounds: int) -> Table:
    goals = [
        Goal(metric, peer, least=6.0, who="nemomusic")
        for metric in ("events/s by CPU", "events/s by wall")
        for peer in ("openai", "anthropic")
    ]
    table = Table(
        f"{count:,} events of {size:,} B, one in a chunk, to typed events over loopback",
        "nemomusic",
        goals,
        {"events/s by CPU": (1e-3, "thousand"), "events/s by wall": (1e-3, "thousand")},
    )
    everyone = list(contenders(url, count, size).items())
    for number in range(rounds + 1):
        for name, (with_uvloop, run) in everyone if number % 2 else reversed(everyone):
            gc.collect()
            with asyncio.Runner(loop_factory=use_uvloop(wanted=with_uvloop)) as runner:
                wall, cpu = time.perf_counter(), time.process_time()
                seen: Any = runner.run(run())  # type: ignore[arg-type]
                cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            if seen < count:
                raise AssertionError(f"{name} saw {seen} events instead of {count}")
            if number:  # the first round warms up
                table.add(
                    name, **{"events/s by CPU": count / cpu, "events/s by wall": count / wall}
                )
    table.samples = {name: table.samples[name] for name, _ in everyone}  # in our order
    return table


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--events", type=int, default=20_000)
    options = parser.parse_args()
    with server("wire_server.py") as found:
        tables = [
            measure(found["url"], options.events, 400, min(options.rounds, 7)),
            measure(found["url"], options.events // 4, 8000, min(options.rounds, 7)),
        ]
    finish(tables, as_json=options.json)


if __name__ == "__main__":
    main()
