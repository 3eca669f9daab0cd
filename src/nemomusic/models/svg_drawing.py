"""Draw the bars of a timeline and the energy of its music, as one SVG."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.models.values.html_table import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

ROW: Final = 14
"""Pixels of the height of one row."""
MAX_BARS: Final = 500
"""The highest number of bars that are drawn: a drawing is a part of a page."""
_STYLE: Final = (
    ".nemomusic .v{fill:var(--video,#4c78a8)}.nemomusic .a{fill:var(--music,#59a14f)}"
    ".nemomusic .t{fill:var(--text,#b07aa1)}.nemomusic .c{stroke:var(--cut,#e15759)}"
    ".nemomusic .e{fill:var(--energy,#8cd17d);opacity:.75}"
    ".nemomusic text{font:9px sans-serif;fill:#fff}"
)
"""The style of the drawing. A page applies it to all of its elements, so each rule names the
drawing."""
_CLASSES: Final = {"video": "v", "audio": "a", "text": "t"}


@attrs.frozen(kw_only=True)
class DrawnSegment:
    """One segment of a timeline.

    Attributes:
        row: The row of the bar, from 0.
        kind: `video`, `audio`, `text` or another kind of track.
        start: Start in seconds.
        end: End in seconds; None for the end of the drawing.
        name: The label; it is cut to the length of the bar.
        words: The text that is shown when the pointer is over the bar.
    """

    row: int
    kind: str
    start: float
    end: float | None
    name: str
    words: str


def draw_bars(
    bars: Sequence[DrawnSegment],
    words: str,
    *,
    length: float,
    energy: Sequence[float] = (),
    cuts: Sequence[float] = (),
    width: int = 360,
    height: int = 0,
) -> str:
    """Return an SVG of a timeline.

    Args:
        bars: The segments.
        words: The drawing in words.
        length: Length of the time axis in seconds.
        energy: Levels from 0 to 1, for parts of equal length of the whole time axis.
        cuts: Times of the cuts, in seconds.
        width: Width in pixels.
        height: Least height in pixels.
    """
    top = max((bar.row + 1 for bar in bars), default=0) * (ROW + 2)
    height = max(height, top + (30 if energy else 0))
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img" class="nemomusic">'
        ),
        f"<title>{escape(text_of(words))}</title><style>{_STYLE}</style>",
    ]
    if length > 0:
        for bar in bars[:MAX_BARS]:
            x = _place(bar.start, length, width)
            end = _place(length if bar.end is None else bar.end, length, width)
            y = bar.row * (ROW + 2)
            room, name = int((end - x) / 6), text_of(bar.name)
            label = name if len(name) <= room else name[: max(0, room - 1)]
            parts.append(
                f'<rect class="{_CLASSES.get(bar.kind, "t")}" x="{x:.1f}" y="{y}" '
                f'width="{max(1.0, end - x):.1f}" height="{ROW}" rx="2">'
                f"<title>{escape(text_of(bar.words))}</title></rect>"
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
