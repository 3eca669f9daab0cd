"""Kill jobs with SIGKILL, resume them, and count: nothing may be paid for twice or be lost.

    python tests/support/crash_run.py --kills 200 --seed 7

The parent runs the backend (faithful, a stub engine). Each job runs in a child process with a
journal, and is killed at a seeded moment; then another child resumes it, and is killed again or
let through. Moments are chosen by step, so that every window is hit: before or after the n-th
write to the journal, after the n-th byte sent to or received from the backend, and, for the rest,
after so many milliseconds.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import random
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from nemomusic import Client, errors
from nemomusic.jobs.storage.journal import Journal
from nemomusic.local import LocalBackend, StubEngine
from nemomusic.settings import Settings, Timeouts

SIZE = 60_000
"""Bytes of a clip: a few reads of a socket."""
MOMENTS = ("before note", "after note", "sent", "received", "milliseconds")
TIMEOUTS = Timeouts(recover_first=0.05, recover_next=0.05)


# ------------------------------------------------------------------------ child


def die() -> None:
    """End the process as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


def arm(moment: str, number: int) -> None:
    """Have this process killed at a moment."""
    left = number

    def count(by: int = 1) -> None:
        nonlocal left
        left -= by
        if left <= 0:
            die()

    if moment in {"before note", "after note"}:
        real = Journal.note

        async def note(self: Journal, *args: Any, **kwargs: Any) -> Any:
            if moment == "before note":
                count()
            result = await real(self, *args, **kwargs)
            if moment == "after note":
                count()
            return result

        Journal.note = note
    elif moment in {"sent", "received"}:
        transport = asyncio.selector_events._SelectorSocketTransport
        if moment == "sent":
            write = transport.write

            def sent(self: Any, data: Any) -> None:
                size = len(data)
                if size >= left:  # only so much of it leaves
                    self._sock.send(bytes(data)[:left])
                    die()
                count(size)
                write(self, data)

            transport.write = sent
            transport.writelines = lambda self, pieces: self.write(b"".join(pieces))
        else:
            ready = transport._read_ready__data_received

            def received(self: Any) -> None:
                count(200)  # about a packet of headers
                ready(self)

            transport._read_ready__data_received = received
    else:
        signal.signal(signal.SIGALRM, lambda *_: die())
        signal.setitimer(signal.ITIMER_REAL, number / 1000)


async def child(task: dict[str, Any]) -> int:
    """Start a job, or go on with one."""
    client = Client(
        task["token"],
        settings=Settings(
            api_url=task["url"],
            web_url=task["url"],
            client_id="crash-run",
            token_file=None,
            timeouts=TIMEOUTS,
        ),
        journal=task["journal"],
    )
    async with client:
        if task["kill"] is not None:
            arm(*task["kill"])
        known = await client.jobs.list()
        try:
            if known:
                await client.jobs.attach(known[0].id).result(resend=task["resend"])
            else:
                await client.add_music(task["clip"], task["prompt"], output=task["output"])
        except errors.OutcomeUnknownError:
            return 3
    return 0


# ----------------------------------------------------------------------- parent


