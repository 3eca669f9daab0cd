"""A timeline and the energy of its music, as one SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic.models.drafts.timeline import bars_of
from nemomusic.models.svg_drawing import draw_bars

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.models.drafts.timeline import Timeline


def timeline_svg(
    timeline: Timeline | None,
    *,
    duration: float | None = None,
    energy: Sequence[float] = (),
    cuts: Sequence[float] = (),
    width: int = 360,
    height: int = 84,
) -> str:
    """Return an SVG of a timeline: a bar for each segment, cuts as lines, the energy as an area.

    The colors are CSS variables with defaults: `--video`, `--music`, `--text`, `--cut`, `--energy`.

    Args:
        timeline: The timeline, or None for the energy alone.
        duration: Length of the drawing's time axis in seconds; None for the timeline's length.
        energy: Levels from 0 to 1, for parts of equal length of the whole duration.
        cuts: Times of the cuts, in seconds.
        width: Width in pixels.
        height: Height in pixels. If the tracks do not fit, the drawing is higher.
    """
    length = duration or (0.0 if timeline is None else timeline.duration)
    words = f"{length:.1f} s" if timeline is None else str(timeline)
    return draw_bars(
        () if timeline is None else bars_of(timeline),
        f"{words}; {len(cuts)} cuts" if cuts else words,
        length=length,
        energy=energy,
        cuts=cuts,
        width=width,
        height=height,
    )
