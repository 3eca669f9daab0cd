"""A download that fails when it is too slow. The HTTP library's time limit is only for silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic import errors
from nemomusic.protocol.minimum_speed import MIN_BYTES_PER_SECOND, MinimumSpeed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nemomusic.runtime.clock import Clock
    from nemomusic.transport.base import OpenFile


class TimedFile:
    """An open download with a lowest speed.

    Args:
        file: The download.
        clock: For the time that each piece takes.
        patience: Seconds that the download may be slower.
    """

    __slots__ = ("_clock", "_file", "_patience", "_speed")

    def __init__(self, file: OpenFile, clock: Clock, patience: float) -> None:
        self._file = file
        self._clock = clock
        self._speed = MinimumSpeed(patience)
        self._patience = patience

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self._file.status

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the answer. The mapping ignores case."""
        return self._file.headers

    async def read(self) -> bytes:
        """Return the next piece of the body, of any size; b"" at the end.

        Raises:
            RequestTimeoutError: The body arrives too slowly.
            TransportError: The connection broke.
        """
        began = self._clock.monotonic()
        piece = await self._file.read()
        if piece and not self._speed.received(len(piece), self._clock.monotonic() - began):
            raise errors.RequestTimeoutError(
                f"the file came too slowly: under {MIN_BYTES_PER_SECOND} bytes a second "
                f"for {self._patience:g} s"
            )
        return piece

    async def aclose(self) -> None:
        """Close the download, even if it was not read to its end."""
        await self._file.aclose()
