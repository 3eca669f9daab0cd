"""The events of a turn, as values. `local/http/event_writers.py` writes them in a dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from nemomusic.engine.types import ScoreSummary


@attrs.frozen
class AgentText:
    """A complete text for the user."""

    text: str


@attrs.frozen
class ToolStarted:
    """A tool begins its work."""

    call_id: str
    name: str
    args: dict[str, Any]


@attrs.frozen
class ToolFinished:
    """A tool has finished its work.

    Attributes:
        call_id: The `call_id` of the `ToolStarted` that this event answers.
        name: The name of the tool.
        response: The result of the tool.
        delta: The keys of the session's state that the tool changed, with their new values.
        summary: The facts of the music that the tool composed, or None.
    """

    call_id: str
    name: str
    response: dict[str, Any]
    delta: dict[str, Any] = attrs.field(factory=dict)
    summary: ScoreSummary | None = None


@attrs.frozen
class TurnFailed:
    """The turn failed."""

    message: str


@attrs.frozen
class SignOfLife:
    """A heartbeat.

    Attributes:
        number: The number of heartbeats of this turn so far, including this one.
    """

    number: int


TurnEvent = AgentText | ToolStarted | ToolFinished | TurnFailed | SignOfLife
