"""Networks as they are: a CA, a TLS front, a proxy, and a server that says anything.

All of them are real sockets on loopback.
"""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
import sys
import threading
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING

import aiohttp
import trustme
from aiohttp import web
from yarl import URL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

HOST = "nemo.example"
"""A host that no name server knows: only a proxy leads there."""


class Authority:
    """A certificate authority whose certificate the system does not know."""

    def __init__(self, folder: Path) -> None:
        self.ca = trustme.CA()
        self.file = folder / "ca.pem"
        self.ca.cert_pem.write_to_path(str(self.file))
        self._folder = folder

    def server(self, *names: str, wants_client: bool = False, expired: bool = False):
        """Give the context of a server with a certificate for these names."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        options = {}
        if expired:
            from datetime import UTC, datetime

            options = {
                "not_before": datetime(2000, 1, 1, tzinfo=UTC),
                "not_after": datetime(2001, 1, 1, tzinfo=UTC),
            }
        self.ca.issue_cert(*names, **options).configure_cert(context)
        if wants_client:
            self.ca.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def client_certificate(self) -> tuple[Path, Path]:
        """Give the files of a client certificate and of its key."""
        leaf = self.ca.issue_cert("client@nemo.example")
        certificate, key = self._folder / "client.pem", self._folder / "client.key"
        leaf.cert_chain_pems[0].write_to_path(str(certificate))
        leaf.private_key_pem.write_to_path(str(key))
        return certificate, key


@asynccontextmanager
async def front(
    backend_url: str,
    *,
    context: ssl.SSLContext | None = None,
    change: Callable[[web.Request, web.StreamResponse], None] | None = None,
    swallow: str | None = None,
) -> AsyncIterator[int]:
    """Run a reverse proxy before a backend, with TLS if there is a context; give its port.

    Args:
        backend_url: Where requests go.
        context: For TLS.
        change: May change the head of each answer.
        swallow: The path whose answers get an empty body; the backend still sends all of it.
    """
    async with aiohttp.ClientSession(auto_decompress=False) as session:

        async def forward(request: web.Request) -> web.StreamResponse:
            headers = {k: v for k, v in request.headers.items() if k != "Host"}
            async with session.request(
                request.method,
                URL(backend_url + request.raw_path, encoded=True),
                headers=headers,
                data=request.content if request.body_exists else None,
            ) as upstream:
                response = web.StreamResponse(status=upstream.status)
                for name, value in upstream.headers.items():
                    if name not in {"Transfer-Encoding", "Content-Length"}:
                        response.headers[name] = value
                if change is not None:
                    change(request, response)
                await response.prepare(request)
                if request.path == swallow:
                    await response.write_eof()
                    await upstream.read()
                async for chunk in upstream.content.iter_any():
                    await response.write(chunk)
                await response.write_eof()
                return response

        app = web.Application(client_max_size=0)
        app.router.add_route("*", "/{path:.*}", forward)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
        await site.start()
        try:
            yield runner.addresses[0][1]
        finally:
            await runner.cleanup()


class Proxy:
    """An HTTP proxy that leads all hosts to one port of this machine.

    Args:
        target: The port.
        login: `user:password` that it wants, or None.
        answer: The status line that it answers with in place of connecting, or None.
        challenge: The value of `Proxy-Authenticate` in its 407.

    Attributes:
        asked: The first lines of the requests that it got.
        url: Its address.
    """

    def __init__(
        self,
        target: int = 0,
        *,
        login: str | None = None,
        answer: str | None = None,
        challenge: str = 'Basic realm="corp"',
    ) -> None:
        self._target = target
        self._login = login
        self._answer = answer
        self._challenge = challenge
        self.asked: list[str] = []
        self.url = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Proxy]:
        """Serve."""
        tasks: set[asyncio.Task] = set()

        async def serve(reader, writer):
            tasks.add(asyncio.current_task())
            try:
                with suppress(ConnectionError, asyncio.IncompleteReadError):
                    await self._serve(reader, writer)
            finally:
                await _close(writer)

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        line, *fields = head.decode("latin-1").split("\r\n")
        self.asked.append(line)
        given = {f.partition(":")[0].lower(): f.partition(":")[2].strip() for f in fields}
        if self._answer is not None:
            writer.write(f"HTTP/1.1 {self._answer}\r\nContent-Length: 0\r\n\r\n".encode())
            return
        if self._login is not None:
            wanted = f"Basic {base64.b64encode(self._login.encode()).decode()}"
            if given.get("proxy-authorization") != wanted:
                writer.write(
                    "HTTP/1.1 407 Proxy Authentication Required\r\n"
                    f"Proxy-Authenticate: {self._challenge}\r\nContent-Length: 0\r\n\r\n".encode()
                )
                return
        there = await asyncio.open_connection("127.0.0.1", self._target)
        if line.startswith("CONNECT "):
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            method, url, version = line.split(" ")
            path = "/" + url.split("/", 3)[3]
            kept = [f for f in fields if not f.lower().startswith(("proxy-", "host:"))]
            there[1].write("\r\n".join([f"{method} {path} {version}", "Host: localhost", *kept])
                           .encode("latin-1"))  # fmt: skip
        try:
            await asyncio.gather(_pipe(reader, there[1]), _pipe(there[0], writer))
        finally:
            await _close(there[1])


async def _close(writer):
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


async def _pipe(reader, writer):
    with suppress(ConnectionError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    writer.close()


class Speaker:
    """A server that answers each request with the same bytes, whatever was asked.

    Args:
        answer: The bytes.
        interrupts: Answer the first bytes that come, whatever they are.

    Attributes:
        heads: The heads of the requests.
        url: Its address.
    """

    def __init__(self, answer: bytes, *, interrupts: bool = False) -> None:
        self._answer = answer
        self._interrupts = interrupts
        self.heads: list[str] = []
        self.url = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Speaker]:
        """Serve."""

        async def serve(reader, writer):
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                if self._interrupts:
                    self.heads.append((await reader.read(65536)).decode("latin-1"))
                    writer.write(self._answer)
                    await writer.drain()
                    await _close(writer)
                    return
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = next(
                    (int(line.split(":")[1]) for line in head.split("\r\n")
                     if line.lower().startswith("content-length:")), 0)  # fmt: skip
                await reader.readexactly(length)
                self.heads.append(head)
                writer.write(self._answer)
                await writer.drain()
            await _close(writer)

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            await server.wait_closed()


@contextmanager
def strict_server(context: ssl.SSLContext) -> Iterator[int]:
    """Run a server that wants a client certificate, and sends TLS alerts; give its port.

    asyncio's servers close the connection without the alert, unlike the servers of the world.
    """
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            secure = context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
            with suppress(ssl.SSLError):
                secure.do_handshake()
            with suppress(OSError), socket.socket(fileno=secure.detach()) as rest:
                rest.shutdown(socket.SHUT_WR)
                while rest.recv(1000):  # or the alert would be lost in a reset
                    pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@contextmanager
def closed_port() -> Iterator[int]:
    """Reserve a port of 127.0.0.1 that refuses connections; give it.

    A server of another test can't get it by chance, as it can get a port that is only free. On
    Linux, a server that asks for this port gets it.
    """
    with socket.socket() as bound:
        if sys.platform != "win32":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def answer(
    status: str = "200 OK", body: bytes = b"", *fields: str, kind: str = "application/json"
) -> bytes:
    """Give the bytes of an HTTP answer."""
    head = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *fields,
    ]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body
