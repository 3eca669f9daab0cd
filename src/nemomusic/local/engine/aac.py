"""AAC, encoded in stretches side by side, for the encoder keeps but one processor busy.

A packet of AAC can be decoded with no more than the one before it (ISO/IEC 14496-3: half of every
block overlaps with the last). So each stretch is begun early enough for its encoder to come to
decide as the one before would have gone on to decide, and taken over where both chose the same
form of block: then the halves belong together, and what differs is only the rounding.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

import av
import numpy as np

from nemomusic.local.engine.tape import RATE, SECTION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from nemomusic.local.engine.tape import Tape

__all__ = ["BIT_RATE", "BLOCK", "OPTIONS", "encoded"]

BLOCK = 1024
"""Frames a packet; also by how many the first packet lies before the first frame."""

BIT_RATE = 192_000

# FFmpeg's fast search at this rate has more signal to noise than the thorough one, at a third of
# the time, but not with intensity stereo, where it makes spikes of up to +9 dBTP out of loud noise.
OPTIONS = {"aac_coder": "fast", "aac_is": "0"}

_STRETCH = 15 * RATE // BLOCK  # packets, about
# Packets by which a stretch is begun before its first one: a new encoder takes two seconds to find
# its rate. (With 24 the noise rose by 0.4 dB on the whole, with 96 and with 192 by nothing.)
_LEAD = 96
_LONGER = 8  # packets by which it goes on, to choose from where the next one takes over
_BEHIND = 2  # blocks that the encoder wants to see before it gives a packet
_THREADS = 2


def encoded(tape: Tape) -> Iterator[list[bytes]]:
    """Yield the packets of a tape in order, a stretch at a time.

    The same tape gives the same packets whatever the threads do.
    """
    total = -(-tape.frames // BLOCK) + 1
    count = max(1, round(total / _STRETCH))
    firsts = [total * number // count for number in range(count)] + [total]
    stretches = deque(pairwise(firsts))
    coming: deque[Future[list[bytes]]] = deque()
    before: list[bytes] = []  # packets of the last stretch from the one before this stretch on
    with ThreadPoolExecutor(_THREADS, "aac") as threads:
        for first, stop in pairwise(firsts):
            while stretches and len(coming) <= _THREADS:
                coming.append(threads.submit(_stretch, tape, *stretches.popleft()))
            packets = coming.popleft().result()
            at = min(first, _LEAD)  # where its first packet is among those of its lead
            if first:
                taken = _seam(before, packets[at - 1 :])
                yield before[1:taken]
                at += taken - 1
            end = min(first, _LEAD) + stop - first
            yield packets[at:end]
            before = packets[end - 1 :]


def _stretch(tape: Tape, first: int, stop: int) -> list[bytes]:
    """Return the packets from `_LEAD` before `first` (or the very first) to beyond `stop`."""
    codec = av.CodecContext.create("aac", "w")
    codec.sample_rate, codec.layout, codec.format = RATE, "stereo", "fltp"
    codec.bit_rate, codec.options = BIT_RATE, dict(OPTIONS)
    begin = max(0, first - _LEAD) * BLOCK
    end = min((stop + _LONGER + _BEHIND) * BLOCK, tape.frames)
    packets = []
    for start in range(begin, end, SECTION):
        planes = np.ascontiguousarray(tape.read(start, min(start + SECTION, end)).T)
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout="stereo")
        frame.sample_rate = RATE
        frame.pts = start - begin
        packets += codec.encode(frame)
    if end == tape.frames:
        packets += codec.encode(None)
    return [bytes(packet) for packet in packets]


def _seam(old: list[bytes], new: list[bytes]) -> int:
    """Return from which packet on to take the new ones; the first of both lists is never it."""
    for number, (one, other) in enumerate(zip(old, new, strict=False)):
        if (form := _form(one)) is not None and form == _form(other):
            return number + 1
    return 1  # where the two sides differ in form it can't be seen here that old and new agree


def _form(packet: bytes) -> int | None:
    """Return the sequence and shape of a packet's windows, if it has the same for both channels.

    A channel pair begins with its id (3 bits, 1), tag (4), whether both have one form (1), and then
    a reserved bit, sequence (2) and shape (1): ISO/IEC 14496-3, tables 4.5 and 4.6.
    """
    if len(packet) < 2 or packet[0] >> 5 != 1 or not packet[0] & 1:
        return None
    return packet[1] >> 4 & 7
