"""Import and first client, each in a fresh process.

    python benchmarks/import_time.py

A process is `python -c …` from start to end. Bytecode is kept, as installers do it.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time

from harness import arguments
from processes import environment
from table import Goal, Table, finish

PROGRAMS = {
    "python": "pass",
    "import nemomusic": "import nemomusic",
    "first client": "import nemomusic; nemomusic.Client(token='nmv_usr_x')",
    "import aiohttp": "import aiohttp",
    "first client with orjson absent": (
        "import sys; sys.modules['orjson'] = None;"
        "import nemomusic; nemomusic.Client(token='nmv_usr_x')"
    ),
}


def once(program: str) -> tuple[float, float]:
    """Return the seconds by the wall clock, and those of the child's CPU."""
    around = {**environment(), "HOME": "/"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True, env=around)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.set_defaults(rounds=31)
    options = parser.parse_args()
    table = Table(
        "a fresh process",
        "first client",
        [
            Goal("over bare Python", None, most=15.0, who="import nemomusic"),
            Goal("wall", "import aiohttp", most=1.10, who="first client"),
            Goal("CPU", "import aiohttp", most=1.10, who="first client"),
        ],
        {"wall": (1e3, "ms"), "CPU": (1e3, "ms"), "over bare Python": (1e3, "ms")},
    )
    programs = list(PROGRAMS.items())
    for number in range(options.rounds + 1):
        bare = 0.0
        for name, program in programs if number % 2 else [programs[0], *programs[:0:-1]]:
            wall, cpu = once(program)
            bare = wall if name == "python" else bare
            if number:  # the first round writes the bytecode
                table.add(name, wall=wall, CPU=cpu)
                if name != "python":
                    table.add(name, **{"over bare Python": wall - bare})
    table.samples = {name: table.samples[name] for name, _ in programs}
    finish([table], as_json=options.json)


if __name__ == "__main__":
    main()
