"""The fenced blocks of README and docs, with the comments that say how a test runs them.

* `<!-- continues -->`: after the snippets above it, in the same namespace.
* `<!-- program -->`: as a whole program, in a process of its own; so does one with `asyncio.run(`.
* `<!-- prints: words -->`: what it prints holds these words.
* `<!-- tested: tests/docs/test_x.py -->`: by that test, which takes it from the page.
* `<!-- ci: step -->`: a command that `.ci/run` takes from the README.
* `<!-- needs: x -->`: it uses an API that is not there yet. It has to fail, and
  `tests/docs/waiting.txt` lists it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
NOTES = {"ci", "continues", "program", "prints", "tested", "needs"}
FENCE = re.compile(
    r"^((?:<!-- [a-z]+(?:: .*?)? -->\n+)*)```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
_NOTE = re.compile(r"<!-- ([a-z]+)(?:: (.*?))? -->")


@attrs.define
class Snippet:
    """A fenced block of a page.

    Attributes:
        name: The page, and the number of the block among those of its language.
        language: As the fence says.
        code: The text; of a block that continues others, theirs too.
        notes: What the comments above it say.
        continued: Whether a later block holds this one's code.
    """

    name: str
    language: str
    code: str
    notes: dict[str, str]
    continued: bool = False


def snippets(page: Path) -> list[Snippet]:
    """Give the blocks of a page."""
    found: list[Snippet] = []
    counts: dict[str, int] = {}
    last: Snippet | None = None
    for notes, language, code in FENCE.findall(page.read_text("utf-8")):
        number = counts[language] = counts.get(language, 0) + 1
        name = f"{page.relative_to(ROOT).with_suffix('').as_posix()}-{language}-{number}"
        one = Snippet(name.removeprefix("docs/"), language, code, dict(_NOTE.findall(notes)))
        if language == "python":
            if "continues" in one.notes and last is not None:
                last.continued = True
                one.code = f"{last.code}\n{code}"
            last = one
        found.append(one)
    return found


ALL = [one for page in PAGES for one in snippets(page)]
