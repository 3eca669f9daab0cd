"""Print the course and the end of a batch, for people and for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nemomusic.cli.add_music import note_warnings, video_json
from nemomusic.cli.terminal.exit_codes import Exit, as_json, exit_code, explain, one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from nemomusic.batches.order import Order, OrderOutcome
    from nemomusic.batches.plan import PlannedOrder
    from nemomusic.cli.batching.manifest import ListedOrder
    from nemomusic.cli.terminal.screen import Display, Screen
    from nemomusic.errors import BatchPausedError, LocalBackendError, NemoMusicError
    from nemomusic.models.progress import Progress
    from nemomusic.report import Report


class BatchReport:
    """Prints one line for each outcome as it comes, and a summary at the end.

    Args:
        screen: Prints everything.
        total: The number of orders; None if they are not counted.

    Attributes:
        kept: Whether a later command can continue the batch.
        interrupted: Whether Ctrl-C has ended the batch.
        left: Orders that are not finished.
        page: The report on disk, or None.
        numbers: By the identity of an order, its place in the list.
    """

    def __init__(self, screen: Screen, total: int | None) -> None:
        self.kept: bool = False
        self.interrupted: bool = False
        self.left: int = 0
        self.numbers: dict[int, int] = {}
        self.page: Report | None = None
        self._screen = screen
        self._total = total
        self._counts = {"done": 0, "kept": 0, "failed": 0}
        self._code = Exit.OK
        self._advance: Callable[[int], None] = lambda _: None

    def write_to(self, page: Report) -> None:
        """Write each outcome to the report on disk too."""
        self.page = page

    def keep(self) -> None:
        """Say that a later command can continue the batch."""
        self.kept = True

    def interrupt(self) -> None:
        """Note that Ctrl-C ends the batch."""
        self.interrupted = True

    def leave(self, count: int) -> None:
        """Note how many orders are not finished."""
        self.left = count

    def tells(self, display: Display) -> Callable[[Order], Callable[[Progress], None]]:
        """Return a function that gives each order its place on the display."""
        self._advance = display.overall(self._total)
        self._advance(self._seen)
        places: dict[int, Callable[[Progress], None]] = {}

        def tell(order: Order) -> Callable[[Progress], None]:
            if id(order) not in places:
                inner = display.job(order.label)

                def report(progress: Progress) -> None:
                    inner(progress)
                    if progress.stage == "done":
                        places.pop(id(order), None)

                places[id(order)] = report
            return places[id(order)]

        return tell

    @property
    def _seen(self) -> int:
        return sum(self._counts.values())

    @property
    def _place(self) -> str:
        return f"{self._seen} of {self._total}" if self._total else f"{self._seen}"

    def add(self, outcome: OrderOutcome) -> None:
        """Print an outcome."""
        number = self.numbers.get(id(outcome.order), outcome.number)
        if self.page is not None:
            self.page.add(outcome, number)
        if outcome.error is not None:
            self.refused(number, outcome.order.label, outcome.error, path=outcome.path)
            return
        self._counts[outcome.state] += 1
        video = outcome.video
        what = "kept" if video is None or outcome.state == "kept" else str(video.timeline)
        took = "" if outcome.state == "kept" else f" in {outcome.seconds:.0f} s"
        self._screen.note(f"{number}. {outcome.order.label}{took} ({self._place}): {what}")
        note_warnings(self._screen, () if video is None else video.warnings)
        self._screen.say(str(outcome.path))
        self._result(
            number,
            outcome.order.label,
            outcome.state,
            seconds=round(outcome.seconds, 3),
            **({} if video is None else video_json(video, kept=self.kept))
            | {"path": str(outcome.path)},
        )
        self._advance(self._seen)

    def refused(
        self, number: int, label: str, error: NemoMusicError, *, path: object = None
    ) -> None:
        """Print an order that failed."""
        self._counts["failed"] += 1
        self._code = self._code or exit_code(error)
        shown = explain(error, None, self._screen.chat)
        self._screen.error(shown, about=f"{number}. {label} ({self._place}): ", final=False)
        self._result(
            number,
            label,
            "failed",
            path=None if path is None else str(path),
            error=as_json(shown),
        )
        self._advance(self._seen)

    def _result(self, number: int, label: str, state: str, **more: Any) -> None:
        self._screen.result({"number": number, "input": label, "state": state, **more})

    def paused(self, error: BatchPausedError) -> None:
        """Print why the batch has stopped before its end."""
        cause = error.__cause__
        self._code = exit_code(cause if cause is not None else error)
        self.left = error.left or 0
        shown = explain(error, None, self._screen.chat)
        if self.kept:
            again = "Then run the same command again: it continues where it stopped."
            shown.remedy = f"{(shown.remedy or '').rstrip()} {again}".strip()
        self._screen.error(shown, final=False)

    def lost(self, error: LocalBackendError) -> None:
        """Print that the cluster is gone, and the command that continues."""
        self._code = exit_code(error)
        shown = explain(error, None, self._screen.chat)
        shown.remedy = "Start the scheduler and its workers. Then run the same command again" + (
            ": it continues where it stopped." if self.kept else "."
        )
        self._screen.error(shown, final=False)

    def end(self) -> int:
        """Print the summary and return the exit code."""
        code = Exit.INTERRUPTED if self.interrupted and self.left else self._code
        parts = [f"{count} {state}" for state, count in self._counts.items() if count]
        if self.left:
            parts.append(f"{self.left} left")
        self._screen.note(", ".join(parts) or "nothing to do")
        if self.interrupted and self.left and self.kept:
            self._screen.note("Run the same command again: it continues where it stopped.")
        self._screen.result({**self._counts, "left": self.left, "exit_code": int(code)})
        return int(code)

    @staticmethod
    def planned(
        screen: Screen,
        listed: ListedOrder,
        plan: PlannedOrder | None,
        error: NemoMusicError | None,
    ) -> Exit:
        """Print what a run would do with one order, and return the exit code for it."""
        state = "bad" if plan is None else plan.state
        path = None if plan is None or plan.path is None else str(plan.path)
        shown = None if error is None else explain(error, None, screen.chat)
        words = one_line(shown) if shown is not None else path or ""
        note = None if plan is None else plan.note
        cells = (str(listed.number), state, listed.label, words)
        screen.say("\t".join(_in_one_line(cell) for cell in cells))
        if note is not None:
            screen.note(f"{listed.label}: {note}")
        screen.result(
            {
                "number": listed.number,
                "input": listed.label,
                "state": state,
                "path": path,
                "error": None if shown is None else as_json(shown),
            }
        )
        return Exit.OK if error is None else exit_code(error)


def _in_one_line(text: str) -> str:
    """Return a text with control characters as escapes: the name of a file may hold any."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
