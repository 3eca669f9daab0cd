"""The retry layer: budgets, waits, recoveries, deadlines; with a clock of the tests' own."""

from __future__ import annotations

import asyncio
import itertools
import pickle

import pytest

from nemomusic import errors
from nemomusic.protocol import routes
from nemomusic.protocol.retry_policy import Backoff, Policy, Rule
from nemomusic.runtime.clock import Deadline
from nemomusic.settings import Settings
from nemomusic.testing import FakeClock
from nemomusic.transport import retry
from nemomusic.transport.exchange import Exchange
from nemomusic.transport.pipeline import RequestPipeline
from nemomusic.transport.throttle import Throttle


def limited(seconds=None):
    return errors.RateLimitedError("slow down", status=429, retry_after=seconds)


def unauthorized():
    return errors.AuthenticationError("expired", status=401, code=1001)


def broken():
    return errors.ConnectionLostError("cut")


def overloaded():
    return errors.ServerError("down", status=503)


class Scripted:
    """One call: raises what is scripted, then answers."""

    def __init__(self, *faults, route=routes.STATE, policy=None, deadline=None, clock=None):
        self.faults = list(faults)
        self.route = route
        self.policy = policy or Policy()
        self.clock = clock or FakeClock()
        self.deadline = None if deadline is None else Deadline(self.clock, deadline)
        self.sent = 0
        self.recovered: list[tuple[str, str]] = []
        self.throttled: list[float] = []
        self.recover_with: BaseException | None = None

    async def once(self, attempt=1):
        self.sent += 1
        assert attempt == self.sent
        await asyncio.sleep(0)
        if self.faults:
            raise self.faults.pop(0)
        return "answer"

    async def recover(self, rule, error):
        self.recovered.append((rule.name, type(error).__name__))
        if self.recover_with is not None:
            raise self.recover_with

    async def run(self):
        try:
            return await self.once()
        except errors.NemoMusicError as error:
            first = error
        return await retry.retry_call(
            self.once,
            first,
            route=self.route,
            policy=self.policy,
            clock=self.clock,
            deadline=self.deadline,
            recover=self.recover,
            throttle=self.throttled.append,
        )


async def test_budgets_are_separate():
    call = Scripted(unauthorized(), limited(), broken(), overloaded(), broken())
    assert await call.run() == "answer"
    assert call.sent == 6
    assert call.recovered == [("token", "AuthenticationError")]
    assert 30.0 in call.clock.slept


async def test_a_call_whose_recovery_fails_is_not_reported_as_repeated(caplog):
    refused = unauthorized()
    call = Scripted(refused)
    call.recover_with = refused  # as with a token that only the program can renew
    with pytest.raises(errors.AuthenticationError) as caught:
        await call.run()
    assert call.sent == 1
    assert [attempt.wait for attempt in caught.value.attempts] == [None]
    assert "repeats it" not in caplog.text


@pytest.mark.parametrize(
    ("fault", "tries"), [(unauthorized, 2), (limited, 2), (broken, 5), (overloaded, 5)]
)
async def test_each_budget_ends(fault, tries):
    call = Scripted(*(fault() for _ in range(20)))
    with pytest.raises(type(fault())) as caught:
        await call.run()
    assert call.sent == tries
    attempts = caught.value.attempts
    assert len(attempts) == tries
    assert [attempt.error for attempt in attempts] == [type(fault()).__name__] * tries
    assert {attempt.what for attempt in attempts} == {routes.STATE.endpoint}
    assert attempts[-1].wait is None
    assert all(attempt.wait is not None for attempt in attempts[:-1])
    assert attempts[0].status == fault().status
    assert [a.at for a in attempts] == sorted(a.at for a in attempts)
    assert pickle.loads(pickle.dumps(caught.value)).attempts == attempts
    assert f"{tries} attempts" in str(caught.value)


