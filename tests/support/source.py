"""The package's own source as data: files, imports, classes, functions."""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import nemomusic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PACKAGE = Path(nemomusic.__file__).parent
FILES = tuple(sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py")))


def module(path: Path) -> str:
    """Give the dotted name of a file below `nemomusic`; "" for the package's own `__init__`."""
    parts = [*path.parts[:-1], path.stem]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module(path): path for path in FILES}


@cache
def tree(path: Path) -> ast.Module:
    """Parse a file."""
    return ast.parse((PACKAGE / path).read_text("utf-8"))


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


@cache
def imports(path: Path, *, run_time: bool) -> tuple[str, ...]:
    """Give the dotted modules that a file imports.

    Args:
        path: Relative to the package.
        run_time: Leave out what stands under `if TYPE_CHECKING:`.
    """
    found: list[str] = []

    def walk(node: ast.AST) -> None:
        if run_time and _is_type_checking(node):
            for other in node.orelse:
                walk(other)
            return
        if isinstance(node, ast.Import):
            found.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write absolute imports"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                known = full.removeprefix("nemomusic.") in MODULES
                found.append(full if known or node.module == "nemomusic" else str(node.module))
        for inner in ast.iter_child_nodes(node):
            walk(inner)

    walk(tree(path))
    return tuple(dict.fromkeys(found))


def own(names: Iterable[str]) -> set[str]:
    """Keep the modules of this package, named below `nemomusic`."""
    return {name.removeprefix("nemomusic.") for name in names if name.startswith("nemomusic.")}


def graph() -> dict[str, set[str]]:
    """Give the import graph, type-checking imports included: module -> modules."""
    return {
        module(path): own(imports(path, run_time=False)) & set(MODULES) - {module(path)}
        for path in FILES
        if module(path)
    }


def rings(arrows: Mapping[str, set[str]]) -> list[set[str]]:
    """Find the groups of nodes that reach each other (Tarjan's algorithm)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[set[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in arrows.get(node, ()):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            group = set()
            while True:
                last = stack.pop()
                group.add(last)
                if last == node:
                    break
            if len(group) > 1:
                found.append(group)

    for node in arrows:
        if node not in index:
            visit(node)
    return found


def rooms(depth: int) -> dict[str, set[str]]:
    """Give the import graph between folders (and files) of the first `depth` levels."""

    def room(name: str) -> str:
        parts = name.split(".")
        return ".".join(parts[:depth])

    arrows: dict[str, set[str]] = defaultdict(set)
    for name, others in graph().items():
        arrows[room(name)] |= {room(other) for other in others} - {room(name)}
    return dict(arrows)
