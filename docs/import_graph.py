"""Draw the package's folders as boxes and its imports as arrows, and count what is out of order.

python docs/import_graph.py                    # redraw docs/assets/imports-now.svg and the counts in the page
python docs/import_graph.py --check            # exit 1 if boxes, arrows or rings have changed since
python docs/import_graph.py --commit 0283fad   # the graph of a commit, as docs/assets/imports-0283fad.svg

Needs nothing but Python and, for `--commit`, git. Imports under `if TYPE_CHECKING:` count too: a ring of
types is a ring in the reader's head.
"""

from __future__ import annotations

import argparse
import ast
import html
import io
import re
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PAGE = HERE / "architecture.md"
DRAWING = HERE / "assets" / "imports-now.svg"

FLOORS_BEFORE = {
    **dict.fromkeys(["_version", "errors", "settings", "secret", "clock"], 0),
    "models": 1,
    "protocol": 2,
    **dict.fromkeys(["transport", "retry", "journal", "_eventsource"], 3),
    "resources": 4,
    "jobs": 5,
    "client": 6,
    "local": 7,
    **dict.fromkeys(["testing", "cli", "__main__"], 8),
}
"""Floors of the first layout, as its layer test declared them."""

LAW = ROOT / "tests" / "architecture" / "test_layers.py"


def floors_now() -> dict[str, int]:
    """Return today's floors, from the layer test: the service beside the transport, the engine below."""
    tables = {
        getattr(node.targets[0], "id", ""): node.value
        for node in ast.parse(LAW.read_text("utf-8")).body
        if isinstance(node, ast.Assign)
    }
    sdk: dict[str, int] = ast.literal_eval(tables["SDK"])
    above: set[str] = ast.literal_eval(tables["TOP"])
    return {
        **sdk,
        "engine": 0,
        "local": sdk["protocol"] + 1,
        **dict.fromkeys(above, max(sdk.values()) + 1),
    }


COLUMNS = ["SDK", "service", "engine"]
ABOVE = ".py"
"""Ends the name of a box that is a file above the rooms of its folder."""


class Package:
    """The source of `nemomusic` as data."""

    def __init__(self, folder: Path) -> None:
        self.lines: dict[str, int] = {}
        self.trees: dict[str, ast.Module] = {}
        for path in sorted(folder.rglob("*.py")):
            parts = [*path.relative_to(folder).parts[:-1], path.stem]
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            text = path.read_text("utf-8")
            self.lines[name] = len(text.splitlines())
            self.trees[name] = ast.parse(text)
        self.folders = {name.rpartition(".")[0] for name in self.lines if "." in name}
        self.arrows = {
            name: self._imports(tree) - {name} for name, tree in self.trees.items() if name
        }
        self.above = self._above()

    def _imports(self, tree: ast.Module) -> set[str]:
        found = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
                names += [str(node.module)] if str(node.module).startswith("nemomusic.") else []
            else:
                continue
            for name in names:
                inside = name.removeprefix("nemomusic.")
                if inside != name and inside in self.lines:
                    found.add(inside)
        # `from nemomusic.a import b` names the file b if there is one, else the file a.
        return {one for one in found if not any(o.startswith(f"{one}.") for o in found)} or found

    def box(self, name: str) -> str:
        """Return the folder a module is in; a module of the top level is a box of its own.

        In a folder with rooms, the files above the rooms are boxes too; the rooms stand on the rest.
        """
        if name in self.above:
            return f"{name}{ABOVE}"
        return name if name in self.folders else name.rpartition(".")[0] or name

    def _above(self) -> set[str]:
        """Return the files of folders with rooms that import from a room, themselves or by a file beside them."""
        found: set[str] = set()
        for folder in self.folders:
            beside = {
                name
                for name in self.lines
                if name == folder
                or (name.rpartition(".")[0] == folder and name not in self.folders)
            }
            rooms = {name for name in self.lines if name.startswith(f"{folder}.")} - beside
            while True:
                more = {
                    n
                    for n in beside - found
                    if self.arrows.get(n, set()) & (rooms | (found & beside))
                }
                if not more:
                    break
                found |= more
        return found

    def boxes(self) -> dict[str, int]:
        """Return lines in each box."""
        sizes: Counter[str] = Counter()
        for name, lines in self.lines.items():
            if name:
                sizes[self.box(name)] += lines
        return dict(sizes)

    def box_arrows(self) -> dict[str, set[str]]:
        """Return the imports between boxes."""
        found: dict[str, set[str]] = {box: set() for box in self.boxes()}
        for name, others in self.arrows.items():
            found[self.box(name)] |= {self.box(other) for other in others} - {self.box(name)}
        return found


