"""What `on_progress` is called with."""

from __future__ import annotations

from typing import Literal

import attrs

Stage = Literal["connect", "upload", "compose", "render", "download", "done"]

_WORDS: dict[Stage, str] = {
    "connect": "Connecting…",
    "upload": "Uploading",
    "compose": "Composing",
    "render": "Rendering",
    "download": "Downloading",
    "done": "Done",
}


@attrs.frozen(kw_only=True)
class Progress:
    """One step forward. `str()` is a line for a person.

    Attributes:
        stage: which part of the job.
        fraction: 0 to 1 of this stage, or None when unknown.
        text: words for a person.
        done: bytes moved so far (uploads, downloads).
        total: bytes in all, or None.
        rate: bytes a second, or None.
        eta: estimated seconds left, or None.
        name: the file it is about, or None.
    """

    stage: Stage
    fraction: float | None = None
    text: str = ""
    done: int | None = None
    total: int | None = None
    rate: float | None = None
    eta: float | None = None
    name: str | None = None

    def __str__(self) -> str:
        words = self.text or _WORDS[self.stage]
        if self.name and not self.text:
            words = f"{words} {self.name}"
        if self.fraction is None:
            return words
        line = f"{words} {self.fraction * 100:.0f} %"
        if self.rate:
            line += f" at {self.rate / 1e6:.1f} MB/s"
        if self.eta is not None and self.eta >= 1:
            line += f", {self.eta:.0f} s left"
        return line


class Meter:
    """Turns byte counts into `Progress`, at most some ten times a second.

    Args:
        stage: of the progress.
        total: bytes in all, or None.
        name: the file.
        now: seconds, at the start.
        start: bytes that were there before (a resumed download).
    """

    def __init__(
        self, stage: Stage, total: int | None, name: str | None, now: float, start: int = 0
    ) -> None:
        self._stage: Stage = stage
        self._total = total
        self._name = name
        self._began = now
        self._start = start
        self._told = float("-inf")

    def at(self, done: int, now: float, *, last: bool = False) -> Progress | None:
        """The progress at `done` bytes, or None when it is too soon to tell again."""
        if not last and now - self._told < 0.1:
            return None
        self._told = now
        took = now - self._began
        rate = (done - self._start) / took if took > 0 else None
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
