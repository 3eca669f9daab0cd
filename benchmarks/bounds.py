"""Costly requests to the embedded backend: the silence of its loop, and the memory of its process.

    python benchmarks/bounds.py

With `Client.local()` the loop is the program's own. The client of this program runs in another
process, so that its work is not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from multiprocessing import get_context
from typing import TYPE_CHECKING

import psutil

from nemomusic.local import LocalBackend, StubEngine

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

MB = 2**20


def bodies() -> dict[str, bytes]:
    """Return bodies that cost much to read, by name."""
    segment = {"s": 0, "d": 2000, "m": {"asset": "none", "text": "title"}}
    return {
        "64 MB of brackets": b"[]" * (32 * MB),
        "8 MB of brackets": b"[" * (4 * MB) + b"]" * (4 * MB),
        "8 MB of text": b'{"draft":"' + b"a" * (8 * MB - 20) + b'"}',
        "8 MB of escapes": b'{"draft":"' + b"\\u1234" * (8 * MB // 6 - 9) + b'"}',
        "8 MB of digits": b"[" + b",".join([b"9" * 4200] * 1900) + b"]",
        "190,000 numbers": b'{"draft":[' + b",".join([b"1.0123456789012345e5"] * 190_000) + b"]}",
        "a million objects": b"[" + b",".join([b"{}"] * 10**6) + b"]",
        "draft of 1,000 segments": draft([{"tt": 0, "sg": [segment] * 1000}]),
        "draft of 20,000 segments": draft([{"tt": 0, "sg": [segment] * 20_000}]),
        "draft of 10,000 tracks": draft([{"tt": 1, "sg": []}] * 10_000),
        "message of 10,000 characters": message("慢一点" * 3333),
        "message of 2 MB": message("make it slower and " * 100_000),
    }


def draft(tracks: list[object]) -> bytes:
    body = {"id": "render_ID", "sessionId": "SESSION", "draft": {"t": tracks}}
    return json.dumps(body).encode()


def message(text: str) -> bytes:
    body = {
        "app_name": "nemo_agent",
        "user_id": "me",
        "session_id": "SESSION",
        "new_message": {"parts": [{"text": text}]},
    }
    return json.dumps(body).encode()


def send(link: Connection) -> None:
    """Run the client's process: send what comes, and say how it was answered."""
    import http.client

    while (given := link.recv()) is not None:
        port, path, headers, body = given
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read()
            link.send(answer.status)
        except ConnectionError:
            link.send(0)  # refused before all of it was sent
        finally:
            connection.close()


def open_session(port: int, headers: dict[str, str]) -> str:
    """Open a project."""
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("POST", "/api/tasks/me/with-session/nemo_agent", b"{}", headers)
    session = json.load(connection.getresponse())["data"]["session_id"]
    connection.close()
    return str(session)


async def measure() -> list[tuple[str, int, float, float, float]]:
    """Send each body; give its name, status, seconds, longest silence and megabytes."""
    rows = []
    longest, process = 0.0, psutil.Process()

    async def listen() -> None:
        # The loop's own time is counted: a busy machine makes it wait, too.
        nonlocal longest
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.001)
            longest = max(longest, time.thread_time() - before)

    ours, theirs = get_context("spawn").Pipe()
    client = get_context("spawn").Process(target=send, args=(theirs,))
    client.start()
    async with LocalBackend(engine=StubEngine()) as backend:
        port = int(backend.url.rpartition(":")[2])
        token = backend.issue_token()
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "X-Skill-Source": "bench",
            "X-Skill-Version": "1",
            "X-Skill-Platform": "bench",
        }
        session = await asyncio.to_thread(open_session, port, headers)
        ears = asyncio.create_task(listen())
        for number, (name, body) in enumerate(bodies().items()):
            path = "/run_sse" if "message" in name else "/api/render/proxy/lambda"
            filled = body.replace(b"SESSION", session.encode()).replace(b"_ID", b"_%d" % number)
            before = process.memory_info().rss
            longest, began = 0.0, time.perf_counter()
            ours.send((port, path, headers, filled))
            status = await asyncio.to_thread(ours.recv)
            taken = time.perf_counter() - began
            rows.append((name, status, taken, longest, (process.memory_info().rss - before) / MB))
        ears.cancel()
    ours.send(None)
    client.join()
    return rows


def main() -> int:
    """Run the program."""
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args()
    rows = asyncio.run(measure())
    print(f"{'request':32} {'answer':>6} {'seconds':>8} {'silent ms':>10} {'MB more':>8}")
    for name, status, taken, silent, more in rows:
        print(f"{name:32} {status:>6} {taken:>8.2f} {silent * 1000:>10.0f} {more:>8.0f}")
    worst = max(silent for _, _, _, silent, _ in rows)
    print(
        f"longest silence {worst * 1000:.0f} ms (goal: 100 ms){'' if worst <= 0.1 else ' MISSED'}"
    )
    return 0 if worst <= 0.1 else 1


if __name__ == "__main__":
    sys.exit(main())
