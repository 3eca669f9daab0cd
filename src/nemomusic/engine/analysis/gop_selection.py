"""Select the GOPs of a clip that have to be decoded to find its cuts.

A GOP is a key frame and the frames that are coded as differences from it. Packets are cheap to read
and show where frames change: a frame that differs from the one before it costs many bytes. That
hints at cuts, but does not prove them. So this module only selects what to decode. A GOP is skipped
if its packets show no sign of a cut, and its key frame is similar to the next GOP's.

In a selected GOP, frames that no other frame refers to are skipped at first. They are decoded where
a cut may be hidden between two decoded frames.
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
    "PacketRange",
    "Packets",
    "hints_in",
    "ranges_around",
    "select_ranges",
    "worth_choosing",
]

# The thresholds were found with clips with known cuts in eight encodings of x264: with its own key
# frames or a fixed GOP length, with or without B-frames, and with constant quality or a tight
# constant bit rate. Every cut that is not at a key frame passed one of the thresholds. At most a
# third of the frames were decoded.
_COMPARED_PACKETS: Final = 15
"""Number of packets before and after a packet with which its size is compared."""
_SKIPPED_PACKETS: Final = 3
"""Number of packets on either side that are not compared, since a cut makes them large too."""
_STANDS_OUT: Final = 1.1
"""Factor on the third largest packet around. It is low, since an encoder short of bits (VBV) gives
no more to a cut.
"""
_MIN_SIZE: Final = 0.08
"""Share of the key packet's size below which a packet can't hold a new frame with detail."""
_LIKE_A_KEY: Final = 0.8
"""Share of the key packet's size above which a packet always counts as a possible new frame."""
_LEVEL_FACTOR: Final = 3.0
"""Factor by which packets grow or shrink between a shot with much motion and a calm one, or plain
black."""
_LEVEL_AROUND: Final = 12
_MIN_LEVEL: Final = 0.03
"""Smallest mean size of the larger packets at a change of level, as a share of the key packets'
size.
"""
_MARGIN_SECONDS: Final = 0.5
"""Seconds to decode around a sign of a cut: enough to tell a cut from a flash."""
_NEAR_A_SIGN: Final = 0.1
"""Seconds between a cut and its sign: a frame that is shown earlier may be stored later."""
SAMPLE: Final = 0.15
"""Seconds that are decoded at the head of every GOP, to measure motion."""
_MAX_SKIPPED_GOP_SECONDS: Final = 12.0
"""Seconds of a GOP above which it is always decoded: a shot may begin and end in it."""
_MIN_GROUPS: Final = 3
_MIN_LENGTH: Final = 8
"""Smallest mean number of packets in a GOP. With fewer, key frames cost about as much as all
frames.
"""


@attrs.frozen(eq=False)
class Packets:
    """The video packets of a clip in storage order, which differs from presentation order.

    Attributes:
        times: Seconds from the first frame shown; negative if an edit list hides the frame. [n]
        sizes: Bytes. [n]
        keys: Whether decoding can start here. [n]
    """

    times: NDArray[np.float64]
    sizes: NDArray[np.int64]
    keys: NDArray[np.bool_]

    @property
    def starts(self) -> NDArray[np.intp]:
        """The index of the key packet of each GOP."""
        return np.flatnonzero(self.keys)

    @property
    def regular(self) -> list[bool]:
        """Return for each GOP but the last whether it has the encoder's full length.

        Encoders end a GOP early at a cut. The longest GOP is full if it is not the only one of its
        length.
        """
        lengths = np.diff(self.starts)
        if len(lengths) == 0:
            return []
        full = lengths == lengths.max()
        return [bool(n) for n in full & (np.count_nonzero(full) > 1)]


@attrs.frozen
class PacketRange:
    """A range of packets to decode one after the other.

    Attributes:
        first: Index of its first packet, a key packet.
        end: Index after its last one.
        start: Time of its first frame.
        stop: Time up to which no frame is missing in it.
    """

    first: int
    end: int
    start: float
    stop: float

    def groups(self, packets: Packets) -> tuple[PacketRange, ...]:
        """Return the same range split by GOP. Each part can be decoded alone."""
        inside = packets.starts
        inside = inside[(inside > self.first) & (inside < self.end)]
        heads = [self.first, *inside.tolist()]
        times = [self.start, *packets.times[inside].tolist()]
        ends = [*zip(heads[1:], times[1:], strict=True), (self.end, self.stop)]
        return tuple(
            PacketRange(first, end, start, stop)
            for first, start, (end, stop) in zip(heads, times, ends, strict=True)
        )


def worth_choosing(packets: Packets) -> bool:
    """Return whether a clip has enough GOPs, and long enough ones, to skip some."""
    starts = packets.starts
    count = len(packets.keys)
    return (
        len(starts) >= _MIN_GROUPS
        and int(starts[0]) == 0
        and count >= len(starts) * _MIN_LENGTH
        and bool(np.isfinite(packets.times).all())
    )


