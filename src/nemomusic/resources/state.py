"""The state of a session: its draft, its media."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic.conversation.readings import read_state
from nemomusic.transport.pipeline import SessionPolicy

if TYPE_CHECKING:
    from nemomusic.conversation.session_ref import AttachSession, SessionLike
    from nemomusic.models.state import State
    from nemomusic.transport.pipeline import RequestPipeline


class States:
    """`client.state`: the draft and the media of a session."""

    def __init__(self, pipeline: RequestPipeline, attach: AttachSession) -> None:
        self._pipeline = pipeline
        self._attach = attach

    async def latest(self, session: SessionLike) -> State:
        """Read the newest state. `state.draft` has exactly the JSON that the service sent.

        Args:
            session: A `Session` or its id.

        Raises:
            SessionLostError: The session does not exist any more. The error has a new session.
            TransportError: The service can't be reached.
        """
        return await read_state(self._pipeline, self._attach(session), SessionPolicy.REPORT)
