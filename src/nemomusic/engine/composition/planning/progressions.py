"""Choose chord progressions of a style, and change them by a grammar, as musicians do."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from nemomusic.engine.composition.planning.plan import ChordSpan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.engine.composition.planning.form import SongForm
    from nemomusic.engine.composition.planning.harmony import Chord, Key
    from nemomusic.engine.composition.planning.plan import Chooser
    from nemomusic.engine.composition.style import Grammar, Progressions, Style

__all__ = ["final_chord", "written_chords"]

_RELATIVES = {
    "major": {
        "I": ("vi", "iii"),
        "IV": ("ii",),
        "vi": ("IV", "I/3"),
        "V": ("V/3", "iii"),
        "ii": ("IV",),
    },
    "minor": {
        "i": ("VI", "III"),
        "iv": ("ii", "VI"),
        "VI": ("iv", "i/3"),
        "III": ("i/3",),
        "VII": ("v", "III"),
    },
}
"""Chords that can replace each other: they share two tones."""
_BORROWED = {
    "major": {
        "IV": ("iv", "bVII"),
        "ii": ("iiø", "iv"),
        "vi": ("bVI",),
        "V": ("bVII",),
        "iii": ("bIII",),
    },
    "minor": {
        "iv": ("IV", "bII"),
        "v": ("V",),
        "VII": ("V", "viio/i"),
        "VI": ("IV",),
        "III": ("V/VI",),
    },
}
"""Chords of the parallel mode that can replace a chord of the key."""
_APPROACHED = {
    "major": {"ii", "iii", "IV", "V", "vi"},
    "minor": {"iv", "III", "VI", "V", "v", "VII"},
}
"""Chords that a secondary dominant may lead to."""
_TURNAROUNDS = {
    "major": (("ii", "V"), ("IV", "V"), ("V",), ("bVII", "V"), ("iii", "VI7")),
    "minor": (("iiø", "V"), ("iv", "V"), ("V",), ("bII", "V"), ("VI", "V")),
}
"""Ends of a section that lead back."""

Row = list[list[str]]  # bars of chords


@lru_cache(maxsize=1024)
def _row(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the chords of each bar of a written row; a held bar repeats its chord."""
    bars: list[tuple[str, ...]] = []
    for word in text.split():
        bars.append(bars[-1][-1:] if word == "-" else tuple(word.split("_")))
    return tuple(bars)


def plain(numeral: str) -> str:
    """Return a numeral without its additions: "ii7" becomes "ii"."""
    head = numeral.split("/", maxsplit=1)[0]
    return head.rstrip("0123456789ø+osumadj#") if head[:1] not in "b#" else head


def rows_for(style: Style, mode: str) -> Progressions:
    """Return the written chords of a mode."""
    return style.major if mode == "major" else style.minor


def final_chord(style: Style, key: Key, chooser: Chooser) -> Chord:
    """Return the chord that a piece ends on."""
    return key.chord(chooser.pick(rows_for(style, key.mode).finals), style.chord_color)


def written_chords(
    style: Style, key: Key, form: SongForm, chooser: Chooser
) -> tuple[ChordSpan, ...]:
    """Return the chords of the whole form.

    Each theme has a row of its own. When a theme returns, the grammar changes it in other places.
    The last bar before the last chord is a cadence.
    """
    rows = rows_for(style, key.mode)
    themes = _themes(rows, [(plan.theme, plan.loop) for plan in form.sections], chooser)
    spans: list[ChordSpan] = []
    for index, plan in enumerate(form.sections):
        row = themes[plan.theme]
        bars = list(form.bars[plan.first : plan.first + plan.bars])
        written = [list(row[bar.number % len(row)]) for bar in bars]
        if plan.extension > 0:
            written[-1] = list(written[-2][-1:]) if len(written) > 1 else written[-1]
        last = index == len(form.sections) - 1
        ending = _cadence(rows, chooser) if last and len(form.bars) > 1 else None
        _change(written, key.mode, style.grammar, chooser, keep_end=last)
        if ending:
            written[-1] = ending if bars[-1].beats >= form_beats(style) else ending[-1:]
        for bar, names in zip(bars, written, strict=True):
            spans += _spans(key, style, bar.start, bar.beats, names)
    return tuple(_joined(spans))


def form_beats(style: Style) -> int:
    """Return the beats of a complete bar."""
    return {"4/4": 4, "3/4": 3, "6/8": 2}[style.signature]


def _themes(
    rows: Progressions, wanted: Sequence[tuple[str, int]], chooser: Chooser
) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return a row for each theme. Each theme has another row, which begins on another chord."""
    themes: dict[str, tuple[tuple[str, ...], ...]] = {}
    for name, loop in dict.fromkeys(wanted):
        if name in themes:
            continue
        pool = [_row(text) for text in (rows.vamps if loop <= 2 else rows.loops)]
        if loop == 1:
            pool = [row[:1] for row in pool]
        elif loop == 4:
            pool = [row for row in pool if len(row) == 4] or [row[:4] for row in pool]
        fresh = [row for row in pool if row not in themes.values()] or pool
        others = [row for row in fresh if all(row[0] != one[0] for one in themes.values())]
        themes[name] = chooser.pick(others or fresh)
    return themes


def _cadence(rows: Progressions, chooser: Chooser) -> list[str]:
    return chooser.pick(rows.cadences).split("_")


def _change(bars: Row, mode: str, grammar: Grammar, chooser: Chooser, *, keep_end: bool) -> None:
    """Apply the grammar in place."""
    relatives, borrowed = _RELATIVES[mode], _BORROWED[mode]
    count = len(bars)
    for number, names in enumerate(bars):
        if len(names) > 1 or (number == 0 and chooser.chance(0.7)):
            continue
        name = names[0]
        if name in relatives and number % 4 and chooser.chance(grammar.substitution):
            names[0] = name = chooser.pick(relatives[name])
        elif name in borrowed and number and chooser.chance(grammar.borrowed):
            names[0] = name = chooser.pick(borrowed[name])
        if name in {"V", "V7"} and chooser.chance(grammar.tritone):
            names[0] = "bII7"
        elif name == "V" and chooser.chance(grammar.suspension):
            names[:] = ["Vsus4", "V"]
    if not keep_end and count >= 2 and chooser.chance(grammar.turnaround):
        bars[-1][:] = list(chooser.pick(_TURNAROUNDS[mode]))
    for number in range(count - 1):
        names, following = bars[number], bars[number + 1][0]
        if len(names) > 1 or names[0] == following:
            continue
        if plain(following) in _APPROACHED[mode] and chooser.chance(grammar.secondary):
            names.append(f"V7/{plain(following)}")
        elif plain(following) in _APPROACHED[mode] and chooser.chance(grammar.passing):
            names.append(f"viio7/{plain(following)}")


def _spans(key: Key, style: Style, start: int, beats: int, names: list[str]) -> list[ChordSpan]:
    names = names[:1] if beats < 2 else names
    length = beats / len(names)
    if beats == 3 and len(names) == 2:
        edges = [0.0, 2.0, 3.0]
    else:
        edges = [n * length for n in range(len(names) + 1)]
    return [
        ChordSpan(start + edges[n], start + edges[n + 1], key.chord(name, style.chord_color))
        for n, name in enumerate(names)
    ]


def _joined(spans: list[ChordSpan]) -> list[ChordSpan]:
    joined: list[ChordSpan] = []
    for span in spans:
        if joined and joined[-1].chord == span.chord:
            joined[-1] = ChordSpan(joined[-1].start, span.end, span.chord)
        else:
            joined.append(span)
    return joined
