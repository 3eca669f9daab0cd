"""Sound on disk while it is worked on, so that memory doesn't grow with its length."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nemomusic.local.engine.true_peak import Samples

__all__ = ["RATE", "SECTION", "Tape", "sections"]

RATE = 48000
"""Of every tape, in Hz; stereo."""

SECTION = 3 * RATE
"""Frames worked on at a time: long enough to amortise numpy's calls, short enough for the cache."""

_FRAME = 2 * 4  # bytes


def sections(frames: int) -> Iterator[tuple[int, int]]:
    """Yield (start, stop) of the sections of `frames`."""
    for start in range(0, frames, SECTION):
        yield start, min(start + SECTION, frames)


class Tape:
    """A scratch file of stereo float32 at 48 kHz. Where nothing was written there is silence.

    Threads may share it.
    """

    def __init__(self, path: Path, frames: int) -> None:
        self.frames = frames
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
        """Write [frames, 2] at `start`; what lies outside of the tape is dropped."""
        first, last = max(start, 0), min(start + len(sound), self.frames)
        if first < last:
            part = np.ascontiguousarray(sound[first - start : last - start], np.float32)
            with self._lock:
                self._file.seek(first * _FRAME)
                self._file.write(part.data.cast("B"))
