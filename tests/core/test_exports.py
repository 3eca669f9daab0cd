"""The public names: what `__all__` lists is what there is, documented and typed."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
import subprocess
import sys
import typing
from importlib import import_module
from pathlib import Path
from unittest.mock import create_autospec

import attrs
import pytest

import nemomusic

ROOT = Path(nemomusic.__file__).parent
LISTED = set(nemomusic.__all__)
ELSEWHERE = {
    *("Any", "AsyncGenerator", "AsyncIterable", "AsyncIterator", "Callable", "Collection"),
    *("Iterable", "Mapping", "None"),
    *("Path", "PathLike", "Self", "Sequence", "SSLContext"),
    *("OutcomeUnknownError",),  # nemomusic.errors
    *("Engine", "LocalBackend", "LocalOptions"),  # nemomusic.local
    *("Executor", "JournalLease"),  # of no use to a program
}
"""Names of annotations that come from the standard library or other packages."""


def typed(file: str = "__init__.py") -> dict[str, str]:
    """Return names that the module imports for type checkers, and from where."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    found = {}
    for block in tree.body:
        if isinstance(block, ast.If):  # TYPE_CHECKING
            for node in block.body:
                assert isinstance(node, ast.ImportFrom)
                if node.module and node.module.startswith("nemomusic"):
                    found.update((alias.name, node.module) for alias in node.names)
    return found


def test_the_three_lists_agree():
    table = {name: f"nemomusic.{module}" for name, module in nemomusic._PUBLIC.items()}
    assert set(table) | {"__version__", "errors", "types"} == LISTED
    assert {**table, "errors": "nemomusic", "types": "nemomusic"} == typed()
    assert len(nemomusic.__all__) == len(LISTED)


@pytest.mark.parametrize("name", sorted(LISTED))
def test_each_name_is_there_and_documented(name):
    value = getattr(nemomusic, name)
    if inspect.isclass(value) or inspect.isfunction(value) or inspect.ismodule(value):
        assert (value.__doc__ or "").strip(), name
    if name in nemomusic._PUBLIC:
        assert value is getattr(import_module(f"nemomusic.{nemomusic._PUBLIC[name]}"), name)


@pytest.mark.parametrize(
    "name", sorted(LISTED - {"errors", "types", "__version__", "DEFAULT_PROMPT"})
)
def test_public_methods_are_documented_and_typed(name):
    cls = getattr(nemomusic, name)
    if not inspect.isclass(cls):
        return
    for key, member in vars(cls).items():
        inner = member.fget if isinstance(member, property) else member
        inner = getattr(inner, "__func__", inner)
        if key.startswith("_") or not inspect.isfunction(inner):
            continue
        assert (inner.__doc__ or "").strip(), f"{name}.{key}"
        assert "return" in inner.__annotations__, f"{name}.{key}"


def test_types_has_all_that_a_program_may_annotate_with():
    own = {name: f"nemomusic.{module}" for name, module in nemomusic.types._HOMES.items()}
    assert {**own, "*": "nemomusic"} == typed("types.py")
    assert set(nemomusic.types.__all__) == set(own) | LISTED
    for name in nemomusic.types.__all__:
        home = import_module(own.get(name, "nemomusic"))
        assert getattr(nemomusic.types, name) is getattr(home, name)
    with pytest.raises(AttributeError, match="has no attribute 'Sesion'"):
        nemomusic.types.Sesion  # noqa: B018
    named = set()  # every class and alias of the SDK that a public signature names
    for name in nemomusic.types.__all__:
        value = getattr(nemomusic.types, name)
        for member in vars(value).values() if inspect.isclass(value) else ():
            inner = getattr(member, "fget", None) or getattr(member, "__func__", member)
            if inspect.isfunction(inner) and not inner.__name__.startswith("_"):
                for hint in dict.values(inner.__annotations__):
                    named |= set(re.findall(r"[A-Z]\w+", str(hint)))
    known = set(nemomusic.types.__all__) | ELSEWHERE
    assert not named - known, f"add to nemomusic.types: {named - known}"


