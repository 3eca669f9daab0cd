"""Many jobs submitted at once, with a journal and without: CPU, descriptors, pauses, memory.

The results are taken one after the other while all jobs are worked on, and are not kept: a program
that keeps 5,000 results, or makes 5,000 tasks in one go, pays for them itself.

    python benchmarks/journal.py [--jobs 5000] [--rounds 1] [--processes 4] [--descriptors 256]

The backend is the stub one, in a process of its own. Each contender is a process of its own, too;
`shared` is so many processes at once on one journal, `apart` the same with a journal each. The last
contender runs under a small limit of open files: all of its jobs have to finish.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from processes import HERE, Pauses, environment, raise_file_limit, resident, server
from table import Goal, Table, finish

import nemomusic

UNITS = {
    "CPU of a job": (1e3, "ms"),
    "worst pause": (1e3, "ms"),
    "memory left": (1e-6, "MB"),
}
CLIP = b"\0\0\0\x18ftypmp42" + bytes(4096)


def journal_descriptors(journal: Path) -> int:
    """Return descriptors of this process that lead to the journal's files."""
    found = 0
    for fd in Path("/proc/self/fd").iterdir():
        try:
            found += str(fd.readlink()).startswith(str(journal))
        except OSError:
            continue
    return found


async def one(task: dict[str, Any]) -> dict[str, float]:
    """Submit all at once, wait for all."""
    folder, jobs = Path(task["folder"]), int(task["jobs"])
    journal = Path(task["journal"]) if task["journal"] else None
    clip = folder / "clip.mp4"
    clip.write_bytes(CLIP)
    settings = nemomusic.Settings(
        token=task["token"], api_url=task["url"], web_url=task["url"], token_file=None
    )
    pauses, held = Pauses(), 0
    async with nemomusic.Client(settings=settings, journal=journal) as client:
        await client.add_music(clip, "warm lo-fi", output=folder / "warm.mp4")
        import_module("tenacity")  # the first repeated call loads it: no memory of the jobs
        gc.collect()
        gc.freeze()  # the modules are not the jobs', and the collector would go over them each time
        before, cpu, wall = resident(), time.process_time(), time.perf_counter()
        async with pauses.watch():
            begun = [
                await client.jobs.submit(clip, "warm lo-fi", output=folder / f"{number}.mp4")
                for number in range(jobs)
            ]
            finished, looked = 0, 0.0
            for job in begun:  # all work meanwhile; a task for each result would be ours to pay
                finished += (await job.result()).path.exists()
                if journal and time.perf_counter() - looked > 0.5:
                    held = max(held, journal_descriptors(journal))
                    looked = time.perf_counter()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        del begun, job
        gc.collect()
        await asyncio.sleep(0.2)
        gc.collect()
        after = resident()
    if finished != jobs:
        raise RuntimeError(f"{finished} of {jobs} jobs finished")
    return {
        "CPU of a job": cpu / jobs,
        "seconds of a job": wall / jobs,
        "descriptors": held,
        "worst pause": pauses.worst_cpu,
        "memory left": after - before,
    }


def run(task: dict[str, Any], count: int = 1, *, journals: int = 0) -> dict[str, float]:
    """Run so many processes side by side, on so many journals; the mean of their figures."""
    processes, folders = [], []
    with tempfile.TemporaryDirectory() as name:
        for number in range(count):
            folder = Path(name, str(number))
            folder.mkdir()
            folders.append(folder)
            journal = Path(name, f"jobs-{number % journals}.sqlite") if journals else None
            own = {**task, "folder": str(folder), "journal": str(journal) if journal else None}
            command = [sys.executable, str(HERE / "journal.py"), "--one", json.dumps(own)]
            processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, env=environment()))
        found = []
        for process in processes:
            out, _ = process.communicate()
            if process.returncode:
                raise RuntimeError(f"a contender ended with {process.returncode}")
            found.append(json.loads(out.splitlines()[-1]))
    return {key: sum(figures[key] for figures in found) / count for key in found[0]}


def main() -> None:
    """Run the program."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--descriptors", type=int, default=256)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        task = json.loads(options.one)
        if limit := task.get("limit"):
            import resource

            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
        else:
            raise_file_limit()
        print(json.dumps(asyncio.run(one(task))))
        return
    alone = Table(
        f"{options.jobs} jobs submitted at once",
        "journal",
        [
            Goal("CPU of a job", "none", most=1.3),
            Goal("descriptors", most=8),
            Goal("worst pause", most=50),
            Goal("memory left", most=10),
        ],
        units={
            "CPU of a job": (1e3, "ms"),
            "worst pause": (1e3, "ms"),
            "memory left": (1e-6, "MB"),
        },
    )
    many = Table(
        f"{options.processes} processes",
        "shared",
        [Goal("CPU of a job", "apart", most=1.2)],
        units={
            "CPU of a job": (1e3, "ms"),
            "worst pause": (1e3, "ms"),
            "memory left": (1e-6, "MB"),
        },
    )
    with server("stub_server.py") as place:
        task = {**place, "jobs": options.jobs}
        for _ in range(options.rounds):
            alone.add("none", **run(task))
            alone.add("journal", **run(task, journals=1))
            limited = {**task, "limit": options.descriptors}
            alone.add(f"limit {options.descriptors}", **run(limited, journals=1))
            part = {**task, "jobs": max(1, options.jobs // options.processes)}
            many.add("apart", **run(part, options.processes, journals=options.processes))
            many.add("shared", **run(part, options.processes, journals=1))
    finish([alone, many], as_json=options.json)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    main()
