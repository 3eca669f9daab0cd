"""The layers of design.md, section 2: each file imports from layers below its own only."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import nemomusic

ROOT = Path(nemomusic.__file__).parent
FILES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.py"))

LAYERS = {
    "_version": 0,
    "errors": 0,
    "settings": 0,
    "secret": 0,
    "clock": 0,
    "models": 1,
    "protocol": 2,
    "transport": 3,
    "retry": 3,
    "journal": 3,
    "_eventsource": 3,
    "resources": 4,
    "jobs": 5,
    "client": 6,
    "batch": 7,
    "local": 7,
    "testing": 8,
    "cli": 8,
    "__main__": 9,
}
UPWARDS = {("client", "local")}
"""`Client.local`, imported when it is called."""
LOCAL_MAY = {"_version", "errors", "settings", "secret", "clock", "models", "protocol", "local"}
"""The embedded backend is an independent witness of the contract."""
PUBLIC_USERS = {"batch", "testing", "cli", "__main__"}
"""What stands on top may import the package's public names."""


def part(path: Path) -> str:
    """The name of a layer: a folder or a file of the package."""
    return path.parts[0].removesuffix(".py")


@cache
def imports(path: Path, *, run_time: bool) -> tuple[str, ...]:
    """Modules that a file imports, dotted; at run time only, or for type checkers too."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    found: list[str] = []

    def walk(node: ast.AST) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test) and run_time:
            for other in node.orelse:
                walk(other)
            return
        if isinstance(node, ast.Import):
            found.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            if node.module == "nemomusic":
                found.extend(f"nemomusic.{alias.name}" for alias in node.names)
            else:
                found.append(node.module or "")
        for inner in ast.iter_child_nodes(node):
            walk(inner)

    walk(tree)
    return tuple(found)


def ours(names: tuple[str, ...]) -> set[str]:
    """First parts below `nemomusic`."""
    return {name.split(".")[1] for name in names if name.startswith("nemomusic.")}


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.name != "__init__.py" or len(p.parts) > 1], ids=str
)
def test_a_file_imports_from_layers_below_only(path):
    own = part(path)
    assert own in LAYERS, f"{own} has no layer: add it, and say so in the design"
    for other in ours(imports(path, run_time=True)):
        if other not in LAYERS:
            assert own in PUBLIC_USERS, f"{path} imports the public name {other}"
            continue
        below = LAYERS[other] < LAYERS[own] or other == own or (LAYERS[own] == LAYERS[other] == 0)
        same_layer = LAYERS[own] == LAYERS[other] == 3  # transport opens the event source
        edge = (own, other) in UPWARDS
        assert below or same_layer or edge, f"{path} imports {other}"
        if own == "local":
            assert other in LOCAL_MAY, f"{path} imports {other}"


def test_the_edge_upwards_is_still_there():
    for own, other in UPWARDS:
        assert other in ours(imports(Path(f"{own}.py"), run_time=True))


def test_local_does_not_even_name_the_client_in_its_types():
    for path in FILES:
        if part(path) == "local":
            assert ours(imports(path, run_time=False)) <= LOCAL_MAY, path


def users(library: str) -> set[str]:
    return {
        path.as_posix()
        for path in FILES
        if any(name.split(".")[0] == library for name in imports(path, run_time=True))
    }


def test_only_one_file_imports_tenacity():
    assert users("tenacity") == {"retry.py"}


def test_only_transport_and_event_source_do_client_http():
    client = {path for path in users("aiohttp") if not path.startswith(("local/", "testing/"))}
    assert client == {"transport.py", "_eventsource.py"}
    assert users("aiohttp_sse_client2") == {"_eventsource.py"}


@pytest.mark.parametrize("library", ["av", "numpy", "PIL"])
def test_media_libraries_stay_in_the_engine_and_the_demo(library):
    assert {path.split("/")[0] for path in users(library)} <= {"local", "cli", "testing"}


@pytest.mark.parametrize("library", ["orjson"])
def test_orjson_is_behind_one_file(library):
    assert users(library) == {"protocol/jsontext.py"}


PURE = [path for path in FILES if part(path) in {"models", "protocol"}]


@pytest.mark.parametrize("path", PURE, ids=str)
def test_pure_layers_do_no_io_and_know_no_clock(path):
    roots = {name.split(".")[0] for name in imports(path, run_time=True)}
    assert not roots & {
        "asyncio",
        "socket",
        "ssl",
        "threading",
        "subprocess",
        "os",
        "pathlib",
        "io",
    }
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    assert not any(isinstance(n, ast.AsyncFunctionDef | ast.Await) for n in ast.walk(tree))


# ------------------------------------------------- what a fresh process loads


def loaded_by(code: str) -> set[str]:
    """Top-level names in `sys.modules` after running some code in a fresh interpreter."""
    script = f"import sys\nbefore = set(sys.modules)\n{code}\nprint(*set(sys.modules) - before)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


OPTIONAL = {"av", "numpy", "PIL", "rich", "orjson"}


def test_import_pulls_in_next_to_nothing():
    loaded = loaded_by("import nemomusic")
    assert {name for name in loaded if name.startswith("nemomusic")} == {
        "nemomusic",
        "nemomusic._version",
    }
    roots = {name.split(".")[0] for name in loaded}
    assert roots <= {"nemomusic", *sys.stdlib_module_names}
    assert not roots & {"asyncio", "json", "logging", "re", "inspect", "dataclasses", "pathlib"}


def test_the_first_client_leaves_out_what_it_does_not_need_yet():
    loaded = loaded_by("import nemomusic\nnemomusic.Client(token='nmv_usr_x')")
    assert "aiohttp" in loaded
    roots = {name.split(".")[0] for name in loaded}
    assert not roots & {"cattrs", "tenacity", "sqlite3", "filelock", *OPTIONAL}
    assert "nemomusic.local" not in loaded
    assert "nemomusic.jobs" not in loaded
    fresh = loaded_by("import aiohttp")
    if "aiohttp.web" not in fresh:
        assert "aiohttp.web" not in loaded


def test_the_local_backend_is_not_loaded_by_the_public_names():
    loaded = loaded_by("import nemomusic\nfor name in nemomusic.__all__: getattr(nemomusic, name)")
    assert not {name.split(".")[0] for name in loaded} & OPTIONAL
    assert "nemomusic.local" not in loaded
