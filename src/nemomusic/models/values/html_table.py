"""A result as a small piece of HTML, which a notebook shows for a value at the end of a cell.

A notebook is saved and shared. So the HTML loads nothing, runs nothing, and names no folder.
"""

from __future__ import annotations

import re
from enum import Enum
from html import escape
from typing import TYPE_CHECKING, Final

from nemomusic.secret import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_CHARACTERS: Final = 600
"""The highest number of characters of one text."""
MAX_ROWS: Final = 40
"""The highest number of rows of a table."""
_MAX_ITEMS: Final = 8
"""The highest number of items of a list that are shown."""
_FOLDERS: Final = re.compile(r"(?<![\w/.])(local:)?(?:[A-Za-z]:)?[\\/](?:[^\\/\s'\"]+[\\/])+")
"""The folders of an absolute path."""
_QUERY: Final = re.compile(r"(https?://[^\s?#]+)[?#]\S+")
"""An address, whose query may be a signature."""
_CELL: Final = "text-align:left;vertical-align:top;white-space:pre-wrap"


def html_table(title: str, rows: Mapping[str, object], *, drawing: str = "") -> str:
    """Return a table with the name and the text of each value.

    Values that are not known, and values that hold others, are left out.

    Args:
        title: The heading.
        rows: The values by name.
        drawing: Complete HTML to show above the table.
    """
    cells = {name: words for name, value in rows.items() if (words := text_of(value))}
    lines = "".join(
        f'<tr><th style="{_CELL}">{escape(name)}</th><td style="{_CELL}">{escape(words)}</td></tr>'
        for name, words in list(cells.items())[:MAX_ROWS]
    )
    table = f"<table>{lines}</table>" if lines else ""
    return f"<div><div><strong>{escape(text_of(title))}</strong></div>{drawing}{table}</div>"


def text_of(value: object) -> str:
    """Return a value as a short text without folders and secrets; "" if it has no such text."""
    if isinstance(value, Enum):
        return text_of(value.value)
    if hasattr(value, "__fspath__"):  # a path: its name alone
        return _short(str(getattr(value, "name", "")))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    if isinstance(value, str):
        return _short(value)
    if isinstance(value, tuple | list):
        words = [text for text in map(text_of, value[:_MAX_ITEMS]) if text]
        return _short(", ".join(words) + (", …" if words and len(value) > _MAX_ITEMS else ""))
    if type(value).__str__ in {object.__str__, dict.__str__, BaseException.__str__}:
        return ""
    return _short(str(value))


def _short(text: str) -> str:
    """Return a text that is not too long, without characters that HTML can't hold."""
    shown = "".join(c if c.isprintable() or c == "\n" else " " for c in text[: 4 * MAX_CHARACTERS])
    shown = _QUERY.sub(r"\1", _FOLDERS.sub(lambda found: found[1] or "…/", redact(shown))).strip()
    cut = len(text) > 4 * MAX_CHARACTERS or len(shown) > MAX_CHARACTERS
    return f"{shown[:MAX_CHARACTERS].rstrip()}…" if cut else shown
