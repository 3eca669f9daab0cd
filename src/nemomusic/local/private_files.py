"""Make files and folders that only their owner can read, with any umask."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from nemomusic.runtime.executor import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FOLDER: Final = 0o700
_FILE: Final = 0o600
TEMPORARY_PREFIX: Final = "nemomusic-backend-"
"""The prefix of the names of backends' temporary folders."""
_ABANDONED_SECONDS: Final = 60.0
"""Seconds after which an unlocked folder counts as left by a dead process."""


def make_private(folder: Path) -> None:
    """Make a folder that only its owner can use. Remove other users' rights to an existing one.

    Raises:
        OSError: The folder can't be made, or the path is no folder.
    """
    folder.mkdir(mode=_FOLDER, exist_ok=True)
    restrict(folder, _FOLDER)


def prepare_folder(folder: Path, names: Iterable[str]) -> None:
    """Make the folders of a backend in its folder.

    Raises:
        OSError: One can't be made, or is a link: what it leads to may be of another program.
    """
    for name in names:
        make_private(folder / name)
        if (folder / name).is_symlink():
            raise OSError(errno.ELOOP, "it is a link, not a folder", str(folder / name))


async def empty_folder(folder: Path) -> None:
    """Delete all that a run that was killed has left in a folder. Links are not followed.

    Raises:
        OSError: A file can't be deleted.
    """
    left = list(folder.iterdir())
    if left:
        await SHARED.run_to_the_end(partial(_delete_all, left))


def _delete_all(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


async def delete_folder(folder: Path) -> None:
    """Delete a folder with all that is in it.

    A thread does that unless the folder is empty: the deletion of large files would block the event
    loop.
    """
    try:
        folder.rmdir()
    except FileNotFoundError:
        return
    except OSError:
        await SHARED.run_to_the_end(partial(shutil.rmtree, folder, ignore_errors=True))


def prepare_file(path: Path) -> None:
    """Make a file for its owner alone, or take the rights of others to an existing one.

    Raises:
        OSError: The file can't be made, or the path is something else than a file of this folder.
    """
    try:
        create(path).close()
    except FileExistsError:
        if path.is_symlink() or not path.is_file():
            raise OSError(errno.EEXIST, "it is something else than a file", str(path)) from None
    restrict(path)


def restrict(path: Path, mode: int = _FILE) -> None:
    """Remove other users' rights to a file or folder. A link is not followed."""
    if not hasattr(os, "geteuid"):
        return  # on Windows, the location of a user's files protects them
    with contextlib.suppress(OSError):
        about = path.lstat()
        if about.st_uid == os.geteuid() and not stat.S_ISLNK(about.st_mode):
            path.chmod(mode)


def create(path: Path) -> IO[bytes]:
    """Open a new file for writing. No existing file is changed, and no link is followed.

    Raises:
        OSError: The file exists, or can't be made.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, _FILE), "wb")


class LockedTemporaryFolder:
    """A temporary folder with a lock, so that a later process knows that its owner was killed.

    The folder goes with this object, like `tempfile.TemporaryDirectory`. Folders with the same
    prefix whose owners were killed go at once.

    Args:
        prefix: The prefix of the folder's name.

    Attributes:
        path: A folder in it for the owner's files.
    """

    def __init__(self, prefix: str) -> None:
        sweep_temporary_folders(prefix)
        self._folder = tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True)
        # Another thread may clean up.
        self._lock = FileLock(Path(self._folder.name) / ".lock", mode=_FILE, thread_local=False)
        with contextlib.suppress(OSError):  # a drive without locks: then nothing sweeps it
            self._lock.acquire(timeout=0)
        self.path: Path = Path(self._folder.name) / "files"
        make_private(self.path)

    def cleanup(self) -> None:
        """Delete the folder."""
        self._lock.release()
        self._folder.cleanup()


def sweep_temporary_folders(prefix: str = TEMPORARY_PREFIX) -> None:
    """Delete the temporary folders of processes that were killed.

    Args:
        prefix: The prefix of the folders' names: those of backends.
    """
    for folder in abandoned_folders(prefix):
        shutil.rmtree(folder, ignore_errors=True)


def abandoned_folders(prefix: str = TEMPORARY_PREFIX) -> Iterator[Path]:
    """Yield the temporary folders of processes that were killed.

    A lock shows that the process lives.

    Args:
        prefix: The prefix of the folders' names: those of backends.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with contextlib.suppress(OSError):
            about = folder.lstat()
            ours = not hasattr(os, "geteuid") or about.st_uid == os.geteuid()
            young = time.time() - about.st_mtime < _ABANDONED_SECONDS
            lock = folder / ".lock"
            if not ours or young or not stat.S_ISDIR(about.st_mode) or lock.is_symlink():
                continue
            if not lock.is_file():
                continue
            try:
                with FileLock(lock, timeout=0):
                    pass
            except Timeout:
                continue  # its owner is running
            yield folder
