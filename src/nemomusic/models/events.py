"""The typed events of a stream, for both dialects.

The events are plain classes with slots, because making a frozen attrs instance takes longer than
decoding an event. Every event keeps the frame's JSON in `raw`. Use `match` or `isinstance`:

    match event:
        case TextEvent(text): ...
        case ToolCall(name, args): ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from nemomusic.models.values.value import json_ready

if TYPE_CHECKING:
    from collections.abc import Mapping


class Event:
    """The base class of all events.

    Attributes:
        raw: The complete JSON of the frame. Several events may share one frame.
    """

    __slots__ = ("raw",)
    __match_args__: ClassVar[tuple[str, ...]] = ()
    kind: ClassVar[str] = "event"
    raw: Mapping[str, Any]

    def __init__(self, raw: Mapping[str, Any] | None = None) -> None:
        self.raw = {} if raw is None else raw

    def to_dict(self) -> dict[str, Any]:
        """Return kind and values by name, ready for `json.dumps`; `raw` is left out."""
        values = {name: json_ready(getattr(self, name)) for name in self.__match_args__}
        return {"kind": self.kind, **values}

    @classmethod
    def _names(cls) -> list[str]:
        return [name for kind in cls.__mro__ for name in getattr(kind, "__slots__", ())]

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self._names())

    def __reduce__(self) -> tuple[Any, ...]:
        # The first two protocols of pickle know no slots.
        return _rebuild, (type(self), self._values())

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._values() == other._values()

    def __hash__(self) -> int:
        values = (getattr(self, name) for name in self.__match_args__)
        return hash((self.kind, *(value for value in values if isinstance(value, str))))

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{type(self).__name__}({values})"


def _rebuild(kind: type[Event], values: tuple[Any, ...]) -> Event:
    event = kind.__new__(kind)
    for name, value in zip(kind._names(), values, strict=True):  # noqa: SLF001 - its own module
        setattr(event, name, value)
    return event


class TextEvent(Event):
    """New text to show.

    Each part of a text comes only once: the client leaves out the complete text at the end, which
    repeats the parts.

    Attributes:
        text: The text to append to the text before it.
        partial: Whether the sentence is not finished.
    """

    __slots__ = ("partial", "text")
    __match_args__: ClassVar[tuple[Literal["text"]]] = ("text",)
    kind: ClassVar[str] = "text"
    text: str
    partial: bool

    def __init__(
        self, text: str, raw: Mapping[str, Any] | None = None, *, partial: bool = False
    ) -> None:
        self.raw: Mapping[str, Any] = {} if raw is None else raw
        self.text = text
        self.partial = partial


class ThoughtEvent(Event):
    """A thought of the agent. It is not a part of the reply.

    Attributes:
        text: The thought.
    """

    __slots__ = ("text",)
    __match_args__: ClassVar[tuple[Literal["text"]]] = ("text",)
    kind: ClassVar[str] = "thought"
    text: str

    def __init__(self, text: str, raw: Mapping[str, Any] | None = None) -> None:
        self.raw: Mapping[str, Any] = {} if raw is None else raw
        self.text = text


class ToolCall(Event):
    """The agent starts a tool.

    Attributes:
        name: The tool.
        args: The arguments of the call.
        call_id: The id that the call and its `ToolResult` share; None in the gateway's dialect.
    """

    __slots__ = ("args", "call_id", "name")
    __match_args__: ClassVar[tuple[Literal["name"], Literal["args"]]] = ("name", "args")
    kind: ClassVar[str] = "tool_call"
    name: str
    args: Any
    call_id: str | None

    def __init__(
        self,
        name: str,
        args: Any = None,
        raw: Mapping[str, Any] | None = None,
        call_id: str | None = None,
    ) -> None:
        self.raw: Mapping[str, Any] = {} if raw is None else raw
        self.name = name
        self.args = args
        self.call_id = call_id


class ToolResult(Event):
    """A tool answered. The result can hold a complete draft of several hundred kilobytes.

    Attributes:
        name: The tool.
        result: The answer of the tool.
        call_id: The id that the result and its `ToolCall` share; None in the gateway's dialect.
    """

    __slots__ = ("call_id", "name", "result")
    __match_args__: ClassVar[tuple[Literal["name"], Literal["result"]]] = ("name", "result")
    kind: ClassVar[str] = "tool_result"
    name: str
    result: Any
    call_id: str | None

    def __init__(
        self,
        name: str,
        result: Any = None,
        raw: Mapping[str, Any] | None = None,
        call_id: str | None = None,
    ) -> None:
        self.raw: Mapping[str, Any] = {} if raw is None else raw
        self.name = name
        self.result = result
        self.call_id = call_id


class PartEvent(Event):
    """A part of the agent's message that is not text: an image, code, the output of code.

    Attributes:
        name: The key in the ADK dialect, such as `inlineData`, `executableCode`,
            `codeExecutionResult` or `fileData`.
        value: The content, as received.
    """

    __slots__ = ("name", "value")
    __match_args__: ClassVar[tuple[Literal["name"], Literal["value"]]] = ("name", "value")
    kind: ClassVar[str] = "part"
    name: str
    value: Any

    def __init__(self, name: str, value: Any, raw: Mapping[str, Any] | None = None) -> None:
        self.raw: Mapping[str, Any] = {} if raw is None else raw
        self.name = name
        self.value = value


class StateDelta(Event):
    """Parts of the session's state changed (ADK dialect).

    Attributes:
        delta: The keys of the state that changed, with their new values.
    """

    __slots__ = ("delta",)
    __match_args__: ClassVar[tuple[Literal["delta"]]] = ("delta",)
    kind: ClassVar[str] = "state_delta"
    delta: Mapping[str, Any]

    def __init__(self, delta: Mapping[str, Any], raw: Mapping[str, Any] | None = None) -> None:
        self.raw: Mapping[str, Any] = {} if raw is None else raw
        self.delta = delta


class Heartbeat(Event):
    """A heartbeat: an empty event, a comment line, or the gateway's own heartbeat."""

    __slots__ = ()
    kind: ClassVar[str] = "heartbeat"


class ErrorEvent(Event):
    """The agent reports a failure. The service had accepted the message.

    Attributes:
        message: The agent's message.
        code: The agent's code, such as `RESOURCE_EXHAUSTED` or `2001`, or None.
    """

    __slots__ = ("code", "message")
    __match_args__: ClassVar[tuple[Literal["message"], Literal["code"]]] = ("message", "code")
    kind: ClassVar[str] = "error"
    message: str
    code: str | None

    def __init__(
        self, message: str, code: str | None = None, raw: Mapping[str, Any] | None = None
    ) -> None:
        self.raw: Mapping[str, Any] = {} if raw is None else raw
        self.message = message
        self.code = code


class Notice(Event):
    """A notice of this SDK, not of the service: a wait is long, or the SDK reads the state.

    Attributes:
        text: A sentence for a person, such as `⏳ Still working…`.
        elapsed: Seconds since the message was sent.
    """

    __slots__ = ("elapsed", "text")
    __match_args__: ClassVar[tuple[Literal["text"]]] = ("text",)
    kind: ClassVar[str] = "notice"
    text: str
    elapsed: float

    def __init__(self, text: str, elapsed: float) -> None:
        self.raw: Mapping[str, Any] = {}
        self.text = text
        self.elapsed = elapsed


class OtherEvent(Event):
    """An event of a kind that this SDK does not know. Its JSON is in `raw`."""

    __slots__ = ()
    kind: ClassVar[str] = "other"
