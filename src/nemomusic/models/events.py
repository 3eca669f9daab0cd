"""What a stream is made of, typed, in both dialects.

Plain slotted classes, not attrs: a frozen attrs instance per event would cost more than decoding
it. Every event keeps the frame's JSON in `raw`; use `match` or `isinstance`:

    match event:
        case TextEvent(text): ...
        case ToolCall(name, args): ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping


class Event:
    """The root of all events.

    Attributes:
        raw: the JSON of the frame, whole; several events may share one frame.
    """

    __slots__ = ("raw",)
    __match_args__: ClassVar[tuple[str, ...]] = ()
    kind: ClassVar[str] = "event"

    def __init__(self, raw: Mapping[str, Any] | None = None) -> None:
        self.raw: Mapping[str, Any] = {} if raw is None else raw

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{type(self).__name__}({values})"


class TextEvent(Event):
    """New words to show. Partial texts come once: the repetition that ends them is left out.

    Attributes:
        text: what to append to what was shown before.
        partial: whether the sentence goes on.
    """

    __slots__ = ("partial", "text")
    __match_args__ = ("text",)
    kind = "text"

    def __init__(
        self, text: str, raw: Mapping[str, Any] | None = None, *, partial: bool = False
    ) -> None:
        self.raw = {} if raw is None else raw
        self.text = text
        self.partial = partial


class ThoughtEvent(Event):
    """The agent thinking aloud; not part of what it says.

    Attributes:
        text: the thought.
    """

    __slots__ = ("text",)
    __match_args__ = ("text",)
    kind = "thought"

    def __init__(self, text: str, raw: Mapping[str, Any] | None = None) -> None:
        self.raw = {} if raw is None else raw
        self.text = text


class ToolCall(Event):
    """The agent starts a tool.

    Attributes:
        name: the tool.
        args: what it is called with.
        call_id: joins it with its `ToolResult`, or None (gateway dialect).
    """

    __slots__ = ("args", "call_id", "name")
    __match_args__ = ("name", "args")
    kind = "tool_call"

    def __init__(
        self,
        name: str,
        args: Any = None,
        raw: Mapping[str, Any] | None = None,
        call_id: str | None = None,
    ) -> None:
        self.raw = {} if raw is None else raw
        self.name = name
        self.args = args
        self.call_id = call_id


class ToolResult(Event):
    """A tool answered. It can carry a whole draft: several hundred kB.

    Attributes:
        name: the tool.
        result: its answer.
        call_id: joins it with its `ToolCall`, or None (gateway dialect).
    """

    __slots__ = ("call_id", "name", "result")
    __match_args__ = ("name", "result")
    kind = "tool_result"

    def __init__(
        self,
        name: str,
        result: Any = None,
        raw: Mapping[str, Any] | None = None,
        call_id: str | None = None,
    ) -> None:
        self.raw = {} if raw is None else raw
        self.name = name
        self.result = result
        self.call_id = call_id


class StateDelta(Event):
    """Parts of the session's state that changed (ADK dialect).

    Attributes:
        delta: keys of the state with their new values.
    """

    __slots__ = ("delta",)
    __match_args__ = ("delta",)
    kind = "state_delta"

    def __init__(self, delta: Mapping[str, Any], raw: Mapping[str, Any] | None = None) -> None:
        self.raw = {} if raw is None else raw
        self.delta = delta


class Heartbeat(Event):
    """A sign of life: an empty event, a comment line, or the gateway's own."""

    __slots__ = ()
    kind = "heartbeat"


class ErrorEvent(Event):
    """The agent reports a failure. The message was accepted all the same.

    Attributes:
        message: what it says.
        code: its own code such as `RESOURCE_EXHAUSTED` or `2001`, or None.
    """

    __slots__ = ("code", "message")
    __match_args__ = ("message", "code")
    kind = "error"

    def __init__(
        self, message: str, code: str | None = None, raw: Mapping[str, Any] | None = None
    ) -> None:
        self.raw = {} if raw is None else raw
        self.message = message
        self.code = code


class Notice(Event):
    """From this SDK, not the service: a wait is long, or the outcome is being looked up.

    Attributes:
        text: words for a person, such as `⏳ Still working…`.
        elapsed: seconds since the message was sent.
    """

    __slots__ = ("elapsed", "text")
    __match_args__ = ("text",)
    kind = "notice"

    def __init__(self, text: str, elapsed: float) -> None:
        self.raw = {}
        self.text = text
        self.elapsed = elapsed


class OtherEvent(Event):
    """Something this SDK has no name for; look at `raw`."""

    __slots__ = ()
    kind = "other"
