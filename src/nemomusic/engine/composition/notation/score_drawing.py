"""Draw a piece as SVG: the clip's energy and cuts above, the music below."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Callable

    from nemomusic.engine.composition.notation.score import Score
    from nemomusic.engine.types import ClipAnalysis

__all__ = ["to_svg"]

_WIDTH, _HEIGHT, _MARGIN = 960, 300, 16
_CLIP_TOP, _CLIP_BOTTOM = 34, 134
_MUSIC_TOP, _MUSIC_BOTTOM = 168, 238
_STYLE = """
text{font:11px system-ui,sans-serif;fill:#333}.title{font-weight:600;font-size:13px}
.energy{fill:#cfe0f5;stroke:#5b8fd0}.cut{stroke:#c33;stroke-width:1.2}.missed{stroke:#c33;
stroke-dasharray:2 3}.section{fill:#e8e3f4;stroke:#8a78c0}.bar{stroke:#8a78c0;stroke-width:.7}
.hit{fill:#c33}.fade{fill:#555;opacity:.45}.dissolve{fill:#c93;opacity:.45}.chord{font-size:9px;fill:#666}.tune{fill:#2a7}.speech{fill:#f3d9a4;opacity:.6}
@media(prefers-color-scheme:dark){text{fill:#ddd}.chord{fill:#aaa}.energy{fill:#24405f}
.section{fill:#3a3357}}
"""


def to_svg(analysis: ClipAnalysis, score: Score) -> str:
    """Return an SVG drawing of an analysis and of its music.

    Args:
        analysis: The clip.
        score: The music.
    """
    scale = (_WIDTH - 2 * _MARGIN) / max(score.duration, 0.1)

    def x(time: float) -> str:
        return f"{_MARGIN + scale * max(0.0, min(time, score.duration)):.1f}"

    title = escape(f"{score.title}: {score.key}, {score.bpm:.0f} bpm, {score.signature}")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        f"<title>{title}</title><style>{_STYLE.strip()}</style>",
        f'<text class="title" x="{_MARGIN}" y="20">{title}</text>',
    ]
    parts += [
        f'<rect class="speech" x="{x(start)}" y="{_CLIP_TOP}" height="{_CLIP_BOTTOM - _CLIP_TOP}" '
        f'width="{scale * (end - start):.1f}"><title>speech</title></rect>'
        for start, end in analysis.speech
    ]
    height = _CLIP_BOTTOM - _CLIP_TOP
    steps = [
        f"{x(second + 0.5)},{_CLIP_BOTTOM - height * min(1.0, motion):.1f}"
        for second, motion in enumerate(analysis.motion)
    ]
    outline = f"{x(0)},{_CLIP_BOTTOM} {' '.join(steps)} {x(score.duration)},{_CLIP_BOTTOM}"
    parts.append(f'<polygon class="energy" points="{outline}"><title>motion</title></polygon>')
    parts += [
        f'<rect class="{one.kind}" x="{x(one.start)}" y="{_CLIP_TOP}" height="{height}" '
        f'width="{max(1.0, scale * (one.end - one.start)):.1f}">'
        f"<title>{one.kind}, middle at {one.middle:.2f} s</title></rect>"
        for one in analysis.transitions
    ]
    for cut in analysis.cuts:
        met = bool(score.beats_near(cut.time) or score.hits_near(cut.time))
        low = _MUSIC_BOTTOM if met else _CLIP_BOTTOM
        parts.append(
            f'<line class="{"cut" if met else "missed"}" x1="{x(cut.time)}" x2="{x(cut.time)}" '
            f'y1="{_CLIP_TOP}" y2="{low}"><title>cut at {cut.time:.2f} s</title></line>'
        )
        if met:
            parts.append(f'<circle class="hit" cx="{x(cut.time)}" cy="{_MUSIC_BOTTOM}" r="3"/>')
    parts += _music(score, x, scale)
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def _music(score: Score, x: Callable[[float], str], scale: float) -> list[str]:
    """Return sections, bar lines, chords and the tune."""
    height = _MUSIC_BOTTOM - _MUSIC_TOP
    parts = []
    for one in score.sections:
        top = _MUSIC_BOTTOM - height * max(0.15, one.energy)
        parts.append(
            f'<rect class="section" x="{x(one.start)}" y="{top:.1f}" '
            f'width="{scale * (one.end - one.start):.1f}" height="{_MUSIC_BOTTOM - top:.1f}"/>'
            f'<text x="{x(one.start + 0.1)}" y="{_MUSIC_TOP - 6}">{escape(one.name)}</text>'
        )
    parts += [
        f'<line class="bar" x1="{x(time)}" x2="{x(time)}" y1="{_MUSIC_TOP}" y2="{_MUSIC_BOTTOM}"/>'
        for time in score.downbeats
    ]
    tune = next((part for part in score.parts if part.name == "melody"), None)
    for note in tune.notes if tune else ():
        level = _MUSIC_BOTTOM - height * max(0.0, min(1.0, (note.pitch - 48) / 48))
        parts.append(
            f'<rect class="tune" x="{x(note.start)}" y="{level:.1f}" height="2.5" '
            f'width="{max(1.0, scale * note.duration):.1f}"/>'
        )
    free = -1.0
    for chord in score.chords:
        if scale * (chord.time - free) >= 0:  # names that would overlap are left out
            parts.append(
                f'<text class="chord" x="{x(chord.time)}" y="{_MUSIC_BOTTOM + 16}">'
                f"{escape(chord.name)}</text>"
            )
            free = chord.time + (9 + 6 * len(chord.name)) / scale
    parts.append(f'<text x="{_MARGIN}" y="{_HEIGHT - 14}">0 s</text>')
    parts.append(
        f'<text x="{_WIDTH - _MARGIN}" y="{_HEIGHT - 14}" text-anchor="end">'
        f"{score.duration:.1f} s</text>"
    )
    return parts
