"""Find out whether an H.264 stream changes its size: a copied MP4 track can't express that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ParameterSets"]

_SEQUENCE: Final = 7
"""NAL unit type of a sequence parameter set (ITU-T H.264, table 7-1)."""


class ParameterSets:
    """Keeps the sequence parameter sets of a stream: size, pixel format, color.

    Args:
        setup: The stream's extradata: as in MP4 ("avcC"), or with start codes.
    """

    def __init__(self, setup: bytes) -> None:
        self._prefix = (setup[4] & 3) + 1 if len(setup) > 6 and setup[0] == 1 else 0
        self._known: dict[int, bytes] = {}
        for unit in _described(setup) if self._prefix else _units(setup, 0):
            self._differs(unit)

    def change_with(self, packet: bytes) -> bool:
        """Return whether a packet has a set that differs from an earlier one."""
        changed = False
        for unit in _units(packet, self._prefix):
            # Not short-circuited: all sets of the packet are kept for the next one.
            changed = self._differs(unit) or changed
        return changed

    def _differs(self, unit: bytes) -> bool:
        if not unit or unit[0] & 31 != _SEQUENCE:
            return False
        unit = unit.rstrip(b"\0")
        # The number of a set comes after profile and level.
        return self._known.setdefault(_number(unit), unit) != unit


def _number(unit: bytes) -> int:
    """Return the number of a sequence parameter set: an Exp-Golomb code in its fifth byte."""
    bits = int.from_bytes(unit[4:9].ljust(5, b"\0"), "big")
    zeros = 40 - bits.bit_length()
    return (bits >> max(0, 40 - 2 * zeros - 1)) - 1


def _described(setup: bytes) -> Iterator[bytes]:
    """Yield the sequence parameter sets in an "avcC" box (ISO/IEC 14496-15, 5.3.3)."""
    at = 6
    for _ in range(setup[5] & 31):
        length = int.from_bytes(setup[at : at + 2], "big")
        yield setup[at + 2 : at + 2 + length]
        at += 2 + length


def _units(data: bytes, prefix: int) -> Iterator[bytes]:
    """Yield the NAL units of a packet."""
    if prefix:
        at = 0
        while at + prefix <= len(data):
            length = int.from_bytes(data[at : at + prefix], "big")
            at += prefix
            yield data[at : at + length]
            at += length
        return
    yield from data.split(b"\0\0\1")[1:]
