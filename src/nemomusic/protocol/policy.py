"""The error-code policy as a table (contract, section 3; design, section 4). Data, no I/O.

Each rule has a budget of its own: one counter for all would make 1001-then-429 fail early.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final, Literal

import attrs

from nemomusic import errors
from nemomusic.errors import NemoMusicError, TransportError
from nemomusic.protocol.routes import ANONYMOUS_TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nemomusic.protocol.routes import Route

Recovery = Literal["token", "client_id", "session"]
Scope = Literal["any", "replayable", "anonymous-token", "session"]


@attrs.frozen(kw_only=True)
class Backoff:
    """How long to wait before the next try.

    Attributes:
        base: seconds before the first; doubles each time. 0: no wait.
        cap: seconds at most.
        jitter: full jitter: uniformly between 0 and the figure.
        honour_retry_after: what the service asks for goes first.
        give_up_over: seconds; a service that asks for more gets no second try now: the error says
            when to come back.
    """

    base: float = 0.0
    cap: float = 30.0
    jitter: bool = False
    honour_retry_after: bool = False
    give_up_over: float = 120.0

    def seconds(
        self, used: int, error: NemoMusicError, rand: Callable[[], float] = random.random
    ) -> float:
        """Seconds to wait.

        Args:
            used: how often this rule was applied before in this call.
            error: what happened.
            rand: gives 0..1, for the jitter.
        """
        if self.honour_retry_after and isinstance(error, errors.RateLimitedError):
            asked = error.retry_after
            if asked is not None:
                return asked
        if not self.base:
            return 0.0
        wait = min(self.cap, self.base * 2.0**used)
        return float(wait * rand()) if self.jitter else wait


@attrs.frozen(kw_only=True)
class Rule:
    """One row.

    Attributes:
        name: to replace it, or switch it off.
        errors: classes of exceptions it answers.
        times: how often at most in one call.
        wait: before trying again.
        recovery: what to do first, or None.
        scope: which requests: `any`; `replayable` ones, or such of which nothing was sent;
            `session`: those that name a session; `anonymous-token`: that one.
    """

    name: str
    errors: tuple[type[NemoMusicError], ...]
    times: int = 1
    wait: Backoff = Backoff()
    recovery: Recovery | None = None
    scope: Scope = "any"

    def answers(self, error: NemoMusicError, route: Route) -> bool:
        """Whether this rule is about that error of that request."""
        if not isinstance(error, self.errors):
            return False
        unsent = isinstance(error, TransportError) and not error.sent
        if self.scope == "replayable":
            return route.replayable or unsent
        if self.scope == "session":
            return "{session_id}" in route.template or route.spends
        if self.scope == "anonymous-token":
            return route.name == "anonymous-token"
        return True


TOKEN: Final = Rule(name="token", errors=(errors.AuthenticationError,), recovery="token")
CLIENT_ID: Final = Rule(
    name="client id",
    errors=(errors.ClientIdError,),
    recovery="client_id",
    scope="anonymous-token",
)
SESSION: Final = Rule(
    name="session",
    errors=(errors.SessionNotFoundError,),
    recovery="session",
    scope="session",
)
RATE: Final = Rule(
    name="rate",
    errors=(errors.RateLimitedError,),
    wait=Backoff(base=30.0, cap=30.0, honour_retry_after=True),
)
SERVER: Final = Rule(
    name="server",
    errors=(errors.ServerError,),
    times=4,
    wait=Backoff(base=0.5, cap=15.0, jitter=True),
    scope="replayable",
)
NETWORK: Final = Rule(
    name="network",
    errors=(TransportError,),
    times=4,
    wait=Backoff(base=1.0, cap=15.0, jitter=True),
    scope="replayable",
)


@attrs.frozen
class Policy:
    """The rules, in the order in which they are asked.

    `Policy()` is the contract's table. `policy.without("rate")`, `policy.replacing(rule)` and
    `policy.adding(rule)` give changed copies; pass one to `Client(policy=…)` or
    `client.with_options(policy=…)`.

    Attributes:
        rules: first match wins, as long as its budget lasts.
    """

    rules: tuple[Rule, ...] = (TOKEN, CLIENT_ID, SESSION, RATE, SERVER, NETWORK)

    @classmethod
    def none(cls) -> Policy:
        """Nothing is ever tried again."""
        return cls(())

    def __getitem__(self, name: str) -> Rule:
        for rule in self.rules:
            if rule.name == name:
                return rule
        raise KeyError(name)

    def without(self, *names: str) -> Policy:
        """A copy that lacks these rules."""
        for name in names:
            self[name]
        return Policy(tuple(rule for rule in self.rules if rule.name not in names))

    def replacing(self, *rules: Rule) -> Policy:
        """A copy in which these rules stand in for those of the same names."""
        new = {rule.name: rule for rule in rules}
        for name in new:
            self[name]
        return Policy(tuple(new.get(rule.name, rule) for rule in self.rules))

    def adding(self, *rules: Rule) -> Policy:
        """A copy in which these rules are asked first."""
        return Policy((*rules, *self.rules))

    def rule_for(self, error: NemoMusicError, route: Route, used: Mapping[str, int]) -> Rule | None:
        """The rule that says to try again, or None.

        Args:
            error: what happened.
            route: in answer to what.
            used: how often each rule was applied in this call.

        A request that spends credits is never repeated once it may have been accepted, whatever
        rules are added: only a refusal in place of a stream, or a connection that was never made.
        An anonymous token that could not be had is no reason to ask for it again: that request
        has had its own tries, and each may use up one of ten a week.
        """
        if error.endpoint == ANONYMOUS_TOKEN.endpoint != route.endpoint:
            return None
        if route.spends and not _certainly_refused(error):
            return None
        for rule in self.rules:
            if used.get(rule.name, 0) < rule.times and rule.answers(error, route):
                return rule
        return None


def _certainly_refused(error: NemoMusicError) -> bool:
    """1001/401, 1002/404 and 429 in place of a stream: nothing was accepted (contract, 2)."""
    if isinstance(error, TransportError):
        return not error.sent
    return isinstance(
        error,
        errors.AuthenticationError | errors.SessionNotFoundError | errors.RateLimitedError,
    )
