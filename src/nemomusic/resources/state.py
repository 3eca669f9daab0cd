"""The state of a session: its draft, its media."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic.errors import UnexpectedAnswerError
from nemomusic.models.state import State
from nemomusic.protocol import routes

if TYPE_CHECKING:
    from nemomusic.resources.caller import Caller, OnLost
    from nemomusic.resources.sessions import Session


class States:
    """`client.state`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def latest(self, session: Session) -> State:
        """The newest state. `state.draft` is kept as it came, byte for byte equal as JSON.

        Raises:
            SessionLost: the session is gone. The error carries a new one.
            TransportError: the service can't be reached.
        """
        return await self.read(session, on_lost="report")

    async def read(self, session: Session, *, on_lost: OnLost) -> State:
        """The same, for the other resources: they say what a 1002 means to them."""
        data = await self._caller.call(routes.STATE, session=session, on_lost=on_lost)
        if not isinstance(data, dict):
            raise UnexpectedAnswerError("the state is not an object", endpoint="GET state")
        return State(data)
