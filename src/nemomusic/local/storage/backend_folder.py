"""Claim the folder of a backend: one process at a time uses it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from nemomusic.errors import ConfigurationError, LocalBackendError
from nemomusic.local.private_files import (
    TEMPORARY_PREFIX,
    abandoned_folders,
    delete_folder,
    empty_folder,
    make_private,
    prepare_file,
    prepare_folder,
)

if TYPE_CHECKING:
    from contextlib import AsyncExitStack

FOLDERS: Final = ("files", "music", "renders", "tmp")
"""The folders in the folder of a backend."""


def fixed_folder(folder: str | os.PathLike[str]) -> Path:
    """Return the absolute path of a folder, which does not depend on the working folder later.

    The name of the backend in a journal is made of it.

    Raises:
        ConfigurationError: The value is no path.
    """
    if not isinstance(folder, str | os.PathLike):
        raise ConfigurationError(
            f"folder is a path, not {type(folder).__name__}", remedy="Pass a path, or None."
        )
    path = Path(os.fsdecode(folder))
    try:
        return path.resolve() if ".." in path.parts else path.absolute()
    except (OSError, ValueError, RuntimeError):
        return path  # claim_folder says why it can't be used


async def claim_folder(given: Path | None, stack: AsyncExitStack) -> Path:
    """Make the folder of a backend, and take its lock.

    Args:
        given: The folder; None for a temporary one.
        stack: Releases the lock at its end, and removes a temporary folder.

    Raises:
        LocalBackendError: Another process uses the folder, or the folder can't be used.
    """
    if given is None:
        for abandoned in abandoned_folders():
            await delete_folder(abandoned)
        try:
            folder = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX))  # no thread: no orphan
        except OSError as error:
            raise LocalBackendError(
                f"no temporary folder can be made ({error.strerror or error})",
                remedy="Set TMPDIR to a folder that you may write to, or pass folder=.",
            ) from error
        stack.push_async_callback(delete_folder, folder)
    else:
        folder = given
    try:
        folder = folder.absolute()  # fails where the working folder is gone
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            make_private(folder)
        lock = FileLock(folder / ".lock", timeout=0, mode=0o600)
        lock.acquire()
    except Timeout:
        raise LocalBackendError(
            f"another process is using {folder}",
            remedy="Stop it, or give this backend another folder.",
            in_use=True,
        ) from None
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL
        reason = getattr(error, "strerror", None) or error
        raise LocalBackendError(
            f"{folder} can't be used: {reason}",
            remedy="Choose a folder that you may write to, on a drive with file locks.",
        ) from error
    stack.callback(lock.release)
    try:
        prepare_folder(folder, FOLDERS)
        await empty_folder(folder / "tmp")
        prepare_file(folder / "backend.sqlite")
    except OSError as error:
        raise LocalBackendError(
            f"{error.filename or folder} can't be used: {error.strerror or error}",
            remedy="Move it away, or choose another folder.",
        ) from error
    return folder
