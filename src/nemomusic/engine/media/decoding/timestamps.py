"""Read the clock of a file: its packets' times, and where they restart or jump.

Downloads of live streams and joined recordings restart or jump ahead in the middle. FFmpeg's
program corrects the clock after such breaks. Its libraries do not, so this module does it.
"""

from __future__ import annotations

from array import array
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from nemomusic.engine.media.decoding.damaged_packets import is_damaged, length_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream
    from numpy.typing import NDArray

__all__ = ["StreamTimes", "corrected", "demux", "find_jumps", "is_end", "read_times"]

_UNKNOWN: Final = -(2**63)
_MIN_RESTART_SECONDS: Final = 0.25
"""The smallest backward jump of decoding times that counts as a restart of the clock, in seconds.
"""
_AHEAD_OF_LAST: Final = 10.0
"""The smallest forward jump of decoding times that counts as a break, in seconds, as in FFmpeg's
program.
"""
_TOLERANCE_SECONDS: Final = 5.0
"""The largest difference of one break between streams, in seconds: they do not end at the same
time.
"""
_MAX_DISTANCE: Final = 64
"""The largest distance between packets of two streams that belong together in a file."""
_RESTARTING_FORMATS: Final = frozenset({"mpegts", "mpeg"})
"""FFmpeg's names of the formats whose clock may restart. In other formats that is an error."""


@attrs.frozen(eq=False)
class StreamTimes:
    """The times of a stream's packets in storage order, in seconds.

    Attributes:
        numbers: The number of each packet among all packets of the file.
        pts: Presentation times; NaN where unknown.
        dts: Decoding times; NaN where unknown.
        length: Durations; 0 where unknown.
        hidden: Whether an edit list hides the packet.
        damaged: How many packets the container reports as damaged.
        broken: How many packets have a content that no encoder writes.
    """

    numbers: NDArray[np.int64]
    pts: NDArray[np.float64]
    dts: NDArray[np.float64]
    length: NDArray[np.float64]
    hidden: NDArray[np.bool_]
    damaged: int = 0
    broken: int = 0

    @property
    def count(self) -> int:
        """Return the number of packets that are shown or heard."""
        return int(np.count_nonzero(~self.hidden))

    @property
    def shown(self) -> NDArray[np.float64]:
        """Return the presentation times of packets that are shown or heard; dts where unknown."""
        times = np.where(np.isnan(self.pts), self.dts, self.pts)[~self.hidden]
        return times[np.isfinite(times)]

    @property
    def first(self) -> float:
        """Return the time at which the stream starts; 0 for an empty one."""
        shown = self.shown
        return float(shown.min()) if len(shown) else 0.0

    @property
    def last(self) -> float:
        """Return the time at which the stream ends; 0 for an empty one."""
        times = np.where(np.isnan(self.pts), self.dts, self.pts)
        known = np.isfinite(times) & ~self.hidden
        if not known.any():
            return 0.0
        at = int(np.flatnonzero(known)[np.argmax(times[known])])
        if self.length[at] > 0.0:
            return float(times[at] + self.length[at])
        count = int(np.count_nonzero(known))
        step = (times[at] - self.first) / (count - 1) if count > 1 else 0.0
        return float(times[at] + (step or 1 / 25))

    def by_decoding(self) -> StreamTimes:
        """Return the same packets with their decoding times as presentation times."""
        steps = np.diff(self.dts[np.isfinite(self.dts)])
        step = float(np.median(steps)) if len(steps) else 0.0
        return attrs.evolve(self, pts=self.dts, length=np.full_like(self.length, step))


