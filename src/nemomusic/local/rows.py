"""What the store keeps, as values."""

from __future__ import annotations

from typing import Any, Literal

import attrs

Kind = Literal["video", "image", "audio"]
Origin = Literal["upload", "music", "render"]
Status = Literal["pending", "processing", "completed", "failed"]


@attrs.frozen
class User:
    """Who pays.

    Attributes:
        user_id: starts with `anon_` for anonymous users.
        plan: a `free` plan may export only with the attribution headers.
        available: credits that can be spent.
        frozen: credits reserved by work in progress.
    """

    user_id: str
    plan: str
    available: int
    frozen: int


@attrs.frozen
class Session:
    """One project.

    Attributes:
        session_id: a string of 19 digits.
        task_id: the project's other id.
        user_id: whose it is.
        task_name: what it was called when opened.
        language: ISO code such as `en` or `zh-CN`.
        draft: the timeline as JSON text, exactly as it was written.
        canvas: the chosen picture size, `{}` until one is chosen.
        memory: what the agent has to remember between messages.
    """

    session_id: str
    task_id: str
    user_id: str
    task_name: str
    language: str
    draft: str
    canvas: dict[str, Any]
    memory: dict[str, Any]


@attrs.frozen
class Asset:
    """A file in the backend's folder.

    Attributes:
        asset: an unguessable key, part of its URL.
        session_id: where it belongs.
        user_id: whose it is.
        origin: how it got here.
        kind: what it is.
        name: file name as shown.
        hash: SHA-256 of its content, in hex.
        file: path relative to the folder, with forward slashes.
        info: what is known of it: the engine's probe, or what was composed.
    """

    asset: str
    session_id: str
    user_id: str
    origin: Origin
    kind: Kind
    name: str
    hash: str
    file: str
    info: dict[str, Any]


@attrs.frozen
class Render:
    """An export.

    Attributes:
        render_id: chosen by the client.
        user_id: whose token started it.
        session_id: the session it was posted for.
        draft: the posted draft as JSON text.
        status: as in the contract, section 2.
        progress: 5 to 100.
        error: why it failed, or None.
        asset: key of the finished film, or None.
        duration: seconds of the film.
        size: bytes of the film.
        created: seconds since the epoch.
        completed: seconds since the epoch, or None.
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
