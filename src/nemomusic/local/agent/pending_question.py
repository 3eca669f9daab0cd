"""The question of the agent that "yes" answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nemomusic.local.agent.intents.intent_memory import from_memory

if TYPE_CHECKING:
    from nemomusic.local.agent.intents.message_intents import MessageContext


@attrs.frozen
class PendingQuestion:
    """A message of which the agent asked whether it means this, and the session at that time.

    A "yes" reads the message again. It has to be read as before: in the meantime, the clear part of
    the message may have brought music.

    Attributes:
        text: The message.
        has_music: Whether there was music on the timeline.
        composed: Whether music had been composed in the session.
        price: The credits that a "yes" costs; 0 where nothing is charged.
        last: The intents of the last change before the message, as the memory keeps them.
    """

    text: str
    has_music: bool
    composed: bool
    price: int = 0
    last: list[object] = attrs.field(factory=list)

    @classmethod
    def from_memory(cls, value: object) -> PendingQuestion | None:
        """Return the question that a session remembers, or None."""
        if isinstance(value, list) and len(value) == len(attrs.fields(cls)):
            return cls(*value)
        return None

    def to_memory(self) -> list[object]:
        """Return what a session remembers."""
        return list(attrs.astuple(self))

    def asked_in(self, now: MessageContext) -> MessageContext:
        """Return the facts of the session when the question was asked."""
        return attrs.evolve(
            now,
            has_music=self.has_music,
            composed=self.composed,
            pending=False,
            last=from_memory(self.last),
        )
