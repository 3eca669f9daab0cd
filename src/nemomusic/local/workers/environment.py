"""Make the environment of worker processes from an allow-list, without the user's secrets."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

_ALLOCATION: Final = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
    "MALLOC_TOP_PAD_": str(64 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(256 * 2**20),
    "OPENBLAS_NUM_THREADS": "1",
}
"""Settings for processes that often make and free arrays of megabytes.

Without them, glibc returns the pages of these arrays to the system and fetches them again, which
takes a third of the system time, and asks for memory in small steps. The engine has threads of its
own, and OpenBLAS's threads would compete with them. The user's own settings replace these.
"""
_ALLOWED: Final = frozenset(
    {
        "COMSPEC",
        "CPU_COUNT",
        "HOME",
        "LANG",
        "LANGUAGE",
        "LD_LIBRARY_PATH",
        "LD_PRELOAD",
        "LOCALAPPDATA",
        "NEMOMUSIC_SOUNDFONT",
        "NUMBER_OF_PROCESSORS",
        "PATH",
        "PATHEXT",
        "PROGRAMDATA",
        "PROGRAMFILES",
        "SYSTEMDRIVE",
        "SYSTEMROOT",
        "TZ",
        "USERPROFILE",
        "VIRTUAL_ENV",
        "WINDIR",
    }
)
"""Names of variables, in capitals, that a worker gets. The system, its fonts and the sound font
need them.
"""
_ALLOWED_PREFIXES: Final = (
    "COVERAGE_",
    "DYLD_",
    "FONTCONFIG_",
    "LC_",
    "MALLOC_",
    "MKL_",
    "OMP_",
    "OPENBLAS_",
    "PYTHON",
    "XDG_DATA_",
)
"""Prefixes of further variables that a worker gets."""


def worker_environment() -> dict[str, str]:
    """Return the environment of a worker, which has to find the nemomusic that runs here.

    `-P` keeps the current folder and the script's folder off the worker's path. If nemomusic was
    found there (in a source tree that is not installed), PYTHONPATH names its folder. An installed
    nemomusic is found without that, and its site-packages must not come before the standard
    library.
    """
    allowed = {
        name: value
        for name, value in os.environ.items()
        if name.upper() in _ALLOWED or name.upper().startswith(_ALLOWED_PREFIXES)
    }
    environment = _ALLOCATION | allowed
    if getattr(sys, "frozen", False):
        return _outside_of_a_frozen_program(environment)
    home = Path(__file__).resolve().parents[3]
    if home.name not in {"site-packages", "dist-packages"}:
        known = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = f"{home}{os.pathsep}{known}" if known else str(home)
    return environment


def _outside_of_a_frozen_program(environment: dict[str, str]) -> dict[str, str]:
    """Return the environment for the Python that the user has named, which has a nemomusic.

    PyInstaller makes its own folder the first one for libraries, and keeps the variable that the
    program was started with. Another Python must not load the libraries of the program.
    """
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
        environment.pop(name, None)
        if (before := os.environ.get(f"{name}_ORIG")) is not None:
            environment[name] = before
    return environment
