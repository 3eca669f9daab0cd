"""Credits, and the rules that every small call goes by."""

from __future__ import annotations

import asyncio

import pytest

from nemomusic import Policy, errors
from nemomusic.local import LocalOptions
from nemomusic.protocol.retry_policy import Backoff, Rule
from nemomusic.testing import FakeClock, Faults, StubBackend
from support.fast import fast


@pytest.fixture
def clock():
    return FakeClock()


@pytest.mark.parametrize("envelope", ["code", "success"])
def test_the_balance(clock, envelope):
    @fast
    async def test(clock):
        async with StubBackend(clock=clock, options=LocalOptions(envelope=envelope)) as backend:
            async with backend.client(credits=250) as client:
                balance = await client.credits.balance()
                assert (balance.available, balance.frozen, balance.total) == (250, 0, 250)

    test(clock=clock)


@fast
async def test_a_missing_field_is_named(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        backend.faults.add("credits", Faults.json({"code": 0, "data": {"available": "many"}}))
        with pytest.raises(errors.UnexpectedAnswerError, match=r"\$\.available"):
            await client.credits.balance()


@fast
async def test_429_waits_30_seconds_or_what_is_asked_for(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        backend.faults.add("credits", Faults.rate_limited())
        await client.credits.balance()
        backend.faults.add("credits", Faults.rate_limited(7))
        await client.credits.balance()
        backend.faults.add("credits", Faults.rate_limited(9, date=True))
        await client.credits.balance()
        pauses = [seconds for seconds in clock.slept if seconds > 1]  # less: gaps between calls
        assert pauses == [30.0, 7.0, pytest.approx(9, abs=1)]


@pytest.mark.parametrize("date", [False, True])
def test_429_for_too_long_raises_at_once_with_the_time_to_come_back(clock, date):
    @fast
    async def test(clock):
        async with StubBackend(clock=clock) as backend, backend.client() as client:
            backend.faults.add("credits", Faults.rate_limited(121.0 + date, date=date))
            with pytest.raises(errors.RateLimitedError) as caught:
                await client.credits.balance()
            assert caught.value.retry_at == pytest.approx(clock.time() + 121, abs=1.1)
            hurried = client.with_options(deadline=20)
            backend.faults.add("credits", Faults.rate_limited(25, date=date))
            with pytest.raises(errors.RateLimitedError) as caught:
                await hurried.credits.balance()
            assert caught.value.retry_at == pytest.approx(clock.time() + 25, abs=1.1)
            assert clock.slept == []

    test(clock=clock)


@fast
async def test_a_second_429_is_an_error_that_tells_its_story(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        backend.faults.add("credits", Faults.rate_limited(), times=2)
        with pytest.raises(errors.RateLimitedError) as caught:
            await client.credits.balance()
        first, second = caught.value.attempts
        assert (first.status, first.wait, second.status, second.wait) == (429, 30.0, 429, None)
        assert first.what == "GET /api/credits/balance/simple"
        assert second.at - first.at == pytest.approx(30)
        assert caught.value.retry_at == pytest.approx(clock.time() + 30)
        assert "2 attempts" in str(caught.value)


@fast
async def test_a_limit_that_one_call_hits_slows_its_siblings(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        backend.faults.add("credits", Faults.rate_limited(20))
        one = asyncio.create_task(client.credits.balance())
        while not backend.faults.struck:
            await asyncio.sleep(0)
        await asyncio.sleep(0.1)
        sibling = client.with_options(headers={"X-Team": "b"})
        await sibling.sessions.open()
        assert clock.monotonic() >= 20
        await one
        await client.sessions.open()
        assert clock.monotonic() < 25


@fast
async def test_each_rule_has_its_own_budget(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        for fault in (Faults.status(503), Faults.rate_limited(3), Faults.reset_before()):
            backend.faults.add("credits", fault)
        backend.faults.add("credits", Faults.status(500), times=3)
        await client.credits.balance()
        assert len(backend.faults.struck) == 6


@fast
async def test_rules_can_be_replaced_added_and_switched_off_per_call(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        backend.faults.add("credits", Faults.rate_limited(), times=3)
        off = client.with_options(policy=Policy().without("rate"))
        with pytest.raises(errors.RateLimitedError) as caught:
            await off.credits.balance()
        assert len(caught.value.attempts) == 1
        thrice = Rule(
            name="rate", errors=(errors.RateLimitedError,), times=3, wait=Backoff(base=1.0)
        )
        await client.with_options(policy=Policy().replacing(thrice)).credits.balance()
        assert clock.slept == [1.0, 2.0]
        backend.faults.add("credits", Faults.status(418))
        mine = Rule(name="teapot", errors=(errors.InvalidRequestError,))
        await client.with_options(policy=Policy().adding(mine)).credits.balance()
        backend.faults.add("credits", Faults.reset_before(), times=2)
        with pytest.raises(errors.ConnectionLostError):
            await client.with_options(policy=Policy.none()).credits.balance()


@fast
async def test_no_rule_can_repeat_a_message_that_may_have_been_accepted(clock):
    anything = Rule(name="anything", errors=(errors.NemoMusicError,), times=9)
    policy = Policy().adding(anything)
    for fault in (Faults.reset_after(), Faults.status_after(500), Faults.stall_after()):
        async with StubBackend(clock=clock) as backend, backend.client(policy=policy) as client:
            session = await client.sessions.open()
            await session.upload(b"\0\0\0\x18ftypmp42")
            backend.faults.add("stream", fault)
            await session.ask("warm lo-fi music")
            assert backend.ledger.messages == {session.id: ["warm lo-fi music"]}
