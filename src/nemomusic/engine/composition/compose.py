"""Compose a score from an analysis and a brief."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, overload

import attrs
import numpy as np

from nemomusic.engine.composition.notation.score import (
    ChordEvent,
    Note,
    Part,
    Score,
    Section,
    Timbre,
)
from nemomusic.engine.composition.parts.arrangement import families, parts_of
from nemomusic.engine.composition.parts.cut_hits import accents, offbeats, positions_on_cuts
from nemomusic.engine.composition.parts.offbeats import with_offbeats
from nemomusic.engine.composition.planning.candidates import candidate_count, choose_candidates
from nemomusic.engine.composition.planning.ending import ending_of
from nemomusic.engine.composition.planning.form import plan_form
from nemomusic.engine.composition.planning.harmony import Key
from nemomusic.engine.composition.planning.patterns import SIGNATURES
from nemomusic.engine.composition.planning.plan import Chooser, SongPlan
from nemomusic.engine.composition.planning.tempo import BeatGrid, fit_beat_grid
from nemomusic.engine.composition.style_presets import STYLES
from nemomusic.engine.types import ON_CUT_SECONDS, Cut

if TYPE_CHECKING:
    from nemomusic.engine.composition.planning.form import SongForm
    from nemomusic.engine.composition.style import Style
    from nemomusic.engine.types import Brief, ClipAnalysis

__all__ = ["Note", "Part", "Score", "Section", "Timbre", "compose"]

_OPEN = ("lofi", "cinematic", "pop", "ambient", "edm", "acoustic", "piano")
"""Styles that the analysis alone may choose. Other styles must be requested."""
_SAD = 0.1
"""Valence above which minor does not suit a clip, unless a style or mood was requested."""
_KEYS = (0, 2, 3, 4, 5, 7, 9, 10)
"""Pitch classes of the tonics to choose from: keys that suit most instruments."""
_MIN_RING_S = 1.5
"""The shortest last chord after a ritardando, in seconds."""
_DISSOLVE_STRENGTH = 0.6
"""Strength of the cut as which a dissolve counts when the tempo is chosen."""
_FADE_STRENGTH = 1.0
"""Strength of the cut as which a fade at the end counts when the tempo is chosen."""
_VARIANT_SEED = 1_000_003
"""Step between the seeds of the variants of one piece."""


@overload
def compose(analysis: ClipAnalysis, brief: Brief, *, seed: int) -> Score: ...


@overload
def compose(
    analysis: ClipAnalysis, brief: Brief, *, seed: int, variants: int
) -> tuple[Score, ...]: ...


def compose(
    analysis: ClipAnalysis, brief: Brief, *, seed: int, variants: int | None = None
) -> Score | tuple[Score, ...]:
    """Compose music for a clip.

    The same analysis, brief and seed give the same score in every process.

    Args:
        analysis: The analysis of the clip. Its `duration` is the length of the music.
        brief: The wishes for the music.
        seed: The seed of all choices that analysis and brief leave open.
        variants: The number of pieces to return: the best candidate, and those that differ most
            from it and from each other. All have the same beats and form. None for the best one
            alone.

    Returns:
        A score, or a tuple of scores if `variants` is given.
    """
    valence, arousal = _affect(analysis, brief)
    name = brief.style if brief.style in STYLES else _choose(brief, valence, arousal)
    style = STYLES[name]
    if brief.style and brief.arousal is None:
        arousal = 0.6 * style.arousal + 0.4 * arousal
    if brief.style and brief.valence is None:
        valence = 0.4 * style.valence + 0.6 * valence
    grid = _beats(analysis, brief, style, arousal, seed)
    signature = SIGNATURES[style.signature]
    ending = ending_of(analysis)
    form = plan_form(analysis, grid, signature, arousal, Chooser(seed, "form"), ending)
    if ending.last_chord is None:  # the time of the last chord is free
        grid = _with_ritardando(grid, form, style, analysis)
    plan = SongPlan(
        style=style,
        key=_key(style, brief, valence, seed),
        signature=signature,
        grid=grid,
        duration=ending.silence,
        pickup=form.pickup,
        bars=form.bars,
        end=form.end,
        sections=form.sections,
        chords=(),
        final=Key(0, "major").chord("I"),
        tune=(),
        speech=analysis.speech,
        accents=(),
        on_cuts=(),
        arrivals=_arrivals(analysis, grid, form),
        shifts=(),
        seed=seed,
    )
    on_cuts = positions_on_cuts(analysis, plan)
    plan = attrs.evolve(
        plan,
        accents=accents(analysis, plan),
        on_cuts=tuple(on_cuts),
        shifts=tuple((position, shift) for position, shift in on_cuts.items() if shift),
    )
    songs = choose_candidates(
        plan,
        form,
        center=next((one.center for one in style.layers if one.role == "melody"), 72),
        density=float(np.clip(style.tune.density + 0.15 * arousal + 0.3 * brief.density, 0.0, 1.0)),
        count=candidate_count(analysis.duration),
        variants=variants or 1,
    )
    title = _title(brief, style, valence, arousal)
    scores: list[Score] = []
    for number, song in enumerate(songs):
        # A variant has other instruments too, and another key.
        varied = _in_key(song, style, brief, valence, seed + number * _VARIANT_SEED, number)
        scores.append(_score(varied, brief, analysis, title))
    return tuple(scores) if variants is not None else scores[0]


def _key(style: Style, brief: Brief, valence: float, seed: int) -> Key:
    chosen = brief.style is None and brief.valence is None  # by the frames alone
    least = min(style.minor_below, _SAD) if chosen else style.minor_below
    mode = brief.mode or ("major" if valence >= least else "minor")
    drawn = Chooser(seed, "key", style.name).pick(_KEYS)
    tonic = drawn if brief.tonic is None else brief.tonic
    return Key(tonic, style.scales[mode == "minor"])


def _in_key(
    song: SongPlan, style: Style, brief: Brief, valence: float, seed: int, number: int
) -> SongPlan:
    """Return a variant in its own key, with its own instruments."""
    key = _key(style, brief, valence, seed)
    if number == 0 or key == song.key:
        return attrs.evolve(song, seed=seed)
    by = (key.tonic - song.key.tonic + 5) % 12 - 5
    chords = tuple(
        attrs.evolve(span, chord=key.chord(span.chord.numeral, style.chord_color))
        for span in song.chords
    )
    return attrs.evolve(
        song,
        key=key,
        seed=seed,
        chords=chords,
        final=key.chord(song.final.numeral, style.chord_color),
        tune=tuple(attrs.evolve(one, pitch=one.pitch + by) for one in song.tune),
    )


def _score(song: SongPlan, brief: Brief, analysis: ClipAnalysis, title: str) -> Score:
    style, grid = song.style, song.grid
    spans = [(span.start, span.chord) for span in song.chords] + [(float(song.end), song.final)]
    downbeats = [*(bar.start for bar in song.bars), song.end]
    return Score(
        duration=analysis.duration,
        bpm=round(grid.bpm, 2),
        key=str(song.key),
        style=style.name,
        title=title,
        beats=tuple(t for t in grid.times if -0.02 <= t < analysis.duration),
        downbeats=tuple(grid.times[n] for n in downbeats if grid.times[n] < analysis.duration),
        sections=_sections(song, analysis.duration),
        parts=parts_of(song, brief),
        sound=Timbre(
            loudness=float(np.clip(style.loudness + brief.loudness, -26.0, -12.0)),
            room=style.reverb_s,
            color=float(
                np.clip(style.tilt + 0.7 * brief.color + 0.25 * _light(analysis), -1.0, 1.0)
            ),
            tape_saturation=style.tape_saturation,
        ),
        seed=song.seed,
        chords=tuple(
            ChordEvent(max(0.0, round(grid.at(start), 4)), chord.name, chord.numeral)
            for start, chord in spans
        ),
        signature=song.signature.name,
    )


def _mean(values: tuple[float, ...], default: float) -> float:
    return float(np.mean(values)) if values else default


def _light(analysis: ClipAnalysis) -> float:
    """Return the brightness of the clip, -1..1; 0.42 is the mean luma of ordinary daylight."""
    return float(np.clip(2.2 * (_mean(analysis.brightness, 0.42) - 0.42), -1.0, 1.0))


def _affect(analysis: ClipAnalysis, brief: Brief) -> tuple[float, float]:
    """Return valence and arousal: from the words, and otherwise from the analysis."""
    cuts = 60.0 * len(analysis.cuts) / max(analysis.duration, 1.0)
    arousal = float(
        np.clip(-0.65 + 1.3 * _mean(analysis.motion, 0.3) + 0.5 * min(1.0, cuts / 25), -1, 1)
    )
    glow = (
        0.7 * _mean(analysis.warmth, 0.0)
        + 0.6 * _light(analysis)
        + 0.3 * (_mean(analysis.saturation, 0.35) - 0.35)
    )
    valence = float(np.clip(0.1 + glow, -1.0, 1.0))
    if brief.valence is not None:
        valence = 0.85 * brief.valence + 0.15 * valence
    if brief.arousal is not None:
        arousal = 0.8 * brief.arousal + 0.2 * arousal
    return valence, arousal


def _choose(brief: Brief, valence: float, arousal: float) -> str:
    """Return the style whose mood is nearest, and which has the requested instruments."""

    def distance(name: str) -> float:
        style = STYLES[name]
        names = families(style)
        share = {family: names.count(family) / len(names) for family in names}
        has = sum(0.3 + share[one] for one in brief.wanted if one in share)
        has -= sum(0.3 + share[one] for one in brief.unwanted if one in share)
        # Valence says less about a style than arousal does.
        return math.hypot(0.6 * (style.valence - valence), style.arousal - arousal) - 0.6 * has

    return min(_OPEN, key=distance)


def _beats(
    analysis: ClipAnalysis, brief: Brief, style: Style, arousal: float, seed: int
) -> BeatGrid:
    """Return the beats: at the requested tempo, or within 11 % of the tempo of style and arousal.

    The middle of a dissolve counts as a cut. So does the start of a fade at the end of the clip.

    If too few cuts get a beat, the search continues within the tempos of the style, and never
    beyond: lo-fi at 58 would be heard as ambient, and at 112 as pop. Cuts that no beat meets are
    struck between two beats.
    """
    duration = analysis.duration
    soft = [Cut(middle, _DISSOLVE_STRENGTH) for middle in analysis.dissolves]
    if (last_chord := ending_of(analysis).last_chord) is not None:
        soft.append(Cut(last_chord, _FADE_STRENGTH))
    cuts = sorted([*analysis.cuts, *soft], key=lambda one: one.time)
    bar = SIGNATURES[style.signature].beats

    def finished(grid: BeatGrid, slowest: float, fastest: float) -> BeatGrid:
        divisions = offbeats(style, grid.bpm)
        return with_offbeats(grid, analysis.cuts, duration, divisions, (slowest, fastest))

    if brief.bpm:
        near = (brief.bpm * 0.985, brief.bpm * 1.015)
        return finished(fit_beat_grid(cuts, duration, *near, bar=bar), *near)
    low, high = style.tempo_bpm
    middle = low + (high - low) * (0.5 + 0.5 * arousal)
    usual = fit_beat_grid(
        cuts,
        duration,
        max(0.9 * middle, low),
        min(1.11 * middle, high),
        widest=(low, high),
        bar=bar,
        choice=Chooser(seed, "tempo").unit(),
    )
    usual = finished(usual, low, high)
    if brief.tempo_scale == 1.0:
        return usual
    # Compared with the tempo without the wish, so that "slower" is slower with any cuts.
    goal = max(40.0, min(200.0, usual.bpm * brief.tempo_scale))
    near = (goal * 0.955, goal * 1.045)
    return finished(fit_beat_grid(cuts, duration, *near, bar=bar), *near)


def _arrivals(analysis: ClipAnalysis, grid: BeatGrid, form: SongForm) -> tuple[float, ...]:
    """Return the beats of sections that begin in the middle of a dissolve."""
    starts = [form.bars[plan.first].start for plan in form.sections]
    return tuple(
        float(beat)
        for beat in starts
        if any(abs(grid.times[beat] - middle) <= ON_CUT_SECONDS for middle in analysis.dissolves)
    )


def _with_ritardando(
    grid: BeatGrid, form: SongForm, style: Style, analysis: ClipAnalysis
) -> BeatGrid:
    """Return the beats with a ritardando before the last chord, unless there is a cut."""
    end, late = form.end, style.ritardando
    beat = 60.0 / grid.bpm
    if not late or not form.bars or end < 4:
        return grid
    ring = analysis.duration - grid.times[end] - late * beat
    held = [cut for cut in analysis.cuts if grid.times[end - 2] - 0.1 < cut.time]
    if held or ring < _MIN_RING_S:
        return grid
    times = list(grid.times)
    shares = {end - 2: 0.12, end - 1: 0.42}
    for number in range(end - 2, len(times)):
        times[number] += late * beat * shares.get(number, 1.0)
    return attrs.evolve(grid, times=tuple(times))


def _sections(song: SongPlan, duration: float) -> tuple[Section, ...]:
    """Return the form in seconds, covering the whole duration."""
    grid, found = song.grid, []
    first = grid.times[song.bars[0].start] if song.bars else max(0.0, grid.times[song.end])
    if first > 0.02 and song.bars:
        found.append(Section("pickup", 0.0, first, song.sections[0].energy))
    for plan in song.sections:
        found.append(
            Section(
                plan.name,
                grid.times[song.bars[plan.first].start] if found else 0.0,
                0.0,
                plan.energy,
                plan.bars,
                plan.loop,
                plan.extension,
            )
        )
    energy = song.sections[-1].energy if song.sections else 0.5
    found.append(Section("end", grid.times[song.end] if found else 0.0, 0.0, energy))
    ends = [*(one.start for one in found[1:]), duration]
    return tuple(attrs.evolve(one, end=end) for one, end in zip(found, ends, strict=True))


def _title(brief: Brief, style: Style, valence: float, arousal: float) -> str:
    """Return a title such as "Warm lo-fi": the mood of prompt or music, and the style."""
    if brief.mood:
        mood = brief.mood
    elif arousal > 0.35:
        mood = "bright" if valence > 0.3 else "tense" if valence < -0.35 else "driving"
    elif arousal < -0.35:
        mood = "warm" if valence > 0.15 else "sad" if valence < -0.35 else "calm"
    else:
        mood = "sunny" if valence > 0.3 else "dark" if valence < -0.35 else "mellow"
    return f"{mood.capitalize()} {style.label}"
