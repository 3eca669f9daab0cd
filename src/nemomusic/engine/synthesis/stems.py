"""Write and revise the files of a mix and of its stems, block by block.

A stem is a part of the mix as a file of its own. All processing after the parts is linear, except
for the tape. So each stem is processed with the gains of the mix, and the sum of the stems is the
mix.
"""

from __future__ import annotations

import re
import wave
from contextlib import ExitStack
from threading import Lock
from typing import TYPE_CHECKING, Self

import numpy as np

from nemomusic.engine.pcm import RATE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from nemomusic.engine.pcm import Samples

__all__ = ["MixFiles", "Revision", "curve", "stem_paths", "to_pcm16"]

_HEADER_BYTES = 44
"""Bytes that the wave module writes before the samples."""
_FULL_SCALE = np.float32(32_767.0)
_HEADROOM = np.float32(0.25)
"""Factor on stems before their gains are known: one part may be louder than the limited mix."""


def to_pcm16(sound: Samples) -> bytes:
    """Return sound as 16-bit little-endian PCM, frame by frame."""
    frames = np.ascontiguousarray(sound)
    return bytes(np.rint(np.clip(frames, -1.0, 1.0) * _FULL_SCALE).astype("<i2").tobytes())


def curve(gains: NDArray[np.float64], first: int, count: int) -> NDArray[np.float32]:
    """Return the linear gain, [count, 1], of frames from dB values a tenth of a second apart."""
    if not len(gains):
        return np.ones((count, 1), np.float32)
    times = np.arange(first, first + count) / RATE
    levels = np.interp(times, 0.05 + 0.1 * np.arange(len(gains)), gains)
    return np.asarray(10.0 ** (levels / 20.0), np.float32)[:, None]


def stem_paths(folder: Path, names: Sequence[str]) -> list[Path]:
    """Return a path for each stem: its name in lower case, with a number where it is taken."""
    paths: list[Path] = []
    for name in names:
        plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "part"
        path, number = folder / f"{plain}.wav", 2
        while path in paths:
            path, number = folder / f"{plain}-{number}.wav", number + 1
        paths.append(path)
    return paths


class MixFiles:
    """16-bit 48 kHz stereo WAV files of the mix and of its stems.

    A block holds two channels of each file: those of the mix, then those of the stems in order.

    Args:
        mix: The path of the mix; replaced if it exists.
        stems: The paths of the stems.
    """

    def __init__(self, mix: Path, stems: Sequence[Path]) -> None:
        self._paths = [mix, *stems]
        self.channels: int = 2 * len(self._paths)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._files = []
        for path in self._paths:
            file = self._stack.enter_context(wave.open(str(path), "wb"))
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(RATE)
            self._files.append(file)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def append(self, block: Samples) -> None:
        """Write the next frames."""
        for number, file in enumerate(self._files):
            sound = block[:, 2 * number : 2 * number + 2]
            file.writeframes(to_pcm16(sound * _HEADROOM if number else sound))

    def revise(self) -> Revision:
        """Close the files, and open them once more to change their frames."""
        self._stack.close()
        return Revision(self._paths)


class Revision:
    """Reads and replaces frames of complete files. Threads may share it.

    Args:
        paths: The paths of the mix and its stems, as in `MixFiles`.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._stack = ExitStack()
        self._lock = Lock()  # a place is set in one step and used in another

    def __enter__(self) -> Self:
        self._files = [self._stack.enter_context(path.open("r+b")) for path in self._paths]
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def read(self, first: int, count: int) -> Samples:
        """Return `count` frames as they were appended; silence after the end of the files."""
        block = np.zeros((count, 2 * len(self._files)), np.float32)
        for number, file in enumerate(self._files):
            with self._lock:
                file.seek(_HEADER_BYTES + 4 * first)
                content = file.read(4 * count)
            raw = np.frombuffer(content, "<i2").reshape(-1, 2)
            scale = _FULL_SCALE * _HEADROOM if number else _FULL_SCALE
            block[: len(raw), 2 * number : 2 * number + 2] = raw.astype(np.float32) / scale
        return block

    def write(self, first: int, block: Samples) -> None:
        """Replace frames."""
        for number, file in enumerate(self._files):
            content = to_pcm16(block[:, 2 * number : 2 * number + 2])
            with self._lock:
                file.seek(_HEADER_BYTES + 4 * first)
                file.write(content)
