"""The retry layer: tenacity runs the policy table. This is the only file that imports tenacity.

It is entered only after a first failure: around a call of 160 µs tenacity cost 55 µs more. Each run
has an `AsyncRetrying` of its own, because a shared one keeps its state in a thread-local that
concurrent calls overwrite.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final, TypeVar

from nemomusic import log
from nemomusic.errors import Attempt, BusyError, NemoMusicError, RateLimitedError
from nemomusic.protocol.envelope import in_words
from nemomusic.protocol.retry_policy import DEFAULT_RETRY_AFTER
from nemomusic.transport.prerequisite import PrerequisiteError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tenacity import RetryCallState

    from nemomusic.protocol.retry_policy import Policy, Rule
    from nemomusic.protocol.routes import Route
    from nemomusic.runtime.clock import Clock, Deadline

T = TypeVar("T")

LOG: Final = log.logger("http")


class _Budget:
    """The used budgets of the rules and the attempts of one run."""

    def __init__(
        self,
        route: Route,
        policy: Policy,
        clock: Clock,
        deadline: Deadline | None,
        recover: Callable[[Rule, NemoMusicError], Awaitable[None]],
        throttle: Callable[[float], None],
    ) -> None:
        self.attempts: list[Attempt] = []
        self._route = route
        self._policy = policy
        self._clock = clock
        self._deadline = deadline
        self._recover = recover
        self._throttle = throttle
        self._used: dict[str, int] = {}
        self._rule: Rule | None = None
        self._seconds = 0.0

    def allows_another(self, state: RetryCallState) -> bool:
        """Choose the rule and the wait. Return whether there is another attempt."""
        outcome = state.outcome
        error = outcome.exception() if outcome is not None else None
        if not isinstance(error, NemoMusicError):
            return False
        self._rule = self._policy.rule_for(error, self._route, self._used)
        if isinstance(error, RateLimitedError) and error.retry_at is None and self._rule is None:
            self._note_wait(error, DEFAULT_RETRY_AFTER)
        if self._rule is not None:
            wait = self._rule.wait
            self._seconds = wait.seconds(self._used.get(self._rule.name, 0), error, random.random)
            too_long = self._seconds > wait.give_up_over or (
                self._deadline is not None and self._seconds >= self._deadline.left
            )
            if isinstance(error, RateLimitedError):
                if error.retry_at is None:
                    self._note_wait(error, self._seconds)
                if not too_long:
                    self._throttle(self._seconds)
            if too_long:
                self._rule = None
        self.attempts.append(
            Attempt(
                self._route.endpoint,
                self._clock.time(),
                status=error.status,
                error=type(error).__name__,
                wait=None if self._rule is None else self._seconds,
            )
        )
        return self._rule is not None

    def _note_wait(self, error: BusyError, seconds: float) -> None:
        """Note a wait of the rule's own, which the service did not ask for."""
        error.wait_until(self._clock.time() + seconds, error.retry_after, in_words(seconds))

    def seconds(self, state: RetryCallState) -> float:
        """Return the wait that was chosen."""
        del state
        return self._seconds

    async def prepare(self, state: RetryCallState) -> None:
        """Do the recovery of the rule, then log the retry."""
        rule = self._rule
        outcome = state.outcome
        error = outcome.exception() if outcome is not None else None
        assert rule is not None  # noqa: S101 - `allows_another` has set it
        self._used[rule.name] = self._used.get(rule.name, 0) + 1
        if rule.recovery is not None and isinstance(error, NemoMusicError):
            try:
                await self._recover(rule, error)
            except NemoMusicError as failed:
                last = self.attempts.pop()  # nothing is repeated
                self.attempts.append(
                    Attempt(last.what, last.at, status=last.status, error=last.error, wait=None)
                )
                if failed is error:
                    raise
                raise failed from (failed.__cause__ or error)
        LOG.warning(
            "%s: attempt %d failed with %s; rule %r repeats it in %.1f s",
            self._route.endpoint,
            len(self.attempts),
            type(error).__name__,
            rule.name,
            self._seconds,
        )


async def retry_call(
    attempt: Callable[[int], Awaitable[T]],
    first: NemoMusicError,
    *,
    route: Route,
    policy: Policy,
    clock: Clock,
    deadline: Deadline | None,
    recover: Callable[[Rule, NemoMusicError], Awaitable[None]],
    throttle: Callable[[float], None],
) -> T:
    """Repeat a call after its first failure, as the policy says.

    Args:
        attempt: Makes one attempt, given its number: 2 for the first retry.
        first: The error of the first attempt.
        route: The endpoint, for the rules.
        policy: The table of rules.
        clock: Waits.
        deadline: No wait begins that would pass it.
        recover: Does the recovery of a rule.
        throttle: Called with the wait of every 429, to slow the client's other calls.

    Raises:
        NemoMusicError: The error of the last attempt, with a list of all attempts. Or the error of
            a recovery, with the error before it as its cause.
    """
    from tenacity import AsyncRetrying, stop_never

    budget = _Budget(route, policy, clock, deadline, recover, throttle)
    failed: list[NemoMusicError] = [first]

    async def once() -> T:
        if failed:
            raise failed.pop()
        return await attempt(len(budget.attempts) + 1)

    retrying = AsyncRetrying(
        sleep=clock.sleep,
        stop=stop_never,
        wait=budget.seconds,
        retry=budget.allows_another,
        before_sleep=budget.prepare,
        reraise=True,
    )
    try:
        return await retrying(once)
    except PrerequisiteError as wrapped:
        if not wrapped.error.attempts:
            wrapped.error.attempts = tuple(budget.attempts)
        raise
    except NemoMusicError as error:
        if not error.attempts:
            error.attempts = tuple(budget.attempts)
        raise
