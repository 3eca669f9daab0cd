"""Recognize damage: in the packets of H.264, and by the errors of decoders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    import av
    from av.container import InputContainer
    from av.packet import Packet

__all__ = ["is_damage", "is_damaged", "length_bytes"]

_ZEROS: Final = bytes(8)
"""Bytes that no NAL unit contains: after two zeros, an encoder writes a 3 (ISO/IEC 14496-10,
7.4.1). Disks and downloads leave zeros where data were not written.
"""


def is_damage(error: av.FFmpegError) -> bool:
    """Return whether an error of a decoder means that its packet is damaged.

    FFmpeg's decoders answer damage with several codes, such as -1, which PyAV calls a
    `PermissionError`.
    """
    return not isinstance(error, (MemoryError, EOFError))


def length_bytes(container: InputContainer) -> dict[int, int]:
    """Return how many bytes the length of a NAL unit has, for each stream of H.264 with lengths.

    Streams with start codes, as in transport streams, have no lengths: a transport stream counts
    its packets, so FFmpeg itself finds the lost ones.
    """
    found = {}
    for stream in container.streams.video:
        codec = stream.codec_context
        record = bytes(codec.extradata or b"") if codec is not None else b""
        if record[:1] == b"\1" and len(record) > 4 and codec.name == "h264":
            found[stream.index] = (record[4] & 3) + 1
    return found


def is_damaged(packet: Packet[Any], lengths: Mapping[int, int]) -> bool:
    """Return whether no encoder can have written a packet of H.264.

    Damage within a NAL unit is found only if it consists of zeros.

    Args:
        packet: The packet.
        lengths: The result of `length_bytes`.
    """
    size_of_length = lengths.get(packet.stream_index)
    if size_of_length is None or not packet.size:
        return False
    data = bytes(packet)
    if _ZEROS in data.rstrip(b"\0"):
        return True
    at = 0
    while at + size_of_length < len(data):
        size = int.from_bytes(data[at : at + size_of_length])
        if not size:  # some encoders fill the end of a packet with zeros
            return at == 0 or bool(data[at:].strip(b"\0"))
        at += size_of_length
        if size > len(data) - at or data[at] & 0x80:
            return True
        at += size
    return False
