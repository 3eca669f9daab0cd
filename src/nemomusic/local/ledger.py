"""What the backend counted itself: for tests that must know what really happened."""

from __future__ import annotations

from collections import Counter

import attrs


@attrs.define
class Ledger:
    """The backend's own counts, those of earlier runs on the same folder included.

    It stays readable after the backend is closed.

    Attributes:
        messages: per session id, the text of every message that began a run, in order.
        credits_spent: credits taken for good, over all users.
        uploads: how often a file was accepted, by the SHA-256 of its content.
        renders_started: ids of accepted render jobs, in order.
        renders_cancelled: ids of jobs that a cancel request stopped.
        renders_downloaded: how often a finished film was fetched from its start, by job id.
        tokens_issued: anonymous tokens given out.
    """

    messages: dict[str, list[str]] = attrs.field(factory=dict)
    credits_spent: int = 0
    uploads: Counter[str] = attrs.field(factory=Counter)
    renders_started: list[str] = attrs.field(factory=list)
    renders_cancelled: list[str] = attrs.field(factory=list)
    renders_downloaded: Counter[str] = attrs.field(factory=Counter)
    tokens_issued: int = 0

    @property
    def accepted(self) -> int:
        """Messages that began a run, over all sessions."""
        return sum(map(len, self.messages.values()))
