"""Response writers with faults. aiohttp writes every answer through a response writer."""

from __future__ import annotations

import json
import socket
import struct
from typing import TYPE_CHECKING, Any

from aiohttp.abc import AbstractStreamWriter

if TYPE_CHECKING:
    import asyncio

    from aiohttp import web
    from multidict import CIMultiDict


def reset(transport: asyncio.WriteTransport | None) -> None:
    """Reset a connection: the other side sees a reset, not an end."""
    if transport is None:
        return
    peer = transport.get_extra_info("socket")
    if peer is not None:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


class SpoiledWriter(AbstractStreamWriter):
    """Passes everything on to the real writer. Other writers override single methods."""

    def __init__(self, request: web.Request) -> None:
        self._request = request
        self._inner: Any = request._payload_writer  # noqa: SLF001 - aiohttp has no other way in
        request._payload_writer = self  # noqa: SLF001

    def __getattribute__(self, name: str) -> Any:
        if name in {"buffer_size", "output_size", "length", "transport"}:
            return getattr(self._inner, name)
        return super().__getattribute__(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in {"length", "on_body_write", "buffer_size", "output_size"}:
            setattr(self._inner, name, value)
        else:
            super().__setattr__(name, value)

    async def write(self, chunk: Any) -> None:
        """Write a piece of the body."""
        await self._inner.write(chunk)

    async def write_eof(self, chunk: bytes = b"") -> None:
        """End the body."""
        await self._inner.write_eof(chunk)

    async def drain(self) -> None:
        """Wait until the buffer has room."""
        await self._inner.drain()

    def enable_compression(self, *args: Any, **more: Any) -> None:
        """Compress the body."""
        self._inner.enable_compression(*args, **more)

    def enable_chunking(self) -> None:
        """Send the body in chunks."""
        self._inner.enable_chunking()

    async def write_headers(self, status_line: str, headers: CIMultiDict[str]) -> None:
        """Write the status line and the headers."""
        await self._inner.write_headers(status_line, headers)

    def send_headers(self) -> None:
        """Send the headers. Before aiohttp 3.12, headers are not held back."""
        if hasattr(self._inner, "send_headers"):
            self._inner.send_headers()


class CutWriter(SpoiledWriter):
    """Cuts the connection after some bytes of the body.

    Args:
        request: The request of the answer.
        after: Bytes of the body that are sent; -1 to send not even the headers.
        hard: Whether the connection is reset, not closed.
    """

    def __init__(self, request: web.Request, after: int, *, hard: bool) -> None:
        super().__init__(request)
        self._left = after
        self._hard = hard
        self._spoiled = False

    async def write_headers(self, status_line: str, headers: CIMultiDict[str]) -> None:
        """Pass it on, unless the connection is cut here."""
        if self._left < 0:
            self._end()
        await super().write_headers(status_line, headers)
        if self._left == 0:
            self.send_headers()
            self._end()

    async def write(self, chunk: Any) -> None:
        """Pass on the bytes before the cut."""
        chunk = bytes(chunk)
        if len(chunk) >= self._left:
            await self._inner.write(chunk[: self._left])
            await self._inner.drain()
            self._end()
        self._left -= len(chunk)
        await self._inner.write(chunk)

    async def write_eof(self, chunk: bytes = b"") -> None:
        """Pass it on, unless the connection is cut in it. A shorter answer ends completely."""
        if self._spoiled:
            return
        if chunk and len(chunk) >= self._left:
            await self._inner.write(chunk[: self._left])
            await self._inner.drain()
            self._end()
        await self._inner.write_eof(chunk)

    def _end(self) -> None:
        self._spoiled = True
        transport = self._request.transport
        if self._hard:
            reset(transport)
        elif transport is not None:
            transport.close()
        raise ConnectionResetError("cut, as scripted")


class MuteWriter(SpoiledWriter):
    """Lets a turn run, and sends none of its bytes."""

    async def write(self, chunk: Any) -> None:
        """Discard a piece of the body."""

    async def write_eof(self, chunk: bytes = b"") -> None:
        """Do nothing: the stream stays open."""


class DiscardWriter(SpoiledWriter):
    """Lets a turn run, and discards its output.

    `restore()` returns the real writer to the request.
    """

    def __init__(self, request: web.Request) -> None:
        super().__init__(request)
        self._real, self._inner = self._inner, _Nowhere()

    def restore(self) -> None:
        """Let the request be answered."""
        self._request._payload_writer = self._real  # noqa: SLF001


class _Nowhere:
    buffer_size = output_size = 0
    length = transport = on_body_write = None

    def __getattr__(self, name: str) -> Any:
        if name in {"enable_chunking", "enable_compression", "send_headers"}:
            return lambda *_, **__: None

        async def nothing(*_: Any, **__: Any) -> None:
            pass

        return nothing


class SilentWriter(SpoiledWriter):
    """Removes the text from an event stream. Tool calls and other events are sent."""

    async def write(self, chunk: Any) -> None:
        """Write a piece of the body, unless the piece is text."""
        if not _is_words(bytes(chunk)):
            await self._inner.write(chunk)


def _is_words(frame: bytes) -> bool:
    try:
        event = json.loads(frame.removeprefix(b"data: "))
    except ValueError:
        return False
    if event.get("type") == "text":
        return True
    parts = (event.get("content") or {}).get("parts") or []
    return any("text" in part for part in parts)
