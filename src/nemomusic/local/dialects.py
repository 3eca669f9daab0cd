"""What the agent does in a turn, and how each dialect of the stream writes it.

The ADK writer gives the keys, and the order of keys, of the captures of a real server (google-adk
2.13.0; `wire/` in the project's shared notes, shapes pinned in the tests).
"""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any, Final, Protocol

import attrs

from nemomusic.local.store import compact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nemomusic.local.limits import Clock

AUTHOR: Final = "nemo_agent"


@attrs.frozen
class Say:
    """Words for the user, whole."""

    text: str


@attrs.frozen
class Call:
    """A tool begins."""

    call_id: str
    name: str
    args: dict[str, Any]


@attrs.frozen
class Result:
    """A tool is done.

    Attributes:
        delta: what it changed in the session's state.
    """

    call_id: str
    name: str
    response: dict[str, Any]
    delta: dict[str, Any] = attrs.field(factory=dict)


@attrs.frozen
class Failure:
    """The turn broke off."""

    message: str


@attrs.frozen
class Beat:
    """A sign of life; the number counts them."""

    number: int


TurnEvent = Say | Call | Result | Failure | Beat


class Writer(Protocol):
    """Turns the events of one turn into frames."""

    def frames(self, event: TurnEvent) -> Iterator[bytes]:
        """The bytes of an event: one chunk per frame."""
        ...


def _pieces(text: str) -> list[str]:
    """A text in pieces, as it would be spoken: after every sentence."""
    return re.findall(r".+?(?:[.!?。！？]+\s*|\n+|$)", text, re.DOTALL)


def _frame(data: str) -> bytes:
    return b"data: " + data.encode("utf-8", "replace") + b"\n\n"


class AdkWriter:
    """Google's Agent Development Kit."""

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
        """See `Writer.frames`. Partial texts come first, then the whole text once more."""
        if isinstance(event, Say):
            for piece in _pieces(event.text):
                yield self._event({"parts": [{"text": piece}], "role": "model"}, partial=True)
            yield self._event({"parts": [{"text": event.text}], "role": "model"})
        elif isinstance(event, Call):
            call = {"id": event.call_id, "args": event.args, "name": event.name}
            yield self._event({"parts": [{"functionCall": call}], "role": "model"})
        elif isinstance(event, Result):
            answer = {"id": event.call_id, "name": event.name, "response": event.response}
            yield self._event(
                {"parts": [{"functionResponse": answer}], "role": "user"}, delta=event.delta
            )
        elif isinstance(event, Failure):
            yield _frame(compact({"error": event.message}))
        else:  # both forms that the contract knows, in turns
            yield b": heartbeat\n\n" if event.number % 2 else b"data: \n\n"


class GatewayWriter:
    """The service's own gateway: flat events with a `type`."""

    def frames(self, event: TurnEvent) -> Iterator[bytes]:
        """See `Writer.frames`."""
        if isinstance(event, Say):
            for piece in _pieces(event.text):
                yield _frame(compact({"type": "text", "content": piece}))
        elif isinstance(event, Call):
            said = {"type": "tool_call", "name": event.name, "args": event.args}
            yield _frame(compact(said))
        elif isinstance(event, Result):
            result = event.response | ({"state_delta": event.delta} if event.delta else {})
            yield _frame(compact({"type": "tool_result", "name": event.name, "result": result}))
        elif isinstance(event, Failure):
            yield _frame(compact({"type": "error", "message": event.message}))
        else:
            yield _frame('{"type":"heartbeat"}')
