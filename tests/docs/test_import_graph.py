"""The drawn import graph shows today's source."""

from __future__ import annotations

import importlib.util

import pytest

from support.paths import ROOT


@pytest.fixture(scope="module")
def graph():
    spec = importlib.util.spec_from_file_location("import_graph", ROOT / "docs" / "import_graph.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_the_drawing_and_the_counts_are_up_to_date(graph):
    assert not graph.stale(), "run python docs/import_graph.py"


def test_a_ring_is_found(graph):
    arrows = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set()}
    assert graph.rings(arrows) == [["b", "c"]]


def test_an_arrow_that_a_chain_implies_is_left_out(graph):
    arrows = {"a": {"b", "c"}, "b": {"c"}, "c": set()}
    assert graph.needed(arrows) == {("a", "b"), ("b", "c")}


def test_a_new_import_makes_the_drawing_stale(graph, tmp_path):
    for name, text in {"client": "import nemomusic.errors", "errors": ""}.items():
        (tmp_path / f"{name}.py").write_text(text)
    before = graph.draw(graph.Package(tmp_path), "x")
    (tmp_path / "errors.py").write_text("import nemomusic.client")
    assert graph.shape(graph.draw(graph.Package(tmp_path), "x")) != graph.shape(before)
