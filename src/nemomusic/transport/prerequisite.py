"""Await what a call needs first, such as its token, and tell its errors from those of the call."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from nemomusic import errors

if TYPE_CHECKING:
    from collections.abc import Awaitable

T = TypeVar("T")


class PrerequisiteError(Exception):
    """Wraps the error of something that a call needs first, such as its token.

    The error is no answer to the call itself, so rules about the call don't apply to it. Otherwise
    retries would multiply, and a message that was never sent would seem to have an unknown outcome.

    Attributes:
        error: The wrapped error.
    """

    error: errors.NemoMusicError

    def __init__(self, error: errors.NemoMusicError) -> None:
        super().__init__()
        self.error = error


async def prerequisite(work: Awaitable[T]) -> T:
    """Await a prerequisite of a call.

    Raises:
        PrerequisiteError: The prerequisite failed.
    """
    try:
        return await work
    except errors.NemoMusicError as error:
        raise PrerequisiteError(error) from None
