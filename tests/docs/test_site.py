"""The site comes out: every page, the reference with signatures, the search index, no dead link."""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
import zlib
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.docs,
    pytest.mark.skipif(
        importlib.util.find_spec("zensical") is None,
        reason="needs zensical: python -m pip install --group docs",
    ),
]

PUBLIC = ["nemomusic", "nemomusic.errors", "nemomusic.local", "nemomusic.testing"]
PUBLIC += [
    name
    for name in ("nemomusic.types", "nemomusic.sync")
    if importlib.util.find_spec(name) is not None
]
NOT_SHOWN = {"__version__", "errors", "types", "sync"}
"""The version, and modules that have pages of their own."""


class Page(HTMLParser):
    """Links and anchors of a page, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.ids |= {values[name] for name in ("id", "name") if values.get(name)}
        for name in ("href", "src"):
            if values.get(name) and tag != "meta":
                self.links.append(values[name])


@pytest.fixture(scope="module")
def pages(site) -> dict[Path, Page]:
    return {path: Page(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}


def test_every_page_came_out(site, pages):
    for source in (ROOT / "docs").rglob("*.md"):
        name = source.relative_to(ROOT / "docs").with_suffix("")
        name = name.parent if name.name == "index" else name
        page = pages.get(site / name / "index.html")
        assert page is not None, f"{source.name} gave no page"
        title = re.search(r"^# (.*)$", source.read_text("utf-8"), re.MULTILINE)[1]
        assert title.replace("`", "") in re.sub(r"<[^>]+>", "", page.text), source.name


def test_every_page_is_in_the_navigation():
    nav = re.findall(r"[\w./-]+\.md", (ROOT / "mkdocs.yml").read_text("utf-8").partition("nav:")[2])
    docs = ROOT / "docs"
    pages = sorted(page.relative_to(docs).as_posix() for page in docs.rglob("*.md"))
    assert sorted(nav) == pages, "keep nav in mkdocs.yml and the pages under docs/ alike"


def test_no_link_is_dead(site, pages):
    dead = []
    for path, page in pages.items():
        if path.name == "404.html":
            continue  # served at any address, so its links are from the root
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            place, anchor = unquote(parts.path), unquote(parts.fragment)
            goal = (path.parent / place).resolve() if place else path.resolve()
            goal = goal / "index.html" if goal.is_dir() else goal
            if not goal.exists():
                dead.append(f"{path.relative_to(site)} -> {link}")
            elif anchor and goal.suffix == ".html":
                target = next(one for known, one in pages.items() if known.resolve() == goal)
                if anchor not in target.ids:
                    dead.append(f"{path.relative_to(site)} -> {link}")
    assert not dead, dead


def test_nothing_is_loaded_from_elsewhere(pages):
    for path, page in pages.items():
        loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(https?:[^"]+)"', page.text)
        assert not loaded, f"{path}: {loaded}"


def described(name: str) -> list[str]:
    module = importlib.import_module(name)
    return [f"{name}.{one}" for one in module.__all__ if one not in NOT_SHOWN]


def test_every_public_name_is_in_the_reference(site, pages):
    anchors = set().union(*(page.ids for page in pages.values()))
    for module in PUBLIC:
        for name in described(module):
            # What stands in two modules is shown in one of them.
            short = name.rpartition(".")[2]
            homes = {f"{one}.{short}" for one in PUBLIC}
            assert homes & anchors, f"add `::: {name}` to a page under docs/reference/"
    inventory = (site / "objects.inv").read_bytes().split(b"\n", 4)[4]
    assert b"nemomusic.Client " in zlib.decompress(inventory)


def words(page: Page) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page.text).split())


def test_the_reference_has_types_defaults_and_what_is_raised(site, pages):
    client = words(pages[site / "reference" / "client" / "index.html"])
    assert re.search(r"add_music\( source: Uploadable", client)
    assert "overwrite: bool = False" in client
    assert "Raises:" in client
    settings = words(pages[site / "reference" / "settings" / "index.html"])
    assert "connect: float = 15.0" in settings  # attrs writes that constructor at run time
    for page in pages.values():
        assert ":::" not in page.text


def test_the_search_index_finds_things(site):
    index = json.loads((site / "search.json").read_text("utf-8"))
    text = json.dumps(index)
    for word in ("recover_first", "OutcomeUnknownError", "lo-fi", "kill -9"):
        assert word in text, word
