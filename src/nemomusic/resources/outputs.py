"""Where a result goes: decided and checked before anything is sent or spent."""

from __future__ import annotations

import os
from pathlib import Path

from nemomusic.errors import OutputError, OutputExistsError


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
        OutputError: no such folder, not writable, or it would overwrite the source.
        OutputExistsError: something is there already.
    """
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
    return path


def _same(path: Path, other: Path) -> bool:
    try:
        return path.exists() and other.exists() and path.samefile(other)
    except OSError:
        return False
