"""Write many candidates for one form, and choose among them.

The beats and the form are fitted once for each clip. Candidates differ in their chords and in their
tune. Each candidate gets five scores from 0 to 1. They are for the fit to the cuts, the variety, a
tune that is easy to sing, parts that are easy to play, and a clear key. The number of candidates
depends on the length of the clip, never on a clock. So one seed gives one piece on every machine.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import attrs

from nemomusic.engine.composition.planning.harmony import SCALES
from nemomusic.engine.composition.planning.key_clarity import key_margin
from nemomusic.engine.composition.planning.phrases import write_tune
from nemomusic.engine.composition.planning.plan import Chooser
from nemomusic.engine.composition.planning.progressions import final_chord, written_chords

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from nemomusic.engine.composition.planning.form import SongForm
    from nemomusic.engine.composition.planning.plan import SongPlan

__all__ = ["candidate_count", "choose_candidates"]

_MOST = 200
"""Number of candidates for clips of up to a minute."""
_LEAST = 8
"""Number of candidates for the longest clips."""
_FULL_LENGTH_S = 60.0
"""Length of a clip in seconds above which there are fewer candidates: each takes longer to
write."""
_WEIGHTS = {"fit": 0.2, "variety": 0.18, "singable": 0.23, "playable": 0.1, "tonal": 0.29}
_GOOD_SHARE = 0.5
"""Share of the best candidates among which variants are chosen."""


def candidate_count(duration: float) -> int:
    """Return the number of candidates for a clip of so many seconds."""
    if duration <= _FULL_LENGTH_S:
        return _MOST
    return max(_LEAST, int(_MOST * _FULL_LENGTH_S / duration))


@attrs.frozen
class _Candidate:
    song: SongPlan
    worth: float
    number: int


def choose_candidates(
    song: SongPlan, form: SongForm, *, center: int, density: float, count: int, variants: int
) -> list[SongPlan]:
    """Return the best plan, and the plans that differ most from it and from each other.

    Args:
        song: The plan without chords and tune.
        form: The form that chords are laid on.
        center: MIDI number around which the tune lies.
        density: 0..1, the density of the tune.
        count: The number of candidates.
        variants: The number of plans to return.
    """
    written = [_write(song, form, number, center, density) for number in range(count)]
    ranked = sorted(written, key=lambda one: (-one.worth, one.number))
    chosen = [ranked[0]]
    good = ranked[1 : max(variants, int(len(ranked) * _GOOD_SHARE))]
    while len(chosen) < variants and good:
        far = max(good, key=lambda one: (min(_distance(one, other) for other in chosen), one.worth))
        good.remove(far)
        chosen.append(far)
    return [one.song for one in chosen]


def _write(song: SongPlan, form: SongForm, number: int, center: int, density: float) -> _Candidate:
    chords = Chooser(song.seed, "chords", number)
    plan = attrs.evolve(
        song,
        chords=written_chords(song.style, song.key, form, chords),
        final=final_chord(song.style, song.key, chords),
    )
    tune = write_tune(plan, Chooser(song.seed, "tune", number), center=center, density=density)
    plan = attrs.evolve(plan, tune=tune)
    return _Candidate(
        plan, sum(_WEIGHTS[name] * value for name, value in _scores(plan).items()), number
    )


def _scores(song: SongPlan) -> dict[str, float]:
    return {
        "fit": _fit(song),
        "variety": _variety(song),
        "singable": _singable(song),
        "playable": _playable(song),
        "tonal": _tonal(song),
    }


def _fit(song: SongPlan) -> float:
    """Return the share of cuts on which the tune or the harmony moves."""
    if not song.on_cuts:
        return 1.0
    moves = {one.start for one in song.tune} | {span.start for span in song.chords}
    struck = {round(beat, 3) for beat in moves if song.on_cut(beat)}
    return len(struck) / len(song.on_cuts)


def _variety(song: SongPlan) -> float:
    """Return 1 if tune and chords repeat at a medium rate, less otherwise."""
    tune = song.tune
    moves = [(b.pitch - a.pitch, round(2 * (b.start - a.start))) for a, b in pairwise(tune)]
    grams = list(zip(moves, moves[1:], moves[2:], strict=False))
    fresh = len(set(grams)) / len(grams) if grams else 0.5
    chords = {span.chord for span in song.chords}
    colors = min(1.0, len(chords) / 6)
    scale = {(song.key.tonic + step) % 12 for step in SCALES[song.key.scale]}
    beats = sum(span.end - span.start for span in song.chords) or 1.0
    outside = sum(
        (span.end - span.start) * sum(tone not in scale for tone in span.chord.tones[:4]) / 4
        for span in song.chords
    )
    chromatic = outside / beats
    spice = 1.0 if 0.01 <= chromatic <= 0.09 else 0.4
    return 0.4 * (1.0 - min(1.0, 2 * abs(fresh - 0.68))) + 0.25 * colors + 0.35 * spice


def _singable(song: SongPlan) -> float:
    """Return 1 for a tune of steps with a few leaps that turn back, in a singer's range."""
    pitches = [one.pitch for one in song.tune]
    if len(pitches) < 3:
        return 0.5
    leaps = [b - a for a, b in pairwise(pitches)]
    steps = sum(0 < abs(leap) <= 2 for leap in leaps) / len(leaps)
    repeats = sum(leap == 0 for leap in leaps) / len(leaps)
    wide = sum(abs(leap) > 8 for leap in leaps) / len(leaps)
    open_ = sum(abs(a) > 4 and a * b > 0 for a, b in pairwise(leaps)) / len(leaps)
    reach = max(pitches) - min(pitches)
    score = 1.0 - 0.9 * abs(steps - 0.55) - 0.8 * max(0.0, repeats - 0.22)
    return max(0.0, score - 2.0 * wide - 1.5 * open_ - 0.04 * max(0, reach - 16))


def _playable(song: SongPlan) -> float:
    """Return 1 for a tune without rushes, and without parallels between tune and bass."""
    seconds = 60.0 / song.grid.bpm
    rushes = sum((b.start - a.start) * seconds < 0.11 for a, b in pairwise(song.tune))
    tune = {one.start: one.pitch for one in song.tune}
    outer = [(tune[span.start], span.chord.bass) for span in song.chords if span.start in tune]
    parallels = sum(
        (a - b) % 12 in {0, 7} and (a - b) % 12 == (c - d) % 12 and a != c
        for (a, b), (c, d) in pairwise(outer)
    )
    return max(0.0, 1.0 - rushes / max(1, len(song.tune)) - 0.6 * parallels / max(1, len(outer)))


def _tonal(song: SongPlan) -> float:
    """Return 1 if the key is heard clearly, 0 if another key is heard."""
    return min(1.0, max(0.0, 0.2 + 2.5 * key_margin(song)))


def _distance(one: _Candidate, other: _Candidate) -> float:
    """Return the audible difference of two candidates, 0..1, in chords and tune."""
    chords = [{(span.start, span.chord) for span in each.song.chords} for each in (one, other)]
    turns = [
        {(b.pitch - a.pitch, b.start - a.start) for a, b in pairwise(each.song.tune)}
        for each in (one, other)
    ]
    return 1.0 - 0.5 * (_alike(chords[0], chords[1]) + _alike(turns[0], turns[1]))


def _alike(one: AbstractSet[object], other: AbstractSet[object]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0
