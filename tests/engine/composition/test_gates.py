"""The gates of the writing that are quick: `benchmarks/music.py score` has them for all styles."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from statistics import median

import numpy as np
import pytest

from nemomusic.engine.composition.compose import compose
from nemomusic.engine.composition.notation.score import Note, Part
from nemomusic.engine.composition.parts.melody import RANGES
from nemomusic.engine.composition.parts.thinning import thinned
from nemomusic.engine.composition.planning.candidates import candidate_count, choose_candidates
from nemomusic.engine.composition.planning.key_clarity import key_margin
from nemomusic.engine.composition.style_presets import STYLES
from nemomusic.engine.synthesis.patches import PATCHES
from nemomusic.engine.types import Brief
from support.composing import in_style, score_of, see, shots

SEEDS = 8
SOME = ("pop", "jazz", "ambient", "celtic")
CUTS = tuple(shots(3.8, 30.0, 4))


@cache
def pieces(style):
    analysis = see(30.0, CUTS)
    return tuple(compose(analysis, in_style(style), seed=seed) for seed in range(SEEDS))


def chords(score):
    return tuple(one.numeral for one in score.chords)


@pytest.mark.slow
@pytest.mark.parametrize("style", SOME)
def test_another_one_is_another_one(style):
    scores = pieces(style)
    assert len({chords(one) for one in scores}) >= SEEDS - 1
    assert len({tuple((s.name, s.bars) for s in one.sections) for one in scores}) >= 2
    players = {
        frozenset((part.name, part.notes[0].patch) for part in one.parts if part.instrument)
        for one in scores
    }
    assert len(players) >= 3
    assert len({one.key for one in scores}) >= 3


@pytest.mark.slow
@pytest.mark.parametrize("style", SOME)
def test_sections_hold_complete_loops_and_pieces_begin_on_a_bar_line_or_pickup(style):
    for score in pieces(style):
        assert abs(score.downbeats[0]) < 0.03 or score.sections[0].name == "pickup"
        assert score.sections[-1].name == "end"
        for one in score.sections:
            if one.bars:
                extra = 1 if one.extension > 0 else 0
                assert (one.bars - extra) % one.loop == 0, one


@pytest.mark.slow
@pytest.mark.parametrize("style", SOME)
def test_the_tune_comes_early_and_has_pickups(style):
    entries, late, total = [], 0, 0
    for score in pieces(style):
        tune = next(part for part in score.parts if part.name == "melody")
        entries.append(tune.notes[0].start)
        bars = np.array(score.downbeats)
        beats = 2 if score.signature == "6/8" else 4
        for note in tune.notes:
            index = int(np.searchsorted(bars, note.start + 0.03)) - 1
            if 0 <= index < len(bars) - 1:
                place = (note.start - bars[index]) / (bars[index + 1] - bars[index])
                late += place >= (beats - 1) / beats - 0.02
                total += 1
    assert median(entries) <= 4.0
    assert late >= (0.1 if style != "ambient" else 0.03) * total


@pytest.mark.slow
@pytest.mark.parametrize("style", SOME)
def test_not_everything_at_once_and_not_everything_equally_loud(style):
    for score in pieces(style):
        times = np.sort([note.start for part in score.parts for note in part.notes])
        assert (np.searchsorted(times, times + 1.0) - np.arange(len(times))).max() <= 25
        tune = next(part for part in score.parts if part.name == "melody")
        assert np.std([note.velocity for note in tune.notes]) > 0.06


@pytest.mark.slow
@pytest.mark.parametrize("style", SOME)
def test_no_part_leaves_the_range_of_its_instrument(style):
    for score in pieces(style):
        for part in score.parts:
            for note in part.notes:
                low, high = RANGES.get(note.patch, (0, 127))
                assert low <= note.pitch <= high, (part.name, note)


@pytest.mark.slow
@pytest.mark.parametrize("style", ["jazz", "pop", "classical"])
def test_harmony_leaves_the_scale_now_and_then(style):
    shares = []
    for score in pieces(style):
        counts = np.bincount(
            [n.pitch % 12 for p in score.parts for n in p.notes if n.patch in PATCHES], minlength=12
        )
        scales = [(0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 3, 5, 7, 8, 11)]
        shares.append(
            max(
                counts[[(tonic + step) % 12 for step in scale]].sum() / counts.sum()
                for tonic in range(12)
                for scale in scales
            )
        )
    assert 0.8 < np.mean(shares) < 0.99


def test_variants_are_the_best_and_others_that_differ():
    analysis = see(30.0, CUTS)
    one = compose(analysis, in_style("pop"), seed=3)
    three = compose(analysis, in_style("pop"), seed=3, variants=3)
    assert three[0] == one
    assert len({chords(score) for score in three}) == 3
    assert {score.beats for score in three} == {one.beats}
    assert [[s.name for s in score.sections] for score in three] == [
        [s.name for s in one.sections]
    ] * 3
    tunes = [
        {
            (b.pitch - a.pitch, round(b.start - a.start, 2))
            for part in score.parts
            if part.name == "melody"
            for a, b in pairwise(part.notes)
        }
        for score in three
    ]
    assert len(tunes[0] & tunes[1]) < 0.8 * len(tunes[0] | tunes[1])


def test_the_number_of_candidates_follows_from_the_length_alone():
    assert candidate_count(5.0) == candidate_count(60.0) == 200
    assert candidate_count(120.0) == 100
    assert candidate_count(36_000.0) == 8


def test_a_crowded_second_loses_voices_and_soft_strokes_before_it_loses_chords():
    def part(name, starts, patch, velocity, pitches=(60,)):
        notes = (Note(t, 0.1, pitch, velocity, patch) for t in starts for pitch in pitches)
        return Part(name, -8.0, 0.0, 0.0, 0.0, tuple(notes))

    beats = [n / 4 for n in range(8)]  # two seconds
    eighths = [n / 8 for n in range(16)]
    parts = [
        part("comp", beats, "piano", 0.7, (60, 64, 67, 71)),
        part("arp", eighths, "nylon", 0.7),
        part("melody", beats, "sax", 0.8),
        part("bass", beats, "ebass", 0.8),
        part("drums", eighths, "hat", 0.5),
        part("drums 2", beats, "kick", 0.8),
    ]
    comp, arp, melody, bass, hats, kick = (one.notes for one in thinned(parts, (1.0,)))
    assert (melody, bass, kick) == (parts[2].notes, parts[3].notes, parts[5].notes)
    assert {note.start for note in comp} == set(beats)
    assert {note.pitch for note in comp if note.start == 1.0} == {60, 64, 67, 71}
    assert {note.pitch for note in comp if note.start == 0.25} == {67, 71}
    assert len(arp) + len(hats) < 20
    times = np.sort(
        [note.start for notes in (comp, arp, melody, bass, hats, kick) for note in notes]
    )
    assert (np.searchsorted(times, times + 1.0) - np.arange(len(times))).max() <= 25


@pytest.mark.slow
@pytest.mark.parametrize("style", ["rock", "funk", "pop"])
def test_the_chords_of_a_style_are_heard_in_its_busiest_section(style):
    for score in pieces(style):
        busiest = max(score.sections[:-1], key=lambda one: one.energy)
        chords_ = {
            round(note.start, 1)
            for part in score.parts
            if part.name.startswith("comp")
            for note in part.notes
            if busiest.start - 0.02 <= note.start < busiest.end
        }
        assert len(chords_) >= busiest.bars


@pytest.mark.slow
@pytest.mark.parametrize(
    ("style", "section", "beats"), [("drumandbass", "C", {2}), ("rock", "B2", {0.5, 1.5, 2.5, 3.5})]
)
def test_a_bridge_is_in_half_time_and_a_later_chorus_in_double_time(style, section, beats):
    found = {}
    for seed in range(4):
        score = compose(see(60.0, shots(3.8, 60.0, 4)), in_style(style), seed=seed)
        drums = next(part for part in score.parts if part.name == "drums")
        for one in score.sections:
            bars = [time for time in score.downbeats if one.start - 0.01 <= time < one.end - 0.01]
            times = np.interp(
                [n.start for n in drums.notes if "snare" in n.patch and n.velocity > 0.5],
                score.beats,
                np.arange(len(score.beats)),
            )
            firsts = np.interp(bars[:-1], score.beats, np.arange(len(score.beats)))
            places = {round(2 * (t - b)) / 2 for t in times for b in firsts if -0.1 < t - b < 3.8}
            found.setdefault(one.name, []).append(places)
    assert beats in found[section]
    assert {1.0, 3.0} in found["A"]
    assert beats not in found["A"]


def test_all_players_are_together_on_a_cut():
    cuts = [(6.0, 0.9), (13.0, 0.95), (21.0, 0.9)]
    score = score_of("solo piano", cuts=cuts)
    notes = [note for part in score.parts for note in part.notes]
    for time, _ in cuts:
        beat = min(score.beats, key=lambda one, at=time: abs(one - at))
        on = [n.velocity for n in notes if abs(n.start - beat) < 0.035]
        before = [n.velocity for n in notes if 0.04 < beat - n.start < 0.25]
        assert len(on) >= 3
        assert not before or np.mean(on) > np.mean(before) + 0.1


@pytest.mark.parametrize("style", ["trap", "drumandbass"])
def test_rhythm_players_rest_before_a_cut_and_strike_it_with_the_snare(style):
    cuts = [(6.0, 0.9), (10.4, 0.5), (14.9, 0.9), (19.2, 0.5)]
    score = compose(see(30.0, cuts, motion=0.7), in_style(style), seed=2)
    strikes = [n for part in score.parts if part.name == "accents" for n in part.notes]
    snares = np.array([note.start for note in strikes if "snare" in note.patch])
    rhythm = [n.start for p in score.parts if p.name in {"drums", "comp", "bass"} for n in p.notes]
    struck = [snares[np.abs(snares - time).argmin()] for time, _ in cuts]
    assert np.abs(np.array(struck) - [time for time, _ in cuts]).max() < 0.06
    assert not [one for one in rhythm for hit in struck if 0.04 < hit - one < 0.12]


@pytest.mark.parametrize("style", ["guofeng", "celtic"])
def test_a_minor_key_is_heard_as_the_key(style, monkeypatch):
    found = []
    monkeypatch.setattr(
        "nemomusic.engine.composition.compose.choose_candidates",
        lambda *args, **options: found.extend(choose_candidates(*args, **options)) or found[-1:],
    )
    for seed in range(2):
        compose(see(30.0, CUTS), Brief(style=style, mode="minor"), seed=seed)
    assert min(key_margin(song) for song in found) > 0.02


@pytest.mark.parametrize("name", ["waltz", "celtic"])
def test_bars_have_the_beats_of_their_signature(name):
    score = score_of(name, duration=30.0)
    beats = np.array(score.beats)
    inside = [
        np.sum((beats > start - 0.02) & (beats < end - 0.02))
        for start, end in pairwise(score.downbeats)
    ]
    assert median(inside) == {"3/4": 3, "6/8": 2}[STYLES[name].signature]
