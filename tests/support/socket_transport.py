"""HTTP over asyncio's own streams: a port of `Transport` that shares no code with aiohttp's."""

from __future__ import annotations

import asyncio
from collections import Counter
from urllib.parse import urlsplit

from multidict import CIMultiDict

from nemomusic import errors
from nemomusic.protocol.sse import Decoder
from nemomusic.transport.base import HttpRequest, HttpResponse, is_event_stream

PIECE = 2**16


class SocketTransport:
    """Sends each request as HTTP/1.0 on a connection of its own, so no answer is chunked.

    Attributes:
        sent: How often each method was called.
    """

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()

    async def request(self, request: HttpRequest) -> HttpResponse:
        """See `Transport.request`."""
        self.sent["request"] += 1
        return await _Answer(*await _send(request)).complete(request.max_bytes)

    async def open_stream(self, request: HttpRequest) -> _Answer | HttpResponse:
        """See `Transport.open_stream`."""
        self.sent["open_stream"] += 1
        answer = _Answer(*await _send(request), limit=request.max_event_bytes)
        if is_event_stream(answer.status, answer.headers.get("Content-Type", "")):
            return answer
        return await answer.complete(request.max_bytes)

    async def fetch(self, request: HttpRequest) -> _Answer:
        """See `Transport.fetch`."""
        self.sent["fetch"] += 1
        return _Answer(*await _send(request))


class _Answer:
    """An answer whose body is not read yet: an `EventStream` and an `OpenFile`."""

    def __init__(self, reader, writer, status, headers, *, limit: int = PIECE) -> None:
        self._reader = reader
        self._writer = writer
        self.status = status
        self.headers = headers
        self.request_id = None
        self._decoder = Decoder(limit)
        length = headers.get("Content-Length")
        self._left = None if length is None else int(length)
        self._hung_up = False

    @property
    def comments(self) -> int:
        return self._decoder.comments

    async def read(self) -> bytes:
        try:
            piece = await self._reader.read(PIECE)
        except OSError as error:
            raise errors.ConnectionLostError(f"the connection broke ({error})") from error
        if self._left is not None:
            self._left -= len(piece)
            if not piece and self._left > 0:
                raise errors.ConnectionLostError(f"{self._left} bytes are missing")
        return piece

    async def batch(self):
        try:
            piece = await self._reader.read(PIECE)
        except OSError as error:
            if self._hung_up:
                return None
            raise errors.StreamInterruptedError("the stream was cut") from error
        if piece:
            return self._decoder.feed(piece)
        if self._decoder.pending and not self._hung_up:
            raise errors.StreamInterruptedError("the stream ended in the middle of an event")
        return None

    async def complete(self, most: int) -> HttpResponse:
        body = b""
        try:
            while piece := await self.read():
                body += piece
                if len(body) > most:
                    raise errors.UnexpectedAnswerError("the answer is too large")
        finally:
            self.hang_up()
        return HttpResponse(self.status, self.headers, body)

    def hang_up(self) -> None:
        self._hung_up = True
        self._writer.close()

    async def close(self) -> None:
        self.hang_up()

    aclose = close


async def _send(request: HttpRequest):
    """Send a request, and return reader, writer, status and headers of its answer."""
    url = urlsplit(request.url)
    try:
        async with asyncio.timeout(request.timeout.connect):
            reader, writer = await asyncio.open_connection(url.hostname, url.port)
    except (OSError, TimeoutError) as error:
        raise errors.ConnectError(f"no connection ({error})") from error
    target = url.path + (f"?{url.query}" if url.query else "")
    lines = [f"{request.method} {target} HTTP/1.0", f"Host: {url.netloc}"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    if request.authorization is not None:
        lines.append(f"Authorization: {request.authorization.reveal()}")
    if isinstance(request.body, bytes):
        lines.append(f"Content-Length: {len(request.body)}")
    try:
        writer.write("\r\n".join([*lines, "", ""]).encode())
        if isinstance(request.body, bytes):
            writer.write(request.body)
        elif request.body is not None:
            async for piece in request.body:
                writer.write(piece)
                await writer.drain()
        async with asyncio.timeout(request.timeout.read):
            head = await reader.readuntil(b"\r\n\r\n")
    except TimeoutError as error:
        writer.close()
        raise errors.RequestTimeoutError("no answer came in time") from error
    except (OSError, asyncio.IncompleteReadError) as error:
        writer.close()
        raise errors.ConnectionLostError("no answer came") from error
    except BaseException:
        writer.close()
        raise
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = CIMultiDict(line.split(": ", 1) for line in rest if line)
    return reader, writer, int(first.split(" ")[1]), headers
