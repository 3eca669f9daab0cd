"""A client for code without asyncio: the same calls, without `await`.

    import nemomusic.sync

    with nemomusic.sync.Client.local() as client:
        video = client.add_music("trip.mp4", "warm lo-fi")

Each client runs one event loop in its own thread. A call sends a coroutine to that loop and waits
for the result. You may use one client from several threads. If you use it in the thread of a
running event loop, it blocks that loop. Ctrl-C cancels the waiting call.
"""

from __future__ import annotations

from nemomusic._annotations import prepare_all
from nemomusic.sync.batches import BatchRun, OrderOutcome
from nemomusic.sync.client import Client
from nemomusic.sync.conversation import Session, Turn
from nemomusic.sync.jobs import Job, Jobs, ScoredVideo
from nemomusic.sync.renders import RenderJob

__all__ = [
    "BatchRun",
    "Client",
    "Job",
    "Jobs",
    "OrderOutcome",
    "RenderJob",
    "ScoredVideo",
    "Session",
    "Turn",
]

prepare_all(globals())
