"""Running one command: its event loop, its end by Ctrl-C, its exit code."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nemomusic.cli.outcome import Exit, Interrupted, exit_code

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Coroutine, Iterator

    from nemomusic.cli.screen import Screen

    Command = Callable[[argparse.Namespace, Screen], Coroutine[Any, Any, int]]

PATIENCE: Final = 0.7
"""Seconds that an orderly end may take after Ctrl-C. A thread that is stuck (a name that doesn't
resolve, a terminal that is being read) can't be stopped any other way than with the process."""

_scratch: set[Path] = set()


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A temporary folder that goes away at the end, also by the hard way of `_Signals`."""
    folder = Path(tempfile.mkdtemp(prefix="nemomusic-"))
    _scratch.add(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _scratch.discard(folder)


def run_command(command: Command, arguments: argparse.Namespace, screen: Screen) -> int:
    """Run a command to its end and give the exit code; errors are told, never raised."""
    signals = _Signals()
    problem: BaseException | None = None
    code = int(Exit.UNEXPECTED)
    try:
        code = asyncio.run(_main(command, arguments, screen, signals))
    except (Exception, KeyboardInterrupt, asyncio.CancelledError) as error:  # noqa: BLE001 - told below
        problem = error
    finally:
        signals.over()
    if problem is None:
        return code
    if signals.seen or isinstance(problem, KeyboardInterrupt):
        problem = problem if isinstance(problem, Interrupted) else Interrupted("interrupted")
    screen.error(problem, getattr(problem, "job", None))
    return int(exit_code(problem))


async def _main(
    command: Command, arguments: argparse.Namespace, screen: Screen, signals: _Signals
) -> int:
    signals.watch()
    return await command(arguments, screen)


class _Signals:
    """The first Ctrl-C cancels the command; a second one, or too slow an end, ends the process."""

    def __init__(self) -> None:
        self.seen = False
        self._restore: list[tuple[signal.Signals, Any]] = []
        self._timer: threading.Timer | None = None
        self._task: asyncio.Task[Any] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._terminal = _terminal_state()

    def watch(self) -> None:
        """Look after the current task; the signal handlers are ours until `over`."""
        self._task, self._loop = asyncio.current_task(), asyncio.get_running_loop()
        if threading.current_thread() is not threading.main_thread():
            return
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
            number = getattr(signal, name, None)
            if number is None:
                continue
            before = signal.getsignal(number)
            if name == "SIGHUP" and before == signal.SIG_IGN:  # nohup
                continue
            signal.signal(number, self._arrived)
            self._restore.append((number, before))

    def _arrived(self, *_: object) -> None:
        if self.seen:
            self._end_now()
        self.seen = True
        self._timer = threading.Timer(PATIENCE, self._end_now)
        self._timer.daemon = True
        self._timer.start()
        if self._task is not None and self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: we are nearly out
                self._loop.call_soon_threadsafe(self._task.cancel)

    def over(self) -> None:
        """Give the handlers back."""
        if self._timer is not None:
            self._timer.cancel()
        for number, before in self._restore:
            signal.signal(number, before)
        self._restore.clear()
        _set_terminal(self._terminal)

    def _end_now(self) -> None:
        """End this process: its workers end with it, since their standard input does."""
        for folder in list(_scratch):
            shutil.rmtree(folder, ignore_errors=True)
        _set_terminal(self._terminal)
        with suppress(OSError, ValueError):
            print("nemomusic: error: interrupted", file=sys.stderr, flush=True)
        os._exit(int(Exit.INTERRUPTED))


def _terminal_state() -> Any:
    """How the terminal is set, which a thread that is cut off while reading it can't restore."""
    if sys.platform != "win32":
        import termios

        with suppress(OSError, ValueError, AttributeError, termios.error):
            return termios.tcgetattr(sys.stdin.fileno())
    return None


def _set_terminal(state: Any) -> None:
    if sys.platform != "win32" and state is not None:
        import termios

        with suppress(OSError, ValueError, AttributeError, termios.error):
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, state)
