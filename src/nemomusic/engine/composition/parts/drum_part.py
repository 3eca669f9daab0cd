"""Write the drums: grooves by energy, fills before a section, strokes on cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nemomusic.engine.composition.planning.patterns import strokes
from nemomusic.engine.composition.planning.plan import Chooser

if TYPE_CHECKING:
    from nemomusic.engine.composition.notation.score import Note
    from nemomusic.engine.composition.planning.plan import Bar, SectionPlan, SongPlan
    from nemomusic.engine.composition.style import Groove, Style

__all__ = ["accent_notes", "drum_part", "section_accents"]

_TOUCH = {"X": 0.95, "x": 0.8, "o": 0.55, "g": 0.3}
_SWELLS_S = {"reverse": 1.6, "riser": 3.0}
"""Seconds from the start of a swell to its peak, as in `synthesis.drums`."""
_SWELL_GAP_S = 0.15
"""The shortest silence in seconds between a swell and its stroke, so that the stroke stands out."""
_STOP_SHARE = 0.75
"""Share of the rest before a strong cut that a swell leaves silent."""
_FULL_ENERGY = 0.74
"""Energy at and above which the rows of `lift` are added."""
_LIGHT_ENERGY = 0.5
"""Energy below which only the light drums of a groove play."""
_CUT_GAP = 0.12
"""Beats before a strong cut in which only the kick is struck, so that the cut stands out."""

_OWN_FEEL = 0.8
"""How often a section has a groove of its own, where the style has one for it: half-time or
double-time."""

_Hit = tuple[float, str, float]  # position in beats, drum, velocity


def drum_part(song: SongPlan, grooves: tuple[Groove, ...], drums_from: float) -> list[Note]:
    """Return the drums of the whole piece.

    Args:
        song: The plan.
        grooves: The grooves of the style; each theme has one, and some sections one of their own.
        drums_from: Energy at and above which the drums play.
    """
    notes: list[Note] = []
    chooser = Chooser(song.seed, "drums")
    for index, plan in enumerate(song.sections):
        if plan.energy < drums_from:
            continue
        groove = _groove(song, grooves, plan)
        last_section = index + 1 == len(song.sections)
        for number in range(plan.bars):
            bar = song.bars[plan.first + number]
            hits = _bar(song, groove, plan, chooser, quiet=number % 4 == 1)
            if number == plan.bars - 1 and (not last_section or plan.bars > 1):
                begin = bar.beats / 2 if plan.energy > 0.6 and plan.bars >= 4 else bar.beats - 1
                hits = _with_fill(song, hits, max(0.0, begin), bar, plan)
            elif song.accented(bar.start + bar.beats) and plan.energy >= _LIGHT_ENERGY:
                hits = _with_fill(song, hits, bar.beats - 0.5, bar, plan)
            for position, name, touch in hits:
                beat = bar.start + position
                if position >= bar.beats - 0.01 or _hushed(song, beat, name):
                    continue
                velocity = touch * (0.7 + 0.3 * plan.energy) + chooser.near(0.025)
                velocity += 0.12 if song.accented(beat) else 0.0
                late = 0.0 if song.on_cut(beat) else chooser.near(song.style.humanize_s * 0.4)
                note = song.note(beat, 0.25, 60, velocity, name, late=late)
                notes += [note] if note else []
    return notes + _ending(song, drums_from)


def _groove(song: SongPlan, grooves: tuple[Groove, ...], plan: SectionPlan) -> Groove:
    """Return the groove of a section: that of its theme, or often one for just this section."""
    own = tuple(one for one in grooves if plan.name in one.sections)
    if own and Chooser(song.seed, "feel", plan.name).chance(_OWN_FEEL):
        return Chooser(song.seed, "feel", "groove").pick(own)
    straight = tuple(one for one in grooves if not one.sections)
    return Chooser(song.seed, "groove", plan.theme[:1]).pick(straight)


def _hushed(song: SongPlan, beat: float, name: str) -> bool:
    """Return whether a stroke would blur the strong cut that follows."""
    return "kick" not in name and any(0.0 < cut - beat < _CUT_GAP for cut in song.accents)


def _bar(
    song: SongPlan, groove: Groove, plan: SectionPlan, chooser: Chooser, *, quiet: bool
) -> list[_Hit]:
    """Return a bar of the groove, with small omissions in some bars."""
    light = plan.energy < _LIGHT_ENERGY or plan.name.startswith("break")
    rows = {name: row for name, row in groove.rows.items() if not light or name in groove.light}
    if plan.energy >= _FULL_ENERGY:
        rows |= groove.lift
    hits: list[_Hit] = []
    for name, row in rows.items():
        for position, _, sign in strokes(row, song.signature.steps):
            if sign in "og" and position % 1 and chooser.chance(0.3 if quiet else 0.12):
                continue
            hits.append((position, name, _TOUCH[sign] * (0.85 if light else 1.0)))
    return hits


def _with_fill(
    song: SongPlan, hits: list[_Hit], begin: float, bar: Bar, plan: SectionPlan
) -> list[_Hit]:
    """Return the bar with a fill at its end: louder strokes from high to low drums."""
    drums = song.style.fill
    unit = 0.25 if plan.energy > 0.55 and song.grid.bpm < 150 else 0.5
    if song.signature.steps == 6:
        unit = 1 / 3
    count = max(1, round((bar.beats - begin) / unit))
    kept = [hit for hit in hits if hit[0] < begin or "kick" in hit[1]]
    fill = [
        (
            begin + n * unit,
            drums[min(len(drums) - 1, n * len(drums) // count)],
            0.45 + 0.4 * n / count,
        )
        for n in range(count)
    ]
    return kept + fill


def _ending(song: SongPlan, drums_from: float) -> list[Note]:
    if song.sections and song.sections[-1].energy < drums_from:
        return []
    low = _low_drum(song.style)
    strokes_ = [
        song.note(song.end, 1, 60, velocity, name)
        for name, velocity in ((low, 0.8), *((one, 0.6) for one in song.style.crash))
    ]
    return [note for note in strokes_ if note]


def _low_drum(style: Style) -> str:
    names = [name for groove in style.grooves for name in groove.rows]
    return next((name for name in names if "kick" in name or name == "taiko"), "softkick")


def section_accents(song: SongPlan, *, drums: bool) -> list[Note]:
    """Return cymbals and booms on sections and strong cuts, and swells toward them.

    Args:
        song: The plan.
        drums: Whether the piece has drums; without them the strokes are soft.
    """
    style = song.style
    notes: list[Note] = []
    energies = {song.bars[plan.first].start: plan.energy for plan in song.sections}
    previous = -8.0
    for beat in sorted({*song.on_cuts, *list(energies)[1:]}):
        if beat == song.end:
            continue
        energy = song.energy_at(beat)
        section, strong = beat in energies, song.accented(beat)
        playing = drums and energy >= style.drums_from
        # Two crashes within half a bar would be too many; a cut still gets its stroke.
        near = beat - previous < 2.0
        if playing:
            names = (
                *(("softcrash",) if near or not (strong or section) else style.crash),
                *style.cut_drums,
                _low_drum(style),
            )
            touch = 0.62 + 0.35 * energy if strong or section else 0.5 + 0.3 * energy
        elif near and not strong:
            continue
        else:
            names, touch = (
                ("softcrash", *(("boom",) if strong and drums else ())),
                0.34 + 0.28 * energy,
            )
        if not near:
            previous = beat
        hits = [note for name in names if (note := song.note(beat, 1, 60, touch, name))]
        if beat not in song.arrivals:  # in a dissolve, the music swells, and nothing is struck
            notes += hits
        if section and hits and (energy > 0.5 or beat in song.arrivals):
            gap = max(_SWELL_GAP_S, _STOP_SHARE * style.stop_s)
            start = hits[0].start - _SWELLS_S[style.riser] - gap
            if start > 0:
                swell = 0.22 + 0.25 * energy
                notes.append(attrs.evolve(hits[0], start=start, velocity=swell, patch=style.riser))
    return notes


def accent_notes(song: SongPlan) -> list[Note]:
    """Return high notes of the chord on every cut that has a beat, so that each is heard.

    They are softer where drums play, and louder on the stronger cuts.
    """
    notes: list[Note] = []
    style = song.style
    for beat in song.on_cuts:
        energy = song.energy_at(beat)
        tones = song.chord_at(beat).tones[:3]
        top = max(pitch for pitch in range(70, 84) if pitch % 12 in tones)
        second = max((p for p in range(top - 9, top - 2) if p % 12 in tones), default=top - 12)
        strong = 0.14 if song.accented(beat) else 0.0
        for number, pitch in enumerate((second, top)):
            velocity = 0.52 + 0.2 * energy + strong - 0.08 * number
            note = song.note(beat, 2, pitch, velocity, style.accent_notes, late=0.006 * number)
            notes += [note] if note else []
    return notes
