"""One word per thing: class names, file stems, and words that the glossary replaced."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

import pytest

from support.paths import ROOT
from support.source import FILES, PACKAGE, module, tree

if TYPE_CHECKING:
    from pathlib import Path

SHARED_STEMS = {"__init__"}
"""Stems that every folder may have."""

FORBIDDEN = {
    "sight": "analysis",
    "sights": "analyses",
    "glance": "thumbnail",
    "glances": "thumbnails",
    "footage": "sparse decoder, clip",
    "diary": "per-second statistics",
    "tape": "pcm (a PcmScratchFile)",
    "whole": "complete, not truncated",
    "ahead": "prefetch",
    "side_by_side": "ordered_parallel",
    "answers": "responses",
    "book": "job log",
    "placing": "finalizing",
    "dice": "rng",
    "glint": "accent_notes",
    "glints": "accent_notes",
    "repertoire": "style_presets",
    "pulse": "beat grid",
    "stretch": "section, range",
    "stretches": "sections, ranges",
    "holder": "owner",
    "outlast": "wait_uncancelled",
    "loan": "client_count",
    "drive_queue": "job_queue",
    "beforehand": "prerequisite",
    "refusal": "api_error",
    "anew": "again, new",
}
"""Identifiers that are not used, and the standard term in their place (docs/glossary.md)."""


BRITISH = re.compile(
    r"analys(?:e|ed|ing|er|ers)|(?:col|hon|fav|behavi|neighb)our\w*|grey\w*|centre\w*|licence\w*"
    r"|defence|programme|labelled|modelled|judgement"
    r"|(?:initial|normal|synthes|recogn|organ|optim|quant|serial|random|minim|maxim|summar)is(?!m)\w+"
)
"""British spellings of words in identifiers. The `cancelled` and `cancelling` of asyncio stay."""


def column(name: str) -> str:
    first = name.split(".", maxsplit=1)[0]
    return first if first in {"engine", "local", "testing", "sync", "cli"} else "sdk"


def test_a_class_name_has_one_meaning():
    homes = defaultdict(list)
    for path in FILES:
        if path.parts[0] == "sync":
            continue  # the blocking client has the names of the client that it wraps
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                homes[node.name.lstrip("_")].append(f"{module(path)}.{node.name}")
    twice = {name: places for name, places in homes.items() if len(places) > 1}
    assert not twice, f"rename one of each: {twice}"


def test_a_file_name_has_one_meaning_in_its_column():
    homes = defaultdict(list)
    for path in FILES:
        name = module(path)
        if path.stem in SHARED_STEMS or not name:
            continue
        homes[column(name), path.stem].append(name)
    for (_, stem), names in homes.items():
        places = {name.split(".")[0] for name in names}
        if len(names) > 1 and not (len(names) == 2 and places == {"models", "resources"}):
            pytest.fail(f"several files are called {stem}: {names}. Rename all but one")


MAYBE_FORBIDDEN = re.compile("|".join(FORBIDDEN), re.IGNORECASE)
"""Whether a text is worth taking apart."""


def scripts() -> list[Path]:
    """Give the Python files beside the package: tests, benchmarks, tools, examples."""
    folders = ("tests", "benchmarks", "tools", "examples", "docs")
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if path.name != "test_names.py"]


WORD = re.compile(r"\w+", re.ASCII)


@cache
def is_british(identifier: str) -> bool:
    """Give whether a word in an identifier, such as `theColour` or `a_colour`, is British."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", identifier).lower().split("_")
    return any(BRITISH.fullmatch(word) for word in words)


def test_the_standard_term_is_used():
    found = []
    pages = [*(PACKAGE / path for path in FILES), *scripts()]
    assert len(pages) > len(FILES) + 150
    for path in pages:
        text = path.read_text("utf-8")
        british = {one for one in set(WORD.findall(text)) if is_british(one)}
        if not british and not MAYBE_FORBIDDEN.search(text):
            continue
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            word = token.string.strip("_").lower()
            if token.type != tokenize.NAME:
                continue
            where = f"{path.relative_to(ROOT)}:{token.start[0]}: {token.string}"
            if word in FORBIDDEN:
                found.append(f"{where}; write {FORBIDDEN[word]}")
            if token.string in british:
                found.append(f"{where}; write it as Americans do")
    assert not found, "\n".join(found)


PROSE = re.compile(
    r"\b(?:whoever|anew|nobody|to be had|gone on with|is told|followed up|however many)\b",
    re.IGNORECASE,
)
"""Words of an older register, which slow a reader down."""
READ_BY_USERS = ["README.md", "docs/**/*.md"]


def test_the_prose_is_plain():
    pages = [*(PACKAGE / path for path in FILES)]
    pages += [page for pattern in READ_BY_USERS for page in sorted(ROOT.glob(pattern))]
    assert len(pages) > len(FILES) + 50
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]!r}; use a plain word"
        for path in pages
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if (match := PROSE.search(line))
    ]
    assert not found, "\n".join(found)
