"""The public names: what `__all__` lists is what there is, documented and typed."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from pathlib import Path

import pytest

import nemomusic

ROOT = Path(nemomusic.__file__).parent
LISTED = set(nemomusic.__all__)


def typed() -> dict[str, str]:
    """Names that the module imports for type checkers, and from where."""
    tree = ast.parse((ROOT / "__init__.py").read_text("utf-8"))
    found = {}
    for block in tree.body:
        if isinstance(block, ast.If):  # TYPE_CHECKING
            for node in block.body:
                assert isinstance(node, ast.ImportFrom)
                if (node.module or "").startswith("nemomusic"):
                    found.update((alias.name, node.module) for alias in node.names)
    return found


def test_the_three_lists_agree():
    table = {name: f"nemomusic.{module}" for name, module in nemomusic._PUBLIC.items()}
    assert set(table) | {"__version__", "errors"} == LISTED
    assert {**table, "errors": "nemomusic"} == typed()
    assert len(nemomusic.__all__) == len(LISTED)


@pytest.mark.parametrize("name", sorted(LISTED))
def test_each_name_is_there_and_documented(name):
    value = getattr(nemomusic, name)
    if inspect.isclass(value) or inspect.isfunction(value) or inspect.ismodule(value):
        assert (value.__doc__ or "").strip(), name
    if name in nemomusic._PUBLIC:
        assert value is getattr(import_module(f"nemomusic.{nemomusic._PUBLIC[name]}"), name)


@pytest.mark.parametrize("name", sorted(LISTED - {"errors", "__version__", "DEFAULT_PROMPT"}))
def test_public_methods_are_documented_and_typed(name):
    cls = getattr(nemomusic, name)
    for key, member in vars(cls).items():
        inner = member.fget if isinstance(member, property) else member
        inner = getattr(inner, "__func__", inner)
        if key.startswith("_") or not inspect.isfunction(inner):
            continue
        assert (inner.__doc__ or "").strip(), f"{name}.{key}"
        assert "return" in inner.__annotations__, f"{name}.{key}"


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