class Run:
    """What happened to all jobs."""

    def __init__(self, backend: LocalBackend, folder: Path, kills: int, seed: int) -> None:
        self.backend = backend
        self.folder = folder
        self.kills = kills
        self.random = random.Random(seed)
        self.killed: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()
        self.finished = 0
        self.unknown: list[str] = []
        self.jobs: list[dict[str, Any]] = []
        self.resent: set[str] = set()
        self.zero: dict[str, int] = {}

    @property
    def total(self) -> int:
        """Kills so far."""
        return sum(self.killed.values())

    def moment(self) -> tuple[str, int]:
        """Return when to kill next."""
        kind = self.random.choice(MOMENTS)
        most = {"before note": 14, "after note": 14, "sent": 70_000, "received": 2_600}
        if kind == "sent" and self.random.random() < 0.5:
            return kind, self.random.randint(1, 4_000)  # all but the upload
        return kind, self.random.randint(1, most.get(kind, 250))

    async def job(self, number: int, per_job: int) -> None:
        """Run one job: kill and resume it, and let it end at last."""
        clip = self.folder / f"clip {number}.mp4"
        clip.write_bytes(f"{number:08}ftypmp42".encode() * (SIZE // 16))
        token = self.backend.issue_token(user_id=f"user_{number}", credits=1000)
        task = {
            "url": self.backend.url,
            "token": token,
            "clip": str(clip),
            "prompt": f"warm lo-fi music, take {number}",
            "output": str(self.folder / f"out {number}.mp4"),
            "journal": str(self.folder / f"jobs {number}.sqlite"),
            "kill": None,
            "resend": False,
        }
        self.jobs.append(task)
        for _ in range(per_job):
            if self.total >= self.kills or self.record(task).get("status") == "done":
                break
            kind, at = self.moment()
            code = await self.spawn({**task, "kill": [kind, at]})
            if code == -signal.SIGKILL:
                self.killed[kind] += 1
                await self.note_step(task)
            elif code in {0, 3}:  # over before the moment came
                break
            else:
                raise RuntimeError(f"job {number} ended with {code}")
        await self.through(number, task)

    async def through(self, number: int, task: dict[str, Any]) -> None:
        """Let a job finish; ask for a second message only if nobody can tell about the first."""
        if self.record(task).get("status") == "done":
            if not Path(task["output"]).exists():
                raise RuntimeError(f"job {number} is said to be done, and there is no film")
            self.finished += 1
            return
        code = await self.spawn(task)
        if code == 3:
            texts = [t for texts in self.backend.ledger.messages.values() for t in texts]
            arrived = task["prompt"] in texts
            self.unknown.append(f"job {number}: the message had {'' if arrived else 'not '}arrived")
            self.resent.add(task["prompt"])
            code = await self.spawn({**task, "resend": True})
        if code != 0 or not Path(task["output"]).exists():
            raise RuntimeError(f"job {number} could not be finished: {code}")
        self.finished += 1

    def record(self, task: dict[str, Any]) -> dict[str, Any]:
        """Return what the journal holds of a job."""
        import sqlite3

        with sqlite3.connect(task["journal"]) as db:
            try:
                row = db.execute("SELECT status FROM jobs").fetchone()
                steps = db.execute("SELECT step FROM steps ORDER BY rowid").fetchall()
            except sqlite3.Error:
                row = None
        db.close()
        if row is None:
            return {}
        return {"status": row[0], "step": steps[-1][0] if steps else None}

    async def note_step(self, task: dict[str, Any]) -> None:
        """Count in which step the journal was when the process was killed."""
        record = self.record(task)
        self.kept[record.get("step") or ("created" if record else "nothing")] += 1

    async def spawn(self, task: dict[str, Any]) -> int:
        """Run one child; its return code."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-W",
            "error",
            __file__,
            "--child",
            json.dumps(task),
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await process.communicate()
        if process.returncode not in {0, 3, -signal.SIGKILL}:
            sys.stderr.write(said.decode())
        return process.returncode or 0

    def verdict(self) -> dict[str, int]:
        """Return what must be 0, but for what was asked for."""
        ledger = self.backend.ledger
        texts = Counter(text for said in ledger.messages.values() for text in said)
        twice = sum(n - 1 for text, n in texts.items() if n > 1 and text not in self.resent)
        clips = {hashlib.sha256(Path(task["clip"]).read_bytes()).hexdigest() for task in self.jobs}
        repeated = sum(n - 1 for key, n in ledger.uploads.items() if key in clips)
        orphaned = len(set(ledger.renders_started) - set(ledger.renders_downloaded))
        return {
            "messages sent twice": twice,
            "uploads repeated": repeated,
            "renders orphaned": orphaned,
            "jobs not finished": len(self.jobs) - self.finished,
            "credits spent beyond one a job": ledger.credits_spent
            - 100 * (len(self.jobs) + sum(texts[text] - 1 for text in self.resent)),
        }


async def crash_run(kills: int, seed: int, *, per_job: int = 4, at_once: int = 2) -> Run:
    """Make that many kills.

    Args:
        kills: how many.
        seed: of the moments.
        per_job: kills of one job at most, before it is let through.
        at_once: jobs side by side.
    """
    with tempfile.TemporaryDirectory() as name:
        async with LocalBackend(
            engine=StubEngine(), faithful=True, folder=Path(name, "backend")
        ) as backend:
            run = Run(backend, Path(name), kills, seed)
            numbers = iter(range(10_000))

            async def worker() -> None:
                while run.total < kills:
                    await run.job(next(numbers), per_job)

            async with asyncio.TaskGroup() as group:
                for _ in range(at_once):
                    group.create_task(worker())
            run.zero = run.verdict()
    return run


def report(run: Run, seed: int) -> str:
    """Return the figures."""
    moments = ", ".join(f"{n} {kind}" for kind, n in sorted(run.killed.items()))
    lines = [
        f"seed {seed}",
        f"kills: {run.total} ({moments})",
        f"the journal was at: {', '.join(f'{n} {step}' for step, n in run.kept.most_common())}",
        f"jobs: {len(run.jobs)}, finished: {run.finished}",
        f"outcomes unknown: {len(run.unknown)}",
        *(f"  {line}" for line in run.unknown),
        *(f"{what}: {n}" for what, n in run.zero.items()),
    ]
    return "\n".join(lines)


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        return asyncio.run(child(json.loads(options.child)))
    run = asyncio.run(crash_run(options.kills, options.seed))
    sys.stdout.write(report(run, options.seed) + "\n")
    return 1 if any(run.zero.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
