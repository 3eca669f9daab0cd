"""Choose and check the path of a result, before anything is sent or spent."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from nemomusic.errors import OutputError, OutputExistsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from nemomusic.runtime.executor import Executor

_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_SUFFIX: Final = ".mp4"
_NAME_BYTES: Final = 255
"""Bytes that a file name may have on the common file systems."""


PART_ENDING: Final = ".nemomusic.part"
"""The ending of files of unfinished work. Other programs write `NAME.part` too."""


def note_of(path: Path) -> Path:
    """Return the path of the file that holds the validators of an unfinished download.

    Its name is the longest that a download needs.
    """
    return path.with_name(f"{path.name}{PART_ENDING}.json")


def default_name(source: Path) -> str:
    """Return the name of a result: `trip.mov` becomes `trip-with-music.mp4`.

    The name is shortened if it, or the name of a part file beside it, would be too long.
    """
    ending = f"-with-music{_SUFFIX}"
    room = _NAME_BYTES - len(note_of(Path(ending)).name)
    stem = source.stem
    while len(os.fsencode(stem)) > room:
        stem = stem[:-1]
    return f"{stem}{ending}"


@asynccontextmanager
async def temporary_folder(executor: Executor, prefix: str) -> AsyncIterator[Path]:
    """Yield a temporary folder, which is removed at the end.

    Raises:
        OutputError: The folder can't be made.
    """

    def make() -> Path:
        try:
            return Path(tempfile.mkdtemp(prefix=prefix))
        except OSError as error:
            raise OutputError(
                f"no temporary folder can be made ({error.strerror or error})",
                remedy="Set TMPDIR to a folder that you may write to, on a disk with room.",
            ) from error

    folder = await executor.begin(make).result_or_undo(_remove)
    try:
        yield folder
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)  # few files; a thread could be left behind


def resolve_output(
    output: str | os.PathLike[str] | None,
    source: Path | None,
    *,
    overwrite: bool,
    tried: bool = False,
    look_only: bool = False,
) -> Path:
    """Return the path to write to.

    Args:
        output: A file, a folder, or None for a file beside the source.
        source: The source's path, or None when it has none (bytes, web addresses).
        overwrite: Whether an existing file may be replaced.
        tried: Whether a test file was already made at `output`.
        look_only: Whether to make nothing, not even a test file. A missing folder is then no error:
            it will be made later.

    Raises:
        OutputError: No such folder, not writable, not named as an MP4, or the source itself.
        OutputExistsError: Something is there already.
    """
    try:
        path = _choose(output, source)
        if look_only:
            _check_names(path)
        if not look_only or path.parent.is_dir():
            _check(path, source, overwrite=overwrite)
        if not tried and not look_only:
            _try_out(path)
    except OutputError:
        raise
    except (OSError, ValueError) as error:
        raise _unusable(output or f"a file beside {source}", error) from error
    return path


def _choose(output: str | os.PathLike[str] | None, source: Path | None) -> Path:
    if output is None:
        if source is None:
            raise OutputError(
                "an output is needed: the source has no path to put it beside",
                remedy="Pass output='somewhere.mp4'. client.render.read() gives a result as bytes.",
            )
        return source.parent / default_name(source)
    if not isinstance(output, str | os.PathLike):
        raise OutputError(
            f"output is a path, not {type(output).__name__}",
            remedy="Pass a path. client.render.read() gives a result as bytes.",
        )
    if not os.fspath(output):
        raise OutputError("the path of the output is empty", remedy="Pass a path, or leave it out.")
    if _ADDRESS.match(os.fsdecode(output)):
        raise OutputError(
            "an address is no path",
            remedy="Write to a path, and send the file there; or send what client.render.stream() "
            "gives.",
        )
    path = Path(os.fsdecode(output))
    if not (path.is_dir() or os.fspath(output).endswith(("/", os.sep))):
        return path
    if source is None:
        raise OutputError(
            f"{path} is a folder, and the source has no name", remedy="Name a file in it."
        )
    return path / default_name(source)


def _check(path: Path, source: Path | None, *, overwrite: bool) -> None:
    folder = path.parent
    if not folder.is_dir():
        home = " The sign ~ is not expanded: Path.expanduser() does it."
        remedy = f"Make it first.{home if str(folder).startswith('~') else ''}"
        raise OutputError(f"the folder {folder} does not exist", remedy=remedy)
    if not os.access(folder, os.W_OK):
        raise OutputError(f"the folder {folder} can't be written to", remedy="Choose another.")
    if path.exists():
        if source is not None and source.exists() and path.samefile(source):
            raise OutputError(
                f"{path} is the source itself",
                remedy="Choose another output: it is never overwritten.",
            )
        if not overwrite:
            raise OutputExistsError(f"{path} exists already")
        if path.is_dir():
            raise OutputError(f"{path} is a folder", remedy="Choose another output.")
    elif path.is_symlink() and not overwrite:  # a link to a place that is not there now
        raise OutputExistsError(f"{path} exists already")
    _check_suffix(path)


def _check_suffix(path: Path) -> None:
    if path.suffix.lower() != _SUFFIX:
        raise OutputError(
            f"{path} is not named as an MP4, which the result is",
            remedy=f"Name it {path.with_suffix(_SUFFIX).name}, for example.",
        )


def nearest_folder(folder: Path) -> Path:
    """Return a folder, or the nearest one above it that exists."""
    folder = folder.absolute()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _check_names(path: Path) -> None:
    """Check without making anything that a file and its folders can be made.

    Raises:
        OutputError: A folder can't be made.
        OSError: A name is too long.
    """
    there = nearest_folder(path.parent)
    if not there.is_dir():
        raise OutputError(f"{there} is not a folder", remedy="Choose another.")
    if not os.access(there, os.W_OK):
        raise OutputError(f"the folder {there} can't be written to", remedy="Choose another.")
    most = os.pathconf(there, "PC_NAME_MAX") if hasattr(os, "pathconf") else _NAME_BYTES
    for name in (*path.parent.absolute().relative_to(there).parts, note_of(path).name):
        if len(os.fsencode(name)) > most:
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), str(path))
    _check_suffix(path)


def _try_out(path: Path) -> None:
    """Make the file with the longest name that a download will need, and delete it again.

    Access rights alone do not show whether this works: some file systems take no files, and all
    limit names.
    """
    note = note_of(path)
    with suppress(FileExistsError):  # of an earlier download, which may be resumed
        note.touch(mode=0o600, exist_ok=False)
        note.unlink()


def _unusable(output: object, error: Exception) -> OutputError:
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return OutputError(f"the name of {output} is too long", remedy="Choose a shorter one.")
    why = getattr(error, "strerror", None) or "it is no path"
    return OutputError(
        f"{output} can't be written ({why})", remedy="Choose another folder, or make room."
    )
