"""Decide whether a message may be sent again after its embedded backend was stopped.

A message is paid for at most once, so it is sent again only when four things are certain. This
client has itself started a new process of the backend, which holds the folder's lock: no other
process can still work on the message. The message was sent to an earlier process. The backend's own
list of messages says that the message was interrupted and not charged, or does not contain it. The
draft has not changed since the message was sent.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from nemomusic.models.drafts.draft import as_mapping

if TYPE_CHECKING:
    from nemomusic.models.state import State

MAX_LISTED_MESSAGES: Final = 20
"""Number of messages of a session that the backend lists (docs/protocol.md)."""


def was_lost(state: State, text: str) -> bool:
    """Return whether the backend's list says that a message had no effect and cost nothing.

    Args:
        state: The state of the message's session, read from the new process.
        text: The message.
    """
    turns = as_mapping(as_mapping(state.raw.get("state")).get("nemomusic")).get("turns")
    if not isinstance(turns, list):
        return False  # not an embedded backend, or one without the list
    digest = hashlib.sha256(text.encode()).hexdigest()
    same: list[dict[str, Any]] = [
        turn for turn in turns if isinstance(turn, dict) and turn.get("sha256") == digest
    ]
    if not same:
        return len(turns) < MAX_LISTED_MESSAGES  # else the message may have dropped out of the list
    return all(turn.get("state") == "interrupted" and turn.get("charged") == 0 for turn in same)
