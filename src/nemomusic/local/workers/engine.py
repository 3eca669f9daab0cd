"""The interface between the service and the engine.

It uses values of `nemomusic.engine.types`. They become JSON only at a process boundary, in
`pool.py` and `worker_main.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeAlias

from nemomusic.errors import LocalBackendError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Unpack

    from nemomusic.engine.score_source import ScoreForm, ScoreSource
    from nemomusic.engine.types import (
        Brief,
        ClipAnalysis,
        Probe,
        RenderPlan,
        RenderResult,
        ScoreSummary,
    )
    from nemomusic.errors import ErrorFacts

OnProgress: TypeAlias = Callable[[float], None]
"""A function that is called with the fraction that is done, 0..1."""


class EngineError(LocalBackendError):
    """The engine failed at one job. The backend and its other jobs continue."""


class EngineStartError(EngineError):
    """The engine could not be started.

    Attributes:
        passes: Whether a later try may succeed, as after a lack of memory.
    """

    passes: bool

    def __init__(self, message: str, *, passes: bool = False, **facts: Unpack[ErrorFacts]) -> None:
        super().__init__(message, **facts)
        self.passes = passes


class Engine(Protocol):
    """Does the heavy work of the backend.

    Each call may run beside others, and may be canceled. It raises `MediaError` if the input is at
    fault, and `EngineError` if the engine is at fault.
    """

    def prewarm(self) -> None:
        """Prepare for work that is about to come, without waiting."""

    async def probe(self, path: Path) -> Probe:
        """Find out what a file is."""
        ...

    async def analyze(self, path: Path, progress: OnProgress) -> ClipAnalysis:
        """Analyze the frames and the sound of a clip.

        Args:
            path: The path of a video.
            progress: Called at times with the fraction that is done, 0..1.
        """
        ...

    async def compose(
        self, analysis: ClipAnalysis, brief: Brief, seed: int, out: Path, progress: OnProgress
    ) -> ScoreSummary:
        """Compose music for an analysis, and write a WAV.

        Args:
            analysis: The analysis of the timeline.
            brief: The wishes for the music.
            seed: The seed of all random choices.
            out: The path of the WAV.
            progress: Called at times with the fraction that is done, 0..1.
        """
        ...

    async def score_file(
        self, source: ScoreSource, form: ScoreForm, out: Path, progress: OnProgress
    ) -> ScoreSummary:
        """Compose a piece again, and write it in a form for other programs.

        Args:
            source: The analysis, brief and seed of the piece.
            form: The form to write.
            out: Where the file goes.
            progress: Called at times with the fraction that is done, 0..1.

        Returns:
            The piece that was written: the same as before, unless the composer has changed since.
        """
        ...

    async def check_glyphs(self, text: str) -> None:
        """Check that a title can be drawn. Raise `MediaError` if no font here can draw it."""
        ...

    async def check_sources(
        self, plan: RenderPlan, progress: OnProgress, *, frames: bool = True
    ) -> bool:
        """Read all files that the render of a plan needs.

        Return whether frames were decoded. It raises `MediaError` if a file is damaged.

        Args:
            plan: The render plan.
            progress: Called at times with the fraction that is done, 0..1.
            frames: Whether frames are read too, or only the sound of the music.
        """
        ...

    async def render(self, plan: RenderPlan, out: Path, progress: OnProgress) -> RenderResult:
        """Write the MP4 of a plan.

        Args:
            plan: The render plan.
            out: The path of the MP4.
            progress: Called at times with the fraction that is done, 0..1.
        """
        ...

    async def close(self) -> None:
        """Stop all work and free everything."""
