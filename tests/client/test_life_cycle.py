"""Life of a client: closing, copies with options, headers, and a token that shows nowhere."""

from __future__ import annotations

import asyncio
import gc
import io
import logging
import pickle
import traceback
import types
import warnings
from collections import deque
from collections.abc import Mapping

import aiohttp
import pytest

from nemomusic import Client, Policy, errors
from nemomusic.local import LocalBackend, StubEngine
from nemomusic.settings import Settings, Timeouts
from nemomusic.testing import FakeClock, Fault, Faults, StubBackend
from nemomusic.testing.fake_time import tasks_left
from support.fast import fast
from support.rows import one_in, quick_rows

CLIP = b"\0\0\0\x18ftypmp42"
PROMPT = "warm lo-fi music"


@pytest.fixture
def clock():
    return FakeClock()


# --------------------------------------------------------------------- closing


def test_an_unclosed_client_warns_once_and_says_where_it_was_made(clock):
    async def main():
        async with StubBackend() as backend:
            client = Client("nmv_usr_x", base_url=backend.url, clock=backend.clock)
            with pytest.raises(errors.AuthenticationError) as caught:
                await client.credits.balance()
            with pytest.raises(errors.AuthenticationError) as caught:
                await client.auth.claim_link(client.sessions.attach("1", task_id="2"))
            caught.value.__traceback__ = None
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("ignore")
                gc.collect()  # what earlier tests left would warn, too
                warnings.simplefilter("always")
                del caught, client
                gc.collect()
                await asyncio.sleep(0.01)
                gc.collect()
            (warning,) = told
            assert warning.category is ResourceWarning
            line = str(warning.message)
            assert "never closed" in line
            assert f"{__file__}:" in line

    asyncio.run(main())


@fast
async def test_one_that_was_never_used_needs_no_closing(clock):
    Client(settings=Settings(token_file=None))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gc.collect()


@fast
async def test_a_closed_client_says_so(clock):
    async with StubBackend(clock=clock) as backend:
        client = backend.client()
        async with client:
            await client.credits.balance()
        with pytest.raises(errors.ConfigurationError, match="closed"):
            await client.credits.balance()
        await client.aclose()
        async with client:  # entered once more, it is as new
            await client.credits.balance()
        with pytest.raises(errors.ConfigurationError, match=r"nemomusic\.sync"), client:
            pass
        with pytest.raises(errors.ConfigurationError, match="entered already"):
            async with client, client:
                pass


@fast
async def test_an_embedded_backend_has_to_be_started(clock):
    client = Client.local(engine=StubEngine(), clock=clock)
    with pytest.raises(errors.ConfigurationError, match="started"):
        await client.credits.balance()
    with pytest.raises(errors.ConfigurationError, match="started"):
        client.with_options(deadline=3)
    async with client:
        assert (await client.credits.balance()).total == 100
    with pytest.raises(errors.ConfigurationError, match="closed"):
        await client.credits.balance()


@fast
async def test_closing_ends_what_is_under_way(clock):
    async with StubBackend(clock=clock) as backend:
        client = backend.client()
        session = await client.sessions.open()
        await session.upload(CLIP)
        backend.scripted_engine.working.clear()
        reply = session.send(PROMPT)

        async def read():
            async with reply:
                async for _ in reply:
                    pass

        reading = asyncio.create_task(read())
        backend.faults.add("credits", Faults.stall_before())
        calling = asyncio.create_task(client.credits.balance())
        await asyncio.sleep(1)
        assert reply.sent
        await client.aclose()
        with pytest.raises(errors.NemoMusicError):
            await calling
        with pytest.raises(errors.TurnClosedError):
            await reading
        assert clock.monotonic() < 30
        backend.scripted_engine.working.set()


