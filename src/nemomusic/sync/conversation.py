"""Sessions and messages of a blocking client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from nemomusic.models.values.value import LiveHandle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike
    from pathlib import Path

    from nemomusic import errors
    from nemomusic.conversation import turn
    from nemomusic.conversation.reply import Reply
    from nemomusic.conversation.session_ref import SessionLike
    from nemomusic.files.sources import Uploadable
    from nemomusic.models.account import ClaimLink
    from nemomusic.models.cue_sheet import CueSheet
    from nemomusic.models.drafts.changes import Changes
    from nemomusic.models.drafts.draft import Draft
    from nemomusic.models.drafts.media import Media
    from nemomusic.models.events import Event
    from nemomusic.models.progress import ProgressCallback
    from nemomusic.models.state import State
    from nemomusic.protocol.agent_text.ui_instructions import Action
    from nemomusic.resources import session, sessions, stream
    from nemomusic.resources.render_steps import Export
    from nemomusic.resources.say import Answer
    from nemomusic.sync.bridge import Bridge


class Turn(LiveHandle):
    """One message, sent when the turn is entered with `with`. See `nemomusic.Turn`."""

    def __init__(self, bridge: Bridge, inner: turn.Turn) -> None:
        self._bridge = bridge
        self._inner = inner

    def __enter__(self) -> Self:
        """Send the message, once."""
        self._bridge.run(self._inner.__aenter__())
        return self

    def __exit__(self, kind: type[BaseException] | None, *more: object) -> None:
        self._bridge.run(self._inner.__aexit__(kind, *more))

    def __iter__(self) -> Iterator[Event]:
        """Yield the events as they arrive."""
        return self._bridge.iterate(self._inner.__aiter__, lambda event: event)

    @property
    def text_stream(self) -> Iterator[str]:
        """The agent's text as it arrives, without other events."""
        return self._bridge.iterate(lambda: self._inner.text_stream, lambda text: text)

    def finished(self) -> Reply:
        """Wait for the end of the turn. Events that were not read are dropped."""
        return self._bridge.run(self._inner.finished())

    def hang_up(self) -> None:
        """End the turn early: close its connection. The message may still be charged."""
        self._bridge.call(self._inner.hang_up)

    def aclose(self) -> None:
        """Hang up, and wait until the connection is closed."""
        self._bridge.run(self._inner.aclose())

    @property
    def message(self) -> str:
        """The text of the message."""
        return self._inner.message

    @property
    def session_id(self) -> str:
        """The session that the message is sent into."""
        return self._inner.session_id

    @property
    def sent(self) -> bool:
        """Whether the message was accepted, or may have been."""
        return self._inner.sent

    @property
    def baseline(self) -> State | None:
        """The state before the message; None until it is sent."""
        return self._inner.baseline

    @property
    def elapsed(self) -> float:
        """Seconds since the message was sent."""
        return self._inner.elapsed

    @property
    def done(self) -> bool:
        """Whether the turn is over."""
        return self._inner.done

    @property
    def result(self) -> Reply:
        """The finished reply."""
        return self._inner.result

    @property
    def text(self) -> str:
        """The agent's text so far; the text of the reply when the turn is over."""
        return self._inner.text

    @property
    def changes(self) -> Changes | None:
        """The changes in the draft; None until the turn is over."""
        return self._inner.changes

    @property
    def state(self) -> State | None:
        """The state after the turn; None until the turn is over."""
        return self._inner.state

    @property
    def actions(self) -> tuple[Action, ...]:
        """Instructions for a screen, as calls; empty until the turn is over."""
        return self._inner.actions


