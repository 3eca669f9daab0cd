"""Put music under every file of a folder by the real command line, and print what came of each.

    python benchmarks/creators_files.py FOLDER [--keep RESULTS] [--allow-partial NAME ...]
        [--full-disk SMALL]

A row says: the exit code, the seconds it took, of the result the length, the number of frames and
whether their times rise, and the warnings or the error. Needs the extra `local` only.

SMALL is an empty folder on a disk of 1 MB. It holds the backend's data in the last row. On Linux:
`mount -t tmpfs -o size=1m tmpfs SMALL`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import av


def result(path: Path) -> str:
    """Describe a finished MP4."""
    with av.open(str(path)) as container:
        size = container.streams.video[0].width, container.streams.video[0].height
        length = (container.duration or 0) / av.time_base
        times, damaged = [], 0
        for packet in container.demux(video=0):
            try:
                times += [frame.time for frame in packet.decode()]
            except av.InvalidDataError:
                damaged += 1
    rising = all(late > early for early, late in pairwise(times))
    order = "in order" if rising else "OUT OF ORDER"
    damage = f", {damaged} packets DAMAGED" if damaged else ""
    return f"{length:.2f} s, {size[0]}x{size[1]}, {len(times)} frames {order}{damage}"


def run(clip: Path, target: Path, data: Path, *, partial: bool) -> tuple[int, float, str]:
    """Run the command on one file: exit code, seconds, and what it said."""
    command = [sys.executable, "-m", "nemomusic", "add-music", "--local", "--json", "--overwrite"]
    began = time.perf_counter()
    done = subprocess.run(
        [*command, *(["--allow-partial"] if partial else []), "-o", target, clip, "calm piano"],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "XDG_DATA_HOME": str(data), "LOCALAPPDATA": str(data)},
    )
    seconds = time.perf_counter() - began
    try:
        told = json.loads(done.stdout)
    except ValueError:
        return done.returncode, seconds, done.stderr.strip().rpartition("\n")[2]
    if done.returncode:
        return done.returncode, seconds, told.get("error", {}).get("message", done.stdout)
    return 0, seconds, "; ".join([result(target), *told["warnings"]])


def main() -> None:
    """Read the command line, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--keep", type=Path, metavar="RESULTS", help="where the MP4s stay")
    parser.add_argument("--allow-partial", nargs="*", default=[], metavar="NAME")
    parser.add_argument("--full-disk", type=Path, metavar="SMALL", help="a folder on a tiny disk")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        results = options.keep or Path(scratch) / "results"
        results.mkdir(parents=True, exist_ok=True)
        files = sorted(path for path in options.folder.rglob("*") if path.is_file())
        for number, clip in enumerate(files):
            target = results / f"{number:02}.mp4"
            partial = clip.name in options.allow_partial
            code, seconds, said = run(clip, target, Path(scratch), partial=partial)
            name = ascii(clip.name)[1:31]
            print(f"| {number:02} | {name:30} | {code} | {seconds:4.1f} s | {said} |", flush=True)
        if options.full_disk:
            target = results / "full-disk.mp4"
            code, seconds, said = run(files[0], target, options.full_disk, partial=False)
            left = "" if not target.exists() else " A RESULT IS THERE."
            print(f"|    | {'a full disk':30} | {code} | {seconds:4.1f} s | {said}{left} |")


if __name__ == "__main__":
    main()
