"""Tokens and credits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

import attrs

from nemomusic.models.values.value import AnswerValue
from nemomusic.secret import Secret

if TYPE_CHECKING:
    from typing import Any


@attrs.frozen
class Credits(AnswerValue):
    """The balance. `str(credits)` is a sentence for a person, in English.

    Attributes:
        available: Credits that can be spent.
        frozen: Credits that are reserved for work in progress.
        total: The sum of both.
    """

    available: float
    frozen: float
    total: float

    def text(self, language: str | None = None) -> str:
        """Return a sentence for a person: Chinese for zh, zh-CN and the like, else English."""
        from nemomusic.models import language as texts  # most programs show no balance

        return texts.BALANCE.text(language, available=self.available, frozen=self.frozen)

    def __str__(self) -> str:
        return self.text()


@attrs.frozen
class Token:
    """An anonymous token.

    Attributes:
        secret: The token itself, hidden from `repr`.
        user_id: The anonymous user of the token, `anon_…`.
        expires_at: Seconds since the epoch; None if the service did not say. This is only a hint:
            the client uses the token until the service refuses it.
        credits: The balance of the new token, or None.
    """

    secret: Secret
    user_id: str
    expires_at: float | None
    credits: float | None

    @classmethod
    def from_json(cls, data: Any) -> Token:
        """Read the `data` of anonymous-token.

        Raises:
            UnexpectedAnswerError: A field is missing.
        """
        from nemomusic.models.values.convert import structure

        wire = structure(data, _WireToken, endpoint="POST /api/auth/anonymous-token")
        return cls(Secret(wire.token), wire.user_id, _epoch(wire.expires_at), wire.credits)

    def by_clock(self, now: float, server_now: float | None) -> Token:
        """Return the token with `expires_at` by this machine's clock, which may be wrong.

        Args:
            now: Seconds since the epoch by this machine's clock.
            server_now: Seconds since the epoch by the service's clock (`Date`), or None.
        """
        if self.expires_at is None or server_now is None:
            return self
        return attrs.evolve(self, expires_at=self.expires_at + now - server_now)


@attrs.frozen
class _WireToken:
    token: str = attrs.field(repr=False)
    user_id: str
    expires_at: str | None = None
    credits: float | None = None


def _epoch(text: str | None) -> float | None:
    """Return seconds since the epoch for an ISO 8601 time. A time without zone is UTC."""
    if not text:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


@attrs.frozen
class ClaimToken:
    """The answer of claim-token.

    Attributes:
        claim_token: The token that goes into a `ClaimLink`.
        expires_in: Seconds for which the token is valid. If the service does not say, 7 days are
            assumed (docs/protocol.md).
    """

    claim_token: str = attrs.field(repr=False)
    expires_in: float = 604800.0


@attrs.frozen
class ClaimLink(AnswerValue):
    """A link that opens one project in a browser. It can't call the API. Do not log the link.

    Attributes:
        url: The address for a person to open.
        expires_in: Seconds for which the link works.
    """

    _shown: ClassVar[tuple[str, ...]] = (
        "expires_in",
    )  # anybody with the address can open the project
    url: str = attrs.field(repr=False)
    expires_in: float