CLASSES = [
    name for name in nemomusic.types.__all__ if inspect.isclass(getattr(nemomusic.types, name))
]
BESIDE = [  # those of the other public modules; `DaskEngine` needs the extra dask
    (module, name)
    for module in ("local", "report", "sync", "testing")
    for name in import_module(f"nemomusic.{module}").__all__
    if name != "DaskEngine"
]
CODE = """
import inspect, sys, typing, attrs
import nemomusic.types
kind = getattr(nemomusic.types, sys.argv[1])
typing.get_type_hints(kind)
if attrs.has(kind):
    attrs.resolve_types(kind)
for name, member in vars(kind).items():
    inner = getattr(member, "fget", None) or getattr(member, "__func__", member)
    if inspect.isfunction(inner):
        typing.get_type_hints(inner)
        inspect.signature(inner, eval_str=True)
"""


@pytest.mark.parametrize("name", ["Client", "ScoredVideo", "Session", "Jobs", "Reply", "Turn"])
def test_annotations_resolve_in_a_fresh_interpreter(name):
    subprocess.run([sys.executable, "-c", CODE, name], check=True, timeout=180)


@pytest.mark.parametrize(("module", "name"), [*(("types", name) for name in CLASSES), *BESIDE])
def test_annotations_resolve(module, name):
    kind = getattr(import_module(f"nemomusic.{module}"), name)
    assert isinstance(typing.get_type_hints(kind), dict)
    if attrs.has(kind):
        attrs.resolve_types(kind)
        assert not [one for one in attrs.fields(kind) if isinstance(one.type, str)]
    for member in vars(kind).values() if inspect.isclass(kind) else ():
        inner = getattr(member, "fget", None) or getattr(member, "__func__", member)
        if inspect.isfunction(inner) and (inner.__module__ or "").startswith("nemomusic"):
            typing.get_type_hints(inner)


@pytest.mark.parametrize("name", CLASSES)
def test_public_classes_can_be_autospecced(name):
    spec = create_autospec(getattr(nemomusic.types, name))
    assert spec is not None


def test_a_client_can_be_autospecced_before_it_is_entered():
    spec = create_autospec(nemomusic.Client.local(), instance=True)
    spec.add_music.return_value = "video"
    assert asyncio.run(spec.add_music("a.mp4", "lo-fi")) == "video"
    with pytest.raises(TypeError):
        spec.add_music()


def test_star_import_dir_and_unknown_names():
    space: dict[str, object] = {}
    exec("from nemomusic import *", space)
    assert set(space) >= LISTED
    assert set(dir(nemomusic)) >= LISTED
    with pytest.raises(AttributeError, match="has no attribute 'Cleint'"):
        nemomusic.Cleint  # noqa: B018


def test_the_package_says_that_it_is_typed():
    assert (ROOT / "py.typed").exists()


def test_version_is_the_packages():
    from importlib.metadata import version

    assert nemomusic.__version__ == version("nemomusic")


def test_modules_are_documented():
    for path in ROOT.rglob("*.py"):
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), path.relative_to(ROOT)


def awaited(kind: type) -> typing.Iterator[tuple[str, str]]:
    """Name and docstring of each public coroutine and asynchronous iterator of a class."""
    for base in kind.__mro__:
        if not base.__module__.startswith("nemomusic") or getattr(base, "_is_protocol", False):
            continue
        for name, member in vars(base).items():
            called = getattr(member, "__func__", member)
            if name.startswith("_") or not inspect.isfunction(called):
                continue
            given = str(called.__annotations__.get("return", ""))
            if inspect.iscoroutinefunction(called) or given.startswith("Async"):
                yield f"{base.__qualname__}.{name}", inspect.getdoc(called) or ""


