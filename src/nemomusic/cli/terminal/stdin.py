"""Read lines from standard input without blocking the event loop or the end of the process."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from contextlib import suppress
from typing import Final

_READ_BYTES: Final = 65536


class Lines:
    """Standard input, line by line, read in a thread that ends with the process.

    On a terminal, lines can be edited if the platform has readline.

    Args:
        prompt: Shown on a terminal.
        editing: Whether a person types the lines.
    """

    def __init__(self, prompt: str, *, editing: bool) -> None:
        self._prompt = prompt
        self._editing = editing
        self._held = b""
        if editing:
            with suppress(ImportError):
                import readline  # noqa: F401 - makes input() edit

    async def next(self) -> str | None:
        """Return the next line without its line end; None at the end of the input."""
        loop = asyncio.get_running_loop()
        arrived: asyncio.Future[str | None] = loop.create_future()

        def hand_over(line: str | None) -> None:
            if not arrived.done():
                arrived.set_result(line)

        def read() -> None:
            try:
                line = self._typed() if self._editing else self._piped()
            except (EOFError, OSError, ValueError):
                line = None
            with suppress(RuntimeError):  # the loop is closed: no task waits any more
                loop.call_soon_threadsafe(hand_over, line)

        # A daemon thread: the process does not wait for it at its end, as it would for the
        # executor's.
        threading.Thread(target=read, daemon=True, name="nemomusic-stdin").start()
        return await arrived

    def _typed(self) -> str:
        return input(self._prompt)

    def _piped(self) -> str | None:
        # Read from the descriptor: a thread inside sys.stdin would hold its lock at the end of the
        # process.
        while b"\n" not in self._held:
            piece = os.read(sys.stdin.fileno(), _READ_BYTES)
            if not piece:
                rest, self._held = self._held, b""
                return rest.decode("utf-8", "replace") if rest else None
            self._held += piece
        line, _, self._held = self._held.partition(b"\n")
        return line.decode("utf-8", "replace").rstrip("\r")
