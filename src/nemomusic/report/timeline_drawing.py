"""A timeline and the energy of its music, as one SVG."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.models.timeline import Timeline

ROW: Final = 14
"""Pixels of the height of one track."""
_STYLE: Final = (
    ".v{fill:var(--video,#4c78a8)}.a{fill:var(--music,#59a14f)}.t{fill:var(--text,#b07aa1)}"
    ".c{stroke:var(--cut,#e15759)}.e{fill:var(--energy,#8cd17d);opacity:.75}"
    "text{font:9px sans-serif;fill:#fff}"
)
_CLASSES: Final = {"video": "v", "audio": "a", "text": "t"}


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
    tracks = () if timeline is None else timeline.tracks
    top = len(tracks) * (ROW + 2)
    height = max(height, top + (30 if energy else 0))
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img">'
        ),
        f"<title>{escape(_words(timeline, length, cuts))}</title><style>{_STYLE}</style>",
    ]
    if length > 0:
        for number, track in enumerate(tracks):
            for entry in track.entries:
                if entry.start is None:
                    continue
                x = _place(entry.start, length, width)
                end = _place(entry.end if entry.end is not None else length, length, width)
                name, y = entry.name or "", number * (ROW + 2)
                room = int((end - x) / 6)
                label = name if len(name) <= room else name[: max(0, room - 1)]
                parts.append(
                    f'<rect class="{_CLASSES.get(entry.kind, "t")}" x="{x:.1f}" y="{y}" '
                    f'width="{max(1.0, end - x):.1f}" height="{ROW}" rx="2">'
                    f"<title>{escape(str(entry))}</title></rect>"
                )
                if label:
                    parts.append(f'<text x="{x + 3:.1f}" y="{y + 10}">{escape(label)}</text>')
        if energy:
            parts.append(_area(energy, width, top, height))
        parts += [
            f'<line class="c" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height}"/>'
            for x in (_place(cut, length, width) for cut in cuts)
        ]
    return "".join([*parts, "</svg>"])


def _place(seconds: float, length: float, width: int) -> float:
    return min(1.0, max(0.0, seconds / length)) * width


def _area(energy: Sequence[float], width: int, top: int, bottom: int) -> str:
    step = width / len(energy)
    points = [f"0,{bottom}"]
    for number, level in enumerate(energy):
        y = bottom - min(1.0, max(0.0, level)) * (bottom - top)
        points.append(f"{(number + 0.5) * step:.1f},{y:.1f}")
    points.append(f"{width},{bottom}")
    return f'<polygon class="e" points="{" ".join(points)}"/>'


def _words(timeline: Timeline | None, length: float, cuts: Sequence[float]) -> str:
    words = f"{length:.1f} s" if timeline is None else str(timeline)
    return f"{words}; {len(cuts)} cuts" if cuts else words
