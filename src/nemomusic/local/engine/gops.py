"""Which groups of pictures of a clip have to be decoded to find its cuts.

A group is a key picture and what is coded as differences from it. Packets are cheap to read and say
where pictures change: a picture that has little to do with the one before it costs many bytes. That
hints at cuts and doesn't prove them, so here it only chooses what to decode. What is passed over
are groups whose packets show no sign of a cut and whose key picture is like the next group's.

What is decoded is decoded without the pictures no other depends on, at first; all of them where
something may be hidden between two that were seen.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = [
    "SAMPLE",
    "Packets",
    "Run",
    "runs_around",
    "runs_to_decode",
    "show_signs",
    "worth_choosing",
]

# Set on clips with known cuts in eight encodings (x264 with its own key pictures and with a fixed
# group length, with and without B pictures, constant quality and a tight constant bit rate): every
# cut that isn't at a key picture passed one of these, at a third or less of the pictures.
_AROUND: Final = 15
"""Packets before and after, to compare a packet's size with."""
_NEAREST: Final = 3
"""Packets on either side that a cut makes large too, and that aren't compared with."""
_STANDS_OUT: Final = 1.1
"""Times the third largest packet around. An encoder short of bits (VBV) gives no more to a cut."""
_LEAST_SIZE: Final = 0.08
"""Share of the key packet's size below which a packet can't hold a new picture with detail."""
_LIKE_A_KEY: Final = 0.8
"""Share of the key packet's size from which on a packet may hold a new picture in any case."""
_LEVEL: Final = 3.0
"""Times by which packets grow or shrink where a lively shot meets a calm one, or plain black."""
_LEVEL_AROUND: Final = 12
_LEAST_LEVEL: Final = 0.03
"""Share of the key packets' size that the larger packets have on average where levels change."""
_MARGIN: Final = 0.5
"""Seconds around a sign of a cut to decode: what it takes to tell a cut from a flash, and some."""
_NEAR_A_SIGN: Final = 0.1
"""Seconds from a cut to its sign: what is shown earlier may be stored later."""
SAMPLE: Final = 0.15
"""Seconds decoded at the head of every group, to see how much moves."""
_LONGEST: Final = 12.0
"""Seconds. In a longer group much can happen and be undone; it is decoded whatever the signs."""
_LEAST_GROUPS: Final = 3
_LEAST_LENGTH: Final = 8
"""Packets a group has on average; with fewer, key pictures cost about as much as everything."""


@attrs.frozen(eq=False)
class Packets:
    """The packets of a clip's pictures in the order they are stored, which isn't that of showing.

    Attributes:
        times: Seconds from the first picture shown; negative if an edit list hides it. [n]
        sizes: Bytes. [n]
        keys: Whether decoding can start here. [n]
    """

    times: NDArray[np.float64]
    sizes: NDArray[np.int64]
    keys: NDArray[np.bool_]

    @property
    def starts(self) -> NDArray[np.intp]:
        """Index of the key packet of each group."""
        return np.flatnonzero(self.keys)

    @property
    def regular(self) -> list[bool]:
        """Tell of each group but the last whether it is as long as the encoder makes them.

        Encoders end a group early where they see a cut.
        """
        lengths = np.diff(self.starts)
        return [] if len(lengths) == 0 else [bool(n) for n in lengths == lengths.max()]


@attrs.frozen
class Run:
    """Packets to decode one after the other.

    Attributes:
        first: Index of its first packet, a key packet.
        end: Index after its last one.
        start: Time of its first picture.
        stop: Time up to which no picture is missing in it.
    """

    first: int
    end: int
    start: float
    stop: float

    def groups(self, packets: Packets) -> tuple[Run, ...]:
        """Return the same by the group, each to be decoded without the one before it."""
        inside = packets.starts
        inside = inside[(inside > self.first) & (inside < self.end)]
        heads = [self.first, *inside.tolist()]
        times = [self.start, *packets.times[inside].tolist()]
        ends = [*zip(heads[1:], times[1:], strict=True), (self.end, self.stop)]
        return tuple(
            Run(first, end, start, stop)
            for first, start, (end, stop) in zip(heads, times, ends, strict=True)
        )


def worth_choosing(packets: Packets) -> bool:
    """Tell whether a clip has groups long enough, and enough of them, to pass over some."""
    starts = packets.starts
    count = len(packets.keys)
    return (
        len(starts) >= _LEAST_GROUPS
        and int(starts[0]) == 0
        and count >= len(starts) * _LEAST_LENGTH
        and bool(np.isfinite(packets.times).all())
    )


