"""Compute the cost of a message from the balance before and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic import errors
from nemomusic.conversation.readings import credits_in
from nemomusic.protocol import routes
from nemomusic.transport.messages import ApiRequest

if TYPE_CHECKING:
    from nemomusic.conversation.turn_registry import TurnRegistry
    from nemomusic.models.account import Credits
    from nemomusic.transport.pipeline import RequestPipeline


class MessageCost:
    """Reads the balance before and after a message. A failed reading never fails the job.

    Args:
        pipeline: Makes the calls.
        turns: The messages of the client that are under way.
    """

    def __init__(self, pipeline: RequestPipeline, turns: TurnRegistry) -> None:
        self._pipeline = pipeline
        self._turns = turns
        self._before: Credits | None = None
        self._begun = 0

    async def start(self) -> None:
        """Read the balance before the message, unless other messages would be counted with it."""
        self._begun = self._turns.begun  # before the reading: another message may begin during it
        if not len(self._turns):
            self._before = await self._balance()

    async def credits(self) -> float | None:
        """Return the cost of the message; None if it can't be known.

        Reserved credits and other messages of this client would be counted with it.
        """
        before = self._before
        only = self._turns.begun == self._begun + 1
        alone = only and not len(self._turns)
        if before is None or not alone or (after := await self._balance()) is None:
            return None
        if before.frozen or after.frozen or after.total > before.total:
            return None
        return before.total - after.total

    async def _balance(self) -> Credits | None:
        """Read the balance, with one attempt."""
        pipeline = self._pipeline
        try:
            permit = await pipeline.permit(routes.CREDITS, 1)
            request = ApiRequest(routes.CREDITS, pipeline.deadline, headers=pipeline.headers)
            return credits_in(await pipeline.exchange.request(request, permit))
        except errors.NemoMusicError:
            return None
