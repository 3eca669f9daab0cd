"""Return the paths of the command line's own files."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from nemomusic.errors import ConfigurationError
from nemomusic.settings import UNKNOWN_HOME, home_folder


def data_folder() -> Path:
    """Return nemomusic's folder in the platform's folder for data. It may not exist yet.

    `$XDG_DATA_HOME` or `~/.local/share` (XDG base directory specification), on macOS
    `~/Library/Application Support`, on Windows `%LOCALAPPDATA%`.

    Raises:
        ConfigurationError: This user has no home folder.
    """
    named = os.environ.get("XDG_DATA_HOME")
    if named and not Path(named).is_absolute():  # the specification says to ignore it
        folder = home_folder() / ".local" / "share" / "nemomusic"
    elif home_folder() == UNKNOWN_HOME and not named:
        folder = UNKNOWN_HOME
    else:
        folder = platformdirs.user_data_path("nemomusic", appauthor=False)
    if folder.parts[:1] == UNKNOWN_HOME.parts:
        raise ConfigurationError(
            "this user has no home folder to keep data in",
            remedy="Set HOME or XDG_DATA_HOME to a folder that can be written to.",
        )
    return folder


def local_folder() -> Path:
    """Return the embedded backend's folder: sessions, clips, music, renders."""
    return data_folder() / "local"


def journal_file() -> Path:
    """Return the file of the journal."""
    return data_folder() / "jobs.sqlite"


def piped_folder() -> Path:
    """Return the folder for results that go to standard output."""
    return data_folder() / "piped"
