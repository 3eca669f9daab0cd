"""Make results for unit tests of code that takes results. No backend is needed."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from nemomusic.conversation.reply import Reply
from nemomusic.jobs.steps.scored_video import ScoredVideo
from nemomusic.models.drafts.changes import compare
from nemomusic.models.render import RenderStatus
from nemomusic.models.state import State
from nemomusic.resources.render_steps import Export
from nemomusic.settings import Settings

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from nemomusic.client import Client
    from nemomusic.models.drafts.draft import Draft
    from nemomusic.models.events import ToolCall
    from nemomusic.protocol.agent_text.ui_instructions import Action
    from nemomusic.resources.session import Session

SESSION_ID: Final = "1234567890123456789"
"""The id of the session that the factories use."""
_CLIP: Final[dict[str, Any]] = {
    "tt": 0,
    "sg": [{"id": "seg_1", "s": 0, "d": 10_000, "vol": 1.0, "m": {"name": "trip"}}],
}
_MUSIC: Final[dict[str, Any]] = {
    "tt": 1,
    "sg": [
        {"id": "seg_2", "s": 0, "d": 10_000, "vol": 0.35, "m": {"name": "Lo-fi", "kind": "music"}}
    ],
}


def _state(*, music: bool) -> State:
    tracks = [_CLIP, _MUSIC] if music else [_CLIP]
    draft = {"d": 10_000, "m": {"title": "trip"}, "t": tracks}
    return State(
        copy.deepcopy(
            {
                "session_id": SESSION_ID,
                "task_id": "task_1",
                "task_name": "trip",
                "state": {
                    "draft": draft,
                    "video_infos": [],
                    "canvas_config": {},
                    "video_analyses": {},
                    "generated_media": [],
                },
            }
        )
    )


def _unreachable_client() -> Client:
    """Return a client of an address at which nothing answers."""
    from nemomusic.client import Client

    nowhere = "http://127.0.0.1:9"  # the port of the protocol "discard"
    return Client(
        settings=Settings(
            token="nmv_usr_testing",  # noqa: S106 - opens nothing
            api_url=nowhere,
            web_url=nowhere,
            client_id="testing",
            token_file=None,
        )
    )


def session(
    session_id: str = SESSION_ID,
    *,
    task_id: str | None = "task_1",
    language: str | None = "en",
    client: Client | None = None,
) -> Session:
    """Return a session that is not on any service.

    Args:
        session_id: Its id, a string of digits.
        task_id: The id that claim links need.
        language: ISO code the agent answers in.
        client: The client of the session. None means a client of an address at which nothing
            answers, so that calls fail and reach no service.
    """
    client = client if client is not None else _unreachable_client()
    return client.sessions.attach(session_id, task_id=task_id, language=language)


def reply(
    text: str = "I composed Lo-fi for your video.",
    *,
    actions: tuple[Action, ...] = (),
    tool_calls: tuple[ToolCall, ...] = (),
    before: Draft | None = None,
    state: State | None = None,
    silent: bool = False,
    outcome: Literal["complete", "recovered"] = "complete",
) -> Reply:
    """Return a reply to a message that added music to a clip.

    Args:
        text: What the agent said.
        actions: The screen instructions, as calls.
        tool_calls: The tools that it used.
        before: The draft before the message. None means a clip without music.
        state: The state afterward. None means the clip with music.
        silent: Whether the agent said nothing of its own.
        outcome: How the turn ended.
    """
    after = state if state is not None else _state(music=True)
    return Reply(
        text=text,
        actions=actions,
        tool_calls=tool_calls,
        changes=compare(before if before is not None else _state(music=False).draft, after.draft),
        state=after,
        silent=silent,
        outcome=outcome,
    )


def export(
    path: str | os.PathLike[str] = "out.mp4",
    *,
    size: int = 1_000_000,
    render_id: str = "render_testing",
    raw: Mapping[str, Any] | None = None,
) -> Export:
    """Return a finished export. The file is not written.

    Args:
        path: The path of the file.
        size: Bytes of the file.
        render_id: The render that made it.
        raw: The renderer's last answer. None means a completed job.
    """
    if raw is None:
        url = f"http://127.0.0.1:9/cdn/{render_id}/{render_id}.mp4"
        output = {"url": url, "duration": 10.0, "size": size}
        raw = {"taskId": render_id, "status": "completed", "progress": 100, "output": output}
    return Export(path=Path(path), size=size, render_id=render_id, status=RenderStatus(raw))


def scored_video(
    path: str | os.PathLike[str] = "out.mp4",
    *,
    answer: Reply | None = None,
    finished: Export | None = None,
    project: Session | None = None,
    job_id: str = "job_testing",
    warnings: tuple[str, ...] = (),
) -> ScoredVideo:
    """Return the result of `client.add_music()`. The file is not written.

    Args:
        path: The path of the file.
        answer: The agent's reply. None means `reply()`.
        finished: The finished export. None means `export(path)`.
        project: The session for further messages. None means `session()`.
        job_id: The job that made it.
        warnings: Sentences about wishes that were not fulfilled.
    """
    answer = answer if answer is not None else reply()
    return ScoredVideo(
        path=Path(path),
        reply=answer,
        state=answer.state if answer.state is not None else _state(music=True),
        export=finished if finished is not None else export(path),
        session=project if project is not None else session(),
        job_id=job_id,
        warnings=warnings,
    )
