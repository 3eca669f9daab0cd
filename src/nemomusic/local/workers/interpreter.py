"""Find the Python that runs the worker processes.

In a frozen program, under uWSGI or in a program that embeds Python, `sys.executable` is the program
itself. Starting it would start the user's program again, and so on without end.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from nemomusic.errors import LocalBackendError

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE: Final = "NEMOMUSIC_PYTHON"
"""The environment variable that names the interpreter."""
REMEDY: Final = (
    "Name a Python that has nemomusic with its extra `local` installed: LocalOptions(python=…) or "
    f"the variable {VARIABLE}."
)


def named_interpreter(python: str | None, environ: Mapping[str, str] | None = None) -> str | None:
    """Return the interpreter that the user has named, or None.

    Args:
        python: `LocalOptions.python`. It comes before the environment.
        environ: The environment; None for that of the process.

    Raises:
        LocalBackendError: There is no such program.
    """
    named = python or (os.environ if environ is None else environ).get(VARIABLE) or None
    if named is None:
        return None
    found = shutil.which(named)
    if found is None:
        raise LocalBackendError(
            f"the interpreter {named} for the engine does not exist, or can't be run",
            remedy=REMEDY,
        )
    return found


def interpreter(python: str | None = None) -> str:
    """Return the interpreter for worker processes. Nothing is started.

    Raises:
        LocalBackendError: No interpreter is named, and this program is not known to be a Python.
    """
    named = named_interpreter(python)
    if named is not None:
        return named
    if getattr(sys, "frozen", False):
        raise LocalBackendError(
            f"this is a frozen program: {sys.executable} is the program, and no Python that could "
            "run the engine",
            remedy=REMEDY,
        )
    own = sys.executable or ""
    if own and _is_python(own):
        return own
    folder = Path(sys.exec_prefix)
    for name in ("bin/python3", "bin/python", "python.exe", "Scripts/python.exe"):
        if (folder / name).is_file():
            return str(folder / name)
    what = f"{own} is not known to be a Python" if own else "this process has no sys.executable"
    raise LocalBackendError(f"{what}, so it can't run the engine", remedy=REMEDY)


def _is_python(path: str) -> bool:
    name = Path(path).name.lower()
    return name.startswith(("python", "pypy", "graalpy")) and Path(path).is_file()
