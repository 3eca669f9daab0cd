"""Make one row of the report: the facts of one clip and its result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from nemomusic.models.values.wire_numbers import as_finite

if TYPE_CHECKING:
    from pathlib import Path

    from nemomusic.jobs.steps.scored_video import ScoredVideo


@attrs.frozen(kw_only=True)
class ReportRow:
    """One clip and its result.

    Attributes:
        number: The position of the order in the batch, from 1.
        input: The name of the clip.
        state: `done`, `kept` or `failed`.
        path: The path of the result.
        seconds: Seconds that the order took.
        credits: Credits that the order cost; None if they are not known.
        tempo: Beats per minute of the music; None if the backend doesn't report it.
        hits: Cuts with a beat or a struck note on them; None if the backend doesn't report them.
        cuts: Times of the cuts, in seconds.
        duration: Length of the result, in seconds.
        loudness: Loudness of the result in LUFS.
        energy: Levels of the result's sound from 0 to 1, for parts of equal length.
        strip: Frames side by side, as a data URI of a JPEG.
        timeline: The timeline in words.
        drawing: The timeline and the energy, as an SVG.
        error: The reason of the failure, in one sentence.
        remedy: What to do next after the error.
        warnings: Sentences about wishes that were not fulfilled and parts of the clip that are left
            out.
        note: The reason why a part of the row is missing.
        job_id: The id of the job.
        session_id: The id of the session.
    """

    number: int
    input: str
    state: str
    path: str | None = None
    seconds: float = 0.0
    credits: float | None = None
    tempo: float | None = None
    hits: int | None = None
    cuts: tuple[float, ...] = ()
    duration: float | None = None
    loudness: float | None = None
    energy: tuple[float, ...] = ()
    strip: str | None = None
    timeline: str | None = None
    drawing: str | None = None
    error: str | None = None
    remedy: str | None = None
    warnings: tuple[str, ...] = ()
    note: str | None = None
    job_id: str | None = None
    session_id: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the row for JSON."""
        return attrs.asdict(self)


NOT_INSTALLED = (
    "pictures and loudness need the extra local: pip install '.[local]' in a checkout of nemomusic"
)
"""The note of a row if the engine is not installed."""


def row_of_video(
    video: ScoredVideo, *, number: int, label: str, state: str, seconds: float
) -> ReportRow:
    """Return the row of a result. This decodes the file: run it in a thread.

    Args:
        video: The result.
        number: The position of the order in the batch.
        label: The name of the clip.
        state: `done` or `kept`.
        seconds: Seconds that the order took.
    """
    from base64 import b64encode

    from nemomusic.report.timeline_drawing import timeline_svg

    music = _music(video)
    row = ReportRow(
        number=number,
        input=label,
        state=state,
        path=str(video.path),
        seconds=round(seconds, 3),
        credits=getattr(video, "credits", None),
        tempo=as_finite(music.get("bpm")),
        hits=None if (hits := as_finite(music.get("hits"))) is None else int(hits),
        timeline=str(video.timeline),
        warnings=video.warnings,
        job_id=video.job_id or None,
        session_id=video.session.id,
    )
    note, seen = _overview(video.path)
    if seen is None:
        return attrs.evolve(row, note=note, drawing=timeline_svg(video.timeline))
    strip = "data:image/jpeg;base64," + b64encode(seen.strip).decode()
    return attrs.evolve(
        row,
        cuts=seen.cuts,
        duration=round(seen.duration, 3),
        loudness=None if seen.loudness is None else round(seen.loudness, 1),
        energy=seen.energy,
        strip=strip,
        drawing=timeline_svg(
            video.timeline, duration=seen.duration, energy=seen.energy, cuts=seen.cuts
        ),
    )


def _overview(path: Path) -> tuple[str | None, Any]:
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in ("av", "numpy", "PIL")):
        return NOT_INSTALLED, None
    from nemomusic import engine

    try:
        return None, engine.overview(path)
    except Exception as error:  # noqa: BLE001 - the video is good, whatever a picture of it needs
        return f"it can't be shown ({type(error).__name__}: {error})", None


def _music(video: ScoredVideo) -> dict[str, Any]:
    """Return the embedded backend's facts about the last piece of music; empty in the cloud."""
    inner = video.state.raw.get("state")
    own = inner.get("nemomusic") if isinstance(inner, dict) else None
    music = own.get("music") if isinstance(own, dict) else None
    pieces = list(music.values()) if isinstance(music, dict) else []
    return pieces[-1] if pieces and isinstance(pieces[-1], dict) else {}
