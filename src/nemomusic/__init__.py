"""Put music under a video: an asyncio SDK for the NemoVideo cloud. Unofficial.

    import nemomusic

    async with nemomusic.Client() as client:
        video = await client.add_music("trip.mp4", "warm lo-fi that follows the cuts")

`nemomusic.Client.local()` does the same with no network and no account.
"""

from __future__ import annotations

from nemomusic._version import __version__

# Not typing's: importing that costs as much as all the rest. Type checkers know the name.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from nemomusic import errors
    from nemomusic.client import DEFAULT_PROMPT, Client
    from nemomusic.errors import NemoMusicError
    from nemomusic.jobs import Jobs, ScoredVideo
    from nemomusic.journal import JobRecord, Journal
    from nemomusic.models.account import ClaimLink, Credits
    from nemomusic.models.changes import Change, Changes
    from nemomusic.models.draft import Draft, Segment, Track
    from nemomusic.models.events import (
        ErrorEvent,
        Event,
        Heartbeat,
        Notice,
        OtherEvent,
        StateDelta,
        TextEvent,
        ThoughtEvent,
        ToolCall,
        ToolResult,
    )
    from nemomusic.models.media import Media
    from nemomusic.models.progress import Progress
    from nemomusic.models.render import RenderStatus
    from nemomusic.models.state import State
    from nemomusic.models.timeline import Timeline
    from nemomusic.protocol.policy import Backoff, Policy, Rule
    from nemomusic.resources.render import Rendered, RenderJob
    from nemomusic.resources.reply import Reply, ReplyStream
    from nemomusic.resources.routing import Answer
    from nemomusic.resources.sessions import Session
    from nemomusic.resources.sources import Source
    from nemomusic.secret import Secret
    from nemomusic.settings import Settings, Timeouts

_PUBLIC = {
    "Answer": "resources.routing",
    "Backoff": "protocol.policy",
    "Change": "models.changes",
    "Changes": "models.changes",
    "ClaimLink": "models.account",
    "Client": "client",
    "Credits": "models.account",
    "DEFAULT_PROMPT": "client",
    "Draft": "models.draft",
    "ErrorEvent": "models.events",
    "Event": "models.events",
    "Heartbeat": "models.events",
    "JobRecord": "journal",
    "Jobs": "jobs",
    "Journal": "journal",
    "Media": "models.media",
    "NemoMusicError": "errors",
    "Notice": "models.events",
    "OtherEvent": "models.events",
    "Policy": "protocol.policy",
    "Progress": "models.progress",
    "RenderJob": "resources.render",
    "RenderStatus": "models.render",
    "Rendered": "resources.render",
    "Reply": "resources.reply",
    "ReplyStream": "resources.reply",
    "Rule": "protocol.policy",
    "ScoredVideo": "jobs",
    "Secret": "secret",
    "Segment": "models.draft",
    "Session": "resources.sessions",
    "Settings": "settings",
    "Source": "resources.sources",
    "State": "models.state",
    "StateDelta": "models.events",
    "TextEvent": "models.events",
    "ThoughtEvent": "models.events",
    "Timeline": "models.timeline",
    "Timeouts": "settings",
    "ToolCall": "models.events",
    "ToolResult": "models.events",
    "Track": "models.draft",
}
"""Public names and the modules they live in; loaded when first asked for (PEP 562)."""

__all__ = [
    "DEFAULT_PROMPT",
    "Answer",
    "Backoff",
    "Change",
    "Changes",
    "ClaimLink",
    "Client",
    "Credits",
    "Draft",
    "ErrorEvent",
    "Event",
    "Heartbeat",
    "JobRecord",
    "Jobs",
    "Journal",
    "Media",
    "NemoMusicError",
    "Notice",
    "OtherEvent",
    "Policy",
    "Progress",
    "RenderJob",
    "RenderStatus",
    "Rendered",
    "Reply",
    "ReplyStream",
    "Rule",
    "ScoredVideo",
    "Secret",
    "Segment",
    "Session",
    "Settings",
    "Source",
    "State",
    "StateDelta",
    "TextEvent",
    "ThoughtEvent",
    "Timeline",
    "Timeouts",
    "ToolCall",
    "ToolResult",
    "Track",
    "__version__",
    "errors",
]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    module = _PUBLIC.get(name)
    if module is None:
        if name == "errors":
            return import_module("nemomusic.errors")
        raise AttributeError(f"module 'nemomusic' has no attribute {name!r}")
    value = getattr(import_module(f"nemomusic.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
