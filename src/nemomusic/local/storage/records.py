"""The records of the store, as values."""

from __future__ import annotations

from typing import Any, Literal

import attrs

from nemomusic.engine.types import Probe, RenderResult, ScoreSummary

Kind = Literal["video", "image", "audio", "data"]
Origin = Literal["upload", "music", "render", "score"]
Status = Literal["pending", "processing", "completed", "failed"]
TurnState = Literal["running", "applied", "failed", "interrupted"]


@attrs.frozen
class User:
    """A user.

    Attributes:
        user_id: The id of the user. The id of an anonymous user starts with `anon_`.
        plan: A `free` plan may export only with the attribution headers.
        available: Credits that can be spent.
        frozen: Credits reserved by work in progress.
    """

    user_id: str
    plan: str
    available: int
    frozen: int


@attrs.frozen
class SessionRecord:
    """A session.

    Attributes:
        session_id: A string of 19 digits.
        task_id: The project's other id.
        user_id: The owner.
        task_name: The name from its opening.
        language: ISO code such as `en` or `zh-CN`.
        draft: The timeline as JSON text, exactly as it was written.
        canvas: The chosen frame size; `{}` until one is chosen.
        memory: The agent's memory between messages.
        opened: Seconds since the epoch.
    """

    session_id: str
    task_id: str
    user_id: str
    task_name: str
    language: str
    draft: str
    canvas: dict[str, Any]
    memory: dict[str, Any]
    opened: float


@attrs.frozen
class Asset:
    """A file in the backend's folder.

    Attributes:
        asset: An unguessable key, part of its URL.
        session_id: The session of the file.
        user_id: The owner.
        origin: Whether it was uploaded, composed or rendered.
        kind: The kind of media.
        name: The file name for display.
        hash: SHA-256 of its content, in hex.
        file: Path relative to the folder, with forward slashes.
        info: The facts of the file: the probe of an upload, the composed music, or the rendered
            video.
        bytes: The file's size.
    """

    asset: str
    session_id: str
    user_id: str
    origin: Origin
    kind: Kind
    name: str
    hash: str
    file: str
    info: Probe | ScoreSummary | RenderResult
    bytes: int = 0

    @property
    def duration(self) -> float:
        """The seconds that the file lasts; 0.0 for an image."""
        return self.info.duration

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels as displayed; (0, 0) for sound."""
        info = self.info
        return (0, 0) if isinstance(info, ScoreSummary) else (info.width, info.height)


@attrs.frozen
class TurnRecord:
    """The outcome of a message.

    Attributes:
        number: 1 for the first message of the session.
        text: The message.
        state: `applied` if the work ended; `interrupted` if it was cut off.
        spent: Credits spent finally.
    """

    number: int
    text: str
    state: TurnState
    spent: int


@attrs.frozen
class Render:
    """An export.

    Attributes:
        render_id: The id, chosen by the client.
        user_id: The user whose token started it.
        session_id: The session it was posted for.
        draft: The posted draft as JSON text.
        status: As in docs/protocol.md, "Export".
        progress: 5 to 100.
        error: The reason of a failure, or None.
        asset: The key of the finished video, or None.
        duration: Seconds of the video.
        size: Bytes of the video.
        created: Seconds since the epoch.
        completed: Seconds since the epoch, or None.
    """

    render_id: str
    user_id: str
    session_id: str
    draft: str
    status: Status
    progress: int
    error: str | None
    asset: str | None
    duration: float
    size: int
    created: float
    completed: float | None
