"""Nothing cites what is not in the repository."""

from __future__ import annotations

import re
import subprocess

import pytest

from support.paths import ROOT
from support.source import FILES, PACKAGE

OUTSIDE = re.compile(
    r"\((?:contract|design)[,)]|\b(?:contract|design)(?:\.md)?, section|shared notes|"
    r"design\.md|contract\.md|redesign|CASES\.md",
    re.IGNORECASE,
)
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "benchmarks/*.md", "tests/**/*.py", "benchmarks/*.py")
    for path in ROOT.glob(pattern)
    if path.name != "test_citations.py"
)


def test_a_reader_can_follow_every_citation():
    assert len(PAGES) > 150
    found = [
        f"{path}:{number}: cite a page under docs/, not {match[0]!r}"
        for path in (*(PACKAGE / path for path in FILES), *PAGES)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if (match := OUTSIDE.search(line))
    ]
    assert not found, "\n".join(found)


def test_every_relative_link_leads_somewhere():
    link = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
    for path in ROOT.rglob("*.md"):
        if any(part.startswith((".", "site")) for part in path.relative_to(ROOT).parts):
            continue
        for target in link.findall(path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.relative_to(ROOT)}: {target}"


def git(*arguments: str) -> str:
    """Give what git prints; "" where there is no history."""
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


@pytest.mark.skipif(
    git("rev-parse", "--is-shallow-repository") != "false", reason="needs the history"
)
def test_every_commit_that_is_named_is_in_the_history():
    named = re.compile(r"\bcommit\s+`?([0-9a-f]{7,40})\b")
    found = {
        (path.name, commit)
        for path in (*PAGES, ROOT / "docs" / "import_graph.py")
        for commit in named.findall(path.read_text("utf-8"))
    }
    assert {"architecture.md", "import_graph.py"} <= {name for name, _ in found}
    known = git("rev-list", "--all", "--abbrev-commit", "--abbrev=40").split()
    gone = {
        (name, commit) for name, commit in found if not any(one.startswith(commit) for one in known)
    }
    assert not gone, f"name commits of this repository: {gone}"


def test_no_path_of_one_machine_is_written_down():
    done = subprocess.run(
        ["git", "grep", "-nIE", r"(^|[^A-Za-z0-9_./-])/(work|root)/", "--", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = [line for line in done.stdout.splitlines() if "test_citations.py" not in line]
    assert not found, found
