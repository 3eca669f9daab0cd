"""The state of a session: its draft, its media."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic.errors import UnexpectedAnswerError
from nemomusic.models.state import State
from nemomusic.protocol import routes

if TYPE_CHECKING:
    from nemomusic.resources.caller import Caller
    from nemomusic.resources.sessions import Session


class States:
    """`client.state`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def latest(self, session: Session) -> State:
        """The newest state. `state.draft` is kept as it came, byte for byte equal as JSON.

        Raises:
            SessionLost: the session is gone, and was not an empty one of this client's.
            TransportError: the service can't be reached.
        """
        data = await self._caller.call(routes.STATE, session=session)
        if not isinstance(data, dict):
            raise UnexpectedAnswerError("the state is not an object", endpoint="GET state")
        return State(data)