@pytest.mark.parametrize("passes", range(1, 12))
def test_closing_that_is_cancelled_leaves_nothing(clock, passes):
    @fast
    async def test(clock):
        async with StubBackend(clock=clock) as backend:
            client = backend.client(anonymous=True)
            backend.faults.add("anonymous-token", Faults.stall_before())
            asking = asyncio.create_task(client.credits.balance())
            while not backend.faults.struck:
                await asyncio.sleep(0)
            closing = asyncio.create_task(client.aclose())
            for _ in range(passes):
                await asyncio.sleep(0)
            closing.cancel()
            await asyncio.wait([closing])
            with pytest.raises(errors.NemoMusicError):
                await asking
            assert not client._core._transport.open

    test(clock=clock)


@fast
async def test_a_session_that_was_passed_in_stays_open(clock):
    async with StubBackend(clock=clock) as backend, aiohttp.ClientSession() as http:
        settings = Settings(api_url=backend.url, token_file=None)
        async with Client(backend.issue_token(), settings=settings, http=http) as client:
            await client.credits.balance()
        assert not http.closed


# ---------------------------------------------------------------------- copies


@fast
async def test_copies_share_connections_and_token(clock):
    async with StubBackend(clock=clock) as backend:
        async with backend.client(anonymous=True) as client:
            copy = client.with_options(timeouts=Timeouts(call=3), headers={"X-Team": "a"})
            await asyncio.gather(client.credits.balance(), copy.credits.balance())
            assert backend.ledger.tokens_issued == 1
            await copy.aclose()  # which owns nothing
            await client.credits.balance()
            backend.faults.add("credits", Faults.stall_before())
            began = clock.monotonic()
            quick = copy.with_options(policy=Policy.none())
            with pytest.raises(errors.RequestTimeoutError):
                await quick.credits.balance()
            assert clock.monotonic() - began == pytest.approx(3, abs=0.1)


@fast
async def test_a_copys_journal_is_the_clients(clock, tmp_path):
    async with StubBackend(clock=clock) as backend:
        async with backend.client(journal=tmp_path / "jobs.sqlite") as client:
            copy = client.with_options(deadline=50).with_options(headers={"X-A": "b"})
            assert await copy._core.job_store() is await client._core.job_store()
            assert await copy.jobs.list() == []


@fast
async def test_headers_that_are_ours_to_set(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        for name in ("Authorization", "host", "X-Client-Id", "Content-Length"):
            with pytest.raises(errors.ConfigurationError):
                client.with_options(headers={name: "x"})


@fast
async def test_a_deadline_bounds_the_token_too(clock):
    async with StubBackend(clock=clock) as backend:
        async with backend.client(anonymous=True) as client:
            backend.faults.add("anonymous-token", Faults.stall_before())
            with pytest.raises(errors.DeadlineExceededError):
                await client.with_options(deadline=5).credits.balance()
            assert clock.monotonic() == pytest.approx(5, abs=0.1)


# --------------------------------------------------------------------- headers


@fast
async def test_attribution_on_every_request_and_the_token_in_no_url(clock, tmp_path):
    seen = []

    async def watch(moment):
        request = moment.request
        seen.append((request.method, str(request.url), dict(request.headers)))
        return await moment.handler(request)

    async with StubBackend(clock=clock) as backend, backend.client(anonymous=True) as client:
        backend.faults.add("*", Fault("watch", watch), times=999)
        clip = tmp_path / "clip.mp4"
        clip.write_bytes(CLIP)
        video = await client.with_options(headers={"X-Team": "a"}).add_music(clip, PROMPT)
        await client.auth.claim_link(video.session)
        token = (await client.auth.token()).reveal()
        assert len(seen) > 8
        for method, url, headers in seen:
            assert token not in url
            if "/cdn/" in url:
                assert "Authorization" not in headers
                continue
            assert headers["X-Skill-Source"] == "video-music-generator"
            assert headers["X-Skill-Version"]
            assert headers["X-Skill-Platform"] == "unknown"
            if "anonymous-token" in url:
                assert "Authorization" not in headers
                assert headers["X-Client-Id"] == "testing"
            else:
                assert headers["Authorization"] == f"Bearer {token}"
                assert "X-Client-Id" not in headers
                assert headers.get("X-Team") == (None if "claim" in url else "a"), (method, url)


# ---------------------------------------------------------------------- secrets


def shown(error: BaseException) -> str:
    """Return all that a report could show of an error: its text, its causes, and all locals."""
    out = io.StringIO()
    seen = traceback.TracebackException(
        type(error),
        error,
        error.__traceback__.tb_next,
        capture_locals=True,  # not the test's own
    )
    seen.print(file=out)
    chain = []
    while error is not None:
        chain += [str(error), repr(error), repr(getattr(error, "__dict__", ""))]
        error = error.__cause__ or error.__context__
    return out.getvalue() + "\n".join(chain)


def texts_within(error: BaseException) -> str:
    """Return all texts that the attributes of all objects in the error's frames hold, as they are.

    Functions are not called. The values of `HiddenText` are read, too.
    """
    unvisited, seen, found = [], {}, []
    while error is not None:
        unvisited += [vars(error), error.args]
        unvisited += [frame.f_locals for frame, _ in traceback.walk_tb(error.__traceback__)][1:]
        error = error.__cause__ or error.__context__
    while unvisited:
        one = unvisited.pop()
        if id(one) in seen or isinstance(one, type | types.FunctionType | types.ModuleType):
            continue
        seen[id(one)] = one  # kept, so that its id stays its own
        if isinstance(one, str):
            found.append(str.__str__(one))
        elif isinstance(one, bytes | bytearray):
            found.append(bytes(one).decode("latin-1"))
        elif isinstance(one, Mapping):
            unvisited += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple | set | frozenset | deque):
            unvisited += one
        else:
            unvisited += getattr(one, "__dict__", {}).values()
            for name in (n for c in type(one).__mro__ for n in getattr(c, "__slots__", ())):
                unvisited.append(getattr(one, name, None))
    return "\n".join(found)


