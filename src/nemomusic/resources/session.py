"""The public handle of one project: the calls of the other resources, bound to its session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from nemomusic.models.values.value import LiveHandle

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from nemomusic.conversation.reply import Reply
    from nemomusic.conversation.session_ref import SessionRef
    from nemomusic.conversation.turn import Turn
    from nemomusic.files.sources import Uploadable
    from nemomusic.models.account import ClaimLink
    from nemomusic.models.cue_sheet import CueSheet
    from nemomusic.models.drafts.draft import Draft
    from nemomusic.models.drafts.media import Media
    from nemomusic.models.progress import ProgressCallback
    from nemomusic.models.state import State
    from nemomusic.resources.auth import Auth
    from nemomusic.resources.render import Export, Renders
    from nemomusic.resources.say import Answer, TypedRequests
    from nemomusic.resources.scores import Scores
    from nemomusic.resources.state import States
    from nemomusic.resources.stream import Stream
    from nemomusic.resources.uploads import Uploads


class Verbs(Protocol):
    """The resources that a session's calls go to."""

    @property
    def auth(self) -> Auth:
        """Tokens and claim links."""
        ...

    @property
    def uploads(self) -> Uploads:
        """Files into sessions."""
        ...

    @property
    def stream(self) -> Stream:
        """Messages to the agent, and their replies."""
        ...

    @property
    def state(self) -> States:
        """Drafts and media."""
        ...

    @property
    def render(self) -> Renders:
        """Exports."""
        ...

    @property
    def scores(self) -> Scores:
        """Stems, MIDI files, cue sheets."""
        ...

    @property
    def say(self) -> TypedRequests:
        """Typed requests."""
        ...


