"""The page on the protocol lists all that the embedded backend adds."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import attrs

from nemomusic.engine.types import ScoreSummary
from support.paths import ROOT
from support.source import FILES, module, tree

if TYPE_CHECKING:
    from collections.abc import Iterator


def keys(node: ast.AST) -> Iterator[str]:
    """Give the literal keys of a dict, and of the dicts in it."""
    for inner in ast.walk(node):
        for key in inner.keys if isinstance(inner, ast.Dict) else ():
            if isinstance(key, ast.Constant):
                yield str(key.value)


def own_fields() -> set[str]:
    """Give the fields that the service writes under its own key, `OWN_KEY`."""
    found = {field.name for field in attrs.fields(ScoreSummary)}
    for path in FILES:
        if not module(path).startswith("local."):
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values, strict=True):
                    if isinstance(key, ast.Name) and key.id == "OWN_KEY":
                        found |= set(keys(value))
            elif isinstance(node, ast.Assign) and "OWN_KEY" in ast.unparse(node.targets[0]):
                found |= set(keys(node.value))
            elif isinstance(node, ast.FunctionDef) and node.name in {"_seen", "_turn"}:
                found |= set(keys(node))
    return found


def test_each_additional_field_has_its_row():
    page = (ROOT / "docs" / "protocol.md").read_text("utf-8")
    section = page.partition("## What the embedded backend adds")[2].partition("\n## ")[0]
    listed = set(re.findall(r"`(\w+)`", section.partition("For some fields")[0]))
    found = own_fields()
    assert {"engine", "sha256", "speech", "warnings", "required"} <= found
    assert not found - listed, f"add to docs/protocol.md: {found - listed}"
