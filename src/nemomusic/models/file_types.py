"""The accepted file types, in one table.

The service accepts the types of docs/protocol.md, "Uploads". The embedded backend accepts further
videos.
"""

from __future__ import annotations

from typing import Final, Literal

import attrs

MediaKind = Literal["video", "image", "audio"]
_HEAD_BYTES: Final = 64
"""Bytes at the beginning of a file that identify its type, unless bytes are repeated in it."""
_MIN_REPEATS: Final = 4
"""How often the repeated bytes of a signature have to be there."""
SNIFFED_BYTES: Final = 1024
"""Bytes at the beginning of a file that are enough to identify its type."""


@attrs.frozen
class Signature:
    """Bytes at the beginning of a file that identify its type.

    Attributes:
        offset: Position of `start` in the file.
        start: The bytes at that position.
        contains: Bytes that also occur in the first 64 bytes; empty when `start` is enough.
        every: Distance in bytes at which `start` is repeated several times; 0 if it is not.
    """

    offset: int
    start: bytes
    contains: bytes = b""
    every: int = 0

    @property
    def length(self) -> int:
        """The number of bytes that have to match."""
        return len(self.start) * (_MIN_REPEATS if self.every else 1) + len(self.contains)

    def matches(self, head: bytes) -> bool:
        """Return whether the first bytes of a file match."""
        repeats = _MIN_REPEATS if self.every else 1
        return self.contains in head[:_HEAD_BYTES] and all(
            head.startswith(self.start, self.offset + n * self.every) for n in range(repeats)
        )


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
        embedded_only: Whether only the embedded backend accepts it.
    """

    extension: str
    media_type: str
    kind: MediaKind
    signatures: tuple[Signature, ...]
    aliases: tuple[str, ...] = ()
    other_media_types: tuple[str, ...] = ()
    embedded_only: bool = False


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
"""All 13 types that the service accepts, in the order in which the service lists them."""

EMBEDDED_TYPES: Final = (
    FileType(
        "ts",
        "video/mp2t",
        "video",
        (
            Signature(0, b"G", every=188),
            Signature(4, b"G", every=192),  # with a time before each packet
            Signature(0, b"G", every=204),  # with error correction after each packet
        ),
        aliases=("m2ts", "mts", "m2t"),
        embedded_only=True,
    ),
    FileType(
        "mpg",
        "video/mpeg",
        "video",
        (Signature(0, b"\0\0\1\xba"), Signature(0, b"\0\0\1\xb3")),
        aliases=("mpeg", "vob"),
        embedded_only=True,
    ),
    FileType("flv", "video/x-flv", "video", (Signature(0, b"FLV\1"),), embedded_only=True),
    FileType(
        "wmv",
        "video/x-ms-wmv",
        "video",
        (Signature(0, bytes.fromhex("3026b2758e66cf11")),),
        aliases=("asf",),
        other_media_types=("video/x-ms-asf",),
        embedded_only=True,
    ),
    # The contents of these two are an MP4 to `sniff`: as `.mp4`, the service accepts them.
    FileType("m4v", "video/x-m4v", "video", (), embedded_only=True),
    FileType(
        "3gp",
        "video/3gpp",
        "video",
        (),
        aliases=("3g2",),
        other_media_types=("video/3gpp2",),
        embedded_only=True,
    ),
    FileType("mxf", "video/mxf", "video", (Signature(0, b"\x06\x0e\x2b\x34"),), embedded_only=True),
    FileType("dv", "video/x-dv", "video", (Signature(0, b"\x1f\x07\0"),), embedded_only=True),
)
"""The further types that the embedded backend accepts, unless it is in faithful mode."""

BY_EXTENSION: Final = {
    extension: kind
    for kind in (*FILE_TYPES, *EMBEDDED_TYPES)
    for extension in (kind.extension, *kind.aliases)
}
"""All types by extension, aliases included."""

BY_MEDIA_TYPE: Final = {
    media_type: kind
    for kind in (*FILE_TYPES, *EMBEDDED_TYPES)
    for media_type in (kind.media_type, *kind.other_media_types)
}
"""All types by MIME type."""

ACCEPTED_TYPES: Final = ", ".join(
    " ".join(one.extension for one in FILE_TYPES if one.kind == kind)
    for kind in ("video", "image", "audio")
)
"""The extensions that the service accepts, as one text for people."""

VIDEO_TYPES: Final = " ".join(
    one.extension for one in (*FILE_TYPES, *EMBEDDED_TYPES) if one.kind == "video"
)
"""The extensions of videos that a backend accepts, as one text for people."""

EMBEDDED_EXTENSIONS: Final = " ".join(
    extension for one in EMBEDDED_TYPES for extension in (one.extension, *one.aliases)
)
"""The further extensions that the embedded backend accepts, as one text for people."""

ACCEPTED_REMEDY: Final = f"Accepted types: {ACCEPTED_TYPES}."
"""The remedy of an `UnsupportedFileTypeError`."""

EMBEDDED_REMEDY: Final = (
    f"Convert it to MP4, or use the embedded backend (Client.local, --local). {ACCEPTED_REMEDY}"
)
"""The remedy if the cloud does not accept a type, and the embedded backend does."""

EXTENSION_PATTERN: Final = rf"\.(?:{'|'.join(sorted(BY_EXTENSION))})"
"""Regular expression for the extension of an accepted file, its dot included, in lower case."""


def extension_of(name: str) -> str:
    """Return the part of a file name after its last dot, in lower case; "" without a dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def type_of(name: str) -> FileType | None:
    """Return the type of a file with this name; None if no backend accepts the type."""
    return BY_EXTENSION.get(extension_of(name))


def sniff(head: bytes) -> FileType | None:
    """Return the type of a file that begins with these bytes; None for an unknown type.

    If several signatures match, the most specific one decides. For example, a QuickTime file begins
    like an MP4, but has further bytes.

    Args:
        head: The first bytes of the file. `SNIFFED_BYTES` are enough.
    """
    found = [
        (signature.length, kind)
        for kind in (*FILE_TYPES, *EMBEDDED_TYPES)
        for signature in kind.signatures
        if signature.matches(head)
    ]
    return max(found, key=lambda one: one[0])[1] if found else None
