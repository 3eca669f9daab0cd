"""Three columns, and layers in each: a file imports from what lies below it.

The rules read imports for type checkers too: a ring of types is a ring in the reader's head.
"""

from __future__ import annotations

import ast
from functools import cache

import pytest

from support.paths import ROOT
from support.source import FILES, MODULES, graph, imports, module, own, rings, rooms, tree

SDK = {
    "_version": 0,
    "_annotations": 0,
    "errors": 0,
    "settings": 0,
    "secret": 0,
    "runtime": 0,
    "network": 0,
    "log": 0,
    "models": 1,
    "progress_reporter": 2,
    "protocol": 2,
    "transport": 3,
    "files": 4,
    "conversation": 5,
    "resources": 6,
    "jobs": 7,
    "batches": 8,
    "client_core": 8,
    "client_resources": 9,
    "client": 10,
    "types": 11,
}
"""The SDK's floors, from the ground up. Files on the ground may import each other."""
ENGINE = {
    "errors": 0,
    "serialization": 0,
    "boundary_types": 0,
    "media_types": 0,
    "types": 1,
    "score_source": 1,
    "pcm": 1,
    "media": 2,
    "composition": 2,
    "audio": 3,
    "analysis": 4,
    "synthesis": 4,
    "video": 5,
    "demo": 5,
}
"""The engine's floors."""
LOCAL_MAY = {
    "_version", "errors", "settings", "network", "secret", "runtime", "log", "models",
    "_annotations", "protocol",
}  # fmt: skip
"""What of the SDK the embedded backend may import: it is an independent witness of the protocol."""
LOCAL_MAY_OF_ENGINE = {
    "engine.types",
    "engine.score_source",
    "engine.errors",
    "engine.composition.prompt_parser",
}
"""What of the engine the service may import: values, errors and the reader of prompts."""
WHOLE_ENGINE = {"local.workers.worker_main", "cli._draw_demo", "cli.doctor"}
"""Modules outside the engine that may import the rest of it."""
TOP = {"_pyinstaller", "testing", "sync", "report", "cli", "__main__"}
"""What stands on the three columns."""
UPWARD = {("client", "local")}
"""The one arrow from the SDK to the embedded backend: `Client.local`, imported when called."""


def first(name: str) -> str:
    """Give the folder or file of the package that a module is in."""
    return name.split(".", maxsplit=1)[0]


def column(name: str) -> str:
    return name if (name := first(name)) in {"engine", "local", *TOP} else "sdk"


@cache
def arrows() -> list[tuple[str, str]]:
    """Give each import inside the package: (the file, what it imports)."""
    return [(one, other) for one, others in sorted(graph().items()) for other in sorted(others)]


def arrows_of(name: str) -> list[tuple[str, str]]:
    """Give the imports inside one column."""
    return [arrow for arrow in arrows() if column(arrow[0]) == column(arrow[1]) == name]


def test_every_place_has_a_floor():
    places = {first(name) for name in MODULES if name}
    unknown = places - {*SDK, "engine", "local", *TOP}
    assert not unknown, f"give {unknown} a floor in tests/architecture/test_layers.py"
    rooms_ = {name.split(".")[1] for name in MODULES if name.startswith("engine.")}
    assert rooms_ <= set(ENGINE), f"give {rooms_ - set(ENGINE)} a floor in ENGINE"


def test_the_page_on_architecture_names_every_floor():
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    table = page.partition("## The layers of the SDK")[2].partition("\n## ")[0]
    for place, floor in SDK.items():
        named = (
            f"`{place}/`"
            if place in {first(name) for name in MODULES if "." in name}
            else f"`{place}.py`"
        )
        row = next((line for line in table.splitlines() if named in line), "")
        assert row.startswith(f"| {floor} |"), f"give {named} a row of layer {floor} on the page"


def test_the_sdk_imports_from_floors_below():
    def below(one, other):
        low, high = SDK[first(other)], SDK[first(one)]
        return low < high or first(one) == first(other) or low == high == 0

    found = arrows_of("sdk")
    assert len(found) > 300
    upward = [f"{one} imports {other}" for one, other in found if not below(one, other)]
    assert not upward, f"these are on a higher floor: move the code down, or inject it: {upward}"


