"""The balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic.conversation.readings import credits_in
from nemomusic.protocol import routes

if TYPE_CHECKING:
    from nemomusic.models.account import Credits
    from nemomusic.transport.pipeline import RequestPipeline


class CreditsBalance:
    """`client.credits`: the balance of credits."""

    def __init__(self, pipeline: RequestPipeline) -> None:
        self._pipeline = pipeline

    async def balance(self) -> Credits:
        """Read the available credits, the credits reserved for work in progress, and their sum.

        Raises:
            AuthenticationError: The service refused the token.
            TransportError: The service can't be reached.
        """
        return credits_in(await self._pipeline.request(routes.CREDITS))
