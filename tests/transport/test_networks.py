# ruff: noqa: E501 - rows of tables are read in one line
"""Networks as they are: each trouble has its own reason, and is tried as often as makes sense."""

from __future__ import annotations

import asyncio
import gzip
import re
import ssl
import traceback
import zlib

import aiohttp
import attrs
import pytest

import nemomusic
from nemomusic import Policy, Settings, Timeouts, Tls, errors
from nemomusic.testing import FakeClock, StubBackend
from support.networks import HOST, Authority, Proxy, Speaker, answer, front, strict_server

BALANCE = b'{"code": 0, "data": {"available": 7, "frozen": 0, "total": 7}}'
LOGIN_PAGE = (
    b"<!DOCTYPE html><html><head><title>Sign in to\n Free &amp; Fast WiFi</title></head></html>"
)
SECRET = "S3CRET"


def settings_for(url: str, **more) -> Settings:
    return Settings(api_url=url, web_url="https://web.example", token="nmv_usr_x", client_id="me",
                    token_file=None, **more)  # fmt: skip


def bare_deflate(data: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(data) + engine.flush()


def everything_shown(error: BaseException) -> str:
    """Return what a log, a traceback with locals and the causes of an error show, but this file."""
    shown = ""
    cause: BaseException | None = error
    while cause is not None:
        shown += f"{cause!r} {cause} {vars(cause)}"
        walked = traceback.walk_tb(cause.__traceback__)
        for frame in traceback.StackSummary.extract(walked, capture_locals=True):
            if frame.filename != __file__:
                shown += f"{frame.filename} {frame.locals}"
        cause = cause.__cause__ or cause.__context__
    return shown


# ------------------------------------------------------------------ answers

GOOD = {
    "plain": answer("200 OK", BALANCE),
    "gzip": answer("200 OK", gzip.compress(BALANCE), "Content-Encoding: gzip"),
    "x-gzip in two members": answer(
        "200 OK", gzip.compress(BALANCE[:9]) + gzip.compress(BALANCE[9:]), "Content-Encoding: x-gzip"
    ),
    "deflate": answer("200 OK", zlib.compress(BALANCE), "Content-Encoding: deflate"),
    "bare deflate": answer("200 OK", bare_deflate(BALANCE), "Content-Encoding: deflate"),
    "identity": answer("200 OK", BALANCE, "Content-Encoding: identity"),
    "40 KiB of headers": answer("200 OK", BALANCE, *(f"Set-Cookie: c{n}={'x' * 10_000}" for n in range(4))),
    "a header of 60 KiB": answer("200 OK", BALANCE, f"X-Policy: {'x' * 60_000}"),
    "another content type": answer("200 OK", BALANCE, kind="text/html"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
async def test_an_answer_that_can_be_read_is_read(name):
    speaker = Speaker(GOOD[name])
    async with speaker.running():
        async with nemomusic.Client(
            settings=settings_for(speaker.url), clock=FakeClock()
        ) as client:
            assert (await client.credits.balance()).available == 7
    (head,) = speaker.heads
    assert "Accept-Encoding: gzip, deflate\r\n" in head


# name: bytes, exception, words of its message, words of its remedy, tries
BAD = {
    "redirect to a login page": (
        answer("302 Found", b"", "Location: https://login.example/portal?next=nmv_usr_secret"),
        errors.UnexpectedAnswerError, "redirects to login.example/portal, ", "", 1,
    ),
    "redirect to a path": (
        answer("308 Permanent Redirect", b"", "Location: /api/credits/balance/simple/"),
        errors.UnexpectedAnswerError, "redirects to /api/credits/balance/simple/,", "", 1,
    ),
    "login page": (
        answer("200 OK", LOGIN_PAGE, kind="text/html"),
        errors.UnexpectedAnswerError, 'a web page ("Sign in to Free & Fast WiFi"), not JSON', "login", 1,
    ),
    "login page without a content type": (
        answer("200 OK", LOGIN_PAGE, kind="text/plain"),
        errors.UnexpectedAnswerError, "Free & Fast WiFi", "login page", 1,
    ),
    "network wants a login (511)": (
        answer("511 Network Authentication Required", LOGIN_PAGE, kind="text/html"),
        errors.UnexpectedAnswerError, "wants a login first", "in a browser", 1,
    ),
    "page of a filter": (
        answer("403 Forbidden", b"<html><title>Blocked by policy</title>", kind="text/html"),
        errors.InvalidRequestError, 'answered 403, and sent a web page ("Blocked by policy")',
        "firewall", 1,
    ),
    "403 of a firewall in plain text": (
        answer("403 Forbidden", b"error code: 1020", kind="text/plain"),
        errors.InvalidRequestError, "answered 403", "administrator", 1,
    ),
    "304, not asked for": (
        answer("304 Not Modified", b"", "ETag: 1"),
        errors.UnexpectedAnswerError, "304 (not modified)", "A cache", 1,
    ),
    **{f"{status} is no redirect": (
        answer(f"{status} Odd", b"", "Location: https://other.example/"),
        errors.UnexpectedAnswerError, f"the service answered {status}, unlike", "NEMO_API_URL", 1,
    ) for status in (300, 305, 306)},
    "413 of a proxy": (
        answer("413 Content Too Large", b"<html><title>nginx</title>", kind="text/html"),
        errors.InvalidRequestError, 'the service answered 413, and sent a web page ("nginx")', "", 1,
    ),
    "a page of 429": (
        answer("429 Slow Down", b"<html><title>Wait</title>", "Retry-After: 7200", kind="text/html"),
        errors.RateLimitedError, 'too many requests; the answer was a web page ("Wait")', "2 hours", 1,
    ),
    "br, not asked for": (
        answer("200 OK", b"\x0b\x02", "Content-Encoding: br"),
        errors.UnexpectedAnswerError, "content coding 'br', which was not asked for", "proxy", 1,
    ),
    "zstd, not asked for": (
        answer("200 OK", b"\x28\xb5\x2f\xfd", "Content-Encoding: zstd"),
        errors.UnexpectedAnswerError, "content coding 'zstd'", "Accept-Encoding", 1,
    ),
    "gzip twice, in two headers": (
        answer("200 OK", b"", "Content-Encoding: gzip", "Content-Encoding: gzip"),
        errors.UnexpectedAnswerError, "content coding 'gzip, gzip'", "Accept-Encoding", 1,
    ),
    "damaged gzip": (
        answer("200 OK", b"\x1f\x8b\x08 no gzip at all", "Content-Encoding: gzip"),
        errors.UnexpectedAnswerError, "is damaged", "proxy", 1,
    ),
    "gzip that ends too early": (
        answer("200 OK", gzip.compress(BALANCE)[:-9], "Content-Encoding: gzip"),
        errors.UnexpectedAnswerError, "ends too early", "", 1,
    ),
    "a header of 100 KiB": (
        answer("200 OK", BALANCE, f"X-Policy: {'x' * 100_000}"),
        errors.UnexpectedAnswerError, "is not valid HTTP", "NEMO_API_URL", 1,
    ),
    "another protocol": (
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        errors.UnexpectedAnswerError, "is not valid HTTP", "NEMO_API_URL", 1,
    ),
    "407 of a proxy on the way": (
        answer("407 Proxy Authentication Required", b"", 'Proxy-Authenticate: Basic realm="x"'),
        errors.ProxyError, "wants a user name and password (407)", "http://USER:PASSWORD@HOST", 1,
    ),
    "408": (answer("408 Request Timeout"), errors.InvalidRequestError, "408", "", 5),
    "425": (answer("425 Too Early"), errors.InvalidRequestError, "425", "", 5),
    "421": (answer("421 Misdirected Request"), errors.InvalidRequestError, "421", "", 5),
    "400": (answer("400 Bad Request"), errors.InvalidRequestError, "400", "", 1),
    "502": (answer("502 Bad Gateway"), errors.ServerError, "failed", "try again later", 5),
    "503 for 10 minutes": (
        answer("503 Service Unavailable", b"", "Retry-After: 600"),
        errors.ServerError, "failed", "Wait 10 minutes", 1,
    ),
    "429 for 2 hours": (
        answer("429 Too Many Requests", b"", "Retry-After: 7200"),
        errors.RateLimitedError, "too many requests", "Wait 2 hours", 1,
    ),
    "429 that says nothing": (
        answer("429 Too Many Requests"),
        errors.RateLimitedError, "too many requests", "Wait 30 seconds", 2,
    ),
    "connection closed": (b"", errors.ConnectionLostError, "broke", "", 5),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
async def test_an_answer_that_is_wrong_has_its_own_reason(name):
    data, kind, words, remedy, tries = BAD[name]
    speaker, clock = Speaker(data), FakeClock()
    async with speaker.running():
        async with nemomusic.Client(settings=settings_for(speaker.url), clock=clock) as client:
            with pytest.raises(errors.NemoMusicError) as caught:
                await client.credits.balance()
    error = caught.value
    assert type(error) is kind, error
    assert words in error.message
    assert remedy in (error.remedy or "")
    assert len(error.attempts) == tries
    # aiohttp by itself repeats a GET once whose connection was closed before an answer.
    assert len(speaker.heads) == tries * (2 if name == "connection closed" else 1)
    assert "nmv_usr_x" not in everything_shown(error)
    assert "nmv_usr" not in str(error)


@pytest.mark.parametrize("name", [name for name in BAD if "429" not in name])
async def test_whatever_answers_a_message_is_sent_once(name, tmp_path):
    data = BAD[name][0]
    (tmp_path / "trip.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(100))
    asked = []

    async with StubBackend() as backend:

        async def serve(reader, writer):
            head = await reader.readuntil(b"\r\n\r\n")
            asked.append(head.split(b" ")[1])
            # A connection that is closed with an unread body is reset, and the answer may be lost.
            await reader.readexactly(int(re.search(rb"(?i)content-length: (\d+)", head)[1]))
            writer.write(data)
            writer.close()

        stranger = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = stranger.sockets[0].getsockname()[1]
        async with backend.client() as client:
            session = await client.sessions.open()
            await session.upload(tmp_path / "trip.mp4")
            good = client._core._transport.open_stream

            async def elsewhere(request):
                url = f"http://127.0.0.1:{port}/run_sse"
                return await good(attrs.evolve(request, url=url))

            client._core._transport.open_stream = elsewhere
            with pytest.raises(errors.NemoMusicError) as caught:
                await session.ask("warm lo-fi")
        stranger.close()
        if isinstance(caught.value, errors.OutcomeUnknownError):
            assert BAD[name][2] in caught.value.message  # with its reason
        assert asked == [b"/run_sse"]
        assert backend.ledger.accepted == 0


@pytest.mark.parametrize(
    ("value", "waited"),
    [("20", 20.0), ("2.5", 2.5), ("0.25", 0.25), ("Sun, 06 Nov 1994 08:49:40 GMT", 3.0)],
)
@pytest.mark.parametrize("status", ["503 Service Unavailable", "429 Too Many Requests"])
async def test_retry_after_is_kept_to(value, waited, status):
    fields = (f"Retry-After: {value}", "Date: Sun, 06 Nov 1994 08:49:37 GMT")
    speaker, clock = Speaker(answer(status, b"", *fields)), FakeClock()
    async with speaker.running():
        async with nemomusic.Client(settings=settings_for(speaker.url), clock=clock) as client:
            with pytest.raises(errors.BusyError) as caught:
                await client.credits.balance()
    assert clock.slept == [waited] * (len(speaker.heads) - 1)
    assert caught.value.retry_after == waited
    assert caught.value.retry_at == pytest.approx(clock.time() + waited)


# ------------------------------------------------------------------ streams


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/json",
        "application/octet-stream",
        "text/html",
        "application/x-ndjson",
        "TEXT/EVENT-STREAM; charset=utf-8",
        None,
    ],
)
async def test_a_stream_is_known_by_its_first_bytes(kind, tmp_path):
    (tmp_path / "trip.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(100))

    def change(request, response):
        if request.path == "/run_sse":
            response.headers.popall("Content-Type")
            if kind is not None:
                response.headers["Content-Type"] = kind

    async with StubBackend() as backend, front(backend.url, change=change) as port:
        settings = settings_for(f"http://127.0.0.1:{port}")
        token = backend.issue_token(credits=1000)
        async with nemomusic.Client(token, settings=settings, clock=backend.clock) as client:
            session = await client.sessions.open()
            await session.upload(tmp_path / "trip.mp4")
            reply = await session.ask("warm lo-fi")
        assert reply.outcome == "complete"
        assert reply.text
        assert reply.changes.added_audio
        assert backend.ledger.accepted == 1
        assert sum(backend.clock.slept) < 5


async def test_an_empty_stream_is_no_finished_turn(tmp_path):
    (tmp_path / "trip.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(100))
    looks = []

    def change(request, response):
        if "/state/" in request.path and backend.ledger.accepted:
            looks.append(request.path)
            if len(looks) == 2:  # the agent was at work when the empty answer came
                backend.scripted_engine.working.set()

    async with StubBackend() as backend:
        backend.scripted_engine.working.clear()
        async with front(backend.url, change=change, swallow="/run_sse") as port:
            settings = settings_for(f"http://127.0.0.1:{port}")
            token = backend.issue_token(credits=1000)
            async with nemomusic.Client(token, settings=settings, clock=backend.clock) as client:
                session = await client.sessions.open()
                await session.upload(tmp_path / "trip.mp4")
                reply = await session.ask("warm lo-fi")
    assert reply.outcome == "recovered"
    assert reply.changes.added_audio
    assert backend.ledger.accepted == 1


@pytest.mark.parametrize(
    ("pieces", "events"),
    [
        ([b"data: {}\n\n"], True),
        ([b"\xef\xbb\xbfdata: {}\n\n"], True),
        ([b"\n", b"\r\n", b": hello\n\n"], True),
        ([b"da", b"ta", b": {}\n\n"], True),
        ([b"\xef", b"\xbb\xbf", b"id: 1\ndata: x\n\n"], True),
        ([b"event: x\n"], True),
        ([b'{"code": 1001}'], False),
        ([b"<html>"], False),
        ([b"database"], False),
        ([b"\n\n", b"[]"], False),
        ([b""], None),
        ([b"\n"], None),
        ([b"ev"], None),
    ],
)
def test_what_begins_like_events(pieces, events):
    from nemomusic.transport.base import begins_like_events

    seen = b""
    for piece in pieces[:-1]:
        seen += piece
        assert begins_like_events(seen) is None
    assert begins_like_events(seen + pieces[-1]) is events


# ------------------------------------------------------------------ proxies


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


async def test_a_whole_job_goes_through_the_proxy_of_the_environment(authority, tmp_path):
    (tmp_path / "trip.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(100))
    async with (
        StubBackend() as backend,
        front(backend.url, context=authority.server(HOST)) as port,
        Proxy(port, login=f"me:{SECRET}").running() as proxy,
    ):
        environ = {
            "HOME": str(tmp_path),
            "NEMO_API_URL": f"https://{HOST}",
            "NEMO_TOKEN": backend.issue_token(credits=1000),
            "HTTPS_PROXY": proxy.url.replace("//", f"//me:{SECRET}@"),
        }
        # The time of the clock passes at once, that of the backend's disk does not.
        patient = Timeouts(render=1e6, render_total=1e6)
        settings = attrs.evolve(Settings.from_env(environ), tls=authority.file, timeouts=patient)
        async with nemomusic.Client(settings=settings, clock=backend.clock) as client:
            video = await client.add_music(
                tmp_path / "trip.mp4", "warm lo-fi", output=tmp_path / "out.mp4"
            )
        assert video.path.exists()
        assert backend.ledger.accepted == 1
    assert proxy.asked
    assert set(proxy.asked) == {f"CONNECT {HOST}:443 HTTP/1.1"}


PROXY_TROUBLES = {
    # what the proxy does: its options, the address with a login?, exception, words, tries
    "wants a login": ({"login": "me:x"}, False, errors.ProxyError, "wants a user name and password (407)", 1),
    "refuses the login": ({"login": "me:x"}, True, errors.ProxyError, "does not accept the user name", 1),
    "wants NTLM": (
        {"login": "me:x", "challenge": "NTLM"}, True, errors.ProxyError, "login by NTLM; only Basic", 1,
    ),
    "forbids the host": ({"answer": "403 Forbidden"}, True, errors.ProxyError, "(403 Forbidden)", 1),
    "can't reach it": ({"answer": "502 Bad Gateway"}, True, errors.ConnectError, "(502 Bad Gateway)", 5),
    "answers a redirect": ({"answer": "302 Found"}, True, errors.ProxyError, "(302 Found)", 1),
    "is busy": (
        {"answer": "503 Busy\r\nRetry-After: 7"}, True, errors.ConnectError, "(503 Busy)", 5,
    ),
    "has a limit": (
        {"answer": "429 Slow\r\nRetry-After: 7"}, True, errors.ProxyError, "(429 Slow)", 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROXY_TROUBLES)
async def test_a_proxy_that_refuses_is_told_and_its_password_is_not(name, caplog):
    options, login, kind, words, tries = PROXY_TROUBLES[name]
    caplog.set_level("DEBUG")
    async with Proxy(**options).running() as proxy:
        address = proxy.url.replace("//", f"//me:{SECRET}@") if login else proxy.url
        settings = settings_for(f"https://{HOST}", proxy=address)
        async with nemomusic.Client(settings=settings, clock=FakeClock()) as client:
            with pytest.raises(errors.NemoMusicError) as caught:
                await client.credits.balance()
    error = caught.value
    assert type(error) is kind, error
    assert words in error.message
    assert proxy.url.removeprefix("http://") in error.message
    assert error.remedy
    assert error.sent is False
    assert len(proxy.asked) == tries
    if "Retry-After" in options.get("answer", ""):
        assert error.retry_after == 7
        assert "Wait 7 seconds" in error.remedy
        assert client._core.clock.slept == [7.0] * (tries - 1)
    for shown in (everything_shown(error), caplog.text):
        assert SECRET not in shown
        assert "Basic bW" not in shown  # the same in base64


MUTE_PROXIES = {
    # what the proxy answers, exception, words before its name, tries
    "closes on CONNECT": (b"", errors.ConnectionLostError, "the connection", 5),
    "junk on CONNECT": (
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n", errors.UnexpectedAnswerError, "the answer", 1,
    ),
    "no TLS after CONNECT": (
        b"HTTP/1.1 200 OK\r\n\r\n", errors.ConnectError, "no connection to the service", 5,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTE_PROXIES)
async def test_a_proxy_that_makes_no_sense_is_named(name):
    data, kind, words, tries = MUTE_PROXIES[name]
    async with Speaker(data).running() as proxy:
        address = proxy.url.replace("//", f"//me:{SECRET}@")
        settings = settings_for(f"https://{HOST}", proxy=address)
        async with nemomusic.Client(settings=settings, clock=FakeClock()) as client:
            with pytest.raises(errors.NemoMusicError) as caught:
                await client.credits.balance()
    error = caught.value
    assert type(error) is kind, error
    assert f"{words} through the proxy {proxy.url.removeprefix('http://')}" in error.message
    assert "proxy" in error.remedy or error.remedy == kind.default_remedy
    assert len(error.attempts) == tries
    assert SECRET not in everything_shown(error)


@pytest.mark.parametrize(
    ("call", "read", "close", "words"),
    [
        ("fetch", "read", "aclose", "the connection"),
        ("open_stream", "batch", "close", "the stream"),
    ],
)
async def test_a_proxy_that_cuts_an_answer_is_named(call, read, close, words):
    from nemomusic.transport.aiohttp_port.aiohttp_transport import AiohttpTransport
    from nemomusic.transport.base import HttpRequest, HttpTimeout

    cut = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 50\r\n\r\ndata: 1"
    async with Speaker(cut).running() as proxy:
        transport = AiohttpTransport(proxies=Settings(proxy=proxy.url).proxy)
        request = HttpRequest(
            method="GET", url="http://cdn.example/", headers={}, timeout=HttpTimeout(total=30)
        )
        answer = await getattr(transport, call)(request)
        with pytest.raises(errors.NemoMusicError) as caught:
            while await getattr(answer, read)() is not None:
                pass
        await getattr(answer, close)()
        await transport.aclose()
    assert f"{words} through the proxy {proxy.url.removeprefix('http://')}" in caught.value.message


async def test_a_proxy_without_tls_is_named():
    async with Speaker(answer("400 Bad Request"), interrupts=True).running() as plain:
        port = plain.url.rpartition(":")[2]
        address = f"https://me:{SECRET}@localhost:{port}"
        settings = settings_for(f"https://{HOST}", proxy=address)
        async with nemomusic.Client(settings=settings, clock=FakeClock()) as client:
            with pytest.raises(errors.TLSError) as caught:
                await client.credits.balance()
    assert f"the proxy localhost:{port} does not speak TLS" in caught.value.message
    assert "the address of the proxy" in caught.value.remedy
    assert SECRET not in everything_shown(caught.value)


async def test_a_proxy_whose_certificate_fails_is_named(authority, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    async with front("http://127.0.0.1", context=authority.server("localhost")) as port:
        settings = settings_for(f"https://{HOST}", proxy=f"https://me:{SECRET}@localhost:{port}")
        async with nemomusic.Client(settings=settings, clock=FakeClock()) as client:
            with pytest.raises(errors.TLSError) as caught:
                await client.credits.balance()
    assert f"the proxy localhost:{port}'s certificate can't be verified (" in caught.value.message
    assert "SSL_CERT_FILE" in caught.value.remedy
    assert len(caught.value.attempts) == 1
    assert SECRET not in everything_shown(caught.value)


async def test_a_proxy_that_is_not_there(refusing_port):
    proxy = f"http://me:{SECRET}@127.0.0.1:{refusing_port}"
    settings = settings_for(f"https://{HOST}", proxy=proxy)
    async with nemomusic.Client(settings=settings, clock=FakeClock()) as client:
        with pytest.raises(errors.ConnectError) as caught:
            await client.credits.balance()
    assert f"no connection to the proxy 127.0.0.1:{refusing_port}" in caught.value.message
    assert "NO_PROXY" in caught.value.remedy
    assert len(caught.value.attempts) == 5
    assert SECRET not in everything_shown(caught.value)


async def test_a_call_that_is_canceled_shows_no_password_in_its_frames():
    async def stall(reader, writer):
        await reader.read()
        writer.close()

    server = await asyncio.start_server(stall, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = settings_for(f"https://{HOST}", proxy=f"http://me:{SECRET}@127.0.0.1:{port}")
    async with nemomusic.Client(settings=settings) as client:
        task = asyncio.create_task(client.credits.balance())
        while not server.sockets or not task.get_stack():
            await asyncio.sleep(0)
        for _ in range(50):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
    server.close()
    shown = everything_shown(caught.value)
    assert SECRET not in shown
    assert "Basic bW" not in shown


async def test_a_wrong_proxy_of_the_environment_does_no_harm_on_loopback():
    async with StubBackend() as backend:
        environ = {"HOME": "/", "NEMO_API_URL": backend.url, "ALL_PROXY": "socks5://p:1"}
        settings = attrs.evolve(Settings.from_env(environ), token=backend.issue_token())
        async with nemomusic.Client(settings=settings) as client:
            await client.credits.balance()
    settings = attrs.evolve(settings, api_url=f"https://{HOST}")
    async with nemomusic.Client(settings=settings) as client:
        with pytest.raises(errors.ConfigurationError, match="ALL_PROXY names a SOCKS proxy"):
            await client.credits.balance()


async def test_a_download_over_plain_http_keeps_the_login_from_its_host(authority):
    from nemomusic.transport.aiohttp_port.aiohttp_transport import AiohttpTransport
    from nemomusic.transport.base import HttpRequest, HttpTimeout

    finished_video = Speaker(answer("200 OK", b"a film", kind="video/mp4"))
    async with finished_video.running():
        port = int(finished_video.url.rpartition(":")[2])
        first = Speaker(answer("302 Found", b"", f"Location: {finished_video.url}/film.mp4"))
        async with first.running():
            target = int(first.url.rpartition(":")[2])
            async with Proxy(target, login=f"me:{SECRET}").running() as proxy:
                proxies = Settings(proxy=proxy.url.replace("//", f"//me:{SECRET}@")).proxy
                transport = AiohttpTransport(proxies=proxies)
                request = HttpRequest(
                    method="GET",
                    url="http://cdn.example/film.mp4",
                    headers={},
                    timeout=HttpTimeout(total=30),
                    follow_redirects=True,
                )
                file = await transport.fetch(request)
                assert await file.read() == b"a film"
                await file.aclose()
                await transport.aclose()
    assert proxy.asked == ["GET http://cdn.example/film.mp4 HTTP/1.1"]
    assert "proxy-authorization" not in (first.heads[0] + finished_video.heads[0]).lower()
    assert f"127.0.0.1:{port}" in finished_video.heads[0]  # loopback: without the proxy


# ------------------------------------------------------------------ TLS


TLS_TROUBLES = {
    # names of the certificate, expired?, settings, words, words of the remedy
    "unknown CA": (("localhost",), False, False, "can't be verified (unable to get local issuer", "SSL_CERT_FILE"),
    "another name": (("other.example",), False, True, "can't be verified", "NEMO_API_URL"),
    "expired": (("localhost",), True, True, "has expired", "clock of this machine"),
}  # fmt: skip


@pytest.mark.parametrize("name", TLS_TROUBLES)
async def test_a_certificate_that_fails_is_not_tried_again(name, authority, monkeypatch):
    names, expired, trusted, words, remedy = TLS_TROUBLES[name]
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    context = authority.server(*names, expired=expired)
    async with StubBackend() as backend, front(backend.url, context=context) as port:
        settings = settings_for(
            f"https://localhost:{port}", tls=authority.file if trusted else None
        )
        async with nemomusic.Client(settings=settings, clock=FakeClock()) as client:
            with pytest.raises(errors.TLSError) as caught:
                await client.credits.balance()
    assert words in caught.value.message
    assert remedy in caught.value.remedy
    assert caught.value.sent is False
    assert len(caught.value.attempts) == 1
    assert client._core.clock.slept == []


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("SSL_CERT_FILE", "none.pem, which does not exist"),
        ("REQUESTS_CA_BUNDLE", "REQUESTS_CA_BUNDLE is not read here"),
        ("CURL_CA_BUNDLE", "CURL_CA_BUNDLE is not read here"),
    ],
)
async def test_a_variable_that_does_not_help_is_named(
    variable, said, authority, monkeypatch, tmp_path
):
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, str(tmp_path / "none.pem"))
    context = authority.server("localhost")
    async with StubBackend() as backend, front(backend.url, context=context) as port:
        async with nemomusic.Client(settings=settings_for(f"https://localhost:{port}")) as client:
            with pytest.raises(errors.TLSError) as caught:
                await client.credits.balance()
    assert said in caught.value.remedy
    assert "SSL_CERT_FILE" in caught.value.remedy


@pytest.mark.parametrize("how", ["file", "context", "Tls"])
async def test_a_private_ca_is_trusted_by_setting(how, authority):
    import ssl

    tls = {
        "file": authority.file,
        "context": ssl.create_default_context(cafile=str(authority.file)),
        "Tls": Tls(ca_file=authority.file),
    }[how]
    context = authority.server("localhost")
    async with StubBackend() as backend, front(backend.url, context=context) as port:
        settings = settings_for(f"https://localhost:{port}", tls=tls)
        async with nemomusic.Client(backend.issue_token(credits=3), settings=settings) as client:
            assert (await client.credits.balance()).available == 3


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
async def test_a_client_certificate_is_shown(version, authority):
    import ssl

    certificate, key = authority.client_certificate()
    context = authority.server("localhost", wants_client=True)
    context.maximum_version = ssl.TLSVersion[version]
    async with StubBackend() as backend, front(backend.url, context=context) as port:
        url, token = f"https://localhost:{port}", backend.issue_token(credits=3)
        shown = Tls(ca_file=authority.file, certificate=certificate, key=key)
        async with nemomusic.Client(token, settings=settings_for(url, tls=shown)) as client:
            assert (await client.credits.balance()).available == 3
    with strict_server(context) as port:
        without = settings_for(f"https://localhost:{port}", tls=authority.file)
        async with nemomusic.Client(token, settings=without, clock=FakeClock()) as client:
            with pytest.raises(errors.TLSError) as caught:
                await client.credits.balance()
    assert "did not accept this client's certificate" in caught.value.message
    assert "certificate=" in caught.value.remedy
    assert len(caught.value.attempts) == 1


@pytest.mark.parametrize(
    ("wrong", "message", "remedy"),
    [
        ("version", "no version of TLS in common", "old server or proxy"),
        ("ciphers", "certificate or its ciphers (sslv3 alert handshake failure)", "old server"),
    ],
)
async def test_a_server_with_other_tls_is_named(wrong, message, remedy, authority):
    server = authority.server("localhost")
    server.maximum_version = ssl.TLSVersion.TLSv1_2
    client_side = ssl.create_default_context(cafile=authority.file)
    if wrong == "version":
        client_side.minimum_version = ssl.TLSVersion.TLSv1_3
    else:
        server.set_ciphers("AES128-SHA")
        client_side.set_ciphers("ECDHE+AESGCM")
        client_side.maximum_version = ssl.TLSVersion.TLSv1_2
    with strict_server(server) as port:
        settings = settings_for(f"https://localhost:{port}", tls=Tls(context=client_side))
        async with nemomusic.Client(settings=settings, clock=FakeClock()) as client:
            with pytest.raises(errors.TLSError) as caught:
                await client.credits.balance()
    assert message in caught.value.message
    assert remedy in caught.value.remedy
    assert len(caught.value.attempts) == 1


async def test_a_port_without_tls_is_named(authority):
    speaker = Speaker(answer("400 Bad Request"), interrupts=True)
    async with speaker.running():
        url = speaker.url.replace("http://127.0.0.1", "https://localhost")
        async with nemomusic.Client(settings=settings_for(url), clock=FakeClock()) as client:
            with pytest.raises(errors.TLSError, match="does not speak TLS") as caught:
                await client.credits.balance()
    assert len(caught.value.attempts) == 1


async def test_a_file_that_is_missing_is_told_when_the_client_is_made(tmp_path):
    with pytest.raises(errors.ConfigurationError, match=r"none\.pem can't be used"):
        nemomusic.Client(settings=settings_for("https://localhost", tls=tmp_path / "none.pem"))


# ------------------------------------------------------------- passed sessions


async def again(request, handler):
    """Return a middleware that repeats what fails: with a message it would pay twice."""
    await handler(request)
    return await handler(request)


USABLE = {
    "raise_for_status": lambda _: {"raise_for_status": True},
    "a short timeout": lambda _: {"timeout": aiohttp.ClientTimeout(total=1e-6)},
    "auto_decompress": lambda _: {"auto_decompress": False},
    "a base URL": lambda _: {"base_url": "https://elsewhere.example/x/"},
    "small headers": lambda _: {"max_field_size": 20, "max_line_size": 20},
    "middlewares": lambda _: {"middlewares": [again]},
    "cookies": lambda _: {"cookies": {"a": "b"}},
    "a header": lambda _: {"headers": {"Accept": "text/html", "X-App": "mine"}},
}


@pytest.mark.parametrize("name", USABLE)
async def test_an_option_of_a_passed_session_is_overridden(name, tmp_path):
    (tmp_path / "trip.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(100))
    async with StubBackend() as backend, aiohttp.ClientSession(**USABLE[name](None)) as http:
        async with nemomusic.Client(
            backend.issue_token(credits=1000), settings=settings_for(backend.url), http=http,
            clock=backend.clock,
        ) as client:  # fmt: skip
            video = await client.add_music(
                tmp_path / "trip.mp4", "warm lo-fi", output=tmp_path / "out.mp4"
            )
            with pytest.raises(errors.NotFoundError):
                await client.render.attach("nothing").status()
        assert video.path.exists()
        assert backend.ledger.accepted == 1
        assert backend.faults.requests["stream"] == 1
        assert not http.closed


async def test_refusals_are_read_though_a_session_raises_for_status(tmp_path):
    from nemomusic.testing import Faults

    (tmp_path / "trip.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(100))
    async with StubBackend() as backend, aiohttp.ClientSession(raise_for_status=True) as http:
        client = nemomusic.Client(
            backend.issue_token(credits=1000), settings=settings_for(backend.url), http=http,
            clock=backend.clock, policy=Policy.none(),
        )  # fmt: skip
        async with client:
            session = await client.sessions.open()
            await session.upload(tmp_path / "trip.mp4")
            for fault, kind in [
                (Faults.code(2001, status=402), errors.OutOfCreditsError),
                (Faults.rate_limited(5), errors.RateLimitedError),
                (Faults.code(1001), errors.AuthenticationError),
            ]:
                backend.faults.add("stream", fault)
                with pytest.raises(kind):
                    await session.ask("warm lo-fi")
        assert backend.ledger.accepted == 0
        assert backend.clock.slept == []


def unchecked():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


REFUSED = {
    "auth": lambda: {"headers": {}, "auth": aiohttp.BasicAuth("me", "pw")},
    "trust_env": lambda: {"trust_env": True},
    "proxy_auth": lambda: {"proxy": "http://p:1", "proxy_auth": aiohttp.BasicAuth("me", "pw")},
    "headers['Content-Type']": lambda: {"headers": {"content-type": "text/plain"}},
    "headers['Range']": lambda: {"headers": {"Range": "bytes=0-1"}},
    "headers['Authorization']": lambda: {"headers": {"authorization": "Bearer x"}},
    "version=1.0": lambda: {"version": aiohttp.HttpVersion10},
    "connector.limit=1": lambda: {"connector": aiohttp.TCPConnector(limit=1)},
    "connector.limit_per_host=2": lambda: {"connector": aiohttp.TCPConnector(limit_per_host=2)},
    "connector.ssl=False": lambda: {"connector": aiohttp.TCPConnector(ssl=False)},
    "connector.ssl with CERT_NONE": lambda: {"connector": aiohttp.TCPConnector(ssl=unchecked())},
}


@pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning")
@pytest.mark.parametrize("option", REFUSED)
async def test_an_option_that_can_not_be_overridden_is_refused_by_name(option):
    async with aiohttp.ClientSession(**REFUSED[option]()) as http:
        with pytest.raises(errors.ConfigurationError) as caught:
            nemomusic.Client("nmv_usr_x", http=http)
    assert f"has {option}," in caught.value.message
    assert caught.value.remedy


async def test_a_connector_of_another_kind_knows_its_way():
    """The environment names a proxy that is not there; the connector leads to the backend."""

    class Tunnel(aiohttp.TCPConnector):
        pass

    async with StubBackend() as backend:
        port = int(backend.url.rpartition(":")[2])
        environ = {"HOME": "/", "HTTPS_PROXY": "http://127.0.0.1:9"}
        async with aiohttp.ClientSession(connector=Tunnel(resolver=Here())) as http:
            settings = attrs.evolve(Settings.from_env(environ), token="nmv_usr_x", client_id="me")
            settings = attrs.evolve(settings, api_url=f"https://{HOST}:{port}")
            client = nemomusic.Client(settings=settings, http=http, policy=Policy.none())
            with pytest.raises(errors.TLSError, match="does not speak TLS"):
                await client.credits.balance()  # the backend was reached, without the proxy
            await client.aclose()


class Here(aiohttp.abc.AbstractResolver):
    """Finds every host on this machine, or no host, or fails like a bad resolver."""

    def __init__(self, found=(True,)):
        self.found = found

    async def resolve(self, host, port=0, family=0):
        if self.found is None:
            raise KeyError(host)
        return self.found and [{"hostname": host, "host": "127.0.0.1", "port": port, "family": 2, "proto": 0,
                 "flags": 0}]  # fmt: skip

    async def close(self):
        pass


async def test_a_host_without_addresses_is_not_there(monkeypatch):
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [])
    settings = settings_for("https://service.example")
    async with nemomusic.Client(settings=settings, policy=Policy.none()) as client:
        with pytest.raises(errors.ConnectError, match="the host has no address"):
            await client.credits.balance()


@pytest.mark.parametrize(
    ("found", "kind", "words"),
    [
        ([], errors.ConnectError, "the host has no address"),
        (None, errors.ConnectionLostError, "a part of the session, raised KeyError"),
    ],
)
async def test_a_part_of_a_passed_session_fails(found, kind, words):
    connector = aiohttp.TCPConnector(resolver=Here(found))
    settings = settings_for("https://service.example")
    async with aiohttp.ClientSession(connector=connector) as http:
        async with nemomusic.Client(settings=settings, http=http, policy=Policy.none()) as client:
            with pytest.raises(kind, match=words):
                await client.credits.balance()


async def test_a_passed_session_of_another_loop_is_named():
    async def made():
        return aiohttp.ClientSession()

    loop = asyncio.new_event_loop()
    http = await asyncio.to_thread(loop.run_until_complete, made())
    async with nemomusic.Client(settings=settings_for("http://127.0.0.1:9"), http=http) as client:
        with pytest.raises(errors.ConfigurationError, match="another event loop"):
            await client.credits.balance()
    await asyncio.to_thread(loop.run_until_complete, http.close())
    loop.close()


async def test_a_passed_session_that_is_closed_is_named():
    async with StubBackend() as backend:
        http = aiohttp.ClientSession()
        client = nemomusic.Client(settings=settings_for(backend.url), http=http)
        await http.close()
        with pytest.raises(errors.ConfigurationError, match="passed as http= is closed"):
            await client.credits.balance()
        await client.aclose()


async def test_a_wrapper_that_repeats_requests_is_refused():
    class RetryClient:
        pass

    with pytest.raises(errors.ConfigurationError, match="not RetryClient"):
        nemomusic.Client("nmv_usr_x", http=RetryClient())
    with pytest.warns(DeprecationWarning, match="Inheritance"):

        class Twice(aiohttp.ClientSession):
            async def _request(self, *args, **options):
                await super()._request(*args, **options)
                return await super()._request(*args, **options)

    async with Twice() as http, aiohttp.ClientSession() as changed:
        changed.__dict__["request"] = http.request
        for session, name in ((http, "_request"), (changed, "request")):
            with pytest.raises(errors.ConfigurationError, match=f"has its own {name}()"):
                nemomusic.Client("nmv_usr_x", http=session)


async def test_the_proxy_of_a_passed_session_is_used_and_its_password_not_shown():
    async with Proxy(login="me:x").running() as proxy:
        address = proxy.url.replace("//", f"//me:{SECRET}@")
        async with aiohttp.ClientSession(proxy=address) as http:
            client = nemomusic.Client(settings=settings_for(f"https://{HOST}"), http=http)
            with pytest.raises(errors.ProxyError) as caught:
                await client.credits.balance()
            await client.aclose()
    assert len(proxy.asked) == 1
    assert SECRET not in everything_shown(caught.value)
