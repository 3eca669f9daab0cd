"""Collect rows while a batch runs, and write the page at its end."""

from __future__ import annotations

import asyncio
import json
import os
from io import BufferedWriter, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from nemomusic.errors import OutputError
from nemomusic.files.part_file import open_own
from nemomusic.report.page import FOOT, head, row_html
from nemomusic.report.row import ReportRow, row_of_video
from nemomusic.runtime.executor import Executor
from nemomusic.secret import redact

if TYPE_CHECKING:
    from nemomusic.batches.order import OrderOutcome
    from nemomusic.errors import NemoMusicError

PAGE = "report.html"
LINES = "report.jsonl"
_UNDECODABLE = "backslashreplace"
"""The error handler for bytes of a file name that are not text. It writes them as JSON escapes, so
that a program that reads the lines gets the same name."""


def _new_text(path: Path) -> TextIOWrapper:
    """Open an empty text file. No link is followed.

    Raises:
        OSError: The file can't be made.
    """
    file = BufferedWriter(open_own(path, fresh=True))
    return TextIOWrapper(file, encoding="utf-8", errors=_UNDECODABLE)


class Report:
    """Writes `report.html` and `report.jsonl` into a folder.

    A row is written to the JSON Lines file at once, so memory does not grow. The page is made from
    this file at the end. Videos are analyzed in a thread, one at a time.

    Args:
        folder: The folder of the files. It is made if it does not exist.
        title: The title of the page.

    Raises:
        OutputError: The folder can't be written.
    """

    def __init__(self, folder: str | os.PathLike[str], title: str = "Batch") -> None:
        self.folder: Path = Path(folder)
        self._title = title
        self._counts: dict[str, int] = {}
        self._queue: asyncio.Queue[tuple[OrderOutcome, int] | None] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        # A thread of its own: PyAV keeps a scaler for each thread, and freeing that in a forked
        # child can hang. So the thread must not live on.
        self._executor = Executor(1, "nemomusic-report")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lines = _new_text(self.folder / LINES)
        except OSError as error:
            raise OutputError(
                f"the report can't be written to {self.folder} ({error.strerror})",
                remedy="Choose another folder.",
            ) from error

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._write_rows(), name="nemomusic-report")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._queue.put_nowait(None)
        try:
            if self._task is not None:
                await self._task
        finally:
            self._executor.close()
        self.close()

    def add(self, outcome: OrderOutcome, number: int | None = None) -> None:
        """Add an outcome. Its video is analyzed later, while the batch goes on."""
        self._queue.put_nowait((outcome, outcome.number if number is None else number))

    def write(self, row: ReportRow) -> None:
        """Add a row that is complete."""
        self._counts[row.state] = self._counts.get(row.state, 0) + 1
        self._lines.write(json.dumps(row.to_dict(), ensure_ascii=False) + "\n")
        self._lines.flush()

    async def _write_rows(self) -> None:
        while (item := await self._queue.get()) is not None:
            outcome, number = item
            self.write(await self._executor.run(row_of, outcome, number))

    def close(self) -> Path:
        """Write the page, and return its path.

        Raises:
            OutputError: The page can't be written.
        """
        self._lines.close()
        page = self.folder / PAGE
        part = page.with_name(f".{PAGE}.part")
        try:
            with (
                (self.folder / LINES).open(encoding="utf-8") as lines,
                _new_text(part) as file,
            ):
                file.write(head(self._title, self._summary))
                for line in lines:
                    row: dict[str, Any] = json.loads(line)
                    file.write(row_html(row, self._source(row)))
                file.write(FOOT)
            part.replace(page)
        except OSError as error:
            raise OutputError(
                f"the report can't be written to {self.folder} ({error.strerror})",
                remedy="Choose another folder, or make room.",
            ) from error
        return page

    @property
    def _summary(self) -> str:
        counts = [f"{count} {state}" for state, count in sorted(self._counts.items())]
        return f"{sum(self._counts.values())} clips: {', '.join(counts) or 'none'}"

    def _source(self, row: dict[str, Any]) -> str | None:
        """Return a result's address relative to the page, so that both can be moved together."""
        if row["state"] == "failed" or not row.get("path"):
            return None
        try:
            relative = os.path.relpath(row["path"], self.folder.resolve())
        except ValueError:  # another drive of Windows
            return Path(row["path"]).as_uri()
        return quote(os.fsencode(relative.replace(os.sep, "/")))


def row_of(outcome: OrderOutcome, number: int) -> ReportRow:
    """Return the row of an outcome. This may decode a video: run it in a thread."""
    if outcome.video is not None:
        return row_of_video(
            outcome.video,
            number=number,
            label=outcome.order.label,
            state=outcome.state,
            seconds=outcome.seconds,
        )
    error = outcome.error
    if error is not None and outcome.path is None:
        return refused_row(number, outcome.order.label, error)
    return ReportRow(
        number=number,
        input=outcome.order.label,
        state=outcome.state,
        path=None if outcome.path is None else str(outcome.path),
        seconds=round(outcome.seconds, 3),
        error=None if error is None else redact(error.message),
        remedy=None if error is None or error.remedy is None else redact(error.remedy),
        job_id=outcome.job_id,
        session_id=None if error is None else error.session_id,
    )


def refused_row(number: int, label: str, error: NemoMusicError) -> ReportRow:
    """Return the row of an order that was bad before anything was sent."""
    return ReportRow(
        number=number,
        input=label,
        state="failed",
        error=redact(error.message),
        remedy=None if error.remedy is None else redact(error.remedy),
        job_id=error.job_id,
        session_id=error.session_id,
    )
