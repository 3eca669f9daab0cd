"""`docs/reference/errors.md` lists every exception with the sentence of its docstring."""

from __future__ import annotations

import inspect

from nemomusic import errors
from support.paths import ROOT


def test_every_exception_has_its_row():
    kinds = [
        one
        for name, one in vars(errors).items()
        if inspect.isclass(one) and issubclass(one, errors.NemoMusicError) and name[0] != "_"
    ]
    page = (ROOT / "docs" / "reference" / "errors.md").read_text("utf-8").splitlines()
    for one in kinds:
        meaning = " ".join(inspect.getdoc(one).split("\n\n")[0].split())
        bases = ", ".join(f"`{base.__name__}`" for base in one.__bases__)
        row = f"| `{one.__name__}` | {bases} | {meaning} |"
        assert row in page, f"docs/reference/errors.md lacks the row: {row}"
    assert sum(line.startswith("| `") and "Error` | `" in line for line in page) == len(kinds)