async def test_what_no_rule_answers_is_raised_at_once():
    call = Scripted(errors.OutOfCreditsError("none"))
    with pytest.raises(errors.OutOfCreditsError):
        await call.run()
    assert call.sent == 1
    assert call.clock.slept == []


@pytest.mark.parametrize("fault", [broken, overloaded])
async def test_a_message_is_not_repeated(fault):
    call = Scripted(fault(), route=routes.STREAM)
    with pytest.raises(type(fault())):
        await call.run()
    assert call.sent == 1


async def test_retry_after_is_honored_and_siblings_are_told():
    call = Scripted(limited(12.0))
    assert await call.run() == "answer"
    assert call.clock.slept == [12.0]
    assert call.throttled == [12.0]


async def test_without_retry_after_it_waits_30_seconds():
    call = Scripted(limited())
    await call.run()
    assert call.clock.slept == [30.0]


async def test_more_than_two_minutes_is_raised_at_once_with_the_time_to_come_back():
    call = Scripted(limited(604_800.0))
    with pytest.raises(errors.RateLimitedError) as caught:
        await call.run()
    assert call.sent == 1
    assert call.clock.slept == []
    assert call.throttled == []
    assert caught.value.retry_at == call.clock.time() + 604_800.0
    assert await Scripted(limited(120.0)).run() == "answer"


async def test_more_than_the_deadline_is_raised_at_once():
    call = Scripted(limited(), deadline=20.0)
    with pytest.raises(errors.RateLimitedError) as caught:
        await call.run()
    assert call.sent == 1
    assert call.clock.slept == []
    assert caught.value.retry_at == call.clock.time() + 30.0


async def test_no_wait_is_begun_that_would_pass_the_deadline():
    steady = Rule(
        name="network", errors=(errors.TransportError,), times=99, wait=Backoff(base=8, cap=8)
    )
    call = Scripted(
        *(broken() for _ in range(50)), deadline=30.0, policy=Policy().replacing(steady)
    )
    with pytest.raises(errors.ConnectionLostError) as caught:
        await call.run()
    assert call.clock.slept == [8, 8, 8]
    assert len(caught.value.attempts) == 4


async def test_a_recovery_that_fails_is_raised_from_the_first_error():
    first = unauthorized()
    call = Scripted(first)
    call.recover_with = errors.ConnectError("no way to a new token")
    with pytest.raises(errors.ConnectError) as caught:
        await call.run()
    assert caught.value.__cause__ is first
    assert call.sent == 1
    assert [attempt.error for attempt in caught.value.attempts] == ["AuthenticationError"]


async def test_a_recovery_that_gives_the_error_back_raises_it_as_it_is():
    first = unauthorized()
    call = Scripted(first)
    call.recover_with = first
    with pytest.raises(errors.AuthenticationError) as caught:
        await call.run()
    assert caught.value is first
    assert caught.value.__cause__ is None


