"""The client id and the anonymous token: kept on disk, shared fairly, acquired once."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import threading
import uuid
from datetime import UTC, datetime

import attrs
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

import nemomusic
from nemomusic import errors
from nemomusic.models.account import Token
from nemomusic.resources import token_store
from nemomusic.resources.token_store import (
    TokenFile,
    keep_client_id,
    read_client_id,
    write_complete,
)
from nemomusic.runtime.executor import THREADS
from nemomusic.secret import Secret
from nemomusic.settings import Settings
from nemomusic.testing import FakeClock

API = "https://api.example"
posix = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
mortal = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes anywhere"
)


def token(name="nmv_usr_one", expires=1_900_000_000.0) -> Token:
    return Token(Secret(name), "anon_1", expires, 100.0)


# ---------------------------------------------------------------- client id


def test_a_client_id_is_made_kept_and_found_again(tmp_path):
    path = tmp_path / "deep" / "nemovideo" / "client_id"
    assert read_client_id(path) is None
    made = keep_client_id(path)
    assert str(uuid.UUID(made)) == made
    assert path.read_text() == made + "\n"
    assert read_client_id(path) == made
    assert [entry.name for entry in path.parent.iterdir()] == ["client_id"]


@posix
def test_other_tools_may_read_the_client_id(tmp_path):
    keep_client_id(tmp_path / "client_id")
    assert stat.S_IMODE((tmp_path / "client_id").stat().st_mode) == 0o644


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("abc", "abc"),
        ("  abc\r\n", "abc"),
        ("9f1c2d3e-0000-4000-8000-000000000000\n", "9f1c2d3e-0000-4000-8000-000000000000"),
        ("x" * 64, "x" * 64),
        ("", None),
        ("\n", None),
    ],
)
def test_ids_of_other_tools_are_taken_as_they_are(tmp_path, text, found):
    path = tmp_path / "client_id"
    path.write_text(text)
    assert read_client_id(path) == found


@pytest.mark.parametrize("raw", [b"x" * 65, b"a\nb", b"\xff\xfe", b"a\0b", b'{"id": "x"}\n{}'])
def test_what_is_no_id_is_not_overwritten(tmp_path, raw):
    path = tmp_path / "client_id"
    path.write_bytes(raw)
    with pytest.raises(errors.ConfigurationError) as caught:
        read_client_id(path)
    assert "NEMO_CLIENT_ID" in str(caught.value)
    assert path.read_bytes() == raw


def test_an_id_lasts_for_the_process_where_it_cannot_be_kept(tmp_path):
    (tmp_path / "file").write_text("")
    assert uuid.UUID(keep_client_id(tmp_path / "file" / "client_id"))


# --------------------------------------------------------------- token file


@posix
async def test_the_token_file_is_the_owners_only(tmp_path):
    path = tmp_path / "new" / "tokens.json"
    kept = TokenFile(path, FakeClock())
    kept.check()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    async with kept.locked():
        kept.save(API, "me", token())
        lock = path.with_name("tokens.json.lock")  # some versions of filelock delete it afterward
        assert stat.S_IMODE(lock.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text()) == {
        f"{API} me": {
            "token": "nmv_usr_one",
            "user_id": "anon_1",
            "expires_at": 1_900_000_000.0,
        }
    }


def test_tokens_are_kept_by_address_and_client_id(tmp_path):
    clock = FakeClock()
    kept = TokenFile(tmp_path / "tokens.json", clock)
    kept.save(API, "me", token("nmv_usr_one"))
    kept.save("https://other.example", "me", token("nmv_usr_two"))
    kept.save(API, "you", token("nmv_usr_three"))
    fresh = TokenFile(tmp_path / "tokens.json", clock)
    assert fresh.load(API, "me").secret.reveal() == "nmv_usr_one"
    assert fresh.load("https://other.example", "me").secret.reveal() == "nmv_usr_two"
    assert fresh.load(API, "you").secret.reveal() == "nmv_usr_three"
    assert fresh.load(API, "me").user_id == "anon_1"
    assert fresh.load(API, "nobody") is None
    assert fresh.load("https://third.example", "me") is None


def test_a_token_past_its_time_is_given_since_this_clock_may_be_wrong(tmp_path):
    clock = FakeClock()
    kept = TokenFile(tmp_path / "tokens.json", clock)
    kept.save(API, "me", token(expires=clock.time() + 10))
    clock.advance(400 * 86400)
    assert kept.load(API, "me").expires_at == clock.time() + 10 - 400 * 86400
    kept.save(API, "me", token(expires=None))
    assert kept.load(API, "me").expires_at is None


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"x"', f'{{"{API} me": 5}}', f'{{"{API} me": {{"token": 5}}}}', "\x00"],
)
def test_a_broken_token_file_counts_as_empty_and_is_mended(tmp_path, text):
    path = tmp_path / "tokens.json"
    path.write_text(text)
    kept = TokenFile(path, FakeClock())
    assert kept.load(API, "me") is None
    kept.save(API, "me", token())
    assert kept.load(API, "me") == attrs.evolve(token(), credits=None)


def test_no_file_keeps_nothing(tmp_path):
    kept = TokenFile(None, FakeClock())
    kept.check()
    kept.save(API, "me", token())
    assert kept.load(API, "me") is None


@pytest.mark.parametrize("call", ["check", "save", "locked"])
async def test_a_place_that_cannot_be_written_is_said_before_a_token_is_spent(tmp_path, call):
    (tmp_path / "file").write_text("")
    kept = TokenFile(tmp_path / "file" / "tokens.json", FakeClock())

    async def act() -> None:
        if call == "check":
            kept.check()
        elif call == "save":
            kept.save(API, "me", token())
        else:
            async with kept.locked():
                pass

    with pytest.raises(errors.ConfigurationError) as caught:
        await act()
    assert "token_file" in str(caught.value)
    assert "nmv_usr" not in str(caught.value)


@posix
@mortal
def test_a_read_only_home(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(errors.ConfigurationError):
            TokenFile(tmp_path / "tokens.json", FakeClock()).check()
    finally:
        tmp_path.chmod(0o700)


async def test_the_lock_lets_one_in_at_a_time(tmp_path):
    inside = 0

    async def enter(kept: TokenFile) -> None:
        nonlocal inside
        async with kept.locked():
            inside += 1
            assert inside == 1
            await asyncio.sleep(0)
            inside -= 1

    files = [TokenFile(tmp_path / "tokens.json", FakeClock()) for _ in range(8)]
    await asyncio.gather(*map(enter, files))


def test_a_failed_write_leaves_the_old_text_and_no_rubbish(tmp_path, monkeypatch):
    path = tmp_path / "f"
    write_complete(path, "old", mode=0o600)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_complete(path, "new", mode=0o600)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["f"]


# ------------------------------------------------- against a service that counts


class Service:
    """A few endpoints, and what was asked of them."""

    def __init__(self) -> None:
        self.acquired: list[str | None] = []
        self.bearers: list[str | None] = []
        self.valid: set[str] = set()
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = asyncio.Event()
        self.refuse: tuple[int, dict[str, str]] | None = None
        self.lives = 7 * 86400.0
        self.app = web.Application()
        self.app.router.add_post("/api/auth/anonymous-token", self.acquire)
        self.app.router.add_get("/api/credits/balance/simple", self.credits)

    async def acquire(self, request: web.Request) -> web.Response:
        self.acquired.append(request.headers.get("X-Client-Id"))
        self.asked.set()
        await self.gate.wait()
        assert "Authorization" not in request.headers
        if self.refuse is not None:
            status, headers = self.refuse
            body = {"code": status, "message": "because"}
            return web.json_response(body, status=status, headers=headers)
        made = f"nmv_usr_anonymous{len(self.acquired)}"
        self.valid.add(made)
        until = datetime.fromtimestamp(1_800_000_000 + self.lives, UTC).isoformat()
        data = {"token": made, "user_id": "anon_9", "expires_at": until, "credits": 100}
        return web.json_response({"code": 0, "message": "ok", "data": data})

    async def credits(self, request: web.Request) -> web.Response:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.bearers.append(bearer)
        if bearer not in self.valid:
            return web.json_response({"code": 1001, "message": "token expired"})
        data = {"available": 100, "frozen": 0, "total": 100}
        return web.json_response({"success": True, "data": data})


@pytest.fixture
async def service():
    service = Service()
    async with TestServer(service.app) as server:
        service.url = f"http://127.0.0.1:{server.port}"
        yield service


@pytest.fixture
def settings(service, tmp_path) -> Settings:
    return Settings(
        api_url=service.url,
        client_id_file=tmp_path / "nemovideo" / "client_id",
        token_file=tmp_path / "nemomusic" / "tokens.json",
    )


def client_of(settings: Settings, **options) -> nemomusic.Client:
    options.setdefault("clock", FakeClock())
    return nemomusic.Client(settings=settings, **options)


async def test_a_token_is_kept_for_the_next_run(service, settings):
    for _ in range(3):
        async with client_of(settings) as client:
            await client.credits.balance()
            assert client.auth.anonymous
            assert client.auth.user_id == "anon_9"
    assert service.acquired == [settings.client_id_file.read_text().strip()]
    assert set(service.bearers) == {"nmv_usr_anonymous1"}
    assert "nmv_usr" not in settings.client_id_file.read_text()


async def test_a_slow_disk_does_not_hold_up_the_loop(service, settings, monkeypatch):
    writing, free = threading.Event(), threading.Event()

    def slow(path, text, *, mode):
        assert threading.current_thread() is not threading.main_thread()
        writing.set()
        assert free.wait(30)
        write_complete(path, text, mode=mode)

    monkeypatch.setattr(token_store, "write_complete", slow)
    async with client_of(settings) as client:
        call = asyncio.create_task(client.credits.balance())
        while not writing.is_set():
            await asyncio.sleep(0)
        free.set()
        await call
    assert service.bearers == ["nmv_usr_anonymous1"]


async def test_a_token_is_kept_when_the_client_is_closed_before_a_thread_is_free(service, settings):
    free, answered = threading.Event(), asyncio.Event()
    async with client_of(settings, on_response=lambda _: answered.set()) as client:
        service.gate.clear()
        call = asyncio.create_task(client.credits.balance())
        await service.asked.wait()
        busy = [client._core.executor.begin(free.wait, 30) for _ in range(THREADS)]
        service.gate.set()
        await answered.wait()
        await asyncio.sleep(0)
    free.set()
    await asyncio.gather(call, *(one.drop_or_wait() for one in busy), return_exceptions=True)
    assert "nmv_usr_anonymous1" in settings.token_file.read_text()


async def test_another_client_id_or_address_has_a_token_of_its_own(service, settings):
    for chosen in (settings, attrs.evolve(settings, client_id="other")):
        async with client_of(chosen) as client:
            await client.credits.balance()
    assert len(service.acquired) == 2
    assert service.acquired[1] == "other"


async def test_a_token_in_hand_is_used_until_the_service_refuses_it(service, settings):
    clock = FakeClock()
    async with client_of(settings, clock=clock) as client:
        await client.credits.balance()
        clock.advance(8 * 86400)
        await client.credits.balance()
        assert service.bearers == ["nmv_usr_anonymous1"] * 2
        service.valid.clear()
        await client.credits.balance()
    assert len(service.acquired) == 2
    assert service.bearers[2:] == ["nmv_usr_anonymous1", "nmv_usr_anonymous2"]


@pytest.mark.slow
async def test_1000_calls_failing_together_cause_one_acquisition(service, settings):
    async with client_of(settings) as client:
        await client.credits.balance()
        service.valid.clear()
        service.bearers.clear()
        service.gate.clear()
        calls = [asyncio.create_task(client.credits.balance()) for _ in range(1000)]
        service.asked.clear()
        await service.asked.wait()
        service.gate.set()
        balances = await asyncio.gather(*calls)
    assert {balance.total for balance in balances} == {100}
    assert len(service.acquired) == 2
    assert len(service.bearers) <= 2000
    assert service.bearers.count("nmv_usr_anonymous2") == 1000


async def test_a_cancelled_leader_does_not_fail_the_others(service, settings):
    async with client_of(settings) as client:
        service.gate.clear()
        leader = asyncio.create_task(client.credits.balance())
        await service.asked.wait()
        others = [asyncio.create_task(client.credits.balance()) for _ in range(20)]
        await asyncio.sleep(0)
        leader.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leader
        service.gate.set()
        assert {balance.total for balance in await asyncio.gather(*others)} == {100}
    assert len(service.acquired) == 1


async def test_everybody_cancelled_leaves_no_task(service, settings):
    before = asyncio.all_tasks()
    async with client_of(settings) as client:
        service.gate.clear()
        call = asyncio.create_task(client.credits.balance())
        await service.asked.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    service.gate.set()
    mine = {task for task in asyncio.all_tasks() - before if "nemomusic" in task.get_name()}
    assert not mine


async def test_an_acquisition_that_fails_fails_all_who_wait_and_the_next_asks_anew(
    service, settings
):
    service.refuse = 500, {}
    async with client_of(settings) as client:
        results = await asyncio.gather(
            *(client.credits.balance() for _ in range(10)), return_exceptions=True
        )
        assert {type(result) for result in results} == {errors.ServerError}
        assert len(service.acquired) == 1
        service.refuse = None
        assert (await client.credits.balance()).total == 100


async def test_a_supplied_token_is_never_silently_replaced(service, settings):
    async with client_of(attrs.evolve(settings, token="nmv_usr_mine")) as client:
        with pytest.raises(errors.AuthenticationError) as caught:
            await client.credits.balance()
        assert not client.auth.anonymous
    assert service.acquired == []
    assert service.bearers == ["nmv_usr_mine"]
    assert "NEMO_TOKEN" in str(caught.value)
    assert "nmv_usr_mine" not in str(caught.value)


async def test_unless_it_was_allowed(service, settings):
    chosen = attrs.evolve(settings, token="nmv_usr_mine", allow_anonymous=True)
    async with client_of(chosen) as client:
        assert (await client.credits.balance()).total == 100
        assert client.auth.anonymous
    assert service.bearers == ["nmv_usr_mine", "nmv_usr_anonymous1"]


async def test_the_weekly_limit_is_named_with_the_time_to_come_back(service, settings):
    service.refuse = 429, {"Retry-After": "432000"}
    clock = FakeClock()
    async with client_of(settings, clock=clock) as client:
        with pytest.raises(errors.RateLimitedError) as caught:
            await client.auth.token()
    assert len(service.acquired) == 1
    assert caught.value.retry_at == clock.time() + 432_000
    assert "7 days" in str(caught.value)
    assert "in 5 days" in str(caught.value)


async def test_a_429_without_a_time_gets_one_repeat(service, settings):
    service.refuse = 429, {}
    clock = FakeClock()
    async with client_of(settings, clock=clock) as client:
        with pytest.raises(errors.RateLimitedError) as caught:
            await client.auth.token()
    assert len(service.acquired) == 2
    assert 30.0 in clock.slept
    assert len(caught.value.attempts) == 2


async def test_a_lost_client_id_is_made_anew_once(service, settings):
    service.refuse = 400, {}
    async with client_of(settings) as client:
        with pytest.raises(errors.ClientIdError):
            await client.auth.token()
    assert len(service.acquired) == 2
    assert len(set(service.acquired)) == 2
    assert settings.client_id_file.read_text().strip() == service.acquired[-1]


async def test_no_token_is_asked_for_that_could_not_be_kept(service, settings, tmp_path):
    (tmp_path / "file").write_text("")
    chosen = attrs.evolve(settings, token_file=tmp_path / "file" / "tokens.json")
    async with client_of(chosen) as client:
        with pytest.raises(errors.ConfigurationError):
            await client.credits.balance()
    assert service.acquired == []


async def test_two_clients_at_once_share_one_acquisition(service, settings):
    async with client_of(settings) as one, client_of(settings) as two:
        service.gate.clear()
        calls = [asyncio.create_task(c.credits.balance()) for c in (one, two)]
        await service.asked.wait()
        service.gate.set()
        await asyncio.gather(*calls)
    assert len(service.acquired) == 1
