"""The outputs of the jobs of one client that are under way: two jobs must not write one file."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from nemomusic.errors import OutputExistsError

if TYPE_CHECKING:
    from collections.abc import Iterator


def in_use(output: str, job_id: str | None = None) -> OutputExistsError:
    """Return the error for an output that another job will write.

    Args:
        output: The path.
        job_id: The job that can't have it; None for a new one.
    """
    other = "wait for the end of that job" if job_id is None else "go on when that job has ended"
    return OutputExistsError(
        f"another job of this client writes {output}",
        remedy=f"Choose another path, or {other}.",
        job_id=job_id,
    )


class ClaimedOutputs:
    """Remembers which paths will be written, so that a second job is refused before it costs.

    Thousands of jobs may wait, so of each path only its hash is kept.
    """

    def __init__(self) -> None:
        self._claims: dict[int, int] = {}
        self._beginning: set[tuple[str, str | None]] = set()

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
        begun = key is not None and (output, key) in self._beginning
        if hash(output) in self._claims and not begun:
            raise in_use(output)
        claim = self.add(output)
        self._beginning.add((output, key))
        try:
            yield
        finally:
            self.remove(claim)
            if not begun:
                self._beginning.discard((output, key))

    def add(self, output: str) -> int:
        """Note that a job with this output is under way. Return what `remove` takes."""
        claim = hash(output)
        self._claims[claim] = self._claims.get(claim, 0) + 1
        return claim

    def add_if_free(self, output: str) -> int | None:
        """Note that a job with this output goes on, or return None if another job will write it."""
        return None if hash(output) in self._claims else self.add(output)

    def remove(self, claim: int | None) -> None:
        """Note that a job has ended."""
        if claim is None:
            return
        self._claims[claim] -= 1
        if not self._claims[claim]:
            del self._claims[claim]