def rings(arrows: dict[str, set[str]]) -> list[list[str]]:
    """Return the groups of nodes that reach each other."""

    def reach(start: str) -> set[str]:
        seen, todo = set(), [start]
        while todo:
            for other in arrows.get(todo.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        return seen

    reached = {node: reach(node) for node in arrows}
    groups = {
        frozenset(o for o in reached[node] if node in reached.get(o, ()))
        for node in arrows
        if node in reached[node]
    }
    return sorted(sorted(group) for group in groups if len(group) > 1)


def top(name: str) -> str:
    """Return the first part of a dotted name."""
    return name.partition(".")[0]


def counts(package: Package, floors: dict[str, int]) -> dict[str, str]:
    """Count what is out of order, and how large things are."""
    unknown = {top(name) for name in package.arrows} - set(floors)
    if unknown:
        sys.exit(f"give {unknown} a floor in {LAW.relative_to(ROOT)}")
    upward = sorted(
        f"`{one} → {other}`"
        for one, others in package.arrows.items()
        for other in others
        if floors[top(one)] < floors[top(other)]
    )
    classes: dict[str, list[str]] = defaultdict(list)
    long_classes, long_functions = [], []
    for name, tree in package.trees.items():
        for node in ast.walk(tree):
            size = (getattr(node, "end_lineno", 0) or 0) - getattr(node, "lineno", 0) + 1
            if isinstance(node, ast.ClassDef):
                if top(name) != "sync":  # the blocking client has the names of what it wraps
                    classes[node.name.lstrip("_")].append(name)
                long_classes.append((size, f"{name}.{node.name}"))
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                long_functions.append((size, f"{name}.{node.name}"))
    twice = sorted(name for name, homes in classes.items() if len(homes) > 1)
    tops: Counter[str] = Counter()
    for name, lines in package.lines.items():
        tops[top(name)] += lines
    (box, lines), total = tops.most_common(1)[0], sum(package.lines.values())
    flat = Counter(
        name if name in package.folders else name.rpartition(".")[0] for name in package.lines
    )
    folders = [f"{n} in `{f.replace('.', '/') or '.'}/`" for f, n in flat.most_common(4)]
    file_ring, folder_ring = rings(package.arrows), rings(package.box_arrows())

    def told(found: list[list[str]]) -> str:
        return f"{len(found)} ({', '.join(str(len(ring)) for ring in found)})" if found else "0"

    def longest(found: list[tuple[int, str]]) -> str:
        size, name = max(found)
        return f"{size} lines (`{name}`)"

    return {
        "import cycles of files (files in each)": told(file_ring),
        "import cycles of folders (folders in each)": told(folder_ring),
        "arrows to a higher layer": f"{len(upward)}"
        + (f" ({', '.join(upward[:3])})" if upward else ""),
        "class names with two meanings": str(len(twice)),
        "largest box at the top": f"`{box}/`, {100 * lines / total:.0f} % of the lines",
        "files directly in a folder": ", ".join(folders),
        "longest file": longest([(n, name) for name, n in package.lines.items()]),
        "longest class": longest(long_classes),
        "longest function": longest(long_functions),
    }


def column(box: str) -> int:
    """SDK, service or engine."""
    if box.startswith(("engine", "local.engine")):
        return 2
    return 1 if box.removesuffix(ABOVE) == "local" or box.startswith("local.") else 0


def levels(arrows: dict[str, set[str]]) -> dict[str, int]:
    """Return how many boxes each box stands on; a ring stands on one level."""
    group = {box: frozenset([box]) for box in arrows}
    for ring in rings(arrows):
        for box in ring:
            group[box] = frozenset(ring)
    known: dict[frozenset[str], int] = {}

    def level(one: frozenset[str]) -> int:
        if one not in known:
            below = {group[other] for box in one for other in arrows[box]} - {one}
            known[one] = max((level(other) + 1 for other in below), default=0)
        return known[one]

    return {box: level(group[box]) for box in arrows}


def needed(arrows: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Return the arrows that no chain of others implies: fewer lines, the same order. Rings are kept whole."""
    mates = {box: {box} for box in arrows}
    for ring in rings(arrows):
        mates.update((box, set(ring)) for box in ring)
    found = set()
    for one, others in arrows.items():
        for other in others:
            seen: set[str] = set()
            todo = [box for box in others if box not in mates[one] | mates[other]]
            while todo:
                box = todo.pop()
                if box not in seen:
                    seen.add(box)
                    todo.extend(arrows[box])
            if other not in seen or other in mates[one]:
                found.add((one, other))
    return found


FONT = 'font-family="system-ui, sans-serif" font-size="12"'
TIP = """<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
<path d="M0 0L8 4L0 8z" fill="context-stroke"/></marker></defs>"""
WIDTH, HEIGHT, GAP, RISE, MARGIN = 158, 34, 14, 74, 24


def draw(package: Package, title: str) -> str:
    """Return the drawing as SVG."""
    sizes, arrows = package.boxes(), package.box_arrows()
    total = sum(package.lines.values())
    level = levels(arrows)
    rows: dict[tuple[int, int], list[str]] = defaultdict(list)
    for box in sorted(sizes):
        rows[column(box), level[box]].append(box)
    wide = [max((len(b) for (c, _), b in rows.items() if c == n), default=1) for n in range(3)]
    left, x = [], MARGIN
    for many in wide:
        left.append(x)
        x += many * (WIDTH + GAP) + 40
    height = (max(level.values()) + 1) * RISE + 2 * MARGIN + 40
    place: dict[str, tuple[float, float]] = {}
    for (at, row), boxes in rows.items():
        room = wide[at] * (WIDTH + GAP)
        for number, box in enumerate(boxes):
            middle = left[at] + room * (2 * number + 1) / (2 * len(boxes))
            place[box] = middle, height - MARGIN - HEIGHT - row * RISE
    ringed = {frozenset((a, b)) for ring in rings(arrows) for a in ring for b in ring if a != b}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {x:.0f} {height}" role="img" {FONT}>',
        f"<title>{html.escape(title)}</title>",
        TIP,
        f'<rect width="{x:.0f}" height="{height}" rx="8" fill="#fff"/>',
    ]
    for name, at, many in zip(COLUMNS, left, wide, strict=True):
        middle = at + many * (WIDTH + GAP) / 2
        parts.append(
            f'<text x="{middle:.0f}" y="{MARGIN}" text-anchor="middle" fill="#555" font-size="15">{name}</text>'
        )
    lines = []
    for one, other in sorted(needed(arrows)):
        (x1, y1), (x2, y2) = place[one], place[other]
        red = frozenset((one, other)) in ringed
        start, end = (y1 + HEIGHT, y2) if y1 < y2 else (y1, y2 + HEIGHT)
        if y1 == y2:
            start = end = y1 + HEIGHT
        bend = (start + end) / 2 if start != end else start + 26
        lines.append(
            f'<path d="M{x1:.0f} {start:.0f}C{x1:.0f} {bend:.0f} {x2:.0f} {bend:.0f} {x2:.0f} {end:.0f}" '
            f'fill="none" stroke-opacity=".8" stroke="{"#c62828" if red else "#90a4ae"}" stroke-width="{1.6 if red else 1}" '
            'marker-end="url(#tip)"/>'
        )
    inside = {
        package.box(ring[0]): len(ring)
        for ring in rings(package.arrows)
        if len({package.box(name) for name in ring}) == 1
    }
    fills = ["#e3f2fd", "#fff3e0", "#e8f5e9"]
    for box, (middle, y) in sorted(place.items()):
        share = 100 * sizes[box] / total
        folder = box.removesuffix(ABOVE)
        shown = folder.replace(".", "/")
        if box != folder:
            shown += "/__init__.py" if folder in package.folders else ".py"
        else:
            shown += "/" if folder in package.folders else ".py"
        if column(box):
            shown = re.sub(r"^(?:local/engine|local|engine)/(?=.)", "", shown)
        told, inner = f"{share:.0f} %", inside.get(box, 0)
        if inner:
            told += f", a ring of {inner} files"
        parts.append(
            f'<rect x="{middle - WIDTH / 2:.0f}" y="{y:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="5" '
            f'fill="{fills[column(box)]}" stroke="{"#c62828" if inner else "#546e7a"}"/>'
            f'<text x="{middle:.0f}" y="{y + 15:.0f}" text-anchor="middle">{html.escape(shown)}</text>'
            f'<text x="{middle:.0f}" y="{y + 28:.0f}" text-anchor="middle" fill="#666" font-size="10">'
            f"{told}</text>"
        )
    return "\n".join([*parts, *lines, "</svg>", ""])


def of_commit(commit: str) -> Package:
    """Read the package as it was."""
    packed = subprocess.run(
        ["git", "archive", commit, "src/nemomusic"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        return Package(Path(folder) / "src" / "nemomusic")


def with_counts(page: str, now: dict[str, str]) -> str:
    """Return the page with the last column of its table of counts replaced."""
    for name, value in now.items():
        row = re.compile(rf"^(\| {re.escape(name)} \| [^|]* \|) [^|]* \|$", re.MULTILINE)
        page, found = row.subn(lambda match, value=value: f"{match[1]} {value} |", page)
        if found != 1:
            sys.exit(f"docs/architecture.md has no row {name!r} in its table of counts")
    return page


def shape(text: str) -> str:
    """Return a drawing or a page without its figures and places, which small edits change."""
    return re.sub(r"[\d.]+", "#", text)


EXACT = (
    "import cycles of files (files in each)",
    "import cycles of folders (folders in each)",
    "arrows to a higher layer",
    "class names with two meanings",
)
"""Counts that a small edit must not change."""


def row(page: str, name: str) -> str:
    """Return a row of the page's table of counts."""
    return next(line for line in page.splitlines() if line.startswith(f"| {name} |"))


def stale() -> list[str]:
    """Return what of the committed drawing and page no longer fits the source."""
    package = Package(ROOT / "src" / "nemomusic")
    now = counts(package, floors_now())
    page = PAGE.read_text("utf-8")
    found = []
    if not DRAWING.exists() or shape(DRAWING.read_text("utf-8")) != shape(draw(package, TITLE)):
        found.append("docs/assets/imports-now.svg")
    found += [
        f"docs/architecture.md, row {name!r}: now {now[name]}"
        for name in EXACT
        if not row(page, name).endswith(f"| {now[name]} |")
    ]
    return found


TITLE = "Folders and imports of nemomusic: engine, service and SDK"


def main(words: list[str]) -> int:
    """Draw, or compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="exit 1 if the drawing is stale")
    parser.add_argument("--commit", help="draw this commit, by the floors of the first layout")
    options = parser.parse_args(words)
    if options.check:
        for one in (found := stale()):
            print(f"{one} is out of date: run python docs/import_graph.py")
        return 1 if found else 0
    if options.commit:
        package, floors = of_commit(options.commit), FLOORS_BEFORE
        goal = DRAWING.with_name(f"imports-{options.commit}.svg")
        goal.write_text(draw(package, f"Folders and imports at commit {options.commit}"), "utf-8")
    else:
        package, floors, goal = Package(ROOT / "src" / "nemomusic"), floors_now(), DRAWING
        goal.write_text(draw(package, TITLE), "utf-8")
        PAGE.write_text(with_counts(PAGE.read_text("utf-8"), counts(package, floors)), "utf-8")
    print(f"wrote {goal.relative_to(ROOT)}")
    for name, value in counts(package, floors).items():
        print(f"{name}: {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
