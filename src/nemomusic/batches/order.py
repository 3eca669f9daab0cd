"""An order of a batch, and its outcome."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import attrs

from nemomusic.files.sources import Source
from nemomusic.models.prompts import DEFAULT_PROMPT

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from nemomusic.errors import NemoMusicError
    from nemomusic.files.sources import Uploadable
    from nemomusic.jobs.steps.scored_video import ScoredVideo

OutcomeState = Literal["done", "kept", "failed"]
"""`done`: made by this run. `kept`: finished by an earlier run, and unchanged. `failed`: see the
outcome's error.
"""


@attrs.frozen(kw_only=True)
class Order:
    """One clip, or several for one timeline, with a prompt and an output.

    Attributes:
        source: As for `Client.add_music`: a path, an address, bytes …, or a list of them.
        prompt: The wish for the music, in a sentence.
        output: The path of the result, or None for `<stem>-with-music.mp4`. A relative path is
            relative to the batch's folder.
        language: Language code of the agent's answers. None means that the script of the prompt
            decides.
        name: The project's name. None means the name of the file.
    """

    source: Uploadable | Sequence[Uploadable]
    prompt: str = DEFAULT_PROMPT
    output: str | os.PathLike[str] | None = None
    language: str | None = None
    name: str | None = None

    @property
    def label(self) -> str:
        """The name of the first source, to show to people."""
        first: Any = self.source
        if isinstance(first, list | tuple):
            first = first[0] if first else ""
        if isinstance(first, Source):
            return str(first.path or first.name)
        return str(first) if isinstance(first, str | Path) else type(first).__name__


@attrs.frozen(kw_only=True)
class OrderOutcome:
    """The outcome of one order.

    Attributes:
        order: The order.
        number: The position of the order in the list, from 1.
        state: `done`, `kept` or `failed`.
        path: The path where the result is, or would be if the order had not failed. None if the
            output of the order can't be used.
        video: The result; None if the order failed.
        error: The error; None if the order did not fail.
        job_id: The id of the order's job; None if the order failed before it had one.
            `client.jobs.attach(job_id)` returns the handle of this job.
        seconds: Seconds that the order took in this run.
    """

    order: Order
    number: int
    state: OutcomeState
    path: Path | None = None
    video: ScoredVideo | None = None
    error: NemoMusicError | None = None
    job_id: str | None = None
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the result is on disk."""
        return self.error is None

    def __str__(self) -> str:
        return f"{self.order.label}: {self.error or self.path}"
