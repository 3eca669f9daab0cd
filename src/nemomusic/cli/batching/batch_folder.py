"""A folder as the list of a batch's clips, read once or watched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nemomusic.errors import SourceError
from nemomusic.files.outputs import default_name
from nemomusic.models.file_types import SNIFFED_BYTES, sniff, type_of
from nemomusic.runtime.executor import SHARED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from nemomusic.runtime.clock import Clock

    _Seen = tuple[Path, int, int]
    """A video, its size in bytes, and the time of its last change in nanoseconds."""
    _Read = Callable[[Path], list[_Seen]]

SETTLED_SECONDS: Final = 2.0
"""Seconds without a change of size and time after which a new file counts as complete."""
POLL_SECONDS: Final = 0.5
"""Seconds between two readings of a watched folder."""


def clips_in(folder: Path) -> list[Path]:
    """Return the videos of a folder, by name. Results of other clips of the folder are left out.

    Raises:
        SourceError: The folder can't be read.
    """
    try:
        files = sorted(path for path in folder.iterdir() if path.is_file())
    except OSError as error:
        raise SourceError(
            f"{folder} can't be read ({error.strerror})",
            remedy="Check the folder and its permissions.",
        ) from error
    results = {default_name(path) for path in files}
    return [path for path in files if _is_clip(path) and path.name not in results]


def _is_clip(path: Path) -> bool:
    kind = type_of(path.name)
    if kind is None or kind.kind != "video" or path.name.startswith("."):
        return False
    if not (kind.embedded_only and kind.signatures):
        return True
    try:
        with path.open("rb") as file:  # a file .ts may be a program in TypeScript
            return sniff(file.read(SNIFFED_BYTES)) is kind
    except OSError:
        return True  # the job says why it can't be read


async def watch(
    folder: Path,
    clock: Clock,
    run: Callable[[_Read, Path], Awaitable[list[_Seen]]] = SHARED.run,
) -> AsyncIterator[Path]:
    """Yield the videos of a folder, and new ones when they are complete, until it is closed.

    Args:
        folder: The folder.
        clock: The time.
        run: Runs a function in a thread.
    """
    known: set[Path] = set()
    seen: dict[Path, tuple[int, int, float]] = {}
    first = True
    while True:
        for path, size, modified in await run(_videos_of, folder):
            if path in known:
                continue
            now = clock.monotonic()
            before = seen.get(path)
            if first and clock.time() - modified / 1e9 > SETTLED_SECONDS:
                before = (size, modified, now - SETTLED_SECONDS)
            if before is None or before[:2] != (size, modified):
                seen[path] = (size, modified, now)
            elif size and now - before[2] >= SETTLED_SECONDS:
                known.add(path)
                seen.pop(path, None)
                yield path
        first = False
        await clock.sleep(POLL_SECONDS)


def _videos_of(folder: Path) -> list[_Seen]:
    found = []
    for path in clips_in(folder):
        try:
            info = path.stat()
        except OSError:
            continue  # the file was removed meanwhile
        found.append((path, info.st_size, info.st_mtime_ns))
    return found
