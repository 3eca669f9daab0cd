"""The facts of one session: its id, what was sent into it, and how it may be replaced."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from operator import index
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

import attrs

from nemomusic import errors
from nemomusic.conversation.turn_registry import SessionTurn
from nemomusic.transport.pipeline import SessionPolicy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Iterator

    from nemomusic.conversation.turn_registry import TurnRegistry
    from nemomusic.runtime.clock import Deadline


class SessionHandle(Protocol):
    """The public handle of a session, as the resources see it."""

    @property
    def id(self) -> str:
        """The session's id."""
        ...

    @property
    def task_id(self) -> str | None:
        """The id that claim links need."""
        ...

    @property
    def language(self) -> str | None:
        """Language code of the agent's answers."""
        ...


SessionLike: TypeAlias = SessionHandle | str | int
"""A session, or its id."""


class SessionHost(Protocol):
    """Opens sessions, and keeps their public handles."""

    async def reopen(self, name: str, language: str) -> SessionRef:
        """Open a session."""
        ...

    def handle(self, ref: SessionRef) -> Any:
        """Return the public handle of a session."""
        ...


class Repeatable(Protocol):
    """An upload that can be sent again into another session."""

    @property
    def holds_data(self) -> bool:
        """Whether the upload keeps the bytes themselves in memory."""
        ...

    def __call__(self, session: SessionRef) -> Awaitable[Any]:
        """Send the request again."""
        ...


class ReplacementObserver(Protocol):
    """Learns that a session was replaced, so that a journal can note it."""

    async def replaced(self, session: SessionRef) -> None:
        """Note the new id of the session."""
        ...


class _LetGo:
    """The record of an upload whose bytes are no longer in memory."""

    holds_data = False

    def __init__(self, names: Counter[str]) -> None:
        self._names = names

    async def __call__(self, session: SessionRef) -> Any:
        del session
        raise errors.SourceError(
            f"what was uploaded from memory is no longer kept ({', '.join(self._names)})",
            remedy="Upload it again with session.upload(), then send the messages.",
        )


@attrs.frozen(eq=False)
class _LostWork:
    """What a lost session held, for the session that replaces it."""

    uploads: list[Repeatable]
    messages: list[str]
    lock: asyncio.Lock = attrs.field(factory=asyncio.Lock)