@pytest.mark.parametrize(
    "fault",
    one_in(
        2,
        [
            Faults.reset_before(),
            Faults.reset_after(),
            Faults.cut_after(3),
            Faults.status(500),
            Faults.status(403),
            Faults.html(),
            Faults.code(1001),
            Faults.rate_limited(900),
            Faults.stall_before(),
        ],
    ),
    ids=str,
)
@pytest.mark.parametrize(
    "route", quick_rows({"stream"}, ["credits", "stream", "upload", "render-start", "state"])
)
def test_the_token_shows_nowhere(clock, caplog, fault, route, tmp_path):
    caplog.set_level(logging.DEBUG)

    @fast
    async def test(clock):
        asyncio.get_running_loop().set_debug(True)
        async with StubBackend(clock=clock) as backend, backend.client() as client:
            token = (await client.auth.token()).reveal()
            session = await client.sessions.open()
            await session.upload(CLIP)
            draft = (await session.state()).draft
            backend.faults.add(route, fault, times=99)
            calls = {
                "credits": client.credits.balance,
                "stream": lambda: session.ask(PROMPT),
                "upload": lambda: session.upload(CLIP),
                "render-start": lambda: client.render.start(session, draft),
                "state": session.state,
            }
            secret = token.removeprefix("nmv_usr_")
            try:
                await calls[route]()
            except errors.NemoMusicError as error:
                assert secret not in shown(error)
                assert secret not in texts_within(error)
                assert secret.encode() not in pickle.dumps(error)
                assert pickle.loads(pickle.dumps(error)).attempts == error.attempts
                error.__traceback__ = None
            assert secret not in caplog.text
            asyncio.get_running_loop().set_debug(False)

    test(clock=clock)
    caplog.clear()


