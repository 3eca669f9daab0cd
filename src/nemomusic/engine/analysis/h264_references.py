"""Read from the slice headers of an H.264 stream which frames can be skipped.

B-frames that other frames refer to ("B-pyramid") can be skipped if only B-frames refer to them.
With slow encoder settings P-frames refer to them too, with fast ones they don't. Clause numbers are
those of ITU-T H.264 (08/2021).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["References"]

_HEADER: Final = 96
"""Number of bytes of a slice that are read: more than the needed part of its header."""
_WITH_CHROMA: Final = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
"""Profiles whose sequence parameters have more fields about color (7.3.2.1.1)."""
_SLICE, _IDR_SLICE, _SEQUENCE, _PICTURE = 1, 5, 7, 8
_P, _B, _I = 0, 1, 2


class _UnreadableError(Exception):
    """The stream has a rare feature, or is damaged; it is not read further."""


class _Bits:
    """Reads the fields of a unit, emulation prevention removed (7.3.1)."""

    def __init__(self, unit: bytes) -> None:
        raw = unit.replace(b"\x00\x00\x03", b"\x00\x00")
        self._value = int.from_bytes(raw)
        self._left = 8 * len(raw)

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise _UnreadableError
        return self._value >> self._left & (1 << count) - 1

    def number(self) -> int:
        """ue(v), 9.1."""
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)

    def signed(self) -> int:
        """se(v), 9.1.1."""
        code = self.number()
        return (code + 1) // 2 if code % 2 else -(code // 2)


@attrs.frozen
class _SequenceParameters:
    """The sequence parameters that slices need (7.3.2.1.1)."""

    frame_bits: int
    order_type: int
    order_bits: int
    order_deltas: bool


@attrs.frozen
class _PictureParameters:
    """The picture parameters that slices need (7.3.2.2)."""

    sequence: int
    order_deltas: bool
    references: int
    redundant: bool


@attrs.frozen
class _Slice:
    """A slice: a part of a frame.

    Attributes:
        frame: The number of the frame.
        kind: The slice type.
        needs_b: Whether it is a P slice that may refer to a B-frame.
    """

    frame: int
    kind: int
    needs_b: bool


class References:
    """Reads the packets of an H.264 stream in the order they are stored.

    Args:
        setup: The stream's extradata: as in MP4 ("avcC"), or with start codes.

    Attributes:
        b_frames_droppable: For each GOP so far, whether only B-frames refer to its B-frames. False
            if that is not certain.
    """

    def __init__(self, setup: bytes) -> None:
        self.b_frames_droppable: list[bool] = []
        self._sequences: dict[int, _SequenceParameters] = {}
        self._pictures: dict[int, _PictureParameters] = {}
        self._seen: dict[int, bool] = {}  # by frame number: whether it is a B-frame
        self._newest = True  # whether the newest reference frame is a B-frame
        self._length = setup[4] % 4 + 1 if setup[:1] == b"\x01" and len(setup) > 6 else 0
        for unit in _described(setup) if self._length else _after_start_codes(setup):
            self._set_up(unit)

    def feed(self, packet: bytes, *, key: bool) -> bool:
        """Read the next packet.

        Args:
            packet: The bytes of the packet.
            key: Whether the packet is flagged as a key packet.

        Returns:
            Whether a complete frame can be decoded from it alone, so that a GOP begins. Streams
            with "intra refresh" flag packets after which the frame is built up in parts.
        """
        begins = key
        try:
            if key or not self.b_frames_droppable or self.b_frames_droppable[-1]:
                slices = self._packet(packet)
                if key and not slices:
                    raise _UnreadableError
                begins = key and all(part.kind == _I for part in slices)
                if begins:
                    self.b_frames_droppable.append(True)
                    self._seen.clear()
                elif self.b_frames_droppable and any(part.needs_b for part in slices):
                    self.b_frames_droppable[-1] = False
                if slices:
                    self._seen[slices[-1].frame] = self._newest = slices[-1].kind == _B
        except (_UnreadableError, KeyError):
            if key:
                self.b_frames_droppable.append(False)
            elif self.b_frames_droppable:
                self.b_frames_droppable[-1] = False
        return begins

    def _set_up(self, unit: bytes) -> None:
        kind = unit[0] & 31 if unit else 0
        try:
            if kind == _SEQUENCE:
                number, sequence = _sequence(_Bits(unit[1:]))
                self._sequences[number] = sequence
            elif kind == _PICTURE:
                number, picture = _picture(_Bits(unit[1:]))
                self._pictures[number] = picture
        except _UnreadableError:
            return

    def _packet(self, packet: bytes) -> list[_Slice]:
        """Return the slices that other frames refer to."""
        units = _of_lengths(packet, self._length) if self._length else _after_start_codes(packet)
        slices = []
        for unit in units:
            kind = unit[0] & 31 if unit else 0
            if kind in (_SEQUENCE, _PICTURE):
                self._set_up(unit)
            elif kind in (_SLICE, _IDR_SLICE) and unit[0] >> 5:
                slices.append(self._slice(unit, idr=kind == _IDR_SLICE))
        return slices

    def _slice(self, unit: bytes, *, idr: bool) -> _Slice:
        """Read the header of a slice (7.3.3)."""
        bits = _Bits(unit[1:_HEADER])
        bits.number()  # first macroblock
        kind = bits.number() % 5
        picture = self._pictures[bits.number()]
        sequence = self._sequences[picture.sequence]
        frame = bits.take(sequence.frame_bits)
        if kind not in (_P, _B, _I):
            raise _UnreadableError
        needs_b = False
        if kind == _P:
            if idr:
                bits.number()
            if sequence.order_type == 0:
                bits.take(sequence.order_bits)
                if picture.order_deltas:
                    bits.signed()
            elif sequence.order_deltas:
                bits.signed()
                if picture.order_deltas:
                    bits.signed()
            if picture.redundant:
                bits.number()
            count = bits.number() + 1 if bits.take(1) else picture.references
            needs_b = self._may_be_b(bits, frame, count, 1 << sequence.frame_bits)
        return _Slice(frame, kind, needs_b)

    def _may_be_b(self, bits: _Bits, frame: int, count: int, frames: int) -> bool:
        """Return whether a P slice may refer to a B-frame among `count` frames (7.3.3.1, 8.2.4)."""
        if not any(self._seen.values()):
            return False
        if count != 1:
            return True
        if not bits.take(1):
            return self._newest
        way = bits.number()
        if way > 1:
            return True
        distance = bits.number() + 1
        return self._seen.get((frame + (distance if way else -distance)) % frames, True)


def _sequence(bits: _Bits) -> tuple[int, _SequenceParameters]:
    profile = bits.take(8)
    bits.take(16)
    number = bits.number()
    if profile in _WITH_CHROMA:
        chroma = bits.number()
        if chroma == 3:  # 4:4:4 may hold three pictures in one
            raise _UnreadableError
        bits.number()
        bits.number()
        bits.take(1)
        if bits.take(1):
            for row in range(8):
                if bits.take(1):
                    _skip_scaling(bits, 16 if row < 6 else 64)
    frame_bits = bits.number() + 4
    order_type, order_bits, order_deltas = bits.number(), 0, False
    if order_type == 0:
        order_bits = bits.number() + 4
    elif order_type == 1:
        order_deltas = not bits.take(1)
        bits.signed()
        bits.signed()
        for _ in range(bits.number()):
            bits.signed()
    bits.number()
    bits.take(1)
    bits.number()
    bits.number()
    if not bits.take(1):  # interlaced
        raise _UnreadableError
    return number, _SequenceParameters(frame_bits, order_type, order_bits, order_deltas)


def _skip_scaling(bits: _Bits, size: int) -> None:
    """Skip a scaling list (7.3.2.1.1.1)."""
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.signed()) % 256
        last = following or last


def _picture(bits: _Bits) -> tuple[int, _PictureParameters]:
    number, sequence = bits.number(), bits.number()
    bits.take(1)
    order_deltas = bool(bits.take(1))
    if bits.number():  # slice groups
        raise _UnreadableError
    references = bits.number() + 1
    bits.number()
    bits.take(3)
    bits.signed()
    bits.signed()
    bits.signed()
    bits.take(2)
    return number, _PictureParameters(sequence, order_deltas, references, bool(bits.take(1)))


def _described(setup: bytes) -> Iterator[bytes]:
    """Yield the parameter sets of an "avcC" box (ISO/IEC 14496-15, 5.3.3.1)."""
    at = 5
    for mask in (31, 255):
        count, at = (setup[at] & mask if at < len(setup) else 0), at + 1
        for _ in range(count):
            length = int.from_bytes(setup[at : at + 2])
            yield setup[at + 2 : at + 2 + length]
            at += 2 + length


def _of_lengths(packet: bytes, width: int) -> Iterator[bytes]:
    """Yield the beginnings of units with a length field; parameter sets completely."""
    at = 0
    while at + width < len(packet):
        length = int.from_bytes(packet[at : at + width])
        at += width
        kind = packet[at] & 31
        yield packet[at : at + (length if kind in (_SEQUENCE, _PICTURE) else min(length, _HEADER))]
        at += length


def _after_start_codes(packet: bytes) -> Iterator[bytes]:
    """Yield the units between start codes (annex B)."""
    at = packet.find(b"\x00\x00\x01")
    while at >= 0:
        following = packet.find(b"\x00\x00\x01", at + 3)
        yield packet[at + 3 : following if following >= 0 else len(packet)]
        at = following
