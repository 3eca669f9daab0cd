"""Batches: what they cost over bare jobs, what faults and kills do to them, and what Dask gains.

    python benchmarks/batch.py orders [--orders 2000]
    python benchmarks/batch.py kills [--clips 200] [--every 12]
    python benchmarks/batch.py engines [--clips 12] [--seconds 3]

`orders`: against the stub backend with 2 % faults, between bare jobs of the same client, half of
them before and half after the batch.
`kills`: the real engine on two Dask workers; workers, the scheduler and the command itself are
killed again and again, and the same command carries on. `engines`: the same clips by one worker
and two workers of the own pool, and by two workers of Dask.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import av
import psutil
from processes import HERE, environment, resident

import nemomusic
from nemomusic import errors
from nemomusic.settings import Settings, Timeouts

CLIP = b"\0\0\0\x18ftypmp42" + bytes(4096)
WARM = 4
"""Clips that are done before the clock starts."""
WARM_JOBS = 20
"""Jobs that load all modules before the clock starts."""
TIMEOUTS = Timeouts(recover_first=0.2, recover_next=0.2)


def show(title: str, figures: dict[str, Any]) -> None:
    """Print figures, one a line."""
    print(title)
    for name, value in figures.items():
        print(f"  {name}: {value:.3f}" if isinstance(value, float) else f"  {name}: {value}")
    sys.stdout.flush()


# ------------------------------------------------------------------- orders


async def orders(count: int, place: dict[str, str], folder: Path) -> dict[str, Any]:
    """Bare jobs, then a batch of as many orders; run the batch again until nothing is left."""
    settings = Settings(
        token=place["token"],
        api_url=place["url"],
        web_url=place["url"],
        token_file=None,
        timeouts=TIMEOUTS,
    )
    clip = folder / "clip.mp4"
    clip.write_bytes(CLIP)
    found: dict[str, Any] = {}
    async with nemomusic.Client(settings=settings, journal=folder / "jobs.sqlite") as client:
        slots = asyncio.Semaphore(8)

        async def bare(number: int) -> None:
            async with slots:
                target = folder / f"bare-{number}.mp4"
                try:
                    job = await client.jobs.submit(clip, f"lo-fi, bare {number}", output=target)
                    await job.result()
                except errors.NemoMusicError as error:
                    failures[type(error).__name__] += 1

        failures: Counter[str] = Counter()
        few = max(20, count // 4)

        async def bares(numbers: range) -> float:
            cpu = time.process_time()
            await asyncio.gather(*map(bare, numbers))
            return (time.process_time() - cpu) / len(numbers) * 1e3

        await bares(range(WARM_JOBS))
        before = await bares(range(WARM_JOBS, WARM_JOBS + few))
        listed = [
            nemomusic.Order(source=clip, prompt=f"lo-fi, order {number}", output=f"{number}.mp4")
            for number in range(count)
        ]
        early = 0
        cpu = time.process_time()
        states: Counter[str] = Counter()
        async for outcome in client.batches.run(listed, folder=folder / "out", concurrency=8):
            states[outcome.state] += 1
            if sum(states.values()) == min(200, count // 10):
                gc.collect()
                early = resident()
        gc.collect()
        found["CPU of an order, ms"] = (time.process_time() - cpu) / count * 1e3
        found["memory at the end / at order 200"] = resident() / early
        after = await bares(range(WARM_JOBS + few, WARM_JOBS + 2 * few))
        found["CPU of a bare job before, ms"], found["CPU of a bare job after, ms"] = before, after
        found["first run"] = dict(states)
        unknown: Counter[str] = Counter()
        for _ in range(3):
            states.clear()
            unknown.clear()
            async for outcome in client.batches.run(listed, folder=folder / "out", concurrency=8):
                states[outcome.state] += 1
                if outcome.error is not None:
                    unknown[type(outcome.error).__name__] += 1
            if not states["failed"]:
                break
        found["last run"] = dict(states)
        found["not finished, by error"] = dict(unknown)
        there = sum((folder / "out" / f"{number}.mp4").exists() for number in range(count))
        found["lost"] = count - there - sum(unknown.values())
    found["overhead"] = found["CPU of an order, ms"] / ((before + after) / 2) - 1.0
    return found


def run_orders(count: int) -> None:
    """Run the part `orders`."""
    with (
        subprocess.Popen(
            [sys.executable, str(HERE / "batch_server.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
        ) as process,
        tempfile.TemporaryDirectory() as name,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        place = json.loads(process.stdout.readline())
        figures = asyncio.run(orders(count, place, Path(name)))
        process.stdin.close()
        counted = json.loads(process.stdout.readline())
    show(f"{count} orders against a backend with 2 % faults", {**figures, **counted})


# -------------------------------------------------------------------- kills


def draw(folder: Path, count: int, seconds: float = 3.0) -> list[Path]:
    """Draw clips that differ in their bytes. Those over 3 s are larger too."""
    from nemomusic.engine.demo.clip import draw_clip

    folder.mkdir(parents=True, exist_ok=True)
    first = folder / "0.mp4"
    size = (320, 176) if seconds <= 3.0 else (1280, 720)
    draw_clip(first, seconds=seconds, size=size, fps=24)
    content = first.read_bytes()
    for number in range(1, count):  # a trailing box makes other bytes of the same film
        free = number.to_bytes(8, "big")
        (folder / f"{number}.mp4").write_bytes(content + b"\0\0\0\x10free" + free)
    return [folder / f"{number}.mp4" for number in range(count)]


class Cluster:
    """A scheduler and two workers in processes of their own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self.port}"
        self._folder = folder
        self.scheduler = self._scheduler()
        self.workers = [self._worker(), self._worker()]

    def _run(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{name}", *words],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _scheduler(self) -> subprocess.Popen[bytes]:
        return self._run(
            "dask_scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard"
        )

    def _worker(self) -> subprocess.Popen[bytes]:
        words = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--death-timeout", "120")
        return self._run(
            "dask_worker", self.address, *words, "--local-directory", str(self._folder)
        )

    def kill_worker(self, number: int) -> None:
        """Kill a worker, and start another one."""
        self.workers[number].kill()
        self.workers[number].wait()
        self.workers[number] = self._worker()

    def kill_scheduler(self) -> None:
        """Kill the scheduler, and start it and the workers again."""
        self.close()
        self.scheduler = self._scheduler()
        self.workers = [self._worker(), self._worker()]

    def close(self) -> None:
        """Kill all."""
        for process in (self.scheduler, *self.workers):
            process.kill()
            process.wait()


def run_kills(count: int, every: float, seed: int) -> None:
    """Run the part `kills`."""
    rng = random.Random(seed)
    kills: Counter[str] = Counter()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        draw(folder / "clips", count)
        cluster = Cluster(folder / "dask")
        data = folder / "home"
        own = {**environment(), "HOME": str(data), "XDG_DATA_HOME": str(data / "data")}
        command = [sys.executable, "-m", "nemomusic", "batch", str(folder / "clips"), "--local"]
        command += ["-p", "warm lo-fi", "-o", str(folder / "out"), "--at-once", "4", "--quiet"]
        command += ["--executor", "dask", "--scheduler", cluster.address]
        command += ["--store", (folder / "store").as_uri(), "--redo", "failed", "--json"]
        runs, code = 0, -1
        try:
            while code != 0 and runs < 60:
                runs += 1
                with subprocess.Popen(command, env=own, stdout=subprocess.DEVNULL) as owner:
                    while owner.poll() is None:
                        try:
                            owner.wait(every * rng.uniform(0.5, 1.5))
                        except subprocess.TimeoutExpired:
                            kind = rng.choice(["worker", "worker", "scheduler", "owner"])
                            kills[kind] += 1
                            if kind == "worker":
                                cluster.kill_worker(rng.randrange(2))
                            elif kind == "scheduler":
                                cluster.kill_scheduler()
                            else:
                                owner.send_signal(signal.SIGKILL)
                                owner.wait()
                    code = owner.returncode
        finally:
            cluster.close()
        figures = {
            "kills": dict(kills),
            "runs of the command": runs,
            "seconds": time.perf_counter() - began,
            **verdict(folder, data, count),
        }
    show(f"{count} clips with kills of workers, scheduler and owner", figures)


def verdict(folder: Path, data: Path, count: int) -> dict[str, Any]:
    """Count what was delivered, and what the backend did twice."""
    good = 0
    for number in range(count):
        path = folder / "out" / f"{number}-with-music.mp4"
        if path.exists():
            with av.open(str(path)) as video:
                good += sum(1 for _ in video.decode(audio=0)) > 0
    with sqlite3.connect(next(data.rglob("jobs.sqlite"))) as journal:
        sessions = {
            json.loads(row[0]).get("session_id")
            for row in journal.execute("SELECT data FROM steps WHERE data LIKE '%session_id%'")
        }
    with sqlite3.connect(next(data.rglob("backend.sqlite"))) as backend:
        applied: Counter[str] = Counter(
            row[0]
            for row in backend.execute("SELECT session_id FROM messages WHERE outcome = 'done'")
        )
    left = [path for path in (folder / "out").iterdir() if path.suffix != ".mp4"]
    return {
        "delivered": good,
        "messages applied twice": sum(count - 1 for count in applied.values()),
        "half-written": len(left) + len(list((folder / "out").glob("*.mp4"))) - good,
        "orphaned": len(set(applied) - sessions),
        "processes left": len(psutil.Process().children(recursive=True)),
    }


# ------------------------------------------------------------------ engines


async def timed(clips: list[Path], folder: Path, **options: Any) -> float:
    """Return the seconds for all clips but the first ones, which warm all workers up."""
    orders_ = [nemomusic.Order(source=clip, prompt="warm lo-fi") for clip in clips]
    async with nemomusic.Client.local(folder / "backend", **options) as client:
        if "engine" in options:
            cluster = await options["engine"]._cluster.client()
            await cluster.wait_for_workers(2)
        run = client.batches.run(orders_[:WARM], folder=folder / "warm", concurrency=WARM)
        async for outcome in run:
            assert outcome.ok, outcome.error
        began = time.perf_counter()
        rest = orders_[WARM:]
        async for outcome in client.batches.run(rest, folder=folder / "out", concurrency=4):
            assert outcome.ok, outcome.error
        return time.perf_counter() - began


def run_engines(count: int, length: float) -> None:
    """Run the part `engines`."""
    from nemomusic.local import DaskEngine, LocalOptions

    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        clips = draw(Path(name, "clips"), count + WARM, length)
        for title, make in (
            ("own pool, 1 worker", lambda: {"options": LocalOptions(workers=1)}),
            ("own pool, 2 workers", lambda: {"options": LocalOptions(workers=2)}),
            ("Dask, 2 workers", lambda: {"engine": DaskEngine(workers=2)}),
        ):
            seconds[title] = asyncio.run(timed(clips, Path(name, title), **make()))
            shutil.rmtree(Path(name, title))
    one, two, dask = seconds.values()
    show(
        f"{count} clips of {length:g} s",
        {
            **seconds,
            "gain of a second own worker": one / two,
            "gain of Dask over one own worker": one / dask,
            "gain of Dask / gain of the own pool": two / dask,
        },
    )


def main() -> None:
    """Run the program."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=("orders", "kills", "engines"))
    parser.add_argument("--orders", type=int, default=2000)
    parser.add_argument("--clips", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--every", type=float, default=12.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.part == "orders":
        run_orders(options.orders)
    elif options.part == "kills":
        run_kills(options.clips or 200, options.every, options.seed)
    else:
        run_engines(options.clips or 12, options.seconds)


if __name__ == "__main__":
    os.environ.pop("NEMO_TOKEN", None)
    main()
