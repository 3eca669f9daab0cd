"""Where a result goes: decided and checked before anything is sent or spent."""

from __future__ import annotations

import errno
import os
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
    output: str | os.PathLike[str] | None, source: Path | None, *, overwrite: bool
) -> Path:
    """The path to write to.

    Args:
        output: a file, a folder, or None for beside the source.
        source: the source's path, or None when it has none (bytes, web addresses).
        overwrite: whether an existing file may be replaced.

    Raises:
        OutputError: no such folder, not writable, not named as an MP4, or it would overwrite the
            source.
        OutputExistsError: something is there already.
    """
    try:
        path = _chosen(output, source, overwrite=overwrite)
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
    else:
        path = Path(output)
        if path.is_dir() or os.fspath(output).endswith(("/", os.sep)):
            if source is None:
                raise OutputError(
                    f"{path} is a folder, and the source has no name",
                    remedy="Name a file in it.",
                )
            path = path / default_name(source)
    folder = path.parent
    if not folder.is_dir():
        raise OutputError(f"the folder {folder} does not exist", remedy="Make it first.")
    if not os.access(folder, os.W_OK):
        raise OutputError(f"the folder {folder} can't be written to", remedy="Choose another.")
    if source is not None and _same(path, source):
        raise OutputError(
            f"{path} is the source itself", remedy="Choose another output: it is never overwritten."
        )
    if path.exists() and not overwrite:
        raise OutputExistsError(f"{path} exists already")
    if path.is_dir():
        raise OutputError(f"{path} is a folder", remedy="Choose another output.")
    if path.suffix.lower() != _ENDING:
        raise OutputError(
            f"{path} is not named as an MP4, which the result is",
            remedy=f"Name it {path.with_suffix(_ENDING).name}, for example.",
        )
    return path


def _try_out(path: Path) -> None:
    """Make the file of the longest name that a download will need, and delete it again.

    Rights alone don't tell: there are file systems that take no files, and limits of names.
    """
    note = note_of(path)
    with suppress(FileExistsError):  # of an earlier download, which may be gone on with
        note.open("xb").close()
        note.unlink()


def _unusable(output: object, error: Exception) -> OutputError:
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return OutputError(f"the name of {output} is too long", remedy="Choose a shorter one.")
    why = getattr(error, "strerror", None) or "it is no path"
    return OutputError(
        f"{output} can't be written ({why})", remedy="Choose another folder, or make room."
    )


def _same(path: Path, other: Path) -> bool:
    try:
        return path.exists() and other.exists() and path.samefile(other)
    except OSError:
        return False
