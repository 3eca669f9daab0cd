"""Put music under a video: an asyncio SDK for the NemoVideo cloud. Unofficial.

    import nemomusic

    async with nemomusic.Client() as client:
        video = await client.add_music("trip.mp4", "warm lo-fi that follows the cuts")

`nemomusic.Client.local()` does the same with no network and no account.
"""

from __future__ import annotations

from nemomusic._version import __version__

# Not from `typing`: importing it costs as much as all the rest. Type checkers know the name.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from nemomusic import errors, types
    from nemomusic.batches.order import Order, OrderOutcome
    from nemomusic.batches.plan import PlannedOrder
    from nemomusic.batches.run import BatchRun
    from nemomusic.client import DEFAULT_PROMPT, Client
    from nemomusic.conversation.reply import Reply
    from nemomusic.conversation.turn import Turn
    from nemomusic.errors import NemoMusicError
    from nemomusic.files.sources import Source
    from nemomusic.jobs.job import Job
    from nemomusic.jobs.steps.scored_video import ScoredVideo
    from nemomusic.jobs.storage.journal import Journal
    from nemomusic.jobs.storage.records import JobRecord, JobStatus
    from nemomusic.models.account import ClaimLink, Credits
    from nemomusic.models.cue_sheet import CueSheet, CueSheetEntry
    from nemomusic.models.drafts.changes import Change, Changes
    from nemomusic.models.drafts.draft import Draft, Segment, Track
    from nemomusic.models.drafts.media import Media
    from nemomusic.models.drafts.timeline import Timeline
    from nemomusic.models.events import (
        ErrorEvent,
        Event,
        Heartbeat,
        Notice,
        OtherEvent,
        PartEvent,
        StateDelta,
        TextEvent,
        ThoughtEvent,
        ToolCall,
        ToolResult,
    )
    from nemomusic.models.progress import Progress
    from nemomusic.models.render import RenderStatus
    from nemomusic.models.state import State
    from nemomusic.network import Proxies
    from nemomusic.protocol.retry_policy import Backoff, Policy, Rule
    from nemomusic.resources.render import RenderJob
    from nemomusic.resources.render_steps import Export
    from nemomusic.resources.say import (
        Answer,
        CreditsAnswer,
        ExportAnswer,
        ReplyAnswer,
        StateAnswer,
        UploadAnswer,
    )
    from nemomusic.resources.session import Session
    from nemomusic.runtime.tls import Tls
    from nemomusic.secret import Secret
    from nemomusic.settings import Settings, Timeouts
    from nemomusic.transport.request_info import RequestInfo, ResponseInfo

_PUBLIC = {
    "Answer": "resources.say",
    "Backoff": "protocol.retry_policy",
    "BatchRun": "batches.run",
    "Change": "models.drafts.changes",
    "Changes": "models.drafts.changes",
    "ClaimLink": "models.account",
    "Client": "client",
    "Credits": "models.account",
    "CreditsAnswer": "resources.say",
    "CueSheet": "models.cue_sheet",
    "CueSheetEntry": "models.cue_sheet",
    "DEFAULT_PROMPT": "client",
    "Draft": "models.drafts.draft",
    "ErrorEvent": "models.events",
    "Event": "models.events",
    "Export": "resources.render_steps",
    "ExportAnswer": "resources.say",
    "Heartbeat": "models.events",
    "Job": "jobs.job",
    "JobRecord": "jobs.storage.records",
    "JobStatus": "jobs.storage.records",
    "Journal": "jobs.storage.journal",
    "Media": "models.drafts.media",
    "NemoMusicError": "errors",
    "Notice": "models.events",
    "Order": "batches.order",
    "OrderOutcome": "batches.order",
    "OtherEvent": "models.events",
    "PartEvent": "models.events",
    "PlannedOrder": "batches.plan",
    "Policy": "protocol.retry_policy",
    "Progress": "models.progress",
    "Proxies": "network",
    "RenderJob": "resources.render",
    "RequestInfo": "transport.request_info",
    "ResponseInfo": "transport.request_info",
    "RenderStatus": "models.render",
    "Reply": "conversation.reply",
    "ReplyAnswer": "resources.say",
    "Rule": "protocol.retry_policy",
    "ScoredVideo": "jobs.steps.scored_video",
    "Secret": "secret",
    "Segment": "models.drafts.draft",
    "Session": "resources.session",
    "Settings": "settings",
    "Source": "files.sources",
    "State": "models.state",
    "StateAnswer": "resources.say",
    "StateDelta": "models.events",
    "TextEvent": "models.events",
    "ThoughtEvent": "models.events",
    "Timeline": "models.drafts.timeline",
    "Timeouts": "settings",
    "Tls": "runtime.tls",
    "ToolCall": "models.events",
    "ToolResult": "models.events",
    "Track": "models.drafts.draft",
    "Turn": "conversation.turn",
    "UploadAnswer": "resources.say",
}
"""Public names and the modules they live in; loaded when first asked for (PEP 562)."""

__all__ = [
    "DEFAULT_PROMPT",
    "Answer",
    "Backoff",
    "BatchRun",
    "Change",
    "Changes",
    "ClaimLink",
    "Client",
    "Credits",
    "CreditsAnswer",
    "CueSheet",
    "CueSheetEntry",
    "Draft",
    "ErrorEvent",
    "Event",
    "Export",
    "ExportAnswer",
    "Heartbeat",
    "Job",
    "JobRecord",
    "JobStatus",
    "Journal",
    "Media",
    "NemoMusicError",
    "Notice",
    "Order",
    "OrderOutcome",
    "OtherEvent",
    "PartEvent",
    "PlannedOrder",
    "Policy",
    "Progress",
    "Proxies",
    "RenderJob",
    "RenderStatus",
    "Reply",
    "ReplyAnswer",
    "RequestInfo",
    "ResponseInfo",
    "Rule",
    "ScoredVideo",
    "Secret",
    "Segment",
    "Session",
    "Settings",
    "Source",
    "State",
    "StateAnswer",
    "StateDelta",
    "TextEvent",
    "ThoughtEvent",
    "Timeline",
    "Timeouts",
    "Tls",
    "ToolCall",
    "ToolResult",
    "Track",
    "Turn",
    "UploadAnswer",
    "__version__",
    "errors",
    "types",
]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    module = _PUBLIC.get(name)
    if module is None:
        if name in {"errors", "types"}:
            return import_module(f"nemomusic.{name}")
        raise AttributeError(f"module 'nemomusic' has no attribute {name!r}")
    from nemomusic.runtime.python_modules import complete_python

    with complete_python():
        value = getattr(import_module(f"nemomusic.{module}"), name)
    if isinstance(value, type):
        from nemomusic._annotations import prepare

        prepare(value)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
