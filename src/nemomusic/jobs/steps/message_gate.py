"""Decide whether a message may be sent, before its intent is noted."""

from __future__ import annotations

from typing import Protocol


class MessageGate(Protocol):
    """Holds messages back, for example because of a budget."""

    async def reserve(self, job_id: str) -> None:
        """Wait until a job's message may be sent. A second call for the same job changes nothing.

        Raises:
            NemoMusicError: The message must not be sent.
        """
        ...

    async def give_back(self, job_id: str) -> None:
        """Note that the message was refused, or not sent."""
        ...

    async def end(self, job_id: str) -> None:
        """Note that the turn is over."""
        ...