def read_times(container: InputContainer, packets: Iterator[Packet[Any]]) -> dict[int, StreamTimes]:
    """Read the times of packets, stream by stream.

    Args:
        container: The open file. Its format decides how an edit list hides packets.
        packets: From the start of the file on.
    """
    edited = container.format.name.startswith("mov")  # an edit list hides packets before 0
    lengths = length_bytes(container)
    rows: dict[int, array[int]] = {}
    for number, packet in enumerate(packets):
        pts, dts = packet.pts, packet.dts
        if pts is None and dts is None:
            continue  # the empty packet at the end
        row = rows.get(packet.stream_index)
        if row is None:
            row = rows[packet.stream_index] = array("q")
        hidden = packet.is_discard or (edited and (pts if pts is not None else dts or 0) < 0)
        row.append(number)
        row.append(_UNKNOWN if pts is None else pts)
        row.append(_UNKNOWN if dts is None else dts)
        row.append(packet.duration or 0)
        row.append(hidden)
        row.append(packet.is_corrupt)
        row.append(is_damaged(packet, lengths))
    return {index: _times(container.streams[index], row) for index, row in rows.items()}


def _times(stream: Stream, row: array[int]) -> StreamTimes:
    table = np.frombuffer(row, np.int64).reshape(-1, 7)
    base = float(stream.time_base or 0)

    def seconds(column: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.where(column == _UNKNOWN, np.nan, column * base)

    return StreamTimes(
        numbers=table[:, 0].copy(),
        pts=seconds(table[:, 1]),
        dts=seconds(table[:, 2]),
        length=np.asarray(table[:, 3] * base, np.float64),
        hidden=table[:, 4] != 0,
        damaged=int(np.count_nonzero(table[:, 5])),
        broken=int(np.count_nonzero(table[:, 6])),
    )


@attrs.frozen
class _Break:
    """A jump in the times of one stream.

    Attributes:
        stream: The stream's index.
        packet: Number of the first packet after it, in the stream.
        number: Number of that packet in the file.
        end: Seconds at which the stream ends before it, on the clock before it.
        start: Seconds at which the stream continues, on the clock after it.
    """

    stream: int
    packet: int
    number: int
    end: float
    start: float


def find_jumps(
    times: Mapping[int, StreamTimes], format_name: str
) -> tuple[tuple[int, int, float], ...]:
    """Find the breaks in the clock of a file, and the corrections for later times.

    Args:
        times: The times of the streams of video and sound.
        format_name: FFmpeg's name of the format.

    Returns:
        (stream index, number of the packet in the stream, seconds to add from there on); by stream
        and packet. The seconds are not cumulative.
    """
    restarts = format_name.split(",", maxsplit=1)[0] in _RESTARTING_FORMATS
    backward = not format_name.startswith(("mov", "avi"))
    breaks: list[_Break] = []
    for index, one in times.items():
        breaks += [
            found
            for found in _breaks(index, one)
            if (backward if found.start < found.end else _all_pause(found, times, alone=restarts))
        ]
    jumps: list[tuple[int, int, float]] = []
    offset = 0.0
    for group in _grouped(sorted(breaks, key=lambda one: one.number)):
        offset += max(one.end for one in group) - min(one.start for one in group)
        jumps += [(one.stream, one.packet, offset) for one in group]
    return tuple(sorted(jumps))


def _breaks(index: int, times: StreamTimes) -> Iterator[_Break]:
    known = np.flatnonzero(np.isfinite(times.dts))
    series = times.dts
    if len(known) * 2 < len(series):
        known = np.flatnonzero(np.isfinite(times.pts))
        series = times.pts
    steps = np.diff(series[known])
    usual = float(np.median(times.length)) if len(times.length) else 0.0
    for at in np.flatnonzero((steps < -_MIN_RESTART_SECONDS) | (steps > _AHEAD_OF_LAST)):
        before, after = int(known[at]), int(known[at + 1])
        length = min(times.length[before], usual)  # MP4 gives the gap itself as a duration
        yield _Break(
            stream=index,
            packet=after,
            number=int(times.numbers[after]),
            end=float(series[before] + length),
            start=float(series[after]),
        )


def _all_pause(found: _Break, times: Mapping[int, StreamTimes], *, alone: bool) -> bool:
    """Return whether a gap is empty in all streams.

    A still frame with sound is no gap, and neither is a silence under moving frames.

    Args:
        found: The gap.
        times: The times of all streams.
        alone: The answer if there is no other stream.
    """
    others = [one for index, one in times.items() if index != found.stream and len(one.dts)]
    if not others:
        return alone
    before = times[found.stream].numbers[found.packet - 1]
    for one in others:
        clock = np.where(np.isnan(one.dts), one.pts, one.dts)
        clock = clock[
            (one.numbers > before - _MAX_DISTANCE) & (one.numbers < found.number + _MAX_DISTANCE)
        ]
        if np.any(
            (clock > found.end + _TOLERANCE_SECONDS) & (clock < found.start - _TOLERANCE_SECONDS)
        ):
            return False
        if not np.any(clock >= found.start - _TOLERANCE_SECONDS):
            return False
    return True


def _grouped(breaks: Sequence[_Break]) -> list[list[_Break]]:
    """Merge the breaks that are one break of several streams."""
    groups: list[list[_Break]] = []
    for one in breaks:
        by = one.start - one.end
        home = next(
            (
                group
                for group in groups[-1:]
                if all(other.stream != one.stream for other in group)
                and abs(group[0].start - group[0].end - by) < _TOLERANCE_SECONDS
            ),
            None,
        )
        if home is None:
            groups.append([one])
        else:
            home.append(one)
    return groups


def corrected(
    times: Mapping[int, StreamTimes], jumps: Sequence[tuple[int, int, float]]
) -> dict[int, StreamTimes]:
    """Return the times on a clock without breaks."""
    fixed = dict(times)
    for index, one in times.items():
        mine = [(packet, by) for stream, packet, by in jumps if stream == index]
        if mine:
            shift = np.zeros(len(one.pts))
            for packet, by in mine:
                shift[packet:] = by
            fixed[index] = attrs.evolve(one, pts=one.pts + shift, dts=one.dts + shift)
    return fixed


def is_end(packet: Packet[Any]) -> bool:
    """Return whether a packet is the empty one at the end of a file.

    Theora stores empty packets in the middle, too: the frame before is shown once more.
    """
    return not packet.size and packet.pts is None and packet.dts is None


def demux(
    container: InputContainer,
    streams: Stream | Sequence[Stream],
    jumps: Sequence[tuple[int, int, float]] = (),
) -> Iterator[Packet[Any]]:
    """Yield the packets of streams, with times on a clock without breaks.

    Args:
        container: The file, at its start if there are jumps.
        streams: The streams.
        jumps: The result of `find_jumps`.
    """
    wanted: list[Any] = [streams] if not isinstance(streams, list | tuple) else list(streams)
    if not jumps:
        yield from _packets(container, wanted)
        return
    coming = {one.index: [jump for jump in jumps if jump[0] == one.index] for one in wanted}
    counts = dict.fromkeys(coming, 0)
    shifts = dict.fromkeys(coming, 0)
    for packet in _packets(container, wanted):
        index = packet.stream_index
        if packet.pts is not None or packet.dts is not None:
            while coming[index] and counts[index] >= coming[index][0][1]:
                shifts[index] = round(coming[index].pop(0)[2] / float(packet.time_base))
            counts[index] += 1
            if packet.pts is not None:
                packet.pts += shifts[index]
            if packet.dts is not None:
                packet.dts += shifts[index]
        yield packet


def _packets(container: InputContainer, wanted: list[Any]) -> Iterator[Packet[Any]]:
    """Yield the packets of streams.

    A file may hold tracks that appear only while it is read. PyAV does not know these, and raises
    an IndexError when it ends with them; the packets of the other tracks are complete by then.
    """
    with suppress(IndexError):
        yield from container.demux(wanted)
