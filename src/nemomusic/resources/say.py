"""Serve a text that a person types: by a call if it asks for one, else by the agent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import attrs

from nemomusic import errors
from nemomusic.models import language as texts
from nemomusic.models.prompts import check_words
from nemomusic.models.values.value import Value
from nemomusic.protocol.commands import Command, route_command, upload_sources

if TYPE_CHECKING:
    from os import PathLike

    from nemomusic.conversation.reply import Reply
    from nemomusic.conversation.session_ref import SessionHandle
    from nemomusic.models.account import Credits
    from nemomusic.models.drafts.media import Media
    from nemomusic.models.state import State
    from nemomusic.resources.credits import CreditsBalance
    from nemomusic.resources.render import Renders
    from nemomusic.resources.render_steps import Export
    from nemomusic.resources.state import States
    from nemomusic.resources.stream import Stream
    from nemomusic.resources.uploads import Uploads


@attrs.frozen
class CreditsAnswer(Value):
    """The answer to a request for the balance. Show its `str()` to the user."""

    text: str
    credits: Credits

    def __str__(self) -> str:
        return self.text


@attrs.frozen
class StateAnswer(Value):
    """The answer to a request for the tracks. Show its `str()` to the user."""

    text: str
    state: State

    def __str__(self) -> str:
        return self.text


@attrs.frozen
class ExportAnswer(Value):
    """The answer to a request for an export, which is finished. Show its `str()` to the user."""

    text: str
    export: Export

    def __str__(self) -> str:
        return self.text


@attrs.frozen
class UploadAnswer(Value):
    """The answer to a request for an upload, which is finished. Show its `str()` to the user."""

    text: str
    media: tuple[Media, ...]

    def __str__(self) -> str:
        return self.text


@attrs.frozen
class ReplyAnswer(Value):
    """The agent's answer, if the text was a message to the agent. Show its `str()` to the user."""

    text: str
    reply: Reply

    def __str__(self) -> str:
        return self.text


Answer: TypeAlias = CreditsAnswer | StateAnswer | ExportAnswer | UploadAnswer | ReplyAnswer
"""The classes that `session.say()` returns. Use `match` to find out which one it is."""


class TypedRequests:
    """Serves typed requests: export, credits, state and upload without the agent."""

    def __init__(
        self,
        states: States,
        credits_: CreditsBalance,
        stream: Stream,
        uploads: Uploads,
        renders: Renders,
    ) -> None:
        self._states = states
        self._credits = credits_
        self._stream = stream
        self._uploads = uploads
        self._renders = renders

    async def say(
        self,
        session: SessionHandle,
        text: str,
        *,
        output: str | PathLike[str] | None = None,
        overwrite: bool = False,
        files: bool = False,
    ) -> Answer:
        """Serve a typed request. See `Session.say`."""
        check_words(text, "nothing was said")
        command = route_command(text)
        if command is Command.CREDITS:
            return await self._balance(session)
        if command is Command.STATE:
            state = await self._states.latest(session)
            return StateAnswer(state.timeline.text(session.language or "en"), state)
        if command is Command.EXPORT:
            if output is None:
                raise errors.OutputError(
                    "an export needs a place", remedy="Pass output='somewhere.mp4'."
                )
            export = await self._renders.export(session, output, overwrite=overwrite)
            return ExportAnswer(texts.EXPORTED.text(session.language, export.path), export)
        if command is Command.UPLOAD:
            sources = upload_sources(text)
            if sources and (files or all(_is_url(one) for one in sources)):
                return await self._upload(session, sources)
        reply = await self._stream.ask(session, text)
        return ReplyAnswer(reply.text, reply)

    async def _balance(self, session: SessionHandle) -> CreditsAnswer:
        balance = await self._credits.balance()
        return CreditsAnswer(balance.text(session.language), balance)

    async def _upload(self, session: SessionHandle, sources: tuple[str, ...]) -> UploadAnswer:
        media: list[Media] = []
        paths = [Path(one).expanduser() for one in sources if not _is_url(one)]
        if paths:
            media += await self._uploads.send(session, *paths)
        urls = [one for one in sources if _is_url(one)]
        if urls:
            media += await self._uploads.send_urls(session, *urls)
        names = ", ".join(map(str, media))
        return UploadAnswer(texts.UPLOADED.text(session.language, names), tuple(media))


def _is_url(source: str) -> bool:
    return source.startswith(("http://", "https://"))
