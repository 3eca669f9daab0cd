"""Where a result goes: decided and checked before anything is sent or spent."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from nemomusic.errors import OutputError, OutputExistsError

_ENDING: Final = ".mp4"


def note_of(path: Path) -> Path:
    """Beside an unfinished download: what it is a part of. The longest name a download needs."""
    return path.with_name(f"{path.name}.part.json")


def default_name(source: Path) -> str:
    """`trip.mov` becomes `trip-with-music.mp4`."""
    return f"{source.stem}-with-music.mp4"


def resolve_output(
    output: str | os.PathLike[str] | None,
    source: Path | None,
    *,
    overwrite: bool,
    tried: bool = False,
) -> Path:
    """The path to write to.

    Args:
        output: a file, a folder, or None for beside the source.
        source: the source's path, or None when it has none (bytes, web addresses).
        overwrite: whether an existing file may be replaced.
        tried: whether a file was made there before, to see that it can be.

    Raises:
        OutputError: no such folder, not writable, not named as an MP4, or it would overwrite the
            source.
        OutputExistsError: something is there already.
    """
    try:
        if tried and output is not None and _look(output) is None and _writable(output):
            return Path(output)  # as it was
        path = _chosen(output, source, overwrite=overwrite)
        if not tried:
            _try_out(path)
    except OutputError:
        raise
    except (OSError, ValueError) as error:
        raise _unusable(output or f"a file beside {source}", error) from error
    return path


def _chosen(output: str | os.PathLike[str] | None, source: Path | None, *, overwrite: bool) -> Path:
    if output is None:
        if source is None:
            raise OutputError(
                "an output is needed: the source has no path to put it beside",
                remedy="Pass output='somewhere.mp4'.",
            )
        path = source.with_name(default_name(source))
        there = _look(path)
    else:
        path = output if isinstance(output, Path) else Path(output)
        there = _look(path)
        if _is_folder(there) or os.fspath(output).endswith(("/", os.sep)):
            if source is None:
                raise OutputError(
                    f"{path} is a folder, and the source has no name",
                    remedy="Name a file in it.",
                )
            path = path / default_name(source)
            there = _look(path)
    if not _writable(path):
        folder = os.path.dirname(path) or os.curdir  # noqa: PTH120
        if not os.path.isdir(folder):  # noqa: PTH112
            raise OutputError(f"the folder {folder} does not exist", remedy="Make it first.")
        raise OutputError(f"the folder {folder} can't be written to", remedy="Choose another.")
    if there is not None:
        if source is not None and _same(there, source):
            raise OutputError(
                f"{path} is the source itself",
                remedy="Choose another output: it is never overwritten.",
            )
        if not overwrite:
            raise OutputExistsError(f"{path} exists already")
        if _is_folder(there):
            raise OutputError(f"{path} is a folder", remedy="Choose another output.")
    if path.suffix.lower() != _ENDING:
        raise OutputError(
            f"{path} is not named as an MP4, which the result is",
            remedy=f"Name it {path.with_suffix(_ENDING).name}, for example.",
        )
    return path


def _writable(path: str | os.PathLike[str]) -> bool:
    """Whether it lies in a folder that may be written to."""
    # os.path is four times as quick as pathlib. What ends in a slash can be no file.
    folder = os.path.join(os.path.dirname(path) or os.curdir, "")  # noqa: PTH118, PTH120
    return os.access(folder, os.W_OK)


def _try_out(path: Path) -> None:
    """Make the file of the longest name that a download will need, and delete it again.

    Rights alone don't tell: there are file systems that take no files, and limits of names.
    """
    note = note_of(path)
    with suppress(FileExistsError):  # of an earlier download, which may be gone on with
        os.close(os.open(note, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        note.unlink()


def _unusable(output: object, error: Exception) -> OutputError:
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return OutputError(f"the name of {output} is too long", remedy="Choose a shorter one.")
    why = getattr(error, "strerror", None) or "it is no path"
    return OutputError(
        f"{output} can't be written ({why})", remedy="Choose another folder, or make room."
    )


def _look(path: str | os.PathLike[str]) -> os.stat_result | None:
    """What is there; None for nothing. One look tells what `exists()`, `is_dir()` and others ask.

    Raises:
        OSError: it can't be told, as where the name is too long.
        ValueError: it is no path.
    """
    try:
        return os.stat(path)  # noqa: PTH116 - a text or a path
    except (FileNotFoundError, NotADirectoryError):
        return None


def _is_folder(found: os.stat_result | None) -> bool:
    return found is not None and stat.S_ISDIR(found.st_mode)


def _same(there: os.stat_result, source: Path) -> bool:
    try:
        return os.path.samestat(there, source.stat())
    except OSError:
        return False
