"""The output of commands, for people and for scripts.

Results go to standard output, everything else to standard error. With `--json` standard output
holds exactly one JSON object, printed at the end.
"""

from __future__ import annotations

import json as json_
import logging
import os
import re
import sys
import time
from contextlib import asynccontextmanager, contextmanager, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, TextIO

from nemomusic.cli.terminal.exit_codes import Exit, as_json, exit_code, explain, one_line
from nemomusic.secret import redact

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from nemomusic.jobs.storage.records import JobRecord
    from nemomusic.models.progress import Progress

    Tell = Callable[[Progress], None]


def let_go(stream: TextIO) -> None:
    """Redirect a stream without a reader to the null device, so that no later write fails."""
    with suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())
        os.close(nothing)


_CONTROLS: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Characters that control a terminal or turn the direction of writing. File names may hold them."""


def escaped(text: str) -> str:
    """Return a text with control characters as escapes, which do not control a terminal."""
    return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


NOTICE_SECONDS: Final = 120.0
"""Seconds between two notes during a long wait (docs/protocol.md)."""


class Screen:
    """The standard output and standard error of a command.

    Args:
        json: Print one JSON object on standard output, and no text.
        quiet: Print no progress and no notes.
        log_level: Print a log from this level on to standard error; None for no log.

    Attributes:
        chat: The command that continues a session of this command's backend; None if the session is
            not kept.
        offline: Whether the command can work without the service, by `--local`.
    """

    def __init__(
        self, *, json: bool = False, quiet: bool = False, log_level: int | None = None
    ) -> None:
        self.json = json
        self.quiet = quiet
        self.verbose: bool = log_level is not None
        self.offline: bool = False
        self.chat: str | None = "nemomusic chat"
        self._bars: Bars | None = None
        package = logging.getLogger("nemomusic")
        package.handlers[:] = [one for one in package.handlers if not isinstance(one, _Log)]
        handler: logging.Handler | None = None
        if log_level is not None:
            handler = _Log(self)
            handler.setFormatter(logging.Formatter("%(asctime)s %(name)s: %(message)s"))
            package.setLevel(log_level)
        elif not quiet:
            handler = _RetryNote(self)
        if handler is not None:
            package.addHandler(handler)

    def continue_with(self, chat: str | None) -> None:
        """Set the command that continues a session; None if the session is not kept."""
        self.chat = chat

    def offer_offline(self) -> None:
        """Let errors of the network name `--local`."""
        self.offline = True

    def say(self, text: str) -> None:
        """Print a result on standard output; nothing with `--json`."""
        if not self.json:
            self._print(escaped(text) if sys.stdout.isatty() else text)

    def result(self, value: dict[str, Any]) -> None:
        """Print the one JSON object, with `--json`."""
        if self.json:
            self._print(json_.dumps(value))

    def _print(self, text: str) -> None:
        try:
            print(text, flush=True)
        except BrokenPipeError:  # the reader closed the pipe; the work continues
            let_go(sys.stdout)

    def note(self, text: str) -> None:
        """Print a note on standard error; nothing with `--quiet`."""
        if not self.quiet:
            self.complain(text)

    def complain(self, text: str) -> None:
        """Print a line on standard error, also with `--quiet`."""
        text = escaped(text)
        with suppress(OSError, ValueError):  # a closed standard error must not end a job
            if self._bars is not None:
                self._bars.console.print(text, markup=False, highlight=False, soft_wrap=True)
            else:
                print(text, file=sys.stderr, flush=True)

    def error(
        self,
        error: BaseException,
        job: JobRecord | None = None,
        *,
        about: str = "",
        final: bool = True,
    ) -> None:
        """Print an error in one line that starts with `about`; if `final`, the JSON object too."""
        if self.verbose:
            self._story(error)
        shown = explain(error, job, self.chat, offline=self.offline)
        self.complain(f"nemomusic: error: {about}{one_line(shown)}")
        if final:
            self.result({"error": as_json(shown)})

    def _story(self, error: BaseException) -> None:
        """Log attempts and causes of an error, and the traceback if it is a bug."""
        log = logging.getLogger("nemomusic.cli")
        for attempt in getattr(error, "attempts", ()):
            log.debug("%r", attempt)
        cause: BaseException | None = error
        while cause is not None:
            log.debug("%s: %s", type(cause).__name__, cause)
            cause = cause.__cause__
        if exit_code(error) is Exit.UNEXPECTED:
            log.debug("where it happened", exc_info=error)

    # ------------------------------------------------------------- progress

    @contextmanager
    def display(self) -> Iterator[Display]:
        """Show bars on a terminal (with rich), else a line per stage; nothing with `--quiet`."""
        if self.quiet:
            yield _NoDisplay(self)
        elif sys.stderr.isatty() and find_spec("rich") is not None:
            with _bars() as bars:
                self._bars = bars
                try:
                    yield _Drawn(self, bars)
                finally:
                    self._bars = None
        else:
            yield Display(self)

    @asynccontextmanager
    async def waiting(self, words: str) -> AsyncIterator[None]:
        """Show that a long wait without stages continues: by a bar, or a note every 2 minutes."""
        import asyncio

        from nemomusic.models.progress import Progress

        async def remind() -> None:
            while True:
                await asyncio.sleep(NOTICE_SECONDS)
                self.note("⏳ Still working…")

        reminder = asyncio.create_task(remind())
        try:
            with self.display() as display:
                if type(display) is _Drawn:
                    display.job()(Progress(stage="compose", text=words))
                yield
        finally:
            reminder.cancel()
            await asyncio.wait([reminder])

    def table(self, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        """Print a table on a terminal with rich, else a line per row with tabs."""
        if self.json:
            return
        if sys.stdout.isatty() and find_spec("rich") is not None:
            from rich.console import Console
            from rich.table import Table
            from rich.text import Text

            table = Table(*columns)
            for row in rows:
                table.add_row(*(Text(escaped(cell)) for cell in row))
            Console().print(table)
        else:
            for row in [columns, *rows] if rows else []:
                self.say("\t".join(row))


class Display:
    """Prints progress as plain lines: one for each stage, and its messages."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def job(self, label: str = "") -> Tell:
        """Return a function for `on_progress`. `label` names the job if there are several."""
        before = f"{label}: " if label else ""
        last: list[str] = [""]

        def tell(progress: Progress) -> None:
            if progress.stage == "done":
                return
            if progress.text:
                self._screen.note(before + progress.text)
            elif progress.stage != last[0]:
                bare = _headline(progress)
                self._screen.note(before + bare)
            last[0] = progress.stage

        return tell

    def overall(self, total: int | None) -> Callable[[int], None]:
        """Return a function that shows how many of several jobs are over."""
        del total
        return lambda _: None


