"""An earlier version of this project and this one, in turn, in one run.

    git worktree add --detach ../first 0283fad
    python -m venv ../first-venv
    ../first-venv/bin/python -m pip install -e "../first[all]" uvloop
    python benchmarks/two_versions.py ../first ../first-venv/bin/python upload quick-edit

Each version runs its own copy of a program of this folder, in its own environment, against one
server, which is this version's. Processor time is comparable even if other programs run. The
environments need the same versions of the libraries, and the first of them needs an editable
installation of the earlier version.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness import arguments
from import_time import PROGRAMS
from processes import HERE, environment, raise_file_limit, server
from table import Goal, Table, finish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

UNITS = {
    "CPU": (1e3, "ms"),
    "CPU of a job": (1e3, "ms"),
    "CPU of an event": (1e6, "µs"),
    "memory": (2**-20, "MiB over idle"),
    "memory of a stream": (2**-10, "KiB"),
    "wall": (1e3, "ms"),
}
FIGURES = {
    "first-client": "CPU",
    "upload": "CPU",
    "download": "CPU",
    "quick-edit": "CPU of a job",
    "streams": "memory of a stream",
}
"""The rows, and the figure of each that has a goal."""


def own_environment() -> dict[str, str]:
    """Return this process's variables, but a version finds only the package of its interpreter."""
    found = environment()
    found.pop("PYTHONPATH", None)
    return found


@dataclass(frozen=True)
class Version:
    """One version of the project.

    Attributes:
        name: "before" or "now".
        python: its interpreter.
        folder: its folder `benchmarks`.
    """

    name: str
    python: str
    folder: Path

    def run(self, program: str, *more: str) -> dict[str, float]:
        """Run a program of the version to its end; gives the figures that it printed last."""
        done = subprocess.run(
            [self.python, program, *more],
            stdout=subprocess.PIPE,
            check=True,
            cwd=self.folder,
            env=own_environment(),
        )
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return {name: value for name, value in found.items() if name in UNITS}

    def cpu_of(self, code: str) -> dict[str, float]:
        """Run a line of Python in a fresh process."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        around = {**own_environment(), "HOME": "/"}
        subprocess.run([self.python, "-c", code], check=True, env=around)
        wall = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return {"CPU": cpu, "wall": wall}


def compared(
    row: str, title: str, versions: list[Version], rounds: int, run: Callable[[Version], Any]
) -> Table:
    """Run both versions in turn. The first round does not count: it writes bytecode."""
    table = Table(title, "now", [Goal(FIGURES[row], "before", most=1.05)], UNITS)
    for number in range(rounds + 1):
        for version in versions if number % 2 else reversed(versions):
            figures = run(version)
            if number:
                table.add(version.name, **figures)
    table.samples = {name: table.samples[name] for name in ("now", "before")}
    return table


def transfers(row: str, versions: list[Version], options: Any) -> Iterator[Table]:
    """Compare a transfer of one file, plain and over TLS."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as text:
        folder, size = Path(text), options.megabytes * 10**6
        (folder / "small.mp4").write_bytes(bytes(2**16))
        clip, target = folder / "clip.mp4", folder / "film.mp4"
        if row == "upload":
            clip.write_bytes(bytes(range(256)) * (size // 256))
        for tls in (False, True):
            cert = str(folder / "cert.pem") if tls else ""
            more = ("--tls", text) if tls else ()
            of_server = size if row == "download" else 1000
            with server("file_server.py", "--size", str(of_server), *more) as found:

                def run(version: Version, url: str = found["url"], cert: str = cert) -> Any:
                    for left in folder.glob("film*"):
                        left.unlink()
                    path = str(clip if row == "upload" else target)
                    return version.run(f"{row}.py", "--one", "nemomusic", url, path, cert)

                title = f"{row} of {options.megabytes} MB, {'TLS' if tls else 'plain'}"
                yield compared(row, title, versions, options.rounds, run)


def quick_edits(row: str, versions: list[Version], options: Any) -> Iterator[Table]:
    """Compare the quick edit, some at once, each time against a new backend."""
    for at_once in options.at_once:

        def run(version: Version, at_once: int = at_once) -> Any:
            with tempfile.TemporaryDirectory() as folder, server("stub_server.py") as found:
                head = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42"
                Path(folder, "trip.mp4").write_bytes(head + bytes(2**18))
                count = str(max(2, min(30, 300 // at_once)))
                one = ("--one", "nemomusic", found["url"], found["token"], folder, count)
                return version.run("quick_edit.py", *one, "--at-once", str(at_once))

        title = f"the quick edit, {at_once} at once"
        yield compared(row, title, versions, options.rounds, run)


def streams(row: str, versions: list[Version], options: Any) -> Iterator[Table]:
    """Compare conversations that are open at once."""

    def run(version: Version) -> Any:
        with server("wire_server.py") as found:
            more = ("--streams", str(options.streams), "--seconds", "5")
            return version.run("many_streams.py", "--one", "nemomusic", found["url"], *more)

    title = f"{options.streams:,} conversations open at once"
    yield compared(row, title, versions, options.rounds, run)


def first_clients(row: str, versions: list[Version], options: Any) -> Iterator[Table]:
    """Compare the programs of `import_time.py`."""
    for name in ("import nemomusic", "first client"):

        def run(version: Version, code: str = PROGRAMS[name]) -> Any:
            return version.cpu_of(code)

        yield compared(row, name, versions, options.rounds, run)


ROWS: dict[str, Callable[[str, list[Version], Any], Iterator[Table]]] = {
    "first-client": first_clients,
    "upload": transfers,
    "download": transfers,
    "quick-edit": quick_edits,
    "streams": streams,
}


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("folder", type=Path, help="a checkout of the earlier version")
    parser.add_argument("python", help="the interpreter of its environment")
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []], default=list(ROWS))
    parser.add_argument("--megabytes", type=int, default=300, help="of 10^6 bytes")
    parser.add_argument("--at-once", type=int, nargs="+", default=[1, 10, 100, 500])
    parser.add_argument("--streams", type=int, default=2000)
    parser.set_defaults(rounds=6)
    options = parser.parse_args()
    raise_file_limit()
    versions = [
        Version("before", str(Path(options.python).absolute()), options.folder / "benchmarks"),
        Version("now", sys.executable, HERE),
    ]
    tables = [table for row in options.rows for table in ROWS[row](row, versions, options)]
    finish(tables, as_json=options.json)


if __name__ == "__main__":
    main()