class SessionRef:
    """One session, as the layers below the public `Session` share it.

    Attributes:
        id: A string of digits. It changes when an untouched session is replaced.
        task_id: The task the session belongs to; None if not known.
        name: The project's name; None if not known.
        language: Language code of the agent's answers; None if not known.
        attached: Whether the session was attached by its id, not opened by this client.
        messages: The messages that were accepted, or may have been.
        uploaded: Names of the files that this client uploaded, with their counts.
    """

    id: str

    def __init__(
        self,
        session_id: str,
        *,
        host: SessionHost,
        turns: TurnRegistry,
        task_id: str | None = None,
        name: str | None = None,
        language: str | None = None,
        attached: bool = False,
    ) -> None:
        self.id = session_id
        self.task_id = task_id
        self.name = name
        self.language = language
        self.attached = attached
        self.messages: list[str] = []
        self.uploaded: Counter[str] = Counter()
        self._host = host
        self._turns = turns
        self._uploads: list[Repeatable] = []
        self._observer: ReplacementObserver | None = None
        self._replacing = asyncio.Lock()
        self._lost_work: _LostWork | None = None

    def __repr__(self) -> str:
        return f"<SessionRef {self.id}>"

    @property
    def busy(self) -> bool:
        """Whether a turn is under way in this session."""
        return self._turns.lock(self.id).locked()

    def turn(self, deadline: Deadline | None = None) -> SessionTurn:
        """Return the right to send, for `async with`. Other turns of this session wait meanwhile.

        Args:
            deadline: The latest end of the wait for the other turns, or None.
        """
        return SessionTurn(self._turns, self, deadline)

    @contextmanager
    def observed_by(self, observer: ReplacementObserver) -> Iterator[None]:
        """Tell an observer inside the block that the session was replaced."""
        self._observer = observer
        try:
            yield
        finally:
            self._observer = None

    @asynccontextmanager
    async def lost_work(self) -> AsyncIterator[tuple[list[Repeatable], list[str]]]:
        """Give the uploads and messages of the lost session that this one replaces.

        The block removes what it has repeated. What is left after an error is given again. Of two
        blocks, the second waits for the first, so that no message is repeated twice.

        Raises:
            InputError: This session does not replace a lost session.
        """
        lost = self._lost_work
        async with nullcontext() if lost is None else lost.lock:
            if lost is None or self._lost_work is None:
                raise errors.InputError(
                    "this session replaces none", remedy="Use the session of a SessionLostError."
                )
            yield lost.uploads, lost.messages
            self._lost_work = None

    def note_upload(self, again: Repeatable, names: list[str]) -> None:
        """Remember an upload, to send it again into a session that replaces this one."""
        self._uploads.append(again)
        self.uploaded.update(names)

    def note_message(self, text: str) -> None:
        """Remember a message that was accepted, or may have been.

        From now on the session can't be replaced silently, so uploaded bytes are dropped from
        memory.
        """
        self.messages.append(text)
        self._uploads = [
            _LetGo(self.uploaded) if upload.holds_data else upload for upload in self._uploads
        ]

    async def replace(
        self, error: errors.NemoMusicError, asked: str, policy: SessionPolicy
    ) -> None:
        """Replace the session after a 1002, if no work is lost.

        One new session is opened, even if many calls fail together.

        Args:
            error: The 1002.
            asked: The id that was not found.
            policy: How the call treats a lost session.

        Raises:
            SessionLostError: Messages were accepted here, or the session was attached, or the
                policy is `REPORT`.
        """
        if policy is SessionPolicy.PROPAGATE:
            raise error
        async with self._replacing:
            if self.id != asked:
                return  # another call has replaced it meanwhile
            if self.attached or self.messages or policy is SessionPolicy.REPORT:
                raise await self._lost(error) from error
            fresh = await self._open()
            try:
                for upload in self._uploads:
                    await upload(fresh)
            except errors.SourceError as unreadable:  # an iterator, or a file that is gone
                raise await self._lost(error, fresh) from unreadable
            self._turns.rename(self.id, fresh.id)
            self.id, self.task_id = fresh.id, fresh.task_id
            self._uploads, self.uploaded = fresh._uploads, fresh.uploaded  # noqa: SLF001 - the same class
            if self._observer is not None:
                await self._observer.replaced(self)

    async def _open(self) -> SessionRef:
        return await self._host.reopen(self.name or "project", self.language or "en")

    async def _lost(
        self, error: errors.NemoMusicError, fresh: SessionRef | None = None
    ) -> errors.SessionLostError:
        lost = [f"upload of {name}" for name in self.uploaded.elements()]
        lost += [f"message {text!r}" for text in self.messages]
        if self.attached:
            lost.insert(0, f"all that session {self.id} held before it was attached")
        if fresh is None:
            with suppress(errors.NemoMusicError):  # the loss is more important than this error
                fresh = await self._open()
        if fresh is not None:
            fresh._lost_work = _LostWork(list(self._uploads), list(self.messages))  # noqa: SLF001 - as above
        return errors.SessionLostError(
            f"session {self.id} is gone" + (", and work in it with it" if lost else ""),
            code=error.code,
            status=error.status,
            request_id=error.request_id,
            endpoint=error.endpoint,
            attempts=error.attempts,
            session=None if fresh is None else self._host.handle(fresh),
            session_id=self.id,
            lost=tuple(lost),
        )


AttachSession: TypeAlias = Callable[[SessionLike], SessionRef]
"""The type of a function that returns the facts of a session, by its handle or id."""


_ID: Final = re.compile(r"[^\s/\\?#%\x00-\x1f\x7f]{1,500}")
"""The form of an id: characters that have no meaning in an address."""


def checked_id(given: object, what: str) -> str:
    """Return an id as the string that the service knows.

    Raises:
        InputError: The id is empty or not valid.
    """
    if not isinstance(given, str | bool | type) and hasattr(given, "__index__"):
        return str(index(given))  # of numpy and pandas too
    if not isinstance(given, str):
        raise errors.InputError(
            f"a {what} id is a string or an integer, not {type(given).__name__}",
            remedy=f"Pass the id of a {what}.",
        )
    if not given.strip():
        raise errors.InputError(f"an empty {what} id", remedy=f"Pass the id of a {what}.")
    text = given.strip()
    if not _ID.fullmatch(text) or text in {".", ".."}:  # it becomes a part of an address
        raise errors.InputError(
            f"{text[:40]!r} can't be the id of a {what}", remedy=f"Pass the id of a {what}."
        )
    return text
