"""The temporary folders that this process has to delete, also when it ends at once.

A process that calls `os._exit()` leaves no `finally` block. It calls `delete_all()` before.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_OPEN: Final[set[Path]] = set()


def add(folder: Path) -> None:
    """Note a folder."""
    _OPEN.add(folder)


def discard(folder: Path) -> None:
    """Forget a folder, because its owner has deleted it."""
    _OPEN.discard(folder)


def delete_all() -> None:
    """Delete every noted folder with all that is in it. Errors are ignored."""
    for folder in list(_OPEN):
        shutil.rmtree(folder, ignore_errors=True)
