"""A proxy that harms connections between a client and a backend, byte by byte, by a seed."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import socket
import struct
from collections import Counter
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS: Final = (
    "request reset",
    "answer reset",
    "answer cut",
    "request stalled",
    "answer stalled",
    "end swallowed",
    "refused",
    "dribbled",
    "reset instead of the answer",
    "reset, served unread",
)
STALL: Final = 7.0
"""Seconds that a stalled connection is kept: longer than the clients wait."""
QUIET: Final = 0.3
"""Seconds without a byte after which a request that is held is taken for complete."""
_TAKE: Final = re.compile(rb"take (\d+)")
"""The number of an edit, in the body of its message."""


@attrs.frozen
class Harm:
    """What is done to one connection.

    Attributes:
        kind: One of `KINDS`, `held`, or `none`.
        up: Bytes of the request that get through.
        down: Bytes of the answer that get through.
        seconds: For which a request is held.
    """

    kind: str = "none"
    up: int = 0
    down: int = 0
    seconds: float = 0.0


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection by a reset."""
    sock = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class ChaosProxy:
    """Passes connections on to a port of this machine, and harms some of them.

    Args:
        goal: The port of the backend.
        seed: Of all choices.
        rate: The share of connections that are harmed.
        held: Seconds for which a request may be held, shortest and longest; None for never.
    """

    def __init__(
        self, goal: int, seed: int, rate: float, held: tuple[float, float] | None = None
    ) -> None:
        self._goal = goal
        self._random = random.Random(seed)
        self._rate = rate
        self._held = held
        self._tasks: set[asyncio.Task[None]] = set()
        self._late: set[asyncio.Task[None]] = set()
        self.struck: Counter[str] = Counter()
        self.held_messages = 0
        self.message_faults: dict[int, str] = {}  # by the number of the edit

    async def start(self) -> int:
        """Listen; give the port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    def calm(self) -> None:
        """Harm nothing from now on."""
        self._rate = 0.0

    async def delivered(self) -> None:
        """Wait until each request that is held has been delivered and answered."""
        await asyncio.gather(*self._late)

    def note_message(self, data: bytes, harm: Harm) -> None:
        """Note the fault of the connection that carries the message of an edit."""
        if found := _TAKE.search(data):
            self.message_faults[int(found[1])] = harm.kind

    async def stop(self) -> None:
        """End all connections."""
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _plan(self) -> Harm:
        chosen = self._random
        if chosen.random() > self._rate:
            return Harm()
        kind = chosen.choice(KINDS if self._held is None else (*KINDS, "held", "held"))
        up = chosen.choice([chosen.randrange(1, most) for most in (400, 1500, 62_000)])
        down = chosen.choice([0, *(chosen.randrange(1, most) for most in (300, 3000, 200_000))])
        seconds = chosen.uniform(*self._held) if self._held else 0.0
        return Harm(kind, up, down, seconds)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        harm = self._plan()
        if harm.kind != "none":
            self.struck[harm.kind] += 1
        try:
            if harm.kind == "refused":
                reset(writer)
            elif harm.kind == "held":
                await self._hold(harm, reader, writer)
            else:
                await self._pass(harm, reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _hold(
        self, harm: Harm, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Take a request whole, reset its connection, and deliver it later."""
        request = bytearray()
        with contextlib.suppress(TimeoutError, OSError):
            while True:
                async with asyncio.timeout(QUIET if request else 5.0):
                    piece = await reader.read(65536)
                if not piece:
                    break
                request += piece
        reset(writer)
        if request:
            self.held_messages += request.startswith(b"POST /run_sse")
            self.note_message(bytes(request), harm)
            late = asyncio.create_task(self._deliver(bytes(request), harm.seconds))
            self._late.add(late)

    async def _deliver(self, request: bytes, seconds: float) -> None:
        await asyncio.sleep(seconds)
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", self._goal)
            writer.write(request)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(5.0):
                    while await reader.read(65536):
                        pass
            writer.close()

    async def _pass(
        self, harm: Harm, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        other_reader, other = await asyncio.open_connection("127.0.0.1", self._goal)
        try:
            if harm.kind == "reset, served unread":
                request = await reader.read(65536)
                self.note_message(request, harm)
                other.write(request)
                await other.drain()
                await asyncio.sleep(0.03)
                reset(writer)
                return
            pipes = _Pipes(harm, writer, other, self.note_message)
            ways = [
                asyncio.create_task(pipes.pump(reader, other, pipes.request_limit)),
                asyncio.create_task(pipes.pump(other_reader, writer, pipes.answer_limit)),
            ]
            try:
                await pipes.over.wait()
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        finally:
            other.close()


class _Pipes:
    """Both ways of one connection."""

    def __init__(
        self,
        harm: Harm,
        client: asyncio.StreamWriter,
        backend: asyncio.StreamWriter,
        note_message: Callable[[bytes, Harm], None],
    ) -> None:
        self._harm = harm
        self._kind = harm.kind
        self._note_message = note_message
        self._client = client
        self._backend = backend
        self.over = asyncio.Event()
        self.request_limit = harm.up if harm.kind.startswith("request") else None
        self.answer_limit = harm.down if harm.kind.startswith("answer") else None
        if harm.kind == "reset instead of the answer":
            self.answer_limit = 0

    def _cut(self) -> None:
        reset(self._client)
        reset(self._backend)
        self.over.set()

    async def pump(
        self, source: asyncio.StreamReader, goal: asyncio.StreamWriter, limit: int | None
    ) -> None:
        """Pass bytes on, up to the limit."""
        answer, done = goal is self._client, 0
        try:
            while data := await source.read(65536):
                if not answer:
                    self._note_message(data, self._harm)
                if limit is not None and done + len(data) > limit:
                    goal.write(data[: limit - done])
                    await self._strike(goal)
                    return
                await self._write(goal, data, slowly=answer and self._kind == "dribbled")
                done += len(data)
            if answer and self._kind == "end swallowed":
                await asyncio.sleep(STALL)
                self._cut()
                return
            goal.write_eof()
        except OSError:
            self._cut()
        if answer:
            goal.close()
            self.over.set()

    async def _write(self, goal: asyncio.StreamWriter, data: bytes, *, slowly: bool) -> None:
        step = max(1, len(data) // 20) if slowly else len(data)
        for start in range(0, len(data), step):
            goal.write(data[start : start + step])
            await goal.drain()
            if slowly:
                await asyncio.sleep(0.02)

    async def _strike(self, goal: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(1.0):
                await goal.drain()
        if self._kind.endswith("stalled"):
            await asyncio.sleep(STALL)
        elif self._kind == "answer cut":
            goal.close()
            await asyncio.sleep(0.01)
            reset(self._backend)
            self.over.set()
            return
        else:
            await asyncio.sleep(0.01)
        self._cut()
