"""Tokens: acquired once, kept, replaced when they may be; claim links."""

from __future__ import annotations

import asyncio
import json
import stat

import pytest

from nemomusic import Client, errors
from nemomusic.local import Limits, LocalOptions
from nemomusic.settings import Settings
from nemomusic.testing import FakeClock, Faults, StubBackend
from support.fast import fast

TWO = Limits(tokens_per_client=2)


@pytest.fixture
def clock():
    return FakeClock()


@fast
async def test_one_anonymous_token_for_all_calls(clock):
    async with StubBackend(clock=clock) as backend, backend.client(anonymous=True) as client:
        balances = await asyncio.gather(*(client.credits.balance() for _ in range(50)))
        assert {balance.available for balance in balances} == {100}
        assert backend.ledger.tokens_issued == 1
        assert client.auth.anonymous
        assert client.auth.user_id.startswith("anon_")


@fast
async def test_a_thousand_refused_together_acquire_one_token(clock):
    backend = StubBackend(clock=clock, options=LocalOptions(limits=TWO))
    async with backend, backend.client(anonymous=True) as client:
        await client.credits.balance()
        backend.expire_tokens()
        await asyncio.gather(*(client.credits.balance() for _ in range(1000)))
        assert backend.ledger.tokens_issued == 2
        assert backend.faults.requests["anonymous-token"] == 2


@fast
async def test_a_cancelled_leader_does_not_fail_the_others(clock):
    async with StubBackend(clock=clock) as backend, backend.client(anonymous=True) as client:
        leader = asyncio.create_task(client.auth.token())
        others = [asyncio.create_task(client.credits.balance()) for _ in range(5)]
        await asyncio.sleep(0)
        leader.cancel()
        assert all(balance.total == 100 for balance in await asyncio.gather(*others))
        assert leader.cancelled() or leader.exception() is None
        assert backend.ledger.tokens_issued == 1


@fast
async def test_closing_while_a_token_is_acquired_is_no_cancellation(clock):
    async with StubBackend(clock=clock) as backend:
        backend.faults.add("anonymous-token", Faults.stall_before())
        client = backend.client(anonymous=True)
        asking = asyncio.create_task(client.auth.token())
        while not backend.faults.struck:
            await asyncio.sleep(0)
        await client.aclose()
        with pytest.raises(errors.ConnectionLostError, match="closed"):
            await asking


