"""What `nemomusic.testing` gives to its users."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys

import aiohttp
import pytest

from nemomusic import errors
from nemomusic.local import LocalOptions
from nemomusic.testing import (
    FakeClock,
    FakeTimeLoop,
    Faults,
    FaultScript,
    StubBackend,
    full_disk,
    run,
)

pytest_plugins = ["nemomusic.testing.fixtures"]

CLIP = b"\0\0\0\x18ftypmp42"


def test_it_needs_neither_pytest_nor_pyav():
    code = """
import sys
import nemomusic.testing
assert not {"pytest", "av", "numpy"} & set(sys.modules), sys.modules.keys()
"""
    subprocess.run([sys.executable, "-c", code], check=True)


# ------------------------------------------------------------------------ time


async def sleepers(clock):
    woken = []

    async def one(name, seconds):
        await clock.sleep(seconds)
        woken.append((name, clock.monotonic()))

    await asyncio.gather(one("c", 300), one("a", 100), one("b", 200), one("a", 100))
    return woken


@pytest.mark.parametrize("plain", [True, False])
def test_sleepers_wake_in_order_and_at_their_time(plain):
    clock = FakeClock()
    woken = asyncio.run(sleepers(clock)) if plain else run(sleepers(clock), clock=clock)
    assert woken == [("a", 100), ("a", 100), ("b", 200), ("c", 300)]
    assert clock.slept == [300, 100, 200, 100]
    assert clock.time() == 1_800_000_300


async def test_a_sleep_can_be_cancelled():
    clock = FakeClock()
    tasks = [asyncio.create_task(clock.sleep(seconds)) for seconds in (5, 10)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    await asyncio.wait(tasks)
    assert tasks[0].cancelled()
    assert clock.monotonic() == 10


def test_timeouts_take_no_time_and_threads_are_waited_for():
    clock = FakeClock()

    async def main():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(3600):
                await asyncio.Event().wait()
        assert clock.monotonic() == 3600
        async with asyncio.timeout(1):
            assert await asyncio.to_thread(sum, range(2_000_000)) == 1999999000000
        assert clock.monotonic() == 3600
        assert isinstance(asyncio.get_running_loop(), FakeTimeLoop)

    run(main(), clock=clock)


def test_a_deadlock_is_an_error_not_a_hang(monkeypatch):
    monkeypatch.setattr("nemomusic.testing.clock._DEADLOCK_SECONDS", 0.05)

    async def main():
        await asyncio.Event().wait()

    loop = FakeTimeLoop()
    task = loop.create_task(main())
    with pytest.raises(RuntimeError, match="deadlock"):
        loop.run_until_complete(task)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(task)
    loop.close()


# ---------------------------------------------------------------------- backend


def test_a_running_backend_for_any_test(nemo_backend, nemo_clock):
    async def main():
        async with nemo_backend.client() as client:
            nemo_backend.faults.add("credits", Faults.rate_limited(50))
            balance = await client.credits.balance()
            assert balance.available == 1000

    asyncio.run(main())
    assert nemo_clock.slept == [50]
    assert nemo_backend.faults.struck == [("credits", "429 for 50 s")]


async def test_and_for_coroutines(nemo_backend):
    async with nemo_backend.client(anonymous=True) as client:
        session = await client.sessions.open()
        await session.upload(CLIP)
        assert (await session.ask("warm lo-fi music")).changes.added_audio
        nemo_backend.lose_sessions()
        with pytest.raises(errors.SessionLostError):
            await session.state()
        await nemo_backend.down(0.5)  # five attempts with random waits can take less than 5 s
        assert (await client.credits.balance()).total == 0
        nemo_backend.expire_tokens()
        with pytest.raises(errors.RateLimitedError):
            await client.credits.balance()
    assert nemo_backend.ledger.accepted == 1


def test_a_thread_that_can_not_start_raises_where_it_is_asked_for():
    with StubBackend().in_thread() as backend:
        port = int(backend.url.rpartition(":")[2])
        with pytest.raises(errors.LocalBackendError):
            with StubBackend(options=LocalOptions(port=port)).in_thread():
                pass


async def test_the_script():
    async with StubBackend() as backend, backend.client() as client:
        with pytest.raises(ValueError, match="nowhere"):
            backend.faults.add("nowhere", Faults.html())
        backend.faults.add("credits", Faults.html(), after=1)
        backend.faults.add("*", Faults.status(403), after=2)
        assert backend.faults.pending
        await client.credits.balance()
        with pytest.raises(errors.UnexpectedAnswerError):
            await client.credits.balance()
        await client.credits.balance()
        with pytest.raises(errors.InvalidRequestError):
            await client.credits.balance()
        assert not backend.faults.pending
        assert [name for _, name in backend.faults.struck] == ["HTML with HTTP 200", "HTTP 403"]
        assert backend.faults.requests == {"credits": 4}
        backend.faults.add("credits", Faults.html())
        backend.faults.clear()
        await client.credits.balance()


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        (Faults.code(1001), 401, {"code": 1001, "message": "error 1001", "data": None}),
        (
            Faults.code(2001, "success"),
            200,
            {"success": False, "error": "error 2001", "code": 2001},
        ),
        (Faults.code(4002, "status"), 413, {}),
        (Faults.code(1002, "detail"), 404, {"detail": "Session not found: 1"}),
        (Faults.code(1002, status=200), 200, None),
        (Faults.json([1], 201), 201, [1]),
        (Faults.status(504), 504, None),
        (Faults.html(403), 403, None),
    ],
    ids=str,
)
async def test_answers(fault, status, body):
    async with StubBackend() as backend, aiohttp.ClientSession() as http:
        backend.faults.add("credits", fault)
        async with http.get(f"{backend.url}/api/credits/balance/simple") as answer:
            assert answer.status == status
            if body is not None:
                assert await answer.json() == body


@pytest.mark.parametrize("size", [0, 1, 17, 400])
async def test_a_cut_lets_so_many_bytes_through(size):
    async with StubBackend() as backend, backend.client() as client:
        session = await client.sessions.open()
        await session.upload(CLIP)
        token = (await client.auth.token()).reveal()
        backend.faults.add("stream", Faults.cut_after(size))
        request = {
            "app_name": "nemo_agent",
            "user_id": "me",
            "session_id": session.id,
            "new_message": {"parts": [{"text": "warm lo-fi music"}]},
        }
        got = b""
        async with aiohttp.ClientSession() as http:
            async with http.post(
                f"{backend.url}/run_sse", json=request, headers={"Authorization": f"Bearer {token}"}
            ) as answer:
                with pytest.raises(aiohttp.ClientPayloadError):
                    while True:
                        got += await answer.content.read(1)
        assert len(got) <= size
        assert size == 0 or got


async def test_down_and_up():
    async with StubBackend() as backend, aiohttp.ClientSession() as http:
        await backend.down()
        with pytest.raises(aiohttp.ClientConnectorError):
            await http.get(backend.url)
        await backend.up()
        await backend.up()
        async with http.get(backend.url) as answer:
            assert answer.status == 404


async def test_while_it_is_down_no_other_server_gets_its_port():
    backend = StubBackend()
    async with backend:
        port = int(backend.url.rpartition(":")[2])
        await backend.down()
        with socket.socket() as other, pytest.raises(OSError, match=r"in use|only one usage"):
            other.bind(("127.0.0.1", port))
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))


async def test_a_full_disk_is_full_for_downloads_only(tmp_path):
    async with StubBackend() as backend, backend.client() as client:
        session = await client.sessions.open()
        with full_disk(10):
            await session.upload(CLIP)
            with pytest.raises(errors.OutputError):
                await session.export(tmp_path / "out.mp4")
        await session.export(tmp_path / "out.mp4")


@pytest.mark.parametrize(
    ("route", "fault"),
    [
        ("upload", Faults.silent()),
        ("state", Faults.heartbeats_only()),
        ("render-start", Faults.agent_error()),
        ("stream", Faults.failed_render()),
        ("render-status", Faults.duplicate_id()),
        ("stream", Faults.changed_file()),
        ("upload", Faults.wrong_length(1)),
        ("state", Faults.reset_during_request()),
    ],
    ids=str,
)
def test_a_fault_that_can_not_strike_its_route_is_refused(route, fault):
    script = FaultScript()
    with pytest.raises(ValueError, match=r"can't strike .* only: "):
        script.add(route, fault)
    assert not script.pending


@pytest.mark.parametrize("numbers", [{"times": 0}, {"times": -1}, {"after": -1}])
def test_a_plan_that_never_happens_is_refused(numbers):
    with pytest.raises(ValueError, match="has to be"):
        FaultScript().add("stream", Faults.silent(), **numbers)


async def test_for_all_endpoints_means_those_that_the_fault_can_strike(tmp_path):
    async with StubBackend() as backend, backend.client() as client:
        backend.faults.add("*", Faults.failed_render())
        with pytest.raises(errors.RenderFailedError):
            await client.add_music(CLIP, "lo-fi", output=tmp_path / "out.mp4")
        assert backend.faults.struck == [("render-start", "failed render")]
