"""The retry layer: tenacity runs the policy table. The only file that imports tenacity.

Entered only after a first failure: around a call that takes 160 µs tenacity cost 55 µs more
(design, section 4). A new `AsyncRetrying` for each run, because a shared one keeps its state in a
thread-local that concurrent calls overwrite.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final, TypeVar

from nemomusic.errors import Attempt, NemoMusicError, RateLimitedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tenacity import RetryCallState

    from nemomusic.clock import Clock, Deadline
    from nemomusic.protocol.policy import Policy, Rule
    from nemomusic.protocol.routes import Route

T = TypeVar("T")

_UNTOLD: Final = 30.0
"""Seconds to come back in after a 429 that doesn't say (contract, section 3)."""


class _Run:
    """What one run knows: the budgets used, the attempts made."""

    def __init__(
        self,
        route: Route,
        policy: Policy,
        clock: Clock,
        deadline: Deadline | None,
        recover: Callable[[Rule, NemoMusicError], Awaitable[None]],
        throttle: Callable[[float], None],
    ) -> None:
        self.route = route
        self.policy = policy
        self.clock = clock
        self.deadline = deadline
        self.recover = recover
        self.throttle = throttle
        self.used: dict[str, int] = {}
        self.attempts: list[Attempt] = []
        self.rule: Rule | None = None
        self.seconds = 0.0

    def again(self, state: RetryCallState) -> bool:
        """Whether to try again; decides the rule and the wait."""
        outcome = state.outcome
        error = outcome.exception() if outcome is not None else None
        if not isinstance(error, NemoMusicError):
            return False
        self.rule = self.policy.rule_for(error, self.route, self.used)
        if isinstance(error, RateLimitedError) and error.retry_at is None and self.rule is None:
            error.retry_at = self.clock.time() + _UNTOLD
        if self.rule is not None:
            wait = self.rule.wait
            self.seconds = wait.seconds(self.used.get(self.rule.name, 0), error, random.random)
            too_long = self.seconds > wait.give_up_over or (
                self.deadline is not None and self.seconds >= self.deadline.left
            )
            if isinstance(error, RateLimitedError):
                if error.retry_at is None:
                    error.retry_at = self.clock.time() + self.seconds
                if not too_long:
                    self.throttle(self.seconds)
            if too_long:
                self.rule = None
        self.attempts.append(
            Attempt(
                self.route.endpoint,
                self.clock.time(),
                status=error.status,
                error=type(error).__name__,
                wait=None if self.rule is None else self.seconds,
            )
        )
        return self.rule is not None

    def wait(self, state: RetryCallState) -> float:
        """Seconds, as decided."""
        del state
        return self.seconds

    async def before(self, state: RetryCallState) -> None:
        """Do first what the rule says."""
        rule = self.rule
        outcome = state.outcome
        error = outcome.exception() if outcome is not None else None
        assert rule is not None  # noqa: S101 - `again` said so
        self.used[rule.name] = self.used.get(rule.name, 0) + 1
        if rule.recovery is not None and isinstance(error, NemoMusicError):
            try:
                await self.recover(rule, error)
            except NemoMusicError as failed:
                if failed is error:
                    raise
                raise failed from (failed.__cause__ or error)


async def again(
    once: Callable[[], Awaitable[T]],
    first: NemoMusicError,
    *,
    route: Route,
    policy: Policy,
    clock: Clock,
    deadline: Deadline | None,
    recover: Callable[[Rule, NemoMusicError], Awaitable[None]],
    throttle: Callable[[float], None],
) -> T:
    """Go on after a first failure, as the policy says.

    Args:
        once: makes one attempt.
        first: what the first attempt raised.
        route: the endpoint, for the rules.
        policy: the table.
        clock: waits.
        deadline: no wait is begun that would pass it.
        recover: does a rule's recovery.
        throttle: told of every 429's wait, to slow the siblings.

    Raises:
        NemoMusicError: the last one, with all attempts on it; or that of a recovery, `from` the
            error it was to recover from.
    """
    from tenacity import AsyncRetrying, stop_never

    run = _Run(route, policy, clock, deadline, recover, throttle)
    replay: list[NemoMusicError] = [first]

    async def attempt() -> T:
        if replay:
            raise replay.pop()
        return await once()

    retrying = AsyncRetrying(
        sleep=clock.sleep,
        stop=stop_never,
        wait=run.wait,
        retry=run.again,
        before_sleep=run.before,
        reraise=True,
    )
    try:
        return await retrying(attempt)
    except NemoMusicError as error:
        if not error.attempts:
            error.attempts = tuple(run.attempts)
        raise
