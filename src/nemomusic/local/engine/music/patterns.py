"""Rhythms as data: what hands do within a bar of four beats.

Comping: (position in beats, length in beats, velocity). Figures: (position, length, which voice
of the chord counted from below; 10 and up is an octave higher). Bass: (position, length, what:
r root, 5 fifth, 8 octave, a a step before the next root). Drums: sixteen steps, `X` hard, `x`
normal, `o` soft, `-` ghost.
"""

from __future__ import annotations

import attrs

__all__ = ["BASSES", "COMPS", "FIGURES", "KITS", "RHYTHMS", "Kit"]

Strokes = tuple[tuple[float, float, float], ...]
Figure = tuple[tuple[float, float, int], ...]


def _run(step: float, voices: tuple[int, ...], length: float | None = None) -> Figure:
    count = round(4 / step)
    return tuple((i * step, length or step, voices[i % len(voices)]) for i in range(count))


COMPS: dict[str, Strokes] = {
    "whole": ((0, 4, 0.7),),
    "lofi": ((0, 2.4, 0.62), (2.5, 1.4, 0.5)),
    "lofi2": ((0, 1.4, 0.62), (1.5, 0.9, 0.48), (2.75, 1.2, 0.55)),
    "pop": ((0, 1.4, 0.75), (1.5, 0.9, 0.6), (2.5, 1.4, 0.65)),
    "pop8": tuple(
        (i * 0.5, 0.45, 0.74 if i % 4 == 0 else 0.6 if i % 2 else 0.52) for i in range(8)
    ),
    "strum": (
        (0, 0.9, 0.75),
        (1, 0.45, 0.55),
        (1.5, 0.9, 0.45),
        (2.5, 0.45, 0.5),
        (3, 0.5, 0.65),
        (3.5, 0.45, 0.45),
    ),
    "edm": ((0, 0.7, 0.85), (0.75, 0.7, 0.75), (1.5, 0.9, 0.8), (2.5, 0.45, 0.7), (3, 0.9, 0.8)),
    "charleston": ((0, 0.8, 0.6), (1.5, 0.5, 0.52), (3.5, 0.4, 0.45)),
    "freddie": tuple((i, 0.5, 0.55 if i % 2 else 0.45) for i in range(4)),
    "rock": ((0, 1.4, 0.85), (1.5, 1.4, 0.75), (3, 0.95, 0.8)),
    "rock8": tuple((i * 0.5, 0.48, 0.85 if i % 4 == 0 else 0.65) for i in range(8)),
    "stabs": ((0, 0.6, 0.65), (1.75, 0.5, 0.5), (2.5, 0.9, 0.55)),
}

FIGURES: dict[str, Figure] = {
    "up8": _run(0.5, (0, 1, 2, 10, 2, 1, 2, 1)),
    "updown8": _run(0.5, (0, 1, 2, 10, 11, 10, 2, 1), 1.0),
    "up16": _run(0.25, (0, 1, 2, 10, 1, 2, 10, 11), 0.3),
    "ost8": _run(0.5, (0, 0, 1, 0, 2, 0, 1, 0)),
    "ost16": _run(0.25, (0, 0, 1, 0, 2, 0, 1, 0)),
    "alberti": _run(0.5, (0, 2, 1, 2)),
    "travis": (
        (0, 1.5, 0),
        (0.5, 1, 2),
        (1, 1.5, 1),
        (1.5, 1, 10),
        (2, 1.5, 0),
        (2.5, 1, 2),
        (3, 1, 1),
        (3.5, 0.7, 10),
    ),
    "harp": (
        (0, 3, 0),
        (0.25, 2.5, 1),
        (0.5, 2.5, 2),
        (0.75, 2.5, 10),
        (1.5, 2, 11),
        (2.5, 1.5, 2),
        (3, 1, 10),
    ),
    "sparse": ((0.5, 1.5, 10), (1.5, 1.5, 2), (2.75, 1.2, 1)),
    "drops": ((0, 3.5, 10), (2.5, 3, 12)),
    "ballad": (
        (0, 4, 0),
        (0.5, 3.5, 1),
        (1, 3, 2),
        (1.5, 2.5, 10),
        (2, 2, 11),
        (2.5, 1.5, 10),
        (3, 1, 2),
        (3.5, 0.6, 1),
    ),
    "flow16": _run(0.25, (0, 1, 2, 10, 11, 10, 2, 1), 1.0),
}

