"""Find out whether a file system ignores the case of names."""

from __future__ import annotations

import os
import sys
import unicodedata
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Final

from nemomusic.files.outputs import nearest_folder

if TYPE_CHECKING:
    from pathlib import Path

NAMES_TRIED: Final = 200
"""Number of names in a folder that are tried before the folder's own name."""


def folded(name: str) -> str:
    """Return a name as a file system that ignores case compares it."""
    return unicodedata.normalize("NFC", name).casefold()


def ignores_case(folder: Path) -> bool:
    """Return whether names in a folder that differ only in case are one name.

    No file is made: existing names are looked up in the other case. If no name has letters, the
    answer is the usual one of the operating system.

    Args:
        folder: The folder need not exist yet.
    """
    with suppress(OSError):
        here = nearest_folder(folder)
        with os.scandir(here) as found:
            names = {entry.name for entry in islice(found, NAMES_TRIED)}
        for name in names:
            if (other := name.swapcase()) != name:
                return other not in names and _is_one(here / name, here / other)
        parent, other = here.parent, here.name.swapcase()
        if other != here.name and parent.stat().st_dev == here.stat().st_dev:
            return _is_one(here, parent / other)
    return sys.platform in {"darwin", "win32"}


def _is_one(path: Path, other: Path) -> bool:
    try:
        return os.path.samestat(path.lstat(), other.lstat())
    except FileNotFoundError:
        return False
