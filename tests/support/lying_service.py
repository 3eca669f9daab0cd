"""A service that lies: answers and events with values of the wrong kind, missing, or absurd.

    python tests/support/lying_service.py --count 1000 --seed 9

Each run is one job against the stub backend, then the other calls of a session. Answers are
changed on their way out, and a kept journal, too. Only results and typed errors may come back, in
bounded time, and the message is accepted at most once.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from nemomusic.local import LocalOptions
from nemomusic.testing import FakeClock, StubBackend, run

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.call_outcomes import CallOutcomes

if TYPE_CHECKING:
    from collections.abc import Iterator

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 1e308, 10**30, 2**63, -5, float("nan"), float("inf")),
    *("", "x", "\0", "\ud800", "NaN", "9" * 400, "../../etc/passwd", "2026-13-45T99:99:99Z"),
    *("http://[", "javascript:1", "http://a:99999/", "https://x/\r\nX: y", "\r\nX: y", "%zz"),
    *([], {}, [[]], {"a": 1}, [None]),
)
KEYS = ("error", "errorCode", "code", "success", "detail", "message", "status", "errorMessage")
ROUTES = ("/", "/", "with-session", "upload", "state", "credits", "lambda", "anonymous", "render")


def lie(value: Any, rng: random.Random, chance: float) -> Any:
    """Return a value in which some are replaced, left out, renamed or repeated."""
    if rng.random() < chance:
        return rng.choice(ODD)
    if isinstance(value, dict):
        out = {}
        for key, one in value.items():
            if rng.random() < chance / 3:
                continue
            named = key if rng.random() > chance / 6 else rng.choice(["", "x", key.upper()])
            out[named] = lie(one, rng, chance)
        if rng.random() < chance / 3:
            out[rng.choice(KEYS)] = rng.choice(ODD)
        return out
    if isinstance(value, list):
        found = [lie(one, rng, chance) for one in value]
        return found * rng.choice([0, 2, 50]) if found and rng.random() < chance else found
    return value


def lying(rng: random.Random, chance: float) -> Any:
    """Return a middleware that changes JSON answers."""
    route = rng.choice(ROUTES)

    @web.middleware
    async def change(request: web.Request, handler: Any) -> web.StreamResponse:
        response = await handler(request)
        if route not in request.path or not isinstance(response, web.Response):
            return response
        if response.content_type != "application/json" or not response.body:
            return response
        text = json.dumps(lie(json.loads(response.body), rng, chance))
        return web.Response(
            body=text.encode(), status=response.status, content_type="application/json"
        )

    return change


@contextmanager
def lying_events(rng: random.Random, chance: float) -> Iterator[None]:
    """Change the events of streams."""
    real = web.StreamResponse.write

    async def write(self: web.StreamResponse, data: bytes) -> None:
        if data.startswith(b"data: {") and rng.random() < 0.7:
            data = b"data: " + json.dumps(lie(json.loads(data[6:]), rng, chance)).encode() + b"\n\n"
        await real(self, data)

    web.StreamResponse.write = write  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        web.StreamResponse.write = real  # type: ignore[method-assign]


async def _one(lies: CallOutcomes, rng: random.Random, clock: FakeClock, folder: Path) -> None:
    chance = rng.choice([0.02, 0.05, 0.15])
    options = LocalOptions(
        dialect=rng.choice(["adk", "gateway"]),
        envelope=rng.choice(["code", "success"]),
        middlewares=[lying(rng, chance)],
    )
    backend = StubBackend(clock=clock, options=options)
    clip = folder / "clip.mp4"
    clip.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(5000))
    out, journal = folder / "out.mp4", folder / "jobs.sqlite"
    for left in (out, *folder.glob("jobs.sqlite*")):
        if left.is_file():
            left.unlink()
    with lying_events(rng, chance) if rng.random() < 0.4 else nullcontext():
        async with backend, backend.client(journal=journal) as client:
            call = lies.call
            await call("add_music", client.add_music(clip, "warm lo-fi", output=out))
            await call("credits", client.credits.balance())
            jobs = await call("jobs", client.jobs.list()) or []
            for job in jobs:
                await call("resume", client.jobs.attach(job.id).result())
            session = await call("open", client.sessions.open("odd"))
            if session is not None:
                await call("upload", session.upload(clip))
                state = await call("state", session.state())
                if state is not None:
                    await call("timeline", _text(state))
                await call("export", session.export(folder / "x.mp4", overwrite=True))
    said = Counter(text for texts in backend.ledger.messages.values() for text in texts)
    if any(count > 1 for count in said.values()):
        lies.wrong.append("a message was accepted twice")


async def _text(state: Any) -> str:
    return f"{state.draft!r} {state!r} {state.to_dict()!r}"


def lying_service(count: int, seed: int) -> CallOutcomes:
    """Make that many runs."""
    lies = CallOutcomes()
    with tempfile.TemporaryDirectory() as name:
        for number in range(count):
            clock, before = FakeClock(), len(lies.wrong)
            work = _one(lies, random.Random(f"{seed} {number}"), clock, Path(name))
            run(work, clock=clock)
            lies.wrong[before:] = [f"run {number}: {one}" for one in lies.wrong[before:]]
    return lies


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    lies = lying_service(chosen.count, chosen.seed)
    sys.stdout.write(f"{dict(lies.ends.most_common())}\nwrong: {len(lies.wrong)}\n")
    sys.stdout.writelines(f"  {one}\n" for one in lies.wrong[:20])
    return 1 if lies.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