@fast
async def test_a_cancellations_frames_show_no_token(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        token = (await client.auth.token()).reveal()
        session = await client.sessions.open()
        await session.upload(CLIP)
        for route, call in (("credits", client.credits.balance), ("stream", session.state)):
            backend.faults.add(route, Faults.stall_before())
            if route == "stream":
                call = lambda: session.ask(PROMPT)  # noqa: E731
            calling = asyncio.create_task(call())
            await asyncio.sleep(1)
            calling.cancel()
            try:
                await calling
            except asyncio.CancelledError as error:
                assert token not in shown(error)
                assert token not in texts_within(error)


# -------------------------------------------------------------- nothing is left


@fast
async def test_many_jobs_leave_nothing(clock, tmp_path):
    async with StubBackend(clock=clock) as backend, backend.client(credits=10_000) as client:
        clips = []
        for n in range(6):
            clips.append(tmp_path / f"{n}.mp4")
            clips[-1].write_bytes(CLIP + bytes([n]))
        backend.faults.add("stream", Faults.cut_after(500), times=3)
        backend.faults.add("upload", Faults.reset_after(), times=2)
        for route in ("state", "render-start"):  # once each: a call repeats a 429 only once
            backend.faults.add(route, Faults.rate_limited(4))
        await asyncio.gather(*(client.add_music(clip, PROMPT) for clip in clips))
        assert [len(texts) for texts in backend.ledger.messages.values()] == [1] * 6
        assert set(backend.ledger.uploads.values()) == {1}
    assert not await tasks_left()


# ------------------------------------------------------------ entered and left


async def test_two_starts_at_once_start_one_backend(tmp_path):
    backend = LocalBackend(tmp_path / "kept", engine=StubEngine())
    clients = [Client.local(backend=backend) for _ in range(2)]
    started = await asyncio.gather(
        *(one.start() for one in (*clients, clients[0])), return_exceptions=True
    )
    assert [type(one) for one in started] == [Client, Client, errors.ConfigurationError]
    assert len({one.settings.api_url for one in clients}) == 1
    for one in clients:
        await one.aclose()
    assert not backend.running
    async with LocalBackend(tmp_path / "kept", engine=StubEngine()):  # its lock is free
        pass


async def test_a_client_that_starts_during_a_close_waits_for_it(tmp_path):
    backend = LocalBackend(tmp_path / "kept", engine=StubEngine())
    await backend.start()
    closing = asyncio.create_task(backend.close())
    await asyncio.sleep(0)  # the close has begun
    assert not closing.done()
    assert not backend.running
    async with Client.local(backend=backend) as client:
        assert closing.done()
        assert backend.running
        assert (await client.credits.balance()).total == 100
    assert not backend.running  # this client has started it


async def test_the_last_client_closes_a_shared_backend(tmp_path):
    backend = LocalBackend(engine=StubEngine())
    one, two = (Client.local(backend=backend) for _ in range(2))
    await one.start()
    async with two:
        await one.aclose()
        assert (await two.credits.balance()).total == 100
        async with one:  # back again
            await one.credits.balance()
    assert not backend.running
    async with one, two:
        await backend.close()  # its owner ends it for all
        with pytest.raises(errors.NemoMusicError):
            await two.with_options(deadline=0.1).credits.balance()
        await two.aclose()
    async with backend:
        async with one, two:
            pass
        assert backend.running  # it was not the clients that started it
    assert not backend.running


async def test_a_local_client_is_used_once_entered_and_can_be_entered_again(tmp_path):
    client = Client.local(engine=StubEngine(), folder=tmp_path / "kept")
    credits_, jobs = client.credits, client.jobs  # they can be taken before
    for ask in (credits_.balance, jobs.list, client.auth.token):
        with pytest.raises(errors.ConfigurationError, match="has not been started"):
            await ask()
    with pytest.raises(errors.ConfigurationError, match="has not been started"):
        client.with_options()
    clip = tmp_path / "trip.mp4"
    clip.write_bytes(CLIP + bytes(1000))
    for number in range(2):
        async with client:
            video = await client.add_music(clip, PROMPT, output=tmp_path / f"{number}.mp4")
            assert video.path.stat().st_size
            assert (await credits_.balance()).available == 100
            assert len(await jobs.list()) >= number + 1
    await client.aclose()
