"""An object's attributes are assigned in the file of its class; other files call its methods."""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from support.source import FILES, module, tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OF_PYAV = {
    *("dts", "duration", "height", "options", "pts", "sample_rate", "stream", "time_base"),
    *("width",),
}
"""Attributes of PyAV's frames, packets and streams, which have a name of the engine's own too."""
ALLOWED = {
    ("jobs.steps.upload_step", "source.hashed"): "its callers may change this option of a source",
    ("local.agent.turns", "service.ledger.credits_spent"): "a count, kept by who does the work",
    ("local.renders.queue", "service.ledger.credits_spent"): "a count, kept by who does the work",
    ("local.http.handlers.auth", "service.ledger.tokens_issued"): "a count, kept as above",
    ("local.http.forms", "part.headers"): "a part of aiohttp's form",
    ("transport.exchange", "sent.max_event_bytes"): "the only file that makes requests fills them",
    ("transport.exchange", "sent.timeout"): "the only file that makes requests fills them",
    ("transport.exchange", "sent.fresh_connection"): "the only file that makes requests fills them",
    ("transport.exchange", "sent.body"): "the only file that makes requests fills them",
    ("transport.exchange", "answer.request_id"): "a part of the interface `EventStream`",
}
"""Assignments to another file's objects, each with its reason."""


Assignment = ast.Assign | ast.AnnAssign | ast.AugAssign


@cache
def assignments(path: Path) -> list[tuple[ast.AST | None, Assignment]]:
    """Give each assignment of a file, with the outermost function that it is in."""
    found = []

    def visit(node: ast.AST, function: ast.AST | None) -> None:
        for inner in ast.iter_child_nodes(node):
            if isinstance(inner, ast.expr):
                continue
            if isinstance(inner, Assignment):
                found.append((function, inner))
            is_function = isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
            visit(inner, function or (inner if is_function else None))

    visit(tree(path), None)
    return found


def targets(node: Assignment) -> list[ast.expr]:
    """Give what a statement assigns to."""
    found = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [one for each in found for one in getattr(each, "elts", [each])]


def homes() -> dict[str, set[str]]:
    """Give the modules whose classes declare or assign an attribute, by its name."""
    found = defaultdict(set)
    for path in FILES:
        for function, node in assignments(path):
            for target in targets(node):
                if isinstance(target, ast.Attribute) and is_named(target.value, "self"):
                    found[target.attr].add(module(path))
                elif function is None and isinstance(target, ast.Name):
                    found[target.id].add(module(path))
    return found


def is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def makes(node: Assignment) -> bool:
    """Return whether a statement makes an object, which the function then may fill."""
    if not isinstance(node.value, ast.Call):
        return False
    function = node.value.func
    maker = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return maker.lstrip("_")[:1].isupper() or maker in {"copy", "cls", "__new__"}


def writes() -> Iterator[tuple[str, int, str]]:
    """Give each assignment to an attribute that only classes of other files have."""
    known = homes()
    for path in FILES:
        name, found = module(path), assignments(path)
        made = {
            (function, target.id)
            for function, node in found
            if makes(node)
            for target in targets(node)
            if isinstance(target, ast.Name)
        }
        for function, node in found:
            for target in targets(node):
                if not isinstance(target, ast.Attribute) or name in known.get(target.attr, {name}):
                    continue
                owner = ast.unparse(target.value)
                if owner not in {"self", "cls"} and (function, owner) not in made:
                    yield name, node.lineno, f"{owner}.{target.attr}"


def is_a_fact_of_an_error(target: str) -> bool:
    """Return whether an error gets a fact on its way up: so errors learn where they were."""
    owner, _, attribute = target.rpartition(".")
    return owner.endswith("error") or attribute in {"attempts", "remedy"}


def test_no_file_assigns_to_the_objects_of_another():
    found = {
        (name, target): line
        for name, line, target in writes()
        if not is_a_fact_of_an_error(target)
        if not (name.startswith("engine.") and target.rsplit(".", 1)[-1] in OF_PYAV)
    }
    new = [f"{name}:{found[name, target]} {target}" for name, target in found.keys() - ALLOWED]
    assert not new, f"call a method of the object instead: {new}"
    gone = ALLOWED.keys() - found.keys()
    assert not gone, f"these are no longer assigned: take them off the list: {gone}"
