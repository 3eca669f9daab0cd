"""What a person sees, and what a script reads.

Results go to standard output, everything else to standard error. With `--json` standard output
holds exactly one JSON object, printed at the end.
"""

from __future__ import annotations

import json as json_
import logging
import os
import sys
from contextlib import asynccontextmanager, contextmanager, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, TextIO

from nemomusic.cli.outcome import Exit, as_json, exit_code, explain, one_line
from nemomusic.secret import redact

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from nemomusic.journal import JobRecord
    from nemomusic.models.progress import Progress

    Tell = Callable[[Progress], None]


def let_go(stream: TextIO) -> None:
    """Point a stream that nobody reads any more at nothing, so that no later write complains."""
    with suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())
        os.close(nothing)


NOTICE: Final = 120.0
"""Seconds between signs of life on a long wait (contract, section 2)."""


class Screen:
    """The two outputs.

    Args:
        json: one JSON object on standard output, and no words there.
        quiet: no progress and no notes.
        verbose: a log as well.

    Attributes:
        chat: the command that goes on in a session of this one's backend; None if it isn't kept.
    """

    def __init__(self, *, json: bool = False, quiet: bool = False, verbose: bool = False) -> None:
        self.json = json
        self.quiet = quiet
        self.verbose = verbose
        self.chat: str | None = "nemomusic chat"
        self._bars: Bars | None = None
        if verbose:
            self._log()

    def _log(self) -> None:
        handler = _Handler(self)
        handler.setFormatter(logging.Formatter("%(asctime)s %(name)s: %(message)s"))
        log = logging.getLogger("nemomusic")
        log.handlers[:] = [handler]
        log.setLevel(logging.DEBUG)

    def say(self, text: str) -> None:
        """A result, on standard output; nothing with `--json`."""
        if not self.json:
            self._print(text)

    def result(self, value: dict[str, Any]) -> None:
        """The one JSON object, with `--json`."""
        if self.json:
            self._print(json_.dumps(value))

    def _print(self, text: str) -> None:
        try:
            print(text, flush=True)
        except BrokenPipeError:  # whoever read us has seen enough; the work goes on
            let_go(sys.stdout)

    def note(self, text: str) -> None:
        """Something good to know, on standard error; nothing with `--quiet`."""
        if not self.quiet:
            self.complain(text)

    def complain(self, text: str) -> None:
        """A line on standard error in any case."""
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
        """One clear line, beginning with what it is about; if `final`, the JSON object as well."""
        if self.verbose:
            self._story(error)
        shown = explain(error, job, self.chat)
        self.complain(f"nemomusic: error: {about}{one_line(shown)}")
        if final:
            self.result({"error": as_json(shown)})

    def _story(self, error: BaseException) -> None:
        """What led to it, for the log; where in the code only if that is where the fault is."""
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
        """Bars on a terminal (with rich), else a line per stage; nothing with `--quiet`."""
        if self.quiet:
            yield _Silent(self)
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
        """A long wait without stages: a bar that moves, or a sign of life every two minutes."""
        import asyncio

        from nemomusic.models.progress import Progress

        async def remind() -> None:
            while True:
                await asyncio.sleep(NOTICE)
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
        """A table on a terminal with rich, else a line per row with tabs."""
        if self.json:
            return
        if sys.stdout.isatty() and find_spec("rich") is not None:
            from rich.console import Console
            from rich.table import Table
            from rich.text import Text

            table = Table(*columns)
            for row in rows:
                table.add_row(*(Text(cell) for cell in row))
            Console().print(table)
        else:
            for row in rows:
                self.say("\t".join(row))


class Display:
    """Progress in plain lines: one for each stage, and what it says meanwhile."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def job(self, label: str = "") -> Tell:
        """What to give as `on_progress`; `label` tells several jobs apart."""
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


class _Silent(Display):
    def job(self, label: str = "") -> Tell:
        del label
        return lambda _: None


class _Drawn(Display):
    """A bar for each job; it says which stage it is in."""

    def __init__(self, screen: Screen, bars: Bars) -> None:
        super().__init__(screen)
        self._shown = bars

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
                    task = bars.add_task(
                        before + (progress.text or _headline(progress)), total=None
                    )
            if task is not None and progress.fraction is not None:
                bars.update(task, total=1.0, completed=progress.fraction)

        return tell


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


class _Handler(logging.Handler):
    """The log, between the bars, without what looks like a token."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen

    def emit(self, record: logging.LogRecord) -> None:
        self._screen.complain(redact(self.format(record)))