@fast
async def test_a_users_own_token_is_never_replaced_silently(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        backend.expire_tokens()
        with pytest.raises(errors.AuthenticationError) as caught:
            await client.credits.balance()
        assert caught.value.code == 1001
        assert caught.value.status == 401
        assert [attempt.status for attempt in caught.value.attempts] == [401]
        assert backend.ledger.tokens_issued == 0


@fast
async def test_a_users_own_token_is_replaced_if_they_asked_for_it(clock):
    async with StubBackend(clock=clock) as backend:
        async with backend.client(allow_anonymous=True) as client:
            backend.expire_tokens()
            assert (await client.credits.balance()).available == 100
            assert client.auth.anonymous
        assert backend.ledger.tokens_issued == 1


@fast
async def test_a_token_is_kept_for_the_next_run_readable_by_its_owner_only(clock, tmp_path):
    file = tmp_path / "config" / "tokens.json"
    async with StubBackend(clock=clock) as backend:
        for _ in range(3):
            async with backend.client(anonymous=True, token_file=file) as client:
                await client.credits.balance()
        assert backend.ledger.tokens_issued == 1
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        (entry,) = json.loads(file.read_text()).values()
        assert entry["token"].startswith("nmv_usr_")
        async with backend.client(anonymous=True, token_file=file, client_id="b") as client:
            await client.credits.balance()
        assert backend.ledger.tokens_issued == 2


@fast
async def test_two_clients_without_a_token_acquire_one(clock, tmp_path):
    file = tmp_path / "tokens.json"
    async with StubBackend(clock=clock) as backend:
        async with (
            backend.client(anonymous=True, token_file=file) as one,
            backend.client(anonymous=True, token_file=file) as two,
        ):
            first, second = await asyncio.gather(one.auth.token(), two.auth.token())
        assert first == second
        assert backend.ledger.tokens_issued == 1


@fast
async def test_an_expired_token_is_replaced_once_the_service_refuses_it(clock, tmp_path):
    file = tmp_path / "tokens.json"
    async with StubBackend(clock=clock) as backend:
        async with backend.client(anonymous=True, token_file=file) as client:
            await client.credits.balance()
            clock.advance(7 * 86400 + 1)
            await client.credits.balance()
        assert backend.ledger.tokens_issued == 2
        assert backend.faults.requests["credits"] == 3


@fast
async def test_no_further_token_this_week_says_when_to_come_back(clock):
    async with StubBackend(clock=clock) as backend:
        async with backend.client(anonymous=True) as client:
            await client.auth.token()
        async with backend.client(anonymous=True) as client:
            with pytest.raises(errors.RateLimitedError) as caught:
                await client.credits.balance()
        error = caught.value
        assert "7 days" in error.remedy
        assert error.retry_at == pytest.approx(clock.time() + error.retry_after)
        assert clock.slept == []
        # One refusal, one request: the rules of the call that needed it do not ask again.
        assert backend.faults.requests["anonymous-token"] == 2


@fast
async def test_retries_of_a_token_do_not_multiply_with_those_of_the_call(clock):
    async with StubBackend(clock=clock) as backend:
        async with backend.client(anonymous=True) as client:
            backend.faults.add("anonymous-token", Faults.rate_limited(), times=9)
            with pytest.raises(errors.RateLimitedError):
                await client.credits.balance()
        assert backend.faults.requests["anonymous-token"] == 2
        assert clock.slept == [30.0]


@fast
async def test_the_options_of_a_copy_hold_for_the_token_that_its_call_needs(clock):
    async with StubBackend(clock=clock) as backend, backend.client(anonymous=True) as client:
        await backend.down()
        hasty = asyncio.create_task(client.with_options(max_retries=0).credits.balance())
        await asyncio.sleep(0)
        # A caller that waited for the hasty one's token makes the attempts that it is allowed.
        patient = asyncio.create_task(client.credits.balance())
        for task, attempts in ((hasty, 1), (patient, 5)):
            with pytest.raises(errors.ConnectError) as caught:
                await task
            assert len(caught.value.attempts) == attempts


@fast
async def test_a_deadline_names_what_kept_the_token_away(clock):
    async with StubBackend(clock=clock) as backend, backend.client(anonymous=True) as client:
        await backend.down()
        for ask in (lambda copy: copy.credits.balance(), lambda copy: copy.auth.token()):
            with pytest.raises(
                errors.DeadlineExceededError, match="no token came: no connection"
            ) as late:
                await ask(client.with_options(deadline=0.01))
            assert {attempt.error for attempt in late.value.attempts} == {"ConnectError"}
            assert isinstance(late.value.__cause__, errors.ConnectError)


@fast
async def test_a_lost_token_request_is_not_repeated_and_no_message_is_in_doubt(clock):
    async with StubBackend(clock=clock, options=LocalOptions(limits=TWO)) as backend:
        async with backend.client(anonymous=True) as client:
            session = await client.sessions.open()
            await session.upload(b"\0\0\0\x18ftypmp42")
            turn = session.send("warm lo-fi music")
            backend.faults.add("stream", Faults.code(1001))
            backend.faults.add("anonymous-token", Faults.reset_after())
            with pytest.raises(errors.ConnectionLostError):
                async with turn:
                    pass
            assert not turn.sent
            assert session._ref.messages == []
        assert backend.ledger.accepted == 0
        assert clock.slept == []


@fast
async def test_claim_links(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        link = await session.claim_link()
        assert link.url.startswith(f"{backend.url}/workspace/claim?ct=clm_")
        assert link.expires_in == 604800
        assert "clm_" not in repr(link)
        attached = client.sessions.attach(session.id)
        assert (await client.auth.claim_link(attached)).url != link.url
        with pytest.raises(errors.SessionNotFoundError):
            await client.auth.claim_link(client.sessions.attach("123", task_id="x"))


@fast
async def test_out_of_credits_names_the_way_out(clock):
    for anonymous in (True, False):
        async with StubBackend(
            clock=clock, options=LocalOptions(limits=Limits(generate_price=500))
        ) as backend:
            async with backend.client(anonymous=anonymous, credits=3) as client:
                session = await client.sessions.open()
                await session.upload(b"\0\0\0\x18ftypmp42")
                with pytest.raises(errors.OutOfCreditsError) as caught:
                    await session.ask("warm lo-fi music")
                error = caught.value
                assert error.available == (100 if anonymous else 3)
                if anonymous:
                    bound = f"{backend.url}/register?bind={client.auth.user_id}"
                    assert error.registration_url == bound
                    assert bound in str(error)
                else:
                    assert error.registration_url is None
                    assert "Top up" in str(error)
            assert backend.ledger.accepted == 0


def test_a_token_shows_nowhere():
    client = Client("nmv_usr_topsecret", settings=Settings(token_file=None))
    assert "topsecret" not in repr(client)
    assert "topsecret" not in repr(client.settings)


@fast
async def test_a_service_that_quotes_the_token_does_not_make_us_show_it(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        token = (await client.auth.token()).reveal().removeprefix("nmv_usr_")
        settings = Settings(api_url=backend.url, token=token, token_file=None)
        backend.faults.add("credits", Faults.json({"code": 1001, "message": f"bad token {token}"}))
        async with Client(settings=settings, clock=clock) as other:
            with pytest.raises(errors.AuthenticationError) as caught:
                await other.credits.balance()
    assert caught.value.message == "bad token ***"
    assert token not in repr(caught.value)
    assert token not in str(vars(caught.value))
