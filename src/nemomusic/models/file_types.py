"""The file types that the service accepts (docs/protocol.md, "Uploads"), in one table."""

from __future__ import annotations

from typing import Final, Literal

import attrs

MediaKind = Literal["video", "image", "audio"]


@attrs.frozen
class Signature:
    """Bytes at the beginning of a file that identify its type.

    Attributes:
        offset: Position of `start` in the file.
        start: The bytes at that position.
        contains: Bytes that also occur in the first 64 bytes; empty when `start` is enough.
    """

    offset: int
    start: bytes
    contains: bytes = b""

    @property
    def length(self) -> int:
        """The number of bytes that have to match."""
        return len(self.start) + len(self.contains)

    def matches(self, head: bytes) -> bool:
        """Return whether the first bytes of a file match."""
        return head.startswith(self.start, self.offset) and self.contains in head


@attrs.frozen
class FileType:
    """One accepted type.

    Attributes:
        extension: In lower case, without the dot.
        media_type: The MIME type.
        kind: What a file of this type holds, judged by its name.
        signatures: How a file of this type can begin.
        aliases: Other extensions for the same type.
        other_media_types: Further MIME types that servers send for it.
    """

    extension: str
    media_type: str
    kind: MediaKind
    signatures: tuple[Signature, ...]
    aliases: tuple[str, ...] = ()
    other_media_types: tuple[str, ...] = ()


_EBML: Final = b"\x1a\x45\xdf\xa3"
"""The first bytes of both Matroska and WebM."""

FILE_TYPES: Final = (
    FileType("mp4", "video/mp4", "video", (Signature(4, b"ftyp"),)),
    FileType("mov", "video/quicktime", "video", (Signature(4, b"ftypqt"),)),
    FileType("avi", "video/x-msvideo", "video", (Signature(8, b"AVI "),)),
    FileType("webm", "video/webm", "video", (Signature(0, _EBML, b"webm"),)),
    FileType("mkv", "video/x-matroska", "video", (Signature(0, _EBML),)),
    FileType("jpg", "image/jpeg", "image", (Signature(0, b"\xff\xd8\xff"),), ("jpeg",)),
    FileType("png", "image/png", "image", (Signature(0, b"\x89PNG"),)),
    FileType("gif", "image/gif", "image", (Signature(0, b"GIF8"),)),
    FileType("webp", "image/webp", "image", (Signature(8, b"WEBP"),)),
    FileType(
        "mp3",
        "audio/mpeg",
        "audio",
        (
            Signature(0, b"ID3"),
            Signature(0, b"\xff\xfb"),  # MPEG-1 layer III; FA with a checksum
            Signature(0, b"\xff\xfa"),
            Signature(0, b"\xff\xf3"),  # MPEG-2, at 16 to 24 kHz; F2 with a checksum
            Signature(0, b"\xff\xf2"),
        ),
    ),
    FileType("wav", "audio/wav", "audio", (Signature(8, b"WAVE"),), (), ("audio/x-wav",)),
    FileType("m4a", "audio/mp4", "audio", (Signature(4, b"ftypM4A"),), (), ("audio/x-m4a",)),
    FileType(
        "aac",
        "audio/aac",
        "audio",
        (
            Signature(0, b"\xff\xf1"),  # ADTS of MPEG-4; F9 of MPEG-2; F0 and F8 with a checksum
            Signature(0, b"\xff\xf9"),
            Signature(0, b"\xff\xf0"),
            Signature(0, b"\xff\xf8"),
        ),
    ),
)
"""All 13 types, in the order in which the service lists them."""

BY_EXTENSION: Final = {
    extension: kind for kind in FILE_TYPES for extension in (kind.extension, *kind.aliases)
}
"""The types by extension, aliases included."""

BY_MEDIA_TYPE: Final = {
    media_type: kind
    for kind in FILE_TYPES
    for media_type in (kind.media_type, *kind.other_media_types)
}
"""The types by MIME type."""

ACCEPTED_TYPES: Final = ", ".join(
    " ".join(one.extension for one in FILE_TYPES if one.kind == kind)
    for kind in ("video", "image", "audio")
)
"""The extensions as one text for people."""

ACCEPTED_REMEDY: Final = f"Accepted types: {ACCEPTED_TYPES}."
"""The remedy of an `UnsupportedFileTypeError`."""

EXTENSION_PATTERN: Final = rf"\.(?:{'|'.join(sorted(BY_EXTENSION))})"
"""Regular expression for the extension of an accepted file, its dot included, in lower case."""


def extension_of(name: str) -> str:
    """Return the part of a file name after its last dot, in lower case; "" without a dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def type_of(name: str) -> FileType | None:
    """Return the accepted type of a file with this name; None if the type is not accepted."""
    return BY_EXTENSION.get(extension_of(name))


def sniff(head: bytes) -> FileType | None:
    """Return the type of a file that begins with these bytes; None for an unknown type.

    If several signatures match, the most specific one decides. For example, a QuickTime file begins
    like an MP4, but has further bytes.

    Args:
        head: The first bytes of the file. 64 are enough.
    """
    found = [
        (signature.length, kind)
        for kind in FILE_TYPES
        for signature in kind.signatures
        if signature.matches(head[:64])
    ]
    return max(found, key=lambda one: one[0])[1] if found else None
