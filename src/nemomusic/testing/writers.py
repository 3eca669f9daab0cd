"""Response writers that misbehave: aiohttp writes every answer through one of these."""

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


def reset(transport: asyncio.BaseTransport | None) -> None:
    """Cut a connection hard: the other side sees a reset, not an end."""
    if transport is None:
        return
    peer = transport.get_extra_info("socket")
    if peer is not None:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()  # type: ignore[attr-defined]


class Writer(AbstractStreamWriter):
    """Passes everything on to the real writer. The others override what they spoil."""

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
        """Pass it on."""
        await self._inner.write(chunk)

    async def write_eof(self, chunk: bytes = b"") -> None:
        """Pass it on."""
        await self._inner.write_eof(chunk)

    async def drain(self) -> None:
        """Pass it on."""
        await self._inner.drain()

    def enable_compression(self, *args: Any, **more: Any) -> None:
        """Pass it on."""
        self._inner.enable_compression(*args, **more)

    def enable_chunking(self) -> None:
        """Pass it on."""
        self._inner.enable_chunking()

    async def write_headers(self, status_line: str, headers: CIMultiDict[str]) -> None:
        """Pass it on."""
        await self._inner.write_headers(status_line, headers)

    def send_headers(self) -> None:
        """Pass it on; before aiohttp 3.12 they are not held back."""
        if hasattr(self._inner, "send_headers"):
            self._inner.send_headers()


class Cut(Writer):
    """Cuts the connection after some bytes of the body; none: before its head.

    Args:
        request: whose answer.
        after: bytes of the body that get through; -1: not even the head.
        hard: with a reset, rather than an end.
    """

    def __init__(self, request: web.Request, after: int, *, hard: bool) -> None:
        super().__init__(request)
        self._left = after
        self._hard = hard
        self._spoiled = False

    async def write_headers(self, status_line: str, headers: CIMultiDict[str]) -> None:
        """Pass it on, unless it ends here."""
        if self._left < 0:
            self._end()
        await super().write_headers(status_line, headers)
        if self._left == 0:
            self.send_headers()
            self._end()

    async def write(self, chunk: Any) -> None:
        """Pass on what still gets through."""
        chunk = bytes(chunk)
        if len(chunk) >= self._left:
            await self._inner.write(chunk[: self._left])
            await self._inner.drain()
            self._end()
        self._left -= len(chunk)
        await self._inner.write(chunk)

    async def write_eof(self, chunk: bytes = b"") -> None:
        """Pass it on, unless it ends in it. An answer that is shorter anyway ends whole."""
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


class Mute(Writer):
    """Lets a turn run, and none of what it says through."""

    async def write(self, chunk: Any) -> None:
        """Swallow it."""

    async def write_eof(self, chunk: bytes = b"") -> None:
        """Swallow it: the stream stays open."""


class Discard(Writer):
    """Lets a turn run and write, to nobody. `restore()` gives the request its real writer back."""

    def __init__(self, request: web.Request) -> None:
        super().__init__(request)
        self._real, self._inner = self._inner, _Nowhere()

    def restore(self) -> None:
        """Let the request be answered after all."""
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


class Silent(Writer):
    """Takes the words out of an event stream; tool calls and the rest get through."""

    async def write(self, chunk: Any) -> None:
        """Pass it on, unless it is words."""
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