class Session(LiveHandle):  # noqa: PLW1641 - not hashable, as its id may change
    """One project on the service. See `nemomusic.Session`."""

    def __init__(self, bridge: Bridge, inner: session.Session) -> None:
        self._bridge = bridge
        self._inner = inner

    def __repr__(self) -> str:
        return f"<sync.Session {self.id}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Session) and other.id == self.id

    @property
    def id(self) -> str:
        """The session's id, a string of digits."""
        return self._inner.id

    @property
    def task_id(self) -> str | None:
        """The id that claim links need; None if the session was attached without it."""
        return self._inner.task_id

    @property
    def name(self) -> str | None:
        """The project's name; None if the session was attached."""
        return self._inner.name

    @property
    def language(self) -> str | None:
        """Language code of the agent's answers; None if the session was attached without it."""
        return self._inner.language

    @property
    def busy(self) -> bool:
        """Whether this client is sending a message in the session or reading its reply."""
        return self._inner.busy

    def upload(
        self, *sources: Uploadable, on_progress: ProgressCallback | None = None
    ) -> list[Media]:
        """Upload files."""
        return self._bridge.run(self._inner.upload(*sources, on_progress=on_progress))

    def upload_urls(self, *urls: str) -> list[Media]:
        """Ask the service to download files."""
        return self._bridge.run(self._inner.upload_urls(*urls))

    def send(self, text: str) -> Turn:
        """Send a message and read its events."""
        return Turn(self._bridge, self._bridge.call(lambda: self._inner.send(text)))

    def ask(self, text: str) -> Reply:
        """Send a message and wait for the reply."""
        return self._bridge.run(self._inner.ask(text))

    def say(
        self,
        text: str,
        *,
        output: str | PathLike[str] | None = None,
        overwrite: bool = False,
        files: bool = False,
    ) -> Answer:
        """Make the call that a typed text asks for, or send the text to the agent."""
        return self._bridge.run(
            self._inner.say(text, output=output, overwrite=overwrite, files=files)
        )

    def state(self) -> State:
        """Read the draft and the media."""
        return self._bridge.run(self._inner.state())

    def export(
        self,
        output: str | PathLike[str],
        *,
        draft: Draft | None = None,
        overwrite: bool = False,
        on_progress: ProgressCallback | None = None,
    ) -> Export:
        """Render the newest draft (or the given draft), wait, and download the result."""
        return self._bridge.run(
            self._inner.export(output, draft=draft, overwrite=overwrite, on_progress=on_progress)
        )

    def stems(
        self, folder: str | PathLike[str], *, draft: Draft | None = None, overwrite: bool = False
    ) -> dict[str, Path]:
        """Write each part of the music as a WAV file."""
        return self._bridge.run(self._inner.stems(folder, draft=draft, overwrite=overwrite))

    def midi(
        self, path: str | PathLike[str], *, draft: Draft | None = None, overwrite: bool = False
    ) -> Path:
        """Write the music as a MIDI file."""
        return self._bridge.run(self._inner.midi(path, draft=draft, overwrite=overwrite))

    def cue_sheet(self, *, draft: Draft | None = None) -> CueSheet:
        """Return the events of the music with their times."""
        return self._bridge.run(self._inner.cue_sheet(draft=draft))

    def claim_link(self) -> ClaimLink:
        """Make a link to this project for a person."""
        return self._bridge.run(self._inner.claim_link())

    def replay(self) -> list[Reply]:
        """Repeat the uploads and messages of a lost session in this one.

        This costs credits again.
        """
        return self._bridge.run(self._inner.replay())


def unwrap(session: SessionLike) -> SessionLike:
    """Return the session of the asyncio client, which remembers the uploads."""
    return session._inner if isinstance(session, Session) else session  # noqa: SLF001 - this module's


class Sessions:
    """`client.sessions`: projects."""

    def __init__(self, bridge: Bridge, inner: sessions.Sessions) -> None:
        self._bridge = bridge
        self._inner = inner

    def open(self, name: str = "project", language: str = "en") -> Session:
        """Open a project."""
        return Session(self._bridge, self._bridge.run(self._inner.open(name, language)))

    def attach(
        self, session: SessionLike, *, task_id: str | None = None, language: str | None = None
    ) -> Session:
        """Return a handle for a session that exists. No request is sent."""
        if isinstance(session, Session):
            return session
        return Session(
            self._bridge,
            self._bridge.call(
                lambda: self._inner.attach(session, task_id=task_id, language=language)
            ),
        )


class Stream:
    """`client.stream`: messages to the agent."""

    def __init__(self, bridge: Bridge, inner: stream.Stream) -> None:
        self._bridge = bridge
        self._inner = inner

    def send(self, session: SessionLike, text: str) -> Turn:
        """Return a turn. Its message is sent when the turn is entered with `with`."""
        return Turn(
            self._bridge, self._bridge.call(lambda: self._inner.send(unwrap(session), text))
        )

    def ask(self, session: SessionLike, text: str) -> Reply:
        """Send a message and wait for the finished reply."""
        return self._bridge.run(self._inner.ask(unwrap(session), text))

    def look_again(
        self, error: errors.OutcomeUnknownError, session: SessionLike | None = None
    ) -> Reply:
        """Read the state again after an `OutcomeUnknownError`."""
        ref = None if session is None else unwrap(session)
        return self._bridge.run(self._inner.look_again(error, ref))
