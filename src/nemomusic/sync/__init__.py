"""The client for code without asyncio: the same calls, without `await`.

    import nemomusic.sync

    with nemomusic.sync.Client.local() as client:
        video = client.add_music("trip.mp4", "warm lo-fi")

Each client runs one event loop in a thread of its own. A call hands its coroutine to that loop and
waits for it. A client may be used from several threads, and inside the thread of a running loop
(which it then blocks). Ctrl-C cancels the waiting call.
"""

from __future__ import annotations

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
