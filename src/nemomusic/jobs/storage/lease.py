"""The right to work on a job: a row names its owner, and a lock shows that the owner lives.

An owner is one opened journal. It holds the operating system's lock on one file of its own, and the
system releases that lock when the process dies, even by `kill -9`. A lease has no time limit: a
process that was stopped for an hour still has its jobs afterward.
"""

from __future__ import annotations

import os
import re
import sys
import uuid
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from nemomusic.errors import JobBusyError, JournalError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

_NAME: Final = re.compile(r"[0-9]{1,20}-[0-9a-f]{12}")
_ATTEMPTS: Final = 8
"""Number of names that an owner tries: another process may delete a file before it is locked."""

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int, *, shared: bool) -> bool:  # noqa: ARG001 - Windows has one kind of lock
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _lock(file: int, *, shared: bool) -> bool:
        try:
            import fcntl
        except ImportError:  # such as on WebAssembly
            raise JournalError(
                "a journal needs locks of files, which this Python lacks (no module fcntl)",
                remedy="Leave journal= out, or use a Python that has the module. Nothing was sent.",
            ) from None
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class Owner:
    """One opened journal, as the leases name it. It lives as long as its lock is held.

    Args:
        folder: The folder of all owners' files. It is made.
        is_over: Returns whether the owner can do no work any more, though its process lives.

    Attributes:
        name: The process id, for people, and a random part.
        is_over: Returns whether the owner can do no work any more.

    Raises:
        JournalError: The folder can't be written, or its file system or this Python has no locks.
    """

    name: str

    def __init__(self, folder: Path, is_over: Callable[[], bool] = lambda: False) -> None:
        self._folder = folder
        self.is_over: Callable[[], bool] = is_over
        self._file = -1
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for _ in range(_ATTEMPTS):
                if self._make():
                    break
            else:
                raise OSError("no lock could be taken")
        except OSError as error:
            raise JournalError(
                f"{folder} can't hold the locks of a journal ({error.strerror or error})",
                remedy="Put the journal on a local disk that this user can write.",
            ) from error
        _HERE[self.name] = self
        self._sweep()

    def _make(self) -> bool:
        self.name = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        path = self._path(self.name)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _CLOEXEC, 0o600)
        try:
            if _lock(file, shared=False) and path.exists():  # not deleted in between
                self._file = file
                # Of a client that was discarded without an end. The lock's file is swept later.
                self._discarded = weakref.finalize(self, os.close, file)
                self._discarded.atexit = False
                return True
        except BaseException:
            os.close(file)
            path.unlink(missing_ok=True)
            raise
        os.close(file)
        return False

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.lock"

    def is_alive(self, name: str) -> bool:
        """Return whether an owner that a lease names still holds its lock.

        Raises:
            JournalError: The lock can't be tested, such as without a free descriptor.
        """
        if name == self.name:
            return True
        if not _NAME.fullmatch(name):
            return False  # no owner ever had such a name
        here = _HERE.get(name) if name.startswith(f"{os.getpid()}-") else None
        if here is not None and here.is_over():
            return False
        try:
            file = os.open(self._path(name), os.O_RDWR | _CLOEXEC)
        except FileNotFoundError:
            return False
        except PermissionError:
            return True  # another user's, or Windows holds it
        except OSError as error:
            raise JournalError(
                f"the lock of {name} can't be read ({error.strerror})",
                remedy="Try again; nothing was sent.",
            ) from error
        try:
            return not _lock(file, shared=True)
        finally:
            os.close(file)

    def _sweep(self) -> None:
        """Remove the files of owners that are dead."""
        with suppress(OSError):
            for path in list(self._folder.glob("*.lock")):
                name = path.name.removesuffix(".lock")
                if name == self.name:
                    continue
                with suppress(OSError):
                    file = os.open(path, os.O_RDWR | _CLOEXEC)
                    if _lock(file, shared=False):
                        _remove(path, file)
                    else:
                        os.close(file)

    def close(self) -> None:
        """Release the lock, and remove its file."""
        if self._file < 0:
            return
        self._discarded.detach()
        _remove(self._path(self.name), self._file)
        self._file = -1

    def forget_in_child(self) -> None:
        """Close a forked child's copy of the file: the lock stays with the parent alone."""
        if self._file >= 0:
            self._discarded.detach()
            with suppress(OSError):
                os.close(self._file)
            self._file = -1


def _remove(path: Path, file: int) -> None:
    """Remove the file of an owner whose lock is held here, and release the lock."""
    if sys.platform == "win32":  # an open file can't be removed there
        os.close(file)
        path.unlink(missing_ok=True)
    else:  # if the lock were released first, another owner could take it and lose its file
        try:
            path.unlink(missing_ok=True)
        finally:
            os.close(file)


_HERE: Final[weakref.WeakValueDictionary[str, Owner]] = weakref.WeakValueDictionary()
"""The owners of this process, by name."""
_CLOEXEC: Final = getattr(os, "O_CLOEXEC", getattr(os, "O_NOINHERIT", 0))


class JournalLease:
    """The right to work on one job, or to send in one session. Use it with `async with`.

    Args:
        name: The name of the right.
        take: Writes the row. It returns the name of the living owner that holds the right already,
            or None.
        release: Removes the row, without being waited for.
    """

    def __init__(
        self,
        name: str,
        take: Callable[[str], Awaitable[str | None]],
        release: Callable[[str], None],
    ) -> None:
        self._name = name
        self._take = take
        self._release = release

    async def __aenter__(self) -> Self:
        owner = await self._take(self._name)
        if owner is not None:
            process = owner.partition("-")[0]
            where = "this process" if process == str(os.getpid()) else f"process {process}"
            raise JobBusyError(f"{self._name} is being worked on by {where}", job_id=self._name)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._release(self._name)