def test_the_engine_stands_on_the_ground():
    for one, other in arrows():
        if column(one) == "engine":
            assert column(other) == "engine", f"{one} imports {other}: the engine knows nothing"


def test_the_engine_imports_from_floors_below():
    def below(one, other):
        if "." not in other or "." not in one:
            return True  # the package's own __init__, which loads nothing
        return ENGINE[other.split(".")[1]] <= ENGINE[one.split(".")[1]]

    found = arrows_of("engine")
    assert len(found) > 200
    upward = [f"{one} imports {other}" for one, other in found if not below(one, other)]
    assert not upward, f"these are on a higher floor of the engine: {upward}"


def test_the_service_is_an_independent_witness():
    for one, other in arrows():
        if column(one) != "local" or column(other) == "local":
            continue
        if column(other) == "engine":
            allowed = other in LOCAL_MAY_OF_ENGINE or one in WHOLE_ENGINE
            assert allowed, f"{one} imports {other}: only engine.types and engine.errors cross"
        else:
            assert first(other) in LOCAL_MAY, f"{one} imports {other}: the witness would share code"


def test_the_sdk_imports_neither_engine_nor_service():
    for one, other in arrows():
        if column(one) == "sdk" and column(other) != "sdk":
            edge = (first(one), first(other))
            assert edge in UPWARD, f"{one} imports {other}: the SDK works without them"


def test_the_arrow_to_the_backend_is_drawn_inside_a_function():
    top = [node for node in tree(MODULES["client"]).body if isinstance(node, ast.ImportFrom)]
    assert not any(str(node.module).startswith("nemomusic.local") for node in top)
    assert "local" in {first(name) for name in own(imports(MODULES["client"], run_time=True))}


def test_what_stands_on_top_uses_the_engine_by_its_facade():
    for one, other in arrows():
        if column(one) in TOP and column(other) == "engine":
            allowed = other in {"engine", "engine.types"} or one in WHOLE_ENGINE
            assert allowed, f"{one} imports {other}"


def test_there_is_no_ring_of_files():
    found = rings(graph())
    assert not found, f"files that import each other: {found}. Inject one of them, or move a type"


@pytest.mark.parametrize("depth", [1, 2])
def test_there_is_no_ring_of_folders(depth):
    found = rings(rooms(depth))
    assert not found, f"folders that import each other: {found}"


def users(library: str) -> set[str]:
    """Give the modules that import a library at run time."""
    return {
        module(path)
        for path in FILES
        if any(name.split(".")[0] == library for name in imports(path, run_time=True))
    }


def test_only_one_file_imports_tenacity():
    assert users("tenacity") == {"transport.retry"}


def test_only_the_aiohttp_port_does_client_http():
    client = {name for name in users("aiohttp") if first(name) not in {"local", "testing"}}
    port = {"aiohttp_errors", "aiohttp_resolver", "aiohttp_session", "event_source"}
    assert client == {f"transport.aiohttp_port.{name}" for name in port}
    assert users("aiohttp_sse_client2") == {"transport.aiohttp_port.event_source"}


@pytest.mark.parametrize("library", ["av", "numpy", "PIL"])
def test_media_libraries_stay_in_the_engine(library):
    assert {first(name) for name in users(library)} <= {"engine", "cli"}


def test_orjson_is_behind_one_file():
    assert users("orjson") == {"protocol.json_codec"}


PURE = [path for path in FILES if first(module(path)) in {"models", "protocol"}]


def test_pure_layers_do_no_io_and_know_no_clock():
    forbidden = {"asyncio", "socket", "ssl", "threading", "subprocess", "os", "pathlib", "io"}
    waits = (ast.AsyncFunctionDef, ast.Await)
    assert len(PURE) > 20
    for path in PURE:
        roots = {name.split(".")[0] for name in imports(path, run_time=True)}
        assert not roots & forbidden, f"{path} does I/O: move it to transport, files or jobs"
        waiting = any(isinstance(node, waits) for node in ast.walk(tree(path)))
        assert not waiting, f"{path} waits: move it to transport, files or jobs"