def test_each_public_coroutine_says_what_it_raises():
    kinds = [getattr(nemomusic.types, name) for name in nemomusic.types.__all__]
    local = import_module("nemomusic.local")
    kinds += [getattr(local, name) for name in local.__all__]
    kinds = [kind for kind in kinds if inspect.isclass(kind) and local.Engine not in kind.__mro__]
    found = dict(pair for kind in kinds for pair in awaited(kind))
    assert len(found) > 60
    silent = [
        name for name, text in found.items() if not re.search(r"Raises:|Raises nothing", text)
    ]
    assert silent == [], "say what they raise, or that they raise nothing"


def test_public_methods_explain_their_parameters():
    """A method with several parameters names each of them in its docstring."""
    silent, seen = [], 0
    for name in CLASSES:
        for key, member in vars(getattr(nemomusic.types, name)).items():
            function = getattr(member, "__func__", member)
            if key.startswith("_") or not inspect.isfunction(function):
                continue
            text = inspect.getdoc(function) or ""
            given = [one for one in inspect.signature(function).parameters if one not in OWNERS]
            seen += len(given)
            if len(given) > 1 and "which explains them" not in text:
                silent += [f"{name}.{key}({one})" for one in given if not named(one, text)]
    assert seen > 200
    assert silent == [], "add them to the section Args"


def named(parameter: str, text: str) -> bool:
    return re.search(rf"\b{parameter}\b", text) is not None


OWNERS = {"self", "cls"}
REPOSITORY = Path(__file__).parents[2]


def used_names() -> set[str]:
    """Return attributes that docs, examples, tests and the command line use."""
    pages = [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")]
    for folder in ("examples", "tests", "src/nemomusic/cli"):
        pages += (REPOSITORY / folder).rglob("*.py")
    found: set[str] = set()
    for page in set(pages) - {Path(__file__)}:
        found |= set(re.findall(r"[\w)\]]\.(\w+)|`(\w+)(?:\(|`)", page.read_text("utf-8")))
    return {name for pair in found for name in pair}


ONLY_IN_THE_REFERENCE = {
    "States.latest": "Session.state() is the same call for one session",
    "Uploads.send_urls": "Session.upload_urls() is the same call for one session",
    "TimelineEntry.quoted": "a piece of its text, for programs that lay a timeline out",
    "TimelineEntry.span": "a piece of its text, for programs that lay a timeline out",
    "TimelineEntry.from_to": "a piece of its text, for programs that lay a timeline out",
    "Track.is_empty": "what decides whether a track can be rendered",
    "Turn.elapsed": "for progress displays of a program",
    "Journal.durable": "of the protocol that the journal shares with the store in memory",
    "Policy.with_max_retries": "what max_retries= of the client does",
    "Rule.applies_to": "for programs that look at their own rules",
    "Proxies.from_environment": "for programs that explain their network",
    "Secret.hide_in": "for programs that log texts of a service",
}
"""Methods that no page, example, test or command uses, and why they are public."""


def test_each_public_method_is_of_use_to_a_program():
    """Whatever only the package itself calls belongs behind an underscore."""
    used = used_names()
    unused = {
        f"{name}.{key}"
        for name in CLASSES
        for key, member in vars(getattr(nemomusic.types, name)).items()
        if not key.startswith("_") and key not in used
        if inspect.isfunction(member) or isinstance(member, property | classmethod | staticmethod)
    }
    new = unused - set(ONLY_IN_THE_REFERENCE)
    assert not new, f"no docs, example, test or command uses {new}: make them private"
    gone = set(ONLY_IN_THE_REFERENCE) - unused
    assert not gone, f"{gone} are used, or gone: take them off the list"


def test_the_reference_hides_no_member():
    pages = [REPOSITORY / "mkdocs.yml", *(REPOSITORY / "docs" / "reference").glob("*.md")]
    assert len(pages) > 10
    for page in pages:
        hidden = re.findall(
            r"^\s*(?:filters|members|exclude\w*_members):.*", page.read_text("utf-8"), re.MULTILINE
        )
        assert not hidden, f"{page.name} hides members: make them private"
