"""The frame of a multipart upload (RFC 7578): what stands around the files.

Names go as UTF-8, as browsers send them; percent-encoding would put `%XX` into the timeline.
"""

from __future__ import annotations

import secrets


class Form:
    """The parts named `files` of one upload, without their contents."""

    def __init__(self) -> None:
        self.boundary = f"nemomusic-{secrets.token_hex(16)}"

    @property
    def content_type(self) -> str:
        """For the `Content-Type` header."""
        return f"multipart/form-data; boundary={self.boundary}"

    def head(self, filename: str, media_type: str, *, first: bool) -> bytes:
        """What precedes a file."""
        name = filename.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        return (
            f"{'' if first else chr(13) + chr(10)}--{self.boundary}\r\n"
            f'Content-Disposition: form-data; name="files"; filename="{name}"\r\n'
            f"Content-Type: {media_type}\r\n\r\n"
        ).encode("utf-8", "replace")

    @property
    def tail(self) -> bytes:
        """What follows the last file."""
        return f"\r\n--{self.boundary}--\r\n".encode()
