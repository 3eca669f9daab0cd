"""The error of the engine for a fault of the input, and the codes of a disk without room."""

from __future__ import annotations

import errno
from typing import Final

__all__ = ["NO_ROOM", "MediaError"]

NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
"""Codes of an `OSError` that mean: the disk is full, or a quota or a size limit is reached."""


class MediaError(Exception):
    """A file that the engine was given can't be used.

    It is a plain exception with two attributes, so that it can be pickled and rebuilt at the other
    end of a worker's pipe.

    Attributes:
        message: The fault, in words that the owner of the file understands.
        remedy: The next step for the owner of the file.
    """

    message: str
    remedy: str

    def __init__(self, message: str, *, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}"

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return _rebuild, (self.message, self.remedy)


def _rebuild(message: str, remedy: str) -> MediaError:
    return MediaError(message, remedy=remedy)
