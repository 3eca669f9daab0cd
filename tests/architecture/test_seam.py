"""The seam between service and engine is typed; JSON is made where a process boundary is."""

from __future__ import annotations

import ast

from support.source import FILES, MODULES, imports, module, tree

MAKE_JSON = {"json", "orjson", "nemomusic.models.values.json_text", "nemomusic.protocol.json_codec"}
"""Modules whose functions turn values into JSON, or read it."""
JSON_MAKERS = {"local.workers", "local.storage", "local.http"}
"""Rooms of the service that turn values into JSON: pipes, SQLite and HTTP."""


def test_the_engine_protocol_speaks_in_types():
    (engine,) = (
        node
        for node in ast.walk(tree(MODULES["local.workers.engine"]))
        if isinstance(node, ast.ClassDef) and node.name == "Engine"
    )
    for method in engine.body:
        if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = [*method.args.args, *method.args.kwonlyargs]
            hints = [a.annotation for a in arguments if a.annotation] + [method.returns]
            for hint in hints:
                text = ast.unparse(hint) if hint else ""
                assert "dict" not in text, f"Engine.{method.name}: {text}; use engine.types"
                assert "Any" not in text, f"Engine.{method.name}: {text}; use engine.types"


def test_the_types_need_attrs_only():
    roots = {name.split(".")[0] for name in imports(MODULES["engine.types"], run_time=True)}
    assert roots <= {"__future__", "typing", "math", "attrs", "nemomusic", "collections"}


def test_json_is_made_at_boundaries_only():
    for path in FILES:
        name = module(path)
        if name.startswith("local.") and MAKE_JSON & set(imports(path, run_time=True)):
            room = ".".join(name.split(".")[:2])
            assert room in JSON_MAKERS, f"{name} makes JSON: hand values on instead"


def test_the_agent_works_with_values():
    """The agent's memory and its events hold values; storage and HTTP turn them into JSON."""
    for path in FILES:
        if module(path).startswith("local.agent"):
            calls = (node for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute))
            found = {call.attr for call in calls} & {"to_json", "from_json"}
            assert not found, f"{module(path)} uses {found}: hand the value on instead"
