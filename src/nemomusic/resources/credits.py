"""The balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic.conversation.readings import read_credits

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
        return await read_credits(self._pipeline)
