"""The one error of the engine that is about the input rather than about us."""

from __future__ import annotations

__all__ = ["MediaError"]


class MediaError(Exception):
    """Something is wrong with a file that was given to the engine.

    A plain exception, so that it survives pickling and can be rebuilt on the other side of a
    worker's pipe from its two attributes.

    Attributes:
        message: What is wrong, in words a person who owns the file understands.
        remedy: What that person can do about it.
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
