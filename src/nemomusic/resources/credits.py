"""The balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic.conversation.readings import read_credits

if TYPE_CHECKING:
    from nemomusic.models.account import Credits
    from nemomusic.transport.pipeline import RequestPipeline


class CreditsBalance:
    """`client.credits`: what is left to spend."""

    def __init__(self, pipeline: RequestPipeline) -> None:
        self._pipeline = pipeline

    async def balance(self) -> Credits:
        """Read what is available, what is reserved by work in progress, and their total.

        Raises:
            AuthenticationError: The token is refused.
            TransportError: The service can't be reached.
        """
        return await read_credits(self._pipeline)
