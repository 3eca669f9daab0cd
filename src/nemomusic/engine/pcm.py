"""The array layout of sound in the engine, and a scratch file for it.

Sound is stereo float32 at 48 kHz, as [frames, channels].
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Self, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["RATE", "SECTION", "PcmScratchFile", "Samples", "sections"]

Samples: TypeAlias = "NDArray[np.float32]"
"""Sound as [frames, channels]."""

RATE = 48000
"""Sample rate of all sound in the engine, in Hz."""

SECTION = 3 * RATE
"""Frames of one section: enough to amortize NumPy's calls, few enough for the cache."""

_FRAME = 2 * 4  # bytes


def sections(frames: int) -> Iterator[tuple[int, int]]:
    """Yield (start, stop) of the sections of `frames`."""
    for start in range(0, frames, SECTION):
        yield start, min(start + SECTION, frames)


class PcmScratchFile:
    """A scratch file of stereo float32 at 48 kHz.

    Unwritten parts are silence. Threads may share it.

    Args:
        path: The path of the file.
        frames: Its length in frames.
        on_write: Called with the number of frames that were written, by the thread that wrote them.

    Attributes:
        frames: Its length in frames.
        on_write: See above.
    """

    def __init__(
        self, path: Path, frames: int, on_write: Callable[[int], None] = lambda _: None
    ) -> None:
        self.frames = frames
        self.on_write = on_write
        self._file = path.open("w+b")
        self._lock = Lock()  # a place to read from is set in one step and read from in another
        self._file.truncate(frames * _FRAME)  # a sparse file, where the system has those

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, start: int, stop: int) -> Samples:
        """Return [stop - start, 2]; silence before the beginning and after the end."""
        sound = np.zeros((stop - start, 2), np.float32)
        first, last = max(start, 0), min(stop, self.frames)
        if first < last:
            with self._lock:
                self._file.seek(first * _FRAME)
                self._file.readinto(sound[first - start : last - start].data.cast("B"))
        return sound

    def write(self, start: int, sound: Samples) -> None:
        """Write [frames, 2] at `start`. Samples outside of the file are dropped."""
        first, last = max(start, 0), min(start + len(sound), self.frames)
        if first < last:
            part = np.ascontiguousarray(sound[first - start : last - start], np.float32)
            with self._lock:
                self._file.seek(first * _FRAME)
                self._file.write(part.data.cast("B"))
        self.on_write(len(sound))
