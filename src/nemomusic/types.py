"""All types that a program may want to annotate with. Importing this module loads none of them.

    from nemomusic.types import Progress, SessionLike

The names of `nemomusic` itself are here too, so that one import serves for annotations.
"""

from __future__ import annotations

import nemomusic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from nemomusic import *  # noqa: F403 - what it lists is public
    from nemomusic.batches.batches import Batches
    from nemomusic.batches.order import OutcomeState
    from nemomusic.batches.plan import PlanState, Redo
    from nemomusic.conversation.reply import Outcome
    from nemomusic.conversation.session_ref import SessionLike
    from nemomusic.errors import Attempt, ErrorCode
    from nemomusic.files.sources import AsyncReadable, FormFile, Uploadable
    from nemomusic.jobs.jobs import Jobs
    from nemomusic.jobs.storage.records import JobState, Step
    from nemomusic.models.drafts.changes import ChangeKind
    from nemomusic.models.drafts.timeline import TimelineEntry, TimelineTrack
    from nemomusic.models.progress import ProgressCallback, Stage
    from nemomusic.models.render import RenderState
    from nemomusic.models.track_kinds import TrackKind
    from nemomusic.models.values.response_meta import ResponseMeta
    from nemomusic.network import ProxyAddress
    from nemomusic.protocol.agent_text.ui_instructions import Action
    from nemomusic.protocol.agent_text.ui_patterns import ActionKind
    from nemomusic.protocol.retry_policy import RecoveryAction, Scope
    from nemomusic.protocol.routes import Route
    from nemomusic.resources.auth import Auth
    from nemomusic.resources.credits import CreditsBalance
    from nemomusic.resources.render import Renders
    from nemomusic.resources.scores import Scores
    from nemomusic.resources.sessions import Sessions
    from nemomusic.resources.state import States
    from nemomusic.resources.stream import Stream
    from nemomusic.resources.uploads import Uploads
    from nemomusic.runtime.clock import Clock

_HOMES = {
    "Action": "protocol.agent_text.ui_instructions",
    "ActionKind": "protocol.agent_text.ui_patterns",
    "AsyncReadable": "files.sources",
    "Attempt": "errors",
    "Auth": "resources.auth",
    "Batches": "batches.batches",
    "ChangeKind": "models.drafts.changes",
    "Clock": "runtime.clock",
    "CreditsBalance": "resources.credits",
    "ErrorCode": "errors",
    "FormFile": "files.sources",
    "JobState": "jobs.storage.records",
    "Jobs": "jobs.jobs",
    "Outcome": "conversation.reply",
    "OutcomeState": "batches.order",
    "PlanState": "batches.plan",
    "ProgressCallback": "models.progress",
    "ProxyAddress": "network",
    "RecoveryAction": "protocol.retry_policy",
    "Redo": "batches.plan",
    "RenderState": "models.render",
    "Renders": "resources.render",
    "ResponseMeta": "models.values.response_meta",
    "Route": "protocol.routes",
    "Scope": "protocol.retry_policy",
    "Scores": "resources.scores",
    "SessionLike": "conversation.session_ref",
    "Sessions": "resources.sessions",
    "Stage": "models.progress",
    "States": "resources.state",
    "Step": "jobs.storage.records",
    "Stream": "resources.stream",
    "TimelineEntry": "models.drafts.timeline",
    "TimelineTrack": "models.drafts.timeline",
    "TrackKind": "models.track_kinds",
    "Uploadable": "files.sources",
    "Uploads": "resources.uploads",
}
"""The types that `nemomusic` does not have, and the modules they live in."""

__all__ = [
    "Action",
    "ActionKind",
    "AsyncReadable",
    "Attempt",
    "Auth",
    "Batches",
    "ChangeKind",
    "Clock",
    "CreditsBalance",
    "ErrorCode",
    "FormFile",
    "JobState",
    "Jobs",
    "Outcome",
    "OutcomeState",
    "PlanState",
    "ProgressCallback",
    "ProxyAddress",
    "RecoveryAction",
    "Redo",
    "RenderState",
    "Renders",
    "ResponseMeta",
    "Route",
    "Scope",
    "Scores",
    "SessionLike",
    "Sessions",
    "Stage",
    "States",
    "Step",
    "Stream",
    "TimelineEntry",
    "TimelineTrack",
    "TrackKind",
    "Uploadable",
    "Uploads",
]
__all__ += nemomusic.__all__


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _HOMES:
        value = getattr(import_module(f"nemomusic.{_HOMES[name]}"), name)
        if isinstance(value, type):
            from nemomusic._annotations import prepare

            prepare(value)
    elif name in __all__:
        value = getattr(nemomusic, name)
    else:
        raise AttributeError(f"module 'nemomusic.types' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
