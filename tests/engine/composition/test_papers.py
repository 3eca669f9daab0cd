"""What a score gives to musicians and editors: MIDI, cue sheet and drawing."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET

import attrs
import pytest

from nemomusic.engine.composition.compose import compose
from nemomusic.engine.composition.notation.cue_sheet import cue_sheet, cue_sheet_csv, cue_sheet_json
from nemomusic.engine.composition.notation.midi import to_midi
from nemomusic.engine.composition.notation.score_drawing import to_svg
from nemomusic.engine.composition.planning.ending import ending_of
from nemomusic.engine.composition.prompt_parser import parse_prompt
from nemomusic.engine.synthesis.drums import DRUMS
from nemomusic.engine.types import Transition
from support.composing import score_of, see, shots
from support.midi_files import read_midi, seconds, tempos_of
from support.rows import one_in

CUTS = [(6.1, 0.9), (13.3, 0.9), (20.2, 0.8)]


@pytest.mark.parametrize("style", one_in(3, ["pop", "waltz", "celtic", "jazz", "classical"]))
def test_midi_notes_lie_where_they_are_played(style):
    score = score_of(style, duration=30.0, cuts=CUTS)
    division, tracks = read_midi(to_midi(score))
    tempos = tempos_of(tracks[0])
    assert tempos[0][0] == 0
    assert len(tracks) == len(score.parts) + 1
    for part, events in zip(score.parts, tracks[1:], strict=True):
        begun = sorted(seconds(tick, tempos, division) for tick, m in events if m[0] & 0xF0 == 0x90)
        written = sorted(note.start for note in part.notes)
        assert len(begun) == len(written)
        assert max(abs(a - b) for a, b in zip(begun, written, strict=True)) < 0.003
        ended = [tick for tick, m in events if m[0] & 0xF0 == 0x80]
        assert len(ended) == len(begun)
        channel = {m[0] & 0x0F for _, m in events if m[0] < 0xF0}
        assert channel == {9} if part.notes[0].patch in DRUMS else 9 not in channel


def test_a_waltz_is_written_in_three():
    _, tracks = read_midi(to_midi(score_of("a waltz")))
    signatures = [m for _, m in tracks[0] if m[:2] == b"\xff\x58"]
    assert (signatures[0][3], signatures[0][4]) == (3, 2)
    _, tracks = read_midi(to_midi(score_of("celtic")))
    signatures = [m for _, m in tracks[0] if m[:2] == b"\xff\x58"]
    assert (signatures[0][3], signatures[0][4]) == (6, 3)


def test_the_cue_sheet_names_the_cuts_that_are_answered():
    analysis = see(30.0, CUTS)
    score = score_of("pop", duration=30.0, cuts=CUTS)
    cues = cue_sheet(score, analysis.cuts)
    assert [cue.time for cue in cues] == sorted(cue.time for cue in cues)
    answered = {cue.cut for cue in cues if cue.what in {"hit", "beat"}}
    assert answered == {1, 2, 3}
    assert any(cue.what.startswith("last chord") for cue in cues)
    assert all(1 <= cue.beat <= 4 for cue in cues if cue.bar)
    rows = list(csv.reader(io.StringIO(cue_sheet_csv(cues))))
    assert rows[0] == ["bar", "beat", "time", "what", "cut"]
    assert len(rows) == len(cues) + 1
    assert json.loads(cue_sheet_json(cues))[0]["what"] == cues[0].what


@pytest.mark.parametrize("words", ["pop", "lo-fi", "cinematic"])
def test_a_dissolve_is_met_by_a_beat_and_not_by_a_hit(words):
    middles = (8.31, 17.77)
    analysis = attrs.evolve(
        see(30.0, CUTS[1:2]),
        transitions=tuple(Transition("dissolve", at - 0.5, at, at + 0.5) for at in middles),
    )
    score = compose(analysis, parse_prompt(words), seed=1)
    cues = cue_sheet(score, analysis.cuts, analysis.dissolves)
    soft = [cue.time for cue in cues if cue.what == "soft arrival"]
    assert soft == [pytest.approx(at, abs=0.061) for at in middles]
    assert not any(score.hits_near(at) for at in middles)
    assert score.hits_near(analysis.cuts[0].time)


def test_the_drawing_is_svg_and_shows_every_cut():
    fade = Transition("fade", 20.0, 20.5, 21.0)
    analysis = attrs.evolve(see(30.0, CUTS, speech=((3.0, 5.0),)), transitions=(fade,))
    drawing = ET.fromstring(to_svg(analysis, score_of("pop", duration=30.0, cuts=CUTS)))
    name = "{http://www.w3.org/2000/svg}"
    lines = [one.get("class") for one in drawing.iter(f"{name}line")]
    assert lines.count("cut") + lines.count("missed") == 3
    assert len(list(drawing.iter(f"{name}circle"))) == lines.count("cut")
    assert [one.text for one in drawing.iter(f"{name}title")].count("speech") == 1
    assert [one.get("class") for one in drawing.iter(f"{name}rect")].count("fade") == 1


def test_a_cut_that_is_struck_between_two_beats_is_not_drawn_as_missed():
    cuts = shots(1.8, 30.0, 1)
    score = score_of("lofi", cuts=cuts)
    hits = [n.start for part in score.parts if part.name == "accent notes" for n in part.notes]
    off = [
        time
        for time, _ in cuts
        if min(abs(beat - time) for beat in score.beats) > 0.06
        and min(abs(hit - time) for hit in hits) <= 0.06
    ]
    assert off
    met = sum(min(abs(one - time) for one in [*score.beats, *hits]) <= 0.06 for time, _ in cuts)
    assert to_svg(see(30.0, cuts), score).count('class="hit"') == met


@pytest.mark.parametrize("words", ["pop", "lo-fi", "jazz"])
@pytest.mark.parametrize(("start", "black"), [(27.0, 28.2), (28.4, 29.9)])
def test_a_fade_at_the_end_is_met_by_the_end_of_the_music(words, start, black):
    fade = Transition("fade", start, black, 30.0)
    analysis = attrs.evolve(see(30.0, CUTS), transitions=(fade,))
    score = compose(analysis, parse_prompt(words), seed=1)
    assert score.duration == score.sections[-1].end == 30.0
    assert score.chords[-1].time == pytest.approx(start, abs=0.5)
    assert max(n.start + n.duration for part in score.parts for n in part.notes) < black
    cues = cue_sheet(score, analysis.cuts, fade_out=start)
    (met,) = [cue.time for cue in cues if cue.what == "end with the fade"]
    assert met == pytest.approx(score.chords[-1].time, abs=0.01)


def test_only_a_fade_at_the_end_ends_the_music():
    clip = see(30.0, CUTS)
    inside = attrs.evolve(clip, transitions=(Transition("fade", 20.0, 21.0, 22.0),))
    assert ending_of(clip) == ending_of(inside) == (None, 30.0)
    short = attrs.evolve(see(6.0, ()), transitions=(Transition("fade", 4.5, 5.5, 6.0),))
    assert ending_of(short) == (None, 6.0)
    black = attrs.evolve(clip, transitions=(Transition("fade", 24.0, 25.0, 30.0),))
    assert ending_of(black) == (24.0, 25.4)
