"""Load the module that reads messages, and analyze clips until it is loaded."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from nemomusic.local.service import Service
    from nemomusic.local.storage.records import SessionRecord

_MODULE: Final = "nemomusic.local.agent.turns"
"""The module that reads messages. Its import takes 0.2 s, with all words and rules."""


def prepare_reader(service: Service) -> asyncio.Task[Any]:
    """Begin to load the module that reads messages, in a thread. A second call does no harm."""
    return service.begin_loading(_MODULE)


async def load_reader(service: Service, session: SessionRecord) -> None:
    """Wait until the module that reads messages is loaded.

    If it is not loaded yet, the clips of the session are analyzed meanwhile. Most first messages
    ask for music, which needs these analyses.

    Args:
        service: The running backend.
        session: The session of the message that is to be read.
    """
    loading = prepare_reader(service)
    if not loading.done():
        _analyze_clips(service, session)
    await asyncio.shield(loading)


def _analyze_clips(service: Service, session: SessionRecord) -> None:
    for clip in service.store.assets(session.session_id, "upload"):
        known = clip.hash in service.analyses or service.store.analysis(clip.hash) is not None
        if clip.kind == "video" and not known:
            work = service.engine.analyze(service.asset_path(clip), lambda _: None)
            task = service.spawn(work, f"analyze {clip.name}")
            # An error is raised when a message asks for music. Without one, it is not reported.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            service.analyses[clip.hash] = task