def runs_to_decode(packets: Packets, related: Sequence[bool]) -> tuple[Run, ...]:
    """Choose what to decode.

    Args:
        packets: Of a clip.
        related: For each group but the last: the next key picture may well show the same shot.

    Returns:
        The runs, in order; they don't touch.
    """
    starts = packets.starts
    times = packets.times
    ends = np.append(times[starts[1:]], np.inf)
    until = times[starts] + SAMPLE
    for group in range(len(starts)):
        alike = group < len(related) and related[group]
        if not alike or ends[group] - times[starts[group]] > _LONGEST:
            until[group] = ends[group] + _MARGIN
    for index in np.flatnonzero(_signs(packets)):
        group = int(np.searchsorted(starts, index, side="right")) - 1
        until[group] = max(until[group], times[index] + _MARGIN)
    for group in range(len(starts) - 1):  # a margin may reach into the next group
        if until[group] > ends[group]:
            until[group + 1] = max(until[group + 1], until[group])
    return _runs(packets, until)


def show_signs(packets: Packets, spans: Sequence[tuple[float, float]]) -> list[bool]:
    """Tell for each of the spans whether packets show a sign of a cut there, or a group begins."""
    times = np.sort(packets.times[_signs(packets) | packets.keys])
    first = np.searchsorted(times, [start - _NEAR_A_SIGN for start, _ in spans])
    after = np.searchsorted(times, [end + _NEAR_A_SIGN for _, end in spans], side="right")
    return [bool(shown) for shown in after > first]


def runs_around(packets: Packets, spans: Sequence[tuple[float, float]]) -> tuple[Run, ...]:
    """Choose what to decode to see all that is shown in the spans, and a margin around them.

    Args:
        packets: Of a clip.
        spans: Start and end in seconds.

    Returns:
        The runs, in order; they don't touch.
    """
    heads = packets.times[packets.starts]
    ends = np.append(heads[1:], np.inf)
    until = np.full(len(heads), -np.inf)
    for start, stop in spans:
        touched = (heads <= stop + _MARGIN) & (ends > start - _MARGIN)
        until[touched] = np.maximum(until[touched], stop + _MARGIN)
    return _runs(packets, until)


def _runs(packets: Packets, until: NDArray[np.float64]) -> tuple[Run, ...]:
    """Return the runs that show each group up to a time; those whose time is -inf are left out."""
    times = packets.times
    bounds = [*packets.starts.tolist(), len(packets.keys)]
    missing = np.minimum.accumulate(times[::-1])[::-1]  # earliest time from this packet on
    runs: list[Run] = []
    for group, (first, end) in enumerate(itertools.pairwise(bounds)):
        if np.isneginf(until[group]):
            continue
        needed = first + int(np.flatnonzero(times[first:end] <= until[group])[-1]) + 1
        stop = float(missing[needed]) if needed < len(missing) else float("inf")
        start = float(times[first]) if first else 0.0
        if runs and runs[-1].end == first:
            last = runs.pop()
            first, start = last.first, last.start  # noqa: PLW2901 - the two become one
        runs.append(Run(first, needed, start, stop))
    return tuple(runs)


def _signs(packets: Packets) -> NDArray[np.bool_]:
    """Mark the packets after which something new may be shown."""
    others = np.flatnonzero(~packets.keys)
    marked = np.zeros(len(packets.keys), bool)
    if len(others) == 0:
        return marked
    sizes = packets.sizes[others].astype(np.float64)
    starts = packets.starts
    key_sizes = packets.sizes[starts[np.searchsorted(starts, others, side="right") - 1]]
    share = sizes / np.maximum(key_sizes, 1)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(sizes, _AROUND), 2 * _AROUND + 1)
    far = np.delete(around, np.s_[_AROUND - _NEAREST : _AROUND + _NEAREST + 1], axis=1)
    third = np.partition(far, -3, axis=1)[:, -3]
    marked[others] = (share > _LIKE_A_KEY) | ((sizes > _STANDS_OUT * third) & (share > _LEAST_SIZE))
    width = min(_LEVEL_AROUND, len(sizes) // 2)
    if width:
        sums = np.concatenate([[0.0], np.cumsum(sizes)]) + 1.0
        middle = np.arange(width, len(sizes) - width + 1)
        before = sums[middle] - sums[middle - width] + 1.0
        after = sums[middle + width] - sums[middle] + 1.0
        changes = np.maximum(before / after, after / before) > _LEVEL
        groups = np.searchsorted(starts, others, side="right")
        changes &= groups[middle - width] == groups[middle + width - 1]
        changes &= np.maximum(before, after) / width > _LEAST_LEVEL * np.median(key_sizes)
        marked[others[np.minimum(middle, len(others) - 1)[changes]]] = True
    return marked
