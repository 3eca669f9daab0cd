"""Frames to typed events: the gateway's dialect, and that of Google's Agent Development Kit.

Captures of a real ADK server are the test data (`tests/wire`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nemomusic.models.events import (
    ErrorEvent,
    Event,
    Heartbeat,
    OtherEvent,
    StateDelta,
    TextEvent,
    ThoughtEvent,
    ToolCall,
    ToolResult,
)
from nemomusic.protocol.jsontext import loads, loads_long
from nemomusic.protocol.sse import LongFrame

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nemomusic.protocol.sse import Frame


def _words(value: object) -> str:
    return value if isinstance(value, str) else ""


def _error_text(value: object) -> str:
    if isinstance(value, dict):
        return _words(value.get("message")) or _words(value.get("error")) or "unknown error"
    return _words(value) or "unknown error"


def _no_json(data: str) -> Event:
    return Heartbeat() if not data or data.isspace() else OtherEvent({"data": data})


class Interpreter:
    """Reads one reply's frames. Keeps what partial texts have said, to show them once."""

    __slots__ = ("_spoken",)

    def __init__(self) -> None:
        # Partial texts since the last whole one, by author and whether they are thoughts.
        self._spoken: dict[tuple[str, bool], list[str]] = {}

    def read(self, frame: Frame, *, plain: bool = False) -> list[Event]:
        """The events of one frame; never empty. `plain` is for `jsontext.loads` of a short one.

        A frame that is not JSON becomes an `OtherEvent`: a service may add kinds that we do
        not know, and none of them is a reason to lose a paid reply.
        """
        try:
            if type(frame) is LongFrame:
                raw = loads_long(frame.source)
            else:
                raw = loads(frame.data, plain=plain)
        except ValueError:
            return [_no_json(frame.data)]
        if not isinstance(raw, dict):
            return [OtherEvent({"data": raw})]
        kind = raw.get("type")
        if kind == "text":  # most events are
            return [TextEvent(_words(raw.get("content")), raw)]
        if isinstance(kind, str):
            return [self._gateway(kind, raw)]
        return self._adk(raw)

    def _gateway(self, kind: str, raw: Mapping[str, Any]) -> Event:
        if kind == "tool_call":
            return ToolCall(_words(raw.get("name")), raw.get("args"), raw)
        if kind == "tool_result":
            return ToolResult(_words(raw.get("name")), raw.get("result"), raw)
        if kind == "heartbeat":
            return Heartbeat(raw)
        if kind == "error":
            what = raw.get("message") or raw.get("content") or raw.get("error")
            code = raw.get("code")
            return ErrorEvent(_error_text(what), None if code is None else str(code), raw)
        return OtherEvent(raw)

    def _adk(self, raw: Mapping[str, Any]) -> list[Event]:
        events: list[Event] = []
        content = raw.get("content")
        parts = content.get("parts") if isinstance(content, dict) else None
        partial = raw.get("partial") is True
        if isinstance(parts, list):
            self._parts(parts, raw, events, partial=partial)
        actions = raw.get("actions")
        if isinstance(actions, dict):
            delta = actions.get("stateDelta")
            if isinstance(delta, dict) and delta:
                events.append(StateDelta(delta, raw))
        error = raw.get("error")
        if raw.get("errorCode") or raw.get("errorMessage"):
            what = _words(raw.get("errorMessage")) or _words(raw.get("errorCode"))
            events.append(ErrorEvent(what, _words(raw.get("errorCode")) or None, raw))
        elif error:
            events.append(ErrorEvent(_error_text(error), None, raw))
        elif raw.get("success") is False or (raw.get("code") and "content" not in raw):
            code = raw.get("code")
            told = _error_text(raw.get("message"))
            events.append(ErrorEvent(told, None if code is None else str(code), raw))
        return events or [OtherEvent(raw)]

    def _parts(
        self, parts: list[Any], raw: Mapping[str, Any], events: list[Event], *, partial: bool
    ) -> None:
        author = _words(raw.get("author"))
        repeated: dict[bool, str] = {}
        if not partial and self._spoken:
            for thought in (False, True):
                repeated[thought] = "".join(self._spoken.pop((author, thought), ()))
        for part in parts:
            if not isinstance(part, dict):
                continue
            text = part.get("text")
            if isinstance(text, str):
                thought = part.get("thought") is True
                if partial:
                    self._spoken.setdefault((author, thought), []).append(text)
                elif repeated.get(thought):
                    text, repeated[thought] = _remainder(text, repeated[thought])
                if text:
                    events.append(
                        ThoughtEvent(text, raw)
                        if thought
                        else TextEvent(text, raw, partial=partial)
                    )
                continue
            call = part.get("functionCall")
            if isinstance(call, dict):
                name, call_id = _words(call.get("name")), _words(call.get("id")) or None
                events.append(ToolCall(name, call.get("args"), raw, call_id))
                continue
            answer = part.get("functionResponse")
            if isinstance(answer, dict):
                name, call_id = _words(answer.get("name")), _words(answer.get("id")) or None
                events.append(ToolResult(name, answer.get("response"), raw, call_id))


def _remainder(text: str, spoken: str) -> tuple[str, str]:
    """What a whole text adds to its partials, and what of the partials is still unmatched."""
    if text.startswith(spoken):
        return text[len(spoken) :], ""
    if spoken.startswith(text):  # several parts: this one is covered, more may follow
        return "", spoken[len(text) :]
    if text.strip() == spoken.strip():
        return "", ""
    return text, ""
