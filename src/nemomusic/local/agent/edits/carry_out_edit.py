"""Carry out an edit of the draft, and report if it changed nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nemomusic.local.agent.edits import timeline
    from nemomusic.local.agent.edits.workspace import Memory, Workspace
    from nemomusic.local.agent.replies.reply_catalog import ReplyCatalog

    Operations = Mapping[type, tuple[str, Callable[[Any, timeline.Draft, Memory], bool]]]
    """The name of the operation and the method that does it, by the class of the intent."""


def carry_out_edit(
    work: Workspace, words: ReplyCatalog, said: list[str], intent: Any, operations: Operations
) -> bool:
    """Carry out an intent.

    Return whether the video has changed. If the draft has not changed, the answer says that it is
    so already.

    Args:
        work: Edits the draft.
        words: The language of the answer.
        said: The sentences of the answer so far.
        intent: The intent.
        operations: The methods for all intents.
    """
    operation, change = operations[type(intent)]
    args = {key: value for key, value in attrs.asdict(intent).items() if value is not None}
    told, tried = len(said), False

    def carry_out(draft: timeline.Draft, memory: Memory) -> bool:
        nonlocal tried
        tried = change(intent, draft, memory)
        return tried

    done = work.edit(operation, args, carry_out)
    if tried and not done:
        what = words.join(said[told:])
        said[told:] = [words.say("already", what=what)]
    return done
