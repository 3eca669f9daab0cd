"""The reference pages say what the code says."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import nemomusic

ROOT = Path(__file__).parent.parent


def pages():
    path = ROOT / "docs" / "make_reference.py"
    spec = importlib.util.spec_from_file_location("make_reference", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_up_to_date():
    module = pages()
    for name, text in (("reference.md", module.reference()), ("errors.md", module.error_page())):
        assert (ROOT / "docs" / name).read_text("utf-8") == text, (
            f"docs/{name} is out of date: run python docs/make_reference.py"
        )


def test_every_public_name_is_on_them():
    listed = {name for names in pages().GROUPS.values() for name in names}
    assert listed == set(nemomusic.__all__) - {"__version__"}