def select_ranges(packets: Packets, related: Sequence[bool]) -> tuple[PacketRange, ...]:
    """Choose the packets to decode.

    Args:
        packets: The packets of a clip.
        related: For each GOP but the last, whether the next key frame may show the same shot.

    Returns:
        The ranges, in order. They don't touch.
    """
    starts = packets.starts
    times = packets.times
    ends = np.append(times[starts[1:]], np.inf)
    until = times[starts] + SAMPLE
    for group in range(len(starts)):
        alike = group < len(related) and related[group]
        if not alike or ends[group] - times[starts[group]] > _MAX_SKIPPED_GOP_SECONDS:
            until[group] = ends[group] + _MARGIN_SECONDS
    early = [not full for full in packets.regular]
    for index in np.flatnonzero(_signs(packets)):
        group = int(np.searchsorted(starts, index, side="right")) - 1
        until[group] = max(until[group], times[index] + _MARGIN_SECONDS)
        if group < len(early) and early[group]:
            # Perhaps another shot begins in the GOP, and the first one comes back at its end.
            until[group] = max(until[group], ends[group] + _MARGIN_SECONDS)
    for group in range(len(starts) - 1):  # a margin may reach into the next GOP
        if until[group] > ends[group]:
            until[group + 1] = max(until[group + 1], until[group])
    return _runs(packets, until)


def hints_in(packets: Packets, spans: Sequence[tuple[float, float]]) -> list[bool]:
    """Return for each span whether its packets show a sign of a cut, or a GOP begins in it."""
    times = np.sort(packets.times[_signs(packets) | packets.keys])
    first = np.searchsorted(times, [start - _NEAR_A_SIGN for start, _ in spans])
    after = np.searchsorted(times, [end + _NEAR_A_SIGN for _, end in spans], side="right")
    return [bool(shown) for shown in after > first]


def ranges_around(
    packets: Packets, spans: Sequence[tuple[float, float]]
) -> tuple[PacketRange, ...]:
    """Choose the packets to decode for all frames of the spans, with a margin around them.

    Args:
        packets: The packets of a clip.
        spans: Start and end in seconds.

    Returns:
        The ranges, in order. They don't touch.
    """
    heads = packets.times[packets.starts]
    ends = np.append(heads[1:], np.inf)
    until = np.full(len(heads), -np.inf)
    for start, stop in spans:
        touched = (heads <= stop + _MARGIN_SECONDS) & (ends > start - _MARGIN_SECONDS)
        until[touched] = np.maximum(until[touched], stop + _MARGIN_SECONDS)
    return _runs(packets, until)


def _runs(packets: Packets, until: NDArray[np.float64]) -> tuple[PacketRange, ...]:
    """Return the ranges that decode each GOP up to a time. A GOP with the time -inf is left out."""
    times = packets.times
    bounds = [*packets.starts.tolist(), len(packets.keys)]
    missing = np.minimum.accumulate(times[::-1])[::-1]  # earliest time from this packet on
    ranges: list[PacketRange] = []
    for group, (first, end) in enumerate(itertools.pairwise(bounds)):
        if np.isneginf(until[group]):
            continue
        needed = first + int(np.flatnonzero(times[first:end] <= until[group])[-1]) + 1
        stop = float(missing[needed]) if needed < len(missing) else float("inf")
        start = float(times[first]) if first else 0.0
        if ranges and ranges[-1].end == first:
            last = ranges.pop()
            first, start = last.first, last.start  # noqa: PLW2901 - the two become one
        ranges.append(PacketRange(first, needed, start, stop))
    return tuple(ranges)


def _signs(packets: Packets) -> NDArray[np.bool_]:
    """Mark the packets after which a new shot may begin."""
    others = np.flatnonzero(~packets.keys)
    marked = np.zeros(len(packets.keys), bool)
    if len(others) == 0:
        return marked
    sizes = packets.sizes[others].astype(np.float64)
    starts = packets.starts
    key_sizes = packets.sizes[starts[np.searchsorted(starts, others, side="right") - 1]]
    share = sizes / np.maximum(key_sizes, 1)
    around = np.lib.stride_tricks.sliding_window_view(
        np.pad(sizes, _COMPARED_PACKETS), 2 * _COMPARED_PACKETS + 1
    )
    far = np.delete(
        around,
        np.s_[_COMPARED_PACKETS - _SKIPPED_PACKETS : _COMPARED_PACKETS + _SKIPPED_PACKETS + 1],
        axis=1,
    )
    third = np.partition(far, -3, axis=1)[:, -3]
    marked[others] = (share > _LIKE_A_KEY) | ((sizes > _STANDS_OUT * third) & (share > _MIN_SIZE))
    width = min(_LEVEL_AROUND, len(sizes) // 2)
    if width:
        sums = np.concatenate([[0.0], np.cumsum(sizes)]) + 1.0
        middle = np.arange(width, len(sizes) - width + 1)
        before = sums[middle] - sums[middle - width] + 1.0
        after = sums[middle + width] - sums[middle] + 1.0
        changes = np.maximum(before / after, after / before) > _LEVEL_FACTOR
        groups = np.searchsorted(starts, others, side="right")
        changes &= groups[middle - width] == groups[middle + width - 1]
        changes &= np.maximum(before, after) / width > _MIN_LEVEL * np.median(key_sizes)
        marked[others[np.minimum(middle, len(others) - 1)[changes]]] = True
    return marked
