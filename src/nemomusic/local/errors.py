"""The errors of the service. `local/http/` turns them into answers of the protocol."""

from __future__ import annotations

import sqlite3

from nemomusic.engine.errors import NO_ROOM


class CreditsShortageError(Exception):
    """A user cannot pay for a message. Nothing was accepted.

    Attributes:
        needed: The price of the message, in credits.
        available: The credits that the user can spend.
    """

    def __init__(self, *, needed: int, available: int) -> None:
        super().__init__(f"insufficient credits: {needed} needed, {available} available")
        self.needed = needed
        self.available = available


class DraftError(Exception):
    """A draft can't be rendered. The message gives the reason."""


class QuotaError(Exception):
    """A user has reached the limit of work under way, or of space in use.

    Attributes:
        passes: Whether waiting for the end of work under way helps.
    """

    def __init__(self, message: str, *, passes: bool) -> None:
        super().__init__(message)
        self.passes = passes


def is_full(error: BaseException) -> bool:
    """Return whether an error means that the disk is full, or a quota or a limit is reached."""
    if isinstance(error, sqlite3.OperationalError):
        return "full" in str(error) or "disk I/O" in str(error)
    return isinstance(error, OSError) and error.errno in NO_ROOM
