"""The reply to a message, as a value. This module does no input or output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

from nemomusic.models.drafts.changes import Changes, compare
from nemomusic.models.drafts.draft import as_mapping
from nemomusic.models.events import ErrorEvent, Event, Heartbeat, TextEvent, ToolCall, ToolResult
from nemomusic.models.values.value import AnswerValue
from nemomusic.protocol.agent_text.reply_text import clean_reply

if TYPE_CHECKING:
    from nemomusic.models.state import State
    from nemomusic.models.values.response_meta import ResponseMeta
    from nemomusic.protocol.agent_text.ui_instructions import Action

Outcome = Literal["complete", "recovered"]


@attrs.frozen(kw_only=True)
class Reply(AnswerValue):
    """The reply to a message. Show its `str()` to the user.

    Attributes:
        text: The agent's text, without instructions to use a screen. If the agent sent no text, a
            summary of the changes, in the session's language.
        actions: The agent's instructions to use a screen, as calls. No action runs by itself.
        tool_calls: The tools that the agent used.
        changes: The changes of the draft, or None if the state could not be read.
        state: The state after the turn, or None if it could not be read.
        silent: Whether the agent sent no text.
        outcome: `complete`, or `recovered` if the stream was cut and the state showed the result.
    """

    text: str
    actions: tuple[Action, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    changes: Changes | None = None
    state: State | None = None
    silent: bool = False
    outcome: Outcome = "complete"

    def __str__(self) -> str:
        return self.text

    @property
    def credits(self) -> int | None:
        """The credits that the message cost, or None if the backend does not say it.

        The embedded backend says it. The cloud is not known to do so: compare the balance before
        and after.
        """
        if self.state is None:
            return None
        own = as_mapping(as_mapping(self.state.raw.get("state")).get("nemomusic"))
        turns = own.get("turns")
        known = [as_mapping(one) for one in turns] if isinstance(turns, list) else []
        last = max(known, key=lambda one: _number(one.get("number")), default=None)
        charged = None if last is None else last.get("charged")
        return charged if isinstance(charged, int) else None

    def _drawing(self) -> str:
        return "" if self.state is None else self.state._drawing()  # noqa: SLF001 - as its base

    def _html_rows(self) -> dict[str, object]:
        calls = [call.name for call in self.tool_calls]
        return {"text": self.text, "changes": self.changes, "tools": calls}


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


@attrs.define
class Transcript:
    """The events of a turn, collected.

    Attributes:
        texts: The agent's text, in the pieces in which it came.
        tool_calls: The tools that the agent used.
        failure: A failure that ended the agent's work.
    """

    texts: list[str] = attrs.Factory(list)
    tool_calls: list[ToolCall] = attrs.Factory(list)
    failure: ErrorEvent | None = None

    @property
    def has_words(self) -> bool:
        """Whether the agent said anything."""
        return any(text.strip() for text in self.texts)

    def add(self, event: Event) -> bool:
        """Add an event. Return whether it is more than a heartbeat."""
        if isinstance(event, TextEvent):
            self.texts.append(event.text)
            self.failure = None
        elif isinstance(event, Heartbeat):
            return False
        elif isinstance(event, ToolCall):
            self.tool_calls.append(event)
            self.failure = None
        elif isinstance(event, ToolResult):
            self.failure = None
        elif isinstance(event, ErrorEvent):
            self.failure = event
        return True


def assemble_reply(
    transcript: Transcript,
    *,
    outcome: Outcome,
    baseline: State | None,
    state: State | None,
    language: str,
    response: ResponseMeta | None = None,
) -> Reply:
    """Make the reply from a transcript.

    Args:
        transcript: The collected events of the turn.
        outcome: How the turn ended.
        baseline: The state before the message, if known.
        state: The state after the turn, if known.
        language: Language code of the summary of the changes.
        response: Status and headers of the answer that held the stream.
    """
    cleaned = clean_reply(transcript.texts)
    changes = None
    if state is not None and baseline is not None:
        changes = compare(baseline.draft, state.draft)
    text = cleaned.text
    if cleaned.silent and changes is not None:
        text = changes.text(language)
    return Reply(
        text=text,
        actions=cleaned.actions,
        tool_calls=tuple(transcript.tool_calls),
        changes=changes,
        state=state,
        silent=cleaned.silent,
        outcome=outcome,
        response=response,
    )
