"""Put users' file names into the engine's messages, which use the backend's own names."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def display_names(message: str, names: Iterable[tuple[str, str]]) -> str:
    """Replace the backend's own file names by the users' names.

    Args:
        message: A message of the engine.
        names: For each file: its path or name in the backend, and its name at upload.
    """
    for here, known in names:
        message = message.replace(PurePosixPath(here).name, known)
    return message
