"""Samples of several contenders, their medians and spread side by side, and the goals.

table = Table("a call", "nemomusic", [Goal("cpu", "aiohttp", most=1.15)])
table.add("nemomusic", cpu=0.00021, wall=0.00031)
finish([table], as_json=False)
"""

from __future__ import annotations

import json
import statistics
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from harness import machine


@dataclass(frozen=True)
class Goal:
    """What is to be reached.

    Attributes:
        metric: of which figure.
        of: the contender that ours is compared with; None: ours must keep to the figure itself.
        most: ours / theirs (or ours itself) is to be at most this.
        least: ours / theirs (or ours itself) is to be at least this.
        who: whose figure; None for the table's first.
    """

    metric: str
    of: str | None = None
    most: float | None = None
    least: float | None = None
    who: str | None = None


@dataclass
class Table:
    """One comparison.

    Attributes:
        title: says what and how much of it.
        ours: the contender that the others are compared with.
        goals: what ours has to reach.
        units: by metric: a factor and its name, such as `(1e6, "µs")`.
    """

    title: str
    ours: str
    goals: list[Goal] = field(default_factory=list)
    units: dict[str, tuple[float, str]] = field(default_factory=dict)
    samples: dict[str, dict[str, list[float]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )

    def add(self, contender: str, **figures: float) -> None:
        """Add the figures of one round."""
        for metric, value in figures.items():
            self.samples[contender][metric].append(value)

    def median(self, contender: str, metric: str) -> float:
        """Return the middle one."""
        return statistics.median(self.samples[contender][metric])

    def verdicts(self) -> list[dict[str, Any]]:
        """Return each goal with what was reached."""
        found = []
        for goal in self.goals:
            who = goal.who or self.ours
            value = self.median(who, goal.metric)
            if goal.of is not None:
                value /= self.median(goal.of, goal.metric)
            else:
                value *= self.units.get(goal.metric, (1.0, ""))[0]
            met = (goal.most is None or value <= goal.most) and (
                goal.least is None or value >= goal.least
            )
            found.append({**goal.__dict__, "who": who, "value": value, "met": met})
        return found

    def as_json(self) -> dict[str, Any]:
        """Return all samples, in base units, and the verdicts."""
        return {
            "title": self.title,
            "rows": {
                name: {
                    metric: {
                        "median": self.median(name, metric),
                        "lowest": min(values),
                        "highest": max(values),
                        "rounds": len(values),
                    }
                    for metric, values in metrics.items()
                }
                for name, metrics in self.samples.items()
            },
            "goals": self.verdicts(),
        }

    def show(self) -> None:
        """Print it."""
        print(f"\n{self.title}")
        width = max(len(name) for name in self.samples)
        for metric in self.samples[self.ours]:
            factor, unit = self.units.get(metric, (1.0, ""))
            print(f"  {metric}, {unit or '1'}: median (lowest to highest), times ours")
            own = self.median(self.ours, metric)
            for name, metrics in self.samples.items():
                if metric not in metrics:
                    continue
                values = metrics[metric]
                middle = self.median(name, metric)
                print(
                    f"    {name:{width}}  {middle * factor:10.2f}  "
                    f"({min(values) * factor:.2f} to {max(values) * factor:.2f})"
                    + (f"  {middle / own:6.2f}x" if own else "")
                )
        for verdict in self.verdicts():
            what = f"{verdict['who']}: {verdict['metric']}"
            if verdict["of"] is not None:
                what += f" / that of {verdict['of']}"
            bound = (
                f"at most {verdict['most']:g}"
                if verdict["most"] is not None
                else f"at least {verdict['least']:g}"
            )
            print(
                f"  goal: {what} = {verdict['value']:.2f}, {bound}: "
                f"{'reached' if verdict['met'] else 'MISSED'}"
            )


def finish(tables: list[Table], *, as_json: bool) -> None:
    """Print everything; end with status 1 if a goal was missed."""
    if as_json:
        print(json.dumps({"machine": machine(), "tables": [table.as_json() for table in tables]}))
    else:
        print(machine())
        for table in tables:
            table.show()
    if not all(verdict["met"] for table in tables for verdict in table.verdicts()):
        sys.exit(1)