BASSES: dict[str, tuple[tuple[float, float, str], ...]] = {
    "whole": ((0, 4, "r"),),
    "roots": ((0, 1.9, "r"), (2, 1.9, "5")),
    "lofi": ((0, 1.3, "r"), (1.75, 0.7, "r"), (2.5, 0.9, "5"), (3.5, 0.45, "a")),
    "pop": ((0, 1.4, "r"), (1.5, 0.95, "r"), (2.5, 0.9, "r"), (3.5, 0.45, "a")),
    "pulse8": tuple((i * 0.5, 0.46, "a" if i == 7 else "r") for i in range(8)),
    "offbeat": tuple((i + 0.5, 0.4, "r") for i in range(4)),
    "roll8": tuple((i * 0.5, 0.42, "8" if i in (3, 7) else "r") for i in range(8)),
    "roll16": tuple((i * 0.25, 0.21, "8" if i % 8 == 6 else "r") for i in range(16) if i % 4),
    "walk": ((0, 0.95, "r"), (1, 0.95, "3"), (2, 0.95, "5"), (3, 0.95, "a")),
    "808": ((0, 1.6, "r"), (1.75, 0.6, "r"), (2.5, 1.2, "r"), (3.75, 0.24, "5")),
}

# Rhythms of a melody for one bar, from calm to busy: (position, length).
RHYTHMS: tuple[tuple[tuple[float, float], ...], ...] = (
    ((0, 3.5),),
    ((0, 2), (2, 1.8)),
    ((0, 1.5), (1.5, 2.3)),
    ((1, 1), (2, 1.8)),
    ((0, 1), (1, 1), (2, 1.8)),
    ((0, 1.5), (1.5, 0.5), (2, 1.8)),
    ((0.5, 0.5), (1, 1), (2, 0.5), (2.5, 1.3)),
    ((0, 0.75), (0.75, 0.75), (1.5, 0.5), (2, 1.5)),
    ((0, 1), (1, 0.5), (1.5, 0.5), (2, 1), (3, 0.9)),
    ((0, 0.5), (0.5, 0.5), (1, 1), (2, 0.5), (2.5, 0.5), (3, 0.9)),
    ((0, 0.5), (0.5, 0.5), (1, 0.5), (1.5, 1), (2.5, 0.5), (3, 0.5), (3.5, 0.4)),
)


@attrs.frozen
class Kit:
    """A drummer: patterns from light to full, fills and what marks a new section.

    Attributes:
        levels: Patterns for low, middle and high energy: drum to sixteen steps.
        low: Energy from which the drums play at all.
        fill: Drums of a fill, played downwards.
        mark: What is struck where a section starts.
    """

    levels: tuple[dict[str, str], dict[str, str], dict[str, str]]
    low: float
    fill: tuple[str, ...]
    mark: tuple[str, ...]


