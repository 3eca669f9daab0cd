"""Tokens and credits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import attrs

from nemomusic.secret import Secret

if TYPE_CHECKING:
    from typing import Any


@attrs.frozen
class Credits:
    """The balance.

    Attributes:
        available: free to spend.
        frozen: reserved by work in progress.
        total: available + frozen.
    """

    available: float
    frozen: float
    total: float


@attrs.frozen
class Token:
    """An anonymous token.

    Attributes:
        secret: the token itself, hidden from `repr`.
        user_id: `anon_…`.
        expires_at: seconds since the epoch, or None when the service did not say.
        credits: the balance it started with, or None.
    """

    secret: Secret
    user_id: str
    expires_at: float | None
    credits: float | None

    @classmethod
    def from_json(cls, data: Any) -> Token:
        """Read the `data` of anonymous-token.

        Raises:
            UnexpectedAnswerError: a field is missing.
        """
        from nemomusic.models.convert import structure

        wire = structure(data, _WireToken, endpoint="POST /api/auth/anonymous-token")
        return cls(Secret(wire.token), wire.user_id, _epoch(wire.expires_at), wire.credits)


@attrs.frozen
class _WireToken:
    token: str = attrs.field(repr=False)
    user_id: str
    expires_at: str | None = None
    credits: float | None = None


def _epoch(text: str | None) -> float | None:
    if not text:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


@attrs.frozen
class ClaimToken:
    """What claim-token answers.

    Attributes:
        claim_token: goes into a `ClaimLink`.
        expires_in: seconds; 7 days where the service does not say (contract, section 2).
    """

    claim_token: str = attrs.field(repr=False)
    expires_in: float = 604800.0


@attrs.frozen
class ClaimLink:
    """A link that opens one project in a browser. It can call no API, but it is not for logs.

    Attributes:
        url: for a person to open.
        expires_in: seconds.
    """

    url: str = attrs.field(repr=False)
    expires_in: float
