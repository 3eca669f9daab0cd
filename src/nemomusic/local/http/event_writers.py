"""Write the events of a turn in each dialect of the stream.

The ADK writer uses the keys, and their order, of the captures of a real server (google-adk
2.13.0). The captures are in `tests/wire/`, and tests pin the shapes.
"""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any, Final, Protocol

from nemomusic.local.agent.events import (
    AgentText,
    ToolFinished,
    ToolStarted,
    TurnFailed,
)
from nemomusic.local.storage.drafts import OWN_KEY, compact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nemomusic.local.agent.events import TurnEvent
    from nemomusic.runtime.clock import Clock

AUTHOR: Final = "nemo_agent"
_SENTENCE: Final = re.compile(
    r".+?(?:(?<!\s\d)(?<!\s\d\d)[.!?]+(?=\s|$)\s*|[。！？]+\s*|\n+|$)", re.DOTALL
)
"""One sentence. The point after the number of an item, as in "1. Video", ends no sentence."""


class Writer(Protocol):
    """Turns the events of one turn into frames."""

    def frames(self, event: TurnEvent) -> Iterator[bytes]:
        """Yield the bytes of an event: one chunk per frame."""
        ...


def _pieces(text: str) -> list[str]:
    """Return a text in pieces, one for each sentence. Numbers and file names stay whole."""
    return _SENTENCE.findall(text)


def _frame(data: str) -> bytes:
    return b"data: " + data.encode("utf-8", "replace") + b"\n\n"


def _response(event: ToolFinished) -> dict[str, Any]:
    """Return the result of a tool, with the facts of its music under the backend's own key."""
    return event.response | ({OWN_KEY: event.summary.to_json()} if event.summary else {})


class AdkWriter:
    """The dialect of Google's Agent Development Kit."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._invocation = f"e-{uuid.uuid4()}"

    def _event(
        self,
        content: dict[str, Any],
        *,
        partial: bool = False,
        delta: dict[str, Any] | None = None,
    ) -> bytes:
        event: dict[str, Any] = {"content": content}
        if partial:
            event["partial"] = True
        event |= {
            "invocationId": self._invocation,
            "author": AUTHOR,
            "actions": {
                "stateDelta": delta or {},
                "artifactDelta": {},
                "requestedAuthConfigs": {},
                "requestedToolConfirmations": {},
            },
            "nodeInfo": {"path": ""},
            "id": str(uuid.uuid4()),
            "timestamp": self._clock.time(),
        }
        return _frame(compact(event))

    def frames(self, event: TurnEvent) -> Iterator[bytes]:
        """See `Writer.frames`. Partial texts come first, then the complete text."""
        if isinstance(event, AgentText):
            for piece in _pieces(event.text):
                yield self._event({"parts": [{"text": piece}], "role": "model"}, partial=True)
            yield self._event({"parts": [{"text": event.text}], "role": "model"})
        elif isinstance(event, ToolStarted):
            call = {"id": event.call_id, "args": event.args, "name": event.name}
            yield self._event({"parts": [{"functionCall": call}], "role": "model"})
        elif isinstance(event, ToolFinished):
            answer = {"id": event.call_id, "name": event.name, "response": _response(event)}
            yield self._event(
                {"parts": [{"functionResponse": answer}], "role": "user"}, delta=event.delta
            )
        elif isinstance(event, TurnFailed):
            yield _frame(compact({"error": event.message}))
        else:  # alternately in both forms of the protocol
            yield b": heartbeat\n\n" if event.number % 2 else b"data: \n\n"


class GatewayWriter:
    """The dialect of the service's own gateway: flat events with a `type`."""

    def frames(self, event: TurnEvent) -> Iterator[bytes]:
        """See `Writer.frames`."""
        if isinstance(event, AgentText):
            for piece in _pieces(event.text):
                yield _frame(compact({"type": "text", "content": piece}))
        elif isinstance(event, ToolStarted):
            said = {"type": "tool_call", "name": event.name, "args": event.args}
            yield _frame(compact(said))
        elif isinstance(event, ToolFinished):
            result = _response(event) | ({"state_delta": event.delta} if event.delta else {})
            yield _frame(compact({"type": "tool_result", "name": event.name, "result": result}))
        elif isinstance(event, TurnFailed):
            yield _frame(compact({"type": "error", "message": event.message}))
        else:
            yield _frame('{"type":"heartbeat"}')
