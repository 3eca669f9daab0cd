"""The error-code policy as a table (docs/protocol.md). Data, no I/O.

Each rule has a budget of its own. With one counter for all, a 1001 followed by a 429 would fail
early.
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

RecoveryAction = Literal["token", "client_id", "session"]
Scope = Literal["any", "replayable", "anonymous-token", "session"]


@attrs.frozen(kw_only=True)
class Backoff:
    """How long to wait before the next attempt.

    Attributes:
        base: Seconds before the first retry. The wait doubles each time. 0 means no wait.
        cap: The longest wait in seconds.
        jitter: Wait a random time between 0 and the computed one ("full jitter").
        honor_retry_after: Wait as long as the service asks for, if it does.
        give_up_over: The longest wait in seconds that is accepted. If the wait would be longer,
            there is no retry, and the error says when to come back.
    """

    base: float = 0.0
    cap: float = 30.0
    jitter: bool = False
    honor_retry_after: bool = False
    give_up_over: float = 120.0

    def seconds(
        self, used: int, error: NemoMusicError, rand: Callable[[], float] = random.random
    ) -> float:
        """Return the seconds to wait.

        Args:
            used: How often this rule was applied before in this call.
            error: The error to recover from.
            rand: Returns a random number from 0 to 1, for the jitter.
        """
        if self.honor_retry_after and isinstance(error, errors.BusyError | errors.ConnectError):
            asked = error.retry_after
            if asked is not None:
                return asked
        if not self.base:
            return 0.0
        wait = min(self.cap, self.base * 2.0**used)
        return float(wait * rand()) if self.jitter else wait


@attrs.frozen(kw_only=True)
class Rule:
    """One row of the table.

    Attributes:
        name: The name by which it is replaced or left out.
        errors: The classes of exceptions that it applies to.
        excludes: Classes among them that it does not apply to.
        statuses: HTTP statuses that it applies to as well, whatever the exception.
        excluded_statuses: HTTP statuses that it does not apply to, whatever the exception.
        times: How often it is applied in one call, at most.
        wait: The wait before the next attempt.
        recovery: The work to do before the next attempt, or None.
        scope: The requests that it applies to. `any`: all. `replayable`: those that may be
            repeated, and those of which nothing was sent. `session`: those that name a session.
            `anonymous-token`: the request for an anonymous token.
    """

    name: str
    errors: tuple[type[NemoMusicError], ...]
    excludes: tuple[type[NemoMusicError], ...] = ()
    statuses: frozenset[int] = frozenset()
    excluded_statuses: frozenset[int] = frozenset()
    times: int = 1
    wait: Backoff = Backoff()
    recovery: RecoveryAction | None = None
    scope: Scope = "any"

    def applies_to(self, error: NemoMusicError, route: Route) -> bool:
        """Return whether this rule applies to `error`, from a request to `route`."""
        if isinstance(error, self.excludes) or error.status in self.excluded_statuses:
            return False
        if not (isinstance(error, self.errors) or error.status in self.statuses):
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
DEFAULT_RETRY_AFTER: Final = 30.0
"""Seconds to wait after a 429 without `Retry-After` (docs/protocol.md)."""
RATE: Final = Rule(
    name="rate",
    errors=(errors.RateLimitedError,),
    wait=Backoff(base=DEFAULT_RETRY_AFTER, cap=DEFAULT_RETRY_AFTER, honor_retry_after=True),
)
SERVER: Final = Rule(
    name="server",
    errors=(errors.ServerError,),
    statuses=frozenset({408, 421, 425}),  # too slow, another connection, too early: try again
    excluded_statuses=frozenset({507}),  # a full disk stays full for longer than the longest wait
    times=4,
    wait=Backoff(base=0.5, cap=15.0, jitter=True, honor_retry_after=True),
    scope="replayable",
)
NETWORK: Final = Rule(
    name="network",
    errors=(TransportError,),
    excludes=(errors.ProxyError, errors.TLSError),  # another attempt would fail in the same way
    times=4,
    wait=Backoff(base=1.0, cap=15.0, jitter=True, honor_retry_after=True),
    scope="replayable",
)


_FAULTS: Final = frozenset({SERVER.name, NETWORK.name})
"""The rules about temporary faults."""


@attrs.frozen
class Policy:
    """The rules, in the order in which they are looked up.

    `Policy()` is the table of docs/protocol.md. `policy.without("rate")`, `policy.replacing(rule)`,
    `policy.adding(rule)` and `policy.with_max_retries(n)` return changed copies; pass one to
    `Client(policy=…)` or `client.with_options(policy=…)`.

    Attributes:
        rules: The first one that applies is used, as long as its budget lasts.
    """

    rules: tuple[Rule, ...] = (TOKEN, CLIENT_ID, SESSION, RATE, SERVER, NETWORK)

    @classmethod
    def none(cls) -> Policy:
        """Return a policy that never repeats anything."""
        return cls(())

    def __getitem__(self, name: str) -> Rule:
        for rule in self.rules:
            if rule.name == name:
                return rule
        raise KeyError(name)

    def without(self, *names: str) -> Policy:
        """Return a copy without these rules.

        Raises:
            KeyError: There is no rule of that name.
        """
        for name in names:
            self[name]
        return Policy(tuple(rule for rule in self.rules if rule.name not in names))

    def replacing(self, *rules: Rule) -> Policy:
        """Return a copy in which these rules replace those of the same names.

        Raises:
            KeyError: There is no rule of that name.
        """
        new = {rule.name: rule for rule in rules}
        for name in new:
            self[name]
        return Policy(tuple(new.get(rule.name, rule) for rule in self.rules))

    def adding(self, *rules: Rule) -> Policy:
        """Return a copy in which these rules are looked up first."""
        return Policy((*rules, *self.rules))

    def with_max_retries(self, count: int) -> Policy:
        """Return a copy that repeats a request at most `count` times for each kind of fault.

        The budgets of the rules "server" and "network" change, and no others: a 429, an expired
        token and a lost session are recovered from as before. A message that may have been accepted
        is never sent again, whatever the count.

        Args:
            count: 0 for no retries.

        Raises:
            ConfigurationError: The count is not a whole number from 0 on.
        """
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise errors.ConfigurationError(
                f"max_retries is a whole number from 0 on, not {count!r}",
                remedy="Pass 0 to switch retries off.",
            )
        return Policy(
            tuple(
                attrs.evolve(rule, times=count) if rule.name in _FAULTS else rule
                for rule in self.rules
            )
        )

    def rule_for(self, error: NemoMusicError, route: Route, used: Mapping[str, int]) -> Rule | None:
        """Return the rule by which the request is repeated, or None.

        A request that spends credits is never repeated once it may have been accepted, whatever
        rules are added. It is repeated only after a refusal in place of a stream, or when no
        connection was made. A failed request for an anonymous token has had its own attempts, and
        each may use one of ten tokens a week. So the request that needed the token is not repeated.

        Args:
            error: The error of the last attempt.
            route: The endpoint that was called.
            used: How often each rule was applied in this call.
        """
        if error.endpoint == ANONYMOUS_TOKEN.endpoint != route.endpoint:
            return None
        if route.spends and not _certainly_refused(error):
            return None
        for rule in self.rules:
            if used.get(rule.name, 0) < rule.times and rule.applies_to(error, route):
                return rule
        return None


def _certainly_refused(error: NemoMusicError) -> bool:
    """Return whether nothing was accepted: 1001/401, 1002/404 or 429 in place of a stream."""
    if isinstance(error, TransportError):
        return not error.sent
    return isinstance(
        error,
        errors.AuthenticationError | errors.SessionNotFoundError | errors.RateLimitedError,
    )
