"""The result of a job."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from nemomusic.errors import ConfigurationError
from nemomusic.models.values.value import Value

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from nemomusic.conversation.reply import Reply
    from nemomusic.models.cue_sheet import CueSheet
    from nemomusic.models.drafts.draft import Draft
    from nemomusic.models.drafts.timeline import Timeline
    from nemomusic.models.state import State
    from nemomusic.resources.render_steps import Export
    from nemomusic.resources.session import Session


def _session_id(video: VideoResult) -> str:
    return "" if video._session is None else str(video._session.id)  # noqa: SLF001 - it is its own


@attrs.frozen(kw_only=True)
class VideoResult(Value):
    """The parts of the result of the main job.

    Attributes:
        path: The MP4.
        reply: The agent's reply: its text and the changes.
        state: The session's state that was rendered.
        export: The finished export.
        job_id: The id of the job that made the video.
        credits: The cost of the message. The embedded backend says what the message cost. With
            another backend, the cost is the balance before the message minus the balance after
            it. It is None if a balance is not known, or if other work of this client ran at the
            same time. Work of other clients on the same account is counted too.
        warnings: Sentences about wishes that were not fulfilled and parts of the clip that are left
            out; empty if there are none.
        session_id: The id of the session.
    """

    _shown: ClassVar[tuple[str, ...]] = (
        "path",
        "reply",
        "state",
        "export",
        "session_id",
        "job_id",
        "credits",
        "warnings",
    )
    path: Path
    reply: Reply
    state: State
    export: Export
    _session: Any = attrs.field(default=None, eq=False, repr=False)
    job_id: str
    credits: float | None = None
    warnings: tuple[str, ...] = ()
    session_id: str = attrs.field(default=attrs.Factory(_session_id, takes_self=True))

    @property
    def draft(self) -> Draft:
        """The draft that was rendered."""
        return self.state.draft

    @property
    def timeline(self) -> Timeline:
        """The draft in words."""
        return self.state.timeline

    def __str__(self) -> str:
        return f"{self.path}: {self.timeline}"

    def _drawing(self) -> str:
        return _player(self.path) + self.state._drawing()  # noqa: SLF001 - as its base

    def _html_rows(self) -> dict[str, object]:
        return {
            "file": self.path,
            "reply": self.reply,
            "timeline": self.timeline,
            "credits": self.credits,
            "warnings": self.warnings,
        }

    def _beside(self, ending: str) -> Path:
        """Return a path beside the MP4."""
        return self.path.with_name(f"{self.path.stem}{ending}")

    def _live(self) -> Any:
        """Return the session, if there is one."""
        if self._session is None:
            raise ConfigurationError(
                "this result was pickled or copied, so it has no connection",
                remedy="Go on in client.sessions.attach(video.session_id).",
            )
        return self._session

    def __reduce__(self) -> tuple[Any, ...]:
        names = [field.name for field in attrs.fields(type(self)) if field.name != "_session"]
        return _rebuild, (type(self), {name: getattr(self, name) for name in names})


def _player(path: Path) -> str:
    """Return a player of a file below the working folder, where the server of a notebook finds it.

    It loads the file only when a person starts it. A file elsewhere has no player.
    """
    from html import escape
    from pathlib import Path
    from urllib.parse import quote

    try:
        inside = Path(os.path.abspath(path)).relative_to(Path.cwd())  # noqa: PTH100 - no links
        address = quote(os.fsencode(inside.as_posix()))
    except (OSError, ValueError):  # elsewhere, or no working folder
        return ""
    source = escape(address if ":" not in address else f"./{address}")
    return (
        f'<video controls preload="none" width="480" style="display:block" src="{source}"></video>'
    )


def _rebuild(kind: type[VideoResult], values: dict[str, Any]) -> VideoResult:
    return kind(**values)


@attrs.frozen(kw_only=True)
class ScoredVideo(VideoResult):
    """A video with music, on disk.

    It can be pickled and copied. The copy has the id of the session in place of the session.

    Attributes:
        path: The MP4.
        reply: The agent's reply: its text and the changes.
        state: The session's state that was rendered.
        export: The finished export.
        job_id: The id of the job that made the video.
        credits: The cost of the message. The embedded backend says what the message cost. With
            another backend, the cost is the balance before the message minus the balance after
            it. It is None if a balance is not known, or if other work of this client ran at the
            same time. Work of other clients on the same account is counted too.
        warnings: Sentences about wishes that were not fulfilled; empty if there are none.
        session_id: The id of the session.
    """

    @property
    def session(self) -> Session:
        """The session, for further messages: `video.session.ask("make it slower")`.

        Raises:
            ConfigurationError: This object is a copy, which has only the id of the session.
        """
        session: Session = self._live()
        return session

    async def stems(
        self, folder: str | PathLike[str] | None = None, *, overwrite: bool = False
    ) -> dict[str, Path]:
        """Write each part of the music as a WAV file. All files together sound like the music.

        Args:
            folder: The folder of the files; None for `NAME-stems` beside the MP4.
            overwrite: Whether the folder may contain files already.

        Returns:
            The path of each file, by the name of its part; see `client.scores.stems`.

        Raises:
            ScoreUnavailableError: The backend has no such file. Only the embedded backend has it.
            OutputError: The files can't be written there.
            DownloadError: The files could not be downloaded completely.
            ConfigurationError: This object is a copy, which has only the id of the session.
        """
        target = self._beside("-stems") if folder is None else folder
        return await self.session.stems(target, draft=self.draft, overwrite=overwrite)

    async def midi(
        self, path: str | PathLike[str] | None = None, *, overwrite: bool = False
    ) -> Path:
        """Write the music as a MIDI file. Its tempo map follows the music's own beats.

        Args:
            path: The path of the file; None for `NAME.mid` beside the MP4.
            overwrite: Whether an existing file may be replaced.

        Returns:
            The path of the file.

        Raises:
            ScoreUnavailableError: The backend has no such file. Only the embedded backend has it.
            OutputError: The file can't be written there.
            DownloadError: The file could not be downloaded completely.
            ConfigurationError: This object is a copy, which has only the id of the session.
        """
        target = self._beside(".mid") if path is None else path
        return await self.session.midi(target, draft=self.draft, overwrite=overwrite)

    async def cue_sheet(self) -> CueSheet:
        """Return the events of the music with their times, and the cuts that they are placed on.

        Raises:
            ScoreUnavailableError: The backend has no such file. Only the embedded backend has it.
            DownloadError: The file could not be downloaded completely.
            ConfigurationError: This object is a copy, which has only the id of the session.
        """
        return await self.session.cue_sheet(draft=self.draft)
