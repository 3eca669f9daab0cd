"""The service's own figures, and the clock they are counted by."""

from __future__ import annotations

import time
from typing import Protocol

import attrs

from nemomusic.errors import UPLOAD_LIMIT

DAY = 86400.0


class Clock(Protocol):
    """What tells the time: `time.time` unless a test wants another."""

    def time(self) -> float:
        """Seconds since the epoch."""
        ...


class SystemClock:
    """The machine's own clock."""

    def time(self) -> float:
        """Seconds since the epoch."""
        return time.time()


@attrs.frozen(kw_only=True)
class Limits:
    """Figures of the contract (its section 2), in one place so that tests can shrink them.

    Attributes:
        credits: what an anonymous user starts with.
        token_seconds: life of an anonymous token, and the span that the two counts below mean.
        tokens_per_client: anonymous tokens per client id and span (faithful mode).
        tokens_per_address: anonymous tokens per address and span (faithful mode).
        claim_seconds: life of a claim token.
        upload_bytes: the largest file.
        json_bytes: the largest JSON body that is read into memory.
        turn_seconds: the longest a message may work.
        heartbeat_seconds: pause between signs of life on a stream that has nothing to say.
        still_seconds: how long an uploaded image is shown.
    """

    credits: int = 100
    token_seconds: float = 7 * DAY
    tokens_per_client: int = 1
    tokens_per_address: int = 10
    claim_seconds: float = 7 * DAY
    upload_bytes: int = UPLOAD_LIMIT
    json_bytes: int = 64 * 2**20
    turn_seconds: float = 900.0
    heartbeat_seconds: float = 5.0
    still_seconds: float = 3.0