class _NoDisplay(Display):
    def job(self, label: str = "") -> Tell:
        del label
        return lambda _: None


class _Drawn(Display):
    """Shows a bar for each job, with the name of the stage."""

    def __init__(self, screen: Screen, bars: Bars) -> None:
        super().__init__(screen)
        self._shown = bars

    def overall(self, total: int | None) -> Callable[[int], None]:
        bars, began = self._shown, time.monotonic()
        task = bars.add_task("", total=total)

        def show(count: int) -> None:
            words = f"{count} done" if total is None else f"{count} of {total}"
            if total is not None and 0 < count < total:
                left = (time.monotonic() - began) / count * (total - count)
                words += f", about {_duration(left)} left"
            bars.update(task, completed=count, description=words)

        show(0)
        return show

    def job(self, label: str = "") -> Tell:
        bars, before = self._shown, f"{label}: " if label else ""
        stage, task = "", _nothing()

        def tell(progress: Progress) -> None:
            nonlocal stage, task
            if progress.stage == stage and progress.text:
                self._screen.note(before + progress.text)
                return
            if progress.stage != stage:
                if task is not None:
                    bars.remove_task(task)
                stage, task = progress.stage, None
                if stage != "done":
                    shown = escaped(before + (progress.text or _headline(progress)))
                    task = bars.add_task(shown, total=None)
            if task is not None and progress.fraction is not None:
                bars.update(task, total=1.0, completed=progress.fraction)

        return tell


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _nothing() -> TaskID | None:
    return None


def _headline(progress: Progress) -> str:
    import attrs

    return str(attrs.evolve(progress, fraction=None))


@contextmanager
def _bars() -> Iterator[Bars]:
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=32),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=_console(),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as bars:
        yield bars


def _console() -> Console:
    from rich.console import Console

    return Console(stderr=True)


class _Log(logging.Handler):
    """Prints the log between the bars, without text that looks like a token."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen

    def emit(self, record: logging.LogRecord) -> None:
        self._screen.complain(redact(self.format(record)))


class _RetryNote(_Log):
    """Prints once that a request is repeated, so that a wait of some seconds is explained."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self.setLevel(logging.WARNING)
        self._told = False

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "nemomusic.http" and not self._told:
            self._told = True
            self._screen.note("No good answer from the service yet; trying again")
