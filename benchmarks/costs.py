"""What a clip costs the parts of a cluster, and what a conversation costs one process.

    python benchmarks/costs.py cluster [--clips 12]
    python benchmarks/costs.py conversations [--count 1000]

`cluster` scores clips on two Dask workers with an S3 store (moto's server, over HTTP). It counts by
distributed's own counters and by the log of the S3 server. `conversations` opens sessions of the
stub backend in one process, asks in each, and keeps them all.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psutil
from batch import WARM, Cluster, draw, show
from processes import raise_file_limit, resident, server

import nemomusic

BUCKET = "scratch"
SECRET = {"key": "testing", "secret": "testing"}
IDLE_SECONDS = 5.0
"""Seconds for which the scheduler's CPU is measured without a task, to be taken off."""
USERS = 20
"""Users whose conversations there are: the backend works on 100 messages of a user at once."""


class ObjectStore:
    """moto's S3 server in a process of its own. It logs each request.

    Args:
        log: Where the log goes.
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        self._file = log.open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"],
            stdout=self._file,
            stderr=self._file,
        )
        while not (found := re.search(rb"(http://127\.0\.0\.1:\d+)", log.read_bytes())):
            if self._process.poll() is not None:
                raise RuntimeError(log.read_text())
            time.sleep(0.05)
        self.url = found[1].decode()

    def requests(self) -> list[tuple[str, str]]:
        """Return the method and the path of all requests until now."""
        return re.findall(r'"([A-Z]+) (/\S*) HTTP', self._log.read_text())

    def close(self) -> None:
        """End the server."""
        self._process.kill()
        self._process.wait()
        self._file.close()


def counted(dask_scheduler: Any) -> dict[str, int]:
    """Count what the scheduler has sent. Runs in the scheduler."""
    sends = [*dask_scheduler.stream_comms.values(), *dask_scheduler.client_comms.values()]
    return {
        "messages sent": sum(one.message_count for one in sends),
        "bytes sent": sum(one.byte_count for one in sends),
        "transitions": dask_scheduler.transition_counter,
    }


def told(dask_worker: Any) -> dict[str, int]:
    """Count what a worker has sent to the scheduler. Runs in the worker."""
    return {
        "messages sent": dask_worker.batched_stream.message_count,
        "bytes sent": dask_worker.batched_stream.byte_count,
        "tasks": dask_worker.state.transition_counter,
    }


async def snapshot(client: Any, cluster: Cluster, store: ObjectStore) -> dict[str, Any]:
    """Read all counters."""
    workers = (await client.run(told)).values()
    scheduler = await client.run_on_scheduler(counted)
    return {
        "scheduler, CPU": sum(psutil.Process(cluster.scheduler.pid).cpu_times()[:2]),
        "workers, CPU": sum(sum(psutil.Process(w.pid).cpu_times()[:2]) for w in cluster.workers),
        "owner, CPU": time.process_time(),
        "messages": scheduler["messages sent"]
        + sum(worker["messages sent"] for worker in workers)
        + client.scheduler_comm.message_count,
        "bytes of messages": scheduler["bytes sent"]
        + sum(worker["bytes sent"] for worker in workers)
        + client.scheduler_comm.byte_count,
        "transitions": scheduler["transitions"],
        "requests": store.requests(),
    }


async def measure_cluster(count: int, folder: Path) -> dict[str, Any]:
    """Score clips; the costs of one."""
    import s3fs

    from nemomusic.local import DaskEngine

    clips = draw(folder / "clips", count + WARM)
    store, cluster = ObjectStore(folder / "s3.log"), Cluster(folder / "dask")
    try:
        options = {**SECRET, "endpoint_url": store.url}
        files = s3fs.S3FileSystem(**options)
        files.mkdir(BUCKET)
        engine = DaskEngine(cluster.address, store=f"s3://{BUCKET}/x", store_options=options)
        orders = [nemomusic.Order(source=clip, prompt="warm lo-fi") for clip in clips]
        async with nemomusic.Client.local(
            folder / "backend", engine=engine, journal=folder / "jobs.sqlite"
        ) as client:
            dask = await engine._cluster.client()
            await dask.wait_for_workers(2)
            async for outcome in client.batches.run(orders[:WARM], folder=folder / "out"):
                assert outcome.ok, outcome.error
            tasks: Counter[str] = Counter()
            attempt = engine._attempt

            async def attempted(dask: Any, request: dict[str, Any], progress: Any) -> Any:
                tasks[request["op"]] += 1
                return await attempt(dask, request, progress)

            engine._attempt = attempted  # type: ignore[method-assign]
            idle = sum(psutil.Process(cluster.scheduler.pid).cpu_times()[:2])
            await asyncio.sleep(IDLE_SECONDS)
            idle = sum(psutil.Process(cluster.scheduler.pid).cpu_times()[:2]) - idle
            before = await snapshot(dask, cluster, store)
            began = time.perf_counter()
            async for outcome in client.batches.run(
                orders[WARM:], folder=folder / "out", concurrency=4
            ):
                assert outcome.ok, outcome.error
            after = await snapshot(dask, cluster, store)
            after["scheduler, CPU"] -= idle / IDLE_SECONDS * (time.perf_counter() - began)
        files.invalidate_cache()
        sizes = {f"/{name}": size for name, size in files.du(BUCKET, total=False).items()}
    finally:
        cluster.close()
        store.close()
    asked = after.pop("requests")[len(before.pop("requests")) :]
    found: dict[str, Any] = {
        f"{name} of a clip": (after[name] - before[name]) / count for name in before
    }
    done = sum(tasks.values())
    found["tasks of a clip"] = done / count
    found["scheduler, CPU of a task, ms"] = found["scheduler, CPU of a clip"] * count / done * 1e3
    found["messages of a task"] = found["messages of a clip"] * count / done
    methods = Counter(method for method, _ in asked)
    for method, number in sorted(methods.items()):
        found[f"S3: {method} of a clip"] = number / count
    read = sum(sizes.get(path.split("?")[0], 0) for method, path in asked if method == "GET")
    found["S3: bytes read of a clip, MB"] = read / count / 1e6
    stored = sum(size for name, size in sizes.items()) / (count + WARM)
    found["S3: bytes stored of a clip, MB"] = stored / 1e6
    return found


async def measure_conversations(count: int, place: dict[str, Any]) -> dict[str, Any]:
    """Open sessions and ask in each; the memory and the CPU of one."""
    settings = nemomusic.Settings(api_url=place["url"], web_url=place["url"], token_file=None)
    clients = [nemomusic.Client(token, settings=settings) for token in place["tokens"][:USERS]]
    slots = asyncio.Semaphore(100)

    async def converse(number: int) -> Any:
        client = clients[number % USERS]
        async with slots:
            session = await client.sessions.open("trip")
            reply = await session.ask("warm lo-fi")
            return session, reply

    try:
        for number in range(USERS):
            await converse(number)
        gc.collect()
        gc.freeze()
        before, cpu = resident(), time.process_time()
        kept = await asyncio.gather(*(converse(number) for number in range(count)))
        cpu = time.process_time() - cpu
        gc.collect()
        memory = resident() - before
        assert len({session.id for session, _ in kept}) == count
    finally:
        for client in clients:
            await client.aclose()
    return {
        "conversations": count,
        "memory of a conversation that is kept, KiB": memory / count / 1024,
        "CPU of a conversation with one message, ms": cpu / count * 1e3,
    }


def main() -> None:
    """Run the program."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=("cluster", "conversations"))
    parser.add_argument("--clips", type=int, default=12)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.part == "cluster":
        with tempfile.TemporaryDirectory() as name:
            found = asyncio.run(measure_cluster(options.clips, Path(name)))
        title = f"{options.clips} clips of 3 s on two Dask workers, with an S3 store"
    else:
        raise_file_limit()
        with server("stub_server.py", str(USERS)) as place:
            found = asyncio.run(measure_conversations(options.count, place))
        title = f"{options.count} conversations in one process"
    if options.json:
        print(json.dumps(found))
    else:
        show(title, found)


if __name__ == "__main__":
    os.environ.pop("NEMO_TOKEN", None)
    main()
