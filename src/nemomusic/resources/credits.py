"""The balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic.models.account import Credits
from nemomusic.models.convert import structure
from nemomusic.protocol import routes

if TYPE_CHECKING:
    from nemomusic.resources.caller import Caller


class CreditsBalance:
    """`client.credits`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def balance(self) -> Credits:
        """What is available, what is reserved by work in progress, and their total.

        Raises:
            AuthenticationError: the token is refused.
            TransportError: the service can't be reached.
        """
        data = await self._caller.call(routes.CREDITS)
        return structure(data, Credits, endpoint=routes.CREDITS.endpoint)