KITS: dict[str, Kit] = {
    "lofi": Kit(
        (
            {"softkick": "x.........x.....", "softhat": "o...o...o...o..."},
            {
                "softkick": "x......o..x.....",
                "softsnare": "....x.......x...",
                "softhat": "o.o-o.o.o.o-o.oo",
            },
            {
                "softkick": "x..o...o..x..o..",
                "softsnare": "....x..-....x..-",
                "softhat": "o-o-o-ooo-o-o-oo",
                "rim": "..............o.",
            },
        ),
        0.3,
        ("softsnare", "softsnare", "rim"),
        ("softcrash",),
    ),
    "cinematic": Kit(
        (
            {"taiko": "o..............."},
            {"taiko": "x.....o.o.......", "lowperc": "....o.......o..."},
            {
                "taiko": "X..x..x.X..x.xx.",
                "tom": "....x.......x...",
                "lowperc": "o.o.o.o.o.o.o.oo",
                "softsnare": "-.--o.---.--o.-o",
            },
        ),
        0.42,
        ("hightom", "tom", "taiko"),
        ("boom", "crash"),
    ),
    "pop": Kit(
        (
            {"kick": "x.......x.......", "shaker": "o.-.o.-.o.-.o.-.", "snap": "....x.......x..."},
            {
                "kick": "x......xx.......",
                "snare": "....x.......x...",
                "hat": "o.o.o.o.o.o.o.o.",
                "shaker": "..-...-...-...-.",
            },
            {
                "kick": "x..x...xx..x....",
                "snare": "....x.......x..-",
                "clap": "....x.......x...",
                "hat": "oooooooooooooooo",
                "openhat": "..............o.",
                "tambourine": "....o.......o...",
            },
        ),
        0.3,
        ("snare", "hightom", "tom"),
        ("crash",),
    ),
    "edm": Kit(
        (
            {"clubkick": "x...x...x...x...", "softhat": "..o...o...o...o."},
            {
                "clubkick": "X...X...X...X...",
                "clap": "....x.......x...",
                "openhat": "..o...o...o...o.",
            },
            {
                "clubkick": "X...X...X...X...",
                "clap": "....x.......x...",
                "openhat": "..x...x...x...x.",
                "hat": "o.ooo.ooo.ooo.oo",
                "shaker": "----------------",
            },
        ),
        0.36,
        ("snare", "snare", "snare"),
        ("crash",),
    ),
    "acoustic": Kit(
        (
            {"shaker": "o.-.o.-.o.-.o.-."},
            {
                "jazzkick": "x.......x.......",
                "shaker": "o.-.o.-.o.-.o.-.",
                "snap": "....o.......o...",
            },
            {
                "jazzkick": "x.....x.x.......",
                "softsnare": "....o.......o...",
                "shaker": "o-o-o-o-o-o-o-o-",
                "tambourine": "....o.......o...",
            },
        ),
        0.4,
        ("softsnare", "lowperc"),
        ("softcrash",),
    ),
    "jazz": Kit(
        (
            {"ride": "x...x.o.x...x.o.", "sweep": "o.......o......."},
            {
                "ride": "x...x.o.x...x.o.",
                "jazzkick": "-...-...-...-...",
                "softhat": "....x.......x...",
                "brush": "......-.......o.",
            },
            {
                "ride": "x...x.o.x...x.o.",
                "jazzkick": "o...-.....o.-...",
                "softhat": "....x.......x...",
                "softsnare": "......-...-...o.",
            },
        ),
        0.15,
        ("softsnare", "hightom", "tom"),
        ("softcrash",),
    ),
    "rock": Kit(
        (
            {"rockkick": "x.......x.......", "hat": "x.o.x.o.x.o.x.o."},
            {
                "rockkick": "x.....x.x.......",
                "rocksnare": "....x.......x...",
                "hat": "x.o.x.o.x.o.x.o.",
            },
            {
                "rockkick": "x..x..x.x.x.....",
                "rocksnare": "....X.......X...",
                "crash": "o...............",
                "openhat": "x...x...x...x...",
                "ride": "..o...o...o...o.",
            },
        ),
        0.2,
        ("rocksnare", "hightom", "tom", "tom"),
        ("crash",),
    ),
    "hiphop": Kit(
        (
            {"kick": "x.........x.....", "hat": "o.o.o.o.o.o.o.o."},
            {
                "kick": "x.....x...x.....",
                "trapsnare": "....x.......x...",
                "hat": "o.o.o.ooo.o.o.oo",
            },
            {
                "kick": "x..x..x...x..x..",
                "trapsnare": "....x.......x...",
                "clap": "............x...",
                "hat": "oooooo-ooooooo--",
                "openhat": "......o.........",
            },
        ),
        0.25,
        ("trapsnare", "rim"),
        ("softcrash",),
    ),
    "synthwave": Kit(
        (
            {"kick": "x.......x.......", "softhat": "..o...o...o...o."},
            {
                "kick": "x...x...x...x...",
                "gatedsnare": "....x.......x...",
                "hat": "o.o.o.o.o.o.o.o.",
            },
            {
                "kick": "x...x...x...x...",
                "gatedsnare": "....X.......X...",
                "hat": "o-o-o-o-o-o-o-o-",
                "openhat": "..o...o...o...o.",
                "tom": "..............oo",
            },
        ),
        0.3,
        ("gatedsnare", "hightom", "tom", "tom"),
        ("crash",),
    ),
    "guofeng": Kit(
        (
            {"woodblock": "o.......o......."},
            {"taiko": "x.......o.......", "woodblock": "....o.......o.o."},
            {
                "taiko": "x.....o.x.......",
                "lowperc": "....x..o....x..o",
                "woodblock": "..o...o...o...o.",
            },
        ),
        0.42,
        ("lowperc", "taiko"),
        ("softcrash",),
    ),
}
