"""Find places of a video whose data are lost, and make warnings about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nemomusic.engine.media.decoding.timestamps import StreamTimes

__all__ = ["holes"]

_MIN_HOLE: Final = 0.5
"""The smallest time without a frame that counts as a hole, in seconds; see also `_MIN_STEPS`."""
_MIN_STEPS: Final = 4.0
"""The smallest number of missing frames that counts as a hole."""
_MIN_SILENT_SHARE: Final = 0.5
"""The share of the hole in which there is no sound either."""
_MAX_NAMED_HOLES: Final = 3
"""Holes that are named."""


def holes(video: StreamTimes, sounds: Sequence[StreamTimes], origin: float) -> list[str]:
    """Return a warning for each time in which neither a frame nor sound is there.

    A recorder that stores no frames while nothing moves still stores the sound.

    Args:
        video: The times of the video.
        sounds: The times of the sound that is heard. Without sound, nothing is a hole.
        origin: The start of the clip on the clock of the file, in seconds.
    """
    shown = np.unique(video.shown)
    steps = np.diff(shown)
    if not sounds or not len(steps):
        return []
    least = max(_MIN_HOLE, _MIN_STEPS * float(np.median(steps)))
    heard = [np.unique(one.shown) for one in sounds]
    found = [
        (float(shown[at]), float(steps[at]))
        for at in np.flatnonzero(steps > least)
        if all(_pauses(one, shown[at], shown[at + 1]) for one in heard)
    ]
    said = [
        f"There is neither a frame nor sound for {length:.1f} s from {start - origin:.1f} s on:"
        " data are missing there."
        for start, length in found[:_MAX_NAMED_HOLES]
    ]
    more = len(found) - _MAX_NAMED_HOLES
    return said if more <= 0 else [*said, f"The same is true of {more} more places."]


def _pauses(times: NDArray[np.float64], start: float, stop: float) -> bool:
    """Return whether a sound pauses for most of a time span, and goes on later."""
    first = max(0, int(np.searchsorted(times, start, "right")) - 1)
    last = int(np.searchsorted(times, stop, "left")) + 1
    inside = np.clip(times[first:last], start, stop)
    return len(inside) > 1 and float(np.diff(inside).max()) >= _MIN_SILENT_SHARE * (stop - start)
