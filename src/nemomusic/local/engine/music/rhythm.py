"""The drums: patterns by energy, fills before a new section, strokes on strong cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nemomusic.local.engine.music.song import dice

if TYPE_CHECKING:
    import numpy as np

    from nemomusic.local.engine.music.patterns import Kit
    from nemomusic.local.engine.music.score import Note
    from nemomusic.local.engine.music.song import Song, Stretch

__all__ = ["drum", "mark"]

_TOUCH = {"X": 0.95, "x": 0.8, "o": 0.55, "-": 0.3}
_SWELLS = {"reverse": 1.6, "riser": 3.0}  # s from their start to their peak, as in synth.drums


def drum(song: Song, kit: Kit) -> list[Note]:
    """Return the drums of the whole piece."""
    notes: list[Note] = []
    rng = dice(song.seed, "drums")
    for index, stretch in enumerate(song.stretches):
        if stretch.energy < kit.low:
            continue
        level = 0 if stretch.energy < 0.5 else 1 if stretch.energy < 0.74 else 2
        if stretch.name.startswith("break"):
            level = 0
        fill = index + 1 < len(song.stretches) or stretch.bars >= 2
        for bar in range(stretch.bars):
            last = fill and bar == stretch.bars - 1
            # Every other bar of four a little less goes on, so that no bar is just a copy.
            steps = _bar(kit.levels[level], rng, quiet=bar % 4 == 1)
            if last:
                begin = 8 if stretch.energy > 0.6 and stretch.bars >= 4 else 12
                steps = [one for one in steps if one[0] < begin or "kick" in one[1]]
                steps += _fill(kit, begin, stretch)
            elif 4.0 * (stretch.first + bar + 1) in song.accents and level:
                # A short one towards a strong cut inside a section.
                steps = [one for one in steps if one[0] < 14 or "kick" in one[1]]
                steps += _fill(kit, 14, stretch)
            for step, name, touch in steps:
                note = song.note(
                    4 * (stretch.first + bar) + step / 4,
                    0.25,
                    60,
                    touch * (0.72 + 0.32 * stretch.energy) + rng.normal(0, 0.025),
                    name,
                    late=rng.normal(0, song.style.loose * 0.4),
                )
                if note:
                    notes.append(note)
    notes += _ending(song, kit)
    return notes


def _bar(
    level: dict[str, str], rng: np.random.Generator, *, quiet: bool
) -> list[tuple[int, str, float]]:
    steps: list[tuple[int, str, float]] = []
    for name, row in level.items():
        for step, sign in enumerate(row):
            if sign == "." or (
                sign in "o-" and step % 4 and rng.random() < (0.3 if quiet else 0.12)
            ):
                continue
            steps.append((step, name, _TOUCH[sign]))
    return steps


def _fill(kit: Kit, begin: int, stretch: Stretch) -> list[tuple[int, str, float]]:
    """Return strokes that grow and go down the drums."""
    count = 16 - begin
    pace = 1 if stretch.energy > 0.55 else 2
    return [
        (
            begin + i,
            kit.fill[min(len(kit.fill) - 1, i * len(kit.fill) // count)],
            0.45 + 0.4 * i / count,
        )
        for i in range(0, count, pace)
    ]


def _ending(song: Song, kit: Kit) -> list[Note]:
    if song.stretches and song.stretches[-1].energy < kit.low:
        return []
    low = next((name for name in kit.levels[1] if "kick" in name or name == "taiko"), kit.fill[-1])
    strokes = [
        song.note(song.end, 1, 60, velocity, name)
        for name, velocity in ((low, 0.8), *((one, 0.6) for one in kit.mark))
    ]
    return [note for note in strokes if note]


def mark(song: Song, kit: Kit | None) -> list[Note]:
    """Return what marks sections and strong cuts: cymbals and booms, and swells towards them."""
    notes: list[Note] = []
    energies = {4.0 * stretch.first: stretch.energy for stretch in song.stretches}
    previous = -8.0
    for beat in sorted({*song.accents, *list(energies)[1:]}):
        bar = min(int(beat // 4), len(song.chords) - 1)
        energy = next(s.energy for s in song.stretches if s.first <= bar < s.first + s.bars)
        section = beat in energies
        # Two marks within half a bar would be one too many.
        if beat - previous < 2.0:
            continue
        previous = beat
        if kit is None or energy < kit.low:
            names: tuple[str, ...] = ("softcrash",)
            touch = 0.22 + 0.2 * energy
        else:
            names, touch = kit.mark, 0.45 + 0.35 * energy
        touch *= 1.0 if section else 0.85
        strokes = [stroke for name in names if (stroke := song.note(beat, 1, 60, touch, name))]
        notes += strokes
        if section and energy > 0.5 and strokes:
            swell = "riser" if song.style.kit in {"edm", "synthwave"} else "reverse"
            start = strokes[0].start - _SWELLS[swell]
            if start > 0:
                touch = 0.3 + 0.35 * energy
                notes.append(attrs.evolve(strokes[0], start=start, velocity=touch, patch=swell))
    return notes