async def test_faults_that_are_not_ours_pass_through():
    call = Scripted(limited(), ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        await call.run()
    assert call.sent == 2


@pytest.mark.parametrize("where", ["attempt", "wait", "recovery"])
async def test_cancellation_passes_through(where):
    reached = asyncio.Event()

    async def forever(*_):
        reached.set()
        await asyncio.Event().wait()

    call = Scripted(unauthorized() if where == "recovery" else limited())
    if where == "wait":
        call.clock.sleep = forever
    elif where == "recovery":
        call.recover = forever
    else:
        once = call.once

        async def second(attempt=1):
            if call.sent:
                await forever()
            return await once(attempt)

        call.once = second
    task = asyncio.create_task(call.run())
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()
    assert call.sent == 1


async def test_200_at_once_keep_their_state_apart():
    clock = FakeClock()
    scripts = [
        [unauthorized(), limited(float(number % 7)), *[broken()] * (number % 4)]
        for number in range(200)
    ]
    calls = [Scripted(*script, clock=clock) for script in scripts]
    results = await asyncio.gather(*(call.run() for call in calls))
    assert results == ["answer"] * 200
    for number, (call, script) in enumerate(zip(calls, scripts, strict=True)):
        assert call.sent == len(script) + 1
        assert call.recovered == [("token", "AuthenticationError")]
        assert call.throttled == [float(number % 7)]


async def test_200_at_once_fail_with_attempts_of_their_own():
    calls = [Scripted(*[overloaded() for _ in range(9)]) for _ in range(200)]
    results = await asyncio.gather(*(call.run() for call in calls), return_exceptions=True)
    assert len({id(result) for result in results}) == 200
    assert all(len(result.attempts) == 5 for result in results)


# ------------------------------------------------------- the call around it


class Tokens:
    user_id = None
    in_hand = None

    async def token(self, by):
        return None

    async def refresh(self, used, error, by):
        raise error


def caller(clock, **options):
    return RequestPipeline(
        exchange=Exchange(None, Settings(), clock),
        tokens=Tokens(),
        policy=Policy(),
        throttle=Throttle(clock),
        **options,
    )


async def test_a_limit_hit_by_one_call_slows_its_siblings():
    clock = FakeClock()
    shared = caller(clock)
    sent = []
    hit = asyncio.Event()
    faults = [limited(40.0)]

    async def send(_):
        sent.append(clock.monotonic())
        hit.set()
        if faults:
            raise faults.pop()
        return len(sent)

    start = clock.monotonic()
    first = asyncio.create_task(shared.run(routes.CREDITS, send))
    await hit.wait()
    await asyncio.gather(first, *(shared.run(routes.STATE, send) for _ in range(5)))
    assert sent[:2] == [start, start + 40.0]
    # All at once they would be refused again: they leave one by one, at a pace that rises.
    gaps = [later - sooner for sooner, later in itertools.pairwise(sent[1:])]
    assert all(0.0 < later < sooner <= 0.05 for sooner, later in itertools.pairwise(gaps))
    for _ in range(70):
        await shared.run(routes.STATE, send)
    clock.slept.clear()
    await shared.run(routes.STATE, send)
    assert clock.slept == []


async def test_a_deadline_spans_calls_and_ends_them():
    clock = FakeClock()
    shared = caller(clock, deadline=Deadline(clock, 100.0))

    async def send(_):
        return "answer"

    assert await shared.run(routes.CREDITS, send) == "answer"
    clock.advance(99.0)
    assert await shared.run(routes.CREDITS, send) == "answer"
    clock.advance(1.0)
    with pytest.raises(errors.DeadlineExceededError) as caught:
        await shared.run(routes.CREDITS, send)
    assert "100 s" in str(caught.value)
    assert isinstance(caught.value, TimeoutError)


async def test_without_a_failure_tenacity_is_not_entered(monkeypatch):
    monkeypatch.setattr(retry, "retry_call", None)

    async def send(_):
        return "answer"

    assert await caller(FakeClock()).run(routes.CREDITS, send) == "answer"


async def test_what_is_not_repeated_carries_its_one_attempt():
    async def send(_):
        raise errors.InvalidRequestError("no", status=422)

    with pytest.raises(errors.InvalidRequestError) as caught:
        await caller(FakeClock()).run(routes.CREDITS, send)
    (attempt,) = caught.value.attempts
    assert (attempt.what, attempt.status, attempt.wait) == (routes.CREDITS.endpoint, 422, None)


async def test_anonymous_users_out_of_credits_get_the_registration_link():
    async def send(_):
        raise errors.OutOfCreditsError("none left")

    broke = caller(FakeClock())
    with pytest.raises(errors.OutOfCreditsError) as caught:
        await broke.run(routes.STREAM, send)
    assert caught.value.registration_url is None
    assert "Top up" in str(caught.value)
    broke.tokens.user_id = "anon_7"
    with pytest.raises(errors.OutOfCreditsError) as caught:
        await broke.run(routes.STREAM, send)
    assert caught.value.registration_url == "https://nemovideo.com/register?bind=anon_7"
    assert caught.value.registration_url in str(caught.value)
