"""Rebuild the result of a finished job from its record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nemomusic.conversation.reply import Transcript, assemble_reply
from nemomusic.jobs.steps.scored_video import ScoredVideo
from nemomusic.models.render import RenderStatus
from nemomusic.models.state import State
from nemomusic.models.values.wire_numbers import as_finite, as_number
from nemomusic.resources.render_steps import Export

if TYPE_CHECKING:
    from nemomusic.jobs.storage.records import JobRecord
    from nemomusic.resources.registry import Resources


async def finished_video(resources: Resources, record: JobRecord) -> ScoredVideo | None:
    """Rebuild the result of a finished job from its record; return None if its file is gone."""
    data, path = record.data, Path(str(record.output))
    size = await resources.pipeline.executor.run(_size_of, path)
    if size is None or not isinstance(data.get("state"), dict):
        return None
    state = State(data["state"])
    store = resources.session_store
    session = store.attach(
        record.session_id or "", task_id=data.get("task_id"), language=data.get("language")
    )
    said, baseline = data.get("text"), data.get("baseline")
    raw = data.get("render")
    return ScoredVideo(
        path=path,
        reply=assemble_reply(
            Transcript([said] if said else []),
            outcome="complete" if said else "recovered",
            baseline=State(baseline) if baseline else None,
            state=state,
            language=session.language or "en",
        ),
        state=state,
        export=Export(
            path=path,
            size=int(as_number(data.get("size")) or size),
            render_id=record.render_id or "",
            status=RenderStatus(raw if isinstance(raw, dict) else {"status": "completed"}),
        ),
        session=store.handle(session),
        job_id=record.id,
        credits=as_finite(data.get("credits")),
    )


def _size_of(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return None
