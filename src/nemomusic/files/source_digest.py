"""Hash a source while it is uploaded: it is read once, not twice."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class SourceDigest:
    """The SHA-256 of one reading of a source.

    Args:
        on_end: Called with the digest in hexadecimal, once the last piece was fed.
    """

    def __init__(self, on_end: Callable[[str], None]) -> None:
        self._on_end = on_end
        self._hash = hashlib.sha256()

    def update(self, chunk: bytes | memoryview) -> None:
        """Feed one piece. This runs in the thread that has read it."""
        self._hash.update(chunk)

    def finish(self) -> None:
        """Report the digest."""
        self._on_end(self._hash.hexdigest())
