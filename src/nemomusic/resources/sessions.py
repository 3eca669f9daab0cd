"""Sessions: a handle that binds the other resources to one project."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import attrs

from nemomusic import errors
from nemomusic.models.convert import structure
from nemomusic.protocol import routes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from nemomusic.models.account import ClaimLink
    from nemomusic.models.media import Media
    from nemomusic.models.progress import Progress
    from nemomusic.models.state import State
    from nemomusic.resources.auth import TokenSource
    from nemomusic.resources.bundle import Resources
    from nemomusic.resources.caller import Caller
    from nemomusic.resources.render import Rendered
    from nemomusic.resources.reply import Reply, ReplyStream
    from nemomusic.resources.routing import Answer
    from nemomusic.resources.uploads import Uploadable


@attrs.frozen
class _WireSession:
    session_id: str
    task_id: str | None = None
    user_id: str | None = None


class Session:
    """One project on the service. Made by `client.sessions.open()` or `.attach()`.

    Attributes:
        id: session id, a string of digits. It changes if an untouched session has to be replaced.
        task_id: for claim links; None when attached without it.
        language: ISO code it was opened with; None when attached.
        attached: whether it was picked up by id rather than opened by this client.
        turn: held while a message is under way; two turns at once would both run.
        messages: those that were, or may have been, accepted.
        uploaded: names of what this client uploaded, with their counts.
        on_replaced: awaited when `id` has changed, to write it down.
    """

    def __init__(
        self,
        resources: Resources,
        session_id: str,
        *,
        task_id: str | None = None,
        name: str | None = None,
        language: str | None = None,
        attached: bool = False,
    ) -> None:
        self._resources = resources
        self.id = session_id
        self.task_id = task_id
        self.name = name
        self.language = language
        self.attached = attached
        self.turn = asyncio.Lock()
        self.on_replaced: Callable[[], Awaitable[object]] | None = None
        self.messages: list[str] = []
        self.uploaded: Counter[str] = Counter()
        self._uploads: list[Callable[[Session], Awaitable[Any]]] = []
        self._replacing = asyncio.Lock()
        self._to_replay: tuple[list[Callable[[Session], Awaitable[Any]]], list[str]] | None = None

    def __repr__(self) -> str:
        return f"<Session {self.id}>"

    def note_upload(self, again: Callable[[Session], Awaitable[Any]], names: list[str]) -> None:
        """Remember an upload, to send it again into a session that replaces this one."""
        self._uploads.append(again)
        self.uploaded.update(names)

    def note_message(self, text: str) -> None:
        """Remember a message that was, or may have been, accepted."""
        self.messages.append(text)

    async def replace(
        self, error: errors.NemoMusicError, asked: str, *, silently: bool = True
    ) -> None:
        """After a 1002: go on in a new session, if nothing is lost by it (design, section 8).

        However many calls fail together, one new session is opened.

        Args:
            error: the 1002.
            asked: the id that was not found.
            silently: False where the call makes no sense in a fresh session (an export).

        Raises:
            SessionLost: messages were accepted here, or it is not ours to replace.
        """
        async with self._replacing:
            if self.id != asked:
                return  # another call has done it meanwhile
            if self.attached or self.messages or not silently:
                raise await self._lost(error) from error
            fresh = await self._open_anew()
            try:
                for again in self._uploads:
                    await again(fresh)
            except errors.SourceError as unreadable:  # an iterator, or a file that is gone
                raise await self._lost(error, fresh) from unreadable
            self.id, self.task_id = fresh.id, fresh.task_id
            self._uploads, self.uploaded = fresh._uploads, fresh.uploaded  # noqa: SLF001 - the same class
            if self.on_replaced is not None:
                await self.on_replaced()

    async def _open_anew(self) -> Session:
        return await self._resources.sessions.open(self.name or "project", self.language or "en")

    async def _lost(
        self, error: errors.NemoMusicError, fresh: Session | None = None
    ) -> errors.SessionLost:
        lost = [f"upload of {name}" for name in self.uploaded.elements()]
        lost += [f"message {text!r}" for text in self.messages]
        if self.attached:
            lost.insert(0, f"all that session {self.id} held before it was attached")
        if fresh is None:
            with suppress(errors.NemoMusicError):  # the loss is the news, not this
                fresh = await self._open_anew()
        if fresh is not None:
            fresh._to_replay = (list(self._uploads), list(self.messages))  # noqa: SLF001 - the same class
        return errors.SessionLost(
            f"session {self.id} is gone" + (", and work in it with it" if lost else ""),
            code=error.code,
            status=error.status,
            request_id=error.request_id,
            endpoint=error.endpoint,
            attempts=error.attempts,
            session=fresh,
            session_id=self.id,
            lost=tuple(lost),
        )

    async def replay(self) -> list[Reply]:
        """Do the lost session's work again here: its uploads and messages. Spends credits again.

        Only for the session that a `SessionLost` carries. After an error it can be called again,
        and goes on: no message that was sent is sent once more by it.

        Raises:
            InputError: this session replaces none.
        """
        if self._to_replay is None:
            raise errors.InputError(
                "this session replaces none", remedy="Use the session of a SessionLost error."
            )
        uploads, messages = self._to_replay
        while uploads:
            await uploads[0](self)
            uploads.pop(0)
        replies = []
        while messages:
            turn = self.send(messages[0])
            try:
                async with turn:
                    pass
            finally:
                if turn.sent:
                    messages.pop(0)
            replies.append(turn.result)
        self._to_replay = None
        return replies

    async def upload(
        self, *sources: Uploadable, on_progress: Callable[[Progress], object] | None = None
    ) -> list[Media]:
        """See `client.uploads.send`."""
        return await self._resources.uploads.send(self, *sources, on_progress=on_progress)

    async def upload_urls(self, *urls: str) -> list[Media]:
        """See `client.uploads.send_urls`."""
        return await self._resources.uploads.send_urls(self, *urls)

    def send(self, text: str) -> ReplyStream:
        """See `client.stream.send`."""
        return self._resources.stream.send(self, text)

    async def ask(self, text: str) -> Reply:
        """See `client.stream.ask`."""
        return await self._resources.stream.ask(self, text)

    async def say(self, text: str, **options: Any) -> Answer:
        """What a person types: routed to the call that serves it, or sent as a message.

        Only a message that is wholly such a request is routed: "export" exports, "add end
        credits" reaches the agent. See `Answer` for what comes back.

        Args:
            text: the words.
            options: `output` (where an export goes) and `overwrite`.
        """
        return await self._resources.routing.say(self, text, **options)

    async def state(self) -> State:
        """See `client.state.latest`."""
        return await self._resources.state.latest(self)

    async def export(
        self,
        output: str | Path,
        *,
        overwrite: bool = False,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> Rendered:
        """Render the newest draft, wait, and download it.

        Raises:
            OutputError: it can't be written there; checked first.
            NotExportableError: the timeline is empty.
            RenderError: the renderer failed, or made no progress.
            DownloadError: the file could not be fetched whole.
        """
        return await self._resources.render.export(
            self, output, overwrite=overwrite, on_progress=on_progress
        )

    async def claim_link(self) -> ClaimLink:
        """See `client.auth.claim_link`."""
        return await self._resources.auth.claim_link(self)


class Sessions:
    """`client.sessions`."""

    def __init__(self, caller: Caller, tokens: TokenSource, resources: Resources) -> None:
        self._caller = caller
        self._tokens = tokens
        self._resources = resources

    async def open(self, name: str = "project", language: str = "en") -> Session:
        """Open a project.

        Args:
            name: of the task.
            language: ISO code the agent answers in, such as `en`, `zh-CN`, `ja`.

        Raises:
            APIError: refused.
            TransportError: the service can't be reached.
        """
        data = await self._caller.call(
            routes.OPEN_SESSION, json={"task_name": name, "language": language}
        )
        wire = structure(data, _WireSession, endpoint=routes.OPEN_SESSION.endpoint)
        if wire.user_id:
            self._tokens.learn_user(wire.user_id)
        return Session(
            self._resources, wire.session_id, task_id=wire.task_id, name=name, language=language
        )

    def attach(
        self, session_id: str | Session, *, task_id: str | None = None, language: str | None = None
    ) -> Session:
        """A handle for a session that exists, here or from another process. Asks nothing.

        Raises:
            InputError: the id is empty.
        """
        if isinstance(session_id, Session):
            return session_id
        if not session_id.strip():
            raise errors.InputError("an empty session id", remedy="Pass the id of a session.")
        return Session(
            self._resources,
            session_id.strip(),
            task_id=task_id,
            language=language,
            attached=True,
        )
