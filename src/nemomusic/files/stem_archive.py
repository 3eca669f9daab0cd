"""Stems out of the ZIP file that a backend sends."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Final

from nemomusic.errors import DownloadError, OutputError, OutputExistsError
from nemomusic.files.part_file import open_own, part_of
from nemomusic.files.part_writer import disk_errors, write_all

if TYPE_CHECKING:
    from pathlib import Path

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\.wav")
_MAX_STEMS: Final = 100
"""Stems of one piece at most."""
_COPY_BYTES: Final = 2**20


def check_stem_folder(folder: Path, *, overwrite: bool) -> None:
    """Make the folder of the stems, unless it is there.

    Raises:
        OutputError: The folder can't be made, or the path is a file.
        OutputExistsError: Files are in it, and they may not be replaced.
    """
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"the folder {folder} can't be made ({error.strerror or error})",
            remedy="Choose another folder.",
        ) from error
    if not overwrite and any(folder.iterdir()):
        raise OutputExistsError(f"there are files in {folder} already")


def unpack_stems(archive: Path, folder: Path) -> dict[str, Path]:
    """Write the WAV files of an archive into a folder. Runs in a thread.

    Returns:
        The path of each stem, by the name of its part, in order of name.

    Raises:
        DownloadError: The archive is damaged, or holds something else than stems.
        OutputError: The disk is full, or the folder can't be written to.
    """
    found: dict[str, Path] = {}
    try:
        with zipfile.ZipFile(archive) as packed:
            entries = packed.infolist()
            if len(entries) > _MAX_STEMS or not all(
                _NAME.fullmatch(one.filename) for one in entries
            ):
                raise DownloadError("what came is not an archive of stems")
            for entry in sorted(entries, key=lambda one: one.filename):
                path = folder / entry.filename
                part = part_of(path)
                with disk_errors(path), packed.open(entry) as stem:
                    with open_own(part, fresh=True) as file:
                        while piece := stem.read(_COPY_BYTES):
                            write_all(file, [piece])
                    part.replace(path)
                found[path.stem] = path
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise DownloadError(f"the archive of the stems is damaged ({error})") from error
    return found
