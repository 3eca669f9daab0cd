"""Run one command: its event loop, Ctrl-C, its exit code."""

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

from nemomusic.cli.terminal.exit_codes import CommandInterruptedError, Exit, exit_code
from nemomusic.runtime import temporary_folders

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Coroutine, Iterator

    from nemomusic.cli.terminal.screen import Screen

    Command = Callable[[argparse.Namespace, Screen], Coroutine[Any, Any, int]]

END_SECONDS: Final = 0.7
"""Seconds that a command may take to end after Ctrl-C. A blocked thread (in a lookup of a host
name, or reading a terminal) can be stopped only by ending the process.
"""


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield a temporary folder. It is removed at the end, even if `_Signals` ends the process."""
    folder = Path(tempfile.mkdtemp(prefix="nemomusic-"))
    temporary_folders.add(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        temporary_folders.discard(folder)


def run_command(command: Command, arguments: argparse.Namespace, screen: Screen) -> int:
    """Run a command and return its exit code. Errors are printed, never raised."""
    signals = _Signals()
    problem: BaseException | None = None
    code = int(Exit.UNEXPECTED)
    try:
        code = asyncio.run(_main(command, arguments, screen, signals))
    except (Exception, KeyboardInterrupt, asyncio.CancelledError) as error:  # noqa: BLE001 - printed below
        problem = error
    finally:
        signals.over()
    if problem is None:
        return code
    if signals.seen or isinstance(problem, KeyboardInterrupt):
        problem = (
            problem
            if isinstance(problem, CommandInterruptedError)
            else CommandInterruptedError("interrupted")
        )
    screen.error(problem, getattr(problem, "job", None))
    return int(exit_code(problem))


async def _main(
    command: Command, arguments: argparse.Namespace, screen: Screen, signals: _Signals
) -> int:
    signals.watch()
    return await command(arguments, screen)


_gentle: list[Callable[[], None]] = []


_remedies: list[str] = []
"""What to do after an interruption. It is printed even if `_Signals` ends the process."""


@contextmanager
def first_interrupt(call: Callable[[], None], remedy: str | None = None) -> Iterator[None]:
    """Call a function in the event loop at the first Ctrl-C, and cancel only at the second one.

    Args:
        call: The function.
        remedy: What to do after the second Ctrl-C; None if nothing is known.
    """
    _gentle.append(call)
    if remedy is not None:
        _remedies.append(remedy)
    try:
        yield
    finally:
        _gentle.clear()


def note_remedy(remedy: str) -> None:
    """Note what to do after an interruption, for the case that `_Signals` ends the process."""
    _remedies.append(remedy)


class _Signals:
    """Handles Ctrl-C.

    The first one cancels the command. A second one ends the process, and so does a command that
    ends too slowly. Inside `first_interrupt`, these are the second and the third.
    """

    def __init__(self) -> None:
        self.seen = False
        _remedies.clear()
        self._restore: list[tuple[signal.Signals, Any]] = []
        self._timer: threading.Timer | None = None
        self._task: asyncio.Task[Any] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._terminal = _terminal_state()

    def watch(self) -> None:
        """Cancel the current task at a signal. The signal handlers stay replaced until `over`."""
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

    def _arrived(self, number: int, _: object) -> None:
        if number == signal.SIGINT and _gentle and self._loop is not None:
            self._loop.call_soon_threadsafe(_gentle.pop())
            return
        if self.seen:
            self._end_now()
        self.seen = True
        self._timer = threading.Timer(END_SECONDS, self._end_now)
        self._timer.daemon = True
        self._timer.start()
        if self._task is not None and self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: the process is about to end
                self._loop.call_soon_threadsafe(self._task.cancel)

    def over(self) -> None:
        """Restore the signal handlers."""
        if self._timer is not None:
            self._timer.cancel()
        for number, before in self._restore:
            signal.signal(number, before)
        self._restore.clear()
        _set_terminal(self._terminal)

    def _end_now(self) -> None:
        """End this process. Its workers end too, because their standard input ends."""
        temporary_folders.delete_all()
        _set_terminal(self._terminal)
        with suppress(OSError, ValueError):
            words = ". ".join(("interrupted", *_remedies))
            print(f"nemomusic: error: {words}", file=sys.stderr, flush=True)
        os._exit(int(Exit.INTERRUPTED))


def _terminal_state() -> Any:
    """Return the terminal's settings.

    A thread that is stopped while it reads can't restore them.
    """
    if sys.platform != "win32":
        try:
            import termios
        except ImportError:  # such as on WebAssembly
            return None
        with suppress(OSError, ValueError, AttributeError, termios.error):
            return termios.tcgetattr(sys.stdin.fileno())
    return None


def _set_terminal(state: Any) -> None:
    if sys.platform != "win32" and state is not None:
        import termios

        with suppress(OSError, ValueError, AttributeError, termios.error):
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, state)