class Session(LiveHandle):  # noqa: PLW1641 - not hashable, as its id may change
    """One project on the service. `client.sessions.open()` and `.attach()` return sessions.

    Each call that takes a session also takes the session's id. Two handles are equal if their ids
    are equal.
    """

    def __init__(self, ref: SessionRef, verbs: Verbs) -> None:
        self._ref = ref
        self._verbs = verbs

    def __repr__(self) -> str:
        return f"<Session {self.id}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Session) and other.id == self.id

    @property
    def id(self) -> str:
        """The session's id, a string of digits.

        The id changes when the session is lost and the client replaces it. The client replaces a
        session only if it opened the session and no message was accepted in it.
        """
        return self._ref.id

    @property
    def task_id(self) -> str | None:
        """The id that claim links need; None if the session was attached without it."""
        return self._ref.task_id

    @property
    def name(self) -> str | None:
        """The project's name; None if the session was attached."""
        return self._ref.name

    @property
    def language(self) -> str | None:
        """Language code of the agent's answers; None if the session was attached without it."""
        return self._ref.language

    @property
    def busy(self) -> bool:
        """Whether this client is sending a message in the session or reading its reply."""
        return self._ref.busy

    async def upload(
        self, *sources: Uploadable, on_progress: ProgressCallback | None = None
    ) -> list[Media]:
        """Upload files. See `client.uploads.send`.

        Args:
            *sources: The files, in the order in which they follow each other.
            on_progress: Called with `Progress`.

        Raises:
            SourceError: A source is missing, empty, unreadable, changed, or can't be read twice.
            UnsupportedFileTypeError: 4001, found before sending or by the service.
            FileTooLargeError: 4002, found before sending or by the service.
            SessionLostError: The session does not exist any more, and it held work.
        """
        return await self._verbs.uploads.send(self, *sources, on_progress=on_progress)

    async def upload_urls(self, *urls: str) -> list[Media]:
        """Ask the service to download files from web addresses. See `client.uploads.send_urls`.

        Raises:
            SourceError: A text is not a web address.
            APIError: The service can't or won't download the file.
        """
        return await self._verbs.uploads.send_urls(self, *urls)

    def send(self, text: str) -> Turn:
        """Send a message and read its events. See `client.stream.send`."""
        return self._verbs.stream.send(self, text)

    async def ask(self, text: str) -> Reply:
        """Send a message and wait for the reply. See `client.stream.ask`.

        Raises:
            PromptError: The text has no word.
            OutOfCreditsError: 2001: the credits are used up.
            AgentError: The agent reported a failure.
            OutcomeUnknownError: The stream was cut, and the state does not show the outcome.
            SessionLostError: The session does not exist any more, and the work in it is lost.
        """
        return await self._verbs.stream.ask(self, text)

    async def say(
        self,
        text: str,
        *,
        output: str | PathLike[str] | None = None,
        overwrite: bool = False,
        files: bool = False,
    ) -> Answer:
        """Make the call that a typed text asks for, or send the text to the agent.

        The SDK makes a call only if the whole text is a request for this call. So "export" exports
        the video, and "add end credits" is sent to the agent.

        Args:
            text: The text.
            output: The path of an export.
            overwrite: Whether an existing output may be replaced.
            files: Whether "upload PATH" may read the disk of this machine. Do not set it where
                strangers type: they could name any file of your server.

        Returns:
            An object of one of the classes of `nemomusic.Answer`. Use `match` to find out which
            one.

        Raises:
            PromptError: The text has no word.
            OutputError: An export was asked for, and `output` is missing or can't be written.
            NemoMusicError: The error of the call that serves the text.
        """
        return await self._verbs.say.say(
            self, text, output=output, overwrite=overwrite, files=files
        )

    async def state(self) -> State:
        """Read the draft and the media. See `client.state.latest`.

        Raises:
            SessionLostError: The session does not exist any more. The error has a new session.
            TransportError: The service can't be reached.
        """
        return await self._verbs.state.latest(self)

    async def export(
        self,
        output: str | PathLike[str],
        *,
        draft: Draft | None = None,
        overwrite: bool = False,
        on_progress: ProgressCallback | None = None,
    ) -> Export:
        """Render the newest draft (or the given draft), wait, and download the result.

        Args:
            output: The path of the file.
            draft: The draft to render; None for the newest draft of the session.
            overwrite: Whether an existing file may be replaced.
            on_progress: Called with `Progress`.

        Raises:
            OutputError: The file can't be written there; this is checked first.
            NotExportableError: The timeline is empty.
            RenderError: The renderer failed, or made no progress.
            DownloadError: The file could not be fetched completely.
        """
        return await self._verbs.render.export(
            self, output, draft=draft, overwrite=overwrite, on_progress=on_progress
        )

    async def stems(
        self, folder: str | PathLike[str], *, draft: Draft | None = None, overwrite: bool = False
    ) -> dict[str, Path]:
        """Write each part of the music as a WAV file. See `client.scores.stems`.

        Args:
            folder: The folder of the files.
            draft: The draft with the music; None for the newest draft of the session.
            overwrite: Whether existing files may be replaced.

        Raises:
            ScoreUnavailableError: The backend has no such file.
            OutputError: The files can't be written there.
            DownloadError: The files could not be downloaded completely.
        """
        return await self._verbs.scores.stems(self, folder, draft=draft, overwrite=overwrite)

    async def midi(
        self, path: str | PathLike[str], *, draft: Draft | None = None, overwrite: bool = False
    ) -> Path:
        """Write the music as a MIDI file. See `client.scores.midi`.

        Args:
            path: The path of the file.
            draft: The draft with the music; None for the newest draft of the session.
            overwrite: Whether an existing file may be replaced.

        Raises:
            ScoreUnavailableError: The backend has no such file.
            OutputError: The file can't be written there.
            DownloadError: The file could not be downloaded completely.
        """
        return await self._verbs.scores.midi(self, path, draft=draft, overwrite=overwrite)

    async def cue_sheet(self, *, draft: Draft | None = None) -> CueSheet:
        """Return the events of the music with their times. See `client.scores.cue_sheet`.

        Raises:
            ScoreUnavailableError: The backend has no such file.
        """
        return await self._verbs.scores.cue_sheet(self, draft=draft)

    async def claim_link(self) -> ClaimLink:
        """Make a link to this project for a person. See `client.auth.claim_link`.

        Raises:
            SessionNotFoundError: The session is gone.
            InputError: The session was attached by its id alone, so its task is not known.
        """
        return await self._verbs.auth.claim_link(self)

    async def replay(self) -> list[Reply]:
        """Repeat the uploads and messages of a lost session in this one. This costs credits again.

        Call it only on the session of a `SessionLostError`. After an error, call it again: it
        continues, and does not repeat a message that it has sent.

        Raises:
            InputError: This session does not replace a lost session.
        """
        replies = []
        async with self._ref.lost_work() as (uploads, messages):
            while uploads:
                await uploads[0](self._ref)
                uploads.pop(0)
            while messages:
                turn = self.send(messages[0])
                try:
                    async with turn:
                        await turn.finished()
                finally:
                    if turn.sent:
                        messages.pop(0)
                replies.append(turn.result)
        return replies


def ref_of(session: Session) -> SessionRef:
    """Return what the layers below share of a session."""
    return session._ref  # noqa: SLF001 - the one place where a handle is opened
