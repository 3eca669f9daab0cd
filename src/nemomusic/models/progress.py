"""The values that `on_progress` is called with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import attrs

from nemomusic.models import language as texts
from nemomusic.models.values.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

Stage = Literal["connect", "upload", "compose", "render", "download", "done"]

_STAGES: Final[Mapping[Stage, texts.Phrase]] = {
    "connect": texts.CONNECTING,
    "upload": texts.UPLOADING,
    "compose": texts.COMPOSING,
    "render": texts.RENDERING,
    "download": texts.DOWNLOADING,
    "done": texts.DONE,
}
_REPORT_SECONDS: Final = 0.1
"""Seconds between two reports of a `ProgressMeter`."""
_RATED_AFTER: Final = 1.0
"""Seconds of a transfer after which its speed says something. A file on this machine takes less."""


@attrs.frozen(kw_only=True)
class Progress(Value):
    """A report of progress. `str(progress)` is a line for a person, in English.

    Attributes:
        stage: The part of the job that is under way.
        fraction: The part of this stage that is done, 0 to 1; None if it is not known.
        text: A sentence for a person; empty if `stage` is enough.
        done: Bytes transferred so far (uploads and downloads), or None.
        total: Bytes in all, or None.
        rate: Bytes a second; None in the first second of a transfer.
        eta: Estimated seconds left, or None.
        name: The file that is uploaded or downloaded, or None.
        overall: The part of the whole job that is done, 0 to 1. It never decreases. None outside a
            job.
        job_id: The id of the job; None outside a job.
        session_id: The id of the session; None before the session is opened.
        render_id: The id of the render; None before the render is started.
    """

    stage: Stage
    fraction: float | None = None
    text: str = ""
    done: int | None = None
    total: int | None = None
    rate: float | None = None
    eta: float | None = None
    name: str | None = None
    overall: float | None = None
    job_id: str | None = None
    session_id: str | None = None
    render_id: str | None = None

    def line(self, language: str | None = None) -> str:
        """Return a line for a person: Chinese for zh, zh-CN and the like, else English."""
        words = self.text or _STAGES[self.stage].text(language)
        if self.name and not self.text:
            words = f"{words} {self.name}"
        if self.fraction is None or self.stage == "done":
            return words
        line = f"{words} {self.fraction * 100:.0f} %"
        if self.rate:
            line += texts.RATE.text(language, self.rate / 1e6)
        if self.eta is not None and self.eta >= 1:
            line += texts.TIME_LEFT.text(language, self.eta)
        return line

    def __str__(self) -> str:
        return self.line()


ProgressCallback: TypeAlias = Callable[[Progress], Awaitable[object] | object]
"""The type of `on_progress`: a function, or a coroutine function."""


class ProgressMeter:
    """Turns byte counts into `Progress`, at most ten times a second.

    Args:
        stage: The stage to report.
        total: Bytes in all, or None.
        name: The file.
        now: The time at the start, in monotonic seconds.
        start: Bytes that were transferred before, as in a resumed download.
    """

    def __init__(
        self, stage: Stage, total: int | None, name: str | None, now: float, start: int = 0
    ) -> None:
        self._stage: Stage = stage
        self._total = total
        self._name = name
        self._began = now
        self._start = start
        self._reported = float("-inf")

    def at(self, done: int, now: float, *, last: bool = False) -> Progress | None:
        """Return the progress at `done` bytes; None when the last report is too recent.

        Args:
            done: Bytes transferred so far.
            now: The time, in monotonic seconds.
            last: Whether this is the last report, which is never left out.
        """
        if not last and now - self._reported < _REPORT_SECONDS:
            return None
        self._reported = now
        took = now - self._began
        rate = (done - self._start) / took if took >= _RATED_AFTER else None
        total = self._total
        return Progress(
            stage=self._stage,
            fraction=min(1.0, done / total) if total else None,
            done=done,
            total=total,
            rate=rate,
            eta=(total - done) / rate if total and rate else None,
            name=self._name,
        )
