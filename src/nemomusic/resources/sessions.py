"""Sessions: open a project, or attach one that exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nemomusic.conversation.session_ref import SessionRef, checked_id
from nemomusic.models.prompts import check_language
from nemomusic.models.values.convert import structure
from nemomusic.protocol import routes
from nemomusic.resources.session import Session, ref_of

if TYPE_CHECKING:
    from nemomusic.conversation.session_ref import SessionLike
    from nemomusic.conversation.turn_registry import TurnRegistry
    from nemomusic.resources.auth import TokenSource
    from nemomusic.resources.session import Verbs
    from nemomusic.transport.pipeline import RequestPipeline


@attrs.frozen
class _WireSession:
    session_id: str
    task_id: str | None = None
    user_id: str | None = None


class SessionStore:
    """Opens sessions, and makes their handles."""

    def __init__(
        self, pipeline: RequestPipeline, tokens: TokenSource, turns: TurnRegistry, verbs: Verbs
    ) -> None:
        self._pipeline = pipeline
        self._tokens = tokens
        self._turns = turns
        self._verbs = verbs

    async def reopen(self, name: str, language: str) -> SessionRef:
        """Open a session.

        Raises:
            NemoMusicError: The session could not be opened.
        """
        answer = await self._pipeline.request(
            routes.OPEN_SESSION, json={"task_name": name, "language": language}
        )
        wire = structure(answer.data, _WireSession, endpoint=routes.OPEN_SESSION.endpoint)
        if wire.user_id:
            self._tokens.learn_user(wire.user_id)
        return SessionRef(
            wire.session_id,
            host=self,
            turns=self._turns,
            task_id=wire.task_id,
            name=name,
            language=language,
        )

    def handle(self, ref: SessionRef) -> Session:
        """Return the public handle of a session."""
        return Session(ref, self._verbs)

    def attach(
        self,
        session: SessionLike,
        *,
        task_id: str | None = None,
        name: str | None = None,
        language: str | None = None,
        opened_here: bool = False,
    ) -> SessionRef:
        """Return what is known of a session, by its handle or id.

        Args:
            session: The handle, which keeps what it knows, or the id.
            task_id: The id that claim links need, if the session is given by its id.
            name: The project's name, likewise.
            language: Language code of the agent's answers, likewise.
            opened_here: Whether the session may be replaced as one that this client has opened.

        Raises:
            InputError: The id is empty, or not an id.
        """
        if isinstance(session, Session):
            return ref_of(session)
        if isinstance(session, SessionRef):
            return session
        return SessionRef(
            checked_id(session, "session"),
            host=self,
            turns=self._turns,
            task_id=task_id,
            name=name,
            language=language,
            attached=not opened_here,
        )


class Sessions:
    """`client.sessions`: projects."""

    def __init__(self, store: SessionStore) -> None:
        self._store = store

    async def open(self, name: str = "project", language: str = "en") -> Session:
        """Open a project.

        Args:
            name: The name of the project.
            language: Language code of the agent's answers, such as `en`, `zh-CN`, `ja`.

        Raises:
            InputError: The language is not a code. Nothing was sent.
            APIError: The service refused the request.
            TransportError: The service can't be reached.
        """
        check_language(language)
        return self._store.handle(await self._store.reopen(name, language))

    def attach(
        self, session: SessionLike, *, task_id: str | None = None, language: str | None = None
    ) -> Session:
        """Return a handle for a session that exists. Another process may have opened it.

        No request is sent.

        Args:
            session: The id of the session, as a string or an integer.
            task_id: The id that claim links need; None if you do not know it.
            language: Language code of the agent's answers.

        Raises:
            InputError: The id is empty, or not an id. Or the language is not a code.
        """
        check_language(language)
        if isinstance(session, Session):
            return session
        ref = self._store.attach(session, task_id=task_id, language=language)
        return self._store.handle(ref)
