"""The parts of a multipart upload (RFC 7578) around the files.

Names are sent as UTF-8, as browsers do. Percent-encoding would put `%XX` into the timeline, so only
quotation marks and control characters are encoded. A header can't hold these.
"""

from __future__ import annotations

import secrets
from typing import Final

_ESCAPED: Final = frozenset('"\x7f') | frozenset(map(chr, range(32)))
"""Characters of a name that are sent as `%XX`."""


class Form:
    """The parts named `files` of one upload, without their contents."""

    boundary: str

    def __init__(self) -> None:
        self.boundary = f"nemomusic-{secrets.token_hex(16)}"

    @property
    def content_type(self) -> str:
        """The value of the `Content-Type` header."""
        return f"multipart/form-data; boundary={self.boundary}"

    def head(self, filename: str, media_type: str, *, first: bool) -> bytes:
        """Return the bytes before a file."""
        name = "".join(f"%{ord(c):02X}" if c in _ESCAPED else c for c in filename)
        return (
            f"{'' if first else chr(13) + chr(10)}--{self.boundary}\r\n"
            f'Content-Disposition: form-data; name="files"; filename="{name}"\r\n'
            f"Content-Type: {media_type}\r\n\r\n"
        ).encode("utf-8", "replace")

    @property
    def tail(self) -> bytes:
        """The bytes after the last file."""
        return f"\r\n--{self.boundary}--\r\n".encode()
