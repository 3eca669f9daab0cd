"""Turn frames into typed events, in two dialects: the gateway's, and the Agent Development Kit's.

The test data are captures of a real server of Google's Agent Development Kit, ADK (`tests/wire`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from nemomusic.models.events import (
    ErrorEvent,
    Event,
    Heartbeat,
    OtherEvent,
    PartEvent,
    StateDelta,
    TextEvent,
    ThoughtEvent,
    ToolCall,
    ToolResult,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nemomusic.protocol.sse import Frame


_ABOUT: Final = frozenset(
    {"thought", "thoughtSignature", "videoMetadata", "partMetadata", "mediaResolution"}
)
"""Keys of a part that describe the part and are not content."""


def _words(value: object) -> str:
    return value if isinstance(value, str) else ""


def _error_text(value: object) -> str:
    if isinstance(value, dict):
        return _words(value.get("message")) or _words(value.get("error")) or "unknown error"
    return _words(value) or "unknown error"


def _no_json(data: str) -> Event:
    return Heartbeat() if not data or data.isspace() else OtherEvent({"data": data})


def _is_said(part: object) -> bool:
    """Return whether a part of a content is text for the user."""
    return isinstance(part, dict) and bool(part.get("text")) and part.get("thought") is not True


def _gap(before: str, after: str) -> str:
    """Return the line ends that are missing between two paragraphs."""
    there = (len(before) - len(before.rstrip("\n"))) + (len(after) - len(after.lstrip("\n")))
    return "\n" * max(0, 2 - there)


class EventParser:
    """Reads the frames of one reply.

    The parser remembers partial texts, so that each is shown once. It puts a text of line ends
    between two messages of the agent, so that they become paragraphs. A message ends with a
    complete text (ADK dialect), before a tool is used, and before another agent writes.
    """

    __slots__ = ("_author", "_ended", "_said", "_spoken")

    def __init__(self) -> None:
        self._said = ""  # the end of the text so far
        self._ended = False  # a message has ended
        self._author = ""
        # Partial texts since the last complete one. The keys are the author, and whether they are
        # thoughts.
        self._spoken: dict[tuple[str, bool], list[str]] = {}

    def read(self, frame: Frame) -> list[Event]:
        """Return the events of one frame, at least one.

        A frame that is not JSON becomes an `OtherEvent`. The service may add kinds of events that
        this SDK does not know. None of them may cause the loss of a paid reply.
        """
        try:
            raw = frame.json()
        except ValueError:
            return [_no_json(frame.data)]
        if not isinstance(raw, dict):
            return [OtherEvent({"data": raw})]
        kind = raw.get("type")
        if kind == "text":  # most events are texts
            text = TextEvent(_words(raw.get("content")), raw)
            if not self._ended:
                self._said = (self._said + text.text[-2:])[-2:]
                return [text]
            return self._in_paragraphs([text])
        if isinstance(kind, str):
            return self._in_paragraphs([self._gateway(kind, raw)])
        return self._adk(raw)

    def _in_paragraphs(self, events: list[Event]) -> list[Event]:
        """Put line ends between the messages."""
        out: list[Event] = []
        for event in events:
            if isinstance(event, ToolCall | ToolResult):
                self._ended = True
            elif isinstance(event, TextEvent) and event.text:
                # A text of line ends alone belongs to the gap: the message begins with the first
                # word after it.
                if self._ended and (not self._said or event.text.strip("\n")):
                    if self._said and (gap := _gap(self._said, event.text)):
                        out.append(TextEvent(gap, event.raw, partial=True))
                    self._ended = False
                self._said = (self._said + event.text[-2:])[-2:]
            out.append(event)
        return out

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
            author = _words(raw.get("author"))
            if author != self._author:
                self._author, self._ended = author, True
            self._parts(parts, raw, events, partial=partial)
            events = self._in_paragraphs(events)
            # A complete text ends a message, even if its partial texts held all of it.
            if not partial and any(_is_said(part) for part in parts):
                self._ended = True
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
                continue
            events += [
                PartEvent(name, value, raw) for name, value in part.items() if name not in _ABOUT
            ]


def _remainder(text: str, spoken: str) -> tuple[str, str]:
    """Return what a complete text adds to its partials, and the partials that it does not cover."""
    if text.startswith(spoken):
        return text[len(spoken) :], ""
    if spoken.startswith(text):  # one of several parts: it is covered, and more may follow
        return "", spoken[len(text) :]
    if text.strip() == spoken.strip():
        return "", ""
    return text, ""
