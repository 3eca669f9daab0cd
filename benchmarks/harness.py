"""Run contenders in turn on the same work; print medians, spread and ratios.

Every benchmark here uses it:

    report = compare("decode 120 B", {"nemomusic": ours, "peer": theirs}, rounds=9, per=20_000)
    finish(report, ...)

A contender is a callable without arguments; what it returns has to equal what the others return.
The garbage collector is off while one runs. Nothing here is a test: figures depend on the machine.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import statistics
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass
class Row:
    """One contender.

    Attributes:
        name: who.
        wall: seconds of each round.
        cpu: seconds of this process's CPU of each round.
    """

    name: str
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def times(self, clock: str) -> list[float]:
        """Return the samples of one clock: `wall` or `cpu`."""
        return self.cpu if clock == "cpu" else self.wall


@dataclass
class Report:
    """What came out of one comparison.

    Attributes:
        title: of the table.
        rows: in the order given; the first is ours.
        per: how many things one round does, to print the time of one.
        clock: what the medians are of.
        goal: ratio to reach (best other / ours), or None.
    """

    title: str
    rows: list[Row]
    per: int
    clock: str
    goal: float | None = None

    def median(self, row: Row) -> float:
        """Return seconds for one thing."""
        return statistics.median(row.times(self.clock)) / self.per

    @property
    def ratio(self) -> float:
        """How many times as long the best other one takes as the first."""
        others = [self.median(row) for row in self.rows[1:]]
        return min(others) / self.median(self.rows[0]) if others else 1.0

    def as_json(self) -> dict[str, Any]:
        """Return all figures, in seconds for one thing."""
        return {
            "title": self.title,
            "clock": self.clock,
            "per": self.per,
            "goal": self.goal,
            "ratio": self.ratio,
            "rows": {
                row.name: {
                    "median": self.median(row),
                    "lowest": min(row.times(self.clock)) / self.per,
                    "highest": max(row.times(self.clock)) / self.per,
                    "rounds": len(row.wall),
                }
                for row in self.rows
            },
        }


def compare(
    title: str,
    contenders: Mapping[str, Callable[[], Any]],
    *,
    rounds: int = 9,
    per: int = 1,
    clock: str = "cpu",
    goal: float | None = None,
) -> Report:
    """Run all contenders in turn, `rounds` times, after one round that does not count.

    Raises:
        AssertionError: two contenders came to different results.
    """
    rows = [Row(name) for name in contenders]
    results = {name: run() for name, run in contenders.items()}
    first = next(iter(results))
    for name, result in results.items():
        assert result == results[first], f"{name} and {first} came to different results"
    del results
    for number in range(rounds):
        order = list(zip(rows, contenders.values(), strict=True))
        for row, run in order if number % 2 == 0 else reversed(order):
            gc.collect()
            gc.disable()
            try:
                wall, cpu = time.perf_counter(), time.process_time()
                run()
                row.cpu.append(time.process_time() - cpu)
                row.wall.append(time.perf_counter() - wall)
            finally:
                gc.enable()
    return Report(title, rows, per, clock, goal)


def _time(seconds: float) -> str:
    for unit, size in (("s ", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:8.2f} {unit}"
    return f"{seconds / 1e-9:8.0f} ns"


def show(report: Report) -> None:
    """Print one table."""
    ours = report.median(report.rows[0])
    width = max(len(row.name) for row in report.rows)
    print(f"\n{report.title}  ({report.clock} time of one, of {report.per:,} a round)")
    print(f"  {'':{width}}      median        lowest       highest   times ours")
    for row in report.rows:
        values = row.times(report.clock)
        figures = "  ".join(
            _time(value)
            for value in (report.median(row), min(values) / report.per, max(values) / report.per)
        )
        print(f"  {row.name:{width}}  {figures}   {report.median(row) / ours:7.2f}x")
    if report.goal is not None:
        word = "reached" if report.ratio >= report.goal else "MISSED"
        print(f"  best other / ours: {report.ratio:.2f}x, goal {report.goal:g}x: {word}")


def machine() -> str:
    """Return one line about where this ran."""
    return (
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"{os.cpu_count()} processors ({platform.machine()}), {platform.system()}"
    )


def arguments(description: str) -> argparse.ArgumentParser:
    """Return a parser with the options all benchmarks share: `--rounds` and `--json`."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=9, help="rounds that count")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    return parser


def finish(reports: Sequence[Report], *, as_json: bool) -> None:
    """Print everything; end with status 1 if a goal was missed."""
    if as_json:
        print(json.dumps({"machine": machine(), "reports": [r.as_json() for r in reports]}))
    else:
        print(machine())
        for report in reports:
            show(report)
    if any(r.goal is not None and r.ratio < r.goal for r in reports):
        sys.exit(1)
