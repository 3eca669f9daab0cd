"""Count what the backend has done, for tests that must know what really happened."""

from __future__ import annotations

from collections import Counter

import attrs


@attrs.define
class Ledger:
    """The backend's own counts, including earlier runs on the same folder.

    They stay readable after the backend is closed.

    Attributes:
        messages: The texts of all accepted messages, in order, by session id.
        credits_spent: Credits that were charged and not given back, over all users.
        uploads: How often a file was accepted, by the SHA-256 of its content.
        renders_started: Ids of accepted render jobs, in order.
        renders_cancelled: Ids of jobs that a cancel request stopped.
        renders_downloaded: How often a finished video was fetched from its start, by job id.
        tokens_issued: The number of anonymous tokens issued.
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
        """The number of accepted messages, over all sessions."""
        return sum(map(len, self.messages.values()))
