"""The outputs of the jobs of one client that are under way: two jobs must not write one file."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from nemomusic.errors import OutputExistsError

if TYPE_CHECKING:
    from collections.abc import Iterator


class ClaimedOutputs:
    """Remembers which paths will be written, so that a second job is refused before it costs."""

    def __init__(self) -> None:
        self._claims: dict[str, list[str | None]] = {}

    @contextmanager
    def claiming(self, output: str, key: str | None) -> Iterator[None]:
        """Claim an output while its job is noted and started.

        Args:
            output: The path of the result.
            key: The caller's own name of the job: two submissions of one job don't exclude each
                other.

        Raises:
            OutputExistsError: Another job will write it.
        """
        if any(key is None or other != key for other in self._claims.get(output, ())):
            raise OutputExistsError(
                f"another job of this client writes {output}",
                remedy="Choose another path, or wait for the end of that job.",
            )
        self.add(output, key)
        try:
            yield
        finally:
            self.remove(output, key)

    def add(self, output: str, key: str | None) -> None:
        """Note that a job with this output is under way."""
        self._claims.setdefault(output, []).append(key)

    def remove(self, output: str, key: str | None) -> None:
        """Note that it has ended."""
        claims = self._claims[output]
        claims.remove(key)
        if not claims:
            del self._claims[output]
