"""Where the command line keeps things."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def data_folder() -> Path:
    """The platform's place for data of programs, and our folder in it. It may not exist yet.

    `$XDG_DATA_HOME` or `~/.local/share` (XDG base directory specification), on macOS
    `~/Library/Application Support`, on Windows `%LOCALAPPDATA%`.
    """
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        named = Path(os.environ.get("XDG_DATA_HOME", ""))
        base = named if named.is_absolute() else Path.home() / ".local" / "share"
    return base / "nemomusic"


def local_folder() -> Path:
    """What the embedded backend keeps: sessions, clips, music, renders."""
    return data_folder() / "local"


def journal_file() -> Path:
    """Work in hand."""
    return data_folder() / "jobs.sqlite"
